//! Reading a search.

use std::net::IpAddr;

use super::{Bound, Expected, Node, Ordered, Pattern, QueryError, Test};

/// Parentheses within each other.
const DEEPEST: usize = 32;
/// Characters of a search.
const LONGEST: usize = 8_192;

pub(super) fn parse(text: &str) -> Result<Node, QueryError> {
    let mut parser = Parser {
        letters: text.chars().collect(),
        at: 0,
        depth: 0,
    };
    if parser.letters.len() > LONGEST {
        return Err(parser.expected_at(LONGEST, Expected::Shorter));
    }
    parser.skip_spaces();
    if parser.peek().is_none() {
        return Ok(Node::All(Vec::new()));
    }
    let node = parser.any()?;
    match parser.peek() {
        None => Ok(node),
        Some(_) => Err(parser.expected(Expected::End)),
    }
}

struct Parser {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

/// A word, or what stood between quotation marks.
struct Word {
    start: usize,
    text: String,
    /// The letters of `text` that stand for anything, by their place in characters.
    stars: Vec<usize>,
    is_quoted: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn expected(&self, expected: Expected) -> QueryError {
        self.expected_at(self.at, expected)
    }

    #[expect(clippy::unused_self, reason = "reads as the others do")]
    fn expected_at(&self, at: usize, expected: Expected) -> QueryError {
        QueryError { at, expected }
    }

    fn skip_spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Takes a word of the language itself, where it stands alone.
    fn takes(&mut self, word: &str) -> bool {
        let end = self.at + word.len();
        let stands = self
            .letters
            .get(self.at..end)
            .is_some_and(|part| part.iter().copied().eq(word.chars()));
        let ends = self
            .letters
            .get(end)
            .is_none_or(|next| next.is_whitespace() || matches!(next, '(' | ')'));
        if stands && ends {
            self.at = end;
            self.skip_spaces();
        }
        stands && ends
    }

    fn any(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.all()?];
        while self.takes("OR") || self.takes("||") {
            parts.push(self.all()?);
        }
        Ok(one_or(parts, Node::Any))
    }

    fn all(&mut self) -> Result<Node, QueryError> {
        let mut parts = vec![self.negated()?];
        loop {
            if self.takes("AND") || self.takes("&&") {
                parts.push(self.negated()?);
                continue;
            }
            let before = self.at;
            if matches!(self.peek(), None | Some(')')) || self.takes("OR") || self.takes("||") {
                self.at = before;
                return Ok(one_or(parts, Node::All));
            }
            parts.push(self.negated()?);
        }
    }

    fn negated(&mut self) -> Result<Node, QueryError> {
        let mut is_negated = false;
        loop {
            if self.takes("NOT") {
                is_negated = !is_negated;
            } else if matches!(self.peek(), Some('-' | '!'))
                && self
                    .letters
                    .get(self.at + 1)
                    .is_some_and(|next| !next.is_whitespace())
            {
                self.at += 1;
                is_negated = !is_negated;
            } else {
                break;
            }
        }
        let node = self.term()?;
        Ok(if is_negated {
            Node::Not(Box::new(node))
        } else {
            node
        })
    }

    fn term(&mut self) -> Result<Node, QueryError> {
        match self.peek() {
            None | Some(')') => Err(self.expected(Expected::Term)),
            Some('(') => {
                if self.depth == DEEPEST {
                    return Err(self.expected(Expected::Shorter));
                }
                self.depth += 1;
                self.at += 1;
                self.skip_spaces();
                let node = self.any()?;
                if self.peek() != Some(')') {
                    return Err(self.expected(Expected::Parenthesis));
                }
                self.at += 1;
                self.depth -= 1;
                self.skip_spaces();
                Ok(node)
            }
            Some(_) => self.word_or_field(),
        }
    }

    fn word_or_field(&mut self) -> Result<Node, QueryError> {
        if let Some(name) = self.field_name() {
            let test = self.test()?;
            self.skip_spaces();
            return Ok(Node::Field(name, test));
        }
        let word = self.word()?;
        self.skip_spaces();
        if word.text.trim().is_empty() {
            return Err(self.expected_at(word.start, Expected::Term));
        }
        if word.stars.is_empty() {
            return Ok(Node::Text(word.text.to_lowercase()));
        }
        // A star beside a word leaves it open: a test of the whole text.
        let mut parts = parts(&word);
        if let Some(first) = parts.first_mut().filter(|first| !first.is_empty()) {
            let first = std::mem::take(first);
            parts.insert(1, first);
        }
        if let Some(last) = parts.last_mut().filter(|last| !last.is_empty()) {
            let last = std::mem::take(last);
            let before_end = parts.len() - 1;
            parts.insert(before_end, last);
        }
        Ok(Node::Field(
            "text".to_owned(),
            Test::Like(Pattern::of(parts)),
        ))
    }

