//! What the views of assessments, findings and plans share.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::{assessments, core};

use crate::time::instant;

macro_rules! word_schema {
    ($($(#[$doc:meta])* $name:ident = $($variant:ident)+;)+) => {$(
        $(#[$doc])*
        #[derive(ToSchema)]
        #[schema(rename_all = "snake_case")]
        #[expect(dead_code, reason = "only its schema is used; views carry the engines' words")]
        pub(crate) enum $name { $($variant),+ }
    )+};
}

word_schema! {
    /// A verdict on one requirement for one object.
    Verdict = Compliant Partial Noncompliant NotApplicable;
    /// A verdict, or that there is none.
    CellVerdict = Compliant Partial Noncompliant NotApplicable Unanswered;
    /// Where a cell stands.
    CellState = None Proposed Confirmed Overruled Reopened;
    /// An answer of an interview.
    Answer = Yes Partly No NotApplicable;
    /// The conclusion of a result.
    Conclusion = Compliant BasicallyCompliant Noncompliant Excellent Good Fair Poor;
    /// How an item with several objects is credited (2021).
    MultiObject = TriState Mean;
    /// Whether something still changes.
    AssessmentState = Open Closed;
    /// What a person does to cells.
    VerdictAction = Confirm Overrule Reopen;
    /// What a check says.
    CheckStatus = Pass Fail NotApplicable Unknown;
    /// What sort of evidence it is.
    EvidenceKind = Inspection Interview Document Attestation;
    /// Whether evidence counts.
    EvidenceState = Current Superseded Expired;
    /// Where an inspection was made.
    InspectionSource = Local Upload Files Bundle Database Tls Ssh Agent Logs;
    /// What is known of a bundle's origin: signed with the key that was given, signed with
    /// one nobody gave, or not signed.
    Trust = Signed Unverified Unsigned;
    /// The kinds of code there are for remedies.
    FixKind = Shell Powershell Ansible Sql Lines;
    /// In what form remedies are to be had: code, or a work order.
    RemedyKind = Shell Powershell Ansible Sql Lines Docx;
    /// Who looks at an asset's files.
    IntegritySource = Local Agent None;
    /// What happened to a file.
    FileChangeKind = Added Removed Changed;
    /// What explains it: its package; nothing, although a package owns it; nothing.
    FileChangeCause = Package DespitePackage Unknown;
    /// Where a change of a file stands.
    FileChangeState = Open Approved Undone;
    /// What is at a path.
    FileKind = File Directory Link Other;
    /// How sure it is that someone changed a file.
    Certainty = Certain Likely Possible;
    /// What happened to a fact.
    FactFate = Added Removed Changed Reordered NowKnown NoLongerKnown;
    /// What a change of a judgement means.
    ResultEffect = Worse Better Lost Seen Neutral;
    /// The protocols after which TLS may begin.
    StartTls = Smtp Imap Ldap Postgresql Mysql;
    /// How a discovery came.
    DiscoverySource = Upload Run;
    /// Whether a port is open, or may be.
    PortState = Open OpenOrFiltered;
    /// What does not fit the register.
    DiscoveryProblem = UnknownHost SharedHost UnknownPort WeakProtocol;
    /// What is weak about a port.
    Weakness = Telnet Ftp Tftp RemoteShell SmbV1 PlainLdap PlainWebConsole PlainSnmp RemoteDesktop Vnc PlainRedis PlainMongodb PlainElasticsearch OldTls;
    /// What a rule of a packet filter does.
    PolicyAction = Permit Deny;
    /// Whether all, some or none of what is asked passes.
    ReachVerdict = Permitted Partly Denied Unanswered;
    /// Which zones or interfaces are meant.
    ZoneKind = Any Only AllBut;
    /// What can be wrong with a rule, or with a whole rule set.
    PolicyProblem = Shadowed Redundant Overlapping MatchesNothing AnyPermit AnyServicePermit TooWide Exposed Unused Expired Disabled NotLogged NoDefaultDeny Unbound NotAnalysed;
    /// How a source of logs is.
    LogSourceState = Sending Silent New Stopped;
    /// Whether the logs of an asset are collected.
    LogCollected = Sending Silent Missing;
    /// What a run of a search came to.
    LogRunState = Quiet Alarm Failed;
    /// Whose word the time of an event is: its own with a zone, its own without, or nobody's.
    LogTimeSource = Event EventLocal Receipt;
    /// What a field of events holds.
    LogFieldKind = Keyword Text Integer Address;
    /// What a column of SQL holds.
    LogSqlKind = Text Integer Number Flag Time Other;
    /// How writing logs goes.
    LogWriting = Writing Failing;
    /// As what events are taken out.
    LogFormat = Ndjson Csv;
    /// How grave an alert is.
    AlertSeverity = Informational Low Medium High Critical;
    /// What made an alert.
    AlertKind = Rule Correlation Baseline Indicator;
    /// Where an alert stands.
    AlertState = New Acknowledged Investigating Closed;
    /// What an alert was.
    AlertVerdict = TruePositive Benign FalsePositive;
    /// What a person can do with an alert.
    AlertAction = Acknowledge Assign Investigate Close Reopen Comment Except RaiseFinding;
    /// What happened to an alert.
    AlertMomentKind = Created Grown Acknowledged Assigned Investigating Closed Reopened Comment Exception Finding;
    /// What an alert is about.
    EntityKind = Host User Address Program Domain Hash;
    /// Who wrote a rule.
    RuleOrigin = Shipped Hospital;
    /// What an indicator is.
    IndicatorKind = Address Domain Hash Mail;
    /// In which form a list of indicators came.
    IndicatorSource = Csv Stix Misp;
    /// What a measure mainly takes.
    MeasureKind = QuickWin Configuration Management Purchase Construction;
    /// Who carries a measure out.
    MeasureOwner = Security Operations Network Development Management Logistics;
}

/// A report template, named by its year.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum Template {
    #[schema(rename = "2025")]
    Y2025,
    #[schema(rename = "2021")]
    Y2021,
    #[schema(rename = "2019")]
    Y2019,
}

/// The same sentence in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Text {
    zh: String,
    en: String,
}

