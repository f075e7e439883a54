//! Reading policies from their files, so that a mistake is named by file, place and reason.

use std::collections::{BTreeMap, BTreeSet};

use sm3::{Digest as _, Sm3};

use super::{
    EVERYBODY, Policies, Policy, PolicyHead, PolicyLevel,
    text::{PolicyReference, PolicyText},
    variables::Variables,
};
use crate::{
    content::{ContentError, check_text, parse},
    duties::Duties,
    forms::{Forms, read::is_word},
    posts::Posts,
};

/// What the head of a file stands between.
const FENCE: &str = "---\n";

/// What policies speak of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) posts: &'a Posts,
    pub(crate) forms: &'a Forms,
    pub(crate) duties: &'a Duties,
    pub(crate) variables: &'a Variables,
}

impl Policies {
    /// Reads policies from files given as (path, text), against what they may speak of. The
    /// folder of a file is the policy's level, its name the id. One that is wrong is left
    /// out and is among the errors; one that speaks of a policy that there is not stays.
    pub(crate) fn load(files: &[(String, String)], known: Known<'_>) -> (Self, Vec<ContentError>) {
        let mut policies: BTreeMap<String, Policy> = BTreeMap::new();
        let mut errors = Vec::new();
        let mut paths = BTreeMap::new();
        for (file, text) in files {
            match read(file, text, known) {
                Err(error) => errors.push(error),
                Ok(policy) if policies.contains_key(&policy.id) => {
                    errors.push(ContentError::new(
                        file,
                        &policy.id,
                        "an id that no other has",
                    ));
                }
                Ok(policy) => {
                    paths.insert(policy.id.clone(), file);
                    policies.insert(policy.id.clone(), policy);
                }
            }
        }
        for policy in policies.values() {
            let file = paths.get(&policy.id).copied().map_or("", String::as_str);
            for (line, reference) in policy.text.references() {
                let PolicyReference::Policy(id) = reference else {
                    continue;
                };
                if !policies.contains_key(id) {
                    let expected = format!("a policy, not `{id}`");
                    errors.push(ContentError::new(file, at(policy, line), expected));
                }
            }
        }
        (Self(policies), errors)
    }
}

/// Where in the file a line of the text stands.
fn at(policy: &Policy, line: usize) -> String {
    format!("line {}", policy.head_lines + line)
}

fn read(file: &str, text: &str, known: Known<'_>) -> Result<Policy, ContentError> {
    let wrong = |item: &str, expected: String| ContentError::new(file, item, expected);
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lf = text.replace("\r\n", "\n");
    let Some((head, markdown)) = lf
        .strip_prefix(FENCE)
        .and_then(|rest| rest.split_once("\n---\n"))
    else {
        let expected = "a head between two lines `---`, then the text";
        return Err(wrong("line 1", expected.to_owned()));
    };
    let mut path = file.rsplit(['/', '\\']);
    let name = path.next().unwrap_or_default();
    let folder = path.next().unwrap_or_default();
    let Some(level) = PolicyLevel::from_word(folder) else {
        let levels: Vec<&str> = PolicyLevel::ALL.iter().map(|one| one.word()).collect();
        let expected = format!("to stand in a folder {}", levels.join(", "));
        return Err(wrong("path", expected));
    };
    let id = name.strip_suffix(".md").unwrap_or_default();
    if !is_word(id, '-') {
        let expected = "a name of small letters, digits and -, with `.md`";
        return Err(wrong("path", expected.to_owned()));
    }
    let head: PolicyHead = parse(file, head)?;
    check_head(file, &head, known)?;
    let policy = Policy {
        id: id.to_owned(),
        level,
        head_lines: head_lines(&lf, markdown),
        head,
        text: PolicyText::parse(markdown),
        markdown: markdown.to_owned(),
        digest: hex::encode(Sm3::digest(text.as_bytes())),
    };
    check_text_of(file, &policy, known)?;
    Ok(policy)
}

fn head_lines(whole: &str, markdown: &str) -> usize {
    let head = whole.len().saturating_sub(markdown.len());
    whole
        .get(..head)
        .map_or(0, |head| head.matches('\n').count())
}

fn check_head(file: &str, head: &PolicyHead, known: Known<'_>) -> Result<(), ContentError> {
    let wrong = |item: &str, expected: String| Err(ContentError::new(file, item, expected));
    check_text(file, "name", "name", &head.name)?;
    check_text(file, "purpose", "purpose", &head.purpose)?;
    let reviewers = head.reviewed_by.iter().map(|post| ("reviewed_by", post));
    let readers = head.readers.iter().filter(|reader| *reader != EVERYBODY);
    let posts = [("owner", &head.owner), ("approved_by", &head.approved_by)]
        .into_iter()
        .chain(reviewers)
        .chain(readers.map(|post| ("readers", post)));
    for (field, post) in posts {
        if known.posts.get(post).is_none() {
            let expected = format!("a post of organisation/posts.yaml, not `{post}`");
            return wrong(field, expected);
        }
    }
    for (field, is_empty) in [
        ("reviewed_by", head.reviewed_by.is_empty()),
        ("readers", head.readers.is_empty()),
        ("requirements", head.requirements.is_empty()),
    ] {
        if is_empty {
            return wrong(field, "at least one".to_owned());
        }
    }
    if !(1..=36).contains(&head.review_months) {
        return wrong("review_months", "1 to 36".to_owned());
    }
    for form in &head.records {
        if known.forms.get(form).is_none() {
            return wrong("records", format!("a form, not `{form}`"));
        }
    }
    for duty in &head.duties {
        if known.duties.get(duty).is_none() {
            return wrong("duties", format!("a duty, not `{duty}`"));
        }
    }
    Ok(())
}

fn check_text_of(file: &str, policy: &Policy, known: Known<'_>) -> Result<(), ContentError> {
    let Policy { head, text, .. } = policy;
    let wrong = |item: String, expected: String| Err(ContentError::new(file, item, expected));
    if let Some(mark) = text.marks_twice().first() {
        return wrong(mark.clone(), "each mark once".to_owned());
    }
    let mut answered = BTreeSet::new();
    for requirement in &head.requirements {
        let item = requirement.item.to_string();
        if !answered.insert(requirement.item) {
            return wrong(item, "each item once".to_owned());
        }
        if requirement.at.is_empty() {
            return wrong(item, "`at` to name articles".to_owned());
        }
        for mark in &requirement.at {
            if text.place(mark).is_none() {
                return wrong(item, format!("a mark of the text, not `{mark}`"));
            }
        }
    }
    for (line, reference) in text.references() {
        let (is_known, expected) = match reference {
            PolicyReference::Variable(id) => (known.variables.get(id).is_some(), "a variable"),
            PolicyReference::Post(code) => (known.posts.get(code).is_some(), "a post"),
            PolicyReference::Form(id) => (known.forms.get(id).is_some(), "a form"),
            PolicyReference::Place(mark) => (text.place(mark).is_some(), "a mark of the text"),
            PolicyReference::Policy(_) => (true, ""),
        };
        if !is_known {
            let name = reference.name();
            return wrong(at(policy, line), format!("{expected}, not `{name}`"));
        }
    }
    Ok(())
}
