//! Roles of accounts.

/// What an account may do. The first three are the separated administrators of
/// GB/T 22239-2019 8.1.5.1–8.1.5.3 (三员); nobody may hold two of them.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 系统管理员: accounts, settings, running of this program.
    SystemAdmin,
    /// 安全管理员: grants roles, security policy.
    SecurityAdmin,
    /// 审计管理员: reads the ledger.
    AuditAdmin,
    /// 信息安全主管: everything of the rectification: systems, verdicts, plan.
    SecurityLead,
    /// 工程师 (系统运维 / 网络安全): assets, inspection, proposals, own tasks.
    Engineer,
    /// 科室联络员: reads, answers interviews, own tasks.
    Liaison,
    /// 院领导: reads results and plans, approves.
    Director,
    /// 测评人员: reads evidence and verdicts.
    Assessor,
}

impl Role {
    /// All roles, administrators first.
    pub const ALL: [Self; 8] = [
        Self::SystemAdmin,
        Self::SecurityAdmin,
        Self::AuditAdmin,
        Self::SecurityLead,
        Self::Engineer,
        Self::Liaison,
        Self::Director,
        Self::Assessor,
    ];

    /// Whether this is one of the three separated administrators (三员).
    pub fn is_administrator(self) -> bool {
        matches!(
            self,
            Self::SystemAdmin | Self::SecurityAdmin | Self::AuditAdmin
        )
    }

    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::SystemAdmin => "system_admin",
            Self::SecurityAdmin => "security_admin",
            Self::AuditAdmin => "audit_admin",
            Self::SecurityLead => "security_lead",
            Self::Engineer => "engineer",
            Self::Liaison => "liaison",
            Self::Director => "director",
            Self::Assessor => "assessor",
        }
    }

    /// The role of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }
}
