//! Records in Excel files: templates, previews, imports, rejects, exports.
//!
//! A row is known by its code, so an import can be repeated: what is there already is
//! unchanged. Preview and import judge rows by the same function ([`judge`]).

use std::{collections::HashSet, str::FromStr, sync::Arc};

use tokio::sync::OwnedSemaphorePermit;
use xinglin_core::Lang;
use xinglin_ledger::Digest;
use xinglin_report::{
    Cells, Reject, Row, SheetError, SheetSchema, export_xlsx, read_sheet, rejects_xlsx,
    template_xlsx,
};
use xinglin_store::{assets::Asset, departments::Department, people::Person, systems::System};

use crate::{
    Actor, App, AppError, Code, Permission,
    jobs::{Ending, ImportCounts, Job, JobState, JobView},
    tasks::blocking,
};

mod judge;
mod kinds;
mod lookup;
mod preview;
mod reader;
mod run;

use judge::Judged;
use kinds::SheetRecord;
use lookup::Lookup;
use preview::preview;
pub use preview::{FieldChange, Preview, PreviewRow, RowProblem};

/// The largest file taken, in bytes: 200,000 rows need about 20 MB.
pub const MAX_SHEET_BYTES: usize = 32 * 1024 * 1024;

/// A kind of record that comes in sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// Departments.
    Departments,
    /// People.
    People,
    /// Graded systems.
    Systems,
    /// Assets.
    Assets,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Departments, Self::People, Self::Systems, Self::Assets];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Departments => "departments",
            Self::People => "people",
            Self::Systems => "systems",
            Self::Assets => "assets",
        }
    }
}

impl FromStr for RecordKind {
    type Err = AppError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.word() == text)
            .ok_or(AppError::new(Code::NotFound))
    }
}

/// What becomes of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is not taken.
    Reject,
    /// It changes a record.
    Update,
    /// It makes a record.
    Create,
    /// It says what is known.
    Unchanged,
}

impl Fate {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reject => "reject",
            Self::Update => "update",
            Self::Create => "create",
            Self::Unchanged => "unchanged",
        }
    }
}

/// A sheet in memory, with the right to hold it.
struct LoadedSheet {
    file_name: String,
    digest: Digest,
    columns: HashSet<String>,
    rows: Vec<Row>,
    _permit: OwnedSemaphorePermit,
}

/// Runs a generic function for the record type of a kind.
macro_rules! for_kind {
    ($kind:expr, $function:ident($($argument:expr),* $(,)?)) => {
        match $kind {
            RecordKind::Departments => $function::<Department>($($argument),*).await,
            RecordKind::People => $function::<Person>($($argument),*).await,
            RecordKind::Systems => $function::<System>($($argument),*).await,
            RecordKind::Assets => $function::<Asset>($($argument),*).await,
        }
    };
}

impl App {
    /// An empty sheet to fill.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn import_template(
        &self,
        actor: &Actor,
        kind: RecordKind,
        lang: Lang,
    ) -> Result<Vec<u8>, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let schema = self.sheet(kind)?;
        blocking(move || template_xlsx(&schema, lang))
            .await?
            .map_err(AppError::internal)
    }

    /// Each row's fate; nothing is changed or kept.
    ///
    /// # Errors
    /// [`Code::UnreadableFile`], [`Code::TooLarge`].
    pub async fn preview_import(
        &self,
        actor: &Actor,
        kind: RecordKind,
        file_name: &str,
        bytes: Vec<u8>,
        lang: Lang,
    ) -> Result<Preview, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let sheet = self.load_sheet(kind, file_name, bytes).await?;
        for_kind!(kind, preview(self, kind, sheet, lang))
    }

    /// The rows that an import would not take, with the reasons, to be mended.
    ///
    /// # Errors
    /// As for the preview.
    pub async fn import_rejects(
        &self,
        actor: &Actor,
        kind: RecordKind,
        file_name: &str,
        bytes: Vec<u8>,
        lang: Lang,
    ) -> Result<Vec<u8>, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let sheet = self.load_sheet(kind, file_name, bytes).await?;
        for_kind!(kind, rejects(self, kind, sheet, lang))
    }

    /// Starts an import beside the request.
    ///
    /// # Errors
    /// As for the preview; what goes wrong later stands in the job.
    pub async fn start_import(
        self: &Arc<Self>,
        actor: &Actor,
        kind: RecordKind,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<JobView, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let sheet = self.load_sheet(kind, file_name, bytes).await?;
        let name = format!("import.{}", kind.word());
        let job = self.jobs().start(&name, actor, sheet.rows.len() as u64);
        let view = job.view();
        let (app, actor) = (Arc::clone(self), actor.clone());
        let ending = Ending::of(&job);
        self.tasks().spawn("import", async move {
            let _ending = ending;
            let ended = run_kind(&app, &actor, kind, &sheet, &job).await;
            job.end(ended.unwrap_or_else(|error| {
                tracing::error!(%error, source = ?std::error::Error::source(&error), "import failed");
                JobState::Failed(Arc::new(error))
            }));
        });
        Ok(view)
    }

    /// Imports a file and waits for the end: for the command line and the demonstration.
    ///
    /// # Errors
    /// As for the preview, and what goes wrong in a batch; those before it stay.
    pub async fn import_records(
        &self,
        actor: &Actor,
        kind: RecordKind,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<ImportCounts, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let sheet = self.load_sheet(kind, file_name, bytes).await?;
        let job = Job::new(0, "import", actor, sheet.rows.len() as u64);
        run_kind(self, actor, kind, &sheet, &job).await?;
        Ok(job.view().counts)
    }

    /// All records of a kind, in the columns of the template.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn export_records(
        &self,
        actor: &Actor,
        kind: RecordKind,
        lang: Lang,
    ) -> Result<Vec<u8>, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        for_kind!(kind, export(self, kind, lang))
    }

    fn sheet(&self, kind: RecordKind) -> Result<SheetSchema, AppError> {
        self.content()
            .sheet(kind.word())
            .cloned()
            .ok_or(AppError::new(Code::Unavailable))
    }

    async fn load_sheet(
        &self,
        kind: RecordKind,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<LoadedSheet, AppError> {
        let permit = self.jobs().sheets().acquire_owned().await;
        let permit = permit.map_err(AppError::internal)?;
        let schema = self.sheet(kind)?;
        let (digest, sheet) = blocking(move || {
            let sheet = read_sheet(&bytes, &schema);
            (Digest::of(&bytes), sheet)
        })
        .await?;
        let sheet = sheet.map_err(|error| sheet_problem(&error))?;
        Ok(LoadedSheet {
            file_name: file_name.chars().take(120).collect(),
            digest,
            columns: sheet.columns.into_iter().collect(),
            rows: sheet.rows,
            _permit: permit,
        })
    }
}

