//! The template of 2025: 符合率 and major hazards, no weights.
//!
//! 符合 above 90 % without a major hazard, 不符合 below 60 %, 基本符合 between. The letter
//! settles neither exactly 90 and 60 nor a hazard above 90: these are settings.

use super::{Conclusion, Counts, Rules, TOLERANCE, figures::Parts};

pub(super) fn score(counts: &Counts, rules: &Rules) -> (Parts, Conclusion) {
    let applicable = counts.applicable();
    if applicable == 0 {
        return (Parts::default(), Conclusion::Noncompliant);
    }
    let met =
        f64::from(counts.compliant) + rules.settings.partial_credit * f64::from(counts.partial);
    let rate = met / f64::from(applicable);
    let parts = Parts {
        rate: Some(rate),
        ..Parts::default()
    };
    (parts, conclude(rate, rules))
}

fn conclude(rate: f64, rules: &Rules) -> Conclusion {
    let settings = &rules.settings;
    let above_90 = || {
        if rules.hazards.found == 0 {
            Conclusion::Compliant
        } else {
            settings.over_90_with_hazards
        }
    };
    if (rate - 0.6).abs() < TOLERANCE {
        settings.at_60
    } else if rate < 0.6 {
        Conclusion::Noncompliant
    } else if (rate - 0.9).abs() < TOLERANCE {
        match settings.at_90 {
            Conclusion::Compliant => above_90(),
            other => other,
        }
    } else if rate < 0.9 {
        Conclusion::BasicallyCompliant
    } else {
        above_90()
    }
}
