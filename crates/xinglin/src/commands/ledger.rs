//! `xinglin ledger verify`.

use serde_json::json;

use crate::{
    cli::LedgerCommand,
    commands::{Failure, Outcome, runtime},
    printer::Printer,
};

pub(crate) fn run(command: &LedgerCommand, printer: &mut Printer) -> Result<Outcome, Failure> {
    let LedgerCommand::Verify { data, json } = command;
    let found = runtime()?
        .block_on(xinglin_app::ledger::verify_folder(data))
        .map_err(Failure::input)?;
    let first_bad = found
        .first_bad
        .as_ref()
        .map(|bad| json!({"seq": bad.seq, "reason": bad.reason.to_string()}));
    if *json {
        let answer = json!({
            "ok": found.is_good(),
            "entries": found.entries,
            "head": found.head.hash.to_string(),
            "first_bad": first_bad,
        });
        printer.json(&answer).map_err(Failure::internal)?;
    } else if let Some(bad) = &found.first_bad {
        let line = format!("entry {} does not hold: {}", bad.seq, bad.reason);
        printer.line(&line).map_err(Failure::internal)?;
    } else {
        let line = format!("{} entries hold; head {}", found.entries, found.head.hash);
        printer.line(&line).map_err(Failure::internal)?;
    }
    Ok(if found.is_good() {
        Outcome::Done
    } else {
        Outcome::No
    })
}
