//! Opening the database, its schema, and what a transaction promises.

use super::{Store, now, org, sort};
use lorekeep::base::OrgId;
use lorekeep::records::{Records, RecordsError};

#[test]
fn a_new_database_is_brought_from_nothing_to_the_schema() {
    let store = Store::new();
    let raw = store.raw();
    let version: i64 = raw.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 15);
    let mut tables =
        raw.prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'").unwrap();
    let tables: Vec<(String, bool)> =
        tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(tables.len() > 12);
    for (table, strict) in tables.iter().filter(|(table, _)| !table.starts_with("sqlite_")) {
        assert!(strict, "{table} is not strict");
    }
}

#[test]
fn a_database_is_opened_again_with_what_it_holds() {
    let store = Store::new();
    let again = Records::open(&store.path()).unwrap();
    assert_eq!(again.read(|view| view.orgs()).unwrap().len(), 2);
}

#[test]
fn a_database_of_an_older_schema_is_brought_forward_with_what_it_holds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.db");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(include_str!("../../../src/records/migrations/0001_orgs.sql")).unwrap();
    raw.execute_batch(
        "PRAGMA application_id = 0x4c4b5243; PRAGMA user_version = 1; INSERT INTO orgs VALUES ('a5c', 'a5c', 7);",
    )
    .unwrap();
    drop(raw);
    let records = Records::open(&path).unwrap();
    assert_eq!(records.read(|view| view.org(&org())).unwrap().unwrap().created_at.seconds(), 7);
    assert!(records.read(|view| view.repositories(&org())).unwrap().is_empty());
}

#[test]
fn a_newer_schema_is_refused_and_left_alone() {
    let store = Store::new();
    store.raw().pragma_update(None, "user_version", 1000).unwrap();
    let refused = Records::open(&store.path()).err().unwrap();
    assert!(matches!(refused, RecordsError::NewerSchema { found: 1000, known: 15 }), "{refused}");
    let version: i64 = store.raw().pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 1000);
}

#[test]
fn a_database_of_another_program_and_a_file_that_is_none_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE cats (name TEXT)").unwrap();
    assert_eq!(sort(Records::open(&foreign)), "corrupt");
    let text = folder.path().join("text.db");
    std::fs::write(&text, "not a database at all, and long enough to have a header ".repeat(20)).unwrap();
    assert_eq!(sort(Records::open(&text)), "corrupt");
    assert_eq!(sort(Records::open(&folder.path().join("no/such/folder.db"))), "open");
}

#[test]
fn the_journal_is_a_write_ahead_log() {
    let store = Store::new();
    let mode: String = store.raw().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
}

#[cfg(unix)]
#[test]
fn nobody_but_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let store = Store::new();
    for entry in std::fs::read_dir(store.folder.path()).unwrap() {
        let entry = entry.unwrap();
        assert_eq!(entry.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{:?}", entry.file_name());
    }
}

#[test]
fn an_error_leaves_nothing_of_its_transaction() {
    let store = Store::new();
    let name = OrgId::parse("third").unwrap();
    let failed: Result<(), RecordsError> = store.records.write(|tx| {
        tx.create_org(&name, now())?;
        assert!(tx.org(&name)?.is_some());
        Err(RecordsError::BadCursor)
    });
    assert_eq!(sort(failed), "bad cursor");
    assert_eq!(store.records.read(|view| view.org(&name)).unwrap(), None);
}

#[test]
fn a_panic_leaves_nothing_of_its_transaction_and_the_next_one_works() {
    let store = Store::new();
    let name = OrgId::parse("third").unwrap();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.records.write(|tx| -> Result<(), RecordsError> {
            tx.create_org(&name, now())?;
            panic!("half way")
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(store.records.read(|view| view.org(&name)).unwrap(), None);
    store.records.write(|tx| tx.create_org(&name, now())).unwrap();
}

#[test]
fn a_view_is_of_one_moment_while_others_write() {
    let store = Store::new();
    let name = OrgId::parse("third").unwrap();
    store
        .records
        .read(|view| {
            let before = view.orgs()?;
            store.records.write(|tx| tx.create_org(&name, now()))?;
            assert_eq!(view.orgs()?, before);
            Ok::<_, RecordsError>(())
        })
        .unwrap();
    assert!(store.records.read(|view| view.org(&name)).unwrap().is_some());
}

#[test]
fn many_open_a_new_database_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.db");
    std::thread::scope(|scope| {
        let opened: Vec<_> = (0..6).map(|_| scope.spawn(|| sort(Records::open(&path)))).collect();
        for thread in opened {
            assert_eq!(thread.join().unwrap(), "ok");
        }
    });
}
