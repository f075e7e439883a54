//! The ledger's table: appended in the transaction of the change, never updated.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use xinglin_ledger::{Draft, Entry, Head, Subject, Verification, Verifier, canonical_json, seal};

use crate::{Read, StoreError, Tx, row};

// SQLite allows 32,766 variables a statement; an entry takes eight.
const ROWS_PER_INSERT: usize = 1_000;
const ROWS_PER_READ: u64 = 5_000;

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) seq: i64,
        pub(super) at: i64,
        pub(super) actor: String,
        pub(super) action: String,
        #[sea_orm(column_type = "Text")]
        pub(super) subjects: String,
        #[sea_orm(column_type = "Text")]
        pub(super) payload: String,
        pub(super) prev: String,
        pub(super) hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod subject_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_subjects")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) kind: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) subject_id: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) seq: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which entries to list.
#[derive(Debug, Clone, Default)]
pub struct LedgerFilter {
    /// Only entries about this subject.
    pub subject: Option<Subject>,
    /// Only entries about this kind of subject.
    pub subject_kind: Option<String>,
    /// Only this actor.
    pub actor: Option<String>,
    /// Only actions that begin so, e.g. `account.`.
    pub action: Option<String>,
    /// Not before.
    pub from: Option<Timestamp>,
    /// Before.
    pub to: Option<Timestamp>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// The newest entry's number and hash.
pub async fn head(db: &impl Read) -> Result<Head, StoreError> {
    let newest = entity::Entity::find()
        .order_by_desc(entity::Column::Seq)
        .one(db)
        .await?;
    match newest {
        Some(model) => Ok(entry(model)?.head()),
        None => Ok(Head::GENESIS),
    }
}

/// Seals `drafts` in order behind the newest entry.
pub async fn append(tx: &Tx<'_>, drafts: Vec<Draft>, now: Timestamp) -> Result<Head, StoreError> {
    let mut head = head(tx.conn()).await?;
    let mut entries = Vec::with_capacity(drafts.len());
    let mut subjects = Vec::new();
    for draft in drafts {
        let sealed = seal(&head, draft, now);
        head = sealed.head();
        for subject in &sealed.subjects {
            subjects.push(subject_entity::ActiveModel {
                kind: Set(subject.kind.clone()),
                subject_id: Set(subject.id.clone()),
                seq: Set(seq_column(sealed.seq)),
            });
        }
        entries.push(active(&sealed)?);
    }
    for rows in chunks(entries) {
        entity::Entity::insert_many(rows).exec(tx.conn()).await?;
    }
    for rows in chunks(subjects) {
        subject_entity::Entity::insert_many(rows)
            .exec(tx.conn())
            .await?;
    }
    Ok(head)
}

/// One page of entries, newest first, and how many match in all.
pub async fn page(db: &impl Read, filter: &LedgerFilter) -> Result<(Vec<Entry>, u64), StoreError> {
    let mut query = entity::Entity::find();
    if filter.subject.is_some() || filter.subject_kind.is_some() {
        let mut about = subject_entity::Entity::find()
            .select_only()
            .column(subject_entity::Column::Seq);
        if let Some(subject) = &filter.subject {
            about = about
                .filter(subject_entity::Column::Kind.eq(&subject.kind))
                .filter(subject_entity::Column::SubjectId.eq(&subject.id));
        }
        if let Some(kind) = &filter.subject_kind {
            about = about.filter(subject_entity::Column::Kind.eq(kind));
        }
        query = query.filter(entity::Column::Seq.in_subquery(about.into_query()));
    }
    if let Some(actor) = &filter.actor {
        query = query.filter(entity::Column::Actor.eq(actor));
    }
    if let Some(action) = &filter.action {
        query = query.filter(entity::Column::Action.starts_with(action));
    }
    if let Some(from) = filter.from {
        query = query.filter(entity::Column::At.gte(from.as_millisecond()));
    }
    if let Some(to) = filter.to {
        query = query.filter(entity::Column::At.lt(to.as_millisecond()));
    }
    let total = query.clone().count(db).await?;
    let models = query
        .order_by_desc(entity::Column::Seq)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    let entries = models.into_iter().map(entry).collect::<Result<_, _>>()?;
    Ok((entries, total))
}

/// Walks the whole chain, some thousand entries at a time.
pub async fn verify(db: &impl Read) -> Result<Verification, StoreError> {
    let mut verifier = Verifier::new(Head::GENESIS);
    let mut after = 0;
    loop {
        let models = entity::Entity::find()
            .filter(entity::Column::Seq.gt(after))
            .order_by_asc(entity::Column::Seq)
            .limit(ROWS_PER_READ)
            .all(db)
            .await?;
        let Some(last) = models.last() else {
            return Ok(verifier.finish());
        };
        after = last.seq;
        for model in models {
            let is_good = match entry(model) {
                Ok(entry) => verifier.push(&entry),
                Err(StoreError::Unreadable { .. }) => {
                    verifier.unreadable();
                    false
                }
                Err(error) => return Err(error),
            };
            if !is_good {
                return Ok(verifier.finish());
            }
        }
    }
}

/// All entries in order, for an export.
pub async fn all(db: &impl Read) -> Result<Vec<Entry>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Seq)
        .all(db)
        .await?;
    models.into_iter().map(entry).collect()
}

fn chunks<T>(mut rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    std::iter::from_fn(move || {
        if rows.is_empty() {
            return None;
        }
        let rest = rows.split_off(rows.len().min(ROWS_PER_INSERT));
        Some(std::mem::replace(&mut rows, rest))
    })
}

fn active(sealed: &Entry) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        seq: Set(seq_column(sealed.seq)),
        at: Set(sealed.at.as_millisecond()),
        actor: Set(sealed.actor.clone()),
        action: Set(sealed.action.clone()),
        subjects: Set(row::to_json("ledger.subjects", &sealed.subjects)?),
        payload: Set(canonical_json(&sealed.payload)),
        prev: Set(sealed.prev.to_string()),
        hash: Set(sealed.hash.to_string()),
    })
}

fn seq_column(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

fn entry(model: entity::Model) -> Result<Entry, StoreError> {
    Ok(Entry {
        seq: u64::try_from(model.seq).map_err(|_| StoreError::Unreadable {
            column: "ledger.seq",
            value: model.seq.to_string(),
        })?,
        at: row::instant("ledger.at", model.at)?,
        subjects: row::json("ledger.subjects", &model.subjects)?,
        payload: row::json("ledger.payload", &model.payload)?,
        prev: row::word("ledger.prev", &model.prev)?,
        hash: row::word("ledger.hash", &model.hash)?,
        actor: model.actor,
        action: model.action,
    })
}
