//! All parsers, and which of them a message is for.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use memchr::memmem::Finder;
use thiserror::Error;
use xinglin_core::{Field, FieldName, Text, Value};

use super::{
    super::{
        Format, Parsed, Settings,
        draft::Draft,
        form::Memory,
        note::NoteKind,
        syslog::{self, Envelope},
    },
    compile::compile,
    marks::Marks,
    names::Names,
    parser::Parser,
    spec::{Spec, Test, When},
};

/// Marks are looked for in so much of a message.
const MARKED_BYTES: usize = 16 << 10;
/// So many words of 64 bits have a bit for each parser.
const WORDS: usize = 8;
/// So many parsers there may be.
const MOST_PARSERS: usize = WORDS * 64;
/// A parser may extend one that extends one, so deep.
const DEEPEST: usize = 4;

/// All parsers, ready to read.
#[derive(Debug, Default)]
pub struct Parsers {
    pub(super) all: Vec<Parser>,
    /// What each of them claims.
    claims: Vec<Claim>,
    by_name: Names<u16>,
    by_program: Names<Vec<u16>>,
    by_program_beginning: Vec<(Box<str>, u16)>,
    /// Parsers that know how their messages begin, by the first byte.
    by_beginning: Vec<Numbers>,
    marks: Marks,
    by_mark: Vec<u16>,
    for_the_rest: Vec<u16>,
}

/// A file of parsers that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{path}: {problem}")]
pub struct LoadError {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub problem: String,
}

impl Parsers {
    /// Makes the parsers of these files (path and text) ready. Files that cannot be used are
    /// left out and reported.
    pub fn load(files: &[(String, String)]) -> (Self, Vec<LoadError>) {
        let mut errors = Vec::new();
        let mut specs: BTreeMap<String, (String, Spec)> = BTreeMap::new();
        for (path, text) in files {
            let problem = match serde_saphyr::from_str::<Spec>(text) {
                Err(error) => error.to_string(),
                Ok(spec) if specs.contains_key(&spec.name) => {
                    format!("another parser is called `{}`", spec.name)
                }
                Ok(spec) => {
                    specs.insert(spec.name.clone(), (path.clone(), spec));
                    continue;
                }
            };
            let path = path.clone();
            errors.push(LoadError { path, problem });
        }
        let mut all = Vec::new();
        for (path, spec) in specs.values() {
            match extended(spec, &specs, 0).and_then(|spec| compile(&spec)) {
                Ok(parser) => all.push(parser),
                Err(problem) => errors.push(LoadError {
                    path: path.clone(),
                    problem,
                }),
            }
        }
        for surplus in all.drain(MOST_PARSERS.min(all.len())..) {
            errors.push(LoadError {
                path: surplus.name,
                problem: format!("there are more than {MOST_PARSERS} parsers"),
            });
        }
        all.sort_by(|one, other| (one.order, &one.name).cmp(&(other.order, &other.name)));
        (Self::of(all), errors)
    }

    fn of(all: Vec<Parser>) -> Self {
        let mut parsers = Self {
            by_beginning: vec![Numbers::default(); 256],
            ..Self::default()
        };
        let mut marks = Vec::new();
        let mut by_program: BTreeMap<&str, Vec<u16>> = BTreeMap::new();
        for (number, parser) in (0..).zip(&all) {
            let When {
                program,
                starts,
                contains,
                any,
                nobody_else,
                by_name,
            } = &parser.when;
            for name in program {
                match name.strip_suffix('*') {
                    Some(beginning) => {
                        parsers
                            .by_program_beginning
                            .push((beginning.into(), number));
                    }
                    None => by_program.entry(name).or_default().push(number),
                }
            }
            if *nobody_else {
                parsers.for_the_rest.push(number);
            } else if *by_name || !program.is_empty() {
                // Found by the program, or not at all by itself.
            } else if starts.is_empty() {
                let texts = if contains.is_empty() {
                    any.as_slice()
                } else {
                    contains.get(..1).unwrap_or_default()
                };
                for text in texts {
                    marks.push(text.as_str());
                    parsers.by_mark.push(number);
                }
            } else {
                let firsts: BTreeSet<u8> = starts
                    .iter()
                    .filter_map(|text| text.bytes().next())
                    .collect();
                for first in firsts {
                    if let Some(bucket) = parsers.by_beginning.get_mut(usize::from(first)) {
                        bucket.add(number);
                    }
                }
            }
        }
        parsers.by_program = by_program.into_iter().collect();
        let names = all.iter().map(|parser| parser.name.as_str());
        parsers.by_name = names.zip(0..).collect();
        let tests = all.iter().flat_map(|parser| &parser.tests);
        parsers.marks = Marks::new(marks, tests.flat_map(Test::messages));
        parsers.claims = all.iter().map(|parser| Claim::of(&parser.when)).collect();
        parsers.all = all;
        parsers
    }

