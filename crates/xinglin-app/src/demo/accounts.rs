//! The accounts of the demonstration, each made by the steps a real one goes through.

use xinglin_core::{PersonId, Role};

use super::story::Story;
use crate::{
    Actor, App, AppError, Code,
    identity::{AccountForm, AdministratorForm, PasswordPolicy, SetUpForm},
    people::PeopleFilter,
};

/// How to sign in to the demonstration.
#[derive(Debug, Clone)]
pub struct SignInNote {
    /// User name.
    pub username: String,
    /// Password, made at random for this installation.
    pub password: String,
    /// The roles.
    pub roles: Vec<Role>,
}

impl SignInNote {
    /// A line for the terminal.
    pub fn line(&self) -> String {
        let roles: Vec<&str> = self.roles.iter().map(|role| role.word()).collect();
        format!(
            "{:<12} {:<18} {}",
            self.username,
            self.password,
            roles.join(", ")
        )
    }
}

const ADMINISTRATORS: [(Role, &str, &str); 3] = [
    (Role::SystemAdmin, "sysadmin", "系统管理员（演示）"),
    (Role::SecurityAdmin, "secadmin", "安全管理员（演示）"),
    (Role::AuditAdmin, "auditadmin", "审计管理员（演示）"),
];

impl App {
    pub(super) async fn demo_administrators(
        &self,
        story: &Story,
    ) -> Result<Vec<SignInNote>, AppError> {
        let mut notes = Vec::new();
        let mut administrators = Vec::new();
        for (role, username, display_name) in ADMINISTRATORS {
            let password = random_password(username)?;
            administrators.push(AdministratorForm {
                role,
                username: username.to_owned(),
                display_name: display_name.to_owned(),
                password: password.clone(),
            });
            notes.push(SignInNote {
                username: username.to_owned(),
                password,
                roles: vec![role],
            });
        }
        self.set_up(SetUpForm {
            organisation: story.organisation.name.clone(),
            administrators,
        })
        .await?;
        Ok(notes)
    }

    /// Business accounts: created by one administrator, authorised by another, and the first
    /// password changed by the owner.
    pub(super) async fn demo_users(
        &self,
        story: &Story,
        mut notes: Vec<SignInNote>,
    ) -> Result<Vec<SignInNote>, AppError> {
        let system = self.demo_actor("sysadmin").await?;
        let security = self.demo_actor("secadmin").await?;
        for user in &story.accounts {
            let first = random_password(&user.username)?;
            let password = random_password(&user.username)?;
            let form = AccountForm {
                username: user.username.clone(),
                display_name: user.display_name.clone(),
                password: first.clone(),
                person_id: self.demo_person(user.person.as_deref()).await?,
            };
            let account = self.create_account(&system, form).await?;
            let account = self
                .grant_roles(&security, account.id, &user.roles, "演示账号")
                .await?;
            let owner = Actor::account(account.id, &user.display_name, user.roles.clone());
            self.change_own_password(&owner, account, None, first, password.clone())
                .await?;
            notes.push(SignInNote {
                username: user.username.clone(),
                password,
                roles: user.roles.clone(),
            });
        }
        Ok(notes)
    }

    async fn demo_actor(&self, username: &str) -> Result<Actor, AppError> {
        let account = xinglin_store::accounts::find_by_username(self.store().db(), username)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        Ok(Actor::account(
            account.id,
            account.display_name,
            account.roles,
        ))
    }

    async fn demo_person(&self, code: Option<&str>) -> Result<Option<PersonId>, AppError> {
        let Some(code) = code else { return Ok(None) };
        let filter = PeopleFilter {
            q: Some(code.to_owned()),
            limit: 10,
            ..PeopleFilter::default()
        };
        let (rows, _) = self.list_people(&Actor::automatic("demo"), &filter).await?;
        let row = rows.into_iter().find(|row| row.person.code == code);
        Ok(row.map(|row| row.person.id))
    }
}

// Letters and digits that nobody confuses, in three groups.
const LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz";
const CAPITALS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGITS: &[u8] = b"23456789";

fn random_password(username: &str) -> Result<String, AppError> {
    loop {
        let mut bytes = [0_u8; 12];
        getrandom::fill(&mut bytes).map_err(|error| AppError::internal(error.to_string()))?;
        let mut password = String::new();
        for (at, byte) in bytes.into_iter().enumerate() {
            let alphabet = match at % 4 {
                0 => CAPITALS,
                3 => DIGITS,
                _ => LETTERS,
            };
            if at > 0 && at % 4 == 0 {
                password.push('-');
            }
            let place = usize::from(byte) % alphabet.len();
            password.push(char::from(alphabet.get(place).copied().unwrap_or(b'x')));
        }
        if PasswordPolicy::OURS.check(&password, username).is_ok() {
            return Ok(password);
        }
    }
}
