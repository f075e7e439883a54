//! The demonstration hospital: built from the files in `content/demo` by the same imports
//! and use cases that a hospital uses, on a clock that starts some weeks before today, so
//! that trends and histories are real.

mod accounts;
mod logs;
mod rounds;
mod story;

use std::{io::Write as _, path::PathBuf};

use jiff::{Timestamp, ToSpan as _};
use xinglin_core::{Clock as _, FixedClock};

pub use accounts::SignInNote;
use story::Story;

use crate::{
    Actor, App, AppError, Code,
    assets::{AssetFilter, AssetForm},
    imports::RecordKind,
    posts::PostForm,
};

const FOLDER: &str = "demo/";
const SIGN_IN_FILE: &str = "sign-in.txt";

// Departments name their heads, who are people, who name their departments: three steps.
const IMPORTS: [(RecordKind, &str); 5] = [
    (RecordKind::Departments, "demo/departments.csv"),
    (RecordKind::People, "demo/people.csv"),
    (RecordKind::Departments, "demo/department_heads.csv"),
    (RecordKind::Systems, "demo/systems.csv"),
    (RecordKind::Assets, "demo/assets.csv"),
];

/// How long before today the demonstration begins.
pub const STARTS_DAYS_AGO: i64 = 76;

impl App {
    /// Builds the demonstration hospital in an empty data folder. The application must have
    /// been opened with `clock`, standing [`STARTS_DAYS_AGO`] days before `today`; it ends
    /// at `today`.
    ///
    /// # Errors
    /// [`Code::SetUpDone`] where the folder is not empty; otherwise what a use case refuses,
    /// which means that `content/demo` is wrong.
    pub async fn build_demo(
        &self,
        clock: &FixedClock,
        today: Timestamp,
        with_logs: bool,
    ) -> Result<Vec<SignInNote>, AppError> {
        if !self.set_up_needed().await? {
            return Err(AppError::new(Code::SetUpDone));
        }
        let story = self.story()?;
        let actor = Actor::automatic("demo");
        let notes = self.demo_administrators(&story).await?;
        self.update_organisation(&actor, story.organisation.clone())
            .await?;
        for post in &story.posts {
            let form = PostForm {
                code: post.code.clone(),
                name: post.name.clone(),
                department_id: None,
                duty: None,
            };
            self.create_post(&actor, form).await?;
        }
        for (kind, path) in IMPORTS {
            self.demo_import(&actor, kind, path).await?;
        }
        let notes = self.demo_users(&story, notes).await?;
        let host = self.mark_local_host(&actor, &story.local_host).await?;
        self.play(&actor, &story, host, clock, today).await?;
        if with_logs {
            self.demo_logs(&actor, today).await?;
        }
        self.keep_sign_ins(&notes)?;
        Ok(notes)
    }

    /// The sign-ins of the demonstration, as written down when it was built.
    pub fn demo_sign_ins(&self) -> Option<String> {
        std::fs::read_to_string(self.sign_in_file()).ok()
    }

    fn story(&self) -> Result<Story, AppError> {
        let text = self.demo_file("demo/story.yaml")?;
        serde_saphyr::from_str(&text).map_err(|error| {
            AppError::new(Code::UnreadableFile).field(
                "content/demo/story.yaml",
                "",
                error.to_string(),
            )
        })
    }

    fn demo_file(&self, path: &str) -> Result<String, AppError> {
        let mut files = self.content().files_under(FOLDER);
        let file = files.find(|file| file.path == path);
        Ok(file
            .ok_or(AppError::new(Code::Unavailable).field("content", path, "the file"))?
            .text
            .clone())
    }

    async fn demo_import(
        &self,
        actor: &Actor,
        kind: RecordKind,
        path: &str,
    ) -> Result<(), AppError> {
        let bytes = self.demo_file(path)?.into_bytes();
        let counts = self.import_records(actor, kind, path, bytes).await?;
        if counts.rejected > 0 {
            return Err(AppError::new(Code::UnreadableFile).field(
                path,
                counts.rejected.to_string(),
                "no rejected rows",
            ));
        }
        Ok(())
    }

    async fn mark_local_host(
        &self,
        actor: &Actor,
        code: &str,
    ) -> Result<xinglin_core::AssetId, AppError> {
        let filter = AssetFilter {
            q: Some(code.to_owned()),
            limit: 10,
            ..AssetFilter::default()
        };
        let (rows, _) = self.list_assets(actor, &filter).await?;
        let row = rows.into_iter().find(|row| row.asset.code == code);
        let asset = row.ok_or(AppError::new(Code::NotFound))?.asset;
        let id = asset.id;
        let form = AssetForm {
            code: asset.code,
            name: asset.name,
            object_type: asset.object_type,
            system_ids: asset.system_ids,
            address: asset.address,
            location: asset.location,
            model: asset.model,
            version: asset.version,
            owner_id: asset.owner_id,
            department_id: asset.department_id,
            importance: asset.importance,
            supplier: asset.supplier,
            state: asset.state,
            local_host: true,
        };
        self.update_asset(actor, id, form).await?;
        Ok(id)
    }

    fn keep_sign_ins(&self, notes: &[SignInNote]) -> Result<(), AppError> {
        let mut text = String::new();
        for note in notes {
            text.push_str(&note.line());
            text.push('\n');
        }
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        options
            .open(self.sign_in_file())
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(AppError::internal)
    }

    fn sign_in_file(&self) -> PathBuf {
        self.config().data_dir.join(SIGN_IN_FILE)
    }
}

/// Moves `clock` to `days` before `today`, never backwards.
fn move_to(clock: &FixedClock, today: Timestamp, days: i64) {
    let target = today - (days * 24).hours();
    let seconds = target.duration_since(clock.now()).as_secs();
    if seconds > 0 {
        clock.advance(seconds);
    }
}
