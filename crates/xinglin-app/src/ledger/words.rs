//! What is noted, and about what: the stable words of the ledger.
//!
//! A word never leaves these tables, for sealed entries keep it. Who notes a new one adds it
//! here, and the page has its words for it in both languages.

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident: $($word:literal)+;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name(&'static str);

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self($word)),+];

            /// The stable word, as noted and sent.
            pub fn word(self) -> &'static str {
                self.0
            }

            /// Whether the table has this word.
            pub(crate) fn has(word: &str) -> bool {
                Self::ALL.iter().any(|one| one.0 == word)
            }
        }
    )+};
}

words! {
    /// What was done.
    LedgerAction:
        "account.authorise" "account.change-password" "account.create" "account.disable"
        "account.enable" "account.lock" "account.reset-password" "account.set-up"
        "account.unlock"
        "agent-authority.create" "agent-token.create" "agent-token.end"
        "agent.enrol" "agent.revoke" "agent.settings"
        "assessment.close" "assessment.create" "assessment.settings"
        "alert.assign" "alert.comment" "alert.raise" "alert.triage"
        "asset.create" "asset.delete" "asset.import" "asset.update"
        "attachment.create"
        "department.create" "department.delete" "department.import" "department.update"
        "detection-countries.delete" "detection-countries.import"
        "detection-exception.create" "detection-exception.end"
        "detection-rule.create" "detection-rule.delete" "detection-rule.disable"
        "detection-rule.enable" "detection-rule.update" "detection-usual.withdraw"
        "detection.look-back"
        "discovery.accept" "discovery.start" "discovery.take"
        "drift.approve"
        "evidence.expire"
        "exception.create" "exception.end"
        "finding.accept" "finding.expire" "finding.open" "finding.plan" "finding.recur"
        "finding.reject" "finding.reopen" "finding.resolve" "finding.start" "finding.submit"
        "finding.unplan" "finding.update" "finding.verify"
        "hazard.create" "hazard.resolve"
        "host_key.accept" "host_key.forget"
        "indicator-list.create" "indicator-list.delete"
        "inspection.take"
        "integrity.approve" "integrity.baseline" "integrity.change" "integrity.scan"
        "integrity.wish"
        "interview.answer"
        "log-input.create" "log-input.delete" "log-input.update"
        "log-retention.approve" "log-retention.end" "log-retention.propose"
        "log-retention.refuse" "log-retention.set"
        "log-search.create" "log-search.delete" "log-search.schedule" "log-search.unschedule"
        "log-source.create" "log-source.silent" "log-source.update"
        "log-token.create" "log-token.end"
        "logs.expire" "logs.export" "logs.import" "logs.seal" "logs.sql"
        "organisation.set-up" "organisation.update"
        "person.create" "person.delete" "person.import" "person.update"
        "plan.approve" "plan.create" "plan.delete" "plan.number" "plan.refresh"
        "planning.update"
        "post.create" "post.delete" "post.update"
        "scan_range.create" "scan_range.end"
        "session.begin" "session.end" "session.refuse"
        "system.create" "system.delete" "system.import" "system.update"
        "task.reject" "task.start" "task.submit" "task.update" "task.verify"
        "verdict.confirm" "verdict.overrule" "verdict.propose" "verdict.reopen";
    /// What it was done to.
    SubjectKind:
        "account" "agent" "agent-authority" "agent-token" "alert" "assessment" "asset"
        "attachment" "cell" "department" "detection" "detection-exception" "detection-rule"
        "discovery" "evidence" "exception" "finding" "hazard"
        "indicator-list" "inspection" "integrity_change" "log-file" "log-input" "log-retention" "log-search"
        "log-source" "log-token" "logs" "organisation" "person" "plan" "planning" "post"
        "scan_range" "setting" "settings" "system" "task";
}
