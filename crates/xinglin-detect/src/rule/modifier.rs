//! Modifiers: what stands behind a field's name, applied in that order.

use std::collections::BTreeMap;

use super::{
    Comparison, Decimal, Expr, Matcher, Place, RegexRule, Test, TimePart,
    encode::{self, Wide},
};
use crate::{
    address::Cidr,
    pattern::{DASHES, Pattern, Piece},
    yaml::{Kind, Node},
};

/// One value becomes at most so many by `windash`, `base64offset` and `expand`.
const MOST_VARIANTS: usize = 4_096;

/// Values of placeholders by name.
pub(crate) type Placeholders = BTreeMap<String, Vec<String>>;

/// What a value has become so far.
#[derive(Debug, Clone)]
enum Form {
    Pattern(Pattern),
    Bytes(Vec<u8>),
}

/// What the tests of a field will ask.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Ask {
    Pattern,
    Regex,
    Cidr,
    Compare(Comparison),
    Exists,
    Field,
}

/// A key of a detection: a field and its modifiers.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a modifier that stands or not"
)]
struct Item {
    field: Option<String>,
    ask: Ask,
    time: Option<TimePart>,
    before: bool,
    behind: bool,
    all: bool,
    cased: bool,
    negated: bool,
    flags: (bool, bool, bool),
    transforms: Vec<Transform>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Transform {
    Wide(Wide),
    Base64,
    Base64Offset,
    Dashes,
    Expand,
}

/// Reads an entry of a detection.
pub(super) fn item(key: &str, value: &Node, known: &Placeholders) -> Result<Expr<Test>, String> {
    let item = Item::parse(key)?;
    let nodes = value.items();
    if nodes.is_empty() {
        return Err(format!("`{key}` has an empty list"));
    }
    let mut parts = Vec::with_capacity(nodes.len());
    for node in nodes {
        let part = item.value(node, known);
        parts.push(part.map_err(|reason| format!("`{key}`: {reason}"))?);
    }
    let expr = match parts.len() {
        1 => parts.swap_remove(0),
        _ if item.all => Expr::All(parts),
        _ => Expr::Any(parts),
    };
    Ok(if item.negated {
        Expr::Not(Box::new(expr))
    } else {
        expr
    })
}

impl Item {
    fn parse(key: &str) -> Result<Self, String> {
        let mut words = key.split('|');
        let field = words.next().unwrap_or_default();
        let mut item = Self {
            field: (!field.is_empty()).then(|| field.to_owned()),
            ask: Ask::Pattern,
            time: None,
            before: false,
            behind: false,
            all: false,
            cased: false,
            negated: false,
            flags: (false, false, false),
            transforms: Vec::new(),
        };
        for word in words {
            item.modifier(word)
                .map_err(|reason| format!("`{key}`: {reason}"))?;
        }
        item.check()
            .map_err(|reason| format!("`{key}`: {reason}"))?;
        Ok(item)
    }

    fn modifier(&mut self, word: &str) -> Result<(), String> {
        match word {
            "contains" => (self.before, self.behind) = (true, true),
            "startswith" => self.behind = true,
            "endswith" => self.before = true,
            "all" => self.all = true,
            "cased" => self.cased = true,
            "neq" => self.negated = true,
            "re" => self.ask(Ask::Regex)?,
            "i" if self.ask == Ask::Regex => self.flags.0 = true,
            "m" if self.ask == Ask::Regex => self.flags.1 = true,
            "s" if self.ask == Ask::Regex => self.flags.2 = true,
            "i" | "m" | "s" => return Err(format!("`{word}` belongs behind `re`")),
            "cidr" => self.ask(Ask::Cidr)?,
            "exists" => self.ask(Ask::Exists)?,
            "fieldref" => self.ask(Ask::Field)?,
            "lt" => self.ask(Ask::Compare(Comparison::Less))?,
            "lte" => self.ask(Ask::Compare(Comparison::AtMost))?,
            "gt" => self.ask(Ask::Compare(Comparison::Greater))?,
            "gte" => self.ask(Ask::Compare(Comparison::AtLeast))?,
            "minute" => self.time = Some(TimePart::Minute),
            "hour" => self.time = Some(TimePart::Hour),
            "day" => self.time = Some(TimePart::Day),
            "week" => self.time = Some(TimePart::Week),
            "month" => self.time = Some(TimePart::Month),
            "year" => self.time = Some(TimePart::Year),
            "wide" | "utf16le" => self.transform(Transform::Wide(Wide::Little))?,
            "utf16be" => self.transform(Transform::Wide(Wide::Big))?,
            "utf16" => self.transform(Transform::Wide(Wide::Marked))?,
            "base64" => self.transform(Transform::Base64)?,
            "base64offset" => self.transform(Transform::Base64Offset)?,
            "windash" => self.transform(Transform::Dashes)?,
            "expand" => self.transform(Transform::Expand)?,
            _ => return Err(format!("the modifier `{word}` is not known")),
        }
        Ok(())
    }

