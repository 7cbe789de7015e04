//! WF §5 to §11: what stands in DHCP, HTTP, DNS, TFTP and syslog messages, and what firmware files are called.

use super::hex;
use prov::phone::dhcp::{Message, MessageType, Options, code};
use prov::phone::model::{
    DnsAnswer, FetchAnswer, FetchRequest, Lease, Method, Millis, Phone, Query, Service, Timed, World, datagram, run,
};
use prov::phone::tftp::{BLOCK_BOUNDS, ErrorCode, Mode, Packet, Request};
use prov::phone::{Identity, Mac, Random, Scheme, Settings};
use std::borrow::Cow;
use std::net::Ipv4Addr;

fn mac() -> Mac {
    Mac::new([0, 0x0e, 8, 1, 0x23, 0x45])
}

fn phone(set: &[(&str, &str)]) -> Phone {
    running("sip88xx.11-0-0MPP-7", set)
}

fn running(load: &str, set: &[(&str, &str)]) -> Phone {
    let identity = Identity::new(mac(), "CP-8841-3PCC", load).expect("an identity");
    let mut settings = Settings::factory();
    settings.set("Resync_Random_Delay", "0");
    set.iter().for_each(|(element, value)| settings.set(element, value));
    Phone::new(identity, settings, Random::new(1))
}

/// A world that has nothing to give, and notes what it was asked.
#[derive(Default)]
struct Asked {
    options: Vec<(u8, Vec<u8>)>,
    domain: Option<String>,
    services: Vec<(String, Vec<Service>)>,
    answer: Option<FetchAnswer>,
    names: Vec<String>,
    requests: Vec<FetchRequest>,
    log: Vec<String>,
}

impl Asked {
    fn urls(&self) -> Vec<String> {
        self.requests.iter().map(FetchRequest::url).collect()
    }
}

impl World for Asked {
    fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
        let mut lease = Lease::bare([10, 0, 0, 100].into());
        lease.options.clone_from(&self.options);
        lease.domain.clone_from(&self.domain);
        Timed::new(1, Some(lease))
    }

    fn resolve(&mut self, _: Millis, query: &Query) -> Timed<DnsAnswer> {
        self.names.push(query.name().to_owned());
        let services = self.services.iter().find(|(name, _)| name == query.name());
        let answer = match (query, services) {
            (Query::Service(_), Some((_, services))) => DnsAnswer::Services(services.clone()),
            (Query::Service(_), None) => DnsAnswer::None,
            (Query::Address(_), _) => DnsAnswer::Addresses(vec![[10, 0, 0, 1].into()]),
        };
        Timed::new(1, answer)
    }

    fn fetch(&mut self, _: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        self.requests.push(request.clone());
        let missing = match request.scheme {
            Scheme::Tftp => FetchAnswer::TftpError { code: 1, text: "no".into() },
            Scheme::Http | Scheme::Https => FetchAnswer::status(404),
        };
        Timed::new(1, self.answer.clone().unwrap_or(missing))
    }

    fn syslog(&mut self, _: Millis, server: &str, text: &str) {
        self.log.push(format!("{server} {text}"));
    }
}

/// What is fetched by a phone that is given these DHCP options, in one pass.
fn tried(options: &[(u8, &[u8])]) -> Vec<String> {
    let options = options.iter().map(|(code, octets)| (*code, octets.to_vec())).collect();
    let mut world = Asked { options, ..Asked::default() };
    run(phone(&[]), &mut world, 10_000);
    world.urls()
}

