//! The catalogue of requirements.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    catalogue::{self, CatalogueFilter, Power, RequirementRow},
    core::{self, Level, RequirementId},
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    views::{MeasureKind, MeasureOwner, Text},
    words,
};

/// Which requirements to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct CatalogueParams {
    /// Level of business information; without `s` and `a` all requirements are listed.
    s: Option<u8>,
    /// Level of service assurance.
    a: Option<u8>,
    /// Extensions, separated by commas: cloud, mobile, iot.
    ext: Option<String>,
}

/// Names a requirement.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RequirementPath {
    #[param(value_type = String)]
    id: RequirementId,
}

/// A requirement of GB/T 22239-2019.
#[derive(Serialize, ToSchema)]
pub(crate) struct Requirement {
    #[schema(value_type = String)]
    id: RequirementId,
    clause: String,
    #[schema(value_type = words::Domain)]
    domain: core::Domain,
    control: Text,
    text: Text,
    #[schema(value_type = words::ProtectionClass)]
    class: core::ProtectionClass,
    optional: bool,
    #[schema(value_type = Vec<words::ObjectType>)]
    objects: Vec<core::ObjectType>,
    /// Numbers of cases of the 2025 guide.
    high_risk_cases: Vec<String>,
    /// Codes of triggers of major hazards.
    hazards: Vec<String>,
    /// 1 to 3; suggested, not official.
    weight_suggested: Option<f64>,
}

/// Requirements in the standard's order.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequirementList {
    items: Vec<Requirement>,
    total: u64,
}

/// A requirement with everything linked to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct RequirementDetail {
    #[serde(flatten)]
    requirement: Requirement,
    measure: Option<Measure>,
    interview: Vec<InterviewQuestion>,
    checks: Vec<CheckBrief>,
    cases: Vec<HighRiskCase>,
    hazard_triggers: Vec<HazardTrigger>,
}

/// What a hospital does to meet a requirement; effort and cost are estimates.
#[derive(Serialize, ToSchema)]
pub(crate) struct Measure {
    text: Text,
    #[schema(value_type = MeasureKind)]
    kind: &'static str,
    /// Person-days, low and high.
    effort_days: (u32, u32),
    /// Yuan, low and high.
    cost_cny: (u64, u64),
    #[schema(value_type = MeasureOwner)]
    owner: &'static str,
    risk: Text,
    rollback: Text,
}

/// A question of the interview.
#[derive(Serialize, ToSchema)]
pub(crate) struct InterviewQuestion {
    /// Its position, from 0.
    question: usize,
    ask: Text,
    look: Text,
}

/// A check of machines.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheckBrief {
    check: String,
    title: Text,
    /// Whether a pass, with its partners, suffices.
    sufficient: bool,
}

/// A situation that counts as high risk.
#[derive(Serialize, ToSchema)]
pub(crate) struct HighRiskCase {
    id: String,
    title: Text,
    trigger: Text,
    mitigation: Option<Text>,
}

/// A trigger of a major hazard.
#[derive(Serialize, ToSchema)]
pub(crate) struct HazardTrigger {
    code: String,
    title: Text,
    ask: Text,
}

/// Lists requirements.
#[utoipa::path(get, path = "/api/v1/catalogue", tag = "catalogue", params(CatalogueParams), responses((status = 200, body = RequirementList)))]
pub(crate) async fn list_catalogue(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<CatalogueParams>,
) -> ApiResult<Json<RequirementList>> {
    let filter = filter(&params)?;
    let rows = app.list_catalogue(&caller.actor, &filter)?;
    let items: Vec<_> = rows.iter().map(requirement).collect();
    let total = items.len() as u64;
    Ok(Json(RequirementList { items, total }))
}

/// One requirement with everything linked to it.
#[utoipa::path(get, path = "/api/v1/catalogue/{id}", tag = "catalogue", params(RequirementPath), responses((status = 200, body = RequirementDetail)))]
pub(crate) async fn get_requirement(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RequirementPath>,
) -> ApiResult<Json<RequirementDetail>> {
    let detail = app.get_requirement(&caller.actor, path.id)?;
    Ok(Json(view(&detail)))
}

