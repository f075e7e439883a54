//! The tree of directives, with included files in their place.

use std::{collections::HashMap, rc::Rc};

use super::{
    super::{
        Source,
        files::{Files, absolute, folder_of},
    },
    parse::{Token, tokens},
    scope::fields_missing,
};

const DEPTH_LIMIT: usize = 32;
const INCLUDE_DEPTH: usize = 12;
const DIRECTIVE_LIMIT: usize = 100_000;
const SERVER_LIMIT: usize = 5_000;
const EFFECTIVE_LIMIT: usize = 100;
const FILE_COUNT_LIMIT: usize = 5_000;
const BYTE_LIMIT: usize = 64 << 20;
/// The mark before each file in the output of `nginx -T`.
const DUMP_MARK: &str = "# configuration file ";

/// A directive, with its block where it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive {
    /// Its name.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What stands in its braces.
    pub block: Vec<Directive>,
    /// Where it begins.
    pub source: Source,
}

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The directives of the main level.
    pub directives: Vec<Directive>,
    /// Whether every included file was there and understood.
    pub complete: bool,
    /// Included files that are not there.
    pub missing: Vec<String>,
}

impl Tree {
    /// Each `http` with a `server` in it, in order.
    pub(super) fn servers(&self) -> Vec<[Rc<Block<'_>>; 2]> {
        let mut servers = Vec::new();
        for http in self.directives.iter().filter(|one| one.name == "http") {
            let http = Block::of(http);
            for server in http.named("server") {
                servers.push([Rc::clone(&http), Block::of(server)]);
            }
        }
        servers.truncate(SERVER_LIMIT);
        servers
    }
}

/// The directives of a name directly in a block.
pub(super) fn all<'a>(block: &'a Directive, name: &str) -> Vec<&'a Directive> {
    block.block.iter().filter(|one| one.name == name).collect()
}

/// The first directive of a name directly in a block.
pub(super) fn first<'a>(block: &'a Directive, name: &str) -> Option<&'a Directive> {
    block.block.iter().find(|one| one.name == name)
}

/// The arguments of all directives of a name directly in a block.
pub(super) fn arguments(block: &Directive, name: &str) -> Vec<String> {
    all(block, name)
        .into_iter()
        .flat_map(|one| one.arguments.iter().cloned())
        .collect()
}

/// A block with its directives by name.
#[derive(Debug)]
pub(super) struct Block<'a> {
    /// The block.
    pub(super) directive: &'a Directive,
    names: HashMap<&'a str, Vec<&'a Directive>>,
    /// Whether its rules of addresses end in a refusal, with no consent for all before it;
    /// `None` when it has no such rules.
    pub(super) refuses: Option<bool>,
    /// What each format of logs lacks, by name.
    pub(super) formats: HashMap<&'a str, Vec<&'static str>>,
}

impl<'a> Block<'a> {
    pub(super) fn of(directive: &'a Directive) -> Rc<Self> {
        let mut names: HashMap<&str, Vec<&Directive>> = HashMap::new();
        for one in &directive.block {
            names.entry(one.name.as_str()).or_default().push(one);
        }
        let mut rules = directive
            .block
            .iter()
            .filter(|one| matches!(one.name.as_str(), "allow" | "deny"))
            .peekable();
        let refuses = rules.peek().is_some().then(|| {
            let is_all = |rule: &&Directive| {
                let whom = rule.arguments.first().map(String::as_str);
                matches!(whom, Some("all" | "0.0.0.0/0" | "::/0"))
            };
            rules.find(is_all).is_some_and(|rule| rule.name == "deny")
        });
        let formats = names.get("log_format").into_iter().flatten();
        let formats = formats
            .filter_map(|format| Some((format.arguments.first()?.as_str(), fields_missing(format))))
            .collect();
        Rc::new(Self {
            directive,
            names,
            refuses,
            formats,
        })
    }

    /// The directives of a name.
    pub(super) fn named(&self, name: &str) -> &[&'a Directive] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }
}

/// Blocks from `http` inwards.
pub(super) type Chain<'a> = [Rc<Block<'a>>];

