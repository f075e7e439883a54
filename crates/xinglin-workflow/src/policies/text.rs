//! The text of a policy: Markdown, in which a heading is a chapter (第一章), an item of an
//! ordered list an article (第一条, counted on through all chapters), lists inside it its
//! items（一）, and `{#mark}` at an item's end a place that `[](#mark)` speaks of. A chapter
//! that begins with 附 is an annex: neither it nor what is in it is counted on.

use std::{collections::BTreeMap, ops::Range, sync::LazyLock};

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use regex::{Captures, Regex};

/// A mark of a place.
static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\s*\{#([a-z0-9-]+)\}").ok());
/// A variable, a name, or a place.
static REFERENCE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\{([^{}]*)\}\}|\[\]\(#([^()\s]*)\)").ok());

/// A piece of a policy, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyBlock {
    /// The beginning of a chapter.
    Chapter {
        /// 第一章; `None` for an annex.
        label: Option<String>,
        /// Its title.
        title: String,
    },
    /// A paragraph.
    Paragraph {
        /// How deep: 0 for an article, 1 for its items, 2 for theirs.
        depth: usize,
        /// 第一条,（一）, `1.` or `·`; `None` where no item begins.
        label: Option<String>,
        /// Its text.
        text: String,
    },
    /// Lines of commands or of a configuration.
    Code {
        /// How deep, as of the paragraph before.
        depth: usize,
        /// The lines.
        text: String,
    },
    /// A table.
    Table {
        /// Its rows; the first is the head.
        rows: Vec<Vec<String>>,
    },
}

