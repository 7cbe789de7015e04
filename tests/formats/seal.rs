//! WF §3 and §4: files sealed as `openssl enc` does, and by RFC 8188.

use super::hex;
use prov::phone::profile::gzip;
use prov::phone::seal::{
    ContentError, Digest, RECORD_SIZE, SaltedError, content_keys, open_content, open_profile, open_salted, salted_keys,
    seal_content, seal_salted,
};

const PHRASE: &[u8] = b"SecretPhrase1234";
const SALT: [u8; 8] = [0, 1, 2, 3, 4, 5, 6, 7];
const PLAIN: &[u8] = b"<flat-profile><GPP_A>12345678</GPP_A></flat-profile>\n";
const MD5: &str = "53616c7465645f5f0001020304050607aaf2677c334d136943dffd1e61f358c9b3b440368d65a4253c6cf982db3740f70c731deaa7ecc37e27cb392a4a1870b2c6f42874770276aeda001b5d10168ccb";
const SHA256: &str = "53616c7465645f5f000102030405060751dc474c55ab0f87cefc15a359d2cd23ad2da9a3ad1b2635ab9054a8dc79fffc0a52e757e86705078e905176707ebb162b72704b9556c5dcd671cb076c974b7a";

fn salted(phrase: &[u8], digest: Digest, plain: &[u8]) -> Vec<u8> {
    let mut file = Vec::new();
    seal_salted(phrase, digest, SALT, plain, &mut file);
    file
}

#[test]
fn wf_3_the_layout() {
    for length in [0, 1, 15, 16, 17, 53, 4096] {
        let file = salted(PHRASE, Digest::Sha256, &vec![b'x'; length]);
        assert_eq!(&file[..8], b"Salted__");
        assert_eq!(file[..8], *hex("53616c7465645f5f"));
        assert_eq!(file[8..16], SALT);
        // PKCS#7 always adds: a whole block where the text ends with one.
        assert_eq!(file.len(), 16 + (length / 16 + 1) * 16, "{length}");
    }
    // What is appended to stays.
    let mut file = b"before".to_vec();
    seal_salted(PHRASE, Digest::Sha256, SALT, PLAIN, &mut file);
    assert_eq!(file.strip_prefix(b"before"), Some(hex(SHA256).as_slice()));
}

#[test]
fn wf_3_the_vectors() {
    for (digest, key, iv, file) in [
        (
            Digest::Md5,
            "02b4b43c835f3890ee33c79b9d9a37a9fbeccdca2e31e9b4eae21d95ddcb9d53",
            "977a51bb32dc5589b8b46bbe180efff4",
            MD5,
        ),
        (
            Digest::Sha256,
            "ca4e0bcd28d5d24f5a5ac1373c8741f4612989e3168d2ed1a571bf55c44a323f",
            "c3aaefe455b11c918539161c79a4e9ad",
            SHA256,
        ),
    ] {
        let (found_key, found_iv) = salted_keys(PHRASE, digest, SALT);
        assert_eq!((found_key.to_vec(), found_iv.to_vec()), (hex(key), hex(iv)));
        assert_eq!(PLAIN.len(), 53);
        assert_eq!((salted(PHRASE, digest, PLAIN), hex(file).len()), (hex(file), 80));
        assert_eq!(open_salted(PHRASE, digest, &hex(file)).as_deref(), Ok(PLAIN));
        assert_eq!(open_profile(PHRASE, &hex(file)).as_deref(), Ok(PLAIN), "by whichever digest");
    }
    assert_eq!(Digest::default(), Digest::Sha256, "the newer firmware's (inferred)");
}

#[test]
fn wf_3_the_phrase_is_its_octets() {
    for phrase in [&b""[..], b" outer blanks ", "g\u{fc}nther".as_bytes(), &[0, 255, 10], &[b'k'; 1000]] {
        for digest in [Digest::Md5, Digest::Sha256] {
            assert_eq!(open_salted(phrase, digest, &salted(phrase, digest, PLAIN)).as_deref(), Ok(PLAIN));
        }
    }
    assert_ne!(salted(b"k", Digest::Md5, PLAIN), salted(b"k\n", Digest::Md5, PLAIN));
}

