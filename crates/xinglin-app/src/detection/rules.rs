//! Rules as people manage them: what each found, switched on and off, and those of the
//! hospital's own.

use std::collections::HashMap;

use jiff::{Timestamp, ToSpan as _, civil::Date};
use serde_json::json;
use xinglin_detect::baseline::Extent;
use xinglin_store::{
    alerts::{self, RuleVerdicts},
    detection::{self, OwnRule, RuleSum, Switch},
};

use super::{
    book::{KnownRule, TRIED},
    exceptions::sees_detection,
    trial::{MOST_TEXT, problems_of, refused},
};
use crate::{Actor, App, AppError, Code, Permission, error::reason};

/// So many rules of its own a hospital may have.
const MOST_OWN: usize = 2_000;
/// Matches are shown for so many days.
const DAYS: usize = 30;

/// A rule and what it found.
#[derive(Debug, Clone)]
pub struct RuleRow {
    /// The rule.
    pub rule: KnownRule,
    /// How often it matched.
    pub sum: RuleSum,
    /// How often it matched on each of the last thirty days, the oldest first.
    pub days: Vec<u64>,
    /// What people said of its alerts.
    pub verdicts: RuleVerdicts,
    /// What it takes to look at an event of its log source by this rule alone; `None` before it
    /// was measured.
    pub nanoseconds_per_event: Option<u64>,
    /// How much a baseline knows; `None` for others, and for one that does not learn.
    pub learned: Option<Extent>,
    /// The name of who changed it last, and when.
    pub changed: Option<(String, Timestamp)>,
}

/// A document that could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its file, or `hospital/` and its identifier.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What it calls itself.
    pub title: Option<String>,
    /// Why.
    pub why: String,
}

impl RuleRow {
    /// How many of its answered alerts were right, between 0 and 1.
    pub fn precision(&self) -> Option<f64> {
        let (right, wrong) = (self.verdicts.true_positives, self.verdicts.false_positives);
        let count = |number: u64| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        (right + wrong > 0).then(|| count(right) / count(right + wrong))
    }
}

