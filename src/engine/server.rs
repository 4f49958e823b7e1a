//! The engine of a data directory: what is open, who may write it, and how a repository is found.

use super::anchors::Unanchored;
use super::convert::io;
use super::memory::{Memory, locked};
use super::serving::ServedLandings;
use super::signing::HeldKeys;
use super::snapshots::RecordsBook;
use super::upkeep::Upkeep;
use super::{Code, EngineConfig, EngineError};
use crate::access::{Caller, RepositoryPolicy};
use crate::base::{Clock, OrgId, RepositoryName, Timestamp};
use crate::git::Repository;
use crate::records::{self, Records, RepositoryId};
use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// The engine of a data directory. Every method blocks and is called from a blocking thread.
pub struct Engine {
    pub(super) data_dir: PathBuf,
    pub(super) records: Arc<Records>,
    pub(super) clock: Arc<dyn Clock>,
    open: Mutex<HashMap<RepositoryId, Arc<Slot>>>,
    /// What a start could not mend: the repository, and why. Others are served.
    pub(super) unmended: Mutex<Vec<(String, EngineError)>>,
    /// The keys that orgs sign with, as they were last read.
    pub(super) keys: HeldKeys,
    /// The orgs whose audit chain could not be anchored the last time.
    pub(super) unanchored: Unanchored,
    /// What follows landings.
    pub(super) upkeep: Upkeep,
    /// When what imports keep no longer was removed last.
    pub(super) swept: Mutex<Option<Timestamp>>,
    /// Held while this process serves the data directory.
    serving: Option<File>,
}

/// The place of a repository that is open or being opened: opening one does not hold up the others.
type Slot = Mutex<Option<Arc<Served>>>;

/// A repository that is open.
pub(super) struct Served {
    pub(super) id: RepositoryId,
    pub(super) org: OrgId,
    pub(super) name: RepositoryName,
    pub(super) memory: Memory,
    /// One writer at a time: merges take turns. Pushes do not, and lose or win by compare-and-swap.
    pub(super) writing: Mutex<()>,
    /// Whether somebody packs it right now.
    pub(super) packing: std::sync::atomic::AtomicBool,
    /// Whether its index is being filled in, or was.
    pub(super) filled: std::sync::atomic::AtomicBool,
}

impl Engine {
    /// Opens the data directory for serving: takes its lock (refused while another server has it), runs
    /// migrations, and mends what a crash left.
    pub fn serve(config: EngineConfig) -> Result<Self, EngineError> {
        make_layout(&config.data_dir)?;
        let lock = take_lock(&config.data_dir)?;
        let engine = Self::open(config, Some(lock))?;
        engine.reconcile()?;
        Ok(engine)
    }

    /// Opens the data directory for the operator's commands, beside a running server or without one.
    pub fn operate(config: EngineConfig) -> Result<Self, EngineError> {
        make_layout(&config.data_dir)?;
        Self::open(config, None)
    }

    fn open(config: EngineConfig, lock: Option<File>) -> Result<Self, EngineError> {
        let EngineConfig { data_dir, hook_program, clock } = config;
        let data_dir = data_dir.canonicalize().map_err(|e| io("the data directory cannot be used", e))?;
        link_hooks(&data_dir, &hook_program)?;
        let records = Records::open(&data_dir.join("records.sqlite3"));
        let records = records.map_err(|e| EngineError::new(Code::Unavailable, e.to_string()).caused_by(e))?;
        let records = Arc::new(records);
        Ok(Self {
            data_dir,
            records,
            clock,
            open: Mutex::default(),
            unmended: Mutex::default(),
            keys: HeldKeys::default(),
            unanchored: Unanchored::default(),
            upkeep: Upkeep::default(),
            swept: Mutex::default(),
            serving: lock,
        })
    }

