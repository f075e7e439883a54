//! One host: the way there, the script, and questions until nothing is missed.

use std::{collections::BTreeMap, future::Future, time::Duration};

use jiff::Timestamp;
use tokio::sync::watch;
use xinglin_inspect::{
    Bundle, Family, GatheredHost,
    host::Wanted,
    linux::{self, GATHERED},
};

use super::{
    failure::{Failure, FailureKind},
    session::Session,
    shell::Shell,
    target::{HostKey, HostKeyRule, Limits, Target},
};

/// The most that is asked in one go.
const MAX_WANTED: usize = 20_000;

/// How long it may take to tell a host to stop.
const STOP_LIMIT: Duration = Duration::from_secs(5);

/// What was read of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gathered {
    /// A bundle with `gathered.txt`.
    pub bundle: Bundle,
    /// Keys that were seen for the first time, on the way and at the target: to be kept.
    pub new_keys: Vec<SeenKey>,
    /// How often the collectors asked after the first answer.
    pub questions: usize,
    /// Bytes read.
    pub bytes: usize,
}

/// A host key that was seen for the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenKey {
    /// `host:port`.
    pub at: String,
    /// The key.
    pub key: HostKey,
}

/// Inspects one host. `script` is `content/collect/linux.sh`; `cancelled` becomes true when
/// the caller no longer wants it.
///
/// # Errors
/// See [`FailureKind`].
pub async fn inspect_one(
    target: &Target,
    script: &str,
    limits: &Limits,
    now: Timestamp,
    cancelled: watch::Receiver<bool>,
) -> Result<Gathered, Failure> {
    let at_target = |kind| Failure {
        at: target.endpoint.address(),
        kind,
    };
    let mut sessions: Vec<Session> = Vec::new();
    let mut new_keys = Vec::new();
    for endpoint in target.jumps.iter().chain([&target.endpoint]) {
        let opened = Session::open(endpoint, sessions.last(), limits);
        let session = unless_cancelled(opened, cancelled.clone())
            .await
            .unwrap_or_else(|| Err(at_target(FailureKind::Cancelled)));
        let session = match session {
            Ok(session) => session,
            Err(failure) => {
                close(sessions).await;
                return Err(failure);
            }
        };
        if endpoint.host_key == HostKeyRule::FirstUse {
            new_keys.push(SeenKey {
                at: endpoint.address(),
                key: session.key.clone(),
            });
        }
        sessions.push(session);
    }
    let talked = match sessions.last() {
        Some(session) => talk(session, target, script, limits, now, cancelled).await,
        None => Err(FailureKind::Cancelled),
    };
    close(sessions).await;
    let (text, questions) = talked.map_err(at_target)?;
    let bytes = text.len();
    Ok(Gathered {
        bundle: Bundle {
            family: Family::Linux,
            collected_at: now,
            files: BTreeMap::from([(GATHERED.to_owned(), text)]),
        },
        new_keys,
        questions,
        bytes,
    })
}

/// Closes connections, the farthest first.
async fn close(sessions: Vec<Session>) {
    for session in sessions.into_iter().rev() {
        session.close().await;
    }
}

/// What `work` yields; `None` when the caller no longer wants it.
async fn unless_cancelled<T>(
    work: impl Future<Output = T>,
    mut cancelled: watch::Receiver<bool>,
) -> Option<T> {
    let called_off = async {
        if cancelled.wait_for(|cancelled| *cancelled).await.is_err() {
            // Nobody is left who could call it off.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = called_off => None,
        done = work => Some(done),
    }
}

async fn talk(
    session: &Session,
    target: &Target,
    script: &str,
    limits: &Limits,
    now: Timestamp,
    cancelled: watch::Receiver<bool>,
) -> Result<(Vec<u8>, usize), FailureKind> {
    let seconds = limits.host.as_secs().max(1);
    let mut shell = Shell::open(session, limits.max_bytes).await?;
    let work = tokio::time::timeout(limits.host, async {
        shell.start(&target.sudo, seconds).await?;
        converse(&mut shell, script, limits, now).await
    });
    let talked = match unless_cancelled(work, cancelled).await {
        None => Err(FailureKind::Cancelled),
        Some(Err(_)) => Err(FailureKind::Hung { seconds }),
        Some(Ok(talked)) => talked,
    };
    match talked {
        Ok(questions) => Ok((std::mem::take(&mut shell.output), questions)),
        Err(kind) => {
            // A host that hangs may hang here, too.
            let killed = shell.kill(session, &target.sudo);
            drop(tokio::time::timeout(STOP_LIMIT, killed).await);
            Err(kind)
        }
    }
}

/// The first answer, then what the collectors miss in it, until they miss nothing.
async fn converse(
    shell: &mut Shell,
    script: &str,
    limits: &Limits,
    now: Timestamp,
) -> Result<usize, FailureKind> {
    let first = format!("xinglin_asked=yes\n{script}\ngather\nanswered 0\n");
    shell.ask(first, "> 0").await?;
    let mut host = GatheredHost::new();
    let mut read = 0;
    let mut questions = 0;
    loop {
        let news = shell.output.get(read..).unwrap_or_default().to_vec();
        read = shell.output.len();
        let (known, wanted) = missed(host, news, now).await?;
        host = known;
        let requests: Vec<String> = wanted.iter().filter_map(Wanted::request).collect();
        if requests.is_empty() || questions >= limits.max_questions {
            break;
        }
        questions += 1;
        let mut lines: Vec<String> = requests.into_iter().take(MAX_WANTED).collect();
        lines.push(format!("answered {questions}\n"));
        shell
            .ask(lines.join("\n"), &format!("> {questions}"))
            .await?;
    }
    shell.ask("finish\nexit 0\n".to_owned(), ".").await?;
    shell.end().await?;
    Ok(questions)
}

/// Adds an answer and lets the collectors read: milliseconds of work, off the runtime.
async fn missed(
    mut host: GatheredHost,
    news: Vec<u8>,
    now: Timestamp,
) -> Result<(GatheredHost, Vec<Wanted>), FailureKind> {
    let work = tokio::task::spawn_blocking(move || {
        host.add(&news);
        linux::collect(&host, now);
        let wanted = host.wanted().into_iter().collect();
        (host, wanted)
    });
    // The work is cancelled only together with the runtime.
    work.await.map_err(|_| FailureKind::Cancelled)
}
