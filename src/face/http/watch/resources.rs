//! What can be watched: a row each.
//!
//! To add one: a row here, and triggers on its table that insert into `told` (see `records/migrations`).

use crate::engine::{Caller, Engine, EngineError, ImportListFilter, Page, SnapshotFilter, UpdateFilter};
use crate::face::wire::{ImportResource, RepositoryResource, SnapshotResource, UpdateResource};
use serde_json::Value;

/// Which things of a resource a stream is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::face::http) struct Filter {
    /// Only those of this repository.
    pub(in crate::face::http) repository: Option<String>,
    /// Only those in this phase.
    pub(in crate::face::http) phase: Option<String>,
    /// Only this one.
    pub(in crate::face::http) name: Option<String>,
}

/// A sort of things that can be watched.
pub(in crate::face::http) struct Resource {
    /// Its name in paths and in the log of changes.
    pub(super) name: &'static str,
    /// Its kind in objects.
    pub(super) kind: &'static str,
    /// A page of those that a caller sees. It refuses what the caller may not ask.
    pub(super) list: List,
    /// One of them as it is now; `None` where the caller does not see it.
    pub(super) read: fn(&Engine, &Caller, &str) -> Result<Option<Value>, EngineError>,
}

/// Lists a page, from a cursor on, of at most so many.
type List = fn(&Engine, &Caller, &Filter, Option<&str>, usize) -> Result<Page<Value>, EngineError>;

/// Every one of them.
const RESOURCES: &[Resource] = &[
    Resource {
        name: "agentmemoryupdates",
        kind: "AgentMemoryUpdate",
        list: list_updates,
        read: |engine, caller, id| Ok(engine.watched_update(caller, id)?.map(|view| json(UpdateResource::from(view)))),
    },
    Resource {
        name: "agentmemoryrepositories",
        kind: "AgentMemoryRepository",
        list: list_repositories,
        read: |engine, caller, name| {
            let view = engine.watched_repository(caller, name)?;
            Ok(view.map(|view| json(RepositoryResource::new(&caller.org, view))))
        },
    },
    Resource {
        name: "agentmemorysnapshots",
        kind: "AgentMemorySnapshot",
        list: list_snapshots,
        read: |engine, caller, id| {
            Ok(engine.watched_snapshot(caller, id)?.map(|view| json(SnapshotResource::from(view))))
        },
    },
    Resource {
        name: "agentrunmemoryimports",
        kind: "AgentRunMemoryImport",
        list: list_imports,
        read: |engine, caller, id| Ok(engine.watched_import(caller, id)?.map(|view| json(ImportResource::from(view)))),
    },
];

impl Resource {
    /// A resource by its name.
    pub(in crate::face::http) fn named(name: &str) -> Option<&'static Self> {
        RESOURCES.iter().find(|resource| resource.name == name)
    }

    /// The names of all.
    pub(in crate::face::http) fn names() -> impl Iterator<Item = &'static str> {
        RESOURCES.iter().map(|resource| resource.name)
    }
}

fn list_updates(
    engine: &Engine,
    caller: &Caller,
    filter: &Filter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Value>, EngineError> {
    if let Some(name) = &filter.name {
        return one_update(engine, caller, filter, name);
    }
    let wanted = UpdateFilter { repository: filter.repository.clone(), phase: filter.phase.clone(), path: None };
    let page = engine.updates(caller, &wanted, cursor, limit)?;
    let items = page.items.into_iter().map(|update| json(UpdateResource::from(update))).collect();
    Ok(Page { items, total: None, next_cursor: page.next_cursor })
}

fn one_update(engine: &Engine, caller: &Caller, filter: &Filter, name: &str) -> Result<Page<Value>, EngineError> {
    let is = |wanted: &Option<String>, found: &str| wanted.as_deref().is_none_or(|wanted| wanted == found);
    let found = engine.watched_update(caller, name)?;
    let found = found.filter(|u| is(&filter.repository, u.repository.as_str()) && is(&filter.phase, &u.phase));
    let items = found.into_iter().map(|update| json(UpdateResource::from(update))).collect();
    Ok(Page { items, total: None, next_cursor: None })
}

fn list_repositories(
    engine: &Engine,
    caller: &Caller,
    filter: &Filter,
    _: Option<&str>,
    _: usize,
) -> Result<Page<Value>, EngineError> {
    let wanted = |name: &str| {
        let asked = [&filter.repository, &filter.name];
        filter.phase.is_none() && asked.into_iter().flatten().all(|asked| asked == name)
    };
    let all = engine.list_repositories(caller)?.into_iter().filter(|view| wanted(view.name.as_str()));
    let items = all.map(|view| json(RepositoryResource::new(&caller.org, view))).collect();
    Ok(Page { items, total: None, next_cursor: None })
}

fn list_snapshots(
    engine: &Engine,
    caller: &Caller,
    filter: &Filter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Value>, EngineError> {
    let wanted =
        SnapshotFilter { repository: filter.repository.clone(), source_run: None, phase: filter.phase.clone() };
    let page = engine.snapshots(caller, &wanted, cursor, limit)?;
    let named =
        page.items.into_iter().filter(|view| filter.name.as_deref().is_none_or(|name| name == view.id.as_str()));
    let items = named.map(|view| json(SnapshotResource::from(view))).collect();
    Ok(Page { items, total: None, next_cursor: page.next_cursor })
}

fn list_imports(
    engine: &Engine,
    caller: &Caller,
    filter: &Filter,
    cursor: Option<&str>,
    limit: usize,
) -> Result<Page<Value>, EngineError> {
    let wanted = ImportListFilter { repository: filter.repository.clone(), phase: filter.phase.clone(), run: None };
    let page = engine.import_views(caller, &wanted, cursor, limit)?;
    let named =
        page.items.into_iter().filter(|view| filter.name.as_deref().is_none_or(|name| name == view.id.as_str()));
    let items = named.map(|view| json(ImportResource::from(view))).collect();
    Ok(Page { items, total: None, next_cursor: page.next_cursor })
}

fn json(resource: impl serde::Serialize) -> Value {
    serde_json::to_value(resource).expect("our types serialise to JSON with string keys")
}
