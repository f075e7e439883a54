//! Posts, forms, duties and policies together, as a folder of content has them.

use std::{collections::BTreeSet, ffi::OsStr, path::Path};

use xinglin_core::RequirementId;

use crate::{
    content::ContentError,
    duties::Duties,
    forms::Forms,
    policies::{Policies, read::Known, variables::Variables},
    posts::Posts,
};

/// Where posts stand below a folder of content.
const POSTS: &str = "organisation/posts.yaml";
/// Where the variables of policies stand.
const VARIABLES: &str = "policies/variables.yaml";

/// What the hospital has laid down, what people fill in and what they owe, with the posts
/// that all speak of.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Norms {
    /// Posts.
    pub posts: Posts,
    /// Forms and registers.
    pub forms: Forms,
    /// Duties.
    pub duties: Duties,
    /// What the hospital sets for its policies.
    pub variables: Variables,
    /// Policies.
    pub policies: Policies,
}

impl Norms {
    /// Reads what stands below `organisation/`, `forms/`, `duties/` and `policies/` of files
    /// given as (path inside the content, text), and tries the samples of the forms. `known` are the
    /// items that there are. What is wrong is left out and is among the errors.
    pub fn load(
        files: &[(String, String)],
        known: &BTreeSet<RequirementId>,
    ) -> (Self, Vec<ContentError>) {
        let mut errors = Vec::new();
        let posts = one(files, POSTS, Posts::load, &mut errors);
        let variables = one(files, VARIABLES, Variables::load, &mut errors);
        let below = |folder: &str, extension: &str| -> Vec<(String, String)> {
            let is_below = |file: &&(String, String)| {
                let path = file.0.as_str();
                let is_asked = |found: &OsStr| found == extension;
                path.starts_with(folder) && Path::new(path).extension().is_some_and(is_asked)
            };
            files.iter().filter(is_below).cloned().collect()
        };
        let (forms, wrong) = Forms::load(&below("forms/", "yaml"), &posts);
        errors.extend(wrong);
        let (duties, wrong) = Duties::load(&below("duties/", "yaml"), &posts, &forms, &variables);
        errors.extend(wrong);
        let of = Known {
            posts: &posts,
            forms: &forms,
            duties: &duties,
            variables: &variables,
        };
        let (policies, wrong) = Policies::load(&below("policies/", "md"), of);
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
        for policy in policies.iter() {
            let file = format!("policies/{}/{}.md", policy.level, policy.id);
            let items = policy.head.requirements.iter().map(|answer| answer.item);
            errors.extend(unknown(&file, "requirements", items, known));
        }
        for form in duties.unasked(&forms) {
            let expected = "a duty that asks for it as often as its `period` says";
            errors.push(ContentError::new("duties", form, expected));
        }
        let norms = Self {
            posts,
            forms,
            duties,
            variables,
            policies,
        };
        (norms, errors)
    }

    /// How many samples the forms are tried with.
    pub fn samples(&self) -> usize {
        let samples = self.forms.iter().map(|form| form.samples.invalid.len() + 1);
        samples.sum()
    }
}

/// What the one file of a path says; nothing where there is none or it is wrong.
fn one<T: Default>(
    files: &[(String, String)],
    path: &str,
    load: impl Fn(&str, &str) -> Result<T, ContentError>,
    errors: &mut Vec<ContentError>,
) -> T {
    let Some((path, text)) = files.iter().find(|(found, _)| found == path) else {
        return T::default();
    };
    load(path, text).unwrap_or_else(|error| {
        errors.push(error);
        T::default()
    })
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
