//! Names of no zone of ours, asked from the name servers that the program gives (`dns { forward … }`). The questions, ids,
//! ports, retries over TCP and the cache are hickory's; here is what is asked, how much, and what becomes of the answer.

use hickory_resolver::TokioResolver;
use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig};
use hickory_server::net::runtime::TokioRuntimeProvider;
use hickory_server::net::{DnsError, NetError};
use hickory_server::proto::op::ResponseCode;
use hickory_server::proto::rr::{LowerName, Name, RData, Record, RecordType};
use std::net::IpAddr;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Answers that are remembered.
const MOST_ANSWERS: u64 = 8192;
/// Questions that wait for an answer.
const MOST_WAITING: usize = 1024;
/// How long one name server is waited for, and how often it is asked.
const PATIENCE: Duration = Duration::from_millis(1500);
const ATTEMPTS: usize = 2;
/// How long a client waits in all: it asks again after five seconds, as most do.
const LONGEST: Duration = Duration::from_millis(4500);
/// The longest that anything is remembered, whatever it says of itself (RFC 8767 §4, RFC 2308 §5).
const LONGEST_TTL: Duration = Duration::from_secs(86_400);
const LONGEST_NEGATIVE: Duration = Duration::from_secs(3600);

/// Name servers, and what they said.
pub(super) struct Forwarder {
    servers: Vec<IpAddr>,
    resolver: TokioResolver,
    waiting: Semaphore,
}

/// What they say.
#[derive(Debug)]
pub(super) struct Said {
    pub code: ResponseCode,
    pub answers: Vec<Record>,
    /// The SOA record of a name or type that is not there (RFC 2308).
    pub authorities: Vec<Record>,
}

impl Said {
    pub fn error(code: ResponseCode) -> Said {
        Said { code, answers: Vec::new(), authorities: Vec::new() }
    }
}

impl Forwarder {
    /// None: there is nobody to ask.
    pub fn new(servers: &[IpAddr]) -> Option<Forwarder> {
        if servers.is_empty() {
            return None;
        }
        let all = servers.iter().map(|server| NameServerConfig::udp_and_tcp(*server)).collect();
        let config = ResolverConfig::from_parts(None, Vec::new(), all);
        let mut builder = TokioResolver::builder_with_config(config, TokioRuntimeProvider::default());
        let options = builder.options_mut();
        options.timeout = PATIENCE;
        options.attempts = ATTEMPTS;
        options.cache_size = MOST_ANSWERS;
        options.edns0 = true;
        options.preserve_intermediates = true;
        options.use_hosts_file = ResolveHosts::Never;
        options.positive_max_ttl = Some(LONGEST_TTL);
        options.negative_max_ttl = Some(LONGEST_NEGATIVE);
        let resolver = match builder.build() {
            Ok(resolver) => resolver,
            Err(error) => {
                tracing::warn!(%error, "names cannot be asked for elsewhere");
                return None;
            }
        };
        Some(Forwarder { servers: servers.to_vec(), resolver, waiting: Semaphore::new(MOST_WAITING) })
    }

    /// Whom it asks.
    pub fn servers(&self) -> &[IpAddr] {
        &self.servers
    }

    pub async fn ask(&self, name: &LowerName, kind: RecordType) -> Said {
        let Ok(_permit) = self.waiting.try_acquire() else { return Said::error(ResponseCode::ServFail) };
        let mut name = Name::from(name);
        name.set_fqdn(true);
        match timeout(LONGEST, self.resolver.lookup(name, kind)).await {
            Ok(Ok(lookup)) => {
                Said { code: ResponseCode::NoError, answers: lookup.answers().to_vec(), authorities: Vec::new() }
            }
            Ok(Err(NetError::Dns(DnsError::NoRecordsFound(none)))) => {
                let code = none.response_code;
                // A refusal, or a fault of theirs, is no word about the name.
                if !matches!(code, ResponseCode::NXDomain | ResponseCode::NoError) {
                    return Said::error(ResponseCode::ServFail);
                }
                let ttl = none.negative_ttl;
                let soa = none.soa.map(|soa| {
                    let ttl = ttl.unwrap_or(soa.ttl);
                    Record::from_rdata(soa.name.clone(), ttl, RData::SOA(soa.data.clone()))
                });
                Said { code, answers: Vec::new(), authorities: soa.into_iter().collect() }
            }
            Ok(Err(error)) => {
                tracing::debug!(%error, "a name could not be asked for elsewhere");
                Said::error(ResponseCode::ServFail)
            }
            Err(_) => Said::error(ResponseCode::ServFail),
        }
    }
}
