//! The channel into which receivers put what they read, bounded in bytes.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

use super::{Checkpoint, RawRecord};

/// What a record takes beside its bytes.
const RECORD_BYTES: usize = size_of::<RawRecord>();
/// So many batches wait at most, however small they are.
const MOST_BATCHES: usize = 4_096;

/// Messages that were received together. While it lives, its bytes count as waiting.
#[derive(Debug)]
pub struct Batch {
    /// The messages, in the order in which they came.
    pub records: Vec<RawRecord>,
    checkpoints: Vec<Checkpoint>,
    /// Who waits until the messages are durable.
    waiter: Option<oneshot::Sender<()>>,
    _room: OwnedSemaphorePermit,
}

/// Where receivers put messages.
#[derive(Debug, Clone)]
pub struct Inlet {
    sender: mpsc::Sender<Batch>,
    room: Arc<Semaphore>,
    most_bytes: u32,
}

/// Where messages are taken out.
#[derive(Debug)]
pub struct Outlet {
    receiver: mpsc::Receiver<Batch>,
}

/// A channel that holds at most so many bytes; batches that were taken out count until they
/// are dropped.
pub fn channel(most_bytes: u32) -> (Inlet, Outlet) {
    let (sender, receiver) = mpsc::channel(MOST_BATCHES);
    let room = usize::try_from(most_bytes).unwrap_or(usize::MAX);
    let inlet = Inlet {
        sender,
        room: Arc::new(Semaphore::new(room.min(Semaphore::MAX_PERMITS))),
        most_bytes,
    };
    (inlet, Outlet { receiver })
}

impl Inlet {
    /// Waits until there is room; whether anybody still takes messages out.
    pub async fn send(&self, records: Vec<RawRecord>) -> bool {
        self.send_with(records, Vec::new()).await
    }

    /// As `send`, with how far the source of the messages was read.
    pub(super) async fn send_with(
        &self,
        records: Vec<RawRecord>,
        checkpoints: Vec<Checkpoint>,
    ) -> bool {
        self.wait_and_put(records, checkpoints, None).await
    }

    /// As `send`, with how far the source was read, for senders that are answered once all of
    /// it is durable; whether it is.
    pub async fn send_until_durable(
        &self,
        records: Vec<RawRecord>,
        checkpoints: Vec<Checkpoint>,
    ) -> bool {
        let (waiter, durable) = oneshot::channel();
        self.wait_and_put(records, checkpoints, Some(waiter)).await && durable.await.is_ok()
    }

    async fn wait_and_put(
        &self,
        records: Vec<RawRecord>,
        checkpoints: Vec<Checkpoint>,
        waiter: Option<oneshot::Sender<()>>,
    ) -> bool {
        let size = self.size(&records);
        let Ok(room) = Arc::clone(&self.room).acquire_many_owned(size).await else {
            return false;
        };
        let batch = Batch {
            records,
            checkpoints,
            waiter,
            _room: room,
        };
        self.sender.send(batch).await.is_ok()
    }

    /// Puts messages in if there is room now, else gives them back.
    pub fn offer(&self, records: Vec<RawRecord>) -> Result<(), Vec<RawRecord>> {
        self.put(records, None)
    }

    /// As `offer`, for senders that are answered once their messages are durable: what is
    /// given back then says so, or is closed when they could not be kept.
    pub fn offer_and_wait(
        &self,
        records: Vec<RawRecord>,
    ) -> Result<oneshot::Receiver<()>, Vec<RawRecord>> {
        let (waiter, durable) = oneshot::channel();
        self.put(records, Some(waiter)).map(|()| durable)
    }

    fn put(
        &self,
        records: Vec<RawRecord>,
        waiter: Option<oneshot::Sender<()>>,
    ) -> Result<(), Vec<RawRecord>> {
        let size = self.size(&records);
        let Ok(room) = Arc::clone(&self.room).try_acquire_many_owned(size) else {
            return Err(records);
        };
        let batch = Batch {
            records,
            checkpoints: Vec::new(),
            waiter,
            _room: room,
        };
        self.sender
            .try_send(batch)
            .map_err(|problem| problem.into_inner().records)
    }

    /// Whether nobody takes messages out any more.
    pub fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }

    fn size(&self, records: &[RawRecord]) -> u32 {
        let sizes = records
            .iter()
            .map(|record| record.bytes.len() + RECORD_BYTES);
        let size = u32::try_from(sizes.sum::<usize>()).unwrap_or(u32::MAX);
        // A batch larger than the channel goes through it alone.
        size.min(self.most_bytes)
    }
}

impl Batch {
    /// How far their source was read with these messages: to be kept together with them, or by
    /// what `durable` gives, after them.
    pub fn checkpoints(&self) -> &[Checkpoint] {
        &self.checkpoints
    }

    /// To be called when the messages are durable, not before: tells whoever waits for that,
    /// and gives how far their source was read, to be saved now.
    pub fn durable(self) -> Vec<Checkpoint> {
        let waiter = self.waiter;
        if waiter.is_some_and(|waiter| waiter.send(()).is_err()) {
            tracing::debug!("a sender of logs did not wait for its answer");
        }
        self.checkpoints
    }
}

impl Outlet {
    /// The next batch; none when all receivers have ended and everything was taken out.
    pub async fn next(&mut self) -> Option<Batch> {
        self.receiver.recv().await
    }
}
