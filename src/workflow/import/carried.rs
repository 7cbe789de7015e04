//! Secrets inside of other texts: keys and passwords that rules and URLs carry in clear.

use crate::platform::Catalogue;

/// Whether a text holds a key, a password or the value of a secret parameter; what a phone keeps in a register (`$SA`) is none.
pub fn carries_secret(text: &str, catalogue: &Catalogue) -> bool {
    option(text) || credentials(text) || assigned(text, catalogue)
}

/// Words of an unknown element's name that say it holds a secret.
const WORDS: [&str; 15] = [
    "auth",
    "apikey",
    "community",
    "credential",
    "credentials",
    "key",
    "pass",
    "passcode",
    "passphrase",
    "password",
    "passwd",
    "pin",
    "psk",
    "secret",
    "token",
];

/// Whether an element that no catalogue knows is named as one that holds a secret: `SIP_Password`, `xmppPass`, `API_Key`.
pub fn named_secret(element: &str) -> bool {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = '_';
    for sign in element.chars() {
        // Camel case has a capital where others have a stroke.
        let begins = !sign.is_ascii_alphabetic() || sign.is_ascii_uppercase() && before.is_ascii_lowercase();
        if begins {
            words.push(String::new());
        }
        if let (true, Some(word)) = (sign.is_ascii_alphabetic(), words.last_mut()) {
            word.push(sign.to_ascii_lowercase());
        }
        before = sign;
    }
    let lower = element.to_ascii_lowercase();
    let glued = ["password", "passwd", "passphrase", "secret", "pwd"].iter().any(|word| lower.contains(word));
    glued || words.iter().any(|word| WORDS.contains(&word.as_str()))
}

/// The registers that a rule takes a key or a password from: `[--key $B]` names GPP_B.
pub fn registers_of_secrets(rule: &str) -> Vec<String> {
    let mut registers = Vec::new();
    for name in ["--key", "--pwd"] {
        for (at, _) in rule.match_indices(name) {
            let rest = rule.get(at + name.len()..).unwrap_or_default();
            let word = rest.trim_start_matches([' ', '\t', '"', '\'', '=']);
            let Some(named) = word.strip_prefix('$').filter(|_| word.len() < rest.len()) else { continue };
            let named = named.strip_prefix('(').unwrap_or(named);
            let letters: String = named.chars().take_while(|sign| sign.is_ascii_uppercase()).collect();
            if matches!(letters.as_bytes(), [b'A'..=b'P'] | [b'S', b'A'..=b'D']) {
                registers.push(format!("GPP_{letters}"));
            }
        }
    }
    registers
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
    fn names_that_say_so_hold_secrets() {
        for name in [
            "API_Key",
            "LDAP_Pwd",
            "LDAP_Credential_",
            "XMPP_Pass",
            "User_PIN",
            "Custom_Token",
            "BW_Auth",
            "sipPassword",
            "mySecret2",
        ] {
            assert!(named_secret(name), "{name}");
        }
        for name in ["", "Pinned", "Author", "Compass", "Keyboard_Layout", "Passive", "Tokens", "Spin_Time"] {
            assert!(!named_secret(name), "{name}");
        }
    }

    #[test]
    fn a_rule_names_the_registers_of_its_secrets() {
        for (rule, registers) in [
            ("[--key $B] http://h/$MA.enc", &["GPP_B"][..]),
            ("[--uid $(C) --pwd \"$SD\"]http://h/x | [--key=$SA]http://h/y", &["GPP_SA", "GPP_SD"]),
            ("[--key abc] http://h/$B", &[]),
            ("[--key $MA] http://h/x", &[]),
            ("--key$B", &[]),
            ("--key", &[]),
        ] {
            assert_eq!(registers_of_secrets(rule), registers, "{rule}");
        }
    }

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
