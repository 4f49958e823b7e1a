//! Reads `ranking.yaml`: what counts in the order of an answer, and how much.
//!
//! The file of the project's own `ontology/` folder has the defaults; [`RANKING_KEYS`] names every number and its bounds.
//! A repository overrides the keys it names. The bounds are such that the ladder holds whatever is chosen within them.

use super::language::Language;
use super::reader::{Reader, meant};
use super::types::Ontology;
use crate::note::{YamlMap, YamlNode};

/// What counts in the order of an answer, and how much.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "each number is described in its row of RANKING_KEYS")]
pub struct Ranking {
    /// The language that a question's text is read in.
    pub language: Language,
    pub text: TextRanking,
    pub linked_share: f64,
    pub linked_brings: f64,
    pub mentioned_share: f64,
    pub mentioned_brings: f64,
    pub selection: f64,
    pub association: f64,
    pub association_further: f64,
    /// By distance, from one edge to four.
    pub edges: [f64; 4],
    pub edge_text: f64,
    pub pattern: f64,
    pub scope: f64,
    pub filter: f64,
    pub recency: f64,
    pub recency_half_days: f64,
    pub approved: f64,
    pub draft: f64,
    pub deprecated: f64,
    pub archived: f64,
    pub superseded: f64,
    pub superseded_text: f64,
    pub journal_event: f64,
    pub size: f64,
    pub size_half_lines: f64,
    pub excerpt_word: f64,
    pub excerpt_rarity: f64,
    pub excerpt_pattern: f64,
    pub excerpt_line: f64,
    pub excerpt_record: f64,
}

/// What a match of the text is worth, by field.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs, reason = "each is the field it is named after")]
pub struct TextRanking {
    pub title: FieldRanking,
    pub aliases: FieldRanking,
    pub id: FieldRanking,
    pub tags: FieldRanking,
    pub headings: FieldRanking,
    pub summary: FieldRanking,
    /// The body as a whole.
    pub body: FieldRanking,
    /// The best section of the body.
    pub section: FieldRanking,
    /// What the sections beside it add of what they are worth.
    pub neighbours: f64,
    /// What the whole record adds to each of its sections where sections are given.
    pub document: f64,
    /// The most that the best text of an answer is worth.
    pub most: f64,
}

/// The numbers of BM25 for one field.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FieldRanking {
    /// What a match in it is worth.
    pub weight: f64,
    /// How soon a repeated word adds no more.
    pub k1: f64,
    /// How much its length counts: 0 not at all, 1 in full.
    pub b: f64,
}

/// A number of `ranking.yaml`.
pub struct RankingKey {
    /// The keys that lead to it, joined by dots.
    pub key: &'static str,
    /// The least it may be.
    pub least: f64,
    /// The most it may be.
    pub most: f64,
    at: fn(&mut Ranking) -> &mut f64,
}

impl RankingKey {
    const fn new(key: &'static str, least: f64, most: f64, at: fn(&mut Ranking) -> &mut f64) -> Self {
        Self { key, least, most, at }
    }

    /// The number in a ranking.
    pub fn of(&self, ranking: &Ranking) -> f64 {
        *(self.at)(&mut ranking.clone())
    }
}

