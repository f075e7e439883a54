//! One input that is followed: from its reader into the lake.
//!
//! Each has a channel of its own and one batch on its way to the disk. How far was read travels
//! in the frame of the write-ahead log that holds the lines. Were it saved afterwards, in the
//! database say, then a stop in between would bring lines twice, and before, it would lose them;
//! a frame is there or is not. Records of an event that wait for others travel in it, too: the
//! reader is already behind them.

use std::{borrow::Cow, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;
use tokio::{
    sync::watch,
    time::{MissedTickBehavior, interval, timeout},
};
use xinglin_core::{Clock, LogInputId};
use xinglin_ingest::{
    DecodeAs, Joiner, WrittenIn, decode,
    listen::{
        Checkpoint, Existing, Follow, Follower, Journal, Origin, Outlet, Progress, RawRecord,
        Shared, SourceKey, Transport, channel, follow_files, read_journal,
    },
};
use xinglin_lake::{AppendError, Position};
use xinglin_store::logs::LogInput;

use super::{
    super::{
        Logs,
        messages::{Arrived, keep_with},
    },
    remote::Remote,
};
use crate::tasks::blocking;

/// What waits of one input may take so much.
pub(super) const CHANNEL_BYTES: u32 = 4 << 20;
/// A disk that cannot be written is tried again after this time.
const TRY_AGAIN: Duration = Duration::from_secs(1);
/// Records of one event that wait for others are looked at so often.
const EXPIRE_EVERY: Duration = Duration::from_secs(1);
/// The key of records that wait.
pub(super) const HELD: &str = "held";

/// The number of an input, as receivers know it.
pub(super) fn number(id: LogInputId) -> u32 {
    u32::try_from(id.0).unwrap_or(u32::MAX)
}

/// What the keys of the positions of an input begin with.
pub(super) fn prefix(id: LogInputId) -> String {
    format!("input/{}/", id.0)
}

pub(super) fn transport_of(kind: &str) -> Transport {
    match kind {
        "journal" => Transport::Journal,
        _ => Transport::File,
    }
}

/// What receivers count an input by.
pub(super) fn key_of(input: &LogInput) -> SourceKey {
    SourceKey {
        transport: transport_of(&input.kind),
        origin: Origin::Configured(number(input.id)),
    }
}

/// What following needs to know beside the input.
pub(super) struct Following {
    pub(super) logs: Arc<Logs>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) within: Vec<PathBuf>,
    pub(super) without: Vec<PathBuf>,
    /// Says that this input is to end; dropped when it has.
    pub(super) stopping: watch::Receiver<bool>,
    /// Says that the server ends.
    pub(super) ending: watch::Receiver<bool>,
}

impl Following {
    /// Follows until one of both is said.
    pub(super) async fn run(self, input: LogInput, progress: watch::Sender<Progress>) {
        self.expect(&input);
        let Some(positions) = positions(&self.logs, input.id).await else {
            return;
        };
        let (stop, stopped) = watch::channel(false);
        let (inlet, outlet) = channel(CHANNEL_BYTES);
        let shared = Shared {
            inlet,
            sources: Arc::clone(&self.logs.heard),
            clock: Arc::clone(&self.clock),
        };
        let mut keeping = self.keeping(&input, stopped.clone());
        let again = keeping.go_on(&positions);
        let checkpoints = checkpoints(positions);
        let reading = self.read(&input, checkpoints, shared, stopped, progress);
        let telling = async {
            self.told_to_end().await;
            stop.send_replace(true);
        };
        tokio::join!(reading, keeping.run(again, outlet), telling);
    }

    /// Takes what an agent reads of an input, behind these positions, until one of both is said.
    pub(super) async fn take(
        self,
        input: LogInput,
        positions: Vec<(String, String)>,
        remote: Arc<Remote>,
        outlet: Outlet,
    ) {
        self.expect(&input);
        let (stop, stopped) = watch::channel(false);
        let mut keeping = self.keeping(&input, stopped);
        let again = keeping.go_on(&positions);
        let telling = async {
            self.told_to_end().await;
            remote.close();
            stop.send_replace(true);
        };
        tokio::join!(keeping.run(again, outlet), telling);
    }

    /// The source is there before anything comes of it.
    fn expect(&self, input: &LogInput) {
        let key = key_of(input);
        self.logs.heard.expect(key);
        let (word, now) = (key.transport.word(), self.clock.now());
        let registry = &self.logs.registry;
        registry.expect_of_input(number(input.id), &input.source, word, now);
    }

    fn keeping(&self, input: &LogInput, stop: watch::Receiver<bool>) -> Keeping {
        Keeping::new(Arc::clone(&self.logs), Arc::clone(&self.clock), input, stop)
    }

