//! The audit chain.

use super::{Store, commit, digest, later, now, org, other, sort};
use lorekeep::base::{OrgId, RepositoryName};
use lorekeep::records::{
    Actor, AuditEntry, AuditEvent, AuditFilter, AuditHead, Decision, Flaw, PageRequest, RecordsError, Tx,
};

pub(super) fn event(name: &str) -> AuditEvent {
    AuditEvent {
        event: name.to_owned(),
        actor: Actor::Engine,
        source: "engine".to_owned(),
        target: "AgentMemoryRepository/krate-org-a5c/brain".to_owned(),
        repository: Some(RepositoryName::parse("brain").unwrap()),
        decision: Decision::Allowed,
        reasons: Vec::new(),
        digests: [("diffDigest".to_owned(), digest("d"))].into(),
        resolved_commit: Some(commit(1)),
        correlation_id: "lk-1".to_owned(),
    }
}

impl Store {
    fn audited(&self, names: &[&str]) -> Vec<AuditEntry> {
        let append = |tx: &Tx<'_>, (i, name): (usize, &&str)| tx.audit(&org(), event(name), later(i as i64));
        let all = |tx: &Tx<'_>| names.iter().enumerate().map(|each| append(tx, each)).collect();
        self.records.write(all).unwrap()
    }

    fn flaws(&self, anchors: &[AuditHead]) -> Vec<(u64, Flaw)> {
        let report = self.records.read(|view| view.verify_audit(&org(), anchors)).unwrap();
        report.problems.iter().map(|problem| (problem.sequence, problem.flaw)).collect()
    }

    /// Changes the log as somebody would who has the file and no scruples.
    fn tamper(&self, sql: &str) {
        let lifted = "DROP TRIGGER audit_never_changes; DROP TRIGGER audit_never_goes;";
        self.raw().execute_batch(&format!("{lifted} {sql}")).unwrap();
    }
}

