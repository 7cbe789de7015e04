//! Zones as master files (RFC 1035 §5).

use super::Exported;
use super::files::contained;
use crate::plan::{Plan, Zone, ZoneRecord};

/// Every zone, each a file.
pub(super) fn files(plan: &Plan) -> Vec<Exported> {
    let path = |zone: &Zone| format!("zones/{}.zone", contained(&zone.name));
    plan.zones.iter().map(|zone| Exported { path: path(zone), bytes: master_file(zone).into_bytes() }).collect()
}

/// The zone file. The serial is fixed: same input, same bytes; a server that needs a rising one sets its own.
fn master_file(zone: &Zone) -> String {
    let server = if zone.name_server.is_empty() { format!("ns.{}", zone.name) } else { zone.name_server.clone() };
    let mut text = format!(
        "$ORIGIN {0}.\n$TTL {1}\n@ IN SOA {server}. hostmaster.{0}. 1 3600 600 604800 {1}\n@ IN NS {server}.\n",
        zone.name, zone.ttl
    );
    for record in &zone.records {
        text.push_str(&match record {
            ZoneRecord::A { name, address } => format!("{name} IN A {address}\n"),
            ZoneRecord::Aaaa { name, address } => format!("{name} IN AAAA {address}\n"),
            ZoneRecord::Cname { name, target } => format!("{name} IN CNAME {target}\n"),
            ZoneRecord::Ns { name, target } => format!("{name} IN NS {target}\n"),
            ZoneRecord::Txt { name, texts } => format!("{name} IN TXT {}\n", quoted(texts).join(" ")),
            ZoneRecord::Naptr(naptr) => {
                let strings = [&naptr.flags, &naptr.service, &naptr.pattern];
                let target = if naptr.replacement.is_empty() { "." } else { &naptr.replacement };
                let (order, preference) = (naptr.order, naptr.preference);
                format!("{} IN NAPTR {order} {preference} {} {target}\n", naptr.name, quoted(strings).join(" "))
            }
            ZoneRecord::Srv(srv) => {
                format!("{} IN SRV {} {} {} {}\n", srv.name, srv.priority, srv.weight, srv.port, srv.target)
            }
        });
    }
    text
}

/// Character strings of a master file (RFC 1035 §5.1).
fn quoted<'t>(texts: impl IntoIterator<Item = &'t String>) -> Vec<String> {
    let escaped = |text: &String| text.replace('\\', "\\\\").replace('"', "\\\"");
    texts.into_iter().map(|text| format!("\"{}\"", escaped(text))).collect()
}
