//! Lists of indicators as people bring them.

use std::collections::HashMap;

use jiff::civil::Date;
use serde_json::json;
use xinglin_core::{IndicatorId, IndicatorListId, Lang};
use xinglin_store::indicators::{self, Indicator, IndicatorFilter, IndicatorList};

use super::{
    exceptions::sees_detection,
    indicators::{ReadList, read_list},
};
use crate::{
    Actor, App, AppError, Code, Permission,
    error::{Check, reason},
    tasks::blocking,
};

/// A list is at most so large.
const MOST_BYTES: usize = 200 << 20;

/// A list and who brought it.
#[derive(Debug, Clone)]
pub struct ListRow {
    /// The list.
    pub list: IndicatorList,
    /// Who brought it, by name.
    pub by: String,
}

/// An indicator and the name of its list.
#[derive(Debug, Clone)]
pub struct IndicatorRow {
    /// The indicator.
    pub indicator: Indicator,
    /// The name of its list.
    pub list: String,
}

/// What became of a list.
#[derive(Debug, Clone)]
pub struct ImportedList {
    /// The list.
    pub list: ListRow,
    /// Indicators taken.
    pub kept: u64,
    /// The first of what was not taken: line or number of the object, and why.
    pub rejected: Vec<(u64, String)>,
}

impl App {
    /// One page of indicators, and how many there are.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_indicators(
        &self,
        actor: &Actor,
        filter: &IndicatorFilter,
    ) -> Result<(Vec<IndicatorRow>, u64), AppError> {
        sees_detection(actor)?;
        let db = self.store().db();
        let (found, total) = indicators::page(db, filter).await?;
        let lists = indicators::lists(db).await?;
        let names: HashMap<IndicatorListId, String> =
            lists.into_iter().map(|list| (list.id, list.name)).collect();
        let rows = found.into_iter().map(|indicator| IndicatorRow {
            list: names.get(&indicator.list_id).cloned().unwrap_or_default(),
            indicator,
        });
        Ok((rows.collect(), total))
    }

    /// All lists, the newest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn indicator_lists(&self, actor: &Actor) -> Result<Vec<ListRow>, AppError> {
        sees_detection(actor)?;
        let lists = indicators::lists(self.store().db()).await?;
        let people = self.actor_names().await?;
        let rows = lists.into_iter().map(|list| ListRow {
            by: people
                .get(&list.imported_by)
                .unwrap_or(&list.imported_by)
                .clone(),
            list,
        });
        Ok(rows.collect())
    }

    /// Takes in a list: CSV, STIX 2.1 or MISP.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::TooLarge`],
    /// [`Code::UnreadableFile`] when nothing of it is an indicator.
    pub async fn import_indicators(
        &self,
        actor: &Actor,
        name: &str,
        expires_on: Option<Date>,
        bytes: Vec<u8>,
        lang: Lang,
    ) -> Result<ImportedList, AppError> {
        actor.require(Permission::DetectionManage)?;
        let today = self.today();
        let mut check = Check::default();
        check.text("name", name, 120);
        if let Some(day) = expires_on {
            let expected = format!("a day from {today}");
            check.expect(day >= today, "expires_on", &day.to_string(), &expected);
        }
        check.finish()?;
        if bytes.len() > MOST_BYTES {
            let expected = format!("at most {MOST_BYTES} bytes");
            return Err(AppError::new(Code::TooLarge).field("file", "", expected));
        }
        let read = blocking(move || read_list(&bytes)).await?;
        if read.kept.is_empty() {
            let expected = "indicators as CSV, STIX 2.1 or MISP";
            return Err(AppError::new(Code::UnreadableFile).field("file", "", expected));
        }
        let mut change = self.change(actor).await?;
        let mut list = IndicatorList {
            id: IndicatorListId(0),
            name: name.trim().to_owned(),
            source: read.source.to_owned(),
            imported_by: actor.ledger_name(),
            imported_at: change.now(),
            kept: u64::try_from(read.kept.len()).unwrap_or(u64::MAX),
            rejected: read.rejects,
            expires_on,
        };
        let rows = rows_of(&read, expires_on);
        list.id = indicators::insert_list(change.tx(), &list, &rows).await?;
        change.note(
            "indicator-list.create",
            "indicator-list",
            list.id,
            json!(list),
        );
        change.commit().await?;
        self.detection().change_indicators();
        let told = read.rejected.into_iter();
        Ok(ImportedList {
            kept: list.kept,
            rejected: told.map(|(line, why)| (line, why.text(lang))).collect(),
            list: ListRow {
                list,
                by: actor.name().to_owned(),
            },
        })
    }

    /// Removes a list with its indicators; alerts that it made stay.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::ReasonRequired`].
    pub async fn delete_indicators(
        &self,
        actor: &Actor,
        id: IndicatorListId,
        why: &str,
    ) -> Result<(), AppError> {
        actor.require(Permission::DetectionManage)?;
        let why = reason(why)?;
        let mut change = self.change(actor).await?;
        let found = indicators::find_list(change.tx().conn(), id).await?;
        let list = found.ok_or(AppError::new(Code::NotFound))?;
        indicators::delete_list(change.tx(), id).await?;
        let payload = json!({"list": list, "reason": why});
        change.note("indicator-list.delete", "indicator-list", id, payload);
        change.commit().await?;
        self.detection().change_indicators();
        Ok(())
    }
}

/// An indicator ends with its list at the latest.
fn rows_of(read: &ReadList, expires_on: Option<Date>) -> Vec<Indicator> {
    let rows = read.kept.iter().map(|one| Indicator {
        id: IndicatorId(0),
        list_id: IndicatorListId(0),
        kind: one.kind.word().to_owned(),
        value: one.value.clone(),
        expires_on: match (one.expires_on, expires_on) {
            (Some(own), Some(list)) => Some(own.min(list)),
            (own, list) => own.or(list),
        },
        note: one.note.clone(),
        hits: 0,
        last_hit_at: None,
    });
    rows.collect()
}