impl App {
    /// Rules whose title, identifier or tags have a part, and what could not be loaded.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_rules(
        &self,
        actor: &Actor,
        q: Option<&str>,
    ) -> Result<(Vec<RuleRow>, Vec<Rejected>), AppError> {
        sees_detection(actor)?;
        let book = self.rule_book().await?;
        let wanted = q.unwrap_or_default().trim().to_lowercase();
        let has = |rule: &&KnownRule| {
            let title = &rule.title;
            let mut words = [title.zh.as_str(), &title.en, &rule.key, &rule.file].into_iter();
            let mut tags = rule.attack.iter().chain(&rule.requirements);
            wanted.is_empty()
                || words.any(|word| word.to_lowercase().contains(&wanted))
                || tags.any(|tag| tag.to_lowercase().contains(&wanted))
        };
        let rules: Vec<KnownRule> = book.rules.iter().filter(has).cloned().collect();
        let rejected = book.problems.iter().map(|problem| Rejected {
            file: problem.file.clone(),
            line: problem.line,
            title: problem.title.clone(),
            why: problem.reason.clone(),
        });
        Ok((self.rule_rows(rules).await?, rejected.collect()))
    }

    /// One rule.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_rule(&self, actor: &Actor, key: &str) -> Result<RuleRow, AppError> {
        sees_detection(actor)?;
        self.rule_row(key).await
    }

    /// Takes in a rule of the hospital's own: one document, with an identifier of its own.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`] with lines and reasons, [`Code::CodeTaken`]
    /// for the identifier of another rule.
    pub async fn create_rule(&self, actor: &Actor, text: &str) -> Result<RuleRow, AppError> {
        actor.require(Permission::DetectionManage)?;
        let key = self.check_rule(text).await?;
        let book = self.rule_book().await?;
        if book.get(&key).is_some() {
            return Err(AppError::new(Code::CodeTaken).field(
                "id",
                key,
                "an identifier of its own",
            ));
        }
        let own = detection::list_rules(self.store().db()).await?;
        if own.len() >= MOST_OWN {
            let expected = format!("at most {MOST_OWN} rules of the hospital's own");
            return Err(AppError::new(Code::TooLarge).field("text", "", expected));
        }
        if own.iter().any(|rule| rule.rule == key) {
            return Err(AppError::new(Code::CodeTaken).field(
                "id",
                key,
                "an identifier of its own",
            ));
        }
        self.keep_rule(
            actor,
            key,
            text,
            "detection-rule.create",
            json!({"text": text}),
        )
        .await
    }

    /// Changes a rule of the hospital's own.
    ///
    /// # Errors
    /// As [`Self::create_rule`]; [`Code::NotFound`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] for a rule that came with the program.
    pub async fn update_rule(
        &self,
        actor: &Actor,
        key: &str,
        text: &str,
        why: &str,
    ) -> Result<RuleRow, AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let old = self.own_rule(key).await?;
        let new = self.check_rule(text).await?;
        if new != key {
            let expected = "the identifier it had";
            return Err(AppError::new(Code::InvalidInput).field("id", new, expected));
        }
        let payload = json!({"text": [old.text, text], "reason": why});
        self.keep_rule(actor, new, text, "detection-rule.update", payload)
            .await
    }

    /// Removes a rule of the hospital's own; its alerts stay.
    ///
    /// # Errors
    /// As [`Self::update_rule`].
    pub async fn delete_rule(&self, actor: &Actor, key: &str, why: &str) -> Result<(), AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let old = self.own_rule(key).await?;
        let mut change = self.change(actor).await?;
        detection::delete_rule(change.tx(), key).await?;
        let payload = json!({"text": old.text, "reason": why});
        change.note("detection-rule.delete", "detection-rule", key, payload);
        change.commit().await?;
        self.reread_rules().await?;
        Ok(())
    }

    /// Switches a rule on or off.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when it is so
    /// already.
    pub async fn switch_rule(
        &self,
        actor: &Actor,
        key: &str,
        enabled: bool,
        why: &str,
    ) -> Result<RuleRow, AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let book = self.rule_book().await?;
        let known = book.get(key).ok_or(AppError::new(Code::NotFound))?;
        if known.enabled == enabled {
            return Err(AppError::new(Code::StateConflict));
        }
        let mut change = self.change(actor).await?;
        let switch = Switch {
            rule: key.to_owned(),
            enabled,
            reason: why.clone(),
            changed_by: actor.ledger_name(),
            changed_at: change.now(),
        };
        detection::set_switch(change.tx(), &switch).await?;
        let action = if enabled {
            "detection-rule.enable"
        } else {
            "detection-rule.disable"
        };
        let payload = json!({"title": known.title, "reason": why});
        change.note(action, "detection-rule", key, payload);
        change.commit().await?;
        self.reread_rules().await?;
        self.rule_row(key).await
    }

    /// Reads all rules again.
    ///
    /// # Errors
    /// [`Code::Forbidden`].
    pub async fn reload_rules(&self, actor: &Actor) -> Result<(), AppError> {
        actor.require(Permission::DetectionManage)?;
        self.reread_rules().await
    }

    async fn reread_rules(&self) -> Result<(), AppError> {
        let book = self.read_rules().await?.book;
        self.detection().set_book(std::sync::Arc::new(book));
        self.detection().change_rules();
        Ok(())
    }

    async fn keep_rule(
        &self,
        actor: &Actor,
        key: String,
        text: &str,
        action: &str,
        payload: serde_json::Value,
    ) -> Result<RuleRow, AppError> {
        let mut change = self.change(actor).await?;
        let rule = OwnRule {
            rule: key.clone(),
            text: text.to_owned(),
            changed_by: actor.ledger_name(),
            changed_at: change.now(),
        };
        detection::put_rule(change.tx(), &rule).await?;
        change.note(action, "detection-rule", &key, payload);
        change.commit().await?;
        self.reread_rules().await?;
        self.rule_row(&key).await
    }

    /// The identifier of a rule that can be used.
    async fn check_rule(&self, text: &str) -> Result<String, AppError> {
        if text.len() > MOST_TEXT {
            let expected = "a rule of at most 64 KiB";
            return Err(AppError::new(Code::TooLarge).field("text", "", expected));
        }
        let book = self.read_tried(text.to_owned()).await?.book;
        let problems = problems_of(&book);
        if !problems.is_empty() {
            return Err(refused(&problems));
        }
        let mut own = book.rules.iter().filter(|rule| rule.file == TRIED);
        let (Some(rule), None) = (own.next(), own.next()) else {
            let expected = "one rule or correlation";
            return Err(AppError::new(Code::InvalidInput).field("text", "", expected));
        };
        let has_id = book
            .parsed
            .iter()
            .map(|rule| &rule.meta)
            .chain(book.correlations.iter().map(|rule| &rule.meta))
            .chain(book.baselines.iter().map(|rule| &rule.meta))
            .any(|meta| meta.file == TRIED && meta.id.is_some());
        if !has_id {
            let expected = "an identifier of its own";
            return Err(AppError::new(Code::InvalidInput).field("id", "", expected));
        }
        Ok(rule.key.clone())
    }

    async fn own_rule(&self, key: &str) -> Result<OwnRule, AppError> {
        let own = detection::list_rules(self.store().db()).await?;
        if let Some(rule) = own.into_iter().find(|rule| rule.rule == key) {
            return Ok(rule);
        }
        let book = self.rule_book().await?;
        Err(AppError::new(match book.get(key) {
            Some(_) => Code::StateConflict,
            None => Code::NotFound,
        }))
    }

    async fn rule_row(&self, key: &str) -> Result<RuleRow, AppError> {
        let book = self.rule_book().await?;
        let rule = book.get(key).cloned();
        let rule = rule.ok_or(AppError::new(Code::NotFound))?;
        let rows = self.rule_rows(vec![rule]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("a rule without its row"))
    }

    async fn rule_rows(&self, rules: Vec<KnownRule>) -> Result<Vec<RuleRow>, AppError> {
        let db = self.store().db();
        let mut sums = self.rule_sums().await?;
        let first = self.month()?;
        let mut days = detection::rule_days(db, first).await?;
        let each: Vec<Date> = first.series(1.day()).take(DAYS).collect();
        let mut verdicts: HashMap<String, RuleVerdicts> = alerts::rule_verdicts(db).await?;
        let people = self.actor_names().await?;
        let costs = self.detection().costs().clone();
        let extents = self.detection().seen().extents.clone();
        let rows = rules.into_iter().map(|rule| {
            let switched = rule
                .switch
                .as_ref()
                .map(|one| (one.changed_by.clone(), one.changed_at));
            let changed = later(rule.changed.clone(), switched);
            let hits = days.remove(&rule.key).unwrap_or_default();
            let cost = costs.get(&rule.key);
            RuleRow {
                nanoseconds_per_event: cost.and_then(|(took, events)| took.checked_div(*events)),
                days: each
                    .iter()
                    .map(|day| hits.get(day).copied().unwrap_or(0))
                    .collect(),
                learned: extents.get(&rule.key).copied().filter(|_| rule.enabled),
                sum: sums.remove(&rule.key).unwrap_or_default(),
                verdicts: verdicts.remove(&rule.key).unwrap_or_default(),
                changed: changed.map(|(who, at)| (people.get(&who).unwrap_or(&who).clone(), at)),
                rule,
            }
        });
        Ok(rows.collect())
    }

    /// How often rules matched today and within thirty days.
    pub(super) async fn rule_sums(&self) -> Result<HashMap<String, RuleSum>, AppError> {
        let db = self.store().db();
        Ok(detection::rule_sums(db, self.today(), self.month()?).await?)
    }

    /// The first of the last thirty days.
    fn month(&self) -> Result<Date, AppError> {
        let before = self.today().checked_sub(29.days());
        before.map_err(AppError::internal)
    }
}

type Changed = Option<(String, Timestamp)>;

/// The later of two changes.
fn later(one: Changed, other: Changed) -> Changed {
    match (one, other) {
        (Some(one), Some(other)) => Some(if other.1 > one.1 { other } else { one }),
        (one, other) => one.or(other),
    }
}
