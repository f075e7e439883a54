//! What a document consists of, whatever writes it.

use jiff::civil::Date;
use xinglin_core::Lang;

/// A document.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// Language of fixed words and numbering style.
    pub lang: Lang,
    /// How it begins.
    pub front: Front,
    /// What it is called: in the file's properties, and in the header of each page after a
    /// cover.
    pub header: String,
    /// Footer: text before the page number, between it and the page count, and after; where
    /// nothing stands between, the count is left out.
    pub footer: [String; 3],
    /// The text.
    pub blocks: Vec<Block>,
}

/// How a document begins.
#[derive(Debug, Clone, PartialEq)]
pub enum Front {
    /// With a cover page and contents; its headings are numbered.
    Cover {
        /// The cover page.
        cover: Cover,
        /// Title over the table of contents.
        contents_title: String,
    },
    /// As an official document with a red head (红头文件); its headings are what they say.
    RedHead(RedHead),
}

impl Front {
    pub(crate) fn organisation(&self) -> &str {
        match self {
            Self::Cover { cover, .. } => &cover.organisation,
            Self::RedHead(head) => &head.organisation,
        }
    }

    pub(crate) fn date(&self) -> Date {
        match self {
            Self::Cover { cover, .. } => cover.date,
            Self::RedHead(head) => head.date,
        }
    }
}

/// The beginning and the end of an official document, after GB/T 9704-2012 7.2 and 7.3.
#[derive(Debug, Clone, PartialEq)]
pub struct RedHead {
    /// Who issues it; 文件 stands behind it.
    pub organisation: String,
    /// The issue number (发文字号), or what a draft is called.
    pub number: String,
    /// The title.
    pub title: String,
    /// Who signs and when, at the end, one a line; empty for a draft.
    pub signed: Vec<String>,
    /// Date of making, kept in the file's properties.
    pub date: Date,
}

/// The cover page.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Cover {
    /// Line above the title, e.g. the hospital.
    pub organisation: String,
    /// The title.
    pub title: String,
    /// Line under the title, e.g. the graded systems.
    pub subtitle: String,
    /// Facts in two columns.
    pub lines: Vec<CoverLine>,
    /// Labels of the signature lines (编制, 审核, 批准).
    pub signatures: Vec<String>,
    /// Label of the date beside each signature.
    pub signature_date: String,
    /// Organisation and date at the foot of the page.
    pub foot: Vec<String>,
    /// Date of making, kept in the file's properties.
    pub date: Date,
}

/// One fact on the cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoverLine {
    /// What it is.
    pub label: String,
    /// Its value.
    pub value: String,
}

/// A piece of the text.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// A heading of level 1 to 3; the writer numbers it.
    Heading {
        /// Level, 1 to 3.
        level: u8,
        /// Text without number.
        text: String,
    },
    /// A paragraph of body text.
    Paragraph(String),
    /// A paragraph of a rule.
    Clause {
        /// Its number, such as 第一条; it stands out. Empty where none begins.
        label: String,
        /// Its text.
        text: String,
        /// Whether it is part of the one before, such as （一）.
        is_part: bool,
    },
    /// Lines of commands or of a configuration.
    Code(String),
    /// A small remark under a table or at a chapter's end.
    Note(String),
    /// A bulleted list.
    Bullets(Vec<String>),
    /// A numbered list.
    Numbered(Vec<String>),
    /// A table with caption.
    Table(Table),
    /// The next block starts a page.
    PageBreak,
    /// Blocks on landscape pages.
    Landscape(Vec<Block>),
}

/// A table. Its header row is repeated on each page, rows never break across pages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// Caption without number; the writer numbers it. Empty for a table that has none.
    pub caption: String,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows; missing cells stay empty.
    pub rows: Vec<Vec<Cell>>,
    /// Whether the last row is a total (shaded, bold).
    pub total: bool,
}

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Header text.
    pub header: String,
    /// Share of the width, in any unit.
    pub width: u32,
    /// Alignment of its cells.
    pub align: Align,
}

/// Alignment of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Align {
    /// Text.
    #[default]
    Start,
    /// Short words, dates.
    Centre,
    /// Figures.
    End,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Text; a line feed starts a new line.
    Text(String),
    /// Text that stands out (high risk, major hazard).
    Strong(String),
    /// A word that stands out, and text on the lines under it.
    Marked(String, String),
    /// A fraction between 0 and 1, drawn as a bar with its percentage.
    Bar(f64),
    /// A row that heads a group: its text spans the whole row.
    Group(String),
}

impl Cell {
    /// A cell of text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }
}

impl<T: std::fmt::Display> From<T> for Cell {
    fn from(value: T) -> Self {
        Self::Text(value.to_string())
    }
}

impl Table {
    /// A table with these columns: header, width, alignment.
    pub fn new(caption: impl Into<String>, columns: &[(&str, u32, Align)]) -> Self {
        Self {
            caption: caption.into(),
            columns: columns
                .iter()
                .map(|&(header, width, align)| Column {
                    header: header.to_owned(),
                    width,
                    align,
                })
                .collect(),
            ..Self::default()
        }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: Vec<Cell>) {
        self.rows.push(cells);
    }
}

/// Builds blocks one after the other.
#[derive(Debug, Default)]
pub(crate) struct Blocks(pub(crate) Vec<Block>);

impl Blocks {
    pub(crate) fn heading(&mut self, level: u8, text: impl Into<String>) {
        self.0.push(Block::Heading {
            level,
            text: text.into(),
        });
    }

    pub(crate) fn paragraph(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Block::Paragraph(text));
        }
    }

    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !text.is_empty() {
            self.0.push(Block::Note(text));
        }
    }

    pub(crate) fn numbered(&mut self, items: Vec<String>) {
        self.0.push(Block::Numbered(items));
    }

    pub(crate) fn bullets(&mut self, items: Vec<String>) {
        self.0.push(Block::Bullets(items));
    }

    pub(crate) fn table(&mut self, table: Table) {
        self.0.push(Block::Table(table));
    }

    pub(crate) fn landscape(&mut self, blocks: Blocks) {
        self.0.push(Block::Landscape(blocks.0));
    }
}
