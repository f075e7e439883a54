//! Puts the nine chapters together.

use xinglin_core::{Lang, Text};

use super::{PlanDocument, TaskKind, background, effect, measures, problems, schedule, values};
use crate::{
    document::{Blocks, Cell, Cover, CoverLine, Document, Front},
    result::Severity,
    templates::{Passage, PlanTexts, PlanWords, Templates, Values},
};

/// What every chapter needs.
pub(super) struct Context<'a> {
    pub(super) plan: &'a PlanDocument,
    pub(super) texts: &'a PlanTexts,
    pub(super) words: &'a PlanWords,
    pub(super) values: Values,
    pub(super) lang: Lang,
}

impl<'a> Context<'a> {
    /// A text in the document's language.
    pub(super) fn say(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    /// A sentence with the document's figures.
    pub(super) fn fill(&self, passage: &Passage) -> String {
        passage.fill(&self.values, self.lang)
    }

    /// The same for a person or department nobody named yet.
    pub(super) fn named(&self, name: &str) -> Cell {
        if name.is_empty() {
            Cell::text(self.say(&self.words.unassigned))
        } else {
            Cell::text(name)
        }
    }

    pub(super) fn severity(&self, severity: Severity) -> Cell {
        match severity {
            Severity::High => Cell::Strong(self.say(&self.words.high).to_owned()),
            Severity::Medium => Cell::text(self.say(&self.words.medium)),
            Severity::Low => Cell::text(self.say(&self.words.low)),
        }
    }

    pub(super) fn task_kind(&self, kind: TaskKind) -> &'a str {
        self.say(match kind {
            TaskKind::QuickWin => &self.words.quick_win,
            TaskKind::Configuration => &self.words.configuration,
            TaskKind::Purchase => &self.words.purchase,
            TaskKind::Management => &self.words.management,
            TaskKind::Construction => &self.words.construction,
        })
    }

    pub(super) fn money(&self, cost: (u64, u64)) -> Cell {
        Cell::Text(values::money(cost, self.words, self.lang))
    }

    /// Names in an enumeration, cut after `most`.
    pub(super) fn names(&self, names: &[String], most: usize) -> String {
        values::joined(names, most, self.say(&self.words.and_more), self.lang)
    }
}

/// The whole plan.
pub(super) fn document(plan: &PlanDocument, templates: &Templates, lang: Lang) -> Document {
    let texts = &templates.plan;
    let context = Context {
        plan,
        texts,
        words: &texts.words,
        values: values::values(plan, &texts.words, lang),
        lang,
    };
    let mut blocks = Blocks::default();
    background::chapter(&context, &mut blocks);
    problems::chapter(&context, &mut blocks);
    measures::scheme(&context, &mut blocks);
    measures::actions(&context, &mut blocks);
    effect::goals(&context, &mut blocks);
    measures::implementation(&context, &mut blocks);
    effect::chapter(&context, &mut blocks);
    schedule::chapter(&context, &mut blocks);
    blocks.heading(1, context.say(&texts.summary.title));
    for passage in &texts.summary.text {
        blocks.paragraph(context.fill(passage));
    }
    let words = &texts.cover;
    Document {
        lang,
        front: Front::Cover {
            cover: cover(&context),
            contents_title: context.say(&words.contents).to_owned(),
        },
        header: context.fill(&words.header),
        footer: [
            &words.footer_before,
            &words.footer_between,
            &words.footer_after,
        ]
        .map(|text| text.get(lang).to_owned()),
        blocks: blocks.0,
    }
}

fn cover(context: &Context<'_>) -> Cover {
    let plan = context.plan;
    let words = &context.texts.cover;
    let names: Vec<String> = plan.systems.iter().map(|s| s.name.clone()).collect();
    let grades: Vec<String> = plan.systems.iter().map(|s| s.grade.to_string()).collect();
    let filings: Vec<String> = plan
        .systems
        .iter()
        .map(|system| system.filing_number.clone())
        .filter(|number| !number.is_empty())
        .collect();
    let filing = if filings.is_empty() {
        context.say(&words.filing_none).to_owned()
    } else {
        context.names(&filings, 2)
    };
    let line = |label: &Text, value: String| CoverLine {
        label: label.get(context.lang).to_owned(),
        value,
    };
    let mut lines = vec![
        line(&words.system, context.names(&names, 2)),
        line(&words.grade, context.names(&grades, 3)),
        line(&words.filing, filing),
    ];
    if !plan.number.is_empty() {
        lines.push(line(&words.number, plan.number.clone()));
    }
    lines.push(line(&words.version, plan.version.clone()));
    Cover {
        organisation: plan.hospital.clone(),
        title: context.say(&words.title).to_owned(),
        subtitle: String::new(),
        lines,
        signatures: words
            .signatures
            .iter()
            .map(|text| text.get(context.lang).to_owned())
            .collect(),
        signature_date: context.say(&words.signature_date).to_owned(),
        foot: vec![
            plan.lead_department.clone(),
            values::long_date(plan.generated_on, context.lang),
        ],
        date: plan.generated_on,
    }
}
