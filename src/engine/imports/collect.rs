//! Reads the source of an import: screened before anything of it is looked at, bounded whatever its size.

use super::asked::{is_of, other_org, refused};
use super::stop::Stop;
use super::types::{NewImport, Redacted};
use super::view::Summary;
use crate::base::OrgId;
use crate::engine::convert::io;
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError};
use crate::ingest::{
    Bundle, BundleError, BundleLimits, Collector, Counts, Moment, Outcome, RunHead, SourceKind, Story, source,
};
use crate::screen::{RedactionReport, Scrubber};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The most problems, and files of a report, that a row tells one by one.
const MOST_TOLD: usize = 100;
/// What stands in the place of something that was taken out.
const REDACTED: &str = "[REDACTED:";

/// What a run came to: screened and bounded.
#[derive(Debug)]
pub struct Collected {
    /// All that files are made of.
    pub story: Story,
    /// What was taken out, in numbers.
    pub report: RedactionReport,
    /// What took it out, and knows the values again.
    pub(super) scrubber: Scrubber,
}

/// Reads a run, whatever it is or of the format that is named.
pub fn collect_run(bundle: &Bundle, kind: Option<SourceKind>) -> Result<Collected, EngineError> {
    let kind = format_of(bundle, kind)?;
    let (mut scrubber, mut collector) = (Scrubber::default(), Collector::new(kind));
    let (head, counts) = read(bundle, kind, &mut scrubber, &mut |moment| collector.take(moment))?;
    let story = cleaned(collector.finish(head, counts, []), &scrubber)?;
    Ok(Collected { story, report: scrubber.report().clone(), scrubber })
}

/// A story without the values that became known as secrets only after they had been told.
fn cleaned(story: Story, scrubber: &Scrubber) -> Result<Story, EngineError> {
    let mut value: Value = serde_json::from_slice(&story.to_bytes()).expect("a story is JSON");
    if !clean_again(&mut value, scrubber) {
        return Ok(story);
    }
    let unreadable = |_| refused("Unreadable", "run", "what is left of the run without its secrets cannot be read");
    Story::from_bytes(&serde_json::to_vec(&value).expect("a value is JSON")).map_err(unreadable)
}

