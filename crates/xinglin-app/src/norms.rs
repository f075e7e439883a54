//! Norms (制度): the policies of the content, filled in for a hospital, as documents, and
//! what they answer.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use xinglin_controls::Item;
use xinglin_core::{Lang, Level, RequirementId};
use xinglin_report::{Align, Block, Cell, Document, Front, RedHead, ReportError, Table};
pub use xinglin_workflow::{
    Norms, Policy, PolicyBlock, PolicyLevel, Variable, VariableSettings, VariableType,
    VariableValue,
};
use xinglin_workflow::{PolicyAnswer, PolicyReference};

use crate::{Content, reports::file_name};

/// What a hospital sets for its documents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PolicySettings {
    /// Values of variables, by their ids; the others have their defaults.
    pub variables: VariableSettings,
    /// What the hospital calls its posts, by the codes of `organisation/posts.yaml`.
    pub posts: BTreeMap<String, String>,
}

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{field}: expected {expected}")]
pub struct SettingProblem {
    /// Which one: `variables.log_days`.
    pub field: String,
    /// What should stand there.
    pub expected: String,
}

/// As what a policy is issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyIssue {
    /// The issue number; `{number}` in it stands for the number of the policy. Where none is
    /// given the document is a draft.
    pub number: Option<String>,
    /// The day of issue; a draft has none.
    pub on: Option<Date>,
    /// The day on which the file is made.
    pub made_on: Date,
}

/// What answers an item and what proves that it lives.
#[derive(Debug, Clone)]
pub struct NormCoverage<'a> {
    /// The item.
    pub item: RequirementId,
    /// Its clause, such as `8.1.7.3 a`.
    pub cited: String,
    /// The policies that answer it, and where.
    pub answers: Vec<PolicyAnswer<'a>>,
    /// The forms whose records speak for it.
    pub forms: Vec<&'a str>,
    /// The duties that ask for it.
    pub duties: Vec<&'a str>,
}

impl PolicySettings {
    /// Reads settings from their YAML text.
    ///
    /// # Errors
    /// [`SettingProblem`] with the line, for an unknown field or a value of another kind.
    pub fn read(text: &str) -> Result<Self, SettingProblem> {
        serde_saphyr::from_str(text).map_err(|error| {
            let line = error.location().map_or(0, |location| location.line());
            SettingProblem {
                field: format!("line {line}"),
                expected: error.without_snippet().to_string(),
            }
        })
    }

    /// Sets one variable from `NAME=VALUE`.
    ///
    /// # Errors
    /// [`SettingProblem`] without `=`, and for a whole number that is none.
    pub fn set(&mut self, pair: &str, norms: &Norms) -> Result<(), SettingProblem> {
        let problem = |expected: &str| SettingProblem {
            field: pair.to_owned(),
            expected: expected.to_owned(),
        };
        let (name, value) = pair.split_once('=').ok_or(problem("NAME=VALUE"))?;
        let kind = norms.variables.get(name).map(|variable| variable.kind);
        let value = if kind == Some(VariableType::Integer) {
            let number = value.parse();
            VariableValue::Integer(number.map_err(|_| problem("a whole number"))?)
        } else {
            VariableValue::Text(value.to_owned())
        };
        self.variables.insert(name.to_owned(), value);
        Ok(())
    }

    /// What of it cannot be used.
    pub fn problems(&self, norms: &Norms) -> Vec<SettingProblem> {
        let variables = self.variables.iter().filter_map(|(name, value)| {
            let expected = match norms.variables.get(name) {
                None => "a variable of policies/variables.yaml".to_owned(),
                Some(variable) => variable.refuses(value)?,
            };
            let field = format!("variables.{name}");
            Some(SettingProblem { field, expected })
        });
        let posts = self.posts.iter().filter_map(|(code, name)| {
            let expected = match norms.posts.get(code) {
                None => "a post of organisation/posts.yaml",
                Some(_) if name.trim().is_empty() => "a name",
                Some(_) => return None,
            };
            Some(SettingProblem {
                field: format!("posts.{code}"),
                expected: expected.to_owned(),
            })
        });
        variables.chain(posts).collect()
    }

    /// What stands in a document for what its text speaks of.
    fn name(&self, reference: PolicyReference<'_>, norms: &Norms) -> Option<String> {
        let titled = |name: &str| format!("《{name}》");
        match reference {
            PolicyReference::Variable(id) => norms.variables.value(id, &self.variables),
            PolicyReference::Post(code) => {
                let own = self.posts.get(code).cloned();
                own.or_else(|| Some(norms.posts.get(code)?.name.zh.clone()))
            }
            PolicyReference::Form(id) => Some(titled(&norms.forms.get(id)?.name.zh)),
            PolicyReference::Policy(id) => Some(titled(&norms.policies.get(id)?.head.name.zh)),
            PolicyReference::Place(_) => None,
        }
    }
}

