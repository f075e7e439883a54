//! Packet filters of inspected devices: their rules and what is wrong with them, who reaches
//! what by which rule, and what a change of rules changes.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;
use xinglin_core::InspectionId;
pub use xinglin_inspect::network::model::PolicyKind;
pub use xinglin_inspect::policy::{
    Action, AddressRange, Answer, Comparison, Decision, Difference, ExposedGroup, Packet, Packets,
    Part, PolicyFinding, Problem, Rule, RuleReference, RuleSet, Service, Verdict, Zones,
};
use xinglin_inspect::{
    network::{model::Policy, policies_of},
    policy::{Question, addresses, analyse, compare, on_the_way, reach, services, who_can_reach},
};
use xinglin_store::inspections::{self, Side};

use crate::{
    Actor, App, AppError, Code,
    inspections::{InspectionRow, read},
    tasks::blocking,
};

/// A rule set with what is wrong with it.
#[derive(Debug, Clone)]
pub struct ExaminedSet {
    /// What it is.
    pub kind: PolicyKind,
    /// Its rules.
    pub rule_set: RuleSet,
    /// What is wrong.
    pub findings: Vec<PolicyFinding>,
    /// What its rules name and nobody can resolve to addresses or ports.
    pub unresolved: Vec<String>,
    /// Rules that users or applications narrow: they let less through than it seems.
    pub narrowed: Vec<String>,
}

/// A question to a device, in words.
#[derive(Debug, Clone, Default)]
pub struct ReachForm {
    /// Source addresses: `any`, an address, a network, a range, or several.
    pub from: String,
    /// Destination addresses.
    pub to: String,
    /// Services: `any`, `tcp/1521`, `icmp` …, or several.
    pub service: String,
    /// The zone or interface that the packets come from.
    pub from_zone: Option<String>,
    /// The zone or interface that they go to.
    pub to_zone: Option<String>,
    /// The one rule set that is asked.
    pub policy: Option<String>,
}

/// An answer, with the rule sets that gave it.
#[derive(Debug, Clone)]
pub struct ReachAnswer {
    /// The names of the rule sets, in the order in which a packet passes them.
    pub policies: Vec<String>,
    /// What they say.
    pub answer: Answer,
}

/// Two versions of a device's rule sets, compared.
#[derive(Debug, Clone)]
pub struct PolicyComparison {
    /// The earlier inspection.
    pub before: InspectionRow,
    /// The later one.
    pub after: InspectionRow,
    /// Rule sets that are new.
    pub added: Vec<String>,
    /// Rule sets that are gone.
    pub removed: Vec<String>,
    /// Rule sets that both have, with what they treat otherwise.
    pub sets: Vec<(String, Comparison)>,
}

impl App {
    /// The rule sets of an inspected device, each with what is wrong with it. None where the
    /// inspection is of something that has none.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn list_policies(
        &self,
        actor: &Actor,
        id: InspectionId,
    ) -> Result<Vec<ExaminedSet>, AppError> {
        let (_, document) = self.inspection_document(actor, id).await?;
        let today = self.today();
        blocking(move || {
            let known = known(&document.facts)?;
            let examined = known.into_iter().map(|known| ExaminedSet {
                findings: analyse(&known.rule_set, today),
                kind: known.kind,
                rule_set: known.rule_set,
                unresolved: known.unresolved,
                narrowed: known.narrowed,
            });
            Ok(examined.collect())
        })
        .await?
    }

    /// Whether packets pass an inspected device, and by which rules.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::InvalidInput`] for what is no address or service, and when
    /// it cannot be told which rule sets are on the way.
    pub async fn reach(
        &self,
        actor: &Actor,
        id: InspectionId,
        form: ReachForm,
    ) -> Result<ReachAnswer, AppError> {
        let (_, document) = self.inspection_document(actor, id).await?;
        let today = self.today();
        blocking(move || ask(&document.facts, &form, today)).await?
    }

    /// From where a service is reached through an inspected device: the parts that pass.
    ///
    /// # Errors
    /// As [`App::reach`].
    pub async fn who_can_reach(
        &self,
        actor: &Actor,
        id: InspectionId,
        form: ReachForm,
    ) -> Result<ReachAnswer, AppError> {
        let (_, document) = self.inspection_document(actor, id).await?;
        let today = self.today();
        blocking(move || ask_who(&document.facts, &form, today)).await?
    }

    /// What a change of rules changed, from an earlier inspection of the same device, the one
    /// before unless another is named, to this one.
    ///
    /// # Errors
    /// [`Code::NotFound`], also without an earlier one; [`Code::InvalidInput`] for one of
    /// another asset.
    pub async fn compare_policies(
        &self,
        actor: &Actor,
        id: InspectionId,
        with: Option<InspectionId>,
    ) -> Result<PolicyComparison, AppError> {
        let (after, after_document) = self.inspection_document(actor, id).await?;
        let (before, before_document) = if let Some(with) = with {
            self.compared(actor, &after, with).await?
        } else {
            let db = self.store().db();
            let found = inspections::neighbour(db, &after.inspection, Side::Before).await?;
            let (inspection, document) = found.ok_or(AppError::new(Code::NotFound))?;
            (self.named_inspection(inspection).await?, read(&document)?)
        };
        let today = self.today();
        blocking(move || {
            let old = known(&before_document.facts)?;
            let new = known(&after_document.facts)?;
            let names = |sets: &[Policy]| -> BTreeSet<String> {
                sets.iter().map(|set| set.rule_set.name.clone()).collect()
            };
            let (had, has) = (names(&old), names(&new));
            let in_both = new.iter().filter_map(|new| {
                let name = &new.rule_set.name;
                let old = old.iter().find(|old| old.rule_set.name == *name)?;
                Some((name.clone(), compare(&old.rule_set, &new.rule_set, today)))
            });
            Ok(PolicyComparison {
                before,
                after,
                added: has.difference(&had).cloned().collect(),
                removed: had.difference(&has).cloned().collect(),
                sets: in_both.collect(),
            })
        })
        .await?
    }
}

