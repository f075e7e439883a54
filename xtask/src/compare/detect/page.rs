//! The page that says how far engines agree.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::{self, Write as _},
};

use super::{Difference, KINDS, Kind, Matches, Peer, differences};
use crate::{pypi, sigma};

/// What the page is made of.
pub(super) struct Page<'p> {
    pub(super) titles: BTreeMap<String, String>,
    pub(super) events: usize,
    /// Our matches, all rules asked of all events.
    pub(super) plain: &'p Matches,
    /// Our matches, rules asked of the events of their log source.
    pub(super) routed: &'p Matches,
    pub(super) peers: &'p [Peer],
    pub(super) kinds: &'p [Kind],
}

impl Page<'_> {
    /// The page, and the differences that nobody decided.
    pub(super) fn render(&self) -> anyhow::Result<(String, Vec<String>)> {
        let mut undecided = Vec::new();
        let mut text = format!(
            "# Agreement of detection with other engines\n\n\
             Written by `cargo xtask compare detect --write`: {} events of Windows, from public event logs and public \
             recordings, and {} public rules, event by event. All rules are asked of all events here, since others know no \
             log sources; what these change stands below. Others are rsigma {} and a plain walk over the trees of conditions \
             that pySigma ({}) reads. Kinds of differences are decided in `{KINDS}`; one that is not decided there makes the \
             command fail. What decides is the specification, see also [where engines differ](reference/sigma-differences.md).\n\n\
             | | rules that match | matches | the same in ours | only ours | only theirs |\n\
             | --- | ---: | ---: | ---: | ---: | ---: |\n",
            self.events,
            self.titles.len(),
            sigma::RSIGMA,
            pypi::SIGMA.first().copied().unwrap_or_default(),
        );
        let found: Vec<(&Peer, Vec<Difference>)> = self
            .peers
            .iter()
            .map(|peer| (peer, differences(self.plain, peer)))
            .collect();
        row(&mut text, "ours", self.plain, ["", "", ""])?;
        for (peer, found) in &found {
            let only_theirs: usize = found.iter().map(|one| one.only_theirs).sum();
            let only_ours: usize = found.iter().map(|one| one.only_ours).sum();
            let same = count(&peer.matches) - only_theirs;
            let cells = [same, only_ours, only_theirs].map(|number| number.to_string());
            let cells = cells.each_ref().map(String::as_str);
            row(&mut text, peer.name, &peer.matches, cells)?;
        }
        for (peer, found) in &found {
            self.peer(&mut text, peer, found, &mut undecided)?;
        }
        self.log_sources(&mut text)?;
        Ok((text, undecided))
    }

    fn peer(
        &self,
        text: &mut String,
        peer: &Peer,
        found: &[Difference],
        undecided: &mut Vec<String>,
    ) -> fmt::Result {
        write!(text, "\n## {}\n", peer.name)?;
        if !peer.refused.is_empty() {
            let titles = peer.refused.iter().map(|rule| self.title(rule));
            let titles: Vec<&str> = titles.collect();
            write!(text, "\nRules it does not take: {}.\n", titles.join(", "))?;
        }
        if found.is_empty() {
            text.push_str("\nNothing differs.\n");
            return Ok(());
        }
        text.push_str("\n| kind | rules | only ours | only theirs | decided |\n| --- | ---: | ---: | ---: | --- |\n");
        let of_peer = || self.kinds.iter().filter(|kind| kind.peer == peer.name);
        for kind in of_peer() {
            let own = found.iter().filter(|one| kind.rules.contains(&one.rule));
            let own: Vec<&Difference> = own.collect();
            if own.is_empty() {
                continue;
            }
            let ours: usize = own.iter().map(|one| one.only_ours).sum();
            let theirs: usize = own.iter().map(|one| one.only_theirs).sum();
            writeln!(
                text,
                "| {} | {} | {ours} | {theirs} | {} |",
                kind.what,
                own.len(),
                kind.decided,
            )?;
        }
        text.push_str(
            "\n| rule | ours | theirs | only ours | only theirs | an event | kind |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | --- |\n",
        );
        for one in found {
            let kind = of_peer().find(|kind| kind.rules.contains(&one.rule));
            if kind.is_none() {
                undecided.push(format!("{} {}", peer.name, one.rule));
            }
            writeln!(
                text,
                "| {} (`{}`) | {} | {} | {} | {} | {} | {} |",
                self.title(&one.rule),
                one.rule,
                one.ours,
                one.theirs,
                one.only_ours,
                one.only_theirs,
                one.example,
                kind.map_or("", |kind| &kind.what),
            )?;
        }
        Ok(())
    }

    /// What log sources and names of fields change about our matches.
    fn log_sources(&self, text: &mut String) -> fmt::Result {
        let pairs = |matches: &Matches| -> BTreeSet<(String, u64)> {
            let of = |(rule, events): (&String, &BTreeSet<u64>)| {
                let rule = rule.clone();
                let events: Vec<u64> = events.iter().copied().collect();
                events.into_iter().map(move |event| (rule.clone(), event))
            };
            matches.iter().flat_map(of).collect()
        };
        let (plain, routed) = (pairs(self.plain), pairs(self.routed));
        let gone: Vec<_> = plain.difference(&routed).collect();
        let added: Vec<_> = routed.difference(&plain).collect();
        write!(
            text,
            "\n## Log sources\n\n\
             As it runs, a rule is asked only of the events of its log source, by the names that `content/pipelines` gives \
             fields: {} matches. {} of those above are gone, all of rules for other products or other kinds of events; {} are \
             added, where Windows itself wrote an event whose fields rules name as Sysmon does (4688 for a new process, \
             `NewProcessName` for `Image`), or writes `-` for no value.\n",
            routed.len(),
            gone.len(),
            added.len(),
        )?;
        for (what, pairs) in [("gone", gone), ("added", added)] {
            let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
            for (rule, _) in pairs {
                *by_rule.entry(rule).or_default() += 1;
            }
            let mut by_rule: Vec<_> = by_rule.into_iter().collect();
            by_rule.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            write!(text, "\n| rule | matches {what} |\n| --- | ---: |\n")?;
            for (rule, count) in by_rule {
                writeln!(text, "| {} (`{rule}`) | {count} |", self.title(rule))?;
            }
        }
        Ok(())
    }

    fn title<'t>(&'t self, rule: &'t str) -> &'t str {
        self.titles.get(rule).map_or(rule, String::as_str)
    }
}

fn count(matches: &Matches) -> usize {
    matches.values().map(BTreeSet::len).sum()
}

fn row(text: &mut String, name: &str, matches: &Matches, cells: [&str; 3]) -> fmt::Result {
    let [same, ours, theirs] = cells;
    writeln!(
        text,
        "| {name} | {} | {} | {same} | {ours} | {theirs} |",
        matches.len(),
        count(matches),
    )
}
