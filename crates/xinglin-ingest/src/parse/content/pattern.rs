//! Patterns of lines: literal text with places for values.
//!
//! `%{shape:field}` reads a value, `%{shape}` skips one, `%?{…}` may be missing, `%{a|b:field}`
//! is one of these words, `%%` is a percent sign. A pattern fits a whole line. There are no
//! regular expressions: a shape takes what its class of characters allows, `word` and `notspace`
//! give back what a literal text behind them needs, `text` takes as little as what comes next
//! permits, so that matching is fast and bounded.

mod shape;
mod source;

use std::collections::BTreeMap;

use shape::{Shape, take};
use source::compile_into;

/// So many values of one line are read.
const MOST_CAPTURES: usize = 48;
/// So many attempts are made at one line of usual length.
const MOST_ATTEMPTS: usize = 512;
/// An attempt at a text counts once more for each so many bytes of it.
const BYTES_AN_ATTEMPT: usize = 8 << 10;

/// A pattern, ready to match.
#[derive(Debug)]
pub(crate) struct Pattern {
    steps: Vec<Step>,
}

#[derive(Debug)]
enum Step {
    Literal(Box<str>),
    Take(Shape, Option<u16>),
    Words(Vec<Box<str>>, Option<u16>),
    /// Goes on behind this; when that fails, at the step with this number.
    Split(usize),
}

/// A value that was read: which target of the parser, and where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Capture {
    pub(crate) target: u16,
    start: u32,
    end: u32,
}

/// What a pattern read.
pub(crate) struct Captures {
    list: [Capture; MOST_CAPTURES],
    length: usize,
}

impl Captures {
    pub(crate) fn new() -> Self {
        Self {
            list: [Capture::default(); MOST_CAPTURES],
            length: 0,
        }
    }

    /// The values in the order of the pattern.
    pub(crate) fn of<'a>(&self, text: &'a str) -> impl Iterator<Item = (u16, &'a str)> {
        let list = self.list.get(..self.length).unwrap_or_default();
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        list.iter().filter_map(move |capture| {
            let part = text.get(place(capture.start)..place(capture.end))?;
            Some((capture.target, part))
        })
    }

    fn push(&mut self, target: Option<u16>, start: usize, end: usize) {
        let (Some(target), Some(place)) = (target, self.list.get_mut(self.length)) else {
            return;
        };
        // Longer texts are cut before they come here.
        let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        *place = Capture {
            target,
            start: short(start),
            end: short(end),
        };
        self.length += 1;
    }
}

impl Pattern {
    /// Makes a pattern ready. `target` gives the number of a field such as `source.ip` or
    /// `source.ip:host`.
    pub(crate) fn compile(
        source: &str,
        named: &BTreeMap<String, String>,
        target: &mut dyn FnMut(&str) -> Result<u16, String>,
    ) -> Result<Self, String> {
        let mut steps = Vec::new();
        compile_into(&mut steps, source, named, target, 0)?;
        let captures = steps
            .iter()
            .filter(|step| matches!(step, Step::Take(_, Some(_)) | Step::Words(_, Some(_))))
            .count();
        if captures > MOST_CAPTURES {
            return Err(format!("more than {MOST_CAPTURES} values in one pattern"));
        }
        if steps.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        Ok(Self { steps })
    }

    /// Whether the pattern fits the text; then with what it read.
    pub(crate) fn matches(&self, text: &str, captures: &mut Captures) -> bool {
        captures.length = 0;
        let mut attempts = MOST_ATTEMPTS;
        self.run(0, text, 0, captures, &mut attempts)
    }

