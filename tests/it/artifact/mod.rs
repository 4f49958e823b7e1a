//! Tests of `artifact`: bytes kept by their digest.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

use lorekeep::artifact::{Store, StoreError};
use lorekeep::base::{Digest, OrgId};
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;

fn org(name: &str) -> OrgId {
    OrgId::parse(name).unwrap()
}

#[test]
fn bytes_are_found_by_their_digest_and_only_in_their_org() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path().join("artifacts"));
    let (ours, theirs) = (org("a5c"), org("rival"));
    assert!(store.list(&ours).unwrap().is_empty());
    let kept = store.put(&ours, b"a story").unwrap();
    assert_eq!((&kept.digest, kept.size), (&Digest::of(b"a story"), 7));
    assert_eq!(store.put(&ours, b"a story").unwrap(), kept);
    assert_eq!(store.get(&ours, &kept.digest).unwrap().as_deref(), Some(&b"a story"[..]));
    assert_eq!(store.get(&theirs, &kept.digest).unwrap(), None);
    assert!(!store.remove(&theirs, &kept.digest).unwrap());
    assert_eq!(store.list(&ours).unwrap(), std::slice::from_ref(&kept.digest));
    let mode = std::fs::metadata(folder.path().join("artifacts/a5c")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "nobody else looks into it");
    assert!(store.remove(&ours, &kept.digest).unwrap() && !store.remove(&ours, &kept.digest).unwrap());
    assert_eq!(store.get(&ours, &kept.digest).unwrap(), None);
}

#[test]
fn damage_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let kept = store.put(&org("a5c"), b"a story").unwrap();
    let hex = &kept.digest.as_str()["blake3:".len()..];
    std::fs::write(folder.path().join("a5c").join(&hex[..2]).join(hex), b"another").unwrap();
    assert!(matches!(store.get(&org("a5c"), &kept.digest), Err(StoreError::Damaged { .. })));
}

/// Gives some bytes, and then fails.
struct Breaks(usize);

impl Read for Breaks {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min(self.0);
        self.0 -= n;
        if n == 0 { Err(io::Error::other("broken")) } else { Ok(n) }
    }
}

#[test]
fn what_is_too_large_or_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::new(folder.path());
    let ours = org("a5c");
    assert!(
        matches!(store.put_from(&ours, io::repeat(1), 1 << 20), Err(StoreError::TooLarge { most }) if most == 1 << 20)
    );
    assert!(matches!(store.put_from(&ours, Breaks(100_000), u64::MAX), Err(StoreError::Io(_))));
    assert_eq!(std::fs::read_dir(folder.path().join("a5c")).unwrap().count(), 0);
    // What a process that died was writing is no object, and is swept.
    std::fs::write(folder.path().join("a5c/incoming-01x"), b"half").unwrap();
    assert!(store.list(&ours).unwrap().is_empty());
    store.sweep().unwrap();
    assert!(!folder.path().join("a5c/incoming-01x").exists());
}
