//! gzip (RFC 1952), the one compression phones recognise, by its header (WF §2).

use flate2::{Compress, Compression, Crc, FlushCompress, Status};
use std::cell::RefCell;

/// ID1 ID2 CM FLG MTIME XFL OS: no name, no time, so that same input gives same bytes.
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

thread_local! {
    // The deflate state is some 300 KB: making it anew costs more than compressing a profile with it.
    static DEFLATE: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
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
    let mut crc = Crc::new();
    crc.update(plain);
    into.extend_from_slice(&crc.sum().to_le_bytes());
    into.extend_from_slice(&crc.amount().to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

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
