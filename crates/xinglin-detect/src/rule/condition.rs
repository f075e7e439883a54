//! The language of conditions: `selection and not 1 of filter_*`.

use super::{Expr, Selection};

const MOST_DEPTH: usize = 64;

/// Reads a condition over selections.
pub(super) fn parse(text: &str, selections: &[Selection]) -> Result<Expr<usize>, String> {
    let mut parser = Parser {
        words: words(text)?,
        at: 0,
        depth: 0,
        selections,
    };
    let expr = parser.any()?;
    match parser.peek() {
        None => Ok(expr),
        Some("|") => Err("aggregations behind `|` have become correlation rules".to_owned()),
        Some(word) => Err(format!("`{word}` was not expected in the condition")),
    }
}

fn words(text: &str) -> Result<Vec<&str>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |letter: char| letter.is_alphanumeric() || "_-.*?".contains(letter);
        let length = match first {
            '(' | ')' | '|' => 1,
            _ => rest.find(|letter| !is_word(letter)).unwrap_or(rest.len()),
        };
        if length == 0 {
            return Err(format!("`{first}` has no place in a condition"));
        }
        let (word, others) = rest.split_at(length);
        words.push(word);
        rest = others.trim_start();
    }
    Ok(words)
}

struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
    depth: usize,
    selections: &'a [Selection],
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.peek()?;
        self.at += 1;
        Some(word)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self
            .peek()
            .is_some_and(|word| word.eq_ignore_ascii_case(wanted));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self) -> Result<Expr<usize>, String> {
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            return Err("the condition is nested too deep".to_owned());
        }
        let mut parts = vec![self.all()?];
        while self.take("or") {
            parts.push(self.all()?);
        }
        self.depth -= 1;
        Ok(joined(parts, Expr::Any))
    }

    fn all(&mut self) -> Result<Expr<usize>, String> {
        let mut parts = vec![self.not()?];
        while self.take("and") {
            parts.push(self.not()?);
        }
        Ok(joined(parts, Expr::All))
    }

    fn not(&mut self) -> Result<Expr<usize>, String> {
        let mut negated = false;
        while self.take("not") {
            negated = !negated;
        }
        let expr = self.primary()?;
        Ok(if negated {
            Expr::Not(Box::new(expr))
        } else {
            expr
        })
    }

    fn primary(&mut self) -> Result<Expr<usize>, String> {
        let Some(word) = self.next() else {
            return Err("the condition breaks off".to_owned());
        };
        match word {
            "(" => {
                let expr = self.any()?;
                if self.take(")") {
                    Ok(expr)
                } else {
                    Err("a parenthesis is not closed".to_owned())
                }
            }
            ")" | "|" => Err(format!("`{word}` was not expected in the condition")),
            _ if self.take("of") => self.quantified(word),
            _ => self.named(word),
        }
    }

    fn named(&self, name: &str) -> Result<Expr<usize>, String> {
        let mut selections = self.selections.iter();
        let place = selections.position(|selection| selection.name == name);
        place
            .map(Expr::Test)
            .ok_or_else(|| format!("the condition names `{name}`, which the detection has not"))
    }

    fn quantified(&mut self, quantity: &str) -> Result<Expr<usize>, String> {
        let Some(target) = self.next() else {
            return Err("the condition breaks off behind `of`".to_owned());
        };
        let is_meant = |name: &str| {
            if target.eq_ignore_ascii_case("them") {
                return !name.starts_with('_');
            }
            // What begins with an underscore is meant only where the pattern says so.
            fits(target, name) && (target.starts_with('_') || !name.starts_with('_'))
        };
        let parts: Vec<_> = self
            .selections
            .iter()
            .enumerate()
            .filter(|(_, selection)| is_meant(&selection.name))
            .map(|(place, _)| Expr::Test(place))
            .collect();
        if parts.is_empty() {
            return Err(format!(
                "no part of the detection is meant by `{quantity} of {target}`"
            ));
        }
        if quantity.eq_ignore_ascii_case("all") {
            return Ok(joined(parts, Expr::All));
        }
        if quantity.eq_ignore_ascii_case("any") {
            return Ok(joined(parts, Expr::Any));
        }
        match quantity.parse::<usize>() {
            Ok(1) => Ok(joined(parts, Expr::Any)),
            Ok(count) if count > 1 => Ok(Expr::AtLeast(count, parts)),
            _ => Err(format!("`{quantity} of` is no quantity")),
        }
    }
}

/// Several parts as one; one part is itself.
fn joined<T>(mut parts: Vec<Expr<T>>, join: impl Fn(Vec<Expr<T>>) -> Expr<T>) -> Expr<T> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

/// Whether a name fits a pattern with stars.
fn fits(pattern: &str, name: &str) -> bool {
    crate::pattern::Pattern::parse(pattern)
        .fit(name, true)
        .is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selections(names: &[&str]) -> Vec<Selection> {
        let selection = |name: &&str| Selection {
            name: (*name).to_owned(),
            expr: Expr::All(Vec::new()),
        };
        names.iter().map(selection).collect()
    }

    /// What a condition is for every combination of truths, as a row of digits.
    fn table(condition: &str, names: &[&str]) -> Result<String, String> {
        let expr = parse(condition, &selections(names))?;
        let rows = 0..1_u32 << names.len();
        let row = |row: u32| expr.holds(&mut |place| row >> place & 1 == 1);
        Ok(rows
            .map(|number| if row(number) { '1' } else { '0' })
            .collect())
    }

    #[test]
    fn conditions_bind_as_specified() {
        let names = ["a", "b", "_c"];
        for (condition, rows) in [
            ("a", "01010101"),
            ("not a and b", "00100010"),
            ("not (a and b)", "11101110"),
            ("a or b and _c", "01010111"),
            ("(a or b) and _c", "00000111"),
            ("1 of them", "01110111"),
            ("all of them", "00010001"),
            ("ANY OF _*", "00001111"),
            ("2 of *", "00010001"),
            ("not not a", "01010101"),
            ("a and not 1 of b*", "01000100"),
        ] {
            assert_eq!(table(condition, &names).as_deref(), Ok(rows), "{condition}");
        }
    }

    #[test]
    fn wrong_conditions_have_reasons() {
        for (condition, reason) in [
            ("", "breaks off"),
            ("a and", "breaks off"),
            ("(a", "not closed"),
            ("a b", "`b` was not expected"),
            ("x", "`x`, which"),
            ("1 of x*", "no part"),
            ("0 of them", "no quantity"),
            ("a | count() > 5", "`>` has no place"),
            ("a | count", "correlation"),
            ("a & b", "`&`"),
        ] {
            let found = table(condition, &["a", "b"]).unwrap_err();
            assert!(found.contains(reason), "{condition}: {found}");
        }
        let deep = "(".repeat(100_000) + "a";
        assert!(table(&deep, &["a"]).unwrap_err().contains("too deep"));
    }
}