/// The directive that holds in the last block of a chain: the innermost one.
pub(super) fn effective<'a>(chain: &Chain<'a>, name: &str) -> Option<&'a Directive> {
    chain
        .iter()
        .rev()
        .find_map(|block| block.named(name).first().copied())
}

/// The directives that hold in the last block of a chain, for a name that may stand more than
/// once: those of the innermost block that has any, in order. Each of thousands of blocks may
/// have them from the one around it, so only the first of very many are told.
pub(super) fn effective_all<'a>(chain: &Chain<'a>, name: &str) -> Vec<&'a Directive> {
    let found = chain.iter().rev().map(|block| block.named(name));
    found
        .filter(|found| !found.is_empty())
        .map(|found| found.iter().copied().take(EFFECTIVE_LIMIT).collect())
        .next()
        .unwrap_or_default()
}

/// Reads the configuration; `None` when there is none.
pub(super) fn read(files: &mut Files) -> Option<Tree> {
    let dumped = unpack_dump(files);
    let whole = dumped.is_some();
    let main = match dumped {
        Some(main) => main,
        None => files.ending_with("nginx.conf").into_iter().next()?,
    };
    let folder = folder_of(&main).to_owned();
    let mut reader = TreeReader {
        // A folder that holds more than its main file was gathered as a folder.
        whole: whole || files.has_others_below(&folder, &main),
        main: main.clone(),
        folder,
        missing: Vec::new(),
        complete: true,
        directives: 0,
        opened: 0,
        bytes: 0,
    };
    let directives = reader.file(files, &main, INCLUDE_DEPTH);
    (!directives.is_empty()).then_some(Tree {
        directives,
        complete: reader.complete,
        missing: reader.missing,
    })
}

/// Makes files of the output of `nginx -T`; yields the main one.
fn unpack_dump(files: &mut Files) -> Option<String> {
    let (_, dump) = files.find(|text| {
        text.lines()
            .take(200)
            .any(|line| line.starts_with(DUMP_MARK))
    })?;
    let mut main = None;
    let mut current: Option<(String, String)> = None;
    for line in dump.lines() {
        let marked = line
            .strip_prefix(DUMP_MARK)
            .and_then(|rest| rest.trim_end().strip_suffix(':'));
        match (marked, &mut current) {
            (Some(path), _) => {
                if let Some((path, text)) = current.take() {
                    files.add(&path, text);
                }
                main.get_or_insert_with(|| absolute(path));
                current = Some((path.to_owned(), String::new()));
            }
            (None, Some((_, text))) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    if let Some((path, text)) = current {
        files.add(&path, text);
    }
    main
}

struct TreeReader {
    main: String,
    /// What relative paths begin at.
    folder: String,
    /// Whether the whole folder was gathered, so that what is not there does not exist.
    whole: bool,
    missing: Vec<String>,
    complete: bool,
    directives: usize,
    opened: usize,
    bytes: usize,
}

/// The blocks of a file that are open, the file itself outermost.
struct Blocks<'a> {
    path: &'a str,
    open: Vec<Directive>,
    words: Vec<String>,
    line: usize,
}

impl Blocks<'_> {
    fn word(&mut self, word: String, line: usize) {
        if self.words.is_empty() {
            self.line = line;
        }
        self.words.push(word);
    }

    /// The directive made of the words so far.
    fn take(&mut self) -> Option<Directive> {
        let mut words = std::mem::take(&mut self.words).into_iter();
        Some(Directive {
            name: words.next()?,
            arguments: words.collect(),
            block: Vec::new(),
            source: Source {
                file: self.path.to_owned(),
                line: self.line,
            },
        })
    }

    fn add(&mut self, directives: impl IntoIterator<Item = Directive>) {
        if let Some(current) = self.open.last_mut() {
            current.block.extend(directives);
        }
    }

    /// Ends the innermost block; `false` when only the file itself is open.
    fn close(&mut self) -> bool {
        if self.open.len() < 2 {
            return false;
        }
        let closed = self.open.pop();
        self.add(closed);
        true
    }
}

