//! The language of nginx's configuration: words, strings, blocks, comments.

/// nginx refuses words that are longer, in bytes.
const WORD_LIMIT: usize = 4_096;

/// A word or a mark of the language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word or a quoted string, unescaped.
    Word(String),
    /// `;`
    End,
    /// `{`
    Open,
    /// `}`
    Close,
    /// The text of a Lua block, braces and all.
    Code,
}

/// Splits a text into tokens, each with its line.
///
/// # Errors
/// The line and what is wrong there.
pub fn tokens(text: &str) -> Result<Vec<(Token, usize)>, (usize, String)> {
    let mut lexer = Lexer {
        characters: text.chars().peekable(),
        line: 1,
        tokens: Vec::new(),
        first_word: true,
    };
    lexer.run()?;
    Ok(lexer.tokens)
}

struct Lexer<'a> {
    characters: std::iter::Peekable<std::str::Chars<'a>>,
    line: usize,
    tokens: Vec<(Token, usize)>,
    /// Whether the next word names a directive.
    first_word: bool,
}

impl Lexer<'_> {
    fn next(&mut self) -> Option<char> {
        let character = self.characters.next()?;
        if character == '\n' {
            self.line += 1;
        }
        Some(character)
    }

    fn push_word(&mut self, word: String, line: usize) -> Result<(), (usize, String)> {
        if word.len() > WORD_LIMIT {
            return Err((line, "a word that is too long".to_owned()));
        }
        self.push(Token::Word(word), line);
        Ok(())
    }

    fn push(&mut self, token: Token, line: usize) {
        self.first_word = !matches!(token, Token::Word(_));
        self.tokens.push((token, line));
    }

    fn run(&mut self) -> Result<(), (usize, String)> {
        while let Some(&character) = self.characters.peek() {
            let line = self.line;
            match character {
                ' ' | '\t' | '\n' | '\r' => {
                    self.next();
                }
                '#' => self.skip_line(),
                ';' | '}' => {
                    self.next();
                    let token = if character == ';' {
                        Token::End
                    } else {
                        Token::Close
                    };
                    self.push(token, line);
                }
                '{' => {
                    self.next();
                    if self.begins_lua() {
                        self.skip_lua(line)?;
                        self.push(Token::Code, line);
                    } else {
                        self.push(Token::Open, line);
                    }
                }
                '"' | '\'' => {
                    self.next();
                    let word = self.quoted(character, line)?;
                    self.push_word(word, line)?;
                }
                _ => {
                    let word = self.word();
                    self.push_word(word, line)?;
                }
            }
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        while let Some(&character) = self.characters.peek() {
            if character == '\n' {
                return;
            }
            self.next();
        }
    }

    /// Whether the directive before this brace holds Lua code.
    fn begins_lua(&self) -> bool {
        let words = self
            .tokens
            .iter()
            .rev()
            .map_while(|(token, _)| match token {
                Token::Word(word) => Some(word),
                _ => None,
            });
        words
            .last()
            .is_some_and(|name| name.ends_with("_by_lua_block"))
    }

    fn quoted(&mut self, quote: char, line: usize) -> Result<String, (usize, String)> {
        let mut word = String::new();
        while let Some(character) = self.next() {
            match character {
                '\\' => match self.next() {
                    Some(escaped @ ('"' | '\'' | '\\')) => word.push(escaped),
                    Some('t') => word.push('\t'),
                    Some('n') => word.push('\n'),
                    Some('r') => word.push('\r'),
                    Some(other) => {
                        word.push('\\');
                        word.push(other);
                    }
                    None => break,
                },
                _ if character == quote => return Ok(word),
                _ => word.push(character),
            }
        }
        Err((line, "a string without an end".to_owned()))
    }

    fn word(&mut self) -> String {
        let mut word = String::new();
        while let Some(&character) = self.characters.peek() {
            match character {
                ' ' | '\t' | '\n' | '\r' | ';' => break,
                // `${name}` is part of a word.
                '{' if !word.ends_with('$') => break,
                '}' if !inside_variable(&word) => break,
                '\\' => {
                    self.next();
                    word.push('\\');
                    if let Some(escaped) = self.next() {
                        if matches!(escaped, '"' | '\'' | ' ' | ';' | '{' | '}') {
                            word.pop();
                        }
                        word.push(escaped);
                    }
                    continue;
                }
                _ => {}
            }
            word.push(character);
            self.next();
        }
        word
    }

    /// Passes over Lua code to the brace that ends it.
    fn skip_lua(&mut self, line: usize) -> Result<(), (usize, String)> {
        let mut depth = 1;
        while let Some(character) = self.next() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                '"' | '\'' => {
                    self.quoted(character, line)?;
                }
                '-' if self.characters.peek() == Some(&'-') => self.skip_line(),
                _ => {}
            }
            if depth == 0 {
                return Ok(());
            }
        }
        Err((line, "Lua code without an end".to_owned()))
    }
}

/// Whether the word so far is within `${…`.
fn inside_variable(word: &str) -> bool {
    word.rfind("${").is_some_and(|open| {
        let close = word.rfind('}');
        close.is_none_or(|close| close < open)
    })
}
