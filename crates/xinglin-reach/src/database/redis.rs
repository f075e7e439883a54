//! Redis, whose answers are brought into the form of `content/collect/redis.sh`.

use std::collections::BTreeMap;

use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, ErrorKind, IntoConnectionInfo,
    RedisConnectionInfo, RedisError, ServerErrorKind, TlsCertificates, aio::MultiplexedConnection,
};
use xinglin_inspect::database::{Answer, REDIS_FACTS, REDIS_SETTINGS, Table, rule_without_secrets};

use crate::Secret;

use super::{DatabaseError, Target, Tls};

pub(super) async fn ask(
    target: &Target,
    secret: &Secret,
) -> Result<BTreeMap<String, Answer>, DatabaseError> {
    let client = client(target, secret).map_err(|error| refused(target, &error))?;
    let limits = AsyncConnectionConfig::new()
        .set_connection_timeout(Some(target.connect_timeout))
        .set_response_timeout(Some(target.query_timeout));
    let connecting = client.get_multiplexed_async_connection_with_config(&limits);
    let mut connection = match tokio::time::timeout(target.connect_timeout, connecting).await {
        Ok(connected) => connected.map_err(|error| refused(target, &error))?,
        Err(_) => {
            return Err(DatabaseError::TimedOut {
                address: target.address(),
                seconds: target.connect_timeout.as_secs(),
            });
        }
    };
    // Without a password a server may let anybody connect and answer nothing.
    let ping = redis::cmd("PING")
        .query_async::<String>(&mut connection)
        .await;
    if let Err(error) = ping
        && is_refusal(&error)
    {
        return Err(refused(target, &error));
    }
    Ok(BTreeMap::from([
        ("info".to_owned(), answer(info(&mut connection).await)),
        ("config".to_owned(), answer(config(&mut connection).await)),
        (
            "password".to_owned(),
            answer(password(&mut connection).await),
        ),
        ("acl".to_owned(), answer(acl(&mut connection).await)),
    ]))
}

fn client(target: &Target, secret: &Secret) -> Result<Client, RedisError> {
    let mut account = RedisConnectionInfo::default().set_skip_set_lib_name();
    if !secret.text().is_empty() {
        account = account.set_password(secret.text());
        if !target.user.is_empty() {
            account = account.set_username(&target.user);
        }
    }
    let protected = |insecure| ConnectionAddr::TcpTls {
        host: target.host.clone(),
        port: target.port(),
        insecure,
        tls_params: None,
    };
    let address = match &target.tls {
        Tls::Off => ConnectionAddr::Tcp(target.host.clone(), target.port()),
        Tls::Encrypt => protected(true),
        Tls::Verify { .. } => protected(false),
    };
    let information = address.into_connection_info()?.set_redis_settings(account);
    match &target.tls {
        Tls::Verify {
            authority: Some(pem),
        } => Client::build_with_tls(
            information,
            TlsCertificates {
                client_tls: None,
                root_cert: Some(pem.clone().into_bytes()),
            },
        ),
        _ => Client::open(information),
    }
}

fn is_refusal(error: &RedisError) -> bool {
    let says = |word: &str| error.code() == Some(word);
    matches!(error.kind(), ErrorKind::AuthenticationFailed) || says("NOAUTH") || says("WRONGPASS")
}

fn refused(target: &Target, error: &RedisError) -> DatabaseError {
    let (address, why) = (target.address(), error.to_string());
    if is_refusal(error) {
        return DatabaseError::Refused {
            address,
            user: target.user.clone(),
            why,
        };
    }
    let is_about_tls = target.tls != Tls::Off
        && (why.to_ascii_lowercase().contains("certificate")
            || why.to_ascii_lowercase().contains("tls"));
    match error.kind() {
        _ if is_about_tls => DatabaseError::Tls { address, why },
        ErrorKind::Io => DatabaseError::Unreachable { address, why },
        _ => DatabaseError::Other { address, why },
    }
}

fn answer(result: Result<Table, RedisError>) -> Answer {
    match result {
        Ok(table) => Answer::Table(table),
        Err(error) => Answer::Error(match error.kind() {
            ErrorKind::Server(ServerErrorKind::ResponseError) => {
                error.detail().unwrap_or("refused").to_owned()
            }
            _ => error.to_string(),
        }),
    }
}

fn table(columns: &[&str]) -> Table {
    Table::new(columns.iter().map(|name| (*name).to_owned()).collect())
}

fn texts<const N: usize>(cells: [&str; N]) -> Vec<Option<String>> {
    cells.map(|cell| Some(cell.to_owned())).to_vec()
}

async fn info(connection: &mut MultiplexedConnection) -> Result<Table, RedisError> {
    let mut facts = table(&["name", "value"]);
    for section in ["server", "replication"] {
        let said: String = redis::cmd("INFO")
            .arg(section)
            .query_async(connection)
            .await?;
        for line in said.lines() {
            if let Some((name, value)) = line.trim().split_once(':')
                && REDIS_FACTS.contains(&name)
            {
                facts.push(texts([name, value]));
            }
        }
    }
    Ok(facts)
}

/// Name and value of one setting; `None` where the release does not have it.
async fn setting(
    connection: &mut MultiplexedConnection,
    name: &str,
) -> Result<Option<String>, RedisError> {
    let mut command = Cmd::new();
    command.arg("CONFIG").arg("GET").arg(name);
    let found: Vec<String> = command.query_async(connection).await?;
    Ok(found.into_iter().nth(1))
}

async fn config(connection: &mut MultiplexedConnection) -> Result<Table, RedisError> {
    let mut settings = table(&["name", "value"]);
    for name in REDIS_SETTINGS {
        if let Some(value) = setting(connection, name).await? {
            settings.push(texts([name, &value]));
        }
    }
    Ok(settings)
}

/// Only its state and length leave this function.
async fn password(connection: &mut MultiplexedConnection) -> Result<Table, RedisError> {
    let password = setting(connection, "requirepass")
        .await?
        .unwrap_or_default();
    let state = match password.as_str() {
        "" => "none",
        "foobared" => "default",
        _ => "set",
    };
    let mut found = table(&["state", "length"]);
    found.push(texts([state, &password.chars().count().to_string()]));
    Ok(found)
}

async fn acl(connection: &mut MultiplexedConnection) -> Result<Table, RedisError> {
    let rules: Vec<String> = redis::cmd("ACL")
        .arg("LIST")
        .query_async(connection)
        .await?;
    let mut users = table(&["rule"]);
    for rule in rules {
        users.push(texts([&rule_without_secrets(&rule)]));
    }
    Ok(users)
}
