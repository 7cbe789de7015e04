//! Where a redirect leads: the reference of a Location header against the URL that was asked for (RFC 9110 §10.2.2,
//! RFC 3986 §5).

use super::discovery::Attempt;
use crate::phone::Scheme;
use crate::phone::rule::Url;

/// The new place. Only the web is followed (inferred); a user in a URL is a trick (RFC 9110 §4.2.4), and a fragment is for
/// whoever reads.
pub(super) fn resolve(from: &Attempt, location: &str) -> Option<Attempt> {
    let reference = location.split('#').next().unwrap_or_default();
    let (scheme, rest) = match scheme(reference) {
        Some((name, rest)) => {
            let scheme = Scheme::from_name(&name.to_ascii_lowercase())?;
            // `http:x` was a relative reference in the past, and is none now (RFC 3986 §5.2.2).
            (scheme, rest.starts_with("//").then_some(rest)?)
        }
        None => (from.scheme, reference),
    };
    if !matches!(scheme, Scheme::Http | Scheme::Https) {
        return None;
    }
    if let Some(whole) = rest.strip_prefix("//") {
        let end = whole.find(['/', '?']).unwrap_or(whole.len());
        let (authority, path) = whole.split_at(end);
        // A colon without a number stands for the scheme's own port (RFC 3986 §3.2.3).
        let authority = authority.strip_suffix(':').unwrap_or(authority);
        return Attempt::of(&Url::parse(&format!("{scheme}://{authority}{}", normal(path))).ok()?);
    }
    let (base, _) = split(&from.path);
    let path = match rest.bytes().next() {
        None => from.path.clone(),
        Some(b'?') => format!("{base}{rest}"),
        Some(b'/') => normal(rest),
        Some(_) => normal(&format!("{}{rest}", base.get(..=base.rfind('/')?)?)),
    };
    Some(Attempt { path: Url::parse(&path).ok()?.path, ..from.clone() })
}

/// `name:` before anything that is no name.
fn scheme(reference: &str) -> Option<(&str, &str)> {
    let (name, rest) = reference.split_once(':')?;
    let mut signs = name.bytes();
    let named = signs.next().is_some_and(|first| first.is_ascii_alphabetic())
        && signs.all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'+' | b'-' | b'.'));
    named.then_some((name, rest))
}

fn split(path: &str) -> (&str, &str) {
    path.split_at(path.find('?').unwrap_or(path.len()))
}

/// An absolute path without its dots (RFC 3986 §5.2.4), the query as it is.
fn normal(path: &str) -> String {
    let (path, query) = split(path);
    let mut kept: Vec<&str> = Vec::new();
    let segments: Vec<&str> = path.strip_prefix('/').unwrap_or(path).split('/').collect();
    for (number, segment) in segments.iter().enumerate() {
        let last = number + 1 == segments.len();
        match *segment {
            ".." => {
                kept.pop();
                if last {
                    kept.push("");
                }
            }
            "." if last => kept.push(""),
            "." => {}
            segment => kept.push(segment),
        }
    }
    format!("/{}{query}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn led(from: &str, location: &str) -> Option<String> {
        let from = Attempt::of(&Url::parse(from).expect("is a URL")).expect("names a server");
        resolve(&from, location).map(|attempt| attempt.to_string())
    }

    #[test]
    fn the_examples_of_rfc_3986() {
        // §5.4, in terms of a phone's URLs; other schemes, parameters and fragments as they come out here.
        for (reference, target) in [
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g/"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q"),
            ("g#s", "http://a/b/c/g"),
            ("g?y#s", "http://a/b/c/g?y"),
            (";x", "http://a/b/c/;x"),
            ("g;x?y#s", "http://a/b/c/g;x?y"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("./", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../", "http://a/b/"),
            ("../g", "http://a/b/g"),
            ("../..", "http://a/"),
            ("../../", "http://a/"),
            ("../../g", "http://a/g"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            (".g", "http://a/b/c/.g"),
            ("g..", "http://a/b/c/g.."),
            ("./../g", "http://a/b/g"),
            ("./g/.", "http://a/b/c/g/"),
            ("g/./h", "http://a/b/c/g/h"),
            ("g/../h", "http://a/b/c/h"),
            ("g;x=1/../y", "http://a/b/c/y"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
            ("g#s/../x", "http://a/b/c/g"),
        ] {
            assert_eq!(led("http://a/b/c/d;p?q", reference).as_deref(), Some(target), "{reference}");
        }
    }

    #[test]
    fn schemes_hosts_and_ports_as_servers_write_them() {
        for (location, to) in [
            ("HTTP://other/x", "http://other/x"),
            ("HttpS://other:8443/x", "https://other:8443/x"),
            ("//other:81/x?y", "http://other:81/x?y"),
            ("//other:/x", "http://other/x"),
            ("https://other", "https://other/"),
            ("https://other?x", "https://other/?x"),
            ("/b?c", "http://h:8080/b?c"),
            ("b:80/c", ""),
        ] {
            let expected = Some(to).filter(|to| !to.is_empty());
            assert_eq!(led("http://h:8080/a", location).as_deref(), expected, "{location}");
        }
        for nowhere in
            ["tftp://h/x", "http:x", "mailto:a@b", "http://user:word@h/x", "http://[::1]/x", "http:///x", "h /x", "//"]
        {
            assert_eq!(led("http://h:8080/a", nowhere), None, "{nowhere}");
        }
    }

    #[test]
    fn the_same_server_keeps_the_name_of_its_certificate() {
        let from = Attempt {
            domain: Some("example.com".into()),
            ..Attempt::of(&Url::parse("https://pr1/a").expect("is one")).expect("is one")
        };
        let domain = |location| resolve(&from, location).map(|attempt| attempt.domain);
        assert_eq!(domain("/b"), Some(Some("example.com".into())));
        assert_eq!(domain("https://pr2/b"), Some(None));
    }

    proptest::proptest! {
        #[test]
        fn any_location_leads_to_the_web_or_nowhere(location: String, short in "[a./?#:h-]{0,12}") {
            for location in [location, short] {
                if let Some(to) = led("http://h/a/b?c", &location) {
                    proptest::prop_assert!(to.starts_with("http") && !to.contains("/../") || to.contains('?'), "{to}");
                    // What it leads to is a URL, and leads to itself.
                    proptest::prop_assert_eq!(led(&to, ""), Some(to));
                }
            }
        }
    }
}
