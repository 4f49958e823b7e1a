//! Orgs and repositories.

use super::{Store, now, org, other, sort};
use lorekeep::access::RepositoryPolicy;
use lorekeep::base::{OrgId, RepositoryName};
use lorekeep::records::RepositoryStatus;

fn name(text: &str) -> RepositoryName {
    RepositoryName::parse(text).unwrap()
}

#[test]
fn a_name_that_is_taken_or_only_looks_different_is_refused() {
    let store = Store::new();
    let create = |text: &str| sort(store.records.write(|tx| tx.create_org(&OrgId::parse(text).unwrap(), now())));
    assert_eq!(create("a5c"), "already exists");
    assert_eq!(create("my-team"), "ok");
    assert_eq!(create("my--team"), "already exists");
    assert_eq!(create("myteam"), "ok");
}

#[test]
fn a_repository_is_seen_in_its_own_org_alone() {
    let store = Store::new();
    let made = store.repository(&org(), "brain");
    assert_eq!(store.records.read(|view| view.repository(&org(), &name("brain"))).unwrap(), Some(made.clone()));
    assert_eq!(store.records.read(|view| view.repository(&other(), &name("brain"))).unwrap(), None);
    assert_eq!(store.records.read(|view| view.repositories(&org())).unwrap(), [made]);
    assert!(store.records.read(|view| view.repositories(&other())).unwrap().is_empty());
}

#[test]
fn a_name_is_taken_once_in_an_org_and_again_in_another() {
    let store = Store::new();
    let first = store.repository(&org(), "brain");
    let create = |org: &OrgId| sort(store.records.write(|tx| tx.create_repository(org, &name("brain"), false, now())));
    assert_eq!(create(&org()), "already exists");
    assert_eq!(create(&OrgId::parse("nobody").unwrap()), "not found");
    let second = store.repository(&other(), "brain");
    assert_ne!(first.id, second.id);
    assert!(!first.id.directory().contains("brain"), "the directory says nothing about the name");
}

#[test]
fn an_unfinished_repository_is_unseen_until_it_is_activated_or_given_up() {
    let store = Store::new();
    let make = |text: &str| store.records.write(|tx| tx.create_repository(&org(), &name(text), true, now())).unwrap();
    let (kept, dropped) = (make("kept"), make("dropped"));
    assert_eq!(kept.status, RepositoryStatus::Creating);
    assert!(store.records.read(|view| view.repositories(&org())).unwrap().is_empty());
    assert_eq!(store.records.read(|view| view.unfinished_repositories()).unwrap().len(), 2);

    store.records.write(|tx| tx.activate_repository(&kept.id)).unwrap();
    store.records.write(|tx| tx.abandon_repository(&dropped.id)).unwrap();
    assert!(store.records.read(|view| view.unfinished_repositories()).unwrap().is_empty());
    assert!(store.records.read(|view| view.repository(&org(), &name("kept"))).unwrap().unwrap().adopted);
    assert_eq!(sort(store.records.write(|tx| tx.abandon_repository(&kept.id))), "not found");
    make("dropped");
}

#[test]
fn a_policy_is_kept() {
    let store = Store::new();
    let made = store.repository(&org(), "brain");
    assert_eq!(made.policy, RepositoryPolicy::default());
    let policy = RepositoryPolicy::new(2, false, true).unwrap();
    store.records.write(|tx| tx.set_policy(&made.id, &policy)).unwrap();
    let found = store.records.read(|view| view.repository(&org(), &name("brain"))).unwrap().unwrap();
    assert_eq!(found.policy, policy);
}

#[test]
fn a_stored_value_that_cannot_be_one_is_reported_and_not_believed() {
    let store = Store::new();
    let made = store.repository(&org(), "brain");
    store.raw().execute("UPDATE repositories SET policy = '{\"requiredApprovals\": 0}'", []).unwrap();
    assert_eq!(sort(store.records.read(|view| view.repository_by_id(&made.id))), "corrupt");
}