impl TreeReader {
    fn file(&mut self, files: &mut Files, path: &str, depth: usize) -> Vec<Directive> {
        let Some(text) = files.text(path) else {
            return Vec::new();
        };
        self.opened += 1;
        self.bytes += text.len();
        let tokens = match tokens(&text) {
            Ok(tokens) => tokens,
            Err((line, problem)) => {
                self.fail(files, path, line, &problem);
                return Vec::new();
            }
        };
        let file = Directive {
            name: String::new(),
            arguments: Vec::new(),
            block: Vec::new(),
            source: Source::default(),
        };
        let mut blocks = Blocks {
            path,
            open: vec![file],
            words: Vec::new(),
            line: 1,
        };
        for (token, line) in tokens {
            if self.directives > DIRECTIVE_LIMIT {
                self.fail(
                    files,
                    path,
                    line,
                    "more directives than any configuration has",
                );
                break;
            }
            self.take(files, &mut blocks, token, line, depth);
        }
        if !blocks.words.is_empty() || blocks.open.len() > 1 {
            self.fail(
                files,
                path,
                blocks.line,
                "ends within a directive or a block",
            );
        }
        // What was read of unfinished blocks still counts.
        while blocks.close() {}
        blocks.open.pop().map(|file| file.block).unwrap_or_default()
    }

    fn take(
        &mut self,
        files: &mut Files,
        blocks: &mut Blocks<'_>,
        token: Token,
        line: usize,
        depth: usize,
    ) {
        match token {
            Token::Word(word) => blocks.word(word, line),
            Token::Close => {
                if !blocks.close() {
                    self.fail(files, blocks.path, line, "a brace that closes nothing");
                }
            }
            Token::End | Token::Code => {
                let Some(directive) = blocks.take() else {
                    return;
                };
                self.directives += 1;
                if directive.name != "include" {
                    blocks.add([directive]);
                    return;
                }
                for pattern in &directive.arguments {
                    let included = self.include(files, pattern, &directive.source, depth);
                    blocks.add(included);
                }
            }
            Token::Open => {
                let Some(directive) = blocks.take() else {
                    self.fail(files, blocks.path, line, "a block of nothing");
                    return;
                };
                self.directives += 1;
                if blocks.open.len() < DEPTH_LIMIT {
                    blocks.open.push(directive);
                } else {
                    self.fail(files, blocks.path, line, "blocks nested too deep");
                }
            }
        }
    }

    fn include(
        &mut self,
        files: &mut Files,
        pattern: &str,
        source: &Source,
        depth: usize,
    ) -> Vec<Directive> {
        // Looking for files costs, too.
        self.opened += 1;
        if self.opened > FILE_COUNT_LIMIT {
            self.complete = false;
            return Vec::new();
        }
        let place = format!("{}:{}", source.file, source.line);
        let path = if pattern.starts_with('/') {
            pattern.to_owned()
        } else {
            format!("{}/{pattern}", self.folder)
        };
        let found = files.matching(&path);
        if found.is_empty() && !pattern.ends_with("mime.types") {
            // A pattern may match nothing; a plain name must exist.
            if !pattern.contains(['*', '?', '[']) {
                self.complete = false;
                self.missing.push(pattern.to_owned());
                files.refuse(
                    &place,
                    &format!("the included file {pattern} is not in the bundle"),
                );
            } else if !self.whole {
                self.complete = false;
                self.missing.push(pattern.to_owned());
                files.refuse(&place, &format!("no file {pattern} is in the bundle"));
            }
        }
        let mut directives = Vec::new();
        for file in found {
            let exhausted = self.opened > FILE_COUNT_LIMIT
                || self.bytes > BYTE_LIMIT
                || self.directives > DIRECTIVE_LIMIT;
            if depth == 0 || exhausted || file == self.main {
                self.complete = false;
                files.refuse(&place, "files included too deep, in a circle, or too many");
                break;
            }
            directives.extend(self.file(files, &file, depth - 1));
        }
        directives
    }

    fn fail(&mut self, files: &mut Files, path: &str, line: usize, problem: &str) {
        self.complete = false;
        files.refuse(&format!("{path}:{line}"), problem);
    }
}