#[test]
fn wf_5_1_options_and_their_content() {
    let mut options = Options::default();
    options.insert(code::SUBNET_MASK, vec![255, 255, 255, 0]);
    options.insert(code::TIME_OFFSET, (-3600i32).to_be_bytes().to_vec());
    options.insert(code::ROUTER, vec![10, 0, 0, 1, 10, 0, 0, 2]);
    options.insert(code::DNS, vec![10, 0, 0, 3]);
    options.insert_text(code::DOMAIN, "example.com");
    options.insert(code::NTP, vec![10, 0, 0, 4]);
    options.insert_number(code::LEASE_TIME, 28_800);
    let mut message = Message::reply(&Message::request(MessageType::Discover, mac(), 1), MessageType::Offer);
    message.options = options;
    let read = Message::decode(&message.encode()).expect("a message").options;
    assert_eq!(read.address(code::SUBNET_MASK), Some([255, 255, 255, 0].into()));
    assert_eq!(read.number(code::TIME_OFFSET), Some(0xffff_f1f0));
    assert_eq!(read.addresses(code::ROUTER), [Ipv4Addr::new(10, 0, 0, 1), Ipv4Addr::new(10, 0, 0, 2)]);
    assert_eq!(read.addresses(code::DNS), [Ipv4Addr::new(10, 0, 0, 3)]);
    assert_eq!(read.text(code::DOMAIN).as_deref(), Some("example.com"));
    // 41 in the guide's list is a misprint for 51.
    assert_eq!((code::LEASE_TIME, read.number(51)), (51, Some(28_800)));
    let codes = [66, 150, 159, 160, 60, 43, 125];
    assert!(codes.iter().all(|code| code::PROVISIONING.contains(code)));
}

#[test]
fn wf_5_2_text_forms() {
    let bare = tried(&[(66, b"10.23.45.67")]);
    assert_eq!((bare.len(), bare[0].as_str()), (6, "tftp://10.23.45.67/8841-3PCC.xml"));
    for (code, octets) in [
        (66, &b"http://10.0.0.1"[..]),
        (159, b"http://10.0.0.1"),
        (160, b"http://10.0.0.1"),
        (160, b"http://10.0.0.1/"),
        // No NUL belongs to a text; one is dropped.
        (160, b"http://10.0.0.1\0"),
    ] {
        let expected = ["http://10.0.0.1/8841-3PCC.xml", "http://10.0.0.1/Cisco/CP-8841-3PCC/000e08012345.cfg"];
        assert_eq!(tried(&[(code, octets)]), expected, "{code}");
    }
    // 150: four octets an address, at least one; or the text view of it.
    for octets in [&[10, 0, 0, 1, 10, 0, 0, 2][..], b"10.0.0.1;10.0.0.2"] {
        let urls = tried(&[(150, octets)]);
        assert_eq!((urls.len(), urls[6].as_str()), (12, "tftp://10.0.0.2/8841-3PCC.xml"));
    }
    for octets in [&[][..], &[10, 0, 0], &[10, 0, 0, 1, 10]] {
        assert!(tried(&[(150, octets)]).is_empty(), "{octets:?}");
    }
    // The first that is listed and there is used, and no other.
    let urls = tried(&[(159, b"http://10.0.0.2"), (160, b"http://10.0.0.1")]);
    assert!(urls.iter().all(|url| url.starts_with("http://10.0.0.1/")), "{urls:?}");
}

#[test]
fn wf_5_2_more_than_255_octets_are_split() {
    let mut message = Message::request(MessageType::Inform, mac(), 1);
    for length in [0, 1, 255, 256, 510, 511, 2000] {
        let url = "u".repeat(length);
        message.options.insert_text(160, &url);
        let octets = message.encode();
        assert_eq!(Message::decode(&octets).expect("a message").options.text(160), Some(url), "{length}");
    }
}

#[test]
fn wf_5_3_option_43() {
    // Sub-option 1, 11 octets: an ACS URL is TR-069's, and names no provisioning server.
    let acs = hex("010b687474703a2f2f6163732f");
    assert_eq!(acs[2..], *b"http://acs/");
    assert!(tried(&[(43, &acs)]).is_empty());
    // Text begins with what prints.
    assert_eq!(tried(&[(43, b"10.0.0.1")]).len(), 6);
    assert_eq!(tried(&[(43, b"http://10.0.0.1")]).len(), 2);
}

