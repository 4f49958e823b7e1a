//! From an ontology to the text of its files, which reads back as the same ontology.

use super::infer::InUse;
use super::node_kinds::{REQUIRED, STATUSES};
use super::types::{Allowance, EdgeKind, Field, FieldType, NodeKind, Ontology, RuleSetting, Vocabulary};
use crate::base::Severity;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The text of `node-kinds.yaml`. A count of 0 is not written.
pub fn node_kinds(kinds: &[InUse<NodeKind>], head: &str) -> String {
    let mut out = begin(head);
    out.push_str(if kinds.is_empty() { "kinds: {}\n" } else { "kinds:\n" });
    for InUse { name, count, kind } in kinds {
        count_line(&mut out, *count, "record");
        let _ = writeln!(out, "  {}:", word(name));
        description(&mut out, &kind.description);
        let _ = writeln!(out, "    idPrefix: {}", prefixes(kind));
        if !kind.id_characters.is_empty() {
            let _ = writeln!(out, "    idCharacters: {}", quoted(&kind.id_characters));
        }
        words_unless(&mut out, "required", &kind.required, REQUIRED);
        words_unless(&mut out, "statuses", &kind.statuses, STATUSES);
        if !kind.fields.is_empty() {
            out.push_str("    fields:\n");
        }
        for (name, field) in &kind.fields {
            let _ = writeln!(out, "      {}: {}", word(name), field_text(field));
        }
        if kind.deprecated {
            out.push_str("    deprecated: true\n");
        }
    }
    out
}

/// The text of `edge-kinds.yaml`. A count of 0 is not written.
pub fn edge_kinds(kinds: &[InUse<EdgeKind>], head: &str) -> String {
    let mut out = begin(head);
    out.push_str(if kinds.is_empty() { "kinds: {}\n" } else { "kinds:\n" });
    for InUse { name, count, kind } in kinds {
        count_line(&mut out, *count, "edge");
        let _ = writeln!(out, "  {}:{}", word(name), if says_nothing(kind) { " {}" } else { "" });
        description(&mut out, &kind.description);
        words_unless(&mut out, "from", &kind.from, &[]);
        words_unless(&mut out, "to", &kind.to, &[]);
        for (key, flag) in [("sameKind", kind.same_kind), ("acyclic", kind.acyclic)] {
            if flag {
                let _ = writeln!(out, "    {key}: true");
            }
        }
        if let Some(inverse) = &kind.inverse {
            let _ = writeln!(out, "    inverse: {}", word(inverse));
        }
    }
    out
}

/// The text of `controlled-vocabulary.yaml`.
pub fn vocabulary(vocabulary: &Vocabulary, head: &str) -> String {
    let mut out = begin(head);
    for (key, words) in [("tags", &vocabulary.tags), ("owners", &vocabulary.owners)] {
        if let Some(words) = words {
            let _ = writeln!(out, "{key}: {}", list(words));
        }
    }
    let _ = writeln!(out, "sensitivity: {}", list(&vocabulary.sensitivity));
    out
}

/// The text of `validation-rules.yaml`.
pub fn settings(ontology: &Ontology, head: &str) -> String {
    let mut out = begin(head);
    out.push_str(&rules(&ontology.rules));
    let (allow, deny) = (ontology.paths.allow.patterns(), ontology.paths.deny.patterns());
    let _ = writeln!(out, "paths:\n  allow: {}\n  deny: {}", list(allow), list(deny));
    let (file, front_matter) = (ontology.limits.max_file_bytes, ontology.limits.max_front_matter_bytes);
    let _ = writeln!(out, "limits:\n  maxFileBytes: {file}\n  maxFrontMatterBytes: {front_matter}");
    out.push_str(&allowances(&ontology.allow));
    out
}

