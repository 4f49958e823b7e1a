//! Reads `validation-rules.yaml`: severities, paths, limits, and findings let through by name.

use super::reader::{Reader, meant};
use super::rule_names::{RULE_NAMES, RuleName};
use super::types::{Allowance, Ontology, PathPolicy, RuleSetting};
use crate::base::{Digest, Severity};
use crate::note::{Limits, YamlMap, YamlNode};
use std::collections::BTreeMap;

/// The largest limits a repository may set, in bytes.
const MOST_FILE_BYTES: usize = 64 << 20;
const MOST_FRONT_MATTER_BYTES: usize = 1 << 20;

const ALLOW_KEYS: &[&str] = &["rule", "path", "digest", "reason"];

/// Replaces the settings of an ontology by those of the file.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    reader.only_keys(map, &["version", "rules", "paths", "limits", "allow"]);
    ontology.rules = read_rules(reader, map);
    ontology.paths = read_paths(reader, map);
    ontology.limits = read_limits(reader, map);
    ontology.allow = read_allowances(reader, map);
}

fn read_rules(reader: &mut Reader<'_>, map: &YamlMap) -> BTreeMap<String, RuleSetting> {
    let mut rules = BTreeMap::new();
    for (name, span, node) in reader.entries(map, "rules") {
        let Some(rule) = RULE_NAMES.iter().find(|rule| rule.name == name || rule.code == name) else {
            let names: Vec<&str> = RULE_NAMES.iter().map(|rule| rule.name).collect();
            reader.problem(*span, format!("`{name}` is no rule"), meant(name, &names));
            continue;
        };
        if let Some(setting) = read_setting(reader, rule, node) {
            rules.insert(rule.name.to_owned(), setting);
        }
    }
    rules
}

fn read_setting(reader: &mut Reader<'_>, rule: &RuleName, node: &YamlNode) -> Option<RuleSetting> {
    let setting = match node.text() {
        Some("error") => RuleSetting::Severity(Severity::Error),
        Some("warning") => RuleSetting::Severity(Severity::Warning),
        Some("off") => RuleSetting::Off,
        other => {
            let shown = other.unwrap_or("nothing");
            reader.problem(node.span, format!("`{shown}` is no severity"), "write `error`, `warning` or `off`");
            return None;
        }
    };
    if !rule.adjustable && setting != RuleSetting::Severity(Severity::Error) {
        let message = format!("the rule `{}` cannot be weakened or turned off", rule.name);
        reader.problem(node.span, message, "delete the line, or let single findings through with `allow`");
        return None;
    }
    Some(setting)
}

fn read_paths(reader: &mut Reader<'_>, map: &YamlMap) -> PathPolicy {
    let Some(node) = map.get("paths") else { return PathPolicy::default() };
    let map = reader.mapping(node, "paths");
    reader.only_keys(map, &["allow", "deny"]);
    PathPolicy { allow: reader.globs(map, "allow"), deny: reader.globs(map, "deny") }
}

fn read_limits(reader: &mut Reader<'_>, map: &YamlMap) -> Limits {
    let mut limits = Limits::default();
    let Some(node) = map.get("limits") else { return limits };
    let map = reader.mapping(node, "limits");
    reader.only_keys(map, &["maxFileBytes", "maxFrontMatterBytes"]);
    if let Some(bytes) = reader.number(map, "maxFileBytes", 1, MOST_FILE_BYTES) {
        limits.max_file_bytes = bytes;
    }
    if let Some(bytes) = reader.number(map, "maxFrontMatterBytes", 1, MOST_FRONT_MATTER_BYTES) {
        limits.max_front_matter_bytes = bytes;
    }
    limits
}

fn read_allowances(reader: &mut Reader<'_>, map: &YamlMap) -> Vec<Allowance> {
    let Some(node) = map.get("allow") else { return Vec::new() };
    if node.is_null() {
        return Vec::new();
    }
    let Some(items) = node.as_list() else {
        reader.problem(node.span, "`allow` is not a list".into(), "write a list of `{rule, path, digest, reason}`");
        return Vec::new();
    };
    items.iter().filter_map(|item| read_allowance(reader, item)).collect()
}

/// An entry that says less than it must would let through more than was meant: it is left out.
fn read_allowance(reader: &mut Reader<'_>, node: &YamlNode) -> Option<Allowance> {
    let map = reader.mapping(node, "allow");
    reader.only_keys(map, ALLOW_KEYS);
    for key in ALLOW_KEYS {
        if map.get(key).is_none_or(YamlNode::is_null) {
            reader.problem(node.span, format!("an entry of `allow` has no `{key}`"), format!("add `{key}`"));
            return None;
        }
    }
    let allowance = Allowance {
        rule: read_rule_code(reader, map)?,
        path: reader.globs(map, "path"),
        digest: read_digest(reader, map)?,
        reason: reader.text(map, "reason")?.to_owned(),
    };
    Some(allowance).filter(|allowance| !allowance.path.is_empty())
}

fn read_rule_code(reader: &mut Reader<'_>, map: &YamlMap) -> Option<String> {
    let word = reader.text(map, "rule")?;
    let rule = RULE_NAMES.iter().find(|rule| rule.code == word || rule.name == word);
    if rule.is_none() {
        let span = map.get("rule").map(|node| node.span).unwrap_or_default();
        let codes: Vec<&str> = RULE_NAMES.iter().map(|rule| rule.code).collect();
        reader.problem(span, format!("`{word}` is no rule"), meant(word, &codes));
    }
    rule.map(|rule| rule.code.to_owned())
}

fn read_digest(reader: &mut Reader<'_>, map: &YamlMap) -> Option<Digest> {
    let text = reader.text(map, "digest")?;
    let digest = Digest::parse(text);
    if let Err(bad) = &digest {
        let span = map.get("digest").map(|node| node.span).unwrap_or_default();
        reader.problem(span, bad.to_string(), "paste the digest that `lorekeep validate` prints for the finding");
    }
    digest.ok()
}
