//! Whom a client's certificate names. Cisco's phones have a certificate of their own from the factory, with the hardware
//! address in its subject (PB §14); where in it is the maker's affair, and differs from model to model.

use crate::phone::Mac;
use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, GeneralName, X509Certificate, X509Name};

/// Who showed a certificate that somebody vouches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    pub subject: Subject,
    alternatives: Vec<String>,
}

/// The parts of a subject that are asked for; empty where there is none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subject {
    pub cn: String,
    pub o: String,
    pub ou: String,
    pub l: String,
    pub st: String,
    pub c: String,
    pub serial: String,
}

impl Holder {
    /// The certificate is sound: it was verified before it came here.
    pub fn of(certificate: &CertificateDer<'_>) -> Holder {
        let Ok((_, certificate)) = X509Certificate::from_der(certificate) else { return Holder::default() };
        let alternative = certificate.subject_alternative_name().ok().flatten();
        let general = alternative.iter().flat_map(|extension| &extension.value.general_names);
        let alternatives = general.filter_map(|name| match name {
            GeneralName::DNSName(name) | GeneralName::URI(name) | GeneralName::RFC822Name(name) => {
                Some((*name).to_owned())
            }
            _ => None,
        });
        Holder { subject: Subject::of(certificate.subject()), alternatives: alternatives.collect() }
    }

    /// The phone's hardware address in any usual spelling: in the common name, the serial number, the locality (where
    /// phones had it at first, PB §14) or another name. One that names two names nobody.
    pub fn mac(&self) -> Option<Mac> {
        let Subject { cn, serial, l, .. } = &self.subject;
        let mut found = [cn, serial, l].into_iter().chain(&self.alternatives).flat_map(|text| addresses(text));
        let first = found.next()?;
        found.all(|other| other == first).then_some(first)
    }
}

impl Subject {
    fn of(name: &X509Name<'_>) -> Subject {
        let first = |wanted: &x509_parser::der_parser::Oid<'static>| {
            let part = name.iter_attributes().find(|part| part.attr_type() == wanted);
            part.and_then(|part| part.as_str().ok()).unwrap_or_default().to_owned()
        };
        use x509_parser::oid_registry as oid;
        Subject {
            cn: first(&oid::OID_X509_COMMON_NAME),
            o: first(&oid::OID_X509_ORGANIZATION_NAME),
            ou: first(&oid::OID_X509_ORGANIZATIONAL_UNIT),
            l: first(&oid::OID_X509_LOCALITY_NAME),
            st: first(&oid::OID_X509_STATE_OR_PROVINCE_NAME),
            c: first(&oid::OID_X509_COUNTRY_NAME),
            serial: first(&oid::OID_X509_SERIALNUMBER),
        }
    }
}

/// Whether a certificate is this phone's: its common name is made as the pattern says, or, without one, it holds the address.
pub fn is_of(holder: &Holder, identity: Option<&str>, mac: Mac, product: &str, series: &str) -> bool {
    match identity {
        None => holder.mac() == Some(mac),
        Some(pattern) => matches(pattern, &holder.subject.cn, mac, product, series),
    }
}

/// Whether a text is what a pattern comes to for a phone, in any case of letters. A serial number is not known of a phone:
/// a pattern without an address names nobody.
fn matches(pattern: &str, text: &str, mac: Mac, product: &str, series: &str) -> bool {
    let (expected, named) = expand(pattern, mac, product, series);
    named && fits(&expected, text)
}

/// The common name that a phone's certificate has: as the pattern says, or as Cisco's own have it.
pub fn common_name(identity: Option<&str>, mac: Mac, product: &str, series: &str) -> String {
    let (name, _) = expand(identity.unwrap_or("$PN-SEP$MAU"), mac, product, series);
    name.replace(SERIAL, "FCH00000000")
}

/// What a pattern comes to, and whether it names a phone.
fn expand(pattern: &str, mac: Mac, product: &str, series: &str) -> (String, bool) {
    let mut expected = String::with_capacity(64);
    let (mut rest, mut named) = (pattern, false);
    while let Some((before, from)) = rest.split_once('$') {
        expected.push_str(before);
        let (name, after) = macro_name(from);
        match name {
            "MA" => mac.push_plain(&mut expected),
            "MAU" => expected.push_str(&mac.plain_upper()),
            "MAC" => expected.push_str(&mac.to_string()),
            "PN" => expected.push_str(product),
            "PSN" => expected.push_str(series),
            // What is left is compared only as far as it can be: a sign that no name has stands for the number.
            _ => expected.push(SERIAL),
        }
        named |= name.starts_with("MA");
        rest = after;
    }
    expected.push_str(rest);
    (expected, named)
}

const SERIAL: char = '\0';

/// The name after a dollar sign, in braces or not, and what follows it. The longer name first.
fn macro_name(from: &str) -> (&str, &str) {
    if let Some((inside, after)) = from.strip_prefix('(').and_then(|from| from.split_once(')')) {
        return (inside, after);
    }
    let known = ["MAU", "MAC", "MA", "PSN", "PN", "SN"].into_iter().find(|name| from.starts_with(name));
    from.split_at(known.map_or(0, str::len))
}

