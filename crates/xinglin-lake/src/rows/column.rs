//! The values of one name.

use xinglin_core::{FieldType, Value};

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Bool,
    Address,
}

impl Kind {
    pub(crate) fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Text(_) => Self::Text,
            Value::Integer(_) => Self::Integer,
            Value::Number(_) => Self::Number,
            Value::Bool(_) => Self::Bool,
            Value::Address(_) => Self::Address,
        }
    }

    pub(crate) fn of_field(of: FieldType) -> Self {
        match of {
            FieldType::Keyword | FieldType::Text => Self::Text,
            FieldType::Integer => Self::Integer,
            FieldType::Address => Self::Address,
        }
    }

    /// Its name in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Address => "address",
        }
    }

    /// The kind with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        [
            Self::Text,
            Self::Integer,
            Self::Number,
            Self::Bool,
            Self::Address,
        ]
        .into_iter()
        .find(|kind| kind.name() == name)
    }
}

/// Values, for those rows that have one.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) kind: Kind,
    /// Whether templates may refer to it.
    pub(crate) is_plain: bool,
    /// The rows that have a value, ascending.
    pub(crate) rows: Vec<u32>,
    pub(crate) cells: Cells,
}

/// The values themselves.
#[derive(Debug, Clone)]
pub(crate) enum Cells {
    /// Each text ends where the next begins.
    Text {
        ends: Vec<u32>,
        together: String,
    },
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Bool(Vec<bool>),
}

impl Default for Column {
    fn default() -> Self {
        Self::new(Kind::Text)
    }
}

impl Column {
    pub(crate) fn new(kind: Kind) -> Self {
        let cells = match kind {
            Kind::Text | Kind::Address => Cells::Text {
                ends: Vec::new(),
                together: String::new(),
            },
            Kind::Integer => Cells::Integer(Vec::new()),
            Kind::Number => Cells::Number(Vec::new()),
            Kind::Bool => Cells::Bool(Vec::new()),
        };
        Self {
            kind,
            is_plain: false,
            rows: Vec::new(),
            cells,
        }
    }

    pub(crate) fn last_row(&self) -> Option<u32> {
        self.rows.last().copied()
    }

    /// Adds a text; what it takes in memory.
    pub(crate) fn push_text(&mut self, row: u32, value: &str) -> usize {
        if let Cells::Text { ends, together } = &mut self.cells {
            together.push_str(value);
            ends.push(u32::try_from(together.len()).unwrap_or(u32::MAX));
            self.rows.push(row);
        }
        value.len() + 8
    }

    pub(crate) fn push_integer(&mut self, row: u32, value: i64) -> usize {
        if let Cells::Integer(values) = &mut self.cells {
            values.push(value);
            self.rows.push(row);
        }
        12
    }

    pub(crate) fn push_number(&mut self, row: u32, value: f64) -> usize {
        if let Cells::Number(values) = &mut self.cells {
            values.push(value);
            self.rows.push(row);
        }
        12
    }

    pub(crate) fn push_bool(&mut self, row: u32, value: bool) -> usize {
        if let Cells::Bool(values) = &mut self.cells {
            values.push(value);
            self.rows.push(row);
        }
        5
    }

    /// The text at a place among the values.
    pub(crate) fn text(&self, place: usize) -> &str {
        let Cells::Text { ends, together } = &self.cells else {
            return "";
        };
        let end_of = |place: usize| {
            let end = ends.get(place).copied().unwrap_or_default();
            usize::try_from(end).unwrap_or_default()
        };
        let start = place.checked_sub(1).map_or(0, end_of);
        together.get(start..end_of(place)).unwrap_or_default()
    }
}
