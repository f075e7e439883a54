//! Too much, too slow, too many: nothing of it harms those who behave.

use tokio::io::AsyncReadExt as _;

use super::*;

/// A sender by TCP waits while there is no room, and nothing is lost.
#[tokio::test]
async fn streams_wait_for_room() {
    const MESSAGES: usize = 60_000;
    let mut receiver = Receiver::tcp(256 << 10, StreamLimits::default()).await;
    let address = receiver.address;
    let sender = tokio::spawn(async move {
        let mut stream = TcpStream::connect(address).await.unwrap();
        for number in 0..MESSAGES {
            let line = format!("<13>{number:07} {}\n", "x".repeat(200));
            stream.write_all(line.as_bytes()).await.unwrap();
        }
    });
    // Nobody takes anything out: what waits stays below the bound.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!sender.is_finished());
    let read = receiver.state(Transport::Tcp).received;
    assert!(read > 100 && read < 2_000, "{read}");
    let texts = receiver.take(MESSAGES).await;
    for (number, text) in texts.iter().enumerate() {
        assert!(
            text.starts_with(&format!("<13>{number:07} ")),
            "{number}: {text}"
        );
    }
    assert_eq!(receiver.state(Transport::Tcp).dropped, 0);
    sender.await.unwrap();
    receiver.end().await;
}

/// Every datagram is delivered or counted as lost: here, or by the kernel.
#[tokio::test]
async fn lost_datagrams_are_counted() {
    const DATAGRAMS: u64 = 100_000;
    let mut receiver = Receiver::udp(64 << 10).await;
    let sender = UdpSocket::bind(loopback()).await.unwrap();
    for number in 0..DATAGRAMS {
        let text = format!("<13>{number} {}", "x".repeat(150));
        sender
            .send_to(text.as_bytes(), receiver.address)
            .await
            .unwrap();
    }
    let lost_and_taken = |receiver: &Receiver| {
        let state = receiver.state(Transport::Udp);
        state.received + receiver.sources.dropped_by_kernel()
    };
    // The kernel tells its count with the next datagram.
    let mut sent = DATAGRAMS;
    let all = timeout(PATIENCE, async {
        while lost_and_taken(&receiver) < sent {
            sender.send_to(b"<13>more", receiver.address).await.unwrap();
            sent += 1;
            // The receiver has its turn before the sum is made again.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    all.await.unwrap();
    assert_eq!(lost_and_taken(&receiver), sent);
    let state = receiver.state(Transport::Udp);
    assert!(state.dropped > 0, "{state:?}");
    let taken = u64::try_from(receiver.end().await.len()).unwrap();
    assert_eq!(taken, state.received - state.dropped);
}

#[tokio::test]
async fn whoever_is_too_slow_is_cut_off() {
    let limits = StreamLimits {
        message: Duration::from_millis(400),
        ..StreamLimits::default()
    };
    let mut receiver = Receiver::tcp(1 << 20, limits).await;
    // One says nothing, one a letter now and then, one is silent after a message.
    let mut silent = TcpStream::connect(receiver.address).await.unwrap();
    let mut slow = TcpStream::connect(receiver.address).await.unwrap();
    let mut regular = TcpStream::connect(receiver.address).await.unwrap();
    regular.write_all(b"<13>hello\n").await.unwrap();
    let dripping = tokio::spawn(async move {
        while slow.write_all(b"<").await.is_ok() {
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    });
    let mut rest = Vec::new();
    timeout(PATIENCE, silent.read_to_end(&mut rest))
        .await
        .unwrap()
        .unwrap();
    timeout(PATIENCE, dripping).await.unwrap().unwrap();
    receiver
        .until(Transport::Tcp, |state| state.rejected == 2)
        .await;
    // Who has proven to be a sender of messages may be silent.
    regular.write_all(b"<13>again\n").await.unwrap();
    let texts = receiver.take(3).await;
    assert!(texts.contains(&"<13>again".to_owned()), "{texts:?}");
    assert_eq!(receiver.state(Transport::Tcp).connections, 1);
    receiver.end().await;
}

#[tokio::test]
async fn one_address_does_not_take_all_connections() {
    let limits = StreamLimits {
        connections_of_one: 4,
        ..StreamLimits::default()
    };
    let mut receiver = Receiver::tcp(1 << 20, limits).await;
    let mut connections = Vec::new();
    for _ in 0..4 {
        connections.push(TcpStream::connect(receiver.address).await.unwrap());
    }
    receiver
        .until(Transport::Tcp, |state| state.connections == 4)
        .await;
    let mut surplus = TcpStream::connect(receiver.address).await.unwrap();
    let mut rest = Vec::new();
    let ended = timeout(PATIENCE, surplus.read_to_end(&mut rest))
        .await
        .unwrap();
    assert!(ended.is_err() || rest.is_empty());
    assert_eq!(receiver.state(Transport::Tcp).rejected, 1);
    connections[0].write_all(b"<13>still here\n").await.unwrap();
    assert_eq!(receiver.take(1).await, ["<13>still here"]);
    receiver.end().await;
}

/// Bytes without an end, and counts of what never comes.
#[tokio::test]
async fn garbage_is_bounded() {
    let limits = StreamLimits {
        message_bytes: 4_096,
        ..StreamLimits::default()
    };
    let mut receiver = Receiver::tcp(16 << 20, limits).await;
    let mut garbage = TcpStream::connect(receiver.address).await.unwrap();
    let endless = vec![0xf7_u8; 8 << 20];
    garbage.write_all(&endless).await.unwrap();
    garbage.write_all(b"\n999999999 <13>huge").await.unwrap();
    let mut regular = TcpStream::connect(receiver.address).await.unwrap();
    regular.write_all(b"<13>hello\n").await.unwrap();
    drop(garbage);
    // The rest of what was sent without an end is the third.
    let texts = receiver.take(3).await;
    assert!(texts.contains(&"<13>hello".to_owned()));
    receiver.end().await;
    let longest = receiver.taken.iter().map(|record| record.bytes.len()).max();
    assert_eq!(longest, Some(4_096));
    let cut = receiver.taken.iter().filter(|record| record.is_cut).count();
    assert_eq!(cut, 2);
}