    /// Whether this process serves the data directory.
    pub(super) fn is_serving(&self) -> bool {
        self.serving.is_some()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn repository_path(&self, org: &OrgId, name: &RepositoryName) -> PathBuf {
        self.data_dir.join("orgs").join(org.as_str()).join(format!("{name}.git"))
    }

    pub(super) fn index_path(&self, org: &OrgId, name: &RepositoryName) -> PathBuf {
        self.data_dir.join("index").join(org.as_str()).join(name.as_str())
    }

    pub(super) fn key_path(&self, org: &OrgId) -> PathBuf {
        self.data_dir.join("keys").join(org.as_str()).join("signing_ed25519")
    }

    pub(super) fn hooks_path(&self) -> PathBuf {
        self.data_dir.join("hooks")
    }

    /// The repository that a caller names in a body; left out, the org's only one. One that does not resolve inside
    /// the org is denied alike, whether it is another org's or nobody's.
    pub(super) fn named(
        &self,
        caller: &Caller,
        name: Option<&str>,
    ) -> Result<(records::Repository, Arc<Served>), EngineError> {
        let row = match name {
            Some(name) => self.row(&caller.org, name)?.ok_or_else(cross_org)?,
            None => self.only_row(&caller.org)?,
        };
        let served = self.asked(&row)?;
        Ok((row, served))
    }

    /// The repository that a caller names in a path: one that is not there is not found.
    pub(super) fn addressed(
        &self,
        caller: &Caller,
        name: &str,
    ) -> Result<(records::Repository, Arc<Served>), EngineError> {
        let row = self
            .row(&caller.org, name)?
            .ok_or_else(|| EngineError::new(Code::NotFound, "there is no such repository"))?;
        let served = self.asked(&row)?;
        Ok((row, served))
    }

    fn row(&self, org: &OrgId, name: &str) -> Result<Option<records::Repository>, EngineError> {
        let Ok(name) = RepositoryName::parse(name) else { return Ok(None) };
        Ok(self.records.read(|view| view.repository(org, &name))?)
    }

    fn only_row(&self, org: &OrgId) -> Result<records::Repository, EngineError> {
        let mut all = self.records.read(|view| view.repositories(org))?;
        match (all.pop(), all.is_empty()) {
            (Some(only), true) => Ok(only),
            (None, _) => Err(EngineError::new(Code::NotFound, "the org has no memory repository yet")),
            (Some(_), false) => {
                Err(EngineError::new(Code::BadRequest, "the org has more than one memory repository: name one")
                    .because("Required", Some("memoryRepository"), "name the repository"))
            }
        }
    }

    /// Opens a repository that somebody asks for: a server fills its index in beside the requests.
    pub(super) fn asked(&self, row: &records::Repository) -> Result<Arc<Served>, EngineError> {
        let served = self.served(row)?;
        if self.serving.is_some() {
            self.upkeep.after_asking(&served);
        }
        Ok(served)
    }

    /// Opens a repository, once.
    pub(super) fn served(&self, row: &records::Repository) -> Result<Arc<Served>, EngineError> {
        let slot = Arc::clone(locked(&self.open).entry(row.id.clone()).or_default());
        let mut slot = locked(&slot);
        if let Some(open) = &*slot {
            return Ok(Arc::clone(open));
        }
        let served = Arc::new(self.open_repository(row)?);
        *slot = Some(Arc::clone(&served));
        Ok(served)
    }

    /// The repositories that are open now.
    pub(super) fn open_now(&self) -> Vec<Arc<Served>> {
        let slots: Vec<Arc<Slot>> = locked(&self.open).values().cloned().collect();
        // One that is being opened at this moment is not open yet.
        slots.iter().filter_map(|slot| slot.try_lock().ok()?.clone()).collect()
    }

    /// Closes a repository that is not to be.
    pub(super) fn close_repository(&self, id: &RepositoryId) {
        locked(&self.open).remove(id);
    }

    fn open_repository(&self, row: &records::Repository) -> Result<Served, EngineError> {
        let repo = Repository::open(&self.repository_path(&row.org, &row.name))?;
        let landings = ServedLandings {
            records: Arc::clone(&self.records),
            id: row.id.clone(),
            org: row.org.clone(),
            clock: Arc::clone(&self.clock),
        };
        let book = RecordsBook { records: Arc::clone(&self.records), id: row.id.clone(), org: row.org.clone() };
        let index = self.index_path(&row.org, &row.name);
        let memory = Memory::open(
            repo,
            &index,
            Arc::clone(&self.clock),
            row.org.to_string(),
            row.name.to_string(),
            (Box::new(landings), Box::new(book)),
        )?;
        Ok(Served {
            id: row.id.clone(),
            org: row.org.clone(),
            name: row.name.clone(),
            memory,
            writing: Mutex::default(),
            packing: std::sync::atomic::AtomicBool::new(false),
            filled: std::sync::atomic::AtomicBool::new(false),
        })
    }

    /// The policy of a repository, as it is now.
    pub(super) fn policy(&self, id: &RepositoryId) -> Result<RepositoryPolicy, EngineError> {
        let row = self.records.read(|view| view.repository_by_id(id))?;
        Ok(row.map(|r| r.policy).unwrap_or_default())
    }
}

pub(super) fn cross_org() -> EngineError {
    EngineError::new(Code::CrossOrgRefDenied, "the repository does not resolve inside the org of the request").because(
        "UnresolvedReference",
        Some("memoryRepository"),
        "name a repository of this org",
    )
}

fn make_layout(data_dir: &Path) -> Result<(), EngineError> {
    for folder in ["orgs", "keys", "index", "hooks"] {
        let path = data_dir.join(folder);
        make_private_folder(&path).map_err(|e| io(format_args!("{} cannot be made", path.display()), e))?;
    }
    Ok(())
}

/// Makes a folder that only this user can look into.
pub(super) fn make_private_folder(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn take_lock(data_dir: &Path) -> Result<File, EngineError> {
    let path = data_dir.join("lock");
    let file = File::options().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|e| io(format_args!("{} cannot be opened", path.display()), e))?;
    match crate::base::lock::try_lock(&file) {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => {
            let message = format!("another server is serving {}: stop it first", data_dir.display());
            Err(EngineError::new(Code::Unavailable, message))
        }
        Err(std::fs::TryLockError::Error(e)) => Err(io("the data directory cannot be locked", e)),
    }
}

/// Points git's hooks at this program, which knows by its name which hook it is.
fn link_hooks(data_dir: &Path, program: &Path) -> Result<(), EngineError> {
    ["pre-receive", "proc-receive"].iter().try_for_each(|hook| link_hook(&data_dir.join("hooks").join(hook), program))
}

fn link_hook(link: &Path, program: &Path) -> Result<(), EngineError> {
    if std::fs::read_link(link).is_ok_and(|to| to == program) {
        return Ok(());
    }
    let fresh = link.with_extension(format!("new-{}", std::process::id()));
    let done = std::os::unix::fs::symlink(program, &fresh).and_then(|()| std::fs::rename(&fresh, link));
    done.map_err(|e| io("git's hooks cannot be linked", e))
}
