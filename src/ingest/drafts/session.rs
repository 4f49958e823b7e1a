//! `sessions/<yyyy>/<mm>/<dd>/<session>.md`: the session, summed up.

use super::run::{files_touched, repository_edge};
use super::{Context, DraftFile, Target, markdown_file, status};
use crate::ingest::summary::{Summary, numbers_only, summarize};
use crate::ingest::yaml::Fields;
use crate::ingest::{DocumentKind, SourceRef};

/// How much of a sum that the source has of its own is told, in characters.
const OWN_SUM: usize = 4_000;

pub(super) fn file(context: &Context<'_>) -> Option<DraftFile> {
    let id = context.names.session.as_deref()?;
    let began = context.began_at().to_string();
    let day = began.split('T').next().unwrap_or_default().replace('-', "/");
    let path = Target::beside(&format!("sessions/{day}/{}.md", context.names.session_slug));
    let summary = if context.choice.keeps_summary() { summarize(context.story) } else { numbers_only(context.story) };
    let mut body = summary.body.clone();
    if context.choice.keeps_summary() {
        body.push_str(&own_sum(context));
    }
    Some(markdown_file(path, &front_matter(context, id, &summary), &summary.title, &body))
}

fn front_matter(context: &Context<'_>, id: &str, summary: &Summary) -> Fields {
    let (story, choice) = (context.story, context.choice);
    let head = &story.head;
    let mut fields = Fields::default();
    fields.put("id", id).put("kind", "BabysitterSession").put("title", summary.title.as_str()).put("status", "draft");
    fields.put("owners", choice.owners()).put("updatedAt", context.updated_at().to_string());
    fields.put("summary", summary.brief.as_str()).put("sessionId", story.session()).say("runId", story.run());
    fields.put("outcome", status(head.outcome)).put("startedAt", context.began_at().to_string());
    fields.say("completedAt", head.ran.ended).say("program", head.process.as_ref());
    context.origin(&mut fields);
    fields.say("repository", head.repository.as_ref()).say("branch", head.branch.as_ref());
    fields.say("commit", head.commit.as_ref()).say("parent", head.parent.as_ref());
    fields.put("retentionTier", choice.tier_name()).put("snapshots", head.snapshots.clone());
    if choice.keeps_summary() {
        fields.put("filesTouched", files_touched(context));
    }
    fields.put("related", related(context));
    fields.put("sourceRefs", summary.refs.iter().map(SourceRef::to_string).collect::<Vec<_>>());
    fields
}

/// Where the session leads: what has no record of its own for the whole of it names its parts itself.
fn related(context: &Context<'_>) -> Fields {
    let names = &context.names;
    let mut related = Fields::default();
    repository_edge(context, &mut related);
    match &names.run {
        Some(run) => {
            related.link("mentions", run.as_str());
        }
        None => {
            let produced = [("produced_retrospective", &names.retrospective), ("produced_artifact", &names.manifest)];
            for (kind, id) in produced.into_iter().filter_map(|(kind, id)| Some((kind, id.as_ref()?))) {
                related.link(kind, id.as_str());
            }
            related.links(context.edge_kind("informed_by", "mentions"), context.records_read());
        }
    }
    related
}

/// The sums that the source has of its own, quoted.
fn own_sum(context: &Context<'_>) -> String {
    let documents =
        context.story.documents.items.iter().filter(|document| document.kind == DocumentKind::SessionSummary);
    let quoted = documents.map(|document| crate::ingest::markdown::quotation(&document.text, OWN_SUM));
    let text = quoted.collect::<Vec<_>>().join("\n");
    if text.is_empty() { text } else { format!("\n## The session's own summary\n\n{text}") }
}
