//! How detection is doing, and which techniques rules cover.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use xinglin_core::Text;
use xinglin_workflow::AlertKind;

use super::exceptions::sees_detection;
use crate::{Actor, App, AppError};

/// How detection is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectionStatus {
    /// Whether this server looks at the stream.
    pub is_running: bool,
    /// Events that were received and not looked at yet.
    pub behind_events: u64,
    /// For how long the oldest of them waits.
    pub behind_seconds: i64,
    /// Events a second, lately.
    pub events_per_second: f64,
    /// Rules for single events that speak.
    pub rules: usize,
    /// Rules for how matches meet that speak.
    pub correlations: usize,
    /// Rules for what is usual that speak.
    pub baselines: usize,
    /// Documents that could not be loaded.
    pub rejected: usize,
    /// Indicators that count.
    pub indicators: usize,
    /// When rules were read.
    pub last_reload_at: Option<Timestamp>,
    /// Why it does not go on.
    pub problem: Option<String>,
}

/// Techniques that rules cover, by tactic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// All tactics, in the order of an attack.
    pub tactics: Vec<TacticRow>,
}

/// A tactic and its techniques.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TacticRow {
    /// Such as `TA0006`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Its techniques, those with rules first.
    pub techniques: Vec<TechniqueRow>,
}

/// A technique and the rules that look for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TechniqueRow {
    /// Such as `T1110`.
    pub id: String,
    /// Its name.
    pub name: Text,
    /// Rules that speak.
    pub rules: u64,
    /// How often they matched within thirty days.
    pub hits_month: u64,
}

impl App {
    /// How detection is doing.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn detection_status(&self, actor: &Actor) -> Result<DetectionStatus, AppError> {
        sees_detection(actor)?;
        let book = self.rule_book().await?;
        let seen = self.detection().seen().clone();
        let behind = seen.last.saturating_sub(seen.cursor);
        let waits = match seen.received_at {
            Some(at) if behind > 0 => (self.now().as_second() - at.as_second()).max(0),
            _ => 0,
        };
        let speak = book.rules.iter().filter(|rule| rule.enabled);
        let correlations = speak
            .clone()
            .filter(|rule| rule.kind.word() == "correlation")
            .count();
        let baselines = speak
            .clone()
            .filter(|rule| rule.kind == AlertKind::Baseline)
            .count();
        Ok(DetectionStatus {
            baselines,
            is_running: seen.is_running,
            behind_events: behind,
            behind_seconds: waits,
            events_per_second: seen.events_per_second,
            rules: speak.count() - correlations - baselines,
            correlations,
            rejected: book.problems.len(),
            indicators: seen.indicators,
            last_reload_at: book.loaded_at,
            problem: seen.problem,
        })
    }

    /// Which techniques rules cover.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn attack_coverage(&self, actor: &Actor) -> Result<Coverage, AppError> {
        sees_detection(actor)?;
        let book = self.rule_book().await?;
        let sums = self.rule_sums().await?;
        let attack = &self.content().detection().attack;
        // By technique without its part: rules and hits.
        let mut found: BTreeMap<String, (u64, u64)> = BTreeMap::new();
        for rule in book.rules.iter().filter(|rule| rule.enabled) {
            let hits = sums.get(&rule.key).map_or(0, |sum| sum.hits_month);
            let parents = rule.attack.iter().map(|id| parent(id));
            for id in parents.collect::<BTreeSet<_>>() {
                let (rules, all) = found.entry(id.to_owned()).or_default();
                *rules += 1;
                *all += hits;
            }
        }
        let row = |id: &str, name: Text| {
            let (rules, hits_month) = found.get(id).copied().unwrap_or_default();
            TechniqueRow {
                id: id.to_owned(),
                name,
                rules,
                hits_month,
            }
        };
        let tactics = attack.tactics.iter().map(|tactic| {
            let of = attack.techniques.iter();
            let of = of.filter(|one| one.tactics.contains(&tactic.id));
            let mut techniques: Vec<TechniqueRow> =
                of.map(|one| row(&one.id, one.name.clone())).collect();
            // What content has no name for stands with the tactics of its rules.
            let of_rules = book.rules.iter().filter(|rule| rule.enabled);
            let of_rules = of_rules.filter(|rule| rule.tactics.contains(&tactic.id));
            let ids: BTreeSet<&str> = of_rules
                .flat_map(|rule| rule.attack.iter().map(|id| parent(id)))
                .collect();
            let is_named = |id: &str| attack.techniques.iter().any(|one| one.id == id);
            let others = ids.into_iter().filter(|id| !is_named(id));
            techniques.extend(others.map(|id| row(id, Text::new(id, id))));
            techniques.sort_by_key(|one| (one.rules == 0, one.id.clone()));
            TacticRow {
                id: tactic.id.clone(),
                name: tactic.name.clone(),
                techniques,
            }
        });
        Ok(Coverage {
            tactics: tactics.collect(),
        })
    }
}

fn parent(id: &str) -> &str {
    id.split('.').next().unwrap_or(id)
}
