//! Baselines as people manage them: what they accepted as usual, and the ranges of countries.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use xinglin_core::AlertId;
use xinglin_detect::baseline::{Acceptance, Accepted, Baselines, Countries, Learned};
use xinglin_store::{
    alerts::Alert,
    detection::{self, AcceptedRow, CountryList},
};
use xinglin_workflow::AlertKind;

use super::exceptions::sees_detection;
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason},
    tasks::blocking,
};

/// A list of ranges is at most so large.
const MOST_BYTES: usize = 64 << 20;
/// So many lines that are no ranges are told.
const MOST_TOLD: usize = 20;

/// What a person accepted as usual.
#[derive(Debug, Clone)]
pub struct AcceptedView {
    /// Row id.
    pub id: i64,
    /// The baseline, by its identifier.
    pub rule: String,
    /// Whom it is about.
    pub entity: Vec<String>,
    /// What is usual.
    pub what: Accepted,
    /// The alert that was answered so.
    pub alert_id: Option<AlertId>,
    /// Why.
    pub reason: String,
    /// Who said so, by name.
    pub accepted_by: String,
    /// When.
    pub accepted_at: Timestamp,
}

/// The ranges of countries that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountriesView {
    /// What people call the list.
    pub name: String,
    /// How many ranges it has.
    pub ranges: u64,
    /// Who brought it, by name.
    pub imported_by: String,
    /// When.
    pub imported_at: Timestamp,
}

/// What became of a list of ranges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedCountries {
    /// Ranges taken.
    pub kept: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// The first of them: line, what stood there, and what was expected.
    pub problems: Vec<(usize, String, &'static str)>,
}

impl App {
    /// What people accepted as usual, the newest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_accepted(&self, actor: &Actor) -> Result<Vec<AcceptedView>, AppError> {
        sees_detection(actor)?;
        let rows = detection::accepted(self.store().db()).await?;
        let people = self.actor_names().await?;
        let views = rows.into_iter().filter_map(|row| {
            let who = &row.accepted_by;
            Some(AcceptedView {
                id: row.id,
                what: read(&row)?,
                accepted_by: people.get(who).unwrap_or(who).clone(),
                rule: row.rule,
                entity: row.entity,
                alert_id: row.alert_id.map(AlertId),
                reason: row.reason,
                accepted_at: row.accepted_at,
            })
        });
        Ok(views.collect())
    }

    /// Takes back what was accepted as usual.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::ReasonRequired`].
    pub async fn withdraw_accepted(
        &self,
        actor: &Actor,
        id: i64,
        why: &str,
    ) -> Result<(), AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let mut change = self.change(actor).await?;
        let found = detection::find_accepted(change.tx().conn(), id).await?;
        let row = found.ok_or(AppError::new(Code::NotFound))?;
        detection::delete_accepted(change.tx(), id).await?;
        let payload = json!({"accepted": row, "reason": why});
        change.note(
            "detection-usual.withdraw",
            "detection-rule",
            &row.rule,
            payload,
        );
        change.commit().await?;
        self.detection().change_usual();
        Ok(())
    }

    /// The ranges of countries that count; `None` where nobody brought any.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn countries(&self, actor: &Actor) -> Result<Option<CountriesView>, AppError> {
        sees_detection(actor)?;
        let list = detection::countries(self.store().db()).await?;
        let people = self.actor_names().await?;
        Ok(list.map(|list| CountriesView {
            imported_by: people
                .get(&list.imported_by)
                .unwrap_or(&list.imported_by)
                .clone(),
            name: list.name,
            ranges: list.count,
            imported_at: list.imported_at,
        }))
    }

    /// Takes in ranges of countries, in place of those before: CSV of `network,country` or
    /// `first,last,country`. Baselines that look at countries learn anew where there were none.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::TooLarge`],
    /// [`Code::UnreadableFile`] when no line of it is a range.
    pub async fn import_countries(
        &self,
        actor: &Actor,
        name: &str,
        bytes: Vec<u8>,
    ) -> Result<ImportedCountries, AppError> {
        actor.require(Permission::DetectionManage)?;
        let mut check = Check::default();
        check.text("name", name, 120);
        check.finish()?;
        if bytes.len() > MOST_BYTES {
            let expected = format!("at most {MOST_BYTES} bytes");
            return Err(AppError::new(Code::TooLarge).field("file", "", expected));
        }
        let text = String::from_utf8(bytes).map_err(|_| unreadable())?;
        let (text, kept, problems) = blocking(move || {
            let (countries, problems) = Countries::read(&text);
            (text, countries.len(), problems)
        })
        .await?;
        if kept == 0 {
            return Err(unreadable());
        }
        let mut change = self.change(actor).await?;
        let list = CountryList {
            name: name.trim().to_owned(),
            ranges: text,
            count: count(kept),
            imported_by: actor.ledger_name(),
            imported_at: change.now(),
        };
        detection::put_countries(change.tx(), &list).await?;
        let rejected = count(problems.len());
        let payload = json!({"name": list.name, "ranges": list.count, "rejected": rejected});
        change.note("detection-countries.import", "detection", 0, payload);
        change.commit().await?;
        self.detection().change_usual();
        let told = problems.into_iter().take(MOST_TOLD);
        Ok(ImportedCountries {
            kept: list.count,
            rejected,
            problems: told
                .map(|one| (one.line, one.found, one.expected))
                .collect(),
        })
    }

    /// Removes the ranges of countries: baselines look at networks instead, and learn anew.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`] where there are none, [`Code::ReasonRequired`].
    pub async fn delete_countries(&self, actor: &Actor, why: &str) -> Result<(), AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let mut change = self.change(actor).await?;
        let found = detection::countries(change.tx().conn()).await?;
        let list = found.ok_or(AppError::new(Code::NotFound))?;
        detection::delete_countries(change.tx()).await?;
        let payload = json!({"name": list.name, "ranges": list.count, "reason": why});
        change.note("detection-countries.delete", "detection", 0, payload);
        change.commit().await?;
        self.detection().change_usual();
        Ok(())
    }

    /// The ranges of countries, read.
    pub(super) async fn read_countries(&self) -> Result<Arc<Countries>, AppError> {
        let Some(list) = detection::countries(self.store().db()).await? else {
            return Ok(Arc::default());
        };
        let read = blocking(move || Countries::read(&list.ranges).0).await?;
        Ok(Arc::new(read))
    }

    /// What people accepted, as baselines take it.
    pub(super) async fn read_accepted(&self) -> Result<Vec<Acceptance>, AppError> {
        let rows = detection::accepted(self.store().db()).await?;
        let accepted = rows.into_iter().filter_map(|row| {
            Some(Acceptance {
                what: read(&row)?,
                baseline: row.rule,
                entity: row.entity,
            })
        });
        Ok(accepted.collect())
    }

    /// Gives baselines of the stream what they learned by looking back, of the days before
    /// their own.
    pub(super) async fn take_past(&self, past: &Baselines) -> Result<(), AppError> {
        if past.is_empty() {
            return Ok(());
        }
        let mut held = self.detection().stream.lock().await;
        let stream = self.stream_in(&mut held).await?;
        stream.take_past(past);
        self.save_stream(stream).await
    }
}

