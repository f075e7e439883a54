//! From a parser as people write it to one that is ready to read.

use std::{borrow::Cow, collections::BTreeMap};

use xinglin_core::{Field, FieldName, FieldType};

use super::{
    super::draft::{Kind, Unit},
    parser::{Added, Choices, Constant, Parser, Place, Target},
    pattern::Pattern,
    spec::{Form, Spec},
};

/// Makes a parser ready. The fields of the parser it extends were added already.
pub(super) fn compile(spec: &Spec) -> Result<Parser, String> {
    let first = spec.dataset.split('.').next().unwrap_or_default();
    let mut targets = Targets {
        list: Vec::new(),
        by_text: BTreeMap::new(),
        prefix: spec.prefix.as_deref().unwrap_or(first),
        translate: &spec.translate,
    };
    check(spec)?;
    let mut lines = Vec::new();
    for line in &spec.lines {
        let pattern =
            Pattern::compile(&line.pattern, &spec.words, &mut |text| targets.number(text))?;
        lines.push((pattern, constants(&line.set, targets.prefix)?));
    }
    let mut keys: BTreeMap<&str, u16> = BTreeMap::new();
    for key in &spec.keep {
        keys.insert(key.as_str(), targets.number(&format!(".{key}"))?);
    }
    for (key, text) in &spec.fields {
        keys.insert(key.as_str(), targets.number(text)?);
    }
    let prefix = targets.prefix.to_owned();
    let mut columns = Vec::new();
    for name in &spec.columns.names {
        let target = match keys.get(name.as_str()) {
            Some(target) => Some(*target),
            None if name.is_empty() => None,
            None => Some(targets.number(&format!(".{name}"))?),
        };
        columns.push(target);
    }
    let mut characters = spec.columns.between.chars();
    let between = characters.next().filter(|_| characters.next().is_none());
    Ok(Parser {
        name: spec.name.clone(),
        title: spec.title.clone(),
        dataset: spec.dataset.clone(),
        order: spec.order,
        when: spec.when.clone(),
        form: spec.form,
        lines,
        keys: keys.into_iter().collect(),
        columns,
        between: between.ok_or("columns are parted by one character")?,
        pairs: spec.pairs.clone(),
        strip: spec.strip.clone(),
        nothing: spec.nothing.clone(),
        nothing_bytes: spec.nothing.iter().map(String::len).max().unwrap_or(0),
        set: constants(&spec.set, &prefix)?,
        choices: choices(spec, &prefix)?,
        targets: targets.list,
        may_be_common: Field::all().any(|field| field.name().starts_with(&prefix)),
        prefix,
        tests: spec.tests.clone(),
    })
}

fn check(spec: &Spec) -> Result<(), String> {
    let when = &spec.when;
    let has_claim = !when.program.is_empty()
        || !when.starts.is_empty()
        || !when.contains.is_empty()
        || !when.any.is_empty()
        || when.nobody_else
        || when.by_name;
    if !has_claim {
        return Err("`when` says nothing: the parser would claim every message".to_owned());
    }
    let texts = when
        .program
        .iter()
        .chain(&when.starts)
        .chain(&when.contains)
        .chain(&when.any);
    if texts.into_iter().any(String::is_empty) {
        return Err("`when` has an empty text".to_owned());
    }
    let marks = when.contains.iter().chain(&when.any);
    if marks.into_iter().any(|mark| mark.len() < 2) {
        return Err("a mark of one byte is in too many messages".to_owned());
    }
    if (spec.form == Form::Lines) == spec.lines.is_empty() {
        return Err("`lines` are given just when the form is `lines`".to_owned());
    }
    if (spec.form == Form::Columns) == spec.columns.names.is_empty() {
        return Err("`columns.names` are given just when the form is `columns`".to_owned());
    }
    if spec.pairs.between.is_empty() || spec.pairs.sign.is_empty() {
        return Err("pairs need something between them and a sign".to_owned());
    }
    Ok(())
}

/// The targets that a parser knows, each once.
struct Targets<'s> {
    list: Vec<Target>,
    by_text: BTreeMap<String, u16>,
    prefix: &'s str,
    translate: &'s BTreeMap<String, BTreeMap<String, String>>,
}

