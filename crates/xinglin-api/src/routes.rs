//! The whole URL map. The path of an operation stands on its handler.

use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{openapi::Base, state::AppState};

mod accounts;
mod agents;
mod alerts;
mod assessments;
mod assets;
mod attachments;
mod catalogue;
mod cells;
mod collectors;
mod dashboard;
mod departments;
pub(crate) mod detection;
mod discoveries;
mod drift;
mod exceptions;
mod findings;
mod hazards;
mod imports;
mod inspections;
mod integrity;
mod jobs;
mod ledger;
pub(crate) mod logs;
mod organisation;
mod people;
mod planning;
mod plans;
mod policies;
mod posts;
mod remedies;
mod reports;
mod results;
mod scan_ranges;
mod session;
mod setup;
mod systems;
mod tasks;

/// All operations, one line a path.
#[expect(clippy::too_many_lines, reason = "one table, read as one")]
pub(crate) fn table() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Base::openapi())
        .routes(routes!(setup::get_setup, setup::set_up))
        .routes(routes!(
            session::get_session,
            session::sign_in,
            session::sign_out
        ))
        .routes(routes!(session::change_password))
        .routes(routes!(accounts::list_accounts, accounts::create_account))
        .routes(routes!(accounts::set_account_roles))
        .routes(routes!(accounts::disable_account))
        .routes(routes!(accounts::enable_account))
        .routes(routes!(accounts::unlock_account))
        .routes(routes!(accounts::reset_account_password))
        .routes(routes!(
            departments::list_departments,
            departments::create_department
        ))
        .routes(routes!(
            departments::update_department,
            departments::delete_department
        ))
        .routes(routes!(
            organisation::get_organisation,
            organisation::update_organisation
        ))
        .routes(routes!(posts::list_posts, posts::create_post))
        .routes(routes!(posts::update_post, posts::delete_post))
        .routes(routes!(people::list_people, people::create_person))
        .routes(routes!(people::update_person, people::delete_person))
        .routes(routes!(systems::list_systems, systems::create_system))
        .routes(routes!(
            systems::get_system,
            systems::update_system,
            systems::delete_system
        ))
        .routes(routes!(assets::list_assets, assets::create_asset))
        .routes(routes!(
            assets::get_asset,
            assets::update_asset,
            assets::delete_asset
        ))
        .routes(routes!(attachments::create_attachment))
        .routes(routes!(attachments::get_attachment))
        .routes(routes!(imports::get_import_template))
        .routes(routes!(imports::preview_import))
        .routes(routes!(imports::start_import))
        .routes(routes!(imports::get_import_rejects))
        .routes(routes!(imports::export_records))
        .routes(routes!(jobs::get_job, jobs::cancel_job))
        .routes(routes!(catalogue::list_catalogue))
        .routes(routes!(catalogue::get_requirement))
        .routes(routes!(catalogue::list_hazard_triggers))
        .routes(routes!(
            assessments::list_assessments,
            assessments::create_assessment
        ))
        .routes(routes!(assessments::get_assessment))
        .routes(routes!(assessments::update_assessment_settings))
        .routes(routes!(assessments::close_assessment))
        .routes(routes!(cells::get_matrix))
        .routes(routes!(cells::list_clauses))
        .routes(routes!(cells::get_cell))
        .routes(routes!(cells::set_verdicts))
        .routes(routes!(cells::answer_interview))
        .routes(routes!(results::get_result))
        .routes(routes!(results::list_trend))
        .routes(routes!(hazards::list_hazards, hazards::create_hazard))
        .routes(routes!(hazards::resolve_hazard))
        .routes(routes!(inspections::run_inspection))
        .routes(routes!(inspections::inspect_files))
        .routes(routes!(inspections::live::inspect_database))
        .routes(routes!(inspections::live::inspect_tls))
        .routes(routes!(inspections::live::inspect_ssh))
        .routes(routes!(
            inspections::live::list_host_keys,
            inspections::live::forget_host_keys
        ))
        .routes(routes!(collectors::list_collectors))
        .routes(routes!(collectors::get_collector))
        .routes(routes!(inspections::list_inspections))
        .routes(routes!(inspections::get_inspection))
        .routes(routes!(integrity::get_integrity))
        .routes(routes!(integrity::take_integrity_baseline))
        .routes(routes!(integrity::scan_integrity))
        .routes(routes!(integrity::list_integrity_changes))
        .routes(routes!(integrity::approve_integrity_changes))
        .routes(routes!(drift::get_drift))
        .routes(routes!(drift::approve_drift))
        .routes(routes!(remedies::export_remedies))
        .routes(routes!(policies::list_policies))
        .routes(routes!(policies::reach))
        .routes(routes!(policies::who_can_reach))
        .routes(routes!(policies::compare_policies))
        .routes(routes!(
            exceptions::list_asset_exceptions,
            exceptions::create_exception
        ))
        .routes(routes!(exceptions::list_exceptions))
        .routes(routes!(
            scan_ranges::list_scan_ranges,
            scan_ranges::create_scan_range
        ))
        .routes(routes!(scan_ranges::end_scan_range))
        .routes(routes!(
            discoveries::list_discoveries,
            discoveries::import_discovery
        ))
        .routes(routes!(discoveries::start_discovery))
        .routes(routes!(discoveries::get_discovery))
        .routes(routes!(discoveries::accept_discovered))
        .routes(routes!(discoveries::register_discovered))
        .routes(routes!(exceptions::end_exception))
        .routes(routes!(agents::list_agents))
        .routes(routes!(agents::revoke_agent))
        .routes(routes!(
            agents::list_agent_tokens,
            agents::create_agent_token
        ))
        .routes(routes!(agents::end_agent_token))
        .routes(routes!(
            agents::get_agent_settings,
            agents::update_agent_settings
        ))
        .routes(routes!(ledger::list_ledger))
        .routes(routes!(ledger::verify_ledger))
        .routes(routes!(ledger::list_history))
        .routes(routes!(logs::events::search_logs))
        .routes(routes!(logs::events::get_log_histogram))
        .routes(routes!(logs::events::get_log_facets))
        .routes(routes!(logs::events::list_log_fields))
        .routes(routes!(logs::events::list_log_context))
        .routes(routes!(logs::events::export_logs))
        .routes(routes!(logs::sql::list_log_columns))
        .routes(routes!(logs::sql::ask_logs))
        .routes(routes!(logs::sql::export_log_answer))
        .routes(routes!(logs::tail::tail_logs))
        .routes(routes!(logs::sources::list_log_sources))
        .routes(routes!(logs::sources::update_log_source))
        .routes(routes!(logs::sources::get_log_storage))
        .routes(routes!(logs::sources::get_log_listeners))
        .routes(routes!(logs::coverage::get_log_coverage))
        .routes(routes!(logs::coverage::get_asset_logs))
        .routes(routes!(
            logs::retention::list_log_retentions,
            logs::retention::set_log_retention
        ))
        .routes(routes!(logs::retention::approve_log_retention))
        .routes(routes!(logs::retention::refuse_log_retention))
        .routes(routes!(logs::retention::end_log_retention))
        .routes(routes!(
            logs::manage::list_log_searches,
            logs::manage::save_log_search
        ))
        .routes(routes!(logs::manage::delete_log_search))
        .routes(routes!(logs::schedules::list_log_schedules))
        .routes(routes!(
            logs::schedules::schedule_log_search,
            logs::schedules::unschedule_log_search
        ))
        .routes(routes!(logs::schedules::list_log_runs))
        .routes(routes!(logs::schedules::get_log_run))
        .routes(routes!(
            logs::inputs::list_log_inputs,
            logs::inputs::create_log_input
        ))
        .routes(routes!(
            logs::inputs::update_log_input,
            logs::inputs::delete_log_input
        ))
        .routes(routes!(
            logs::manage::list_log_tokens,
            logs::manage::create_log_token
        ))
        .routes(routes!(logs::manage::end_log_token))
        .routes(routes!(logs::manage::import_logs))
        .routes(routes!(logs::manage::try_log_parser))
        .routes(routes!(logs::manage::list_log_parsers))
        .routes(routes!(alerts::list_alerts))
        .routes(routes!(alerts::triage_alerts))
        .routes(routes!(alerts::get_alert_histogram))
        .routes(routes!(alerts::list_alert_assignees))
        .routes(routes!(alerts::get_alert))
        .routes(routes!(alerts::comment_alert))
        .routes(routes!(alerts::raise_alert_finding))
        .routes(routes!(alerts::create_detection_exception))
        .routes(routes!(detection::list_detection_exceptions))
        .routes(routes!(detection::end_detection_exception))
        .routes(routes!(detection::get_detection_status))
        .routes(routes!(detection::reload_detection))
        .routes(routes!(detection::get_attack_coverage))
        .routes(routes!(detection::start_look_back))
        .routes(routes!(
            detection::rules::list_detection_rules,
            detection::rules::create_detection_rule
        ))
        .routes(routes!(detection::rules::try_detection_rule))
        .routes(routes!(
            detection::rules::get_detection_rule,
            detection::rules::update_detection_rule,
            detection::rules::delete_detection_rule
        ))
        .routes(routes!(detection::rules::enable_detection_rule))
        .routes(routes!(detection::rules::disable_detection_rule))
        .routes(routes!(detection::baselines::list_accepted))
        .routes(routes!(detection::baselines::withdraw_accepted))
        .routes(routes!(
            detection::baselines::get_countries,
            detection::baselines::import_countries,
            detection::baselines::delete_countries
        ))
        .routes(routes!(detection::indicators::list_indicators))
        .routes(routes!(detection::indicators::import_indicators))
        .routes(routes!(detection::indicators::delete_indicators))
        .routes(routes!(findings::list_findings))
        .routes(routes!(findings::get_finding))
        .routes(routes!(findings::accept_finding))
        .routes(routes!(findings::reopen_finding))
        .routes(routes!(
            planning::get_planning_settings,
            planning::update_planning_settings
        ))
        .routes(routes!(planning::set_plan_number))
        .routes(routes!(plans::list_plans, plans::create_plan))
        .routes(routes!(plans::get_plan, plans::delete_plan))
        .routes(routes!(plans::approve_plan))
        .routes(routes!(plans::refresh_plan))
        .routes(routes!(tasks::update_task))
        .routes(routes!(tasks::start_task))
        .routes(routes!(tasks::submit_task))
        .routes(routes!(tasks::verify_task))
        .routes(routes!(tasks::reject_task))
        .routes(routes!(reports::export_plan))
        .routes(routes!(reports::export_gap))
        .routes(routes!(reports::export_items))
        .routes(routes!(dashboard::get_dashboard))
}
