//! Rules that never act, that could go, or whose order matters.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use jiff::civil::Date;

use super::{
    super::{
        diagram::{Asked, Diagram},
        finding::{Limits, PolicyFinding, Problem},
        model::{DESTINATION, Line, Model, Version, sides_from},
        packet::RuleReference,
        ranges::Ranges,
        rule::{Action, Rule, RuleSet},
        search::Search,
        split::{Steps, TooManySteps},
    },
    STEPS_OF_A_RULE, finding,
};
use crate::checks::Severity;

/// Adds what is found to `findings`.
pub(super) fn find(
    set: &RuleSet,
    model: &Model,
    today: Date,
    limits: &Limits,
    findings: &mut Vec<PolicyFinding>,
) {
    let mut steps = Steps(limits.steps);
    let Ok(mut anomalies) = Anomalies::new(set, model, &mut steps) else {
        findings.push(PolicyFinding {
            rule: None,
            severity: Severity::Low,
            problem: Problem::NotAnalysed,
        });
        return;
    };
    for (index, rule) in set.rules.iter().enumerate() {
        if anomalies.lines_of(index).next().is_none() {
            if rule.acts_on(today) {
                findings.push(finding(set, index, Severity::Low, Problem::MatchesNothing));
            }
            continue;
        }
        match anomalies.covered(index) {
            Ok(None) => {}
            Ok(Some((severity, problem))) => {
                findings.push(finding(set, index, severity, problem));
                anomalies.gone.insert(index);
            }
            Err(TooManySteps) => {
                findings.push(finding(set, index, Severity::Low, Problem::NotAnalysed));
                anomalies.given_up.insert(index);
            }
        }
    }
    // Only when all that never act are out: of two rules that could each go because of the
    // other, one must stay.
    for index in 0..set.rules.len() {
        if anomalies.gone.contains(&index) || anomalies.given_up.contains(&index) {
            continue;
        }
        match anomalies.replaced(index) {
            Ok(Some(problem)) => {
                findings.push(finding(set, index, Severity::Low, problem));
                anomalies.gone.insert(index);
            }
            Ok(None) => match anomalies.overlapping(index, limits) {
                Ok(Some(problem)) => {
                    findings.push(finding(set, index, Severity::Low, problem));
                }
                Ok(None) => {}
                Err(TooManySteps) => {
                    findings.push(finding(set, index, Severity::Low, Problem::NotAnalysed));
                }
            },
            Err(TooManySteps) => {
                findings.push(finding(set, index, Severity::Low, Problem::NotAnalysed));
            }
        }
    }
}

struct Anomalies<'m> {
    set: &'m RuleSet,
    model: &'m Model,
    /// For each version, where the lines of each rule begin and end.
    spans: [Vec<(usize, usize)>; 2],
    /// For each version, which lines have destinations in common.
    meetings: [Meetings; 2],
    defaults: [Action; 1],
    /// Rules that are shadowed or redundant.
    gone: BTreeSet<usize>,
    given_up: BTreeSet<usize>,
    left: Steps,
}

impl<'m> Anomalies<'m> {
    fn new(set: &'m RuleSet, model: &'m Model, steps: &mut Steps) -> Result<Self, TooManySteps> {
        let [v4, v6] = Version::BOTH.map(|version| Meetings::of(model.lines(version), steps));
        let meetings = [v4?, v6?];
        let spans = Version::BOTH.map(|version| {
            let lines = model.lines(version);
            let begin = |rule: usize| lines.partition_point(|line| line.rule < rule);
            let spans = (0..set.rules.len()).map(|rule| (begin(rule), begin(rule + 1)));
            spans.collect()
        });
        Ok(Self {
            set,
            model,
            spans,
            meetings,
            defaults: [set.default],
            gone: BTreeSet::new(),
            given_up: BTreeSet::new(),
            left: *steps,
        })
    }

