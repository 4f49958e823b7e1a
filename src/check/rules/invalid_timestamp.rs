//! A moment that is not written as RFC 3339.
//!
//! This looks at `updatedAt` and at every field that the kind types as `date-time`.
//!
//! # Why
//!
//! Records are ordered and compared by time. `10/05/2026` is a day in May or in October, and a time without an
//! offset is another moment in every office.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: runbook:restart
//! attributes:
//!   updatedAt: 2026-05-10
//! ```
//!
//! # How to mend it
//!
//! Write date, `T`, time and `Z` or an offset: `2026-05-10T12:00:00Z`.

use super::{Rule, Run, field_subject};
use crate::base::{Severity, Timestamp};
use crate::check::dates::readings;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::note::Record;
use crate::ontology::FieldType;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK104",
        name: "invalid-timestamp",
        severity: Severity::Error,
        adjustable: true,
        summary: "a moment that is not RFC 3339",
    },
    source: include_str!("invalid_timestamp.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records() {
        for (name, _, node) in record.fields.entries.iter().filter(|(name, _, _)| is_moment(file, record, name)) {
            let Some(text) = node.text().filter(|text| !text.trim().is_empty()) else { continue };
            if Timestamp::parse(text).is_err() {
                let message = format!("{} in {} is not an RFC 3339 timestamp", quoted(text), quoted(name));
                notes.add(file.index, node.span, Draft::new(message, help(text), field_subject(record, name)));
            }
        }
    }
}

/// The kind's own type wins over the common one.
fn is_moment(file: &FileView<'_>, record: &Record, name: &str) -> bool {
    let own = file.kind_of(record).and_then(|kind| kind.fields.get(name));
    own.map_or(name == "updatedAt", |field| field.kind == FieldType::DateTime)
}

/// The moment that was meant, where the text can be read as one; of two readings both.
fn help(text: &str) -> String {
    let readings: Vec<String> = readings(text).iter().map(|reading| quoted(reading)).collect();
    match readings.as_slice() {
        [] => "write a date that exists, `T`, a time and `Z` or an offset, such as `2026-05-10T12:00:00Z`".to_owned(),
        readings => format!("write {} (`Z` is UTC)", readings.join(" or ")),
    }
}
