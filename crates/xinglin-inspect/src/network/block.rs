//! A configuration → a tree of statements with their line numbers, whatever the vendor.
//!
//! A statement belongs to the nearest statement above it that is indented less; a separator
//! (`#` or `!`) ends every statement indented as far as itself. That covers Huawei (views at
//! the margin), Comware (which indents even single statements by a blank) and Cisco. Where
//! a file has lost all its indentation, the words that open a view do instead.

use super::text::Line;

/// Deeper nesting than this is no configuration.
const MAX_DEPTH: usize = 12;
/// A banner longer than this has lost its end.
const MAX_BANNER: usize = 400;

/// A statement and those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Where it stands, from 1.
    pub(crate) line: u32,
    /// Its words; what was quoted is one word.
    pub(crate) words: Vec<String>,
    /// The statements within.
    pub(crate) children: Vec<Node>,
}

/// A whole configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tree {
    /// The file it stands in.
    pub(crate) file: String,
    /// Statements of the outermost view.
    pub(crate) nodes: Vec<Node>,
    /// Whether the end is there, so that what is absent is not configured.
    pub(crate) complete: bool,
    /// Kinds of banners that are set.
    pub(crate) banners: Vec<String>,
}

/// What follows `prefix`, when `words` begin with it.
pub(crate) fn after<'a>(words: &'a [String], prefix: &str) -> Option<&'a [String]> {
    let mut rest = words;
    for expected in prefix.split(' ') {
        let (first, following) = rest.split_first()?;
        if !first.eq_ignore_ascii_case(expected) {
            return None;
        }
        rest = following;
    }
    Some(rest)
}

/// The word after the first `name`.
pub(crate) fn value_of<'a>(words: &'a [String], name: &str) -> Option<&'a str> {
    let position = words.iter().position(|word| word == name)?;
    words.get(position + 1).map(String::as_str)
}

/// Whether `name` is among `words`.
pub(crate) fn has(words: &[String], name: &str) -> bool {
    words.iter().any(|word| word == name)
}

impl Node {
    /// What follows `prefix`, when the statement begins with it.
    pub(crate) fn after(&self, prefix: &str) -> Option<&[String]> {
        after(&self.words, prefix)
    }

    /// The word at `index`; empty when there are fewer.
    pub(crate) fn word(&self, index: usize) -> &str {
        self.words.get(index).map_or("", String::as_str)
    }

    /// Statements directly within that begin with `prefix`.
    pub(crate) fn all<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a Node, &'a [String])> {
        all(&self.children, prefix)
    }

    /// The first word after the last statement within that begins with `prefix`.
    pub(crate) fn value(&self, prefix: &str) -> Option<&str> {
        last_value(&self.children, prefix)
    }

    /// See [`Tree::switch`].
    pub(crate) fn switch(&self, statement: &str) -> Option<bool> {
        switch(&self.children, statement)
    }

    /// The last line of it.
    pub(crate) fn last_line(&self) -> u32 {
        self.children.last().map_or(self.line, Node::last_line)
    }

    /// The statement as written, but for its spaces.
    pub(crate) fn text(&self) -> String {
        self.words.join(" ")
    }
}

impl Tree {
    /// Reads a configuration; `flat_views` are the first words of statements that open a view.
    pub(crate) fn read(file: &str, lines: &[Line], flat_views: &[&str]) -> Self {
        let mut tree = Self {
            file: file.to_owned(),
            complete: is_complete(lines),
            ..Self::default()
        };
        let lines = without_banners(lines, &mut tree.banners);
        tree.nodes = if is_flat(&lines) {
            flat(&lines, flat_views)
        } else {
            nested(&lines)
        };
        tree
    }

    /// Outermost statements that begin with `prefix`.
    pub(crate) fn all<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a Node, &'a [String])> {
        all(&self.nodes, prefix)
    }

    /// Whether any outermost statement begins with `prefix`.
    pub(crate) fn has(&self, prefix: &str) -> bool {
        self.all(prefix).next().is_some()
    }

    /// The first word after the last outermost statement that begins with `prefix`.
    pub(crate) fn value(&self, prefix: &str) -> Option<&str> {
        last_value(&self.nodes, prefix)
    }

    /// What the last of `statement` and `undo statement` (`no statement`) says; `None` when
    /// there is neither.
    pub(crate) fn switch(&self, statement: &str) -> Option<bool> {
        switch(&self.nodes, statement)
    }

    /// What was found, or else the default, which holds only where the whole configuration
    /// was read.
    pub(crate) fn found_or<T>(&self, found: Option<T>, default: Option<T>) -> Option<T> {
        found.or(if self.complete { default } else { None })
    }
}

