//! A file whose path names a phone is given to that phone's certificate and to no other.

use super::text::literal;
use crate::plan::{Macro, Piece, Plan, Profile, Scheme, Tls};

/// Between path and subject in what is compared; no path of a program has it.
pub(super) const BETWEEN: char = ' ';

/// Patterns over path and subject, one for each profile of a server's https whose path names a phone.
pub(super) fn patterns(plan: &Plan, server: usize, tls: &Tls) -> Vec<String> {
    let profiles = plan.fleets.iter().flat_map(|fleet| &fleet.profiles);
    let here = profiles.filter(|profile| profile.server == server && profile.scheme == Scheme::Https);
    let mut patterns: Vec<String> = here.filter_map(|profile| pattern(profile, tls)).collect();
    patterns.sort();
    patterns.dedup();
    patterns
}

fn pattern(profile: &Profile, tls: &Tls) -> Option<String> {
    let mut path = String::new();
    let mut named = false;
    for piece in profile.path.pieces() {
        match piece {
            Piece::Text(text) => path.push_str(&literal(text)),
            Piece::Macro(name @ (Macro::Ma | Macro::Mau | Macro::Mac)) => {
                let between = if *name == Macro::Mac { ":" } else { "" };
                let octets = (1..=6).map(|octet| match named {
                    false => "([0-9a-f]{2})".to_owned(),
                    true => format!("\\{octet}"),
                });
                path.push_str(&octets.collect::<Vec<_>>().join(between));
                named = true;
            }
            Piece::Macro(Macro::Pn | Macro::Psn) => path.push_str("[^/]+"),
            // A cell holds no slash more than its path does: what is in between is the phone's own.
            _ => path.push_str(&format!("[^{BETWEEN}]*?")),
        }
    }
    named.then(|| format!("~*^{path}{BETWEEN}{}", subject(tls.identity.as_deref())))
}

/// The subject that names the same phone: in the way that the server states, or by its address in any usual spelling.
fn subject(identity: Option<&str>) -> String {
    let octets = |between: &str| (1..=6).map(|octet| format!("\\{octet}")).collect::<Vec<_>>().join(between);
    let Some(identity) = identity else {
        let address = octets("[-:.]?");
        return format!(
            "(?:.*[^\\\\],)?(?:CN|serialNumber)=(?:[^,]*[^,0-9a-f])?{address}(?:[^,0-9a-f][^,]*)?(?:,.*)?$"
        );
    };
    let mut pattern = String::new();
    let mut rest = identity;
    while let Some((before, from)) = rest.split_once('$') {
        pattern.push_str(&literal(before));
        // The longer name first.
        let any = "[^,]+?".to_owned();
        let names = [("MAC", octets(":")), ("MAU", octets("")), ("MA", octets("")), ("PSN", any.clone()), ("PN", any)];
        let found = names.into_iter().find_map(|(name, text)| Some((text, from.strip_prefix(name)?)));
        rest = match found {
            Some((text, after)) => {
                pattern.push_str(&text);
                after
            }
            None => {
                pattern.push_str("\\$");
                from
            }
        };
    }
    pattern.push_str(&literal(rest));
    format!("(?:.*[^\\\\],)?CN={pattern}(?:,.*)?$")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Template;

    fn of(path: Vec<Piece>, identity: Option<&str>) -> String {
        let mut template = Template::default();
        path.into_iter().for_each(|piece| template.push(piece));
        let profile = Profile {
            id: "own".into(),
            parameter: "Profile_Rule".into(),
            scheme: Scheme::Https,
            server: 0,
            path: template,
            gzip: false,
            seal: None,
            account: None,
            service_domain: None,
            post: None,
            shapes: vec![],
            shape_of: vec![],
        };
        let tls = Tls {
            certificate: None,
            origin: crate::plan::Origin::default(),
            key: None,
            clients: crate::plan::Clients::Require,
            authority: None,
            identity: identity.map(str::to_owned),
        };
        pattern(&profile, &tls).unwrap_or_default()
    }

    #[test]
    fn a_path_s_octets_come_again_in_the_subject() {
        let path = vec![Piece::Text("/a.b/".into()), Piece::Macro(Macro::Ma), Piece::Text(".xml".into())];
        let stated = of(path.clone(), Some("CP-$PN-SEP$MAU"));
        let six = "([0-9a-f]{2})".repeat(6);
        assert_eq!(
            stated,
            format!("~*^\\/a\\.b\\/{six}\\.xml (?:.*[^\\\\],)?CN=CP\\-[^,]+?\\-SEP\\1\\2\\3\\4\\5\\6(?:,.*)?$")
        );
        assert!(of(path, None).contains("\\1[-:.]?\\2"));
        assert_eq!(of(vec![Piece::Text("/common.xml".into())], None), "");
    }
}