fn sheet_problem(error: &SheetError) -> AppError {
    match error {
        SheetError::TooLarge { limit_bytes, .. } => {
            AppError::new(Code::TooLarge).field("file", "", format!("at most {limit_bytes} bytes"))
        }
        SheetError::TooManyRows { limit } => {
            AppError::new(Code::TooLarge).field("file", "", format!("at most {limit} rows"))
        }
        SheetError::Unreadable => {
            AppError::new(Code::UnreadableFile).field("file", "", "xlsx, xls, ods or csv")
        }
        SheetError::NoHeader { expected } => AppError::new(Code::UnreadableFile).field(
            "header",
            "",
            format!("a row with the columns {}", expected.join("、")),
        ),
        SheetError::MissingColumns {
            missing,
            header_row,
        } => AppError::new(Code::UnreadableFile).field(
            format!("row {header_row}"),
            "",
            format!("the columns {}", missing.join("、")),
        ),
    }
}

async fn run_kind(
    app: &App,
    actor: &Actor,
    kind: RecordKind,
    sheet: &LoadedSheet,
    job: &Job,
) -> Result<JobState, AppError> {
    use run::run;
    let ended = for_kind!(kind, run(app, actor, kind, sheet, job));
    let counts = job.view().counts;
    if kind == RecordKind::Assets && counts.created + counts.updated > 0 {
        // What came to a system under assessment, or is something else now, is judged at once.
        if let Err(error) = app.reconcile_evidence().await {
            tracing::error!(%error, "assessments are judged again later");
        }
    }
    ended
}

/// Judges all rows against the records as they are.
async fn judge_all<T: SheetRecord>(
    app: &App,
    kind: RecordKind,
    sheet: LoadedSheet,
) -> Result<(LoadedSheet, Vec<Judged<T>>, Lookup), AppError> {
    let db = app.store().db();
    let mut lookup = Lookup::load(db, kind).await?;
    let order = judge::order::<T>(&sheet.rows);
    let places: Vec<usize> = order.waves.into_iter().flatten().collect();
    let existing = run::existing::<T, _>(db, &sheet, &places).await?;
    blocking(move || {
        let mut judged = judge::judge(&sheet.rows, &places, &sheet.columns, existing, &mut lookup);
        for at in order.circular {
            if let Some(row) = sheet.rows.get(at) {
                judged.push(judge::circular(at, row));
            }
        }
        judged.sort_by_key(|one| one.at);
        (sheet, judged, lookup)
    })
    .await
}

async fn rejects<T: SheetRecord>(
    app: &App,
    kind: RecordKind,
    sheet: LoadedSheet,
    lang: Lang,
) -> Result<Vec<u8>, AppError> {
    let schema = app.sheet(kind)?;
    let (mut sheet, judged, _) = judge_all::<T>(app, kind, sheet).await?;
    blocking(move || {
        let rejects: Vec<Reject> = judged
            .into_iter()
            .filter(|one| one.fate == Fate::Reject)
            .filter_map(|one| {
                let row = sheet.rows.get_mut(one.at)?;
                Some(Reject {
                    row: row.row,
                    cells: std::mem::take(&mut row.cells),
                    problems: one.problems,
                    reasons: Vec::new(),
                })
            })
            .collect();
        rejects_xlsx(&schema, &rejects, lang)
    })
    .await?
    .map_err(AppError::internal)
}

async fn export<T: SheetRecord>(
    app: &App,
    kind: RecordKind,
    lang: Lang,
) -> Result<Vec<u8>, AppError> {
    let schema = app.sheet(kind)?;
    let db = app.store().db();
    let permit = app.jobs().sheets().acquire_owned().await;
    let permit = permit.map_err(AppError::internal)?;
    let lookup = Lookup::load(db, kind).await?;
    let records = T::list(db).await?;
    blocking(move || {
        let rows: Vec<Cells> = records.iter().map(|record| record.cells(&lookup)).collect();
        drop(records);
        let bytes = export_xlsx(&schema, &rows, lang);
        drop(permit);
        bytes
    })
    .await?
    .map_err(AppError::internal)
}
