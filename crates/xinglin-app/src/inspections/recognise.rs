//! What files are of, where nobody says: told from the kind of asset, then from the files.

use xinglin_core::ObjectType;
use xinglin_inspect::{Bundle, CheckSet, Family, Status, evaluate};

use crate::{AppError, Code};

/// The same bundle as one of the family that understands it best.
///
/// # Errors
/// [`Code::InvalidInput`] when none does, or several do equally well.
pub(super) fn family(
    mut bundle: Bundle,
    kind: ObjectType,
    checks: &CheckSet,
) -> Result<Bundle, AppError> {
    let candidates = candidates(kind);
    if let [only] = candidates {
        bundle.family = *only;
        return Ok(bundle);
    }
    let mut best: Vec<Family> = Vec::new();
    let mut most = 0;
    for family in candidates {
        bundle.family = *family;
        let understood = understood(&bundle, checks);
        if understood > most {
            most = understood;
            best.clear();
        }
        if understood > 0 && understood == most {
            best.push(*family);
        }
    }
    if let [family] = best.as_slice() {
        bundle.family = *family;
        return Ok(bundle);
    }
    let choice = if best.is_empty() { candidates } else { &best };
    let words: Vec<&str> = choice.iter().map(|family| family.word()).collect();
    let expected = format!("what the files are of: {}", words.join(", "));
    Err(AppError::new(Code::InvalidInput).field("family", "", expected))
}

/// How many checks can say something of a bundle.
fn understood(bundle: &Bundle, checks: &CheckSet) -> usize {
    let collected = bundle.collect();
    if collected.subject.kind.is_empty() {
        return 0;
    }
    evaluate(checks, bundle.family, &collected.facts)
        .iter()
        .filter(|result| matches!(result.status, Status::Pass | Status::Fail))
        .count()
}

/// The families that an asset of this type is likely to be of.
fn candidates(kind: ObjectType) -> &'static [Family] {
    match kind {
        ObjectType::NetworkDevice | ObjectType::SecurityDevice => &[Family::Network],
        ObjectType::ServerOs | ObjectType::Terminal => &[Family::Linux, Family::Windows],
        ObjectType::Virtualization => &[Family::Hypervisor],
        ObjectType::Database => &[
            Family::Mysql,
            Family::Postgresql,
            Family::SqlServer,
            Family::Oracle,
            Family::Redis,
            Family::Mongodb,
            Family::Dm,
            Family::Kingbase,
        ],
        ObjectType::Middleware => &[
            Family::Nginx,
            Family::Apache,
            Family::Tomcat,
            Family::Weblogic,
            Family::Iis,
        ],
        _ => &Family::ALL,
    }
}
