//! What arrives at a phone's SIP ports and web server, and what a phone answers to whoever notifies it.

use super::octets;
use prov::phone::credentials::Login;
use prov::phone::model::Notification;
use prov::phone::sip::{Answerer, Ask, Asking, Frames, Message, Outcome, Place, Step, Transport, read};
use prov::phone::web::{Asked, answer};
use prov::phone::{Nonces, Random, Settings};

fn settings() -> Settings {
    let mut settings = Settings::factory();
    for (element, value) in [
        ("User_ID_1_", "101"),
        ("Password_1_", "secret"),
        ("SIP_Transport_1_", "AUTO"),
        ("Admin_Password", "secret"),
        ("CISCO_XML_EXE_Enable", "Yes"),
    ] {
        settings.set(element, value);
    }
    settings
}

pub fn sip(octets: &[u8]) {
    let settings = settings();
    let mut messages: Vec<Message> = read(octets).into_iter().collect();
    let mut frames = Frames::default();
    for part in octets.chunks(7) {
        frames.push(part);
        while let Ok(Some(message)) = frames.message() {
            messages.push(message);
        }
    }
    let mut answerer = Answerer::new(Random::new(1));
    let ask = Ask {
        event: Notification::Resync,
        user: "101".into(),
        phone: "127.0.0.1:5060".into(),
        local: "127.0.0.1:5061".into(),
        transport: Transport::Udp,
        login: Some(Login { user: "101".into(), password: "secret".into() }),
    };
    let (mut asking, _) = Asking::begin(ask, Random::new(2), 0);
    for (now, message) in (0u64..).step_by(100).zip(&messages) {
        assert_eq!(read(&message.encode()).as_ref(), Ok(message), "what was read writes");
        let place = Place { transport: Transport::Udp, port: 5060, from: ([127, 0, 0, 1], 5061).into() };
        let heard = answerer.hear(message, place, &settings, "lab", now);
        assert!(heard.command.is_none(), "nobody knows the password");
        if let Some((answer, _)) = heard.answer {
            read(&answer).expect("an answer is a message");
        }
        let steps = asking.received(message, now);
        assert!(!steps.contains(&Step::Done(Outcome::Accepted)), "nobody knows the branch");
    }
    let text = String::from_utf8_lossy(octets);
    let (target, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let asked = Asked {
        method: "POST".into(),
        target: target.to_owned(),
        authorization: Some(rest.to_owned()),
        from: None,
        body: octets.to_vec(),
    };
    let said = answer(&asked, &settings, &Nonces::new([1, 2, 3, 4]), 0);
    assert!(said.command.is_none() || target.contains("xpassword=secret"), "who does not know the password");
}

pub fn messages() -> Vec<Vec<u8>> {
    octets(&[
        "NOTIFY sip:101@h SIP/2.0\r\nVia: SIP/2.0/UDP h:5061;branch=z9hG4bK1;rport\r\nFrom: <sip:a@h>;tag=1\r\n\
         To: <sip:101@h>\r\nCall-ID: 1\r\nCSeq: 1 NOTIFY\r\nEvent: resync\r\nContent-Length: 0\r\n\r\n",
        "NOTIFY sip:101@h SIP/2.0\r\nv: SIP/2.0/TCP [::1]:5061;branch=z9hG4bK1, SIP/2.0/UDP b\r\nf: \"x;y\" <sip:a@h>;tag=1\r\n\
         t: sip:101@h\r\ni: 1\r\nCSeq: 1\r\n  NOTIFY\r\no: reboot_now\r\nl: 3\r\n\r\nabc\r\n\r\n",
        "NOTIFY sip:101@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK2\r\nFrom: a\r\nTo: b\r\nCall-ID: 1\r\nCSeq: 2 NOTIFY\r\n\
         Event: resync\r\nAuthorization: Digest username=\"101\", realm=\"lab\", nonce=\"0\", uri=\"sip:101@h\", \
         response=\"0\", qop=auth, nc=00000001, cnonce=\"1\"\r\n\r\n",
        "SIP/2.0 401 Unauthorized\r\nVia: SIP/2.0/UDP 127.0.0.1:5061;branch=z9hG4bK1\r\nCSeq: 1 NOTIFY\r\n\
         WWW-Authenticate: Digest realm=\"r\", nonce=\"n\", qop=\"auth\", stale=true\r\nRetry-After: 5 (x)\r\n\r\n",
        "OPTIONS sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK3\r\nFrom: a\r\nTo: b\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n",
        "/admin/resync?http://h/%24MA.cfg&xuser=admin&xpassword=no\nDigest username=\"admin\", nonce=\"0\"",
        "/CGI/Execute\nBasic YTpi",
    ])
}
