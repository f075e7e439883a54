//! The forms of the repository.

use std::collections::BTreeSet;

use xinglin_core::{Lang, PersonId};
use xinglin_workflow::{
    FormFieldType, Forms, Party, Posts, Record, RecordActor, RecordState, RecordValues, Stage,
    StepDecision, StepPeople,
};

use crate::support;

/// Posts, forms and what is wrong with them, as the repository has them.
pub(crate) fn load() -> (Posts, Forms) {
    let (name, text) = support::content("organisation").remove(0);
    let posts = Posts::load(&name, &text).unwrap();
    let (forms, errors) = Forms::load(&support::content_below("forms"), &posts);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    (posts, forms)
}

#[test]
fn every_form_is_whole_and_its_samples_hold() {
    let (_, forms) = load();
    assert!(forms.len() >= 60, "{} forms", forms.len());
    assert_eq!(forms.len(), support::content_below("forms").len());
    for form in forms.iter() {
        let fields = form.fields().count();
        assert!(
            fields >= 6,
            "{}: {fields} fields are too few to be of use",
            form.id
        );
        assert!(form.retention_months >= 6, "{}", form.id);
        assert_eq!(form.digest.len(), 64);
    }
}

#[test]
fn requirements_are_items_of_the_catalogue() {
    let (_, forms) = load();
    let known = support::catalogue_ids();
    let mut asked = BTreeSet::new();
    for form in forms.iter() {
        assert!(!form.requirements.is_empty(), "{}", form.id);
        for requirement in &form.requirements {
            let id = requirement.item.to_string();
            assert!(known.contains(&id), "{}: {id}", form.id);
            asked.insert(id);
        }
    }
    // The items of the standard that ask for approvals, records and registers by name.
    for item in [
        "L3-ORS1-07",
        "L3-ORS1-08",
        "L3-ORS1-11",
        "L3-ORS1-14",
        "L3-HRS1-03",
        "L3-HRS1-04",
        "L3-HRS1-09",
        "L3-HRS1-10",
        "L3-HRS1-11",
        "L3-MMS1-08",
        "L3-MMS1-11",
        "L3-MMS1-12",
        "L3-MMS1-16",
        "L3-MMS1-19",
        "L3-MMS1-21",
        "L3-MMS1-22",
        "L3-MMS1-23",
        "L3-MMS1-32",
        "L3-MMS1-39",
        "L3-MMS1-43",
        "L3-MMS1-44",
        "L3-CMS1-24",
        "L3-CMS1-26",
        "L3-CMS1-34",
    ] {
        assert!(asked.contains(item), "no form speaks for {item}");
    }
}

#[test]
fn every_type_of_field_and_every_kind_of_party_is_used() {
    let (_, forms) = load();
    for kind in FormFieldType::ALL {
        let is_used = forms
            .iter()
            .any(|form| form.fields().any(|(_, field)| field.kind == *kind));
        assert!(is_used, "{kind}");
    }
    let mut parties = forms
        .iter()
        .flat_map(|form| &form.steps)
        .flat_map(|step| &step.by);
    assert!(parties.any(|party| matches!(party, Party::HeadOf(of) if of != "applicant")));
    assert!(forms.iter().any(xinglin_workflow::Form::is_public));
    assert!(forms.iter().any(|form| form.batch));
}

#[test]
fn texts_are_in_their_language() {
    let (_, forms) = load();
    let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    for form in forms.iter() {
        for (_, field) in form.fields() {
            let place = format!("{}.{}", form.id, field.id);
            assert!(
                !field.label.en.contains(is_han),
                "{place}: {}",
                field.label.en
            );
            for option in &field.options {
                assert!(
                    !option.label.en.contains(is_han),
                    "{place}: {}",
                    option.label.en
                );
            }
        }
        assert!(
            form.name.zh.contains(is_han) && !form.name.en.contains(is_han),
            "{}",
            form.id
        );
        assert!(form.purpose.zh.chars().count() >= 15, "{}", form.id);
    }
}

#[test]
fn schemas_take_the_valid_samples_and_refuse_what_they_can_say() {
    let (_, forms) = load();
    for form in forms.iter() {
        let schema = form
            .schema(Stage::Application, &form.samples.valid, Lang::Zh)
            .schema;
        let schema = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .unwrap();
        let stage_of = |id: &str| {
            let mut fields = form.fields();
            fields
                .find(|(_, field)| field.id == id)
                .map(|(stage, _)| stage)
        };
        let mut valid = form.samples.valid.clone();
        valid.retain(|id, _| stage_of(id) == Some(Stage::Application));
        assert!(
            form.validate(&valid, Stage::Application).is_empty(),
            "{}",
            form.id
        );
        let instance = serde_json::Value::Object(valid.clone());
        let errors: Vec<String> = schema
            .iter_errors(&instance)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{}: {}", form.id, errors.join("; "));
        for sample in &form.samples.invalid {
            let field = sample.field.split(['[', '.']).next().unwrap();
            let can_say = !matches!(
                sample.reason.word(),
                "order" | "duration" | "hidden" | "later"
            );
            if stage_of(field) != Some(Stage::Application) || !can_say {
                continue;
            }
            let mut wrong = valid.clone();
            wrong.retain(|id, _| !sample.without.contains(id));
            wrong.extend(sample.set.clone());
            let wrong = serde_json::Value::Object(wrong);
            assert!(
                !schema.is_valid(&wrong),
                "{}: {} {}",
                form.id,
                sample.field,
                sample.reason
            );
        }
    }
}

#[test]
fn every_form_can_be_lived_through_from_draft_to_its_end() {
    let (_, forms) = load();
    let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
    let now = "2026-01-05T09:00:00+08:00".parse().unwrap();
    for form in forms.iter() {
        let of = |stage: Stage| -> RecordValues {
            let asked = form.fields().filter(|(at, _)| *at == stage);
            let sample = &form.samples.valid;
            asked
                .filter_map(|(_, field)| Some((field.id.clone(), sample.get(&field.id)?.clone())))
                .collect()
        };
        let applicant = if form.is_public() {
            RecordActor::Public
        } else {
            RecordActor::Person(PersonId(1))
        };
        let mut record = Record::draft(form, applicant, of(Stage::Application), now);
        record.submit(form, applicant, now, &zone).unwrap();
        for (at, step) in form.steps.iter().enumerate() {
            if record.step.as_ref() != Some(&step.id) {
                assert!(
                    form.is_skipped(at, &record.values),
                    "{}: {}",
                    form.id,
                    step.id
                );
                continue;
            }
            let by = PersonId(10 + i64::try_from(at).unwrap());
            let people = StepPeople {
                by: vec![by],
                ..StepPeople::default()
            };
            let decision = StepDecision {
                by,
                people: &people,
                at: now,
                reason: "",
            };
            let done = record.approve(form, &decision, &of(Stage::Step(at)), &zone);
            assert!(done.is_ok(), "{}: {}: {done:?}", form.id, step.id);
        }
        while record
            .advance("2100-01-01T00:00:00Z".parse().unwrap())
            .is_some()
        {}
        let has_end = form.validity.is_some();
        let expected = if has_end {
            RecordState::Expired
        } else {
            RecordState::Valid
        };
        assert_eq!(record.state, expected, "{}", form.id);
        if form.has_closing() {
            let by = PersonId(1);
            let done = record.close(form, by, &[by], &of(Stage::Closing), now);
            assert!(done.is_ok(), "{}: {done:?}", form.id);
            assert_eq!(record.state, RecordState::Closed);
        }
    }
}