impl From<core::Text> for Text {
    fn from(text: core::Text) -> Self {
        Self {
            zh: text.zh,
            en: text.en,
        }
    }
}

impl From<&core::Text> for Text {
    fn from(text: &core::Text) -> Self {
        text.clone().into()
    }
}

/// A decision's reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) reason: String,
}

/// The rate of one class.
#[derive(Serialize, ToSchema)]
pub(crate) struct DomainRate {
    #[schema(value_type = crate::words::Domain)]
    domain: core::Domain,
    applicable: u32,
    compliant: u32,
    rate: Option<f64>,
}

impl From<assessments::DomainRate> for DomainRate {
    fn from(rate: assessments::DomainRate) -> Self {
        Self {
            domain: rate.domain,
            applicable: rate.applicable,
            compliant: rate.compliant,
            rate: rate.rate,
        }
    }
}

/// A result in brief.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResultSummary {
    #[schema(value_type = Template)]
    template: assessments::Template,
    /// 符合率, a fraction (2025).
    rate: Option<f64>,
    /// Score of 100 (2021, 2019).
    score: Option<f64>,
    #[schema(value_type = Conclusion)]
    conclusion: assessments::Conclusion,
    conclusion_zh: String,
    applicable: u32,
    compliant: u32,
    partial: u32,
    /// The unanswered ones among them.
    noncompliant: u32,
    not_applicable: u32,
    unanswered: u32,
    provisional: bool,
    hazards_found: u32,
    hazards_resolved: u32,
    /// The next threshold; null at the top.
    next_at: Option<f64>,
    /// Items it takes at least.
    next_items: Option<u32>,
    /// False as soon as one suggested weight took part.
    weights_official: bool,
    /// Undecided cells that have a proposal.
    proposals: u32,
}

impl From<assessments::ResultSummary> for ResultSummary {
    fn from(result: assessments::ResultSummary) -> Self {
        Self {
            template: result.template,
            rate: result.rate,
            score: result.score,
            conclusion: result.conclusion,
            conclusion_zh: result.conclusion_zh,
            applicable: result.applicable,
            compliant: result.compliant,
            partial: result.partial,
            noncompliant: result.noncompliant,
            not_applicable: result.not_applicable,
            unanswered: result.unanswered,
            provisional: result.provisional,
            hazards_found: result.hazards_found,
            hazards_resolved: result.hazards_resolved,
            next_at: result.next_at,
            next_items: result.next_items,
            weights_official: result.weights_official,
            proposals: result.proposals,
        }
    }
}

/// An optional instant as text.
pub(crate) fn instant_opt(at: Option<Timestamp>) -> Option<String> {
    at.map(instant)
}
