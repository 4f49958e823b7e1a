//! The operator's part: orgs, repositories, tokens.

use super::convert::io;
use super::server::{Engine, Served, make_private_folder};
use super::types::{NewToken, RepositoryView, TokenView};
use super::{Code, EngineError, Progress, audit, layout, once};
use crate::access::{RepositoryPolicy, Role, SourceScope};
use crate::base::fault;
use crate::base::id::TokenId;
use crate::base::{OrgId, Principal, RepositoryName, Timestamp};
use crate::git::{
    At, CommitDraft, ReadRepository, RefEdit, Repository, Signature, SigningKey, Source, WriteRepository,
};
use crate::records::{self, Actor, LandingKind, NewLanding, RepositoryId};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

/// Who makes a repository, and what differs from the default policy.
pub(super) struct By {
    pub(super) actor: Actor,
    pub(super) policy: Option<RepositoryPolicy>,
}

impl Engine {
    /// Makes an org with its signing key.
    pub fn create_org(&self, org: &OrgId) -> Result<(), EngineError> {
        let path = self.key_path(org);
        if !path.exists() {
            let folder = path.parent().expect("a key has a folder");
            make_private_folder(folder).map_err(|e| io("the folder of the org's key cannot be made", e))?;
            SigningKey::generate(&path)?;
        }
        let key = SigningKey::load(&path)?;
        fault::reached("org.key");
        use crate::git::Signer;
        self.records.write(|tx| {
            tx.create_org(org, self.now())?;
            tx.add_signer(org, &key.public_key(), self.now())?;
            audit::org_made(tx, org, self.now())
        })?;
        fault::reached("org.recorded");
        Ok(())
    }

    /// Every org.
    pub fn orgs(&self) -> Result<Vec<(OrgId, Timestamp)>, EngineError> {
        let orgs = self.records.read(|view| view.orgs())?;
        Ok(orgs.into_iter().map(|o| (o.id, o.created_at)).collect())
    }

    /// Makes a repository: new with the default layout, or adopted from a git directory or URL. Indexes it.
    pub fn create_repository(
        &self,
        org: &OrgId,
        name: &RepositoryName,
        adopt: Option<&str>,
        progress: Progress<'_>,
    ) -> Result<RepositoryView, EngineError> {
        self.make_repository(org, name, adopt, &By { actor: Actor::Operator, policy: None }, progress)
    }

    pub(super) fn make_repository(
        &self,
        org: &OrgId,
        name: &RepositoryName,
        adopt: Option<&str>,
        by: &By,
        progress: Progress<'_>,
    ) -> Result<RepositoryView, EngineError> {
        let _mine = Making::try_begin(self, org, name)?.ok_or_else(|| {
            EngineError::new(Code::Conflict, "a repository of this name is being made at this moment")
        })?;
        let row = self
            .records
            .write(|tx| Ok::<_, EngineError>(tx.create_repository(org, name, adopt.is_some(), self.now())?))?;
        fault::reached("repository.row");
        if let Err(error) = self.fill(&row, adopt, by) {
            self.remove_unfinished(&row)?;
            return Err(error);
        }
        fault::reached("repository.recorded");
        // It is made, and everybody sees it: an index that cannot be written now is written by the next read.
        let served = self.served(&row)?;
        let _ = served.memory.index(progress);
        let _ = served.memory.keep_state();
        self.view_of(&self.row_of(&row.id)?, &served)
    }

    /// Makes the repository in git, then lets it be seen together with its first landing: the records hold nothing
    /// of one that was not finished.
    fn fill(&self, row: &records::Repository, adopt: Option<&str>, by: &By) -> Result<(), EngineError> {
        let path = self.repository_path(&row.org, &row.name);
        let repo = match adopt {
            Some(source) => Repository::adopt(&Source::parse(source)?, &path)?,
            None => Repository::create_bare(&path)?,
        };
        match adopt {
            Some(_) => repo.maintain()?,
            None => self.bootstrap(&repo, &row.org)?,
        }
        fault::reached("repository.made");
        let landing = repo.tip()?.map(|tip| self.first_landing(&repo, tip, row.adopted, &by.actor)).transpose()?;
        let now = self.now();
        self.records.write(|tx| {
            if let Some(landing) = landing {
                tx.add_landing(&row.id, &landing, now)?;
            }
            if let Some(policy) = &by.policy {
                tx.set_policy(&row.id, policy)?;
            }
            tx.activate_repository(&row.id)?;
            once::note(tx, &row.name)?;
            audit::repository_made(tx, row, &by.actor, now)
        })
    }