    async fn told_to_end(&self) {
        let (mut stopping, mut ending) = (self.stopping.clone(), self.ending.clone());
        tokio::select! {
            _ = stopping.wait_for(|stop| *stop) => {}
            _ = ending.wait_for(|stop| *stop) => {}
        }
    }

    async fn read(
        &self,
        input: &LogInput,
        checkpoints: Vec<Checkpoint>,
        shared: Shared,
        stop: watch::Receiver<bool>,
        progress: watch::Sender<Progress>,
    ) {
        let existing = if input.from_start {
            Existing::Read
        } else {
            Existing::Skip
        };
        let key = key_of(input);
        if key.transport == Transport::Journal {
            let folder = input.paths.first();
            let journal = Journal {
                arguments: folder
                    .map(|folder| format!("--directory={folder}").into())
                    .into_iter()
                    .collect(),
                existing,
                ..Journal::default()
            };
            return read_journal(journal, key, &checkpoints, shared, stop, progress).await;
        }
        let follow = Follow {
            paths: input.paths.clone(),
            within: self.within.clone(),
            without: self.without.clone(),
            decode_as: DecodeAs::of_word(&input.encoding).unwrap_or_default(),
            existing,
            ..Follow::default()
        };
        match Follower::new(follow, key, &checkpoints) {
            Ok(follower) => follow_files(follower, shared, stop, progress).await,
            Err(error) => tracing::error!(%error, "an input of logs cannot be followed"),
        }
    }
}

/// How far an input was read, as far as the lake holds what was read.
pub(super) async fn positions(logs: &Arc<Logs>, id: LogInputId) -> Option<Vec<(String, String)>> {
    let logs = Arc::clone(logs);
    let settled = blocking(move || {
        let settled = logs.lake.settle();
        settled.map(|()| logs.lake.positions(&prefix(id)))
    });
    match settled.await {
        Ok(Ok(positions)) => Some(positions),
        Ok(Err(error)) => {
            tracing::error!(%error, "an input of logs cannot be followed");
            None
        }
        Err(error) => {
            tracing::error!(%error, "an input of logs cannot be followed");
            None
        }
    }
}

pub(super) fn checkpoints(positions: Vec<(String, String)>) -> Vec<Checkpoint> {
    let positions = positions.into_iter().filter(|(key, _)| key != HELD);
    positions
        .map(|(key, state)| Checkpoint {
            key,
            state: Some(state),
        })
        .collect()
}

/// From the channel into the lake.
struct Keeping {
    logs: Arc<Logs>,
    clock: Arc<dyn Clock>,
    prefix: String,
    like: Arrived,
    joiner: Joiner,
    /// Whether the lake knows of records that wait.
    is_holding: bool,
    stop: watch::Receiver<bool>,
}

impl Keeping {
    fn new(
        logs: Arc<Logs>,
        clock: Arc<dyn Clock>,
        input: &LogInput,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let like = Arrived {
            source: input.source.as_str().into(),
            peer: "".into(),
            transport: key_of(input).transport.word(),
            received_at: clock.now(),
            bytes: Box::default(),
        };
        Self {
            logs,
            clock,
            prefix: prefix(input.id),
            like,
            joiner: Joiner::default(),
            is_holding: false,
            stop,
        }
    }

    /// Takes the records that waited when the program ended; events that have waited long enough.
    fn go_on(&mut self, positions: &[(String, String)]) -> Vec<Arrived> {
        let mut arrived = Vec::new();
        let Some((_, held)) = positions.iter().find(|(key, _)| key == HELD) else {
            return arrived;
        };
        let (like, now) = (&self.like, self.clock.now());
        self.is_holding = true;
        let held: Vec<String> = serde_json::from_str(held).unwrap_or_default();
        for text in held {
            // As if they came now: those that belong to them are still to be read.
            for line in text.lines() {
                self.joiner.push(line, now, |event| {
                    arrived.push(with(like, event.received_at, event.text));
                });
            }
        }
        arrived
    }

