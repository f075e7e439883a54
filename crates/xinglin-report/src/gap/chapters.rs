//! The seven chapters.

use xinglin_core::{Domain, Lang};

use super::{DetailedGap, HighRisk, Priority, tables, writer::Context};
use crate::document::Blocks;

pub(super) fn basics(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.basics;
    blocks.heading(1, context.say(&texts.title));
    blocks.heading(2, context.say(&texts.unit.title));
    blocks.paragraph(context.fill(&texts.unit.text));
    blocks.table(tables::unit(context));
    blocks.heading(2, context.say(&texts.objects.title));
    blocks.paragraph(context.fill(&texts.objects.text));
    if !context.gap.objects.is_empty() {
        blocks.table(tables::objects(context));
    }
}

pub(super) fn method(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.method;
    let list = |texts: &[xinglin_core::Text]| -> Vec<String> {
        texts
            .iter()
            .map(|text| text.get(context.lang).to_owned())
            .collect()
    };
    blocks.heading(1, context.say(&texts.title));
    blocks.heading(2, context.say(&texts.basis_title));
    blocks.numbered(list(&texts.basis));
    blocks.heading(2, context.say(&texts.approach.title));
    blocks.paragraph(context.fill(&texts.approach.text));
    blocks.bullets(list(&texts.steps));
    blocks.heading(2, context.say(&texts.verdicts.title));
    blocks.paragraph(context.fill(&texts.verdicts.text));
}

pub(super) fn totals(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.totals;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.text));
    blocks.table(tables::totals(context));
    blocks.paragraph(context.fill(&texts.conclusion));
    if context.gap.result.provisional {
        blocks.note(context.fill(&texts.provisional));
    }
}

pub(super) fn high_risks(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.high_risks;
    blocks.heading(1, context.say(&texts.title));
    for (section, hazards) in [(&texts.hazards, true), (&texts.high, false)] {
        let rows: Vec<&HighRisk> = context
            .gap
            .high_risks
            .iter()
            .filter(|risk| risk.is_hazard == hazards)
            .collect();
        blocks.heading(2, context.say(&section.title));
        blocks.paragraph(context.fill_count(&section.text, rows.len()));
        if !rows.is_empty() {
            blocks.table(tables::high_risks(
                context,
                context.say(&section.table),
                &rows,
            ));
        }
    }
}

/// The detailed gaps, on landscape pages.
pub(super) fn details(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.details;
    if context.gap.gaps.is_empty() {
        blocks.heading(1, context.say(&texts.title));
        blocks.paragraph(context.fill(&texts.text));
        return;
    }
    let mut wide = Blocks::default();
    wide.heading(1, context.say(&texts.title));
    wide.paragraph(context.fill(&texts.text));
    for &domain in Domain::ALL {
        let gaps: Vec<&DetailedGap> = context
            .gap
            .gaps
            .iter()
            .filter(|gap| gap.domain == domain)
            .collect();
        if gaps.is_empty() {
            continue;
        }
        let name = match context.lang {
            Lang::Zh => domain.zh(),
            Lang::En => domain.en(),
        };
        wide.heading(2, name);
        wide.paragraph(context.fill_count(&texts.class_text, gaps.len()));
        wide.table(tables::details(context, name, &gaps));
    }
    blocks.landscape(wide);
}

pub(super) fn priorities(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.priorities;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.text));
    for (section, priority) in [
        (&texts.urgent, Priority::Urgent),
        (&texts.key, Priority::Key),
        (&texts.continuing, Priority::Continuing),
    ] {
        let gaps: Vec<&DetailedGap> = context
            .gap
            .gaps
            .iter()
            .filter(|gap| gap.priority == priority)
            .collect();
        blocks.heading(2, context.say(&section.title));
        blocks.paragraph(context.fill_count(&section.text, gaps.len()));
        if !gaps.is_empty() {
            blocks.table(tables::priority(
                context,
                context.say(&section.table),
                &gaps,
            ));
        }
    }
}

pub(super) fn missing(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.missing;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill_count(&texts.text, context.gap.missing.len()));
    if !context.gap.missing.is_empty() {
        blocks.table(tables::missing(context));
    }
}
