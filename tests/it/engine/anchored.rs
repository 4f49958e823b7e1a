//! The audit chain with its anchors in git: whatever one row is changed to is found.

use super::world::{World, clone, git_in, org};
use super::{code, note};
use lorekeep::base::Digest;
use lorekeep::base::digest::canonical_json;
use lorekeep::engine::{
    ANCHOR_ENTRIES, ANCHOR_SECONDS, AUDIT_REF, AskAudit, AuditVerified, Code, RefRequest, Role, with_correlation,
};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::Value;

impl World {
    fn raw(&self) -> Connection {
        let db = Connection::open(self.path().join("records.sqlite3")).unwrap();
        db.execute_batch("DROP TRIGGER IF EXISTS audit_never_changes; DROP TRIGGER IF EXISTS audit_never_goes;")
            .unwrap();
        db
    }

    fn checked(&self) -> AuditVerified {
        self.verify_audit(&org("a5c"), None).unwrap()
    }

    fn anchors(&self) -> usize {
        let (listed, ok) = (self.git(&["for-each-ref", AUDIT_REF]), !self.git(&["for-each-ref", AUDIT_REF]).is_empty());
        if ok { self.git(&["rev-list", "--count", AUDIT_REF]).parse().unwrap() } else { listed.len() }
    }
}

/// A world whose chain has some entries, the newest of them anchored.
fn anchored() -> World {
    let world = World::new();
    world.land("terms/a.md", &note("term:a", "First."));
    let ada = world.caller("user:ada", Role::Reader);
    for n in 0..6 {
        // No two entries are alike: one more of the last would be nothing but one more.
        with_correlation(&format!("lk-{n}"), || world.resolve(&ada, None, &RefRequest::default())).unwrap();
    }
    world.anchor(&org("a5c")).unwrap().unwrap();
    world
}

#[test]
fn an_anchor_is_a_signed_commit_that_holds_the_head_of_the_chain() {
    let world = anchored();
    let found = world.checked();
    assert_eq!((found.anchors, found.anchored_up_to), (1, found.entries));
    assert_eq!(found.faults, []);
    let text: Value = serde_json::from_str(&world.git(&["show", &format!("{AUDIT_REF}:anchor.json")])).unwrap();
    assert_eq!(text["digest"], found.head.unwrap().to_string());
    assert_eq!(text["organization"], "a5c");
    assert_eq!(world.anchor(&org("a5c")).unwrap(), None, "nothing is new");
    world.caller("user:bob", Role::Reader);
    world.anchor(&org("a5c")).unwrap().unwrap();
    assert_eq!((world.anchors(), world.checked().anchors), (2, 2));
    assert_eq!(world.git(&["rev-list", "--max-parents=0", "--count", AUDIT_REF]), "1", "each follows the one before");
    assert_eq!(world.git(&["fsck", "--full", "--strict"]), "");
}

#[test]
fn a_chain_is_anchored_by_number_and_by_time_and_at_the_end() {
    let world = anchored();
    let ada = world.caller("user:ada", Role::Reader);
    world.anchor_where_due();
    assert_eq!(world.anchors(), 1, "a new entry waits");
    world.later(ANCHOR_SECONDS);
    world.anchor_where_due();
    assert_eq!(world.anchors(), 2);
    for _ in 0..ANCHOR_ENTRIES {
        world.audit_denied(&ada, "x", Code::PolicyDenied, "lk-1");
    }
    world.anchor_where_due();
    assert_eq!(world.anchors(), 3);
    world.audit_denied(&ada, "x", Code::PolicyDenied, "lk-1");
    world.anchor_all();
    world.anchor_all();
    assert_eq!((world.anchors(), world.checked().faults), (4, vec![]));
}

#[test]
fn anchoring_that_fails_is_audited_once_and_tried_again() {
    let world = anchored();
    world.caller("user:bob", Role::Reader);
    let lock = world.git_dir().join("refs/lorekeep/audit.lock");
    std::fs::write(&lock, "").unwrap();
    world.anchor_all();
    world.anchor_all();
    let failed = |world: &World| world.audited().iter().filter(|e| *e == "audit.anchored").count();
    assert_eq!((failed(&world), world.anchors()), (1, 1));
    std::fs::remove_file(&lock).unwrap();
    world.anchor_all();
    assert_eq!((failed(&world), world.anchors(), world.checked().faults), (1, 2, vec![]));
}

