//! The tables of the gap report.

use xinglin_core::Lang;

use super::{DetailedGap, HighRisk, writer::Context};
use crate::document::{
    Align::{Centre, Start},
    Cell, Table,
};

pub(super) fn unit(context: &Context<'_>) -> Table {
    let words = &context.texts.words;
    let gap = context.gap;
    let mut table = Table::new(
        context.say(&context.texts.basics.unit.table),
        &[
            (context.say(&words.fact), 28, Start),
            (context.say(&words.value), 72, Start),
        ],
    );
    let filing = match gap.system.filing_number.as_str() {
        "" => context.say(&context.texts.cover.filing_none),
        number => number,
    };
    let grade = gap.system.grade.to_string();
    let period = format!("{} – {}", gap.started_on, gap.until);
    for (label, value) in [
        (&words.hospital, gap.hospital.as_str()),
        (&words.system, &gap.system.name),
        (&words.description, &gap.system.description),
        (&words.grade, &grade),
        (&words.filing, filing),
        (&words.department, &gap.system.department),
        (&words.owner, &gap.system.owner),
        (&words.round, &gap.assessment),
        (&words.period, &period),
    ] {
        let value = if value.is_empty() {
            context.say(&words.none)
        } else {
            value
        };
        table.row(vec![Cell::text(context.say(label)), Cell::text(value)]);
    }
    table
}

pub(super) fn objects(context: &Context<'_>) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        context.say(&context.texts.basics.objects.table),
        &[
            (context.say(&words.number), 8, Centre),
            (context.say(&words.object), 34, Start),
            (context.say(&words.object_type), 20, Start),
            (context.say(&words.importance), 12, Centre),
            (context.say(&words.address), 26, Start),
        ],
    );
    for (index, object) in context.gap.objects.iter().enumerate() {
        let (kind, importance) = match context.lang {
            Lang::Zh => (object.object_type.zh(), object.importance.zh()),
            Lang::En => (object.object_type.en(), object.importance.en()),
        };
        table.row(vec![
            (index + 1).into(),
            Cell::text(&object.name),
            Cell::text(kind),
            Cell::text(importance),
            Cell::text(&object.address),
        ]);
    }
    table
}

pub(super) fn totals(context: &Context<'_>) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        context.say(&context.texts.totals.table),
        &[
            (context.say(&words.domain), 18, Start),
            (context.say(&words.applicable), 12, Centre),
            (context.say(&words.compliant), 8, Centre),
            (context.say(&words.partial), 10, Centre),
            (context.say(&words.noncompliant), 9, Centre),
            (context.say(&words.unanswered), 9, Centre),
            (context.say(&words.not_applicable), 12, Centre),
            (context.say(&words.rate), 22, Start),
        ],
    );
    let mut row = |name: &str, counts: crate::result::ClassCounts| {
        table.row(vec![
            Cell::text(name),
            counts.applicable().into(),
            counts.compliant.into(),
            counts.partial.into(),
            counts.noncompliant.into(),
            counts.unanswered.into(),
            counts.not_applicable.into(),
            Cell::Bar(counts.rate()),
        ]);
    };
    for class in &context.gap.domains {
        let name = match context.lang {
            Lang::Zh => class.domain.zh(),
            Lang::En => class.domain.en(),
        };
        row(name, class.counts);
    }
    row(context.say(&words.total), context.gap.result.counts);
    table.total = true;
    table
}

pub(super) fn high_risks(context: &Context<'_>, caption: &str, risks: &[&HighRisk]) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.code), 10, Centre),
            (context.say(&words.case), 24, Start),
            (context.say(&words.clause), 13, Centre),
            (context.say(&words.object), 18, Start),
            (context.say(&words.state), 15, Centre),
            (context.say(&words.advice), 20, Start),
        ],
    );
    for risk in risks {
        table.row(vec![
            Cell::text(&risk.code),
            Cell::text(&risk.title),
            Cell::text(&risk.clause),
            Cell::Text(context.names(&risk.objects, 6)),
            match risk.resolved_on {
                Some(date) => Cell::Text(format!("{}\n{date}", context.say(&words.resolved))),
                None => Cell::Strong(context.say(&words.open).to_owned()),
            },
            Cell::text(&risk.advice),
        ]);
    }
    table
}

