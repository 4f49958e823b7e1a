//! `artifacts/manifest.yaml`: names, kinds, sizes and digests of what was made. Bytes are elsewhere.

use super::{Context, DraftFile, graph_file};
use crate::ingest::text::counted;
use crate::ingest::yaml::Fields;
use crate::ingest::{Artifact, RetentionTier};
use crate::ontology::Ontology;

const KIND: &str = "RunArtifactManifest";

/// Whether a memory has records of the kind. Where it has none, the run's own record lists the artifacts.
pub(super) fn is_known(ontology: &Ontology) -> bool {
    ontology.node_kinds.contains_key(KIND)
}

pub(super) fn file(context: &Context<'_>) -> Option<DraftFile> {
    let id = context.names.manifest.as_deref()?;
    let path = context.choice.target.in_run("artifacts/manifest.yaml");
    let artifacts = &context.story.artifacts;
    let mut fields = Fields::default();
    let whole = context.story.run().unwrap_or_else(|| context.story.session());
    fields.put("title", format!("{} of {whole}", counted(artifacts.total, "artifact"))).put("status", "completed");
    fields.put("runId", whole).put("updatedAt", context.updated_at().to_string());
    context.origin(&mut fields);
    fields.put("retentionTier", context.choice.tier_name());
    fields.put("artifactCount", artifacts.total).put("totalBytes", context.story.artifact_bytes);
    fields.put("artifacts", entries(context));
    Some(graph_file(path, KIND, id, fields, Fields::default()))
}

/// The artifacts, one by one.
pub(super) fn entries(context: &Context<'_>) -> Vec<Fields> {
    context.story.artifacts.items.iter().map(|artifact| entry(context, artifact)).collect()
}

/// An artifact. Where its bytes are kept, the storage reference names them in the artifact store: what is kept was screened,
/// and so has another digest than the artifact where anything was taken out.
fn entry(context: &Context<'_>, artifact: &Artifact) -> Fields {
    let mut fields = Fields::default();
    fields.put("name", artifact.name.as_str()).put("kind", artifact.kind.as_str()).put("size", artifact.size);
    fields.put("digest", artifact.digest.as_str());
    let keeps_bytes = context.choice.tier == RetentionTier::ArtifactBytesRetained;
    if let Some(kept) = context.choice.bytes.get(&artifact.name).filter(|_| keeps_bytes) {
        fields.put("storageRef", format!("artifact:{}", kept.digest)).put("expiresAt", kept.expires_at.to_string());
    }
    fields
}
