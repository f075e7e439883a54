//! The logs of the demonstration: made from `content/demo/logs.yaml`, the same every time but
//! for their times.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan as _, tz};
use serde::Deserialize;
use xinglin_core::LogSourceId;
use xinglin_store::logs::LogSource;

use crate::{
    Actor, App, AppError, Code,
    assets::AssetFilter,
    logs::demo::{Arrived, keep, load},
    tasks::blocking,
};

const FILE: &str = "demo/logs.yaml";
/// Placeholders within placeholders are filled in so deep.
const DEEPEST: u8 = 4;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    hours: i64,
    lists: BTreeMap<String, Vec<String>>,
    sources: Vec<Source>,
}

/// A source and what it sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Source {
    name: String,
    asset: String,
    address: String,
    transport: String,
    /// Messages an hour at night, and by day.
    night: u64,
    day: u64,
    #[serde(default)]
    rejected: i64,
    #[serde(default)]
    silent_hours: i64,
    #[serde(default)]
    silent_after_minutes: Option<i64>,
    messages: Vec<Kind>,
    #[serde(default)]
    bursts: Vec<Burst>,
}

/// One of the messages of a source.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    share: u64,
    line: String,
}

/// Many messages in a short time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Burst {
    hours_ago: i64,
    /// So many minutes after that hour.
    #[serde(default)]
    minutes_later: i64,
    minutes: u64,
    count: u64,
    line: String,
}

/// Numbers that are the same every time (`SplitMix64`).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ bits >> 31) % end.max(1)
    }

    fn one_of<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let count = u64::try_from(list.len()).unwrap_or(u64::MAX);
        list.get(usize::try_from(self.below(count)).unwrap_or_default())
    }
}

impl App {
    /// Fills the lake with the last days of the demonstration.
    pub(super) async fn demo_logs(&self, actor: &Actor, today: Timestamp) -> Result<(), AppError> {
        let wrong = |problem: String| {
            AppError::new(Code::UnreadableFile).field("content/demo/logs.yaml", "", problem)
        };
        let story: Story = serde_saphyr::from_str(&self.demo_file(FILE)?)
            .map_err(|error| wrong(error.to_string()))?;
        self.open_logs().await?;
        let filter = AssetFilter {
            limit: 1_000,
            ..AssetFilter::default()
        };
        let (assets, _) = self.list_assets(actor, &filter).await?;
        let mut sources = Vec::new();
        let mut messages = Vec::new();
        for source in &story.sources {
            let made = messages_of(&story, source, today);
            let asset = assets.iter().find(|row| row.asset.code == source.asset);
            let asset = asset.ok_or_else(|| wrong(format!("no asset {}", source.asset)))?;
            sources.push(LogSource {
                id: LogSourceId(0),
                name: source.name.clone(),
                address: source.address.clone(),
                transport: source.transport.clone(),
                parser: None,
                asset_id: Some(asset.asset.id),
                silent_after_minutes: source.silent_after_minutes,
                first_seen_at: today - story.hours.hours(),
                last_seen_at: made.iter().map(|one| one.received_at).max(),
                events_total: i64::try_from(made.len()).unwrap_or(i64::MAX),
                rejected: source.rejected,
                dropped: 0,
                cut: 0,
                clock_skew_seconds: None,
                silent_since: None,
            });
            messages.extend(made);
        }
        messages.sort_by_key(|one| one.received_at);
        let logs = self.logs()?;
        load(&logs, sources, today);
        blocking(move || keep(&logs, &messages)).await??;
        self.tend_log_sources(true).await?;
        // The second look sees who is silent.
        self.tend_log_sources(true).await?;
        self.detect().await
    }
}