    /// The first commit of a new repository: the default layout, signed.
    fn bootstrap(&self, repo: &Repository, org: &OrgId) -> Result<(), EngineError> {
        let key = self.signing_key(org)?;
        let now = self.now();
        let mut edits = Vec::new();
        for (path, text) in layout::files(now) {
            let path = crate::base::RepoPath::parse(path).expect("the layout's paths are ordinary");
            edits.push((path, Some(repo.write_blob(text.as_bytes())?)));
        }
        let tree = repo.edit_tree(At::Tree(crate::git::EMPTY_TREE), &edits)?;
        let me = engine_signature(org, now);
        let message = "Begin the company brain\n\nThe default layout and ontology.\n".to_owned();
        let draft = CommitDraft { tree, parents: Vec::new(), author: me.clone(), committer: me.clone(), message };
        let commit = repo.write_commit(&draft, Some(&*key))?;
        let edit = RefEdit { name: repo.default_branch()?, expected: None, new: Some(commit.0) };
        Ok(repo.update_refs(&[edit], &me, "bootstrap")?)
    }

    /// The landing of what a repository begins with. An adopted line counts from its committer dates, which never go
    /// back along it.
    fn first_landing(
        &self,
        repo: &Repository,
        tip: crate::base::CommitId,
        adopted: bool,
        actor: &Actor,
    ) -> Result<NewLanding, EngineError> {
        let kind = if adopted { LandingKind::Adopt } else { LandingKind::Bootstrap };
        let dates = repo.first_parents(tip, None)?;
        let at = dates.iter().map(|c| c.committed_at).max().unwrap_or_else(|| self.now());
        Ok(NewLanding {
            commit: tip,
            at,
            kind,
            actor: actor.clone(),
            update: None,
            correlation_id: audit::correlation(),
        })
    }

    /// Gives back the name of a repository that was not finished, and what was written of it.
    pub(super) fn remove_unfinished(&self, row: &records::Repository) -> Result<(), EngineError> {
        self.close_repository(&row.id);
        for folder in [self.repository_path(&row.org, &row.name), self.index_path(&row.org, &row.name)] {
            remove_folder(&folder)?;
        }
        self.records.write(|tx| Ok(tx.abandon_repository(&row.id)?))
    }

    fn row_of(&self, id: &RepositoryId) -> Result<records::Repository, EngineError> {
        let row = self.records.read(|view| view.repository_by_id(id))?;
        row.ok_or_else(|| EngineError::new(Code::NotFound, "there is no such repository"))
    }

    /// Every repository of an org.
    pub fn repositories(&self, org: &OrgId) -> Result<Vec<RepositoryView>, EngineError> {
        self.require_known(org)?;
        let rows = self.records.read(|view| view.repositories(org))?;
        rows.iter().map(|row| self.view_of(row, &*self.asked(row)?)).collect()
    }

    pub(super) fn require_known(&self, org: &OrgId) -> Result<(), EngineError> {
        let known = self.records.read(|view| view.org(org))?;
        known.map(drop).ok_or_else(|| {
            EngineError::new(Code::OrgNotFound, format!("there is no org `{org}`: lorekeep org create {org}"))
        })
    }

    pub(super) fn view_of(&self, row: &records::Repository, served: &Served) -> Result<RepositoryView, EngineError> {
        let branch = served.memory.repo.default_branch()?;
        let line = served.memory.line()?;
        Ok(RepositoryView {
            name: row.name.clone(),
            default_branch: branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned(),
            tip: line.tip().map(|t| t.commit),
            created_at: row.created_at,
            adopted: row.adopted,
            indexed: (served.memory.index.len(), line.len()),
            policy: row.policy.clone(),
        })
    }