/// The four parts of an ontology, as files: path and text.
pub fn files(ontology: &Ontology) -> Vec<(&'static str, String)> {
    fn listed<T: Clone>(kinds: &BTreeMap<String, T>) -> Vec<InUse<T>> {
        kinds.iter().map(|(name, kind)| InUse { name: name.clone(), count: 0, kind: kind.clone() }).collect()
    }
    vec![
        ("ontology/node-kinds.yaml", node_kinds(&listed(&ontology.node_kinds), "")),
        ("ontology/edge-kinds.yaml", edge_kinds(&listed(&ontology.edge_kinds), "")),
        ("ontology/controlled-vocabulary.yaml", vocabulary(&ontology.vocabulary, "")),
        ("ontology/validation-rules.yaml", settings(ontology, "")),
    ]
}

fn begin(head: &str) -> String {
    let comment: String = head.lines().map(|line| format!("# {line}\n")).collect();
    comment + "version: 1\n"
}

fn count_line(out: &mut String, count: usize, one: &str) {
    if count > 0 {
        let _ = writeln!(out, "  # {count} {one}{}", if count == 1 { "" } else { "s" });
    }
}

fn description(out: &mut String, text: &str) {
    if !text.is_empty() {
        let _ = writeln!(out, "    description: {}", sentence(text));
    }
}

fn prefixes(kind: &NodeKind) -> String {
    if kind.further_prefixes.is_empty() {
        return word(&kind.id_prefix);
    }
    let all: Vec<&String> = std::iter::once(&kind.id_prefix).chain(&kind.further_prefixes).collect();
    list(&all)
}

fn words_unless(out: &mut String, key: &str, words: &[String], default: &[&str]) {
    if words.iter().map(String::as_str).ne(default.iter().copied()) {
        let _ = writeln!(out, "    {key}: {}", list(words));
    }
}

fn says_nothing(kind: &EdgeKind) -> bool {
    *kind == EdgeKind::default()
}

fn field_text(field: &Field) -> String {
    let kind = type_name(field.kind);
    if field.values.is_empty() { kind.to_owned() } else { format!("{{type: {kind}, values: {}}}", list(&field.values)) }
}

/// The name of a type in ontology files.
pub(super) fn type_name(kind: FieldType) -> &'static str {
    super::node_kinds::FIELD_TYPES.iter().find(|(_, known)| *known == kind).map_or("text", |(name, _)| name)
}

fn rules(rules: &BTreeMap<String, RuleSetting>) -> String {
    if rules.is_empty() {
        return "rules: {}\n".to_owned();
    }
    let setting = |setting: &RuleSetting| match setting {
        RuleSetting::Off => "off",
        RuleSetting::Severity(Severity::Error) => "error",
        RuleSetting::Severity(Severity::Warning) => "warning",
    };
    let lines = rules.iter().map(|(name, set)| format!("  {}: {}\n", word(name), setting(set)));
    std::iter::once("rules:\n".to_owned()).chain(lines).collect()
}

fn allowances(allow: &[Allowance]) -> String {
    if allow.is_empty() {
        return "allow: []\n".to_owned();
    }
    let entry = |allowance: &Allowance| {
        let Allowance { rule, path, digest, reason } = allowance;
        let path = list(path.patterns());
        format!(
            "  - rule: {rule}\n    path: {path}\n    digest: {}\n    reason: {}\n",
            quoted(&digest.to_string()),
            sentence(reason)
        )
    };
    std::iter::once("allow:\n".to_owned()).chain(allow.iter().map(entry)).collect()
}

fn list<S: AsRef<str>>(words: &[S]) -> String {
    let words: Vec<String> = words.iter().map(|text| word(text.as_ref())).collect();
    format!("[{}]", words.join(", "))
}

/// A text as one YAML scalar: plain where nobody could read it as something else.
fn word(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c))
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

/// A sentence: plain where it holds nothing that YAML reads.
fn sentence(text: &str) -> String {
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || " _-./,()%;`".contains(c))
        && text.contains(' ')
        && !text.ends_with(' ');
    if plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    // What JSON writes is YAML too.
    serde_json::to_string(text).expect("a text serialises")
}