/// About one wrong key in 256 leaves a padding that is right by chance: what was opened has to look like a profile too.
#[test]
fn wf_3_a_wrong_key_is_told_even_when_the_padding_is_right() {
    let file = salted(PHRASE, Digest::Sha256, PLAIN);
    let (mut padded, mut noticed) = (0, 0);
    for wrong in 0..4000u32 {
        let wrong = format!("wrong {wrong}");
        match open_salted(wrong.as_bytes(), Digest::Sha256, &file) {
            Ok(plain) => {
                padded += 1;
                assert_ne!(plain, PLAIN);
            }
            Err(error) => assert_eq!(error, SaltedError::Padding { offset: 64 }),
        }
        noticed += usize::from(open_profile(wrong.as_bytes(), &file).is_err());
    }
    assert!((4..40).contains(&padded), "{padded} in 4000");
    assert_eq!(noticed, 4000);
}

#[test]
fn wf_3_a_profile_is_xml_or_gzip() {
    let mut packed = Vec::new();
    gzip(PLAIN, &mut packed);
    for plain in [PLAIN, b"  \n<flat-profile/>", b"\xef\xbb\xbf<flat-profile/>", &packed] {
        assert_eq!(open_profile(b"k", &salted(b"k", Digest::Md5, plain)).as_deref(), Ok(plain));
    }
    for other in [&b"hello"[..], b"", b"\x78\x9c", b"Salted__"] {
        assert!(open_profile(b"k", &salted(b"k", Digest::Md5, other)).is_err());
    }
}

#[test]
fn wf_3_what_is_cut_or_changed_is_told_with_its_place() {
    let file = salted(PHRASE, Digest::Sha256, PLAIN);
    for length in 0..file.len() {
        let error = open_salted(PHRASE, Digest::Sha256, &file[..length]).expect_err("cut");
        match length {
            0..8 => assert_eq!(error, SaltedError::NotSalted),
            16 => assert_eq!(error, SaltedError::NoBlock),
            // Whole blocks are left: only the padding can tell.
            32 | 48 | 64 => assert_eq!(error, SaltedError::Padding { offset: length - 16 }, "{length}"),
            _ => assert_eq!(error, SaltedError::Length { length }, "{length}"),
        }
        assert!(open_profile(PHRASE, &file[..length]).is_err());
    }
    let longer = [file.as_slice(), b"x"].concat();
    assert_eq!(open_salted(PHRASE, Digest::Sha256, &longer), Err(SaltedError::Length { length: 81 }));
    let mut lower = file.clone();
    lower[0] = b's';
    assert_eq!(open_salted(PHRASE, Digest::Sha256, &lower), Err(SaltedError::NotSalted));
    assert_eq!(open_salted(PHRASE, Digest::Sha256, PLAIN), Err(SaltedError::NotSalted));
}

/// RFC 4648 §5, without padding.
fn base64url(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut octets, mut bits, mut value) = (Vec::new(), 0, 0u32);
    for c in text.bytes() {
        let digit = DIGITS.iter().position(|digit| *digit == c).expect("a digit");
        value = value << 6 | digit as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            octets.push((value >> bits) as u8);
            value &= (1 << bits) - 1;
        }
    }
    octets
}

const WALRUS: &[u8] = b"I am the walrus";

fn sealed(ikm: &[u8], record: u32, name: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    seal_content(ikm, std::array::from_fn(|octet| octet as u8), record, name, plain, &mut body).expect("seals");
    body
}

#[test]
fn wf_4_rfc_8188_section_3_1() {
    let ikm = base64url("yqdlZ-tYemfogSmv7Ws5PQ");
    let body = base64url("I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg");
    assert_eq!(open_content(&ikm, &body).as_deref(), Ok(WALRUS));
    let salt = *body.first_chunk::<16>().expect("a salt");
    let (key, nonce) = content_keys(&ikm, &salt);
    assert_eq!(key.to_vec(), hex("ff09e2cad07ea1fb1c643878b5b4a31f"));
    assert_eq!(nonce.to_vec(), hex("05cb3c82421128b23c19e23c"));
    let mut again = Vec::new();
    assert_eq!(seal_content(&ikm, salt, 4096, b"", WALRUS, &mut again), Ok(()));
    assert_eq!(again, body);
}

