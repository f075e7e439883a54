//! What collectors miss, and how the script is asked for it.

use crate::host::{FILE_LIMIT, Program};

/// Something a collector asked a [`super::GatheredHost`] for and did not get.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wanted {
    /// The text of a file, up to `limit` bytes.
    Text {
        /// The file.
        path: String,
        /// The most that is read.
        limit: u64,
    },
    /// Bytes of a file.
    Part {
        /// The file.
        path: String,
        /// The first byte.
        offset: u64,
        /// How many.
        limit: u64,
    },
    /// The names in a directory.
    Names(String),
    /// Permissions of what a path leads to.
    Metadata(String),
    /// The target of a link.
    Link(String),
    /// The output of a program.
    Program(Program),
}

impl Wanted {
    /// The call of the script's function that answers it, as one line of shell; `None` for a
    /// path no such line can hold, or one that is not absolute.
    pub fn request(&self) -> Option<String> {
        let line = match self {
            Self::Text { path, limit } if *limit <= FILE_LIMIT + 1 => {
                format!("text {}", quoted(path)?)
            }
            Self::Text { path, limit } => format!("text {} {}", quoted(path)?, limit - 1),
            Self::Part {
                path,
                offset,
                limit,
            } => format!("part {} {offset} {limit}", quoted(path)?),
            Self::Names(path) => format!("names {}", quoted(path)?),
            Self::Metadata(path) => format!("metadata {}", quoted(path)?),
            Self::Link(path) => format!("link {}", quoted(path)?),
            Self::Program(program) => {
                let seconds = program.limit_milliseconds().div_ceil(1000);
                let words: Vec<String> = program.command_line().split(' ').map(quote).collect();
                format!("program {seconds} {}", words.join(" "))
            }
        };
        Some(line)
    }
}

/// A path as one word of shell, whatever is in it.
fn quoted(path: &str) -> Option<String> {
    let can_be_asked = path.starts_with('/') && !path.contains(['\n', '\r', '\0']);
    can_be_asked.then(|| quote(path))
}

fn quote(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_shell() {
        let cases = [
            ("/etc/passwd", Some("names '/etc/passwd'")),
            ("/a b/$(reboot)`x`", Some("names '/a b/$(reboot)`x`'")),
            ("/it's", Some(r"names '/it'\''s'")),
            ("/two\nlines", None),
            ("relative", None),
            ("", None),
        ];
        for (path, expected) in cases {
            let request = Wanted::Names(path.to_owned()).request();
            assert_eq!(request.as_deref(), expected, "{path:?}");
        }
    }
}
