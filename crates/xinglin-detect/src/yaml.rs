//! YAML as a tree in which every node knows its line.
//!
//! Rules are written by strangers, so everything is bounded: depth, nodes, and what aliases
//! repeat. A document that is broken does not take the others of its file with it.

use std::collections::HashMap;

use granit_parser::{Event, Options, Parser, ScalarStyle, ScanError, Span, StrInput};

const MOST_DEPTH: usize = 64;
const MOST_NODES: usize = 200_000;
const MOST_DOCUMENTS: usize = 10_000;

/// A node and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// From 1.
    pub(crate) line: usize,
    pub(crate) kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// An entry of a map.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) line: usize,
    pub(crate) key: String,
    pub(crate) value: Node,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    pub(crate) line: usize,
    pub(crate) reason: String,
}

impl Broken {
    pub(crate) fn new(line: usize, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { line, reason }
    }
}

impl Node {
    /// The entries of a map.
    pub(crate) fn entries(&self) -> Option<&[Entry]> {
        match &self.kind {
            Kind::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key of a map.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        let mut entries = self.entries()?.iter();
        entries
            .find(|entry| entry.key == key)
            .map(|entry| &entry.value)
    }

    /// A scalar as text; none for lists, maps and null.
    pub(crate) fn scalar(&self) -> Option<String> {
        match &self.kind {
            Kind::Bool(yes) => Some(yes.to_string()),
            Kind::Integer(number) => Some(number.to_string()),
            Kind::Number(number) => Some(number.to_string()),
            Kind::Text(text) => Some(text.clone()),
            Kind::Null | Kind::List(_) | Kind::Map(_) => None,
        }
    }

    /// The nodes of a list; of anything else, itself.
    pub(crate) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }
}

