//! The plan's figures as the templates' placeholders, and how figures are written.

use std::collections::BTreeSet;

use jiff::civil::Date;
use xinglin_core::Lang;

use super::{MeasureRow, PlanDocument, ProblemRow, TaskKind};
use crate::{
    result::{ResultFigures, Severity},
    templates::{Figure, PlanWords, Values},
};

/// Values that hold for the whole document.
pub(super) fn values(plan: &PlanDocument, words: &PlanWords, lang: Lang) -> Values {
    let mut values = Values::default();
    let join = |parts: Vec<String>| parts.join(separator(lang));
    values.text(Figure::Hospital, &plan.hospital);
    values.text(
        Figure::Systems,
        join(plan.systems.iter().map(|s| s.name.clone()).collect()),
    );
    values.count(Figure::SystemCount, plan.systems.len());
    let grades: BTreeSet<String> = plan.systems.iter().map(|s| s.grade.to_string()).collect();
    values.text(Figure::Grades, join(grades.into_iter().collect()));
    let level = plan
        .systems
        .iter()
        .map(|system| system.grade.overall().number())
        .max()
        .unwrap_or_default();
    values.text(Figure::Level, level_words(level, lang));
    let filing = plan.systems.iter().map(|s| s.filing_number.clone());
    values.text(
        Figure::Filing,
        join(filing.filter(|number| !number.is_empty()).collect()),
    );
    values.count(
        Figure::Objects,
        plan.systems
            .iter()
            .map(|s| u64::from(s.assets))
            .sum::<u64>(),
    );
    values.text(Figure::Date, long_date(plan.generated_on, lang));
    values.text(Figure::Lead, &plan.lead_department);
    values.text(Figure::Departments, join(plan.departments.clone()));
    values.count(Figure::DepartmentCount, plan.departments.len());
    let people: BTreeSet<&String> = plan.organisation.iter().flat_map(|p| &p.people).collect();
    values.count(Figure::People, people.len());
    result_values(&mut values, plan, words, lang);
    work_values(&mut values, plan, words, lang);
    values
}

fn result_values(values: &mut Values, plan: &PlanDocument, words: &PlanWords, lang: Lang) {
    let (now, then) = (&plan.current, &plan.expected);
    values.text(Figure::Template, &now.template);
    values.text(Figure::Rate, figure(now, words, lang));
    values.text(Figure::RateExpected, figure(then, words, lang));
    let gain = match (now.rate, then.rate, now.score, then.score) {
        (Some(now), Some(then), _, _) => (then - now) * 100.0,
        (_, _, Some(now), Some(then)) => then - now,
        _ => 0.0,
    };
    values.amount(Figure::RateGain, format!("{gain:.1}"), gain < 0.05);
    values.text(Figure::Conclusion, &now.conclusion);
    values.text(Figure::ConclusionExpected, &then.conclusion);
    let counts = now.counts;
    values.count(Figure::Applicable, counts.applicable());
    values.count(Figure::Compliant, counts.compliant);
    values.count(Figure::Partial, counts.partial);
    values.count(Figure::Noncompliant, counts.noncompliant);
    values.count(Figure::NotApplicable, counts.not_applicable);
    values.count(Figure::Unanswered, counts.unanswered);
    values.count(Figure::HazardsFound, now.hazards_found);
    values.count(Figure::HazardsResolved, now.hazards_resolved);
    values.count(Figure::HazardsOpen, now.hazards_open());
    values.count(Figure::HazardsOpenExpected, then.hazards_open());
}

fn work_values(values: &mut Values, plan: &PlanDocument, words: &PlanWords, lang: Lang) {
    let findings: Vec<&ProblemRow> = plan.problems.iter().flat_map(|p| &p.findings).collect();
    let severity = |wanted| findings.iter().filter(|f| f.severity == wanted).count();
    values.count(Figure::Findings, findings.len());
    values.count(Figure::High, severity(Severity::High));
    values.count(Figure::Medium, severity(Severity::Medium));
    values.count(Figure::Low, severity(Severity::Low));
    let kind = |wanted| plan.measures.iter().filter(|m| m.kind == wanted).count();
    values.count(Figure::Tasks, plan.measures.len());
    values.count(Figure::QuickWins, kind(TaskKind::QuickWin));
    values.count(Figure::Purchases, kind(TaskKind::Purchase));
    let effort = plan.measures.iter().fold((0.0, 0.0), |sum, measure| {
        (sum.0 + measure.effort_days.0, sum.1 + measure.effort_days.1)
    });
    values.amount(Figure::Effort, range(effort), effort.1 <= 0.0);
    let cost = total_cost(plan);
    values.amount(Figure::Cost, money(cost, words, lang), cost.1 == 0);
    values.text(Figure::Starts, long_date(plan.starts_on, lang));
    values.text(Figure::Ends, long_date(plan.ends_on, lang));
    let days = plan
        .starts_on
        .until(plan.ends_on)
        .map_or(0, |span| span.get_days() + 1);
    values.count(Figure::Weeks, days.max(0).unsigned_abs().div_ceil(7));
    values.count(Figure::Phases, plan.phases.len());
}

