//! The hosts of ours that rules of a fleet send its phones to over https: for a profile, a load or a report, by whichever rule. That a
//! CA comes from the server that it vouches for is told as such.

use super::about::{asked, readable};
use crate::phone::rule::Kind;
use crate::plan::{Fleet, Scheme, Server, SettingValue, Shape};
use std::collections::BTreeSet;

/// Rules that lead somewhere, by how their names begin.
const RULES: [(&str, Kind); 5] = [
    ("Profile_Rule", Kind::Profile),
    ("Upgrade_Rule", Kind::Upgrade),
    ("Report_Rule", Kind::Report),
    ("Trans_Auth_Rule", Kind::Profile),
    ("Cisco_Headset_Upgrade_Rule", Kind::Profile),
];

/// As URLs of the fleet's rules name a server, in lower case; each form of a rule is looked at once.
pub(super) fn https_hosts(fleet: &Fleet, server: &Server) -> BTreeSet<String> {
    let Some(port) = server.port(Scheme::Https) else { return BTreeSet::new() };
    let shapes = fleet.profiles.iter().flat_map(|profile| &profile.shapes);
    let shapes = shapes.chain(fleet.bootstrap.as_ref().map(|bootstrap| &bootstrap.shape));
    let texts: BTreeSet<(usize, String)> = shapes.flat_map(texts).collect();
    let of = |(rule, text): &(usize, String)| {
        let kind = RULES.get(*rule).map_or(Kind::Profile, |(_, kind)| *kind);
        let urls = asked(text, kind).into_iter().map(|asked| asked.url);
        let here = urls.filter(|url| url.scheme() == Scheme::Https && url.port() == port);
        let hosts = here.filter_map(|url| Some(url.host?.as_str().to_ascii_lowercase()));
        hosts.filter(|host| server.is_at(host)).collect::<Vec<_>>()
    };
    texts.iter().flat_map(of).collect()
}

/// The rules of a form of a file that name https at all, each with its place in the table.
fn texts(shape: &Shape) -> impl Iterator<Item = (usize, String)> {
    shape.settings.iter().filter_map(|setting| {
        let rule = RULES.iter().position(|(start, _)| setting.element.starts_with(start))?;
        let SettingValue::Set(value) = &setting.value else { return None };
        let text = readable(value);
        text.contains("https:").then_some((rule, text))
    })
}
