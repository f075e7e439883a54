//! Posts, forms and duties together, as a folder of content has them.

use std::{collections::BTreeSet, ffi::OsStr, path::Path};

use xinglin_core::RequirementId;

use crate::{content::ContentError, duties::Duties, forms::Forms, posts::Posts};

/// Where posts stand below a folder of content.
const POSTS: &str = "organisation/posts.yaml";

/// What people fill in and what they owe, with the posts that both speak of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Norms {
    /// Posts.
    pub posts: Posts,
    /// Forms and registers.
    pub forms: Forms,
    /// Duties.
    pub duties: Duties,
}

impl Norms {
    /// Reads what stands below `organisation/`, `forms/` and `duties/` of files given as
    /// (path inside the content, text), and tries the samples of the forms. `known` are the
    /// items that there are. What is wrong is left out and is among the errors.
    pub fn load(
        files: &[(String, String)],
        known: &BTreeSet<RequirementId>,
    ) -> (Self, Vec<ContentError>) {
        let mut errors = Vec::new();
        let posts = match files.iter().find(|(path, _)| path == POSTS) {
            None => Posts::default(),
            Some((path, text)) => Posts::load(path, text).unwrap_or_else(|error| {
                errors.push(error);
                Posts::default()
            }),
        };
        let below = |folder: &str| -> Vec<(String, String)> {
            let is_below = |file: &&(String, String)| {
                let path = file.0.as_str();
                let is_yaml = |extension: &OsStr| extension == "yaml";
                path.starts_with(folder) && Path::new(path).extension().is_some_and(is_yaml)
            };
            files.iter().filter(is_below).cloned().collect()
        };
        let (forms, wrong) = Forms::load(&below("forms/"), &posts);
        errors.extend(wrong);
        let (duties, wrong) = Duties::load(&below("duties/"), &posts, &forms);
        errors.extend(wrong);
        for form in forms.iter() {
            let file = format!("forms/{}/{}.yaml", form.area, form.id);
            let items = form.requirements.iter().map(|requirement| requirement.item);
            errors.extend(unknown(&file, "requirements", items, known));
        }
        for duty in duties.iter() {
            let file = format!("duties/{}.yaml", duty.area);
            let items = duty.clauses.iter().copied();
            errors.extend(unknown(&file, &duty.id, items, known));
        }
        for form in duties.unasked(&forms) {
            let expected = "a duty that asks for it as often as its `period` says";
            errors.push(ContentError::new("duties", form, expected));
        }
        let norms = Self {
            posts,
            forms,
            duties,
        };
        (norms, errors)
    }

    /// How many samples the forms are tried with.
    pub fn samples(&self) -> usize {
        let samples = self.forms.iter().map(|form| form.samples.invalid.len() + 1);
        samples.sum()
    }
}

fn unknown(
    file: &str,
    item: &str,
    asked: impl Iterator<Item = RequirementId>,
    known: &BTreeSet<RequirementId>,
) -> Vec<ContentError> {
    let missing = asked.filter(|id| !known.contains(id));
    let error = |id| ContentError::new(file, item, format!("an item of the catalogue, not {id}"));
    missing.map(error).collect()
}