fn known(facts: &Value) -> Result<Vec<Policy>, AppError> {
    policies_of(facts).map_err(AppError::internal)
}

fn ask(facts: &Value, form: &ReachForm, today: Date) -> Result<ReachAnswer, AppError> {
    let question = Question {
        from: form.from_zone.iter().cloned().collect(),
        to: form.to_zone.iter().cloned().collect(),
        sources: addresses(&form.from).map_err(|error| wrong("from", &form.from, &error))?,
        destinations: addresses(&form.to).map_err(|error| wrong("to", &form.to, &error))?,
        services: services(&form.service)
            .map_err(|error| wrong("service", &form.service, &error))?,
    };
    let sets = rule_sets(facts)?;
    let asked = asked(&sets, form)?;
    Ok(ReachAnswer {
        answer: reach(&asked, &question, today),
        policies: asked.iter().map(|set| set.name.clone()).collect(),
    })
}

fn ask_who(facts: &Value, form: &ReachForm, today: Date) -> Result<ReachAnswer, AppError> {
    let to = addresses(&form.to).map_err(|error| wrong("to", &form.to, &error))?;
    let service =
        services(&form.service).map_err(|error| wrong("service", &form.service, &error))?;
    let sets = rule_sets(facts)?;
    let asked = asked(&sets, form)?;
    Ok(ReachAnswer {
        answer: who_can_reach(&asked, &to, &service, today),
        policies: asked.iter().map(|set| set.name.clone()).collect(),
    })
}

fn rule_sets(facts: &Value) -> Result<Vec<RuleSet>, AppError> {
    let known = known(facts)?;
    Ok(known.into_iter().map(|known| known.rule_set).collect())
}

/// The rule sets that a question is for: the one it names, those between its zones, the one
/// for all traffic, or the only one.
fn asked<'a>(sets: &'a [RuleSet], form: &ReachForm) -> Result<Vec<&'a RuleSet>, AppError> {
    let names = || {
        let names: Vec<&str> = sets.iter().map(|set| set.name.as_str()).collect();
        format!("one of: {}", names.join(", "))
    };
    if let Some(name) = &form.policy {
        let named: Vec<&RuleSet> = sets.iter().filter(|set| set.name == *name).collect();
        if named.is_empty() {
            return Err(AppError::new(Code::InvalidInput).field("policy", name, names()));
        }
        return Ok(named);
    }
    let from = form.from_zone.as_deref();
    let to = form.to_zone.as_deref();
    let between = on_the_way(sets, from.unwrap_or_default(), to.unwrap_or_default());
    if !between.is_empty() {
        return Ok(between);
    }
    if from.is_none() && to.is_none() && sets.len() == 1 {
        return Ok(sets.iter().collect());
    }
    let expected = if sets.is_empty() {
        "an inspection of a device with rule sets".to_owned()
    } else {
        format!(
            "zones or interfaces that a rule set is bound to, or {}",
            names()
        )
    };
    Err(AppError::new(Code::InvalidInput).field("policy", "", expected))
}

fn wrong(field: &str, found: &str, error: &impl ToString) -> AppError {
    AppError::new(Code::InvalidInput).field(field, found, error.to_string())
}
