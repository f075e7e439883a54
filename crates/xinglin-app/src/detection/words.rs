//! What a baseline learned, in words: the figures of an alert as a sentence of both languages.

use serde::Deserialize;
use xinglin_core::Text;
use xinglin_detect::{
    baseline::{Figure, Learned},
    rule::Per,
};

/// So many of the known values are named.
const MOST_NAMED: usize = 5;

/// The sentences, as content writes them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BaselineWords {
    hours_first: Text,
    hours_rare: Text,
    volume: Text,
    value_first: Text,
    value_rare: Text,
    workdays: Text,
    other_days: Text,
    all_days: Text,
    day: Text,
    hour: Text,
    counted: Text,
    more: Text,
}

impl BaselineWords {
    /// Why something is unusual.
    pub(crate) fn why(&self, learned: &Learned) -> Text {
        let text = self.of_figure(&learned.figure);
        let fill = |text: String| {
            text.replace("{days}", &learned.days.to_string())
                .replace("{active}", &learned.active_days.to_string())
                .replace("{events}", &learned.events.to_string())
        };
        Text::new(fill(text.zh), fill(text.en))
    }

    fn of_figure(&self, figure: &Figure) -> Text {
        match figure {
            Figure::Hours {
                hour,
                is_workday,
                of_kind,
                hours,
                ..
            } => {
                let place = usize::from(*hour);
                let is_first = hours.get(place).is_none_or(|days| *days == 0);
                let text = if is_first {
                    &self.hours_first
                } else {
                    &self.hours_rare
                };
                let compared = match (of_kind, is_workday) {
                    (true, true) => &self.workdays,
                    (true, false) => &self.other_days,
                    (false, _) => &self.all_days,
                };
                let spans = spans(hours);
                each(text, |text, zh| {
                    text.replace("{hour}", &format!("{hour:02}"))
                        .replace("{hours}", &spans)
                        .replace("{compared}", one_of(compared, zh))
                })
            }
            Figure::Volume {
                per,
                sum,
                value,
                limit,
                median,
                deviation,
                ..
            } => {
                let stretch = match per {
                    Per::Day => &self.day,
                    Per::Hour => &self.hour,
                };
                each(&self.volume, |text, zh| {
                    let what = sum.as_deref().unwrap_or(one_of(&self.counted, zh));
                    text.replace("{per}", one_of(stretch, zh))
                        .replace("{value}", &value.to_string())
                        .replace("{limit}", &limit.to_string())
                        .replace("{median}", &median.to_string())
                        .replace("{deviation}", &deviation.to_string())
                        .replace("{what}", what)
                })
            }
            Figure::Value {
                value,
                known,
                of_values,
                is_first,
                ..
            } => {
                let text = if *is_first {
                    &self.value_first
                } else {
                    &self.value_rare
                };
                each(text, |text, zh| {
                    text.replace("{known}", &self.known(known, *of_values, zh))
                        .replace("{value}", value)
                })
            }
        }
    }

    fn known(&self, known: &[(String, u32)], of_values: usize, zh: bool) -> String {
        let named = known
            .iter()
            .take(MOST_NAMED)
            .map(|(value, _)| value.as_str());
        let between = if zh { "、" } else { ", " };
        let mut text = named.collect::<Vec<_>>().join(between);
        if of_values > MOST_NAMED {
            let more = one_of(&self.more, zh).replace("{count}", &of_values.to_string());
            text.push(' ');
            text.push_str(&more);
        }
        text
    }
}

fn each(text: &Text, fill: impl Fn(&str, bool) -> String) -> Text {
    Text::new(fill(&text.zh, true), fill(&text.en, false))
}

fn one_of(text: &Text, zh: bool) -> &str {
    if zh { &text.zh } else { &text.en }
}

/// Hours on which there was something, as stretches such as `07–12, 22`.
fn spans(hours: &[u32]) -> String {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for (hour, days) in hours.iter().enumerate() {
        if *days == 0 {
            continue;
        }
        match spans.last_mut() {
            Some((_, last)) if *last + 1 == hour => *last = hour,
            _ => spans.push((hour, hour)),
        }
    }
    let told = spans.into_iter().map(|(first, last)| {
        if first == last {
            format!("{first:02}")
        } else {
            format!("{first:02}–{last:02}")
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> BaselineWords {
        let text = include_str!("../../../../content/detection/baselines.yaml");
        serde_saphyr::from_str(text).unwrap()
    }

    fn learned(figure: Figure) -> Learned {
        let day = jiff::civil::date(2026, 11, 24);
        Learned {
            since: day,
            day,
            days: 42,
            active_days: 30,
            events: 310,
            figure,
        }
    }

    #[test]
    fn an_hour_is_told_with_what_was_usual() {
        let mut hours = vec![0; 24];
        hours[7..=22].fill(3);
        let why = words().why(&learned(Figure::Hours {
            hour: 3,
            is_workday: true,
            of_kind: true,
            hours,
            of_days: 22,
        }));
        assert_eq!(
            why.zh,
            "第一次在 03 时出现；过去 42 天里有 30 天、共 310 次，工作日都在 07–22 时"
        );
        assert!(
            why.en.contains("on working days all were at 07–22"),
            "{}",
            why.en
        );
    }

    #[test]
    fn volumes_and_values_are_told() {
        let why = words().why(&learned(Figure::Volume {
            per: Per::Day,
            sum: None,
            value: 900,
            limit: 300,
            median: 100,
            deviation: 4,
            history: Vec::new(),
        }));
        assert_eq!(
            why.zh,
            "当日 900 次，平常不超过 300；过去 42 天里有 30 天有记录，中位数 100，绝对中位差 4"
        );
        let why = words().why(&learned(Figure::Value {
            field: "program".to_owned(),
            value: "navicat.exe".to_owned(),
            is_first: true,
            known: vec![("his-server".to_owned(), 30)],
            of_values: 1,
        }));
        assert!(why.zh.starts_with("第一次出现 navicat.exe；"), "{}", why.zh);
        assert!(why.en.ends_with("these only: his-server"), "{}", why.en);
    }
}
