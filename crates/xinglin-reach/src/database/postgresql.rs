//! PostgreSQL and KingbaseES, which speaks its protocol.

use std::collections::BTreeMap;

use sqlx::{
    ConnectOptions, Postgres,
    postgres::{PgConnectOptions, PgSslMode},
};
use xinglin_inspect::{
    Family,
    database::{Answer, Query},
};

use crate::Secret;

use super::{DatabaseError, Target, Tls, session};

pub(super) async fn ask(
    target: &Target,
    secret: &Secret,
    queries: &[Query],
) -> Result<BTreeMap<String, Answer>, DatabaseError> {
    let options = options(target, secret);
    let mut connection = session::connect(target, options.connect()).await?;
    // Nobody's functions or operators may stand in for those of the catalogue.
    let path = match target.family {
        Family::Kingbase => "sys_catalog, pg_catalog",
        _ => "pg_catalog",
    };
    for statement in [
        "SET default_transaction_read_only = on".to_owned(),
        format!("SET search_path = {path}"),
        format!("SET statement_timeout = {}", target.query_milliseconds()),
        format!("SET lock_timeout = {}", target.query_milliseconds()),
    ] {
        session::set::<Postgres>(target, &mut connection, statement)
            .await
            .map_err(|why| DatabaseError::Other {
                address: target.address(),
                why: format!("the session cannot be made read-only: {why}"),
            })?;
    }
    let server = (target.family.word(), "");
    let answers =
        session::ask::<Postgres>(target, &mut connection, queries, server, as_texts).await;
    session::close(target, connection).await;
    Ok(answers)
}

fn options(target: &Target, secret: &Secret) -> PgConnectOptions {
    let options = PgConnectOptions::new_without_pgpass()
        .host(&target.host)
        .port(target.port())
        .username(&target.user)
        .password(secret.text())
        .application_name("xinglin")
        .statement_cache_capacity(0)
        .disable_statement_logging()
        .database(target.database.as_deref().unwrap_or(match target.family {
            Family::Kingbase => "test",
            _ => "postgres",
        }));
    match &target.tls {
        Tls::Off => options.ssl_mode(PgSslMode::Disable),
        Tls::Encrypt => options.ssl_mode(PgSslMode::Require),
        Tls::Verify { authority: None } => options.ssl_mode(PgSslMode::VerifyFull),
        Tls::Verify {
            authority: Some(pem),
        } => options
            .ssl_mode(PgSslMode::VerifyFull)
            .ssl_root_cert_from_pem(pem.clone().into_bytes()),
    }
}

fn as_texts(query: &Query) -> String {
    let columns: Vec<String> = query
        .columns
        .iter()
        .map(|name| format!("q.\"{name}\"::text"))
        .collect();
    format!("SELECT {} FROM ({}) AS q", columns.join(", "), query.sql)
}
