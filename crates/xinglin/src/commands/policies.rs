//! `xinglin policies list|settings|export|coverage`: the hospital's documents, from the
//! content alone.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, anyhow};
use jiff::tz::TimeZone;
use serde_json::json;
use xinglin_app::{
    Content,
    norms::{
        NormCoverage, Norms, Policy, PolicyIssue, PolicySettings, VariableValue, norm_coverage,
        policy_docx,
    },
};
use xinglin_core::{Clock as _, SystemClock};

use crate::{
    cli::{PoliciesCommand, PolicyExportArgs},
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};

pub(crate) fn run(
    command: &PoliciesCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let content = content::load(content_dir).map_err(Failure::input)?;
    let (norms, problems) = content.try_norms();
    for problem in &problems {
        printer.note(&format!("left out: {problem}"));
    }
    match command {
        PoliciesCommand::List(args) => list(&norms, args.json, printer),
        PoliciesCommand::Settings => {
            let text = settings(&norms).map_err(Failure::internal)?;
            printer.line(text.trim_end()).map_err(Failure::internal)?;
            Ok(Outcome::Done)
        }
        PoliciesCommand::Export(args) => export(&norms, args, printer),
        PoliciesCommand::Coverage(args) => coverage(&content, args.json, printer),
    }
}

fn list(norms: &Norms, json: bool, printer: &mut Printer) -> Result<Outcome, Failure> {
    if json {
        let rows: Vec<_> = norms.policies.iter().map(row).collect();
        printer.json(&rows).map_err(Failure::internal)?;
        return Ok(Outcome::Done);
    }
    for policy in norms.policies.iter() {
        let line = format!(
            "{:>3}  {}  {}  {}",
            policy.head.number,
            policy.level.zh(),
            policy.head.name.zh,
            policy.id
        );
        printer.line(&line).map_err(Failure::internal)?;
    }
    Ok(Outcome::Done)
}

fn row(policy: &Policy) -> serde_json::Value {
    let head = &policy.head;
    json!({
        "id": policy.id,
        "number": head.number,
        "level": policy.level,
        "name": head.name,
        "purpose": head.purpose,
        "owner": head.owner,
        "reviewed_by": head.reviewed_by,
        "approved_by": head.approved_by,
        "readers": head.readers,
        "review_months": head.review_months,
        "requirements": head.requirements.iter().map(|one| one.item).collect::<Vec<_>>(),
        "records": head.records,
        "duties": head.duties,
    })
}

/// A file of settings with everything at its default, each with what it is.
fn settings(norms: &Norms) -> Result<String, std::fmt::Error> {
    let mut text = String::from("variables:\n");
    for variable in norms.variables.iter() {
        let value = match &variable.default {
            VariableValue::Integer(number) => number.to_string(),
            // A JSON string is a YAML string.
            VariableValue::Text(text) => json!(text).to_string(),
        };
        let unit = variable.unit.as_deref().unwrap_or_default();
        let name = &variable.name.zh;
        writeln!(text, "  {}: {value}  # {name} {unit}", variable.id)?;
    }
    text.push_str("posts:\n");
    for post in norms.posts.iter() {
        writeln!(text, "  {}: {}", post.code, json!(post.name.zh))?;
    }
    Ok(text)
}

fn export(
    norms: &Norms,
    args: &PolicyExportArgs,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let settings = read_settings(norms, args).map_err(Failure::input)?;
    let mut chosen: Vec<&Policy> = Vec::new();
    for id in &args.policies {
        let policy = norms.policies.get(id);
        let policy = policy.ok_or_else(|| anyhow!("no policy is called {id}; `policies list`"));
        chosen.push(policy.map_err(Failure::input)?);
    }
    if args.policies.is_empty() {
        chosen = norms.policies.iter().collect();
    }
    let issue = PolicyIssue {
        number: args.number.clone(),
        on: args.issued_on,
        made_on: SystemClock.now().to_zoned(TimeZone::system()).date(),
    };
    fs::create_dir_all(&args.output)
        .with_context(|| format!("cannot make the folder {}", args.output.display()))
        .map_err(Failure::input)?;
    for policy in &chosen {
        let (name, bytes) =
            policy_docx(policy, &settings, &issue, norms).map_err(Failure::internal)?;
        let path = args.output.join(name);
        fs::write(&path, bytes)
            .with_context(|| format!("cannot write {}", path.display()))
            .map_err(Failure::input)?;
        let shown = path.display().to_string();
        printer.line(&shown).map_err(Failure::internal)?;
    }
    printer.note(&format!("{} documents", chosen.len()));
    Ok(Outcome::Done)
}

fn read_settings(norms: &Norms, args: &PolicyExportArgs) -> anyhow::Result<PolicySettings> {
    let mut settings = PolicySettings::default();
    if let Some(path) = &args.settings {
        let shown = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        settings = PolicySettings::read(&text).with_context(|| shown.to_string())?;
    }
    for pair in &args.set {
        settings.set(pair, norms).context("--set")?;
    }
    let problems = settings.problems(norms);
    if problems.is_empty() {
        return Ok(settings);
    }
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    Err(anyhow!("settings: {}", problems.join("; ")))
}

fn coverage(content: &Content, json: bool, printer: &mut Printer) -> Result<Outcome, Failure> {
    let rows = norm_coverage(content);
    let is_whole = rows.iter().all(|row| !row.answers.is_empty());
    if json {
        let rows: Vec<_> = rows.iter().map(coverage_row).collect();
        printer.json(&rows).map_err(Failure::internal)?;
    } else {
        let norms = content.norms();
        for row in &rows {
            let line = coverage_line(row, norms);
            printer.line(&line).map_err(Failure::internal)?;
        }
    }
    Ok(if is_whole { Outcome::Done } else { Outcome::No })
}

fn coverage_row(row: &NormCoverage<'_>) -> serde_json::Value {
    let answers = row.answers.iter();
    let answers = answers.map(|one| json!({"policy": one.policy, "places": one.places}));
    json!({
        "item": row.item,
        "clause": row.cited,
        "answers": answers.collect::<Vec<_>>(),
        "forms": row.forms,
        "duties": row.duties,
    })
}

fn coverage_line(row: &NormCoverage<'_>, norms: &Norms) -> String {
    let answer = |policy: &str, places: &[&str]| {
        let name = norms
            .policies
            .get(policy)
            .map(|one| one.head.name.zh.as_str());
        format!("《{}》{}", name.unwrap_or(policy), places.join("、"))
    };
    let answers: Vec<String> = row
        .answers
        .iter()
        .map(|one| answer(one.policy, &one.places))
        .collect();
    let form = |id: &&str| norms.forms.get(id).map(|form| form.name.zh.as_str());
    let forms: Vec<&str> = row.forms.iter().filter_map(form).collect();
    format!(
        "{}  {}  {}  | {}",
        row.item,
        row.cited,
        answers.join("；"),
        forms.join("、")
    )
}
