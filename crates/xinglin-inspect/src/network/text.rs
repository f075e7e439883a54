//! The text of a saved terminal log or configuration file → lines as a person saw them.
//!
//! A log holds what the terminal was told, not what it showed: pages ended by `---- More ----`
//! that escape sequences or backspaces wipe away, colours, lines rewritten after a carriage
//! return. Each line is played as a terminal would play it. Everything is linear in the bytes.

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// From 1.
    pub(crate) number: u32,
    /// Without what the terminal wiped away and without spaces at its end.
    pub(crate) text: String,
}

impl Line {
    /// How many spaces it begins with.
    pub(crate) fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }
}

/// The lines of `text`, as they were shown.
pub(crate) fn lines(text: &str) -> Vec<Line> {
    text.split('\n')
        .zip(1..)
        .map(|(raw, number)| Line {
            number,
            text: shown(raw),
        })
        .collect()
}

/// What a terminal shows of one line.
fn shown(raw: &str) -> String {
    let is_plain = !raw.contains(['\u{1b}', '\u{8}', '\r']) && !raw.contains("More");
    if is_plain {
        return raw.trim_end().to_owned();
    }
    let text = play(raw);
    let text = if text.contains("More") {
        without_page_end(&text)
    } else {
        text
    };
    text.trim_end().to_owned()
}

/// Plays backspaces, carriage returns and the escape sequences that move or wipe.
fn play(raw: &str) -> String {
    let mut shown: Vec<char> = Vec::with_capacity(raw.len());
    let mut cursor = 0_usize;
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' => cursor = 0,
            '\u{8}' => cursor = cursor.saturating_sub(1),
            '\u{1b}' if characters.peek() == Some(&'[') => {
                characters.next();
                let mut count = 0_usize;
                for following in characters.by_ref() {
                    if let Some(digit) = following.to_digit(10) {
                        count = count.saturating_mul(10).saturating_add(digit as usize);
                    } else if following.is_ascii_alphabetic() || following == '@' {
                        match following {
                            'D' => cursor = cursor.saturating_sub(count.max(1)),
                            'K' if count == 0 => shown.truncate(cursor),
                            'K' => shown.clear(),
                            'J' => shown.truncate(cursor),
                            'G' => cursor = count.saturating_sub(1).min(shown.len()),
                            _ => {}
                        }
                        break;
                    }
                }
                cursor = cursor.min(shown.len());
            }
            '\u{1b}' => {
                characters.next();
            }
            character => {
                match shown.get_mut(cursor) {
                    Some(place) => *place = character,
                    None => shown.push(character),
                }
                cursor += 1;
            }
        }
    }
    shown.into_iter().collect()
}

/// Removes the marks that end a page, where a log was saved without its control characters.
fn without_page_end(text: &str) -> String {
    const MARKS: [&str; 6] = [
        "---- More ----",
        "<--- More --->",
        "-- More --",
        "--More--",
        "---More---",
        "-More-",
    ];
    for mark in MARKS {
        let Some((before, after)) = text.split_once(mark) else {
            continue;
        };
        if !before.trim().is_empty() {
            continue;
        }
        // `[42D`, spaces, `[42D`: what is left of the sequences when ESC itself was filtered.
        return match after.rsplit_once("[42D").or(after.rsplit_once("[16D")) {
            Some((_, line)) => line.to_owned(),
            None => after.to_owned(),
        };
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_what_the_terminal_showed() {
        let wiped = format!(
            "  ---- More ----\u{1b}[42D{}\u{1b}[42D rule 5 permit",
            " ".repeat(42)
        );
        let filtered = format!(
            "  ---- More ----[42D{}[42D idle-timeout 5 0",
            " ".repeat(42)
        );
        let backspaced = format!(
            " --More-- {}{}{} login local",
            "\u{8}".repeat(10),
            " ".repeat(10),
            "\u{8}".repeat(10)
        );
        let cases = [
            ("acl number 2000\r", "acl number 2000"),
            (wiped.as_str(), " rule 5 permit"),
            (filtered.as_str(), " idle-timeout 5 0"),
            (backspaced.as_str(), " login local"),
            (
                "<--- More --->\r              \rlogging enable",
                "logging enable",
            ),
            ("\u{1b}[32msysname A\u{1b}[0m", "sysname A"),
            (
                "<SW>dispaly\u{8}\u{8}\u{8}lay version",
                "<SW>display version",
            ),
            ("description More ports", "description More ports"),
            ("\u{1b}[999999999999999999999D\u{1b}", ""),
        ];
        for (raw, expected) in cases {
            assert_eq!(lines(raw)[0].text, expected, "{raw:?}");
        }
    }
}
