//! Signing keys.

use super::{Store, later, now, org, other, sort};

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO";

#[test]
fn a_key_is_noted_once_for_its_org_and_stays_when_it_is_retired() {
    let store = Store::new();
    store.records.write(|tx| tx.add_signer(&org(), KEY, now())).unwrap();
    store.records.write(|tx| tx.add_signer(&org(), KEY, later(9))).unwrap();
    store.records.write(|tx| tx.retire_signer(&org(), KEY, later(20))).unwrap();
    store.records.write(|tx| tx.retire_signer(&org(), KEY, later(30))).unwrap();

    let keys = store.records.read(|view| view.signers(&org())).unwrap();
    assert_eq!(keys.len(), 1);
    assert_eq!((keys[0].created_at, keys[0].retired_at), (now(), Some(later(20))));
    assert!(store.records.read(|view| view.signers(&other())).unwrap().is_empty());
    assert_eq!(sort(store.records.write(|tx| tx.retire_signer(&other(), KEY, now()))), "not found");
}
