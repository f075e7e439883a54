//! How many days logrotate keeps each log.

use serde::Serialize;

/// How long one log is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rotation {
    /// The file, or a pattern.
    pub path: String,
    /// Days that rotated files stay; `null` when they rotate by size alone.
    pub days: Option<i64>,
}

/// Settings that hold from where they stand to the end of their block.
#[derive(Debug, Clone, Copy, Default)]
struct Rule {
    period_days: Option<i64>,
    rotate: i64,
    max_age_days: Option<i64>,
    by_size: bool,
}

impl Rule {
    fn apply(&mut self, line: &str) {
        let mut words = line
            .split(|c: char| c.is_whitespace() || c == '=')
            .filter(|word| !word.is_empty());
        let keyword = words.next().unwrap_or_default();
        let number = words.next().and_then(|word| word.parse::<i64>().ok());
        let period = |days| (Some(days), false);
        (self.period_days, self.by_size) = match keyword {
            "hourly" => period(0),
            "daily" => period(1),
            "weekly" => period(7),
            "monthly" => period(30),
            "yearly" => period(365),
            // `size` replaces the period; `maxsize` and `minsize` only bend it.
            "size" => (self.period_days, true),
            "rotate" => {
                self.rotate = number.unwrap_or(0).clamp(-1, 100_000);
                return;
            }
            "maxage" => {
                self.max_age_days = number;
                return;
            }
            _ => return,
        };
    }

    /// Rotated files only: the file being written holds at most one period more.
    fn days(&self) -> Option<i64> {
        if self.by_size {
            return None;
        }
        // `rotate -1` keeps all of them.
        let kept = if self.rotate < 0 {
            36_500
        } else {
            self.rotate * self.period_days?
        };
        Some(self.max_age_days.map_or(kept, |days| kept.min(days.max(0))))
    }
}

/// Reads the main file's text and those of the included directory.
pub fn parse(main: &str, included: &[String]) -> Vec<Rotation> {
    let mut defaults = Rule::default();
    let mut rotations = Vec::new();
    read(main, &mut defaults, &mut rotations);
    for text in included {
        // Settings outside of a block in an included file hold for that file.
        read(text, &mut defaults.clone(), &mut rotations);
    }
    rotations
}

fn read(text: &str, defaults: &mut Rule, rotations: &mut Vec<Rotation>) {
    let mut paths: Vec<String> = Vec::new();
    let mut block: Option<Rule> = None;
    let mut in_script = false;
    for line in text.lines().map(str::trim) {
        if in_script {
            in_script = line != "endscript";
            continue;
        }
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if matches!(
            line,
            "postrotate" | "prerotate" | "firstaction" | "lastaction" | "preremove"
        ) {
            in_script = true;
        } else if let Some(rule) = &mut block {
            if line.starts_with('}') {
                rotations.extend(paths.drain(..).map(|path| Rotation {
                    path,
                    days: rule.days(),
                }));
                block = None;
            } else {
                rule.apply(line);
            }
        } else if line.starts_with(['/', '"', '{']) {
            let (names, opens) = match line.split_once('{') {
                Some((names, _)) => (names, true),
                None => (line, false),
            };
            paths.extend(
                names
                    .split_whitespace()
                    .map(|name| name.trim_matches('"').to_owned()),
            );
            block = opens.then_some(*defaults);
        } else {
            defaults.apply(line);
        }
    }
}
