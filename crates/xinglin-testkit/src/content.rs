//! The content of this checkout, read from disk.

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use xinglin_app::{Content, ContentFile};

/// The folder `content/` of this checkout.
pub fn content_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content")
}

/// The parsed content of this checkout, once for all tests of a process.
///
/// # Panics
/// When a file cannot be read or parsed.
pub fn content() -> Content {
    static CONTENT: OnceLock<Content> = OnceLock::new();
    let read = || {
        let root = content_dir();
        let mut files = Vec::new();
        collect(&root, &root, &mut files);
        files.sort_by(|a: &ContentFile, b| a.path.cmp(&b.path));
        Content::load(files).expect("the content of the checkout is valid")
    };
    CONTENT.get_or_init(read).clone()
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<ContentFile>) {
    for entry in std::fs::read_dir(folder).expect("content folder") {
        let path = entry.expect("content entry").path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let path = path.strip_prefix(root).expect("below the root");
            files.push(ContentFile {
                path: path.to_string_lossy().replace('\\', "/"),
                text,
            });
        }
    }
}
