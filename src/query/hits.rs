//! From ranked records and chosen lines to what the answer gives, redacted.

use super::catalog::{Catalog, Node, name_of};
use super::clean::CleanText;
use super::excerpts::Cut;
use super::filter::kind_of;
use super::redact::Redactor;
use super::sight::Denied;
use super::types::{Counted, Excerpt, Hit, LinesOrigin, Reason, SectionHit};
use super::weights::{Weight, Why};
use crate::base::{Digest, RepoPath};
use crate::index::{Entry, EntryId, LineOrigin, Section};
use crate::note::FileClass;

/// What making an answer needs and keeps count of.
pub(super) struct Giver<'a, 'v> {
    /// The records.
    pub(super) catalog: &'a Catalog<'v>,
    /// Whether reasons are given.
    pub(super) explain: bool,
    /// Whether excerpts say where their lines come from.
    pub(super) origins: bool,
    /// Replaces secrets.
    pub(super) redactor: &'a mut Redactor,
    /// Counts what is hidden.
    pub(super) denied: &'a mut Denied,
}

/// A part of a file that is given.
pub(super) struct Lines<'a> {
    /// The file.
    pub(super) path: &'a RepoPath,
    /// Its text.
    pub(super) text: &'a CleanText,
    /// The entry the lines are of.
    pub(super) owner: Option<EntryId>,
    /// First line.
    pub(super) first: u32,
    /// Last line.
    pub(super) last: u32,
}

impl Giver<'_, '_> {
    /// The hit of a record.
    pub(super) fn hit(&mut self, entry: EntryId, score: Weight, whys: &[Why]) -> Hit {
        let record = self.catalog.record(entry);
        if self.catalog.is_withheld(entry) {
            self.redactor.withhold();
        }
        Hit {
            kind: self.redactor.text(kind_of(record)),
            id: self.redactor.text(name_of(record)),
            path: self.redactor.text(record.path.as_str()),
            place: (record.line_start, record.line_end),
            title: self.redactor.text(&record.title),
            status: self.redactor.option(record.status.as_deref()),
            owners: self.redactor.texts(&record.owners),
            tags: self.redactor.texts(&record.tags),
            updated_at: self.redactor.option(record.updated_at.as_deref()),
            summary: self.summary(entry, record),
            digest: record.digest.clone(),
            score: score.value(),
            why: self.reasons(whys),
            edges: self.edges(record),
            sections: None,
            text: None,
            lines: None,
        }
    }

    /// Sections of a record, by their places, as a hit names them.
    pub(super) fn sections(&mut self, entry: EntryId, best: &[(u32, Weight)]) -> Vec<SectionHit> {
        let entry = self.catalog.view.entry(entry);
        let known = best.iter().filter_map(|(place, score)| Some((entry.sections.get(*place as usize)?, score)));
        let hit = |(section, score): (&Section, &Weight)| {
            let heading = section.heading.and_then(|heading| entry.headings.get(heading as usize));
            let heading = self.redactor.option(heading.map(String::as_str));
            SectionHit { heading, line_start: section.first, line_end: section.last, score: score.value() }
        };
        known.map(hit).collect()
    }

    /// The reasons, where they are asked for.
    pub(super) fn reasons(&mut self, whys: &[Why]) -> Vec<Reason> {
        let given = if self.explain { whys } else { &[] };
        given.iter().map(|why| why.given(&mut |detail| self.redactor.text(detail))).collect()
    }

    /// The excerpt of chosen lines.
    pub(super) fn excerpt(&mut self, cut: &Cut<'_>) -> Excerpt {
        let lines =
            Lines { path: &cut.file.path, text: cut.file.text(), owner: cut.owner, first: cut.first, last: cut.last };
        let spans = |line: u32| {
            let found = cut.lines.binary_search_by_key(&line, |matched| matched.line);
            found.map_or(&[][..], |at| &cut.lines[at].spans)
        };
        self.lines(&lines, &spans, &cut.whys)
    }

    /// An excerpt of lines, with the matches that `spans` gives for each.
    pub(super) fn lines<'s>(
        &mut self,
        lines: &Lines<'_>,
        spans: &dyn Fn(u32) -> &'s [(usize, usize)],
        whys: &[Why],
    ) -> Excerpt {
        let (mut text, mut matches) = (Vec::new(), Vec::new());
        for line in lines.first..=lines.last {
            let shown = lines.text.shown(line, spans(line));
            matches.extend(shown.columns.into_iter().map(|(from, to)| (line, from, to)));
            text.push(shown.text);
        }
        let text = text.join("\n");
        self.redactor.count(lines.text.categories(lines.first, lines.last));
        Excerpt {
            path: self.redactor.text(lines.path.as_str()),
            record_id: lines.owner.and_then(|owner| self.record_id(owner)),
            line_start: lines.first,
            line_end: lines.last,
            digest: Digest::of(text.as_bytes()),
            text,
            matches,
            commit: self.catalog.view.commit(),
            why: self.reasons(whys),
            origins: self.origins.then(|| self.origins(lines)),
        }
    }

    /// The landings that brought lines, as runs within them.
    fn origins(&self, lines: &Lines<'_>) -> Vec<LinesOrigin> {
        let runs = self.catalog.view.origins(lines.path).unwrap_or_default();
        let inside = runs.into_iter().filter(|run| run.last >= lines.first && run.first <= lines.last);
        let origin = |run: LineOrigin| LinesOrigin {
            line_start: run.first.max(lines.first),
            line_end: run.last.min(lines.last),
            commit: run.commit,
            update: None,
            approvers: Vec::new(),
        };
        inside.map(origin).collect()
    }

    fn record_id(&mut self, owner: EntryId) -> Option<String> {
        let subject = self.catalog.subject(owner).filter(|subject| self.catalog.denial(*subject).is_none())?;
        self.redactor.option(self.catalog.record(subject).id.as_deref())
    }

    /// The summary; that of a body that is kept back may be its first paragraph, and is kept back too.
    fn summary(&mut self, entry: EntryId, record: &Entry) -> String {
        let file = || self.catalog.view.file(record.path.as_str());
        let is_kept_back =
            self.catalog.is_withheld(entry) && file().is_some_and(|file| file.class == FileClass::Markdown);
        if is_kept_back { String::new() } else { self.redactor.text(&record.summary) }
    }

    fn edges(&mut self, record: &Entry) -> Vec<Counted> {
        let mut edges: Vec<Counted> = Vec::new();
        for (kind, target) in &record.edges {
            if let Node::Hidden(entry, denial) = self.catalog.node(target) {
                let hidden = self.catalog.view.entry(entry);
                self.denied.add(denial, hidden.path.as_str(), hidden.ordinal);
                continue;
            }
            let edge = Counted { kind: self.redactor.text(kind), target: self.redactor.text(target) };
            if !edges.contains(&edge) {
                edges.push(edge);
            }
        }
        edges
    }
}
