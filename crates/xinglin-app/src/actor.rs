//! Who asks.

use xinglin_core::{AccountId, Role};

use crate::{AppError, Code, Permission};

/// The caller of a use case: a signed-in account, or an automatic part of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    account: Option<AccountId>,
    name: String,
    roles: Vec<Role>,
    automatic: bool,
}

impl Actor {
    /// A signed-in account.
    pub fn account(id: AccountId, name: impl Into<String>, roles: Vec<Role>) -> Self {
        Self {
            account: Some(id),
            name: name.into(),
            roles,
            automatic: false,
        }
    }

    /// An automatic part (`demo`, `reconciler` …). It may do everything but manage
    /// accounts, and its name stands in the ledger.
    pub fn automatic(name: &'static str) -> Self {
        Self {
            account: None,
            name: name.to_owned(),
            roles: Vec::new(),
            automatic: true,
        }
    }

    /// The account, `None` for an automatic part.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account
    }

    /// What the ledger calls the actor: `account/3` or `auto/demo`.
    pub fn ledger_name(&self) -> String {
        match self.account {
            Some(id) => format!("account/{id}"),
            None => format!("auto/{}", self.name),
        }
    }

    /// The name shown to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The roles.
    pub fn roles(&self) -> &[Role] {
        &self.roles
    }

    /// Whether the actor holds `permission`.
    pub fn may(&self, permission: Permission) -> bool {
        if self.automatic {
            return !matches!(
                permission,
                Permission::AccountManage | Permission::AccountAuthorise
            );
        }
        self.roles.iter().any(|role| permission.is_of(*role))
    }

    /// Refuses an actor without `permission`.
    ///
    /// # Errors
    /// [`Code::Forbidden`], naming the permission.
    pub fn require(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            return Ok(());
        }
        Err(AppError::new(Code::Forbidden).field("permission", "", permission.word()))
    }

    /// Refuses an actor without `permission` as if the thing asked for did not exist.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn require_sight(&self, permission: Permission) -> Result<(), AppError> {
        if self.may(permission) {
            Ok(())
        } else {
            Err(AppError::new(Code::NotFound))
        }
    }
}
