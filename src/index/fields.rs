//! The fields of full-text search.

use crate::ontology::{FieldRanking, TextRanking};

/// A field of full-text search.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldSpec {
    /// Its name, as reasons show it.
    pub(super) name: &'static str,
    /// Whether it is told of an entry whose body is kept back.
    pub(super) is_metadata: bool,
    /// What a match in it is worth.
    pub(super) ranking: fn(&TextRanking) -> FieldRanking,
}

/// How many fields there are.
pub(super) const FIELD_COUNT: usize = 7;
/// How many of them belong to the whole entry: all but the body, which is the last and belongs to its sections.
pub(super) const ENTRY_FIELDS: usize = FIELD_COUNT - 1;

/// The field of the body, which is the last: its postings are by section.
pub(super) const BODY: usize = FIELD_COUNT - 1;

/// The fields in scoring order.
pub(super) const FIELDS: [FieldSpec; FIELD_COUNT] = [
    FieldSpec { name: "title", is_metadata: true, ranking: |r| r.title },
    FieldSpec { name: "aliases", is_metadata: true, ranking: |r| r.aliases },
    FieldSpec { name: "id", is_metadata: true, ranking: |r| r.id },
    FieldSpec { name: "tags", is_metadata: true, ranking: |r| r.tags },
    FieldSpec { name: "headings", is_metadata: false, ranking: |r| r.headings },
    FieldSpec { name: "summary", is_metadata: false, ranking: |r| r.summary },
    FieldSpec { name: "body", is_metadata: false, ranking: |r| r.body },
];

/// How many words each field of an entry has, in the order of [`FIELDS`].
pub(super) type Lengths = [u32; FIELD_COUNT];
