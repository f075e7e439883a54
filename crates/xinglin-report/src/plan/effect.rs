//! Chapters 5 and 7, both 预期效果: the goals, and the effect as computed.

use xinglin_core::Lang;

use super::{values, writer::Context};
use crate::{
    document::{
        Align::{Centre, Start},
        Blocks, Cell, Table,
    },
    result::ResultFigures,
};

/// Chapter 5: goals with figures.
pub(super) fn goals(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.goals;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.intro));
    blocks.numbered(texts.items.iter().map(|item| context.fill(item)).collect());
    if context.plan.metrics.is_empty() {
        return;
    }
    let words = context.words;
    let mut table = Table::new(
        context.say(&texts.table),
        &[
            (context.say(&words.number), 8, Centre),
            (context.say(&words.metric), 38, Start),
            (context.say(&words.before), 19, Centre),
            (context.say(&words.expected), 19, Centre),
            (context.say(&words.due), 16, Centre),
        ],
    );
    for (index, metric) in context.plan.metrics.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&metric.name),
            Cell::text(&metric.before),
            Cell::text(&metric.expected),
            Cell::text(&metric.due),
        ]);
    }
    blocks.table(table);
}

/// Chapter 7: the result before and after, per class.
pub(super) fn chapter(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.effect;
    blocks.heading(1, context.say(&texts.title));
    blocks.heading(2, context.say(&texts.result.title));
    blocks.paragraph(context.fill(&texts.result.text));
    blocks.table(before_and_after(context));
    blocks.table(domains(context));
    blocks.note(context.fill(&texts.estimate));
    for section in [&texts.incidents, &texts.service] {
        blocks.heading(2, context.say(&section.title));
        blocks.paragraph(context.fill(&section.text));
    }
}

fn before_and_after(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.effect.result.table),
        &[
            (context.say(&words.metric), 40, Start),
            (context.say(&words.before), 30, Centre),
            (context.say(&words.expected), 30, Centre),
        ],
    );
    let (now, then) = (&context.plan.current, &context.plan.expected);
    let mut row = |name: &str, value: &dyn Fn(&ResultFigures) -> String| {
        table.row(vec![
            Cell::text(name),
            Cell::Text(value(now)),
            Cell::Text(value(then)),
        ]);
    };
    let rate_or_score = if now.rate.is_some() {
        &words.rate
    } else {
        &words.score
    };
    row(
        context.say(rate_or_score),
        &|result| match (result.rate, result.score) {
            (Some(rate), _) => values::percent(rate),
            (None, Some(score)) => format!("{score:.2}"),
            (None, None) => "—".to_owned(),
        },
    );
    row(context.say(&words.conclusion), &|r| r.conclusion.clone());
    row(context.say(&words.applicable), &|r| {
        r.counts.applicable().to_string()
    });
    row(context.say(&words.compliant), &|r| {
        r.counts.compliant.to_string()
    });
    row(context.say(&words.partial), &|r| {
        r.counts.partial.to_string()
    });
    row(context.say(&words.noncompliant), &|r| {
        r.counts.noncompliant.to_string()
    });
    row(context.say(&words.hazards_found), &|r| {
        r.hazards_found.to_string()
    });
    row(context.say(&words.hazards_resolved), &|r| {
        r.hazards_resolved.to_string()
    });
    row(context.say(&words.hazards_open), &|r| {
        r.hazards_open().to_string()
    });
    table
}

fn domains(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.effect.domains_table),
        &[
            (context.say(&words.domain), 28, Start),
            (context.say(&words.applicable), 12, Centre),
            (context.say(&words.rate_now), 30, Start),
            (context.say(&words.rate_expected), 30, Start),
        ],
    );
    for domain in &context.plan.domains {
        table.row(vec![
            Cell::text(match context.lang {
                Lang::Zh => domain.domain().zh(),
                Lang::En => domain.domain().en(),
            }),
            domain.now.counts.applicable().into(),
            Cell::Bar(domain.now.counts.rate()),
            Cell::Bar(domain.expected),
        ]);
    }
    table
}
