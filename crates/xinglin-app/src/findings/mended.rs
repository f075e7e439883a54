//! What a second look that closes a finding does to its cells.

use std::collections::BTreeSet;

use serde_json::json;
use xinglin_core::AssetId;
use xinglin_ledger::Subject;
use xinglin_store::{
    assessments,
    evidence::{self, EvidenceKind},
    findings::{Finding, cells},
    verdicts::{self, Cell},
};

use crate::{
    App, AppError,
    assessments::Rescored,
    change::Change,
    evidence::{RECTIFIED, reopen},
    verdicts::cell_subject,
};

impl App {
    /// Opens the cells of a finding again that a second person found mended: the verdicts
    /// that called them wrong are of before, and whether they are right now is for evidence
    /// and a person to say. An open cell counts as not met, so the result is never better
    /// for it.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(crate) async fn reopen_mended(
        &self,
        change: &mut Change<'_>,
        finding: &Finding,
    ) -> Result<Vec<Rescored>, AppError> {
        let mut rescored = Vec::new();
        if !finding.cause.is_verdict() {
            // No cell was called wrong for it.
            return Ok(rescored);
        }
        let systems = [finding.system_id];
        for open in assessments::open(change.tx().conn(), Some(&systems)).await? {
            let round = self.round_in(change, open.id).await?;
            let conn = change.tx().conn();
            let wrong = cells::wrong(conn, open.id, Some(&[finding.requirement])).await?;
            let assets: BTreeSet<AssetId> = wrong
                .into_iter()
                .map(|cell| cell.asset_id)
                .filter(|asset| round.board.is_cell(*asset, finding.requirement))
                .collect();
            if assets.is_empty() {
                continue;
            }
            let assets: Vec<AssetId> = assets.into_iter().collect();
            let mut known = verdicts::of_assets(conn, open.id, &assets).await?;
            known.retain(|cell| cell.requirement == finding.requirement);
            // By evidence of after the verdict, where there is any.
            let mut cells = self.judge_cells(conn, &round, known).await?;
            for cell in &mut cells {
                reopen(cell, RECTIFIED);
                let kind = EvidenceKind::Attestation;
                let requirement = [cell.requirement];
                let asset = cell.asset_id;
                evidence::supersede_cells(change.tx(), kind, open.id, asset, &requirement).await?;
            }
            let payload = json!({"cause": "rectified", "finding_id": finding.id});
            let subjects = subjects(&round.assessment, finding, &cells);
            change.note_all("verdict.reopen", subjects, payload);
            rescored.push(self.cells_changed(change, round, &cells).await?);
        }
        Ok(rescored)
    }
}

fn subjects(
    assessment: &assessments::Assessment,
    finding: &Finding,
    cells: &[Cell],
) -> Vec<Subject> {
    let mut subjects = vec![
        Subject::new("assessment", assessment.id),
        Subject::new("finding", finding.id),
    ];
    let cells = cells.iter();
    subjects.extend(cells.map(|cell| cell_subject(assessment.id, cell.asset_id, cell.requirement)));
    subjects
}
