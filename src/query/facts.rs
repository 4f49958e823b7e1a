//! What a question has to know of all records of a commit before it looks at any: few rows, looked up by column.

use super::filter::kind_of;
use crate::base::Timestamp;
use crate::index::{Entry, EntryId, View};
use crate::note::RecordForm;

/// The sensitivity that keeps a body back.
const KEPT_BACK: &str = "secret-metadata";

/// What all records of a commit have to say.
#[derive(Default)]
pub(super) struct Facts {
    /// What only adds to a record, each with that record where it is here; in order.
    pub(super) sidecars: Vec<(EntryId, Option<EntryId>)>,
    /// The records whose body is kept back, by their own sensitivity or that of a sidecar; in order.
    pub(super) withheld: Vec<EntryId>,
    /// The records that supersede others, each with what it supersedes; in order.
    pub(super) superseding: Vec<(EntryId, String)>,
    /// The records with an `updatedAt`, newest first.
    pub(super) newest: Vec<(EntryId, i64)>,
}

/// What filters and ranking ask of a record.
pub(super) struct Card<'v> {
    /// Its kind; that of a note is `Note`.
    pub(super) kind: &'v str,
    /// Its status.
    pub(super) status: Option<&'v str>,
    /// The second it was updated.
    pub(super) updated: Option<i64>,
    /// How many lines it has.
    pub(super) lines: u32,
}

impl Facts {
    /// Looks through the entries of a commit once.
    pub(super) fn of(view: &View) -> Self {
        let mut facts = Self::default();
        view.entries().iter().for_each(|id| facts.take(view, *id, view.entry(*id)));
        facts.withheld.sort_unstable();
        facts.withheld.dedup();
        facts.newest.sort_unstable_by_key(|(id, seconds)| (std::cmp::Reverse(*seconds), *id));
        facts
    }

    fn take(&mut self, view: &View, id: EntryId, entry: &Entry) {
        let is_kept_back = entry.sensitivity.as_deref() == Some(KEPT_BACK);
        if !declares(entry) {
            let declared = entry.id.as_deref().and_then(|name| view.entry_of_id(name));
            let declared = declared.filter(|found| declares(view.entry(*found)));
            self.withheld.extend(declared.filter(|_| is_kept_back));
            self.sidecars.push((id, declared));
            return;
        }
        self.withheld.extend(is_kept_back.then_some(id));
        self.newest.extend(updated(entry).map(|seconds| (id, seconds)));
        let superseded = entry.edges.iter().filter(|(kind, _)| kind == "supersedes");
        self.superseding.extend(superseded.map(|(_, target)| (id, target.clone())));
    }
}

impl<'v> Card<'v> {
    /// The card of a record.
    pub(super) fn of(entry: &'v Entry) -> Self {
        Self {
            kind: kind_of(entry),
            status: entry.status.as_deref(),
            updated: updated(entry),
            lines: entry.line_end.saturating_sub(entry.line_start) + 1,
        }
    }
}

fn updated(entry: &Entry) -> Option<i64> {
    Timestamp::parse(entry.updated_at.as_deref()?).ok().map(|moment| moment.seconds())
}

fn declares(entry: &Entry) -> bool {
    entry.form.is_none_or(RecordForm::declares)
}
