//! Accounts, their roles and their former passwords.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use xinglin_core::{AccountId, PersonId, Role};

use crate::{Read, StoreError, Tx, row};

/// Whether an account can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    /// Created by the system administrator, not yet authorised by the security administrator.
    Inactive,
    /// Authorised.
    Active,
    /// Switched off.
    Disabled,
}

impl AccountState {
    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }

    fn read(text: &str) -> Result<Self, StoreError> {
        match text {
            "inactive" => Ok(Self::Inactive),
            "active" => Ok(Self::Active),
            "disabled" => Ok(Self::Disabled),
            other => Err(StoreError::Unreadable {
                column: "accounts.state",
                value: other.to_owned(),
            }),
        }
    }
}

/// An account with its roles.
#[derive(Debug, Clone)]
pub struct Account {
    /// Row id.
    pub id: AccountId,
    /// Sign-in name, unique.
    pub username: String,
    /// Name shown to others.
    pub display_name: String,
    /// Argon2id hash in PHC form.
    pub password_hash: String,
    /// Whether it can be used.
    pub state: AccountState,
    /// Whether the next sign-in must change the password.
    pub must_change_password: bool,
    /// Wrong passwords since the last right one.
    pub failed_attempts: i32,
    /// Locked until then.
    pub locked_until: Option<Timestamp>,
    /// Last change of the password.
    pub password_changed_at: Timestamp,
    /// The person it belongs to.
    pub person_id: Option<PersonId>,
    /// Creation.
    pub created_at: Timestamp,
    /// Last sign-in.
    pub last_sign_in_at: Option<Timestamp>,
    /// Roles, in the order of [`Role::ALL`].
    pub roles: Vec<Role>,
}

/// A new account.
#[derive(Debug)]
pub struct NewAccount<'a> {
    /// Sign-in name.
    pub username: &'a str,
    /// Name shown to others.
    pub display_name: &'a str,
    /// Argon2id hash in PHC form.
    pub password_hash: &'a str,
    /// Initial state.
    pub state: AccountState,
    /// Whether the first sign-in must change the password.
    pub must_change_password: bool,
    /// The person it belongs to.
    pub person_id: Option<PersonId>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "accounts")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) username: String,
        pub(super) display_name: String,
        pub(super) password_hash: String,
        pub(super) state: String,
        pub(super) must_change_password: bool,
        pub(super) failed_attempts: i32,
        pub(super) locked_until: Option<i64>,
        pub(super) password_changed_at: i64,
        pub(super) person_id: Option<i64>,
        pub(super) created_at: i64,
        pub(super) last_sign_in_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod role_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account_roles")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) account_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) role: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod past_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "past_passwords")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) account_id: i64,
        pub(super) password_hash: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Number of accounts.
pub async fn count(db: &impl Read) -> Result<u64, StoreError> {
    Ok(entity::Entity::find().count(db).await?)
}

/// All accounts by id.
pub async fn list(db: &impl Read) -> Result<Vec<Account>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    let roles = role_entity::Entity::find().all(db).await?;
    models
        .into_iter()
        .map(|model| {
            let own = roles.iter().filter(|role| role.account_id == model.id);
            let own = read_roles(own)?;
            account(model, own)
        })
        .collect()
}

/// One account, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AccountId) -> Result<Option<Account>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    with_roles(db, model).await
}

/// The account of a sign-in name (exact).
pub async fn find_by_username(
    db: &impl Read,
    username: &str,
) -> Result<Option<Account>, StoreError> {
    let model = entity::Entity::find()
        .filter(entity::Column::Username.eq(username))
        .one(db)
        .await?;
    with_roles(db, model).await
}

/// Inserts an account without roles.
pub async fn insert(
    tx: &Tx<'_>,
    new: &NewAccount<'_>,
    now: Timestamp,
) -> Result<AccountId, StoreError> {
    let inserted = entity::ActiveModel {
        username: Set(new.username.to_owned()),
        display_name: Set(new.display_name.to_owned()),
        password_hash: Set(new.password_hash.to_owned()),
        state: Set(new.state.word().to_owned()),
        must_change_password: Set(new.must_change_password),
        failed_attempts: Set(0),
        password_changed_at: Set(now.as_millisecond()),
        person_id: Set(new.person_id.map(|id| id.0)),
        created_at: Set(now.as_millisecond()),
        ..Default::default()
    }
    .insert(tx.conn())
    .await?;
    Ok(AccountId(inserted.id))
}