/// Triggers of major hazards in the order of the template's annex.
#[derive(Serialize, ToSchema)]
pub(crate) struct HazardTriggerList {
    items: Vec<HazardTrigger>,
    total: u64,
}

/// Lists the triggers of major hazards.
#[utoipa::path(get, path = "/api/v1/hazard-triggers", tag = "catalogue", responses((status = 200, body = HazardTriggerList)))]
pub(crate) async fn list_hazard_triggers(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<HazardTriggerList>> {
    let triggers = app.list_hazard_triggers(&caller.actor)?;
    let items: Vec<_> = triggers.iter().map(trigger).collect();
    let total = items.len() as u64;
    Ok(Json(HazardTriggerList { items, total }))
}

fn filter(params: &CatalogueParams) -> Result<CatalogueFilter, AppError> {
    let level = |field: &str, number: Option<u8>| {
        number
            .map(|number| {
                Level::try_from(number).map_err(|error| {
                    let found = number.to_string();
                    AppError::new(Code::InvalidInput).field(field, found, error.expected)
                })
            })
            .transpose()
    };
    let named = params.ext.as_deref().unwrap_or_default().split(',');
    let extensions = named.map(str::trim).filter(|word| !word.is_empty());
    let extensions = extensions.map(|word| {
        word.parse().map_err(|error: core::ParseWordError| {
            AppError::new(Code::InvalidInput).field("ext", word, error.expected)
        })
    });
    Ok(CatalogueFilter {
        s: level("s", params.s)?,
        a: level("a", params.a)?,
        extensions: extensions.collect::<Result<_, _>>()?,
    })
}

fn requirement(row: &RequirementRow<'_>) -> Requirement {
    let item = row.item;
    Requirement {
        id: item.id,
        clause: item.cited(),
        domain: item.id.domain(),
        control: (&item.control).into(),
        text: (&item.text).into(),
        class: item.class,
        optional: item.optional,
        objects: item.objects.clone(),
        high_risk_cases: row.cases.iter().map(|case| case.case.clone()).collect(),
        hazards: row
            .hazards
            .iter()
            .map(|hazard| hazard.code.clone())
            .collect(),
        weight_suggested: Some(item.weight_suggested.into()),
    }
}

fn view(detail: &catalogue::RequirementDetail<'_>) -> RequirementDetail {
    let measure = detail.measure.map(|measure| Measure {
        text: (&measure.measure).into(),
        kind: measure.kind.word(),
        effort_days: measure.effort_days,
        cost_cny: measure.cost_cny,
        owner: measure.owner.word(),
        risk: (&measure.risk).into(),
        rollback: (&measure.rollback).into(),
    });
    let questions = detail.interview.iter().enumerate();
    let checks = detail.checks.iter().map(|check| CheckBrief {
        check: check.id.clone(),
        title: (&check.title).into(),
        sufficient: check.power == Power::Sufficient,
    });
    let cases = detail.row.cases.iter().map(|case| HighRiskCase {
        id: case.case.clone(),
        title: (&case.title).into(),
        trigger: (&case.trigger).into(),
        mitigation: Some((&case.mitigation).into()),
    });
    let triggers = detail.row.hazards.iter().copied().map(trigger);
    RequirementDetail {
        requirement: requirement(&detail.row),
        measure,
        interview: questions
            .map(|(number, question)| InterviewQuestion {
                question: number,
                ask: (&question.ask).into(),
                look: (&question.look).into(),
            })
            .collect(),
        checks: checks.collect(),
        cases: cases.collect(),
        hazard_triggers: triggers.collect(),
    }
}

fn trigger(hazard: &catalogue::HazardTrigger) -> HazardTrigger {
    HazardTrigger {
        code: hazard.code.clone(),
        title: (&hazard.title).into(),
        ask: (&hazard.ask).into(),
    }
}
