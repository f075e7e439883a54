//! Reading forms from their files, so that a mistake is named by file, place and reason.

use std::collections::{BTreeMap, BTreeSet};

use sm3::{Digest as _, Sm3};
use xinglin_core::Text;

use super::{
    Form, Forms, Party, Stage, Validity,
    condition::Condition,
    field::{FormField, FormFieldType},
    validate::{is_of, whole},
};
use crate::{
    content::{ContentError, check_text, parse},
    posts::Posts,
};

impl Forms {
    /// Reads forms from files given as (path, YAML text); the folder a file stands in is
    /// the form's area, its name the form's id. One that is wrong is left out, so that the
    /// others still work, and is among the errors.
    pub fn load(files: &[(String, String)], posts: &Posts) -> (Self, Vec<ContentError>) {
        let mut forms: BTreeMap<String, Form> = BTreeMap::new();
        let mut errors = Vec::new();
        for (file, text) in files {
            let form = match read(file, text, posts) {
                Ok(form) => form,
                Err(error) => {
                    errors.push(error);
                    continue;
                }
            };
            let same_prefix = |other: &&Form| other.numbering.prefix() == form.numbering.prefix();
            if let Some(other) = forms.values().find(same_prefix) {
                let expected = format!("a beginning that `{}` does not have too", other.id);
                errors.push(ContentError::new(file, "numbering", expected));
            } else if forms.contains_key(&form.id) {
                errors.push(ContentError::new(
                    file,
                    "id",
                    "an id that no other form has",
                ));
            } else {
                errors.extend(form.try_samples(file));
                forms.insert(form.id.clone(), form);
            }
        }
        (Self(forms), errors)
    }
}

fn read(file: &str, text: &str, posts: &Posts) -> Result<Form, ContentError> {
    let mut form: Form = parse(file, text)?;
    let mut path = file.rsplit(['/', '\\']);
    let name = path.next().unwrap_or_default();
    path.next().unwrap_or_default().clone_into(&mut form.area);
    form.digest = hex::encode(Sm3::digest(text.as_bytes()));
    if name.strip_suffix(".yaml") != Some(form.id.as_str()) || !is_word(&form.id, '-') {
        let expected = "small letters, digits and -, and the name of the file";
        return Err(ContentError::new(file, "id", expected));
    }
    Reader {
        file,
        form: &form,
        posts,
    }
    .check()?;
    Ok(form)
}

/// Whether `text` is small letters and digits, with `between` between them.
pub(crate) fn is_word(text: &str, between: char) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.ends_with(is_letter)
        && text.chars().all(|c| is_letter(c) || c == between)
}

struct Reader<'a> {
    file: &'a str,
    form: &'a Form,
    posts: &'a Posts,
}

