//! The ids of what is written, and which of it is written.

use super::{DraftChoice, manifest};
use crate::ingest::DocumentKind;
use crate::ingest::names::component;
use crate::ingest::story::Story;

/// The names of a draft.
pub(in crate::ingest) struct Names {
    /// The run's name in ids.
    pub(super) run_slug: String,
    /// The id of the run's record, where there is a run.
    pub(in crate::ingest) run: Option<String>,
    /// The session's name in ids and paths.
    pub(super) session_slug: String,
    /// The id of the session's record, where one is written.
    pub(in crate::ingest) session: Option<String>,
    /// The id of the manifest, where one is written.
    pub(super) manifest: Option<String>,
    /// The id of the retrospective, where one is written.
    pub(super) retrospective: Option<String>,
}

impl Names {
    pub(super) fn of(story: &Story, choice: &DraftChoice<'_>) -> Self {
        let session_slug = component(story.session());
        let run_slug = component(story.run().unwrap_or_else(|| story.session()));
        let looked_back = story.documents.items.iter().any(|document| document.kind == DocumentKind::Retrospective);
        // A session says nothing but its numbers where summaries are not kept, and nothing at all where a run says them.
        let has_session = choice.session && (choice.keeps_summary() || story.run().is_none());
        Self {
            run: story.run().map(|_| format!("babysitter-run:{run_slug}")),
            session: has_session.then(|| format!("babysitter-session:{session_slug}")),
            manifest: (choice.manifests && story.artifacts.total > 0 && manifest::is_known(choice.ontology))
                .then(|| format!("run-artifact-manifest:{run_slug}")),
            retrospective: (choice.retrospectives && choice.keeps_summary() && looked_back)
                .then(|| format!("run-retrospective:{run_slug}")),
            run_slug,
            session_slug,
        }
    }

    /// The record that stands for the whole: the run, else the session.
    pub(super) fn whole(&self) -> Option<&String> {
        self.run.as_ref().or(self.session.as_ref())
    }
}