    fn span(&self, version: Version, rule: usize) -> &'m [Line] {
        let [v4, v6] = &self.spans;
        let spans = match version {
            Version::V4 => v4,
            Version::V6 => v6,
        };
        let (begin, end) = spans.get(rule).copied().unwrap_or_default();
        self.model
            .lines(version)
            .get(begin..end)
            .unwrap_or_default()
    }

    fn lines_of(&self, rule: usize) -> impl Iterator<Item = (Version, &'m Line)> {
        Version::BOTH.into_iter().flat_map(move |version| {
            self.span(version, rule)
                .iter()
                .map(move |line| (version, line))
        })
    }

    fn rule(&self, index: usize) -> Option<&'m Rule> {
        self.set.rules.get(index)
    }

    /// Whether rule `other` surely acts whenever rule `index` does.
    fn acts_with(&self, index: usize, other: usize) -> bool {
        match (self.rule(index), self.rule(other)) {
            (Some(rule), Some(other)) => {
                let in_time = other.schedule.is_none() || other.schedule == rule.schedule;
                in_time && !other.is_narrowed
            }
            _ => false,
        }
    }

    /// Spends from the whole what one rule may cost at most.
    fn with_steps<T>(
        &mut self,
        work: impl FnOnce(&Self, &mut Steps) -> Result<T, TooManySteps>,
    ) -> Result<T, TooManySteps> {
        let allowed = self.left.0.min(STEPS_OF_A_RULE);
        let mut steps = Steps(allowed);
        let outcome = work(self, &mut steps);
        self.left.0 -= allowed - steps.0;
        outcome
    }

    /// The lines that may share packets with one, in order.
    fn meeting(
        &self,
        version: Version,
        line: &Line,
    ) -> impl Iterator<Item = &'m Line> + use<'_, 'm> {
        let [v4, v6] = &self.meetings;
        let (meetings, lines) = match version {
            Version::V4 => (v4, self.model.lines(Version::V4)),
            Version::V6 => (v6, self.model.lines(Version::V6)),
        };
        let met = meetings.with(line);
        met.iter().filter_map(move |number| lines.get(*number))
    }

    /// Lines of rules before a line's own that act whenever it does and may share packets.
    fn before(&self, version: Version, line: &Line) -> impl Iterator<Item = &'m Line> {
        let index = line.rule;
        self.meeting(version, line)
            .take_while(move |other| other.rule < index)
            .filter(move |other| self.acts_with(index, other.rule))
    }

    /// Whether rules before take everything.
    fn covered(&mut self, index: usize) -> Result<Option<(Severity, Problem)>, TooManySteps> {
        self.with_steps(|this, steps| {
            for (version, line) in this.lines_of(index) {
                let lines = this.before(version, line).map(|line| (line, false));
                if Search::new(&line.sides, lines, true).run(steps)?.is_some() {
                    return Ok(None);
                }
            }
            let by = match this.single_cover(index, steps)? {
                Some(rule) => vec![rule],
                None => this.deciders(index, steps, |rule| rule < index)?.0,
            };
            Ok(Some(this.never_acts(index, &by)))
        })
    }

    fn never_acts(&self, index: usize, by: &[usize]) -> (Severity, Problem) {
        let action = self.rule(index).map(|rule| rule.action);
        let same = by
            .iter()
            .all(|other| self.rule(*other).map(|rule| rule.action) == action);
        let by = self.references(by);
        if same {
            let by_default = false;
            return (Severity::Low, Problem::Redundant { by, by_default });
        }
        // A denial that never acts leaves open what somebody meant to close.
        let severity = match action {
            Some(Action::Deny) => Severity::High,
            _ => Severity::Medium,
        };
        (severity, Problem::Shadowed { by })
    }

    /// One rule before that takes everything; one of the same action, if there is any.
    fn single_cover(&self, index: usize, steps: &mut Steps) -> Result<Option<usize>, TooManySteps> {
        let action = self.rule(index).map(|rule| rule.action);
        let mut found = None;
        for other in (0..index).filter(|other| self.acts_with(index, *other)) {
            let is_same = self.rule(other).map(|rule| rule.action) == action;
            if (is_same || found.is_none()) && self.covers(other, index, steps)? {
                if is_same {
                    return Ok(Some(other));
                }
                found = Some(other);
            }
        }
        Ok(found)
    }

    /// Whether one rule alone holds all packets of another.
    fn covers(&self, wide: usize, narrow: usize, steps: &mut Steps) -> Result<bool, TooManySteps> {
        for (version, line) in self.lines_of(narrow) {
            let lines = self.span(version, wide);
            steps.take(1 + lines.len())?;
            // Most pairs are told apart by addresses, which are the same in all lines of a rule.
            if !lines.iter().any(|wide| wide.overlaps(&line.sides)) {
                return Ok(false);
            }
            let lines = lines.iter().map(|line| (line, false));
            if Search::new(&line.sides, lines, true).run(steps)?.is_some() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Rules among `asked` that decide packets of a rule, and whether the default does.
    fn deciders(
        &self,
        index: usize,
        steps: &mut Steps,
        asked: impl Fn(usize) -> bool,
    ) -> Result<(Vec<usize>, bool), TooManySteps> {
        let mut rules = BTreeSet::new();
        let mut by_default = false;
        for (version, line) in self.lines_of(index) {
            let lines = self.meeting(version, line).filter(|line| {
                line.rule != index
                    && (asked(line.rule) && self.acts_with(index, line.rule))
                    && !(line.rule > index && self.gone.contains(&line.rule))
            });
            let diagram = Diagram::new(&line.sides, lines, &self.defaults, Asked::InSeries);
            for piece in diagram.pieces(steps)? {
                for decider in piece.deciders {
                    match decider {
                        Some(rule) => {
                            rules.insert(rule);
                        }
                        None => by_default = true,
                    }
                }
            }
        }
        Ok((rules.into_iter().collect(), by_default))
    }

    /// Whether rules after it, or the default, do the same for all packets that it decides.
    fn replaced(&mut self, index: usize) -> Result<Option<Problem>, TooManySteps> {
        let Some(rule) = self.rule(index) else {
            return Ok(None);
        };
        if self.is_closing(index) || self.lines_of(index).next().is_none() {
            return Ok(None);
        }
        self.with_steps(|this, steps| {
            for (version, line) in this.lines_of(index) {
                let lines = this.others(version, line);
                let default_differs = this.set.default != rule.action;
                let changed = Search::new(&line.sides, lines, default_differs).run(steps)?;
                if changed.is_some() {
                    return Ok(None);
                }
            }
            let (by, by_default) = this.deciders(index, steps, |_| true)?;
            let after: Vec<usize> = by.into_iter().filter(|other| *other > index).collect();
            let by = this.references(&after);
            Ok(Some(Problem::Redundant { by, by_default }))
        })
    }

    /// The lines that decide what would become of a rule's packets without it, each with
    /// whether that is something else.
    fn others(&self, version: Version, line: &Line) -> impl Iterator<Item = (&'m Line, bool)> {
        let index = line.rule;
        self.meeting(version, line).filter_map(move |other| {
            let differs = other.rule > index && !self.treats_alike(index, other.rule);
            // A rule that does not always act may change something, but nothing may rely on it.
            let counts = other.rule != index
                && !self.gone.contains(&other.rule)
                && (differs || self.acts_with(index, other.rule));
            counts.then_some((other, differs))
        })
    }

    /// Whether rule `other` does with packets all that rule `index` does: passes them on or
    /// not, looks into them, and records them.
    fn treats_alike(&self, index: usize, other: usize) -> bool {
        match (self.rule(index), self.rule(other)) {
            (Some(rule), Some(other)) => {
                rule.action == other.action
                    && (rule.action == Action::Deny || rule.profiles == other.profiles)
                    && (other.is_logged || !rule.is_logged)
            }
            _ => false,
        }
    }

    /// Whether it denies everything: an explicit end, which is wanted though the default may
    /// deny, too.
    fn is_closing(&self, index: usize) -> bool {
        self.rule(index).is_some_and(|rule| {
            let is_whole = |version: Version| {
                version.is_all(&rule.sources) && version.is_all(&rule.destinations)
            };
            rule.action == Action::Deny && Version::BOTH.into_iter().any(is_whole)
        })
    }

    fn overlapping(
        &mut self,
        index: usize,
        limits: &Limits,
    ) -> Result<Option<Problem>, TooManySteps> {
        self.with_steps(|this, steps| this.overlaps(index, limits, steps))
    }

    fn overlaps(
        &self,
        index: usize,
        limits: &Limits,
        steps: &mut Steps,
    ) -> Result<Option<Problem>, TooManySteps> {
        let action = self.rule(index).map(|rule| rule.action);
        let mut with = BTreeSet::new();
        for (version, line) in self.lines_of(index) {
            for other in self.before(version, line) {
                steps.take(1)?;
                let is_new = Some(other.action) != action && !self.gone.contains(&other.rule);
                if is_new && !with.contains(&other.rule) && other.overlaps(&line.sides) {
                    // An exception stands before the rule it is an exception of; that is meant.
                    let all = sides_from(0);
                    let nested =
                        line.covered(&other.sides) == all || other.covered(&line.sides) == all;
                    if !nested {
                        with.insert(other.rule);
                    }
                }
            }
        }
        if with.is_empty() {
            return Ok(None);
        }
        let named: Vec<usize> = with.iter().copied().take(limits.named_overlaps).collect();
        Ok(Some(Problem::Overlapping {
            with: self.references(&named),
            count: with.len(),
        }))
    }

    fn references(&self, rules: &[usize]) -> Vec<RuleReference> {
        let rules = rules.iter().filter_map(|index| {
            let rule = self.rule(*index)?;
            Some(self.set.reference(*index, rule))
        });
        rules.collect()
    }
}

/// Which lines have destinations in common: nearly all pairs of a large policy have none.
struct Meetings {
    /// Destinations, by where they are stored → their place in `lines`.
    places: HashMap<*const Ranges, usize>,
    /// For each destination, the lines that have any of it, in order.
    lines: Vec<Vec<usize>>,
}

impl Meetings {
    fn of(lines: &[Line], steps: &mut Steps) -> Result<Self, TooManySteps> {
        let mut places = HashMap::new();
        let mut groups: Vec<(&Ranges, Vec<usize>)> = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let Some(destinations) = line.sides.get(DESTINATION) else {
                continue;
            };
            let next = groups.len();
            let place = *places.entry(Arc::as_ptr(destinations)).or_insert(next);
            match groups.get_mut(place) {
                Some((_, members)) => members.push(number),
                None => groups.push((destinations, vec![number])),
            }
        }
        steps.take(groups.len().saturating_mul(groups.len()))?;
        let met = groups.iter().map(|(destinations, _)| {
            let met = groups
                .iter()
                .filter(|(other, _)| other.overlaps(destinations));
            let mut met: Vec<usize> = met.flat_map(|(_, members)| members).copied().collect();
            met.sort_unstable();
            met
        });
        let lines = met.collect();
        Ok(Self { places, lines })
    }

    /// The lines that a line of the same model meets.
    fn with(&self, line: &Line) -> &[usize] {
        let place = line.sides.get(DESTINATION);
        let place = place.and_then(|destinations| self.places.get(&Arc::as_ptr(destinations)));
        place
            .and_then(|place| self.lines.get(*place))
            .map_or(&[], Vec::as_slice)
    }
}
