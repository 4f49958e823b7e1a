//! The memories that an editor has open: one for each repository of its folders.

use super::uri;
use crate::base::RepoPath;
use crate::engine::{EditorSession, EngineError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The memories of an editor's folders.
#[derive(Default)]
pub struct Workspace {
    /// Folders in which no memory was found yet.
    waiting: Vec<PathBuf>,
    /// Whether the editor named no folder: then a file says where to look.
    rootless: bool,
    sessions: Vec<EditorSession>,
}

impl Workspace {
    /// The workspace of some folders, none of them open yet.
    pub fn new(folders: Vec<PathBuf>) -> Self {
        Self { rootless: folders.is_empty(), waiting: folders, sessions: Vec::new() }
    }

    /// Opens what is not open yet, and says what could not be: a folder, and why.
    pub fn open(&mut self) -> Vec<(PathBuf, EngineError)> {
        let mut failed = Vec::new();
        for folder in std::mem::take(&mut self.waiting) {
            if let Err(error) = self.add(&folder) {
                self.waiting.push(folder.clone());
                failed.push((folder, error));
            }
        }
        failed
    }

    /// The memory a file is in, and its path there.
    pub fn home(&mut self, file: &Path) -> Option<(usize, RepoPath)> {
        self.open();
        if let Some(home) = self.known(file) {
            return Some(home);
        }
        // Without a folder of its own the editor shows a file of some repository.
        let folder = file.parent().filter(|_| self.rootless)?;
        self.add(folder).ok()?;
        self.known(file)
    }

    /// The memory a file is in, among those that are open.
    pub fn known(&self, file: &Path) -> Option<(usize, RepoPath)> {
        let found = |(at, session): (usize, &EditorSession)| Some((at, session.path_of(file)?));
        self.sessions.iter().enumerate().find_map(found)
    }

    /// One of the memories.
    pub fn session(&mut self, at: usize) -> &mut EditorSession {
        &mut self.sessions[at]
    }

    /// All of them, with their numbers.
    pub fn sessions(&mut self) -> impl Iterator<Item = (usize, &mut EditorSession)> {
        self.sessions.iter_mut().enumerate()
    }

    /// The text of a file of a memory.
    pub fn text(&self, at: usize, path: &RepoPath) -> Option<Arc<str>> {
        self.sessions[at].text(path)
    }

    /// The URI of a file of a memory.
    pub fn uri_of(&self, at: usize, path: &RepoPath) -> String {
        uri::of_path(&self.sessions[at].folder().join(path.as_str()))
    }

    fn add(&mut self, folder: &Path) -> Result<(), EngineError> {
        let session = EditorSession::open(folder)?;
        if self.sessions.iter().all(|known| known.folder() != session.folder()) {
            self.sessions.push(session);
        }
        Ok(())
    }
}
