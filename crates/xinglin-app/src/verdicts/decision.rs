//! A person's decision on cells: what it does to them, and what is kept of it.

use std::collections::BTreeMap;

use serde_json::json;
use xinglin_core::{AssessmentId, AssetId, EvidenceId, RequirementId, Verdict};
use xinglin_ledger::{Digest, Subject, canonical_json};
use xinglin_store::{
    evidence::{self, Evidence, EvidenceKind, EvidenceState},
    verdicts::{Cell, CellState},
};

use super::{VerdictAction, VerdictsForm, cell_subject};
use crate::{Actor, AppError, Code, change::Change, error::reason};

const CELLS_AT_ONCE: usize = 20_000;
const SUBJECTS_PER_ENTRY: usize = 500;

impl VerdictsForm {
    pub(super) fn check(mut self) -> Result<Self, AppError> {
        if self.cells.len() > CELLS_AT_ONCE {
            let found = self.cells.len().to_string();
            let expected = format!("at most {CELLS_AT_ONCE}");
            return Err(AppError::new(Code::TooLarge).field("cells", found, expected));
        }
        if self.action == VerdictAction::Overrule {
            if self.verdict.is_none() {
                let expected = "compliant, partial, noncompliant or not_applicable";
                return Err(AppError::new(Code::InvalidInput).field("verdict", "", expected));
            }
            self.reason = Some(reason(self.reason.as_deref().unwrap_or_default())?);
        } else if self.verdict.is_some() {
            let expected = "no verdict: only overruling states one";
            return Err(AppError::new(Code::InvalidInput).field("verdict", "", expected));
        } else {
            let given = self.reason.filter(|text| !text.trim().is_empty());
            self.reason = given.map(|text| reason(&text)).transpose()?;
        }
        Ok(self)
    }

    /// Applies the decision; false where it does not apply.
    pub(super) fn apply(&self, cell: &mut Cell) -> bool {
        let (state, verdict) = match (self.action, cell.proposed) {
            (VerdictAction::Confirm, Some(proposed))
                if !cell.state.is_decided() && self.has_seen(cell, proposed) =>
            {
                (CellState::Confirmed, Some(proposed))
            }
            (VerdictAction::Overrule, proposed) if self.verdict == proposed => {
                (CellState::Confirmed, proposed)
            }
            (VerdictAction::Overrule, _) => (CellState::Overruled, self.verdict),
            (VerdictAction::Reopen, _) if cell.state.is_decided() => (CellState::Reopened, None),
            _ => return false,
        };
        if (cell.state, cell.verdict, &cell.reason) == (state, verdict, &self.reason) {
            return false;
        }
        cell.state = state;
        cell.verdict = verdict;
        cell.reason.clone_from(&self.reason);
        true
    }

    fn has_seen(&self, cell: &Cell, proposed: Verdict) -> bool {
        let seen = self.seen.get(&(cell.requirement, cell.asset_id));
        seen.is_none_or(|seen| *seen == proposed)
    }
}

/// Keeps each decision as evidence, in place of the former one on the same cell.
pub(super) async fn attest(
    change: &Change<'_>,
    actor: &Actor,
    id: AssessmentId,
    form: &VerdictsForm,
    decided: &[(Cell, Cell)],
) -> Result<(), AppError> {
    let mut former: BTreeMap<AssetId, Vec<RequirementId>> = BTreeMap::new();
    for (before, _) in decided {
        if before.decided_by.is_some() {
            former
                .entry(before.asset_id)
                .or_default()
                .push(before.requirement);
        }
    }
    for (asset, requirements) in former {
        let kind = EvidenceKind::Attestation;
        evidence::supersede_cells(change.tx(), kind, id, asset, &requirements).await?;
    }
    if form.action == VerdictAction::Reopen {
        return Ok(());
    }
    let attestations: Vec<Evidence> = decided
        .iter()
        .map(|(_, cell)| {
            let content = json!({"action": form.action.word(), "verdict": cell.verdict,
                "proposed": cell.proposed, "reason": cell.reason});
            Evidence {
                id: EvidenceId(0),
                kind: EvidenceKind::Attestation,
                title: cell.verdict.map(Verdict::zh).unwrap_or_default().to_owned(),
                asset_id: cell.asset_id,
                assessment_id: Some(id),
                requirement: Some(cell.requirement),
                inspection_id: None,
                state: EvidenceState::Current,
                collected_at: change.now(),
                valid_until: None,
                digest: Digest::of(canonical_json(&content).as_bytes()).to_string(),
                by: actor.ledger_name(),
                content,
            }
        })
        .collect();
    Ok(evidence::insert_all(change.tx(), &attestations).await?)
}

/// One entry for some hundred cells; each cell is a subject, for its history.
pub(super) fn note_decisions(
    change: &mut Change<'_>,
    id: AssessmentId,
    form: &VerdictsForm,
    decided: &[(Cell, Cell)],
) {
    let action = format!("verdict.{}", form.action.word());
    for decided in decided.chunks(SUBJECTS_PER_ENTRY) {
        let mut subjects = vec![Subject::new("assessment", id)];
        let mut cells = BTreeMap::new();
        for (before, cell) in decided {
            let subject = cell_subject(id, cell.asset_id, cell.requirement);
            let from = before.verdict.or(before.proposed);
            cells.insert(subject.id.clone(), (from, cell.verdict));
            subjects.push(subject);
        }
        change.note_all(
            &action,
            subjects,
            json!({"verdict": form.verdict, "reason": form.reason, "cells": cells}),
        );
    }
}