#[test]
fn wf_5_4_option_125() {
    // Enterprise 3561, a gateway's OUI: no provisioning server.
    let gateway = [&3561u32.to_be_bytes()[..], &[8, 4, 6], b"000E08"].concat();
    assert_eq!(gateway[..4], *hex("00000de9"));
    assert!(tried(&[(125, &gateway)]).is_empty());
}

#[test]
fn wf_5_5_what_a_phone_sends() {
    assert_eq!(prov::phone::dhcp::vendor_class("CP-8845-3PCC"), "Cisco Systems, Inc. IP Phone CP-8845");
    // A server's own class in 60 is no provisioning server.
    assert!(tried(&[(60, b"PXEClient")]).is_empty());
    assert_eq!(tried(&[(60, b"10.0.0.1")]).len(), 6);
}

#[test]
fn wf_6_request() {
    let mut world = Asked::default();
    run(phone(&[("Profile_Rule", "http://h.example:8080/a?b=c")]), &mut world, 1000);
    let request = &world.requests[0];
    assert_eq!((request.method.clone(), request.path.as_str()), (Method::Get, "/a?b=c"));
    assert_eq!(request.authority(), "h.example:8080");
    assert_eq!(request.user_agent, "Cisco-CP-8841-3PCC/11.0 (000e08012345)");
    assert_eq!(request.authorization, None);
    let mut world = Asked::default();
    run(phone(&[("Profile_Rule", "https://h.example/a")]), &mut world, 1000);
    assert_eq!((world.requests[0].authority().as_str(), world.requests[0].port), ("h.example", 443));
    // POST: the register's text, its macros expanded.
    let mut world = Asked::default();
    run(phone(&[("Profile_Rule", "[--post a] http://h/a"), ("GPP_A", "id=$MA&sn=$SN")]), &mut world, 1000);
    let Method::Post { body } = &world.requests[0].method else { panic!("{:?}", world.requests[0]) };
    assert!(body.starts_with(b"id=000e08012345&sn="), "{}", String::from_utf8_lossy(body));
}

#[test]
fn wf_6_answers() {
    let requests = |answer: FetchAnswer| {
        let mut world = Asked { answer: Some(answer), ..Asked::default() };
        run(phone(&[("Profile_Rule", "[--uid u --pwd p] http://h/a")]), &mut world, 1000);
        world.requests
    };
    let answer = |status, location: Option<&str>, challenge: Option<&str>| FetchAnswer::Http {
        status,
        location: location.map(str::to_owned),
        challenge: challenge.map(str::to_owned),
        encoding: None,
        body: Vec::new(),
    };
    // At most two repeats with credentials.
    for challenge in ["Basic realm=\"r\"", "Digest realm=\"r\", nonce=\"n\", qop=\"auth\""] {
        let asked = requests(answer(401, None, Some(challenge)));
        assert_eq!(asked.len(), 3, "{challenge}");
        assert!(asked[0].authorization.is_none());
        let word = challenge.split(' ').next().expect("a word");
        assert!(asked[1].authorization.as_deref().is_some_and(|given| given.starts_with(word)), "{challenge}");
    }
    // 301 and 302 with a Location are followed, and nothing else is.
    for (status, followed) in [(301, true), (302, true), (303, false), (304, false), (307, false), (308, false)] {
        let asked = requests(answer(status, Some("http://h/b"), None));
        assert_eq!(asked.len() > 1, followed, "{status}");
    }
    assert_eq!(requests(answer(302, None, None)).len(), 1);
}

