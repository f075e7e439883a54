//! Row-by-row grouping, as tools that keep one record for each verdict do it: the reference
//! that the scoreboard must agree with, and its peer in the benchmark.

use std::collections::{BTreeMap, HashMap};

use xinglin_core::{Domain, RequirementId, Verdict};

/// One record: the verdict on an item for one of its objects.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) requirement: RequirementId,
    pub(crate) verdict: Verdict,
}

/// The verdict on each item over its objects: met, in part, not; `None` does not apply.
pub(crate) fn items(records: &[Record]) -> HashMap<RequirementId, Option<f64>> {
    let mut groups: HashMap<RequirementId, Vec<Verdict>> = HashMap::new();
    for record in records {
        groups
            .entry(record.requirement)
            .or_default()
            .push(record.verdict);
    }
    groups
        .into_iter()
        .map(|(requirement, verdicts)| {
            let rest: Vec<Verdict> = verdicts
                .into_iter()
                .filter(|v| *v != Verdict::NotApplicable)
                .collect();
            let credit = if rest.is_empty() {
                None
            } else if rest.iter().all(|verdict| *verdict == Verdict::Compliant) {
                Some(1.0)
            } else if rest.iter().all(|verdict| *verdict == Verdict::Noncompliant) {
                Some(0.0)
            } else {
                Some(0.5)
            };
            (requirement, credit)
        })
        .collect()
}

/// The rate of all items and of each class.
pub(crate) fn rates(records: &[Record]) -> (Option<f64>, HashMap<Domain, f64>) {
    let items = items(records);
    let mut domains: HashMap<Domain, (u32, u32)> = HashMap::new();
    for (requirement, credit) in &items {
        if let Some(credit) = credit {
            let (applicable, compliant) = domains.entry(requirement.domain()).or_default();
            *applicable += 1;
            *compliant += u32::from(*credit > 0.9);
        }
    }
    let applicable: u32 = domains.values().map(|(applicable, _)| applicable).sum();
    let compliant: u32 = domains.values().map(|(_, compliant)| compliant).sum();
    let rate = (applicable > 0).then(|| f64::from(compliant) / f64::from(applicable));
    let domains = domains
        .into_iter()
        .map(|(domain, (applicable, compliant))| {
            (domain, f64::from(compliant) / f64::from(applicable))
        });
    (rate, domains.collect())
}

/// The score of the 2021 template, tri-state, `y` 0.5.
#[allow(dead_code, reason = "the benchmark compares rates only")]
pub(crate) fn score_2021(
    records: &[Record],
    weights: &BTreeMap<RequirementId, f64>,
) -> Option<f64> {
    let items: Vec<(RequirementId, f64)> = items(records)
        .into_iter()
        .filter_map(|(id, credit)| Some((id, credit?)))
        .collect();
    let applicable: f64 = items.iter().map(|_| 1.0).sum();
    let step = 100.0 / applicable;
    let lost = |is_technical: bool| -> f64 {
        let half = items
            .iter()
            .filter(|(id, _)| id.domain().is_technical() == is_technical);
        half.map(|(id, credit)| weights[id] * (1.0 - credit) * step)
            .sum()
    };
    (!items.is_empty()).then(|| (50.0 - lost(true)).max(0.0) + (50.0 - lost(false)).max(0.0))
}

/// The score of the 2019 template.
#[allow(dead_code, reason = "the benchmark compares rates only")]
pub(crate) fn score_2019(
    records: &[Record],
    weights: &BTreeMap<RequirementId, f64>,
) -> Option<f64> {
    let mut classes: HashMap<Domain, (f64, f64)> = HashMap::new();
    for record in records {
        let lost = match record.verdict {
            Verdict::Compliant => 0.0,
            Verdict::Partial => 0.5,
            Verdict::Noncompliant => 1.0,
            Verdict::NotApplicable => continue,
        };
        let class = classes.entry(record.requirement.domain()).or_default();
        class.0 += weights[&record.requirement] * lost;
        class.1 += weights[&record.requirement];
    }
    let lost: f64 = classes.values().map(|(lost, full)| lost / full).sum();
    let concerned: f64 = classes.values().map(|_| 1.0).sum();
    (!classes.is_empty()).then(|| 100.0 * (1.0 - lost / concerned))
}
