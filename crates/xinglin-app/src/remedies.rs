//! Remedies (整改代码与工单): what to do about the failed checks of an inspection, as code
//! to read and try, or as a work order. Nothing here is ever run by this program.

use std::collections::BTreeSet;

use jiff::tz::Offset;
use serde_json::Value;
use xinglin_core::{InspectionId, Lang};
use xinglin_inspect::{
    CheckResult, Severity, Status,
    remedy::{RemedyForm, RemedyPlan},
};
use xinglin_report::{Severity as Risk, WorkItem, WorkOrder, work_order_docx};
use xinglin_store::{assets, settings};

use crate::{
    Actor, App, AppError, Code,
    evidence::observed,
    inspections::{InspectionDocument, InspectionRow, JudgedCheck},
    references::{department_names, person_names},
    reports::{Report, file_name},
    tasks::blocking,
};

/// In what form remedies are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemedyKind {
    /// A script for a POSIX shell.
    Shell,
    /// A script for PowerShell.
    Powershell,
    /// A playbook for Ansible.
    Ansible,
    /// SQL statements.
    Sql,
    /// Lines of a configuration file or of a device's command line.
    Lines,
    /// A work order (Word).
    Docx,
}

impl RemedyKind {
    /// All kinds.
    pub const ALL: [Self; 6] = [
        Self::Shell,
        Self::Powershell,
        Self::Ansible,
        Self::Sql,
        Self::Lines,
        Self::Docx,
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Powershell => "powershell",
            Self::Ansible => "ansible",
            Self::Sql => "sql",
            Self::Lines => "lines",
            Self::Docx => "docx",
        }
    }

    /// The kind of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Which remedies are wanted.
#[derive(Debug, Clone)]
pub struct RemedyForms {
    /// In what form.
    pub kind: RemedyKind,
    /// For these checks; for all that failed and are not excepted where none is named.
    pub checks: BTreeSet<String>,
    /// For lines: the dialect, such as `huawei_vrp`; the thing's own where none is named.
    pub dialect: Option<String>,
    /// The language of remarks and of the work order.
    pub lang: Lang,
}

impl App {
    /// The remedies for the failed checks of an inspection.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::InvalidInput`] for checks that did not fail;
    /// [`Code::NoRemedy`] where none of them has code in this form.
    pub async fn export_remedies(
        &self,
        actor: &Actor,
        id: InspectionId,
        wanted: RemedyForms,
    ) -> Result<Report, AppError> {
        let (row, document) = self.inspection_document(actor, id).await?;
        let failed = self.failed(&row, &document, &wanted.checks).await?;
        if failed.is_empty() {
            return Err(AppError::new(Code::NoRemedy));
        }
        if wanted.kind == RemedyKind::Docx {
            return self.work_order(actor, row, failed, wanted.lang).await;
        }
        let content = self.content().clone();
        let asset = row.asset_name.clone();
        blocking(move || {
            let results: Vec<CheckResult> =
                failed.into_iter().map(|judged| judged.result).collect();
            let plan = RemedyPlan::new(content.checks(), &results);
            let form = form(&plan, &wanted, &document)?;
            let script = plan.write(&form, wanted.lang);
            let script = script.ok_or(AppError::new(Code::NoRemedy))?;
            let (stem, extension) = script
                .file_name
                .rsplit_once('.')
                .unwrap_or((&script.file_name, "txt"));
            Ok(Report {
                file_name: file_name(&[Some(&asset), Some(stem)], extension),
                bytes: script.text.into_bytes(),
            })
        })
        .await?
    }

    /// The failed checks that are meant, the worst first.
    async fn failed(
        &self,
        row: &InspectionRow,
        document: &InspectionDocument,
        named: &BTreeSet<String>,
    ) -> Result<Vec<JudgedCheck>, AppError> {
        let results = document.results.iter();
        let failed: Vec<CheckResult> = results
            .filter(|result| result.status == Status::Fail)
            .filter(|result| named.is_empty() || named.contains(&result.check))
            .cloned()
            .collect();
        let mut error = AppError::new(Code::InvalidInput);
        for name in named {
            if !failed.iter().any(|result| result.check == *name) && error.fields().len() < 20 {
                error = error.field("checks", name.as_str(), "checks that failed");
            }
        }
        if !error.fields().is_empty() {
            return Err(error);
        }
        let mut judged = self.judged(row.inspection.asset_id, failed).await?;
        judged.retain(|judged| !named.is_empty() || judged.exception.is_none());
        judged.sort_by(|a, b| {
            let worse = b.result.severity.cmp(&a.result.severity);
            worse.then_with(|| a.result.check.cmp(&b.result.check))
        });
        Ok(judged)
    }

