//! Binary XML: tokens of elements and attributes, and templates with places for values.

use std::{fmt, ops::Range};

use super::{
    reader::Reader,
    value::{self, NULL, TEXT, TEXTS, XML},
};

/// Templates and values that are XML themselves nest so deep.
const DEEPEST: usize = 8;
/// Elements nest so deep.
const MOST_ELEMENTS: usize = 64;
/// So many tokens make a record at most.
const MOST_TOKENS: usize = 100_000;
/// Text of a record is so long at most.
const LONGEST_TEXT: usize = 1 << 20;
/// A template has so many values at most.
const MOST_VALUES: usize = 1_024;
/// A name has so many letters at most.
const LONGEST_NAME: u16 = 256;
/// So many bytes of a value count as a token.
const BYTES_A_TOKEN: usize = 16;
/// The definition of a template begins with the place of the next one, an identifier and its
/// size.
const DEFINITION_HEADER_BYTES: usize = 24;

/// What the records of one chunk may take together. A damaged or invented chunk may have
/// thousands that all are instances of one large template.
#[derive(Debug)]
pub(super) struct Budget {
    tokens: usize,
    text: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tokens: 1_000_000,
            text: 4 << 20,
        }
    }
}

/// Why a record cannot be rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    Damaged,
    TooLarge,
}

impl From<fmt::Error> for Problem {
    fn from(_: fmt::Error) -> Self {
        Self::Damaged
    }
}

/// The XML of a record that stands between two places of a chunk, at the expense of the budget
/// of the chunk.
pub(super) fn render(
    chunk: &[u8],
    at: usize,
    end: usize,
    budget: &mut Budget,
) -> Result<String, Problem> {
    let mut writer = Writer {
        chunk,
        out: String::with_capacity(1_024),
        elements: Vec::new(),
        attribute: None,
        tokens: 0,
        most_tokens: MOST_TOKENS.min(budget.tokens),
        longest_text: LONGEST_TEXT.min(budget.text),
        depth: 0,
    };
    let written = writer.fragment(Reader::new(chunk, at, end), &Part::Record);
    budget.tokens = budget.tokens.saturating_sub(writer.tokens);
    budget.text = budget.text.saturating_sub(writer.out.len());
    written?;
    if writer.out.is_empty() {
        return Err(Problem::Damaged);
    }
    Ok(writer.out)
}

/// A value that goes to a place of a template.
struct Value {
    kind: u8,
    place: Range<usize>,
}

/// What tokens are read of.
enum Part {
    Record,
    Template(Vec<Value>),
    /// XML that is a value: its elements lack a number that all others have.
    Embedded,
}

/// An attribute that was begun.
struct Attribute {
    /// Where it begins in the text.
    begin: usize,
    has_value: bool,
}

/// An element that was begun and has not ended.
struct Element {
    /// Where in the text its name stands, just behind the `<`.
    name: Range<usize>,
    /// Where its tag ends, when it has.
    tag_end: usize,
}

struct Writer<'a> {
    chunk: &'a [u8],
    out: String,
    elements: Vec<Element>,
    attribute: Option<Attribute>,
    tokens: usize,
    most_tokens: usize,
    longest_text: usize,
    depth: usize,
}