    /// Makes a token.
    pub fn create_token(
        &self,
        org: &OrgId,
        name: &str,
        principal: &Principal,
        role: Role,
        scope: Option<SourceScope>,
        expires_in_seconds: Option<i64>,
    ) -> Result<NewToken, EngineError> {
        self.require_known(org)?;
        let now = self.now();
        let expires_at = expires_in_seconds.map(|s| Timestamp::from_seconds(now.seconds().saturating_add(s)));
        let new = records::NewToken { name: name.to_owned(), principal: principal.clone(), role, scope, expires_at };
        self.records.write(|tx| {
            let (token, text) = tx.create_token(org, &new, &Actor::Operator, now)?;
            audit::token_made(tx, &token, now)?;
            Ok(NewToken { id: token.id, token: text.reveal() })
        })
    }

    /// Every token of an org.
    pub fn tokens(&self, org: &OrgId) -> Result<Vec<TokenView>, EngineError> {
        self.require_known(org)?;
        let tokens = self.records.read(|view| view.tokens(org))?;
        Ok(tokens.into_iter().map(token_view).collect())
    }

    /// Revokes a token, of whichever org.
    pub fn revoke_token(&self, id: &TokenId) -> Result<(), EngineError> {
        for (org, _) in self.orgs()? {
            if self.records.read(|view| view.token(&org, id))?.is_some() {
                let now = self.now();
                return self.records.write(|tx| {
                    let token = tx.revoke_token(&org, id, now)?;
                    audit::token_revoked(tx, &token, now)
                });
            }
        }
        Err(EngineError::new(
            Code::NotFound,
            format!("there is no token `{id}`: `lorekeep token list --org ORG` shows them"),
        ))
    }
}

/// Held while a repository is made, so that no start takes it for one that a crash left half made.
pub(super) struct Making {
    path: PathBuf,
    _lock: File,
}

impl Making {
    /// Begins; `None` where another process is at it.
    pub(super) fn try_begin(engine: &Engine, org: &OrgId, name: &RepositoryName) -> Result<Option<Self>, EngineError> {
        engine.require_known(org)?;
        let repository = engine.repository_path(org, name);
        let failed = |e| io("a repository cannot be made now", e);
        make_private_folder(repository.parent().expect("a repository is in its org's folder")).map_err(failed)?;
        let path = repository.with_extension("making");
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
        match crate::base::lock::try_lock(&lock) {
            Ok(()) => Ok(Some(Self { path, _lock: lock })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(e)) => Err(failed(e)),
        }
    }
}

impl Drop for Making {
    fn drop(&mut self) {
        // Where it stays behind it is an empty file that nobody holds.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Who the engine is in commits and reflogs.
pub(super) fn engine_signature(org: &OrgId, at: Timestamp) -> Signature {
    Signature { name: "Lorekeep".to_owned(), email: engine_address(org), at }
}

/// The address that the engine's signing key of an org is listed under.
pub(super) fn engine_address(org: &OrgId) -> String {
    format!("engine@{org}.lorekeep.invalid")
}

/// Who a principal is in commits.
pub(super) fn principal_signature(org: &OrgId, principal: &Principal, at: Timestamp) -> Signature {
    let email =
        format!("{}.{}@{org}.lorekeep.invalid", principal.kind().as_str(), principal.name().replace('@', "_at_"));
    Signature { name: principal.to_string(), email, at }
}

fn token_view(t: records::Token) -> TokenView {
    TokenView {
        id: t.id,
        organization: t.org,
        name: t.name,
        principal: t.principal,
        role: t.role,
        expires_at: t.expires_at,
        revoked_at: t.revoked_at,
    }
}

fn remove_folder(path: &Path) -> Result<(), EngineError> {
    match std::fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(io("what was made of the repository cannot be removed", e))
        }
        _ => Ok(()),
    }
}
