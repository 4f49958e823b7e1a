//! What of a memory wants somebody's care, at one commit and one moment: lists, each bounded and in order.

use super::catalog::{Catalog, Node, name_of};
use super::sight::Denied;
use super::types::{DeniedScope, Visibility};
use crate::base::Timestamp;
use crate::index::{Entry, EntryId, View};
use crate::note::RecordForm;
use crate::ontology::{may_lie_outside, names_platform};
use crate::screen;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// The edge kind that names an owner: who owns a record is no neighbour of it.
const OWNED_BY: &str = "owned_by";
/// The sensitivities that a report lists.
const SENSITIVE: [&str; 2] = ["restricted", "secret-metadata"];
/// The most records that one alias is listed with.
const MOST_OF_ALIAS: usize = 20;
/// Seconds in a day.
const DAY: i64 = 86_400;

/// What a report depends on besides the view and who asks.
#[derive(Clone, Copy, Debug)]
pub struct ReportRequest {
    /// The moment as of which records are stale.
    pub as_of: Timestamp,
    /// After how many seconds without an update an approved record is stale.
    pub stale_after: i64,
    /// The most items of each list.
    pub limit: usize,
}

/// A report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryReport {
    /// Records that nobody owns.
    pub unowned: Listed<RecordName>,
    /// Approved records that were not updated for long. One whose `updatedAt` cannot be read is not among them.
    pub stale: Listed<Stale>,
    /// Edges to ids that no record has.
    pub dangling: Listed<DanglingEdge>,
    /// Records that nothing leads to and that lead nowhere.
    pub orphans: Listed<RecordName>,
    /// Records that not everybody should read: their ids alone.
    pub sensitive: Listed<Sensitive>,
    /// Aliases by which more than one record is called.
    pub duplicate_aliases: Listed<SharedAlias>,
    /// Ids of platform resources that edges name and no record here has.
    pub unresolved: Listed<Unresolved>,
    /// What was left out because the caller may not see it.
    #[serde(skip)]
    pub denied_scopes: Vec<DeniedScope>,
}

/// The first items of a list, and how many there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listed<T> {
    /// How many there are in all.
    pub total: usize,
    /// The first of them, in order.
    pub items: Vec<T>,
}

/// A record by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RecordName {
    /// Its id.
    pub id: String,
    /// Its kind.
    pub kind: Option<String>,
    /// Where it is.
    pub path: String,
}

/// A record that was not updated for long.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stale {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub path: String,
    /// When it was updated last.
    pub updated_at: Timestamp,
    /// How many whole days ago that was.
    pub days: i64,
}

/// An edge that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DanglingEdge {
    /// The record that it leaves.
    pub id: String,
    /// Where that is.
    pub path: String,
    /// The edge's kind; `extendsNode` for a document that adds to a record that is not there.
    pub kind: String,
    /// What it names.
    pub target: String,
}

/// A record that not everybody should read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sensitive {
    /// Its id.
    pub id: String,
    /// Its sensitivity.
    pub sensitivity: String,
}

/// An alias of several records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedAlias {
    /// The alias.
    pub alias: String,
    /// Who is called so: the first of them.
    pub ids: Vec<String>,
}

/// An id of a platform resource that no record here has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unresolved {
    /// The id.
    pub id: String,
    /// How many edges name it.
    pub edges: usize,
}

/// Reports on the commit of a view, as far as a caller sees it. The same view, caller and request give the same report.
pub fn report(view: &View, visibility: &Visibility, request: &ReportRequest) -> MemoryReport {
    let catalog = Catalog::new(view, visibility, &crate::ontology::built_in().ranking);
    let mut seen = Seen::default();
    for id in view.entries() {
        seen.add(&catalog, *id);
    }
    seen.report(request)
}

/// What a walk over the entries finds.
#[derive(Default)]
struct Seen<'c> {
    records: Vec<&'c Entry>,
    loose: Vec<Loose<'c>>,
    unresolved: BTreeMap<&'c str, usize>,
    names: BTreeMap<&'c str, BTreeSet<&'c str>>,
    /// Ids of records that an edge or a link joins to something.
    joined: HashSet<&'c str>,
    denied: Denied,
}

/// An edge that leads nowhere: who has it, where, which kind, to what.
type Loose<'c> = (&'c str, &'c str, &'c str, &'c str);

impl<'c> Seen<'c> {
    fn add(&mut self, catalog: &'c Catalog<'_>, id: EntryId) {
        let entry = catalog.record(id);
        if let Some(denial) = catalog.denial(id) {
            self.denied.add(denial, entry.path.as_str(), entry.ordinal);
            return;
        }
        match entry.form {
            Some(form) if form.declares() && entry.id.is_some() => self.add_record(catalog, entry),
            Some(RecordForm::Extends | RecordForm::Patch) if catalog.subject(id).is_none() => {
                let target = name_of(entry);
                self.loose.push((target, entry.path.as_str(), "extendsNode", target));
            }
            _ => {}
        }
        self.add_links(catalog, entry);
    }

