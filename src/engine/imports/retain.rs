//! Bytes of artifacts that are kept: screened, in the artifact store and never in git, and not for ever.

use super::collect::Collected;
use super::import::Job;
use super::store::{ensure, failed};
use super::types::NewImport;
use super::{asked, stop::Stop};
use crate::access::{Action, Caller, RepositoryPolicy, decide};
use crate::base::id::ImportId;
use crate::base::{Digest, Timestamp};
use crate::engine::server::Engine;
use crate::engine::{Code, EngineError, audit};
use crate::ingest::{Artifact, Bundle, BundleFile, KeptBytes, Problem, ProblemKind, RetentionTier, SourceRef};
use crate::records::{Import, ImportObject, ObjectKind};
use crate::screen::{Scrubber, find_secrets, find_suspects};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

/// The largest artifact that is kept, and the most bytes of one import.
const LARGEST: u64 = 32 << 20;
const MOST_BYTES: u64 = 512 << 20;
/// How files begin in which a secret is not seen: archives and compressed files.
const CLOSED: &[&[u8]] =
    &[b"PK\x03\x04", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ\x00", b"BZh", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07"];
const DAY: i64 = 86_400;

/// An artifact of a run as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArtifactBytes {
    /// Its bytes, screened.
    pub bytes: Vec<u8>,
    /// The last part of its name.
    pub name: String,
}

impl Engine {
    /// Whether a caller may ask for a tier.
    pub(super) fn may_retain(&self, caller: &Caller, tier: RetentionTier) -> Result<(), EngineError> {
        match tier {
            RetentionTier::ArtifactBytesRetained => Ok(decide(caller, &Action::RetainBytes)?),
            _ => Ok(()),
        }
    }

    /// Keeps the bytes of the artifacts of a run, where its tier does. What is not kept is a problem of the source.
    pub(super) fn retain(
        &self,
        job: &Job<'_>,
        bundle: &Bundle,
        collected: &mut Collected,
        policy: &RepositoryPolicy,
    ) -> Result<(), Stop> {
        if job.new.tier != RetentionTier::ArtifactBytesRetained {
            return Ok(());
        }
        let expires_at = expiry(job.new, policy, self.now()).map_err(|e| Stop::at("SourceResolved", e))?;
        let by_digest: BTreeMap<&Digest, &BundleFile> = bundle.files().map(|file| (&file.digest, file)).collect();
        let (mut left, mut names) = (MOST_BYTES, BTreeSet::new());
        for artifact in collected.story.artifacts.items.clone() {
            let file = by_digest.get(&artifact.digest).copied();
            let kept = match (names.insert(artifact.name.clone()), file) {
                (false, _) => Err((ProblemKind::NotKept, "another artifact has the same name once it is screened")),
                (true, None) => Err((ProblemKind::Missing, "the artifact is not in what was sent")),
                (true, Some(file)) => clean(bundle, file, &artifact, &mut left, &mut collected.scrubber),
            };
            match kept {
                Ok(bytes) => self.keep_bytes(job, &artifact, &bytes, expires_at).map_err(Stop::server)?,
                Err((kind, message)) => collected.problem(kind, &artifact.name, message),
            }
        }
        if collected.story.artifacts.cut() > 0 {
            collected.problem(ProblemKind::TooLarge, "artifacts", "of so many artifacts only the first are kept");
        }
        collected.report = collected.scrubber.report().clone();
        Ok(())
    }

    fn keep_bytes(
        &self,
        job: &Job<'_>,
        artifact: &Artifact,
        bytes: &[u8],
        expires_at: Timestamp,
    ) -> Result<(), EngineError> {
        let (org, store) = (&job.caller.org, self.artifacts());
        let kept = store.put(org, bytes).map_err(failed)?;
        let (import, name) = (job.import.id.clone(), artifact.name.clone());
        let (digest, size, kind) = (kept.digest, kept.size, ObjectKind::Artifact);
        let object = ImportObject { import, kind, name, digest, size, expires_at: Some(expires_at) };
        self.records.write(|tx| {
            ensure(&store, org, &object.digest, bytes)?;
            Ok(tx.set_import_object(org, &object)?)
        })
    }

    /// Has the bytes of an import be over: of a lower tier, it keeps none.
    pub(super) fn expire_bytes(&self, import: &Import) -> Result<(), EngineError> {
        let now = self.now();
        self.records.write(|tx| {
            for object in tx.import_objects(&import.org, &import.id)? {
                if object.kind == ObjectKind::Artifact {
                    tx.set_import_object(&import.org, &ImportObject { expires_at: Some(now), ..object })?;
                }
            }
            Ok(())
        })
    }

    /// The artifacts of an import whose bytes are there, by name.
    pub(super) fn kept_bytes(&self, import: &Import) -> Result<BTreeMap<String, KeptBytes>, EngineError> {
        let objects = self.records.read(|view| view.import_objects(&import.org, &import.id))?;
        let kept = objects.into_iter().filter(|object| object.kind == ObjectKind::Artifact);
        Ok(kept
            .filter_map(|object| {
                Some((object.name, KeptBytes { digest: object.digest, expires_at: object.expires_at? }))
            })
            .collect())
    }

