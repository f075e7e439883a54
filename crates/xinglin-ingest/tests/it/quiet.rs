//! An ordinary day of the demonstration hospital: which rules that are shipped speak of it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp, tz};
use serde::Deserialize;
use xinglin_detect::{
    Detector, Found, Pipelines, RuleSet, Settings, correlate::CorrelationSettings, variables,
};
use xinglin_ingest::Memory;

use super::{PARSERS, rules::content, settings};

/// What the day has that people do want to know: logins past the bastion and at night, one
/// account on many computers (the story gives everybody any address), remote control programs.
const SPEAKING: [&str; 5] = [
    "rules/bastion/bypassed.yml",
    "rules/off_hours/bastion-session-at-night.yml",
    "rules/off_hours/server-login-at-night.yml",
    "rules/records/account-at-many-places.yml",
    "rules/remote_control/ips-signature.yml",
];

#[derive(Deserialize)]
struct Story {
    lists: BTreeMap<String, Vec<String>>,
    sources: Vec<Source>,
}

/// A source, and how much it sends in an hour of the night and of the day.
#[derive(Deserialize)]
struct Source {
    night: i64,
    day: i64,
    messages: Vec<Message>,
}

#[derive(Deserialize)]
struct Message {
    share: usize,
    line: String,
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn filled(story: &Story, chance: &mut Chance, at: Timestamp, line: &str) -> String {
    let local = at.to_zoned(tz::offset(8).to_time_zone());
    let mut text = String::new();
    let mut rest = line;
    while let Some(place) = rest.find(['{', '}']) {
        let (before, behind) = rest.split_at(place);
        text.push_str(before);
        if let Some(others) = behind.strip_prefix("{{") {
            text.push('{');
            rest = others;
            continue;
        }
        if let Some(others) = behind.strip_prefix("}}") {
            text.push('}');
            rest = others;
            continue;
        }
        let inner = behind.strip_prefix('{').unwrap();
        let (name, others) = inner.split_once('}').unwrap();
        rest = others;
        let value = match name {
            "byte" => (1 + chance.below(254)).to_string(),
            "port" => (1_024 + chance.below(64_000)).to_string(),
            "number" => (1_000 + chance.below(90_000)).to_string(),
            "syslog" => local.strftime("%b %e %H:%M:%S").to_string(),
            "rfc3339" => local.strftime("%Y-%m-%dT%H:%M:%S+08:00").to_string(),
            "apache" => local.strftime("%d/%b/%Y:%H:%M:%S +0800").to_string(),
            "slashes" => local.strftime("%Y/%m/%d %H:%M:%S").to_string(),
            "plain" => local.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            list => {
                let list = &story.lists[list];
                let one = list[chance.below(list.len())].clone();
                filled(story, chance, at, &one)
            }
        };
        text.push_str(&value);
    }
    text.push_str(rest);
    text
}

/// A day's messages in the order of time.
fn day(story: &Story) -> Vec<(Timestamp, String)> {
    let start: Timestamp = "2026-07-01T04:00:00Z".parse().unwrap();
    let mut chance = Chance(7);
    let mut messages = Vec::new();
    for source in &story.sources {
        let all: usize = source.messages.iter().map(|message| message.share).sum();
        for hour in 0..24 {
            // It begins at noon, and nights are from 19 to 7.
            let count = if (7..19).contains(&hour) {
                source.night
            } else {
                source.day
            };
            for number in 0..count {
                let after = SignedDuration::from_secs(hour * 3_600 + number * 3_600 / count);
                let at = start + after;
                let mut left = chance.below(all);
                let message = source.messages.iter().find(|message| {
                    let found = left < message.share;
                    left = left.saturating_sub(message.share);
                    found
                });
                let line = filled(story, &mut chance, at, &message.unwrap().line);
                messages.push((at, line));
            }
        }
    }
    messages.sort();
    messages
}

fn detector() -> Detector {
    let files = content(&["rules", "detection", "pipelines"]);
    let known = files
        .iter()
        .filter(|(file, _)| file == "detection/variables.yaml");
    let known = known.flat_map(|(file, text)| variables(file, text).unwrap());
    let mut set = RuleSet::new(known.map(|known| (known.name, known.values)));
    let mut pipelines = Pipelines::default();
    for (file, text) in &files {
        if file.starts_with("pipelines/") {
            pipelines.read(file, text).unwrap();
        } else if file.starts_with("rules/") {
            set.read(file, text);
        }
    }
    set.finish();
    assert_eq!(set.problems, []);
    let settings = Settings {
        zone: tz::offset(8).to_time_zone(),
        ..Settings::default()
    };
    Detector::new(set, pipelines, settings, CorrelationSettings::default())
}

#[test]
fn an_ordinary_day_is_quiet() {
    let story = content(&["demo"]);
    let (_, story) = story
        .iter()
        .find(|(file, _)| file == "demo/logs.yaml")
        .unwrap();
    let story: Story = serde_saphyr::from_str(story).unwrap();
    let messages = day(&story);
    assert!(messages.len() > 5_000, "{}", messages.len());
    let mut detector = detector();
    let own = settings();
    let mut memory = Memory::default();
    let mut found = Found::default();
    let mut speaking: BTreeSet<String> = BTreeSet::new();
    for (number, (at, line)) in (0_u64..).zip(&messages) {
        let parsed = PARSERS.parse(line, *at, &own, &mut memory);
        detector.push(&parsed.event, number, *at, &mut found);
        let rules = found.rules.iter().map(|rule| &detector.rules()[*rule].meta);
        let alerts = found.alerts.iter();
        let alerts = alerts.map(|alert| &detector.correlations()[alert.correlation].meta);
        speaking.extend(rules.chain(alerts).map(|meta| meta.file.clone()));
    }
    let expected: BTreeSet<String> = SPEAKING.iter().map(ToString::to_string).collect();
    assert_eq!(speaking, expected);
}
