//! What a vendor's client prints for one of our scripts: sections of comma-separated values.
//!
//! A section begins with a marker and the query's name on a line of its own, then the names
//! of the columns, then records whose cells are quoted, or empty for NULL. Where the client
//! prints the columns' names whether or not the query works, the query itself yields the
//! closing marker. Whatever else stands in a section is what the server complained of.

use std::collections::BTreeMap;

use super::answers::{Answer, Table};

/// What begins a section.
pub(crate) const BEGIN: &str = "==== xinglin query ====";
/// What ends one.
pub(crate) const END: &str = "==== xinglin end ====";

/// Characters of a complaint that are kept.
const LONGEST_COMPLAINT: usize = 300;

/// A quote that is open for so many bytes was never closed.
const LONGEST_RECORD: usize = 100_000;

/// How a client shows that a query worked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Success {
    /// By the names of the columns alone.
    Header,
    /// By the closing marker.
    End,
}

/// Reads all sections of `text`.
pub(crate) fn read(text: &str, success: Success) -> BTreeMap<String, Answer> {
    let mut sections: Vec<(String, Vec<&str>)> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() == BEGIN {
            let name = lines.next().unwrap_or_default().trim().to_owned();
            sections.push((name, Vec::new()));
        } else if let Some((_, body)) = sections.last_mut() {
            body.push(line);
        }
    }
    let mut answers = BTreeMap::new();
    for (name, body) in sections {
        let answer = section(&body, success);
        // A script run by a second account fills in what the first may not see.
        let improves = !matches!(answers.get(&name), Some(Answer::Table(_)));
        if improves && !name.is_empty() {
            answers.insert(name, answer);
        }
    }
    answers
}

fn section(body: &[&str], success: Success) -> Answer {
    let mut body = body
        .iter()
        .copied()
        .skip_while(|line| line.trim().is_empty());
    let mut complaint = String::new();
    let mut table = None;
    for line in body.by_ref() {
        if let Some(columns) = header(line) {
            table = Some(Table::new(columns));
            break;
        }
        complain(&mut complaint, line);
    }
    let Some(mut table) = table else {
        return Answer::Error(complaint);
    };
    let mut ended = success == Success::Header;
    let mut open: Option<String> = None;
    for line in body {
        if open.is_none() && line.trim() == END {
            ended = true;
            break;
        }
        // A quoted cell may hold line breaks: a quote is open where this line has an odd number
        // of them and none was open before, or the other way round.
        let goes_on = open.is_some() != (line.matches('"').count() % 2 == 1);
        let record = match open.take() {
            Some(mut record) => {
                record.push('\n');
                record.push_str(line);
                record
            }
            None => line.to_owned(),
        };
        if !starts_record(&record) {
            complain(&mut complaint, line);
            continue;
        }
        if goes_on && record.len() < LONGEST_RECORD {
            open = Some(record);
            continue;
        }
        match record_cells(record.trim_end()) {
            Some(cells) if cells.len() == table.width() => table.push(cells),
            _ => complain(&mut complaint, line),
        }
    }
    if ended && open.is_none() && (success == Success::End || complaint.is_empty()) {
        Answer::Table(table)
    } else {
        Answer::Error(complaint)
    }
}

fn complain(complaint: &mut String, line: &str) {
    let line = line.trim();
    if line.is_empty() || complaint.len() > LONGEST_COMPLAINT {
        return;
    }
    if !complaint.is_empty() {
        complaint.push(' ');
    }
    complaint.extend(line.chars().take(LONGEST_COMPLAINT));
}

fn starts_record(line: &str) -> bool {
    line.starts_with('"') || line.starts_with(',')
}

/// The names of columns: words, quoted or not.
fn header(line: &str) -> Option<Vec<String>> {
    let names: Vec<String> = line
        .trim()
        .split(',')
        .map(|name| name.trim_matches('"').to_ascii_lowercase())
        .collect();
    let is_word = |name: &String| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    };
    names.iter().all(is_word).then_some(names)
}

/// The cells of a record: a quoted text, or nothing for NULL.
fn record_cells(record: &str) -> Option<Vec<Option<String>>> {
    let mut cells = Vec::new();
    let mut characters = record.chars().peekable();
    loop {
        match characters.peek() {
            Some('"') => {
                characters.next();
                let mut cell = String::new();
                loop {
                    match characters.next()? {
                        '"' if characters.peek() == Some(&'"') => {
                            characters.next();
                            cell.push('"');
                        }
                        '"' => break,
                        other => cell.push(other),
                    }
                }
                cells.push(Some(cell));
            }
            Some(',') | None => cells.push(None),
            Some(_) => return None,
        }
        match characters.next() {
            Some(',') => {}
            None => return Some(cells),
            Some(_) => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, success: Success) -> Result<Vec<Vec<Option<String>>>, String> {
        match read(text, success).remove("a") {
            Some(Answer::Table(table)) => Ok(table.into_rows()),
            Some(Answer::Error(why)) => Err(why),
            None => Err("no section".to_owned()),
        }
    }

    #[test]
    fn cells_are_texts_or_nothing_and_an_error_is_no_empty_result() {
        let cell = |text: &str| Some(text.to_owned());
        let end = format!("{END}\n");
        let cases = [
            (
                "x,y\n\"1\",\"b\"\n",
                Success::Header,
                Ok(vec![vec![cell("1"), cell("b")]]),
            ),
            (
                "x,y\n\"1\",\n,\"\"\n",
                Success::Header,
                Ok(vec![vec![cell("1"), None], vec![None, cell("")]]),
            ),
            (
                "x\n\"a \"\"b\"\"\nc\"\n",
                Success::Header,
                Ok(vec![vec![cell("a \"b\"\nc")]]),
            ),
            (
                "ERROR:  permission denied\n",
                Success::Header,
                Err("ERROR:  permission denied"),
            ),
            (
                "\"X\"\nORA-00942: no such table\n",
                Success::End,
                Err("ORA-00942: no such table"),
            ),
            ("\"X\"\n\"1\"\n", Success::End, Err("")),
            ("x\n\"open\n", Success::Header, Err("")),
            ("x\n", Success::Header, Ok(vec![])),
        ];
        for (body, success, expected) in cases {
            let found = rows(&format!("noise\n{BEGIN}\na\n{body}"), success);
            assert_eq!(found, expected.map_err(str::to_owned), "{body:?}");
        }
        let ended = rows(&format!("{BEGIN}\na\n\"X\"\n\"1\"\n{end}"), Success::End);
        assert_eq!(ended, Ok(vec![vec![cell("1")]]));
        let twice = rows(
            &format!("{BEGIN}\na\n\"X\"\nORA-1\n{BEGIN}\na\n\"X\"\n{end}"),
            Success::End,
        );
        assert_eq!(twice, Ok(vec![]), "the second account may see it");
    }
}
