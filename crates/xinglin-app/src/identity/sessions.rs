//! Signing in and out, and finding the actor of a request.

use jiff::{SignedDuration, ToSpan};
use serde_json::json;
use xinglin_core::Timestamp;
use xinglin_ledger::Digest;
use xinglin_store::{
    accounts::{self, Account, AccountState},
    sessions::{self, Session},
    settings,
};

use super::passwords::{PasswordPolicy, blocking, hash_password, verify_password};
use crate::{Actor, App, AppError, Code, Permission, error::Check};

/// How long a session lives (GB/T 22239-2019 8.1.4.1 b).
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Seconds without a request after which it ends.
    pub idle_seconds: i64,
    /// Seconds after which it ends in any case.
    pub absolute_seconds: i64,
    /// Sessions of one account at the same time; the oldest gives way.
    pub per_account: usize,
}

/// The limits of this program.
pub const SESSION_LIMITS: SessionLimits = SessionLimits {
    idle_seconds: 30 * 60,
    absolute_seconds: 10 * 3_600,
    per_account: 3,
};

// A row is touched at most once in this time: a write a request would be waste.
const TOUCH_SECONDS: i64 = 30;

/// A session as its owner sees it.
#[derive(Debug)]
pub struct SessionView {
    /// Whose it is.
    pub account: Account,
    /// What the roles allow.
    pub permissions: Vec<Permission>,
    /// The value that changing requests must carry.
    pub csrf: String,
    /// The hospital's name.
    pub organisation: String,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// A fresh session: the token goes into the cookie and is stored nowhere.
#[derive(Debug)]
pub struct SignedIn {
    /// The token.
    pub token: String,
    /// The session.
    pub view: SessionView,
}

impl App {
    /// Signs in with user name and password.
    ///
    /// # Errors
    /// [`Code::SignInFailed`] without saying which of the two was wrong,
    /// [`Code::AccountLocked`] after too many tries, [`Code::AccountInactive`] only to
    /// somebody who knew the password, [`Code::SetUpNeeded`].
    pub async fn sign_in(
        &self,
        username: &str,
        password: String,
        address: Option<String>,
    ) -> Result<SignedIn, AppError> {
        let username = username.trim();
        let Some(account) = accounts::find_by_username(self.store().db(), username).await? else {
            if self.set_up_needed().await? {
                return Err(AppError::new(Code::SetUpNeeded));
            }
            // As slow as a wrong password, so that names cannot be guessed by the clock.
            blocking(move || hash_password(&password)).await??;
            return Err(AppError::new(Code::SignInFailed));
        };
        let now = self.now();
        if let Some(until) = account.locked_until.filter(|until| *until > now) {
            return Err(locked(until));
        }
        let hash = account.password_hash.clone();
        let right = blocking(move || verify_password(&password, &hash)).await?;
        if !right {
            return Err(self.refuse_sign_in(account, address).await?);
        }
        if account.state != AccountState::Active {
            return Err(AppError::new(Code::AccountInactive));
        }
        self.open_session(account, address).await
    }

    /// The actor and session of a cookie's token.
    ///
    /// # Errors
    /// [`Code::NotSignedIn`] when there is none or it has ended.
    pub async fn authenticate(&self, token: &str) -> Result<(Actor, Session, Account), AppError> {
        let digest = Digest::of(token.as_bytes()).to_string();
        let ended = || AppError::new(Code::NotSignedIn);
        let session = sessions::find(self.store().db(), &digest)
            .await?
            .ok_or_else(ended)?;
        let now = self.now();
        let idle = seconds_between(session.last_seen_at, now);
        let age = seconds_between(session.created_at, now);
        if idle > SESSION_LIMITS.idle_seconds || age > SESSION_LIMITS.absolute_seconds {
            return Err(ended());
        }
        let account = accounts::find(self.store().db(), session.account_id)
            .await?
            .filter(|account| account.state == AccountState::Active)
            .ok_or_else(ended)?;
        if idle >= TOUCH_SECONDS {
            let tx = self.store().write().await?;
            sessions::touch(&tx, &digest, now).await?;
            tx.commit().await?;
        }
        let actor = Actor::account(
            account.id,
            account.display_name.clone(),
            account.roles.clone(),
        );
        Ok((actor, session, account))
    }

    /// What the owner of a session sees of it.
    ///
    /// # Errors
    /// [`Code::Internal`] when the database fails.
    pub async fn session_view(
        &self,
        session: &Session,
        account: Account,
    ) -> Result<SessionView, AppError> {
        let actor = Actor::account(account.id, "", account.roles.clone());
        let organisation = settings::get::<serde_json::Value>(self.store().db(), "organisation")
            .await?
            .and_then(|value| Some(value.get("name")?.as_str()?.to_owned()))
            .unwrap_or_default();
        Ok(SessionView {
            permissions: Permission::ALL
                .iter()
                .copied()
                .filter(|permission| actor.may(*permission))
                .collect(),
            csrf: session.csrf.clone(),
            organisation,
            expires_at: session.created_at
                + SignedDuration::from_secs(SESSION_LIMITS.absolute_seconds),
            account,
        })
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`Code::Internal`] when the database fails.
    pub async fn sign_out(&self, actor: &Actor, session: &Session) -> Result<(), AppError> {
        let mut change = self.change(actor).await?;
        sessions::delete(change.tx(), &session.token_digest).await?;
        change.note("session.end", "account", session.account_id, json!({}));
        change.commit().await
    }

