//! Baselines against a brute-force oracle, with late and shuffled events, over restarts, and
//! within their bounds.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use proptest::{prelude::*, sample::select};
use xinglin_detect::{
    RuleSet,
    baseline::{
        Acceptance, Accepted, BaselineSettings, Baselines, Calendar, Countries, Departure,
        EntityState, Figure,
    },
    correlate::Hit,
};

const WINDOW: i64 = 8;
const LEARNING: i64 = 3;
const SUPPORT: u64 = 6;
const ACTIVE: usize = 3;
const LATENESS: i64 = 600;
const DAY: i64 = 86_400;
/// Midnight in China of Monday 2027-01-04.
const START: i64 = 1_798_992_000;

#[derive(Debug, Clone)]
struct Given {
    who: &'static str,
    /// Seconds from the start.
    at: i64,
    /// Seconds from it to its receipt.
    delay: i64,
    value: &'static str,
    amount: u64,
}

impl Given {
    fn received(&self) -> i64 {
        self.at + self.delay
    }

    fn day(&self) -> i64 {
        self.at.div_euclid(DAY)
    }

    fn hour(&self) -> i64 {
        self.at.rem_euclid(DAY) / 3_600
    }
}

fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(START + seconds).unwrap()
}

fn rules(baseline: &str) -> RuleSet {
    let text = format!(
        "title: a\nname: a\nlogsource: {{category: test}}\ndetection: {{s: {{A: x}}, condition: s}}\n---\ntitle: b\nid: b\nbaseline:\n  rules: [a]\n  group-by: [G]\n  days: {WINDOW}\n  learning: {LEARNING}\n  support: {SUPPORT}\n  active: {ACTIVE}\n  {baseline}\n"
    );
    let mut rules = RuleSet::default();
    rules.read("test", &text);
    rules.finish();
    assert_eq!(rules.problems, []);
    rules
}

fn baselines(baseline: &str, settings: &BaselineSettings) -> Baselines {
    let rules = rules(baseline);
    Baselines::new(rules.baselines, &rules.rules, settings.clone())
}

fn push(baselines: &mut Baselines, number: usize, given: &Given) -> Vec<Departure> {
    let hit = Hit {
        rule: 0,
        event: u64::try_from(number).unwrap(),
        at: time(given.at),
        received_at: time(given.received()),
    };
    let mut departures = Vec::new();
    let value = |name: &str| match name {
        "G" => Some(given.who.to_owned()),
        "N" => Some(given.amount.to_string()),
        _ => Some(given.value.to_owned()),
    };
    baselines.push(hit, value, &mut departures);
    departures
}

/// Everything that came, and what is to be said of it, in the plainest words.
struct Oracle {
    ask: Ask,
    /// In the order of receipt.
    came: Vec<Given>,
    /// By whom, and day or hour: from how much on it is told again.
    told: BTreeMap<(&'static str, i64), u64>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Hours,
    DayVolume,
    HourVolume,
    Values,
}

impl Ask {
    fn written(self) -> &'static str {
        match self {
            Self::Hours => "type: hours\n  around: 1\n  usual: 1",
            Self::DayVolume => {
                "type: volume\n  sum: N\n  per: day\n  deviations: 3\n  factor: 2\n  least: 40"
            }
            Self::HourVolume => {
                "type: volume\n  sum: N\n  per: hour\n  deviations: 3\n  factor: 2\n  least: 40"
            }
            Self::Values => "type: new_value\n  field: V\n  usual: 2\n  most_new: 2",
        }
    }
}

impl Oracle {
    /// What came of one since it was last away for too long, with the event at hand.
    fn history(&self, given: &Given) -> Vec<&Given> {
        let mut kept: Vec<&Given> = Vec::new();
        for one in self.came.iter().filter(|one| one.who == given.who) {
            let today = one.received().div_euclid(DAY);
            let newest = kept.iter().map(|one| one.day()).max();
            if one.day() < today - WINDOW {
                continue;
            }
            if newest.is_some_and(|newest| today - newest > WINDOW) {
                kept.clear();
            } else if newest.is_some_and(|newest| one.day() < newest - WINDOW) {
                continue;
            }
            kept.push(one);
        }
        kept
    }

