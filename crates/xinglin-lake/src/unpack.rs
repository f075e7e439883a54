//! Unpacking what was packed by zstd, never beyond what is expected.

use std::io::Read as _;

/// The unpacked bytes; nothing when they are damaged or more than `most`.
pub(crate) fn unpack(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).ok()?.checked_add(1)?;
    let decoder = zstd::stream::Decoder::with_buffer(packed).ok()?;
    decoder.take(limit).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= most).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_unpacked_beyond_the_limit() {
        let packed = zstd::bulk::compress(&[7; 10_000], 1).unwrap();
        assert_eq!(unpack(&packed, 10_000).unwrap().len(), 10_000);
        assert_eq!(unpack(&packed, 9_999), None);
        assert_eq!(
            unpack(packed.get(..packed.len() - 3).unwrap(), 10_000),
            None
        );
        assert_eq!(unpack(b"no", 10), None);
    }
}
