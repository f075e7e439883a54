//! The tables of evidence.

pub(in crate::evidence) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence")]
    pub(in crate::evidence) struct Model {
        #[sea_orm(primary_key)]
        pub(in crate::evidence) id: i64,
        pub(in crate::evidence) kind: String,
        pub(in crate::evidence) title: String,
        pub(in crate::evidence) asset_id: i64,
        pub(in crate::evidence) assessment_id: Option<i64>,
        pub(in crate::evidence) requirement: Option<String>,
        pub(in crate::evidence) inspection_id: Option<i64>,
        pub(in crate::evidence) state: String,
        pub(in crate::evidence) collected_at: i64,
        pub(in crate::evidence) valid_until: Option<i64>,
        pub(in crate::evidence) digest: String,
        pub(in crate::evidence) by: String,
        #[sea_orm(column_type = "Text")]
        pub(in crate::evidence) content: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::evidence) enum Relation {
        #[sea_orm(has_many = "super::requirement_entity::Entity")]
        Requirement,
    }

    impl Related<super::requirement_entity::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Requirement.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}

    /// All but what it says, which is large for inspections.
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub(in crate::evidence) struct Brief {
        pub(in crate::evidence) id: i64,
        pub(in crate::evidence) kind: String,
        pub(in crate::evidence) title: String,
        pub(in crate::evidence) asset_id: i64,
        pub(in crate::evidence) assessment_id: Option<i64>,
        pub(in crate::evidence) requirement: Option<String>,
        pub(in crate::evidence) inspection_id: Option<i64>,
        pub(in crate::evidence) state: String,
        pub(in crate::evidence) collected_at: i64,
        pub(in crate::evidence) valid_until: Option<i64>,
        pub(in crate::evidence) digest: String,
        pub(in crate::evidence) by: String,
    }

    impl Brief {
        pub(in crate::evidence) fn without_content(self) -> Model {
            Model {
                id: self.id,
                kind: self.kind,
                title: self.title,
                asset_id: self.asset_id,
                assessment_id: self.assessment_id,
                requirement: self.requirement,
                inspection_id: self.inspection_id,
                state: self.state,
                collected_at: self.collected_at,
                valid_until: self.valid_until,
                digest: self.digest,
                by: self.by,
                content: String::from("null"),
            }
        }
    }
}

pub(in crate::evidence) mod requirement_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence_requirements")]
    pub(in crate::evidence) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::evidence) evidence_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::evidence) requirement: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::evidence) enum Relation {
        #[sea_orm(
            belongs_to = "super::entity::Entity",
            from = "Column::EvidenceId",
            to = "super::entity::Column::Id"
        )]
        Evidence,
    }

    impl Related<super::entity::Entity> for Entity {
        fn to() -> RelationDef {
            Relation::Evidence.def()
        }
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::evidence) mod file_link_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "evidence_attachments")]
    pub(in crate::evidence) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::evidence) evidence_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(in crate::evidence) attachment_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::evidence) enum Relation {
        #[sea_orm(
            belongs_to = "super::file_entity::Entity",
            from = "Column::AttachmentId",
            to = "super::file_entity::Column::Id"
        )]
        File,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

pub(in crate::evidence) mod file_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachments")]
    pub(in crate::evidence) struct Model {
        #[sea_orm(primary_key)]
        pub(in crate::evidence) id: i64,
        pub(in crate::evidence) name: String,
        pub(in crate::evidence) size_bytes: i64,
        pub(in crate::evidence) digest: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(in crate::evidence) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
