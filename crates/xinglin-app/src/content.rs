//! Content files, parsed once at start. The files come from the binary or `--content-dir`.

use thiserror::Error;
use xinglin_report::SheetSchema;

/// One content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFile {
    /// Path inside `content/`, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A content file that cannot be used.
#[derive(Debug, Error)]
#[error("content file {path}: {problem}")]
pub struct ContentError {
    /// Path inside `content/`.
    pub path: String,
    /// What is wrong, with line or item where known.
    pub problem: String,
}

/// All content of this installation.
#[derive(Debug, Clone, Default)]
pub struct Content {
    files: Vec<ContentFile>,
    sheets: Vec<SheetSchema>,
}

impl Content {
    /// Parses all files.
    ///
    /// # Errors
    /// [`ContentError`] for the first file without which the program cannot work.
    pub fn load(files: Vec<ContentFile>) -> Result<Self, ContentError> {
        let mut sheets = Vec::new();
        for file in &files {
            if file.path.starts_with("templates/sheets/") {
                let sheet =
                    SheetSchema::load(&file.path, &file.text).map_err(|error| ContentError {
                        path: file.path.clone(),
                        problem: error.to_string(),
                    })?;
                sheets.push(sheet);
            }
        }
        Ok(Self { files, sheets })
    }

    /// The columns of one kind of sheet, `None` where this installation has none.
    pub fn sheet(&self, kind: &str) -> Option<&SheetSchema> {
        self.sheets.iter().find(|sheet| sheet.kind == kind)
    }

    /// The files below a folder, e.g. `checks/linux/`, in the order of their paths.
    pub fn files_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a ContentFile> {
        self.files
            .iter()
            .filter(move |file| file.path.starts_with(folder))
    }
}
