//! The result an assessment would have once requirements are mended.

use std::collections::BTreeSet;

use xinglin_controls::{Cell as Score, Conclusion, Rules, Scoreboard};
use xinglin_core::{AssessmentId, RequirementId, Verdict};
use xinglin_store::findings::{self, cells};
use xinglin_workflow::{FindingState, Severity};

use super::{ResultSummary, Round, summary};
use crate::{App, AppError, Code, change::Change};

impl App {
    /// The result of an assessment once `mended` is met on every object it applies to.
    /// Hazards that show in nothing but what is mended are resolved then; what remains of
    /// the findings still counts as risk.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) async fn forecast(
        &self,
        change: &Change<'_>,
        assessment: AssessmentId,
        mended: &BTreeSet<RequirementId>,
    ) -> Result<ResultSummary, AppError> {
        let round = self.round_in(change, assessment).await?;
        let scores = after(round.board.scores(), mended);
        let conn = change.tx().conn();
        let mut rules = self
            .rules(conn, &round.assessment, round.board.sheet())
            .await?;
        self.ease(change, &round, mended, &mut rules).await?;
        summary::summary(self.content(), &scores, &rules, 0)
    }

    /// Takes what is mended out of hazards and risks.
    async fn ease(
        &self,
        change: &Change<'_>,
        round: &Round,
        mended: &BTreeSet<RequirementId>,
        rules: &mut Rules,
    ) -> Result<(), AppError> {
        let db = change.tx().conn();
        let system = round.assessment.system_id;
        let open = cells::open_hazards(db, system).await?;
        let removed = open.iter().filter(|code| {
            let trigger = self.content().catalogue().hazard(code);
            trigger.is_some_and(|trigger| {
                let mut shown = trigger.requirements.iter();
                !trigger.requirements.is_empty() && shown.all(|id| mended.contains(id))
            })
        });
        let removed = u32::try_from(removed.count()).unwrap_or(u32::MAX);
        let hazards = &mut rules.hazards;
        hazards.resolved = hazards.found.min(hazards.resolved.saturating_add(removed));
        if !rules.template.is_weighted() {
            return Ok(());
        }
        rules.risks = xinglin_controls::Risks::default();
        for finding in findings::of_system(db, system, None).await? {
            if finding.state == FindingState::Closed || mended.contains(&finding.requirement) {
                continue;
            }
            match finding.severity {
                Severity::High => rules.risks.high += 1,
                Severity::Medium => rules.risks.medium += 1,
                Severity::Low => rules.risks.low += 1,
            }
        }
        Ok(())
    }

    /// The requirements on the cheapest way to `target`: `None` for `all`, which is every
    /// one.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a conclusion that the template does not know.
    pub(crate) async fn needed_for(
        &self,
        change: &Change<'_>,
        assessment: AssessmentId,
        target: &str,
    ) -> Result<Option<BTreeSet<RequirementId>>, AppError> {
        if target == "all" {
            return Ok(None);
        }
        let round = self.round_in(change, assessment).await?;
        let rules = self
            .rules(change.tx().conn(), &round.assessment, round.board.sheet())
            .await?;
        let explanation = summary::explanation(self.content(), round.board.scores(), &rules)?;
        let known = || {
            let conclusions = explanation.thresholds.iter().map(|one| one.conclusion);
            let words: Vec<&str> = conclusions.map(Conclusion::word).collect();
            format!("all or one of: {}", words.join(", "))
        };
        let threshold = explanation
            .thresholds
            .iter()
            .find(|threshold| threshold.conclusion.word() == target)
            .ok_or_else(|| AppError::new(Code::InvalidInput).field("target", target, known()))?;
        Ok(Some(
            threshold
                .cheapest
                .iter()
                .map(|step| step.requirement)
                .collect(),
        ))
    }
}

fn after(scores: &Scoreboard, mended: &BTreeSet<RequirementId>) -> Scoreboard {
    let mut scores = scores.clone();
    let columns: Vec<_> = scores.columns().collect();
    let rows: Vec<_> = mended
        .iter()
        .filter_map(|id| scores.sheet().row_of(*id))
        .collect();
    for row in rows {
        for column in &columns {
            if !matches!(
                scores.cell(row, *column),
                Score::Absent | Score::NotApplicable
            ) {
                scores.set(row, *column, Some(Verdict::Compliant));
            }
        }
    }
    scores
}
