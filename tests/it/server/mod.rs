//! Tests of the whole: the real binary, the real git client, kill -9.

#![allow(clippy::unwrap_used, reason = "a test that unwraps in vain fails, and says where")]

#[cfg(debug_assertions)]
mod faults;
mod host;
mod importing;
mod imports;
mod isolation;
mod kill;
mod late;
mod orgs;
mod probes;
mod proposals;
mod pushes;
mod signed;
mod story;
mod verify;
mod years;

/// A note that the default ontology takes.
fn note(id: &str, body: &str) -> String {
    let title = id.rsplit([':', '/']).next().unwrap_or(id);
    format!(
        "---\nid: {id}\nkind: Term\ntitle: {title}\nstatus: approved\nowners: [team:platform]\n\
         updatedAt: 2026-05-01T00:00:00Z\n---\n# {title}\n\n{body}\n"
    )
}
