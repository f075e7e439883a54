//! Files that declare their columns: W3C extended logs of IIS, and Zeek.

use super::{
    super::{
        content::{parser::Parser, spec::Form},
        draft::{Draft, Raw},
    },
    Memory,
};

/// So many columns may be declared.
const MOST_COLUMNS: usize = 256;

/// The columns that a file declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Table {
    /// The parser that read the declaration.
    pub(crate) parser: String,
    names: Vec<String>,
    between: char,
    unset: String,
    empty: String,
    /// What Zeek calls the path: the kind of the file.
    path: String,
}

impl Table {
    fn of(parser: &Parser, between: char) -> Self {
        Self {
            parser: parser.name.clone(),
            between,
            unset: "-".to_owned(),
            ..Self::default()
        }
    }

    /// Whether a line has as many columns as declared.
    pub(crate) fn may_hold(&self, line: &str) -> bool {
        if line.starts_with('#') {
            return true;
        }
        let mut separator = [0; 4];
        let separator = self.between.encode_utf8(&mut separator);
        let separators = memchr::memmem::find_iter(line.as_bytes(), separator.as_bytes());
        !self.names.is_empty() && separators.count() + 1 == self.names.len()
    }
}

/// Reads a line, or the declaration of what lines to come have.
pub(crate) fn read<'a>(
    parser: &'a Parser,
    draft: &mut Draft<'a>,
    line: &'a str,
    memory: &mut Memory,
) -> bool {
    if let Some(declaration) = line.strip_prefix('#') {
        return declare(parser, draft, declaration, memory);
    }
    let Some(table) = memory
        .table
        .as_ref()
        .filter(|table| table.parser == parser.name)
    else {
        return false;
    };
    if !table.may_hold(line) {
        return false;
    }
    if parser.form == Form::W3c {
        // The standard says UTC, and IIS keeps to it.
        draft.offset = Some(0);
    }
    for (name, value) in table.names.iter().zip(line.split(table.between)) {
        if value != table.unset && value != table.empty {
            parser.take(draft, name, Raw::borrowed(value));
        }
    }
    if !table.path.is_empty() {
        parser.take(draft, "#path", Raw::Text(table.path.clone().into()));
    }
    true
}

fn declare<'a>(
    parser: &'a Parser,
    draft: &mut Draft<'a>,
    declaration: &'a str,
    memory: &mut Memory,
) -> bool {
    let is_column = |name: &&str| !name.is_empty() && name.len() <= 128;
    if let Some(names) = declaration.strip_prefix("Fields:") {
        let mut table = Table::of(parser, ' ');
        table.names = names
            .split(' ')
            .filter(is_column)
            .take(MOST_COLUMNS)
            .map(str::to_owned)
            .collect();
        memory.table = Some(table);
    } else if let Some(separator) = declaration.strip_prefix("separator ") {
        let between = match separator.strip_prefix("\\x") {
            Some(digits) => u32::from_str_radix(digits, 16)
                .ok()
                .and_then(char::from_u32),
            None => separator.chars().next(),
        };
        memory.table = Some(Table::of(parser, between.unwrap_or('\t')));
    } else if let Some(table) = memory
        .table
        .as_mut()
        .filter(|table| table.parser == parser.name)
    {
        let Some((word, value)) = declaration.split_once(table.between) else {
            return is_w3c(parser, draft, declaration);
        };
        match word {
            "fields" => {
                let names = value
                    .split(table.between)
                    .filter(is_column)
                    .take(MOST_COLUMNS);
                table.names = names.map(str::to_owned).collect();
            }
            "path" => value
                .chars()
                .take(64)
                .collect::<String>()
                .clone_into(&mut table.path),
            "unset_field" => value
                .chars()
                .take(16)
                .collect::<String>()
                .clone_into(&mut table.unset),
            "empty_field" => value
                .chars()
                .take(16)
                .collect::<String>()
                .clone_into(&mut table.empty),
            _ => {}
        }
    } else {
        return is_w3c(parser, draft, declaration);
    }
    draft.word(xinglin_core::Field::EVENT_ACTION, "log-declared");
    true
}

/// `Software:`, `Version:`, `Date:`: lines that declare nothing of interest.
fn is_w3c<'a>(_parser: &'a Parser, draft: &mut Draft<'a>, declaration: &str) -> bool {
    let known = [
        "Software:",
        "Version:",
        "Date:",
        "Start-Date:",
        "End-Date:",
        "Remark:",
    ];
    let is_known = known.iter().any(|word| declaration.starts_with(word));
    if is_known {
        draft.word(xinglin_core::Field::EVENT_ACTION, "log-declared");
    }
    is_known
}
