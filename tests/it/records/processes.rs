//! Several processes on one database, and a process that is killed.
//!
//! The other process is this test program itself, told by the environment to run one of the ignored
//! tests below.

use super::audit::event;
use super::{Store, now, org};
use lorekeep::records::{AuditFilter, PageRequest, Records, RecordsError};
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

const DATABASE: &str = "LOREKEEP_TEST_DATABASE";
const ENTRIES: u64 = 40;

fn child(test: &str, store: &Store) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture", "--test-threads=1"])
        .env(DATABASE, store.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

/// The database that the parent named; `None` where somebody runs all ignored tests by hand.
fn given_database() -> Option<Records> {
    std::env::var_os(DATABASE).map(|path| Records::open(path.as_ref()).unwrap())
}

fn append_all(records: &Records) {
    for _ in 0..ENTRIES {
        records.write(|tx| tx.audit(&org(), event("agent.memory.query.executed"), now())).unwrap();
    }
}

#[test]
#[ignore = "run as another process by the test below"]
fn another_process_appends() {
    if let Some(records) = given_database() {
        append_all(&records);
    }
}

#[test]
fn processes_and_threads_that_append_at_once_keep_the_chain_whole() {
    let store = Store::new();
    let mut children: Vec<_> = (0..2).map(|_| child("records::processes::another_process_appends", &store)).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| append_all(&store.records));
        scope.spawn(|| append_all(&Records::open(&store.path()).unwrap()));
    });
    for process in &mut children {
        let mut output = String::new();
        process.stdout.take().unwrap().read_to_string(&mut output).unwrap();
        assert!(process.wait().unwrap().success(), "{output}");
        assert!(output.contains("1 passed"), "{output}");
    }
    let report = store.records.read(|view| view.verify_audit(&org(), &[])).unwrap();
    assert_eq!((report.entries, report.problems), (4 * ENTRIES, vec![]));
    assert_eq!(report.head.unwrap().sequence, 4 * ENTRIES);
}

#[test]
#[ignore = "run as another process by the test below"]
fn another_process_stops_half_way() {
    let Some(records) = given_database() else { return };
    records.write(|tx| tx.audit(&org(), event("kept"), now())).unwrap();
    let half_way: Result<(), RecordsError> = records.write(|tx| {
        tx.audit(&org(), event("lost"), now())?;
        println!("\nhalf way");
        // Nothing is ever written to this pipe: the process is killed while it reads.
        std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
        Ok(())
    });
    half_way.unwrap();
}

#[test]
fn a_process_killed_in_a_transaction_leaves_what_was_acknowledged_and_no_more() {
    let store = Store::new();
    let mut process = child("records::processes::another_process_stops_half_way", &store);
    let lines = BufReader::new(process.stdout.take().unwrap()).lines();
    assert!(lines.map(Result::unwrap).any(|line| line == "half way"));
    process.kill().unwrap();
    process.wait().unwrap();

    store.records.write(|tx| tx.audit(&org(), event("next"), now())).unwrap();
    let page =
        store.records.read(|view| view.audit_page(&org(), &AuditFilter::default(), PageRequest::default())).unwrap();
    let seen: Vec<_> = page.items.iter().map(|entry| entry.event.event.as_str()).collect();
    assert_eq!(seen, ["next", "kept"]);
    assert!(store.records.read(|view| view.verify_audit(&org(), &[])).unwrap().problems.is_empty());
}
