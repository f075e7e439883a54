//! All rules of a set of files, and what could not be loaded.

use std::collections::{BTreeSet, HashMap};

use super::{
    Baseline, Correlation, Expr, LogSource, Meta, Rule, Selection, baseline, correlation,
    modifier::Placeholders, read, selection,
};
use crate::yaml::{self, Broken, Entry, Kind, Node};

/// A filter: what rules shall leave out, or be bound to.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// What it says of itself.
    pub meta: Meta,
    /// Which rules it can be for.
    pub logsource: LogSource,
    /// The rules it is for, by identifier or name; none where it is for any.
    pub rules: Vec<String>,
    /// What it looks for, by name.
    pub selections: Vec<Selection>,
    /// What must hold as well where a rule matches.
    pub condition: Expr<usize>,
}

/// Why something could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as the caller named it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The title of the rule, when it has one.
    pub title: Option<String>,
    /// What is wrong.
    pub reason: String,
}

/// Rules read from files.
///
/// A document that is broken is a [`Problem`]; the others count.
#[derive(Debug, Clone, Default)]
pub struct RuleSet {
    /// Rules for single events.
    pub rules: Vec<Rule>,
    /// Rules for how matches meet.
    pub correlations: Vec<Correlation>,
    /// Rules for what is usual.
    pub baselines: Vec<Baseline>,
    /// What could not be loaded, in the order of reading.
    pub problems: Vec<Problem>,
    filters: Vec<Filter>,
    placeholders: Placeholders,
}

