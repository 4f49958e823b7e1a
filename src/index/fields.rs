//! The fields of full-text search and what each is worth: the one table of ranking constants.

/// A field of full-text search.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldSpec {
    /// Its name, as reasons show it.
    pub(super) name: &'static str,
    /// What a match in it is worth against one in the body.
    pub(super) weight: f64,
    /// BM25's saturation: how soon a repeated term adds no more.
    pub(super) k1: f64,
    /// BM25's length normalisation: 0 none, 1 full.
    pub(super) b: f64,
}

/// How many fields there are.
pub(super) const FIELD_COUNT: usize = 7;
/// How many of them belong to the whole entry: all but the body, which is the last and belongs to its sections.
pub(super) const ENTRY_FIELDS: usize = FIELD_COUNT - 1;

/// The fields in scoring order. `k1` and `b` are those that did best on short notes; short fields are hardly normalised,
/// because a long title is not a worse title.
pub(super) const FIELDS: [FieldSpec; FIELD_COUNT] = [
    FieldSpec { name: "title", weight: 2.0, k1: 0.9, b: 0.4 },
    FieldSpec { name: "aliases", weight: 2.0, k1: 0.9, b: 0.4 },
    FieldSpec { name: "id", weight: 1.5, k1: 0.9, b: 0.4 },
    FieldSpec { name: "tags", weight: 1.2, k1: 0.9, b: 0.4 },
    FieldSpec { name: "headings", weight: 0.8, k1: 0.9, b: 0.4 },
    FieldSpec { name: "summary", weight: 0.8, k1: 0.9, b: 0.4 },
    FieldSpec { name: "body", weight: 1.0, k1: 0.9, b: 0.4 },
];

/// How many terms each field of an entry has, in the order of [`FIELDS`].
pub(super) type Lengths = [u32; FIELD_COUNT];
