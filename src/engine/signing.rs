//! The key that an org signs with, and its rotation beside a running server.
//!
//! The records say which public key signs; the files only hold private keys. A rotation writes the new key beside the old
//! one, then changes the records, then renames the file: after a crash between any two of them the key that the records
//! name is in one of the two files, and whoever signs looks into both.

use super::convert::io;
use super::memory::locked;
use super::server::{Engine, make_private_folder};
use super::{Code, EngineError, audit};
use crate::base::{OrgId, Timestamp, fault};
use crate::git::{GitError, ReadRepository, Signer, SigningKey, allowed_signers_line_within};
use crate::records::{RecordsError, SignerKey, Tx};
use std::collections::HashMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The keys that were read, by org.
pub(super) type HeldKeys = Mutex<HashMap<OrgId, Arc<SigningKey>>>;

/// What a rotation came to.
#[derive(Clone, Debug)]
pub struct RotatedKey {
    /// The fingerprint of the key that signs from now on.
    pub fingerprint: String,
    /// The fingerprint of the key that was retired.
    pub retired: Option<String>,
    /// The last moment that the retired key counts for.
    pub retired_at: Timestamp,
    /// Whether it was begun before, and broken off: this call rotated no further.
    pub resumed: bool,
}

impl Engine {
    /// The key that an org signs with now.
    pub(super) fn signing_key(&self, org: &OrgId) -> Result<Arc<SigningKey>, EngineError> {
        let active = self.active_key(org)?;
        if let Some(key) = locked(&self.keys).get(org).filter(|key| key.public_key() == active) {
            return Ok(Arc::clone(key));
        }
        let key = Arc::new(self.read_key(org, &active)?);
        locked(&self.keys).insert(org.clone(), Arc::clone(&key));
        Ok(key)
    }

    fn active_key(&self, org: &OrgId) -> Result<String, EngineError> {
        let active: Result<_, RecordsError> = self.records.read(|view| view.active_signer(org));
        active?.map(|signer| signer.public_key).ok_or_else(|| no_key(org))
    }

    /// Reads the key that the records name from whichever file holds it. A rename may come between the two looks.
    fn read_key(&self, org: &OrgId, active: &str) -> Result<SigningKey, EngineError> {
        let (present, next) = (self.key_path(org), self.next_key_path(org));
        let mut failure = None;
        for path in [&present, &next, &present] {
            match SigningKey::load(path) {
                Ok(key) if key.public_key() == active => return Ok(key),
                Ok(_) => {}
                Err(error) => failure = Some(error),
            }
        }
        let error = no_key(org);
        Err(match failure {
            Some(cause) => error.caused_by(cause),
            None => error,
        })
    }

    /// Has an org sign with a new key from now on; what the one before has signed stays verifiable.
    pub fn rotate_key(&self, org: &OrgId) -> Result<RotatedKey, EngineError> {
        self.require_known(org)?;
        let _one = RotationLock::take(&self.key_path(org))?;
        self.finish_rotation(org)?;
        if let Some(done) = self.unanswered(org)? {
            return Ok(done);
        }
        let next = self.next_key(org)?;
        let mark = self.rotation_mark(org);
        std::fs::write(&mark, next.fingerprint()).map_err(|e| io("a rotation cannot be begun", e))?;
        fault::reached("rotate.key");
        let now = self.now();
        let retired_at = self.latest_commit(org)?.map_or(now, |latest| latest.max(now));
        let before = self.records.write(|tx| {
            let before = tx.active_signer(org)?;
            if tx.rotate_signer(org, &next.public_key(), now, retired_at)? {
                audit::key_rotated(tx, org, &next.fingerprint(), now)?;
            }
            Ok::<_, EngineError>(before)
        })?;
        fault::reached("rotate.recorded");
        self.finish_rotation(org)?;
        fault::reached("rotate.renamed");
        self.answered(org)?;
        Ok(RotatedKey { fingerprint: next.fingerprint(), retired: fingerprint(before)?, retired_at, resumed: false })
    }

    /// A rotation that was broken off after the records named its key, and that nobody was told of: a start may have
    /// finished it since.
    fn unanswered(&self, org: &OrgId) -> Result<Option<RotatedKey>, EngineError> {
        let begun = std::fs::read_to_string(self.rotation_mark(org)).unwrap_or_default();
        let all = self.records.read(|view| view.signers(org))?;
        let (active, retired): (Vec<_>, Vec<_>) = all.into_iter().partition(|signer| signer.retired_at.is_none());
        let (Some(active), retired) = (fingerprint(active.into_iter().next_back())?, retired.into_iter().next_back())
        else {
            return Ok(None);
        };
        if active != begun {
            return Ok(None);
        }
        let retired_at = retired.as_ref().and_then(|signer| signer.retired_at).unwrap_or_else(|| self.now());
        self.answered(org)?;
        Ok(Some(RotatedKey { fingerprint: active, retired: fingerprint(retired)?, retired_at, resumed: true }))
    }

    /// Forgets that a rotation was begun: whoever asked for it is told now.
    fn answered(&self, org: &OrgId) -> Result<(), EngineError> {
        match std::fs::remove_file(self.rotation_mark(org)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(io("a rotation cannot be ended", e)),
            _ => Ok(()),
        }
    }