    async fn run(mut self, again: Vec<Arrived>, mut outlet: Outlet) {
        if !self.keep(again, Vec::new()).await {
            return;
        }
        let mut expire = interval(EXPIRE_EVERY);
        expire.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let mut arrived = Vec::new();
            let (batch, positions) = tokio::select! {
                batch = outlet.next() => {
                    let Some(mut batch) = batch else { break };
                    for record in std::mem::take(&mut batch.records) {
                        self.take(record, &mut arrived);
                    }
                    let positions = self.positions(batch.checkpoints());
                    (Some(batch), positions)
                }
                _ = expire.tick() => {
                    self.expire(&mut arrived);
                    (None, Vec::new())
                }
            };
            if !self.keep(arrived, positions).await {
                return;
            }
            // Whoever waits for it may go on; the checkpoints are durable, too.
            batch.map(xinglin_ingest::listen::Batch::durable);
        }
        let mut arrived = Vec::new();
        let like = self.like.clone();
        std::mem::take(&mut self.joiner).finish(|event| {
            arrived.push(with(&like, event.received_at, event.text));
        });
        self.keep(arrived, Vec::new()).await;
    }

    fn positions(&self, checkpoints: &[Checkpoint]) -> Vec<Position> {
        let checkpoints = checkpoints.iter();
        checkpoints
            .map(|checkpoint| Position {
                key: format!("{}{}", self.prefix, checkpoint.key),
                state: checkpoint.state.clone(),
            })
            .collect()
    }

    fn take(&mut self, record: RawRecord, arrived: &mut Vec<Arrived>) {
        if let Some(path) = &record.path {
            let path = path.to_string_lossy();
            if *self.like.peer != *path {
                self.like.peer = path.as_ref().into();
            }
        }
        let one = Arrived {
            received_at: record.received_at,
            bytes: bytes_of(record.bytes, record.decode_as),
            ..self.like.clone()
        };
        let Some(text) = one.joined_text().map(Cow::into_owned) else {
            arrived.push(one);
            return;
        };
        self.joiner.push(&text, one.received_at, |event| {
            arrived.push(with(&one, event.received_at, event.text));
        });
    }

    fn expire(&mut self, arrived: &mut Vec<Arrived>) {
        let (now, like) = (self.clock.now(), &self.like);
        self.joiner.expire(now, |event| {
            arrived.push(with(like, event.received_at, event.text));
        });
    }

    /// The records that wait, where the lake knows otherwise.
    fn held(&mut self) -> Option<Position> {
        let waiting = self.joiner.waiting();
        let held: Vec<&str> = waiting.map(|event| event.text.as_str()).collect();
        if held.is_empty() && !self.is_holding {
            return None;
        }
        self.is_holding = !held.is_empty();
        let state = serde_json::to_string(&held).ok();
        Some(Position {
            key: format!("{}{HELD}", self.prefix),
            state: state.filter(|_| self.is_holding),
        })
    }

    /// Keeps messages and positions together; whether the input goes on.
    async fn keep(&mut self, arrived: Vec<Arrived>, mut positions: Vec<Position>) -> bool {
        if arrived.is_empty() && positions.is_empty() {
            return true;
        }
        positions.extend(self.held());
        let all = Arc::new((arrived, positions));
        loop {
            let (logs, these) = (Arc::clone(&self.logs), Arc::clone(&all));
            let kept = blocking(move || keep_with(&logs.lake, &these.0, &these.1));
            match kept.await {
                Ok(Ok(())) => return true,
                Ok(Err(AppendError::Closed)) | Err(_) => return false,
                Ok(Err(error)) => {
                    tracing::error!(%error, "lines could not be written and are tried again");
                }
            }
            let stopping = self.stop.wait_for(|stop| *stop);
            if timeout(TRY_AGAIN, stopping).await.is_ok() {
                return false;
            }
        }
    }
}

fn with(like: &Arrived, received_at: Timestamp, text: String) -> Arrived {
    Arrived {
        received_at,
        bytes: text.into_bytes().into(),
        ..like.clone()
    }
}

/// The bytes as the lake can read them by themselves: where it is known in what they are
/// written, and the way back is open, in UTF-8.
fn bytes_of(bytes: Box<[u8]>, decode_as: DecodeAs) -> Box<[u8]> {
    if decode_as == DecodeAs::Auto {
        return bytes;
    }
    let decoded = decode(&bytes, decode_as);
    if decoded.written_in == WrittenIn::Utf8 || !decoded.is_faithful {
        return bytes;
    }
    let text = decoded.text.trim_start_matches('\u{feff}');
    text.as_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_encodings_become_utf_8() {
        let text = "登录失败 login";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, decode_as, expected) in [
            (wide.clone(), DecodeAs::Utf16Le, text.as_bytes().to_vec()),
            (
                [b"\xff\xfe".to_vec(), wide.clone()].concat(),
                DecodeAs::Utf16Le,
                text.as_bytes().to_vec(),
            ),
            (
                b"\xb5\xc7\xc2\xbc".to_vec(),
                DecodeAs::Gb18030,
                "登录".as_bytes().to_vec(),
            ),
            // Half a unit more: the bytes themselves are kept.
            (
                [wide.clone(), vec![1]].concat(),
                DecodeAs::Utf16Le,
                [wide.clone(), vec![1]].concat(),
            ),
            (wide.clone(), DecodeAs::Auto, wide),
        ] {
            assert_eq!(*bytes_of(bytes.into(), decode_as), *expected);
        }
    }
}
