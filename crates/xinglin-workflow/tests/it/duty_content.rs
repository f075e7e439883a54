//! The duties of the repository.

use std::collections::BTreeSet;

use xinglin_workflow::{Duties, DutyEvent, Frequency, Norms, ProofKind, Variables};

use crate::{form_content, support};

fn variables() -> Variables {
    let path = "content/policies/variables.yaml";
    Variables::load(path, &support::text(path)).unwrap()
}

fn load() -> (Duties, xinglin_workflow::Forms) {
    let (posts, forms) = form_content::load();
    let (duties, errors) = Duties::load(&support::content("duties"), &posts, &forms, &variables());
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    (duties, forms)
}

#[test]
fn every_duty_is_whole() {
    let (duties, forms) = load();
    assert!(duties.len() >= 60, "{} duties", duties.len());
    assert!(!duties.is_empty());
    let unasked: Vec<&str> = duties.unasked(&forms).collect();
    assert!(
        unasked.is_empty(),
        "no duty asks for {unasked:?} as often as the form says"
    );
    for duty in duties.iter() {
        assert!(duty.reason.zh.chars().count() >= 12, "{}", duty.id);
        assert!(!duty.remind_days_before.is_empty(), "{}", duty.id);
    }
}

/// A figure in its words would be wrong as soon as the hospital sets another.
#[test]
fn duties_whose_days_a_hospital_sets_say_no_figure() {
    let (duties, _) = load();
    let is_figure = |c: char| c.is_ascii_digit();
    let mut set = 0;
    for duty in duties.iter() {
        if duty.owed.within_variable.is_some() {
            set += 1;
            assert!(!duty.what.zh.contains(is_figure), "{}", duty.what.zh);
            assert!(!duty.what.en.contains(is_figure), "{}", duty.what.en);
            assert!(duty.owed.within_days.is_some(), "{}", duty.id);
        }
    }
    assert!(set >= 4, "{set}");
}

/// Forms, duties and policies speak of the same posts; one that nobody names is no post.
#[test]
fn every_post_is_named() {
    let (duties, forms) = load();
    let (posts, _) = form_content::load();
    let texts: String = ["forms", "policies"]
        .iter()
        .flat_map(|folder| support::content_below(folder))
        .map(|(_, text)| text)
        .collect();
    for post in posts.iter() {
        let by_form = texts.contains(&format!("post: {}}}", post.code));
        let by_policy = texts.contains(&format!("{{{{post:{}}}}}", post.code));
        let by_duty = duties.iter().any(|duty| duty.by == post.code);
        assert!(by_policy && (by_form || by_duty), "{}", post.code);
    }
    assert!(forms.len() >= 70);
}

#[test]
fn clauses_are_items_of_the_catalogue() {
    let (duties, _) = load();
    let known = support::catalogue_ids();
    let mut asked = BTreeSet::new();
    for duty in duties.iter() {
        for clause in &duty.clauses {
            assert!(known.contains(&clause.to_string()), "{}: {clause}", duty.id);
            asked.insert(*clause);
        }
    }
    assert!(
        asked.len() >= 60,
        "only {} items are asked for",
        asked.len()
    );
}

#[test]
fn every_frequency_and_most_kinds_of_proof_are_used() {
    let (duties, _) = load();
    for every in Frequency::ALL {
        assert!(
            duties.iter().any(|duty| duty.owed.every == Some(*every)),
            "{every}"
        );
    }
    for event in DutyEvent::ALL {
        assert!(
            duties.iter().any(|duty| duty.owed.after == Some(*event)),
            "{event}"
        );
    }
    for kind in ProofKind::ALL {
        let is_asked = |duty: &xinglin_workflow::Duty| {
            duty.satisfied_by.iter().any(|proof| proof.kind == *kind)
        };
        assert!(duties.iter().any(is_asked), "{kind}");
    }
}

#[test]
fn a_folder_of_content_is_read_as_a_whole() {
    let files: Vec<(String, String)> = ["organisation", "forms", "duties", "policies"]
        .iter()
        .flat_map(|folder| support::content_below(folder))
        .map(|(path, text)| (path.split("/content/").last().unwrap().to_owned(), text))
        .collect();
    let known: BTreeSet<_> = support::catalogue_ids()
        .iter()
        .map(|id| id.parse().unwrap())
        .collect();
    let (norms, errors) = Norms::load(&files, &known);
    assert_eq!(errors, []);
    assert!(norms.samples() >= 2 * norms.forms.len());
    let (_, errors) = Norms::load(&files, &BTreeSet::new());
    assert!(errors.len() > 300 && errors[0].expected.contains("catalogue"));
    let mut broken = files.clone();
    broken.retain(|(path, _)| !path.starts_with("organisation/"));
    let (norms, errors) = Norms::load(&broken, &known);
    assert!(!errors.is_empty() && norms.duties.is_empty());
}

#[test]
fn the_guides_show_what_works() {
    let guide = |name: &str| support::text(&format!("docs/guides/{name}"));
    let block = |text: &str| {
        let block = text
            .split("```yaml\n")
            .nth(1)
            .unwrap()
            .split("```")
            .next()
            .unwrap();
        block
            .lines()
            .map(|line| line.strip_prefix("   ").unwrap_or(line))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let (posts, forms) = form_content::load();
    let form = block(&guide("add-a-form.md"));
    let (loan, errors) =
        xinglin_workflow::Forms::load(&[("operation/loan.yaml".to_owned(), form)], &posts);
    assert_eq!(errors, []);
    assert_eq!(loan.get("loan").unwrap().steps.len(), 2);
    let text = guide("add-a-duty.md");
    let duty = text
        .split("```yaml\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let (duties, errors) = Duties::load(
        &[("a.yaml".to_owned(), format!("duties:\n{duty}"))],
        &posts,
        &forms,
        &variables(),
    );
    assert_eq!((duties.len(), errors), (1, vec![]));
}
