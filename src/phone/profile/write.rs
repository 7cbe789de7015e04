//! Writing profile XML, exact about form: which empty element means what differs between texts (WF §1.4), so the
//! writer has one function per form. Output is pure ASCII, since phones accept nothing else in values (WF §1.6).

use crate::phone::Access;

/// What every profile begins with.
pub const HEADER: &[u8] = b"<flat-profile>\n";
/// What every profile ends with.
pub const FOOTER: &[u8] = b"</flat-profile>\n";

/// `<X>` or `<X ua="rw">`.
pub fn open(into: &mut Vec<u8>, element: &str, user: Option<Access>) {
    into.extend_from_slice(b"  <");
    into.extend_from_slice(element.as_bytes());
    attribute(into, user);
    into.push(b'>');
}

/// `</X>` and the line's end.
pub fn close(into: &mut Vec<u8>, element: &str) {
    into.extend_from_slice(b"</");
    into.extend_from_slice(element.as_bytes());
    into.extend_from_slice(b">\n");
}

/// `<X ua="rw"/>`: changes who may change the value, and leaves the value (WF §1.4).
pub fn write_access(into: &mut Vec<u8>, element: &str, user: Option<Access>) {
    into.extend_from_slice(b"  <");
    into.extend_from_slice(element.as_bytes());
    attribute(into, user);
    into.extend_from_slice(b"/>\n");
}

/// A value, escaped as WF §1.5 has it; what is not ASCII becomes a numeric escape.
pub fn escape(into: &mut Vec<u8>, value: &str) {
    let mut rest = value;
    // Most values have nothing to escape, and are found to have nothing octet by octet.
    while let Some(at) = rest.bytes().position(|octet| !is_plain(octet)) {
        let (plain, special) = rest.split_at(at);
        into.extend_from_slice(plain.as_bytes());
        let mut characters = special.chars();
        match characters.next() {
            Some('&') => into.extend_from_slice(b"&amp;"),
            Some('<') => into.extend_from_slice(b"&lt;"),
            Some('>') => into.extend_from_slice(b"&gt;"),
            Some('"') => into.extend_from_slice(b"&quot;"),
            Some('\'') => into.extend_from_slice(b"&apos;"),
            other => into.extend_from_slice(format!("&#{};", other.map_or(0, u32::from)).as_bytes()),
        }
        rest = characters.as_str();
    }
    into.extend_from_slice(rest.as_bytes());
}

/// Printable ASCII that stands for itself. Whatever is not ASCII begins with an octet that is not plain either.
const fn is_plain(octet: u8) -> bool {
    matches!(octet, b' '..=b'~') && !matches!(octet, b'&' | b'<' | b'>' | b'"' | b'\'')
}

fn attribute(into: &mut Vec<u8>, user: Option<Access>) {
    if let Some(user) = user {
        into.extend_from_slice(b" ua=\"");
        into.extend_from_slice(user.name().as_bytes());
        into.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = Vec::new();
        write(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[test]
    fn the_hotline_of_the_guide_is_escaped_as_printed() {
        assert_eq!(written(|bytes| escape(bytes, "(S0 <:18005551212>)")), "(S0 &lt;:18005551212&gt;)");
    }

    #[test]
    fn what_is_not_ascii_leaves_as_numbers() {
        assert_eq!(
            written(|bytes| escape(bytes, "Müller & Jörg\n\"x\"")),
            "M&#252;ller &amp; J&#246;rg&#10;&quot;x&quot;"
        );
    }

    #[test]
    fn each_form_has_its_own_spelling() {
        assert_eq!(written(|bytes| write_access(bytes, "X", Some(Access::Rw))), "  <X ua=\"rw\"/>\n");
        let whole = written(|bytes| {
            open(bytes, "Proxy_1_", None);
            close(bytes, "Proxy_1_");
        });
        assert_eq!(whole, "  <Proxy_1_></Proxy_1_>\n");
    }
}
