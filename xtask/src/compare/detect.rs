//! Matches of Sigma rules on recorded events, event by event, with rsigma's and with what
//! follows from rules as pySigma reads them.

mod page;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::OsString,
    fs,
    path::Path,
};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use serde_json::Value;

use crate::{
    pypi,
    say::{headline, line},
    shell, sigma,
    workspace::Workspace,
};
use page::Page;

const EVENTS: &str = include_str!("detect/events.py");
const EXPECTED: &str = include_str!("detect/expected.py");
const PAGE: &str = "docs/detection-agreement.md";
const KINDS: &str = "xtask/detection-agreement.toml";

/// Events that match, by the identifiers of rules.
type Matches = BTreeMap<String, BTreeSet<u64>>;

/// Kinds of differences, decided.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kinds {
    kind: Vec<Kind>,
}

/// One kind of difference.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    peer: String,
    what: String,
    /// What the specification says, and who is right by it.
    decided: String,
    rules: BTreeSet<String>,
}

/// A rule that does not match the same events in both.
#[derive(Debug)]
struct Difference {
    rule: String,
    ours: usize,
    theirs: usize,
    only_ours: usize,
    only_theirs: usize,
    /// An event that one has and the other has not.
    example: u64,
}

/// One of those we are compared with.
#[derive(Debug)]
struct Peer {
    name: &'static str,
    matches: Matches,
    /// Rules it refuses.
    refused: BTreeSet<String>,
}

pub(super) fn run(workspace: &Workspace, is_written: bool) -> anyhow::Result<()> {
    headline("compare: detect");
    let Some(collection) = sigma::collection(workspace) else {
        bail!("there are no recorded events and public rules beside this checkout");
    };
    let folder = workspace.target()?.join("xtask/compare");
    let rules = folder.join("rules");
    fs::create_dir_all(&folder)?;
    sigma::unpack_rules(&rules, Some(&collection))?;
    let events = folder.join("events.ndjson");
    let python = pypi::with_sigma(workspace)?;
    if !events.exists() {
        let script = folder.join("events.py");
        fs::write(&script, EVENTS)?;
        drop(fs::remove_file(folder.join("expected.tsv")));
        let mut make = shell::command(&python, &folder);
        make.arg(&script).arg(collection.join("logs")).arg(&events);
        shell::run(&mut make)?;
    }
    let ours = sigma::build(workspace)?;
    let pipelines = workspace.path("content/pipelines");
    line("    matches of ours, without and with log sources");
    let plain = our_matches(&sigma::our_words(&ours, &rules, None, &events), &folder)?;
    let words = sigma::our_words(&ours, &rules, Some(&pipelines), &events);
    let routed = our_matches(&words, &folder)?;
    let peers = [
        expected(&python, &rules, &events, &folder)?,
        rsigma(workspace, &rules, &events, &folder)?,
    ];
    let kinds = fs::read_to_string(workspace.path(KINDS)).context(KINDS)?;
    let kinds: Kinds = toml::from_str(&kinds).context(KINDS)?;
    let page = Page {
        titles: titles(&rules)?,
        events: fs::read_to_string(&events)?.lines().count(),
        plain: &plain,
        routed: &routed,
        peers: &peers,
        kinds: &kinds.kind,
    };
    let (text, undecided) = page.render()?;
    line(&text);
    if is_written {
        fs::write(workspace.path(PAGE), text).context(PAGE)?;
        line(&format!("    written to {PAGE}"));
    }
    if !undecided.is_empty() {
        bail!(
            "differences that {KINDS} does not decide: {}",
            undecided.join(", ")
        );
    }
    Ok(())
}

/// What differs between two.
fn differences(ours: &Matches, peer: &Peer) -> Vec<Difference> {
    let rules: BTreeSet<&String> = ours.keys().chain(peer.matches.keys()).collect();
    let none = BTreeSet::new();
    let of = |rule: &&String| {
        let own = ours.get(*rule).unwrap_or(&none);
        let theirs = peer.matches.get(*rule).unwrap_or(&none);
        let example = own.symmetric_difference(theirs).next()?;
        Some(Difference {
            rule: (*rule).clone(),
            ours: own.len(),
            theirs: theirs.len(),
            only_ours: own.difference(theirs).count(),
            only_theirs: theirs.difference(own).count(),
            example: *example,
        })
    };
    rules.iter().filter_map(of).collect()
}