/// The budget's total; without budget lines, the sum over the tasks.
pub(super) fn total_cost(plan: &PlanDocument) -> (u64, u64) {
    let add = |sum: (u64, u64), cost: (u64, u64)| {
        (sum.0.saturating_add(cost.0), sum.1.saturating_add(cost.1))
    };
    if plan.budget.is_empty() {
        plan.measures.iter().map(|m| m.cost_cny).fold((0, 0), add)
    } else {
        plan.budget.iter().map(|b| b.cost_cny).fold((0, 0), add)
    }
}

/// Adds what the sentences on one group of tasks need.
pub(super) fn with_group(values: &Values, measures: &[&MeasureRow], lang: Lang) -> Values {
    let mut values = values.clone();
    values.count(Figure::Count, measures.len());
    let high = |m: &&&MeasureRow| m.severity == Severity::High;
    values.count(Figure::CountHigh, measures.iter().filter(high).count());
    let starts = measures.iter().map(|m| m.starts_on).min();
    let ends = measures.iter().map(|m| m.due_on).max();
    let date = |date: Option<Date>| date.map(|d| long_date(d, lang)).unwrap_or_default();
    values.text(Figure::GroupStarts, date(starts));
    values.text(Figure::GroupEnds, date(ends));
    let departments: BTreeSet<&str> = measures
        .iter()
        .map(|m| m.department.as_str())
        .filter(|department| !department.is_empty())
        .collect();
    values.text(
        Figure::GroupDepartments,
        departments
            .into_iter()
            .collect::<Vec<_>>()
            .join(separator(lang)),
    );
    values
}

/// Names in an enumeration, cut after `most`; `more` holds `#` for their number.
pub(crate) fn joined(names: &[String], most: usize, more: &str, lang: Lang) -> String {
    let shown = names.get(..most).unwrap_or(names);
    let list = shown.join(separator(lang));
    if shown.len() == names.len() {
        list
    } else {
        format!("{list}{}", more.replace('#', &names.len().to_string()))
    }
}

/// Between the parts of an enumeration.
fn separator(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "、",
        Lang::En => ", ",
    }
}

/// The figure a result is known by: its rate, or its score, or a dash.
pub(super) fn figure(result: &ResultFigures, words: &PlanWords, lang: Lang) -> String {
    match (result.rate, result.score) {
        (Some(rate), _) => percent(rate),
        (None, Some(score)) => match lang {
            Lang::Zh => format!("{}{score:.2}分", words.score.get(lang)),
            Lang::En => format!("{} {score:.2}", words.score.get(lang)),
        },
        (None, None) => "—".to_owned(),
    }
}

/// A fraction as a percentage with one decimal.
pub(crate) fn percent(fraction: f64) -> String {
    format!("{:.1}%", fraction * 100.0)
}

/// A date in a sentence.
pub(crate) fn long_date(date: Date, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{}年{}月{}日", date.year(), date.month(), date.day()),
        Lang::En => date.to_string(),
    }
}

fn level_words(level: u8, lang: Lang) -> String {
    match lang {
        Lang::Zh => match level {
            1 => "第一级".to_owned(),
            2 => "第二级".to_owned(),
            3 => "第三级".to_owned(),
            4 => "第四级".to_owned(),
            other => other.to_string(),
        },
        Lang::En => format!("level {level}"),
    }
}

/// A range of person-days.
pub(super) fn range((low, high): (f64, f64)) -> String {
    let number = |n: f64| {
        if (n - n.round()).abs() < 0.05 {
            format!("{n:.0}")
        } else {
            format!("{n:.1}")
        }
    };
    if (high - low).abs() < 0.05 {
        number(high)
    } else {
        format!("{}–{}", number(low), number(high))
    }
}

/// An amount of money: 万元 in Chinese, yuan in English.
pub(super) fn money((low, high): (u64, u64), words: &PlanWords, lang: Lang) -> String {
    if high == 0 {
        return words.no_cost.get(lang).to_owned();
    }
    let number = |yuan: u64| match lang {
        Lang::Zh => ten_thousands(yuan),
        Lang::En => thousands(yuan),
    };
    let amount = if low == high {
        number(high)
    } else {
        format!("{}–{}", number(low), number(high))
    };
    match lang {
        Lang::Zh => format!("{amount}万元"),
        Lang::En => format!("CNY {amount}"),
    }
}

fn ten_thousands(yuan: u64) -> String {
    // Hundredths of 万元 are hundreds of yuan; no estimate is finer than that.
    let hundreds = yuan.saturating_add(50) / 100;
    let (whole, rest) = (hundreds / 100, hundreds % 100);
    match rest {
        0 => whole.to_string(),
        rest if rest % 10 == 0 => format!("{whole}.{}", rest / 10),
        rest => format!("{whole}.{rest:02}"),
    }
}

fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (yuan, expected) in [
            (0, "0"),
            (80_000, "8"),
            (85_000, "8.5"),
            (12_300, "1.23"),
            (500, "0.05"),
            (4_000_000, "400"),
        ] {
            assert_eq!(ten_thousands(yuan), expected);
        }
        for (yuan, expected) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(thousands(yuan), expected);
        }
        assert_eq!(range((1.0, 4.0)), "1–4");
        assert_eq!(range((0.5, 0.5)), "0.5");
    }
}