impl RuleSet {
    /// An empty set that knows these values of placeholders.
    pub fn new(placeholders: impl IntoIterator<Item = (String, Vec<String>)>) -> Self {
        Self {
            placeholders: placeholders.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Reads all documents of a file.
    pub fn read(&mut self, file: &str, text: &str) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut global: Option<Node> = None;
        let mut last: Option<Node> = None;
        for document in yaml::documents(text) {
            let node = match document {
                Ok(node) => node,
                Err(broken) => {
                    self.refuse(file, None, broken);
                    continue;
                }
            };
            let action = node.get("action").and_then(Node::scalar);
            let node = match action.as_deref() {
                None => global
                    .as_ref()
                    .map_or(node.clone(), |base| laid_over(base, &node)),
                Some("global") => {
                    global = Some(
                        global
                            .as_ref()
                            .map_or(node.clone(), |base| laid_over(base, &node)),
                    );
                    continue;
                }
                Some("reset") => {
                    global = None;
                    continue;
                }
                Some("repeat") => last
                    .as_ref()
                    .map_or(node.clone(), |base| laid_over(base, &node)),
                Some(other) => {
                    let reason = format!("the action `{other}` is not known");
                    self.refuse(file, Some(&node), Broken::new(node.line, reason));
                    continue;
                }
            };
            if let Err(broken) = self.document(file, &node) {
                self.refuse(file, Some(&node), broken);
            }
            last = Some(node);
        }
    }

    /// Lays filters over the rules they are for, and takes out what refers to nothing; to be
    /// called once, when all files are read.
    pub fn finish(&mut self) {
        self.refuse_doubles();
        for filter in std::mem::take(&mut self.filters) {
            self.lay(&filter);
        }
        self.resolve_correlations();
        self.resolve_baselines();
    }

    fn refuse(&mut self, file: &str, node: Option<&Node>, broken: Broken) {
        let title = node.and_then(|node| node.get("title")?.scalar());
        self.problems.push(Problem {
            file: file.to_owned(),
            line: broken.line,
            title,
            reason: broken.reason,
        });
    }

    fn refuse_meta(&mut self, meta: &Meta, reason: String) {
        self.problems.push(Problem {
            file: meta.file.clone(),
            line: meta.line,
            title: Some(meta.title.clone()),
            reason,
        });
    }

    fn document(&mut self, file: &str, node: &Node) -> Result<(), Broken> {
        if node.entries().is_none() {
            return Err(Broken::new(node.line, "a rule is a map"));
        }
        let meta = read::meta(file, node)?;
        if let Some(correlation) = node.get("correlation") {
            self.correlations
                .push(correlation::correlation(meta, correlation)?);
        } else if let Some(learned) = node.get("baseline") {
            self.baselines.push(baseline::baseline(meta, learned)?);
        } else if let Some(filter) = node.get("filter") {
            let filter = self.filter(meta, node, filter)?;
            self.filters.push(filter);
        } else if let Some(detection) = node.get("detection") {
            let logsource = read::logsource(node)?;
            let (selections, condition) = selection::detection(detection, &[], &self.placeholders)?;
            self.rules.push(Rule {
                meta,
                logsource,
                selections,
                condition,
            });
        } else {
            let reason = "neither `detection` nor `correlation`, `baseline` or `filter`";
            return Err(Broken::new(node.line, reason));
        }
        Ok(())
    }

    fn filter(&self, meta: Meta, node: &Node, filter: &Node) -> Result<Filter, Broken> {
        let logsource = read::logsource(node)?;
        let rules = match filter.get("rules") {
            None => return Err(Broken::new(filter.line, "the filter has no `rules`")),
            Some(rules) if rules.scalar().as_deref() == Some("any") => Vec::new(),
            Some(rules) => {
                let words = read::words(rules)?;
                if words.is_empty() {
                    return Err(Broken::new(rules.line, "the filter is for no rule"));
                }
                words
            }
        };
        let (selections, condition) = selection::detection(filter, &["rules"], &self.placeholders)?;
        Ok(Filter {
            meta,
            logsource,
            rules,
            selections,
            condition,
        })
    }

    /// One identifier, one rule: the first counts.
    fn refuse_doubles(&mut self) {
        let mut known: BTreeSet<String> = BTreeSet::new();
        let mut doubles = Vec::new();
        let mut is_new = |meta: &Meta| {
            let keys = [&meta.id, &meta.name];
            let keys: Vec<&String> = keys.into_iter().flatten().collect();
            if let Some(key) = keys.iter().find(|key| known.contains(**key)) {
                doubles.push((meta.clone(), format!("`{key}` is already another rule")));
                return false;
            }
            known.extend(keys.into_iter().cloned());
            true
        };
        self.rules.retain(|rule| is_new(&rule.meta));
        self.correlations.retain(|rule| is_new(&rule.meta));
        self.baselines.retain(|rule| is_new(&rule.meta));
        for (meta, reason) in doubles {
            self.refuse_meta(&meta, reason);
        }
    }

    fn lay(&mut self, filter: &Filter) {
        let mut unknown: BTreeSet<&String> = filter.rules.iter().collect();
        for rule in &mut self.rules {
            let mut references = filter.rules.iter();
            let named = references.find(|reference| rule.meta.is_called(reference));
            if let Some(named) = named {
                unknown.remove(named);
            }
            let is_meant = filter.rules.is_empty() || named.is_some();
            if !is_meant || !rule.logsource.includes(&filter.logsource) {
                continue;
            }
            let first = rule.selections.len();
            rule.selections.extend(filter.selections.iter().cloned());
            let moved = filter.condition.map(&mut |place| Expr::Test(first + place));
            let own = std::mem::replace(&mut rule.condition, Expr::All(Vec::new()));
            rule.condition = Expr::All(vec![own, moved]);
        }
        let unknown: Vec<String> = unknown.into_iter().cloned().collect();
        for reference in unknown {
            let reason = format!("the filter is for `{reference}`, which is no rule here");
            self.refuse_meta(&filter.meta, reason);
        }
    }

    /// Takes out correlations about rules that are not here, and those that are about
    /// themselves, until none is left.
    fn resolve_correlations(&mut self) {
        loop {
            let places = self.places();
            let count = self.rules.len();
            let mut wrong = None;
            for (own, correlation) in self.correlations.iter().enumerate() {
                let mut rules = correlation.rules.iter();
                if let Some(missing) = rules.find(|name| !places.contains_key(name.as_str())) {
                    let reason =
                        format!("the correlation is about `{missing}`, which is no rule here");
                    wrong = Some((own, reason));
                    break;
                }
                if self.is_about_itself(own, &places, count) {
                    let reason = "the correlation is about itself".to_owned();
                    wrong = Some((own, reason));
                    break;
                }
            }
            let Some((own, reason)) = wrong else {
                return;
            };
            let correlation = self.correlations.remove(own);
            self.refuse_meta(&correlation.meta, reason);
        }
    }

    /// Takes out baselines that learn from rules that are not here.
    fn resolve_baselines(&mut self) {
        let rules = &self.rules;
        let is_here = |name: &String| rules.iter().any(|rule| rule.meta.is_called(name));
        let mut wrong = Vec::new();
        self.baselines.retain(|baseline| {
            let mut names = baseline.rules.iter();
            let missing = names.find(|name| !is_here(name));
            if let Some(missing) = missing {
                let reason = format!("the baseline learns from `{missing}`, which is no rule here");
                wrong.push((baseline.meta.clone(), reason));
            }
            missing.is_none()
        });
        for (meta, reason) in wrong {
            self.refuse_meta(&meta, reason);
        }
    }

    /// Rules and, behind them, correlations by what they are called.
    pub(crate) fn places(&self) -> HashMap<&str, usize> {
        let rules = self.rules.iter().map(|rule| &rule.meta);
        let correlations = self.correlations.iter().map(|rule| &rule.meta);
        let mut places = HashMap::new();
        for (place, meta) in rules.chain(correlations).enumerate() {
            for key in [&meta.id, &meta.name].into_iter().flatten() {
                places.insert(key.as_str(), place);
            }
        }
        places
    }

    /// Whether a chain of correlations leads back to one.
    fn is_about_itself(&self, own: usize, places: &HashMap<&str, usize>, rules: usize) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![own];
        while let Some(place) = open.pop() {
            let correlation = self.correlations.get(place);
            for name in correlation.into_iter().flat_map(|rule| &rule.rules) {
                let next = places.get(name.as_str());
                let Some(next) = next.and_then(|next| next.checked_sub(rules)) else {
                    continue;
                };
                if next == own {
                    return true;
                }
                if seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }
}

/// A document over what stands in a global one: maps are joined, everything else replaced.
fn laid_over(base: &Node, over: &Node) -> Node {
    let (Kind::Map(base_entries), Kind::Map(over_entries)) = (&base.kind, &over.kind) else {
        return over.clone();
    };
    let mut entries: Vec<Entry> = base_entries.clone();
    entries.retain(|entry| entry.key != "action");
    for entry in over_entries.iter().filter(|entry| entry.key != "action") {
        match entries.iter_mut().find(|known| known.key == entry.key) {
            Some(known) => {
                known.value = laid_over(&known.value, &entry.value);
                known.line = entry.line;
            }
            None => entries.push(entry.clone()),
        }
    }
    Node {
        line: over.line,
        kind: Kind::Map(entries),
    }
}
