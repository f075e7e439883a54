//! Managing accounts: the system administrator's half and the security administrator's half.

use serde::Deserialize;
use serde_json::json;
use xinglin_core::{AccountId, PersonId, Role};
use xinglin_store::{
    accounts::{self, Account, AccountState, NewAccount},
    sessions,
};

use super::passwords::{PasswordPolicy, blocking, hash_password};
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason},
    references::References,
};

pub(super) const USERNAME_RULE: &str = "3 to 32 of a-z, 0-9, '.', '-' and '_', first a letter";

/// A new account, as the system administrator asks for it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountForm {
    /// Sign-in name.
    pub username: String,
    /// Name shown to others.
    pub display_name: String,
    /// First password; it must be changed at the first sign-in.
    pub password: String,
    /// The person it belongs to.
    pub person_id: Option<PersonId>,
}

pub(super) fn is_username(text: &str) -> bool {
    let text = text.trim();
    (3..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_'))
}

/// What `actor` may do with `account`, for the page.
pub fn allowed_account_actions(actor: &Actor, account: &Account) -> Vec<&'static str> {
    let mut actions = Vec::new();
    let own = actor.account_id() == Some(account.id);
    if actor.may(Permission::AccountManage) && !own {
        match account.state {
            AccountState::Active => actions.push("disable"),
            AccountState::Disabled => actions.push("enable"),
            AccountState::Inactive => {}
        }
        if account.locked_until.is_some() {
            actions.push("unlock");
        }
        actions.push("reset_password");
    }
    if actor.may(Permission::AccountAuthorise) && !own && account.state != AccountState::Disabled {
        actions.push("set_roles");
    }
    actions
}

impl App {
    /// All accounts, for the two administrators who deal with them.
    ///
    /// # Errors
    /// [`Code::NotFound`] for anybody else.
    pub async fn list_accounts(&self, actor: &Actor) -> Result<Vec<Account>, AppError> {
        if !actor.may(Permission::AccountAuthorise) {
            actor.require_sight(Permission::AccountManage)?;
        }
        Ok(accounts::list(self.store().db()).await?)
    }

    /// Creates an account, inactive until the security administrator grants it roles.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::PasswordTooWeak`], [`Code::CodeTaken`],
    /// [`Code::UnknownReference`].
    pub async fn create_account(
        &self,
        actor: &Actor,
        form: AccountForm,
    ) -> Result<Account, AppError> {
        actor.require(Permission::AccountManage)?;
        let mut check = Check::default();
        check.text("display_name", &form.display_name, 40);
        check.expect(
            is_username(&form.username),
            "username",
            &form.username,
            USERNAME_RULE,
        );
        check.finish()?;
        PasswordPolicy::OURS.check(&form.password, &form.username)?;
        let password = form.password;
        let password_hash = blocking(move || hash_password(&password)).await??;
        let mut change = self.change(actor).await?;
        let person = References {
            person: form.person_id.map(|id| ("person_id", id)),
            ..References::default()
        };
        person.check(change.tx()).await?;
        let new = NewAccount {
            username: form.username.trim(),
            display_name: form.display_name.trim(),
            password_hash: &password_hash,
            state: AccountState::Inactive,
            must_change_password: true,
            person_id: form.person_id,
        };
        let id = accounts::insert(change.tx(), &new, change.now()).await?;
        change.note(
            "account.create",
            "account",
            id,
            json!({"username": new.username, "display_name": new.display_name, "person_id": form.person_id}),
        );
        change.commit().await?;
        self.account(id).await
    }

    /// Replaces an account's roles and makes it active; an empty list takes all and makes
    /// it inactive.
    ///
    /// # Errors
    /// [`Code::RolesNotSeparated`] for two administrators' roles or a mixture with business
    /// roles, [`Code::OwnAccount`], [`Code::StateConflict`] for a disabled account.
    pub async fn grant_roles(
        &self,
        actor: &Actor,
        id: AccountId,
        roles: &[Role],
        why: &str,
    ) -> Result<Account, AppError> {
        actor.require(Permission::AccountAuthorise)?;
        let why = reason(why)?;
        let mut roles = roles.to_vec();
        roles.sort_unstable();
        roles.dedup();
        if roles.len() > 1 && roles.iter().any(|role| role.is_administrator()) {
            return Err(AppError::new(Code::RolesNotSeparated).field(
                "roles",
                "",
                "one administrator's role alone, or business roles only",
            ));
        }
        let (mut change, mut account) = self.change_account(actor, id).await?;
        if account.state == AccountState::Disabled {
            return Err(AppError::new(Code::StateConflict).field("state", "disabled", "active"));
        }
        account.state = if roles.is_empty() {
            AccountState::Inactive
        } else {
            AccountState::Active
        };
        accounts::set_roles(change.tx(), id, &roles).await?;
        accounts::save(change.tx(), &account).await?;
        // New rights begin with a new session.
        sessions::delete_all(change.tx(), id).await?;
        change.note(
            "account.authorise",
            "account",
            id,
            json!({"roles": [account.roles, roles], "reason": why}),
        );
        change.commit().await?;
        self.account(id).await
    }

