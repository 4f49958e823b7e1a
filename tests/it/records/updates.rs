//! Updates, revisions, decisions, comments and timelines.

use super::{Store, commit, digest, later, now, org, other, principal, sort};
use lorekeep::base::id::UpdateId;
use lorekeep::base::{OrgId, RepoPath};
use lorekeep::records::{
    Actor, NewComment, NewDecision, NewRevision, NewUpdate, PageRequest, Phase, RecordsError, RepositoryId, Review,
    TimelineEvent, Tx, Update, UpdateFilter, Validation, Verdict, Version, View,
};
use serde_json::json;

fn revision(n: u8, paths: &[&str]) -> NewRevision {
    NewRevision {
        proposer: principal("agent:claude"),
        base_commit: commit(1),
        head_commit: commit(n),
        diff_digest: digest(&format!("diff {n}")),
        changes: json!([{"path": paths[0], "action": "upsert", "reason": "because"}]),
        paths: paths.iter().map(|path| RepoPath::parse(path).unwrap()).collect(),
        risk_notes: json!(["recordsDeleted"]),
        redaction: json!({"status": "clean"}),
    }
}

fn new_update(repository: &RepositoryId) -> NewUpdate {
    NewUpdate {
        id: UpdateId::fresh(),
        org: org(),
        repository: repository.clone(),
        proposer: principal("agent:claude"),
        title: "Say who owns billing".to_owned(),
        reason: "the run asked for it".to_owned(),
        source_run: Some("adr-01hx".to_owned()),
        artifact: None,
        branch: None,
        review: Review::Policy,
    }
}

fn decision(who: &str, n: u8, verdict: Verdict) -> NewDecision {
    let diff_digest = digest(&format!("diff {n}"));
    NewDecision { diff_digest, principal: principal(who), verdict, comment: None, signature: None }
}

/// A store with one update, to be moved on step by step.
struct Case {
    store: Store,
    update: Update,
}

impl Case {
    fn new() -> Self {
        let store = Store::new();
        let repository = store.repository(&org(), "brain").id;
        let first = revision(2, &["teams/a.md"]);
        let update = store.records.write(|tx| tx.create_update(&new_update(&repository), &first, now())).unwrap();
        Self { store, update }
    }