/// Serial numbers are letters and digits, as many as there are.
fn fits(expected: &str, text: &str) -> bool {
    let Some((before, after)) = expected.split_once(SERIAL) else { return expected.eq_ignore_ascii_case(text) };
    let Some((head, tail)) = text.split_at_checked(before.len()) else { return false };
    let longest = tail.bytes().take_while(u8::is_ascii_alphanumeric).count();
    head.eq_ignore_ascii_case(before)
        && (1..=longest).any(|length| tail.get(length..).is_some_and(|tail| fits(after, tail)))
}

/// The hardware addresses in a text: twelve digits, or six pairs or three fours with one sign between them, and no digit
/// beside that would make it something longer.
pub fn addresses(text: &str) -> Vec<Mac> {
    let octets = text.as_bytes();
    let digit = |at: usize| octets.get(at).is_some_and(u8::is_ascii_hexdigit);
    let between = |at: usize| octets.get(at).is_some_and(|sign| matches!(sign, b':' | b'-' | b'.'));
    let mut found = Vec::new();
    let mut at = 0;
    while at < octets.len() {
        let begins = digit(at) && (at == 0 || !digit(at - 1));
        let address = begins.then(|| {
            [12, 17, 14].into_iter().find_map(|length| {
                let end = at + length;
                let goes_on =
                    length > 12 && (between(end) && digit(end + 1) || at >= 2 && between(at - 1) && digit(at - 2));
                let slice = text.get(at..end).filter(|slice| !digit(end) && !goes_on && is_spelled(slice))?;
                Some((slice.parse::<Mac>().ok()?, length))
            })
        });
        match address.flatten() {
            Some((mac, length)) => {
                found.push(mac);
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

/// Whether digits and signs stand where they do in an address.
fn is_spelled(text: &str) -> bool {
    let group = match text.len() {
        12 => return text.bytes().all(|sign| sign.is_ascii_hexdigit()),
        14 => 5,
        _ => 3,
    };
    let mut between = text.bytes().skip(group - 1).step_by(group);
    let first = between.next();
    between.all(|sign| Some(sign) == first)
        && match first {
            Some(b'.') => group == 5,
            Some(b':' | b'-') => group == 3,
            _ => false,
        }
        && text.bytes().enumerate().all(|(at, sign)| at % group == group - 1 || sign.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 0xef]);

    #[test]
    fn an_address_is_found_in_any_usual_spelling() {
        for (text, expected) in [
            ("CP-8841-3PCC-SEP000E08ABCDEF", vec![MAC]),
            ("000e08abcdef", vec![MAC]),
            ("00:0E:08:ab:cd:ef", vec![MAC]),
            ("x 00-0e-08-ab-cd-ef y", vec![MAC]),
            ("000e.08ab.cdef", vec![MAC]),
            ("PID:CP-8841-3PCC SN:FCH2051ABCD", vec![]),
            ("000e08abcdef0", vec![]),
            ("a000e08abcdef", vec![]),
            ("00:0e:08:ab:cd:ef:01", vec![]),
            ("01:00:0e:08:ab:cd:ef", vec![]),
            ("00:0e-08:ab:cd:ef", vec![]),
            ("CC-000E08ABCDEF", vec![MAC]),
            ("SEP000E08ABCDEF.000E08ABCDEF", vec![MAC, MAC]),
            ("", vec![]),
            ("ééé000e08abcdefé", vec![MAC]),
        ] {
            assert_eq!(addresses(text), expected, "{text}");
        }
    }

    #[test]
    fn a_holder_that_names_two_phones_names_none() {
        let holder = |cn: &str, l: &str, other: &str| Holder {
            subject: Subject { cn: cn.into(), l: l.into(), ..Subject::default() },
            alternatives: vec![other.into()],
        };
        assert_eq!(holder("SEP000E08ABCDEF", "", "").mac(), Some(MAC));
        assert_eq!(holder("phone", "00:0e:08:ab:cd:ef", "000e08abcdef").mac(), Some(MAC));
        assert_eq!(holder("phone", "", "urn:dev:mac:000e08abcdef").mac(), Some(MAC));
        assert_eq!(holder("SEP000E08ABCDEF", "", "000e08abcdee").mac(), None);
        assert_eq!(holder("phone", "", "").mac(), None);
    }

    #[test]
    fn a_pattern_says_how_the_common_name_is_made() {
        for (pattern, cn, expected) in [
            ("CP-$PN-SEP$MAU", "CP-CP-8841-3PCC-SEP000E08ABCDEF", true),
            ("$PN-SEP$MAU", "cp-8841-3pcc-sep000e08abcdef", true),
            ("$PN-SEP$MAU", "CP-8841-3PCC-SEP000E08ABCDEE", false),
            ("$PN-SEP$MAU", "CP-8861-3PCC-SEP000E08ABCDEF", false),
            ("$PN-SEP$MAU", "CP-8841-3PCC-SEP000E08ABCDEFx", false),
            ("$(MAC)", "00:0e:08:ab:cd:ef", true),
            ("cafe$MA", "cafe000e08abcdef", true),
            ("$SN-$MA", "FCH12345678-000e08abcdef", true),
            ("$SN-$MA", "-000e08abcdef", false),
            ("$SN", "FCH12345678", false),
            ("phone", "phone", false),
            ("", "", false),
        ] {
            assert_eq!(matches(pattern, cn, MAC, "CP-8841-3PCC", "8841-3PCC"), expected, "{pattern} {cn}");
        }
    }
}
