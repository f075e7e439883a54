//! Taking texts apart into templates and values.

use std::hash::{BuildHasher as _, Hasher as _};

use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};

use super::{
    moment::At,
    pattern::{Piece, Template},
    scan::{MOST_WORDS, Part, What, scan},
    word::IntegerKind,
};

/// Where the value of a column stands in a text, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) column: u32,
}

/// Templates that may be known at a time.
const MOST_TEMPLATES: usize = 8_192;
/// What all templates may take together.
const MOST_BYTES: usize = 8 << 20;
/// Skeletons seen once that are remembered.
const MOST_SEEN: usize = 1 << 16;
/// A text shorter than this is no longer for itself than its template would be.
const LEAST_TEXT: usize = 16;

/// Knows templates, and finds or makes that of a text.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    templates: Vec<Template>,
    size: usize,
    /// The newest template of each skeleton, by the hash of the skeleton.
    newest: HashTable<(u64, u32)>,
    /// Skeletons that were met once: a text that comes once is cheaper as it is.
    seen: HashSet<u64, FixedState>,
    parts: Vec<Part>,
    scratch: Vec<u8>,
    integers: Vec<(u8, i64)>,
    texts: Vec<(u8, usize, usize)>,
}

impl Encoder {
    /// The templates, by their numbers.
    pub(crate) fn templates(&self) -> &[Template] {
        &self.templates
    }

    /// The numbers of the text last taken apart, with their slots.
    pub(crate) fn integers(&self) -> &[(u8, i64)] {
        &self.integers
    }

    /// The texts of the text last taken apart: slots and places in it.
    pub(crate) fn texts(&self) -> &[(u8, usize, usize)] {
        &self.texts
    }

    /// What it takes in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.size + self.seen.len() * 16
    }

    /// The number of the template that, with the values in [`Self::integers`],
    /// [`Self::texts`] and the columns of `places`, yields just this text; none when the text
    /// is better kept itself.
    ///
    /// `places` are in order and apart, and the values of their columns are written as the
    /// text has them.
    pub(crate) fn encode(&mut self, text: &str, at: At, places: &[Place]) -> Option<u32> {
        if text.len() < LEAST_TEXT {
            return None;
        }
        scan(text, at, places, &mut self.parts, &mut self.scratch);
        let hash = self.skeleton(text);
        let templates = &self.templates;
        let known = self.newest.find(hash, |(of, id)| {
            *of == hash
                && templates
                    .get(usize::try_from(*id).unwrap_or(usize::MAX))
                    .is_some_and(|template| has_skeleton(template, text, &self.parts))
        });
        if let Some((_, id)) = known.copied() {
            let template = self.templates.get(usize::try_from(id).ok()?)?;
            if take(
                template,
                text,
                &self.parts,
                &mut self.integers,
                &mut self.texts,
            )
            .is_some()
            {
                return Some(id);
            }
            let kinds = widened(template, text, &self.parts);
            return self.add(hash, text, &kinds);
        }
        if self.seen.len() >= MOST_SEEN {
            self.seen.clear();
        }
        if self.seen.insert(hash) {
            return None;
        }
        let kinds: Vec<_> = self.parts.iter().map(|part| kind(part, text)).collect();
        self.add(hash, text, &kinds)
    }

    /// The hash of the literal parts and of what stands between them, not of what it says.
    fn skeleton(&self, text: &str) -> u64 {
        let bytes = text.as_bytes();
        let mut hasher = FixedState::with_seed(7).build_hasher();
        let mut from = 0;
        for part in &self.parts {
            hasher.write(bytes.get(from..part.start).unwrap_or_default());
            from = part.end;
            let mark = match part.what {
                What::Field(column) => 1 << 32 | u64::from(column),
                What::Time(format, quarters) => {
                    2 << 32 | format.mark() << 8 | u64::from(quarters.cast_unsigned())
                }
                What::Moment(format, _) => 3 << 32 | format.mark() << 8,
                What::Word => 4 << 32,
                What::Rest => 5 << 32,
            };
            hasher.write_u64(mark);
        }
        hasher.write(bytes.get(from..).unwrap_or_default());
        hasher.finish()
    }

    /// Adds the template that this text has with these kinds of words, and takes its values.
    fn add(&mut self, hash: u64, text: &str, kinds: &[Option<IntegerKind>]) -> Option<u32> {
        let template = template(text, &self.parts, kinds)?;
        let size = template.size();
        if self.templates.len() >= MOST_TEMPLATES || self.size + size > MOST_BYTES {
            return None;
        }
        take(
            &template,
            text,
            &self.parts,
            &mut self.integers,
            &mut self.texts,
        )?;
        let id = u32::try_from(self.templates.len()).ok()?;
        let templates = &self.templates;
        let older = self.newest.find_mut(hash, |(of, known)| {
            *of == hash
                && templates
                    .get(usize::try_from(*known).unwrap_or(usize::MAX))
                    .is_some_and(|known| has_skeleton(known, text, &self.parts))
        });
        if let Some(older) = older {
            older.1 = id;
        } else {
            self.newest.insert_unique(hash, (hash, id), |(of, _)| *of);
        }
        self.size += size;
        self.templates.push(template);
        Some(id)
    }
}