    /// The name of a field and the colon behind it, where that is what stands here: letters,
    /// digits and `._@-`, with a letter first, and no address or time.
    fn field_name(&mut self) -> Option<String> {
        let rest = self.letters.get(self.at..)?;
        let is_part =
            |letter: &char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '@' | '-');
        let length = rest.iter().take_while(|letter| is_part(letter)).count();
        let starts = rest
            .first()
            .is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '@'));
        if !starts || rest.get(length) != Some(&':') || rest.get(length + 1) == Some(&':') {
            return None;
        }
        let name = rest.iter().take(length).collect();
        self.at += length + 1;
        Some(name)
    }

    fn test(&mut self) -> Result<Test, QueryError> {
        match self.peek() {
            None | Some(')') => Err(self.expected(Expected::Value)),
            Some(letter) if letter.is_whitespace() => Err(self.expected(Expected::Value)),
            Some('[' | '{') => self.range(),
            Some('<' | '>') => self.compared(),
            Some(_) => {
                let word = self.word()?;
                if word.text.is_empty() && !word.is_quoted {
                    return Err(self.expected_at(word.start, Expected::Value));
                }
                Ok(test_of(&word))
            }
        }
    }

    fn compared(&mut self) -> Result<Test, QueryError> {
        let is_above = self.peek() == Some('>');
        self.at += 1;
        let is_inside = self.peek() == Some('=');
        self.at += usize::from(is_inside);
        let start = self.at;
        let word = self.word()?;
        let at =
            Ordered::read(&word.text).ok_or_else(|| self.expected_at(start, Expected::Ordered))?;
        let bound = Some(Bound { at, is_inside });
        Ok(if is_above {
            Test::Between(bound, None)
        } else {
            Test::Between(None, bound)
        })
    }

    fn range(&mut self) -> Result<Test, QueryError> {
        let begins_inside = self.peek() == Some('[');
        self.at += 1;
        self.skip_spaces();
        let from = self.end_of_range(begins_inside)?;
        if !self.takes("TO") {
            return Err(self.expected(Expected::Range));
        }
        let mut to = self.end_of_range(true)?;
        let ends_inside = match self.peek() {
            Some(']') => true,
            Some('}') => false,
            _ => return Err(self.expected(Expected::Range)),
        };
        self.at += 1;
        if let Some(to) = &mut to {
            to.is_inside = ends_inside;
        }
        Ok(Test::Between(from, to))
    }

    /// An end of a range; nothing for a star, which leaves it open.
    fn end_of_range(&mut self, is_inside: bool) -> Result<Option<Bound>, QueryError> {
        let start = self.at;
        let rest = self.letters.get(self.at..).unwrap_or_default();
        let ends = |letter: &&char| !letter.is_whitespace() && !matches!(letter, ']' | '}');
        let text: String = rest.iter().take_while(ends).collect();
        self.at += text.chars().count();
        self.skip_spaces();
        if text == "*" {
            return Ok(None);
        }
        let at = Ordered::read(&text).ok_or_else(|| self.expected_at(start, Expected::Ordered))?;
        Ok(Some(Bound { at, is_inside }))
    }

    fn word(&mut self) -> Result<Word, QueryError> {
        let start = self.at;
        let is_quoted = self.peek() == Some('"');
        self.at += usize::from(is_quoted);
        let mut word = Word {
            start,
            text: String::new(),
            stars: Vec::new(),
            is_quoted,
        };
        let mut length = 0;
        while let Some(letter) = self.peek() {
            let next = self.letters.get(self.at + 1).copied();
            match letter {
                '"' if is_quoted => {
                    self.at += 1;
                    return Ok(word);
                }
                // Paths of Windows keep theirs: a star is meant by quotation marks around it.
                '\\' if next == Some('"') || is_quoted && next == Some('\\') => {
                    self.at += 1;
                    word.text.extend(next);
                }
                '*' if !is_quoted => {
                    word.stars.push(length);
                    word.text.push('*');
                }
                letter
                    if !is_quoted
                        && (letter.is_whitespace() || matches!(letter, '(' | ')' | '"')) =>
                {
                    return Ok(word);
                }
                letter => word.text.push(letter),
            }
            length += 1;
            self.at += 1;
        }
        if is_quoted {
            return Err(self.expected_at(start, Expected::Quotation));
        }
        Ok(word)
    }
}

fn one_or(mut parts: Vec<Node>, several: impl FnOnce(Vec<Node>) -> Node) -> Node {
    match (parts.len(), parts.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            parts.extend(last);
            several(parts)
        }
    }
}

/// The parts between the stars, in lower case.
fn parts(word: &Word) -> Vec<String> {
    let mut parts = vec![String::new()];
    for (place, letter) in word.text.chars().enumerate() {
        if word.stars.contains(&place) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend(letter.to_lowercase());
        }
    }
    parts
}

