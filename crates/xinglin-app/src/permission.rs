//! What each role may do. One table, read by use cases and shown by the page.

use xinglin_core::Role;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $word:literal : $($role:ident)*;)+) => {
        /// A right to a kind of use case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Permission { $($(#[$doc])* $variant),+ }

        impl Permission {
            /// All permissions.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable word, as sent to the page.
            pub fn word(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// Whether `role` holds this permission.
            pub fn is_of(self, role: Role) -> bool {
                match self { $(Self::$variant => matches!(role, $(Role::$role)|*)),+ }
            }
        }
    };
}

// The three administrators (GB/T 22239-2019 8.1.5.1–8.1.5.3) share nothing: who creates
// accounts does not authorise them, who reads the ledger changes nothing.
permissions! {
    /// Create, disable, unlock accounts; reset passwords.
    AccountManage = "account.manage": SystemAdmin;
    /// Grant roles; by that an account becomes usable.
    AccountAuthorise = "account.authorise": SecurityAdmin;
    /// Read and verify the ledger.
    LedgerRead = "ledger.read": AuditAdmin;
    /// Change the settings of this installation.
    SettingsWrite = "settings.write": SystemAdmin;
    /// Read organisation, systems, assets.
    RecordsRead = "records.read": SecurityLead Engineer Liaison Director Assessor;
    /// Change and import them.
    RecordsWrite = "records.write": SecurityLead Engineer;
    /// Read assessments, evidence and results.
    AssessmentRead = "assessment.read": SecurityLead Engineer Liaison Director Assessor;
    /// Confirm, overrule and reopen verdicts; hazards; settings of an assessment.
    AssessmentJudge = "assessment.judge": SecurityLead;
    /// Answer the interview.
    AssessmentAnswer = "assessment.answer": SecurityLead Engineer Liaison;
    /// Run or upload an inspection.
    InspectionRun = "inspection.run": SecurityLead Engineer;
    /// Read findings.
    FindingRead = "finding.read": SecurityLead Engineer Liaison Director Assessor;
    /// Accept and reopen findings.
    FindingWrite = "finding.write": SecurityLead;
    /// Read plans and tasks.
    PlanRead = "plan.read": SecurityLead Engineer Liaison Director Assessor;
    /// Create plans, change and carry out tasks.
    PlanWrite = "plan.write": SecurityLead Engineer;
    /// Approve plans and accepted risk.
    PlanApprove = "plan.approve": Director;
    /// Download reports.
    ReportExport = "report.export": SecurityLead Engineer Director Assessor;
    /// Search logs and see who sends them. Audit records are the audit administrator's to
    /// read (8.1.5.2), and those who run the systems need them too.
    LogsRead = "logs.read": AuditAdmin SecurityLead Engineer;
    /// Take logs out as a file.
    LogsExport = "logs.export": AuditAdmin SecurityLead;
    /// Sources, tokens to send with, and imports.
    LogsManage = "logs.manage": SecurityAdmin SecurityLead;
    /// Permit that logs are kept for less than the law asks; who manages them only proposes it.
    LogsPermit = "logs.permit": AuditAdmin;
    /// Read alerts, and what rules and indicators there are.
    AlertsRead = "alerts.read": AuditAdmin SecurityLead Engineer;
    /// Answer alerts: take them on, comment, close, raise findings.
    AlertsTriage = "alerts.triage": SecurityLead Engineer;
    /// Rules, exceptions and indicators, and looking back with them.
    DetectionManage = "detection.manage": SecurityAdmin SecurityLead;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_permission_is_shared_by_two_administrators() {
        for permission in Permission::ALL {
            let holders = Role::ALL
                .into_iter()
                .filter(|role| role.is_administrator() && permission.is_of(*role))
                .count();
            assert!(holders <= 1, "{}", permission.word());
        }
    }

    #[test]
    fn administrators_hold_no_business_permission() {
        // Logs are of all systems, and so are those who look after them.
        let shared = [
            Permission::LogsRead,
            Permission::LogsExport,
            Permission::LogsManage,
            Permission::AlertsRead,
            Permission::DetectionManage,
        ];
        for permission in Permission::ALL.iter().filter(|one| !shared.contains(one)) {
            let administrator = Role::ALL
                .into_iter()
                .any(|role| role.is_administrator() && permission.is_of(role));
            let business = Role::ALL
                .into_iter()
                .any(|role| !role.is_administrator() && permission.is_of(role));
            assert!(!(administrator && business), "{}", permission.word());
        }
    }
}