    fn rotation_mark(&self, org: &OrgId) -> PathBuf {
        self.key_path(org).with_extension("rotating")
    }

    /// The key beside the present one: what an unfinished rotation left, or a new one.
    fn next_key(&self, org: &OrgId) -> Result<SigningKey, EngineError> {
        let path = self.next_key_path(org);
        if path.exists() {
            return Ok(SigningKey::load(&path)?);
        }
        let folder = path.parent().expect("a key has a folder");
        make_private_folder(folder).map_err(|e| io("the folder of the org's key cannot be made", e))?;
        Ok(SigningKey::generate(&path)?)
    }

    /// Puts the new key into the place of the old one, where the records name it already.
    pub(super) fn finish_rotation(&self, org: &OrgId) -> Result<(), EngineError> {
        let (present, next) = (self.key_path(org), self.next_key_path(org));
        if !next.exists() || SigningKey::load(&next)?.public_key() != self.active_key(org)? {
            return Ok(());
        }
        let folder = present.parent().expect("a key has a folder");
        let done = std::fs::rename(&next, &present).and_then(|()| File::open(folder)?.sync_all());
        done.map_err(|e| io("the new signing key cannot be put into its place", e))
    }

    fn next_key_path(&self, org: &OrgId) -> PathBuf {
        self.key_path(org).with_extension("next")
    }

    /// The latest date of what the org's keys have signed on a default branch: a merge is never dated before its parents,
    /// whatever clock those had.
    fn latest_commit(&self, org: &OrgId) -> Result<Option<Timestamp>, EngineError> {
        let mut latest = None;
        for row in self.records.read(|view| view.repositories(org))? {
            let repo = crate::git::Repository::open(&self.repository_path(&row.org, &row.name))?;
            let tip = repo.tip()?.map(|tip| repo.commit(tip)).transpose()?;
            latest = latest.max(tip.map(|tip| tip.committer.at));
        }
        Ok(latest)
    }

    /// The lines of an allowed-signers file for the keys that sign now: a push that lands is signed by one of them.
    pub(super) fn present_signers_text(&self, org: &OrgId) -> Result<String, EngineError> {
        let (own, theirs) =
            self.records.read(|view| Ok::<_, EngineError>((view.active_signer(org)?, view.principal_keys(org)?)))?;
        let address = super::operate::engine_address(org);
        let own = own.iter().map(|key| allowed_signers_line_within(&address, &key.public_key, None, None));
        let theirs = theirs.iter().filter(|key| key.retired_at.is_none()).map(|key| {
            allowed_signers_line_within(&key.principal.to_string(), &key.public_key, Some(key.created_at), None)
        });
        let lines: Vec<String> = own.chain(theirs).collect::<Result<_, GitError>>()?;
        Ok(lines.into_iter().map(|line| line + "\n").collect())
    }

    /// The lines of an allowed-signers file for every key that signs, or has signed, for an org.
    pub(super) fn signers_text(&self, org: &OrgId) -> Result<String, EngineError> {
        let (own, theirs) =
            self.records.read(|view| Ok::<_, EngineError>((view.signers(org)?, view.principal_keys(org)?)))?;
        let address = super::operate::engine_address(org);
        let own = own.iter().enumerate().map(|(n, key)| {
            // The first key counts from the beginning on: where no key was ever rotated no time is written at all.
            let after = (n > 0).then_some(key.created_at);
            allowed_signers_line_within(&address, &key.public_key, after, key.retired_at)
        });
        let theirs = theirs.iter().map(|key| {
            let name = key.principal.to_string();
            allowed_signers_line_within(&name, &key.public_key, Some(key.created_at), key.retired_at)
        });
        let lines: Vec<String> = own.chain(theirs).collect::<Result<_, GitError>>()?;
        Ok(lines.into_iter().map(|line| line + "\n").collect())
    }
}

fn fingerprint(signer: Option<SignerKey>) -> Result<Option<String>, EngineError> {
    Ok(signer.map(|signer| crate::git::plain_public_key(&signer.public_key)).transpose()?.map(|key| key.1))
}

/// Whether a key is still the one that its org signs with.
pub(super) fn still_signs(tx: &Tx<'_>, org: &OrgId, key: &SigningKey) -> Result<bool, EngineError> {
    let active: Option<SignerKey> = tx.active_signer(org)?;
    Ok(active.is_some_and(|signer| signer.public_key == key.public_key()))
}

fn no_key(org: &OrgId) -> EngineError {
    let message =
        format!("the signing key of org {org} is not in the data directory: restore keys/{org} from a backup");
    EngineError::new(Code::Unavailable, message)
}

/// Held while a key is rotated: two rotations at once would take each other's key for their own.
struct RotationLock {
    _file: File,
}

impl RotationLock {
    fn take(key: &Path) -> Result<Self, EngineError> {
        let path = key.with_extension("lock");
        let failed = |e| io("the key cannot be rotated now", e);
        let file = File::options().create(true).truncate(false).write(true).open(path).map_err(failed)?;
        match crate::base::lock::try_lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => {
                Err(EngineError::new(Code::Conflict, "the key of this org is being rotated at this moment"))
            }
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }
}
