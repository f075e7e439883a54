//! The gap report's document.

use std::collections::BTreeMap;

use jiff::tz::Offset;
use xinglin_controls::{Cell as Score, HighRiskCase, Item, ItemIndex, Row, State};
use xinglin_core::{AssessmentId, AssetId, Lang, RequirementId, Verdict};
use xinglin_report::{
    DetailedGap, GapDocument, GapObject, HighRisk, MissingAnswer, ObjectState, Priority,
};
use xinglin_store::{
    findings::cells::{self, DecidedCell},
    reports,
    tasks::{self, Task},
};
use xinglin_workflow::Severity;

use super::basis::{Basis, clause, severity};
use crate::{App, AppError};

type Evidence = BTreeMap<(RequirementId, Option<AssetId>), Vec<String>>;

/// Titles of evidence that one item of the report names.
const TITLES: usize = 8;

/// What is read for the gap report beside the basis.
struct Found {
    wrong: BTreeMap<RequirementId, Vec<DecidedCell>>,
    evidence: Evidence,
    names: BTreeMap<AssetId, String>,
    tasks: BTreeMap<RequirementId, Task>,
    owners: tasks::Names,
}

impl App {
    pub(super) async fn gap_document(
        &self,
        id: AssessmentId,
        lang: Lang,
    ) -> Result<GapDocument, AppError> {
        let basis = self.basis(id).await?;
        let found = self.found(id, &basis).await?;
        let db = self.store().db();
        let places = reports::places(db, id).await?;
        let assessment = &basis.round.assessment;
        let words = &self.content().planning().words;
        let objects = basis.round.board.objects().iter();
        Ok(GapDocument {
            hospital: basis.hospital.clone(),
            number: String::new(),
            version: words.gap_version.get(lang).to_owned(),
            generated_on: self.today(),
            prepared_by: basis.system.department.clone(),
            system: basis.scope(),
            assessment: assessment.name.clone(),
            started_on: assessment.started_on,
            until: assessment
                .closed_on
                .unwrap_or_else(|| Offset::constant(8).to_datetime(self.now()).date()),
            objects: objects
                .map(|object| GapObject {
                    name: object.name.clone(),
                    object_type: object.object_type,
                    importance: object.importance,
                    address: places.get(&object.id).cloned().unwrap_or_default(),
                })
                .collect(),
            result: self.figures(&basis.result, lang),
            domains: basis.domains.clone(),
            high_risks: self.high_risks(&basis, lang),
            gaps: self.gaps(&basis, &found, lang),
            missing: self.missing(&basis, lang),
        })
    }

    async fn found(&self, id: AssessmentId, basis: &Basis) -> Result<Found, AppError> {
        let db = self.store().db();
        let mut wrong: BTreeMap<RequirementId, Vec<DecidedCell>> = BTreeMap::new();
        for cell in cells::wrong(db, id, None).await? {
            wrong.entry(cell.requirement).or_default().push(cell);
        }
        let findings: Vec<_> = basis.findings.values().map(|finding| finding.id).collect();
        let tasks = tasks::of_findings(db, &findings).await?;
        let owners = tasks::names(db, &tasks).await?;
        let objects = basis.round.board.objects().iter();
        Ok(Found {
            wrong,
            evidence: reports::evidence(db, id).await?,
            names: objects
                .map(|object| (object.id, object.name.clone()))
                .collect(),
            tasks: tasks
                .into_iter()
                .map(|task| (task.requirement, task))
                .collect(),
            owners,
        })
    }

    /// Major hazards as found, then the high-risk cases of requirements that are not met.
    fn high_risks(&self, basis: &Basis, lang: Lang) -> Vec<HighRisk> {
        let catalogue = self.content().catalogue();
        let hazards = basis.hazards.iter().filter_map(|hazard| {
            let trigger = catalogue.hazard(&hazard.code)?;
            let first = trigger.requirements.first();
            let index = first.and_then(|id| catalogue.index_of(*id));
            let shown = trigger
                .requirements
                .iter()
                .flat_map(|id| objects(basis, *id));
            Some(HighRisk {
                code: hazard.code.clone(),
                title: trigger.title.get(lang).to_owned(),
                clause: index.map_or_else(String::new, |at| clause(catalogue.item(at), lang)),
                is_hazard: true,
                objects: shown.collect(),
                advice: index.map_or_else(String::new, |at| self.advice(at, lang)),
                resolved_on: hazard.resolved_on,
            })
        });
        let cases = basis.findings.keys().filter_map(|id| {
            let index = catalogue.index_of(*id)?;
            Some(self.cases(basis, index).map(move |case| HighRisk {
                code: case.case.clone(),
                title: case.title.get(lang).to_owned(),
                clause: clause(catalogue.item(index), lang),
                is_hazard: false,
                objects: objects(basis, *id).collect(),
                advice: self.advice(index, lang),
                resolved_on: None,
            }))
        });
        hazards.chain(cases.flatten()).collect()
    }

