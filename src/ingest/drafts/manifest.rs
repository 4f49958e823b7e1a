//! `artifacts/manifest.yaml`: names, kinds, sizes and digests of what was made. Bytes are elsewhere.

use super::{Context, DraftFile, graph_file};
use crate::ingest::text::counted;
use crate::ingest::yaml::Fields;
use crate::ingest::{Artifact, RetentionTier};

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
    fields.put("artifacts", artifacts.items.iter().map(|artifact| entry(context, artifact)).collect::<Vec<_>>());
    Some(graph_file(path, "RunArtifactManifest", id, fields, Fields::default()))
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
