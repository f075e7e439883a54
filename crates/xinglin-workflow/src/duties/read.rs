//! Reading duties from their files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::{
    Duties, Duty, DutyScope, Owed,
    proof::{Proof, ProofKind},
};
use crate::{
    content::{ContentError, check_text, parse},
    forms::{Forms, Frequency, read::is_word},
    policies::variables::{VariableSettings, VariableType, Variables},
    posts::Posts,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DutiesFile {
    duties: Vec<Duty>,
}

impl Duties {
    /// Reads duties from files given as (path, YAML text), against the posts, forms and
    /// variables that they name. Days that a variable sets are its default until they are
    /// [settled](Self::settled). A duty that is wrong is left out and is among the errors.
    pub fn load(
        files: &[(String, String)],
        posts: &Posts,
        forms: &Forms,
        variables: &Variables,
    ) -> (Self, Vec<ContentError>) {
        let mut duties: BTreeMap<String, Duty> = BTreeMap::new();
        let mut errors = Vec::new();
        for (file, text) in files {
            let read = match parse::<DutiesFile>(file, text) {
                Ok(read) => read.duties,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
            for mut duty in read {
                name.trim_end_matches(".yaml").clone_into(&mut duty.area);
                let checked = check(file, &duty, posts, forms)
                    .and_then(|()| check_variable(file, &duty, variables));
                if let Err(error) = checked {
                    errors.push(error);
                } else if duties.contains_key(&duty.id) {
                    errors.push(ContentError::new(file, &duty.id, "an id that no other has"));
                } else {
                    duty.owed.settle(variables, &VariableSettings::new());
                    duties.insert(duty.id.clone(), duty);
                }
            }
        }
        (Self(duties), errors)
    }

    /// Forms that say how often a record is due and that no duty asks for that often: the
    /// record would be missed by nobody.
    pub fn unasked<'a>(&'a self, forms: &'a Forms) -> impl Iterator<Item = &'a str> {
        let is_asked = |form: &str, every: Frequency| {
            self.iter().any(|duty| {
                let by_record = |proof: &Proof| proof.of.as_deref() == Some(form);
                duty.owed.every == Some(every) && duty.satisfied_by.iter().any(by_record)
            })
        };
        forms
            .iter()
            .filter(move |form| form.period.is_some_and(|every| !is_asked(&form.id, every)))
            .map(|form| form.id.as_str())
    }
}

fn check(file: &str, duty: &Duty, posts: &Posts, forms: &Forms) -> Result<(), ContentError> {
    let wrong = |expected: &str| Err(ContentError::new(file, &duty.id, expected));
    if !is_word(&duty.id, '-') {
        return wrong("an id of small letters, digits and -");
    }
    for (field, text) in [
        ("name", &duty.name),
        ("what", &duty.what),
        ("reason", &duty.reason),
    ] {
        check_text(file, &duty.id, field, text)?;
    }
    for text in &duty.basis {
        check_text(file, &duty.id, "basis", text)?;
    }
    if !is_owed(&duty.owed) {
        return wrong(
            "`owed` to be `every` (`rolling` or `working_days` with it) or `after` with \
             `within_days` or `within_variable`",
        );
    }
    if posts.get(&duty.by).is_none() {
        return wrong(&format!(
            "`by` to be a post of organisation/posts.yaml, not `{}`",
            duty.by
        ));
    }
    let is_level = duty.levels.iter().all(|level| (1..=4).contains(level));
    if !is_level || (!duty.levels.is_empty() && duty.per != DutyScope::GradedSystem) {
        return wrong("`levels` of 1 to 4, for a duty per graded system");
    }
    let clauses: BTreeSet<_> = duty.clauses.iter().collect();
    if clauses.len() < duty.clauses.len() || (clauses.is_empty() && duty.basis.is_empty()) {
        return wrong("`clauses`, each once, or a `basis` in law");
    }
    if duty.satisfied_by.is_empty() {
        return wrong("`satisfied_by` to name evidence");
    }
    for proof in &duty.satisfied_by {
        if let Some(expected) = mistake(proof, forms) {
            return wrong(&expected);
        }
    }
    Ok(())
}

/// That the variable of a duty counts days: whole numbers from 0 up.
fn check_variable(file: &str, duty: &Duty, variables: &Variables) -> Result<(), ContentError> {
    let Some(id) = &duty.owed.within_variable else {
        return Ok(());
    };
    let counts = variables.get(id).is_some_and(|variable| {
        let is_counted = variable.kind == VariableType::Integer;
        is_counted && variable.minimum.is_some_and(|least| least >= 0)
    });
    if counts {
        return Ok(());
    }
    let expected = format!(
        "`within_variable` to be a variable of policies/variables.yaml with `type: integer` \
         and a `minimum` of at least 0, not `{id}`"
    );
    Err(ContentError::new(file, &duty.id, expected))
}

fn is_owed(owed: &Owed) -> bool {
    match (owed.every, owed.after) {
        (Some(every), None) => {
            let is_daily = every == Frequency::Daily;
            owed.within_days.is_none()
                && owed.within_variable.is_none()
                && (is_daily || !owed.working_days)
                && !(is_daily && owed.rolling)
        }
        (None, Some(_)) => {
            let is_one = owed.within_days.is_some() != owed.within_variable.is_some();
            is_one && !owed.rolling
        }
        _ => false,
    }
}

fn mistake(proof: &Proof, forms: &Forms) -> Option<String> {
    if proof.of.is_some() && !proof.kind.takes_of() {
        return Some(format!("no `of` for `{}`", proof.kind));
    }
    if proof.kind != ProofKind::Record {
        return (!proof.when.is_empty()).then(|| "`when` with records only".to_owned());
    }
    let Some(form) = proof.of.as_deref().and_then(|id| forms.get(id)) else {
        return Some(format!(
            "`of` to be a form, not `{}`",
            proof.of.as_deref().unwrap_or_default()
        ));
    };
    let mut unknown = proof.when.iter().filter(|condition| {
        let field = form.field(&condition.field);
        let is_value = |value: &serde_json::Value| {
            field.is_some_and(|field| {
                field.options.is_empty()
                    || field
                        .options
                        .iter()
                        .any(|option| value.as_str() == Some(&option.value))
            })
        };
        field.is_none() || !condition.is_one_test() || !condition.values().all(is_value)
    });
    unknown.next().map(|condition| {
        format!(
            "one test of a field of `{}` in `when`, with values it has, not `{}`",
            form.id, condition.field
        )
    })
}