impl Targets<'_> {
    /// The number of the target that a text such as `source.ip:host` describes.
    fn number(&mut self, text: &str) -> Result<u16, String> {
        if let Some(number) = self.by_text.get(text) {
            return Ok(*number);
        }
        let (place, kind) = text.split_once(':').unwrap_or((text, ""));
        let kind = match kind {
            "" => Kind::Natural,
            "text" => Kind::Text,
            "integer" => Kind::Integer,
            "number" => Kind::Number,
            "address" => Kind::Address,
            "host" => Kind::Host,
            "seconds" => Kind::Duration(Unit::Seconds),
            "milliseconds" => Kind::Duration(Unit::Milliseconds),
            "microseconds" => Kind::Duration(Unit::Microseconds),
            other => return Err(format!("`{other}` is no type")),
        };
        let translate = self.translate.get(place).map(|map| {
            let pairs = map.iter();
            pairs
                .map(|(from, to)| (from.as_str(), Box::from(to.as_str())))
                .collect()
        });
        let place = match place {
            "@time" => Place::Time,
            "@date" => Place::Date,
            "@clock" => Place::Clock,
            "@offset" => Place::Offset,
            "@epoch" => Place::Epoch,
            "@url" => Place::Url,
            "@pairs" => Place::Pairs,
            "@json" => Place::Json,
            "@message" => Place::Message,
            "@skip" => Place::Skip,
            name if name.starts_with('@') => return Err(format!("`{name}` is no place")),
            name => Place::Field(field(name, self.prefix)?),
        };
        let number = u16::try_from(self.list.len()).map_err(|_| "too many fields".to_owned())?;
        self.list.push(Target {
            place,
            kind,
            translate,
        });
        self.by_text.insert(text.to_owned(), number);
        Ok(number)
    }
}

/// A name; one that begins with a dot is of the parser's own prefix.
fn field(name: &str, prefix: &str) -> Result<FieldName<'static>, String> {
    let name = match name.strip_prefix('.') {
        Some(own) if prefix.is_empty() => own.to_owned(),
        Some(own) => format!("{prefix}.{own}"),
        None => name.to_owned(),
    };
    if name.is_empty() {
        return Err("a field has no name".to_owned());
    }
    Ok(FieldName::new(Cow::Owned(name)))
}

fn constants(set: &BTreeMap<String, String>, prefix: &str) -> Result<Vec<Constant>, String> {
    let mut constants = Vec::new();
    for (name, value) in set {
        let name = field(name, prefix)?;
        let value = if let Some(from) = value.strip_prefix('@') {
            Added::Moved(field(from, prefix)?)
        } else {
            match &name {
                FieldName::Common(common) => match common.value_type() {
                    FieldType::Integer => {
                        let number = value
                            .parse()
                            .map_err(|_| format!("`{value}` is no number"))?;
                        Added::Integer(number)
                    }
                    FieldType::Address => return Err("an address cannot be a constant".to_owned()),
                    FieldType::Keyword | FieldType::Text => Added::Word(value.as_str().into()),
                },
                FieldName::Other(_) => Added::Word(value.as_str().into()),
            }
        };
        constants.push(Constant { name, value });
    }
    Ok(constants)
}

/// A field, the numbers of the sets of each of its values, and the sets.
type ChoicesOf<'s> = (
    FieldName<'static>,
    BTreeMap<&'s str, Vec<u16>>,
    Vec<Vec<Constant>>,
);

/// Choices by field: one search for all the values of a field.
fn choices(spec: &Spec, prefix: &str) -> Result<Vec<Choices>, String> {
    let mut all: Vec<ChoicesOf<'_>> = Vec::new();
    for choice in &spec.choose {
        let name = field(&choice.field, prefix)?;
        let at = if let Some(at) = all.iter().position(|(field, ..)| *field == name) {
            at
        } else {
            all.push((name, BTreeMap::new(), Vec::new()));
            all.len() - 1
        };
        let Some((_, by_value, sets)) = all.get_mut(at) else {
            continue;
        };
        let number = u16::try_from(sets.len()).map_err(|_| "too many choices".to_owned())?;
        sets.push(constants(&choice.set, prefix)?);
        for value in &choice.is {
            by_value.entry(value.as_str()).or_default().push(number);
        }
    }
    let choices = all.into_iter().map(|(field, by_value, sets)| Choices {
        field,
        by_value: by_value.into_iter().collect(),
        sets,
    });
    Ok(choices.collect())
}