/// How a word is first taken: as a number where it is one, else as text.
fn kind(part: &Part, text: &str) -> Option<IntegerKind> {
    match part.what {
        What::Word => IntegerKind::of(text.as_bytes().get(part.start..part.end)?),
        What::Moment(format, _) => Some(IntegerKind::Moment(format)),
        What::Field(_) | What::Time(..) | What::Rest => None,
    }
}

/// The kinds of a template, made wider where this text needs it.
fn widened(template: &Template, text: &str, parts: &[Part]) -> Vec<Option<IntegerKind>> {
    let pieces = template.pieces().zip(parts);
    let widen = |(piece, part): (Piece, &Part)| {
        let Piece::Integer(_, kind) = piece else {
            return None;
        };
        let word = text.as_bytes().get(part.start..part.end)?;
        if matches!(part.what, What::Moment(..)) || kind.read(word).is_some() {
            return Some(kind);
        }
        kind.widened(word)
    };
    pieces.map(widen).collect()
}

/// Whether a template has these literal parts with the same things between them.
fn has_skeleton(template: &Template, text: &str, parts: &[Part]) -> bool {
    let bytes = text.as_bytes();
    if template.pieces.len() != parts.len() {
        return false;
    }
    let mut from = 0;
    for ((piece, literal), part) in template.pieces().zip(template.literals()).zip(parts) {
        let same = match (piece, part.what) {
            (Piece::Field(own), What::Field(column)) => own == column,
            (Piece::Time(own, zone), What::Time(format, quarters)) => {
                own == format && zone == quarters
            }
            (Piece::Integer(_, IntegerKind::Moment(own)), What::Moment(format, _)) => own == format,
            (Piece::Integer(_, IntegerKind::Moment(_)), _) => false,
            (Piece::Integer(..) | Piece::Text(_), What::Word) => true,
            (Piece::Text(slot), What::Rest) => usize::from(slot) == MOST_WORDS,
            _ => false,
        };
        if !same || bytes.get(from..part.start) != Some(literal) {
            return false;
        }
        from = part.end;
    }
    bytes.get(from..) == template.literals().last()
}

/// Takes the values of a text with the skeleton of `template`; nothing when one does not fit.
fn take(
    template: &Template,
    text: &str,
    parts: &[Part],
    integers: &mut Vec<(u8, i64)>,
    texts: &mut Vec<(u8, usize, usize)>,
) -> Option<()> {
    integers.clear();
    texts.clear();
    for ((_, piece), part) in template.pieces.iter().zip(parts) {
        match *piece {
            Piece::Field(_) | Piece::Time(..) => {}
            Piece::Integer(slot, IntegerKind::Moment(_)) => {
                let What::Moment(_, units) = part.what else {
                    return None;
                };
                integers.push((slot, units));
            }
            Piece::Integer(slot, kind) => {
                let word = text.as_bytes().get(part.start..part.end)?;
                integers.push((slot, kind.read(word)?));
            }
            Piece::Text(slot) => {
                text.get(part.start..part.end)?;
                texts.push((slot, part.start, part.end));
            }
        }
    }
    Some(())
}

