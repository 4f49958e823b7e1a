//! Intents.

use super::{Store, commit, later, now, org, sort};
use lorekeep::base::Oid;
use lorekeep::records::{Actor, IntentKind, IntentOutcome, LandingKind, NewIntent, NewLanding, Records};

fn intent(store: &Store, name: &str) -> NewIntent {
    NewIntent {
        kind: IntentKind::Push,
        repository: store.repository(&org(), name).id,
        update: None,
        ref_name: "refs/heads/main".to_owned(),
        expected: Some(commit(1)),
        new_commit: commit(2),
        tree: Oid::from_bytes([7; 20]),
        actor: Actor::Engine,
        detail: serde_json::json!({"correlationId": "lk-1"}),
    }
}

#[test]
fn an_open_intent_is_there_after_a_crash_as_it_was_written() {
    let store = Store::new();
    let (first, second) = (intent(&store, "a"), NewIntent { expected: None, ..intent(&store, "b") });
    let opened = store.records.write(|tx| tx.open_intent(&first, now())).unwrap();
    store.records.write(|tx| tx.open_intent(&second, later(1))).unwrap();

    let next = Records::open(&store.path()).unwrap();
    let open = next.read(|view| view.open_intents()).unwrap();
    assert_eq!(open.iter().map(|o| &o.intent).collect::<Vec<_>>(), [&first, &second]);
    assert_eq!((open[0].id, open[0].created_at), (opened, now()));
}

#[test]
fn an_intent_is_closed_once_and_what_follows_happens_once() {
    let store = Store::new();
    let new = intent(&store, "a");
    let id = store.records.write(|tx| tx.open_intent(&new, now())).unwrap();
    let finish = || {
        store.records.write(|tx| {
            let mine = tx.close_intent(id, IntentOutcome::Done, later(1))?;
            if mine {
                let correlation_id = "lk-1".to_owned();
                let (kind, actor) = (LandingKind::Push, Actor::Engine);
                let landing =
                    NewLanding { commit: new.new_commit, at: later(1), kind, actor, update: None, correlation_id };
                tx.add_landing(&new.repository, &landing, later(1))?;
            }
            Ok::<_, lorekeep::records::RecordsError>(mine)
        })
    };
    assert!(finish().unwrap());
    assert!(!finish().unwrap());
    assert!(store.records.read(|view| view.open_intents()).unwrap().is_empty());
    assert_eq!(store.records.read(|view| view.landing_count(&new.repository)).unwrap(), 1);
    assert!(!store.records.write(|tx| tx.close_intent(id, IntentOutcome::Abandoned, later(2))).unwrap());
}

#[test]
fn an_intent_of_no_repository_is_refused() {
    let store = Store::new();
    let new = NewIntent { repository: lorekeep::records::RepositoryId::fresh(), ..intent(&store, "a") };
    assert_eq!(sort(store.records.write(|tx| tx.open_intent(&new, now()))), "sqlite");
}
