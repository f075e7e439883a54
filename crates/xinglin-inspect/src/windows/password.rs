//! What passwords must be like, and what happens after failed sign-ins.

use serde::Serialize;

use super::{Origin, gathered::Gathered};

/// What stands for "never" in days, as on other systems.
pub const NEVER_DAYS: i64 = 99_999;

/// What passwords must be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Password {
    /// The fewest characters.
    pub min_length: Option<i64>,
    /// Whether three of four classes of characters are asked for.
    pub complexity: Option<bool>,
    /// Days a password may live; 99999 is "for ever".
    pub max_days: Option<i64>,
    /// Days before it may be changed again.
    pub min_days: Option<i64>,
    /// Former passwords that are refused.
    pub history: Option<i64>,
    /// Whether passwords are kept so that they can be read back.
    pub reversible: Option<bool>,
    /// Where the length stands, and the others beside it.
    pub source: Option<Origin>,
}

/// What happens after failed sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lockout {
    /// Whether accounts are locked at all.
    pub enabled: Option<bool>,
    /// Failures until one is; 0 when never.
    pub attempts: Option<i64>,
    /// Minutes that it stays locked; `null` when not known, or until an administrator helps.
    pub duration_minutes: Option<i64>,
    /// Whether it stays locked until an administrator unlocks it.
    pub until_administrator: Option<bool>,
    /// Minutes after which failures are forgotten.
    pub reset_minutes: Option<i64>,
    /// Whether the built-in administrator is locked, too.
    pub administrator: Option<bool>,
    /// Where the count stands.
    pub source: Option<Origin>,
}

pub(super) fn password(gathered: &Gathered<'_>) -> Password {
    let number = |key: &str| gathered.secedit.as_ref()?.number(key);
    let flag = |key: &str| number(key).map(|value| value != 0);
    Password {
        min_length: number("minimumpasswordlength"),
        complexity: flag("passwordcomplexity"),
        // -1 is "never": it must not look smaller than any limit.
        max_days: number("maximumpasswordage").map(|days| if days > 0 { days } else { NEVER_DAYS }),
        min_days: number("minimumpasswordage"),
        history: number("passwordhistorysize"),
        reversible: flag("cleartextpassword"),
        source: gathered.access_origin("minimumpasswordlength"),
    }
}

pub(super) fn lockout(gathered: &Gathered<'_>) -> Lockout {
    let number = |key: &str| gathered.secedit.as_ref()?.number(key);
    let attempts = number("lockoutbadcount").map(|count| count.max(0));
    let duration = number("lockoutduration");
    Lockout {
        enabled: attempts.map(|count| count > 0),
        attempts,
        duration_minutes: duration.filter(|minutes| *minutes >= 0),
        until_administrator: duration.map(|minutes| minutes < 0),
        reset_minutes: number("resetlockoutcount"),
        administrator: number("allowadministratorlockout").map(|value| value != 0),
        source: gathered.access_origin("lockoutbadcount"),
    }
}