    fn run(
        &self,
        mut step: usize,
        text: &str,
        mut at: usize,
        captures: &mut Captures,
        attempts: &mut usize,
    ) -> bool {
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let Some(current) = self.steps.get(step) else {
                return rest.trim_ascii_end().is_empty();
            };
            match current {
                Step::Literal(literal) => {
                    if !rest.starts_with(&**literal) {
                        return false;
                    }
                    at += literal.len();
                }
                Step::Words(words, target) => {
                    let found = words.iter().find(|word| rest.starts_with(&***word));
                    let Some(word) = found else {
                        return false;
                    };
                    captures.push(*target, at, at + word.len());
                    at += word.len();
                }
                Step::Split(other) => {
                    if !spend(attempts, 0) {
                        return false;
                    }
                    let before = captures.length;
                    if self.run(step + 1, text, at, captures, attempts) {
                        return true;
                    }
                    captures.length = before;
                    step = *other;
                    continue;
                }
                Step::Take(Shape::Text, target) => {
                    return self.run_text(step, text, at, *target, captures, attempts);
                }
                Step::Take(shape, target) => {
                    if shape.gives_back()
                        && self.run_shorter(step, text, at, *shape, captures, attempts)
                    {
                        return true;
                    }
                    let Some((skipped, length, behind)) = take(*shape, rest) else {
                        return false;
                    };
                    captures.push(*target, at + skipped, at + skipped + length);
                    at += skipped + length + behind;
                }
            }
            step += 1;
        }
    }

    /// Tries ends before that of the longest value, from the right: where a literal comes next
    /// of which the value could be a part, such as the hyphens of `%SYS-5-CONFIG_I`.
    fn run_shorter(
        &self,
        step: usize,
        text: &str,
        at: usize,
        shape: Shape,
        captures: &mut Captures,
        attempts: &mut usize,
    ) -> bool {
        let Some(Step::Take(_, target)) = self.steps.get(step) else {
            return false;
        };
        let before = captures.length;
        let mut next = step + 1;
        loop {
            let (literal, other) = match self.steps.get(next) {
                Some(Step::Literal(literal)) => (Some(literal), None),
                Some(Step::Split(other)) => match self.steps.get(next + 1) {
                    Some(Step::Literal(literal)) => (Some(literal), Some(*other)),
                    _ => (None, Some(*other)),
                },
                _ => return false,
            };
            let from = if other.is_some() { next + 1 } else { next };
            if let Some(literal) = literal.filter(|literal| shape.holds_first_of(literal)) {
                let rest = text.get(at..).unwrap_or_default();
                let Some((_, longest, _)) = take(shape, rest) else {
                    return false;
                };
                let mut end = (longest + literal.len()).min(rest.len());
                while let Some(found) = rest
                    .as_bytes()
                    .get(..end)
                    .and_then(|bytes| memchr::memmem::rfind(bytes, literal.as_bytes()))
                    .filter(|found| *found > 0)
                {
                    if !spend(attempts, longest) {
                        return false;
                    }
                    captures.push(*target, at, at + found);
                    if self.run(from, text, at + found, captures, attempts) {
                        return true;
                    }
                    captures.length = before;
                    end = found + literal.len() - 1;
                }
            }
            let Some(other) = other else {
                return false;
            };
            next = other;
        }
    }

    /// `text` ends at the first place where the rest of the pattern fits.
    fn run_text(
        &self,
        step: usize,
        text: &str,
        at: usize,
        target: Option<u16>,
        captures: &mut Captures,
        attempts: &mut usize,
    ) -> bool {
        let before = captures.length;
        let rest = text.get(at..).unwrap_or_default();
        // Where the value may end is told by the literal that follows, on either way when
        // something that may be missing comes next.
        let mut next = step + 1;
        loop {
            let (literal, other) = match self.steps.get(next) {
                None => {
                    captures.push(target, at, at + rest.trim_ascii_end().len());
                    return true;
                }
                Some(Step::Literal(literal)) => (Some(literal), None),
                Some(Step::Split(other)) => match self.steps.get(next + 1) {
                    Some(Step::Literal(literal)) => (Some(literal), Some(*other)),
                    _ => (None, Some(*other)),
                },
                Some(_) => (None, None),
            };
            let from = if other.is_some() { next + 1 } else { next };
            if let Some(literal) = literal {
                for found in memchr::memmem::find_iter(rest.as_bytes(), literal.as_bytes()) {
                    if !spend(attempts, rest.len()) {
                        return false;
                    }
                    captures.push(target, at, at + found);
                    if self.run(from, text, at + found, captures, attempts) {
                        return true;
                    }
                    captures.length = before;
                }
            }
            let Some(other) = other else {
                return false;
            };
            next = other;
        }
    }
}

