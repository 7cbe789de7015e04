//! Secrets inside of other texts: keys and passwords that rules and URLs carry in clear.

use crate::platform::Catalogue;

/// Whether a text holds a key, a password or the value of a secret parameter; what a phone keeps in a register (`$SA`) is none.
pub fn carries_secret(text: &str, catalogue: &Catalogue) -> bool {
    option(text) || credentials(text) || assigned(text, catalogue)
}

/// `--key WORD`, `--pwd WORD` (RS §6).
fn option(text: &str) -> bool {
    ["--key", "--pwd"].into_iter().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            let rest = text.get(at + name.len()..).unwrap_or_default();
            let word = rest.trim_start_matches([' ', '\t', '"', '\'', '=']);
            word.len() < rest.len() && is_literal(word)
        })
    })
}

/// `http://user:password@host`.
fn credentials(text: &str) -> bool {
    text.match_indices("://").any(|(at, mark)| {
        let rest = text.get(at + mark.len()..).unwrap_or_default();
        let authority = rest.split(['/', ' ', '"', '?']).next().unwrap_or_default();
        let user = authority.rsplit_once('@').map(|(user, _)| user);
        user.and_then(|user| user.split_once(':')).is_some_and(|(_, password)| is_literal(password))
    })
}

/// `(Admin_Password = "…";)!`
fn assigned(text: &str, catalogue: &Catalogue) -> bool {
    text.match_indices('=').any(|(at, _)| {
        let (before, after) = text.split_at(at);
        let word = |sign: char| !sign.is_ascii_alphanumeric() && sign != '_';
        let name = before.trim_end().rsplit(word).next().unwrap_or_default();
        let value = after.get(1..).unwrap_or_default().trim_start();
        let value = value.strip_prefix('"').map(|value| value.split('"').next().unwrap_or_default());
        value.is_some_and(is_literal) && catalogue.is_secret_element(name)
    })
}

/// Neither nothing nor what the phone fills in.
fn is_literal(word: &str) -> bool {
    !word.is_empty() && !word.starts_with([']', ' ']) && (!word.starts_with('$') || word.starts_with("$$"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_out_is_a_secret_and_what_is_named_is_none() {
        let carries = |text: &str| carries_secret(text, Catalogue::cisco_mpp());
        for text in [
            "[--key abc] http://h/x",
            "[--uid u --pwd \"a b\"] http://h/x",
            "[--key=abc] http://h/x",
            "[--key $$abc] http://h/x",
            "(1)? http://h/x | http://me:pw@h/x",
            "(GPP_SA = \"a\";)! http://h/x",
            "(Admin_Password=\"a\";)!",
            "[--key abc",
        ] {
            assert!(carries(text), "{text}");
        }
        for text in [
            "",
            "[--key $SA] http://h/x",
            "[--key] http://h/x",
            "http://h/a:b@c",
            "http://me:$SB@h/x",
            "(GPP_A = \"a\";)! http://h/x",
            "(GPP_SA = \"\";)! http://h/x",
            "http://h/x?GPP_SA=a",
            "é = \"",
            "://@",
        ] {
            assert!(!carries(text), "{text}");
        }
    }
}
