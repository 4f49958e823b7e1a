//! Imports of run memory: one of each identity, and the phase that their updates give them.

use super::{Store, later, now, org, other, principal};
use lorekeep::base::id::ImportId;
use lorekeep::base::{Digest, OrgId};
use lorekeep::records::{
    Import, ImportFailure, ImportFilter, ImportIdentity, ImportObject, ImportPhase, NewImport, ObjectKind, PageRequest,
    RecordsError, Repository,
};
use serde_json::json;

fn identity(repository: &Repository, run: &str) -> ImportIdentity {
    ImportIdentity {
        org: repository.org.clone(),
        repository: repository.id.clone(),
        run: run.to_owned(),
        source: Digest::of(run.as_bytes()),
        tier: "summary-only".to_owned(),
        target: format!("babysitter/runs/{run}"),
    }
}

fn new(repository: &Repository, run: &str) -> NewImport {
    let (identity, proposer) = (identity(repository, run), principal("agent:claude"));
    NewImport { id: ImportId::fresh(), identity, proposer, request: json!({"run": run}) }
}

fn made(store: &Store, new: &NewImport) -> Import {
    store.records.write(|tx| tx.create_import(new, now())).unwrap()
}

#[test]
fn of_an_identity_there_is_one_and_each_part_of_it_tells_two_apart() {
    let store = Store::new();
    let (ours, theirs) = (store.repository(&org(), "brain"), store.repository(&other(), "brain"));
    let first = made(&store, &new(&ours, "run-1"));
    let again = store.records.write(|tx| tx.create_import(&new(&ours, "run-1"), now()));
    assert!(matches!(again, Err(RecordsError::AlreadyExists { .. })));
    let found = |identity: &ImportIdentity| store.records.read(|view| view.import_of(identity)).unwrap();
    assert_eq!(found(&identity(&ours, "run-1")).unwrap().id, first.id);
    let base = identity(&ours, "run-1");
    for other in [
        ImportIdentity { run: "run-2".to_owned(), ..base.clone() },
        ImportIdentity { source: Digest::of(b"x"), ..base.clone() },
        ImportIdentity { tier: "curated-journal".to_owned(), ..base.clone() },
        ImportIdentity { target: "babysitter/runs/x".to_owned(), ..base.clone() },
        ImportIdentity { org: theirs.org.clone(), repository: theirs.id.clone(), ..base.clone() },
    ] {
        assert_eq!(found(&other), None);
    }
    // A repository of another org takes none.
    let strange = ImportIdentity { repository: theirs.id.clone(), ..base };
    let strange = NewImport { identity: strange, ..new(&ours, "run-3") };
    let refused = store.records.write(|tx| tx.create_import(&strange, now()));
    assert!(matches!(refused, Err(RecordsError::NotFound { .. })));
}

#[test]
fn an_import_of_another_org_is_not_there() {
    let store = Store::new();
    let theirs = made(&store, &new(&store.repository(&other(), "brain"), "run-1"));
    assert_eq!(store.records.read(|view| view.import(&org(), &theirs.id)).unwrap(), None);
    let set = store.records.write(|tx| tx.set_import_phase(&org(), &theirs.id, ImportPhase::Failed, now()));
    assert!(matches!(set, Err(RecordsError::NotFound { .. })));
    let page = PageRequest { cursor: None, limit: 10 };
    assert!(store.records.read(|view| view.imports(&org(), ImportFilter::default(), page)).unwrap().items.is_empty());
}

#[test]
fn work_that_is_under_way_is_found_and_what_failed_is_kept_until_it_goes_on() {
    let store = Store::new();
    let import = made(&store, &new(&store.repository(&org(), "brain"), "run-1"));
    assert_eq!((import.phase, import.shown), (ImportPhase::Collecting, ImportPhase::Collecting));
    let under_way = || store.records.read(|view| view.imports_under_way()).unwrap().len();
    assert_eq!(under_way(), 1);
    let why = |text: &str| text.to_owned();
    let failure = ImportFailure { condition: why("Ready"), reason: why("Interrupted"), message: why("again") };
    let failed = store.records.write(|tx| tx.set_import_failed(&org(), &import.id, &failure, later(1))).unwrap();
    assert_eq!((failed.shown, failed.failed, failed.updated_at), (ImportPhase::Failed, Some(failure), later(1)));
    assert_eq!(under_way(), 0);
    let again = store.records.write(|tx| tx.set_import_phase(&org(), &import.id, ImportPhase::Redacting, later(2)));
    assert_eq!(again.unwrap().failed, None);
}

#[test]
fn what_an_import_refers_to_is_known_by_digest_and_by_when_it_ends() {
    let store = Store::new();
    let import = made(&store, &new(&store.repository(&org(), "brain"), "run-1"));
    let object = |kind, name: &str, expires_at| ImportObject {
        import: import.id.clone(),
        kind,
        name: name.to_owned(),
        digest: Digest::of(name.as_bytes()),
        size: 7,
        expires_at,
    };
    let story = object(ObjectKind::Story, "", None);
    let bytes = object(ObjectKind::Artifact, "blobs/a", Some(later(60)));
    for object in [&story, &bytes, &bytes] {
        store.records.write(|tx| tx.set_import_object(&org(), object)).unwrap();
    }
    assert!(store.records.write(|tx| tx.set_import_object(&other(), &story)).is_err());
    let view = |at| store.records.read(|view| view.expired_import_objects(&org(), at)).unwrap();
    assert_eq!((view(later(59)), view(later(60))), (vec![], vec![bytes.clone()]));
    let all = store.records.read(|view| view.import_objects(&org(), &import.id)).unwrap();
    assert_eq!(all, [bytes.clone(), story.clone()]);
    let referred = |digest| store.records.read(|view| view.is_object_referred_to(&org(), digest)).unwrap();
    assert!(referred(&bytes.digest));
    store.records.write(|tx| tx.drop_import_object(&bytes)).unwrap();
    assert!(!referred(&bytes.digest) && referred(&story.digest));
}

#[test]
fn import_roots_are_an_orgs_own() {
    let store = Store::new();
    let add = |org: &OrgId, path| store.records.write(|tx| tx.add_import_root(org, path, now())).unwrap();
    assert!(add(&org(), "/srv/a") && !add(&org(), "/srv/a") && add(&other(), "/srv/b"));
    let roots = |org: &OrgId| store.records.read(|view| view.import_roots(org)).unwrap();
    assert_eq!((roots(&org()), roots(&other())), (vec!["/srv/a".to_owned()], vec!["/srv/b".to_owned()]));
    let remove = |org: &OrgId, path| store.records.write(|tx| tx.remove_import_root(org, path)).unwrap();
    assert!(!remove(&org(), "/srv/b") && remove(&org(), "/srv/a"));
    assert!(roots(&org()).is_empty());
}
