//! Lists of imports, by phase and run, in pages.

use super::types::{self, COLUMNS};
use super::{Import, ImportPhase};
use crate::base::OrgId;
use crate::records::cursor::{Page, PageRequest};
use crate::records::words::RepositoryId;
use crate::records::{RecordsError, View};

/// Which imports are wanted; a field that is `None` asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct ImportFilter<'a> {
    /// Into this repository.
    pub repository: Option<&'a RepositoryId>,
    /// Shown in this phase.
    pub phase: Option<ImportPhase>,
    /// Of this run.
    pub run: Option<&'a str>,
}

impl View<'_> {
    /// A page of the imports of an org, newest first.
    pub fn imports(
        &self,
        org: &OrgId,
        filter: ImportFilter<'_>,
        page: PageRequest<'_>,
    ) -> Result<Page<Import>, RecordsError> {
        let below = page.below(org, "imports")?;
        let sql = format!(
            "{COLUMNS} WHERE org = ?1 AND seq < ?2 AND (?3 IS NULL OR repository = ?3) AND (?4 IS NULL OR shown = ?4)
            AND (?5 IS NULL OR run = ?5) ORDER BY seq DESC LIMIT ?6"
        );
        let ImportFilter { repository, phase, run } = filter;
        let rows = self.all(&sql, (org, below, repository, phase, run, page.rows()), types::read)?;
        Ok(page.page(org, "imports", rows, |import| import.seq))
    }
}
