//! What a phone reads, and a phone that is told anything at all.

use super::octets;
use prov::phone::model::{
    Command, DnsAnswer, FetchAnswer, FetchRequest, Input, Lease, Millis, Notification, Phone, Player, Query, Service,
    Timed, World,
};
use prov::phone::profile::{self, AliasMap, Value};
use prov::phone::seal::{self, Digest, RECORD_SIZE};
use prov::phone::stance::{Matter, Stances};
use prov::phone::{Identity, Mac, Random, Scheme, Settings};
use std::net::Ipv4Addr;

const LIMIT: usize = 1 << 20;

pub fn profile(octets: &[u8]) {
    let aliases = AliasMap::parse("/a/b = /flat-profile/User_ID_1_ ; /c = /flat-profile/GPP_A ;").expect("a map");
    let _ = profile::decode_with(octets, &aliases);
    let Ok(mut read) = profile::decode(octets) else { return };
    // Nothing is written that only keeps a value: the form for it is that of an element without one.
    for element in &mut read.elements {
        if element.value == Value::Keep {
            element.value = Value::Absent;
        }
    }
    let mut written = profile::HEADER.to_vec();
    for element in &read.elements {
        match &element.value {
            Value::Keep | Value::Absent => profile::write_access(&mut written, &element.name, element.user),
            Value::Set(value) => {
                profile::open(&mut written, &element.name, element.user);
                profile::escape(&mut written, value);
                profile::close(&mut written, &element.name);
            }
        }
    }
    written.extend_from_slice(profile::FOOTER);
    let again = profile::decode(&written);
    assert_eq!(again.as_ref(), Ok(&read), "{}", String::from_utf8_lossy(&written));
}

/// What phones read is read as they do; what they refuse is read again as it was made out.
pub fn salvage(octets: &[u8]) {
    let (strict, found) = (profile::decode(octets), profile::salvage(octets));
    let Ok(found) = found else {
        assert!(strict.is_err());
        return;
    };
    assert_eq!(found.lines.len(), found.profile.elements.len());
    match strict {
        Ok(strict) => assert_eq!((strict, 0), (found.profile, found.mended.len())),
        Err(_) => assert!(!found.mended.is_empty()),
    }
}

pub fn damaged() -> Vec<Vec<u8>> {
    let mut all = profiles();
    all.extend(octets(&[
        "<flat-profile><A>a & b</A><B>(S0 <:1800>)</B></flat-profile>",
        "<A ua='rw'>1\n<B x=\"y>2</b><!-- c --><C/></D>",
        "<device><flat-profile><A>&nbsp;&#x41;&lt;</A>",
    ]));
    all.push(b"<flat-profile><A>M\xfcller</A></flat-profile>".to_vec());
    all.push("\u{feff}<flat-profile><A>ü</A>".encode_utf16().flat_map(u16::to_le_bytes).collect());
    all
}

pub fn gzip(octets: &[u8]) {
    if let Ok(plain) = profile::gunzip(octets, LIMIT) {
        assert!(plain.len() <= LIMIT);
    }
    let mut packed = Vec::new();
    profile::gzip(octets, &mut packed);
    assert_eq!(profile::gunzip(&packed, octets.len()).as_deref(), Ok(octets));
    // As a text with holes: every other piece is one, and ends with a zero.
    let pieces: Vec<&[u8]> = octets.split_inclusive(|octet| *octet == 0).collect();
    let fixed = |(at, piece): (usize, &&'_ [u8])| (at % 2 == 0).then_some(piece.to_vec());
    let fixed: Vec<Option<Vec<u8>>> = pieces.iter().enumerate().map(fixed).collect();
    let form = profile::Form::new(&fixed.iter().map(Option::as_deref).collect::<Vec<_>>());
    let ends = pieces.iter().scan(0, |end, piece| {
        *end += piece.len();
        Some(*end)
    });
    packed.clear();
    profile::gzip_of(&form, octets, &ends.collect::<Vec<_>>(), &mut packed);
    assert_eq!(profile::gunzip(&packed, octets.len()).as_deref(), Ok(octets));
}

pub fn seal(octets: &[u8]) {
    for key in [&b"k"[..], b"0123456789abcdef"] {
        let _ = seal::open_salted(key, Digest::Md5, octets);
        let _ = seal::open_profile(key, octets);
        let _ = seal::open_content(key, octets);
        let mut sealed = Vec::new();
        seal::seal_salted(key, Digest::Sha256, [7; 8], octets, &mut sealed);
        assert_eq!(seal::open_salted(key, Digest::Sha256, &sealed).as_deref(), Ok(octets));
        for size in [18, RECORD_SIZE] {
            let mut sealed = Vec::new();
            assert_eq!(seal::seal_content(key, [7; 16], size, b"", octets, &mut sealed), Ok(()));
            assert_eq!(seal::open_content(key, &sealed).as_deref(), Ok(octets));
        }
    }
}

/// A world whose every word comes from the octets: the first piece is what DHCP says of servers, the others answer
/// fetches in turn. Pieces end at a NUL.
struct Said<'o> {
    pieces: Vec<&'o [u8]>,
    fetches: usize,
}

