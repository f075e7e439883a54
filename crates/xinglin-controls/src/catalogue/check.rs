//! What must hold among the entries beyond their shape.

use std::collections::{HashMap, HashSet};

use xinglin_core::{RequirementId, Text};

use super::{CatalogueError, HazardTrigger, HighRiskCase, Item, load::Raw};

/// An entry and the file it came from.
#[derive(Debug)]
pub(super) struct Located<T> {
    pub(super) file: String,
    pub(super) entry: T,
}

impl<T> Located<T> {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a small word at every call, wanted as text"
    )]
    fn wrong(
        &self,
        entry: impl ToString,
        expected: impl Into<String>,
        found: impl ToString,
    ) -> CatalogueError {
        CatalogueError::Entry {
            file: self.file.clone(),
            entry: entry.to_string(),
            expected: expected.into(),
            found: found.to_string(),
        }
    }
}

/// The entries that others refer to.
struct Known<'r> {
    items: HashMap<RequirementId, &'r Item>,
    cases: HashSet<&'r str>,
    hazards: HashSet<&'r str>,
}

pub(super) fn check(raw: &Raw) -> Result<(), CatalogueError> {
    let mut known = Known {
        items: HashMap::new(),
        cases: HashSet::new(),
        hazards: HashSet::new(),
    };
    for item in &raw.items {
        if known.items.insert(item.entry.id, &item.entry).is_some() {
            return Err(item.wrong(item.entry.id, "each unit code once", "a second entry"));
        }
    }
    for case in &raw.cases {
        if !known.cases.insert(&case.entry.case) {
            return Err(case.wrong(&case.entry.case, "each case once", "a second entry"));
        }
    }
    for hazard in &raw.hazards {
        if !known.hazards.insert(&hazard.entry.code) {
            return Err(hazard.wrong(&hazard.entry.code, "each code once", "a second entry"));
        }
    }
    raw.items
        .iter()
        .try_for_each(|item| check_item(item, &known))?;
    raw.cases
        .iter()
        .try_for_each(|case| check_case(case, &known))?;
    raw.hazards
        .iter()
        .try_for_each(|hazard| check_hazard(hazard, &known))?;
    check_interviews(raw, &known)
}

fn check_item(located: &Located<Item>, known: &Known<'_>) -> Result<(), CatalogueError> {
    let item = &located.entry;
    let wrong = |expected: String, found: String| Err(located.wrong(item.id, expected, found));

    // Clause 6 holds level 1 and so on to clause 9; part 1 is general, 2 cloud, 3 mobile, 4 IoT.
    let start = format!("{}.{}.", item.id.level().number() + 5, item.id.part());
    if !item.clause.starts_with(&start) {
        return wrong(
            format!("a clause that starts with {start}"),
            item.clause.clone(),
        );
    }
    if item.item.len() > 1 || item.item.bytes().any(|byte| !byte.is_ascii_lowercase()) {
        return wrong(
            "item to be one small letter or empty".to_owned(),
            item.item.clone(),
        );
    }
    if item.id.part() > 1 && item.id.level().number() != 3 {
        return wrong(
            "extension items at level 3 only".to_owned(),
            item.id.to_string(),
        );
    }
    if !(1..=3).contains(&item.weight_suggested) {
        let found = item.weight_suggested.to_string();
        return wrong("weight_suggested to be 1, 2 or 3".to_owned(), found);
    }
    let distinct: HashSet<_> = item.objects.iter().collect();
    if distinct.is_empty() || distinct.len() < item.objects.len() {
        let found = format!("{:?}", item.objects);
        return wrong("one or more object types, each once".to_owned(), found);
    }
    check_text(located, item.id, "control", &item.control)?;
    check_text(located, item.id, "text", &item.text)?;
    let Some(base) = item.base else { return Ok(()) };
    let is_below = known.items.contains_key(&base)
        && base.level().number() + 1 == item.id.level().number()
        && base.domain() == item.id.domain()
        && base.part() == item.id.part();
    if !is_below {
        let expected = "base to be an item of the same class one level lower".to_owned();
        return wrong(expected, base.to_string());
    }
    Ok(())
}

fn check_case(located: &Located<HighRiskCase>, known: &Known<'_>) -> Result<(), CatalogueError> {
    let case = &located.entry;
    for id in &case.requirements {
        if !known.items.contains_key(id) {
            return Err(located.wrong(&case.case, "unit codes of the catalogue", id));
        }
        if id.level() < case.min_level {
            let expected = format!("items of level {} and above", case.min_level);
            return Err(located.wrong(&case.case, expected, id));
        }
    }
    if let Some(hazard) = case
        .hazard
        .as_deref()
        .filter(|h| !known.hazards.contains(h))
    {
        return Err(located.wrong(&case.case, "a hazard code of the catalogue", hazard));
    }
    check_text(located, &case.case, "title", &case.title)?;
    check_text(located, &case.case, "trigger", &case.trigger)?;
    check_text(located, &case.case, "mitigation", &case.mitigation)
}

fn check_hazard(located: &Located<HazardTrigger>, known: &Known<'_>) -> Result<(), CatalogueError> {
    let hazard = &located.entry;
    let unknown = hazard
        .requirements
        .iter()
        .find(|id| !known.items.contains_key(id));
    if let Some(id) = unknown {
        return Err(located.wrong(&hazard.code, "unit codes of the catalogue", id));
    }
    let unknown = hazard
        .high_risk_cases
        .iter()
        .find(|case| !known.cases.contains(case.as_str()));
    if let Some(case) = unknown {
        return Err(located.wrong(&hazard.code, "case numbers of the catalogue", case));
    }
    check_text(located, &hazard.code, "title", &hazard.title)?;
    check_text(located, &hazard.code, "ask", &hazard.ask)
}

fn check_interviews(raw: &Raw, known: &Known<'_>) -> Result<(), CatalogueError> {
    let mut seen = HashSet::new();
    for located in &raw.interviews {
        let (id, questions) = &located.entry;
        if !known.items.contains_key(id) {
            return Err(located.wrong(id, "a unit code of the catalogue", "an unknown one"));
        }
        if !seen.insert(id) {
            return Err(located.wrong(id, "each unit code once", "a second entry"));
        }
        if questions.is_empty() {
            return Err(located.wrong(id, "one question or more", "none"));
        }
        for question in questions {
            check_text(located, id, "ask", &question.ask)?;
            check_text(located, id, "look", &question.look)?;
        }
    }
    Ok(())
}

fn check_text<T>(
    located: &Located<T>,
    entry: impl ToString,
    field: &str,
    text: &Text,
) -> Result<(), CatalogueError> {
    if text.zh.trim().is_empty() || text.en.trim().is_empty() {
        let expected = format!("{field} in Chinese and English");
        return Err(located.wrong(entry, expected, "an empty text"));
    }
    Ok(())
}
