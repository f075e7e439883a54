//! Words for the states of records, as a hospital's own lists have them.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::standard::{ParseWordError, words};

words! {
    /// Whether a person still works here.
    PersonState, "state of a person" {
        /// Works here.
        Active = "active", "在职", "active";
        /// Has left.
        Left = "left", "离职", "left";
    }
}

words! {
    /// Whether a graded system is in operation.
    SystemState, "state of a system" {
        /// Being planned or built.
        Planned = "planned", "规划建设", "planned";
        /// In operation.
        Operating = "operating", "运行", "operating";
        /// Taken out of service.
        Retired = "retired", "停用", "retired";
    }
}

words! {
    /// Whether an asset is in use.
    AssetState, "state of an asset" {
        /// In use.
        Operating = "operating", "在用", "operating";
        /// Kept ready.
        Spare = "spare", "备用", "spare";
        /// Taken out of service.
        Retired = "retired", "停用", "retired";
    }
}
