//! The journal: an event in each file, or a line for each; read in the order of their numbers.

use super::super::lines::{Line, Lines};
use super::super::look;
use super::super::parse::TOO_LONG;
use super::super::telling::Telling;
use super::super::text::one_line;
use super::super::when::When;
use super::checksum;
use super::events::Run;
use super::layout::EVENTS;
use crate::ingest::{ProblemKind, SourceRef};
use serde_json::{Map, Value};
use std::io;

/// The longest file of one event.
const LONGEST: u64 = 1 << 20;
/// Fields of an event that are not its data.
const OWN: &[&str] = &[
    "type",
    "eventType",
    "event",
    "recordedAt",
    "timestamp",
    "at",
    "time",
    "checksum",
    "sdkVersion",
    "sequence",
    "seq",
];

/// An event as it stands there.
pub(super) struct Recorded {
    pub(super) sequence: u64,
    pub(super) key: Option<String>,
    pub(super) event_type: String,
    pub(super) when: Option<When>,
    pub(super) data: Value,
    pub(super) source: SourceRef,
}

/// Reads all events.
pub(super) fn read(run: &mut Run<'_>, telling: &mut Telling<'_>) -> io::Result<()> {
    let layout = run.layout().clone();
    let mut files: Vec<(u64, String, &str)> = Vec::new();
    for (path, _) in layout.files() {
        if let Some(name) = path.strip_prefix("journal/").and_then(|name| name.strip_suffix(".json")) {
            let (sequence, key) = name_of(name);
            files.push((sequence, key, path));
        }
    }
    files.sort();
    for (sequence, key, path) in files {
        let Some(file) = layout.file(path) else { continue };
        if file.size > LONGEST {
            telling.begin_file(&file.path);
            telling.unfit(TOO_LONG);
        } else if let Some(bytes) = layout.bytes(path, telling)? {
            read_file(&bytes, sequence, &key, run, telling)?;
        }
    }
    for path in EVENTS.iter().filter(|path| layout.file(path).is_some()) {
        let mut lines = Lines::new(layout.open(path, telling)?);
        let here = telling.here();
        while let Some((number, line)) = lines.next()? {
            telling.return_to(here.clone());
            telling.begin_line(number);
            match line {
                Line::TooLong => telling.unfit(TOO_LONG),
                Line::Whole(b"") => {}
                Line::Whole(line) => read_event(line, number, "", run, telling)?,
            }
        }
    }
    Ok(())
}

/// The number and the key in the name of a file: `000012.01KH...`.
fn name_of(name: &str) -> (u64, String) {
    let (number, key) = name.split_once('.').unwrap_or((name, ""));
    let digits = number.rsplit('/').next().unwrap_or(number);
    (digits.parse().unwrap_or(0), key.to_owned())
}

/// A file holds an event, or a list of them.
fn read_file(bytes: &[u8], sequence: u64, key: &str, run: &mut Run<'_>, telling: &mut Telling<'_>) -> io::Result<()> {
    if !bytes.trim_ascii_start().starts_with(b"[") {
        return read_event(bytes, sequence, key, run, telling);
    }
    let Some(Value::Array(events)) = telling.json(bytes) else { return Ok(()) };
    let path = telling.here();
    for (number, event) in events.into_iter().enumerate() {
        take(event, sequence + number as u64, key, &path, run, telling)?;
    }
    Ok(())
}

fn read_event(bytes: &[u8], sequence: u64, key: &str, run: &mut Run<'_>, telling: &mut Telling<'_>) -> io::Result<()> {
    if checksum::fits(bytes) == Some(false) {
        telling
            .problem(ProblemKind::ChecksumMismatch, "the checksum does not fit the event, which is taken as it stands");
    }
    let Some(event) = telling.json(bytes) else { return Ok(()) };
    let here = telling.here();
    take(event, sequence, key, &here, run, telling)
}

fn take(
    event: Value,
    sequence: u64,
    key: &str,
    here: &SourceRef,
    run: &mut Run<'_>,
    telling: &mut Telling<'_>,
) -> io::Result<()> {
    let Value::Object(mut fields) = event else {
        telling.problem(ProblemKind::Malformed, "what should be an event is no object");
        return Ok(());
    };
    let whole = Value::Object(std::mem::take(&mut fields));
    let event_type = look::line(&whole, &["type", "eventType", "event"]).unwrap_or_else(|| "untyped".to_owned());
    let recorded = Recorded {
        sequence: look::number(&whole, &["sequence", "seq"]).filter(|_| sequence == 0).unwrap_or(sequence),
        key: (!key.is_empty()).then(|| telling.screened(&one_line(key))),
        event_type,
        when: When::of(&whole, &["recordedAt", "timestamp", "at", "time"]),
        data: data_of(whole),
        source: here.clone(),
    };
    run.event(recorded, telling)
}

/// The data of an event: its `data`, or what it says besides its type and time.
fn data_of(event: Value) -> Value {
    let Value::Object(mut fields) = event else { return Value::Null };
    for key in ["data", "payload"] {
        if fields.get(key).is_some_and(Value::is_object) {
            return fields.swap_remove(key).unwrap_or(Value::Null);
        }
    }
    Value::Object(fields.into_iter().filter(|(key, _)| !OWN.contains(&key.as_str())).collect::<Map<_, _>>())
}
