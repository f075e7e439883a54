//! One log that is read and sent, batch by batch.
//!
//! A batch is sent until the server answers. Where the answer is that the turn does not count
//! any more, because the server was started again for one, beginning anew says whether the
//! batch had become durable: then reading goes on behind it, or it is sent once more, without
//! letting go of the files that are open. Only where the server stands elsewhere is it read anew.

use std::{collections::BTreeMap, sync::Arc};

use tokio::{sync::watch, task::spawn_blocking};
use xinglin_ingest::{
    DecodeAs,
    listen::{
        Batch, Checkpoint, Existing, Follow, Follower, Inlet, Journal, Origin, Outlet, Progress,
        RawRecord, Shared, SourceKey, Sources, Transport, channel, follow_files, read_journal,
    },
};
use xinglin_wire::{
    Lines, LinesHead, LinesReply, LinesRun, LogPosition, LogsBegin, LogsBegun, PROTOCOL, WantedLog,
};

use super::{LogServer, Reading, Told, Trying, is_told};

/// What waits of one log may take so much.
const CHANNEL_BYTES: u32 = 2 << 20;

/// How far each file was read.
type Positions = BTreeMap<String, String>;

/// What carrying a log takes.
pub(super) struct Carrying {
    pub(super) server: Arc<dyn LogServer>,
    pub(super) reading: Reading,
    pub(super) sources: Arc<Sources>,
    pub(super) wanted: WantedLog,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) telling: watch::Sender<Told>,
}

/// A turn at the server.
struct Turn {
    name: String,
    /// The number of the next batch.
    number: u64,
}

/// Reads a log and sends it until it is told to end.
pub(super) async fn carry(mut carrying: Carrying) {
    if let Some((turn, positions)) = carrying.begin().await {
        carrying.read_and_send(turn, positions).await;
    }
}

/// How a batch went.
enum Sent {
    /// It is durable.
    Kept,
    /// The server stands elsewhere: what was read is to be read anew.
    Elsewhere(Turn, Positions),
    /// It was told to end.
    Ended,
}

impl Carrying {
    /// Begins, however long that takes; none when it was told to end.
    async fn begin(&mut self) -> Option<(Turn, Positions)> {
        let mut trying = Trying::default();
        loop {
            let (server, input) = (Arc::clone(&self.server), self.wanted.input);
            let begin = LogsBegin {
                protocol: PROTOCOL.to_owned(),
                input,
            };
            let pause = match spawn_blocking(move || server.begin(&begin)).await.ok()? {
                Ok(LogsBegun { turn, positions }) => {
                    self.telling.send_modify(|told| told.turn.clone_from(&turn));
                    let known = positions.into_iter();
                    let known = known.filter_map(|one| Some((one.key, one.state?)));
                    let turn = Turn {
                        name: turn,
                        number: 1,
                    };
                    return Some((turn, known.collect()));
                }
                Err(error) => trying.failed("where a log goes on", &error),
            };
            if is_told(&mut self.stop, pause).await {
                return None;
            }
        }
    }

    /// Reads from these positions on until it is told to end.
    async fn read_and_send(&mut self, mut turn: Turn, mut at: Positions) {
        loop {
            let (stop, stopped) = watch::channel(false);
            let (inlet, mut outlet) = channel(CHANNEL_BYTES);
            let reading = self.reading(&at, inlet, stopped);
            let sending = async {
                let elsewhere = self.send_all(&mut turn, &mut at, &mut outlet).await;
                stop.send_replace(true);
                drop(outlet);
                elsewhere
            };
            match tokio::join!(reading, sending).1 {
                Some((other, positions)) => (turn, at) = (other, positions),
                None => return,
            }
        }
    }

    /// Sends what comes out; where the server stands when that is elsewhere, none when this is
    /// to end.
    async fn send_all(
        &mut self,
        turn: &mut Turn,
        at: &mut Positions,
        outlet: &mut Outlet,
    ) -> Option<(Turn, Positions)> {
        loop {
            let mut stop = self.stop.clone();
            let batch = tokio::select! {
                batch = outlet.next() => batch?,
                _ = stop.wait_for(|stop| *stop) => return None,
            };
            match self.send(&batch, turn, at).await {
                Sent::Kept => {
                    advance(at, batch.checkpoints());
                    batch.durable();
                }
                Sent::Elsewhere(turn, positions) => return Some((turn, positions)),
                Sent::Ended => return None,
            }
        }
    }

