//! Tests of single rows of a batch, with their texts.

use arrow_array::{Array, RecordBatch, StringArray};

use super::BESIDE;
use crate::{
    file::{Cell, Pairs, Patterns, Texts},
    query::{Node, Query, Test},
};

/// The field that stands for the text of an event.
const TEXT: &str = "text";

/// A search, ready for the rows of one batch.
pub(super) struct Tests<'a> {
    root: Ready<'a>,
    texts: (Texts<'a>, &'a Patterns),
    beside: Vec<&'a StringArray>,
}

/// A test with the columns it looks at.
enum Ready<'a> {
    All(Vec<Ready<'a>>),
    Any(Vec<Ready<'a>>),
    Not(Box<Ready<'a>>),
    Words(Box<memchr::memmem::Finder<'a>>, &'a str),
    WholeText(&'a Test),
    Field {
        cell: Cell<'a>,
        pairs: Option<Pairs<'a>>,
        name: &'a str,
        test: &'a Test,
    },
}

/// What rows are rendered and read into, again and again.
#[derive(Default)]
pub(super) struct Scratch {
    text: Vec<u8>,
    /// The row whose text is in `text`, in lower case.
    of: Option<usize>,
    value: Vec<u8>,
}

impl<'a> Tests<'a> {
    /// Of columns and of texts.
    pub(super) fn new(
        query: &'a Query,
        batch: &'a RecordBatch,
        texts: Texts<'a>,
        patterns: &'a Patterns,
    ) -> Self {
        let beside = BESIDE
            .iter()
            .filter_map(|name| batch.column_by_name(name)?.as_any().downcast_ref());
        Self {
            root: ready(&query.root, batch),
            texts: (texts, patterns),
            beside: beside.collect(),
        }
    }

    /// Whether a row passes.
    pub(super) fn passes(&self, row: usize, scratch: &mut Scratch) -> bool {
        self.is_true(&self.root, row, scratch)
    }

    fn is_true(&self, node: &Ready<'_>, row: usize, scratch: &mut Scratch) -> bool {
        match node {
            Ready::All(parts) => parts.iter().all(|part| self.is_true(part, row, scratch)),
            Ready::Any(parts) => parts.iter().any(|part| self.is_true(part, row, scratch)),
            Ready::Not(node) => !self.is_true(node, row, scratch),
            Ready::Words(finder, needle) => self.has_words(finder, needle, row, scratch),
            Ready::WholeText(test) => {
                self.render(row, scratch);
                test.passes(&String::from_utf8_lossy(&scratch.text))
            }
            Ready::Field {
                cell,
                pairs,
                name,
                test,
            } => field_passes(*cell, *pairs, name, test, row, &mut scratch.value),
        }
    }

    /// Puts the text of a row into the scratch, in lower case.
    fn render(&self, row: usize, scratch: &mut Scratch) {
        if scratch.of == Some(row) {
            return;
        }
        scratch.text.clear();
        let (texts, patterns) = &self.texts;
        // A text that cannot be rendered is reported when the row is read.
        let _rendered = texts.write(row, patterns, &mut scratch.text);
        lower(&mut scratch.text);
        scratch.of = Some(row);
    }

    fn has_words(
        &self,
        finder: &memchr::memmem::Finder<'_>,
        needle: &str,
        row: usize,
        scratch: &mut Scratch,
    ) -> bool {
        self.render(row, scratch);
        if has(&scratch.text, finder, needle) {
            return true;
        }
        self.beside.iter().any(|column| {
            column.is_valid(row) && {
                scratch.value.clear();
                scratch
                    .value
                    .extend_from_slice(column.value(row).as_bytes());
                lower(&mut scratch.value);
                has(&scratch.value, finder, needle)
            }
        })
    }
}

/// Whether a text in lower case has the needle, between ends of words.
fn has(text: &[u8], finder: &memchr::memmem::Finder<'_>, needle: &str) -> bool {
    let length = needle.len();
    finder.find_iter(text).any(|start| {
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        let inner = (text.get(start), text.get(start + length - 1));
        let is_end = |inner: Option<&u8>, outer: Option<&u8>| {
            !(inner.copied().is_some_and(is_word) && outer.copied().is_some_and(is_word))
        };
        length > 0 && is_end(inner.0, before) && is_end(inner.1, text.get(start + length))
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// In lower case.
fn lower(text: &mut Vec<u8>) {
    if text.is_ascii() {
        text.make_ascii_lowercase();
    } else {
        *text = String::from_utf8_lossy(text).to_lowercase().into_bytes();
    }
}

fn field_passes(
    cell: Cell<'_>,
    pairs: Option<Pairs<'_>>,
    name: &str,
    test: &Test,
    row: usize,
    value: &mut Vec<u8>,
) -> bool {
    if let Some(text) = cell.text(row) {
        if test.passes(text) {
            return true;
        }
    } else {
        value.clear();
        if cell.write(row, value).is_some() && test.passes(&String::from_utf8_lossy(value)) {
            return true;
        }
    }
    // A name that occurs twice in an event has its second value there.
    pairs.is_some_and(|pairs| pairs.texts_of(row, name).any(|text| test.passes(text)))
}

fn ready<'a>(node: &'a Node, batch: &'a RecordBatch) -> Ready<'a> {
    // What looks at texts comes last: it costs most.
    let all = |nodes: &'a [Node]| {
        let mut nodes: Vec<&Node> = nodes.iter().collect();
        nodes.sort_by_key(|node| looks_at_text(node));
        nodes.into_iter().map(|node| ready(node, batch)).collect()
    };
    match node {
        Node::All(parts) => Ready::All(all(parts)),
        Node::Any(parts) => Ready::Any(all(parts)),
        Node::Not(node) => Ready::Not(Box::new(ready(node, batch))),
        Node::Text(needle) => Ready::Words(Box::new(memchr::memmem::Finder::new(needle)), needle),
        Node::Field(name, test) if name == TEXT => Ready::WholeText(test),
        Node::Field(name, test) => Ready::Field {
            cell: Cell::of(batch, name),
            pairs: Pairs::of(batch),
            name,
            test,
        },
    }
}

/// Whether a test needs the texts of events.
pub(super) fn looks_at_text(node: &Node) -> bool {
    match node {
        Node::All(parts) | Node::Any(parts) => parts.iter().any(looks_at_text),
        Node::Not(node) => looks_at_text(node),
        Node::Text(_) => true,
        Node::Field(name, _) => name == TEXT,
    }
}

/// The columns that tests of fields look at.
pub(super) fn columns<'a>(node: &'a Node, into: &mut Vec<&'a str>) {
    match node {
        Node::All(parts) | Node::Any(parts) => {
            for part in parts {
                columns(part, into);
            }
        }
        Node::Not(node) => columns(node, into),
        Node::Text(_) => {}
        Node::Field(name, _) if name == TEXT => {}
        Node::Field(name, _) => into.extend([name.as_str(), "more"]),
    }
}