/// Writes back the changeable columns of an account (not its roles).
pub async fn save(tx: &Tx<'_>, account: &Account) -> Result<(), StoreError> {
    entity::ActiveModel {
        id: Set(account.id.0),
        display_name: Set(account.display_name.clone()),
        password_hash: Set(account.password_hash.clone()),
        state: Set(account.state.word().to_owned()),
        must_change_password: Set(account.must_change_password),
        failed_attempts: Set(account.failed_attempts),
        locked_until: Set(account.locked_until.map(Timestamp::as_millisecond)),
        password_changed_at: Set(account.password_changed_at.as_millisecond()),
        last_sign_in_at: Set(account.last_sign_in_at.map(Timestamp::as_millisecond)),
        ..Default::default()
    }
    .update(tx.conn())
    .await?;
    Ok(())
}

/// Replaces the roles of an account.
pub async fn set_roles(tx: &Tx<'_>, id: AccountId, roles: &[Role]) -> Result<(), StoreError> {
    role_entity::Entity::delete_many()
        .filter(role_entity::Column::AccountId.eq(id.0))
        .exec(tx.conn())
        .await?;
    for role in roles {
        role_entity::ActiveModel {
            account_id: Set(id.0),
            role: Set(role.word().to_owned()),
        }
        .insert(tx.conn())
        .await?;
    }
    Ok(())
}

/// The newest `count` former password hashes.
pub async fn past_passwords(
    db: &impl Read,
    id: AccountId,
    count: u64,
) -> Result<Vec<String>, StoreError> {
    let rows = past_entity::Entity::find()
        .filter(past_entity::Column::AccountId.eq(id.0))
        .order_by_desc(past_entity::Column::Id)
        .limit(count)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.password_hash).collect())
}

/// Remembers a password hash that is about to be replaced.
pub async fn remember_password(tx: &Tx<'_>, id: AccountId, hash: &str) -> Result<(), StoreError> {
    past_entity::ActiveModel {
        account_id: Set(id.0),
        password_hash: Set(hash.to_owned()),
        ..Default::default()
    }
    .insert(tx.conn())
    .await?;
    Ok(())
}

async fn with_roles(
    db: &impl Read,
    model: Option<entity::Model>,
) -> Result<Option<Account>, StoreError> {
    let Some(model) = model else {
        return Ok(None);
    };
    let rows = role_entity::Entity::find()
        .filter(role_entity::Column::AccountId.eq(model.id))
        .all(db)
        .await?;
    account(model, read_roles(rows.iter())?).map(Some)
}

fn read_roles<'a>(
    rows: impl Iterator<Item = &'a role_entity::Model>,
) -> Result<Vec<Role>, StoreError> {
    let mut roles = rows
        .map(|row| {
            Role::from_word(&row.role).ok_or_else(|| StoreError::Unreadable {
                column: "account_roles.role",
                value: row.role.clone(),
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    roles.sort_unstable();
    Ok(roles)
}

fn account(model: entity::Model, roles: Vec<Role>) -> Result<Account, StoreError> {
    Ok(Account {
        id: AccountId(model.id),
        state: AccountState::read(&model.state)?,
        locked_until: row::instant_opt("accounts.locked_until", model.locked_until)?,
        password_changed_at: row::instant(
            "accounts.password_changed_at",
            model.password_changed_at,
        )?,
        created_at: row::instant("accounts.created_at", model.created_at)?,
        last_sign_in_at: row::instant_opt("accounts.last_sign_in_at", model.last_sign_in_at)?,
        person_id: model.person_id.map(PersonId),
        username: model.username,
        display_name: model.display_name,
        password_hash: model.password_hash,
        must_change_password: model.must_change_password,
        failed_attempts: model.failed_attempts,
        roles,
    })
}
