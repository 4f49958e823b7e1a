//! Tables in files and in memory: what is put is found, and damage is never taken for an answer.

use lorekeep::index::{BlockCache, Table, TableError, TableWriter};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Rows = BTreeMap<Vec<u8>, Vec<String>>;

fn put(mut table: TableWriter, rows: &Rows) -> TableWriter {
    rows.iter().for_each(|(key, row)| table.put(key, row).expect("a row can be put"));
    table
}

fn write(path: &Path, rows: &Rows) {
    let table = put(TableWriter::create(path).expect("it can be made"), rows);
    table.finish(&"about it".to_owned()).expect("it can be finished");
}

fn open(path: &Path) -> Table {
    Table::open(path).expect("it can be read").expect("it is there")
}

fn open_cached(path: &Path, cache: &Arc<BlockCache>) -> Table {
    Table::open_cached(path, cache).expect("it can be read").expect("it is there")
}

/// The same rows in a file, in a file with a cache of so many bytes, and in memory.
fn kinds(path: &Path, rows: &Rows, cache: usize) -> [Table; 3] {
    write(path, rows);
    let memory = put(TableWriter::in_memory(), rows).finish_in_memory(&"about it").expect("it can be finished");
    [open(path), open_cached(path, &Arc::new(BlockCache::new(cache))), memory]
}

fn get(table: &Table, key: &[u8]) -> Option<Vec<String>> {
    table.get(key).expect("it can be read")
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
    for table in kinds(&path, &many(), 1 << 20) {
        assert_eq!((table.rows(), table.note::<String>().expect("a note")), (5_000, "about it".to_owned()));
        assert_eq!(table.size(), std::fs::metadata(&path).expect("it is there").len());
        for (key, row) in many() {
            assert_eq!(get(&table, &key), Some(row));
        }
        for absent in [&b""[..], b"a", b"key/", b"key/50000", b"z"] {
            assert_eq!(get(&table, absent), None);
        }
        assert_eq!(all(&table, b""), many());
    }
}

#[test]
fn rows_are_found_as_they_were_put() {
    let (_dir, path) = place();
    for table in kinds(&path, &many(), 1 << 20) {
        let rows: Vec<_> = table.bytes_from(b"key/49").collect::<Result<_, _>>().expect("rows can be read");
        let wanted: Vec<_> = many().into_iter().filter(|(key, _)| key.starts_with(b"key/49")).collect();
        assert_eq!(rows.len(), wanted.len());
        for ((key, row), (wanted_key, wanted_row)) in rows.iter().zip(&wanted) {
            let wanted_row = postcard::to_stdvec(wanted_row).expect("a row can be coded");
            assert_eq!((&**key, &**row), (&**wanted_key, &*wanted_row));
            assert_eq!(&*table.get_bytes(key).expect("it can be read").expect("it is there"), &*wanted_row);
        }
        assert!(table.get_bytes(b"key/").expect("it can be read").is_none());
    }
}

#[test]
fn a_table_of_nothing_is_a_table() {
    let (_dir, path) = place();
    assert!(Table::open(&path).expect("no file is no error").is_none());
    for table in kinds(&path, &Rows::new(), 1 << 20) {
        assert_eq!(get(&table, b"x"), None);
        assert!(all(&table, b"").is_empty());
    }
}

#[test]
fn rows_out_of_order_or_too_long_are_refused() {
    let (_dir, path) = place();
    let mut table = TableWriter::create(&path).expect("it can be made");
    table.put(b"b", &1).expect("the first row");
    for key in [&b""[..], b"a", b"b"] {
        assert!(matches!(table.put(key, &1), Err(TableError::BadRow { .. })));
        assert!(matches!(table.put_bytes(key, b"1"), Err(TableError::BadRow { .. })));
    }
    assert!(matches!(table.put(b"c", &"x".repeat(2 << 20)), Err(TableError::BadRow { .. })));
    table.put(b"d", &1).expect("it goes on");
    table.finish(&()).expect("it can be finished");
    assert_eq!(open(&path).rows(), 2);
    let note = "x".repeat(2 << 20);
    assert!(matches!(TableWriter::in_memory().finish_in_memory(&note), Err(TableError::BadRow { .. })));
}

#[test]
fn a_table_is_finished_where_it_was_begun() {
    let (_dir, path) = place();
    assert!(matches!(TableWriter::in_memory().finish(&()), Err(TableError::Io { .. })));
    let on_disk = TableWriter::create(&path).expect("it can be made");
    assert!(matches!(on_disk.finish_in_memory(&()), Err(TableError::Io { .. })));
    assert!(!path.exists());
}

#[test]
fn long_keys_and_rows_are_found() {
    let (_dir, path) = place();
    let lengths = [0, 4_000, 5_000, 65_000, 65_520, 65_536, 70_000, 400_000];
    let long_rows = lengths.iter().map(|len| (format!("row/{len:07}"), vec!["x".repeat(*len)]));
    let long_keys = lengths.iter().map(|len| (format!("key/{len:07}{}", "y".repeat(*len)), vec!["row".to_owned()]));
    let rows: Rows = many().into_iter().chain(long_rows.chain(long_keys).map(|(k, v)| (k.into_bytes(), v))).collect();
    for table in kinds(&path, &rows, 1 << 20) {
        for (key, row) in &rows {
            assert_eq!(get(&table, key).as_ref(), Some(row));
        }
        assert_eq!(all(&table, b""), rows);
    }
}

