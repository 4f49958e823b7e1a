//! Landings.

use super::{Store, commit, later, now, org, sort};
use lorekeep::base::CommitId;
use lorekeep::records::{Actor, Landing, LandingKind, NewLanding, RepositoryId};

fn landing(commit: CommitId, at: i64) -> NewLanding {
    let correlation_id = "lk-1".to_owned();
    NewLanding { commit, at: later(at), kind: LandingKind::Push, actor: Actor::Engine, update: None, correlation_id }
}

fn land(store: &Store, repository: &RepositoryId, n: u8, at: i64, clock: i64) -> Landing {
    store.records.write(|tx| tx.add_landing(repository, &landing(commit(n), at), later(clock))).unwrap()
}

#[test]
fn landings_are_found_by_commit_by_time_and_in_order() {
    let store = Store::new();
    let repository = store.repository(&org(), "brain").id;
    let elsewhere = store.repository(&org(), "elsewhere").id;
    for (n, at) in [(1, 0), (2, 10), (3, 10), (4, 30)] {
        assert_eq!(land(&store, &repository, n, at, at).landed_at, later(at));
    }
    land(&store, &elsewhere, 9, 5, 5);
    let at = |moment| {
        let found = store.records.read(|view| view.landing_at(&repository, later(moment))).unwrap();
        found.map(|landing| landing.commit)
    };
    assert_eq!(at(-1), None);
    assert_eq!(at(0), Some(commit(1)));
    assert_eq!(at(9), Some(commit(1)));
    assert_eq!(at(10), Some(commit(3)));
    assert_eq!(at(99), Some(commit(4)));
    store
        .records
        .read(|view| {
            assert_eq!(view.first_landing(&repository)?.unwrap().commit, commit(1));
            assert_eq!(view.last_landing(&repository)?.unwrap().commit, commit(4));
            assert_eq!(view.landing_count(&repository)?, 4);
            assert_eq!(view.landing(&repository, commit(9))?, None);
            assert_eq!(view.landed_times(&elsewhere)?, [(commit(9), later(5))]);
            Ok::<_, lorekeep::records::RecordsError>(())
        })
        .unwrap();
}

#[test]
fn the_first_landing_of_a_commit_counts() {
    let store = Store::new();
    let repository = store.repository(&org(), "brain").id;
    let first = land(&store, &repository, 1, 0, 0);
    assert_eq!(land(&store, &repository, 1, 50, 50), first);
    assert_eq!(store.records.read(|view| view.landing_count(&repository)).unwrap(), 1);
}

#[test]
fn times_never_fall_along_the_line_and_never_lie_ahead() {
    let store = Store::new();
    let repository = store.repository(&org(), "brain").id;
    // An adopted history: a date of another century, one before it, and then the clock set back.
    let times = [(1, 4_000_000_000, 100), (2, 20, 100), (3, 200, 200), (4, 150, 150), (5, 300, 300)];
    let landed: Vec<_> = times.map(|(n, at, clock)| land(&store, &repository, n, at, clock).landed_at).into();
    assert_eq!(landed, [later(100), later(100), later(200), later(200), later(300)]);
}

#[test]
fn a_landing_is_never_changed_or_removed() {
    let store = Store::new();
    let repository = store.repository(&org(), "brain").id;
    land(&store, &repository, 1, 0, 0);
    for sql in ["UPDATE landings SET landed_at = 0", "DELETE FROM landings"] {
        assert!(store.raw().execute(sql, []).unwrap_err().to_string().contains("a landing"), "{sql}");
    }
    let unknown = store.records.write(|tx| tx.add_landing(&RepositoryId::fresh(), &landing(commit(1), 0), now()));
    assert_eq!(sort(unknown), "sqlite", "the repository has to exist");
}
