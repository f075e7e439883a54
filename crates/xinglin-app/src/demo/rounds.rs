//! Assessments of the demonstration: what was found, mended and planned, day by day.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use xinglin_core::{AssessmentId, AssetId, FixedClock, RequirementId, SystemId, Verdict};

use super::{
    move_to,
    story::{Problem, Round, Story},
};
use crate::{
    Actor, App, AppError, Code,
    assessments::AssessmentForm,
    hazards::HazardForm,
    plans::PlanForm,
    verdicts::{VerdictAction, VerdictsForm},
};

/// Something that happens on one day.
enum Event<'a> {
    Start(&'a Round),
    FindHazard(&'a Round, usize),
    ResolveHazard(&'a Round, usize),
    Mend(&'a Round, &'a Problem),
    Plan(&'a Round),
}

/// What the events of one story share.
#[derive(Default)]
struct Stage {
    started: BTreeMap<String, (SystemId, AssessmentId)>,
    hazards: BTreeMap<(String, usize), xinglin_core::HazardId>,
}

impl App {
    pub(super) async fn play(
        &self,
        actor: &Actor,
        story: &Story,
        host: AssetId,
        clock: &FixedClock,
        today: Timestamp,
    ) -> Result<(), AppError> {
        let mut stage = Stage::default();
        for (days_ago, event) in events(story) {
            move_to(clock, today, days_ago);
            self.happen(actor, &mut stage, event).await?;
        }
        move_to(clock, today, 0);
        self.inspect_this_host(actor, host).await?;
        for (_, assessment) in stage.started.values() {
            self.confirm_proposals(actor, *assessment, host).await?;
        }
        Ok(())
    }

    async fn happen(
        &self,
        actor: &Actor,
        stage: &mut Stage,
        event: Event<'_>,
    ) -> Result<(), AppError> {
        match event {
            Event::Start(round) => self.start_round(actor, stage, round).await,
            Event::FindHazard(round, at) => {
                let (Some((system_id, _)), Some(hazard)) =
                    (stage.started.get(&round.system), round.hazards.get(at))
                else {
                    return Ok(());
                };
                let form = HazardForm {
                    system_id: *system_id,
                    code: hazard.code.clone(),
                    note: hazard.note.clone(),
                    found_on: self.today(),
                };
                let row = self.create_hazard(actor, form).await?;
                stage
                    .hazards
                    .insert((round.system.clone(), at), row.hazard.id);
                Ok(())
            }
            Event::ResolveHazard(round, at) => {
                let known = stage.hazards.get(&(round.system.clone(), at));
                let reason = round
                    .hazards
                    .get(at)
                    .and_then(|one| one.resolved_reason.as_deref());
                let (Some(id), Some(reason)) = (known, reason) else {
                    return Ok(());
                };
                let on = self.today();
                self.resolve_hazard(actor, *id, reason, on).await?;
                Ok(())
            }
            Event::Mend(round, problem) => self.mend(actor, stage, round, problem).await,
            Event::Plan(round) => {
                let (Some((_, assessment_id)), Some(plan)) =
                    (stage.started.get(&round.system), &round.plan)
                else {
                    return Ok(());
                };
                let form = PlanForm {
                    assessment_id: *assessment_id,
                    title: plan.title.clone(),
                    starts_on: self.today(),
                    target: plan.target.clone(),
                };
                self.create_plan(actor, form).await?;
                Ok(())
            }
        }
    }

    async fn start_round(
        &self,
        actor: &Actor,
        stage: &mut Stage,
        round: &Round,
    ) -> Result<(), AppError> {
        let systems = self.list_systems(actor).await?;
        let system = systems
            .into_iter()
            .find(|row| row.system.code == round.system);
        let unknown = || AppError::new(Code::NotFound).field("system", &round.system, "its code");
        let system_id = system.ok_or_else(unknown)?.system.id;
        let form = AssessmentForm {
            system_id,
            name: round.name.clone(),
            template: None,
        };
        let assessment_id = self.create_assessment(actor, form).await?.assessment.id;
        stage
            .started
            .insert(round.system.clone(), (system_id, assessment_id));
        let mut decisions: BTreeMap<(Verdict, String), Vec<(RequirementId, AssetId)>> =
            BTreeMap::new();
        for (requirement, asset, code) in self.cells_of(actor, assessment_id).await? {
            if round.unanswered.contains(&requirement) {
                continue;
            }
            let decision = decide(round, requirement, &code);
            decisions
                .entry(decision)
                .or_default()
                .push((requirement, asset));
        }
        for ((verdict, reason), cells) in decisions {
            self.overrule(actor, assessment_id, cells, verdict, reason)
                .await?;
        }
        Ok(())
    }

    async fn mend(
        &self,
        actor: &Actor,
        stage: &Stage,
        round: &Round,
        problem: &Problem,
    ) -> Result<(), AppError> {
        let Some((_, assessment)) = stage.started.get(&round.system) else {
            return Ok(());
        };
        let cells: Vec<_> = self
            .cells_of(actor, *assessment)
            .await?
            .into_iter()
            .filter(|(requirement, _, code)| {
                *requirement == problem.requirement
                    && (problem.objects.is_empty() || problem.objects.contains(code))
            })
            .map(|(requirement, asset, _)| (requirement, asset))
            .collect();
        let reason = String::from("已整改并复核（演示数据）");
        self.overrule(actor, *assessment, cells, Verdict::Compliant, reason)
            .await
    }

    async fn confirm_proposals(
        &self,
        actor: &Actor,
        assessment: AssessmentId,
        host: AssetId,
    ) -> Result<(), AppError> {
        let cells: Vec<_> = self
            .cells_of(actor, assessment)
            .await?
            .into_iter()
            .filter(|(_, asset, _)| *asset == host)
            .map(|(requirement, asset, _)| (requirement, asset))
            .collect();
        if cells.is_empty() {
            return Ok(());
        }
        let form = VerdictsForm {
            cells,
            seen: HashMap::new(),
            action: VerdictAction::Confirm,
            verdict: None,
            reason: None,
        };
        self.set_verdicts(actor, assessment, form).await?;
        Ok(())
    }

    async fn overrule(
        &self,
        actor: &Actor,
        assessment: AssessmentId,
        cells: Vec<(RequirementId, AssetId)>,
        verdict: Verdict,
        reason: String,
    ) -> Result<(), AppError> {
        if cells.is_empty() {
            return Ok(());
        }
        let form = VerdictsForm {
            cells,
            seen: HashMap::new(),
            action: VerdictAction::Overrule,
            verdict: Some(verdict),
            reason: Some(reason),
        };
        self.set_verdicts(actor, assessment, form).await?;
        Ok(())
    }

    async fn cells_of(
        &self,
        actor: &Actor,
        assessment: AssessmentId,
    ) -> Result<Vec<(RequirementId, AssetId, String)>, AppError> {
        let round = self.get_matrix(actor, assessment).await?;
        let mut cells = Vec::new();
        for (_, requirement) in round.board.sheet().rows() {
            for object in round.board.objects() {
                if round.board.is_cell(object.id, requirement) {
                    cells.push((requirement, object.id, object.code.clone()));
                }
            }
        }
        Ok(cells)
    }
}

fn events(story: &Story) -> Vec<(i64, Event<'_>)> {
    let mut events = Vec::new();
    for round in &story.assessments {
        events.push((round.started_days_ago, Event::Start(round)));
        for (at, hazard) in round.hazards.iter().enumerate() {
            events.push((hazard.found_days_ago, Event::FindHazard(round, at)));
            if let Some(days_ago) = hazard.resolved_days_ago {
                events.push((days_ago, Event::ResolveHazard(round, at)));
            }
        }
        for problem in &round.problems {
            if let Some(days_ago) = problem.mended_days_ago {
                events.push((days_ago, Event::Mend(round, problem)));
            }
        }
        if let Some(plan) = &round.plan {
            events.push((plan.days_ago, Event::Plan(round)));
        }
    }
    events.sort_by_key(|(days_ago, _)| -days_ago);
    events
}

fn decide(round: &Round, requirement: RequirementId, code: &str) -> (Verdict, String) {
    let exempt = round
        .not_applicable
        .iter()
        .find(|exempt| exempt.requirements.contains(&requirement));
    if let Some(exempt) = exempt {
        return (Verdict::NotApplicable, exempt.reason.clone());
    }
    let problem = round.problems.iter().find(|problem| {
        problem.requirement == requirement
            && (problem.objects.is_empty() || problem.objects.iter().any(|object| object == code))
    });
    match problem {
        Some(problem) => (problem.verdict, problem.reason.clone()),
        None => (Verdict::Compliant, round.otherwise_reason.clone()),
    }
}
