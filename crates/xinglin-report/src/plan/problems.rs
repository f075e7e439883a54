//! Chapter 2: the four kinds of problems, with figures and findings.

use super::{ProblemRow, values, writer::Context};
use crate::{
    document::{
        Align::{Centre, Start},
        Blocks, Cell, Table,
    },
    result::Severity,
    templates::{Figure, ProblemKind},
};

pub(super) fn chapter(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.problems;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.intro));
    blocks.table(overview(context));
    for kind in ProblemKind::ALL {
        let section = texts.section(kind);
        let findings = of_kind(context, kind);
        blocks.heading(2, context.say(&section.title));
        let mut values = context.values.clone();
        values.count(Figure::Count, findings.len());
        values.count(Figure::CountHigh, count(&findings, Severity::High));
        blocks.paragraph(section.text.fill(&values, context.lang));
        if !findings.is_empty() {
            blocks.table(table(context, context.say(&section.table), &findings));
        }
    }
}

fn of_kind<'a>(context: &Context<'a>, kind: ProblemKind) -> Vec<&'a ProblemRow> {
    context
        .plan
        .problems
        .iter()
        .filter(|problem| problem.kind == kind)
        .flat_map(|problem| &problem.findings)
        .collect()
}

fn count(findings: &[&ProblemRow], severity: Severity) -> usize {
    findings
        .iter()
        .filter(|finding| finding.severity == severity)
        .count()
}

fn overview(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.problems.overview_table),
        &[
            (context.say(&words.kind), 34, Start),
            (context.say(&words.findings), 13, Centre),
            (context.say(&words.high), 13, Centre),
            (context.say(&words.medium), 13, Centre),
            (context.say(&words.low), 13, Centre),
            (context.say(&words.share), 14, Centre),
        ],
    );
    let all: usize = context.plan.problems.iter().map(|p| p.findings.len()).sum();
    let mut row = |name: &str, findings: &[&ProblemRow]| {
        table.row(vec![
            Cell::text(name),
            findings.len().into(),
            count(findings, Severity::High).into(),
            count(findings, Severity::Medium).into(),
            count(findings, Severity::Low).into(),
            share(findings.len(), all).into(),
        ]);
    };
    for kind in ProblemKind::ALL {
        row(
            context.say(&context.texts.problems.section(kind).title),
            &of_kind(context, kind),
        );
    }
    let every: Vec<&ProblemRow> = context
        .plan
        .problems
        .iter()
        .flat_map(|problem| &problem.findings)
        .collect();
    row(context.say(&words.total), &every);
    table.total = true;
    table
}

#[expect(clippy::cast_precision_loss, reason = "counts of findings are small")]
fn share(part: usize, all: usize) -> String {
    if all == 0 {
        "—".to_owned()
    } else {
        values::percent(part as f64 / all as f64)
    }
}

fn table(context: &Context<'_>, caption: &str, findings: &[&ProblemRow]) -> Table {
    let words = context.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.number), 7, Centre),
            (context.say(&words.finding), 37, Start),
            (context.say(&words.clause), 20, Start),
            (context.say(&words.affected), 24, Start),
            (context.say(&words.severity), 12, Centre),
        ],
    );
    for (index, finding) in findings.iter().enumerate() {
        let severity = match (&finding.hazard, context.severity(finding.severity)) {
            (Some(code), Cell::Text(text) | Cell::Strong(text)) => {
                Cell::Strong(format!("{text}\n{} {code}", context.say(&words.hazard)))
            }
            (_, severity) => severity,
        };
        table.row(vec![
            (index + 1).into(),
            Cell::text(&finding.title),
            Cell::Text(format!("{}\n{}", finding.clause, finding.control)),
            Cell::Text(context.names(&finding.objects, 6)),
            severity,
        ]);
    }
    table
}
