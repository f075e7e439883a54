//! Host keys in files and greetings of servers under millions of mutated inputs;
//! `cargo xtask fuzz ssh starttls` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;

use std::{
    future::Future as _,
    pin::pin,
    process::ExitCode,
    task::{Context, Waker},
};

use drive::{Target, of_bytes, parsed};
use xinglin_reach::{
    ssh::{HostKey, KnownHosts},
    tls::StartTls,
};

const KNOWN: &str = "his-db:22 ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BrVDzDwN2rVDpjOk0vSCAUmE\n[fe80::1]:2222 ssh-rsa SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n";

fn main() -> ExitCode {
    let mut targets = vec![of_bytes(
        "ssh/known-hosts",
        [KNOWN.as_bytes().to_vec()],
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            parsed(text.parse::<KnownHosts>());
            parsed(text.parse::<HostKey>());
        },
    )];
    targets.extend(StartTls::ALL.into_iter().map(greetings));
    drive::main(targets)
}

/// What a server says before TLS begins.
fn greetings(protocol: StartTls) -> Target {
    let sample: &[u8] = match protocol {
        StartTls::Smtp => b"220 mail ESMTP\r\n250-mail\r\n250-SIZE 1000\r\n250 STARTTLS\r\n220 go\r\n",
        StartTls::Imap => b"* OK IMAP4rev1\r\n* CAPABILITY STARTTLS\r\na1 OK go\r\n",
        StartTls::Ldap => b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00",
        StartTls::Postgresql => b"S",
        StartTls::Mysql => {
            b"\x20\x00\x00\x00\x0a8.4.0\x00\x01\x00\x00\x00saltsalt\x00\xff\xff\x08\x02\x00\xff\xc1\x15"
        }
    };
    of_bytes(
        &format!("starttls/{}", protocol.name()),
        [sample.to_vec()],
        move |bytes| {
            // Each read is answered at once: nothing waits for a socket or a clock.
            let mut stream = tokio::io::join(bytes, tokio::io::sink());
            let begin = pin!(protocol.begin(&mut stream));
            parsed(begin.poll(&mut Context::from_waker(Waker::noop())));
        },
    )
}
