//! Which items a graded system must meet.

use thiserror::Error;
use xinglin_core::{Extension, Grade, Level, ProtectionClass};

use crate::{Catalogue, Item, ItemIndex};

/// An extension was asked for at a level at which the catalogue has no extension items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("extension items of '{extension}' exist at level 3 only, the overall level is {level}")]
pub struct ExtensionLevelError {
    /// The extension.
    pub extension: Extension,
    /// The overall level of the grade.
    pub level: Level,
}

/// The items that apply to a graded system: S items at its S level, A items at its A
/// level, G items at its overall level (GB/T 22239-2019 annex A), and the extension items
/// of `extensions`.
///
/// General requirements come first, then each extension; within them classes in the
/// standard's order. An extension asked for twice counts once.
///
/// # Errors
/// The catalogue holds extension items of level 3 only. At another overall level an
/// extension is an error rather than a selection that silently lacks it.
pub fn applicable(
    catalogue: &Catalogue,
    grade: Grade,
    extensions: &[Extension],
) -> Result<Vec<ItemIndex>, ExtensionLevelError> {
    if let Some(&extension) = extensions.first()
        && grade.overall() != Level::THREE
    {
        let level = grade.overall();
        return Err(ExtensionLevelError { extension, level });
    }
    let mut selected: Vec<(ItemIndex, &Item)> = catalogue
        .indexed()
        .filter(|(_, item)| match item.extension() {
            None => item.id.level() == level_of(item.class, grade),
            Some(extension) => extensions.contains(&extension),
        })
        .collect();
    // Stable, and items are sorted by unit code: within a class, lower levels and numbers first.
    selected.sort_by_key(|(_, item)| (item.id.part(), item.id.domain()));
    Ok(selected.into_iter().map(|(index, _)| index).collect())
}

fn level_of(class: ProtectionClass, grade: Grade) -> Level {
    match class {
        ProtectionClass::S => grade.s,
        ProtectionClass::A => grade.a,
        ProtectionClass::G => grade.overall(),
    }
}
