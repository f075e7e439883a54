//! `xinglin inspect database`: live, by a read-only account.

use std::{
    fs,
    io::{BufRead as _, Read as _},
    path::Path,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{Family, database::Queries, inspect_bundle};
use xinglin_reach::{
    Secret,
    database::{Target, Tls, gather},
};

use crate::{
    cli::{DatabaseArgs, TlsMode},
    commands::{Failure, Outcome, runtime},
    content,
    printer::Printer,
};

/// What is asked of each family.
const QUERIES: &str = "collect/databases.yaml";
/// Longer passwords are none.
const MAX_PASSWORD: u64 = 4096;

pub(super) fn run(
    args: &DatabaseArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let mut target = target(&args.url).map_err(Failure::input)?;
    target.tls = tls(args).map_err(Failure::input)?;
    target.query_timeout = Duration::from_secs(args.time_limit);
    let files = content::under(QUERIES, content_dir).map_err(Failure::input)?;
    let (_, text) = files
        .first()
        .ok_or_else(|| Failure::input(anyhow!("the content has no {QUERIES}")))?;
    let queries = Queries::from_yaml(text)
        .context(QUERIES)
        .map_err(Failure::input)?;
    let secret = password(args.password_file.as_deref()).map_err(Failure::input)?;
    let asked = gather(&target, &secret, &queries, SystemClock.now());
    let bundle = runtime()?.block_on(asked).map_err(Failure::input)?;
    let checks = super::checks(bundle.family, content_dir, printer)?;
    super::show(&inspect_bundle(&bundle, &checks), &args.output, printer)
}

/// `FAMILY://[USER@]HOST[:PORT][/DATABASE]`, an IPv6 address in brackets.
fn target(url: &str) -> anyhow::Result<Target> {
    let expected = || anyhow!("'{url}': expected FAMILY://[USER@]HOST[:PORT][/DATABASE]");
    let (scheme, rest) = url.split_once("://").ok_or_else(expected)?;
    let family = match scheme {
        "postgresql" | "postgres" => Family::Postgresql,
        "kingbase" => Family::Kingbase,
        "mysql" | "mariadb" => Family::Mysql,
        "redis" | "rediss" => Family::Redis,
        other => {
            return Err(anyhow!(
                "'{other}' is not asked live; expected postgresql, kingbase, mysql, mariadb or \
                 redis (for the others see xinglin inspect collector)"
            ));
        }
    };
    let (rest, database) = match rest.split_once('/') {
        Some((rest, database)) => (rest, Some(database).filter(|name| !name.is_empty())),
        None => (rest, None),
    };
    let (user, at) = rest.rsplit_once('@').unwrap_or(("", rest));
    if user.contains(':') {
        // The text is not repeated: it holds a password.
        return Err(anyhow!(
            "the URL holds a password, which every process of this machine can read; \
             give it by --password-file and change it"
        ));
    }
    let (host, port) = match at.strip_prefix('[') {
        Some(bracketed) => {
            let (host, port) = bracketed.split_once(']').ok_or_else(expected)?;
            let port = match port.strip_prefix(':') {
                None if port.is_empty() => None,
                None => return Err(expected()),
                Some(port) => Some(port),
            };
            (host, port)
        }
        None => match at.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (at, None),
        },
    };
    if host.is_empty() {
        return Err(expected());
    }
    let port = port.map(str::parse).transpose().map_err(|_| expected())?;
    Ok(Target {
        port,
        database: database.map(str::to_owned),
        ..Target::new(family, host, user)
    })
}

fn tls(args: &DatabaseArgs) -> anyhow::Result<Tls> {
    let authority = args.authority.as_deref();
    if authority.is_some() && args.tls != TlsMode::Verify {
        return Err(anyhow!("--authority has a meaning with --tls verify only"));
    }
    Ok(match args.tls {
        TlsMode::Off => Tls::Off,
        TlsMode::Encrypt => Tls::Encrypt,
        TlsMode::Verify => {
            let read =
                |file: &Path| fs::read_to_string(file).with_context(|| file.display().to_string());
            Tls::Verify {
                authority: authority.map(read).transpose()?,
            }
        }
    })
}

/// The first line of the file, or of standard input.
fn password(file: Option<&Path>) -> anyhow::Result<Secret> {
    let mut line = String::new();
    match file {
        None => {}
        Some(file) if file == Path::new("-") => {
            std::io::stdin()
                .lock()
                .take(MAX_PASSWORD)
                .read_line(&mut line)
                .context("standard input")?;
        }
        Some(file) => {
            let opened = fs::File::open(file);
            let opened = opened.with_context(|| file.display().to_string())?;
            std::io::BufReader::new(opened.take(MAX_PASSWORD))
                .read_line(&mut line)
                .with_context(|| file.display().to_string())?;
        }
    }
    Ok(Secret::new(line.trim_end_matches(['\r', '\n'])))
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read<'a> = (Family, &'a str, &'a str, Option<u16>, Option<&'a str>);

    #[test]
    fn urls_are_read() {
        let cases: [(&str, Option<Read<'_>>); 10] = [
            (
                "postgresql://xinglin@his-db:5433/his",
                Some((
                    Family::Postgresql,
                    "xinglin",
                    "his-db",
                    Some(5433),
                    Some("his"),
                )),
            ),
            (
                "mariadb://a@b@[fe80::1]:3307",
                Some((Family::Mysql, "a@b", "fe80::1", Some(3307), None)),
            ),
            (
                "redis://cache/",
                Some((Family::Redis, "", "cache", None, None)),
            ),
            (
                "kingbase://x@[::1]/test",
                Some((Family::Kingbase, "x", "::1", None, Some("test"))),
            ),
            ("mysql://", None),
            ("mysql://x@", None),
            ("mysql://x@h:port", None),
            ("mysql://x@[::1]3306", None),
            ("his-db", None),
            ("oracle://x@his-db", None),
        ];
        for (url, expected) in cases {
            let found = target(url).ok();
            let found = found.as_ref().map(|target| {
                let (user, host) = (target.user.as_str(), target.host.as_str());
                (
                    target.family,
                    user,
                    host,
                    target.port,
                    target.database.as_deref(),
                )
            });
            assert_eq!(found, expected, "{url}");
        }
    }

    #[test]
    fn a_password_in_the_url_is_refused_and_not_repeated() {
        let error = target("mysql://x:Hunter2@his-db").unwrap_err().to_string();
        assert!(error.contains("--password-file"), "{error}");
        assert!(!error.contains("Hunter2"), "{error}");
    }
}