#[test]
fn an_anchor_that_was_written_and_not_put_in_its_place_or_twice_does_no_harm() {
    let world = anchored();
    let first = world.git(&["rev-parse", AUDIT_REF]);
    world.caller("user:bob", Role::Reader);
    world.anchor(&org("a5c")).unwrap();
    // As after a crash before the reference moved: the commit is there, and nothing leads to it.
    world.git(&["update-ref", AUDIT_REF, &first]);
    assert_eq!(world.checked().faults, []);
    world.later(1);
    world.anchor(&org("a5c")).unwrap().unwrap();
    world.git(&["update-ref", "-d", AUDIT_REF]);
    assert_eq!((world.checked().faults, world.checked().anchors), (vec![], 0));
    world.anchor(&org("a5c")).unwrap().unwrap();
    assert_eq!((world.checked().faults, world.checked().anchors), (vec![], 1));
}

#[test]
fn an_anchor_by_a_stranger_or_of_something_else_is_named() {
    let world = anchored();
    let tree = world.git(&["rev-parse", &format!("{AUDIT_REF}^{{tree}}")]);
    let forged = world.git(&["commit-tree", "-p", AUDIT_REF, "-m", "forged", &tree]);
    world.git(&["update-ref", AUDIT_REF, &forged]);
    let faults = world.checked().faults;
    assert_eq!(faults.iter().map(|f| f.fault).collect::<Vec<_>>(), ["bad-anchor"]);
}

#[test]
fn a_clone_kept_elsewhere_tells_of_a_chain_made_anew_with_its_anchors() {
    let world = anchored();
    let kept = clone(&world);
    git_in(&world, kept.path(), &["fetch", "--quiet", "origin", &format!("{AUDIT_REF}:{AUDIT_REF}")]);
    let db = world.raw();
    recompute_from(&db, 2, |entry| entry["target"] = "forged".into());
    world.git(&["update-ref", "-d", AUDIT_REF]);
    assert_eq!(world.checked().faults, [], "whoever has the whole data directory can do that");
    let faults = world.verify_audit(&org("a5c"), Some(kept.path())).unwrap().faults;
    assert_eq!(faults.iter().map(|f| f.fault).collect::<Vec<_>>(), ["not-anchored"]);
}

#[test]
fn the_chain_is_exported_as_lines_that_can_be_checked() {
    let world = anchored();
    let export = |from| {
        let mut lines = Vec::new();
        world
            .export_audit(&org("a5c"), from, &mut |line| {
                lines.push(line.to_owned());
                Ok(())
            })
            .unwrap();
        lines
    };
    let all = export((1, None));
    assert_eq!(all.len() as u64, world.checked().entries);
    for line in &all {
        let parsed: Value = serde_json::from_str(line).unwrap();
        assert_eq!(parsed["digest"], Digest::of_json(&parsed["entry"]).to_string());
    }
    assert_eq!(export((4, None)), all[3..]);
    assert_eq!(export((1, Some(world.now()))), all);
    world.later(1);
    assert_eq!(export((1, Some(world.now()))), [""; 0]);
    let broken = world.export_audit(&org("a5c"), (1, None), &mut |_| Err(std::io::ErrorKind::BrokenPipe.into()));
    assert_eq!(code(broken), Code::Unavailable);
}

