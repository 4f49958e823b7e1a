//! What is wrong with an installation, a repository or a data directory, and how to mend it.

use super::memory::Memory;
use super::server::Engine;
use super::{Coverage, EngineError};
use crate::git::{ReadRepository, Repository};
use crate::records::Repository as Row;

/// The oldest git whose smart protocol and settings this program relies on.
const OLDEST_GIT: (u32, u32, u32) = (2, 36, 0);

/// A problem and how to mend it.
type Problem = (String, String);

/// What is wrong with this machine.
pub fn check_installation() -> Vec<Problem> {
    match crate::git::git_version() {
        Ok(version) if version >= OLDEST_GIT => Vec::new(),
        Ok((a, b, c)) => vec![(format!("git {a}.{b}.{c} is too old"), "install git 2.36 or newer".to_owned())],
        Err(error) => vec![(error.to_string(), "install git 2.36 or newer".to_owned())],
    }
}

impl Memory {
    /// What is wrong with this repository as a memory, and how to mend it.
    pub fn doctor(&self) -> Result<Vec<Problem>, EngineError> {
        let mut problems = object_problems(&self.repo)?;
        let Some(tip) = self.repo.tip()? else {
            problems.push((
                "the default branch has no commit".to_owned(),
                "commit something, or check out another branch".to_owned(),
            ));
            return Ok(problems);
        };
        let ontology = self.ontology(tip)?;
        for problem in &ontology.problems {
            problems.push((format!("{}: {}", problem.path, problem.message), problem.help.clone()));
        }
        Ok(problems)
    }
}

fn object_problems(repo: &Repository) -> Result<Vec<Problem>, EngineError> {
    let mend = "restore the object from a clone: `git fetch` from one that has it";
    Ok(repo.fsck()?.into_iter().map(|problem| (format!("git fsck: {problem}"), mend.to_owned())).collect())
}

impl Engine {
    /// What is wrong with the data directory and how to mend it; empty when nothing is.
    pub fn doctor(&self) -> Result<Vec<Problem>, EngineError> {
        let mut problems = Vec::new();
        for (org, _) in self.orgs()? {
            let audit = self.records.read(|view| view.verify_audit(&org, &[]))?;
            for problem in audit.problems {
                problems.push((
                    format!("audit of {org}: entry {} is {:?}", problem.sequence, problem.flaw),
                    "restore records.sqlite3 from a backup, and find out who wrote to it".to_owned(),
                ));
            }
            if !self.key_path(&org).exists() {
                problems.push((
                    format!("the signing key of {org} is missing"),
                    "restore keys/ from a backup: nothing can be merged without it".to_owned(),
                ));
                continue;
            }
            for row in self.records.read(|view| view.repositories(&org))? {
                let found = self.repository_problems(&row);
                problems.extend(found.into_iter().map(|(what, mend)| (format!("{org}/{}: {what}", row.name), mend)));
            }
        }
        let open = self.records.read(|view| view.open_intents())?;
        if !open.is_empty() {
            problems.push((
                format!("{} merges or proposals were left half way", open.len()),
                "start the server: it finishes or undoes them".to_owned(),
            ));
        }
        Ok(problems)
    }

    /// How much of its approved line the index of each repository covers, by `org/name`. One that cannot be looked at is left out:
    /// [`Engine::doctor`] says why.
    pub fn coverages(&self) -> Result<Vec<(String, Coverage)>, EngineError> {
        let mut all = Vec::new();
        for (org, _) in self.orgs()? {
            for row in self.records.read(|view| view.repositories(&org))? {
                let covered = self.served(&row).and_then(|served| served.memory.coverage());
                all.extend(covered.ok().map(|covered| (format!("{org}/{}", row.name), covered)));
            }
        }
        Ok(all)
    }

    /// How much of their approved lines the indexes of all open repositories cover together.
    pub fn coverage(&self) -> Coverage {
        let covered = self.open_now().into_iter().filter_map(|served| served.memory.coverage().ok());
        covered.fold(Coverage::default(), |sum, one| Coverage {
            landings: sum.landings + one.landings,
            indexed: sum.indexed + one.indexed,
        })
    }

    /// What is wrong with one repository; that it cannot be looked at is a problem like any other.
    fn repository_problems(&self, row: &Row) -> Vec<Problem> {
        let looked = self.served(row).and_then(|served| {
            served.memory.line()?;
            object_problems(&served.memory.repo)
        });
        looked.unwrap_or_else(|error| {
            let cause = std::error::Error::source(&error).map(|s| format!(" ({s})")).unwrap_or_default();
            vec![(format!("{error}{cause}"), "restore the repository from a clone or a backup".to_owned())]
        })
    }
}
