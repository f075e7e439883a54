//! Texts in whatever encoding a machine wrote them.

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// How many bytes are looked at to tell UTF-16 without a byte order mark.
const SAMPLE_BYTES: usize = 4_096;

/// Decodes UTF-8, UTF-16 of either order, with or without a mark, and GB18030, which also
/// reads what Chinese Windows calls code page 936. What fits none is replaced, never refused.
pub(crate) fn decode(bytes: &[u8]) -> String {
    // Looks at byte order marks itself, and takes them off.
    if let Some((encoding, _)) = encoding_rs::Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        return encoding.decode_without_bom_handling(bytes).0.into_owned();
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Texts of ASCII letters in UTF-16 have a zero in every second byte; other texts have none.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    let sample = bytes.get(..SAMPLE_BYTES).unwrap_or(bytes);
    let zeros = |first: usize| {
        let every_second = sample.iter().skip(first).step_by(2);
        every_second.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    let many = (sample.len() / 8).max(1);
    if odd > many && odd > even.saturating_mul(4) {
        return Some(UTF_16LE);
    }
    (even > many && even > odd.saturating_mul(4)).then_some(UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::decode;

    fn utf16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(order).collect()
    }

    #[test]
    fn every_encoding_of_a_machine_is_read() {
        let text = "[Unicode]\r\nName = 主机名\r\n";
        let marked = "\u{feff}[Unicode]\r\nName = 主机名\r\n";
        let (gb, _, _) = encoding_rs::GB18030.encode(text);
        let cases: [Vec<u8>; 6] = [
            text.as_bytes().to_vec(),
            marked.as_bytes().to_vec(),
            utf16(marked, u16::to_le_bytes),
            utf16(marked, u16::to_be_bytes),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ];
        for bytes in cases {
            assert_eq!(decode(&bytes), text, "{bytes:?}");
        }
        assert_eq!(decode(&gb), text);
        assert_eq!(decode(b""), "");
        assert_eq!(decode(b"\0"), "\0");
    }
}
