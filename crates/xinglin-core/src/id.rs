//! Typed row ids: an asset's id cannot be passed where a person's is expected.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )+};
}

ids! {
    /// An account with which a person signs in.
    AccountId,
    /// An agent (代理) on a host.
    AgentId,
    /// A token with which one host becomes known.
    AgentTokenId,
    /// An alert (告警).
    AlertId,
    /// An assessment round (测评轮次) of one graded system.
    AssessmentId,
    /// An asset, i.e. an object of assessment (测评对象).
    AssetId,
    /// A file kept with an evidence.
    AttachmentId,
    /// A department (科室 / 部门).
    DepartmentId,
    /// An exception of detection (检测例外): what a rule shall not speak of, for a time.
    DetectionExceptionId,
    /// A discovery (资产发现): one scan against the register.
    DiscoveryId,
    /// A piece of evidence (证据).
    EvidenceId,
    /// An exception (例外): a failure of one check on one asset that is lived with for a time.
    ExceptionId,
    /// A finding (问题).
    FindingId,
    /// A major hazard (重大风险隐患) found on a graded system.
    HazardId,
    /// An indicator (威胁指标): a value that is looked for.
    IndicatorId,
    /// A list of indicators.
    IndicatorListId,
    /// One inspection run (检查) of one asset.
    InspectionId,
    /// A change of one file against its baseline.
    IntegrityChangeId,
    /// Files or a journal that are followed.
    LogInputId,
    /// A rule for how long logs are kept.
    LogRetentionId,
    /// A run of a saved search.
    LogRunId,
    /// A saved search of logs.
    LogSearchId,
    /// A source of logs.
    LogSourceId,
    /// A token with which logs are sent by HTTP.
    LogTokenId,
    /// A person of the organisation.
    PersonId,
    /// A rectification plan (整改方案).
    PlanId,
    /// A post (岗位).
    PostId,
    /// A range of addresses that the hospital allowed to be scanned.
    ScanRangeId,
    /// A graded system (定级对象).
    SystemId,
    /// A rectification task (整改任务).
    TaskId,
}