    fn push(&mut self, given: &Given) -> bool {
        self.came.push(given.clone());
        let day = given.day();
        if day < given.received().div_euclid(DAY) - WINDOW {
            return false;
        }
        let history = self.history(given);
        let (last, earlier) = history.split_last().unwrap();
        if last.at != given.at || last.delay != given.delay {
            return false;
        }
        let since = history.iter().map(|one| one.day()).min().unwrap();
        let newest = history.iter().map(|one| one.day()).max().unwrap();
        let before: Vec<&Given> = earlier
            .iter()
            .copied()
            .filter(|one| (newest - WINDOW..day).contains(&one.day()))
            .collect();
        let days = days_of(&before);
        let is_judged = given.delay <= LATENESS
            && day - since >= LEARNING
            && days.len() >= ACTIVE
            && u64::try_from(before.len()).unwrap() >= SUPPORT;
        match self.ask {
            Ask::Hours => is_judged && is_unusual_hour(&before, given),
            Ask::Values => {
                let kept: Vec<&Given> = earlier.to_vec();
                is_judged && is_unusual_value(&kept, given, since, newest)
            }
            Ask::DayVolume | Ask::HourVolume => {
                let amounts: Vec<u64> =
                    days.iter().map(|day| self.amount(&history, *day)).collect();
                let (of, value) = if self.ask == Ask::DayVolume {
                    (day, self.amount(&history, day))
                } else {
                    (day * 24 + given.hour(), hour_amount(&history, given))
                };
                is_judged && value > limit(amounts) && self.tells(given.who, of, value)
            }
        }
    }

    /// How much a day had: all of it, or its fullest hour.
    fn amount(&self, history: &[&Given], day: i64) -> u64 {
        let of_day = history.iter().filter(|one| one.day() == day);
        if self.ask == Ask::DayVolume {
            return of_day.map(|one| one.amount).sum();
        }
        let in_time = of_day.filter(|one| one.delay <= LATENESS);
        let hours = in_time.map(|one| hour_amount(history, one));
        hours.max().unwrap_or(0)
    }

    fn tells(&mut self, who: &'static str, of: i64, value: u64) -> bool {
        // Only the last that was told is remembered.
        let known = self.told.get(&(who, of)).copied();
        if known.is_some_and(|again| value < again) {
            return false;
        }
        self.told.retain(|(other, _), _| *other != who);
        self.told.insert((who, of), value * 2);
        true
    }
}

fn days_of(events: &[&Given]) -> Vec<i64> {
    let mut days: Vec<i64> = events.iter().map(|one| one.day()).collect();
    days.sort_unstable();
    days.dedup();
    days
}

fn hour_amount(history: &[&Given], of: &Given) -> u64 {
    let in_time = history.iter().filter(|one| one.delay <= LATENESS);
    in_time
        .filter(|one| one.day() == of.day() && one.hour() == of.hour())
        .map(|one| one.amount)
        .sum()
}

fn is_workday(day: i64) -> bool {
    day.rem_euclid(7) < 5
}

fn is_unusual_hour(before: &[&Given], given: &Given) -> bool {
    let alike: Vec<&Given> = before
        .iter()
        .copied()
        .filter(|one| is_workday(one.day()) == is_workday(given.day()))
        .collect();
    let compared = if days_of(&alike).len() >= ACTIVE {
        &alike[..]
    } else {
        before
    };
    !compared.iter().any(|one| {
        let apart = (one.hour() - given.hour()).abs();
        apart.min(24 - apart) <= 1
    })
}

fn is_unusual_value(earlier: &[&Given], given: &Given, since: i64, newest: i64) -> bool {
    let day = given.day();
    // A value as it is told of: the first and the last day, and on how many it came anew; it is
    // forgotten when it was not there within the window.
    let mut known: BTreeMap<&str, (i64, i64, u32)> = BTreeMap::new();
    let mut so_far = i64::MIN;
    for one in earlier {
        so_far = so_far.max(one.day());
        known.retain(|_, (_, last, _)| *last >= so_far - WINDOW);
        let entry = known.entry(one.value).or_insert((one.day(), one.day(), 1));
        if one.day() > entry.1 {
            entry.1 = one.day();
            entry.2 += 1;
        }
        entry.0 = entry.0.min(one.day());
    }
    known.retain(|_, (_, last, _)| *last >= newest - WINDOW);
    if let Some((_, last, days)) = known.get(given.value)
        && (day < *last || days - u32::from(*last == day) >= 2)
    {
        return false;
    }
    let learned = since + LEARNING;
    let new = known.iter().filter(|(value, (first, _, _))| {
        **value != given.value && *first > learned && *first < day
    });
    new.count() < 2
}