impl Reader<'_> {
    fn check(&self) -> Result<(), ContentError> {
        let form = self.form;
        self.text("name", &form.name)?;
        self.text("purpose", &form.purpose)?;
        self.must(
            !form.filled_by.is_empty(),
            "filled_by",
            "`staff`, `public` or both",
        )?;
        self.must(
            form.retention_months > 0,
            "retention_months",
            "at least one month",
        )?;
        let mut seen = BTreeSet::new();
        for requirement in &form.requirements {
            let is_new = seen.insert(requirement.item);
            self.must(is_new, "requirements", "each item once")?;
        }
        self.check_steps()?;
        self.check_sections()?;
        self.check_validity()?;
        if let Some(closing) = &form.closing {
            self.parties("closing.by", &closing.by, Stage::Closing)?;
        }
        let has_table = form.fields().any(|(_, f)| f.kind == FormFieldType::Table);
        let may_be_rows = form.steps.is_empty() && !has_table;
        self.must(
            !form.batch || may_be_rows,
            "batch",
            "no steps and no tables, since each record is a row of a sheet",
        )
    }

    fn check_steps(&self) -> Result<(), ContentError> {
        let mut seen = BTreeSet::from(["application", "closing"]);
        for (at, step) in self.form.steps.iter().enumerate() {
            let item = format!("step `{}`", step.id);
            self.must(
                is_word(&step.id, '_'),
                &item,
                "an id of small letters and _",
            )?;
            self.must(seen.insert(&step.id), &item, "an id of its own")?;
            self.text(&item, &step.name)?;
            self.parties(&item, &step.by, Stage::Step(at))?;
            if !step.otherwise.is_empty() {
                self.parties(&item, &step.otherwise, Stage::Step(at))?;
            }
            self.must(
                !step.by.contains(&Party::Applicant) && !step.otherwise.contains(&Party::Applicant),
                &item,
                "somebody else than the applicant",
            )?;
            self.conditions(&item, &step.skip, |id| {
                let mut fields = self.form.fields();
                // Later answers must not decide whether an earlier step was needed.
                fields
                    .find(|(at, f)| f.id == id && *at == Stage::Application)
                    .map(|(_, f)| f)
            })?;
        }
        Ok(())
    }

    fn check_sections(&self) -> Result<(), ContentError> {
        let form = self.form;
        let mut seen = BTreeSet::from(["applicant"]);
        let mut before = Stage::Application;
        for section in &form.sections {
            let item = format!("section `{}`", section.title.en);
            self.text(&item, &section.title)?;
            self.must(!section.fields.is_empty(), &item, "at least one field")?;
            let Some(stage) = form.stage(&section.at) else {
                let expected = "`at` to be `application`, a step or `closing`";
                return Err(ContentError::new(self.file, item, expected));
            };
            self.must(
                stage >= before,
                &item,
                "sections in the order they are filled in",
            )?;
            before = stage;
            let has_closing = stage != Stage::Closing || form.closing.is_some();
            self.must(
                has_closing,
                &item,
                "`closing` of the form to say who closes",
            )?;
            for field in &section.fields {
                let item = format!("field `{}`", field.id);
                self.must(seen.insert(&field.id), &item, "an id of its own")?;
                self.field(&item, field, &|id| {
                    let mut fields = form.fields();
                    fields
                        .find(|(at, f)| f.id == id && *at <= stage)
                        .map(|(_, f)| f)
                })?;
                let shows_register = field.kind.is_reference()
                    || field
                        .columns
                        .iter()
                        .any(|column| column.kind.is_reference());
                self.must(
                    stage > Stage::Application || !form.is_public() || !shows_register,
                    &item,
                    "no choice from registers, which the public must not see",
                )?;
            }
        }
        let has_application = form.sections.iter().any(|s| s.at == "application");
        self.must(
            has_application,
            "sections",
            "one that the applicant fills in",
        )
    }

    fn field<'f>(
        &self,
        item: &str,
        field: &FormField,
        sibling: &dyn Fn(&str) -> Option<&'f FormField>,
    ) -> Result<(), ContentError> {
        self.must(
            is_word(&field.id, '_'),
            item,
            "an id of small letters and _",
        )?;
        self.text(item, &field.label)?;
        for text in field.help.iter().chain(&field.unit) {
            self.text(item, text)?;
        }
        self.field_options(item, field)?;
        self.field_bounds(item, field)?;
        self.conditions(item, &field.when, sibling)?;
        let asks_itself = field
            .when
            .iter()
            .any(|condition| condition.field == field.id);
        self.must(!asks_itself, item, "conditions on other fields")?;
        if let Some(other) = &field.not_before {
            let is_alike = sibling(other).is_some_and(|other| other.kind == field.kind);
            self.must(
                field.kind.is_time() && is_alike,
                item,
                "`not_before` on a date, naming another of the same type",
            )?;
        }
        if let Some(default) = &field.default {
            let is_option = |text| field.options.iter().any(|option| option.value == text);
            let is_right = match field.kind {
                FormFieldType::Choice => default.as_str().is_some_and(is_option),
                FormFieldType::Choices | FormFieldType::Table => false,
                kind => !kind.is_reference() && is_of(kind, default),
            };
            self.must(is_right, item, "a `default` that the field takes")?;
        }
        self.columns(item, field)
    }

    fn columns(&self, item: &str, field: &FormField) -> Result<(), ContentError> {
        let is_table = field.kind == FormFieldType::Table;
        self.must(
            is_table != field.columns.is_empty(),
            item,
            "`columns` on a table, and only there",
        )?;
        let mut seen = BTreeSet::new();
        for column in &field.columns {
            let item = format!("{item}, column `{}`", column.id);
            self.must(seen.insert(&column.id), &item, "an id of its own")?;
            self.must(
                column.kind != FormFieldType::Table,
                &item,
                "no table in a table",
            )?;
            let sibling = |id: &str| field.columns.iter().find(|other| other.id == id);
            self.field(&item, column, &sibling)?;
        }
        Ok(())
    }

    fn field_options(&self, item: &str, field: &FormField) -> Result<(), ContentError> {
        let is_choice = matches!(field.kind, FormFieldType::Choice | FormFieldType::Choices);
        self.must(
            is_choice != field.options.is_empty(),
            item,
            "`options` on a choice, and only there",
        )?;
        let mut seen = BTreeSet::new();
        for option in &field.options {
            let place = format!("{item}, option `{}`", option.value);
            self.must(seen.insert(&option.value), &place, "a value of its own")?;
            self.text(&place, &option.label)?;
        }
        let may_be_many = field.kind.is_reference();
        self.must(
            !field.many || may_be_many,
            item,
            "`many` on references only",
        )
    }

    fn field_bounds(&self, item: &str, field: &FormField) -> Result<(), ContentError> {
        let kind = field.kind;
        let has_range = field.minimum.is_some() || field.maximum.is_some() || field.unit.is_some();
        self.must(
            !has_range || kind.is_number(),
            item,
            "`minimum`, `maximum` and `unit` on numbers only",
        )?;
        let is_forward = match (field.minimum, field.maximum) {
            (Some(least), Some(most)) => least <= most,
            _ => true,
        };
        self.must(is_forward, item, "`minimum` not above `maximum`")?;
        let has_length = field.at_least.is_some() || field.at_most.is_some();
        self.must(
            !has_length || kind.is_text() || field.is_list(),
            item,
            "`at_least` and `at_most` on texts, tables and lists only",
        )?;
        let is_forward = field.at_least.is_none_or(|least| least <= field.most());
        self.must(is_forward, item, "`at_least` not above `at_most`")?;
        if let Some(pattern) = &field.pattern {
            self.must(kind.is_text(), item, "`pattern` on texts only")?;
            self.text(item, &pattern.words)?;
            if let Err(error) = whole(&pattern.regex) {
                let expected = format!("a regular expression: {error}");
                return Err(ContentError::new(self.file, item, expected));
            }
        }
        Ok(())
    }

    fn conditions<'f>(
        &self,
        item: &str,
        conditions: &[Condition],
        field: impl Fn(&str) -> Option<&'f FormField>,
    ) -> Result<(), ContentError> {
        for condition in conditions {
            self.must(
                condition.is_one_test(),
                item,
                "conditions with one of `is`, `is_not`, `at_least` and `filled`",
            )?;
            let Some(other) = field(&condition.field) else {
                let expected = format!(
                    "no condition on `{}`, which is no field before",
                    condition.field
                );
                return Err(ContentError::new(self.file, item, expected));
            };
            for value in condition.values() {
                let is_option = |text| other.options.iter().any(|option| option.value == text);
                let is_right = if other.options.is_empty() {
                    is_of(other.kind, value)
                } else {
                    value.as_str().is_some_and(is_option)
                };
                let expected = format!(
                    "a condition on a value that `{}` can have, not {value}",
                    other.id
                );
                self.must(is_right, item, &expected)?;
            }
            let is_number = condition.at_least.is_none() || other.kind.is_number();
            self.must(is_number, item, "`at_least` of a condition on a number")?;
        }
        Ok(())
    }

    fn check_validity(&self) -> Result<(), ContentError> {
        let Some(validity) = &self.form.validity else {
            return Ok(());
        };
        let Validity {
            from,
            until,
            months,
            max_days,
            expires,
            tell,
            ..
        } = validity;
        self.text("validity.expires", expires)?;
        self.must(!tell.is_empty(), "validity.tell", "somebody who is told")?;
        self.parties("validity.tell", tell, Stage::Closing)?;
        let has_one_end = until.is_some() != months.is_some();
        self.must(has_one_end, "validity", "either `until` or `months`")?;
        let has_bound = max_days.is_none() || (from.is_some() && until.is_some());
        self.must(
            has_bound,
            "validity.max_days",
            "fields for `from` and `until`",
        )?;
        for id in from.iter().chain(until) {
            let mut fields = self.form.fields();
            let is_time = fields.any(|(stage, field)| {
                field.id == *id && field.kind.is_time() && field.required && stage < Stage::Closing
            });
            let expected = format!("`{id}` to be a required date that is filled in before closing");
            self.must(is_time, "validity", &expected)?;
        }
        Ok(())
    }

    /// That parties exist and that the fields they name are filled in before `stage` ends.
    fn parties(&self, item: &str, parties: &[Party], stage: Stage) -> Result<(), ContentError> {
        self.must(!parties.is_empty(), item, "somebody who does it")?;
        let has = |id: &str, kinds: &[FormFieldType]| {
            let mut fields = self.form.fields();
            fields.any(|(at, field)| field.id == id && at < stage && kinds.contains(&field.kind))
        };
        for party in parties {
            let expected = match party {
                Party::Post(code) if self.posts.get(code).is_none() => {
                    format!("a post of organisation/posts.yaml, not `{code}`")
                }
                Party::HeadOf(id)
                    if id != "applicant"
                        && !has(id, &[FormFieldType::Department, FormFieldType::Person]) =>
                {
                    format!("`applicant` or a field before with a department or person, not `{id}`")
                }
                Party::Person(id) if !has(id, &[FormFieldType::Person]) => {
                    format!("a field before with a person, not `{id}`")
                }
                Party::HeadOf(id) if id == "applicant" && self.form.is_public() => {
                    "a post, since applicants may be no staff".to_owned()
                }
                _ => continue,
            };
            return Err(ContentError::new(self.file, item, expected));
        }
        Ok(())
    }

    fn text(&self, item: &str, text: &Text) -> Result<(), ContentError> {
        check_text(self.file, item, "text", text)
    }

    fn must(&self, holds: bool, item: &str, expected: &str) -> Result<(), ContentError> {
        if holds {
            return Ok(());
        }
        Err(ContentError::new(self.file, item, expected))
    }
}