fn all<'a>(nodes: &'a [Node], prefix: &'a str) -> impl Iterator<Item = (&'a Node, &'a [String])> {
    nodes
        .iter()
        .filter_map(move |node| Some((node, node.after(prefix)?)))
}

fn last_value<'a>(nodes: &'a [Node], prefix: &str) -> Option<&'a str> {
    let rest = nodes.iter().rev().find_map(|node| node.after(prefix))?;
    rest.first().map(String::as_str)
}

fn switch(nodes: &[Node], statement: &str) -> Option<bool> {
    nodes.iter().rev().find_map(|node| {
        if node.after(statement).is_some() {
            return Some(true);
        }
        let (first, rest) = node.words.split_first()?;
        let is_negation = first == "undo" || first == "no";
        (is_negation && after(rest, statement).is_some()).then_some(false)
    })
}

/// Whether the last statement is the one that ends a configuration.
pub(crate) fn is_complete(lines: &[Line]) -> bool {
    let end = lines
        .iter()
        .rev()
        .map(|line| line.text.trim())
        .find(|text| !text.is_empty() && *text != "!" && *text != "#");
    end.is_some_and(|text| matches!(text, "return" | "end" | ": end" | "End" | "return#"))
}

/// Splits at spaces; what stands in double quotes is one word.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let quoted = rest
            .strip_prefix('"')
            .and_then(|inner| inner.split_once('"'));
        let (word, following) = match quoted {
            Some((word, following)) if following.is_empty() || following.starts_with(' ') => {
                (word, following)
            }
            _ => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = following.trim_start();
    }
    words
}

fn is_separator(text: &str) -> bool {
    let text = text.trim();
    text == "#" || text.starts_with('!')
}

/// Leaves out banners, whose lines may look like anything.
fn without_banners<'a>(lines: &'a [Line], banners: &mut Vec<String>) -> Vec<&'a Line> {
    let mut kept = Vec::with_capacity(lines.len());
    let mut position = 0;
    while let Some(line) = lines.get(position) {
        let rest = lines.get(position + 1..).unwrap_or_default();
        match banner(&line.text, rest) {
            Some((kind, length)) => {
                banners.push(kind);
                position += length;
            }
            None => kept.push(line),
        }
        position += 1;
    }
    kept
}

/// A banner's kind, and how many lines after this one belong to it.
fn banner(text: &str, rest: &[Line]) -> Option<(String, usize)> {
    let text = text.trim_start();
    let body = text
        .strip_prefix("banner ")
        .or_else(|| text.strip_prefix("header "))?;
    let (kind, body) = body.split_once(' ').unwrap_or((body, ""));
    let body = body.trim_start();
    let body = body
        .strip_prefix("information ")
        .unwrap_or(body)
        .trim_start();
    // `^C` stands for one character; every other delimiter is the first character.
    let (delimiter, inner) = if let Some(inner) = body.strip_prefix("^C") {
        ("^C".to_owned(), inner)
    } else {
        let first = body.chars().next()?;
        (first.to_string(), body.strip_prefix(first)?)
    };
    if first_is_word(&delimiter) || inner.contains(&delimiter) {
        return Some((kind.to_owned(), 0));
    }
    let length = rest
        .iter()
        .take(MAX_BANNER)
        .position(|line| line.text.contains(&delimiter))
        .map_or(0, |position| position + 1);
    Some((kind.to_owned(), length))
}

fn first_is_word(delimiter: &str) -> bool {
    delimiter.chars().all(char::is_alphanumeric)
}

/// Whether a file of some length has lost all its indentation.
fn is_flat(lines: &[&Line]) -> bool {
    lines.len() > 12 && lines.iter().all(|line| line.indent() == 0)
}

