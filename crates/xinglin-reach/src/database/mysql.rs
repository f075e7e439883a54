//! MySQL and MariaDB.

use std::collections::BTreeMap;

use sqlx::{
    ConnectOptions, MySql,
    mysql::{MySqlConnectOptions, MySqlSslMode},
};
use xinglin_inspect::database::{Answer, Query};

use crate::Secret;

use super::{DatabaseError, Target, Tls, session};

pub(super) async fn ask(
    target: &Target,
    secret: &Secret,
    queries: &[Query],
) -> Result<BTreeMap<String, Answer>, DatabaseError> {
    let options = options(target, secret);
    let mut connection = session::connect(target, options.connect()).await?;
    session::set::<MySql>(
        target,
        &mut connection,
        "SET SESSION TRANSACTION READ ONLY".to_owned(),
    )
    .await
    .map_err(|why| DatabaseError::Other {
        address: target.address(),
        why: format!("the session cannot be made read-only: {why}"),
    })?;
    // MySQL knows the first, MariaDB the second, and releases before 5.7.8 and 10.1 neither:
    // then our own limit is all there is.
    for statement in [
        format!(
            "SET SESSION max_execution_time = {}",
            target.query_milliseconds()
        ),
        format!(
            "SET SESSION max_statement_time = {}",
            target.query_timeout.as_secs()
        ),
        format!(
            "SET SESSION lock_wait_timeout = {}",
            target.query_timeout.as_secs().max(1)
        ),
    ] {
        drop(session::set::<MySql>(target, &mut connection, statement).await);
    }
    let (first, rest) = queries.split_at(1.min(queries.len()));
    let mut answers =
        session::ask::<MySql>(target, &mut connection, first, ("", ""), as_texts).await;
    let said = session::first_cell(answers.values().next());
    let server = (product(&said), version(&said));
    answers.extend(session::ask::<MySql>(target, &mut connection, rest, server, as_texts).await);
    session::close(target, connection).await;
    Ok(answers)
}

fn product(said: &str) -> &'static str {
    if said.contains("MariaDB") {
        "mariadb"
    } else {
        "mysql"
    }
}

/// Some releases of MariaDB put an old version in front of their own.
fn version(said: &str) -> &str {
    said.strip_prefix("5.5.5-").unwrap_or(said)
}

fn options(target: &Target, secret: &Secret) -> MySqlConnectOptions {
    let options = MySqlConnectOptions::new()
        .host(&target.host)
        .port(target.port())
        .username(&target.user)
        .password(secret.text())
        .statement_cache_capacity(0)
        .pipes_as_concat(false)
        .disable_statement_logging();
    let options = match &target.database {
        Some(database) => options.database(database),
        None => options,
    };
    match &target.tls {
        Tls::Off => options.ssl_mode(MySqlSslMode::Disabled),
        Tls::Encrypt => options.ssl_mode(MySqlSslMode::Required),
        Tls::Verify { authority: None } => options.ssl_mode(MySqlSslMode::VerifyIdentity),
        Tls::Verify {
            authority: Some(pem),
        } => options
            .ssl_mode(MySqlSslMode::VerifyIdentity)
            .ssl_ca_from_pem(pem.clone().into_bytes()),
    }
}

fn as_texts(query: &Query) -> String {
    let columns: Vec<String> = query
        .columns
        .iter()
        .map(|name| format!("CAST(q.`{name}` AS CHAR)"))
        .collect();
    format!("SELECT {} FROM ({}) AS q", columns.join(", "), query.sql)
}
