//! Chapter 1: why, for what, on which basis, and where the hospital stands.

use super::writer::Context;
use crate::document::{
    Align::{Centre, Start},
    Blocks, Cell, Table,
};

pub(super) fn chapter(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.background;
    blocks.heading(1, context.say(&texts.title));
    blocks.heading(2, context.say(&texts.purpose_title));
    for passage in &texts.purpose {
        blocks.paragraph(context.fill(passage));
    }
    blocks.heading(2, context.say(&texts.scope_title));
    blocks.paragraph(context.fill(&texts.scope));
    blocks.table(systems(context));
    blocks.heading(2, context.say(&texts.basis_title));
    blocks.numbered(
        texts
            .basis
            .iter()
            .map(|text| context.say(text).to_owned())
            .collect(),
    );
    blocks.heading(2, context.say(&texts.state_title));
    for passage in &texts.state {
        blocks.paragraph(context.fill(passage));
    }
    blocks.table(state(context));
    if context.plan.current.provisional {
        blocks.note(context.fill(&texts.provisional));
    }
}

fn systems(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.background.scope_table),
        &[
            (context.say(&words.number), 8, Centre),
            (context.say(&words.system), 26, Start),
            (context.say(&words.grade), 13, Centre),
            (context.say(&words.filing), 22, Centre),
            (context.say(&words.objects), 11, Centre),
            (context.say(&words.department), 16, Start),
            (context.say(&words.owner), 12, Centre),
        ],
    );
    for (index, system) in context.plan.systems.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&system.name),
            system.grade.into(),
            if system.filing_number.is_empty() {
                Cell::text(context.say(&context.texts.cover.filing_none))
            } else {
                Cell::text(&system.filing_number)
            },
            system.assets.into(),
            context.named(&system.department),
            context.named(&system.owner),
        ]);
    }
    table
}

fn state(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.background.state_table),
        &[
            (context.say(&words.domain), 20, Start),
            (context.say(&words.applicable), 12, Centre),
            (context.say(&words.compliant), 9, Centre),
            (context.say(&words.partial), 11, Centre),
            (context.say(&words.noncompliant), 11, Centre),
            (context.say(&words.not_applicable), 13, Centre),
            (context.say(&words.rate), 24, Start),
        ],
    );
    let mut total = crate::result::ClassCounts::default();
    for domain in &context.plan.domains {
        let counts = domain.now.counts;
        total.compliant += counts.compliant;
        total.partial += counts.partial;
        total.noncompliant += counts.noncompliant;
        total.not_applicable += counts.not_applicable;
        total.unanswered += counts.unanswered;
        table.row(vec![
            Cell::text(match context.lang {
                xinglin_core::Lang::Zh => domain.domain().zh(),
                xinglin_core::Lang::En => domain.domain().en(),
            }),
            counts.applicable().into(),
            counts.compliant.into(),
            counts.partial.into(),
            counts.noncompliant.into(),
            counts.not_applicable.into(),
            Cell::Bar(counts.rate()),
        ]);
    }
    table.row(vec![
        Cell::text(context.say(&words.total)),
        total.applicable().into(),
        total.compliant.into(),
        total.partial.into(),
        total.noncompliant.into(),
        total.not_applicable.into(),
        Cell::Bar(total.rate()),
    ]);
    table.total = true;
    table
}
