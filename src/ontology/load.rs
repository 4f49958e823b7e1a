//! From the files below `ontology/` to an ontology, part by part.
//!
//! A part that the repository declares replaces the built-in one; a part that it does not declare, or
//! that cannot be read at all, is the built-in one; of the ranking each number is a part of its own. Files of any other name are left alone: an adopted
//! repository may keep something else in a folder of that name.

use super::owners::PathOwners;
use super::ranking::Ranking;
use super::reader::Reader;
use super::types::{Ontology, OntologyProblem, PathPolicy, Vocabulary};
use super::{edge_kinds, node_kinds, owners, ranking, settings, vocabulary};
use crate::base::{Digest, RepoPath, Span};
use crate::note::{Limits, Yaml, YamlMap, yaml};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The version of the file format that is read.
const VERSION: &str = "1";

/// A part of an ontology: the file's name without its extension, and what reads it.
struct Part {
    stem: &'static str,
    read: fn(&mut Reader<'_>, &YamlMap, &mut Ontology),
}

/// What is ranked how is not among the files that `init` writes: what a repository does not name stays what the program has.
const RANKING: &str = "ontology/ranking";

/// In reading order: edges name node kinds.
const PARTS: &[Part] = &[
    Part { stem: "ontology/node-kinds", read: node_kinds::read },
    Part { stem: "ontology/edge-kinds", read: edge_kinds::read },
    Part { stem: "ontology/controlled-vocabulary", read: vocabulary::read },
    Part { stem: "ontology/validation-rules", read: settings::read },
    Part { stem: RANKING, read: ranking::read },
    Part { stem: "ontology/owners", read: owners::read },
];

/// A file of an ontology: its path and its bytes.
type File<'a> = (&'a str, &'a [u8]);

/// The default ontology, compiled in from the project's top-level `ontology/` folder.
pub fn built_in() -> &'static Ontology {
    static BUILT_IN: LazyLock<Ontology> = LazyLock::new(|| {
        let files: Vec<File<'_>> = built_in_files().iter().map(|(path, text)| (*path, text.as_bytes())).collect();
        let mut ontology = empty();
        read_parts(&[("ontology/ranking.yaml", include_bytes!("../../ontology/ranking.yaml"))], &mut ontology);
        read_parts(&files, &mut ontology);
        ontology
    });
    &BUILT_IN
}

/// The files of the default ontology, as `init` writes them: path and text.
pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
    &[
        ("ontology/node-kinds.yaml", include_str!("../../ontology/node-kinds.yaml")),
        ("ontology/edge-kinds.yaml", include_str!("../../ontology/edge-kinds.yaml")),
        ("ontology/controlled-vocabulary.yaml", include_str!("../../ontology/controlled-vocabulary.yaml")),
        ("ontology/validation-rules.yaml", include_str!("../../ontology/validation-rules.yaml")),
    ]
}

/// Loads an ontology from the files below `ontology/` of one commit. With none of the five known files it is
/// the default one. What is malformed is left out and reported (LK702).
pub fn load(files: &[(RepoPath, Vec<u8>)]) -> (Ontology, Vec<OntologyProblem>) {
    let known: Vec<File<'_>> = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .filter(|(path, _)| PARTS.iter().any(|part| part.is_file(path)))
        .collect();
    let mut ontology = built_in().clone();
    if known.is_empty() {
        return (ontology, Vec::new());
    }
    ontology.declared = true;
    let problems = read_parts(&known, &mut ontology);
    (ontology, problems)
}

impl Part {
    fn is_file(&self, path: &str) -> bool {
        path.strip_prefix(self.stem).is_some_and(|extension| matches!(extension, ".yaml" | ".yml"))
    }
}

fn empty() -> Ontology {
    Ontology {
        declared: false,
        node_kinds: BTreeMap::new(),
        edge_kinds: BTreeMap::new(),
        vocabulary: Vocabulary::default(),
        rules: BTreeMap::new(),
        paths: PathPolicy::default(),
        limits: Limits::default(),
        allow: Vec::new(),
        ranking: Ranking::default(),
        owners: PathOwners::default(),
        digest: digest(&[]),
    }
}

fn read_parts(files: &[File<'_>], ontology: &mut Ontology) -> Vec<OntologyProblem> {
    let mut problems = Vec::new();
    for part in PARTS {
        let mut found = files.iter().filter(|(path, _)| part.is_file(path));
        let Some((path, bytes)) = found.next() else { continue };
        let mut reader = Reader::new(path);
        if let Some(map) = document(&mut reader, bytes) {
            (part.read)(&mut reader, &map, ontology);
        }
        problems.extend(reader.into_problems());
        for (twin, _) in found {
            let mut reader = Reader::new(twin);
            reader.problem(
                Span::default(),
                format!("`{path}` declares the same part and is the one read"),
                "delete one of the two",
            );
            problems.extend(reader.into_problems());
        }
    }
    ontology.digest = digest(files);
    problems
}

/// A function of the files' paths and contents, in whatever order they come.
fn digest(files: &[File<'_>]) -> Digest {
    let mut listed: Vec<(&str, Digest)> = files.iter().map(|(path, bytes)| (*path, Digest::of(bytes))).collect();
    listed.sort();
    Digest::of_json(&listed)
}

/// The one mapping of a file whose version is supported.
fn document(reader: &mut Reader<'_>, bytes: &[u8]) -> Option<YamlMap> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        reader.problem(Span::default(), "an ontology file is UTF-8, and this one is not".into(), "save it as UTF-8");
        return None;
    };
    let map = parse(reader, text)?;
    match map.text("version") {
        Some(VERSION) => Some(map),
        found => {
            let span = map.get("version").map_or(Span::default(), |node| node.span);
            let found = found.map_or("no version".to_owned(), |v| format!("version `{v}`"));
            reader.problem(
                span,
                format!("{found} is given, and only version 1 is supported"),
                "write `version: 1` at the top",
            );
            None
        }
    }
}

fn parse(reader: &mut Reader<'_>, text: &str) -> Option<YamlMap> {
    let limits = Limits::default();
    let budget = yaml::Budget {
        depth: limits.max_depth,
        nodes: limits.max_graph_nodes,
        scalar_bytes: limits.max_file_bytes,
        problems: limits.max_diagnostics,
    };
    let parsed = yaml::parse(text, Span::new(0, text.len()), &budget);
    if !parsed.problems.is_empty() {
        for problem in parsed.problems {
            reader.problem(problem.span, problem.message, problem.help);
        }
        return None;
    }
    for place in parsed.misquoted {
        let problem = yaml::misquoted(text, place);
        reader.problem(problem.span, problem.message, problem.help);
    }
    let document = parsed.documents.into_iter().next();
    match document.map(|node| (node.span, node.value)) {
        Some((_, Yaml::Map(map))) => Some(map),
        other => {
            let span = other.map_or(Span::default(), |(span, _)| span);
            reader.problem(
                span,
                "an ontology file is a mapping, and this one is not".into(),
                "begin it with `version: 1`",
            );
            None
        }
    }
}
