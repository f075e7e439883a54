//! The set-up wizard: three separated administrators, and no super-user remains.

use serde::Deserialize;
use serde_json::json;
use xinglin_core::Role;
use xinglin_store::{
    accounts::{self, AccountState, NewAccount},
    settings,
};

use super::passwords::{PasswordPolicy, blocking, hash_password};
use crate::{Actor, App, AppError, Code, error::Check};

/// What the wizard asks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetUpForm {
    /// The hospital's name.
    pub organisation: String,
    /// Exactly one account for each of the three administrators' roles.
    pub administrators: Vec<AdministratorForm>,
}

/// One administrator's account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdministratorForm {
    /// One of the three administrators' roles.
    pub role: Role,
    /// Sign-in name.
    pub username: String,
    /// Name shown to others.
    pub display_name: String,
    /// Password, chosen by the administrator.
    pub password: String,
}

impl App {
    /// Whether the wizard must run before anything else.
    ///
    /// # Errors
    /// [`Code::Internal`] when the database fails.
    pub async fn set_up_needed(&self) -> Result<bool, AppError> {
        Ok(accounts::count(self.store().db()).await? == 0)
    }

    /// Runs the wizard once: creates the three administrators and names the organisation.
    ///
    /// # Errors
    /// [`Code::SetUpDone`], [`Code::InvalidInput`], [`Code::RolesNotSeparated`],
    /// [`Code::PasswordTooWeak`].
    pub async fn set_up(&self, form: SetUpForm) -> Result<(), AppError> {
        if !self.set_up_needed().await? {
            return Err(AppError::new(Code::SetUpDone));
        }
        check(&form)?;
        let mut hashed = Vec::new();
        for administrator in &form.administrators {
            let password = administrator.password.clone();
            hashed.push(blocking(move || hash_password(&password)).await??);
        }
        let actor = Actor::automatic("set-up");
        let mut change = self.change(&actor).await?;
        // Asked again inside the transaction: two browsers may run the wizard at once.
        if accounts::count(change.tx().conn()).await? > 0 {
            return Err(AppError::new(Code::SetUpDone));
        }
        let now = change.now();
        for (administrator, password_hash) in form.administrators.iter().zip(&hashed) {
            let new = NewAccount {
                username: administrator.username.trim(),
                display_name: administrator.display_name.trim(),
                password_hash,
                state: AccountState::Active,
                must_change_password: false,
                person_id: None,
            };
            let id = accounts::insert(change.tx(), &new, now).await?;
            accounts::set_roles(change.tx(), id, &[administrator.role]).await?;
            change.note(
                "account.set-up",
                "account",
                id,
                json!({"username": new.username, "roles": [administrator.role]}),
            );
        }
        let organisation = json!({"name": form.organisation.trim()});
        settings::set(change.tx(), "organisation", &organisation).await?;
        change.note(
            "organisation.set-up",
            "settings",
            "organisation",
            organisation,
        );
        change.commit().await
    }
}

fn check(form: &SetUpForm) -> Result<(), AppError> {
    let mut fields = Check::default();
    fields.text("organisation", &form.organisation, 80);
    for (at, administrator) in form.administrators.iter().enumerate() {
        fields.text(
            &format!("administrators[{at}].display_name"),
            &administrator.display_name,
            40,
        );
        fields.expect(
            super::accounts::is_username(&administrator.username),
            &format!("administrators[{at}].username"),
            &administrator.username,
            super::accounts::USERNAME_RULE,
        );
    }
    fields.finish()?;
    let mut roles: Vec<Role> = form.administrators.iter().map(|one| one.role).collect();
    roles.sort_unstable();
    if roles != [Role::SystemAdmin, Role::SecurityAdmin, Role::AuditAdmin] {
        return Err(AppError::new(Code::RolesNotSeparated).field(
            "administrators",
            "",
            "one account each for system_admin, security_admin and audit_admin",
        ));
    }
    let names: std::collections::BTreeSet<String> = form
        .administrators
        .iter()
        .map(|one| one.username.trim().to_lowercase())
        .collect();
    if names.len() < form.administrators.len() {
        return Err(AppError::new(Code::CodeTaken).field(
            "administrators",
            "",
            "three different user names",
        ));
    }
    for (at, administrator) in form.administrators.iter().enumerate() {
        PasswordPolicy::OURS
            .check(&administrator.password, &administrator.username)
            .map_err(|error| error.field("administrators", at.to_string(), "a better password"))?;
    }
    Ok(())
}
