//! The rows of the item list.

use std::collections::BTreeMap;

use jiff::tz::Offset;
use xinglin_controls::ItemIndex;
use xinglin_core::{AssessmentId, AssetId, Lang, ObjectType, RequirementId, Verdict};
use xinglin_report::{ItemRow, ItemsHead};
use xinglin_store::reports::{self, ReportedCell};

use super::basis::{Basis, clause};
use crate::{App, AppError, assessments::AssessedObject, findings::has_high_risk};

impl App {
    pub(super) async fn item_rows(
        &self,
        id: AssessmentId,
        lang: Lang,
    ) -> Result<(ItemsHead, Vec<ItemRow>), AppError> {
        let basis = self.basis(id).await?;
        let db = self.store().db();
        let decided: BTreeMap<(RequirementId, AssetId), ReportedCell> = reports::cells(db, id)
            .await?
            .into_iter()
            .map(|cell| ((cell.requirement, cell.asset_id), cell))
            .collect();
        let evidence = reports::evidence(db, id).await?;
        let board = &basis.round.board;
        let columns: Vec<(&AssessedObject, Vec<_>)> = board
            .columns()
            .map(|(object, cells)| (object, cells.collect()))
            .collect();
        let mut rows = Vec::new();
        for (row, requirement) in board.sheet().rows() {
            let common = self.common(&basis, board.sheet().index(row), lang);
            for (object, cells) in &columns {
                if cells.get(row.number()).is_none_or(Option::is_none) {
                    continue;
                }
                let cell = decided.get(&(requirement, object.id));
                let titles = evidence.get(&(requirement, Some(object.id)));
                rows.push(item_row(&common, object, cell, titles, lang));
            }
        }
        let head = ItemsHead {
            hospital: basis.hospital.clone(),
            system: basis.system.name.clone(),
            grade: basis.round.assessment.grade.to_string(),
            assessment: basis.round.assessment.name.clone(),
            generated_on: self.today(),
        };
        Ok((head, rows))
    }

    /// What the rows of one requirement share: a row without an object.
    fn common(&self, basis: &Basis, index: ItemIndex, lang: Lang) -> ItemRow {
        let catalogue = self.content().catalogue();
        let item = catalogue.item(index);
        let level = basis.round.assessment.grade.overall();
        let cases: Vec<&str> = catalogue
            .cases_of(index)
            .filter(|case| case.min_level <= level)
            .map(|case| case.case.as_str())
            .collect();
        let is_risky = has_high_risk(catalogue, index, level);
        ItemRow {
            requirement: item.id,
            clause: clause(item, lang),
            control: item.control.get(lang).to_owned(),
            text: item.text.get(lang).to_owned(),
            object_code: String::new(),
            object: String::new(),
            object_type: String::new(),
            verdict: None,
            reasons: String::new(),
            evidence: String::new(),
            decided_on: None,
            high_risk: if is_risky {
                cases.join(", ")
            } else {
                String::new()
            },
            hazard: self.hazard_of(basis, item.id).unwrap_or_default(),
            advice: self
                .content()
                .measure_at(index)
                .measure
                .get(lang)
                .to_owned(),
        }
    }
}

fn item_row(
    common: &ItemRow,
    object: &AssessedObject,
    cell: Option<&ReportedCell>,
    titles: Option<&Vec<String>>,
    lang: Lang,
) -> ItemRow {
    let verdict = cell.map(|cell| cell.verdict);
    let is_wrong = matches!(verdict, Some(Verdict::Partial | Verdict::Noncompliant));
    let decided = cell.and_then(|cell| cell.decided_at);
    ItemRow {
        object_code: object.code.clone(),
        object: object.name.clone(),
        object_type: named(object.object_type, lang).to_owned(),
        verdict,
        reasons: cell.map(|cell| reasons(cell, lang)).unwrap_or_default(),
        evidence: titles.map(|titles| titles.join("\n")).unwrap_or_default(),
        decided_on: decided.map(|at| Offset::constant(8).to_datetime(at).date()),
        advice: if is_wrong {
            common.advice.clone()
        } else {
            String::new()
        },
        ..common.clone()
    }
}

fn reasons(cell: &ReportedCell, lang: Lang) -> String {
    cell.reason.clone().unwrap_or_else(|| {
        let lines: Vec<&str> = cell.reasons.iter().map(|text| text.get(lang)).collect();
        lines.join("\n")
    })
}

fn named(object_type: ObjectType, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => object_type.zh(),
        Lang::En => object_type.en(),
    }
}
