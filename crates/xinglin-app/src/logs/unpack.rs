//! Files that are packed by gzip or zstd, unpacked as they are read.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;

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