    fn ask(&mut self, ask: Ask) -> Result<(), String> {
        if self.ask != Ask::Pattern {
            return Err("two modifiers that exclude one another".to_owned());
        }
        if !self.transforms.is_empty()
            && ask != Ask::Field
            && self.transforms != [Transform::Expand]
        {
            return Err("the value is already encoded".to_owned());
        }
        self.ask = ask;
        Ok(())
    }

    fn transform(&mut self, transform: Transform) -> Result<(), String> {
        let encodes = !matches!(transform, Transform::Dashes | Transform::Expand);
        if encodes && (self.before || self.behind) {
            return Err("what encodes a value stands before what places it".to_owned());
        }
        self.transforms.push(transform);
        Ok(())
    }

    fn check(&self) -> Result<(), String> {
        let places = self.before || self.behind;
        let plain = matches!(self.ask, Ask::Pattern | Ask::Field);
        if places && !plain {
            return Err("only texts begin, end or contain".to_owned());
        }
        if self.cased && !plain {
            return Err("`cased` is for texts".to_owned());
        }
        if self.time.is_some() && (places || !matches!(self.ask, Ask::Pattern | Ask::Compare(_))) {
            return Err("a part of a date is a number".to_owned());
        }
        if self.field.is_none() && !matches!(self.ask, Ask::Pattern | Ask::Regex) {
            return Err("this modifier needs a field".to_owned());
        }
        let is_number = self.time.is_some() || matches!(self.ask, Ask::Compare(_));
        if is_number && self.transforms.iter().any(|of| *of != Transform::Expand) {
            return Err("a number is not encoded".to_owned());
        }
        let plain_all = self.all && self.ask == Ask::Exists;
        if plain_all {
            return Err("`all` of one answer".to_owned());
        }
        Ok(())
    }

    fn test(&self, matcher: Matcher) -> Expr<Test> {
        let field = self.field.clone();
        Expr::Test(Test { field, matcher })
    }

    fn value(&self, node: &Node, known: &Placeholders) -> Result<Expr<Test>, String> {
        if node.kind == Kind::Null {
            return if self.ask == Ask::Pattern && self.field.is_some() && self.time.is_none() {
                Ok(self.test(Matcher::Null))
            } else {
                Err("null is compared with nothing".to_owned())
            };
        }
        let Some(text) = node.scalar() else {
            return Err("a list or map in place of a value".to_owned());
        };
        if let Some(part) = self.time {
            let comparison = match self.ask {
                Ask::Compare(comparison) => comparison,
                _ => Comparison::Same,
            };
            let numbers = self.numbers(text, known)?;
            let tests = numbers
                .into_iter()
                .map(|number| self.test(Matcher::Time(part, comparison, number)));
            return Ok(any(tests.collect()));
        }
        let matcher = match self.ask {
            Ask::Pattern => return self.patterns(&text, known),
            Ask::Regex => {
                let (insensitive, lines, dot_all) = self.flags;
                Matcher::Regex(RegexRule::new(&text, insensitive, lines, dot_all)?)
            }
            Ask::Cidr if self.transforms.is_empty() => Matcher::Cidr(range(&text)?),
            Ask::Cidr => {
                let expanded = expand(&Pattern::literal(text), known)?;
                let texts = expanded.iter().filter_map(Pattern::as_literal);
                let ranges: Result<Vec<_>, _> = texts.map(range).collect();
                let tests = ranges?
                    .into_iter()
                    .map(|range| self.test(Matcher::Cidr(range)));
                return Ok(Expr::Any(tests.collect()));
            }
            Ask::Compare(comparison) => {
                let numbers = self.numbers(text, known)?;
                let tests = numbers
                    .into_iter()
                    .map(|number| self.test(Matcher::Compare(comparison, number)));
                return Ok(any(tests.collect()));
            }
            Ask::Exists => {
                let test = self.test(Matcher::Exists);
                return match text.to_ascii_lowercase().as_str() {
                    "true" | "yes" => Ok(test),
                    "false" | "no" => Ok(Expr::Not(Box::new(test))),
                    _ => Err("`exists` is true or false".to_owned()),
                };
            }
            Ask::Field => Matcher::Field {
                other: text,
                place: match (self.before, self.behind) {
                    (false, false) => Place::Whole,
                    (false, true) => Place::Start,
                    (true, false) => Place::End,
                    (true, true) => Place::Anywhere,
                },
                cased: self.cased,
            },
        };
        Ok(self.test(matcher))
    }