fn limit(mut amounts: Vec<u64>) -> u64 {
    let median = |amounts: &mut Vec<u64>| {
        amounts.sort_unstable();
        let middle = amounts.len() / 2;
        if amounts.len() % 2 == 1 {
            amounts[middle]
        } else {
            amounts[middle - 1].midpoint(amounts[middle])
        }
    };
    let middle = median(&mut amounts);
    let mut apart: Vec<u64> = amounts.iter().map(|one| one.abs_diff(middle)).collect();
    let deviation = median(&mut apart);
    // Numbers of these tests are small.
    let float = |number: u64| f64::from(u32::try_from(number).unwrap());
    let spread = float(middle) + 3.0 * 1.4826 * float(deviation);
    let most = spread.max(2.0 * float(middle)).max(40.0).ceil();
    format!("{most:.0}").parse().unwrap()
}

fn given() -> impl Strategy<Value = Vec<Given>> {
    let hours = select(vec![0, 7, 8, 9, 12, 13, 23]);
    let delay = prop_oneof![
        6 => Just(0_i64),
        2 => 1..LATENESS,
        1 => LATENESS + 1..3 * DAY,
        1 => 7 * DAY..10 * DAY,
    ];
    let one = (
        select(vec!["u", "u", "u", "v"]),
        (0_i64..4, hours, 0_i64..3_600),
        delay,
        select(vec!["a", "a", "a", "b", "c", "d", "e"]),
        0_u64..60,
    );
    proptest::collection::vec(one, 1..90).prop_map(|steps| {
        let mut day = 0;
        let mut given: Vec<Given> = Vec::new();
        for (who, (pause, hour, seconds), delay, value, amount) in steps {
            // Mostly one day after the other, now and then a long time.
            day += match pause {
                0 | 1 => 0,
                2 => 1,
                _ if amount == 59 => 12,
                _ => 1,
            };
            given.push(Given {
                who,
                at: day * DAY + hour * 3_600 + seconds,
                delay,
                value,
                amount,
            });
        }
        given.sort_by_key(Given::received);
        given
    })
}