    /// Changes the own password and ends all sessions but the one it is changed in.
    ///
    /// # Errors
    /// [`Code::SignInFailed`] when the present one is wrong, [`Code::PasswordTooWeak`],
    /// [`Code::PasswordReused`].
    pub async fn change_own_password(
        &self,
        actor: &Actor,
        account: Account,
        session: Option<&Session>,
        present: String,
        next: String,
    ) -> Result<(), AppError> {
        let mut check = Check::default();
        check.expect(present != next, "next", "", "another than the present one");
        check.finish()?;
        PasswordPolicy::OURS.check(&next, &account.username)?;
        let mut former = sessions_history(self, &account).await?;
        former.push(account.password_hash.clone());
        let hash = account.password_hash.clone();
        let candidate = next.clone();
        let (right, reused) = blocking(move || {
            let right = verify_password(&present, &hash);
            let reused = right && former.iter().any(|hash| verify_password(&candidate, hash));
            (right, reused)
        })
        .await?;
        if !right {
            return Err(self.refuse_sign_in(account, None).await?);
        }
        if reused {
            return Err(AppError::new(Code::PasswordReused).field(
                "next",
                "",
                format!("none of the last {}", PasswordPolicy::OURS.history),
            ));
        }
        let hash = blocking(move || hash_password(&next)).await??;
        let mut change = self.change(actor).await?;
        let mut account = accounts::find(change.tx().conn(), account.id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        accounts::remember_password(change.tx(), account.id, &account.password_hash).await?;
        account.password_hash = hash;
        account.must_change_password = false;
        account.password_changed_at = change.now();
        accounts::save(change.tx(), &account).await?;
        let kept = session.map(|session| session.token_digest.as_str());
        sessions::delete_others(change.tx(), account.id, kept).await?;
        change.note("account.change-password", "account", account.id, json!({}));
        change.commit().await
    }

    /// Whether the password must be changed before anything else.
    pub fn password_is_due(&self, account: &Account) -> bool {
        account.must_change_password
            || seconds_between(account.password_changed_at, self.now())
                > PasswordPolicy::OURS.max_age_days * 86_400
    }

    async fn refuse_sign_in(
        &self,
        account: Account,
        address: Option<String>,
    ) -> Result<AppError, AppError> {
        let policy = PasswordPolicy::OURS;
        let mut change = self.change(&Actor::automatic("sign-in")).await?;
        let mut account = accounts::find(change.tx().conn(), account.id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        account.failed_attempts += 1;
        let mut error = AppError::new(Code::SignInFailed);
        let mut action = "session.refuse";
        if account.failed_attempts >= policy.attempts {
            let until = change.now() + policy.lock_minutes.minutes();
            account.locked_until = Some(until);
            account.failed_attempts = 0;
            sessions::delete_all(change.tx(), account.id).await?;
            error = locked(until);
            action = "account.lock";
        }
        accounts::save(change.tx(), &account).await?;
        change.note(action, "account", account.id, json!({"address": address}));
        change.commit().await?;
        Ok(error)
    }

    async fn open_session(
        &self,
        checked: Account,
        address: Option<String>,
    ) -> Result<SignedIn, AppError> {
        let token = random_hex()?;
        let csrf = random_hex()?;
        let actor = Actor::account(checked.id, "", checked.roles.clone());
        let mut change = self.change(&actor).await?;
        let now = change.now();
        // Checking a password takes a while, in which an administrator may have acted.
        let present = accounts::find(change.tx().conn(), checked.id).await?;
        let mut account = present.ok_or(AppError::new(Code::SignInFailed))?;
        require_unchanged(&account, &checked, now)?;
        let limits = SESSION_LIMITS;
        sessions::delete_stale(
            change.tx(),
            now - SignedDuration::from_secs(limits.absolute_seconds),
            now - SignedDuration::from_secs(limits.idle_seconds),
        )
        .await?;
        let open = sessions::list(change.tx().conn(), account.id).await?;
        let surplus = (open.len() + 1).saturating_sub(limits.per_account);
        for old in open.iter().take(surplus) {
            sessions::delete(change.tx(), &old.token_digest).await?;
        }
        account.failed_attempts = 0;
        account.locked_until = None;
        account.last_sign_in_at = Some(now);
        accounts::save(change.tx(), &account).await?;
        let session = Session {
            token_digest: Digest::of(token.as_bytes()).to_string(),
            account_id: account.id,
            csrf,
            created_at: now,
            last_seen_at: now,
            address: address.clone(),
        };
        sessions::insert(change.tx(), &session).await?;
        change.note(
            "session.begin",
            "account",
            account.id,
            json!({"address": address}),
        );
        change.commit().await?;
        let view = self.session_view(&session, account).await?;
        Ok(SignedIn { token, view })
    }
}

/// Refuses a sign-in to an account that was disabled, locked or given another password while
/// the password was checked.
fn require_unchanged(present: &Account, checked: &Account, now: Timestamp) -> Result<(), AppError> {
    if present.state != AccountState::Active {
        return Err(AppError::new(Code::AccountInactive));
    }
    if let Some(until) = present.locked_until.filter(|until| *until > now) {
        return Err(locked(until));
    }
    if present.password_hash != checked.password_hash {
        return Err(AppError::new(Code::SignInFailed));
    }
    Ok(())
}

async fn sessions_history(app: &App, account: &Account) -> Result<Vec<String>, AppError> {
    let count = PasswordPolicy::OURS.history.saturating_sub(1);
    Ok(accounts::past_passwords(app.store().db(), account.id, count).await?)
}

fn locked(until: Timestamp) -> AppError {
    AppError::new(Code::AccountLocked).field("locked_until", "", until.to_string())
}

fn seconds_between(from: Timestamp, to: Timestamp) -> i64 {
    to.duration_since(from).as_secs()
}

pub(crate) fn random_hex() -> Result<String, AppError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(hex::encode(bytes))
}
