//! Tables on disk: what is put is found, and damage is never taken for an answer.

use lorekeep::index::{Table, TableError, TableWriter};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Rows = BTreeMap<Vec<u8>, Vec<String>>;

fn write(path: &Path, rows: &Rows) {
    let mut table = TableWriter::create(path).expect("it can be made");
    rows.iter().for_each(|(key, row)| table.put(key, row).expect("a row can be put"));
    table.finish(&"about it".to_owned()).expect("it can be finished");
}

fn open(path: &Path) -> Table {
    Table::open(path).expect("it can be read").expect("it is there")
}

fn all(table: &Table, prefix: &[u8]) -> Rows {
    table.rows_from(prefix).collect::<Result<_, _>>().expect("rows can be read")
}

/// Enough rows for blocks above blocks.
fn many() -> Rows {
    (0..5_000).map(|n| (format!("key/{n}").into_bytes(), vec![format!("row {n}"), "x".repeat(n % 40)])).collect()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = dir.path().join("table");
    (dir, path)
}

#[test]
fn what_is_put_is_found_and_nothing_else() {
    let (_dir, path) = place();
    write(&path, &many());
    let table = open(&path);
    assert_eq!((table.rows(), table.note::<String>().expect("a note")), (5_000, "about it".to_owned()));
    for (key, row) in many() {
        assert_eq!(table.get::<Vec<String>>(&key).expect("it can be read"), Some(row));
    }
    for absent in [&b""[..], b"a", b"key/", b"key/50000", b"z"] {
        assert_eq!(table.get::<Vec<String>>(absent).expect("it can be read"), None);
    }
    assert_eq!(all(&table, b""), many());
}

#[test]
fn a_table_of_nothing_is_a_table() {
    let (_dir, path) = place();
    assert!(Table::open(&path).expect("no file is no error").is_none());
    write(&path, &Rows::new());
    assert_eq!(open(&path).get::<String>(b"x").expect("it can be read"), None);
    assert!(all(&open(&path), b"").is_empty());
}

#[test]
fn rows_out_of_order_or_too_long_are_refused() {
    let (_dir, path) = place();
    let mut table = TableWriter::create(&path).expect("it can be made");
    table.put(b"b", &1).expect("the first row");
    for key in [&b"a"[..], b"b"] {
        assert!(matches!(table.put(key, &1), Err(TableError::BadRow { .. })));
    }
    assert!(matches!(table.put(b"c", &"x".repeat(2 << 20)), Err(TableError::BadRow { .. })));
    table.put(b"d", &1).expect("it goes on");
    table.finish(&()).expect("it can be finished");
    assert_eq!(open(&path).rows(), 2);
}

#[test]
fn one_that_was_not_finished_leaves_what_was_there() {
    let (_dir, path) = place();
    write(&path, &many());
    let mut table = TableWriter::create(&path).expect("it can be made");
    table.put(b"other", &vec!["row"]).expect("a row can be put");
    drop(table);
    assert_eq!(all(&open(&path), b""), many());
}

#[test]
fn damage_anywhere_is_an_error_or_has_no_effect() {
    let (_dir, path) = place();
    let rows: Rows = many().into_iter().take(300).collect();
    write(&path, &rows);
    let sound = std::fs::read(&path).expect("it can be read");
    for at in (0..sound.len()).step_by(31) {
        let mut bytes = sound.clone();
        bytes[at] ^= 0x41;
        std::fs::write(&path, &bytes).expect("it can be written");
        assert_unharmed(&path, &rows);
    }
    for len in (0..sound.len()).step_by(101) {
        std::fs::write(&path, &sound[..len]).expect("it can be written");
        assert!(Table::open(&path).is_err(), "cut to {len} bytes");
    }
}

/// Whatever the table says is what was written.
fn assert_unharmed(path: &Path, rows: &Rows) {
    let Ok(table) = Table::open(path) else { return };
    let table = table.expect("the file is there");
    for (key, row) in rows.iter().step_by(7) {
        if let Ok(found) = table.get::<Vec<String>>(key) {
            assert_eq!(found.as_ref(), Some(row));
        }
    }
    for row in table.rows_from::<Vec<String>>(b"") {
        let Ok((key, row)) = row else { break };
        assert_eq!(rows.get(&key), Some(&row));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_rows_come_back(rows in prop::collection::btree_map(prop::collection::vec(any::<u8>(), 0..12), prop::collection::vec("[a-z]{0,90}", 0..9), 0..200), prefix in prop::collection::vec(any::<u8>(), 0..2)) {
        let (_dir, path) = place();
        write(&path, &rows);
        let table = open(&path);
        for (key, row) in &rows {
            let read = table.get::<Vec<String>>(key).expect("it can be read");
            prop_assert_eq!(read.as_ref(), Some(row));
        }
        let below: Rows = rows.into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
        prop_assert_eq!(all(&table, &prefix), below);
    }

    #[test]
    fn bytes_of_a_stranger_are_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (_dir, path) = place();
        let tail = [&bytes[..], b"lktable\x01"].concat();
        std::fs::write(&path, tail).expect("it can be written");
        prop_assert!(Table::open(&path).is_err());
    }
}
