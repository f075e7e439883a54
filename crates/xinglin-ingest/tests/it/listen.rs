//! Receivers, on the loopback: well-behaved senders, hostile ones, and programs of others.
#![expect(
    clippy::disallowed_methods,
    clippy::panic,
    reason = "tests run receivers and senders beside themselves, and fail where they wait in vain"
)]

mod files;
mod hostile;
mod journal;
mod programs;
mod protected;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpListener, TcpStream, UdpSocket},
    sync::watch,
    task::JoinHandle,
    time::timeout,
};
use xinglin_core::SystemClock;
use xinglin_ingest::listen::{
    Origin, Outlet, RawRecord, Shared, SourceKey, SourceState, Sources, StreamLimits, Transport,
    UdpListener, channel, serve_tcp,
};

/// A test that waits for longer has failed.
const PATIENCE: Duration = Duration::from_secs(20);

/// A receiver at work.
struct Receiver {
    address: SocketAddr,
    outlet: Outlet,
    sources: Arc<Sources>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
    taken: Vec<RawRecord>,
}

impl Receiver {
    async fn udp(most_bytes: u32) -> Self {
        let listener = UdpListener::bind(loopback()).await.unwrap();
        let address = listener.local_addr().unwrap();
        Self::of(address, most_bytes, |shared, stop| {
            tokio::spawn(listener.serve(shared, stop))
        })
    }

    async fn tcp(most_bytes: u32, limits: StreamLimits) -> Self {
        let listener = TcpListener::bind(loopback()).await.unwrap();
        let address = listener.local_addr().unwrap();
        Self::of(address, most_bytes, |shared, stop| {
            tokio::spawn(serve_tcp(listener, limits, shared, stop))
        })
    }

    fn of(
        address: SocketAddr,
        most_bytes: u32,
        start: impl FnOnce(Shared, watch::Receiver<bool>) -> JoinHandle<()>,
    ) -> Self {
        let (inlet, outlet) = channel(most_bytes);
        let sources = Arc::new(Sources::default());
        let (stop, stopping) = watch::channel(false);
        let shared = Shared {
            inlet,
            sources: Arc::clone(&sources),
            clock: Arc::new(SystemClock),
        };
        Self {
            address,
            outlet,
            sources,
            stop,
            task: start(shared, stopping),
            taken: Vec::new(),
        }
    }

    /// Takes messages until there are so many.
    async fn take(&mut self, count: usize) -> Vec<String> {
        while self.taken.len() < count {
            let batch = timeout(PATIENCE, self.outlet.next()).await;
            let batch = batch.unwrap_or_else(|_| panic!("only {} messages", self.taken.len()));
            self.taken.extend(batch.unwrap().records);
        }
        self.texts()
    }

    /// Stops the receiver and takes what is left.
    async fn end(&mut self) -> Vec<String> {
        self.stop.send_replace(true);
        timeout(PATIENCE, async {
            while let Some(batch) = self.outlet.next().await {
                self.taken.extend(batch.records);
            }
            (&mut self.task).await.unwrap();
        })
        .await
        .unwrap();
        self.texts()
    }

    fn texts(&self) -> Vec<String> {
        let text = |record: &RawRecord| String::from_utf8_lossy(&record.bytes).into_owned();
        self.taken.iter().map(text).collect()
    }

    fn state(&self, transport: Transport) -> SourceState {
        let origin = Origin::Address(self.address.ip());
        self.sources.get(SourceKey { transport, origin })
    }

    /// Waits until what is known of the source is as it should be.
    async fn until(&self, transport: Transport, holds: impl Fn(&SourceState) -> bool) {
        let waited = timeout(PATIENCE, async {
            while !holds(&self.state(transport)) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        });
        assert!(waited.await.is_ok(), "{:?}", self.state(transport));
    }
}

fn loopback() -> SocketAddr {
    "127.0.0.1:0".parse().unwrap()
}

#[tokio::test]
async fn datagrams_are_messages() {
    let mut receiver = Receiver::udp(1 << 20).await;
    let sender = UdpSocket::bind(loopback()).await.unwrap();
    let long = "x".repeat(60_000);
    for text in ["<13>one\n", "\n", "<13>two\r\n\0", &long] {
        sender
            .send_to(text.as_bytes(), receiver.address)
            .await
            .unwrap();
    }
    assert_eq!(receiver.take(3).await, ["<13>one", "<13>two", &long]);
    let record = receiver.taken.first().unwrap();
    assert_eq!(record.peer, sender.local_addr().ok());
    receiver
        .until(Transport::Udp, |state| state.rejected == 1)
        .await;
    let state = receiver.state(Transport::Udp);
    assert_eq!((state.received, state.dropped), (3, 0));
    assert_eq!(state.last_seen, Some(receiver.taken[2].received_at));
    receiver.end().await;
}

#[tokio::test]
async fn streams_are_cut_into_messages() {
    let mut receiver = Receiver::tcp(1 << 20, StreamLimits::default()).await;
    let mut sender = TcpStream::connect(receiver.address).await.unwrap();
    for piece in ["<13>one\r\n11 <13>t", "wo\nand", "<13>three\n<13>last"] {
        sender.write_all(piece.as_bytes()).await.unwrap();
        sender.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        receiver.take(3).await,
        ["<13>one", "<13>two\nand", "<13>three"]
    );
    assert_eq!(receiver.state(Transport::Tcp).connections, 1);
    // What has no end is a message all the same when the sender goes.
    drop(sender);
    assert_eq!(receiver.take(4).await.last().unwrap(), "<13>last");
    receiver
        .until(Transport::Tcp, |state| state.connections == 0)
        .await;
    assert_eq!(receiver.state(Transport::Tcp).rejected, 0);
    receiver.end().await;
}

/// A receiver that stops gives away what it has read.
#[tokio::test]
async fn stopping_loses_nothing_that_was_read() {
    let mut receiver = Receiver::tcp(1 << 20, StreamLimits::default()).await;
    let mut sender = TcpStream::connect(receiver.address).await.unwrap();
    sender.write_all(b"<13>one\n<13>begun").await.unwrap();
    receiver.take(1).await;
    assert_eq!(receiver.end().await, ["<13>one", "<13>begun"]);
    assert!(TcpStream::connect(receiver.address).await.is_err());
}

/// Who asks to be told is told when the messages are durable, and when they will never be.
#[tokio::test]
async fn senders_wait_until_messages_are_durable() {
    let mut receiver = Receiver::tcp(1 << 20, StreamLimits::default()).await;
    let mut sender = TcpStream::connect(receiver.address).await.unwrap();
    sender.write_all(b"<13>one\n").await.unwrap();
    receiver.take(1).await;
    let (inlet, mut outlet) = channel(4_000);
    let record = || vec![receiver.taken[0].clone()];
    let mut durable = inlet.offer_and_wait(record()).unwrap();
    let lost = inlet.offer_and_wait(record()).unwrap();
    let batch = outlet.next().await.unwrap();
    assert!(durable.try_recv().is_err());
    assert_eq!(batch.durable(), []);
    durable.await.unwrap();
    drop(outlet.next().await);
    assert!(lost.await.is_err());
    // Without room the messages are given back.
    let mut kept = Vec::new();
    let given_back = loop {
        match inlet.offer_and_wait(record()) {
            Ok(durable) => kept.push(durable),
            Err(given_back) => break given_back,
        }
    };
    assert_eq!(given_back, record());
    assert!((10..100).contains(&kept.len()), "{}", kept.len());
    receiver.end().await;
}
