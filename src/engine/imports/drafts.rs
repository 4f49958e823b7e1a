//! The files that an import makes, looked at once more before anything is stored.

use super::stop::Stop;
use super::types::NewImport;
use super::{asked, collect};
use crate::base::{CommitId, Digest, RepoPath, Timestamp};
use crate::engine::{Code, EngineError, Memory};
use crate::ingest::{Bundle, DraftChoice, DraftFile, MEMORY_PATH, RetentionTier, Story, Target};
use crate::screen::{find_secrets, find_suspects};

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
}

/// A file that an import would make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftView {
    /// Where it would be.
    pub path: String,
    /// Its text.
    pub content: String,
    /// The digest of that.
    pub digest: Digest,
}

impl Memory {
    /// What an import of a run would come to on the tip: what was collected, and the files. Nothing is written.
    pub fn import_drafts(
        &self,
        new: &NewImport,
        bundle: &Bundle,
    ) -> Result<(collect::Collected, Vec<DraftView>), EngineError> {
        asked::check(None, new)?;
        let collected = collect::collect_run(bundle, new.kind)?;
        let fits = collect::check_head(None, new, &collected, true).and_then(|()| collect::check_redaction(&collected));
        fits.map_err(|stop| *stop.error)?;
        let tip = self.current(&*self.line()?)?;
        let target = asked::target(new, &collected.story.head.run_id)?;
        let around = Around {
            memory: self,
            organization: &self.organization,
            new,
            tier: new.tier,
            target: &target,
            source: bundle.digest(),
            known_at: tip.at,
        };
        let made = around.files(&collected.story, tip.commit, true).map_err(|stop| *stop.error)?;
        Ok((collected, made.into_iter().map(DraftView::from).collect()))
    }
}

impl Around<'_> {
    /// The files of a story for a commit. The run's `MEMORY.md` is joined with what the commit has, or stands alone.
    pub(super) fn files(&self, story: &Story, commit: CommitId, joined: bool) -> Result<Vec<DraftFile>, Stop> {
        let memory = self.memory_md(commit, joined).map_err(Stop::server)?;
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
                exists: &|id| view.entry_of_id(id).is_some(),
                memory: memory.as_deref(),
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

impl From<DraftFile> for DraftView {
    fn from(draft: DraftFile) -> Self {
        let digest = Digest::of(draft.content.as_bytes());
        Self { path: draft.path.to_string(), content: draft.content, digest }
    }
}
