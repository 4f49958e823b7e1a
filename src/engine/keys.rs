//! The public keys that principals registered: who has which, and since when.

use super::once;
use super::server::Engine;
use super::{Code, EngineError, audit};
use crate::access::{Action, Caller, decide};
use crate::base::{OrgId, Principal, Timestamp};
use crate::git::{AllowedSigners, plain_public_key};
use crate::records::{Actor, PrincipalKey};

/// A registered key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyView {
    /// Its fingerprint, such as `SHA256:...`.
    pub fingerprint: String,
    /// Whose it is.
    pub principal: Principal,
    /// The key in OpenSSH form.
    pub public_key: String,
    /// From when on it counts.
    pub created_at: Timestamp,
    /// When it was retired.
    pub retired_at: Option<Timestamp>,
}

impl From<PrincipalKey> for KeyView {
    fn from(key: PrincipalKey) -> Self {
        let PrincipalKey { fingerprint, principal, public_key, created_at, retired_at, .. } = key;
        Self { fingerprint, principal, public_key, created_at, retired_at }
    }
}

impl Engine {
    /// Registers a key of the caller's own.
    pub fn register_key(&self, caller: &Caller, public_key: &str) -> Result<KeyView, EngineError> {
        decide(caller, &Action::RegisterKey)?;
        let by = Actor::Principal(caller.principal.clone());
        self.add_key_by(&caller.org, &caller.principal, public_key, by)
    }

    /// The registered keys of the caller's org, retired ones too; of one principal, where one is named.
    pub fn registered_keys(&self, caller: &Caller, of: Option<&str>) -> Result<Vec<KeyView>, EngineError> {
        decide(caller, &Action::ReadSigners)?;
        let of = of.map(Principal::parse).transpose();
        let of = of.map_err(|e| {
            EngineError::new(Code::BadRequest, e.to_string()).because("Malformed", Some("principal"), e.to_string())
        })?;
        match of {
            Some(principal) => self.keys_of(&caller.org, &principal),
            None => self.all_keys(&caller.org),
        }
    }

    /// Retires a key: one's own, or as an admin another's. Done twice, it has one effect.
    pub fn retire_key(&self, caller: &Caller, fingerprint: &str) -> Result<KeyView, EngineError> {
        let key = self.key(&caller.org, fingerprint)?;
        decide(caller, &Action::RetireKey { own: key.principal == caller.principal })?;
        self.retire_key_by(&caller.org, fingerprint, &Actor::Principal(caller.principal.clone()))
    }

    /// Registers a key for a principal, as the operator.
    pub fn add_key(&self, org: &OrgId, principal: &Principal, public_key: &str) -> Result<KeyView, EngineError> {
        self.require_known(org)?;
        self.add_key_by(org, principal, public_key, Actor::Operator)
    }

    /// Every registered key of an org, retired ones too, oldest first.
    pub fn all_keys(&self, org: &OrgId) -> Result<Vec<KeyView>, EngineError> {
        self.require_known(org)?;
        let keys = self.records.read(|view| view.principal_keys(org))?;
        Ok(keys.into_iter().map(KeyView::from).collect())
    }

    /// The registered keys of one principal, retired ones too, oldest first.
    pub fn keys_of(&self, org: &OrgId, principal: &Principal) -> Result<Vec<KeyView>, EngineError> {
        let keys = self.records.read(|view| view.principal_keys_of(org, principal))?;
        Ok(keys.into_iter().map(KeyView::from).collect())
    }

    /// Retires a key, as the operator.
    pub fn operator_retires_key(&self, org: &OrgId, fingerprint: &str) -> Result<KeyView, EngineError> {
        self.require_known(org)?;
        self.retire_key_by(org, fingerprint, &Actor::Operator)
    }

    /// Whose signatures count in an org, with the times within which they do: what an approval's signature is held to.
    pub fn signers_of(&self, org: &OrgId) -> Result<AllowedSigners, EngineError> {
        Ok(AllowedSigners::parse(&self.signers_text(org)?)?)
    }

    fn add_key_by(
        &self,
        org: &OrgId,
        principal: &Principal,
        public_key: &str,
        by: Actor,
    ) -> Result<KeyView, EngineError> {
        let (public_key, fingerprint) = plain_public_key(public_key).map_err(|e| {
            let why = "give an ed25519 public key as ssh-keygen writes it: `ssh-ed25519 AAAA...`";
            EngineError::new(Code::BadRequest, why).because("Malformed", Some("publicKey"), e.to_string())
        })?;
        if let Some(done) = once::done() {
            return Ok(self.key(org, &done)?.into());
        }
        let now = self.now();
        let principal = principal.clone();
        let key =
            PrincipalKey { fingerprint, principal, public_key, registered_by: by, created_at: now, retired_at: None };
        self.records.write(|tx| {
            tx.add_principal_key(org, &key)?;
            once::note(tx, &key.fingerprint)?;
            audit::key_changed(tx, org, &key, "key.registered", &key.registered_by, now)
        })?;
        Ok(key.into())
    }

    fn retire_key_by(&self, org: &OrgId, fingerprint: &str, by: &Actor) -> Result<KeyView, EngineError> {
        let key = self.key(org, fingerprint)?;
        let now = self.now();
        self.records.write(|tx| match tx.retire_principal_key(org, fingerprint, now)? {
            true => audit::key_changed(tx, org, &key, "key.retired", by, now),
            false => Ok(()),
        })?;
        Ok(self.key(org, fingerprint)?.into())
    }

    fn key(&self, org: &OrgId, fingerprint: &str) -> Result<PrincipalKey, EngineError> {
        let found = self.records.read(|view| view.principal_key(org, fingerprint))?;
        found.ok_or_else(|| EngineError::new(Code::NotFound, "there is no registered key with this fingerprint"))
    }
}
