//! Lists of updates, by phase and path, in pages.

use super::{Phase, Update, types};
use crate::base::OrgId;
use crate::records::columns::count;
use crate::records::cursor::{Page, PageRequest};
use crate::records::words::RepositoryId;
use crate::records::{RecordsError, View};
use rusqlite::Row;

/// Which updates are wanted; a field that is `None` asks for nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct UpdateFilter<'a> {
    /// Of this repository.
    pub repository: Option<&'a RepositoryId>,
    /// In this phase.
    pub phase: Option<Phase>,
    /// Whose present revision touches this file, or a file below this folder.
    pub path: Option<&'a str>,
}

impl View<'_> {
    /// A page of the updates of an org, newest first.
    pub fn updates(
        &self,
        org: &OrgId,
        filter: UpdateFilter<'_>,
        page: PageRequest<'_>,
    ) -> Result<Page<Update>, RecordsError> {
        let below = page.below(org, "updates")?;
        // `0` is the character after `/`: between the two lies everything below the folder.
        let sql = format!(
            "{} WHERE org = ?1 AND seq < ?2 AND (?3 IS NULL OR repository = ?3) AND (?4 IS NULL OR phase = ?4)
            AND (?5 IS NULL OR EXISTS (SELECT 1 FROM update_paths p WHERE p.update_id = updates.id
                AND (p.path = ?5 OR (p.path > ?5 || '/' AND p.path < ?5 || '0'))))
            ORDER BY seq DESC LIMIT ?6",
            types::COLUMNS
        );
        let UpdateFilter { repository, phase, path } = filter;
        let path = path.map(|path| path.trim_end_matches('/'));
        let rows = self.all(&sql, (org, below, repository, phase, path, page.rows()), types::read)?;
        Ok(page.page(org, "updates", rows, |update| update.seq))
    }

    /// How many updates of an org are in each phase, by the name of the phase.
    pub fn update_counts(&self, org: &OrgId) -> Result<Vec<(Phase, usize)>, RecordsError> {
        let sql = "SELECT phase, count(*) AS n FROM updates WHERE org = ?1 GROUP BY phase ORDER BY phase";
        let row = |row: &Row<'_>| Ok((row.get("phase")?, count(row, "n")? as usize));
        self.all(sql, [org], row)
    }
}
