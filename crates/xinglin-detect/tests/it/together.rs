//! Rules and correlations run together.

use jiff::Timestamp;
use xinglin_detect::{
    Detector, Found, JsonReader, Pipelines, RuleSet, Settings, correlate::CorrelationSettings,
};

const RULES: &str = r"
title: a failed logon
name: failed
logsource: {category: authentication}
detection: {s: {Outcome: failure}, condition: s}
---
title: a logon
name: logon
logsource: {category: authentication}
detection: {s: {Outcome: success}, condition: s}
---
title: an administrator
name: administrator
logsource: {category: authentication}
detection: {s: {User: admin}, condition: s}
---
title: many failed logons
name: guessing
correlation:
  type: event_count
  rules: [failed]
  group-by: [Source]
  timespan: 10m
  condition: {gte: 3}
---
title: guessed
name: guessed
correlation:
  type: temporal_ordered
  rules: [guessing, logon]
  group-by: [Source]
  timespan: 30m
  generate: true
---
title: the backup tries until it is let in
logsource: {}
filter:
  rules: [failed]
  selection: {User: backup}
  condition: not selection
";

const PIPELINE: &str = "
title: {zh: 登录, en: logons}
fields: {User: user.name, Source: [source.ip, source.domain], Outcome: event.outcome}
sources:
  - {category: authentication, when: {event.kind: logon}}
";

fn detector() -> Detector {
    let mut rules = RuleSet::default();
    rules.read("rules.yml", RULES);
    rules.finish();
    assert_eq!(rules.problems, []);
    let mut pipelines = Pipelines::default();
    pipelines.read("pipeline.yaml", PIPELINE).unwrap();
    let settings = CorrelationSettings::default();
    Detector::new(rules, pipelines, Settings::default(), settings)
}

fn logon(user: &str, source: &str, outcome: &str) -> String {
    format!(
        r#"{{"event":{{"kind":"logon","outcome":"{outcome}"}},"user":{{"name":"{user}"}},"source":{{"ip":"{source}"}}}}"#
    )
}

fn push(detector: &mut Detector, number: u64, event: &str) -> Found {
    let at = Timestamp::from_second(1_800_000_000 + i64::try_from(number).unwrap()).unwrap();
    let mut reader = JsonReader::default();
    let record = reader.read(event, at).unwrap();
    let mut found = Found::default();
    detector.push(&record, number, at, &mut found);
    found
}

#[test]
fn matches_meet_by_the_names_of_rules() {
    let mut detector = detector();
    let mut first = 0;
    for source in ["203.0.113.9", "203.0.113.10"] {
        let mut seen = Vec::new();
        for (number, (user, outcome)) in (first..).zip([
            ("backup", "failure"),
            ("admin", "failure"),
            ("root", "failure"),
            ("root", "failure"),
            ("root", "success"),
        ]) {
            // A restart in between changes nothing.
            let state = detector.save();
            detector = self::detector();
            detector.load(&state).unwrap();
            let found = push(&mut detector, number, &logon(user, source, outcome));
            let rules = found.rules.iter();
            let rules = rules.map(|rule| detector.rules()[*rule].meta.key().to_owned());
            seen.extend(rules);
            for alert in found.alerts {
                let correlation = &detector.correlations()[alert.correlation];
                assert_eq!(
                    alert.group,
                    [("Source".to_owned(), Some(source.to_owned()))]
                );
                seen.push(format!("{} {:?}", correlation.meta.key(), alert.events));
            }
        }
        // What correlations are about is silent, unless one lets it speak.
        let meeting = |name: &str, events: &[u64]| {
            let events: Vec<u64> = events.iter().map(|event| first + event).collect();
            format!("{name} {events:?}")
        };
        let expected = [
            "administrator".to_owned(),
            meeting("guessing", &[1, 2, 3]),
            "logon".to_owned(),
            meeting("guessed", &[3, 4]),
        ];
        assert_eq!(seen, expected);
        first += 1_000;
    }
}
