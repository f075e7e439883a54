//! Assessment rounds.

use std::collections::BTreeMap;

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    assessments::{
        self, AssessmentForm, AssessmentRow, Conclusion, MultiObject, Settings, SettingsForm,
        Template,
    },
    core::{AssessmentId, Extension, Grade, Importance, ObjectType, RequirementId, SystemId},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    views::{self, Reason, ResultSummary},
    words,
};

/// Which assessments to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssessmentParams {
    system_id: Option<i64>,
}

/// Names an assessment.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AssessmentPath {
    #[param(value_type = i64)]
    pub(crate) id: AssessmentId,
}

/// An assessment round of a graded system.
#[derive(Serialize, ToSchema)]
pub(crate) struct Assessment {
    id: i64,
    system_id: i64,
    system_name: String,
    name: String,
    #[schema(value_type = views::Template)]
    template: Template,
    /// The grade of the day it began.
    #[schema(value_type = words::Grade)]
    grade: Grade,
    #[schema(value_type = Vec<words::Extension>)]
    extensions: Vec<Extension>,
    #[schema(value_type = AssessmentSettings)]
    settings: Settings,
    /// The assessor's weights by unit code.
    weights: Option<BTreeMap<String, f64>>,
    /// Whether suggested weights, which are not official, fill the gaps.
    suggested_weights: bool,
    #[schema(value_type = views::AssessmentState)]
    state: &'static str,
    #[schema(value_type = String, format = Date)]
    started_on: Date,
    #[schema(value_type = Option<String>, format = Date)]
    closed_on: Option<Date>,
    /// Counts the changes of its cells, hazards and settings.
    revision: i64,
    result: ResultSummary,
    /// The objects on which items are assessed, by code.
    objects: Vec<AssessmentObject>,
}

/// An object of an assessment.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssessmentObject {
    id: i64,
    code: String,
    name: String,
    #[schema(value_type = words::ObjectType)]
    object_type: ObjectType,
    #[schema(value_type = words::Importance)]
    importance: Importance,
}

/// Assessments, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AssessmentList {
    items: Vec<Assessment>,
    total: u64,
}

/// A new assessment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssessmentInput {
    system_id: i64,
    name: String,
    #[schema(value_type = Option<views::Template>)]
    template: Option<Template>,
}

/// How an assessment is scored.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SettingsInput {
    #[schema(value_type = views::Template)]
    template: Template,
    #[schema(value_type = AssessmentSettings)]
    settings: Settings,
    /// The assessor's weights by unit code; 2021 knows 1, 2 and 3.
    #[schema(value_type = Option<BTreeMap<String, f64>>)]
    weights: Option<BTreeMap<RequirementId, f64>>,
    /// Fills missing weights with suggested ones, which makes the result not official.
    #[serde(default)]
    suggested_weights: bool,
}

/// The open points of the scoring rules.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used; views carry the engine's settings"
)]
pub(crate) struct AssessmentSettings {
    #[schema(value_type = views::MultiObject)]
    multi_object: MultiObject,
    partial_credit: f64,
    attention: f64,
    #[schema(value_type = views::Conclusion)]
    over_90_with_hazards: Conclusion,
    #[schema(value_type = views::Conclusion)]
    at_90: Conclusion,
    #[schema(value_type = views::Conclusion)]
    at_60: Conclusion,
}

/// Lists assessments.
#[utoipa::path(get, path = "/api/v1/assessments", tag = "assessments", params(AssessmentParams), responses((status = 200, body = AssessmentList)))]
pub(crate) async fn list_assessments(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<AssessmentParams>,
) -> ApiResult<Json<AssessmentList>> {
    let system = params.system_id.map(SystemId);
    let rows = app.list_assessments(&caller.actor, system).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(AssessmentList { items, total }))
}

/// Opens an assessment of a system.
#[utoipa::path(post, path = "/api/v1/assessments", tag = "assessments", request_body = AssessmentInput, responses((status = 201, body = Assessment)))]
pub(crate) async fn create_assessment(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AssessmentInput>,
) -> ApiResult<(StatusCode, Json<Assessment>)> {
    let form = AssessmentForm {
        system_id: SystemId(input.system_id),
        name: input.name,
        template: input.template,
    };
    let row = app.create_assessment(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// One assessment.
#[utoipa::path(get, path = "/api/v1/assessments/{id}", tag = "assessments", params(AssessmentPath), responses((status = 200, body = Assessment)))]
pub(crate) async fn get_assessment(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
) -> ApiResult<Json<Assessment>> {
    Ok(Json(view(
        app.get_assessment(&caller.actor, path.id).await?,
    )))
}

/// Sets template, open points and weights.
#[utoipa::path(put, path = "/api/v1/assessments/{id}/settings", tag = "assessments", params(AssessmentPath), request_body = SettingsInput, responses((status = 200, body = Assessment)))]
pub(crate) async fn update_assessment_settings(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
    Body(input): Body<SettingsInput>,
) -> ApiResult<Json<Assessment>> {
    let form = SettingsForm {
        template: input.template,
        settings: input.settings,
        weights: input.weights,
        suggested_weights: input.suggested_weights,
    };
    let row = app
        .set_assessment_settings(&caller.actor, path.id, form)
        .await?;
    Ok(Json(view(row)))
}

/// Closes an assessment for good.
#[utoipa::path(post, path = "/api/v1/assessments/{id}/close", tag = "assessments", params(AssessmentPath), request_body = Reason, responses((status = 200, body = Assessment)))]
pub(crate) async fn close_assessment(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Assessment>> {
    let row = app
        .close_assessment(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

fn view(row: AssessmentRow) -> Assessment {
    let assessment = row.assessment;
    Assessment {
        id: assessment.id.0,
        system_id: assessment.system_id.0,
        system_name: row.system_name,
        name: assessment.name,
        template: row.template,
        grade: assessment.grade,
        extensions: assessment.extensions,
        settings: row.settings,
        weights: assessment.weights,
        suggested_weights: assessment.suggested_weights,
        state: match assessment.closed_on {
            None => "open",
            Some(_) => "closed",
        },
        started_on: assessment.started_on,
        closed_on: assessment.closed_on,
        revision: assessment.revision,
        result: row.result.into(),
        objects: row.objects.into_iter().map(object).collect(),
    }
}

fn object(object: assessments::AssessedObject) -> AssessmentObject {
    AssessmentObject {
        id: object.id.0,
        code: object.code,
        name: object.name,
        object_type: object.object_type,
        importance: object.importance,
    }
}