    /// Sends a batch until it is known what became of it.
    async fn send(&mut self, batch: &Batch, turn: &mut Turn, at: &Positions) -> Sent {
        let mut trying = Trying::default();
        loop {
            let lines = self.lines(batch, turn);
            let server = Arc::clone(&self.server);
            let Ok(answer) = spawn_blocking(move || server.lines(&lines)).await else {
                return Sent::Ended;
            };
            let pause = match answer {
                Ok(LinesReply::Kept) => {
                    turn.number += 1;
                    return Sent::Kept;
                }
                Ok(LinesReply::BeginAgain) => {
                    let Some((other, positions)) = self.begin().await else {
                        return Sent::Ended;
                    };
                    let mut behind = at.clone();
                    advance(&mut behind, batch.checkpoints());
                    if positions == behind {
                        *turn = other;
                        return Sent::Kept;
                    }
                    if positions != *at {
                        return Sent::Elsewhere(other, positions);
                    }
                    *turn = other;
                    continue;
                }
                Err(error) => trying.failed("to keep lines of a log", &error),
            };
            if is_told(&mut self.stop, pause).await {
                return Sent::Ended;
            }
        }
    }

    fn lines(&self, batch: &Batch, turn: &Turn) -> Lines {
        let positions = batch.checkpoints().iter().map(|checkpoint| LogPosition {
            key: checkpoint.key.clone(),
            state: checkpoint.state.clone(),
        });
        Lines {
            head: LinesHead {
                protocol: PROTOCOL.to_owned(),
                input: self.wanted.input,
                turn: turn.name.clone(),
                number: turn.number,
                positions: positions.collect(),
                runs: runs(&batch.records),
            },
            lines: batch.records.iter().map(|one| one.bytes.clone()).collect(),
        }
    }

    /// Reads from these positions on, and tells how that goes.
    fn reading(
        &self,
        at: &Positions,
        inlet: Inlet,
        stop: watch::Receiver<bool>,
    ) -> impl Future<Output = ()> + use<> {
        let shared = Shared {
            inlet,
            sources: Arc::clone(&self.sources),
            clock: Arc::clone(&self.reading.clock),
        };
        let checkpoints: Vec<Checkpoint> = at
            .iter()
            .map(|(key, state)| Checkpoint {
                key: key.clone(),
                state: Some(state.clone()),
            })
            .collect();
        let (tell, mut told) = watch::channel(Progress::default());
        let telling = self.telling.clone();
        let (wanted, may) = (self.wanted.clone(), self.reading.clone());
        let reading = read(wanted, may, checkpoints, shared, stop, tell);
        async move {
            let passing_on = async {
                while told.changed().await.is_ok() {
                    let progress = told.borrow_and_update().clone();
                    telling.send_modify(|told| told.progress = progress);
                }
            };
            tokio::join!(reading, passing_on);
        }
    }
}

/// Reads until it is told to end.
async fn read(
    wanted: WantedLog,
    reading: Reading,
    checkpoints: Vec<Checkpoint>,
    shared: Shared,
    stop: watch::Receiver<bool>,
    progress: watch::Sender<Progress>,
) {
    let existing = if wanted.from_start {
        Existing::Read
    } else {
        Existing::Skip
    };
    let number = u32::try_from(wanted.input).unwrap_or(u32::MAX);
    let key = |transport| SourceKey {
        transport,
        origin: Origin::Configured(number),
    };
    match wanted.kind.as_str() {
        "journal" => {
            let folder = wanted.paths.first();
            let journal = Journal {
                arguments: folder
                    .map(|folder| format!("--directory={folder}").into())
                    .into_iter()
                    .collect(),
                existing,
                ..Journal::default()
            };
            let key = key(Transport::Journal);
            read_journal(journal, key, &checkpoints, shared, stop, progress).await;
        }
        "file" => {
            let follow = Follow {
                paths: wanted.paths,
                within: reading.within,
                without: reading.without,
                decode_as: DecodeAs::of_word(&wanted.encoding).unwrap_or_default(),
                existing,
                ..Follow::default()
            };
            match Follower::new(follow, key(Transport::File), &checkpoints) {
                Ok(follower) => follow_files(follower, shared, stop, progress).await,
                Err(error) => tracing::error!(%error, "a log cannot be followed"),
            }
        }
        _ => {}
    }
}

/// What was read is behind these checkpoints.
fn advance(at: &mut Positions, checkpoints: &[Checkpoint]) {
    for checkpoint in checkpoints {
        match &checkpoint.state {
            Some(state) => {
                at.insert(checkpoint.key.clone(), state.clone());
            }
            None => {
                at.remove(&checkpoint.key);
            }
        }
    }
}

/// Where lines come from, as many together as follow each other.
fn runs(records: &[RawRecord]) -> Vec<LinesRun> {
    let is_same = |one: &RawRecord, next: &RawRecord| {
        one.path == next.path && one.decode_as == next.decode_as && one.is_cut == next.is_cut
    };
    let runs = records.chunk_by(is_same).filter_map(|run| {
        let first = run.first()?;
        let path = first.path.as_ref();
        Some(LinesRun {
            path: path.map(|path| path.to_string_lossy().into_owned()),
            encoding: first.decode_as.word().to_owned(),
            is_cut: first.is_cut,
            lines: run.len(),
        })
    });
    runs.collect()
}
