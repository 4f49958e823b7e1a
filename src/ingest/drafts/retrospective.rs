//! `retrospectives/<run>.md`: what the run itself learned, in its words.

use super::{Context, DraftFile, Target, markdown_file};
use crate::ingest::markdown::harmless;
use crate::ingest::yaml::Fields;
use crate::ingest::{Document, DocumentKind, SourceRef};

/// The most characters of one text.
const LONGEST: usize = 100_000;

pub(super) fn file(context: &Context<'_>) -> Option<DraftFile> {
    let id = context.names.retrospective.as_deref()?;
    let path = Target::beside(&format!("retrospectives/{}.md", context.names.run_slug));
    let documents = context.story.documents.items.iter();
    let texts: Vec<&Document> = documents.filter(|document| document.kind == DocumentKind::Retrospective).collect();
    let title = format!("Retrospective of {}", context.story.run().unwrap_or_else(|| context.story.session()));
    let mut fields = Fields::default();
    fields.put("id", id).put("kind", "RunRetrospective").put("title", title.as_str()).put("status", "draft");
    fields.put("owners", context.choice.owners()).put("updatedAt", context.updated_at().to_string());
    fields.put("runId", context.story.head.run_id.as_str());
    context.origin(&mut fields);
    let mut related = Fields::default();
    context.names.whole().into_iter().for_each(|whole| {
        related.link("derived_from", whole.as_str());
    });
    fields.put("related", related);
    fields.put("sourceRefs", texts.iter().map(|text| &text.source).map(SourceRef::to_string).collect::<Vec<_>>());
    let body: Vec<String> = texts.iter().map(|text| harmless(&text.text, LONGEST, 1)).collect();
    Some(markdown_file(path, &fields, &title, &body.join("\n")))
}