fn output(words: &[OsString], folder: &Path) -> anyhow::Result<String> {
    let (program, words) = words.split_first().context("no program")?;
    shell::read(shell::command(program, folder).args(words))
}

fn our_matches(words: &[OsString], folder: &Path) -> anyhow::Result<Matches> {
    let mut matches = Matches::new();
    for said in output(words, folder)?.lines() {
        let said: Value = serde_json::from_str(said)?;
        let rule = said["rule"].as_str().context("a match without a rule")?;
        let event = said["record"]
            .as_u64()
            .context("a match without an event")?;
        matches.entry(rule.to_owned()).or_default().insert(event);
    }
    Ok(matches)
}

/// What follows from rules as pySigma reads them.
fn expected(python: &Path, rules: &Path, events: &Path, folder: &Path) -> anyhow::Result<Peer> {
    let (script, kept) = (folder.join("expected.py"), folder.join("expected.tsv"));
    // Rules and events stay as they are; what was expected of them stays as long as the script.
    let is_known = kept.exists() && fs::read_to_string(&script).is_ok_and(|text| text == EXPECTED);
    let said = if is_known {
        fs::read_to_string(&kept)?
    } else {
        line("    what pySigma's reading of the rules expects; this takes minutes");
        fs::write(&script, EXPECTED)?;
        let words = [python, &script, rules, events].map(OsString::from);
        let said = output(&words, folder)?;
        fs::write(&kept, &said)?;
        said
    };
    let mut peer = Peer {
        name: "pySigma",
        matches: Matches::new(),
        refused: BTreeSet::new(),
    };
    for said in said.lines() {
        let mut parts = said.split('\t');
        let rule = parts.next().unwrap_or_default().to_owned();
        match parts.next() {
            Some("refused") => {
                peer.refused.insert(rule);
            }
            event => {
                let event = event.unwrap_or_default().parse().context("an event")?;
                peer.matches.entry(rule).or_default().insert(event);
            }
        }
    }
    Ok(peer)
}

fn rsigma(
    workspace: &Workspace,
    rules: &Path,
    events: &Path,
    folder: &Path,
) -> anyhow::Result<Peer> {
    let program = sigma::rsigma(workspace)?;
    line("    matches of rsigma");
    let mut words = sigma::rsigma_words(&program, rules, events);
    words.push("--include-event".into());
    let mut matches = Matches::new();
    for said in output(&words, folder)?.lines() {
        let said: Value = serde_json::from_str(said)?;
        let rule = said["rule_id"].as_str().unwrap_or_default();
        let event = said["event"]["xinglin_event"].as_u64();
        let event = event.context("a match of rsigma without its event")?;
        matches.entry(rule.to_owned()).or_default().insert(event);
    }
    Ok(Peer {
        name: "rsigma",
        matches,
        refused: BTreeSet::new(),
    })
}

/// Titles of rules by their identifiers.
fn titles(folder: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let mut titles = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            titles.append(&mut self::titles(&path)?);
            continue;
        }
        if path.extension().is_none_or(|end| end != "yml") {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let of = |key: &str| {
            let mut values = text.lines().filter_map(|line| line.strip_prefix(key));
            values
                .next()
                .map(|value| value.trim().trim_matches('\'').to_owned())
        };
        if let Some((id, title)) = of("id:").zip(of("title:")) {
            titles.insert(id, title);
        }
    }
    Ok(titles)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_are_counted_on_both_sides() {
        let of = |rules: &[(&str, &[u64])]| -> Matches {
            let rules = rules.iter();
            let rules = rules.map(|(rule, events)| ((*rule).to_owned(), events.iter().copied()));
            rules
                .map(|(rule, events)| (rule, events.collect()))
                .collect()
        };
        let ours = of(&[("a", &[1, 2]), ("b", &[3]), ("c", &[4])]);
        let peer = Peer {
            name: "other",
            matches: of(&[("a", &[2, 5]), ("b", &[3]), ("d", &[6])]),
            refused: BTreeSet::new(),
        };
        let found = differences(&ours, &peer);
        let shown: Vec<_> = found
            .iter()
            .map(|one| {
                (
                    one.rule.as_str(),
                    one.only_ours,
                    one.only_theirs,
                    one.example,
                )
            })
            .collect();
        assert_eq!(shown, [("a", 1, 1, 1), ("c", 1, 0, 4), ("d", 0, 1, 6)]);
    }
}
