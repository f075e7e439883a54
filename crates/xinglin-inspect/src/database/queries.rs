//! What is asked of each family, as content has it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use thiserror::Error;

use super::script;
use crate::family::Family;

/// A query with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// What its answer is found by.
    pub name: String,
    /// Why it is asked, for the person who reads the script before running it.
    pub purpose: String,
    /// The columns it yields, in order.
    pub columns: Vec<String>,
    /// The statement, without a closing semicolon.
    pub sql: String,
    /// A statement that must run just before, in the same batch.
    pub prepare: Option<String>,
    /// The only product of the family that it is for.
    pub product: Option<String>,
    /// The first version it works on.
    pub since: Option<String>,
    /// The first version it works on no longer.
    pub before: Option<String>,
}

/// All queries, by family.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queries {
    families: BTreeMap<Family, Vec<Query>>,
}

/// Queries that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QueriesError {
    /// Not YAML of this form.
    #[error("not a list of queries: {0}")]
    Malformed(String),
    /// A family that has no queries, or none at all.
    #[error("'{0}' is not a family of databases that is asked by queries")]
    UnknownFamily(String),
    /// Two queries of a family share a name.
    #[error("{family}: two queries are named '{name}'")]
    Duplicate {
        /// The family's word.
        family: String,
        /// The name.
        name: String,
    },
    /// A name or column that scripts could not print safely.
    #[error("{family}: '{name}' is not a word of lower-case letters, digits and underscores")]
    BadName {
        /// The family's word.
        family: String,
        /// The name.
        name: String,
    },
}

impl Queries {
    /// Reads `content/collect/databases.yaml`.
    ///
    /// # Errors
    /// See [`QueriesError`].
    pub fn from_yaml(text: &str) -> Result<Self, QueriesError> {
        let written: BTreeMap<String, Vec<Query>> = serde_saphyr::from_str(text)
            .map_err(|error| QueriesError::Malformed(error.to_string()))?;
        let mut families = BTreeMap::new();
        for (word, queries) in written {
            let family = Family::from_word(&word)
                .filter(|family| script::client(*family).is_some())
                .ok_or_else(|| QueriesError::UnknownFamily(word.clone()))?;
            let mut names = BTreeSet::new();
            for query in &queries {
                let words = std::iter::once(&query.name).chain(&query.columns);
                for name in words {
                    if !is_word(name) {
                        return Err(QueriesError::BadName {
                            family: word,
                            name: name.clone(),
                        });
                    }
                }
                if !names.insert(&query.name) {
                    return Err(QueriesError::Duplicate {
                        family: word,
                        name: query.name.clone(),
                    });
                }
            }
            families.insert(family, queries);
        }
        Ok(Self { families })
    }

    /// The families that have queries.
    pub fn families(&self) -> impl Iterator<Item = Family> {
        self.families.keys().copied()
    }

    /// The queries of a family, in the order in which they are asked.
    pub fn of(&self, family: Family) -> &[Query] {
        self.families.get(&family).map_or(&[], Vec::as_slice)
    }

    /// The script of a family for its vendor's client; `None` where there is none.
    pub fn script(&self, family: Family) -> Option<String> {
        script::write(family, self.of(family))
    }
}

impl Query {
    /// Whether it is for this product and version.
    pub fn is_for(&self, product: &str, version: &str) -> bool {
        let version = numbers(version);
        self.product.as_deref().is_none_or(|of| of == product)
            && self
                .since
                .as_deref()
                .is_none_or(|since| version >= numbers(since))
            && self
                .before
                .as_deref()
                .is_none_or(|before| version < numbers(before))
    }
}

/// The numbers a version begins with.
fn numbers(version: &str) -> Vec<u32> {
    let digits = |part: &str| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    };
    version.split('.').map_while(digits).collect()
}

fn is_word(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
