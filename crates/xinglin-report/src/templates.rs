//! The prose and the words of documents: `content/templates/{plan,gap,items,work_order}.yaml`.
//!
//! Every field of these files is a field of a struct here, so a missing or unknown
//! sentence is an error at load, as is an unknown placeholder (see [`passage`]).

use serde::{Deserialize, de::DeserializeOwned};
use xinglin_core::{Domain, Text};

use crate::error::TemplateError;

mod gap;
mod items;
mod passage;
mod plan;
mod work_order;

pub(crate) use gap::GapTexts;
pub(crate) use items::ItemTexts;
pub(crate) use passage::{Figure, Passage, Values};
pub(crate) use plan::{PlanTexts, PlanWords, Section};
pub(crate) use work_order::WorkOrderTexts;

/// The four kinds of problem of the plan's chapter 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    /// 信息系统管理不到位
    Management,
    /// 安全意识薄弱
    Awareness,
    /// 安全措施落后
    Safeguards,
    /// 安全漏洞频出
    Vulnerabilities,
}

impl ProblemKind {
    /// All kinds, in the plan's order.
    pub const ALL: [Self; 4] = [
        Self::Management,
        Self::Awareness,
        Self::Safeguards,
        Self::Vulnerabilities,
    ];
}

/// The five groups of measures of the plan's chapter 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeasureGroup {
    /// 建立信息系统管理规范
    Rules,
    /// 提升安全意识
    Awareness,
    /// 加强安全技术措施
    Safeguards,
    /// 完善安全管理机制
    Mechanism,
    /// 加强漏洞管理
    Vulnerabilities,
}

impl MeasureGroup {
    /// All groups, in the plan's order.
    pub const ALL: [Self; 5] = [
        Self::Rules,
        Self::Awareness,
        Self::Safeguards,
        Self::Mechanism,
        Self::Vulnerabilities,
    ];
}

/// The five lines of action of the plan's chapters 4 and 6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// 成立信息安全部门
    Team,
    /// 制定并落实信息系统管理规范
    Rules,
    /// 定期开展信息安全培训
    Training,
    /// 更新信息安全设备和软件
    Equipment,
    /// 建立安全事件应急预案
    Emergency,
}

impl Action {
    /// All actions, in the plan's order.
    pub const ALL: [Self; 5] = [
        Self::Team,
        Self::Rules,
        Self::Training,
        Self::Equipment,
        Self::Emergency,
    ];
}

/// Where a requirement stands in the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Kind of problem when it is not met.
    pub kind: ProblemKind,
    /// Group of the measure against it.
    pub group: MeasureGroup,
    /// Line of action the measure belongs to.
    pub action: Action,
}

/// One line of the table that sorts requirements into the plan; the first match counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceRule {
    domain: Option<Domain>,
    /// Chinese names of control points; empty means all.
    #[serde(default)]
    controls: Vec<String>,
    kind: ProblemKind,
    group: MeasureGroup,
    action: Action,
}

/// All templates, checked.
#[derive(Debug, Clone)]
pub struct Templates {
    pub(crate) plan: PlanTexts,
    pub(crate) gap: GapTexts,
    pub(crate) items: ItemTexts,
    pub(crate) work_order: WorkOrderTexts,
}

impl Templates {
    /// Reads `plan.yaml`, `gap.yaml`, `items.yaml` and `work_order.yaml` among `files`, pairs of file name
    /// (a path's last part counts) and text; other files are left alone.
    ///
    /// # Errors
    /// A file is missing, not YAML, has a missing or unknown sentence, or a sentence has
    /// an unknown placeholder.
    pub fn load(files: &[(&str, &str)]) -> Result<Self, TemplateError> {
        Ok(Self {
            plan: read(files, "plan.yaml")?,
            gap: read(files, "gap.yaml")?,
            items: read(files, "items.yaml")?,
            work_order: read(files, "work_order.yaml")?,
        })
    }

    /// Where a requirement stands in the plan, by its class and control point (Chinese name).
    pub fn place(&self, domain: Domain, control_zh: &str) -> Place {
        self.plan
            .places
            .iter()
            .find(|rule| {
                rule.domain.is_none_or(|d| d == domain)
                    && (rule.controls.is_empty() || rule.controls.iter().any(|c| c == control_zh))
            })
            .map_or(
                Place {
                    kind: ProblemKind::Safeguards,
                    group: MeasureGroup::Safeguards,
                    action: Action::Equipment,
                },
                |rule| Place {
                    kind: rule.kind,
                    group: rule.group,
                    action: rule.action,
                },
            )
    }
}

fn read<T: DeserializeOwned>(
    files: &[(&str, &str)],
    name: &'static str,
) -> Result<T, TemplateError> {
    let (_, text) = files
        .iter()
        .find(|(path, _)| path.rsplit('/').next() == Some(name))
        .ok_or(TemplateError::Missing(name))?;
    parse(name, text)
}

/// Parses one YAML file of content.
pub(crate) fn parse<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, TemplateError> {
    serde_saphyr::from_str(text).map_err(|error| TemplateError::Invalid {
        file: name.to_owned(),
        reason: error.to_string(),
    })
}

/// A list of sentences in both languages.
pub(crate) type Texts = Vec<Text>;
