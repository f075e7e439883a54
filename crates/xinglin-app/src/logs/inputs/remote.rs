//! Inputs that agents read on their hosts: what agents are told to read, and what they send.
//!
//! Where reading stands is kept here, with the lines, as for what the server reads itself; an
//! agent keeps nothing of it. What it reads it sends in one turn, batch by batch. A batch that
//! comes again, because the answer was lost, is known by its number.

use std::{
    path::Path,
    sync::{Arc, Mutex as SyncMutex, PoisonError},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Mutex, watch};
use xinglin_core::{AgentId, LogInputId};
use xinglin_ingest::{
    DecodeAs,
    listen::{
        Checkpoint, FileProgress, Inlet, Problem, Progress, RawRecord, SourceKey, Trouble, channel,
    },
};
use xinglin_store::{
    agents::Agent,
    logs::{self, LogInput},
};
use xinglin_wire::{
    Lines, LinesReply, LogPosition, LogReading, LogsAsk, LogsBegin, LogsBegun, LogsReply, PROTOCOL,
    WantedLog,
};

use super::{
    Running,
    run::{CHANNEL_BYTES, Following, HELD, checkpoints, key_of, positions},
};
use crate::{App, AppError, Code};

/// Agents ask so often which logs are wanted.
const ASK_AGAIN: SignedDuration = SignedDuration::from_secs(20);
/// An agent that was not heard for this time does not read.
const AWAY: SignedDuration = SignedDuration::from_secs(90);

/// A turn in which an agent reads an input.
#[derive(Debug)]
pub(super) struct Remote {
    turn: String,
    source: SourceKey,
    /// The number of the last batch that is durable; held while one is on its way there.
    last: Mutex<u64>,
    /// Gone when the turn has ended.
    inlet: SyncMutex<Option<Inlet>>,
    told: watch::Sender<Progress>,
    heard_at: SyncMutex<Timestamp>,
}

impl Remote {
    /// No more batches of this turn.
    pub(super) fn close(&self) {
        let mut inlet = self.inlet.lock().unwrap_or_else(PoisonError::into_inner);
        drop(inlet.take());
    }

    fn inlet(&self) -> Option<Inlet> {
        let inlet = self.inlet.lock().unwrap_or_else(PoisonError::into_inner);
        inlet.clone()
    }

    fn heard(&self, now: Timestamp) {
        *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Whether the agent was not heard for some time.
    pub(super) fn is_away(&self, now: Timestamp) -> bool {
        let heard = *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner);
        now.duration_since(heard) > AWAY
    }

    fn tell(&self, reading: &LogReading) {
        let files = reading.files.iter().map(|file| FileProgress {
            path: Path::new(&file.path).into(),
            read: file.read,
            length: file.length,
        });
        let problems = reading.problems.iter().map(|(path, word)| Problem {
            path: path.into(),
            trouble: Trouble::of_word(word).unwrap_or(Trouble::Unreadable),
        });
        self.told.send_replace(Progress {
            has_looked: reading.has_looked,
            files: files.collect(),
            problems: problems.collect(),
        });
    }

    /// Makes a batch durable, unless it is.
    async fn take(
        &self,
        number: u64,
        records: Vec<RawRecord>,
        read: Vec<Checkpoint>,
    ) -> LinesReply {
        let mut last = self.last.lock().await;
        if number == *last {
            return LinesReply::Kept;
        }
        let inlet = self.inlet().filter(|_| number == *last + 1);
        let Some(inlet) = inlet else {
            return LinesReply::BeginAgain;
        };
        if !inlet.send_until_durable(records, read).await {
            return LinesReply::BeginAgain;
        }
        *last = number;
        LinesReply::Kept
    }
}

impl App {
    /// The logs that an agent is to read, given how reading goes there.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a message that is not understood.
    pub async fn wanted_logs(&self, agent: &Agent, ask: LogsAsk) -> Result<LogsReply, AppError> {
        understood(&ask.protocol)?;
        let logs = self.logs()?;
        let inputs = self.inputs_of(agent.id).await?;
        let now = self.now();
        let running = logs.inputs.running.lock().await;
        for reading in &ask.reading {
            let one = running.get(&LogInputId(reading.input));
            let remote = one.and_then(|one| one.remote.as_ref());
            let of_agent = inputs.iter().any(|input| input.id.0 == reading.input);
            if let Some(remote) = remote.filter(|remote| of_agent && remote.turn == reading.turn) {
                remote.heard(now);
                remote.tell(reading);
            }
        }
        drop(running);
        let wanted = inputs.into_iter().map(|input| WantedLog {
            input: input.id.0,
            kind: input.kind,
            paths: input.paths,
            encoding: input.encoding,
            from_start: input.from_start,
        });
        Ok(LogsReply {
            inputs: wanted.collect(),
            ask_again_seconds: ASK_AGAIN.as_secs().unsigned_abs(),
        })
    }