/// Cleans every text of a structure again; says whether that changed any.
fn clean_again(value: &mut Value, scrubber: &Scrubber) -> bool {
    match value {
        Value::String(text) => match scrubber.again(text) {
            Cow::Borrowed(_) => false,
            Cow::Owned(clean) => {
                let changed = clean != *text;
                *text = clean;
                changed
            }
        },
        Value::Array(items) => items.iter_mut().fold(false, |changed, item| clean_again(item, scrubber) | changed),
        Value::Object(fields) => fields.values_mut().fold(false, |changed, item| clean_again(item, scrubber) | changed),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The name of the run that is imported: as it was asked for, or as the source says it.
pub(super) fn run_of(new: &NewImport, bundle: &Bundle) -> Result<String, EngineError> {
    if let Some(named) = new.run_id.as_ref().or(new.session_id.as_ref()) {
        return Ok(named.clone());
    }
    let kind = format_of(bundle, new.kind)?;
    let (head, _) = read(bundle, kind, &mut Scrubber::default(), &mut |_| ())?;
    if head.run_id.is_empty() || head.run_id.contains(REDACTED) {
        return Err(refused("Required", "source.runId", "the source does not say which run it is: name it"));
    }
    super::asked::check_name("source.runId", Some(&head.run_id))?;
    Ok(head.run_id)
}

fn format_of(bundle: &Bundle, asked: Option<SourceKind>) -> Result<SourceKind, EngineError> {
    let found = source::detect(bundle);
    match (asked, found) {
        (Some(asked), Some(found)) if asked != found => {
            Err(refused("OtherFormat", "source.kind", "the source is of another kind than the request says"))
        }
        (Some(kind), _) | (None, Some(kind)) => Ok(kind),
        (None, None) => Err(unknown_format()),
    }
}

fn unknown_format() -> EngineError {
    let message =
        "what was sent is no run of a kind that is known: a babysitter run, a Claude Code session or a Codex session";
    refused("UnknownFormat", "run", message)
}

fn read(
    bundle: &Bundle,
    kind: SourceKind,
    scrubber: &mut Scrubber,
    sink: &mut dyn FnMut(Moment),
) -> Result<(RunHead, Counts), EngineError> {
    let unreadable = |e: source::ReadError| refused("Unreadable", "run", e.to_string());
    source::read(bundle, kind, scrubber, sink).map_err(unreadable)
}

/// What the source says of itself has to fit what was asked, the org, and the policy.
pub(super) fn check_head(
    org: Option<&OrgId>,
    new: &NewImport,
    collected: &Collected,
    allow_partial: bool,
) -> Result<(), Stop> {
    let head = &collected.story.head;
    if org.zip(head.organization.as_deref()).is_some_and(|(org, named)| !is_of(org, named)) {
        return Err(Stop::because("OrgScopeVerified", "OtherOrg", other_org("run")));
    }
    if let Some(error) = other_name(new, collected) {
        return Err(Stop::at("SourceResolved", error));
    }
    let is_active = collected.story.kind == SourceKind::BabysitterRun && head.outcome == Outcome::Running;
    if is_active && !allow_partial {
        let message = "the run has not ended: import it when it has";
        let error = EngineError::new(Code::RunActive, message).because("RunActive", Some("run"), message);
        return Err(Stop::at("SourceResolved", error));
    }
    Ok(())
}

/// The refusal of a source that is of another run or session than was asked for.
fn other_name(new: &NewImport, collected: &Collected) -> Option<EngineError> {
    let (story, head) = (&collected.story, &collected.story.head);
    let is_run = story.kind == SourceKind::BabysitterRun;
    let differs = |asked: &Option<String>, found: &str| asked.as_deref().is_some_and(|asked| asked != found);
    if is_run && differs(&new.run_id, &head.run_id) {
        return Some(refused("OtherRun", "source.runId", "the source is of another run than the request names"));
    }
    // A run that names its session is believed; a session is what it is.
    let session = if is_run { head.session_id.as_deref() } else { Some(story.session()) };
    let other = session.is_some_and(|session| differs(&new.session_id, session));
    other
        .then(|| refused("OtherSession", "source.sessionId", "the source is of another session than the request names"))
}

/// Refuses a run of which too little is left: more than half of the text of a file, or the name of the run.
pub(super) fn check_redaction(collected: &Collected) -> Result<(), Stop> {
    let broad = too_broad(&collected.report);
    if broad == 0 && !collected.story.head.run_id.contains(REDACTED) {
        return Ok(());
    }
    let message = match broad {
        0 => "the name of the run had to be taken out".to_owned(),
        n => format!("more than half of the text had to be taken out of {n} of the parts of the run"),
    };
    let error = EngineError::new(Code::ImportRedactionBlocked, message.clone());
    Err(Stop::at("SecretsRedacted", error.because("RedactionTooBroad", Some("run"), message)))
}

/// How many parts lost more than half of their text. The files of a folder of many small ones are one part together.
fn too_broad(report: &RedactionReport) -> usize {
    let part = |file: &str| match file.split_once('/') {
        Some((folder @ ("journal" | "tasks"), _)) => folder.to_owned(),
        _ => file.to_owned(),
    };
    let mut parts: BTreeMap<String, [u64; 2]> = BTreeMap::new();
    for (file, bytes) in &report.looked_at {
        parts.entry(part(file)).or_default()[0] += bytes;
    }
    for (file, bytes) in &report.taken_out {
        parts.entry(part(file)).or_default()[1] += bytes;
    }
    parts.values().filter(|[all, taken]| *taken > all / 2).count()
}

impl Collected {
    /// What a row tells of it.
    pub(super) fn summary(&self) -> Value {
        serde_json::to_value(self.told()).expect("a summary is plain JSON")
    }

    pub(super) fn told(&self) -> Summary {
        let (story, report) = (&self.story, &self.report);
        let problems = story.problems.items.iter().take(MOST_TOLD);
        let by_file = report.by_file.iter().take(MOST_TOLD);
        Summary {
            kind: Some(story.kind),
            redaction: Redacted {
                total: report.total(),
                by_rule: report.by_rule.clone(),
                by_file: by_file.map(|(file, rules)| (shown(file), rules.clone())).collect(),
                files_left_out: report.by_file.len().saturating_sub(MOST_TOLD) as u64,
            },
            injections: injections(report),
            problem_counts: story.problem_counts.iter().map(|(kind, n)| (format!("{kind:?}"), *n)).collect(),
            problems: problems
                .map(|p| (format!("{:?}", p.kind), shown(&p.at.to_string()), shown(&p.message)))
                .collect(),
            counts: counts(story),
        }
    }
}

/// A name from the source, without what must not be kept.
fn shown(text: &str) -> String {
    crate::screen::redact(text).text
}

fn injections(report: &RedactionReport) -> u64 {
    let of = report.by_rule.iter().filter(|(rule, _)| rule.split(':').next() == Some("prompt-injection"));
    of.map(|(_, n)| n).sum()
}

fn counts(story: &Story) -> BTreeMap<String, u64> {
    let counts = &story.counts;
    let mut all: BTreeMap<String, u64> = BTreeMap::from([
        ("files".to_owned(), counts.files),
        ("bytes".to_owned(), counts.bytes),
        ("malformed".to_owned(), counts.malformed),
        ("unknownTypes".to_owned(), counts.unknown),
        ("checksumMismatches".to_owned(), counts.checksum_mismatches),
        ("tasks".to_owned(), story.tasks.total),
        ("artifacts".to_owned(), story.artifacts.total),
    ]);
    let events: u64 = counts.by_type.values().sum();
    all.insert("events".to_owned(), events);
    all
}

impl Engine {
    /// The run at a path below an import root: a folder, or the file of a session.
    pub(super) fn bundle_at(&self, org: &OrgId, path: &str) -> Result<Bundle, EngineError> {
        let (root, below) = self.beneath_a_root(org, path)?;
        let (at, limits) = (root.join(&below), BundleLimits::default());
        let is_folder = at.metadata().map_err(|e| io("the source cannot be looked at", e))?.is_dir();
        let bundle = match (is_folder, below.to_str()) {
            (true, Some(below)) => Bundle::beneath(&root, below, &limits),
            _ => Bundle::from_file(&at, &limits),
        };
        bundle.map_err(bad_bundle)
    }

    /// A file without a name that a run can be received into.
    pub fn spool(&self) -> Result<std::fs::File, EngineError> {
        tempfile::tempfile_in(&self.data_dir).map_err(|e| io("a run cannot be received now", e))
    }

    /// The run of an archive that was sent: a tar or a tar.zst. What it needs is held in a file that has no name.
    pub fn received(&self, archive: impl std::io::Read) -> Result<Bundle, EngineError> {
        Bundle::from_archive(archive, &self.data_dir, &BundleLimits::default()).map_err(bad_bundle)
    }
}

/// Why what was sent is no source.
pub(super) fn bad_bundle(error: BundleError) -> EngineError {
    let (reason, message) = (error.reason(), error.to_string());
    match error {
        BundleError::Io(cause) => {
            EngineError::new(Code::Unavailable, "the source cannot be read or held now").caused_by(cause)
        }
        _ => refused(reason, "run", message),
    }
}