    fn add_record(&mut self, catalog: &'c Catalog<'_>, entry: &'c Entry) {
        let name = name_of(entry);
        self.records.push(entry);
        self.names.entry(name).or_default().insert(name);
        for alias in &entry.aliases {
            self.names.entry(alias).or_default().insert(name);
        }
        for (kind, target) in &entry.edges {
            self.add_edge(catalog, entry, kind, target);
        }
    }

    fn add_edge(&mut self, catalog: &'c Catalog<'_>, from: &'c Entry, kind: &'c str, target: &'c str) {
        let name = name_of(from);
        match catalog.node(target) {
            Node::Record(_) if target == name => return,
            Node::Record(_) => _ = self.joined.insert(target),
            // That there is something the caller does not see is not told, nor that there is nothing.
            Node::Hidden(..) => {}
            Node::Unknown => {
                if names_platform(target) && kind != OWNED_BY {
                    *self.unresolved.entry(target).or_default() += 1;
                } else if kind != OWNED_BY && !may_lie_outside(kind, target) {
                    self.loose.push((name, from.path.as_str(), kind, target));
                    return;
                }
            }
        }
        if kind != OWNED_BY {
            self.joined.insert(name);
        }
    }

    /// Links of a body join what they name, also those of a note without an id.
    fn add_links(&mut self, catalog: &'c Catalog<'_>, from: &'c Entry) {
        for link in &from.links {
            let found = catalog.view.entry_of_name(link).filter(|found| catalog.denial(*found).is_none());
            let Some(target) = found.and_then(|found| catalog.record(found).id.as_deref()) else { continue };
            if from.id.as_deref() != Some(target) {
                self.joined.insert(target);
                self.joined.extend(from.id.as_deref());
            }
        }
    }

    fn report(self, request: &ReportRequest) -> MemoryReport {
        let limit = request.limit;
        let unowned = self.records.iter().copied().filter(|entry| entry.owners.is_empty()).collect();
        let orphans = self.records.iter().copied().filter(|entry| !self.joined.contains(name_of(entry))).collect();
        let shared = self.names.into_iter().filter(|(_, ids)| ids.len() > 1).collect();
        MemoryReport {
            unowned: names(unowned, limit),
            stale: stale(&self.records, request),
            dangling: listed(self.loose, limit, |(id, path, kind, target)| DanglingEdge {
                id: clean(id),
                path: clean(path),
                kind: clean(kind),
                target: clean(target),
            }),
            orphans: names(orphans, limit),
            sensitive: sensitive(&self.records, limit),
            duplicate_aliases: listed(shared, limit, |(alias, ids): (&str, BTreeSet<&str>)| SharedAlias {
                alias: clean(alias),
                ids: ids.into_iter().take(MOST_OF_ALIAS).map(clean).collect(),
            }),
            unresolved: listed(self.unresolved.into_iter().collect(), limit, |(id, edges): (&str, usize)| Unresolved {
                id: clean(id),
                edges,
            }),
            denied_scopes: self.denied.scopes(),
        }
    }
}

fn names(records: Vec<&Entry>, limit: usize) -> Listed<RecordName> {
    let named = records.into_iter().map(|entry| (name_of(entry), entry.path.as_str(), entry.kind.as_deref())).collect();
    listed(named, limit, |(id, path, kind): (&str, &str, Option<&str>)| RecordName {
        id: clean(id),
        kind: kind.map(clean),
        path: clean(path),
    })
}

/// The stale records, the oldest first.
fn stale(records: &[&Entry], request: &ReportRequest) -> Listed<Stale> {
    let approved = records.iter().filter(|entry| entry.status.as_deref() == Some("approved"));
    let of = |entry: &&Entry| Timestamp::parse(entry.updated_at.as_deref()?).ok();
    let dated = approved.filter_map(|entry| Some((of(entry)?, name_of(entry), entry.path.as_str())));
    let age = |moment: Timestamp| request.as_of.seconds() - moment.seconds();
    let old = dated.filter(|(moment, _, _)| age(*moment) > request.stale_after).collect();
    listed(old, request.limit, |(updated_at, id, path): (Timestamp, &str, &str)| Stale {
        id: clean(id),
        path: clean(path),
        updated_at,
        days: age(updated_at) / DAY,
    })
}

fn sensitive(records: &[&Entry], limit: usize) -> Listed<Sensitive> {
    let of =
        |entry: &&Entry| entry.sensitivity.as_deref().and_then(|s| SENSITIVE.into_iter().find(|known| *known == s));
    let found = records.iter().filter_map(|entry| Some((name_of(entry), of(entry)?))).collect();
    listed(found, limit, |(id, sensitivity): (&str, &str)| Sensitive { id: clean(id), sensitivity: sensitivity.into() })
}

/// Sorts all of a list, and makes its first items.
fn listed<T: Ord, U>(mut all: Vec<T>, limit: usize, make: impl Fn(T) -> U) -> Listed<U> {
    all.sort();
    Listed { total: all.len(), items: all.into_iter().take(limit).map(make).collect() }
}

fn clean(text: &str) -> String {
    screen::redact(text).text
}

impl<T> Default for Listed<T> {
    fn default() -> Self {
        Self { total: 0, items: Vec::new() }
    }
}