#[test]
fn wf_7_names() {
    let mut world = Asked { domain: Some("example.com".into()), ..Asked::default() };
    run(running("sip88xx.11-3-1MPP-678", &[]), &mut world, 1000);
    assert_eq!(world.names[..2], ["_ciscoprov-https._tls.example.com", "_ciscoprov-http._tcp.example.com"]);
    for (rule, name) in [
        ("[--srv] https://example.com/x", "_ciscoprov-https._tls.example.com"),
        ("[--srv] http://example.com/x", "_ciscoprov-http._tcp.example.com"),
    ] {
        let mut world = Asked::default();
        run(phone(&[("Profile_Rule", rule)]), &mut world, 1000);
        assert_eq!(world.names, [name], "{rule}");
    }
}

#[test]
fn wf_7_samples_in_the_phones_order() {
    let service = |priority, weight, port, target: &str| Service { priority, weight, port, target: target.into() };
    let name = "_ciscoprov-https._tls.example.com".to_owned();
    let urls = |services: Vec<Service>| {
        let mut world = Asked { services: vec![(name.clone(), services)], ..Asked::default() };
        run(phone(&[("Profile_Rule", "[--srv] https://example.com/dir/x")]), &mut world, 1000);
        world.urls()
    };
    // Among equals the phone's text takes the lower weight first; the path is the rule's, the port the record's.
    let samples = vec![service(10, 60, 5060, "pr1.example.com."), service(10, 20, 5060, "pr2.example.com.")];
    assert_eq!(urls(samples), ["https://pr2.example.com:5060/dir/x", "https://pr1.example.com:5060/dir/x"]);
    let unequal = vec![service(20, 1, 443, "b.example.com"), service(10, 99, 443, "a.example.com")];
    assert_eq!(urls(unequal), ["https://a.example.com/dir/x", "https://b.example.com/dir/x"]);
    // A target of `.`: the service is not offered.
    assert!(urls(vec![service(0, 0, 443, ".")]).is_empty());
}

fn request(options: prov::phone::tftp::Options) -> Request {
    Request { path: "/a".into(), mode: Mode::Octet, options }
}

