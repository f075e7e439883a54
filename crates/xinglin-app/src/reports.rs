//! Documents: the rectification plan, the gap report and the item list, filled from the
//! hospital's own data.

mod basis;
mod gap;
mod items;
mod plan;
mod words;

use xinglin_core::{AssessmentId, Lang, PlanId};
use xinglin_report::ReportError;

pub(crate) use words::DocumentWords;

use crate::{Actor, App, AppError, Permission, tasks::blocking};

/// A document to download.
#[derive(Debug, Clone)]
pub struct Report {
    /// File name, in the document's language.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl App {
    /// The rectification plan as Word.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission or the plan.
    pub async fn export_plan(
        &self,
        actor: &Actor,
        id: PlanId,
        lang: Lang,
    ) -> Result<Report, AppError> {
        actor.require_sight(Permission::ReportExport)?;
        let document = self.plan_document(actor, id, lang).await?;
        let system = document.systems.first().map(|system| system.name.clone());
        let content = self.content().clone();
        let bytes = render(move || {
            xinglin_report::plan_docx(&document, &content.planning().templates, lang)
        })
        .await?;
        let title = &self.content().planning().words.file_plan;
        Ok(Report {
            file_name: file_name(&[system.as_deref(), Some(title.get(lang))], "docx"),
            bytes,
        })
    }

    /// The gap report of an assessment as Word.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission or the assessment.
    pub async fn export_gap(
        &self,
        actor: &Actor,
        id: AssessmentId,
        lang: Lang,
    ) -> Result<Report, AppError> {
        actor.require_sight(Permission::ReportExport)?;
        let document = self.gap_document(id, lang).await?;
        let system = document.system.name.clone();
        let content = self.content().clone();
        let bytes = render(move || {
            xinglin_report::gap_docx(&document, &content.planning().templates, lang)
        })
        .await?;
        let title = &self.content().planning().words.file_gap;
        Ok(Report {
            file_name: file_name(&[Some(&system), Some(title.get(lang))], "docx"),
            bytes,
        })
    }

    /// Every requirement on every object of an assessment as Excel.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission or the assessment.
    pub async fn export_items(
        &self,
        actor: &Actor,
        id: AssessmentId,
        lang: Lang,
    ) -> Result<Report, AppError> {
        actor.require_sight(Permission::ReportExport)?;
        let (head, rows) = self.item_rows(id, lang).await?;
        let system = head.system.clone();
        let content = self.content().clone();
        let bytes = render(move || {
            xinglin_report::items_xlsx(&head, &rows, &content.planning().templates, lang)
        })
        .await?;
        let title = &self.content().planning().words.file_items;
        Ok(Report {
            file_name: file_name(&[Some(&system), Some(title.get(lang))], "xlsx"),
            bytes,
        })
    }
}

/// Renders off the runtime: a document takes longer than a request may hold a worker.
async fn render(
    work: impl FnOnce() -> Result<Vec<u8>, ReportError> + Send + 'static,
) -> Result<Vec<u8>, AppError> {
    blocking(work).await?.map_err(AppError::internal)
}

/// A name that every file system takes.
pub(crate) fn file_name(parts: &[Option<&str>], extension: &str) -> String {
    let parts: Vec<String> = parts
        .iter()
        .flatten()
        .map(|part| {
            let is_kept = |c: &char| !c.is_control() && !"/\\:*?\"<>|".contains(*c);
            part.chars().filter(is_kept).collect::<String>()
        })
        .filter(|part| !part.trim().is_empty())
        .collect();
    format!("{}.{extension}", parts.join("-"))
}
