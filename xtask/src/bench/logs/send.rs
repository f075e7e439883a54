//! Senders of messages on loopback.

use std::{
    io::{ErrorKind, Write as _},
    net::{SocketAddr, TcpStream, UdpSocket},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::Context as _;

/// Messages that are sent again and again, each with its line feed.
#[derive(Clone)]
pub(super) struct Messages(Arc<Vec<Vec<u8>>>);

/// How much is sent.
#[derive(Debug, Clone, Copy)]
pub(super) enum Much {
    /// So many messages.
    Count(u64),
    /// What there is to send in this time.
    Time(Duration),
}

/// Messages are handed to the kernel in parts of so many.
const PART: u64 = 200;
/// A receiver that takes nothing for this long is given up.
const PATIENCE: Duration = Duration::from_mins(2);

impl Messages {
    /// Reads them from the lines of a file.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).context("messages")?;
        let lines = text.lines().map(|line| [line.as_bytes(), b"\n"].concat());
        Ok(Self(Arc::new(lines.collect())))
    }

    fn at(&self, number: u64) -> &[u8] {
        let place = usize::try_from(number).unwrap_or_default() % self.0.len().max(1);
        self.0.get(place).map_or(&[], Vec::as_slice)
    }

    /// Sends over so many connections, together at most `rate` messages a second where it is
    /// given; how many were sent in whole.
    pub(super) fn by_tcp(
        &self,
        to: SocketAddr,
        connections: u32,
        much: Much,
        rate: Option<f64>,
    ) -> anyhow::Result<u64> {
        let share = match much {
            Much::Count(count) => Much::Count(count / u64::from(connections)),
            time @ Much::Time(_) => time,
        };
        let rate = rate.map(|rate| rate / f64::from(connections));
        let senders = (0..connections).map(|number| {
            let messages = self.clone();
            // Each goes through them from another place.
            let first = u64::from(number) * 7_919;
            thread::spawn(move || messages.over_one(to, first, share, rate))
        });
        let senders: Vec<_> = senders.collect();
        let mut sent = 0;
        for sender in senders {
            sent += sender
                .join()
                .map_err(|_| anyhow::anyhow!("a sender failed"))??;
        }
        Ok(sent)
    }

    fn over_one(
        &self,
        to: SocketAddr,
        first: u64,
        much: Much,
        rate: Option<f64>,
    ) -> anyhow::Result<u64> {
        let mut stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        stream.set_write_timeout(Some(Duration::from_secs(1)))?;
        let begin = Instant::now();
        let mut sent = 0;
        let mut part = Vec::new();
        while !is_enough(much, sent, begin) {
            wait_for_turn(begin, sent, rate);
            part.clear();
            let now = match much {
                Much::Count(count) => PART.min(count - sent),
                Much::Time(_) => PART,
            };
            (sent..sent + now).for_each(|number| part.extend_from_slice(self.at(first + number)));
            // Whatever was begun is sent to its end, or nobody could say how much there was.
            write_all(&mut stream, &part)?;
            sent += now;
        }
        stream.shutdown(std::net::Shutdown::Write)?;
        Ok(sent)
    }

    /// Sends datagrams, at most `rate` a second; how many the kernel took.
    pub(super) fn by_udp(&self, to: SocketAddr, time: Duration, rate: f64) -> anyhow::Result<u64> {
        let socket = UdpSocket::bind("127.0.0.1:0")?;
        socket.connect(to)?;
        let begin = Instant::now();
        let (mut number, mut sent) = (0, 0);
        while begin.elapsed() < time {
            wait_for_turn(begin, number, Some(rate));
            for _ in 0..PART {
                // Those that the sender's own kernel refuses were never on their way.
                sent += u64::from(socket.send(self.at(number).trim_ascii_end()).is_ok());
                number += 1;
            }
        }
        Ok(sent)
    }
}

fn is_enough(much: Much, sent: u64, begin: Instant) -> bool {
    match much {
        Much::Count(count) => sent >= count,
        Much::Time(time) => begin.elapsed() >= time,
    }
}

/// Waits until so many messages are due at this rate.
fn wait_for_turn(begin: Instant, sent: u64, rate: Option<f64>) {
    let Some(rate) = rate else { return };
    #[expect(clippy::cast_precision_loss, reason = "far below what a double holds")]
    let due = Duration::from_secs_f64(sent as f64 / rate);
    thread::sleep(due.saturating_sub(begin.elapsed()));
}

fn write_all(stream: &mut TcpStream, mut bytes: &[u8]) -> anyhow::Result<()> {
    let mut since = Instant::now();
    while !bytes.is_empty() {
        match stream.write(bytes) {
            Ok(0) => anyhow::bail!("the receiver closed the connection"),
            Ok(written) => {
                bytes = bytes.get(written..).unwrap_or_default();
                since = Instant::now();
            }
            Err(error)
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut)
                    && since.elapsed() < PATIENCE => {}
            Err(error) => return Err(error).context("the receiver takes nothing"),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{io::Read as _, net::TcpListener};

    use super::*;

    #[test]
    fn as_many_arrive_as_are_said_to_be_sent() {
        let folder = std::env::temp_dir().join(format!("xinglin-send-{}", std::process::id()));
        std::fs::write(&folder, "one\ntwo\nthree\n").unwrap();
        let messages = Messages::read(&folder).unwrap();
        std::fs::remove_file(&folder).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let to = listener.local_addr().unwrap();
        let receiver = thread::spawn(move || {
            let mut text = String::new();
            for _ in 0..2 {
                listener
                    .accept()
                    .unwrap()
                    .0
                    .read_to_string(&mut text)
                    .unwrap();
            }
            text
        });
        let sent = messages
            .by_tcp(to, 2, Much::Count(2_000), Some(1e6))
            .unwrap();
        let text = receiver.join().unwrap();
        assert_eq!((sent, text.lines().count()), (2_000, 2_000));
    }
}