    fn patterns(&self, text: &str, known: &Placeholders) -> Result<Expr<Test>, String> {
        let mut forms = vec![Form::Pattern(Pattern::parse(text))];
        for transform in &self.transforms {
            let mut next = Vec::new();
            for form in forms {
                transform.apply(form, known, &mut next)?;
            }
            if next.len() > MOST_VARIANTS {
                return Err("the value has too many forms".to_owned());
            }
            forms = next;
        }
        // What is searched in the whole event is searched anywhere in it.
        let is_anywhere = self.field.is_none() && !self.before && !self.behind;
        let mut tests = Vec::with_capacity(forms.len());
        for form in forms {
            let pattern = match form {
                Form::Pattern(pattern) => pattern,
                Form::Bytes(bytes) => String::from_utf8(bytes)
                    .map(Pattern::literal)
                    .map_err(|_| "only letters of ASCII can be found in UTF-16".to_owned())?,
            };
            let pattern =
                pattern.surrounded(self.before || is_anywhere, self.behind || is_anywhere);
            let cased = self.cased;
            tests.push(self.test(Matcher::Pattern { pattern, cased }));
        }
        Ok(any(tests))
    }

    /// A number, or all that a placeholder stands for.
    fn numbers(&self, text: String, known: &Placeholders) -> Result<Vec<Decimal>, String> {
        if self.transforms.is_empty() {
            return Ok(vec![number(&text)?]);
        }
        let expanded = expand(&Pattern::literal(text), known)?;
        let texts = expanded.iter().filter_map(Pattern::as_literal);
        texts.map(number).collect()
    }
}

fn any(mut tests: Vec<Expr<Test>>) -> Expr<Test> {
    match tests.len() {
        1 => tests.swap_remove(0),
        _ => Expr::Any(tests),
    }
}

impl Transform {
    fn apply(self, form: Form, known: &Placeholders, out: &mut Vec<Form>) -> Result<(), String> {
        match (self, form) {
            (Self::Dashes, Form::Pattern(pattern)) => {
                out.push(Form::Pattern(pattern.with_dashes()));
            }
            (Self::Expand, Form::Pattern(pattern)) => {
                out.extend(expand(&pattern, known)?.into_iter().map(Form::Pattern));
            }
            (Self::Dashes | Self::Expand, Form::Bytes(_)) => {
                return Err("the value is already encoded".to_owned());
            }
            (Self::Wide(wide), Form::Pattern(pattern)) => {
                for pattern in without_dashes(pattern)? {
                    let text = literal(&pattern, "UTF-16")?;
                    out.push(Form::Bytes(encode::utf16(text, wide)));
                }
            }
            (Self::Wide(_), Form::Bytes(_)) => return Err("encoded as UTF-16 twice".to_owned()),
            (Self::Base64, form) => {
                for bytes in bytes(form)? {
                    out.push(Form::Pattern(Pattern::literal(encode::base64(&bytes))));
                }
            }
            (Self::Base64Offset, form) => {
                for bytes in bytes(form)? {
                    let variants = encode::base64_offsets(&bytes).map(Pattern::literal);
                    out.extend(variants.into_iter().map(Form::Pattern));
                }
            }
        }
        Ok(())
    }
}

fn bytes(form: Form) -> Result<Vec<Vec<u8>>, String> {
    match form {
        Form::Bytes(bytes) => Ok(vec![bytes]),
        Form::Pattern(pattern) => {
            let variants = without_dashes(pattern)?;
            let texts = variants.iter().map(|pattern| literal(pattern, "Base64"));
            texts
                .map(|text| text.map(|text| text.as_bytes().to_vec()))
                .collect()
        }
    }
}

fn literal<'p>(pattern: &'p Pattern, what: &str) -> Result<&'p str, String> {
    let text = pattern.as_literal();
    text.ok_or_else(|| format!("a wildcard cannot be written in {what}"))
}

