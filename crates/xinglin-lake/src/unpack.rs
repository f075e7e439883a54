//! Unpacking what was packed by zstd, never beyond what is expected.

use std::{cell::RefCell, io::Read as _};

use zstd::bulk::Decompressor;

thread_local! {
    /// Making one takes longer than unpacking a page.
    static CONTEXT: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// The unpacked bytes; nothing when they are damaged or more than `most`.
pub(crate) fn unpack(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).ok()?.checked_add(1)?;
    let decoder = zstd::stream::Decoder::with_buffer(packed).ok()?;
    decoder.take(limit).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= most).then_some(bytes)
}

/// The same of bytes that say how many they were, as those that were packed in one go do.
pub(crate) fn unpack_whole(packed: &[u8], most: usize) -> Option<Vec<u8>> {
    if packed.is_empty() {
        return Some(Vec::new());
    }
    let Ok(Some(length)) = zstd::zstd_safe::get_frame_content_size(packed) else {
        return unpack(packed, most);
    };
    let length = usize::try_from(length)
        .ok()
        .filter(|length| *length <= most)?;
    CONTEXT.with_borrow_mut(|context| {
        if context.is_none() {
            *context = Some(Decompressor::new().ok()?);
        }
        let bytes = context.as_mut()?.decompress(packed, length).ok()?;
        (bytes.len() == length).then_some(bytes)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_unpacked_beyond_the_limit() {
        let packed = zstd::bulk::compress(&[7; 10_000], 1).unwrap();
        for unpack in [unpack, unpack_whole] {
            assert_eq!(unpack(&packed, 10_000).unwrap().len(), 10_000);
            assert_eq!(unpack(&packed, 9_999), None);
            assert_eq!(
                unpack(packed.get(..packed.len() - 3).unwrap(), 10_000),
                None
            );
            assert_eq!(unpack(b"no", 10), None);
        }
        let unsized_ = zstd::stream::encode_all(&[7; 10_000][..], 1).unwrap();
        assert_eq!(unpack_whole(&unsized_, 10_000).unwrap().len(), 10_000);
        assert_eq!(unpack_whole(&unsized_, 9_999), None);
        assert_eq!(unpack_whole(&[], 0), Some(Vec::new()));
    }
}
