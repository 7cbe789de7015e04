//! What a request tells, for files that are made of it. All of it was said by the other side: it is cut to a size, and signs
//! that no XML file can hold are left out.

use crate::plan::{Asking, RequestValue};
use crate::serve::tls::{Holder, Subject};

/// Signs of one value that are put in.
const MOST: usize = 2000;

pub(super) struct Asked {
    subject: Subject,
    firmware: String,
    body: String,
}

impl Asked {
    pub fn new(holder: Option<&Holder>, agent: Option<&str>, body: &[u8]) -> Self {
        let subject = holder.map(|holder| holder.subject.clone()).unwrap_or_default();
        let Subject { cn, o, ou, l, st, c, serial } = subject;
        let [cn, o, ou, l, st, c, serial] = [cn, o, ou, l, st, c, serial].map(|text| sound(&text));
        Asked {
            subject: Subject { cn, o, ou, l, st, c, serial },
            firmware: sound(agent.and_then(firmware).unwrap_or_default()),
            body: sound(&String::from_utf8_lossy(body)),
        }
    }
}

impl Asking for Asked {
    fn value(&self, of: RequestValue) -> &str {
        match of {
            RequestValue::CommonName => &self.subject.cn,
            RequestValue::Organization => &self.subject.o,
            RequestValue::Unit => &self.subject.ou,
            RequestValue::Locality => &self.subject.l,
            RequestValue::State => &self.subject.st,
            RequestValue::Country => &self.subject.c,
            RequestValue::Serial => &self.subject.serial,
            RequestValue::Firmware => &self.firmware,
            RequestValue::Body => &self.body,
        }
    }
}

/// `11.0` in `Cisco-CP-8841-3PCC/11.0 (00562b043615)` (PB §11).
fn firmware(agent: &str) -> Option<&str> {
    agent.split_once('/')?.1.split_whitespace().next()
}

/// What XML 1.0 can hold (§2.2), and not too much of it.
fn sound(text: &str) -> String {
    let fits = |sign: &char| {
        let control = sign.is_control() && !matches!(sign, '\t' | '\n' | '\r');
        !control && !matches!(sign, '\u{fffe}' | '\u{ffff}')
    };
    text.chars().filter(fits).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_made_sound() {
        let asked = Asked::new(None, Some("Cisco-CP-8841-3PCC/11.0.1 (00562b043615)"), b"a\0b\x1b<&\xff\n");
        assert_eq!(asked.value(RequestValue::Firmware), "11.0.1");
        assert_eq!(asked.value(RequestValue::Body), "ab<&\u{fffd}\n");
        assert_eq!(asked.value(RequestValue::CommonName), "");
        assert_eq!(Asked::new(None, Some("curl"), &[b'x'; 9000]).value(RequestValue::Body).len(), MOST);
    }
}
