//! The log of changes: what writes it, how long it is kept, what its cursors are good for.

use super::{Store, later, now, org, other, principal};
use lorekeep::access::Role;
use lorekeep::records::{
    Actor, CHANGES_KEPT, CHANGES_KEPT_SECONDS, Change, ChangeKind, NewToken, Records, RecordsError, TOKENS,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

fn all(records: &Records) -> Vec<Change> {
    let all: Result<_, RecordsError> = records.read(|view| view.changes_after(0, 1_000_000));
    all.unwrap()
}

fn told(records: &Records) -> Vec<(String, String, ChangeKind)> {
    all(records).into_iter().map(|change| (change.resource, change.name, change.kind)).collect()
}

fn purge(records: &Records, at: i64) -> usize {
    let purged: Result<_, RecordsError> = records.write(|tx| tx.purge_changes(later(at)));
    purged.unwrap()
}

#[test]
fn whatever_happens_to_a_thing_in_one_transaction_is_told_once() {
    let store = Store::new();
    let before = all(&store.records).len();
    let repository = store.repository(&org(), "notes");
    let made = told(&store.records).split_off(before);
    assert_eq!(made, [("agentmemoryrepositories".to_owned(), "notes".to_owned(), ChangeKind::Added)]);
    let twice: Result<(), RecordsError> = store.records.write(|tx| {
        tx.set_policy(&repository.id, &repository.policy)?;
        tx.set_policy(&repository.id, &repository.policy)
    });
    twice.unwrap();
    assert_eq!(told(&store.records).len(), before + 2);
    assert_eq!(told(&store.records).last().unwrap().2, ChangeKind::Modified);
}

#[test]
fn a_transaction_that_fails_tells_nothing() {
    let store = Store::new();
    let repository = store.repository(&org(), "notes");
    let before = all(&store.records);
    let failed: Result<(), RecordsError> = store.records.write(|tx| {
        tx.set_policy(&repository.id, &repository.policy)?;
        Err(RecordsError::BadCursor)
    });
    assert!(failed.is_err());
    assert_eq!(all(&store.records), before);
}

#[test]
fn a_token_that_is_taken_back_is_told_once() {
    let store = Store::new();
    let new = NewToken {
        name: "t".to_owned(),
        principal: principal("user:mira"),
        role: Role::Reader,
        scope: None,
        expires_at: None,
    };
    let token: Result<_, RecordsError> =
        store.records.write(|tx| Ok(tx.create_token(&org(), &new, &Actor::Operator, now())?.0));
    let token = token.unwrap();
    let before = all(&store.records).len();
    for _ in 0..2 {
        store.records.write(|tx| tx.revoke_token(&org(), &token.id, now())).unwrap();
    }
    let changes = all(&store.records).split_off(before);
    assert_eq!(changes.len(), 1);
    assert!(changes[0].revokes(&token.id) && changes[0].resource == TOKENS);
}

#[test]
fn the_listener_hears_of_changes_and_of_nothing_else() {
    let store = Store::new();
    let repository = store.repository(&org(), "notes");
    let heard = Arc::new(AtomicUsize::new(0));
    let counted = heard.clone();
    store.records.listen(move || {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let quiet: Result<(), RecordsError> = store.records.write(|_| Ok(()));
    quiet.unwrap();
    assert_eq!(heard.load(Ordering::SeqCst), 0);
    store.records.write(|tx| tx.set_policy(&repository.id, &repository.policy)).unwrap();
    assert_eq!(heard.load(Ordering::SeqCst), 1);
}

#[test]
fn changes_are_kept_for_a_time_and_up_to_a_number() {
    let store = Store::new();
    let first = store.repository(&org(), "notes");
    let second = store.repository(&other(), "notes");
    let (start, mine) = (all(&store.records).first().unwrap().position - 1, all(&store.records).len());
    let kept = |org: &lorekeep::base::OrgId, position: i64| -> bool {
        let kept: Result<_, RecordsError> = store.records.read(|view| view.changes_kept_since(org, position));
        kept.unwrap()
    };
    assert!(kept(&org(), start) && kept(&other(), start));
    assert_eq!(purge(&store.records, 0), 0);
    assert_eq!(purge(&store.records, CHANGES_KEPT_SECONDS - 1), 0);
    assert_eq!(purge(&store.records, CHANGES_KEPT_SECONDS), mine);
    assert!(!kept(&org(), start) && !kept(&other(), start));

    for _ in 0..2 {
        store.records.write(|tx| tx.set_policy(&second.id, &second.policy)).unwrap();
    }
    let (last, beyond) = (all(&store.records).last().unwrap().position, CHANGES_KEPT as usize + 5);
    assert!(kept(&org(), last) && !kept(&org(), last + 1), "a position that nobody was given is none");
    // Many at once, as many transactions would have written them.
    let raw = store.raw();
    let sql = "INSERT INTO changes (org, resource, name, kind, open)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) SELECT ?1, 'things', i, 'MODIFIED', 0 FROM n";
    raw.execute(sql, (first.org.as_str(), beyond as i64)).unwrap();
    assert_eq!(purge(&store.records, CHANGES_KEPT_SECONDS + 1), 5);
    assert!(!kept(&org(), last) && kept(&other(), last), "each org has its own number");
    let left: Result<_, RecordsError> = store.records.read(|view| view.changes_of(&other(), last - 2, 10));
    assert_eq!(left.unwrap().len(), 2);
}

#[test]
fn a_cursor_is_of_one_resource_of_one_org() {
    let cursor = Change::cursor(&org(), "agentmemoryupdates", 7);
    assert_eq!(Change::position_of(&org(), "agentmemoryupdates", &cursor), Some(7));
    assert_eq!(Change::position_of(&org(), "agentmemoryrepositories", &cursor), None);
    assert_eq!(Change::position_of(&other(), "agentmemoryupdates", &cursor), None);
    for damaged in ["", "x", &cursor[1..], &format!("{cursor}A")] {
        assert_eq!(Change::position_of(&org(), "agentmemoryupdates", damaged), None);
    }
}
