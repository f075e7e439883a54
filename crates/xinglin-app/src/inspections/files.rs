//! Inspections of what was gathered elsewhere: configuration files, answers to query
//! scripts, and whole bundles.

use std::collections::BTreeMap;

use xinglin_core::{AssetId, ObjectType, Timestamp};
use xinglin_inspect::{Bundle, BundleError, CheckSet, Family, Status, inspect_bundle};

use super::{InspectionDetail, InspectionDocument, Way, recognise};
use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

/// How much one upload may hold, in bytes.
pub const MAX_GATHERED_BYTES: usize = 64 * 1024 * 1024;

// Every zip archive begins so, but for an empty one.
const ZIP: &[u8] = b"PK\x03\x04";
// A bundle of this many files would be no one thing.
const MOST_FILES: usize = 1_000;

/// One file with its path below the folder it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GatheredFile {
    /// Its path, with `/`.
    pub name: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

/// What somebody brought of one thing.
#[derive(Debug, Clone, Default)]
pub struct GatheredFiles {
    /// What it is of; `None` to be told from the files.
    pub family: Option<Family>,
    /// The key that the collector signed with.
    pub key: Option<String>,
    /// When the files were gathered; now, where nobody says. A bundle says it itself.
    pub collected_at: Option<Timestamp>,
    /// The files: one bundle, one inspection document, or any files.
    pub files: Vec<GatheredFile>,
}

/// What was brought, judged.
struct Judged {
    way: Way,
    document: InspectionDocument,
}

impl App {
    /// Inspects files that were gathered elsewhere.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::UnreadableFile`] for a damaged or forged bundle and for
    /// files in which nothing is understood; [`Code::InvalidInput`] when it cannot be told
    /// what they are of, or they come from the future.
    pub async fn inspect_files(
        &self,
        actor: &Actor,
        asset: AssetId,
        gathered: GatheredFiles,
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        let object = self.inspected_object(asset).await?;
        let content = self.content().clone();
        let now = self.now();
        let kind = object.object_type;
        let judged = blocking(move || judge(gathered, kind, content.checks(), now)).await??;
        self.require_past(judged.document.collected_at)?;
        self.take_inspection(actor, asset, judged.way, judged.document)
            .await
    }
}

fn judge(
    mut gathered: GatheredFiles,
    kind: ObjectType,
    checks: &CheckSet,
    now: Timestamp,
) -> Result<Judged, AppError> {
    check_files(&gathered.files)?;
    if let [file] = gathered.files.as_slice() {
        if file.bytes.starts_with(ZIP) {
            return from_bundle(&gathered, &file.bytes, checks);
        }
        if let Ok(document) = InspectionDocument::from_json(&file.bytes) {
            require_family(gathered.family, document.family())?;
            return Ok(Judged {
                way: Way::of("upload"),
                document: document.judged_by(checks),
            });
        }
    }
    if gathered.key.is_some() {
        let expected = "one signed bundle where a key is given";
        return Err(AppError::new(Code::UnreadableFile).field("key", "", expected));
    }
    let files: BTreeMap<String, Vec<u8>> = std::mem::take(&mut gathered.files)
        .into_iter()
        .map(|file| (file.name, file.bytes))
        .collect();
    let mut bundle = Bundle {
        family: Family::default(),
        collected_at: gathered.collected_at.unwrap_or(now),
        files,
    };
    match gathered.family {
        Some(family) => bundle.family = family,
        None => bundle = recognise::family(bundle, kind, checks)?,
    }
    Ok(Judged {
        way: Way::of("files"),
        document: understood(&bundle, checks)?,
    })
}

fn from_bundle(
    gathered: &GatheredFiles,
    bytes: &[u8],
    checks: &CheckSet,
) -> Result<Judged, AppError> {
    let key = gathered.key.as_deref().map(str::trim).map(str::as_bytes);
    let (bundle, trust) = Bundle::from_zip(bytes, key).map_err(|error| refused(&error))?;
    require_family(gathered.family, bundle.family)?;
    Ok(Judged {
        way: Way::bundle(trust),
        document: understood(&bundle, checks)?,
    })
}

fn refused(error: &BundleError) -> AppError {
    let field = match error {
        BundleError::NotSigned | BundleError::WrongSignature => "key",
        _ => "files",
    };
    let code = match error {
        BundleError::TooLarge { .. } | BundleError::TooManyFiles => Code::TooLarge,
        _ => Code::UnreadableFile,
    };
    AppError::new(code).field(field, "", error.to_string())
}

fn require_family(said: Option<Family>, found: Family) -> Result<(), AppError> {
    match said {
        Some(said) if said != found => {
            let expected = format!("{}, as the file itself says", found.word());
            Err(AppError::new(Code::InvalidInput).field("family", said.word(), expected))
        }
        _ => Ok(()),
    }
}

/// Judges a bundle, unless nothing in it is understood.
fn understood(bundle: &Bundle, checks: &CheckSet) -> Result<InspectionDocument, AppError> {
    let document = inspect_bundle(bundle, checks);
    if says_something(&document) {
        return Ok(document);
    }
    let mut error = AppError::new(Code::UnreadableFile);
    for one in document.unreadable.iter().take(20) {
        error = error.field(format!("files.{}", one.what), "", one.why.clone());
    }
    if document.unreadable.is_empty() {
        error = error.field("files", "", format!("files of {}", bundle.family.word()));
    }
    Err(error)
}

/// Whether anything is known of the thing: an empty inspection must not take the place of a
/// good one.
pub(super) fn says_something(document: &InspectionDocument) -> bool {
    let mut results = document.results.iter();
    let is_known = results.any(|result| result.status != Status::Unknown);
    !document.subject.kind.is_empty() && (is_known || document.results.is_empty())
}

fn check_files(files: &[GatheredFile]) -> Result<(), AppError> {
    let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
    if files.len() > MOST_FILES || bytes > MAX_GATHERED_BYTES {
        let expected = format!("at most {MOST_FILES} files with {MAX_GATHERED_BYTES} bytes");
        return Err(AppError::new(Code::TooLarge).field("files", "", expected));
    }
    let mut error = AppError::new(Code::InvalidInput);
    if files.is_empty() {
        error = error.field("files", "", "at least one file");
    }
    let mut names = std::collections::BTreeSet::new();
    for file in files {
        if !is_path(&file.name) && error.fields().len() < 20 {
            let expected = "a relative path without steps upwards";
            error = error.field("files", file.name.as_str(), expected);
        }
        if !names.insert(&file.name) {
            error = error.field("files", file.name.as_str(), "each file once");
        }
    }
    if error.fields().is_empty() {
        Ok(())
    } else {
        Err(error)
    }
}

fn is_path(name: &str) -> bool {
    let is_step = |part: &str| part.is_empty() || part == "." || part == "..";
    name.chars().count() <= 300
        && !name.chars().any(char::is_control)
        && !name.split('/').any(is_step)
}