    /// The names and titles of all parsers, in the order in which they are tried.
    pub fn names(&self) -> impl Iterator<Item = (&str, &Text)> {
        self.all
            .iter()
            .map(|parser| (parser.name.as_str(), &parser.title))
    }

    /// Whether there is a parser of this name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.get(name).is_some()
    }

    /// Reads a message. `memory` belongs to its source: a file or a sender.
    pub fn parse<'a>(
        &'a self,
        text: &'a str,
        received_at: jiff::Timestamp,
        settings: &'a Settings,
        memory: &mut Memory,
    ) -> Parsed<'a> {
        let mut draft = Draft::new(text, received_at, &settings.zone);
        let envelope = syslog::open(&mut draft);
        let has_envelope = !draft.fields.is_empty();
        let parser = match &settings.format {
            Format::Auto => {
                let found = self.recognise(&mut draft, &envelope, has_envelope, memory);
                if found.is_none() {
                    draft.note(NoteKind::Unknown, "");
                }
                found
            }
            Format::Named(name) => {
                let parser = self.by_name.get(name.as_str()).copied();
                let read =
                    parser.filter(|number| self.read(*number, &mut draft, &envelope, memory));
                if read.is_none() {
                    draft.note(NoteKind::Unexpected, "");
                }
                read
            }
        };
        if parser.is_none() {
            draft.leading_time(envelope.body);
            if has_envelope {
                draft.word(Field::EVENT_DATASET, "syslog");
            }
        }
        if let Some(message) = draft.within.take() {
            self.read_within(message, &mut draft, memory);
        }
        let parser = parser.and_then(|number| self.all.get(usize::from(number)));
        let (event, notes) = draft.finish();
        Parsed {
            event,
            notes,
            parser: parser.map(|parser| parser.name.as_str()),
            has_envelope,
        }
    }

    fn read<'a>(
        &'a self,
        number: u16,
        draft: &mut Draft<'a>,
        envelope: &Envelope<'a>,
        memory: &mut Memory,
    ) -> bool {
        let parser = self.all.get(usize::from(number));
        parser.is_some_and(|parser| parser.read(draft, envelope.body, memory))
    }

    /// Reads what a program wrote into an entry of a journal as if it had come by itself.
    fn read_within<'a>(&'a self, message: &'a str, draft: &mut Draft<'a>, memory: &mut Memory) {
        let mut fields = draft.fields.iter();
        let program = fields.find_map(|field| match (&field.name, &field.value) {
            (FieldName::Common(Field::PROCESS_NAME), Value::Text(Cow::Borrowed(name))) => {
                Some(*name)
            }
            _ => None,
        });
        let envelope = Envelope {
            program,
            body: message,
        };
        let outer = draft.fields.len();
        let named = program.and_then(|program| self.by_program.get(program));
        for number in named.into_iter().flatten() {
            if self.claims(*number, &envelope) && self.read(*number, draft, &envelope, memory) {
                // One event has one dataset: of what knows more about it.
                let dataset = FieldName::Common(Field::EVENT_DATASET);
                let mut fields = draft.fields.iter().take(outer);
                if let Some(at) = fields.position(|field| field.name == dataset) {
                    draft.fields.remove(at);
                }
                return;
            }
        }
        draft.text(Field::MESSAGE, message);
    }

    fn claims(&self, number: u16, envelope: &Envelope<'_>) -> bool {
        let claim = self.claims.get(usize::from(number));
        claim.is_some_and(|claim| claim.holds(envelope))
    }

    /// The parser that read the message: which one that is depends on nothing but the message
    /// and the columns that its file declared. Who wrote it counts most, then how it begins,
    /// then marks in it.
    fn recognise<'a>(
        &'a self,
        draft: &mut Draft<'a>,
        envelope: &Envelope<'a>,
        has_envelope: bool,
        memory: &mut Memory,
    ) -> Option<u16> {
        if !has_envelope
            && let Some(owner) = memory.table_owner(envelope.body)
            && let Some(number) = self.by_name.get(owner).copied()
            && self.read(number, draft, envelope, memory)
        {
            return Some(number);
        }
        let try_one = |number: u16, draft: &mut Draft<'a>, memory: &mut Memory| {
            self.claims(number, envelope) && self.read(number, draft, envelope, memory)
        };
        if let Some(program) = envelope.program {
            let named = self.by_program.get(program).into_iter().flatten().copied();
            let begun = self
                .by_program_beginning
                .iter()
                .filter(|(beginning, _)| program.starts_with(&**beginning))
                .map(|(_, number)| *number);
            for number in named.chain(begun) {
                if try_one(number, draft, memory) {
                    return Some(number);
                }
            }
        }
        let mut begun = self.begun(envelope.body).numbers();
        if let Some(number) = begun.find(|number| try_one(*number, draft, memory)) {
            return Some(number);
        }
        let rest = self.for_the_rest.iter().copied();
        let mut numbers = self.marked(envelope.body).numbers().chain(rest);
        numbers.find(|number| try_one(*number, draft, memory))
    }

    /// Parsers whose messages begin with the byte that this one begins with.
    fn begun(&self, body: &str) -> Numbers {
        let first = body.as_bytes().first();
        let begun = first.and_then(|first| self.by_beginning.get(usize::from(*first)));
        begun.copied().unwrap_or_default()
    }

    /// Parsers with a mark that occurs in the message.
    fn marked(&self, body: &str) -> Numbers {
        let mut marked = Numbers::default();
        let bytes = body.as_bytes();
        let bytes = bytes.get(..MARKED_BYTES).unwrap_or(bytes);
        self.marks.each(bytes, |place| {
            if let Some(number) = self.by_mark.get(place) {
                marked.add(*number);
            }
        });
        marked
    }
}

