//! Findings follow alarms: opened while something alarms, resolved when it does no more.
//!
//! They are findings as those of verdicts are: accepted, planned and verified. Only nobody
//! reopens one by hand, for whether it is so is not for a person to say.

use std::collections::BTreeMap;

use xinglin_core::{AssetId, FindingId, Grade, ObjectType, RequirementId, SystemId, Verdict};
use xinglin_store::{
    Read, assessments, dashboard,
    findings::{self, Finding, FindingObject},
};
use xinglin_workflow::{AlarmKind, FindingCause, FindingState, Severity};

use super::seen;
use crate::{Actor, App, AppError, change::Change};

/// Whether something alarms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Alarm {
    /// It does.
    On {
        /// The asset it is about.
        asset: Option<AssetId>,
        /// What is filled into the words for it.
        seen: Vec<(&'static str, String)>,
    },
    /// It does not.
    Off,
    /// It cannot be told yet, or is at the edge: it is as it was.
    AsBefore,
}

/// Alarms by what they are about. What is known and not here alarms no more.
pub(crate) type Alarms = BTreeMap<(AlarmKind, i64), Alarm>;

/// A system that findings can be of.
struct Place {
    system: SystemId,
    assessment: xinglin_core::AssessmentId,
    grade: Grade,
}

impl App {
    /// Brings the findings of these kinds in line with what alarms.
    ///
    /// A finding is of the gravest system of its asset, or of the gravest of all where it has
    /// none; while there is no assessment, there is no finding.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(crate) async fn follow_alarms(
        &self,
        actor: &Actor,
        kinds: &[AlarmKind],
        alarms: &Alarms,
    ) -> Result<(), AppError> {
        // Looked at before the writer is taken: mostly there is nothing to do.
        let db = self.store().db();
        if !is_due(&known(db, kinds).await?, alarms) || places(db).await?.is_empty() {
            return Ok(());
        }
        let mut change = self.change(actor).await?;
        let known = known(change.tx().conn(), kinds).await?;
        let mut is_changed = false;
        for (key, finding) in &known {
            if matches!(alarms.get(key), None | Some(Alarm::Off)) {
                is_changed |= gone(&mut change, finding).await?;
            }
        }
        for (key, alarm) in alarms {
            if let Alarm::On { asset, seen } = alarm {
                let known = known.get(key);
                is_changed |= self.shown(&mut change, *key, known, *asset, seen).await?;
            }
        }
        if is_changed {
            change.commit().await?;
        }
        Ok(())
    }

    /// Something alarms: opens the finding or takes it up again; whether anything is new.
    async fn shown(
        &self,
        change: &mut Change<'_>,
        (kind, number): (AlarmKind, i64),
        known: Option<&Finding>,
        asset: Option<AssetId>,
        said: &[(&'static str, String)],
    ) -> Result<bool, AppError> {
        let Some(rule) = self.content().alarm_rules().of(kind) else {
            return Ok(false);
        };
        let (action, mut finding) = if let Some(known) = known {
            if known.state != FindingState::Closed {
                return Ok(false);
            }
            let mut finding = known.clone();
            finding.state = known.state.recur().unwrap_or(FindingState::Open);
            finding.closed_at = None;
            finding.reason = None;
            ("finding.recur", finding)
        } else {
            let Some(finding) = self.place(change, kind, number, asset).await? else {
                return Ok(false);
            };
            ("finding.open", finding)
        };
        finding.severity = rule.severity;
        finding.verdict = rule.verdict;
        finding.title = rule.title(said);
        finding.detail = Some(rule.detail(said));
        finding.last_seen_at = change.now();
        if finding.id == FindingId(0) {
            finding.id = findings::insert(change.tx(), &finding).await?;
        } else {
            findings::save(change.tx(), &finding).await?;
        }
        let objects = objects_of(asset, rule.verdict);
        findings::replace_objects(change.tx(), finding.id, &objects).await?;
        let mut payload = seen(&finding, &objects);
        if let Some(payload) = payload.as_object_mut() {
            payload.insert("title".to_owned(), serde_json::json!(finding.title));
        }
        change.note(action, "finding", finding.id, payload);
        Ok(true)
    }

    /// A finding that a person raises, within a change of somebody else's noun; none where no
    /// system is under assessment. `wanted` are items in which it shows, where one of them is
    /// of the system's level.
    pub(crate) async fn raise_alarm(
        &self,
        change: &mut Change<'_>,
        (kind, number): (AlarmKind, i64),
        asset: Option<AssetId>,
        said: &[(&'static str, String)],
        wanted: &[RequirementId],
        severity: Severity,
    ) -> Result<Option<FindingId>, AppError> {
        let placed = self.place_in(change, kind, number, asset, wanted).await?;
        let (Some(mut finding), Some(rule)) = (placed, self.content().alarm_rules().of(kind))
        else {
            return Ok(None);
        };
        finding.severity = severity;
        finding.title = rule.title(said);
        finding.detail = Some(rule.detail(said));
        finding.id = findings::insert(change.tx(), &finding).await?;
        let objects = objects_of(asset, rule.verdict);
        findings::replace_objects(change.tx(), finding.id, &objects).await?;
        let payload = seen(&finding, &objects);
        change.note("finding.open", "finding", finding.id, payload);
        Ok(Some(finding.id))
    }

    /// A new finding in its place; `None` where there is none.
    async fn place(
        &self,
        change: &Change<'_>,
        kind: AlarmKind,
        number: i64,
        asset: Option<AssetId>,
    ) -> Result<Option<Finding>, AppError> {
        self.place_in(change, kind, number, asset, &[]).await
    }

    async fn place_in(
        &self,
        change: &Change<'_>,
        kind: AlarmKind,
        number: i64,
        asset: Option<AssetId>,
        wanted: &[RequirementId],
    ) -> Result<Option<Finding>, AppError> {
        let Some(rule) = self.content().alarm_rules().of(kind) else {
            return Ok(None);
        };
        let conn = change.tx().conn();
        let mut own: Option<(ObjectType, Vec<SystemId>)> = None;
        if let Some(asset) = asset {
            let found = assessments::object(conn, asset).await?;
            own = found.map(|(object, systems)| (object.object_type, systems));
        }
        let is_of = |place: &Place| match &own {
            Some((_, systems)) if !systems.is_empty() => systems.contains(&place.system),
            _ => true,
        };
        let object_type = own.as_ref().map(|(object_type, _)| *object_type);
        let places = places(conn).await?;
        let found = places.into_iter().filter(is_of).find_map(|place| {
            let level = place.grade.overall();
            let own = wanted.iter().copied().find(|id| id.level() == level);
            let requirement = own.or_else(|| rule.requirement(object_type, level))?;
            self.content().catalogue().get(requirement)?;
            Some((place, requirement))
        });
        Ok(found.map(|(place, requirement)| Finding {
            id: FindingId(0),
            system_id: place.system,
            assessment_id: place.assessment,
            requirement,
            cause: FindingCause::Alarm(kind, number),
            title: xinglin_core::Text::default(),
            detail: None,
            severity: rule.severity,
            major_hazard: false,
            verdict: rule.verdict,
            state: FindingState::Open,
            first_seen_at: change.now(),
            last_seen_at: change.now(),
            closed_at: None,
            reason: None,
            accepted_until: None,
        }))
    }
}

/// The object that an alarm is about, where that is one.
fn objects_of(asset: Option<AssetId>, verdict: Verdict) -> Vec<FindingObject> {
    let object = asset.map(|asset_id| FindingObject {
        asset_id,
        name: String::new(),
        verdict,
        detail: String::new(),
    });
    object.into_iter().collect()
}

/// Whether any finding is to be changed. One that is accepted is lived with until its day.
fn is_due(known: &BTreeMap<(AlarmKind, i64), Finding>, alarms: &Alarms) -> bool {
    let is_new = |(key, alarm): (&(AlarmKind, i64), &Alarm)| {
        let state = known.get(key).map(|finding| finding.state);
        matches!(alarm, Alarm::On { .. }) && state.is_none_or(|state| state == FindingState::Closed)
    };
    let is_over = |(key, finding): (&(AlarmKind, i64), &Finding)| {
        let is_off = matches!(alarms.get(key), None | Some(Alarm::Off));
        is_off && finding.state.resolve().is_ok()
    };
    alarms.iter().any(is_new) || known.iter().any(is_over)
}

/// What alarms no more; whether that is new.
async fn gone(change: &mut Change<'_>, known: &Finding) -> Result<bool, AppError> {
    let Ok(state) = known.state.resolve() else {
        return Ok(false);
    };
    let mut finding = known.clone();
    finding.state = state;
    finding.accepted_until = None;
    finding.last_seen_at = change.now();
    finding.closed_at = (state == FindingState::Closed).then_some(change.now());
    findings::save(change.tx(), &finding).await?;
    let payload = seen(&finding, &[]);
    change.note("finding.resolve", "finding", finding.id, payload);
    Ok(true)
}

async fn known(
    db: &impl Read,
    kinds: &[AlarmKind],
) -> Result<BTreeMap<(AlarmKind, i64), Finding>, AppError> {
    let found = findings::alarms(db).await?.into_iter();
    let by_cause = found.filter_map(|finding| match finding.cause {
        FindingCause::Alarm(kind, number) if kinds.contains(&kind) => {
            Some(((kind, number), finding))
        }
        _ => None,
    });
    Ok(by_cause.collect())
}

/// Systems with an assessment, the gravest first.
async fn places(db: &impl Read) -> Result<Vec<Place>, AppError> {
    let systems = dashboard::systems(db).await?.into_iter();
    let mut places: Vec<Place> = systems
        .filter_map(|system| {
            Some(Place {
                system: system.id,
                assessment: system.assessment_id?,
                grade: system.grade,
            })
        })
        .collect();
    places.sort_by_key(|place| (std::cmp::Reverse(place.grade.overall()), place.system));
    Ok(places)
}
