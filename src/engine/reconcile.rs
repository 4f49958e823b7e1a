//! What a start mends: half-made repositories, open intents, landings that were not recorded, stale locks.

use super::EngineError;
use super::convert::io;
use super::memory::locked;
use super::operate::Making;
use super::server::Engine;
use crate::records;

impl Engine {
    /// Brings git and the records database together after a crash. Done twice, it has one effect.
    ///
    /// A repository that cannot be mended is noted, and the others are served: whatever would change it tries
    /// again first, and fails as long as the fault lasts.
    pub(super) fn reconcile(&self) -> Result<(), EngineError> {
        for row in self.records.read(|view| view.unfinished_repositories())? {
            // Somebody who operates the data directory at this moment may be making it.
            if let Some(_mine) = Making::try_begin(self, &row.org, &row.name)? {
                self.remove_unfinished(&row)?;
            }
        }
        self.records.write(|tx| Ok::<_, EngineError>(tx.purge_requests(self.now()).map(drop)?))?;
        for (org, _) in self.orgs()? {
            if let Err(error) = self.finish_rotation(&org) {
                tracing::error!(%error, %org, "the signing key of an org cannot be read");
                locked(&self.unmended).push((org.to_string(), error));
            }
            for row in self.records.read(|view| view.repositories(&org))? {
                if let Err(error) = self.mend(&row) {
                    tracing::error!(%error, org = %org, repository = %row.name, "a repository could not be mended");
                    locked(&self.unmended).push((format!("{org}/{}", row.name), error));
                }
            }
        }
        self.settle_imports()?;
        self.finish_reports()
    }

    fn mend(&self, row: &records::Repository) -> Result<(), EngineError> {
        crate::git::sweep(&self.repository_path(&row.org, &row.name))?;
        let served = self.served(row)?;
        self.settle_intents(&served)?;
        served.memory.line().map(drop)
    }

    /// Audits what hooks left for a server that was not there any more to read it.
    fn finish_reports(&self) -> Result<(), EngineError> {
        let failed = |e| io("what earlier pushes left cannot be read", e);
        for entry in std::fs::read_dir(self.hooks_path()).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if !entry.file_name().to_string_lossy().starts_with("report-") {
                continue;
            }
            if let Err(error) = self.audit_report(&entry.path(), true) {
                tracing::error!(%error, "a push that a crash interrupted could not be audited; the next start tries again");
            }
        }
        Ok(())
    }
}
