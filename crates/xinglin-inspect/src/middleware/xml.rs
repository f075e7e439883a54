//! XML documents as small trees with lines: no document types, no entities, bounded.

use quick_xml::{
    Reader, XmlVersion,
    escape::{resolve_predefined_entity, unescape},
    events::{BytesStart, Event},
};
use thiserror::Error;

const DEPTH_LIMIT: usize = 64;
const ELEMENT_LIMIT: usize = 200_000;

/// An element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Vec<(String, String)>,
    /// The text directly in it, without surrounding space.
    pub text: String,
    /// The elements in it.
    pub children: Vec<Element>,
    /// The line it begins at, from 1.
    pub line: usize,
}

/// A document that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum XmlError {
    /// Not well-formed.
    #[error("line {line}: {problem}")]
    Malformed {
        /// Where.
        line: usize,
        /// What is wrong.
        problem: String,
    },
    /// A reference to an entity that only a document type could define.
    #[error("line {line}: the entity '{name}' is not resolved")]
    Entity {
        /// Where.
        line: usize,
        /// The entity.
        name: String,
    },
    /// Deeper or larger than any configuration.
    #[error("line {line}: more than {ELEMENT_LIMIT} elements or {DEPTH_LIMIT} levels")]
    TooLarge {
        /// Where.
        line: usize,
    },
    /// No element at all.
    #[error("no element")]
    Empty,
}

impl Element {
    /// An attribute, whatever the case of its name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// A switch: `true` or `false`; `None` when absent or neither.
    pub fn switch(&self, name: &str) -> Option<bool> {
        match self.attribute(name)?.to_lowercase().as_str() {
            "true" | "yes" | "on" | "1" => Some(true),
            "false" | "no" | "off" | "0" => Some(false),
            _ => None,
        }
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.attribute(name)?.trim().parse().ok()
    }

    /// The elements of this name directly in it.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children
            .iter()
            .filter(move |child| child.name.eq_ignore_ascii_case(name))
    }

    /// The first element of this name directly in it.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children
            .iter()
            .find(|child| child.name.eq_ignore_ascii_case(name))
    }

    /// The element at the end of a path of names.
    pub fn at(&self, path: &[&str]) -> Option<&Element> {
        path.iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// The text of a child; `None` when there is no such child.
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.child(name).map(|child| child.text.as_str())
    }

    /// All elements of this name, at any depth.
    pub fn descendants<'a>(&'a self, name: &'a str) -> Vec<&'a Element> {
        let mut found = Vec::new();
        let mut waiting = vec![self];
        while let Some(element) = waiting.pop() {
            if element.name.eq_ignore_ascii_case(name) {
                found.push(element);
            }
            waiting.extend(element.children.iter().rev());
        }
        found
    }
}

/// Reads a document.
pub fn parse(text: &str) -> Result<Element, XmlError> {
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().allow_dangling_amp = true;
    let mut lines = Lines::of(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root: Option<Element> = None;
    let mut elements = 0;
    loop {
        let line = lines.at(reader.buffer_position());
        let event = reader.read_event().map_err(|error| XmlError::Malformed {
            line,
            problem: error.to_string(),
        })?;
        match event {
            Event::Start(start) => {
                elements += 1;
                if open.len() >= DEPTH_LIMIT || elements > ELEMENT_LIMIT {
                    return Err(XmlError::TooLarge { line });
                }
                open.push(element(&start, line)?);
            }
            Event::Empty(start) => {
                elements += 1;
                if elements > ELEMENT_LIMIT {
                    return Err(XmlError::TooLarge { line });
                }
                close(element(&start, line)?, &mut open, &mut root);
            }
            Event::End(_) => {
                if let Some(element) = open.pop() {
                    close(element, &mut open, &mut root);
                }
            }
            Event::Text(text) => append(&mut open, &text),
            Event::CData(text) => append(&mut open, &text),
            Event::GeneralRef(name) => match resolve(&name) {
                Some(character) => append(&mut open, &character),
                None => {
                    return Err(XmlError::Entity {
                        line,
                        name: name.chars().take(40).collect(),
                    });
                }
            },
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    match (root, open.is_empty()) {
        (Some(root), true) => Ok(root),
        (_, false) => Err(XmlError::Malformed {
            line: lines.at(u64::MAX),
            problem: "ends within an element".to_owned(),
        }),
        (None, true) => Err(XmlError::Empty),
    }
}

/// A predefined entity or a character by its number.
fn resolve(name: &str) -> Option<String> {
    match resolve_predefined_entity(name) {
        Some(text) => Some(text.to_owned()),
        None => unescape(&format!("&{name};"))
            .ok()
            .map(std::borrow::Cow::into_owned),
    }
}

fn append(open: &mut [Element], text: &str) {
    if let Some(element) = open.last_mut() {
        element.text.push_str(text);
    }
}

fn close(mut element: Element, open: &mut [Element], root: &mut Option<Element>) {
    element.text = String::from(element.text.trim());
    match open.last_mut() {
        Some(parent) => parent.children.push(element),
        // Only the first element of a document is its root.
        None => {
            root.get_or_insert(element);
        }
    }
}

fn element(start: &BytesStart<'_>, line: usize) -> Result<Element, XmlError> {
    let mut attributes = Vec::new();
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| XmlError::Malformed {
            line,
            problem: error.to_string(),
        })?;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| XmlError::Malformed {
                line,
                problem: error.to_string(),
            })?;
        let name = attribute.key.into_inner();
        attributes.push((without_prefix(name).to_owned(), value.into_owned()));
    }
    Ok(Element {
        name: without_prefix(start.name().into_inner()).to_owned(),
        attributes,
        line,
        ..Element::default()
    })
}

fn without_prefix(name: &str) -> &str {
    name.rsplit_once(':').map_or(name, |(_, local)| local)
}

/// Line numbers of positions that only grow.
struct Lines<'a> {
    bytes: &'a [u8],
    position: usize,
    line: usize,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str) -> Self {
        Self {
            bytes: text.trim_start_matches('\u{feff}').as_bytes(),
            position: 0,
            line: 1,
        }
    }

    fn at(&mut self, position: u64) -> usize {
        let end = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(self.bytes.len());
        let passed = self.bytes.get(self.position..end).unwrap_or_default();
        self.line += passed
            .split(|byte| *byte == b'\n')
            .count()
            .saturating_sub(1);
        self.position = self.position.max(end);
        self.line
    }
}
