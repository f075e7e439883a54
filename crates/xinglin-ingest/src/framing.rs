//! Cuts a stream into messages: counted octets (RFC 6587 and 5425) and lines, told apart for
//! each message, as senders mix them.

/// What a stream may send at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message; what is longer is cut.
    pub message_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 256 << 10,
        }
    }
}

/// A message and whether all of it is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The message without its frame.
    pub bytes: &'a [u8],
    /// Whether it was longer than messages may be; the rest of it was thrown away.
    pub is_cut: bool,
}

/// Cuts one stream. It keeps at most one message of the greatest length, and the few bytes of
/// its frame.
#[derive(Debug)]
pub struct Framer {
    limits: Limits,
    kept: Vec<u8>,
    /// Where in `kept` the next message begins.
    at: usize,
    /// Bytes of a counted message, or of a line without an end, that are thrown away.
    skipped: Skipped,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Skipped {
    Nothing,
    Octets(usize),
    Line,
}

/// Counts have at most so many digits.
const MOST_DIGITS: usize = 9;

/// How the message at the beginning of what was received is framed.
enum Framed {
    /// So many digits and a blank, then so many octets.
    Counted(usize, usize),
    Line,
    /// More bytes are needed to tell.
    Unknown,
}

impl Framer {
    /// Begins a stream.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            kept: Vec::new(),
            at: 0,
            skipped: Skipped::Nothing,
        }
    }

    /// Takes what was received and gives the messages that are complete by now.
    pub fn push(&mut self, received: &[u8], mut each: impl FnMut(Frame<'_>)) {
        let mut received = received;
        // What arrives in one piece may be much: it is taken in shares, so that no more is kept
        // than one message needs.
        let share = self.limits.message_bytes.max(4_096);
        while !received.is_empty() {
            let (now, later) = received.split_at(share.min(received.len()));
            received = later;
            self.kept.extend_from_slice(now);
            self.cut(&mut each);
            self.kept.drain(..self.at);
            self.at = 0;
        }
    }

    /// The end of the stream: what is left is a message, too.
    pub fn finish(mut self, mut each: impl FnMut(Frame<'_>)) {
        let rest = std::mem::take(&mut self.kept);
        let (rest, is_cut) = match (self.skipped, framed(&rest)) {
            (Skipped::Nothing, Framed::Counted(digits, _)) => (rest.get(digits + 1..), true),
            (Skipped::Nothing, _) => (Some(rest.as_slice()), false),
            _ => (None, true),
        };
        if let Some(bytes) = rest.map(trimmed).filter(|bytes| !bytes.is_empty()) {
            each(Frame { bytes, is_cut });
        }
    }

    /// How many bytes wait for the rest of their message.
    pub fn waiting_bytes(&self) -> usize {
        self.kept.len()
    }

    fn cut(&mut self, each: &mut impl FnMut(Frame<'_>)) {
        loop {
            let Some(rest) = self.kept.get(self.at..).filter(|rest| !rest.is_empty()) else {
                return;
            };
            match self.skipped {
                Skipped::Octets(left) => {
                    let gone = left.min(rest.len());
                    self.at += gone;
                    self.skipped = match left - gone {
                        0 => Skipped::Nothing,
                        left => Skipped::Octets(left),
                    };
                    continue;
                }
                Skipped::Line => {
                    match memchr::memchr(b'\n', rest) {
                        Some(end) => {
                            self.at += end + 1;
                            self.skipped = Skipped::Nothing;
                        }
                        None => self.at = self.kept.len(),
                    }
                    continue;
                }
                Skipped::Nothing => {}
            }
            let most = self.limits.message_bytes;
            match framed(rest) {
                Framed::Unknown => return,
                Framed::Counted(digits, octets) => {
                    let begin = digits + 1;
                    let wanted = octets.min(most);
                    let Some(bytes) = rest.get(begin..begin + wanted) else {
                        return;
                    };
                    let is_cut = octets > most;
                    each(Frame {
                        bytes: trimmed(bytes),
                        is_cut,
                    });
                    self.at += begin + wanted;
                    if is_cut {
                        self.skipped = Skipped::Octets(octets - wanted);
                    }
                }
                Framed::Line => match memchr::memchr(b'\n', rest) {
                    Some(end) if end <= most => {
                        let bytes = trimmed(rest.get(..end).unwrap_or_default());
                        if !bytes.is_empty() {
                            each(Frame {
                                bytes,
                                is_cut: false,
                            });
                        }
                        self.at += end + 1;
                    }
                    None if rest.len() <= most => return,
                    _ => {
                        let bytes = rest.get(..most).unwrap_or_default();
                        each(Frame {
                            bytes,
                            is_cut: true,
                        });
                        self.at += most;
                        self.skipped = Skipped::Line;
                    }
                },
            }
        }
    }
}

/// A count is taken for one only when what it counts begins as a message does: `<`, or the
/// declaration of XML and JSON that some senders leave bare.
fn framed(rest: &[u8]) -> Framed {
    let digits = rest
        .iter()
        .take(MOST_DIGITS + 1)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if digits == 0 || digits > MOST_DIGITS || rest.first() == Some(&b'0') {
        return Framed::Line;
    }
    match rest.get(digits..) {
        None | Some([] | [b' ']) => Framed::Unknown,
        Some([b' ', b'<' | b'{', ..]) => {
            let count = rest
                .get(..digits)
                .and_then(|digits| str::from_utf8(digits).ok());
            match count.and_then(|count| count.parse().ok()) {
                Some(octets) => Framed::Counted(digits, octets),
                None => Framed::Line,
            }
        }
        Some(_) => Framed::Line,
    }
}

/// Without the end of the line; some senders count it, some end lines by a zero.
pub fn trimmed(bytes: &[u8]) -> &[u8] {
    let kept = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0));
    bytes
        .get(..kept.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(received: &[u8], share: usize, most: usize) -> Vec<(String, bool)> {
        let mut framer = Framer::new(Limits {
            message_bytes: most,
        });
        let mut found = Vec::new();
        let mut each = |frame: Frame<'_>| {
            found.push((
                String::from_utf8_lossy(frame.bytes).into_owned(),
                frame.is_cut,
            ));
        };
        for piece in received.chunks(share) {
            framer.push(piece, &mut each);
            assert!(framer.waiting_bytes() <= most.max(4_096) + MOST_DIGITS + 1);
        }
        framer.finish(&mut each);
        found
    }

    #[test]
    fn frames_do_not_depend_on_how_bytes_arrive() {
        let stream = "<13>one\r\n11 <13>two\nand7 <13>x\n\n\n<13>three\n200 dollars\n9 <13>cut";
        let expected = [
            ("<13>one", false),
            ("<13>two\nand", false),
            ("<13>x", false),
            ("<13>three", false),
            ("200 dollars", false),
            ("<13>cut", true),
        ];
        for share in [1, 2, 3, 7, 1_000] {
            let found = cut(stream.as_bytes(), share, 1_000);
            let found: Vec<(&str, bool)> = found
                .iter()
                .map(|(text, cut)| (text.as_str(), *cut))
                .collect();
            assert_eq!(found, expected, "{share}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_and_the_next_is_whole() {
        let long = "x".repeat(50);
        let stream = format!("<1>{long}\n<1>a\n60 <1>{}<1>b\n", "y".repeat(57));
        for share in [1, 5, 1_000] {
            let found = cut(stream.as_bytes(), share, 10);
            let expected = [
                ("<1>xxxxxxx".to_owned(), true),
                ("<1>a".to_owned(), false),
                ("<1>yyyyyyy".to_owned(), true),
                ("<1>b".to_owned(), false),
            ];
            assert_eq!(found, expected, "{share}");
        }
    }
}