    async fn work_order(
        &self,
        actor: &Actor,
        row: InspectionRow,
        failed: Vec<JudgedCheck>,
        lang: Lang,
    ) -> Result<Report, AppError> {
        let db = self.store().db();
        let asset = assets::find(db, row.inspection.asset_id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let departments = department_names(db).await?;
        let people = person_names(db, [asset.owner_id].into_iter()).await?;
        let organisation: Option<Value> = settings::get(db, "organisation").await?;
        let hospital = organisation
            .as_ref()
            .and_then(|organisation| organisation.get("name")?.as_str());
        let department = asset.department_id.and_then(|id| departments.get(&id));
        let owner = asset.owner_id.and_then(|id| people.get(&id));
        let china = Offset::constant(8);
        let order = WorkOrder {
            hospital: hospital.unwrap_or_default().to_owned(),
            generated_on: self.today(),
            prepared_by: actor.name().to_owned(),
            department: department.cloned().unwrap_or_default(),
            owner: owner.cloned().unwrap_or_default(),
            asset: asset.name,
            code: asset.code,
            address: asset.address.unwrap_or_default(),
            platform: row.inspection.platform,
            inspected_at: china.to_datetime(row.inspection.collected_at),
            items: failed.into_iter().map(|one| item(one, lang)).collect(),
        };
        let title = self.content().planning().words.file_work_order.get(lang);
        let file_name = file_name(&[Some(&order.asset), Some(title)], "docx");
        let content = self.content().clone();
        let bytes =
            blocking(move || work_order_docx(&order, &content.planning().templates, lang)).await?;
        Ok(Report {
            file_name,
            bytes: bytes.map_err(AppError::internal)?,
        })
    }
}

fn item(judged: JudgedCheck, lang: Lang) -> WorkItem {
    let result = judged.result;
    let risk = judged.risk.map(|risk| risk.get(lang).to_owned());
    WorkItem {
        title: result.title.get(lang).to_owned(),
        severity: match result.severity {
            Severity::High => Risk::High,
            Severity::Medium => Risk::Medium,
            Severity::Low => Risk::Low,
        },
        requirements: result
            .requirements
            .iter()
            .map(ToString::to_string)
            .collect(),
        observed: observed(&result.observed),
        expected: result.expected.get(lang).to_owned(),
        steps: result.remedy.get(lang).to_owned(),
        risk: risk.unwrap_or_default(),
        check: result.check,
    }
}

/// The form of the engine; lines are in the dialect that is named, the thing's own, or the
/// only one there is.
fn form(
    plan: &RemedyPlan<'_>,
    wanted: &RemedyForms,
    document: &InspectionDocument,
) -> Result<RemedyForm, AppError> {
    match wanted.kind {
        RemedyKind::Shell => return Ok(RemedyForm::Shell),
        RemedyKind::Powershell => return Ok(RemedyForm::Powershell),
        RemedyKind::Ansible => return Ok(RemedyForm::Ansible),
        RemedyKind::Sql => return Ok(RemedyForm::Sql),
        RemedyKind::Lines | RemedyKind::Docx => {}
    }
    let dialects: Vec<String> = plan
        .forms()
        .into_iter()
        .filter_map(|form| match form {
            RemedyForm::Lines(dialect) => Some(dialect),
            _ => None,
        })
        .collect();
    let family = document.family().word();
    let own = [document.subject.platform.as_str(), family];
    let named: Vec<&str> = match &wanted.dialect {
        Some(dialect) => vec![dialect.as_str()],
        None => own.to_vec(),
    };
    let known = |name: &&&str| dialects.iter().any(|dialect| dialect == **name);
    match (named.iter().find(known), dialects.as_slice()) {
        (Some(dialect), _) => Ok(RemedyForm::Lines((*dialect).to_owned())),
        (None, []) => Err(AppError::new(Code::NoRemedy)),
        (None, [only]) if wanted.dialect.is_none() => Ok(RemedyForm::Lines(only.clone())),
        (None, several) => {
            let found = wanted.dialect.clone().unwrap_or_default();
            let expected = format!("one of: {}", several.join(", "));
            Err(AppError::new(Code::InvalidInput).field("dialect", found, expected))
        }
    }
}
