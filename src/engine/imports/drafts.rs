//! The files that an import makes, looked at once more before anything is stored.

use super::asked;
use super::stop::Stop;
use super::types::NewImport;
use crate::base::{CommitId, Digest, RepoPath, Timestamp};
use crate::engine::{Code, EngineError, Memory};
use crate::ingest::{DraftChoice, DraftFile, KeptBytes, MEMORY_PATH, RetentionTier, Story, Target};
use crate::screen::{find_secrets, find_suspects};
use std::collections::BTreeMap;

/// What stands where the last look finds something. It is no list where YAML has no quotes around it.
const TAKEN_OUT: &str = "(redacted)";

/// What, besides the story, files are made of.
pub(super) struct Around<'a> {
    pub(super) memory: &'a Memory,
    pub(super) organization: &'a str,
    pub(super) new: &'a NewImport,
    pub(super) tier: RetentionTier,
    pub(super) target: &'a Target,
    pub(super) source: &'a Digest,
    /// What stands for the moment of a source that names none.
    pub(super) known_at: Timestamp,
    /// The artifacts whose bytes are kept.
    pub(super) bytes: &'a BTreeMap<String, KeptBytes>,
}

impl Around<'_> {
    /// The files of a story for a commit. The run's `MEMORY.md` is joined with what the commit has, or stands alone.
    pub(super) fn files(&self, story: &Story, commit: CommitId, joined: bool) -> Result<Vec<DraftFile>, Stop> {
        let memory = self.memory_md(commit, joined).map_err(Stop::server)?;
        self.files_beside(story, commit, memory.as_deref(), &|_| false)
    }

    /// The same beside a `MEMORY.md`, and records that are there besides those of the commit.
    pub(super) fn files_beside(
        &self,
        story: &Story,
        commit: CommitId,
        memory: Option<&str>,
        besides: &dyn Fn(&str) -> bool,
    ) -> Result<Vec<DraftFile>, Stop> {
        let ontology = self.memory.ontology(commit).map_err(Stop::server)?;
        let repository = self.new.source_repository.as_deref().map(record_of);
        let include = &self.new.include;
        let drafts = self.memory.with_view(commit, |view| {
            let choice = DraftChoice {
                tier: self.tier,
                journal: asked::journal(self.new, self.tier),
                tasks: include.task_results,
                memory_md: include.memory_md,
                session: include.session_summary,
                manifests: include.artifact_manifests,
                retrospectives: include.retrospectives,
                lessons: true,
                target: self.target,
                organization: self.organization,
                source_digest: self.source,
                repository: repository.as_deref(),
                owners: &[],
                known_at: self.known_at,
                ontology: &ontology.ontology,
                exists: &|id| besides(id) || view.entry_of_id(id).is_some(),
                memory,
                bytes: self.bytes,
            };
            Ok(crate::ingest::drafts(story, &choice))
        });
        drafts.map_err(Stop::server)?.into_iter().map(once_more).collect()
    }

    fn memory_md(&self, commit: CommitId, joined: bool) -> Result<Option<String>, EngineError> {
        let path = RepoPath::parse(MEMORY_PATH).expect("it is a plain path");
        if joined { super::propose::content_at(&self.memory.repo, commit, &path) } else { Ok(None) }
    }
}

/// The id of the record of a repository: `a5c/krate` is `repository:krate`.
fn record_of(repository: &str) -> String {
    let name = repository.trim_end_matches('/').rsplit(['/', ':']).next().unwrap_or_default();
    format!("repository:{}", name.trim_end_matches(".git"))
}

/// Looks at a file once more: whatever is found now is taken out as well, and where a secret is found even then, or in its
/// name, nothing is stored.
fn once_more(draft: DraftFile) -> Result<DraftFile, Stop> {
    let content = without_suspects(draft.content);
    if find_secrets(&content).is_empty() && find_secrets(draft.path.as_str()).is_empty() {
        return Ok(DraftFile { content, ..draft });
    }
    let message = "a secret would have been left in a file that the import makes";
    let error = EngineError::new(Code::ImportRedactionBlocked, message).because("SecretLeft", Some("run"), message);
    Err(Stop::at("SecretsRedacted", error))
}

fn without_suspects(text: String) -> String {
    let mut spans: Vec<_> = find_secrets(&text).into_iter().map(|hit| hit.span).collect();
    spans.extend(find_suspects(text.as_bytes()).into_iter().map(|suspect| suspect.span));
    spans.sort_by_key(|span| (span.start, span.end));
    let (mut clean, mut done) = (String::new(), 0);
    for span in spans {
        if span.start >= done {
            clean.push_str(&text[done..span.start]);
            clean.push_str(TAKEN_OUT);
        }
        done = done.max(span.end);
    }
    clean.push_str(&text[done..]);
    clean
}