#[test]
fn wf_4_rfc_8188_section_3_2() {
    let ikm = base64url("BO3ZVPxUlnLORbVGMpbT1Q");
    let body =
        base64url("uNCkWiNYzKTnBN9ji3-qWAAAABkCYTHOG8chz_gnvgOqdGYovxyjuqRyJFjEDyoF1Fvkj6hQPdPHI51OEUKEpgz3SsLWIqS_uA");
    assert_eq!((body[16..20].to_vec(), &body[20..23]), (vec![0, 0, 0, 25], &b"\x02a1"[..]));
    assert_eq!(open_content(&ikm, &body).as_deref(), Ok(WALRUS));
}

#[test]
fn wf_4_our_own_vector() {
    let file = hex(
        "000102030405060708090a0b0c0d0e0f00001000009227f15f7984dcb4a95d99991c288292d66c28b847211d59b2d66e51f1a36180950e06604e32c3bd7af1f806e4123ed2bb49c8552349fec68b5a9703443ee675aba6b8a6f987",
    );
    assert_eq!(RECORD_SIZE, 4096);
    assert_eq!((sealed(b"0123456789abcdef", RECORD_SIZE, b"", PLAIN), file.len()), (file.clone(), 91));
    assert_eq!(open_content(b"0123456789abcdef", &file).as_deref(), Ok(PLAIN));
}

#[test]
fn wf_4_the_header() {
    let body = sealed(b"k", 0x0102_0304, b"name", b"x");
    assert_eq!(body[..16], std::array::from_fn::<u8, 16, _>(|octet| octet as u8));
    assert_eq!(body[16..25], *b"\x01\x02\x03\x04\x04name");
    assert_eq!(body.len(), 25 + 1 + 1 + 16);
    for name in [&b""[..], b"a1", &[0xff; 255]] {
        assert_eq!(open_content(b"k", &sealed(b"k", 100, name, PLAIN)).as_deref(), Ok(PLAIN));
    }
    let long = seal_content(b"k", [0; 16], 100, &[b'a'; 256], PLAIN, &mut Vec::new());
    assert_eq!(long, Err(ContentError::KeyName(256)));
}

#[test]
fn wf_4_records() {
    // Each but the last fills its size; data is 17 octets less.
    for (record, length, count) in
        [(18, 0, 1), (18, 1, 1), (18, 2, 2), (25, 15, 2), (100, 83, 1), (100, 84, 2), (100, 166, 2)]
    {
        let plain = vec![b'x'; length];
        let body = sealed(b"k", record, b"", &plain);
        let records = body.len() - 21;
        assert_eq!(records.div_ceil(record as usize), count, "{record}, {length}");
        assert_eq!(records, length + count * 17, "{record}, {length}");
        assert_eq!(open_content(b"k", &body), Ok(plain));
    }
    for least in 0..18 {
        let offset = ContentError::RecordSize(least);
        assert_eq!(seal_content(b"k", [0; 16], least, b"", b"", &mut Vec::new()), Err(offset.clone()));
        let mut body = sealed(b"k", 18, b"", b"");
        body[19] = least as u8;
        assert_eq!(open_content(b"k", &body), Err(offset));
    }
    // The largest there is costs nothing.
    assert_eq!(open_content(b"k", &sealed(b"k", u32::MAX, b"", PLAIN)).as_deref(), Ok(PLAIN));
}