/// What an alert says is unusual is usual from now on; whether it says anything.
pub(crate) async fn accept(
    change: &Change<'_>,
    actor: &Actor,
    alert: &Alert,
    why: &str,
) -> Result<bool, AppError> {
    let learned = alert.seen.learned.clone();
    let learned = learned.and_then(|learned| serde_json::from_value::<Learned>(learned).ok());
    let Some(learned) = learned.filter(|_| alert.kind == AlertKind::Baseline) else {
        return Ok(false);
    };
    let what = learned.figure.accepted();
    // Behind the values of whom it is about stands the value that is new.
    let of_figure = usize::from(matches!(what, Accepted::Value { .. }));
    let group = alert.seen.group.iter();
    let fields = alert.seen.group.len().saturating_sub(of_figure);
    let entity = group
        .take(fields)
        .map(|(_, value)| value.clone().unwrap_or_default());
    let row = AcceptedRow {
        id: 0,
        rule: alert.rule.clone(),
        entity: entity.collect(),
        what: serde_json::to_value(&what).map_err(AppError::internal)?,
        alert_id: Some(alert.id.0),
        reason: why.to_owned(),
        accepted_by: actor.ledger_name(),
        accepted_at: change.now(),
    };
    detection::insert_accepted(change.tx(), &row).await?;
    Ok(true)
}

fn read(row: &AcceptedRow) -> Option<Accepted> {
    let what = serde_json::from_value(row.what.clone());
    if what.is_err() {
        tracing::error!(
            detection.accepted = row.id,
            "what was accepted cannot be read"
        );
    }
    what.ok()
}

fn unreadable() -> AppError {
    let expected = "CSV of network,country or first,last,country";
    AppError::new(Code::UnreadableFile).field("file", "", expected)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