    /// Changes the update as it is now.
    fn change(&mut self, change: impl FnOnce(&Tx<'_>, &UpdateId, Version) -> Result<Update, RecordsError>) -> &Update {
        let Update { id, version, .. } = &self.update;
        self.update = self.store.records.write(|tx| change(tx, id, *version)).unwrap();
        &self.update
    }

    fn phase(&mut self, phase: Phase) -> &Update {
        self.change(|tx, id, version| tx.set_phase(&org(), id, version, phase, None, later(1)))
    }

    fn decide(&mut self, who: &str, n: u8, verdict: Verdict) {
        self.change(|tx, id, version| tx.add_decision(&org(), id, version, &decision(who, n, verdict), later(2)));
    }

    fn look<T>(&self, look: impl FnOnce(&View<'_>, &UpdateId) -> Result<T, RecordsError>) -> T {
        self.store.records.read(|view| look(view, &self.update.id)).unwrap()
    }

    fn standing(&self) -> Vec<(String, Verdict)> {
        let found = self.look(|view, id| view.standing_decisions(&org(), id));
        found.into_iter().map(|decision| (decision.principal.to_string(), decision.verdict)).collect()
    }
}

#[test]
fn a_new_update_is_as_it_was_proposed() {
    let case = Case::new();
    let Update { phase, revision, version, merge_commit, created_at, .. } = case.update.clone();
    assert_eq!((phase, revision, version, merge_commit, created_at), (Phase::Validating, 1, Version(1), None, now()));
    assert_eq!(case.look(|view, id| view.update(&org(), id)), Some(case.update.clone()));
    let first = case.look(|view, id| view.revision(&org(), id, 1)).unwrap();
    assert_eq!((first.head_commit, first.validation_digest, first.findings), (commit(2), None, json!([])));
    assert_eq!(first.risk_notes, json!(["recordsDeleted"]));
}

#[test]
fn an_update_belongs_to_a_repository_of_its_own_org() {
    let store = Store::new();
    let theirs = store.repository(&other(), "brain").id;
    let made = store.records.write(|tx| tx.create_update(&new_update(&theirs), &revision(2, &["a.md"]), now()));
    assert_eq!(sort(made), "not found");
}

#[test]
fn an_id_is_used_once() {
    let case = Case::new();
    let again = NewUpdate { id: case.update.id.clone(), ..new_update(&case.update.repository) };
    let made = case.store.records.write(|tx| tx.create_update(&again, &revision(3, &["b.md"]), now()));
    assert_eq!(sort(made), "already exists");
}

#[test]
fn every_change_raises_the_version_and_a_change_of_an_older_one_is_a_conflict() {
    let mut case = Case::new();
    let stale = case.update.version;
    assert_eq!(case.phase(Phase::AwaitingApproval).version, Version(2));
    let id = case.update.id.clone();
    let write = |change: &dyn Fn(&Tx<'_>) -> Result<Update, RecordsError>| sort(case.store.records.write(change));
    let validation = Validation { tip: None, digest: digest("v"), findings: json!([]) };
    assert_eq!(write(&|tx| tx.set_phase(&org(), &id, stale, Phase::Rejected, None, now())), "conflict");
    assert_eq!(write(&|tx| tx.set_merged(&org(), &id, stale, commit(9), now())), "conflict");
    assert_eq!(write(&|tx| tx.add_revision(&org(), &id, stale, &revision(3, &["a.md"]), now())), "conflict");
    assert_eq!(write(&|tx| tx.set_validation(&org(), &id, stale, &validation, now())), "conflict");
    let approve = decision("user:mira", 2, Verdict::Approve);
    assert_eq!(write(&|tx| tx.add_decision(&org(), &id, stale, &approve, now())), "conflict");
    assert_eq!(case.look(|view, id| view.update(&org(), id)), Some(case.update.clone()));
}

#[test]
fn of_two_that_change_one_version_at_once_one_wins() {
    let case = Case::new();
    let again = lorekeep::records::Records::open(&case.store.path()).unwrap();
    let Update { id, version, .. } = &case.update;
    let merge = |records: &lorekeep::records::Records, n| {
        sort(records.write(|tx| tx.set_merged(&org(), id, *version, commit(n), now())))
    };
    let mut results = std::thread::scope(|scope| {
        let (a, b) = (scope.spawn(|| merge(&case.store.records, 8)), scope.spawn(|| merge(&again, 9)));
        [a.join().unwrap(), b.join().unwrap()]
    });
    results.sort_unstable();
    assert_eq!(results, ["conflict", "ok"]);
}

#[test]
fn an_update_becomes_merged_with_its_commit_alone() {
    let mut case = Case::new();
    let Update { id, version, .. } = case.update.clone();
    let without = case.store.records.write(|tx| tx.set_phase(&org(), &id, version, Phase::Merged, None, now()));
    assert_eq!(sort(without), "conflict");
    let merged = case.change(|tx, id, version| tx.set_merged(&org(), id, version, commit(9), later(5)));
    assert_eq!((merged.phase, merged.merge_commit, merged.updated_at), (Phase::Merged, Some(commit(9)), later(5)));
}

#[test]
fn what_has_ended_does_not_change() {
    for ended in [Phase::Rejected, Phase::Superseded] {
        let mut case = Case::new();
        case.phase(ended);
        let Update { id, version, .. } = case.update.clone();
        let revised =
            case.store.records.write(|tx| tx.add_revision(&org(), &id, version, &revision(3, &["a.md"]), now()));
        assert_eq!(sort(revised), "conflict");
        let merged = case.store.records.write(|tx| tx.set_merged(&org(), &id, version, commit(9), now()));
        assert_eq!(sort(merged), "conflict");
    }
}

#[test]
fn conflicts_are_kept_with_their_phase_and_go_with_it() {
    let mut case = Case::new();
    let conflicts = json!([{"path": "teams/a.md", "ours": "x", "theirs": "y"}]);
    let phase = Phase::Conflicted;
    let update =
        case.change(|tx, id, version| tx.set_phase(&org(), id, version, phase, Some(&conflicts), later(1))).clone();
    assert_eq!((update.phase, update.conflicts), (Phase::Conflicted, Some(conflicts)));
    let revised =
        case.change(|tx, id, version| tx.add_revision(&org(), id, version, &revision(3, &["a.md"]), later(2)));
    assert_eq!((revised.phase, revised.conflicts.clone(), revised.revision), (Phase::Validating, None, 2));
}

#[test]
fn a_validation_is_of_the_present_revision_and_a_later_one_takes_its_place() {
    let mut case = Case::new();
    for (tip, findings) in [(5, json!([{"code": "LK204"}])), (6, json!([]))] {
        let digest = digest(&format!("report {tip}"));
        let validation = Validation { tip: Some(commit(tip)), digest: digest.clone(), findings: findings.clone() };
        case.change(|tx, id, version| tx.set_validation(&org(), id, version, &validation, later(1)));
        let found = case.look(|view, id| view.revision(&org(), id, 1)).unwrap();
        assert_eq!(
            (found.validated_on, found.validation_digest, found.findings),
            (Some(commit(tip)), Some(digest), findings)
        );
    }
}

#[test]
fn another_revision_dismisses_every_decision() {
    let mut case = Case::new();
    case.decide("user:mira", 2, Verdict::Approve);
    case.decide("user:noor", 2, Verdict::Approve);
    assert_eq!(case.standing().len(), 2);
    case.change(|tx, id, version| tx.add_revision(&org(), id, version, &revision(3, &["a.md"]), later(3)));
    assert_eq!(case.standing(), []);
    let all = case.look(|view, id| view.decisions(&org(), id));
    assert!(all.iter().all(|decision| decision.revision == 1 && decision.dismissed_at == Some(later(3))));
    assert_eq!(case.look(|view, id| view.revisions(&org(), id)).len(), 2);
}

#[test]
fn a_decision_about_another_diff_is_refused() {
    let mut case = Case::new();
    case.change(|tx, id, version| tx.add_revision(&org(), id, version, &revision(3, &["a.md"]), later(3)));
    let Update { id, version, .. } = case.update.clone();
    let old = decision("user:mira", 2, Verdict::Approve);
    assert_eq!(sort(case.store.records.write(|tx| tx.add_decision(&org(), &id, version, &old, now()))), "other diff");
    case.decide("user:mira", 3, Verdict::Approve);
    assert_eq!(case.standing(), [("user:mira".to_owned(), Verdict::Approve)]);
}

#[test]
fn of_one_person_the_newest_decision_counts_however_the_name_is_written() {
    let mut case = Case::new();
    case.decide("user:mira", 2, Verdict::Approve);
    case.decide("user:Mira", 2, Verdict::RequestChanges);
    assert_eq!(case.standing(), [("user:Mira".to_owned(), Verdict::RequestChanges)]);
    case.decide("user:mira", 2, Verdict::Approve);
    assert_eq!(case.standing(), [("user:mira".to_owned(), Verdict::Approve)]);
    assert_eq!(case.look(|view, id| view.decisions(&org(), id)).len(), 3);
}

#[test]
fn everyone_who_proposed_a_revision_is_a_proposer() {
    let mut case = Case::new();
    let theirs = NewRevision { proposer: principal("user:mira"), ..revision(3, &["a.md"]) };
    case.change(|tx, id, version| tx.add_revision(&org(), id, version, &theirs, later(3)));
    let proposers = case.look(|view, id| view.update_proposers(&org(), id));
    assert_eq!(proposers, [principal("agent:claude"), principal("user:mira")]);
}

#[test]
fn comments_and_the_timeline_are_kept_in_order_and_disturb_no_version() {
    let mut case = Case::new();
    case.phase(Phase::Rejected);
    let (id, before) = (case.update.id.clone(), case.update.clone());
    case.store
        .records
        .write(|tx| {
            for (i, line) in [None, Some(7)].into_iter().enumerate() {
                let path = line.map(|_| RepoPath::parse("teams/a.md").unwrap());
                let comment = NewComment { principal: principal("user:mira"), path, line, body: format!("note {i}") };
                tx.add_comment(&org(), &id, &comment, later(i as i64))?;
                let event =
                    TimelineEvent { actor: Actor::Engine, kind: format!("k{i}"), detail: json!({"n": i}), at: now() };
                tx.add_timeline(&org(), &id, &event)?;
            }
            Ok::<_, RecordsError>(())
        })
        .unwrap();
    let comments = case.look(|view, id| view.comments(&org(), id));
    assert_eq!((comments[0].body.as_str(), comments[0].line, comments[0].revision), ("note 0", None, 1));
    assert_eq!((comments[1].path.as_deref(), comments[1].line), (Some("teams/a.md"), Some(7)));
    let timeline = case.look(|view, id| view.timeline(&org(), id));
    assert_eq!(timeline.iter().map(|event| event.kind.as_str()).collect::<Vec<_>>(), ["k0", "k1"]);
    assert_eq!(case.look(|view, id| view.update(&org(), id)), Some(before));
}

#[test]
fn nothing_of_an_update_is_seen_or_changed_from_another_org() {
    let mut case = Case::new();
    case.decide("user:mira", 2, Verdict::Approve);
    let (id, version) = (case.update.id.clone(), case.update.version);
    let comment = NewComment { principal: principal("user:eve"), path: None, line: None, body: "x".to_owned() };
    let event = TimelineEvent { actor: Actor::Engine, kind: "k".to_owned(), detail: json!({}), at: now() };
    case.store
        .records
        .read(|view| {
            assert_eq!(view.update(&other(), &id)?, None);
            assert_eq!(view.revision(&other(), &id, 1)?, None);
            assert!(view.revisions(&other(), &id)?.is_empty());
            assert!(view.update_paths(&other(), &id)?.is_empty());
            assert!(view.update_proposers(&other(), &id)?.is_empty());
            assert!(view.decisions(&other(), &id)?.is_empty());
            assert!(view.standing_decisions(&other(), &id)?.is_empty());
            assert!(view.comments(&other(), &id)?.is_empty());
            assert!(view.timeline(&other(), &id)?.is_empty());
            assert!(view.updates(&other(), UpdateFilter::default(), PageRequest::default())?.items.is_empty());
            Ok::<_, RecordsError>(())
        })
        .unwrap();
    let write = &case.store.records;
    assert_eq!(sort(write.write(|tx| tx.set_phase(&other(), &id, version, Phase::Rejected, None, now()))), "not found");
    assert_eq!(sort(write.write(|tx| tx.set_merged(&other(), &id, version, commit(9), now()))), "not found");
    assert_eq!(sort(write.write(|tx| tx.add_comment(&other(), &id, &comment, now()))), "not found");
    assert_eq!(sort(write.write(|tx| tx.add_timeline(&other(), &id, &event))), "not found");
}

/// Five updates of two repositories, oldest first: their ids and the repositories.
fn five(store: &Store) -> (Vec<UpdateId>, [RepositoryId; 2]) {
    let repositories = [store.repository(&org(), "a").id, store.repository(&org(), "b").id];
    let paths: [&[&str]; 5] =
        [&["teams/a.md"], &["teams/b/c.md"], &["teams.md"], &["teams0/x.md", "graph/a.yaml"], &["docs/x.md"]];
    let make = |(i, paths): (usize, &&[&str])| {
        let new = new_update(&repositories[i % 2]);
        store.records.write(|tx| tx.create_update(&new, &revision(i as u8 + 2, paths), now())).unwrap().id
    };
    (paths.iter().enumerate().map(make).collect(), repositories)
}

fn places(store: &Store, ids: &[UpdateId], filter: UpdateFilter<'_>) -> Vec<usize> {
    let page = store.records.read(|view| view.updates(&org(), filter, PageRequest::default())).unwrap();
    page.items.iter().map(|update| ids.iter().position(|id| *id == update.id).unwrap()).collect()
}

#[test]
fn updates_are_listed_by_repository_phase_and_path() {
    let store = Store::new();
    let (ids, repositories) = five(&store);
    store.records.write(|tx| tx.set_phase(&org(), &ids[1], Version(1), Phase::Invalid, None, now())).unwrap();
    let all = UpdateFilter::default();
    let find = |filter| places(&store, &ids, filter);
    assert_eq!(find(all), [4, 3, 2, 1, 0]);
    assert_eq!(find(UpdateFilter { repository: Some(&repositories[1]), ..all }), [3, 1]);
    assert_eq!(find(UpdateFilter { phase: Some(Phase::Invalid), ..all }), [1]);
    assert_eq!(find(UpdateFilter { path: Some("teams"), ..all }), [1, 0]);
    assert_eq!(find(UpdateFilter { path: Some("teams/"), ..all }), [1, 0]);
    assert_eq!(find(UpdateFilter { path: Some("graph/a.yaml"), ..all }), [3]);
    assert_eq!(find(UpdateFilter { path: Some("nothing%"), ..all }), [0; 0]);
    assert_eq!(store.records.read(|view| view.updates_in_phase(Phase::Validating)).unwrap().len(), 4);
}

#[test]
fn a_path_is_that_of_the_present_revision() {
    let mut case = Case::new();
    case.change(|tx, id, version| tx.add_revision(&org(), id, version, &revision(3, &["b.md", "c.md"]), later(3)));
    assert_eq!(case.look(|view, id| view.update_paths(&org(), id)), ["b.md", "c.md"]);
    let filter = UpdateFilter { path: Some("teams/a.md"), ..UpdateFilter::default() };
    assert!(places(&case.store, &[], filter).is_empty());
}

#[test]
fn pages_hold_while_updates_are_added() {
    let store = Store::new();
    let (ids, [repository, _]) = five(&store);
    let ask = |org: &OrgId, cursor: Option<&str>, limit| {
        store.records.read(|view| view.updates(org, UpdateFilter::default(), PageRequest { cursor, limit }))
    };
    let first = ask(&org(), None, 2).unwrap();
    store.records.write(|tx| tx.create_update(&new_update(&repository), &revision(9, &["n.md"]), now())).unwrap();
    let second = ask(&org(), first.next.as_deref(), 200).unwrap();
    let seen: Vec<_> = first.items.iter().chain(&second.items).map(|update| update.id.clone()).collect();
    assert_eq!(seen, ids.into_iter().rev().collect::<Vec<_>>());
    assert_eq!(second.next, None);
    assert_eq!(sort(ask(&other(), first.next.as_deref(), 2)), "bad cursor");
}
