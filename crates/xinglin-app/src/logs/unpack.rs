//! What comes packed: files by gzip or zstd, unpacked as they are read, and bodies of requests.

use std::io::{self, Cursor, Read};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::{AppError, Code};

/// The largest body, unpacked.
const MOST_BODY: u64 = 64 << 20;

/// What is read, unpacked where its beginning says that it is packed.
///
/// # Errors
/// When it cannot be read.
pub fn unpacked(mut file: Box<dyn Read + Send>) -> io::Result<Box<dyn Read + Send>> {
    let mut beginning = Vec::new();
    file.by_ref().take(4).read_to_end(&mut beginning)?;
    let is_gzip = beginning.starts_with(&[0x1f, 0x8b]);
    let is_zstd = beginning == [0x28, 0xb5, 0x2f, 0xfd];
    let whole = Cursor::new(beginning).chain(file);
    if is_gzip {
        return Ok(Box::new(MultiGzDecoder::new(whole)));
    }
    if is_zstd {
        return Ok(Box::new(zstd::Decoder::new(whole)?));
    }
    Ok(Box::new(whole))
}

/// The body of a request that is packed as its `Content-Encoding` says (RFC 9110, 8.4; zstd by
/// RFC 8878): none of it, or all.
pub(super) fn unpacked_body(encoding: &str, bytes: Vec<u8>) -> Result<Vec<u8>, AppError> {
    let packed = Cursor::new(bytes);
    let mut reader: Box<dyn Read> = match encoding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => return Ok(packed.into_inner()),
        "gzip" | "x-gzip" => Box::new(MultiGzDecoder::new(packed)),
        "deflate" => Box::new(ZlibDecoder::new(packed)),
        "zstd" => Box::new(zstd::Decoder::new(packed).map_err(AppError::internal)?),
        _ => {
            let expected = "gzip, deflate, zstd or identity";
            let error = AppError::new(Code::InvalidInput);
            return Err(error.field("content-encoding", encoding, expected));
        }
    };
    let mut whole = Vec::new();
    let read = reader.by_ref().take(MOST_BODY + 1).read_to_end(&mut whole);
    let length = read.map_err(|error| {
        AppError::new(Code::UnreadableFile).field("body", "", error.to_string())
    })?;
    if u64::try_from(length).is_ok_and(|length| length > MOST_BODY) {
        let expected = format!("at most {MOST_BODY} bytes");
        return Err(AppError::new(Code::TooLarge).field("body", "", expected));
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::{Compression, write};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = write::GzEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    #[test]
    fn bodies_come_as_they_are_packed() {
        let body = b"one line\nand another\n".repeat(9);
        let mut deflate = write::ZlibEncoder::new(Vec::new(), Compression::fast());
        deflate.write_all(&body).unwrap();
        for (encoding, packed) in [
            ("", body.clone()),
            ("identity", body.clone()),
            ("gzip", gzip(&body)),
            ("GZIP", gzip(&body)),
            ("deflate", deflate.finish().unwrap()),
            ("zstd", zstd::encode_all(body.as_slice(), 1).unwrap()),
        ] {
            let found = unpacked_body(encoding, packed).unwrap();
            assert_eq!(found, body, "{encoding}");
        }
    }

    #[test]
    fn what_cannot_be_unpacked_is_refused() {
        let mut cut = gzip(b"one line that is cut off");
        cut.truncate(cut.len() - 6);
        let bomb = gzip(&vec![0; usize::try_from(MOST_BODY).unwrap() + 1]);
        for (encoding, packed, code) in [
            ("br", b"x".to_vec(), Code::InvalidInput),
            ("gzip, gzip", b"x".to_vec(), Code::InvalidInput),
            ("gzip", b"plain".to_vec(), Code::UnreadableFile),
            ("gzip", cut, Code::UnreadableFile),
            ("zstd", b"plain".to_vec(), Code::UnreadableFile),
            ("gzip", bomb, Code::TooLarge),
        ] {
            let refused = unpacked_body(encoding, packed).unwrap_err();
            assert_eq!(refused.code(), code, "{encoding}");
        }
    }
}
