//! Inspects the machine it runs on and prints the document.
//!
//! `cargo run --release -p xinglin-inspect --example inspect_host -- content/checks`
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example speaks to its user"
)]

use std::{fs, io, path::Path};

use xinglin_core::{Clock, SystemClock};
use xinglin_inspect::{LiveHost, checks, inspect};

fn main() -> io::Result<()> {
    let folder = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "content/checks".to_owned());
    let mut files = Vec::new();
    read(Path::new(&folder), &mut files)?;
    let (set, errors) = checks::load(&files);
    for error in errors {
        eprintln!("{error}");
    }
    let inspection = inspect(&LiveHost, &set, SystemClock.now());
    println!("{}", serde_json::to_string(&inspection)?);
    Ok(())
}

fn read(folder: &Path, files: &mut Vec<(String, String)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, files)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            files.push((path.display().to_string(), fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
