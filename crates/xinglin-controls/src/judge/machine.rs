//! What checks say.

use xinglin_core::Verdict;

use super::{CheckOutcome, CheckStatus, Opinion, Power, reasons};

pub(super) fn opinion(checks: &[CheckOutcome]) -> Opinion {
    let of = |status| {
        checks
            .iter()
            .filter(move |outcome| outcome.status == status)
    };
    let mut reasons = Vec::new();
    reasons.extend(of(CheckStatus::Fail).map(reasons::failed));

    let settling: Vec<&CheckOutcome> = of(CheckStatus::Pass)
        .filter(|outcome| outcome.power == Power::Sufficient)
        .filter(|outcome| open_partners(outcome, checks).is_empty())
        .collect();
    let is_settled = !settling.is_empty();
    let is_bad = of(CheckStatus::Fail).next().is_some();
    let mut is_good = of(CheckStatus::Fail).any(|outcome| outcome.partial);
    for outcome in of(CheckStatus::Pass) {
        if outcome.power == Power::FailOnly {
            reasons.push(reasons::passed_but_proves_little(outcome));
            continue;
        }
        is_good = true;
        if settling.contains(&outcome) {
            reasons.push(reasons::settled(outcome));
            continue;
        }
        reasons.push(reasons::passed_in_part(outcome));
        if outcome.power == Power::Sufficient && !is_settled {
            let open = open_partners(outcome, checks);
            reasons.push(reasons::partners_open(outcome, &open));
        }
    }
    reasons.extend(of(CheckStatus::Unknown).map(reasons::unknown));

    let verdict = match (is_bad, is_good) {
        (true, false) => Some(Verdict::Noncompliant),
        (false, false) => None,
        (false, true) if is_settled => Some(Verdict::Compliant),
        (_, true) => Some(Verdict::Partial),
    };
    let is_unread = of(CheckStatus::Unknown).next().is_some();
    Opinion {
        verdict,
        is_bad,
        is_open: if is_bad { is_unread } else { !is_settled },
        reasons,
    }
}

/// The partners of a check that are not known to hold.
///
/// A partner that does not apply has nothing to hold; one that failed, could not be read or
/// was not run is open.
fn open_partners<'o>(outcome: &'o CheckOutcome, checks: &[CheckOutcome]) -> Vec<&'o str> {
    let holds = |partner: &str| {
        checks.iter().any(|other| {
            other.check == partner
                && matches!(other.status, CheckStatus::Pass | CheckStatus::NotApplicable)
        })
    };
    let partners = outcome.partners.iter().map(String::as_str);
    partners.filter(|partner| !holds(partner)).collect()
}
