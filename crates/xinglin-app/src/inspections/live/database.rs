//! Databases, by a read-only account.

use xinglin_core::AssetId;
use xinglin_inspect::{Family, database::Queries};
use xinglin_reach::database::{DatabaseError, Target, Tls, gather};

use super::{Secret, check_host, failed};
use crate::{Actor, App, AppError, Code, Permission, error::Check, inspections::InspectionDetail};

const QUERIES: &str = "collect/databases.yaml";

/// How a connection is protected. None falls back to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Encrypted, and the certificate verified.
    Verify,
    /// Encrypted, whoever answers.
    Encrypt,
    /// Not at all.
    Off,
}

/// A database to ask.
#[derive(Debug, Clone)]
pub struct DatabaseForm {
    /// What it is.
    pub family: Family,
    /// Its host.
    pub host: String,
    /// Its port; the usual one where none is given.
    pub port: Option<u16>,
    /// The database to connect to.
    pub database: Option<String>,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Secret,
    /// How the connection is protected.
    pub protection: Protection,
}

impl App {
    /// Inspects a database over the network.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], and what the connection came to:
    /// [`Code::TargetUnreachable`], [`Code::TargetTimedOut`], [`Code::TargetSignInFailed`],
    /// [`Code::TargetNotProtected`], [`Code::TargetFailed`].
    pub async fn inspect_database(
        &self,
        actor: &Actor,
        asset: AssetId,
        form: DatabaseForm,
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        let mut check = Check::default();
        check_host(&mut check, "host", &form.host);
        check.optional("database", form.database.as_deref(), 128);
        check.optional("username", Some(&form.username), 128);
        check.finish()?;
        self.inspected_object(asset).await?;
        let queries = self.queries()?;
        let target = Target {
            port: form.port,
            database: form.database,
            tls: match form.protection {
                Protection::Verify => Tls::Verify { authority: None },
                Protection::Encrypt => Tls::Encrypt,
                Protection::Off => Tls::Off,
            },
            ..Target::new(form.family, &form.host, &form.username)
        };
        let bundle = gather(&target, &form.password, &queries, self.now()).await;
        self.take_bundle(actor, asset, "database", bundle.map_err(told)?)
            .await
    }

    fn queries(&self) -> Result<Queries, AppError> {
        let mut files = self.content().files_under(QUERIES);
        let file = files.next().ok_or(AppError::new(Code::Unavailable))?;
        Queries::from_yaml(&file.text).map_err(AppError::internal)
    }
}

fn told(error: DatabaseError) -> AppError {
    match error {
        DatabaseError::NotLive { family } => {
            let expected = "a family that is asked live: mysql, postgresql, kingbase, redis";
            AppError::new(Code::InvalidInput).field("family", family.word(), expected)
        }
        DatabaseError::Unreachable { address, why } => {
            failed(Code::TargetUnreachable, address, why)
        }
        DatabaseError::TimedOut { address, seconds } => {
            let why = format!("an answer within {seconds} s");
            failed(Code::TargetTimedOut, address, why)
        }
        DatabaseError::Refused { address, why, .. } => {
            failed(Code::TargetSignInFailed, address, why)
        }
        DatabaseError::Tls { address, why } => failed(Code::TargetNotProtected, address, why),
        DatabaseError::Other { address, why } => failed(Code::TargetFailed, address, why),
    }
}
