//! gzip (RFC 1952), the one compression phones recognise, by its header (WF §2).

use super::deflate::Form;
use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

/// ID1 ID2 CM FLG MTIME XFL OS: no name, no time, so that same input gives same bytes.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

thread_local! {
    // The deflate state is some 300 KB: making it anew costs more than compressing a profile with it.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
}

/// Of files that have so much in their holes, and more than a third of all, what repeats there is worth finding.
const MUCH_IN_HOLES: usize = 1024;

/// Appends `plain` as a gzip file, as [`gzip`] does: one of a form, whose pieces end where `ends` says.
pub fn gzip_of(form: &Form, plain: &[u8], ends: &[usize], into: &mut Vec<u8>) {
    if form.in_holes(ends) > MUCH_IN_HOLES.max(plain.len() / 3) {
        return gzip(plain, into);
    }
    into.extend_from_slice(&GZIP_HEADER);
    form.deflate(plain, ends, into);
    end(plain, into);
}

/// Appends `plain` as a gzip file. Deterministic.
pub fn gzip(plain: &[u8], into: &mut Vec<u8>) {
    into.extend_from_slice(&GZIP_HEADER);
    DEFLATE.with_borrow_mut(|deflate| {
        deflate.reset();
        loop {
            let done = usize::try_from(deflate.total_in()).unwrap_or(usize::MAX);
            let rest = plain.get(done..).unwrap_or_default();
            into.reserve(rest.len() / 2 + 64);
            match deflate.compress_vec(rest, into, FlushCompress::Finish) {
                Ok(Status::StreamEnd) | Err(_) => break,
                Ok(Status::Ok | Status::BufError) => {}
            }
        }
    });
    end(plain, into);
}

/// Checksum and length.
fn end(plain: &[u8], into: &mut Vec<u8>) {
    let mut crc = Crc::new();
    crc.update(plain);
    into.extend_from_slice(&crc.sum().to_le_bytes());
    into.extend_from_slice(&crc.amount().to_le_bytes());
}

/// Whether the octets are a gzip file: the header says so, not the name (WF §2).
pub fn is_gzip(octets: &[u8]) -> bool {
    octets.starts_with(&[0x1f, 0x8b])
}

/// Why a gzip file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GunzipError {
    /// The offset counts octets of the compressed file, up to which it was read.
    #[error("the compressed file is damaged: {why} (offset {offset})")]
    Damaged { offset: usize, why: String },
    #[error("the file unpacks to more than {0} octets")]
    TooLarge(usize),
}

/// Unpacks a gzip file of at most `limit` octets: a small file can hold a very large one. Members that follow each other
/// are one file (RFC 1952 §2.2); anything else behind them is damage.
pub fn gunzip(packed: &[u8], limit: usize) -> Result<Vec<u8>, GunzipError> {
    use std::io::Read;
    let mut plain = Vec::new();
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    let mut members = flate2::bufread::MultiGzDecoder::new(packed);
    let read = members.by_ref().take(most).read_to_end(&mut plain);
    if plain.len() > limit {
        return Err(GunzipError::TooLarge(limit));
    }
    match read {
        Ok(_) => Ok(plain),
        Err(error) => {
            let offset = packed.len() - members.get_ref().len();
            // A first header that is sound shows that the fault is in what follows the file.
            let sound = matches!(packed, [0x1f, 0x8b, 8, flags, ..] if flags & 0xe0 == 0);
            let why = error.to_string();
            let behind = sound && why == "invalid gzip header";
            let why = if behind { "octets follow its end that are no part of it".to_owned() } else { why };
            Err(GunzipError::Damaged { offset, why })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_bomb_is_stopped_and_damage_is_said() {
        let mut packed = Vec::new();
        gzip(&vec![0; 1 << 20], &mut packed);
        assert!(packed.len() < 2048 && is_gzip(&packed));
        assert_eq!(gunzip(&packed, 1000), Err(GunzipError::TooLarge(1000)));
        assert_eq!(gunzip(&packed, 1 << 20).map(|plain| plain.len()), Ok(1 << 20));
        packed.truncate(packed.len() - 9);
        assert!(matches!(gunzip(&packed, 1 << 20), Err(GunzipError::Damaged { offset, .. }) if offset == packed.len()));
    }

    #[test]
    fn a_file_of_a_form_is_packed_one_way_or_the_other() {
        let form = Form::new(&[Some(b"<Text>"), None, Some(b"</Text>")]);
        // What nothing repeats in comes to the same either way.
        for (filling, differs) in [("a name", false), (&"again ".repeat(170), true), (&"again ".repeat(900), false)] {
            let plain = format!("<Text>{filling}</Text>");
            let (mut packed, mut other) = (Vec::new(), Vec::new());
            gzip_of(&form, plain.as_bytes(), &[6, 6 + filling.len(), plain.len()], &mut packed);
            gzip(plain.as_bytes(), &mut other);
            assert_eq!(gunzip(&packed, 1 << 20), Ok(plain.clone().into_bytes()));
            assert_eq!(packed != other, differs, "{}", filling.len());
        }
    }

    proptest::proptest! {
        #[test]
        fn another_reader_gets_the_same_bytes_back(plain: Vec<u8>) {
            let mut packed = Vec::new();
            gzip(&plain, &mut packed);
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut back).expect("reads");
            proptest::prop_assert_eq!(back, plain);
        }
    }
}