impl Said<'_> {
    fn text(&self, piece: usize) -> String {
        String::from_utf8_lossy(self.pieces.get(piece).copied().unwrap_or_default()).into_owned()
    }
}

impl World for Said<'_> {
    fn lease(&mut self, _: Millis, _: &Identity) -> Timed<Option<Lease>> {
        let mut lease = Lease::bare(Ipv4Addr::new(192, 168, 50, 21));
        let said = self.pieces.first().copied().unwrap_or_default();
        lease.dns = vec![Ipv4Addr::LOCALHOST];
        lease.domain = Some("example.com".into());
        lease.options = [43, 66, 150, 159, 160].map(|code| (code, said.to_vec())).into();
        Timed::new(100, Some(lease))
    }

    fn resolve(&mut self, _: Millis, query: &Query) -> Timed<DnsAnswer> {
        let service = Service { priority: 1, weight: 0, port: 80, target: self.text(0) };
        let answer = match query {
            Query::Address(name) if name.len() % 3 == 0 => DnsAnswer::None,
            Query::Address(_) => DnsAnswer::Addresses(vec![Ipv4Addr::LOCALHOST]),
            Query::Service(name) if name.contains("http") => DnsAnswer::Services(vec![service]),
            Query::Service(_) => DnsAnswer::Timeout,
        };
        Timed::new(10, answer)
    }

    fn fetch(&mut self, _: Millis, request: &FetchRequest) -> Timed<FetchAnswer> {
        let answers = self.pieces.get(1..).unwrap_or_default();
        let said = answers.get(self.fetches % answers.len().max(1)).copied().unwrap_or_default();
        self.fetches += 1;
        let text = |octets: &[u8]| String::from_utf8_lossy(octets).into_owned();
        let answer = match (request.scheme, said) {
            (_, [b'~', ..]) => FetchAnswer::Timeout,
            (Scheme::Tftp, [b'!', rest @ ..]) => FetchAnswer::TftpError { code: 1, text: text(rest) },
            (Scheme::Tftp, body) => FetchAnswer::Tftp(body.to_vec()),
            (_, [b'>', to @ ..]) => FetchAnswer::Http {
                status: 302,
                location: Some(text(to)),
                challenge: None,
                encoding: None,
                body: vec![],
            },
            (_, [b'?', challenge @ ..]) => FetchAnswer::Http {
                status: 401,
                location: None,
                challenge: Some(text(challenge)),
                encoding: None,
                body: vec![],
            },
            (_, [b'!', ..]) => FetchAnswer::status(503),
            (_, [b'=', body @ ..]) => FetchAnswer::sealed(body),
            (_, body) => FetchAnswer::ok(body),
        };
        Timed::new(50, answer)
    }
}

const HOUR: Millis = 3_600_000;

pub fn model(octets: &[u8]) {
    let mac = Mac::new([0, 0x0e, 8, 0xab, 0xcd, 1]);
    let identity = Identity::new(mac, "CP-8841-3PCC", "sip88xx.11-3-1MPP-678").expect("an identity");
    let mut world = Said { pieces: octets.split(|octet| *octet == 0).collect(), fetches: 0 };
    let typed = world.text(1);
    // Every reading of every matter has its turn.
    let stances = Matter::ALL.iter().zip(octets.iter().rev()).fold(Stances::default(), |stances, (matter, octet)| {
        stances.with(*matter, usize::from(*octet) % matter.choices().len())
    });
    let phone = Phone::new(identity, Settings::factory(), Random::new(7)).with_stances(stances);
    let mut player = Player::new(phone, &mut world);
    player.power_on();
    player.until(HOUR);
    player.command(Command::Notify(Notification::Resync));
    player.until(2 * HOUR);
    player.command(Command::ActivationCode(typed.clone()));
    player.command(Command::UpgradeUrl(typed.clone()));
    player.command(Command::Lines { busy: true });
    player.until(3 * HOUR);
    player.command(Command::ResyncUrl { rule: Some(typed.clone()), from: Some(Ipv4Addr::LOCALHOST) });
    player.command(Command::Lines { busy: false });
    player.until(8 * HOUR);
    player.command(Command::Notify(Notification::Report));
    player.command(Command::Set { element: "CISCO_XML_EXE_Enable".into(), value: "Yes".into() });
    player.command(Command::Execute(typed.clone().into()));
    player.until(9 * HOUR);
    player.command(Command::Configure(typed.into()));
    player.until(10 * HOUR);
    let (mut phone, timeline) = player.finish();
    assert!(!timeline.to_string().is_empty());
    let _ = phone.handle(11 * HOUR, Input::Timer);
}

