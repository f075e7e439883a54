//! Tables of alerts.

pub(super) mod alert {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alerts")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) key: String,
        pub(crate) group_key: String,
        pub(crate) rule: String,
        pub(crate) kind: String,
        pub(crate) level: String,
        pub(crate) severity: String,
        pub(crate) rank: i64,
        pub(crate) state: String,
        pub(crate) verdict: Option<String>,
        pub(crate) first_at: i64,
        pub(crate) last_at: i64,
        pub(crate) created_at: i64,
        pub(crate) first_sequence: i64,
        pub(crate) last_sequence: i64,
        pub(crate) events: i64,
        pub(crate) asset_id: Option<i64>,
        pub(crate) assigned_to: Option<i64>,
        pub(crate) due_at: Option<i64>,
        pub(crate) closed_at: Option<i64>,
        pub(crate) story_id: i64,
        pub(crate) comments: i64,
        pub(crate) finding_id: Option<i64>,
        pub(crate) look_back: bool,
        #[sea_orm(column_type = "Text")]
        pub(crate) words: String,
        #[sea_orm(column_type = "Text")]
        pub(crate) seen: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod about {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_entities")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) alert_id: i64,
        pub(crate) kind: String,
        #[sea_orm(column_type = "Text")]
        pub(crate) value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(super) mod note {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "alert_notes")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) alert_id: i64,
        pub(crate) at: i64,
        pub(crate) by: Option<String>,
        pub(crate) kind: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) text: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