#[test]
fn one_that_was_not_finished_leaves_what_was_there() {
    let (dir, path) = place();
    write(&path, &many());
    let mut table = TableWriter::create(&path).expect("it can be made");
    table.put(b"other", &vec!["row"]).expect("a row can be put");
    drop(table);
    assert_eq!(all(&open(&path), b""), many());
    assert!(std::fs::read_dir(dir.path()).expect("it can be listed").count() <= 2);
    write(&path, &Rows::new());
    assert_eq!(std::fs::read_dir(dir.path()).expect("it can be listed").count(), 1);
}

/// A value that no part of is like another.
fn long(len: usize) -> Vec<u8> {
    (0..len as u32).flat_map(|n| n.wrapping_mul(0x9e37_79b9).to_le_bytes()).take(len).collect()
}

#[test]
fn long_values_come_back_whole() {
    const PART: usize = 256 << 10;
    let lengths = [0, 1, PART - 1, PART, PART + 1, 2 * PART, 5 * PART + 7];
    let (_dir, path) = place();
    let fill = |mut table: TableWriter| {
        for (n, len) in lengths.into_iter().enumerate() {
            table.put_bytes(format!("{n}").as_bytes(), b"before").expect("a row can be put");
            table.put_long(format!("{n}/long").as_bytes(), &long(len)).expect("a value can be put");
        }
        table
    };
    fill(TableWriter::create(&path).expect("it can be made")).finish(&()).expect("it can be finished");
    let memory = fill(TableWriter::in_memory()).finish_in_memory(&()).expect("it can be finished");
    let cache = Arc::new(BlockCache::new(64 << 20));
    for table in [open(&path), open_cached(&path, &cache), memory] {
        for (n, len) in lengths.into_iter().enumerate() {
            let found = table.get_long(format!("{n}/long").as_bytes()).expect("it can be read").expect("it is there");
            assert!(found == long(len), "a value of {len} bytes");
            assert!(table.get_long(format!("{n}").as_bytes()).expect("it can be read").is_none());
        }
    }
    assert!(cache.bytes() < 2 * PART, "whole parts are not kept");
}

#[test]
fn a_long_value_of_wrong_parts_is_damage() {
    let part = |len: u64, value: &[u8]| [&len.to_be_bytes(), value].concat();
    let cases: [&[Vec<u8>]; 6] = [
        &[b"short".to_vec()],
        &[part(9, b"12345")],
        &[part(9, b"12345"), b"".to_vec(), b"6789".to_vec()],
        &[part(9, b"12345"), b"678910".to_vec()],
        &[part(2, b"12345")],
        &[part(u64::MAX, b"12345")],
    ];
    for parts in cases {
        let mut table = TableWriter::in_memory();
        for (number, part) in parts.iter().enumerate() {
            let key = [b"key", &(number as u32).to_be_bytes()[..]].concat();
            table.put_bytes(&key, part).expect("a row can be put");
        }
        let table = table.finish_in_memory(&()).expect("it can be finished");
        assert!(matches!(table.get_long(b"key"), Err(TableError::Damaged { .. })), "{parts:?}");
    }
}

#[test]
fn damage_anywhere_is_an_error_or_has_no_effect() {
    let (_dir, path) = place();
    let rows: Rows = (0..14).map(|n| (format!("key/{n}").into_bytes(), vec!["x".repeat(300 + n)])).collect();
    write(&path, &rows);
    let sound = std::fs::read(&path).expect("it can be read");
    assert!(sound.len() > 4 << 10, "there are blocks above blocks");
    let file = std::fs::File::options().write(true).open(&path).expect("it opens");
    for (at, byte) in sound.iter().enumerate() {
        file.write_all_at(&[byte ^ 0x41], at as u64).expect("it can be written");
        assert_unharmed(&path, &rows);
        file.write_all_at(&[*byte], at as u64).expect("it can be written");
    }
    assert_eq!(all(&open(&path), b""), rows);
    for len in (0..sound.len()).step_by(101) {
        std::fs::write(&path, &sound[..len]).expect("it can be written");
        assert!(Table::open(&path).is_err(), "cut to {len} bytes");
    }
}

/// Whatever the table says is what was written.
fn assert_unharmed(path: &Path, rows: &Rows) {
    let Ok(table) = Table::open(path) else { return };
    let table = table.expect("the file is there");
    let mut harmed = false;
    for (key, row) in rows.iter().step_by(5) {
        match table.get::<Vec<String>>(key) {
            Ok(found) => assert_eq!(found.as_ref(), Some(row)),
            Err(_) => harmed = true,
        }
    }
    for row in table.rows_from::<Vec<String>>(b"") {
        match row {
            Ok((key, row)) => assert_eq!(rows.get(&key), Some(&row)),
            Err(_) => harmed = true,
        }
    }
    assert!(harmed, "a block that is not what was written is found to be");
}

