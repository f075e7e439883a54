//! Files of host keys under millions of mutated inputs; `cargo xtask fuzz ssh` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;

use std::process::ExitCode;

use drive::{of_bytes, parsed};
use xinglin_reach::ssh::{HostKey, KnownHosts};

const KNOWN: &str = "his-db:22 ssh-ed25519 SHA256:uNiVztksCsDhcc0u9e8BrVDzDwN2rVDpjOk0vSCAUmE\n[fe80::1]:2222 ssh-rsa SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\n";

fn main() -> ExitCode {
    drive::main(vec![of_bytes(
        "ssh/known-hosts",
        [KNOWN.as_bytes().to_vec()],
        |bytes| {
            let text = String::from_utf8_lossy(bytes);
            parsed(text.parse::<KnownHosts>());
            parsed(text.parse::<HostKey>());
        },
    )])
}
