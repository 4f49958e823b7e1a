//! Reads `owners.yaml`: who has to approve a change of which paths, in the manner of a CODEOWNERS file.

use super::reader::{Reader, meant};
use super::types::Ontology;
use crate::base::{GlobSet, Principal, Span};
use crate::note::{YamlMap, YamlNode};
use std::collections::{BTreeMap, BTreeSet};

/// The most rules of a file.
const MAX_RULES: usize = 1000;

/// Who owns which paths. Of the rules that match a path the last one counts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PathOwners {
    rules: Vec<OwnerRule>,
}

/// One rule: some paths and who owns them.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnerRule {
    globs: GlobSet,
    /// The owners as they are written: principals and teams. None: the paths belong to nobody.
    pub owners: Vec<String>,
    /// The principals that these are.
    pub principals: BTreeSet<Principal>,
}

type Teams = BTreeMap<String, BTreeSet<Principal>>;

impl PathOwners {
    /// The number of the rule that counts for a path, and the rule.
    pub fn of(&self, path: &str) -> Option<(usize, &OwnerRule)> {
        self.rules.iter().enumerate().rev().find(|(_, rule)| rule.globs.matches(path))
    }
}

/// Replaces the owners of an ontology by those of the file.
pub(super) fn read(reader: &mut Reader<'_>, map: &YamlMap, ontology: &mut Ontology) {
    reader.only_keys(map, &["version", "teams", "paths"]);
    let teams = read_teams(reader, map);
    let rules = match map.get("paths").map(|node| (node, node.as_list())) {
        None => Vec::new(),
        Some((_, Some(items))) if items.len() <= MAX_RULES => {
            items.iter().filter_map(|item| read_rule(reader, item, &teams)).collect()
        }
        Some((node, found)) => {
            let what =
                if found.is_some() { format!("has more than {MAX_RULES} items") } else { "is not a list".into() };
            reader.problem(node.span, format!("`paths` {what}"), "write a list of `{glob, owners}`");
            Vec::new()
        }
    };
    ontology.owners = PathOwners { rules };
}

fn read_teams(reader: &mut Reader<'_>, map: &YamlMap) -> Teams {
    let mut teams = Teams::new();
    let Some(node) = map.get("teams") else { return teams };
    let map = reader.mapping(node, "teams");
    for (name, span, _) in &map.entries {
        if !name.starts_with("team:") {
            reader.problem(*span, format!("`{name}` is no team"), format!("write `team:{name}`"));
            continue;
        }
        let members = reader.texts(map, name).unwrap_or_default();
        let members = members.into_iter().filter_map(|(text, span)| principal(reader, text, span)).collect();
        teams.insert(name.clone(), members);
    }
    teams
}

fn principal(reader: &mut Reader<'_>, text: &str, span: Span) -> Option<Principal> {
    Principal::parse(text).map_err(|bad| reader.problem(span, bad.to_string(), "write such as `user:ada`")).ok()
}

fn read_rule(reader: &mut Reader<'_>, item: &YamlNode, teams: &Teams) -> Option<OwnerRule> {
    let Some(map) = item.as_map() else {
        reader.problem(item.span, "a rule of `paths` is not a mapping".into(), "write `{glob, owners}`");
        return None;
    };
    reader.only_keys(map, &["glob", "owners"]);
    let globs = reader.globs(map, "glob");
    if globs.is_empty() {
        reader.problem(item.span, "a rule of `paths` has no glob".into(), "write `glob: 'pages/**'`");
        return None;
    }
    let mut rule = OwnerRule { globs, owners: Vec::new(), principals: BTreeSet::new() };
    for (owner, span) in reader.texts(map, "owners").unwrap_or_default() {
        rule.owners.push(owner.to_owned());
        match teams.get(owner) {
            Some(members) => rule.principals.extend(members.iter().cloned()),
            None if owner.starts_with("team:") => {
                let known: Vec<&str> = teams.keys().map(String::as_str).collect();
                reader.problem(span, format!("`{owner}` is not among the teams"), meant(owner, &known));
            }
            None => rule.principals.extend(principal(reader, owner, span)),
        }
    }
    Some(rule)
}