    fn cases<'a>(
        &'a self,
        basis: &Basis,
        index: ItemIndex,
    ) -> impl Iterator<Item = &'a HighRiskCase> + use<'a> {
        let level = basis.round.assessment.grade.overall();
        self.content()
            .catalogue()
            .cases_of(index)
            .filter(move |case| case.min_level <= level)
    }

    fn advice(&self, index: ItemIndex, lang: Lang) -> String {
        self.content()
            .measure_at(index)
            .measure
            .get(lang)
            .to_owned()
    }

    fn gaps(&self, basis: &Basis, found: &Found, lang: Lang) -> Vec<DetailedGap> {
        let board = &basis.round.board;
        let sheet = board.sheet();
        sheet
            .rows()
            .filter_map(|(row, _)| {
                let verdict = match board.scores().state(row) {
                    State::Partial => Verdict::Partial,
                    State::Noncompliant => Verdict::Noncompliant,
                    State::Compliant | State::NotApplicable | State::Unanswered => return None,
                };
                Some(self.gap(basis, found, sheet.index(row), verdict, lang))
            })
            .collect()
    }

    fn gap(
        &self,
        basis: &Basis,
        found: &Found,
        index: ItemIndex,
        verdict: Verdict,
        lang: Lang,
    ) -> DetailedGap {
        let item: &Item = self.content().catalogue().item(index);
        let words = &self.content().planning().words;
        let grave = basis
            .findings
            .get(&item.id)
            .map_or(Severity::Low, |finding| finding.severity);
        let cells = found.wrong.get(&item.id).map_or(&[][..], Vec::as_slice);
        let details: std::collections::BTreeSet<&str> = cells
            .iter()
            .map(|cell| cell.detail.trim())
            .filter(|detail| !detail.is_empty())
            .collect();
        let gap = if details.is_empty() {
            words.no_detail.get(lang).to_owned()
        } else {
            details
                .into_iter()
                .take(TITLES)
                .collect::<Vec<_>>()
                .join("\n")
        };
        let risks: Vec<&str> = self
            .cases(basis, index)
            .map(|case| case.title.get(lang))
            .collect();
        let task = found.tasks.get(&item.id);
        let owner = task.and_then(|task| {
            let person = task.owner_id.and_then(|id| found.owners.people.get(&id));
            let department = || found.owners.departments.get(&task.department_id?);
            person.or_else(department)
        });
        DetailedGap {
            domain: item.id.domain(),
            clause: clause(item, lang),
            control: item.control.get(lang).to_owned(),
            requirement: item.text.get(lang).to_owned(),
            verdict,
            states: cells
                .iter()
                .filter_map(|cell| {
                    Some(ObjectState {
                        object: found.names.get(&cell.asset_id)?.clone(),
                        verdict: cell.verdict,
                        found: cell.detail.clone(),
                    })
                })
                .collect(),
            evidence: titles(&found.evidence, item.id),
            gap,
            risk: if risks.is_empty() {
                words.risk(grave).get(lang).to_owned()
            } else {
                risks.join("\n")
            },
            severity: severity(grave),
            advice: self.advice(index, lang),
            owner: owner.cloned().unwrap_or_default(),
            priority: match grave {
                Severity::High => Priority::Urgent,
                Severity::Medium => Priority::Key,
                Severity::Low => Priority::Continuing,
            },
        }
    }

    /// Items of which some object has no verdict.
    fn missing(&self, basis: &Basis, lang: Lang) -> Vec<MissingAnswer> {
        let board = &basis.round.board;
        let catalogue = self.content().catalogue();
        let words = &self.content().planning().words;
        board
            .sheet()
            .rows()
            .filter(|(row, _)| board.scores().state(*row).is_applicable())
            .filter_map(|(row, _)| {
                let open = without_verdict(basis, row);
                if open.is_empty() && board.scores().state(row) != State::Unanswered {
                    return None;
                }
                let index = board.sheet().index(row);
                let item = catalogue.item(index);
                let questions = catalogue.interview_of(index);
                let looks: Vec<&str> = questions
                    .iter()
                    .map(|question| question.look.get(lang))
                    .collect();
                Some(MissingAnswer {
                    clause: clause(item, lang),
                    control: item.control.get(lang).to_owned(),
                    objects: open,
                    needed: if looks.is_empty() {
                        words.needed.get(lang).to_owned()
                    } else {
                        looks.join("\n")
                    },
                })
            })
            .collect()
    }
}

/// Names of the objects of an item that have no verdict.
fn without_verdict(basis: &Basis, row: Row) -> Vec<String> {
    let board = &basis.round.board;
    let columns = board.scores().columns();
    board
        .objects()
        .iter()
        .zip(columns)
        .filter(|(_, column)| board.scores().cell(row, *column) == Score::Open)
        .map(|(object, _)| object.name.clone())
        .collect()
}

fn objects(basis: &Basis, requirement: RequirementId) -> impl Iterator<Item = String> {
    let finding = basis.findings.get(&requirement);
    let shown = finding.and_then(|finding| basis.shown.get(&finding.id));
    shown
        .into_iter()
        .flatten()
        .map(|object| object.name.clone())
}

fn titles(evidence: &Evidence, requirement: RequirementId) -> Vec<String> {
    let own = evidence
        .range((requirement, None)..)
        .take_while(|((id, _), _)| *id == requirement);
    let mut titles: Vec<String> = own.flat_map(|(_, titles)| titles.clone()).collect();
    titles.sort();
    titles.dedup();
    titles.truncate(TITLES);
    titles
}
