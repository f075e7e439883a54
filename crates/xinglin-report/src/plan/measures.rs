//! Chapters 3, 4 and 6: what is to be done, who answers for it, how it is done.

use std::collections::BTreeMap;

use super::{MeasureRow, in_group, values, writer::Context};
use crate::{
    document::{
        Align::{Centre, Start},
        Blocks, Cell, Table,
    },
    result::Severity,
    templates::{Action, MeasureGroup, Section},
};

/// Chapter 3: measures by group.
pub(super) fn scheme(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.scheme;
    blocks.heading(1, context.say(&texts.title));
    for passage in &texts.intro {
        blocks.paragraph(context.fill(passage));
    }
    for group in MeasureGroup::ALL {
        let section = match group {
            MeasureGroup::Rules => &texts.rules,
            MeasureGroup::Awareness => &texts.awareness,
            MeasureGroup::Safeguards => &texts.safeguards,
            MeasureGroup::Mechanism => &texts.mechanism,
            MeasureGroup::Vulnerabilities => &texts.vulnerabilities,
        };
        let measures = in_group(context.plan, group);
        heading_and_text(context, blocks, section, &measures);
        if !measures.is_empty() {
            blocks.table(what(context, context.say(&section.table), &measures));
        }
    }
}

/// Chapter 4: the five lines of action and who answers for them.
pub(super) fn actions(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.actions;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.intro));
    for action in Action::ALL {
        let section = texts.section(action);
        heading_and_text(context, blocks, section, &of_action(context, action));
    }
    blocks.table(responsibilities(context));
    blocks.paragraph(context.fill(&texts.closing));
}

/// Chapter 6: how each line of action is carried out.
pub(super) fn implementation(context: &Context<'_>, blocks: &mut Blocks) {
    let texts = &context.texts.implementation;
    blocks.heading(1, context.say(&texts.title));
    blocks.paragraph(context.fill(&texts.intro));
    for action in Action::ALL {
        let section = texts.section(action);
        let measures = of_action(context, action);
        heading_and_text(context, blocks, section, &measures);
        if action == Action::Team && !context.plan.organisation.is_empty() {
            blocks.table(organisation(context));
        }
        if !measures.is_empty() {
            blocks.table(how(context, context.say(&section.table), &measures));
        }
    }
    blocks.paragraph(context.fill(&texts.closing));
}

fn of_action<'a>(context: &Context<'a>, action: Action) -> Vec<&'a MeasureRow> {
    context
        .plan
        .measures
        .iter()
        .filter(|measure| measure.place.action == action)
        .collect()
}

fn heading_and_text<'a>(
    context: &Context<'a>,
    blocks: &mut Blocks,
    section: &'a Section,
    measures: &[&MeasureRow],
) {
    blocks.heading(2, context.say(&section.title));
    let values = values::with_group(&context.values, measures, context.lang);
    blocks.paragraph(section.text.fill(&values, context.lang));
}

/// What, against which clause, by whom, until when.
fn what(context: &Context<'_>, caption: &str, measures: &[&MeasureRow]) -> Table {
    let words = context.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.number), 7, Centre),
            (context.say(&words.measure), 43, Start),
            (context.say(&words.clause), 13, Centre),
            (context.say(&words.severity), 8, Centre),
            (context.say(&words.owner), 15, Centre),
            (context.say(&words.period), 14, Centre),
        ],
    );
    for (index, measure) in measures.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&measure.measure),
            Cell::text(&measure.clause),
            context.severity(measure.severity),
            owner(context, measure),
            period(measure),
        ]);
    }
    table
}

/// How much work and money, of which sort.
fn how(context: &Context<'_>, caption: &str, measures: &[&MeasureRow]) -> Table {
    let words = context.words;
    let mut table = Table::new(
        caption,
        &[
            (context.say(&words.number), 7, Centre),
            (context.say(&words.item), 35, Start),
            (context.say(&words.task_kind), 12, Centre),
            (context.say(&words.effort), 11, Centre),
            (context.say(&words.cost), 18, Centre),
            (context.say(&words.period), 17, Centre),
        ],
    );
    for (index, measure) in measures.iter().enumerate() {
        table.row(vec![
            (index + 1).into(),
            Cell::text(&measure.title),
            Cell::text(context.task_kind(measure.kind)),
            Cell::Text(values::range(measure.effort_days)),
            context.money(measure.cost_cny),
            period(measure),
        ]);
    }
    table
}

fn owner(context: &Context<'_>, measure: &MeasureRow) -> Cell {
    match (measure.department.as_str(), measure.owner.as_str()) {
        ("", owner) => context.named(owner),
        (department, "") => Cell::text(department),
        (department, owner) => Cell::Text(format!("{department}\n{owner}")),
    }
}

fn period(measure: &MeasureRow) -> Cell {
    Cell::Text(format!("{}\n{}", measure.starts_on, measure.due_on))
}

/// Tasks of each department.
fn responsibilities(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&context.texts.actions.table),
        &[
            (context.say(&words.department), 28, Start),
            (context.say(&words.tasks), 14, Centre),
            (context.say(&words.high), 14, Centre),
            (context.say(&words.effort), 20, Centre),
            (context.say(&words.due), 24, Centre),
        ],
    );
    let mut departments: BTreeMap<&str, Vec<&MeasureRow>> = BTreeMap::new();
    for measure in &context.plan.measures {
        departments
            .entry(&measure.department)
            .or_default()
            .push(measure);
    }
    let mut departments: Vec<_> = departments.into_iter().collect();
    departments
        .sort_by_key(|(name, measures)| (name.is_empty(), std::cmp::Reverse(measures.len())));
    let every: Vec<&MeasureRow> = context.plan.measures.iter().collect();
    let mut row = |name: Cell, measures: &[&MeasureRow]| {
        let effort = measures.iter().fold((0.0, 0.0), |sum, measure| {
            (sum.0 + measure.effort_days.0, sum.1 + measure.effort_days.1)
        });
        table.row(vec![
            name,
            measures.len().into(),
            measures
                .iter()
                .filter(|measure| measure.severity == Severity::High)
                .count()
                .into(),
            Cell::Text(values::range(effort)),
            Cell::Text(
                measures
                    .iter()
                    .map(|measure| measure.due_on)
                    .max()
                    .map_or_else(|| "—".to_owned(), |date| date.to_string()),
            ),
        ]);
    };
    for (name, measures) in departments {
        row(context.named(name), &measures);
    }
    row(Cell::text(context.say(&words.total)), &every);
    table.total = true;
    table
}

fn organisation(context: &Context<'_>) -> Table {
    let words = context.words;
    let mut table = Table::new(
        context.say(&words.organisation),
        &[
            (context.say(&words.post), 20, Start),
            (context.say(&words.department), 18, Start),
            (context.say(&words.people), 20, Start),
            (context.say(&words.duty), 42, Start),
        ],
    );
    for post in &context.plan.organisation {
        let people = if post.people.is_empty() {
            context.say(&words.unassigned).to_owned()
        } else {
            context.names(&post.people, 8)
        };
        table.row(vec![
            Cell::text(&post.post),
            Cell::text(&post.department),
            Cell::Text(people),
            Cell::text(&post.duty),
        ]);
    }
    table
}
