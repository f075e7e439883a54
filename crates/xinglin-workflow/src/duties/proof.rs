//! What shows that a duty was met: evidence of the kinds that this program makes.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    duties::Duty,
    forms::{
        RecordValues,
        condition::{Condition, all_hold},
    },
    words::words,
};

words! {
    /// A kind of evidence that can satisfy a duty.
    ProofKind {
        /// A valid or closed record of a form; `of` names the form.
        Record = "record", "表单记录", "Record of a form";
        /// A policy was reviewed; `of` names one, else any.
        PolicyReview = "policy_review", "制度评审", "Review of a policy";
        /// Machines were inspected; `of` names a family of checks, else any.
        Inspection = "inspection", "技术核查", "Inspection";
        /// A discovery compared the network with the register.
        Discovery = "discovery", "资产发现", "Discovery";
        /// A scheduled search of logs ran; `of` names one, else any.
        LogSearch = "log_search", "日志定时检索", "Scheduled search of logs";
        /// Alerts were answered, none of the grave left open.
        AlertReview = "alert_review", "告警处置", "Alerts answered";
        /// The ledger was verified.
        LedgerVerification = "ledger_verification", "账本校验", "Verification of the ledger";
        /// An assessment round was closed.
        Assessment = "assessment", "等级测评", "Assessment";
        /// A risk assessment was approved.
        RiskAssessment = "risk_assessment", "风险评估", "Risk assessment";
        /// A vulnerability scan was taken in.
        VulnerabilityScan = "vulnerability_scan", "漏洞扫描", "Vulnerability scan";
        /// A campaign of access rights was finished; `of` is `accounts` or `network`.
        RightsReview = "rights_review", "权限复核", "Review of access rights";
        /// Results of backup jobs were taken in without an open failure.
        BackupJob = "backup_job", "备份任务结果", "Backup jobs";
        /// A training was held; `of` names an audience, else any.
        Training = "training", "安全培训", "Training";
        /// An exam was finished; `of` names an audience, else any.
        Exam = "exam", "考试考核", "Exam";
        /// A phishing exercise was finished.
        PhishingExercise = "phishing_exercise", "钓鱼演练", "Phishing exercise";
        /// A drill was evaluated; `of` names a scenario, else any.
        Drill = "drill", "应急演练", "Drill";
    }
}

impl ProofKind {
    /// Whether `of` means something.
    pub(crate) fn takes_of(self) -> bool {
        matches!(
            self,
            Self::Record
                | Self::PolicyReview
                | Self::Inspection
                | Self::LogSearch
                | Self::RightsReview
                | Self::Training
                | Self::Exam
                | Self::Drill
        )
    }
}

/// One way to satisfy a duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// The kind of evidence.
    pub kind: ProofKind,
    /// Of what; needed for a record.
    pub of: Option<String>,
    /// What a record must say.
    #[serde(default)]
    pub when: Vec<Condition>,
}

/// Something that happened and may satisfy duties.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DutyEvidence {
    /// By what it is found again.
    pub id: String,
    /// What it is.
    pub kind: ProofKind,
    /// Of what: the form, policy, family …
    pub of: Option<String>,
    /// What a record says.
    pub values: RecordValues,
    /// The systems, rooms or events it is about. Empty for all.
    pub about: Vec<String>,
    /// The day it counts for.
    pub on: Date,
}

impl Proof {
    /// Whether `evidence` is what this asks for, whenever it was.
    pub fn accepts(&self, evidence: &DutyEvidence) -> bool {
        let is_kind = self.kind == evidence.kind;
        let is_of = self.of.is_none() || self.of == evidence.of;
        is_kind && is_of && all_hold(&self.when, &evidence.values)
    }
}

impl Duty {
    /// Whether `evidence` can satisfy the duty for `subject` (a system or room; `None` for
    /// the hospital), whenever it was.
    pub fn accepts(&self, evidence: &DutyEvidence, subject: Option<&str>) -> bool {
        let is_about = subject.is_none_or(|subject| {
            evidence.about.is_empty() || evidence.about.iter().any(|about| about == subject)
        });
        is_about
            && self
                .satisfied_by
                .iter()
                .any(|proof| proof.accepts(evidence))
    }
}