fn nested(lines: &[&Line]) -> Vec<Node> {
    let mut root: Vec<Node> = Vec::new();
    // Statements that are still open, with their indentation.
    let mut open: Vec<(usize, Node)> = Vec::new();
    for line in lines {
        if line.text.trim().is_empty() {
            continue;
        }
        let indent = line.indent();
        while open.len() >= MAX_DEPTH || open.last().is_some_and(|(above, _)| *above >= indent) {
            close(&mut open, &mut root);
        }
        if !is_separator(&line.text) {
            open.push((indent, node(line)));
        } else if indent == 0 {
            while !open.is_empty() {
                close(&mut open, &mut root);
            }
        }
    }
    while !open.is_empty() {
        close(&mut open, &mut root);
    }
    root
}

fn close(open: &mut Vec<(usize, Node)>, root: &mut Vec<Node>) {
    if let Some((_, node)) = open.pop() {
        match open.last_mut() {
            Some((_, above)) => above.children.push(node),
            None => root.push(node),
        }
    }
}

fn flat(lines: &[&Line], views: &[&str]) -> Vec<Node> {
    let mut root: Vec<Node> = Vec::new();
    let mut is_open = false;
    for line in lines {
        if line.text.is_empty() {
            continue;
        }
        if is_separator(&line.text) {
            is_open = false;
            continue;
        }
        let node = node(line);
        let opens = views.iter().any(|view| node.after(view).is_some());
        match root.last_mut() {
            Some(above) if is_open && !opens => above.children.push(node),
            _ => root.push(node),
        }
        is_open |= opens;
    }
    root
}

fn node(line: &Line) -> Node {
    Node {
        line: line.number,
        words: words(&line.text),
        children: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::text::lines;

    fn outline(nodes: &[Node]) -> String {
        let inner = |node: &Node| match node.children.as_slice() {
            [] => format!("{}@{}", node.words.join("_"), node.line),
            children => format!(
                "{}@{}({})",
                node.words.join("_"),
                node.line,
                outline(children)
            ),
        };
        nodes.iter().map(inner).collect::<Vec<_>>().join(" ")
    }

    fn read(text: &str) -> String {
        outline(&Tree::read("a", &lines(text), &["acl", "interface"]).nodes)
    }

    #[test]
    fn statements_belong_to_what_is_indented_less() {
        let cases = [
            ("aaa\n a\n  b\n c\n#\nd", "aaa@1(a@2(b@3) c@4) d@6"),
            (
                "#\n sysname A\n#\n ssh server enable\n x",
                "sysname_A@2 ssh_server_enable@4 x@5",
            ),
            (
                "aaa\n scheme\n  mode\n #\n domain\n#\nx",
                "aaa@1(scheme@2(mode@3) domain@5) x@7",
            ),
            (
                "line con 0\nline vty 0 4\n login\n!\nend",
                "line_con_0@1 line_vty_0_4@2(login@3) end@5",
            ),
            ("a \"b c\" d \"e", "a_b c_d_\"e@1"),
            ("banner motd ^C\nline vty 0 4\n^C\nx", "x@4"),
            ("banner motd #hello#\nx", "x@2"),
            ("header login information \"keep\nout\"\nx", "x@3"),
            ("header shell %\nkeep out\n%\n x", "x@4"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_file_without_indentation_opens_views_by_their_words() {
        let text = "#\nsysname A\n#\nacl 2000\nrule 5 permit\nrule 6 deny\nacl 2001\nrule 5 deny\n#\ninterface A\nshutdown\n#\nreturn";
        assert_eq!(
            read(text),
            "sysname_A@2 acl_2000@4(rule_5_permit@5 rule_6_deny@6) acl_2001@7(rule_5_deny@8) interface_A@10(shutdown@11) return@13"
        );
    }

    #[test]
    fn the_last_statement_decides() {
        let tree = Tree::read("a", &lines("aaa new\nno aaa new\nundo b\nend\n!\n"), &[]);
        assert_eq!(tree.switch("aaa new"), Some(false));
        assert_eq!(tree.switch("b"), Some(false));
        assert_eq!(tree.switch("c"), None);
        assert!(tree.complete);
        assert_eq!(tree.found_or(None, Some(1)), Some(1));
        let cut = Tree::read("a", &lines("aaa new\n"), &[]);
        assert_eq!((cut.complete, cut.found_or(None, Some(1))), (false, None));
    }

    #[test]
    fn deep_indentation_is_bounded() {
        let lines_of: Vec<String> = (0..5000)
            .map(|depth| format!("{}a", " ".repeat(depth % 300)))
            .collect();
        let text = lines_of.join("\n");
        assert!(!Tree::read("a", &lines(&text), &[]).nodes.is_empty());
    }
}
