//! What an import would come to in the repository at hand: the files with their reasons, what was taken out, what is wrong
//! with the source. Nothing is written.

use super::collect::{self, Collected, collect_run};
use super::drafts::Around;
use super::importing::{Found, Importing};
use super::types::{ImportCondition, NewImport, Redacted};
use super::view::Summary;
use super::{asked, why};
use crate::base::id::ImportId;
use crate::base::{CommitId, Digest};
use crate::engine::{Code, EngineError};
use crate::ingest::{Bundle, DraftFile, RetentionTier, SourceKind, Target};
use std::collections::BTreeMap;

/// A run read, screened and made into files, for the repository at hand.
#[derive(Clone, Debug)]
pub struct ImportPreview {
    /// The id of the import: the same one for the same run, source, tier and target.
    pub id: ImportId,
    /// The run.
    pub run: String,
    /// One line that says what it is.
    pub title: String,
    /// The format of the source.
    pub kind: SourceKind,
    /// How much of it is kept.
    pub tier: RetentionTier,
    /// Where its records go.
    pub target: String,
    /// The digest of the run's files.
    pub source_digest: Digest,
    /// The digest of the report about what was taken out.
    pub redaction_digest: Digest,
    /// The commit that the files are for.
    pub base: CommitId,
    /// Whether it is there already.
    pub found: Found,
    /// The files, in path order.
    pub files: Vec<PreviewFile>,
    /// What the tier does not keep, in words.
    pub left_out: Vec<String>,
    /// What was taken out.
    pub redaction: Redacted,
    /// What was left out or doubtful in the source: how often, by sort.
    pub problem_counts: BTreeMap<String, u64>,
    /// The first of them: sort, place, message.
    pub problems: Vec<(String, String, String)>,
    /// How much there was: events or lines, tasks, artifacts, files, bytes.
    pub counts: BTreeMap<String, u64>,
    /// What is done of an import at hand.
    pub conditions: Vec<ImportCondition>,
}

/// A file that an import would write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewFile {
    /// Where.
    pub path: String,
    /// The kind of its record, or `Markdown` where it has none.
    pub kind: String,
    /// Why it is written.
    pub reason: &'static str,
    /// Whether the memory has the path already.
    pub is_new: bool,
    /// The digest of its text.
    pub digest: Digest,
    /// Its text, screened.
    pub content: String,
}

impl Importing<'_> {
    /// Reads a run and makes its files. A run that has not ended is refused unless `allow_active`.
    pub fn preview(&self, new: &NewImport, bundle: &Bundle, allow_active: bool) -> Result<ImportPreview, EngineError> {
        asked::check(None, new)?;
        require_git_alone(new.tier)?;
        let collected = collect_run(bundle, new.kind)?;
        let checked = collect::check_head(None, new, &collected, allow_active);
        checked.and_then(|()| collect::check_redaction(&collected)).map_err(|stop| *stop.error)?;
        let run = collected.story.head.run_id.clone();
        asked::check_name("source.runId", Some(&run))?;
        let target = asked::target(new, &run)?;
        let id = ImportId::of_key(&Digest::of_json(&(&run, bundle.digest(), new.tier, target.as_str())));
        let files = self.files(new, bundle, &collected, &target)?;
        let found = self.found(&id, &files)?;
        let report_digest = collected.report.digest();
        let told = collected.told();
        let conditions = conditions(&told, bundle.digest(), &report_digest);
        let Summary { redaction, problem_counts, problems, counts, .. } = told;
        Ok(ImportPreview {
            title: super::propose::title(&run, &collected.story),
            run,
            kind: collected.story.kind,
            tier: new.tier,
            target: target.as_str().to_owned(),
            source_digest: bundle.digest().clone(),
            redaction_digest: report_digest,
            base: self.tip.commit,
            found,
            files: files.into_iter().map(|file| self.shown(file)).collect::<Result<_, _>>()?,
            left_out: why::left_out(&collected.story, new.tier),
            redaction,
            problem_counts,
            problems,
            counts,
            conditions,
            id,
        })
    }

    fn files(
        &self,
        new: &NewImport,
        bundle: &Bundle,
        collected: &Collected,
        target: &Target,
    ) -> Result<Vec<DraftFile>, EngineError> {
        let memory = self.memory;
        let around = Around {
            memory,
            organization: &memory.organization,
            new,
            tier: new.tier,
            target,
            source: bundle.digest(),
            known_at: self.known_at,
            bytes: &BTreeMap::new(),
        };
        let before = self.memory_md.as_deref();
        let made = around.files_beside(&collected.story, self.tip.commit, before, &|id| self.ids.contains(id));
        made.map_err(|stop| *stop.error)
    }

    fn shown(&self, file: DraftFile) -> Result<PreviewFile, EngineError> {
        let kind = why::kind_of(&file);
        Ok(PreviewFile {
            reason: why::reason(&kind),
            is_new: !self.has(&file.path)?,
            digest: Digest::of(file.content.as_bytes()),
            path: file.path.to_string(),
            content: file.content,
            kind,
        })
    }
}

/// Bytes are kept in a server's artifact store, and never in git.
fn require_git_alone(tier: RetentionTier) -> Result<(), EngineError> {
    if tier != RetentionTier::ArtifactBytesRetained {
        return Ok(());
    }
    let message = "bytes of artifacts are kept by a server alone: give --server URL, or --tier full-journal-redacted";
    Err(EngineError::new(Code::BadRequest, message))
}

fn conditions(told: &Summary, source: &Digest, report: &Digest) -> Vec<ImportCondition> {
    let problems: u64 = told.problem_counts.values().sum();
    let taken = |n: u64| if n == 0 { "NothingFound" } else { "Redacted" };
    let collected = if problems == 0 { "Collected" } else { "CollectedWithProblems" };
    let condition = |kind, reason: &str, message: String, digests: &[(&'static str, &Digest)]| ImportCondition {
        kind,
        status: "True",
        reason: reason.to_owned(),
        message,
        digests: digests.iter().map(|(name, digest)| (*name, (*digest).clone())).collect(),
    };
    let said = match problems {
        0 => String::new(),
        n => format!("{n} parts of the source were left out or are doubtful"),
    };
    let both = [("source", source), ("redactionReport", report)];
    vec![
        condition("SourceResolved", collected, said, &both[..1]),
        condition("SecretsRedacted", taken(told.redaction.total), String::new(), &both),
        condition("PromptInjectionScanned", taken(told.injections), String::new(), &both),
    ]
}
