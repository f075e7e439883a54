//! `xinglin agent enrol`.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use anyhow::{Context as _, anyhow};
use xinglin_agent::{EnrolError, ServerError, enrol};

use crate::{
    cli::EnrolArgs,
    commands::{Failure, Outcome},
    host,
    printer::Printer,
};

/// No token is longer.
const MAX_TOKEN_BYTES: u64 = 4 << 10;

pub(super) fn run(args: &EnrolArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    if !args.server.starts_with("https://") {
        let error = anyhow!("'{}': expected https://HOST:PORT", args.server);
        return Err(Failure::input(error));
    }
    let authority = fs::read_to_string(&args.authority)
        .with_context(|| args.authority.display().to_string())
        .map_err(Failure::input)?;
    let token = token(&args.token_file).map_err(Failure::input)?;
    let host_name = args.host_name.clone().unwrap_or_else(host::name);
    let folder = &args.folder.data;
    match enrol(folder, &args.server, &authority, &token, &host_name) {
        Ok(identity) => {
            let line = format!("enrolled as {} in {}", identity.agent, folder.display());
            printer.line(&line).map_err(Failure::internal)?;
            Ok(Outcome::Done)
        }
        Err(
            error @ (EnrolError::AlreadyEnrolled { .. }
            | EnrolError::Server(
                ServerError::NotAllowed { .. } | ServerError::Rejected { .. },
            )),
        ) => {
            printer.note(&format!("xinglin: {error}"));
            Ok(Outcome::No)
        }
        Err(error @ EnrolError::Server(_)) => Err(Failure::input(error)),
        Err(error) => Err(Failure::internal(error)),
    }
}

/// The first line of a file, or of standard input.
fn token(file: &Path) -> anyhow::Result<String> {
    let mut text = String::new();
    if file == Path::new("-") {
        io::stdin()
            .take(MAX_TOKEN_BYTES)
            .read_to_string(&mut text)?;
    } else {
        let opened = fs::File::open(file).with_context(|| file.display().to_string())?;
        opened.take(MAX_TOKEN_BYTES).read_to_string(&mut text)?;
    }
    let token = text.lines().next().unwrap_or_default().trim();
    if token.is_empty() {
        return Err(anyhow!("{}: no token", file.display()));
    }
    Ok(token.to_owned())
}
