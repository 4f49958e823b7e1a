//! Reads `controlled-vocabulary.yaml`.

use super::reader::Reader;
use super::types::{Ontology, Vocabulary};
use crate::note::YamlMap;

/// The sensitivities of a vocabulary that does not list its own.
const SENSITIVITY: &[&str] = &["public", "internal", "restricted", "secret-metadata"];

/// Replaces the vocabulary of an ontology by that of the file.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    reader.only_keys(map, &["version", "tags", "owners", "sensitivity"]);
    ontology.vocabulary = Vocabulary {
        tags: reader.words(map, "tags"),
        owners: reader.words(map, "owners"),
        sensitivity: reader
            .words(map, "sensitivity")
            .unwrap_or_else(|| SENSITIVITY.iter().map(|word| (*word).to_owned()).collect()),
    };
}