    /// The bytes of an artifact that an import keeps.
    pub fn artifact_bytes(&self, caller: &Caller, id: &ImportId, digest: &str) -> Result<ArtifactBytes, EngineError> {
        decide(caller, &Action::ReadBytes)?;
        let import = self.seen_import(caller, id)?;
        let gone = || EngineError::new(Code::NotFound, "this import keeps no such bytes, or no longer");
        let digest = Digest::parse(digest).map_err(|_| gone())?;
        let objects = self.records.read(|view| view.import_objects(&import.org, &import.id))?;
        let now = self.now();
        let is_it = |object: &&ImportObject| {
            let there = object.expires_at.is_none_or(|at| at > now);
            object.kind == ObjectKind::Artifact && object.digest == digest && there
        };
        let object = objects.iter().find(is_it).ok_or_else(gone)?;
        let bytes = self.artifacts().get(&import.org, &digest).map_err(failed)?.ok_or_else(gone)?;
        self.records.write(|tx| audit::bytes_read(tx, caller, &import, &digest, now))?;
        let name = object.name.rsplit('/').next().unwrap_or_default().to_owned();
        Ok(ArtifactBytes { bytes, name })
    }
}

/// Until when bytes are kept: as long as was asked for, and at most as the policy says.
fn expiry(new: &NewImport, policy: &RepositoryPolicy, from: Timestamp) -> Result<Timestamp, EngineError> {
    let most = Timestamp::from_seconds(from.seconds() + i64::from(policy.artifact_retention_days()) * DAY);
    let asked = match (new.retain_days, new.expires_at) {
        (Some(days), None) => Timestamp::from_seconds(from.seconds() + i64::from(days) * DAY),
        (None, Some(at)) => at,
        (None, None) => return Ok(most),
        (Some(_), Some(_)) => {
            return Err(asked::refused("Malformed", "expiresAt", "say either `retainDays` or `expiresAt`"));
        }
    };
    if asked <= from || asked > most {
        let days = policy.artifact_retention_days();
        let message = format!("bytes are kept for 1 to {days} days here: the policy `artifactRetentionDays` says so");
        return Err(asked::refused("OutOfRange", "retainDays", message));
    }
    Ok(asked)
}

/// The bytes of an artifact without what must not be kept, or why they are not kept.
fn clean(
    bundle: &Bundle,
    file: &BundleFile,
    artifact: &Artifact,
    left: &mut u64,
    scrubber: &mut Scrubber,
) -> Result<Vec<u8>, (ProblemKind, &'static str)> {
    if file.size > LARGEST || file.size > *left {
        return Err((ProblemKind::TooLarge, "an artifact has at most 32 MiB, and those of a run together 512 MiB"));
    }
    let mut bytes = Vec::new();
    let read = bundle.open(&file.path).and_then(|part| part.take(LARGEST).read_to_end(&mut bytes));
    read.map_err(|_| (ProblemKind::Missing, "the artifact cannot be read"))?;
    *left -= file.size;
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => text_of(&text, artifact, scrubber),
        Ok(text) => binary(text.into_bytes()),
        Err(error) => binary(error.into_bytes()),
    }
}

fn text_of(text: &str, artifact: &Artifact, scrubber: &mut Scrubber) -> Result<Vec<u8>, (ProblemKind, &'static str)> {
    scrubber.begin_file(&artifact.name);
    let clean = scrubber.text(text).into_owned();
    if scrubber.report().is_too_broad(&artifact.name) {
        return Err((ProblemKind::NotKept, "more than half of it would have to be taken out"));
    }
    match find_secrets(&clean).is_empty() {
        true => Ok(clean.into_bytes()),
        false => Err((ProblemKind::NotKept, "a secret would be left in it")),
    }
}

/// Bytes that are no text are kept as they are or not at all.
fn binary(bytes: Vec<u8>) -> Result<Vec<u8>, (ProblemKind, &'static str)> {
    if CLOSED.iter().any(|begin| bytes.starts_with(begin)) {
        return Err((
            ProblemKind::NotKept,
            "an archive or a compressed file cannot be looked into: send what is in it",
        ));
    }
    let text = String::from_utf8_lossy(&bytes);
    if !find_secrets(&text).is_empty() || !find_suspects(&bytes).is_empty() {
        return Err((ProblemKind::NotKept, "there is a secret in bytes that are no text"));
    }
    Ok(bytes)
}

impl Collected {
    /// Adds something that is wrong with the source to what was told of it.
    fn problem(&mut self, kind: ProblemKind, name: &str, message: &str) {
        let problems = &mut self.story.problems;
        problems.total += 1;
        *self.story.problem_counts.entry(kind).or_default() += 1;
        let at = SourceRef { file: name.to_owned(), line: None };
        problems.items.push(Problem { kind, at, message: message.to_owned() });
    }
}
