//! `xinglin report plan|gap|items`: documents of a data folder, without a server.

use std::{path::Path, sync::Arc};

use anyhow::{Context as _, anyhow, bail};
use xinglin_app::{Actor, App, AppConfig, Content, assessments::AssessmentRow, reports::Report};
use xinglin_core::{AssessmentId, Lang, SystemClock};

use crate::{
    cli::{ReportArgs, ReportCommand},
    commands::{Failure, Outcome, runtime},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: &ReportCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let args = match command {
        ReportCommand::Plan(args) | ReportCommand::Gap(args) | ReportCommand::Items(args) => args,
    };
    if !args.data.join("xinglin.db").is_file() {
        let error = anyhow!("{} is no data folder", args.data.display());
        return Err(Failure::input(error));
    }
    let content = content::load(content_dir).map_err(Failure::input)?;
    let report = runtime()?
        .block_on(make(command, args, content))
        .map_err(Failure::input)?;
    std::fs::write(&args.output, &report.bytes)
        .with_context(|| format!("cannot write {}", args.output.display()))
        .map_err(Failure::input)?;
    printer.note(&format!(
        "{}: {} bytes",
        args.output.display(),
        report.bytes.len()
    ));
    Ok(Outcome::Done)
}

async fn make(
    command: &ReportCommand,
    args: &ReportArgs,
    content: Content,
) -> anyhow::Result<Report> {
    let config = AppConfig {
        data_dir: args.data.clone(),
        demo: false,
    };
    let app = App::open(config, content, Arc::new(SystemClock)).await?;
    // Who may read the data folder needs no account to read what is in it.
    let actor = Actor::automatic("command line");
    let lang: Lang = args.lang.into();
    let assessment = assessment(&app, &actor, args.system.as_deref()).await?;
    let report = match command {
        ReportCommand::Gap(_) => app.export_gap(&actor, assessment, lang).await?,
        ReportCommand::Items(_) => app.export_items(&actor, assessment, lang).await?,
        ReportCommand::Plan(_) => {
            let plans = app.list_plans(&actor).await?;
            let plan = plans
                .iter()
                .find(|view| view.plan.assessment_id == assessment)
                .context("the assessment has no plan yet")?;
            app.export_plan(&actor, plan.plan.id, lang).await?
        }
    };
    app.close().await?;
    Ok(report)
}

/// The newest assessment of the system with this code, or of the only system.
async fn assessment(app: &App, actor: &Actor, code: Option<&str>) -> anyhow::Result<AssessmentId> {
    let systems = app.list_systems(actor).await?;
    let system = match code {
        Some(code) => systems
            .iter()
            .find(|row| row.system.code == code)
            .with_context(|| format!("no graded system has the code {code}"))?,
        None => match systems.as_slice() {
            [only] => only,
            _ => bail!(
                "there are {} graded systems; name one with --system",
                systems.len()
            ),
        },
    };
    let rounds = app.list_assessments(actor, Some(system.system.id)).await?;
    let newest: Option<&AssessmentRow> = rounds.first();
    Ok(newest
        .context("the system has no assessment yet")?
        .assessment
        .id)
}