pub fn profiles() -> Vec<Vec<u8>> {
    let mut files = octets(&[
        "<flat-profile>\n  <Proxy_1_ ua=\"na\">sip.example.com</Proxy_1_>\n  <GPP_A>a&amp;b &lt;&#252;&gt;</GPP_A>\n  <GPP_B/>\n  <GPP_C ua=\"rw\"/>\n</flat-profile>\n",
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<device><flat-profile group=\"x\"><!-- c --><A><B>1</B></A><![CDATA[x]]><GPP_A></GPP_A></flat-profile></device>",
        "<a><b>1</b><c>2</c></a>",
        "<!DOCTYPE x [<!ENTITY e \"f\">]><flat-profile><X>&e;</X></flat-profile>",
    ]);
    let mut packed = Vec::new();
    profile::gzip(&files[0], &mut packed);
    files.push(packed);
    files
}

pub fn packed() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    for plain in [&b""[..], b"<flat-profile/>", &[0; 3000]] {
        let mut file = Vec::new();
        profile::gzip(plain, &mut file);
        files.push(file);
    }
    files.push(files.concat());
    // With a name, a comment and a checksum in its header.
    files.push([b"\x1f\x8b\x08\x1e\0\0\0\0\0\xff\x01\0xname\0note\0\0\0".as_slice(), &files[1][10..]].concat());
    files
}

pub fn sealed() -> Vec<Vec<u8>> {
    let plain = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";
    let mut files = vec![plain.to_vec()];
    for digest in [Digest::Md5, Digest::Sha256] {
        let mut file = Vec::new();
        seal::seal_salted(b"k", digest, [1; 8], plain, &mut file);
        files.push(file);
    }
    for size in [18, 40, RECORD_SIZE] {
        let mut file = Vec::new();
        seal::seal_content(b"k", [1; 16], size, b"id", plain, &mut file).expect("seals");
        files.push(file);
    }
    files
}

pub fn lives() -> Vec<Vec<u8>> {
    octets(&[
        "http://192.168.50.10/$MA.xml\0<flat-profile><Profile_Rule>/a/$PN.xml</Profile_Rule><Profile_Rule_B>[--key k --uid u] https://h/$SA</Profile_Rule_B><Resync_Periodic>60</Resync_Periodic></flat-profile>\0<flat-profile><Resync_Error_Retry_Delay>30+20,60</Resync_Error_Retry_Delay></flat-profile>\0!no\0>/elsewhere.xml\0?Digest realm=\"r\", nonce=\"n\", qop=\"auth\", algorithm=MD5\0?Basic realm=\"r\"\0~",
        "\x04\x07tftp://x\0<flat-profile><Upgrade_Rule>($SWVER lt sip88xx.12-0-1MPP-9)? http://h/sip88xx.12-0-1MPP-9.loads</Upgrade_Rule><Resync_Trigger_1>$UPGTMR gt 300</Resync_Trigger_1><Resync_At__HHmm_>0230</Resync_At__HHmm_></flat-profile>",
        "192.168.50.10\0<flat-profile><Report_Rule>[--status] http://h/r.xml</Report_Rule><Log_Request_Msg>$PN $MAC -- Requesting $SCHEME://$SERVIP:$PORT$PATH</Log_Request_Msg><Syslog_Server>192.168.50.10:514</Syslog_Server></flat-profile>",
        "http://192.168.50.10/x\0<flat-profile><IKM_HTTP_Encrypt_Content>k</IKM_HTTP_Encrypt_Content><Profile_Rule>[--key k] /y</Profile_Rule></flat-profile>\0=0123456789abcdef\x01\x01\x01\x01\x01kxxxxxxxxxxxxxxxxxxxx",
        "h\0<flat-profile><GPP_A>/x = /flat-profile/GPP_B ;</GPP_A><Profile_Rule>(GPP_C=\"1\";)! [--alias a] http://h/$C | [--srv] http://example.com/x</Profile_Rule></flat-profile>\0<y><x>1</x></y>",
    ])
}
