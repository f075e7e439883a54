//! Cover, figures and order of the chapters.

use xinglin_core::{Lang, Text, Verdict};

use super::{GapDocument, chapters};
use crate::{
    document::{Blocks, Cell, Cover, CoverLine, Document, Front},
    plan::{joined, long_date, percent},
    result::Severity,
    templates::{Figure, GapTexts, Passage, Templates, Values},
};

/// What every chapter needs.
pub(super) struct Context<'a> {
    pub(super) gap: &'a GapDocument,
    pub(super) texts: &'a GapTexts,
    pub(super) values: Values,
    pub(super) lang: Lang,
}

impl<'a> Context<'a> {
    pub(super) fn say(&self, text: &'a Text) -> &'a str {
        text.get(self.lang)
    }

    pub(super) fn fill(&self, passage: &Passage) -> String {
        passage.fill(&self.values, self.lang)
    }

    /// The sentence with a count of its own.
    pub(super) fn fill_count(&self, passage: &Passage, count: usize) -> String {
        let mut values = self.values.clone();
        values.count(Figure::Count, count);
        passage.fill(&values, self.lang)
    }

    pub(super) fn severity(&self, severity: Severity) -> Cell {
        let words = &self.texts.words;
        match severity {
            Severity::High => Cell::Strong(self.say(&words.high).to_owned()),
            Severity::Medium => Cell::text(self.say(&words.medium)),
            Severity::Low => Cell::text(self.say(&words.low)),
        }
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> &'a str {
        let words = &self.texts.words;
        self.say(match verdict {
            Verdict::Compliant => &words.compliant,
            Verdict::Partial => &words.partial,
            Verdict::Noncompliant => &words.noncompliant,
            Verdict::NotApplicable => &words.not_applicable,
        })
    }

    pub(super) fn named(&self, name: &str) -> Cell {
        if name.is_empty() {
            Cell::text(self.say(&self.texts.words.unassigned))
        } else {
            Cell::text(name)
        }
    }

    pub(super) fn names(&self, names: &[String], most: usize) -> String {
        joined(names, most, self.say(&self.texts.words.and_more), self.lang)
    }
}

pub(super) fn document(gap: &GapDocument, templates: &Templates, lang: Lang) -> Document {
    let texts = &templates.gap;
    let context = Context {
        gap,
        texts,
        values: values(gap, texts, lang),
        lang,
    };
    let mut blocks = Blocks::default();
    chapters::basics(&context, &mut blocks);
    chapters::method(&context, &mut blocks);
    chapters::totals(&context, &mut blocks);
    chapters::high_risks(&context, &mut blocks);
    chapters::details(&context, &mut blocks);
    chapters::priorities(&context, &mut blocks);
    chapters::missing(&context, &mut blocks);
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

fn values(gap: &GapDocument, texts: &GapTexts, lang: Lang) -> Values {
    let mut values = Values::default();
    values.text(Figure::Hospital, &gap.hospital);
    values.text(Figure::Systems, &gap.system.name);
    values.text(Figure::Grades, gap.system.grade.to_string());
    values.text(Figure::Filing, &gap.system.filing_number);
    values.count(Figure::Objects, gap.objects.len());
    values.text(Figure::Lead, &gap.prepared_by);
    values.text(Figure::Date, long_date(gap.generated_on, lang));
    values.text(Figure::Starts, long_date(gap.started_on, lang));
    values.text(Figure::Ends, long_date(gap.until, lang));
    let result = &gap.result;
    values.text(Figure::Template, &result.template);
    values.text(Figure::Conclusion, &result.conclusion);
    let rate = match (result.rate, result.score) {
        (Some(rate), _) => percent(rate),
        (None, Some(score)) => format!("{} {score:.2}", texts.words.score.get(lang)),
        (None, None) => "—".to_owned(),
    };
    values.text(Figure::Rate, rate);
    let counts = result.counts;
    values.count(Figure::Applicable, counts.applicable());
    values.count(Figure::Compliant, counts.compliant);
    values.count(Figure::Partial, counts.partial);
    values.count(Figure::Noncompliant, counts.noncompliant);
    values.count(Figure::NotApplicable, counts.not_applicable);
    values.count(Figure::Unanswered, counts.unanswered);
    values.count(Figure::HazardsFound, result.hazards_found);
    values.count(Figure::HazardsResolved, result.hazards_resolved);
    values.count(Figure::HazardsOpen, result.hazards_open());
    values.count(Figure::Findings, gap.gaps.len());
    let severity = |wanted| gap.gaps.iter().filter(|g| g.severity == wanted).count();
    values.count(Figure::High, severity(Severity::High));
    values.count(Figure::Medium, severity(Severity::Medium));
    values.count(Figure::Low, severity(Severity::Low));
    values
}

fn cover(context: &Context<'_>) -> Cover {
    let gap = context.gap;
    let words = &context.texts.cover;
    let line = |label: &Text, value: &str| CoverLine {
        label: label.get(context.lang).to_owned(),
        value: value.to_owned(),
    };
    let filing = match gap.system.filing_number.as_str() {
        "" => context.say(&words.filing_none),
        number => number,
    };
    let mut lines = vec![
        line(&words.system, &gap.system.name),
        line(&words.grade, &gap.system.grade.to_string()),
        line(&words.filing, filing),
    ];
    if !gap.number.is_empty() {
        lines.push(line(&words.number, &gap.number));
    }
    lines.push(line(&words.version, &gap.version));
    Cover {
        organisation: gap.hospital.clone(),
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
            gap.prepared_by.clone(),
            long_date(gap.generated_on, context.lang),
        ],
        date: gap.generated_on,
    }
}
