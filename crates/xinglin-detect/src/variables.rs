//! What a hospital says of itself, once for all rules: the values of placeholders.

use serde::Deserialize;
use thiserror::Error;
use xinglin_core::Text;

/// The file of variables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What it is for, for people.
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    variables: Vec<Variable>,
}

/// A placeholder of rules: `%name%` behind the modifier `expand` stands for its values.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// What a hospital lists here.
    pub title: Text,
    /// The values; several mean any of them.
    pub values: Vec<String>,
}

/// Why variables cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: {reason}")]
pub struct VariablesProblem {
    /// The file, as the caller named it.
    pub file: String,
    /// What is wrong.
    pub reason: String,
}

/// Reads a file of variables.
///
/// # Errors
///
/// When it is no such file, a variable has no value, or two have one name.
pub fn variables(name: &str, text: &str) -> Result<Vec<Variable>, VariablesProblem> {
    let problem = |reason: String| VariablesProblem {
        file: name.to_owned(),
        reason,
    };
    let file: File = serde_saphyr::from_str(text).map_err(|error| problem(error.to_string()))?;
    for (place, variable) in file.variables.iter().enumerate() {
        let own = &variable.name;
        if variable.values.is_empty() {
            return Err(problem(format!("`{own}` has no value")));
        }
        let mut before = file.variables.iter().take(place);
        if before.any(|other| other.name == *own) {
            return Err(problem(format!("`{own}` is there twice")));
        }
    }
    Ok(file.variables)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        let file = |list: &str| format!("title: {{zh: 甲, en: A}}\nvariables: [{list}]\n");
        let one = "{name: a, title: {zh: 甲, en: A}, values: ['1', '2']}";
        let known = variables("v.yaml", &file(one)).unwrap_or_default();
        assert_eq!(known.len(), 1);
        for (list, expected) in [
            (format!("{one}, {one}"), "twice"),
            (one.replace("'1', '2'", ""), "no value"),
            (one.replace("values", "value"), "value"),
        ] {
            let problem = variables("v.yaml", &file(&list)).err();
            let text = problem.map(|problem| problem.to_string());
            assert!(text.unwrap_or_default().contains(expected), "{list}");
        }
    }
}
