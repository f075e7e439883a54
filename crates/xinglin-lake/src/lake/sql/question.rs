//! Reading a question: one statement that only reads.

use datafusion::sql::{
    parser::{DFParserBuilder, Statement},
    sqlparser::{
        ast,
        dialect::GenericDialect,
        keywords::Keyword,
        parser::ParserError,
        tokenizer::{Token, TokenWithSpan, Tokenizer, Word},
    },
};
use xinglin_core::Field;

use super::{
    SqlError, SqlMistake,
    mistake::{Text, of},
    table::Columns,
};

/// Characters of a question, at most.
const MOST_LETTERS: usize = 20_000;
/// Words, signs and blanks of a question, at most: an engine descends once for each operator,
/// and while it plans it does not look at the time.
const MOST_TOKENS: usize = 1_000;

/// A statement that was read.
pub(super) struct Question {
    pub(super) statement: Statement,
}

impl Question {
    /// Reads a question. Columns of common fields that it names and no event has are added to
    /// `columns`.
    pub(super) fn read(text: &Text<'_>, columns: &mut Columns) -> Result<Self, SqlError> {
        if text.0.chars().count() > MOST_LETTERS {
            return Err(SqlError::Wrong(SqlMistake::shorter(Some(MOST_LETTERS))));
        }
        let tokens = Tokenizer::new(&GenericDialect {}, text.0).tokenize_with_location();
        let tokens = tokens.map_err(|error| of(ParserError::from(error).into(), text))?;
        if let Some(token) = tokens.get(MOST_TOKENS) {
            return Err(SqlError::Wrong(SqlMistake::shorter(place(token, text))));
        }
        let tokens = whole_names(&tokens, columns);
        let wrong = |error| of(error, text);
        let parser = DFParserBuilder::new(tokens).with_dialect(&GenericDialect {});
        let mut parser = parser.build().map_err(wrong)?;
        let refused = |at, found| Err(SqlError::Wrong(SqlMistake::statement(at, found)));
        while parser.parser.consume_token(&Token::SemiColon) {}
        let first = parser.parser.peek_token();
        if first.token == Token::EOF {
            return refused(None, String::new());
        }
        if !begins_well(&first.token) {
            return refused(place(&first, text), first.token.to_string());
        }
        let statement = parser.parse_statement().map_err(wrong)?;
        let is_closed = parser.parser.consume_token(&Token::SemiColon);
        while parser.parser.consume_token(&Token::SemiColon) {}
        let next = parser.parser.peek_token();
        if next.token != Token::EOF {
            let (at, found) = (place(&next, text), next.token.to_string());
            if is_closed {
                return refused(at, found);
            }
            let mistake = SqlMistake {
                at,
                expected: Some("end of statement".to_owned()),
                found,
            };
            return Err(SqlError::Wrong(mistake));
        }
        if !only_reads(&statement) {
            return refused(place(&first, text), first.token.to_string());
        }
        Ok(Self { statement })
    }
}

/// Whether a statement that only reads may begin so.
fn begins_well(token: &Token) -> bool {
    let Token::Word(word) = token else {
        return *token == Token::LParen;
    };
    matches!(
        word.keyword,
        Keyword::SELECT
            | Keyword::WITH
            | Keyword::VALUES
            | Keyword::EXPLAIN
            | Keyword::DESCRIBE
            | Keyword::DESC
    )
}

fn only_reads(statement: &Statement) -> bool {
    match statement {
        Statement::Statement(inner) => reads(inner),
        Statement::Explain(explained) => only_reads(&explained.statement),
        _ => false,
    }
}

fn reads(statement: &ast::Statement) -> bool {
    match statement {
        ast::Statement::Query(_) | ast::Statement::ExplainTable { .. } => true,
        ast::Statement::Explain { statement, .. } => reads(statement),
        _ => false,
    }
}

fn place(token: &TokenWithSpan, text: &Text<'_>) -> Option<usize> {
    text.place(token.span.start.line, token.span.start.column)
}

/// Names of fields have dots in them, which SQL takes for something else: words and dots that
/// are together the name of a column become one word.
fn whole_names(tokens: &[TokenWithSpan], columns: &mut Columns) -> Vec<TokenWithSpan> {
    let mut whole = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some(first) = rest.first() {
        if let Token::Word(word) = &first.token
            && word.quote_style == Some('"')
        {
            columns.want(&word.value);
        }
        let Some((name, length)) = longest(rest, columns) else {
            whole.push(unless_keyword(rest, first));
            rest = rest.get(1..).unwrap_or_default();
            continue;
        };
        columns.want(&name);
        if length == 1 {
            whole.push(first.clone());
        } else {
            let word = Word {
                value: name,
                quote_style: Some('"'),
                keyword: Keyword::NoKeyword,
            };
            let end = rest.get(length - 1).map_or(first.span, |last| last.span);
            whole.push(TokenWithSpan {
                token: Token::Word(word),
                span: first.span.union(&end),
            });
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    whole
}

/// What stands before a dot is a name, even where it is a word of SQL otherwise, as `user` is.
fn unless_keyword(tokens: &[TokenWithSpan], first: &TokenWithSpan) -> TokenWithSpan {
    let mut token = first.clone();
    let is_before_dot = tokens
        .get(1)
        .is_some_and(|next| next.token == Token::Period);
    if let Token::Word(word) = &mut token.token
        && is_before_dot
    {
        word.keyword = Keyword::NoKeyword;
    }
    token
}

/// The longest name of a column that stands here without quotation marks, and of how many
/// tokens it is.
fn longest(tokens: &[TokenWithSpan], columns: &Columns) -> Option<(String, usize)> {
    let mut name = String::new();
    let mut found = None;
    for (place, pair) in tokens.chunks(2).enumerate() {
        let [part, rest @ ..] = pair else { break };
        let Some(part) = plain(&part.token) else {
            break;
        };
        name.push_str(&part);
        if columns.has(&name) || Field::named(&name).is_some() {
            found = Some((name.clone(), 2 * place + 1));
        }
        if !matches!(rest.first().map(|next| &next.token), Some(Token::Period)) {
            break;
        }
        name.push('.');
    }
    found
}

/// A word without quotation marks, as SQL takes it: its case does not matter.
fn plain(token: &Token) -> Option<String> {
    match token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_lowercase()),
        _ => None,
    }
}