fn check(ask: Ask, all: &[Given], restart: usize) {
    let settings = BaselineSettings::default();
    let mut known = baselines(ask.written(), &settings);
    let mut stored: BTreeMap<u64, EntityState> = BTreeMap::new();
    let mut oracle = Oracle {
        ask,
        came: Vec::new(),
        told: BTreeMap::new(),
    };
    for (number, given) in all.iter().enumerate() {
        if number % restart == restart - 1 {
            for change in known.changes() {
                match change.bytes {
                    Some(_) => stored.insert(change.entity, change),
                    None => stored.remove(&change.entity),
                };
            }
            known.settle();
            known = baselines(ask.written(), &settings);
            for state in stored.values() {
                known.restore(state).unwrap();
            }
        }
        let expected = oracle.push(given);
        let found = push(&mut known, number, given);
        assert_eq!(!found.is_empty(), expected, "{ask:?} {number}: {given:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn hours_are_what_they_are(all in given(), restart in 1_usize..30) {
        check(Ask::Hours, &all, restart);
    }

    #[test]
    fn volumes_of_days_are_what_they_are(all in given(), restart in 1_usize..30) {
        check(Ask::DayVolume, &all, restart);
    }

    #[test]
    fn volumes_of_hours_are_what_they_are(all in given(), restart in 1_usize..30) {
        check(Ask::HourVolume, &all, restart);
    }

    #[test]
    fn values_are_what_they_are(all in given(), restart in 1_usize..30) {
        check(Ask::Values, &all, restart);
    }
}

fn daily(days: i64, who: &'static str) -> Vec<Given> {
    let days = (0..days).flat_map(|day| [9, 14].map(|hour| (day, hour)));
    days.map(|(day, hour)| Given {
        who,
        at: day * DAY + hour * 3_600,
        delay: 0,
        value: "HIS-Server",
        amount: 10,
    })
    .collect()
}

fn at(day: i64, hour: i64, value: &'static str, amount: u64) -> Given {
    Given {
        who: "u",
        at: day * DAY + hour * 3_600,
        delay: 0,
        value,
        amount,
    }
}

fn learned(ask: &str, days: i64) -> Baselines {
    let mut known = baselines(ask, &BaselineSettings::default());
    for (number, given) in daily(days, "u").iter().enumerate() {
        assert_eq!(push(&mut known, number, given), []);
    }
    known
}

#[test]
fn a_departure_says_what_was_usual() {
    let mut known = learned(Ask::Hours.written(), 7);
    let found = push(&mut known, 99, &at(7, 3, "x", 1));
    let [departure] = &found[..] else {
        panic!("{found:?}");
    };
    assert_eq!(departure.entity, [("G".to_owned(), "u".to_owned())]);
    assert_eq!(departure.events, [99]);
    let learned = &departure.learned;
    assert_eq!((learned.events, learned.active_days), (14, 7));
    assert_eq!(learned.since.to_string(), "2027-01-04");
    assert_eq!(learned.day.to_string(), "2027-01-11");
    let Figure::Hours {
        hour,
        hours,
        of_days,
        of_kind,
        ..
    } = &learned.figure
    else {
        panic!("{learned:?}");
    };
    assert_eq!((*hour, *of_days, *of_kind), (3, 5, true));
    assert_eq!((hours[9], hours[14], hours[3]), (5, 5, 0));
}

#[test]
fn days_are_compared_with_those_that_are_worked_alike() {
    let day = |text: &str| text.parse().unwrap();
    for (exceptions, expected) in [
        (vec![], (5, true)),
        // Tuesday and Wednesday were holidays.
        (
            vec![("2027-01-05", false), ("2027-01-06", false)],
            (3, true),
        ),
        // The weekend was worked in exchange.
        (vec![("2027-01-09", true), ("2027-01-10", true)], (7, true)),
        // The day itself is a holiday; too few are like it.
        (vec![("2027-01-11", false)], (7, false)),
    ] {
        let mut known = learned(Ask::Hours.written(), 7);
        let exceptions = exceptions.into_iter();
        known.set_calendar(Calendar {
            exceptions: exceptions
                .map(|(text, worked)| (day(text), worked))
                .collect(),
            ..Calendar::default()
        });
        let found = push(&mut known, 99, &at(7, 3, "x", 1));
        let Figure::Hours {
            of_days, of_kind, ..
        } = &found[0].learned.figure
        else {
            panic!("{found:?}");
        };
        assert_eq!((*of_days, *of_kind), expected);
    }
}

#[test]
fn a_volume_is_told_once_and_again_when_it_doubled() {
    let mut known = learned("type: volume\n  sum: N\n  least: 50", 7);
    let mut told = Vec::new();
    for number in 0..20 {
        for departure in push(&mut known, number, &at(7, 10, "x", 10)) {
            let Figure::Volume {
                value,
                limit,
                median,
                ..
            } = departure.learned.figure
            else {
                panic!("no volume");
            };
            assert_eq!((limit, median), (60, 20));
            told.push((value, departure.events.len()));
        }
    }
    assert_eq!(told, [(70, 7), (140, 8)]);
}

#[test]
fn what_a_person_accepted_is_usual() {
    for (ask, given, what) in [
        (
            Ask::Hours.written(),
            at(7, 3, "x", 1),
            Accepted::Hour {
                hour: 3,
                is_workday: true,
            },
        ),
        (
            "type: volume\n  sum: N\n  least: 50",
            at(7, 10, "x", 500),
            Accepted::Volume { most: 500 },
        ),
        (
            "type: new_value\n  field: V",
            at(7, 10, "PLSQL", 1),
            Accepted::Value {
                value: "plsql".to_owned(),
            },
        ),
    ] {
        let found = push(&mut learned(ask, 7), 99, &given);
        assert_eq!(found[0].learned.figure.accepted(), what);
        for (who, count) in [("u", 0), ("v", 1)] {
            let mut known = learned(ask, 7);
            known.set_accepted(&[Acceptance {
                baseline: "b".to_owned(),
                entity: vec![who.to_owned()],
                what: what.clone(),
            }]);
            assert_eq!(push(&mut known, 99, &given).len(), count, "{ask} {who}");
        }
    }
}

#[test]
fn countries_that_become_known_are_learned_anew() {
    let ask = "type: new_value\n  field: V\n  as: country";
    let mut known = learned(ask, 7);
    assert_eq!(push(&mut known, 50, &at(7, 9, "203.0.113.9", 1)).len(), 1);
    known.settle();
    let (countries, _) = Countries::read("203.0.113.0/24,CN\n");
    known.set_countries(Arc::new(countries));
    assert_eq!(known.extent(0).entities, 0);
    let changes = known.changes();
    assert!(matches!(&changes[..], [EntityState { bytes: None, .. }]));
    for (number, given) in daily(7, "u").iter().enumerate() {
        let mut given = given.clone();
        given.at += 8 * DAY;
        assert_eq!(push(&mut known, number, &given), []);
    }
    let found = push(&mut known, 99, &at(15, 9, "203.0.113.200", 1));
    let Figure::Value { value, known, .. } = &found[0].learned.figure else {
        panic!("no value");
    };
    assert_eq!((value.as_str(), known[0].0.as_str()), ("CN", "his-server"));
}

#[test]
fn the_past_is_taken_before_what_is_known() {
    let ask = "type: new_value\n  field: V";
    let past = learned(ask, 7);
    let mut known = baselines(ask, &BaselineSettings::default());
    assert_eq!(push(&mut known, 1, &at(7, 9, "new", 1)), []);
    known.take_past("b", &past);
    assert_eq!(push(&mut known, 2, &at(7, 10, "newer", 1)).len(), 1);
    assert_eq!(push(&mut known, 3, &at(7, 10, "his-server", 1)), []);
    assert_eq!(known.changes().len(), 1);
}

#[test]
fn memory_is_bounded_and_who_was_seen_longest_ago_goes() {
    let settings = BaselineSettings {
        most_entities: 10,
        most_values: 3,
        ..BaselineSettings::default()
    };
    let mut known = baselines("type: new_value\n  field: V", &settings);
    let mut departures = Vec::new();
    for number in 0..100_i64 {
        let hit = Hit {
            rule: 0,
            event: 1,
            at: time(number * 3_600),
            received_at: time(number * 3_600),
        };
        let value = |name: &str| match name {
            "G" => Some(format!("u{}", number % 30)),
            _ => Some(format!("v{}", number % 7)),
        };
        known.push(hit, value, &mut departures);
        assert!(known.extent(0).entities <= 10);
    }
    assert!(known.losses().entities >= 20);
    let mut one = baselines("type: new_value\n  field: V", &settings);
    for (number, value) in ["a", "b", "c", "d", "e"].into_iter().enumerate() {
        push(&mut one, number, &at(0, 1, value, 1));
    }
    assert_eq!(one.losses().values, 2);
}

#[test]
fn a_damaged_or_changed_state_is_told_and_removed() {
    let ask = "type: new_value\n  field: V";
    let known = learned(ask, 3);
    let [state] = &known.changes()[..] else {
        panic!("one state");
    };
    let bytes = state.bytes.clone().unwrap();
    for length in 0..bytes.len() {
        let mut other = baselines(ask, &BaselineSettings::default());
        let cut = EntityState {
            bytes: Some(bytes[..length].to_vec()),
            ..state.clone()
        };
        assert!(other.restore(&cut).is_err());
        assert_eq!(other.changes()[0].bytes, None);
    }
    let mut other = baselines("type: hours", &BaselineSettings::default());
    assert!(other.restore(state).is_err());
}

#[test]
fn mistakes_in_baselines_are_named() {
    let line = |text: &str, reason: &str| {
        let rule = format!(
            "title: a\nname: a\nlogsource: {{category: t}}\ndetection: {{s: {{A: x}}, condition: s}}\n---\ntitle: b\nbaseline: {{rules: [a], group-by: [G], {text}}}\n"
        );
        let mut rules = RuleSet::default();
        rules.read("test", &rule);
        rules.finish();
        let reasons: Vec<&str> = rules
            .problems
            .iter()
            .map(|one| one.reason.as_str())
            .collect();
        assert!(
            reasons.iter().any(|found| found.contains(reason)),
            "{text}: {reasons:?}"
        );
    };
    line("type: mean", "hours, volume or new_value");
    line("type: volume", "`least`");
    line("type: volume, least: 1.5", "no count");
    line("type: volume, least: 1, factor: 0.5", "at least 1");
    line("type: volume, least: 1, per: week", "`day` or `hour`");
    line("type: new_value", "`field`");
    line("type: new_value, field: V, as: city", "`country`");
    line("type: hours, days: 400", "from 7 to 90");
    line("type: hours, field: V", "says nothing");
    line("type: hours, days: 10, learning: 11", "from 1 to 10");
}

/// What it costs; printed for whoever asks with `--no-capture`.
#[test]
fn a_match_costs_little() {
    let users: Vec<String> = (0..500).map(|number| format!("user{number}")).collect();
    for ask in [
        "type: hours",
        "type: volume\n  least: 50",
        "type: new_value\n  field: V",
    ] {
        let mut known = baselines(ask, &BaselineSettings::default());
        let mut departures = Vec::new();
        let mut pushed = 0_u32;
        for day in 0..42_i64 {
            for step in 0..5_000_i64 {
                let user = &users[usize::try_from(step % 500).unwrap()];
                let seconds = day * DAY + 28_800 + step * 6;
                let hit = Hit {
                    rule: 0,
                    event: u64::from(pushed),
                    at: time(seconds),
                    received_at: time(seconds),
                };
                let value = |name: &str| match name {
                    "G" => Some(user.clone()),
                    _ => Some(format!("program{}", step % 7)),
                };
                known.push(hit, value, &mut departures);
                pushed += 1;
            }
        }
        let extent = known.extent(0);
        let each = extent.bytes / extent.entities;
        assert_eq!(extent.entities, 500);
        assert!(each < 1_500, "{ask}: {each} bytes each");
    }
}
