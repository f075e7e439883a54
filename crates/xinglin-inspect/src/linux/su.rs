//! Who may become another account by `su`.

use serde::Serialize;

use super::{accounts::Accounts, pam, source::Source};

/// Who may become another account by `su`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Su {
    /// Whether only members of a group may; `null` when its PAM stack cannot be read.
    pub restricted: Option<bool>,
    /// The group, where one is asked for.
    pub group: Option<String>,
    /// The group's members, where it is one of the administrative groups.
    pub members: Option<Vec<String>>,
}

/// The group that the `auth` stack of `su` asks for, when it asks for one at all.
pub fn required_group(stack: &[pam::Rule]) -> Option<String> {
    stack
        .iter()
        .find(|rule| {
            rule.module == "pam_wheel"
                // `trust` lets members in without a password and refuses nobody.
                && !rule.has("trust")
                && !rule.has("deny")
                && (matches!(rule.control.as_str(), "required" | "requisite"))
        })
        .map(|rule| rule.value("group").unwrap_or("wheel").to_owned())
}

pub(super) fn collect(source: &Source<'_>, accounts: &Accounts) -> Su {
    let stack = ["auth", "account"]
        .map(|kind| pam::stack(source, "su", kind))
        .into_iter()
        .collect::<Option<Vec<_>>>();
    let Some(stack) = stack else {
        return Su {
            restricted: None,
            group: None,
            members: None,
        };
    };
    let group = required_group(&stack.concat());
    let members = group.as_ref().and_then(|group| {
        let groups = accounts.administrators.as_ref()?;
        let found = groups.iter().find(|known| known.name == *group)?;
        Some(found.members.clone())
    });
    Su {
        restricted: Some(group.is_some()),
        members,
        group,
    }
}
