//! What is audited: `auditpol` by the identifiers of subcategories, which no language changes.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Origin, gathered::Gathered};

/// What is audited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// By subcategory, such as `process_creation`; `null` when not known.
    pub subcategories: Option<BTreeMap<&'static str, Audited>>,
    /// `auditpol` or, where no subcategories hold, `secedit`.
    pub from: Option<&'static str>,
}

/// What is audited of one subcategory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// Whether success is.
    pub success: bool,
    /// Whether failure is.
    pub failure: bool,
    /// Where it stands.
    pub source: Origin,
}

/// The last part of each identifier `0CCE92xx-69AE-11D9-BED3-505054503030`, the name, and the
/// key of its category in `[Event Audit]`.
const SUBCATEGORIES: [(u8, &str, &str); 58] = [
    (0x10, "security_state_change", "auditsystemevents"),
    (0x11, "security_system_extension", "auditsystemevents"),
    (0x12, "system_integrity", "auditsystemevents"),
    (0x13, "ipsec_driver", "auditsystemevents"),
    (0x14, "other_system_events", "auditsystemevents"),
    (0x15, "logon", "auditlogonevents"),
    (0x16, "logoff", "auditlogonevents"),
    (0x17, "account_lockout", "auditlogonevents"),
    (0x18, "ipsec_main_mode", "auditlogonevents"),
    (0x19, "ipsec_quick_mode", "auditlogonevents"),
    (0x1A, "ipsec_extended_mode", "auditlogonevents"),
    (0x1B, "special_logon", "auditlogonevents"),
    (0x1C, "other_logon_events", "auditlogonevents"),
    (0x43, "network_policy_server", "auditlogonevents"),
    (0x47, "claims", "auditlogonevents"),
    (0x49, "group_membership", "auditlogonevents"),
    (0x1D, "file_system", "auditobjectaccess"),
    (0x1E, "registry", "auditobjectaccess"),
    (0x1F, "kernel_object", "auditobjectaccess"),
    (0x20, "sam", "auditobjectaccess"),
    (0x21, "certification_services", "auditobjectaccess"),
    (0x22, "application_generated", "auditobjectaccess"),
    (0x23, "handle_manipulation", "auditobjectaccess"),
    (0x24, "file_share", "auditobjectaccess"),
    (0x25, "packet_drop", "auditobjectaccess"),
    (0x26, "packet_connection", "auditobjectaccess"),
    (0x27, "other_object_access", "auditobjectaccess"),
    (0x44, "detailed_file_share", "auditobjectaccess"),
    (0x45, "removable_storage", "auditobjectaccess"),
    (0x46, "central_policy_staging", "auditobjectaccess"),
    (0x28, "sensitive_privilege_use", "auditprivilegeuse"),
    (0x29, "other_privilege_use", "auditprivilegeuse"),
    (0x2B, "process_creation", "auditprocesstracking"),
    (0x2C, "process_termination", "auditprocesstracking"),
    (0x2D, "dpapi_activity", "auditprocesstracking"),
    (0x2E, "rpc_events", "auditprocesstracking"),
    (0x48, "plug_and_play", "auditprocesstracking"),
    (0x4A, "token_right_adjusted", "auditprocesstracking"),
    (0x2F, "audit_policy_change", "auditpolicychange"),
    (0x30, "authentication_policy_change", "auditpolicychange"),
    (0x31, "authorization_policy_change", "auditpolicychange"),
    (0x32, "firewall_rule_change", "auditpolicychange"),
    (0x33, "filtering_policy_change", "auditpolicychange"),
    (0x34, "other_policy_change", "auditpolicychange"),
    (0x35, "user_account_management", "auditaccountmanage"),
    (0x36, "computer_account_management", "auditaccountmanage"),
    (0x37, "security_group_management", "auditaccountmanage"),
    (0x38, "distribution_group_management", "auditaccountmanage"),
    (0x39, "application_group_management", "auditaccountmanage"),
    (0x3A, "other_account_management", "auditaccountmanage"),
    (0x3B, "directory_service_access", "auditdsaccess"),
    (0x3C, "directory_service_changes", "auditdsaccess"),
    (0x3D, "directory_service_replication", "auditdsaccess"),
    (0x3E, "detailed_replication", "auditdsaccess"),
    (0x3F, "credential_validation", "auditaccountlogon"),
    (0x40, "kerberos_service_tickets", "auditaccountlogon"),
    (0x41, "other_account_logon", "auditaccountlogon"),
    (0x42, "kerberos_authentication", "auditaccountlogon"),
];

