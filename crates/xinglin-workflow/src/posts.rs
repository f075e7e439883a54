//! Posts (岗位) that forms and duties speak of. A hospital names its posts as it likes;
//! content knows each by a code and finds it by words of its name.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use xinglin_core::Text;

use crate::content::{ContentError, check_text, parse};

/// A post as content speaks of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostRule {
    /// What forms and duties call it.
    pub code: String,
    /// What people call it.
    pub name: Text,
    /// Words of the names of posts that are this one, the first match counts.
    pub words: Vec<String>,
}

/// All posts that content speaks of, in the order of their file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posts(Vec<PostRule>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PostsFile {
    posts: Vec<PostRule>,
}

impl Posts {
    /// Reads posts from their YAML text.
    ///
    /// # Errors
    /// An unknown or missing field, a code given twice, a name missing in one language, or
    /// a post without words.
    pub fn load(file: &str, text: &str) -> Result<Self, ContentError> {
        let PostsFile { posts } = parse(file, text)?;
        let mut seen = BTreeSet::new();
        for post in &posts {
            check_text(file, &post.code, "name", &post.name)?;
            if !seen.insert(&post.code) {
                return Err(ContentError::new(file, &post.code, "each post once"));
            }
            if post.words.is_empty() || post.words.iter().any(|word| word.trim().is_empty()) {
                return Err(ContentError::new(file, &post.code, "`words` to look for"));
            }
        }
        Ok(Self(posts))
    }

    /// The post of a code.
    pub fn get(&self, code: &str) -> Option<&PostRule> {
        self.0.iter().find(|post| post.code == code)
    }

    /// All posts, in the order of their file.
    pub fn iter(&self) -> impl Iterator<Item = &PostRule> {
        self.0.iter()
    }

    /// Which post one of the hospital's is, by its name: the first rule of which a word is
    /// in the name. `None` for a post that no form and no duty speaks of.
    pub fn of_name(&self, name: &str) -> Option<&PostRule> {
        let name = name.to_lowercase();
        let has = |post: &&PostRule| {
            let mut words = post.words.iter();
            words.any(|word| name.contains(&word.to_lowercase()))
        };
        self.0.iter().find(has)
    }
}
