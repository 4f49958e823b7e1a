//! Runs as clients send them: archives, and the forms that carry them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test module uses the helpers it needs, and says by panicking what it did not expect"
)]

use super::{Client, Reply};
use serde_json::{Value, json};

/// An entry of an archive, as nobody honest would write some of them.
pub struct Entry<'a> {
    pub path: &'a str,
    pub sort: tar::EntryType,
    pub link: Option<&'a str>,
    pub bytes: &'a [u8],
}

/// A file of an archive.
pub fn file<'a>(path: &'a str, bytes: &'a [u8]) -> Entry<'a> {
    Entry { path, sort: tar::EntryType::Regular, link: None, bytes }
}

/// An archive of entries, their names as they are given.
pub fn tar_of(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    for entry in entries {
        let mut header = tar::Header::new_ustar();
        header.as_mut_bytes()[..entry.path.len()].copy_from_slice(entry.path.as_bytes());
        if let Some(link) = entry.link {
            header.as_mut_bytes()[157..157 + link.len()].copy_from_slice(link.as_bytes());
        }
        header.set_entry_type(entry.sort);
        header.set_mode(0o644);
        header.set_size(entry.bytes.len() as u64);
        header.set_cksum();
        archive.append(&header, entry.bytes).unwrap();
    }
    archive.into_inner().unwrap()
}

/// An archive of text files.
pub fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let entries: Vec<_> = files.iter().map(|(path, text)| file(path, text.as_bytes())).collect();
    tar_of(&entries)
}

/// A form with these parts, in this order.
pub fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        body.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

const BOUNDARY: &str = "aBoundaryThatNobodyWrites";

/// The type of such a form.
pub const FORM: (&str, &str) = ("content-type", "multipart/form-data; boundary=aBoundaryThatNobodyWrites");

/// Sends a run to be imported.
pub fn send(client: &Client, token: &str, path: &str, request: &Value, run: &[u8]) -> Reply {
    let request = request.to_string();
    client.ask(token, "POST", path, &[FORM], &form(&[("request", request.as_bytes()), ("run", run)]))
}

/// The value that stands in the journal of the run, and nowhere else.
pub const PLANTED: &str = "sk-test-fixture-redact-me";

/// A run that has ended, of an org, with a secret in its journal.
pub fn run_of(org: &str, id: &str) -> Vec<u8> {
    run_with(org, id, json!({"status": "completed", "completedAt": "2026-05-10T12:30:00Z"}), &[])
}

/// The same with other fields, and more files.
pub fn run_with(org: &str, id: &str, fields: Value, more: &[(&str, &str)]) -> Vec<u8> {
    let mut run = json!({"id": id, "organizationRef": org, "repository": "krate", "process": "hockey/roster-update",
        "startedAt": "2026-05-10T12:00:00Z"});
    run.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let event = |n: u32, kind: &str, message: &str| {
        json!({"sequence": n, "eventType": kind, "timestamp": format!("2026-05-10T12:0{n}:00Z"), "message": message})
            .to_string()
    };
    let first = event(1, "run_start", "Update the roster of the team from the league's feed");
    let second = event(2, "task_completed", &format!("The feed answered with OPENAI_API_KEY={PLANTED} in a header"));
    let (run, mut files) = (run.to_string(), Vec::new());
    files.push(("run.json", run.as_str()));
    files.push(("journal/000001.json", first.as_str()));
    files.push(("journal/000002.json", second.as_str()));
    files.extend(more);
    tar(&files)
}

/// What is asked of such a run.
pub fn asked(id: &str) -> Value {
    json!({"source": {"kind": "babysitter-run", "repository": "krate", "runId": id}, "retentionTier": "summary-only"})
}