/// Makes the template of a text.
fn template(text: &str, parts: &[Part], kinds: &[Option<IntegerKind>]) -> Option<Template> {
    let bytes = text.as_bytes();
    let mut template = Template::default();
    let (mut integers, mut texts) = (0_u8, 0_u8);
    let mut from = 0;
    for (part, kind) in parts.iter().zip(kinds) {
        template
            .literals
            .extend_from_slice(bytes.get(from..part.start)?);
        from = part.end;
        let end = u32::try_from(template.literals.len()).ok()?;
        let piece = match (part.what, kind) {
            (What::Field(column), _) => Piece::Field(column),
            (What::Time(format, quarters), _) => Piece::Time(format, quarters),
            (What::Rest, _) => Piece::Text(u8::try_from(MOST_WORDS).ok()?),
            (What::Word | What::Moment(..), Some(kind)) => {
                integers += 1;
                Piece::Integer(integers - 1, *kind)
            }
            (What::Word | What::Moment(..), None) => {
                texts += 1;
                Piece::Text(texts - 1)
            }
        };
        template.pieces.push((end, piece));
    }
    template.literals.extend_from_slice(bytes.get(from..)?);
    Some(template)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::template::Values;

    const AT: At = At {
        seconds: 1_782_864_011,
        nanoseconds: 500_000_000,
    };

    struct Row<'a> {
        text: &'a str,
        places: &'a [Place],
        integers: Vec<(u8, i64)>,
        texts: Vec<(u8, usize, usize)>,
    }

    impl Values for Row<'_> {
        fn field(&self, column: u32, into: &mut Vec<u8>) -> Option<()> {
            let place = self.places.iter().find(|place| place.column == column)?;
            into.extend_from_slice(self.text.as_bytes().get(place.start..place.end)?);
            Some(())
        }

        fn integer(&self, slot: u8) -> Option<i64> {
            let found = self.integers.iter().find(|(of, _)| *of == slot);
            found.map(|(_, value)| *value)
        }

        fn text(&self, slot: u8, into: &mut Vec<u8>) -> Option<()> {
            let (_, start, end) = self.texts.iter().find(|(of, ..)| *of == slot)?;
            into.extend_from_slice(self.text.as_bytes().get(*start..*end)?);
            Some(())
        }

        fn at(&self) -> At {
            AT
        }
    }

    fn round(encoder: &mut Encoder, text: &str, places: &[Place]) -> Option<u32> {
        let id = encoder.encode(text, AT, places)?;
        let row = Row {
            text,
            places,
            integers: encoder.integers().to_vec(),
            texts: encoder.texts().to_vec(),
        };
        let template = encoder.templates().get(id as usize).unwrap();
        let mut again = Vec::new();
        template.render(&row, &mut again).unwrap();
        assert_eq!(again, text.as_bytes());
        let names = ["a", "b", "c", "d"];
        let pattern = template.pattern(|id| names.get(id as usize).copied().unwrap());
        let number = |name: &str| {
            u32::try_from(names.iter().position(|known| *known == name).unwrap()).unwrap()
        };
        let read = Template::parse(&pattern, number).unwrap();
        again.clear();
        read.render(&row, &mut again).unwrap();
        assert_eq!(again, text.as_bytes(), "{pattern}");
        Some(id)
    }

    #[test]
    fn messages_of_one_kind_share_a_template() {
        let mut encoder = Encoder::default();
        let messages: Vec<_> = (0..200_u32)
            .map(|turn| {
                let hash = u64::from(turn).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                format!(
                    "sshd[{turn}]: port {} id={hash:x} n={:03} ok",
                    turn * 300,
                    turn % 300
                )
            })
            .collect();
        let ids: Vec<_> = messages
            .iter()
            .map(|text| round(&mut encoder, text, &[]))
            .collect();
        // The first comes alone; the second makes the template, which is widened a few times.
        assert_eq!(ids.first(), Some(&None));
        assert!(ids.iter().skip(1).all(Option::is_some));
        assert!(
            encoder.templates().len() <= 6,
            "{}",
            encoder.templates().len()
        );
    }

    #[test]
    fn texts_that_never_come_again_make_no_templates() {
        let mut encoder = Encoder::default();
        for turn in 0..1_000_u32 {
            let word: String = (0..5)
                .map(|place| char::from(b'a' + u8::try_from((turn >> (place * 2)) % 4).unwrap()))
                .collect();
            encoder.encode(&format!("nothing {word} like the others"), AT, &[]);
        }
        assert!(encoder.templates().len() <= 1_000);
        assert_eq!(encoder.encode("short", AT, &[]), None);
    }

    proptest! {
        #[test]
        fn any_text_with_any_places_survives(
            texts in prop::collection::vec("[a-f0-9 =\"{}:.x患者T-]{0,60}", 1..12),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut encoder = Encoder::default();
            for text in texts.iter().chain(&texts).chain(&texts) {
                let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
                let mut cuts: Vec<usize> = cuts.iter().map(|cut| *cut.get(&ends)).collect();
                cuts.sort_unstable();
                let places: Vec<Place> = cuts
                    .chunks_exact(2)
                    .zip(0..)
                    .map(|(pair, column)| Place { start: pair[0], end: pair[1], column })
                    .collect();
                round(&mut encoder, text, &places);
            }
        }
    }
}