/// Objects shown one by one; more are only counted.
const MOST_STATES: usize = 8;

pub(super) fn details(context: &Context<'_>, caption: &str, gaps: &[&DetailedGap]) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.clause), 9, Start),
            (context.say(&words.requirement), 17, Start),
            (context.say(&words.found), 19, Start),
            (context.say(&words.evidence), 10, Start),
            (context.say(&words.gap), 12, Start),
            (context.say(&words.risk), 12, Start),
            (context.say(&words.advice), 17, Start),
            (context.say(&words.owner), 7, Centre),
        ],
    );
    let mut control = "";
    for gap in gaps {
        if gap.control != control {
            control = &gap.control;
            table.row(vec![Cell::Group(gap.control.clone())]);
        }
        table.row(vec![
            Cell::Text(format!("{}\n{}", gap.clause, context.verdict(gap.verdict))),
            Cell::text(&gap.requirement),
            Cell::Text(states(context, gap)),
            Cell::Text(context.names(&gap.evidence, 4)),
            Cell::text(&gap.gap),
            risk(context, gap),
            Cell::text(&gap.advice),
            context.named(&gap.owner),
        ]);
    }
    table
}

fn states(context: &Context<'_>, gap: &DetailedGap) -> String {
    let colon = match context.lang {
        Lang::Zh => "：",
        Lang::En => ": ",
    };
    let mut lines: Vec<String> = gap
        .states
        .iter()
        .take(MOST_STATES)
        .map(|state| {
            let found = if state.found.is_empty() {
                context.verdict(state.verdict)
            } else {
                &state.found
            };
            format!("{}{colon}{found}", state.object)
        })
        .collect();
    if gap.states.len() > MOST_STATES {
        lines.push(
            context
                .say(&context.texts.words.and_more)
                .replace('#', &gap.states.len().to_string()),
        );
    }
    lines.join("\n")
}

fn risk(context: &Context<'_>, gap: &DetailedGap) -> Cell {
    match context.severity(gap.severity) {
        Cell::Strong(high) => Cell::Marked(high, gap.risk.clone()),
        Cell::Text(words) => Cell::Text(format!("{words}\n{}", gap.risk)),
        other => other,
    }
}

pub(super) fn priority(context: &Context<'_>, caption: &str, gaps: &[&DetailedGap]) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.number), 7, Centre),
            (context.say(&words.clause), 20, Start),
            (context.say(&words.gap), 25, Start),
            (context.say(&words.advice), 27, Start),
            (context.say(&words.severity), 8, Centre),
            (context.say(&words.owner), 13, Centre),
        ],
    );
    for (index, gap) in gaps.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::Text(format!("{}\n{}", gap.clause, gap.control)),
            Cell::text(&gap.gap),
            Cell::text(&gap.advice),
            context.severity(gap.severity),
            context.named(&gap.owner),
        ]);
    }
    table
}

pub(super) fn missing(context: &Context<'_>) -> Table {
    let words = &context.texts.words;
    let mut table = Table::new(
        context.say(&context.texts.missing.table),
        &[
            (context.say(&words.number), 8, Centre),
            (context.say(&words.clause), 25, Start),
            (context.say(&words.object), 30, Start),
            (context.say(&words.needed), 37, Start),
        ],
    );
    for (index, answer) in context.gap.missing.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::Text(format!("{}\n{}", answer.clause, answer.control)),
            Cell::Text(context.names(&answer.objects, 6)),
            Cell::text(&answer.needed),
        ]);
    }
    table
}
