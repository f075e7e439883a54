//! Schemas of the words that views share: strings with a closed list of values.

use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, Type},
};
use xinglin_app::{agents, core, dashboard, findings, imports, inspections, plans};

macro_rules! word_schemas {
    ($($(#[$doc:meta])* $name:ident = $words:ty;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let words = <$words>::ALL.iter().map(|word| word.word());
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some(words))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )+};
}

word_schemas! {
    /// Schema of [`agents::AgentState`].
    AgentState = agents::AgentState;
    /// Schema of [`core::AssetState`].
    AssetState = core::AssetState;
    /// Schema of [`core::Domain`].
    Domain = core::Domain;
    /// Schema of [`core::Extension`].
    Extension = core::Extension;
    /// Schema of [`inspections::Family`].
    Family = inspections::Family;
    /// Schema of [`findings::FindingState`].
    FindingState = findings::FindingState;
    /// Schema of [`dashboard::FirstKind`].
    FirstKind = dashboard::FirstKind;
    /// Schema of [`core::Importance`].
    Importance = core::Importance;
    /// Schema of [`plans::MeasureKind`].
    MeasureKind = plans::MeasureKind;
    /// Schema of [`core::ObjectType`].
    ObjectType = core::ObjectType;
    /// Schema of [`Permission`](xinglin_app::Permission).
    Permission = xinglin_app::Permission;
    /// Schema of [`core::PersonState`].
    PersonState = core::PersonState;
    /// Schema of [`core::ProtectionClass`].
    ProtectionClass = core::ProtectionClass;
    /// Schema of [`imports::RecordKind`].
    RecordKind = imports::RecordKind;
    /// Schema of [`core::Role`].
    Role = core::Role;
    /// Schema of [`findings::Severity`].
    Severity = findings::Severity;
    /// Schema of [`core::SystemState`].
    SystemState = core::SystemState;
    /// Schema of [`plans::TaskState`].
    TaskState = plans::TaskState;
    /// Schema of [`core::Verdict`].
    Verdict = core::Verdict;
}

/// Levels of business information (S) and of service assurance (A), 1 to 4 each.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "only its schema is used; views carry the core's grade"
)]
pub(crate) struct Grade {
    #[schema(minimum = 1, maximum = 4)]
    s: i32,
    #[schema(minimum = 1, maximum = 4)]
    a: i32,
}