/// A sealed body, each record's text given whole: data, delimiter, padding.
fn by_hand(record: u32, texts: &[&[u8]]) -> Vec<u8> {
    use aes_gcm::aead::{Aead, KeyInit};
    let salt = [9; 16];
    let (key, base) = content_keys(b"k", &salt);
    let cipher = aes_gcm::Aes128Gcm::new(&key.into());
    let mut body = [&salt[..], &record.to_be_bytes(), &[0]].concat();
    for (number, text) in texts.iter().enumerate() {
        let mut nonce = base;
        nonce[11] ^= number as u8;
        body.extend(cipher.encrypt(&nonce.into(), *text).expect("seals"));
    }
    body
}

#[test]
fn wf_4_delimiter_and_padding() {
    let opened = |texts: &[&[u8]]| open_content(b"k", &by_hand(20, texts));
    assert_eq!(opened(&[b"abc\x02"]).as_deref(), Ok(&b"abc"[..]));
    assert_eq!(opened(&[b"a\x02\0\0"]).as_deref(), Ok(&b"a"[..]));
    assert_eq!(opened(&[b"\x02\0\0\0"]).as_deref(), Ok(&b""[..]));
    assert_eq!(opened(&[b"ab\x01\0", b"\x01\0\0\0", b"c\x02"]).as_deref(), Ok(&b"abc"[..]));
    assert_eq!(opened(&[b"\x02\x02\x02\x02"]).as_deref(), Ok(&b"\x02\x02\x02"[..]), "data may look like a delimiter");
    // Not last, and says it is; last, and says it is not; a delimiter of neither kind; none.
    for (texts, number, offset) in [
        (&[&b"abc\x02"[..], b"d\x02"][..], 0, 21),
        (&[b"abc\x01", b"def\x01"], 1, 41),
        (&[b"abc\x03"], 0, 21),
        (&[b"abc\x01", b"\0\0"], 1, 41),
        (&[b"\0\0\0\0"], 0, 21),
        (&[b""], 0, 21),
    ] {
        assert_eq!(opened(texts), Err(ContentError::Delimiter { record: number, offset }), "{texts:?}");
    }
}

#[test]
fn wf_4_what_is_cut_or_changed_is_told_with_its_place() {
    let body = sealed(b"k", 30, b"name", b"some thirty octets of plain text and more");
    for length in 0..body.len() {
        let error = open_content(b"k", &body[..length]).expect_err("cut");
        match length {
            0..25 => assert_eq!(error, ContentError::Header { length }, "{length}"),
            25 => assert_eq!(error, ContentError::Empty, "{length}"),
            // Cut between records, the last is not marked as last.
            55 | 85 | 115 => {
                let (record, offset) = ((length - 55) / 30, length - 30);
                assert_eq!(error, ContentError::Delimiter { record, offset }, "{length}");
            }
            _ => {
                let record = (length - 25) / 30;
                assert_eq!(error, ContentError::Record { record, offset: 25 + record * 30 }, "{length}");
            }
        }
    }
    for at in 0..body.len() {
        let mut changed = body.clone();
        changed[at] ^= 1;
        let opened = open_content(b"k", &changed);
        match at {
            // The key's name is nobody's business; a longer or shorter one shifts the records.
            21..25 => assert!(opened.is_ok(), "{at}"),
            _ => assert!(opened.is_err(), "{at}"),
        }
    }
    // Records out of order, twice, or from another message.
    let (head, records) = body.split_at(25);
    let records: Vec<&[u8]> = records.chunks(30).collect();
    assert!(records.len() >= 3);
    for order in [&[1, 0, 2][..], &[0, 0, 1, 2], &[0, 2]] {
        let mixed = order.iter().fold(head.to_vec(), |mut body, at| {
            body.extend_from_slice(records[*at]);
            body
        });
        assert!(open_content(b"k", &mixed).is_err(), "{order:?}");
    }
    assert_eq!(open_content(b"other", &body), Err(ContentError::Record { record: 0, offset: 25 }));
}

#[test]
fn wf_4_no_two_salts_give_one_body() {
    let mut bodies: Vec<Vec<u8>> = (0..50u8)
        .map(|salt| {
            let mut body = Vec::new();
            seal_content(b"k", [salt; 16], RECORD_SIZE, b"", PLAIN, &mut body).expect("seals");
            body[21..].to_vec()
        })
        .collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), 50);
}
