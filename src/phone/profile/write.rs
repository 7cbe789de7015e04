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
    let mut plain = 0;
    for (at, c) in value.char_indices() {
        let escaped = match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            ' '..='~' => continue,
            _ => "",
        };
        into.extend_from_slice(value.get(plain..at).unwrap_or_default().as_bytes());
        plain = at + c.len_utf8();
        if escaped.is_empty() {
            into.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes());
        } else {
            into.extend_from_slice(escaped.as_bytes());
        }
    }
    into.extend_from_slice(value.get(plain..).unwrap_or_default().as_bytes());
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
