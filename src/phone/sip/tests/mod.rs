mod answers;
mod asks;
mod octets;

use super::*;
use crate::phone::credentials::Login;
use crate::phone::model::Notification;
use crate::phone::{Random, Settings};
use std::net::SocketAddr;

/// A NOTIFY as a PBX writes it, in its short forms.
const SHORT: &str = "NOTIFY sip:101@127.0.10.1:5060 SIP/2.0\r\n\
    v: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKa1;rport\r\n\
    f: \"Lab, desk\" <sip:pbx@127.0.0.1>;tag=77\r\n\
    t: <sip:101@127.0.10.1>\r\n\
    i: call-1\r\n\
    CSeq: 1 NOTIFY\r\n\
    o: resync\r\n\
    l: 0\r\n\r\n";

fn short() -> Message {
    read(SHORT.as_bytes()).expect("reads")
}

fn at(text: &str) -> SocketAddr {
    text.parse().expect("an address")
}

fn login() -> Login {
    Login { user: "101".into(), password: "s3cret".into() }
}

fn ask(login: Option<Login>, transport: Transport) -> Ask {
    Ask {
        event: Notification::Resync,
        user: "101".into(),
        phone: "127.0.10.1:5060".into(),
        local: "127.0.0.1:5070".into(),
        transport,
        login,
    }
}

fn guarded() -> Settings {
    let mut settings = Settings::factory();
    settings.set("User_ID_1_", "101");
    settings.set("Password_1_", "s3cret");
    settings
}
