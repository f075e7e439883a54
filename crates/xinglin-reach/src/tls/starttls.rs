//! Protocols that begin in clear text and go on to TLS when asked.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// Lines of a greeting are no longer.
const LINE_LIMIT: usize = 4096;
const LINES_LIMIT: usize = 100;
/// The extended request of LDAP (RFC 4511 4.14.1): message 1, `1.3.6.1.4.1.1466.20037`.
const LDAP_REQUEST: &[u8] = b"\x30\x1d\x02\x01\x01\x77\x18\x80\x161.3.6.1.4.1.1466.20037";
/// `SSLRequest` of PostgreSQL.
const POSTGRESQL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f];
const MYSQL_SSL: u16 = 0x0800;

/// What bytes come from and go to.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// A protocol that goes on to TLS when asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartTls {
    /// Mail between servers.
    Smtp,
    /// Mail boxes.
    Imap,
    /// Directories.
    Ldap,
    /// PostgreSQL, KingbaseES.
    Postgresql,
    /// MySQL, MariaDB.
    Mysql,
}

impl StartTls {
    /// All protocols.
    pub const ALL: [Self; 5] = [
        Self::Smtp,
        Self::Imap,
        Self::Ldap,
        Self::Postgresql,
        Self::Mysql,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Smtp => "smtp",
            Self::Imap => "imap",
            Self::Ldap => "ldap",
            Self::Postgresql => "postgresql",
            Self::Mysql => "mysql",
        }
    }

    /// The protocol of a name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|protocol| protocol.name() == name)
    }

    /// Speaks until the server expects a hello.
    ///
    /// # Errors
    /// The stream's own; [`io::ErrorKind::Unsupported`] for an answer that is not the
    /// protocol's consent.
    pub async fn begin<S: Stream>(self, stream: &mut S) -> io::Result<()> {
        match self {
            Self::Smtp => {
                reply(stream, "220 ").await?;
                stream.write_all(b"EHLO xinglin.invalid\r\n").await?;
                reply(stream, "250 ").await?;
                stream.write_all(b"STARTTLS\r\n").await?;
                reply(stream, "220 ").await
            }
            Self::Imap => {
                reply(stream, "* OK").await?;
                stream.write_all(b"a1 STARTTLS\r\n").await?;
                reply(stream, "a1 OK").await
            }
            Self::Ldap => {
                stream.write_all(LDAP_REQUEST).await?;
                let mut head = [0; 2];
                stream.read_exact(&mut head).await?;
                let [_, length] = head;
                // Longer answers carry an explanation of a refusal.
                let mut rest = vec![0; usize::from(length & 0x7f)];
                stream.read_exact(&mut rest).await?;
                let agreed = rest.windows(3).any(|part| part == [0x0a, 1, 0]);
                agreed.then_some(()).ok_or_else(refused)
            }
            Self::Postgresql => {
                stream.write_all(&POSTGRESQL_REQUEST).await?;
                let mut answer = [0];
                stream.read_exact(&mut answer).await?;
                (answer == *b"S").then_some(()).ok_or_else(refused)
            }
            Self::Mysql => mysql(stream).await,
        }
    }
}

fn refused() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "the server refused")
}

/// Reads lines until one begins so; a line of another kind is a refusal.
async fn reply<S: Stream>(stream: &mut S, wanted: &str) -> io::Result<()> {
    for _ in 0..LINES_LIMIT {
        let line = line(stream).await?;
        if line.starts_with(wanted.as_bytes()) {
            return Ok(());
        }
        // `250-SIZE` announces further lines; `* CAPABILITY` comes before what is waited for.
        let goes_on = line.get(3) == Some(&b'-') || line.starts_with(b"* ");
        if !goes_on {
            return Err(refused());
        }
    }
    Err(refused())
}

/// Reads one line byte by byte, so that nothing that follows is lost.
async fn line<S: Stream>(stream: &mut S) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    while line.len() < LINE_LIMIT {
        let byte = stream.read_u8().await?;
        if byte == b'\n' {
            return Ok(line);
        }
        line.push(byte);
    }
    Err(refused())
}

async fn mysql<S: Stream>(stream: &mut S) -> io::Result<()> {
    let mut head = [0; 4];
    stream.read_exact(&mut head).await?;
    let [low, high, _, _] = head;
    let mut greeting = vec![0; usize::from(u16::from_le_bytes([low, high]))];
    stream.read_exact(&mut greeting).await?;
    // Version 10, the server's name to a zero, connection 4, salt 8, zero 1, capabilities 2.
    let name = greeting
        .iter()
        .position(|byte| *byte == 0)
        .ok_or_else(refused)?;
    let capabilities = match greeting.get(name + 14..name + 16) {
        Some([low, high]) if greeting.first() == Some(&10) => u16::from_le_bytes([*low, *high]),
        _ => return Err(refused()),
    };
    if capabilities & MYSQL_SSL == 0 {
        return Err(refused());
    }
    let mut request = vec![32, 0, 0, 1];
    // Protocol 4.1, TLS, secure authentication; packets of 16 MiB; Latin 1.
    request.extend(0x0000_8a00_u32.to_le_bytes());
    request.extend(0x0100_0000_u32.to_le_bytes());
    request.push(8);
    request.extend([0; 23]);
    stream.write_all(&request).await
}
