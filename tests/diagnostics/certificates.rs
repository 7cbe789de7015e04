//! What a server's certificate and key come to for phones: read as files beside a program, whole.

use prov::compile::Options;
use prov::diagnostic::{Code, Diagnostic};
use prov::language::MemoryFiles;
use prov::pipeline;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ED25519};

/// `openssl req -x509 -newkey rsa:1024`: no library makes one any more.
const SHORT: &str = "\
-----BEGIN CERTIFICATE-----
MIICMTCCAZqgAwIBAgIUOoAKqO2WiI6xX34zpZ/lTp09Gb8wDQYJKoZIhvcNAQEL
BQAwGzEZMBcGA1UEAwwQcHJvdi5leGFtcGxlLmNvbTAgFw0yNjExMzAyMDI0MTla
GA8yMTI2MTEwNjIwMjQxOVowGzEZMBcGA1UEAwwQcHJvdi5leGFtcGxlLmNvbTCB
nzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEAzQji0MwTqmFSqQ2ghOOhVgGKOb7Y
Ta5zIM8VuvVNZFhcv3IJxb4gbQ2Zm5662QfzZmj3+sfupvRGSlMZhFNH3eDPjjtJ
OX0Vg07NZJmOuMeX3NDIOqF5/hGmx0IxHgOVEhJFPuj8SCX+SqDns4trPjK2EfrP
dTg8KtWt/AwJCjcCAwEAAaNwMG4wHQYDVR0OBBYEFKVb802rncxcBhwTCRsCvcX+
f5hKMB8GA1UdIwQYMBaAFKVb802rncxcBhwTCRsCvcX+f5hKMA8GA1UdEwEB/wQF
MAMBAf8wGwYDVR0RBBQwEoIQcHJvdi5leGFtcGxlLmNvbTANBgkqhkiG9w0BAQsF
AAOBgQC24e7rdpKkrUIO4qakqs1JLCKeFeCLeIqbKMrsOU2TQjEJPMNs9f3XZPnr
wjRclN1yc6so/THAmPFCqhCl2Mu/6c99TCdNXVePTw7a6TVpaDS3rVoIBy9sD2M+
zgj+/Tkqj9Usf8f70yjs4EImpSyiunUfSdo47uSLAnga7u/oYw==
-----END CERTIFICATE-----
";

/// A certificate for the server that an authority signed, and its key.
fn signed(key: &KeyPair) -> String {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    authority.distinguished_name.push(rcgen::DnType::CommonName, "Example CA");
    let authority = Issuer::new(authority, KeyPair::generate().expect("a key"));
    let params = CertificateParams::new(vec!["prov.example.com".to_owned()]).expect("a name");
    params.signed_by(key, &authority).expect("signs").pem()
}

fn by_itself(key: &KeyPair) -> String {
    let params = CertificateParams::new(vec!["prov.example.com".to_owned()]).expect("a name");
    params.self_signed(key).expect("signs").pem()
}

fn key() -> KeyPair {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).expect("a key")
}

/// What P0907 says of an office whose phones fetch these profiles.
fn told(certificate: &str, key: &str, profiles: &str) -> Vec<Diagnostic> {
    let names: Vec<&str> = profiles.split("profile ").skip(1).filter_map(|one| one.split(' ').next()).collect();
    let text = format!(
        r#"use cisco.mpp
server prov {{ name "prov.example.com"  address 192.168.50.10
  http {{ }}  https {{ port 443  certificate "a.pem"  key file("a.key") }} }}
server other {{ name "other.example.com"  address 192.168.50.11  http {{ }} }}
{profiles}
fleet desks {{ server prov  profiles {}
  phone 00:0e:08:ab:cd:01 {{ model "CP-8841-3PCC" }}
}}
"#,
        names.join(", ")
    );
    let mut files = MemoryFiles::single(text);
    files.0.insert("a.pem".to_owned(), certificate.as_bytes().to_vec());
    if !key.is_empty() {
        files.0.insert("a.key".to_owned(), key.as_bytes().to_vec());
    }
    let planned = pipeline::plan(&files, "main.prov", &Options::default());
    planned.findings().iter().filter(|finding| finding.code == Code::P0907).cloned().collect()
}

const TLS: &str = "profile account { fetch https \"/$MA.xml\" }";

