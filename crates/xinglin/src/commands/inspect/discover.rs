//! `xinglin inspect discover`: what a port scan saw, against what is on record.

use std::{collections::BTreeMap, fs, net::IpAddr, path::Path};

use anyhow::{Context as _, anyhow};
use serde_json::json;
use xinglin_core::AssetId;
use xinglin_inspect::discovery::{Register, RegisteredAsset, discover, parse_nmap};

use crate::{
    cli::DiscoverArgs,
    commands::{Failure, Outcome},
    printer::Printer,
};

pub(super) fn run(args: &DiscoverArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let bytes = fs::read(&args.file)
        .with_context(|| format!("cannot read {}", args.file.display()))
        .map_err(Failure::input)?;
    let scan = parse_nmap(&bytes)
        .with_context(|| args.file.display().to_string())
        .map_err(Failure::input)?;
    let (register, names) = match &args.known {
        Some(file) => known(file).map_err(Failure::input)?,
        None => (Register::default(), BTreeMap::new()),
    };
    let findings = discover(&scan, &register);
    if args.json {
        let document = json!({"scan": scan, "findings": findings});
        printer.json(&document).map_err(Failure::internal)?;
    } else {
        for found in &findings {
            let name = found.asset.and_then(|asset| names.get(&asset));
            let name = name.map_or("?", String::as_str);
            let line = format!("{} ({name}): {}", found.address, json!(found.problem));
            printer.line(&line).map_err(Failure::internal)?;
        }
    }
    printer.note(&format!(
        "{} hosts, {} findings",
        scan.hosts.len(),
        findings.len()
    ));
    Ok(if findings.is_empty() {
        Outcome::Done
    } else {
        Outcome::No
    })
}

/// `ADDRESS NAME` a line.
fn known(file: &Path) -> anyhow::Result<(Register, BTreeMap<AssetId, String>)> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut register = Register::default();
    let mut names = BTreeMap::new();
    for (number, line) in (1_i64..).zip(text.lines()) {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (address, name) = line.split_once(char::is_whitespace).unwrap_or((line, line));
        let address: IpAddr = address
            .parse()
            .map_err(|_| anyhow!("{} line {number}: expected ADDRESS NAME", file.display()))?;
        register.assets.push(RegisteredAsset {
            asset: AssetId(number),
            addresses: vec![address],
            allowed: None,
        });
        names.insert(AssetId(number), name.trim().to_owned());
    }
    Ok((register, names))
}
