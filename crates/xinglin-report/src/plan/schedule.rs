//! Chapter 8: phases, schedule, budget, risks of the measures.

use super::{values, writer::Context};
use crate::document::{
    Align::{Centre, Start},
    Blocks, Cell, Table,
};

pub(super) fn chapter(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.schedule;
    blocks.heading(1, context.say(&texts.title));
    blocks.heading(2, context.say(&texts.phases.title));
    blocks.paragraph(context.fill(&texts.phases.text));
    if !context.plan.phases.is_empty() {
        blocks.table(phases(context));
    }
    blocks.heading(2, context.say(&texts.tasks.title));
    blocks.paragraph(context.fill(&texts.tasks.text));
    if !context.plan.measures.is_empty() {
        blocks.table(tasks(context));
    }
    blocks.heading(2, context.say(&texts.budget.title));
    blocks.paragraph(context.fill(&texts.budget.text));
    if !context.plan.budget.is_empty() {
        blocks.table(budget(context));
    }
    let mut section = Blocks::default();
    section.heading(2, context.say(&texts.risks.title));
    section.paragraph(context.fill(&texts.risks.text));
    if context.plan.measures.iter().any(|m| !m.risk.is_empty()) {
        section.table(risks(context));
        blocks.landscape(section);
    } else {
        blocks.0.extend(section.0);
    }
    blocks.heading(2, context.say(&texts.control.title));
    blocks.paragraph(context.fill(&texts.control.text));
    blocks.numbered(
        texts
            .control_rules
            .iter()
            .map(|rule| context.fill(rule))
            .collect(),
    );
}

fn phases(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.schedule.phases.table),
        &[
            (context.say(&words.phase), 19, Start),
            (context.say(&words.period), 15, Centre),
            (context.say(&words.content), 36, Start),
            (context.say(&words.tasks), 10, Centre),
            (context.say(&words.cost), 20, Centre),
        ],
    );
    for phase in &context.plan.phases {
        table.row(vec![
            Cell::text(&phase.name),
            Cell::Text(format!("{}\n{}", phase.starts_on, phase.ends_on)),
            Cell::text(&phase.content),
            phase.tasks.into(),
            context.money(phase.cost_cny),
        ]);
    }
    table
}

/// All tasks in the order of their last day.
fn tasks(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.schedule.tasks.table),
        &[
            (context.say(&words.number), 7, Centre),
            (context.say(&words.item), 37, Start),
            (context.say(&words.department), 17, Start),
            (context.say(&words.owner), 13, Centre),
            (context.say(&words.period), 16, Centre),
            (context.say(&words.severity), 10, Centre),
        ],
    );
    let mut measures: Vec<_> = context.plan.measures.iter().collect();
    measures.sort_by_key(|measure| (measure.due_on, measure.starts_on, measure.severity));
    for (index, measure) in measures.into_iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&measure.title),
            context.named(&measure.department),
            context.named(&measure.owner),
            Cell::Text(format!("{}\n{}", measure.starts_on, measure.due_on)),
            context.severity(measure.severity),
        ]);
    }
    table
}

fn budget(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.schedule.budget.table),
        &[
            (context.say(&words.number), 8, Centre),
            (context.say(&words.item), 38, Start),
            (context.say(&words.cost), 22, Centre),
            (context.say(&words.remark), 32, Start),
        ],
    );
    for (index, line) in context.plan.budget.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&line.item),
            context.money(line.cost_cny),
            Cell::text(&line.note),
        ]);
    }
    table.row(vec![
        Cell::text(""),
        Cell::text(context.say(&words.total)),
        context.money(values::total_cost(context.plan)),
        Cell::text(""),
    ]);
    table.total = true;
    table
}

fn risks(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.schedule.risks.table),
        &[
            (context.say(&words.number), 5, Centre),
            (context.say(&words.item), 20, Start),
            (context.say(&words.risk), 27, Start),
            (context.say(&words.likelihood), 10, Centre),
            (context.say(&words.rollback), 27, Start),
            (context.say(&words.owner), 11, Centre),
        ],
    );
    let risky = context.plan.measures.iter().filter(|m| !m.risk.is_empty());
    for (index, measure) in risky.enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&measure.title),
            Cell::text(&measure.risk),
            if measure.likelihood.is_empty() {
                Cell::text("—")
            } else {
                Cell::text(&measure.likelihood)
            },
            Cell::text(&measure.rollback),
            context.named(&measure.owner),
        ]);
    }
    table
}