/// Every way to write the dashes out.
fn without_dashes(pattern: Pattern) -> Result<Vec<Pattern>, String> {
    if !pattern.pieces().contains(&Piece::Dash) {
        return Ok(vec![pattern]);
    }
    let mut variants = vec![Pattern::default()];
    for piece in pattern.pieces() {
        let mut next = Vec::new();
        for variant in variants {
            if *piece == Piece::Dash {
                for dash in DASHES {
                    let mut with = variant.clone();
                    with.push(Piece::Text(dash.to_string()));
                    next.push(with);
                }
            } else {
                let mut with = variant;
                with.push(piece.clone());
                next.push(with);
            }
        }
        if next.len() > MOST_VARIANTS {
            return Err("the value has too many forms".to_owned());
        }
        variants = next;
    }
    Ok(variants)
}

/// Every way to fill in the placeholders, which are words between signs of percent.
fn expand(pattern: &Pattern, known: &Placeholders) -> Result<Vec<Pattern>, String> {
    let mut variants = vec![Pattern::default()];
    for piece in pattern.pieces() {
        let parts = match piece {
            Piece::Text(text) => split_placeholders(text),
            other => vec![Err(other.clone())],
        };
        for part in parts {
            let values: Vec<Pattern> = match part {
                Err(piece) => {
                    let mut same = Pattern::default();
                    same.push(piece);
                    vec![same]
                }
                Ok(name) => {
                    let values = known.get(name).filter(|values| !values.is_empty());
                    let Some(values) = values else {
                        return Err(format!("the placeholder %{name}% has no value here"));
                    };
                    values.iter().map(|value| Pattern::parse(value)).collect()
                }
            };
            if variants.len().saturating_mul(values.len()) > MOST_VARIANTS {
                return Err("the value has too many forms".to_owned());
            }
            let with = |variant: &Pattern, value: &Pattern| {
                let mut variant = variant.clone();
                variant.extend(value.clone());
                variant
            };
            let each = variants.iter();
            let all = each.flat_map(|variant| values.iter().map(|value| with(variant, value)));
            variants = all.collect();
        }
    }
    Ok(variants)
}

/// The names of placeholders, and the text between them.
fn split_placeholders(text: &str) -> Vec<Result<&str, Piece>> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('%') {
        plain.push_str(before);
        let is_name = |name: &str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|letter| letter.is_alphanumeric() || "_-.".contains(letter))
        };
        match behind.split_once('%') {
            Some((name, others)) if is_name(name) => {
                parts.push(Err(Piece::Text(std::mem::take(&mut plain))));
                parts.push(Ok(name));
                rest = others;
            }
            _ => {
                plain.push('%');
                rest = behind;
            }
        }
    }
    plain.push_str(rest);
    parts.push(Err(Piece::Text(plain)));
    parts
}

fn range(text: &str) -> Result<Cidr, String> {
    Cidr::parse(text).ok_or_else(|| format!("`{text}` is no range of addresses"))
}

fn number(text: &str) -> Result<Decimal, String> {
    let number = text.trim().parse::<f64>().ok();
    let number = number.filter(|number| number.is_finite());
    let number = number.ok_or_else(|| format!("`{text}` is no number"))?;
    Ok(Decimal::new(number))
}
