//! The rules that the public keeps, where their archive is: they are not ours to copy.

use std::{
    fs,
    path::{Path, PathBuf},
};

use xinglin_detect::RuleSet;

/// A collection above this checkout.
pub(super) fn shared(path: &str) -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|folder| folder.join("shared/data/sigma").join(path))
        .find(|path| path.exists())
}

/// All of them.
pub(super) fn public_rules() -> Option<RuleSet> {
    let packed = fs::read(shared("sigmahq-rules.tar.zst")?).unwrap();
    let archive = zstd::decode_all(packed.as_slice()).unwrap();
    let mut rules = RuleSet::default();
    for (name, text) in files_of(&archive) {
        if Path::new(&name).extension().is_some_and(|end| end == "yml") {
            rules.read(&name, &text);
        }
    }
    rules.finish();
    Some(rules)
}

/// The files of an archive as tar writes it.
fn files_of(archive: &[u8]) -> Vec<(String, String)> {
    let mut files = Vec::new();
    let mut at = 0;
    let mut long_name = None;
    while let Some(header) = archive.get(at..at + 512).filter(|header| header[0] != 0) {
        let text = |range: std::ops::Range<usize>| {
            let bytes = header[range].split(|byte| *byte == 0).next().unwrap();
            String::from_utf8_lossy(bytes).into_owned()
        };
        let size = usize::from_str_radix(text(124..136).trim(), 8).unwrap();
        let content = String::from_utf8_lossy(&archive[at + 512..at + 512 + size]).into_owned();
        let prefix = text(345..500);
        let name = match long_name.take() {
            Some(name) => name,
            None if prefix.is_empty() => text(0..100),
            None => format!("{prefix}/{}", text(0..100)),
        };
        match header[156] {
            b'L' => long_name = Some(content.trim_end_matches('\0').to_owned()),
            b'0' | 0 => files.push((name, content)),
            _ => {}
        }
        at += 512 + size.div_ceil(512) * 512;
    }
    files
}