fn messages_of(story: &Story, source: &Source, today: Timestamp) -> Vec<Arrived> {
    let seed = source.name.bytes();
    let add = |seed: u64, byte: u8| seed.wrapping_mul(31).wrapping_add(u64::from(byte));
    let mut chance = Chance(seed.fold(7, add));
    let mut made = Vec::new();
    let mut give = |chance: &mut Chance, at: Timestamp, line: &str| {
        let text = filled(story, chance, at, line, DEEPEST);
        made.push(Arrived {
            source: source.name.as_str().into(),
            peer: source.address.as_str().into(),
            transport: transport(&source.transport),
            received_at: at,
            bytes: text.into_bytes().into(),
        });
    };
    let shares: u64 = source.messages.iter().map(|kind| kind.share).sum();
    for hour in (source.silent_hours..story.hours).rev() {
        let begin = today - (hour + 1).hours();
        let by_clock = begin.to_zoned(tz::offset(8).to_time_zone()).hour();
        let count = if (8..18).contains(&by_clock) {
            source.day
        } else {
            source.night
        };
        for _ in 0..count {
            let at = later(begin, chance.below(3_600_000));
            let mut place = chance.below(shares);
            let kind = source.messages.iter().find(|kind| {
                let is_it = place < kind.share;
                place = place.saturating_sub(kind.share);
                is_it
            });
            if let Some(kind) = kind {
                give(&mut chance, at, &kind.line);
            }
        }
    }
    for burst in &source.bursts {
        let begin = today - burst.hours_ago.hours() + burst.minutes_later.minutes();
        for _ in 0..burst.count {
            let at = later(begin, chance.below(burst.minutes * 60_000));
            give(&mut chance, at, &burst.line);
        }
    }
    made
}

fn later(begin: Timestamp, milliseconds: u64) -> Timestamp {
    let milliseconds = i64::try_from(milliseconds).unwrap_or_default();
    begin + milliseconds.milliseconds()
}

fn transport(word: &str) -> &'static str {
    let known = ["udp", "tcp", "tls", "file", "journal"];
    let known = known.into_iter().find(|known| *known == word);
    known.unwrap_or("http")
}

/// A line with its placeholders filled in; two braces stand for one.
fn filled(story: &Story, chance: &mut Chance, at: Timestamp, line: &str, depth: u8) -> String {
    let mut text = String::with_capacity(line.len() * 2);
    let mut rest = line;
    while let Some((before, behind)) = rest.split_once(['{', '}']) {
        text.push_str(before);
        let is_open = rest.as_bytes().get(before.len()) == Some(&b'{');
        let brace = if is_open { '{' } else { '}' };
        if let Some(behind) = behind.strip_prefix(brace) {
            text.push(brace);
            rest = behind;
            continue;
        }
        let (name, behind) = behind.split_once('}').unwrap_or((behind, ""));
        rest = behind;
        match (value(chance, at, name), depth.checked_sub(1)) {
            (Some(value), _) => text.push_str(&value),
            (None, Some(depth)) => {
                let list = story.lists.get(name).map(Vec::as_slice);
                let one = chance.one_of(list.unwrap_or_default()).cloned();
                text.push_str(&filled(story, chance, at, &one.unwrap_or_default(), depth));
            }
            (None, None) => {}
        }
    }
    text.push_str(rest);
    text
}

fn value(chance: &mut Chance, at: Timestamp, name: &str) -> Option<String> {
    let time = |format: &str| {
        let local = at.to_zoned(tz::offset(8).to_time_zone());
        local.strftime(format).to_string()
    };
    Some(match name {
        "byte" => (1 + chance.below(254)).to_string(),
        "port" => (1_024 + chance.below(64_000)).to_string(),
        "number" => (1_000 + chance.below(90_000)).to_string(),
        "syslog" => time("%b %e %H:%M:%S"),
        "rfc3339" => time("%Y-%m-%dT%H:%M:%S%.3f+08:00"),
        "apache" => time("%d/%b/%Y:%H:%M:%S +0800"),
        "slashes" => time("%Y/%m/%d %H:%M:%S"),
        "plain" => time("%Y-%m-%d %H:%M:%S"),
        _ => return None,
    })
}
