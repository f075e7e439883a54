//! Shared folders.

use serde::{Deserialize, Serialize};

use super::gathered::Gathered;

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// Its name.
    pub name: String,
    /// The folder.
    pub path: String,
    /// Whether Windows makes it for administrators by itself, such as `C$` and `ADMIN$`.
    pub administrative: bool,
    /// `disk`, `printer`, `pipe` or `other`.
    pub kind: &'static str,
    /// Whether everybody, guests or the anonymous may open it; `null` when not known.
    pub open: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct Written {
    name: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    kind: Option<i64>,
    /// Who is admitted, as security identifiers.
    #[serde(default)]
    allowed: Option<Vec<String>>,
}

/// Set in the kind of shares that Windows makes for administrators.
const ADMINISTRATIVE: i64 = 0x8000_0000;
/// Everybody, the anonymous, the guests' group.
const ANYBODY: [&str; 3] = ["S-1-1-0", "S-1-5-7", "S-1-5-32-546"];

pub(super) fn collect(gathered: &Gathered<'_>) -> Option<Vec<Share>> {
    let shares: Vec<Written> = gathered.items("shares")?;
    let share = |share: Written| {
        let kind = share.kind.unwrap_or_default();
        Share {
            administrative: kind & ADMINISTRATIVE != 0,
            kind: match kind & 0xFF {
                0 => "disk",
                1 => "printer",
                3 => "pipe",
                _ => "other",
            },
            open: share
                .allowed
                .map(|allowed| allowed.iter().any(|sid| ANYBODY.contains(&sid.as_str()))),
            path: share.path.unwrap_or_default(),
            name: share.name,
        }
    };
    Some(shares.into_iter().map(share).collect())
}
