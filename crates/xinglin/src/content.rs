//! The content in the binary, or a folder instead of it.

use std::path::Path;

use anyhow::Context as _;
use include_dir::{Dir, include_dir};
use xinglin_app::{Content, ContentFile};

static EMBEDDED: Dir<'static> = include_dir!("$XINGLIN_CONTENT");

/// The pages that explain problems.
pub(crate) static PROBLEMS: Dir<'static> = include_dir!("$XINGLIN_PROBLEMS");

/// The built page, empty where it was not built.
pub(crate) static PAGE: Dir<'static> = include_dir!("$XINGLIN_PAGE");

/// All content files in the order of their paths.
pub(crate) fn files(folder: Option<&Path>) -> anyhow::Result<Vec<ContentFile>> {
    let mut files = Vec::new();
    match folder {
        Some(root) => read_folder(root, root, &mut files)?,
        None => read_embedded(&EMBEDDED, &mut files),
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

/// The parsed content.
pub(crate) fn load(folder: Option<&Path>) -> anyhow::Result<Content> {
    Ok(Content::load(files(folder)?)?)
}

/// The files below a folder of the content as `(path, text)`.
pub(crate) fn under(prefix: &str, folder: Option<&Path>) -> anyhow::Result<Vec<(String, String)>> {
    Ok(files(folder)?
        .into_iter()
        .filter(|file| file.path.starts_with(prefix))
        .map(|file| (file.path, file.text))
        .collect())
}

fn read_embedded(dir: &Dir<'_>, files: &mut Vec<ContentFile>) {
    for file in dir.files() {
        if let Some(text) = file.contents_utf8() {
            files.push(ContentFile {
                path: file.path().to_string_lossy().replace('\\', "/"),
                text: text.to_owned(),
            });
        }
    }
    for below in dir.dirs() {
        read_embedded(below, files);
    }
}

fn read_folder(root: &Path, folder: &Path, files: &mut Vec<ContentFile>) -> anyhow::Result<()> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("cannot read the content folder {}", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            read_folder(root, &path, files)?;
            continue;
        }
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read {}", path.display()))?;
        let inside = path.strip_prefix(root)?;
        files.push(ContentFile {
            path: inside.to_string_lossy().replace('\\', "/"),
            text,
        });
    }
    Ok(())
}