#[test]
fn a_cache_keeps_what_was_read_and_no_more_than_it_may() {
    let (_dir, path) = place();
    write(&path, &many());
    let (small, large) = (Arc::new(BlockCache::new(200 << 10)), Arc::new(BlockCache::new(4 << 20)));
    let tables = [open_cached(&path, &small), open_cached(&path, &small), open_cached(&path, &large)];
    for table in tables.iter().chain(&tables) {
        assert_eq!(all(table, b""), many());
    }
    assert!((50 << 10..=200 << 10).contains(&small.bytes()), "{} bytes", small.bytes());
    let uncached = open(&path);
    assert_eq!(get(&uncached, b"key/7"), many().get(&b"key/7"[..]).cloned());
    std::fs::File::options().write(true).open(&path).expect("it opens").set_len(0).expect("it can be cut");
    assert_eq!(all(&tables[2], b""), many(), "nothing is read again");
    assert!(matches!(uncached.get::<Vec<String>>(b"key/7"), Err(TableError::Damaged { .. })));
    assert!(tables[0].rows_from::<Vec<String>>(b"").any(|row| row.is_err()), "not all of it fits");
}

#[test]
fn a_cache_of_nothing_keeps_nothing() {
    let (_dir, path) = place();
    write(&path, &many());
    let cache = Arc::new(BlockCache::new(0));
    assert_eq!(all(&open_cached(&path, &cache), b""), many());
    assert_eq!(cache.bytes(), 0);
}

#[test]
fn threads_share_a_table() {
    let (_dir, path) = place();
    let rows = many();
    for table in kinds(&path, &rows, 100 << 10) {
        std::thread::scope(|scope| {
            for thread in 0..4 {
                let (table, rows) = (&table, &rows);
                scope.spawn(move || {
                    for (key, row) in rows.iter().skip(thread).step_by(3) {
                        assert_eq!(get(table, key).as_ref(), Some(row));
                    }
                });
            }
        });
    }
}

/// A file that says of any bytes that they are its topmost block, with all checksums right.
fn forged(block: &[u8], levels: u32) -> Vec<u8> {
    let root = (0u64, block.len() as u32, crc32fast::hash(block));
    let foot = postcard::to_stdvec(&(3u64, levels, root, b"".to_vec())).expect("a foot can be coded");
    let tail = [(foot.len() as u32).to_le_bytes(), crc32fast::hash(&foot).to_le_bytes()].concat();
    [block, &foot, &tail, b"lktable\x02"].concat()
}

/// Asks a table everything; what it says does not matter.
fn ask(table: &Table) {
    for key in [&b""[..], b"\x01", b"key", b"\xff\xff"] {
        let _ = table.get_bytes(key);
        let _ = table.get::<Vec<String>>(key);
        let _ = table.get_long(key);
        let _ = table.bytes_from(key).take(10_000).count();
    }
}

#[test]
fn a_foot_that_cannot_be_is_refused() {
    let (_dir, path) = place();
    for levels in [0, 1, 2, 32, 33, u32::MAX] {
        std::fs::write(&path, forged(&[0, 0], levels)).expect("it can be written");
        match Table::open(&path) {
            Ok(table) => ask(&table.expect("it is there")),
            Err(error) => assert!(!(1..=32).contains(&levels), "{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_rows_come_back(rows in prop::collection::btree_map(prop::collection::vec(any::<u8>(), 0..12), prop::collection::vec("[a-z]{0,90}", 0..9), 0..200), prefix in prop::collection::vec(any::<u8>(), 0..2)) {
        let (_dir, path) = place();
        let below: Rows = rows.clone().into_iter().filter(|(key, _)| key.starts_with(&prefix)).collect();
        for table in kinds(&path, &rows, 64 << 10) {
            for (key, row) in &rows {
                let read = get(&table, key);
                prop_assert_eq!(read.as_ref(), Some(row));
            }
            prop_assert_eq!(&all(&table, &prefix), &below);
        }
    }

    #[test]
    fn bytes_of_a_stranger_are_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (_dir, path) = place();
        let tail = [&bytes[..], b"lktable\x02"].concat();
        std::fs::write(&path, tail).expect("it can be written");
        prop_assert!(Table::open(&path).is_err());
    }

    #[test]
    fn blocks_of_a_stranger_are_no_harm(entries in prop::collection::vec(0u8..20, 0..60), starts in prop::collection::vec(0u16..70, 0..9), count in prop::option::of(any::<u16>()), levels in 1u32..4) {
        let (_dir, path) = place();
        let count = count.unwrap_or(starts.len() as u16);
        let numbers: Vec<u8> = starts.iter().chain([&count]).flat_map(|n| n.to_le_bytes()).collect();
        std::fs::write(&path, forged(&[&entries[..], &numbers].concat(), levels)).expect("it can be written");
        ask(&open(&path));
    }
}
