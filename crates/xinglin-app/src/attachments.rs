//! Attachments: files kept with evidence, by digest in the data folder.

use std::{
    fs::File,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde_json::json;
use xinglin_core::AttachmentId;
use xinglin_ledger::Digest;
use xinglin_store::attachments;
pub use xinglin_store::attachments::Attachment;

use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

/// The largest file that is kept.
pub const MAX_ATTACHMENT_BYTES: usize = 32 * 1024 * 1024;

const NAME_CHARACTERS: usize = 120;

impl App {
    /// Keeps a file: its bytes are durable before anything refers to them.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::TooLarge`], [`Code::InvalidInput`] for an empty file.
    pub async fn create_attachment(
        &self,
        actor: &Actor,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<Attachment, AppError> {
        if !actor.may(Permission::RecordsWrite) {
            actor.require(Permission::AssessmentAnswer)?;
        }
        if bytes.is_empty() {
            return Err(AppError::new(Code::InvalidInput).field("file", "", "a file with content"));
        }
        if bytes.len() > MAX_ATTACHMENT_BYTES {
            let found = format!("{} bytes", bytes.len());
            let expected = format!("at most {MAX_ATTACHMENT_BYTES} bytes");
            return Err(AppError::new(Code::TooLarge).field("file", found, expected));
        }
        let name = file_name(name);
        let media_type = media_type(&name).to_owned();
        let size_bytes = i64::try_from(bytes.len()).map_err(AppError::internal)?;
        let root = self.attachments_dir();
        let digest = blocking(move || keep(&root, &bytes))
            .await?
            .map_err(AppError::internal)?;
        let mut change = self.change(actor).await?;
        let mut attachment = Attachment {
            id: AttachmentId(0),
            name,
            media_type,
            size_bytes,
            digest: digest.to_string(),
            created_at: change.now(),
            created_by: actor.ledger_name(),
        };
        attachment.id = attachments::insert(change.tx(), &attachment).await?;
        change.note(
            "attachment.create",
            "attachment",
            attachment.id,
            json!(attachment),
        );
        change.commit().await?;
        Ok(attachment)
    }

    /// An attachment with its bytes.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::Internal`] when the bytes are gone or are not those that
    /// were kept.
    pub async fn attachment(
        &self,
        actor: &Actor,
        id: AttachmentId,
    ) -> Result<(Attachment, Vec<u8>), AppError> {
        if !actor.may(Permission::RecordsRead) {
            actor.require_sight(Permission::AssessmentRead)?;
        }
        let attachment = attachments::find(self.store().db(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let digest: Digest = attachment.digest.parse().map_err(AppError::internal)?;
        let path = path_of(&self.attachments_dir(), &digest.to_string());
        let bytes = blocking(move || std::fs::read(path))
            .await?
            .map_err(AppError::internal)?;
        if Digest::of(&bytes) != digest {
            return Err(AppError::internal(format!(
                "attachment {id} is not what was kept"
            )));
        }
        Ok((attachment, bytes))
    }

    fn attachments_dir(&self) -> PathBuf {
        self.config().data_dir.join("attachments")
    }
}

fn path_of(root: &Path, digest: &str) -> PathBuf {
    root.join(digest.get(..2).unwrap_or_default()).join(digest)
}

/// Writes the bytes under their digest, once; a crash leaves at most a temporary file.
fn keep(root: &Path, bytes: &[u8]) -> std::io::Result<Digest> {
    let digest = Digest::of(bytes);
    let path = path_of(root, &digest.to_string());
    if path.is_file() {
        return Ok(digest);
    }
    let folder = path.parent().unwrap_or(root);
    std::fs::create_dir_all(folder)?;
    let mut suffix = [0_u8; 8];
    getrandom::fill(&mut suffix).map_err(std::io::Error::other)?;
    let temporary = folder.join(format!(".{}.part", hex::encode(suffix)));
    let written = write_durably(&temporary, bytes)
        .and_then(|()| std::fs::rename(&temporary, &path))
        // The names too must survive a power cut, not only the bytes.
        .and_then(|()| sync_folder(folder))
        .and_then(|()| sync_folder(root));
    if let Err(error) = written {
        if let Err(left) = std::fs::remove_file(&temporary) {
            tracing::debug!(error = %left, "no temporary file to remove");
        }
        return Err(error);
    }
    Ok(digest)
}

fn write_durably(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

// Folders cannot be opened for that elsewhere.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// The last part of a sent name, without control characters, cut to a readable length.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last
        .chars()
        .filter(|character| !character.is_control())
        .collect();
    let clean = clean.trim().trim_matches('.');
    if clean.is_empty() {
        return String::from("file");
    }
    let length = clean.chars().count();
    // The end is kept too: it holds the extension.
    if length <= NAME_CHARACTERS {
        clean.to_owned()
    } else {
        let head = clean.chars().take(NAME_CHARACTERS - 20);
        head.chain(clean.chars().skip(length - 20)).collect()
    }
}

/// The media type by extension, of those that evidence comes in; what else is sent is bytes.
fn media_type(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    match extension.map(str::to_ascii_lowercase).as_deref() {
        Some("pdf") => "application/pdf",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("txt" | "log" | "conf" | "cfg") => "text/plain",
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("docx") => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        Some("zip") => "application/zip",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leads_out_of_its_folder_or_into_a_header() {
        for (sent, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\网络拓扑.pdf", "网络拓扑.pdf"),
            ("a\r\nSet-Cookie: x.txt", "aSet-Cookie: x.txt"),
            ("...", "file"),
            ("", "file"),
        ] {
            assert_eq!(file_name(sent), kept, "{sent}");
        }
        let long = format!("{}.docx", "安".repeat(300));
        let kept = file_name(&long);
        assert_eq!(kept.chars().count(), NAME_CHARACTERS);
        assert_eq!(media_type(&kept), media_type("a.docx"));
    }

    #[test]
    fn the_same_bytes_are_kept_once_and_nothing_temporary_is_left() {
        let folder = std::env::temp_dir().join(format!("xinglin-keep-{}", std::process::id()));
        let first = keep(&folder, b"abc").unwrap();
        let second = keep(&folder, b"abc").unwrap();
        assert_eq!(first, second);
        let of_digest = folder.join(first.to_string().get(..2).unwrap());
        let files: Vec<_> = std::fs::read_dir(&of_digest)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(files, [first.to_string()]);
        std::fs::remove_dir_all(folder).unwrap();
    }
}
