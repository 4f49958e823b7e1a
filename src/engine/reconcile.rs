//! What a start mends: half-made repositories, open intents, landings that were not recorded, stale locks.

use super::EngineError;
use super::server::Engine;

impl Engine {
    /// Brings git and the records database together after a crash. Done twice, it has one effect.
    pub(super) fn reconcile(&self) -> Result<(), EngineError> {
        for row in self.records.read(|view| view.unfinished_repositories())? {
            self.remove_unfinished(&row)?;
        }
        self.records.write(|tx| Ok::<_, EngineError>(tx.purge_requests(self.now()).map(drop)?))?;
        for (org, _) in self.orgs()? {
            for row in self.records.read(|view| view.repositories(&org))? {
                crate::git::sweep(&self.repository_path(&row.org, &row.name))?;
                let served = self.served(&row)?;
                self.settle_intents(&served)?;
                served.memory.line()?;
            }
        }
        Ok(())
    }
}