/// Reads `auditpol /backup` or `auditpol /get /category:* /r`; `None` when it is neither.
///
/// The copy has the setting as a number; the report has words only, of which those of English
/// and Chinese are read. A line in other words is left out.
pub fn parse_auditpol(file: &str, text: &str) -> Option<BTreeMap<&'static str, Audited>> {
    let mut audited = BTreeMap::new();
    let mut lines_of_subcategories = 0;
    for (index, line) in text.lines().enumerate() {
        let fields: Vec<&str> = line
            .split(',')
            .map(|field| field.trim().trim_matches('"'))
            .collect();
        let Some(at) = fields.iter().position(|field| field.starts_with('{')) else {
            continue;
        };
        let Some(name) = fields
            .get(at)
            .and_then(|identifier| subcategory(identifier))
        else {
            continue;
        };
        // Lines of single users come in the copy, too; only the system's are asked for.
        let of_a_user = fields
            .get(1)
            .is_some_and(|target| target.starts_with("S-1-"));
        lines_of_subcategories += 1;
        let setting = fields
            .get(at + 3)
            .and_then(|number| number.parse().ok())
            .or_else(|| fields.get(at + 1).and_then(|words| in_words(words)));
        if let (Some(setting), false) = (setting, of_a_user) {
            audited.insert(name, Audited::new(setting, Origin::line(file, index + 1)));
        }
    }
    (lines_of_subcategories > 0).then_some(audited)
}

fn subcategory(identifier: &str) -> Option<&'static str> {
    let identifier = identifier.trim_matches(['{', '}']).to_ascii_lowercase();
    let code = identifier
        .strip_prefix("0cce92")?
        .strip_suffix("-69ae-11d9-bed3-505054503030")?;
    let code = u8::from_str_radix(code, 16).ok()?;
    let found = SUBCATEGORIES.iter().find(|(number, _, _)| *number == code);
    found.map(|(_, name, _)| *name)
}

fn in_words(words: &str) -> Option<i64> {
    match words {
        "No Auditing" | "无审核" | "不审核" => Some(0),
        "Success" | "成功" => Some(1),
        "Failure" | "失败" => Some(2),
        "Success and Failure" | "成功和失败" | "成功与失败" => Some(3),
        _ => None,
    }
}

impl Audited {
    fn new(setting: i64, source: Origin) -> Self {
        Self {
            success: setting & 1 != 0,
            failure: setting & 2 != 0,
            source,
        }
    }
}

/// `categories_hold`: whether the nine categories hold rather than subcategories; `None` when
/// that is not known.
pub(super) fn collect(gathered: &Gathered<'_>, categories_hold: Option<bool>) -> Audit {
    if let Some(subcategories) = &gathered.audit {
        return Audit {
            subcategories: Some(subcategories.clone()),
            from: Some("auditpol"),
        };
    }
    let secedit = gathered.secedit.as_ref();
    let categories = secedit.and_then(|secedit| secedit.section("event audit"));
    let subcategories = categories
        .filter(|_| categories_hold == Some(true))
        .map(|categories| {
            let audited = SUBCATEGORIES.iter().filter_map(|(_, name, category)| {
                let entry = categories.get(*category)?;
                let setting = entry.value.parse().ok()?;
                Some((*name, Audited::new(setting, entry.origin.clone())))
            });
            audited.collect()
        });
    Audit {
        from: subcategories.as_ref().map(|_: &BTreeMap<_, _>| "secedit"),
        subcategories,
    }
}