/// Every number of `ranking.yaml`, in the order of the file.
pub const RANKING_KEYS: &[RankingKey] = &[
    RankingKey::new("text.title.weight", 0.0, 100.0, |r| &mut r.text.title.weight),
    RankingKey::new("text.title.k1", 0.0, 10.0, |r| &mut r.text.title.k1),
    RankingKey::new("text.title.b", 0.0, 1.0, |r| &mut r.text.title.b),
    RankingKey::new("text.aliases.weight", 0.0, 100.0, |r| &mut r.text.aliases.weight),
    RankingKey::new("text.aliases.k1", 0.0, 10.0, |r| &mut r.text.aliases.k1),
    RankingKey::new("text.aliases.b", 0.0, 1.0, |r| &mut r.text.aliases.b),
    RankingKey::new("text.id.weight", 0.0, 100.0, |r| &mut r.text.id.weight),
    RankingKey::new("text.id.k1", 0.0, 10.0, |r| &mut r.text.id.k1),
    RankingKey::new("text.id.b", 0.0, 1.0, |r| &mut r.text.id.b),
    RankingKey::new("text.tags.weight", 0.0, 100.0, |r| &mut r.text.tags.weight),
    RankingKey::new("text.tags.k1", 0.0, 10.0, |r| &mut r.text.tags.k1),
    RankingKey::new("text.tags.b", 0.0, 1.0, |r| &mut r.text.tags.b),
    RankingKey::new("text.headings.weight", 0.0, 100.0, |r| &mut r.text.headings.weight),
    RankingKey::new("text.headings.k1", 0.0, 10.0, |r| &mut r.text.headings.k1),
    RankingKey::new("text.headings.b", 0.0, 1.0, |r| &mut r.text.headings.b),
    RankingKey::new("text.summary.weight", 0.0, 100.0, |r| &mut r.text.summary.weight),
    RankingKey::new("text.summary.k1", 0.0, 10.0, |r| &mut r.text.summary.k1),
    RankingKey::new("text.summary.b", 0.0, 1.0, |r| &mut r.text.summary.b),
    RankingKey::new("text.body.weight", 0.0, 100.0, |r| &mut r.text.body.weight),
    RankingKey::new("text.body.k1", 0.0, 10.0, |r| &mut r.text.body.k1),
    RankingKey::new("text.body.b", 0.0, 1.0, |r| &mut r.text.body.b),
    RankingKey::new("text.section.weight", 0.0, 100.0, |r| &mut r.text.section.weight),
    RankingKey::new("text.section.k1", 0.0, 10.0, |r| &mut r.text.section.k1),
    RankingKey::new("text.section.b", 0.0, 1.0, |r| &mut r.text.section.b),
    RankingKey::new("text.section.neighbours", 0.0, 1.0, |r| &mut r.text.neighbours),
    RankingKey::new("text.section.document", 0.0, 1.0, |r| &mut r.text.document),
    RankingKey::new("text.most", 1.0, 40.0, |r| &mut r.text.most),
    RankingKey::new("linked.share", 0.0, 0.25, |r| &mut r.linked_share),
    RankingKey::new("linked.brings", 0.0, 0.25, |r| &mut r.linked_brings),
    RankingKey::new("mentioned.share", 0.0, 0.25, |r| &mut r.mentioned_share),
    RankingKey::new("mentioned.brings", 0.0, 0.25, |r| &mut r.mentioned_brings),
    RankingKey::new("ladder.selection", 1000.0, 10_000.0, |r| &mut r.selection),
    RankingKey::new("ladder.association", 200.0, 500.0, |r| &mut r.association),
    RankingKey::new("ladder.associationFurther", 0.0, 5.0, |r| &mut r.association_further),
    RankingKey::new("ladder.edge1", 80.0, 100.0, |r| &mut r.edges[0]),
    RankingKey::new("ladder.edge2", 80.0, 100.0, |r| &mut r.edges[1]),
    RankingKey::new("ladder.edge3", 80.0, 100.0, |r| &mut r.edges[2]),
    RankingKey::new("ladder.edge4", 80.0, 100.0, |r| &mut r.edges[3]),
    RankingKey::new("ladder.edgeText", 0.0, 0.5, |r| &mut r.edge_text),
    RankingKey::new("pattern", 0.0, 10.0, |r| &mut r.pattern),
    RankingKey::new("scope", 0.0, 0.5, |r| &mut r.scope),
    RankingKey::new("filter", 0.0, 1.0, |r| &mut r.filter),
    RankingKey::new("recency.weight", 0.0, 4.0, |r| &mut r.recency),
    RankingKey::new("recency.halfDays", 1.0, 36_500.0, |r| &mut r.recency_half_days),
    RankingKey::new("status.approved", -20.0, 2.0, |r| &mut r.approved),
    RankingKey::new("status.draft", -20.0, 2.0, |r| &mut r.draft),
    RankingKey::new("status.deprecated", -20.0, 2.0, |r| &mut r.deprecated),
    RankingKey::new("status.archived", -20.0, 2.0, |r| &mut r.archived),
    RankingKey::new("superseded.weight", -20.0, 0.0, |r| &mut r.superseded),
    RankingKey::new("superseded.text", 0.0, 1.0, |r| &mut r.superseded_text),
    RankingKey::new("journalEvent", -50.0, 0.0, |r| &mut r.journal_event),
    RankingKey::new("size.weight", 0.0, 1.0, |r| &mut r.size),
    RankingKey::new("size.halfLines", 1.0, 100_000.0, |r| &mut r.size_half_lines),
    RankingKey::new("excerpt.word", 0.0, 10.0, |r| &mut r.excerpt_word),
    RankingKey::new("excerpt.rarity", 0.0, 10.0, |r| &mut r.excerpt_rarity),
    RankingKey::new("excerpt.pattern", 0.0, 10.0, |r| &mut r.excerpt_pattern),
    RankingKey::new("excerpt.line", 0.0, 10.0, |r| &mut r.excerpt_line),
    RankingKey::new("excerpt.record", 0.0, 10.0, |r| &mut r.excerpt_record),
];