/// Numbers of parsers, in their order.
#[derive(Debug, Clone, Copy, Default)]
struct Numbers([u64; WORDS]);

impl Numbers {
    fn add(&mut self, number: u16) {
        if let Some(word) = self.0.get_mut(usize::from(number / 64)) {
            *word |= 1 << (number % 64);
        }
    }

    fn numbers(self) -> impl Iterator<Item = u16> {
        (0..).zip(self.0).flat_map(|(place, word): (u16, u64)| {
            let mut left = word;
            std::iter::from_fn(move || {
                let bit = u16::try_from(left.trailing_zeros()).ok()?;
                left &= left.checked_sub(1)?;
                Some(place * 64 + bit)
            })
        })
    }
}

/// Which messages a parser claims, ready to be asked.
#[derive(Debug)]
struct Claim {
    when: When,
    contains: Vec<Finder<'static>>,
    any: Vec<Finder<'static>>,
}

impl Claim {
    fn of(when: &When) -> Self {
        let finders = |texts: &[String]| {
            let texts = texts.iter();
            texts.map(|text| Finder::new(text).into_owned()).collect()
        };
        Self {
            when: when.clone(),
            contains: finders(&when.contains),
            any: finders(&when.any),
        }
    }

    fn holds(&self, envelope: &Envelope<'_>) -> bool {
        let body = envelope.body;
        let occurs = |finder: &Finder<'_>| finder.find(body.as_bytes()).is_some();
        let is_of = |program: &str| {
            let mut names = self.when.program.iter();
            names.any(|name| match name.strip_suffix('*') {
                Some(beginning) => program.starts_with(beginning),
                None => program == name,
            })
        };
        let begins = |text: &String| body.starts_with(text.as_str());
        !self.when.by_name
            && (self.when.program.is_empty() || envelope.program.is_some_and(is_of))
            && (self.when.starts.is_empty() || self.when.starts.iter().any(begins))
            && self.contains.iter().all(occurs)
            && (self.any.is_empty() || self.any.iter().any(occurs))
    }
}

/// A parser with all that it takes over from the one it extends.
fn extended(
    spec: &Spec,
    specs: &BTreeMap<String, (String, Spec)>,
    depth: usize,
) -> Result<Spec, String> {
    let Some(name) = &spec.extends else {
        return Ok(spec.clone());
    };
    if depth >= DEEPEST {
        return Err("parsers extend each other".to_owned());
    }
    let Some((_, base)) = specs.get(name) else {
        return Err(format!("there is no parser `{name}` to extend"));
    };
    let base = extended(base, specs, depth + 1)?;
    let mut spec = spec.clone();
    for (key, target) in base.fields {
        spec.fields.entry(key).or_insert(target);
    }
    for (field, words) in base.translate {
        let own = spec.translate.entry(field).or_default();
        for (from, to) in words {
            own.entry(from).or_insert(to);
        }
    }
    for (field, value) in base.set {
        spec.set.entry(field).or_insert(value);
    }
    for (word, pattern) in base.words {
        spec.words.entry(word).or_insert(pattern);
    }
    spec.keep.extend(base.keep);
    spec.choose.extend(base.choose);
    Ok(spec)
}