    /// Switches an account off and ends its sessions.
    ///
    /// # Errors
    /// [`Code::OwnAccount`], [`Code::StateConflict`] unless it is active, and for the last
    /// account that can grant roles.
    pub async fn disable_account(
        &self,
        actor: &Actor,
        id: AccountId,
        why: &str,
    ) -> Result<Account, AppError> {
        self.switch_account(actor, id, why, AccountState::Active, AccountState::Disabled)
            .await
    }

    /// Switches a disabled account on. Its roles went with disabling: the security
    /// administrator must grant them again.
    ///
    /// # Errors
    /// [`Code::OwnAccount`], [`Code::StateConflict`] unless it is disabled.
    pub async fn enable_account(
        &self,
        actor: &Actor,
        id: AccountId,
        why: &str,
    ) -> Result<Account, AppError> {
        self.switch_account(
            actor,
            id,
            why,
            AccountState::Disabled,
            AccountState::Inactive,
        )
        .await
    }

    /// Ends the lock after wrong passwords.
    ///
    /// # Errors
    /// [`Code::OwnAccount`], [`Code::NotFound`].
    pub async fn unlock_account(
        &self,
        actor: &Actor,
        id: AccountId,
        why: &str,
    ) -> Result<Account, AppError> {
        actor.require(Permission::AccountManage)?;
        let why = reason(why)?;
        let (mut change, mut account) = self.change_account(actor, id).await?;
        account.locked_until = None;
        account.failed_attempts = 0;
        accounts::save(change.tx(), &account).await?;
        change.note("account.unlock", "account", id, json!({"reason": why}));
        change.commit().await?;
        self.account(id).await
    }

    /// Gives an account a new first password and ends its sessions.
    ///
    /// # Errors
    /// [`Code::PasswordTooWeak`], [`Code::OwnAccount`].
    pub async fn reset_password(
        &self,
        actor: &Actor,
        id: AccountId,
        password: String,
        why: &str,
    ) -> Result<Account, AppError> {
        actor.require(Permission::AccountManage)?;
        let why = reason(why)?;
        let username = self.account(id).await?.username;
        PasswordPolicy::OURS.check(&password, &username)?;
        let hash = blocking(move || hash_password(&password)).await??;
        let (mut change, mut account) = self.change_account(actor, id).await?;
        accounts::remember_password(change.tx(), id, &account.password_hash).await?;
        account.password_hash = hash;
        account.must_change_password = true;
        account.password_changed_at = change.now();
        account.failed_attempts = 0;
        account.locked_until = None;
        accounts::save(change.tx(), &account).await?;
        sessions::delete_all(change.tx(), id).await?;
        change.note(
            "account.reset-password",
            "account",
            id,
            json!({"reason": why}),
        );
        change.commit().await?;
        self.account(id).await
    }

    async fn switch_account(
        &self,
        actor: &Actor,
        id: AccountId,
        why: &str,
        from: AccountState,
        to: AccountState,
    ) -> Result<Account, AppError> {
        actor.require(Permission::AccountManage)?;
        let why = reason(why)?;
        let (mut change, mut account) = self.change_account(actor, id).await?;
        if account.state != from {
            return Err(AppError::new(Code::StateConflict).field(
                "state",
                account.state.word(),
                from.word(),
            ));
        }
        if to == AccountState::Disabled {
            require_another_authoriser(&change, &account).await?;
        }
        account.state = to;
        accounts::save(change.tx(), &account).await?;
        accounts::set_roles(change.tx(), id, &[]).await?;
        sessions::delete_all(change.tx(), id).await?;
        let action = match to {
            AccountState::Disabled => "account.disable",
            AccountState::Inactive | AccountState::Active => "account.enable",
        };
        change.note(
            action,
            "account",
            id,
            json!({"reason": why, "roles": [account.roles, []]}),
        );
        change.commit().await?;
        self.account(id).await
    }

    async fn change_account(
        &self,
        actor: &Actor,
        id: AccountId,
    ) -> Result<(Change<'_>, Account), AppError> {
        if actor.account_id() == Some(id) {
            return Err(AppError::new(Code::OwnAccount));
        }
        let change = self.change(actor).await?;
        let account = accounts::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        Ok((change, account))
    }

    async fn account(&self, id: AccountId) -> Result<Account, AppError> {
        accounts::find(self.store().db(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))
    }
}

/// Refuses to switch off the last account that can grant roles: nobody could ever be
/// authorised again.
async fn require_another_authoriser(
    change: &Change<'_>,
    account: &Account,
) -> Result<(), AppError> {
    let grants = |one: &Account| {
        let mut roles = one.roles.iter();
        one.state == AccountState::Active
            && roles.any(|role| Permission::AccountAuthorise.is_of(*role))
    };
    if !grants(account) {
        return Ok(());
    }
    let all = accounts::list(change.tx().conn()).await?;
    if all.iter().any(|one| one.id != account.id && grants(one)) {
        return Ok(());
    }
    let expected = "another active account that can grant roles";
    Err(AppError::new(Code::StateConflict).field("roles", "the last of its kind", expected))
}

#[cfg(test)]
mod tests {
    use super::is_username;

    #[test]
    fn usernames_are_plain() {
        for good in ["sysadmin", "li.na", "a-1", "wang_5"] {
            assert!(is_username(good), "{good}");
        }
        for bad in ["", "ab", "1abc", "Li", "李娜", "a b c", &"a".repeat(33)] {
            assert!(!is_username(bad), "{bad}");
        }
    }
}
