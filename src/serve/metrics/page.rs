//! The page that Prometheus reads (text format 0.0.4).

use super::Metrics;
use crate::serve::context::Context;
use crate::serve::leasing::Leasing;
use crate::serve::seen::State;
use prometheus::{Encoder, GaugeVec, IntCounter, IntGaugeVec, Opts, Registry, TextEncoder};
use std::sync::atomic::Ordering;

/// The page, and the kind of text it is.
pub fn page(context: &Context, leasing: &Leasing) -> Result<(String, &'static str), prometheus::Error> {
    let metrics: &Metrics = &context.events.metrics;
    let moment = Registry::new();
    of_process(&moment, context)?;
    of_phones(&moment, context)?;
    of_leases(&moment, leasing)?;
    let mut families = metrics.registry.gather();
    families.extend(moment.gather());
    families.sort_by(|one, other| one.name().cmp(other.name()));
    let mut text = Vec::new();
    TextEncoder::new().encode(&families, &mut text)?;
    let text = String::from_utf8(text).map_err(|error| prometheus::Error::Msg(error.to_string()))?;
    Ok((text, prometheus::TEXT_FORMAT))
}

fn gauges(registry: &Registry, name: &str, help: &str, labels: &[&str]) -> Result<IntGaugeVec, prometheus::Error> {
    let gauges = IntGaugeVec::new(Opts::new(name, help), labels)?;
    registry.register(Box::new(gauges.clone()))?;
    Ok(gauges)
}

fn of_process(registry: &Registry, context: &Context) -> Result<(), prometheus::Error> {
    let build = gauges(registry, "prov_build_info", "Always 1; the label says which version this is", &["version"])?;
    build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1);
    let counters = &context.events.counters;
    for (name, help, counted) in [
        ("prov_dns_queries_total", "DNS queries", &counters.dns_queries),
        ("prov_malformed_datagrams_total", "Datagrams that could not be read", &counters.malformed),
        ("prov_tftp_busy_total", "TFTP requests left unanswered, since all transfers were taken", &counters.tftp_busy),
    ] {
        let counter = IntCounter::new(name, help)?;
        counter.inc_by(counted.load(Ordering::Relaxed));
        registry.register(Box::new(counter))?;
    }
    Ok(())
}

fn of_phones(registry: &Registry, context: &Context) -> Result<(), prometheus::Error> {
    let phones = gauges(registry, "prov_phones", "Phones of the program, by how far they are", &["state"])?;
    let total = context.served().plan().phone_count();
    let seen = context.seen.states();
    let heard: usize = seen.iter().map(|(_, count)| count).sum();
    for (state, count) in seen {
        let silent = if state == State::Waiting { total.saturating_sub(heard) } else { 0 };
        phones.with_label_values(&[state.name()]).set(number(count + silent));
    }
    let done = gauges(registry, "prov_phones_done", "Phones that had everything since the program was taken", &[])?;
    done.with_label_values::<&str>(&[]).set(number(context.seen.progress().done));
    let strangers = gauges(registry, "prov_strangers", "Devices that asked and are not of the program", &[])?;
    strangers.with_label_values::<&str>(&[]).set(number(context.seen.strangers_count()));
    Ok(())
}

fn of_leases(registry: &Registry, leasing: &Leasing) -> Result<(), prometheus::Error> {
    let labels = ["family", "network", "state"];
    let leases = gauges(registry, "prov_leases", "Leases that have not ended, by what they are", &labels)?;
    let pools = GaugeVec::new(Opts::new("prov_pool_addresses", "Addresses of pools"), &["family", "network"])?;
    registry.register(Box::new(pools.clone()))?;
    for (family, tallies) in [("ipv4", leasing.tally_v4()), ("ipv6", leasing.tally_v6())] {
        for tally in tallies {
            let network = tally.network.as_str();
            for (state, count) in [("bound", tally.bound), ("offered", tally.offered), ("declined", tally.declined)] {
                leases.with_label_values(&[family, network, state]).set(number(count));
            }
            // Beyond 2^53 a figure is near enough.
            pools.with_label_values(&[family, network]).set(tally.pool as f64);
        }
    }
    Ok(())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
