//! The database's history, in order. The same migrations run on SQLite and on PostgreSQL; each can be
//! undone, and a test does so.

mod columns;
mod m01_accounts;
mod m02_audit;
mod m03_settings;
mod m04_submissions;
mod m05_files;
mod m06_members;
mod m07_outbox;
mod m08_links;
mod m09_notices;
mod m10_supply;
mod m11_issues;
mod m12_sentinels;
mod m13_mail_pause;
mod m14_imports;
mod m15_groups;
mod m16_conversations;
mod m17_suppressed;
mod m18_workers;
mod m19_place_codes;
mod m20_sentinel_register;
mod m21_postings;
mod m22_sentinel_care;
mod m23_readiness;
mod m24_overdue_reminders;
mod m25_place_codes_hash;
mod m26_sentinel_events_last;
mod m27_sentinels_as_they_were;
mod m28_postings_corrected;
mod m29_sentinel_steps_taken_back;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{MigrationTrait, async_trait};

pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m01_accounts::Migration),
            Box::new(m02_audit::Migration),
            Box::new(m03_settings::Migration),
            Box::new(m04_submissions::Migration),
            Box::new(m05_files::Migration),
            Box::new(m06_members::Migration),
            Box::new(m07_outbox::Migration),
            Box::new(m08_links::Migration),
            Box::new(m09_notices::Migration),
            Box::new(m10_supply::Migration),
            Box::new(m11_issues::Migration),
            Box::new(m12_sentinels::Migration),
            Box::new(m13_mail_pause::Migration),
            Box::new(m14_imports::Migration),
            Box::new(m15_groups::Migration),
            Box::new(m16_conversations::Migration),
            Box::new(m17_suppressed::Migration),
            Box::new(m18_workers::Migration),
            Box::new(m19_place_codes::Migration),
            Box::new(m20_sentinel_register::Migration),
            Box::new(m21_postings::Migration),
            Box::new(m22_sentinel_care::Migration),
            Box::new(m23_readiness::Migration),
            Box::new(m24_overdue_reminders::Migration),
            Box::new(m25_place_codes_hash::Migration),
            Box::new(m26_sentinel_events_last::Migration),
            Box::new(m27_sentinels_as_they_were::Migration),
            Box::new(m28_postings_corrected::Migration),
            Box::new(m29_sentinel_steps_taken_back::Migration),
        ]
    }
}