/// Overrides the numbers of an ontology that the file names.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    read_below(reader, map, "", &mut ontology.ranking);
}

/// Reads the keys that stand below a key; `above` ends in a dot.
fn read_below(reader: &mut Reader<'_>, map: &YamlMap, above: &str, ranking: &mut Ranking) {
    for (name, span, node) in &map.entries {
        let key = format!("{above}{name}");
        if let Some(number) = RANKING_KEYS.iter().find(|number| number.key == key) {
            read_number(reader, node, number, ranking);
        } else if RANKING_KEYS.iter().any(|number| number.key.strip_prefix(&key).is_some_and(|k| k.starts_with('.'))) {
            let below = reader.mapping(node, &key);
            read_below(reader, below, &format!("{key}."), ranking);
        } else if key == "language" {
            read_language(reader, node, ranking);
        } else if key != "version" {
            let message = format!("`{key}` is no key that is understood here");
            reader.problem(*span, message, meant(name, &names_below(above)));
        }
    }
}

fn read_number(reader: &mut Reader<'_>, node: &YamlNode, number: &RankingKey, ranking: &mut Ranking) {
    let RankingKey { key, least, most, at } = number;
    match node.text().and_then(|text| text.parse::<f64>().ok()).filter(|value| (*least..=*most).contains(value)) {
        Some(value) => *at(ranking) = value,
        None => {
            let message = format!("`{key}` is no number from {least} to {most}, and its default counts");
            reader.problem(node.span, message, "write such a number, or delete the line");
        }
    }
}

fn read_language(reader: &mut Reader<'_>, node: &YamlNode, ranking: &mut Ranking) {
    let written = node.text().unwrap_or_default();
    match Language::from_name(written) {
        Some(language) => ranking.language = language,
        None => {
            let names = Language::ALL.map(Language::name);
            reader.problem(node.span, format!("`{written}` is no language that is known"), meant(written, &names));
        }
    }
}

/// The names that mean something below a key.
fn names_below(above: &str) -> Vec<&'static str> {
    let below = RANKING_KEYS.iter().filter_map(|number| number.key.strip_prefix(above));
    let mut names: Vec<&str> = below.map(|rest| rest.split('.').next().unwrap_or(rest)).collect();
    names.dedup();
    if above.is_empty() {
        names.extend(["version", "language"]);
    }
    names
}
