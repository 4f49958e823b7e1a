//! An id that is not `<prefix>:<slug>`.
//!
//! The prefix is lower-case letters, digits and `-`. The slug begins with a letter or digit and goes on with
//! lower-case letters, digits, `.`, `_`, `:`, `/` and `-`. A kind may take further characters: `idCharacters: A-Z` in
//! `ontology/node-kinds.yaml`, as the kinds of runs do.
//!
//! # Why
//!
//! Ids are typed by people, kept in links for years and compared as they stand. Blanks, mixed case and
//! look-alike letters make two ids of one.
//!
//! # Example
//!
//! ```yaml
//! nodeKind: Runbook
//! id: Restart the importer
//! ```
//!
//! # How to mend it
//!
//! Write `<prefix>:<slug>`, such as `runbook:restart-importer`, and mend the edges that lead to it.

use super::{Rule, Run, field_subject};
use crate::base::Severity;
use crate::check::draft::{Draft, Notes};
use crate::check::quote::quoted;
use crate::check::tree::FileView;
use crate::check::types::RuleInfo;
use crate::ontology::NodeKind;

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK105",
        name: "invalid-id",
        severity: Severity::Error,
        adjustable: true,
        summary: "a malformed id",
    },
    source: include_str!("invalid_id.rs"),
    run: Run::File(look),
};

fn look(file: &FileView<'_>, notes: &mut Notes<'_>) {
    for record in file.records().iter().filter(|record| record.form.declares()) {
        let id = record.id.value.as_str();
        if id.trim().is_empty() {
            continue;
        }
        if let Err(reason) = judge(id, file.kind_of(record)) {
            let message = format!("{} is no record id: {reason}", quoted(id));
            let help = "write `<prefix>:<slug>`, the slug of `a-z 0-9 . _ : / -` beginning with a letter or digit";
            notes.add(file.index, record.id.span, Draft::new(message, help, field_subject(record, "id")));
        }
    }
}

/// What keeps a text from being an id, of a kind where one is given.
pub(super) fn judge(id: &str, kind: Option<&NodeKind>) -> Result<(), String> {
    let (prefix, slug) = id.split_once(':').ok_or("it has no prefix")?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_kinds = kind.is_some_and(|kind| kind.takes_prefix(prefix));
    if !is_kinds && (prefix.is_empty() || !prefix.chars().all(|c| plain(c) || c == '-')) {
        return Err("its prefix is not of `a-z 0-9 -`".to_owned());
    }
    let further = kind.map_or("", |kind| kind.id_characters.as_str());
    let first = slug.chars().next().ok_or("it has no slug")?;
    if !plain(first) && !takes(further, first) {
        return Err(format!("its slug begins with {}", quoted(first.encode_utf8(&mut [0; 4]))));
    }
    match slug.chars().find(|c| !plain(*c) && !"._:/-".contains(*c) && !takes(further, *c)) {
        Some(c) => Err(format!("its slug holds {}", quoted(c.encode_utf8(&mut [0; 4])))),
        None => Ok(()),
    }
}

/// Whether characters and ranges such as `A-Z@` hold a character.
fn takes(characters: &str, wanted: char) -> bool {
    let listed: Vec<char> = characters.chars().collect();
    let mut rest = listed.as_slice();
    while let [first, tail @ ..] = rest {
        let (last, tail) = match tail {
            ['-', last, tail @ ..] => (last, tail),
            tail => (first, tail),
        };
        if (*first..=*last).contains(&wanted) {
            return true;
        }
        rest = tail;
    }
    false
}