/// The documents of a file, and what is wrong with those that are broken.
pub(crate) fn documents(text: &str) -> Vec<Result<Node, Broken>> {
    let mut options = Options::default();
    options.set_emit_comments(false);
    let mut reader = Reader {
        parser: Parser::new_from_str_with_options(text, options),
        nodes: 0,
        anchors: HashMap::new(),
    };
    let mut found = Vec::new();
    while found.len() < MOST_DOCUMENTS {
        match reader.document() {
            Ok(Some(node)) if node.kind == Kind::Null => {}
            Ok(Some(node)) => found.push(Ok(node)),
            Ok(None) => break,
            Err(broken) => {
                found.push(Err(broken));
                if !matches!(reader.parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    found
}

struct Reader<'a> {
    parser: Parser<'a, StrInput<'a>>,
    nodes: usize,
    anchors: HashMap<usize, Node>,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Broken> {
        let event = self.parser.next_event().transpose();
        event.map_err(|error: ScanError| {
            Broken::new(error.marker().line(), format!("not YAML: {}", error.kind()))
        })
    }

    /// The next document; none at the end.
    fn document(&mut self) -> Result<Option<Node>, Broken> {
        self.nodes = 0;
        self.anchors.clear();
        while let Some((event, span)) = self.next()? {
            match event {
                Event::StreamEnd => return Ok(None),
                Event::StreamStart | Event::DocumentStart(..) | Event::DocumentEnd => {}
                other => return self.node(other, span, 0).map(Some),
            }
        }
        Ok(None)
    }

    fn child(&mut self, depth: usize, line: usize) -> Result<Option<Node>, Broken> {
        let Some((event, span)) = self.next()? else {
            return Err(Broken::new(line, "not YAML: it breaks off"));
        };
        match event {
            Event::SequenceEnd | Event::MappingEnd => Ok(None),
            other => self.node(other, span, depth).map(Some),
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Broken> {
        let line = span.start.line();
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(Broken::new(line, "the document is too large"));
        }
        if depth > MOST_DEPTH {
            return Err(Broken::new(line, "nested too deep"));
        }
        let (kind, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
                let is_plain = style == ScalarStyle::Plain && !is_text;
                let kind = if is_plain {
                    plain(&text)
                } else {
                    Kind::Text(text.into_owned())
                };
                (kind, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                let mut items = Vec::new();
                while let Some(item) = self.child(depth + 1, line)? {
                    items.push(item);
                }
                (Kind::List(items), anchor)
            }
            Event::MappingStart(_, anchor, _) => (self.map(depth, line)?, anchor),
            Event::Alias(anchor) => return self.repeated(anchor, line),
            _ => return Err(Broken::new(line, "not YAML that rules use")),
        };
        let node = Node { line, kind };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn map(&mut self, depth: usize, line: usize) -> Result<Kind, Broken> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut known = std::collections::HashSet::new();
        while let Some(key) = self.child(depth + 1, line)? {
            let at = key.line;
            let key = match key.kind {
                Kind::Null => String::new(),
                _ => key
                    .scalar()
                    .ok_or_else(|| Broken::new(at, "a key that is a list or a map"))?,
            };
            let Some(value) = self.child(depth + 1, at)? else {
                return Err(Broken::new(at, "a key without a value"));
            };
            if !known.insert(key.clone()) {
                return Err(Broken::new(at, format!("`{key}` stands twice in one map")));
            }
            entries.push(Entry {
                line: at,
                key,
                value,
            });
        }
        Ok(Kind::Map(entries))
    }

    fn repeated(&mut self, anchor: usize, line: usize) -> Result<Node, Broken> {
        let Some(node) = self.anchors.get(&anchor) else {
            return Err(Broken::new(line, "an alias within what it names"));
        };
        self.nodes += size(node);
        if self.nodes > MOST_NODES {
            return Err(Broken::new(line, "the document is too large"));
        }
        Ok(node.clone())
    }
}

/// How many nodes there are in one.
fn size(node: &Node) -> usize {
    match &node.kind {
        Kind::List(items) => 1 + items.iter().map(size).sum::<usize>(),
        Kind::Map(entries) => {
            let each = entries.iter().map(|entry| 1 + size(&entry.value));
            1 + each.sum::<usize>()
        }
        _ => 1,
    }
}

/// A plain scalar by the core schema of YAML 1.2.
fn plain(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        _ => {}
    }
    let digits = text.trim_start_matches(['-', '+']);
    if !digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Kind::Text(text.to_owned());
    }
    let based = |prefix: &str, radix: u32| {
        let digits = text.strip_prefix(prefix)?;
        i64::from_str_radix(digits, radix).ok()
    };
    let integer = text.parse().ok();
    if let Some(integer) = integer
        .or_else(|| based("0x", 16))
        .or_else(|| based("0o", 8))
    {
        return Kind::Integer(integer);
    }
    let is_number = digits
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'));
    match text.parse::<f64>() {
        Ok(number) if is_number && number.is_finite() => Kind::Number(number),
        _ => Kind::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_stand_for_themselves() {
        let text = "a: 1\nb: [x, '2', ~]\n---\nbroken: [\n---\nc: &k {d: yes}\ne: *k\n";
        let found = documents(text);
        let [Ok(first), Err(second), Ok(third)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(first.get("a").unwrap().kind, Kind::Integer(1));
        let list = first.get("b").unwrap();
        assert_eq!(list.line, 2);
        assert_eq!(list.items()[1].kind, Kind::Text("2".to_owned()));
        assert_eq!(list.items()[2].kind, Kind::Null);
        assert!(second.line >= 4, "{second:?}");
        assert_eq!(
            third.get("e").unwrap().kind,
            third.get("c").unwrap().kind,
            "an alias repeats"
        );
    }

    #[test]
    fn keys_stand_once() {
        let found = documents("a: 1\nb: 2\na: 3\n");
        assert_eq!(found, [Err(Broken::new(3, "`a` stands twice in one map"))]);
    }

    #[test]
    fn aliases_do_not_explode() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for number in 1..12 {
            let last = format!("*a{}", number - 1);
            let line = [last.as_str(); 10].join(", ");
            let more = format!("a{number}: &a{number} [{line}]\n");
            text.push_str(&more);
        }
        assert!(documents(&text)[0].is_err());
    }
}
