//! The audit chain of each org: append-only, gapless, each entry with the digest of the one before.

mod entry;
mod verify;

pub use entry::{AuditEntry, AuditEvent, AuditHead, Decision};
pub use verify::{AuditProblem, AuditReport, Flaw};

use super::columns::count;
use super::cursor::{Page, PageRequest};
use super::{RecordsError, Tx, View};
use crate::base::digest::canonical_json;
use crate::base::{Digest, OrgId, RepositoryName, Timestamp};
use rusqlite::Row;

/// Which entries are wanted; a field that is `None` asks for nothing.
#[derive(Clone, Debug, Default)]
pub struct AuditFilter<'a> {
    /// Of this event, or of all below it where it ends in `.`, such as `agent.memory.`.
    pub event: Option<&'a str>,
    /// By this actor, as written.
    pub actor: Option<&'a str>,
    /// With this decision.
    pub decision: Option<Decision>,
    /// About this repository.
    pub repository: Option<&'a RepositoryName>,
}

impl Tx<'_> {
    /// Adds an entry to the chain of an org, in the same transaction as what it tells of.
    pub fn audit(&self, org: &OrgId, event: AuditEvent, now: Timestamp) -> Result<AuditEntry, RecordsError> {
        self.org(org)?.ok_or_else(|| RecordsError::not_found("org", org))?;
        let last = self.audit_head(org)?;
        let sequence = last.as_ref().map_or(1, |head| head.sequence + 1);
        let entry = AuditEntry::new(org, sequence, now, event, last.map(|head| head.digest));
        let text = String::from_utf8(canonical_json(&entry)).expect("JSON is UTF-8");
        let digest = Digest::of(text.as_bytes());
        let sql = "INSERT INTO audit (org, sequence, entry, digest) VALUES (?1, ?2, ?3, ?4)";
        self.run(sql, (org, sequence as i64, text, &digest))?;
        let sql = "INSERT INTO audit_heads (org, sequence, digest) VALUES (?1, ?2, ?3)
            ON CONFLICT (org) DO UPDATE SET sequence = excluded.sequence, digest = excluded.digest";
        self.run(sql, (org, sequence as i64, &digest))?;
        Ok(entry)
    }
}

impl View<'_> {
    /// The newest entry of an org's chain, to be anchored where the database's keeper cannot change it.
    pub fn audit_head(&self, org: &OrgId) -> Result<Option<AuditHead>, RecordsError> {
        let row = |row: &Row<'_>| Ok(AuditHead { sequence: count(row, "sequence")?, digest: row.get("digest")? });
        self.one("SELECT sequence, digest FROM audit_heads WHERE org = ?1", [org], row)
    }

    /// One entry of an org's chain; `None` where there is none that can be read.
    pub fn audit_entry(&self, org: &OrgId, sequence: u64) -> Result<Option<AuditEntry>, RecordsError> {
        let sql = "SELECT entry FROM audit WHERE org = ?1 AND sequence = ?2";
        self.one(sql, (org, sequence as i64), |row| super::columns::json::<AuditEntry>(row, "entry"))
    }

    /// Hands the text of each entry and its digest to a visitor, oldest first, from a number and a moment on, until it
    /// says `false`.
    pub fn each_audit_text(
        &self,
        org: &OrgId,
        from: u64,
        since: Option<Timestamp>,
        visit: &mut dyn FnMut(&str, &str) -> bool,
    ) -> Result<(), RecordsError> {
        let sql = "SELECT entry, digest FROM audit WHERE org = ?1 AND sequence >= ?2
            AND (?3 IS NULL OR json_extract(entry, '$.at') >= ?3) ORDER BY sequence";
        let since = since.map(|moment| moment.to_string());
        self.each_while(sql, (org, from as i64, since), |row| {
            Ok(visit(row.get_ref("entry")?.as_str()?, row.get_ref("digest")?.as_str()?))
        })
    }

    /// A page of an org's chain, newest first.
    pub fn audit_page(
        &self,
        org: &OrgId,
        filter: &AuditFilter<'_>,
        page: PageRequest<'_>,
    ) -> Result<Page<AuditEntry>, RecordsError> {
        let below = page.below(org, "audit")?;
        let sql = "SELECT entry FROM audit WHERE org = ?1 AND sequence < ?2
            AND (?3 IS NULL OR event = ?3 OR (?3 LIKE '%.' AND substr(event, 1, length(?3)) = ?3))
            AND (?4 IS NULL OR actor = ?4) AND (?5 IS NULL OR decision = ?5) AND (?6 IS NULL OR repository = ?6)
            ORDER BY sequence DESC LIMIT ?7";
        let AuditFilter { event, actor, decision, repository } = filter;
        let decision = decision.map(Decision::as_str);
        let row = (org, below, event, actor, decision, repository, page.rows());
        let rows = self.all(sql, row, |row| super::columns::json::<AuditEntry>(row, "entry"))?;
        Ok(page.page(org, "audit", rows, |entry| entry.sequence as i64))
    }
}
