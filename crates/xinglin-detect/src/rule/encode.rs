//! Values as they look when something encoded them.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// How a text is put into bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    Little,
    Big,
    /// Little, behind a mark of the order of bytes.
    Marked,
}

pub(super) fn utf16(text: &str, wide: Wide) -> Vec<u8> {
    let mark = matches!(wide, Wide::Marked).then_some(0xFEFF);
    let units = mark.into_iter().chain(text.encode_utf16());
    let bytes = |unit: u16| match wide {
        Wide::Big => unit.to_be_bytes(),
        Wide::Little | Wide::Marked => unit.to_le_bytes(),
    };
    units.flat_map(bytes).collect()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The letters that are the same wherever in a longer text the bytes stand: one text for each
/// of the three ways they can meet groups of three.
pub(super) fn base64_offsets(bytes: &[u8]) -> [String; 3] {
    [0, 1, 2].map(|offset| {
        let mut shifted = vec![b' '; offset];
        shifted.extend_from_slice(bytes);
        let encoded = STANDARD.encode(&shifted);
        // The first letters hold bits of what stands before, the last ones of what follows.
        let start = [0, 2, 3].get(offset).copied().unwrap_or_default();
        let cut = [0, 3, 2].get(shifted.len() % 3).copied();
        let end = encoded.len().saturating_sub(cut.unwrap_or_default());
        encoded.get(start..end).unwrap_or_default().to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_are_found_wherever_they_stand() {
        let needle = "/bin/bash";
        let variants = base64_offsets(needle.as_bytes());
        for before in ["", "a", "ab", "abc", "门"] {
            for behind in ["", "x", "xy", "门诊"] {
                let whole = STANDARD.encode(format!("{before}{needle}{behind}"));
                let hit = variants
                    .iter()
                    .any(|variant| whole.contains(variant.as_str()));
                assert!(hit, "{before}…{behind}");
            }
        }
        assert_eq!(
            base64_offsets(b"foobar"),
            ["Zm9vYmFy", "Zvb2Jhc", "mb29iYX"]
        );
    }

    #[test]
    fn wide_texts() {
        assert_eq!(utf16("cm", Wide::Little), [0x63, 0, 0x6d, 0]);
        assert_eq!(utf16("cm", Wide::Big), [0, 0x63, 0, 0x6d]);
        assert_eq!(utf16("c", Wide::Marked), [0xff, 0xfe, 0x63, 0]);
    }
}