/// What a text speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyReference<'a> {
    /// A variable, by its id.
    Variable(&'a str),
    /// A post, by its code.
    Post(&'a str),
    /// A form, by its id.
    Form(&'a str),
    /// Another policy, by its id.
    Policy(&'a str),
    /// A place of the same text, by its mark.
    Place(&'a str),
}

impl<'a> PolicyReference<'a> {
    /// The id, code or mark.
    pub fn name(self) -> &'a str {
        match self {
            Self::Variable(name)
            | Self::Post(name)
            | Self::Form(name)
            | Self::Policy(name)
            | Self::Place(name) => name,
        }
    }
}

/// A text, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PolicyText {
    blocks: Vec<PolicyBlock>,
    /// The line each block begins in, from 1.
    lines: Vec<usize>,
    /// Places by their marks, e.g. 第三条第（二）项.
    places: BTreeMap<String, String>,
    /// Marks that stand twice.
    twice: Vec<String>,
}

impl PolicyText {
    /// Reads a text. Every text can be read: what is not of a policy's kinds of Markdown is
    /// kept as paragraphs.
    pub fn parse(markdown: &str) -> Self {
        let mut reader = Reader {
            markdown,
            ..Reader::default()
        };
        for (event, range) in Parser::new_ext(markdown, Options::ENABLE_TABLES).into_offset_iter() {
            reader.take(event, &range);
        }
        reader.flush();
        reader.read
    }

    /// What it consists of, variables and names not yet filled in.
    pub fn blocks(&self) -> &[PolicyBlock] {
        &self.blocks
    }

    /// The place of a mark, e.g. 第三条第（二）项.
    pub fn place(&self, mark: &str) -> Option<&str> {
        self.places.get(mark).map(String::as_str)
    }

    /// All marks, in the order of their letters.
    pub fn marks(&self) -> impl Iterator<Item = &str> {
        self.places.keys().map(String::as_str)
    }

    /// Marks that stand more than once.
    pub fn marks_twice(&self) -> &[String] {
        &self.twice
    }

    /// What the text speaks of, each with the line (from 1) that its paragraph begins in.
    pub fn references(&self) -> impl Iterator<Item = (usize, PolicyReference<'_>)> {
        let blocks = self.blocks.iter().zip(&self.lines);
        let texts =
            blocks.flat_map(|(block, line)| texts_of(block).into_iter().map(|text| (*line, text)));
        texts.flat_map(|(line, text)| {
            let found = references_of(text).into_iter();
            found.map(move |(_, reference)| (line, reference))
        })
    }

    /// The text with everything it speaks of filled in. `name` says what stands for a
    /// variable, post, form or policy; what it does not know stays as it was written.
    pub fn filled(&self, name: impl Fn(PolicyReference<'_>) -> Option<String>) -> Vec<PolicyBlock> {
        let fill = |text: &String| self.fill(text, &name);
        let block = |block: &PolicyBlock| match block {
            PolicyBlock::Chapter { label, title } => PolicyBlock::Chapter {
                label: label.clone(),
                title: fill(title),
            },
            PolicyBlock::Paragraph { depth, label, text } => PolicyBlock::Paragraph {
                depth: *depth,
                label: label.clone(),
                text: fill(text),
            },
            PolicyBlock::Code { depth, text } => PolicyBlock::Code {
                depth: *depth,
                text: fill(text),
            },
            PolicyBlock::Table { rows } => PolicyBlock::Table {
                rows: rows
                    .iter()
                    .map(|row| row.iter().map(fill).collect())
                    .collect(),
            },
        };
        self.blocks.iter().map(block).collect()
    }

    fn fill(&self, text: &str, name: &impl Fn(PolicyReference<'_>) -> Option<String>) -> String {
        let mut filled = String::with_capacity(text.len());
        let mut rest = 0;
        for (range, reference) in references_of(text) {
            filled.push_str(text.get(rest..range.start).unwrap_or_default());
            let found = match reference {
                PolicyReference::Place(mark) => self.place(mark).map(str::to_owned),
                other => name(other),
            };
            match found {
                Some(found) => filled.push_str(&found),
                None => filled.push_str(text.get(range.clone()).unwrap_or_default()),
            }
            rest = range.end;
        }
        filled.push_str(text.get(rest..).unwrap_or_default());
        filled
    }
}

fn texts_of(block: &PolicyBlock) -> Vec<&str> {
    match block {
        PolicyBlock::Chapter { title, .. } => vec![title],
        PolicyBlock::Paragraph { text, .. } | PolicyBlock::Code { text, .. } => vec![text],
        PolicyBlock::Table { rows } => rows.iter().flatten().map(String::as_str).collect(),
    }
}

fn references_of(text: &str) -> Vec<(Range<usize>, PolicyReference<'_>)> {
    let Some(pattern) = REFERENCE.as_ref() else {
        return Vec::new();
    };
    let reference = |found: Captures<'_>| {
        let range = found.get(0)?.range();
        // Taken from the text itself: what is found lives as long as it.
        let inner = text.get(found.get(1).or_else(|| found.get(2))?.range())?;
        let reference = match (found.get(2), inner.split_once(':')) {
            (Some(_), _) => PolicyReference::Place(inner),
            (None, Some(("post", code))) => PolicyReference::Post(code),
            (None, Some(("form", id))) => PolicyReference::Form(id),
            (None, Some(("policy", id))) => PolicyReference::Policy(id),
            (None, _) => PolicyReference::Variable(inner),
        };
        Some((range, reference))
    };
    pattern.captures_iter(text).filter_map(reference).collect()
}

/// A list that is open.
#[derive(Debug)]
struct List {
    is_ordered: bool,
    items: usize,
}

#[derive(Debug, Default)]
struct Reader<'a> {
    markdown: &'a str,
    read: PolicyText,
    /// The text that is being gathered.
    run: String,
    /// The line that it began in.
    line: usize,
    /// Of the item that began and has no text yet.
    label: Option<String>,
    lists: Vec<List>,
    /// The cells of a table that is open.
    rows: Vec<Vec<String>>,
    /// The line that it began in.
    table_line: usize,
    chapters: usize,
    articles: usize,
    is_annex: bool,
    /// The article that is open and the item of it.
    article: String,
    /// Where a link leads that is open, other than to a place.
    link: Option<String>,
    /// Up to where lines were counted, and how many there were.
    counted: (usize, usize),
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text)
            | Event::Code(text)
            | Event::Html(text)
            | Event::InlineHtml(text)
            | Event::InlineMath(text)
            | Event::DisplayMath(text)
            | Event::FootnoteReference(text) => self.push(&text, range),
            // Between Chinese characters a line's end is no blank.
            Event::SoftBreak => {
                if self
                    .run
                    .ends_with(|c: char| c.is_ascii_alphanumeric() || ",.;:".contains(c))
                {
                    self.run.push(' ');
                }
            }
            Event::HardBreak => self.run.push('\n'),
            Event::Rule | Event::TaskListMarker(_) => {}
        }
    }

    fn push(&mut self, text: &str, range: &Range<usize>) {
        if self.run.is_empty() {
            self.line = self.line_at(range.start);
        }
        self.run.push_str(text);
    }

    /// The line of a place of the text, from 1. Places come in order.
    fn line_at(&mut self, at: usize) -> usize {
        let (from, lines) = self.counted;
        let Some(between) = self.markdown.get(from..at) else {
            return lines + 1;
        };
        let lines = lines + between.matches('\n').count();
        self.counted = (at, lines);
        lines + 1
    }

    fn start(&mut self, tag: Tag<'_>, range: &Range<usize>) {
        match tag {
            Tag::List(first) => {
                self.flush();
                self.lists.push(List {
                    is_ordered: first.is_some(),
                    items: 0,
                });
            }
            Tag::Item => {
                self.flush();
                self.label = Some(self.next_label());
            }
            Tag::TableHead | Tag::TableRow => self.rows.push(Vec::new()),
            Tag::Link { dest_url, .. } => {
                if dest_url.starts_with('#') {
                    self.push(&format!("[]({dest_url})"), range);
                } else {
                    self.link = Some(dest_url.into_string());
                }
            }
            Tag::Table(_) => {
                self.flush();
                self.table_line = self.line_at(range.start);
            }
            Tag::Paragraph | Tag::Heading { .. } | Tag::CodeBlock(_) => self.flush(),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.chapter(),
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::List(_) => {
                self.flush();
                self.lists.pop();
            }
            TagEnd::CodeBlock => {
                let text = std::mem::take(&mut self.run);
                let text = text.trim_end().to_owned();
                let depth = self.depth();
                self.block(PolicyBlock::Code { depth, text });
            }
            TagEnd::TableCell => {
                let cell = std::mem::take(&mut self.run).trim().to_owned();
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                let rows = std::mem::take(&mut self.rows);
                self.line = self.table_line;
                self.block(PolicyBlock::Table { rows });
            }
            TagEnd::Link => {
                if let Some(leads) = self.link.take().filter(|leads| !leads.is_empty()) {
                    self.run.extend(["（", &leads, "）"]);
                }
            }
            _ => {}
        }
    }

    fn depth(&self) -> usize {
        self.lists.len().saturating_sub(1)
    }

    fn block(&mut self, block: PolicyBlock) {
        self.read.blocks.push(block);
        self.read.lines.push(self.line.max(1));
    }

    fn chapter(&mut self) {
        let title = std::mem::take(&mut self.run).trim().to_owned();
        self.is_annex = title.starts_with('附');
        self.article.clear();
        let label = (!self.is_annex).then(|| {
            self.chapters += 1;
            format!("第{}章", chinese(self.chapters))
        });
        self.block(PolicyBlock::Chapter { label, title });
    }

    fn next_label(&mut self) -> String {
        let depth = self.depth();
        let Some(list) = self.lists.last_mut() else {
            return String::new();
        };
        if !list.is_ordered {
            return "·".to_owned();
        }
        list.items += 1;
        let number = list.items;
        match depth {
            0 if self.is_annex => format!("{number}."),
            0 => {
                self.articles += 1;
                self.article = format!("第{}条", chinese(self.articles));
                self.article.clone()
            }
            1 => format!("（{}）", chinese(number)),
            _ => format!("{number}."),
        }
    }

    fn flush(&mut self) {
        let run = std::mem::take(&mut self.run);
        let mut text = run.trim().to_owned();
        if text.is_empty() {
            return;
        }
        let label = self.label.take();
        if let Some(mark) = MARK.as_ref().and_then(|pattern| pattern.captures(&text)) {
            let whole = mark.get(0).map(|found| found.range());
            let name = mark.get(1).map(|found| found.as_str().to_owned());
            if let (Some(whole), Some(name)) = (whole, name) {
                let place = self.place_of(label.as_deref());
                if self.read.places.insert(name.clone(), place).is_some() {
                    self.read.twice.push(name);
                }
                text.replace_range(whole, "");
            }
        }
        let depth = self.depth();
        self.block(PolicyBlock::Paragraph { depth, label, text });
    }

    fn place_of(&self, label: Option<&str>) -> String {
        let label = label.unwrap_or_default();
        match self.depth() {
            0 if label.is_empty() => self.article.clone(),
            0 => label.to_owned(),
            _ if label.is_empty() || label == "·" => self.article.clone(),
            _ => format!("{}第{label}项", self.article),
        }
    }
}

/// A number from 1 to 999 as chapters and articles are counted: 一, 十, 二十一, 一百零三.
fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |at: usize| DIGITS.get(at % 10).copied().unwrap_or_default();
    let (hundreds, tens, ones) = (number / 100, number / 10 % 10, number % 10);
    let mut shown = String::new();
    if hundreds > 0 {
        shown.push_str(digit(hundreds));
        shown.push('百');
    }
    if tens > 0 {
        // 十二, but 一百一十二.
        if tens > 1 || hundreds > 0 {
            shown.push_str(digit(tens));
        }
        shown.push('十');
    } else if hundreds > 0 && ones > 0 {
        shown.push('零');
    }
    shown.push_str(digit(ones));
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_counted_as_in_documents() {
        for (number, shown) in [
            (1, "一"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (99, "九十九"),
            (100, "一百"),
            (101, "一百零一"),
            (110, "一百一十"),
            (112, "一百一十二"),
        ] {
            assert_eq!(chinese(number), shown);
        }
    }
}
