//! The schema, and how a database is brought to it.

use super::RecordsError;
use rusqlite::{Connection, TransactionBehavior};

/// Each step from one schema to the next, in order. A step that was released is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_orgs.sql"),
    include_str!("migrations/0002_repositories.sql"),
    include_str!("migrations/0003_tokens.sql"),
    include_str!("migrations/0004_updates.sql"),
    include_str!("migrations/0005_intents.sql"),
    include_str!("migrations/0006_landings.sql"),
    include_str!("migrations/0007_idempotency.sql"),
    include_str!("migrations/0008_audit.sql"),
    include_str!("migrations/0009_signers.sql"),
    include_str!("migrations/0010_principal_keys.sql"),
    include_str!("migrations/0011_snapshots.sql"),
    include_str!("migrations/0012_changes.sql"),
    include_str!("migrations/0013_effects.sql"),
    include_str!("migrations/0014_abandoned_intents.sql"),
    include_str!("migrations/0015_imports.sql"),
];

/// `LKRC`: says that the file is ours, so that another program's database is refused and not filled with tables.
const APPLICATION_ID: i64 = 0x4c4b_5243;

/// Brings a database to the present schema, all steps or none.
pub(super) fn migrate(conn: &mut Connection) -> Result<(), RecordsError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = check_owner(&tx)?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(RecordsError::NewerSchema { found, known });
    }
    for step in &MIGRATIONS[found as usize..] {
        tx.execute_batch(step)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

/// The schema of a database that is ours, or is empty.
fn check_owner(conn: &Connection) -> Result<i64, RecordsError> {
    let number = |pragma| conn.pragma_query_value(None, pragma, |row| row.get::<_, i64>(0));
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let (owner, version) = (number("application_id")?, number("user_version")?);
    let ours = owner == APPLICATION_ID && version > 0;
    let empty = tables == 0 && owner == 0 && version == 0;
    if ours || empty { Ok(version) } else { Err(RecordsError::corrupt("it belongs to another program")) }
}
