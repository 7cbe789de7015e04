//! The settings of every kind of block, for who writes one.

use super::super::settings::Schema;
use super::{firmware, fleet, network, profile, realm, report, rule, server, test, zone};

const ALL: [Schema; 17] = [
    server::SERVER,
    server::SERVICE,
    realm::REALM,
    network::NETWORK,
    zone::ZONE,
    zone::SRV,
    zone::NAPTR,
    firmware::FIRMWARE,
    firmware::UPGRADE,
    profile::PROFILE,
    fleet::FLEET,
    fleet::RESYNC,
    report::LOG,
    report::REPORT,
    rule::RULE,
    rule::ARM,
    test::TEST,
];

/// The words that begin a setting of a block, as messages call the block (`resync block`), with the least number of
/// arguments of each; none: there is no such block.
pub fn settings_of(what: &str) -> &'static [(&'static str, usize)] {
    ALL.iter().find(|schema| schema.what == what).map_or(&[], |schema| schema.words)
}
