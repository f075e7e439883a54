//! What all documents of an assessment share.

use std::collections::BTreeMap;

use serde_json::Value;
use xinglin_controls::{Counts, Item, Rules};
use xinglin_core::{AssessmentId, Domain, FindingId, Lang, RequirementId};
use xinglin_report::{ClassCounts, DomainCounts, ResultFigures, Severity, SystemScope};
use xinglin_store::{
    findings::{self, Finding, FindingObject},
    hazards::{self, Hazard},
    reports::{self, ReportedSystem},
    settings,
};
use xinglin_workflow::FindingState;

use crate::{
    App, AppError,
    assessments::{ResultSummary, Round},
};

/// The data of an assessment, read once.
pub(super) struct Basis {
    pub(super) round: Round,
    pub(super) result: ResultSummary,
    pub(super) domains: Vec<DomainCounts>,
    pub(super) hospital: String,
    pub(super) system: ReportedSystem,
    pub(super) hazards: Vec<Hazard>,
    /// Findings of the system that are not closed, by requirement.
    pub(super) findings: BTreeMap<RequirementId, Finding>,
    /// Their objects.
    pub(super) shown: BTreeMap<FindingId, Vec<FindingObject>>,
}

impl App {
    pub(super) async fn basis(&self, id: AssessmentId) -> Result<Basis, AppError> {
        let round = self.round(id).await?;
        let db = self.store().db();
        let rules: Rules = self
            .standing_rules(db, &round.assessment, round.board.sheet())
            .await?;
        let figures = round
            .board
            .scores()
            .figures(&rules)
            .map_err(AppError::internal)?;
        let stored = round.assessment.result.clone().unwrap_or_default();
        let organisation: Option<Value> = settings::get(db, "organisation").await?;
        let hospital = organisation
            .as_ref()
            .and_then(|value| value["name"].as_str())
            .unwrap_or_default()
            .to_owned();
        let system_id = round.assessment.system_id;
        let mut open = findings::of_system(db, system_id, None).await?;
        open.retain(|finding| finding.state != FindingState::Closed);
        let ids: Vec<FindingId> = open.iter().map(|finding| finding.id).collect();
        Ok(Basis {
            result: serde_json::from_value(stored).map_err(AppError::internal)?,
            domains: figures
                .domains
                .iter()
                .filter(|domain| domain.counts.items > 0)
                .map(|domain| DomainCounts {
                    domain: domain.domain,
                    counts: class_counts(&domain.counts),
                })
                .collect(),
            system: reports::system(db, id).await?,
            hazards: hazards::list(db, Some(system_id)).await?,
            shown: findings::objects(db, &ids).await?,
            findings: open
                .into_iter()
                .map(|finding| (finding.requirement, finding))
                .collect(),
            hospital,
            round,
        })
    }

    pub(super) fn figures(&self, result: &ResultSummary, lang: Lang) -> ResultFigures {
        let words = &self.content().planning().words;
        ResultFigures {
            template: words.template(result.template, lang),
            rate: result.rate,
            score: result.score,
            conclusion: words.conclusion(result.conclusion, lang),
            provisional: result.provisional,
            counts: ClassCounts {
                compliant: result.compliant,
                partial: result.partial,
                noncompliant: result.noncompliant.saturating_sub(result.unanswered),
                not_applicable: result.not_applicable,
                unanswered: result.unanswered,
            },
            hazards_found: result.hazards_found,
            hazards_resolved: result.hazards_resolved,
        }
    }

    /// The code of the open major hazard that shows in a requirement.
    pub(super) fn hazard_of(&self, basis: &Basis, requirement: RequirementId) -> Option<String> {
        basis
            .hazards
            .iter()
            .filter(|hazard| hazard.resolved_on.is_none())
            .find(|hazard| {
                let trigger = self.content().catalogue().hazard(&hazard.code);
                trigger.is_some_and(|trigger| trigger.requirements.contains(&requirement))
            })
            .map(|hazard| hazard.code.clone())
    }
}

impl Basis {
    pub(super) fn scope(&self) -> SystemScope {
        let objects = self.round.board.objects().len();
        SystemScope {
            name: self.system.name.clone(),
            grade: self.round.assessment.grade,
            filing_number: self.system.filing_number.clone(),
            department: self.system.department.clone(),
            owner: self.system.owner.clone(),
            assets: u32::try_from(objects).unwrap_or(u32::MAX),
            description: self.system.description.clone(),
        }
    }

    /// The rate of a class in a forecast.
    pub(super) fn rate(result: &ResultSummary, domain: Domain) -> f64 {
        result
            .domains
            .iter()
            .find(|class| class.domain == domain)
            .and_then(|class| class.rate)
            .unwrap_or(1.0)
    }
}

fn class_counts(counts: &Counts) -> ClassCounts {
    ClassCounts {
        compliant: counts.compliant,
        partial: counts.partial,
        noncompliant: counts.noncompliant.saturating_sub(counts.unanswered),
        not_applicable: counts.not_applicable,
        unanswered: counts.unanswered,
    }
}

/// The clause as documents cite it, such as `8.1.4.1 a）`.
pub(super) fn clause(item: &Item, lang: Lang) -> String {
    match (item.item.as_str(), lang) {
        ("", _) => item.clause.clone(),
        (letter, Lang::Zh) => format!("{} {letter}）", item.clause),
        (letter, Lang::En) => format!("{} {letter})", item.clause),
    }
}

pub(super) fn severity(severity: xinglin_workflow::Severity) -> Severity {
    match severity {
        xinglin_workflow::Severity::High => Severity::High,
        xinglin_workflow::Severity::Medium => Severity::Medium,
        xinglin_workflow::Severity::Low => Severity::Low,
    }
}