#[test]
fn wf_8_packets() {
    let none = prov::phone::tftp::Options::default();
    let all = prov::phone::tftp::Options { blksize: Some(1468), timeout: Some(3), tsize: Some(0), windowsize: Some(8) };
    for (packet, octets) in [
        (Packet::Read(request(none)), &b"\0\x01/a\0octet\0"[..]),
        (Packet::Write(request(none)), b"\0\x02/a\0octet\0"),
        (Packet::Read(request(all)), b"\0\x01/a\0octet\0blksize\x001468\0timeout\x003\0tsize\x000\0windowsize\x008\0"),
        (Packet::Data { block: 258, data: Cow::Borrowed(b"xy") }, b"\0\x03\x01\x02xy"),
        (Packet::Data { block: 1, data: Cow::Borrowed(b"") }, b"\0\x03\0\x01"),
        (Packet::Ack(65535), b"\0\x04\xff\xff"),
        (Packet::Error { code: ErrorCode::NotFound, text: "no".into() }, b"\0\x05\0\x01no\0"),
        (Packet::OptionAck(all), b"\0\x06blksize\x001468\0timeout\x003\0tsize\x000\0windowsize\x008\0"),
    ] {
        assert_eq!(packet.encode(), octets, "{packet:?}");
        assert_eq!(Packet::decode(octets), Ok(packet));
    }
    let netascii = Packet::decode(b"\0\x01a\0NetASCII\0").expect("a request");
    assert!(matches!(netascii, Packet::Read(Request { mode: Mode::Netascii, .. })));
    for bad in [
        &b""[..],
        b"\0",
        b"\0\x07",
        b"\x01\0",
        b"\0\x01/a",
        b"\0\x01/a\0",
        b"\0\x01\0octet\0",
        b"\0\x01a\0mail\0",
        b"\0\x04\0",
    ] {
        assert!(Packet::decode(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn wf_8_errors() {
    let numbered = [
        ErrorCode::Undefined,
        ErrorCode::NotFound,
        ErrorCode::Access,
        ErrorCode::DiskFull,
        ErrorCode::Illegal,
        ErrorCode::UnknownTransfer,
        ErrorCode::Exists,
        ErrorCode::NoUser,
        ErrorCode::OptionRefused,
    ];
    for (number, code) in numbered.into_iter().enumerate() {
        assert_eq!((usize::from(code.number()), ErrorCode::from_number(number as u16)), (number, code));
    }
    // 1 is not found, class B; others are C (PB §12).
    for (code, lenient) in [(1, true), (0, false), (2, false)] {
        let answer = Some(FetchAnswer::TftpError { code, text: "x".into() });
        let mut world = Asked { answer, ..Asked::default() };
        let set =
            [("Profile_Rule", "tftp://10.0.0.1/a"), ("Resync_Fails_On_FNF", "No"), ("Resync_Error_Retry_Delay", "0")];
        let (_, timeline) = run(phone(&set), &mut world, 1000);
        assert_eq!(timeline.to_string().contains("let pass"), lenient, "{code}: {timeline}");
    }
}

#[test]
fn wf_8_options() {
    assert_eq!((*BLOCK_BOUNDS.start(), *BLOCK_BOUNDS.end()), (8, 65464));
    let read = |tail: &str| match Packet::decode(format!("\0\x01a\0octet\0{tail}").as_bytes()) {
        Ok(Packet::Read(request)) => (request.options.blksize, request.options.timeout, request.options.tsize),
        other => panic!("{tail:?}: {other:?}"),
    };
    for (tail, expected) in [
        ("blksize\08\0", (Some(8), None, None)),
        ("BLKSIZE\x0065464\0", (Some(65464), None, None)),
        ("blksize\x007\0", (None, None, None)),
        ("blksize\x0065536\0", (None, None, None)),
        ("blksize\0x\0", (None, None, None)),
        ("timeout\x001\0", (None, Some(1), None)),
        ("timeout\x00255\0", (None, Some(255), None)),
        ("timeout\x000\0", (None, None, None)),
        ("timeout\x00256\0", (None, None, None)),
        ("tsize\x000\0", (None, None, Some(0))),
        // Unknown ones are ignored.
        ("windowsize\08\0x\0y\0tsize\x005\0", (None, None, Some(5))),
    ] {
        assert_eq!(read(tail), expected, "{tail:?}");
    }
}

#[test]
fn wf_9_syslog() {
    let text = |text: &str| String::from_utf8_lossy(&datagram(0, text)).into_owned();
    assert_eq!(text("CP-78xx-3PCC 00:0e:08:ab:cd:ef -- x"), "<134>Jan  1 00:00:00 CP-78xx-3PCC 00:0e:08:ab:cd:ef -- x");
    for (identifier, begins) in [
        ("None", "s CP-8841-3PCC"),
        ("$MA", "s 000e08012345 CP-8841-3PCC"),
        ("$MAU", "s 000E08012345 CP-8841-3PCC"),
        ("$MAC", "s 00:0e:08:01:23:45 CP-8841-3PCC"),
    ] {
        let mut world = Asked::default();
        let set = [("Profile_Rule", "http://10.0.0.1/a"), ("Syslog_Server", "s"), ("Syslog_Identifier", identifier)];
        run(phone(&set), &mut world, 1000);
        assert!(!world.log.is_empty() && world.log.iter().all(|line| line.starts_with(begins)), "{:?}", world.log);
    }
}

#[test]
fn wf_11_firmware_files() {
    let mut world = Asked { answer: Some(FetchAnswer::ok("load")), ..Asked::default() };
    let rule = "http://10.0.0.1/image/sip88xx.11-3-1MPP-678.loads";
    let set = [("Upgrade_Rule", rule), ("Resync_On_Reset", "No")];
    let (phone, timeline) = run(phone(&set), &mut world, 60_000);
    assert_eq!(phone.identity().firmware(), "sip88xx.11-3-1MPP-678", "{timeline}");
    assert_eq!(world.urls()[0], rule);
}
