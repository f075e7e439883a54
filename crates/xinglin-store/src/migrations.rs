//! Forward-only migrations, one file each, the same for SQLite and PostgreSQL.

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod m0001_identity;
mod m0002_records;
mod m0003_assessment;
mod m0004_rectification;
mod m0005_inspection;
mod m0006_agents;
mod m0007_integrity;
mod m0008_standing;
mod m0009_logs;
mod m0010_log_inputs;
mod m0011_log_duty;
mod m0012_log_runs;
mod m0013_detection;
mod m0014_log_inputs_of_agents;
mod m0015_baselines;

/// All migrations in order. Released ones are never edited: expand, then contract.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_identity::Migration),
            Box::new(m0002_records::Migration),
            Box::new(m0003_assessment::Migration),
            Box::new(m0004_rectification::Migration),
            Box::new(m0005_inspection::Migration),
            Box::new(m0006_agents::Migration),
            Box::new(m0007_integrity::Migration),
            Box::new(m0008_standing::Migration),
            Box::new(m0009_logs::Migration),
            Box::new(m0010_log_inputs::Migration),
            Box::new(m0011_log_duty::Migration),
            Box::new(m0012_log_runs::Migration),
            Box::new(m0013_detection::Migration),
            Box::new(m0014_log_inputs_of_agents::Migration),
            Box::new(m0015_baselines::Migration),
        ]
    }
}