fn test_of(word: &Word) -> Test {
    if word.text == "*" && !word.stars.is_empty() {
        return Test::Present;
    }
    if !word.stars.is_empty() {
        return Test::Like(Pattern::of(parts(word)));
    }
    let network = word.text.split_once('/').and_then(|(address, length)| {
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let length = length.parse().ok().filter(|length| *length <= most)?;
        Some(Test::Within(address, length))
    });
    match network {
        Some(network) if !word.is_quoted => network,
        // An address has many spellings; what is kept has one.
        _ => Test::Is(word.text.parse().map_or_else(
            |_| word.text.to_lowercase(),
            |address: IpAddr| address.to_string(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::query::Query;

    /// The search, parted by parentheses.
    fn shown(node: &Node) -> String {
        let joined = |parts: &[Node], by: &str| {
            let parts: Vec<String> = parts.iter().map(shown).collect();
            format!("({})", parts.join(by))
        };
        match node {
            Node::All(parts) => joined(parts, " & "),
            Node::Any(parts) => joined(parts, " | "),
            Node::Not(node) => format!("!{}", shown(node)),
            Node::Text(text) => text.clone(),
            Node::Field(name, test) => format!("{name}:{test:?}"),
        }
    }

    #[test]
    fn parts_are_joined_as_people_expect() {
        for (typed, read) in [
            ("", "()"),
            ("  Failed  ", "failed"),
            ("failed password", "(failed & password)"),
            (
                "\"failed Password\" OR denied",
                "(failed password | denied)",
            ),
            ("a OR b c", "(a | (b & c))"),
            ("(a OR b) c", "((a | b) & c)"),
            ("a AND NOT b -c", "(a & !b & !c)"),
            ("NOT (a OR b)", "!(a | b)"),
            ("order android -", "(order & android & -)"),
            ("10.1.2.3", "10.1.2.3"),
            ("2001:db8::1", "2001:db8::1"),
            ("统方 OR 药品", "(统方 | 药品)"),
            ("say \\\"hi\\\"", "(say & \"hi\")"),
        ] {
            assert_eq!(shown(&parse(typed).unwrap()), read, "{typed}");
        }
    }

    #[test]
    fn fields_are_tested() {
        for (typed, value, passes) in [
            ("user.name:Wang.Fang", "wang.fang", true),
            ("user.name:wang", "wang.fang", false),
            ("user.name:wang*", "Wang.Fang", true),
            ("user.name:*", "", true),
            ("user.name:\"张 三\"", "张 三", true),
            ("source.ip:10.0.0.0/8", "10.9.8.7", true),
            ("source.ip:10.0.0.0/8", "11.9.8.7", false),
            ("source.ip:\"2001:DB8:0::1\"", "2001:db8::1", true),
            ("source.ip:2001:db8::/32", "2001:db8::9", true),
            ("source.ip:0.0.0.0/0", "::1", false),
            ("port:[1 TO 1024]", "1024", true),
            ("port:[1 TO 1024}", "1024", false),
            ("port:{1 TO *]", "1", false),
            ("port:>=1024", "1024", true),
            ("port:<9", "10", false),
            ("port:<9", "x", false),
            ("ip:[10.0.0.1 TO 10.0.0.9]", "10.0.0.5", true),
            ("ip:>10.0.0.1", "5", false),
            ("path:C:\\Windows\\*", "c:\\windows\\a.exe", true),
        ] {
            let Node::Field(_, test) = parse(typed).unwrap() else {
                panic!("{typed} is no field");
            };
            assert_eq!(test.passes(value), passes, "{typed} {value}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_where_it_is() {
        for (typed, at, expected) in [
            ("(a", 2, Expected::Parenthesis),
            ("a)", 1, Expected::End),
            ("a \"b", 2, Expected::Quotation),
            ("a AND", 5, Expected::Term),
            ("用户 OR", 5, Expected::Term),
            ("user:", 5, Expected::Value),
            ("user: x", 5, Expected::Value),
            ("user:(a OR b)", 5, Expected::Value),
            ("port:[1 9]", 8, Expected::Range),
            ("port:[a TO 9]", 6, Expected::Ordered),
            ("port:>x", 6, Expected::Ordered),
            ("\"\"", 0, Expected::Term),
        ] {
            let error = parse(typed).unwrap_err();
            assert_eq!((error.at, error.expected), (at, expected), "{typed}");
        }
        let deep = "(".repeat(40);
        assert_eq!(parse(&deep).unwrap_err().expected, Expected::Shorter);
    }

    proptest! {
        #[test]
        fn nothing_typed_makes_it_fail(text in "[a-c张 ():\"*\\[\\]{}<>=/.0-9ANDORTO\\\\-]{0,60}") {
            drop(Query::parse(&text));
        }
    }
}