#[test]
fn a_chain_has_no_gaps_and_each_entry_holds_the_digest_before_it() {
    let store = Store::new();
    let entries = store.audited(&["a", "b", "c"]);
    assert_eq!(entries.iter().map(|e| e.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(entries[0].previous, None);
    assert_eq!(entries[1].previous, Some(lorekeep::base::Digest::of_json(&entries[0])));
    assert_eq!(entries[2].previous, Some(lorekeep::base::Digest::of_json(&entries[1])));
    assert_eq!(store.flaws(&[]), []);
    let report = store.records.read(|view| view.verify_audit(&org(), &[])).unwrap();
    assert_eq!((report.entries, report.head), (3, store.records.read(|view| view.audit_head(&org())).unwrap()));
}

#[test]
fn an_entry_is_written_in_these_words() {
    let store = Store::new();
    store.audited(&["agent.memory.update.merged"]);
    let text: String = store.raw().query_row("SELECT entry FROM audit", [], |row| row.get(0)).unwrap();
    let digest = digest("d");
    assert_eq!(
        text,
        format!(
            "{{\"actor\":\"engine\",\"at\":\"2026-05-10T12:00:00Z\",\"correlationId\":\"lk-1\",\"decision\":\"allowed\",\
             \"digests\":{{\"diffDigest\":\"{digest}\"}},\"event\":\"agent.memory.update.merged\",\"namespace\":\"krate-org-a5c\",\
             \"organizationRef\":\"a5c\",\"previous\":null,\"repository\":\"brain\",\"resolvedCommit\":\"{}\",\"sequence\":1,\
             \"source\":\"engine\",\"target\":\"AgentMemoryRepository/krate-org-a5c/brain\"}}",
            commit(1)
        )
    );
}

#[test]
fn each_org_has_a_chain_of_its_own() {
    let store = Store::new();
    store.audited(&["a", "b"]);
    let entry = store.records.write(|tx| tx.audit(&other(), event("c"), now())).unwrap();
    assert_eq!((entry.sequence, entry.previous), (1, None));
    let page =
        store.records.read(|view| view.audit_page(&other(), &AuditFilter::default(), PageRequest::default())).unwrap();
    assert_eq!(page.items.iter().map(|e| e.event.event.as_str()).collect::<Vec<_>>(), ["c"]);
    let nowhere = OrgId::parse("nowhere").unwrap();
    assert_eq!(sort(store.records.write(|tx| tx.audit(&nowhere, event("c"), now()))), "not found");
}

#[test]
fn an_entry_goes_with_the_transaction_it_tells_of() {
    let store = Store::new();
    let failed = store.records.write(|tx| {
        tx.audit(&org(), event("a"), now())?;
        Err::<(), _>(RecordsError::BadCursor)
    });
    assert_eq!(sort(failed), "bad cursor");
    assert_eq!(store.audited(&["b"])[0].sequence, 1);
    assert_eq!(store.flaws(&[]), []);
}

#[test]
fn pages_are_newest_first_and_lead_to_the_end() {
    let store = Store::new();
    store.audited(&["a", "b", "c", "d", "e"]);
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let request = PageRequest { cursor: cursor.as_deref(), limit: 2 };
        let page = store.records.read(|view| view.audit_page(&org(), &AuditFilter::default(), request)).unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|entry| entry.sequence));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

#[test]
fn a_cursor_is_of_one_list_of_one_org() {
    let store = Store::new();
    store.audited(&["a", "b", "c"]);
    let request = PageRequest { cursor: None, limit: 1 };
    let page = store.records.read(|view| view.audit_page(&org(), &AuditFilter::default(), request)).unwrap();
    let cursor = page.next.unwrap();
    let ask = |org: &OrgId, cursor: &str| {
        let request = PageRequest { cursor: Some(cursor), limit: 1 };
        sort(store.records.read(|view| view.audit_page(org, &AuditFilter::default(), request)))
    };
    assert_eq!(ask(&org(), &cursor), "ok");
    assert_eq!(ask(&other(), &cursor), "bad cursor");
    for bad in ["", "2", "x", "ä", &cursor[1..], &format!("{cursor}a"), &"a".repeat(10_000), "ä".repeat(60).as_str()]
    {
        assert_eq!(ask(&org(), bad), "bad cursor", "{bad}");
    }
    let request = PageRequest { cursor: Some(&cursor), limit: 1 };
    let updates = store.records.read(|view| view.updates(&org(), lorekeep::records::UpdateFilter::default(), request));
    assert_eq!(sort(updates), "bad cursor");
}

#[test]
fn entries_are_found_by_event_actor_decision_and_repository() {
    let store = Store::new();
    let denied = AuditEvent {
        actor: Actor::Anonymous,
        decision: Decision::Denied,
        repository: None,
        reasons: vec!["MissingRole".to_owned()],
        ..event("access.denied")
    };
    let names = ["agent.memory.update.merged", "agent.memory.query.executed", "agent.memoryx"];
    store.audited(&names);
    store.records.write(|tx| tx.audit(&org(), denied, now())).unwrap();
    let brain = RepositoryName::parse("brain").unwrap();
    let find = |filter: AuditFilter<'_>| {
        let page = store.records.read(|view| view.audit_page(&org(), &filter, PageRequest::default())).unwrap();
        page.items.into_iter().map(|entry| entry.sequence).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(find(all()), [4, 3, 2, 1]);
    assert_eq!(find(AuditFilter { event: Some("agent.memory."), ..all() }), [2, 1]);
    assert_eq!(find(AuditFilter { event: Some("agent.memory"), ..all() }), [0; 0]);
    assert_eq!(find(AuditFilter { event: Some(names[2]), ..all() }), [3]);
    assert_eq!(find(AuditFilter { actor: Some("anonymous"), ..all() }), [4]);
    assert_eq!(find(AuditFilter { decision: Some(Decision::Denied), ..all() }), [4]);
    assert_eq!(find(AuditFilter { repository: Some(&brain), ..all() }), [3, 2, 1]);
    assert_eq!(find(AuditFilter { event: Some("%"), ..all() }), [0; 0]);
}

#[test]
fn long_texts_of_strangers_are_cut() {
    let store = Store::new();
    let long =
        AuditEvent { target: "ä".repeat(100_000), reasons: vec!["x".repeat(10_000); 1000], ..event("access.denied") };
    let entry = store.records.write(|tx| tx.audit(&org(), long, now())).unwrap();
    assert_eq!(entry.event.target.chars().count(), 501);
    assert!(serde_json::to_string(&entry).unwrap().len() < 20_000);
    assert_eq!(store.flaws(&[]), []);
}

#[test]
fn the_log_lets_nothing_be_changed_or_removed() {
    let store = Store::new();
    store.audited(&["a"]);
    for sql in ["UPDATE audit SET sequence = 2", "DELETE FROM audit"] {
        assert!(store.raw().execute(sql, []).unwrap_err().to_string().contains("an audit entry"), "{sql}");
    }
}

#[test]
fn an_altered_entry_is_found() {
    let store = Store::new();
    store.audited(&["a", "b", "c"]);
    store.tamper("UPDATE audit SET entry = replace(entry, '\"event\":\"b\"', '\"event\":\"x\"') WHERE sequence = 2");
    assert_eq!(store.flaws(&[]), [(2, Flaw::Altered), (3, Flaw::Unlinked)]);
}

#[test]
fn an_entry_altered_together_with_its_digest_is_found_by_the_next() {
    let store = Store::new();
    let mut entries = store.audited(&["a", "b", "c"]);
    entries[1].event.event = "x".to_owned();
    let text = String::from_utf8(lorekeep::base::digest::canonical_json(&entries[1])).unwrap();
    let digest = digest(&text);
    store.tamper(&format!("UPDATE audit SET entry = '{text}', digest = '{digest}' WHERE sequence = 2"));
    assert_eq!(store.flaws(&[]), [(3, Flaw::Unlinked)]);
}

#[test]
fn a_removed_entry_is_found_wherever_it_was() {
    for (removed, flaws) in [
        (1, vec![(1, Flaw::Missing), (2, Flaw::Unlinked)]),
        (2, vec![(2, Flaw::Missing), (3, Flaw::Unlinked)]),
        (3, vec![(3, Flaw::WrongEnd)]),
    ] {
        let store = Store::new();
        store.audited(&["a", "b", "c"]);
        store.tamper(&format!("DELETE FROM audit WHERE sequence = {removed}"));
        assert_eq!(store.flaws(&[]), flaws, "entry {removed}");
    }
}

#[test]
fn a_chain_that_is_removed_whole_is_found() {
    let store = Store::new();
    store.audited(&["a", "b", "c"]);
    store.tamper("DELETE FROM audit");
    assert_eq!(store.flaws(&[]), [(3, Flaw::WrongEnd)]);
}

#[test]
fn reordered_entries_are_found() {
    let store = Store::new();
    store.audited(&["a", "b", "c", "d"]);
    store.tamper(
        "UPDATE audit SET sequence = 99 WHERE sequence = 2; UPDATE audit SET sequence = 2 WHERE sequence = 3;
        UPDATE audit SET sequence = 3 WHERE sequence = 99;",
    );
    assert_eq!(store.flaws(&[]), [(2, Flaw::Misplaced), (3, Flaw::Misplaced), (4, Flaw::Unlinked)]);
}

#[test]
fn an_entry_of_another_org_is_found() {
    let store = Store::new();
    store.records.write(|tx| tx.audit(&other(), event("a"), now())).unwrap();
    store.tamper("UPDATE audit SET org = 'a5c'; UPDATE audit_heads SET org = 'a5c'");
    assert_eq!(store.flaws(&[]), [(1, Flaw::Misplaced)]);
}

#[test]
fn a_chain_that_was_made_anew_does_not_hold_the_anchor() {
    let store = Store::new();
    store.audited(&["a", "b"]);
    let anchor = store.records.read(|view| view.audit_head(&org())).unwrap().unwrap();
    store.audited(&["c"]);
    assert_eq!(store.flaws(std::slice::from_ref(&anchor)), []);

    store.tamper("DELETE FROM audit; DELETE FROM audit_heads");
    store.audited(&["x"]);
    assert_eq!(store.flaws(&[]), []);
    assert_eq!(store.flaws(std::slice::from_ref(&anchor)), [(2, Flaw::NotAnchored)]);
    store.audited(&["y", "z"]);
    assert_eq!(store.flaws(&[anchor]), [(2, Flaw::NotAnchored)]);
}