#[test]
fn keys_that_phones_do_not_take() {
    let (own, other) = (key(), key());
    let edwards = KeyPair::generate_for(&PKCS_ED25519).expect("a key");
    let (good, secret) = (signed(&own), own.serialize_pem());
    for (certificate, key, said) in [
        (&*good, other.serialize_pem(), "the key in `a.key` does not belong to the certificate in `a.pem`"),
        (&*good, edwards.serialize_pem(), "the key in `a.key` does not belong to the certificate in `a.pem`"),
        (&*good, "nonsense".to_owned(), "`a.key` holds no private key"),
        (&*good, good.clone(), "`a.key` holds no private key"),
        (
            &*good,
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n".to_owned(),
            "the key in `a.key` is locked with a passphrase",
        ),
        (&*signed(&edwards), edwards.serialize_pem(), "the key of `a.pem` is of Ed25519"),
        (SHORT, String::new(), "the key of `a.pem` is of RSA with 1024 bits"),
    ] {
        let profiles = "profile first { fetch http \"/first/$MA.xml\"\n Custom_CA_Rule = \"http://ca.test/ca.pem\" }\n"
            .to_owned()
            + TLS;
        let found = told(certificate, &key, &profiles);
        let [finding] = found.as_slice() else { panic!("{said}: {found:#?}") };
        assert_eq!(finding.message, said);
        // Nothing of a key is shown.
        let all = format!("{finding:?}");
        assert!(key.lines().nth(1).is_none_or(|line| line.len() < 8 || !all.contains(line)), "{said}");
    }
    // Its own key, one that is not there yet, and one of another kind of curve.
    assert_eq!(told(&good, &secret, TLS), []);
    assert_eq!(told(&good, "", TLS), []);
    let wide = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key");
    assert_eq!(told(&signed(&wide), &wide.serialize_pem(), TLS), []);
}

#[test]
fn an_authority_that_only_the_server_itself_tells_of() {
    let own = key();
    let (certificate, secret) = (by_itself(&own), own.serialize_pem());
    let first = |scheme: &str, rule: &str| {
        format!("profile first {{ fetch {scheme} \"/first/$MA.xml\"\n Custom_CA_Rule = \"{rule}\" }}\n{TLS}")
    };
    let of_account =
        "profile account { fetch https \"/$MA.xml\"\n Custom_CA_Rule = \"http://ca.test/ca.pem\" }".to_owned();
    for (profiles, why) in [
        // It stands in a file that comes by https from there, and nowhere else.
        (of_account, "from this server only"),
        (first("https", "http://ca.test/ca.pem"), "from this server only"),
        // It stands where phones get it, and leads there.
        (first("http", "https://prov.example.com/ca.pem"), "from this server only"),
        (first("http", "https://192.168.50.10/ca.pem"), "from this server only"),
        (TLS.to_owned(), "and no other"),
        (first("http", ""), "and no other"),
    ] {
        let found = told(&certificate, &secret, &profiles);
        let [finding] = found.as_slice() else { panic!("{profiles}: {found:#?}") };
        let label: String = finding.labels.iter().map(|label| label.text.clone()).collect();
        assert!(label.contains(why), "{profiles}: {label}");
    }
    for profiles in [first("http", "http://ca.test/ca.pem"), first("http", "https://ca.test/ca.pem")] {
        assert_eq!(told(&certificate, &secret, &profiles), [], "{profiles}");
    }
    // Another server's file tells of it as well.
    let elsewhere = format!(
        "profile first {{ fetch http on other \"/first/$MA.xml\"\n Custom_CA_Rule = \"http://ca.test/ca.pem\" }}\n{TLS}"
    );
    assert_eq!(told(&certificate, &secret, &elsewhere), []);
}

/// Whichever rule sends a phone to a server over https, and by whichever name.
#[test]
fn every_rule_over_https_is_held_against_the_certificate() {
    let key = key();
    let of = |setting: &str| {
        let profile = format!("profile account {{ fetch http \"/$MA.xml\"\n {setting} }}");
        told(&signed(&key), &key.serialize_pem(), &profile).into_iter().map(|one| one.message).collect::<Vec<_>>()
    };
    let address = ["the certificate of `prov` does not name `192.168.50.10`"];
    assert_eq!(of("Report_Rule = \"https://192.168.50.10/r/$MA.xml\""), address);
    assert_eq!(of("Upgrade_Rule = \"https://192.168.50.10/sip88xx.11-3-7MPP0001-272.loads\""), address);
    for good in [
        "Report_Rule = \"https://PROV.example.com/r/$MA.xml\"",
        "Report_Rule = \"http://192.168.50.10/r/$MA.xml\"",
        "Report_Rule = \"https://192.168.50.99/r/$MA.xml\"",
    ] {
        assert_eq!(of(good), [""; 0], "{good}");
    }
}