/// Takes an attempt at so many bytes off those that are left, if there are as many.
fn spend(attempts: &mut usize, bytes: usize) -> bool {
    let cost = 1 + bytes / BYTES_AN_ATTEMPT;
    let left = attempts.checked_sub(cost);
    *attempts = left.unwrap_or_default();
    left.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pattern: &str, text: &str) -> Option<String> {
        let mut names = Vec::new();
        let named = BTreeMap::from([("endpoint".to_owned(), "%{ip:ip}:%{int:port}".to_owned())]);
        let pattern = Pattern::compile(pattern, &named, &mut |name| {
            names.push(name.to_owned());
            Ok(u16::try_from(names.len() - 1).unwrap())
        })
        .unwrap();
        let mut captures = Captures::new();
        pattern.matches(text, &mut captures).then(|| {
            let found: Vec<String> = captures
                .of(text)
                .map(|(target, part)| format!("{}={part}", names[usize::from(target)]))
                .collect();
            found.join("|")
        })
    }

    #[test]
    fn patterns_read_lines() {
        let failed = "Failed %{word:how} for %?{invalid user }%{text:user} from %{ip:ip} port %{int:port}%?{ %{word:version}}";
        let cases = [
            (
                failed,
                "Failed password for root from 10.0.0.1 port 22 ssh2",
                Some("how=password|user=root|ip=10.0.0.1|port=22|version=ssh2"),
            ),
            (
                failed,
                "Failed password for invalid user a from b from ::1 port 22",
                Some("how=password|user=a from b|ip=::1|port=22"),
            ),
            (
                failed,
                "Failed password for root from 10.0.0.1 port 22 ssh2 and more",
                None,
            ),
            (
                "%{endpoint} -> %{text:to}%?{ (%{word:note})}",
                "10.0.0.1:80 -> a b (c)",
                Some("ip=10.0.0.1|port=80|to=a b|note=c"),
            ),
            (
                "%{endpoint} -> %{text:to}%?{ (%{word:note})}",
                "10.0.0.1:80 -> a b  ",
                Some("ip=10.0.0.1|port=80|to=a b"),
            ),
            (
                "100%% %{accept|accepted:x} %{quoted:q} %{mac:m}%{blank}%{rest:r}",
                r#"100% accepted "a \" b" 00:11:22:33:44:55   z"#,
                Some(r#"x=accepted|q=a \" b|m=00:11:22:33:44:55|r=z"#),
            ),
            (
                "%{time:at} %{notspace:rest}",
                "2026-07-01 12:00:00,5 x",
                Some("at=2026-07-01 12:00:00,5|rest=x"),
            ),
            ("%{int:n}", "x", None),
            (
                "%%%{word:facility}-%{int:severity}-%{word:code}: %{rest:r}",
                "%SYS-SW1-5-CONFIG_I: done",
                Some("facility=SYS-SW1|severity=5|code=CONFIG_I|r=done"),
            ),
            (
                "via %{notspace:by}%?{: %{rest:why}}",
                "via eth0: network a: b",
                Some("by=eth0|why=network a: b"),
            ),
            (
                "via %{notspace:by}%?{: %{rest:why}}",
                "via [::1]:80",
                Some("by=[::1]:80"),
            ),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                read(pattern, text).as_deref(),
                expected,
                "{pattern}: {text}"
            );
        }
    }

    #[test]
    fn a_line_is_not_tried_forever() {
        let pattern = "%{text:a} x %{text:b} x %{text:c} x %{text:d} y";
        assert_eq!(read(pattern, &" x ".repeat(20_000)), None);
    }

    #[test]
    fn mistakes_are_told() {
        for bad in ["", "%", "%{", "%{wor}", "%{endpoint:x}", "50% %{word}"] {
            let named = BTreeMap::from([("endpoint".to_owned(), "%{ip:ip}".to_owned())]);
            assert!(
                Pattern::compile(bad, &named, &mut |_| Ok(0)).is_err(),
                "{bad}"
            );
        }
        let named = BTreeMap::from([("a".to_owned(), "%{a}".to_owned())]);
        assert!(Pattern::compile("%{a}", &named, &mut |_| Ok(0)).is_err());
    }
}