/// The text of a policy with the hospital's settings in it.
pub fn filled_policy(
    policy: &Policy,
    settings: &PolicySettings,
    norms: &Norms,
) -> Vec<PolicyBlock> {
    let name = |reference: PolicyReference<'_>| settings.name(reference, norms);
    policy.text.filled(name)
}

/// A policy as a Word file with a red head, and what to call the file.
///
/// # Errors
/// Only when the package cannot be assembled, which no content should cause.
pub fn policy_docx(
    policy: &Policy,
    settings: &PolicySettings,
    issue: &PolicyIssue,
    norms: &Norms,
) -> Result<(String, Vec<u8>), ReportError> {
    let name = &policy.head.name.zh;
    let organisation = settings.name(PolicyReference::Variable("hospital"), norms);
    let organisation = organisation.unwrap_or_default();
    let signed = match issue.on {
        Some(day) => vec![organisation.clone(), long_date(day)],
        None => Vec::new(),
    };
    let of_policy = policy.head.number.to_string();
    let number = issue.number.as_ref();
    let head = RedHead {
        number: number.map_or("（征求意见稿）".to_owned(), |number| {
            number.replace("{number}", &of_policy)
        }),
        title: title(&organisation, name),
        signed,
        date: issue.made_on,
        organisation,
    };
    let blocks = filled_policy(policy, settings, norms);
    let document = Document {
        lang: Lang::Zh,
        front: Front::RedHead(head),
        header: name.clone(),
        footer: ["— ".to_owned(), String::new(), " —".to_owned()],
        blocks: blocks.into_iter().map(block).collect(),
    };
    let file = file_name(
        &[Some(&format!("{:02}", policy.head.number)), Some(name)],
        "docx",
    );
    Ok((file, xinglin_report::render(&document)?))
}

/// The title of an official document breaks before its subject where it is long.
fn title(organisation: &str, name: &str) -> String {
    let between = if organisation.chars().count() + name.chars().count() > 20 {
        "\n"
    } else {
        ""
    };
    format!("{organisation}{between}{name}")
}

fn long_date(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

fn block(block: PolicyBlock) -> Block {
    match block {
        PolicyBlock::Chapter { label, title } => Block::Heading {
            level: 1,
            text: match label {
                Some(label) => format!("{label}　{title}"),
                None => title,
            },
        },
        PolicyBlock::Paragraph { depth, label, text } => Block::Clause {
            label: label.unwrap_or_default(),
            text,
            is_part: depth > 0,
        },
        PolicyBlock::Code { text, .. } => Block::Code(text),
        PolicyBlock::Table { rows } => Block::Table(table(rows)),
    }
}

/// Columns as wide as their longest text asks for, within reason.
fn table(rows: Vec<Vec<String>>) -> Table {
    let mut rows = rows.into_iter();
    let head = rows.next().unwrap_or_default();
    let rows: Vec<Vec<String>> = rows.collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let longest = cells.map(|cell| cell.chars().count()).max().unwrap_or(0);
        u32::try_from(longest).unwrap_or(u32::MAX).clamp(5, 28)
    };
    let columns: Vec<(&str, u32, Align)> = head
        .iter()
        .enumerate()
        .map(|(column, header)| (header.as_str(), width(column), Align::Start))
        .collect();
    let mut table = Table::new("", &columns);
    for row in rows {
        table.row(row.into_iter().map(Cell::Text).collect());
    }
    table
}

/// What answers and proves each management item of level three (GB/T 22239-2019 8.1.6 to
/// 8.1.10), in the order of the standard.
pub fn norm_coverage(content: &Content) -> Vec<NormCoverage<'_>> {
    let norms = content.norms();
    let items = content.catalogue().items().iter();
    let is_asked = |item: &&Item| {
        let is_general = item.extension().is_none();
        item.id.level() == Level::THREE && is_general && !item.id.domain().is_technical()
    };
    let asked = items.filter(is_asked);
    asked
        .map(|item| NormCoverage {
            item: item.id,
            cited: item.cited(),
            answers: norms.policies.answers(item.id),
            forms: norms
                .forms
                .iter()
                .filter(|form| form.requirements.iter().any(|one| one.item == item.id))
                .map(|form| form.id.as_str())
                .collect(),
            duties: norms
                .duties
                .iter()
                .filter(|duty| duty.clauses.contains(&item.id))
                .map(|duty| duty.id.as_str())
                .collect(),
        })
        .collect()
}