impl Writer<'_> {
    fn fragment(&mut self, mut reader: Reader<'_>, part: &Part) -> Result<(), Problem> {
        if self.depth >= DEEPEST {
            return Err(Problem::TooLarge);
        }
        self.depth += 1;
        while !reader.is_at_end() {
            self.tokens += 1;
            if self.tokens > self.most_tokens || self.out.len() > self.longest_text {
                return Err(Problem::TooLarge);
            }
            let token = reader.byte().ok_or(Problem::Damaged)?;
            if token == 0 {
                break;
            }
            self.token(token, &mut reader, part)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn token(&mut self, token: u8, reader: &mut Reader<'_>, part: &Part) -> Result<(), Problem> {
        // Set when more of the same follows, or an element has attributes.
        let has_more = token & 0x40 != 0;
        match token & !0x40 {
            0x01 => self.open(reader, has_more, part),
            0x02 => {
                self.close_attribute();
                self.out.push('>');
                let element = self.elements.last_mut().ok_or(Problem::Damaged)?;
                element.tag_end = self.out.len();
                Ok(())
            }
            0x03 => {
                self.close_attribute();
                self.out.push_str("/>");
                self.elements.pop().map(|_| ()).ok_or(Problem::Damaged)
            }
            0x04 => {
                let element = self.elements.pop().ok_or(Problem::Damaged)?;
                self.end(&element);
                Ok(())
            }
            0x05 => self.literal(reader).ok_or(Problem::Damaged)?,
            0x06 => {
                self.close_attribute();
                let begin = self.out.len();
                self.out.push(' ');
                self.name(reader).ok_or(Problem::Damaged)?;
                self.out.push_str("=\"");
                self.attribute = Some(Attribute {
                    begin,
                    has_value: false,
                });
                Ok(())
            }
            0x07 => {
                let text = counted(reader).ok_or(Problem::Damaged)?;
                self.escaped(&text);
                Ok(())
            }
            0x08 => {
                let unit = reader.short().ok_or(Problem::Damaged)?;
                let character = char::from_u32(u32::from(unit)).ok_or(Problem::Damaged)?;
                self.escaped(character.encode_utf8(&mut [0; 4]));
                Ok(())
            }
            0x09 => {
                self.out.push('&');
                self.name(reader).ok_or(Problem::Damaged)?;
                self.out.push(';');
                self.has_value();
                Ok(())
            }
            // Instructions for whoever shows it: a name, and what it is told.
            0x0a => {
                let before = self.out.len();
                self.name(reader).ok_or(Problem::Damaged)?;
                self.out.truncate(before);
                Ok(())
            }
            0x0b => {
                let units = reader.short().ok_or(Problem::Damaged)?;
                let told = reader.take(usize::from(units) * 2);
                told.map(drop).ok_or(Problem::Damaged)
            }
            0x0c => self.template(reader),
            0x0d | 0x0e => self.substitute(reader, part),
            0x0f => reader.take(3).map(drop).ok_or(Problem::Damaged),
            _ => Err(Problem::Damaged),
        }
    }

    fn open(
        &mut self,
        reader: &mut Reader<'_>,
        has_attributes: bool,
        part: &Part,
    ) -> Result<(), Problem> {
        if self.elements.len() >= MOST_ELEMENTS {
            return Err(Problem::TooLarge);
        }
        if !matches!(part, Part::Embedded) {
            reader.short().ok_or(Problem::Damaged)?;
        }
        reader.long().ok_or(Problem::Damaged)?;
        self.out.push('<');
        let begin = self.out.len();
        self.name(reader).ok_or(Problem::Damaged)?;
        self.elements.push(Element {
            name: begin..self.out.len(),
            tag_end: 0,
        });
        if has_attributes {
            reader.long().ok_or(Problem::Damaged)?;
        }
        Ok(())
    }

    /// Writes a name, which stands here or where it occurred first.
    fn name(&mut self, reader: &mut Reader<'_>) -> Option<()> {
        let place = reader.long()?;
        let mut at_place = reader.elsewhere(place);
        let is_here = place == reader.at();
        let source = if is_here { reader } else { &mut at_place };
        // The place of another name, and a sum of this one.
        source.take(6)?;
        let units = source.short().filter(|units| *units <= LONGEST_NAME)?;
        let name = source.wide(usize::from(units))?;
        source.short()?;
        if name.is_empty() {
            return None;
        }
        let fits = |character: char| {
            character.is_alphanumeric() || matches!(character, '_' | '-' | '.' | ':')
        };
        let names = name.chars();
        self.out
            .extend(names.map(|character| if fits(character) { character } else { '_' }));
        Some(())
    }

    /// A value that stands in the XML itself.
    fn literal(&mut self, reader: &mut Reader<'_>) -> Option<Result<(), Problem>> {
        let kind = reader.byte()?;
        if kind == TEXT {
            let text = counted(reader)?;
            self.escaped(&text);
            return Some(Ok(()));
        }
        let bytes = reader.take(value::size(kind)?)?;
        Some(self.value(kind, bytes))
    }

    fn value(&mut self, kind: u8, bytes: &[u8]) -> Result<(), Problem> {
        // The same bytes may be the value of many places.
        self.tokens += bytes.len() / BYTES_A_TOKEN;
        let mut text = String::new();
        value::write(&mut text, kind, bytes)?;
        self.escaped(&text);
        Ok(())
    }

    fn substitute(&mut self, reader: &mut Reader<'_>, part: &Part) -> Result<(), Problem> {
        let index = reader.short().ok_or(Problem::Damaged)?;
        reader.byte().ok_or(Problem::Damaged)?;
        let Part::Template(values) = part else {
            return Err(Problem::Damaged);
        };
        let value = values
            .get(usize::from(index))
            .filter(|value| value.kind != NULL && !value.place.is_empty());
        let Some(value) = value else {
            return Ok(());
        };
        if value.kind == XML {
            let reader = Reader::new(self.chunk, value.place.start, value.place.end);
            return self.fragment(reader, &Part::Embedded);
        }
        let chunk = self.chunk;
        let bytes = chunk.get(value.place.clone()).ok_or(Problem::Damaged)?;
        match self.elements.last() {
            Some(element) if value.kind == TEXTS && element.tag_end == self.out.len() => {
                self.repeat(bytes)
            }
            _ => self.value(value.kind, bytes),
        }
    }

    /// Several texts are as many elements.
    fn repeat(&mut self, bytes: &[u8]) -> Result<(), Problem> {
        let element = self.elements.pop().ok_or(Problem::Damaged)?;
        let tag = element.name.start.saturating_sub(1)..element.tag_end;
        let tag = self.out.get(tag).unwrap_or_default().to_owned();
        for (place, text) in value::texts(bytes).enumerate() {
            if place > 0 {
                self.tokens += 1;
                if self.tokens > self.most_tokens || self.out.len() > self.longest_text {
                    return Err(Problem::TooLarge);
                }
                self.end(&element);
                self.out.push_str(&tag);
            }
            self.escaped(&text);
        }
        self.elements.push(element);
        Ok(())
    }

    fn end(&mut self, element: &Element) {
        let name = self.out.get(element.name.clone()).unwrap_or_default();
        let name = name.to_owned();
        self.out.push_str("</");
        self.out.push_str(&name);
        self.out.push('>');
    }

    fn template(&mut self, reader: &mut Reader<'_>) -> Result<(), Problem> {
        let definition = definition(reader).ok_or(Problem::Damaged)?;
        let values = values(reader).ok_or(Problem::Damaged)?;
        self.fragment(definition, &Part::Template(values))
    }

    /// Ends an attribute; one whose value is nothing is left out.
    fn close_attribute(&mut self) {
        match self.attribute.take() {
            Some(attribute) if attribute.has_value => self.out.push('"'),
            Some(attribute) => self.out.truncate(attribute.begin),
            None => {}
        }
    }

    fn has_value(&mut self) {
        if let Some(attribute) = &mut self.attribute {
            attribute.has_value = true;
        }
    }

    fn escaped(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.has_value();
        for character in text.chars() {
            match character {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                other => self.out.push(other),
            }
        }
    }
}

/// The template of which an instance begins here; it stands here, too, when it is the first.
fn definition<'a>(reader: &mut Reader<'a>) -> Option<Reader<'a>> {
    reader.take(5)?;
    let place = reader.long()?;
    let is_here = place == reader.at();
    let mut definition = reader.elsewhere(place);
    definition.take(DEFINITION_HEADER_BYTES - 4)?;
    let size = definition.long()?;
    if is_here {
        reader.take(DEFINITION_HEADER_BYTES)?;
        reader.take(size)?;
    }
    let begin = definition.at();
    Some(definition.part(begin, begin.checked_add(size)?))
}

/// The values of an instance: all their sizes and types first.
fn values(reader: &mut Reader<'_>) -> Option<Vec<Value>> {
    let count = reader.long().filter(|count| *count <= MOST_VALUES)?;
    let mut sizes = Vec::with_capacity(count);
    for _ in 0..count {
        let size = reader.short()?;
        sizes.push((usize::from(size), reader.byte()?));
        reader.byte()?;
    }
    let mut values = Vec::with_capacity(count);
    for (size, kind) in sizes {
        let begin = reader.at();
        reader.take(size)?;
        let place = begin..reader.at();
        values.push(Value { kind, place });
    }
    Some(values)
}

/// Text with its length before it.
fn counted(reader: &mut Reader<'_>) -> Option<String> {
    let units = reader.short()?;
    reader.wide(usize::from(units))
}
