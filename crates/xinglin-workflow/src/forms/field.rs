//! Fields of forms: a small closed set of types that hospitals know from paper.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinglin_core::Text;

use super::condition::Condition;
use crate::words::words;

words! {
    /// The type of a field.
    FormFieldType {
        /// A line of text.
        String = "string", "单行文本", "Text";
        /// Text of several lines.
        LongText = "long_text", "多行文本", "Long text";
        /// A number.
        Number = "number", "数值", "Number";
        /// A whole number.
        Integer = "integer", "整数", "Whole number";
        /// A day.
        Date = "date", "日期", "Date";
        /// A moment.
        DateTime = "date_time", "日期时间", "Date and time";
        /// Yes or no.
        Boolean = "boolean", "是否", "Yes or no";
        /// One of several.
        Choice = "choice", "单选", "Choice";
        /// Any of several.
        Choices = "choices", "多选", "Multiple choice";
        /// A person of the hospital.
        Person = "person", "人员", "Person";
        /// A department.
        Department = "department", "部门", "Department";
        /// An asset.
        Asset = "asset", "资产", "Asset";
        /// A graded system.
        System = "system", "定级对象", "Graded system";
        /// A file.
        Attachment = "attachment", "附件", "Attachment";
        /// Rows of further fields.
        Table = "table", "表格", "Table";
    }
}

impl FormFieldType {
    /// Whether its value is the id of something that is kept elsewhere.
    pub fn is_reference(self) -> bool {
        matches!(
            self,
            Self::Person | Self::Department | Self::Asset | Self::System | Self::Attachment
        )
    }

    /// Whether its value has a length that can be bounded.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::String | Self::LongText)
    }

    /// Whether its value can be too small or too large.
    pub(crate) fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Integer)
    }

    /// Whether its value is a point in time.
    pub(crate) fn is_time(self) -> bool {
        matches!(self, Self::Date | Self::DateTime)
    }
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldOption {
    /// What is stored.
    pub value: String,
    /// What is shown.
    pub label: Text,
}

/// How a text must look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// A regular expression for the whole text, without anchors.
    pub regex: String,
    /// The same in words.
    pub words: Text,
}

/// One field of a form, or one column of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its word, unique in the form or table.
    pub id: String,
    /// What kind of value it takes.
    #[serde(rename = "type")]
    pub kind: FormFieldType,
    /// What stands beside it.
    pub label: Text,
    /// What to write, where the label does not say it.
    pub help: Option<Text>,
    /// Whether it must be filled in where it is shown.
    #[serde(default)]
    pub required: bool,
    /// Whether it takes several values (references only).
    #[serde(default)]
    pub many: bool,
    /// The smallest number.
    pub minimum: Option<f64>,
    /// The largest number.
    pub maximum: Option<f64>,
    /// The unit of a number.
    pub unit: Option<Text>,
    /// The fewest characters of a text, rows of a table or values of a list.
    pub at_least: Option<usize>,
    /// The most characters of a text, rows of a table or values of a list.
    pub at_most: Option<usize>,
    /// How a text must look.
    pub pattern: Option<Pattern>,
    /// Another field (of the same table) that this date must not be before.
    pub not_before: Option<String>,
    /// What stands there at first.
    pub default: Option<Value>,
    /// What to choose from.
    #[serde(default)]
    pub options: Vec<FieldOption>,
    /// The field is shown where all of these hold.
    #[serde(default)]
    pub when: Vec<Condition>,
    /// The columns of a table.
    #[serde(default)]
    pub columns: Vec<FormField>,
}

/// The characters of a text that is given no bound of its own.
pub(crate) const LINE_CHARACTERS: usize = 200;
/// The characters of a text of several lines that is given no bound of its own.
pub(crate) const TEXT_CHARACTERS: usize = 5_000;
/// The rows of a table, or values of a list, that is given no bound of its own.
pub(crate) const ROWS: usize = 500;

impl FormField {
    /// The most characters, rows or values it takes.
    pub fn most(&self) -> usize {
        self.at_most.unwrap_or(match self.kind {
            FormFieldType::LongText => TEXT_CHARACTERS,
            kind if kind.is_text() => LINE_CHARACTERS,
            _ => ROWS,
        })
    }

    /// Whether its value is a list.
    pub fn is_list(&self) -> bool {
        self.many || matches!(self.kind, FormFieldType::Choices | FormFieldType::Table)
    }
}
