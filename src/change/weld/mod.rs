//! Merges one file of a memory three ways, record by record and field by field.
//!
//! The text that comes out is ours, with what theirs changed spliced in: order, comments, quotes and every byte that
//! neither touched stay. It is read again and held against the values that were merged; what cannot be told apart by
//! field is merged by line, and what cannot be merged is a typed conflict, never a marker in a file.
//!
//! In reading order: `weave` merges values, `slots` says which parts belong to each other, `split` cuts a text into
//! parts, `layout` puts parts together again, `rules` knows which lists are sets.

mod clash;
mod layout;
mod lines;
mod rules;
mod slots;
mod source;
mod split;
mod value;
mod weave;

pub use clash::{ClashKind, FieldConflict};

use crate::base::RepoPath;
use crate::note::{FileClass, class_of};
use clash::bounded;
use source::Source;

/// The largest side that is merged, in bytes.
pub const MAX_BYTES: usize = 1 << 20;

/// What a merge of one file came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weld {
    /// The merged text.
    Merged(String),
    /// What does not merge.
    Conflicts {
        /// Each place, in file order.
        fields: Vec<FieldConflict>,
        /// Our text with everything merged that does merge.
        rest: String,
    },
}

/// Whether files at a path are merged here: notes, records and the ontology.
pub fn understands(path: &RepoPath) -> bool {
    matches!(class_of(path), FileClass::Markdown | FileClass::Graph | FileClass::Ontology)
}

/// Merges the texts of one file. `base` is nothing where both sides added the file.
pub fn weld(path: &RepoPath, base: Option<&str>, ours: &str, theirs: &str) -> Weld {
    if ours == theirs || base == Some(theirs) {
        return Weld::Merged(ours.to_owned());
    }
    if base == Some(ours) {
        return Weld::Merged(theirs.to_owned());
    }
    if [base.unwrap_or_default(), ours, theirs].iter().any(|text| text.len() > MAX_BYTES) {
        return Weld::Conflicts { fields: vec![whole(base, ours, theirs)], rest: ours.to_owned() };
    }
    match carriage_returns(base, ours, theirs) {
        _ if !understands(path) => by_line(path, base, ours, theirs),
        CarriageReturns::None => by_field(path, base, ours, theirs),
        CarriageReturns::Everywhere => {
            let plain = |text: &str| text.replace("\r\n", "\n");
            with_carriage_returns(by_field(path, base.map(plain).as_deref(), &plain(ours), &plain(theirs)))
        }
        CarriageReturns::Here => by_line(path, base, ours, theirs),
    }
}

fn by_field(path: &RepoPath, base: Option<&str>, ours: &str, theirs: &str) -> Weld {
    let class = class_of(path);
    let read = |text| Source::read(class, text);
    let (base_read, sides) = (base.map(read), read(ours).zip(read(theirs)));
    let (Some((o, t)), false) = (sides, matches!(base_read, Some(None))) else {
        return by_line(path, base, ours, theirs);
    };
    let base_read = base_read.flatten();
    if base.is_none() && (o.ids().is_empty() || o.ids() != t.ids()) {
        return Weld::Conflicts { fields: vec![whole(None, ours, theirs)], rest: ours.to_owned() };
    }
    let Some(woven) = source::weave(base_read.as_ref(), &o, &t) else { return by_line(path, base, ours, theirs) };
    let reads_as_meant = Source::read(class, &woven.text).is_some_and(|read| read.says(&woven.values, &woven.body));
    match (reads_as_meant, woven.conflicts.is_empty()) {
        (true, true) => Weld::Merged(woven.text),
        (true, false) => Weld::Conflicts { fields: woven.conflicts, rest: woven.text },
        (false, true) => Weld::Conflicts { fields: vec![whole(base, ours, theirs)], rest: ours.to_owned() },
        (false, false) => Weld::Conflicts { fields: woven.conflicts, rest: ours.to_owned() },
    }
}

/// Merges by line. Where both sides can be read, what comes out can be read too.
fn by_line(path: &RepoPath, base: Option<&str>, ours: &str, theirs: &str) -> Weld {
    let merged = lines::merge(base.unwrap_or_default(), ours, theirs);
    let reads = |text: &str| Source::read(class_of(path), text).is_some();
    if !merged.clashes.is_empty() {
        let fields = merged.clashes.into_iter().map(|clash| FieldConflict::lines(None, clash, (0, 0))).collect();
        return Weld::Conflicts { fields, rest: merged.text };
    }
    if understands(path) && reads(ours) && reads(theirs) && !reads(&merged.text) {
        return Weld::Conflicts { fields: vec![whole(base, ours, theirs)], rest: ours.to_owned() };
    }
    Weld::Merged(merged.text)
}

fn whole(base: Option<&str>, ours: &str, theirs: &str) -> FieldConflict {
    FieldConflict {
        kind: ClashKind::File,
        record: None,
        field: String::new(),
        base: base.map(bounded),
        ours: Some(bounded(ours)),
        theirs: Some(bounded(theirs)),
        ours_line: None,
        theirs_line: None,
    }
}

/// Which lines of three texts end with a carriage return.
enum CarriageReturns {
    None,
    Everywhere,
    Here,
}

fn carriage_returns(base: Option<&str>, ours: &str, theirs: &str) -> CarriageReturns {
    let texts = [base.unwrap_or_default(), ours, theirs];
    let whole = |line: &str| line.strip_suffix("\r\n").unwrap_or(line).find(['\r', '\n']).is_none();
    let all = |text: &str| text.split_inclusive('\n').all(whole);
    if texts.iter().all(|text| !text.contains('\r')) {
        CarriageReturns::None
    } else if texts.iter().all(|text| all(text)) {
        CarriageReturns::Everywhere
    } else {
        CarriageReturns::Here
    }
}

fn with_carriage_returns(weld: Weld) -> Weld {
    let back = |text: String| text.replace('\n', "\r\n");
    match weld {
        Weld::Merged(text) => Weld::Merged(back(text)),
        Weld::Conflicts { fields, rest } => Weld::Conflicts { fields, rest: back(rest) },
    }
}