    /// Begins a turn of an input that an agent reads; the one before ends.
    ///
    /// # Errors
    /// [`Code::NotFound`] for an input that this agent is not to read, [`Code::InvalidInput`]
    /// for a message that is not understood.
    pub async fn begin_log(&self, agent: &Agent, begin: LogsBegin) -> Result<LogsBegun, AppError> {
        understood(&begin.protocol)?;
        let logs = self.logs()?;
        let inputs = self.inputs_of(agent.id).await?;
        let mut wanted = inputs.into_iter().filter(|one| one.id.0 == begin.input);
        let input = wanted.next().ok_or(AppError::new(Code::NotFound))?;
        let mut running = logs.inputs.running.lock().await;
        if let Some(before) = running.remove(&input.id) {
            before.end().await;
        }
        let held = positions(&logs, input.id).await;
        let held = held.ok_or_else(|| AppError::internal("positions that cannot be read"))?;
        let (inlet, outlet) = channel(CHANNEL_BYTES);
        let (told, progress) = watch::channel(Progress::default());
        let (stop, stopping) = watch::channel(false);
        let remote = Arc::new(Remote {
            turn: new_turn()?,
            source: key_of(&input),
            last: Mutex::new(0),
            inlet: SyncMutex::new(Some(inlet)),
            told,
            heard_at: SyncMutex::new(self.now()),
        });
        let following = Following {
            logs: Arc::clone(&logs),
            clock: self.clock(),
            within: Vec::new(),
            without: Vec::new(),
            stopping,
            ending: self.tasks().stopping(),
        };
        let id = input.id;
        let begun = LogsBegun {
            turn: remote.turn.clone(),
            positions: checkpoints(held.clone())
                .into_iter()
                .map(|one| LogPosition {
                    key: one.key,
                    state: one.state,
                })
                .collect(),
        };
        let taking = following.take(input, held, Arc::clone(&remote), outlet);
        self.tasks().spawn("log input of an agent", taking);
        let remote = Some(remote);
        running.insert(
            id,
            Running {
                stop,
                progress,
                remote,
            },
        );
        Ok(begun)
    }

    /// Takes lines that an agent read; answered when they are durable.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a message that is not understood.
    pub async fn take_log_lines(
        &self,
        agent: &Agent,
        lines: Lines,
    ) -> Result<LinesReply, AppError> {
        understood(&lines.head.protocol)?;
        let logs = self.logs()?;
        let id = LogInputId(lines.head.input);
        let found = logs::find_input(self.store().db(), id).await?;
        let is_wanted =
            found.is_some_and(|input| input.enabled && input.agent_id == Some(agent.id));
        let remote = {
            let running = logs.inputs.running.lock().await;
            running.get(&id).and_then(|one| one.remote.clone())
        };
        let remote = remote.filter(|remote| is_wanted && remote.turn == lines.head.turn);
        let Some(remote) = remote else {
            return Ok(LinesReply::BeginAgain);
        };
        let now = self.now();
        remote.heard(now);
        let number = lines.head.number;
        let (records, read) = records(lines, remote.source, now)?;
        logs.heard.received(&records);
        Ok(remote.take(number, records, read).await)
    }

    /// What an agent is to read.
    async fn inputs_of(&self, agent: AgentId) -> Result<Vec<LogInput>, AppError> {
        let mut inputs = logs::list_inputs(self.store().db()).await?;
        inputs.retain(|input| input.enabled && input.agent_id == Some(agent));
        Ok(inputs)
    }
}

/// The lines of a batch as the server's own readers give them, and how far was read.
fn records(
    lines: Lines,
    source: SourceKey,
    received_at: Timestamp,
) -> Result<(Vec<RawRecord>, Vec<Checkpoint>), AppError> {
    let refused = |field: &str, found: &str, expected: &str| {
        AppError::new(Code::InvalidInput).field(field, found, expected)
    };
    let mut records = Vec::with_capacity(lines.lines.len());
    let mut rest = lines.lines.into_iter();
    for run in lines.head.runs {
        let decode_as = DecodeAs::of_word(&run.encoding)
            .ok_or_else(|| refused("encoding", &run.encoding, "a known encoding"))?;
        let path: Option<Arc<Path>> = run.path.map(|path| Path::new(&path).into());
        records.extend(rest.by_ref().take(run.lines).map(|bytes| RawRecord {
            source,
            received_at,
            peer: None,
            certificate: None,
            path: path.clone(),
            bytes,
            decode_as,
            is_cut: run.is_cut,
        }));
    }
    let positions = lines.head.positions;
    if let Some(own) = positions.iter().find(|one| one.key == HELD) {
        return Err(refused(
            "positions",
            &own.key,
            "a key that is not the server's own",
        ));
    }
    let read = positions.into_iter().map(|position| Checkpoint {
        key: position.key,
        state: position.state,
    });
    Ok((records, read.collect()))
}

fn understood(protocol: &str) -> Result<(), AppError> {
    if protocol == PROTOCOL {
        return Ok(());
    }
    Err(AppError::new(Code::InvalidInput).field("protocol", protocol, PROTOCOL))
}

/// A name that no turn had, of this run of the program or of any before.
fn new_turn() -> Result<String, AppError> {
    let number = getrandom::u64().map_err(|error| AppError::internal(error.to_string()))?;
    Ok(format!("{number:016x}"))
}