#[test]
fn an_admin_reads_pages_of_the_chain_and_nobody_else() {
    let world = anchored();
    let admin = world.caller("user:root", Role::Admin);
    let ask = AskAudit { event: Some("agent.memory.update.".to_owned()), limit: 2, ..AskAudit::default() };
    let page = world.audit_log(&admin, &ask).unwrap();
    let events: Vec<&str> = page.items.iter().map(|entry| entry["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["agent.memory.update.merged", "agent.memory.update.approved"]);
    let next = world.audit_log(&admin, &AskAudit { cursor: page.next_cursor, ..ask.clone() }).unwrap();
    assert_eq!(next.items[0]["event"], "agent.memory.update.proposed");
    assert_eq!(
        code(world.audit_log(&admin, &AskAudit { decision: Some("maybe".into()), ..ask.clone() })),
        Code::BadRequest
    );
    assert_eq!(code(world.audit_log(&world.caller("user:mia", Role::Maintainer), &ask)), Code::PolicyDenied);
    assert!(world.audit_verified(&admin).unwrap().faults.is_empty());
}

/// Changes an entry, and makes every digest from there on anew, that of the end too.
fn recompute_from(db: &Connection, sequence: i64, change: impl Fn(&mut Value)) {
    let mut rows =
        db.prepare("SELECT sequence, entry FROM audit WHERE org = 'a5c' AND sequence >= ?1 ORDER BY sequence").unwrap();
    let rows: Vec<(i64, String)> =
        rows.query_map([sequence], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    let mut before: Option<String> = None;
    for (at, text) in rows {
        let mut entry: Value = serde_json::from_str(&text).unwrap();
        match &before {
            None => change(&mut entry),
            Some(digest) => entry["previous"] = digest.clone().into(),
        }
        let text = String::from_utf8(canonical_json(&entry)).unwrap();
        let digest = Digest::of(text.as_bytes()).to_string();
        db.execute(
            "UPDATE audit SET entry = ?2, digest = ?3 WHERE org = 'a5c' AND sequence = ?1",
            (at, &text, &digest),
        )
        .unwrap();
        db.execute("UPDATE audit_heads SET digest = ?1 WHERE org = 'a5c'", [&digest]).unwrap();
        before = Some(digest);
    }
}

/// One alteration of a chain.
#[derive(Clone, Debug)]
enum Tamper {
    Byte { at: usize },
    Digest,
    Remove,
    RemoveAndMend,
    Insert,
    Swap { with: i64 },
    CutOff,
    CutOffAndMend,
    Redigest,
    Anew,
}

fn tampers() -> impl Strategy<Value = Tamper> {
    prop_oneof![
        (0usize..400).prop_map(|at| Tamper::Byte { at }),
        Just(Tamper::Digest),
        Just(Tamper::Remove),
        Just(Tamper::RemoveAndMend),
        Just(Tamper::Insert),
        (1i64..9).prop_map(|with| Tamper::Swap { with }),
        Just(Tamper::CutOff),
        Just(Tamper::CutOffAndMend),
        Just(Tamper::Redigest),
        Just(Tamper::Anew),
    ]
}

/// Alters the chain at an entry, and gives the first number that can be named for it.
fn tamper(db: &Connection, sequence: i64, how: &Tamper) {
    let run = |sql: &str| db.execute_batch(&sql.replace("?1", &sequence.to_string())).unwrap();
    match how {
        Tamper::Byte { at } => {
            let text: String =
                db.query_row("SELECT entry FROM audit WHERE org = 'a5c' AND sequence = ?1", [sequence], |row| row.get(0)).unwrap();
            let mut bytes = text.into_bytes();
            let at = at % bytes.len();
            bytes[at] = if bytes[at].is_ascii_digit() { (bytes[at] - b'0' + 1) % 10 + b'0' } else { b'7' };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            // Where it is no JSON any more the columns that are made of it cannot be: SQLite refuses some of those.
            if db.execute("UPDATE audit SET entry = ?2 WHERE org = 'a5c' AND sequence = ?1", (sequence, text)).is_err() {
                run("UPDATE audit SET digest = 'blake3:0' WHERE org = 'a5c' AND sequence = ?1");
            }
        }
        Tamper::Digest => run("UPDATE audit SET digest = replace(digest, 'blake3:', 'blake3:0') WHERE org = 'a5c' AND sequence = ?1"),
        Tamper::Remove => run("DELETE FROM audit WHERE org = 'a5c' AND sequence = ?1"),
        Tamper::RemoveAndMend => {
            run("DELETE FROM audit WHERE org = 'a5c' AND sequence = ?1;
                 UPDATE audit SET sequence = -sequence WHERE org = 'a5c' AND sequence > ?1;
                 UPDATE audit SET sequence = -sequence - 1 WHERE org = 'a5c' AND sequence < 0;
                 UPDATE audit_heads SET sequence = sequence - 1 WHERE org = 'a5c'");
            renumber(db, sequence);
        }
        Tamper::Insert => {
            run("UPDATE audit SET sequence = -sequence WHERE org = 'a5c' AND sequence >= ?1;
                 UPDATE audit SET sequence = 1 - sequence WHERE org = 'a5c' AND sequence < 0;
                 INSERT INTO audit (org, sequence, entry, digest) SELECT org, ?1, entry, digest FROM audit WHERE org = 'a5c' AND sequence = ?1 + 1;
                 UPDATE audit_heads SET sequence = sequence + 1 WHERE org = 'a5c'");
            renumber(db, sequence);
        }
        Tamper::Swap { with } => run(&format!(
            "UPDATE audit SET sequence = 9999 WHERE org = 'a5c' AND sequence = ?1;
             UPDATE audit SET sequence = ?1 WHERE org = 'a5c' AND sequence = {with};
             UPDATE audit SET sequence = {with} WHERE org = 'a5c' AND sequence = 9999"
        )),
        Tamper::CutOff => run("DELETE FROM audit WHERE org = 'a5c' AND sequence >= ?1"),
        Tamper::CutOffAndMend => run("DELETE FROM audit WHERE org = 'a5c' AND sequence >= ?1;
            DELETE FROM audit_heads WHERE org = 'a5c';
            INSERT INTO audit_heads SELECT org, sequence, digest FROM audit WHERE org = 'a5c' ORDER BY sequence DESC LIMIT 1"),
        Tamper::Redigest => {
            let text: String =
                db.query_row("SELECT entry FROM audit WHERE org = 'a5c' AND sequence = ?1", [sequence], |row| row.get(0)).unwrap();
            let text = text.replace("\"source\":\"", "\"source\":\"x");
            let digest = Digest::of(text.as_bytes()).to_string();
            db.execute("UPDATE audit SET entry = ?2, digest = ?3 WHERE org = 'a5c' AND sequence = ?1", (sequence, text, digest)).unwrap();
        }
        Tamper::Anew => recompute_from(db, sequence, |entry| entry["actor"] = "user:nobody".into()),
    }
}

/// Gives the entries from a number on the number that they stand at, and every digest anew.
fn renumber(db: &Connection, from: i64) {
    let mut rows = db.prepare("SELECT sequence, entry FROM audit WHERE org = 'a5c' ORDER BY sequence").unwrap();
    let rows: Vec<(i64, String)> =
        rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    let mut before = Value::Null;
    for (at, text) in rows {
        let mut entry: Value = serde_json::from_str(&text).unwrap();
        if at >= from {
            (entry["sequence"], entry["previous"]) = (at.into(), before);
        }
        let text = String::from_utf8(canonical_json(&entry)).unwrap();
        let digest = Digest::of(text.as_bytes()).to_string();
        db.execute(
            "UPDATE audit SET entry = ?2, digest = ?3 WHERE org = 'a5c' AND sequence = ?1",
            (at, &text, &digest),
        )
        .unwrap();
        db.execute("UPDATE audit_heads SET digest = ?1 WHERE org = 'a5c'", [&digest]).unwrap();
        before = digest.into();
    }
}

#[test]
fn each_single_alteration_of_an_anchored_chain_is_found() {
    let world = anchored();
    let whole = world.checked();
    assert!(whole.faults.is_empty() && whole.entries >= 9);
    let keep = "CREATE TABLE kept AS SELECT org, sequence, entry, digest FROM audit; CREATE TABLE kept_heads AS SELECT * FROM audit_heads";
    world.raw().execute_batch(keep).unwrap();
    let restore = "DELETE FROM audit; INSERT INTO audit (org, sequence, entry, digest) SELECT * FROM kept;
        DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept_heads";
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        failure_persistence: None,
        cases: 120,
        ..ProptestConfig::default()
    });
    let done = runner.run(&(1..=whole.entries as i64, tampers()), |(sequence, how)| {
        let db = world.raw();
        tamper(&db, sequence, &how);
        let found = world.checked();
        db.execute_batch(restore).unwrap();
        let untouched = match how {
            Tamper::Swap { with } => with == sequence,
            // One more of the last is an entry above the anchor, by whoever makes every digest anew.
            Tamper::Insert => sequence == whole.entries as i64,
            _ => false,
        };
        prop_assert_eq!(found.faults.is_empty(), untouched, "{:?}", &found.faults);
        let at = |fault: &lorekeep::engine::AuditFault| {
            fault.sequence as i64
                >= sequence
                    .min(match how {
                        Tamper::Swap { with } => with,
                        _ => sequence,
                    })
                    .saturating_sub(1)
        };
        prop_assert!(found.faults.iter().all(at), "{:?}", found.faults);
        Ok(())
    });
    done.unwrap();
    assert_eq!(world.checked(), whole);
}
