//! An ontology for a repository as it is: inferred, tried on the repository itself, and written.

use super::convert::io;
use super::memory::Memory;
use super::types::{RefRequest, ValidateTarget};
use super::{Code, EngineError};
use crate::base::{CommitId, Finding, GlobSet, Severity};
use crate::change::{self, LoadedTree};
use crate::check::{Report, check};
use crate::git::At;
use crate::note::SourceFile;
use crate::ontology::{self, Allowance, Inference, Ontology, OntologyProblem, RuleSetting, write};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};

/// Rules whose exceptions are let through by name: what they hold records to was taken from the records themselves.
const TAKEN_FROM_RECORDS: &[&str] = &[
    "missing-field",
    "wrong-type",
    "invalid-timestamp",
    "invalid-id",
    "id-prefix-mismatch",
    "unknown-sensitivity",
    "edge-endpoint",
    "unknown-owner",
    "unknown-tag",
];
/// A rule with more exceptions is no rule of this repository, and becomes a warning: one for so many records, but
/// at least and at most so many.
const RECORDS_PER_EXCEPTION: usize = 20;
const LEAST_EXCEPTIONS: usize = 50;
const MOST_EXCEPTIONS: usize = 1_000;
/// The most paths of one entry of `allow`.
const MAX_PATHS: usize = 200;
/// The longest path that is a glob, in bytes.
const MAX_GLOB_BYTES: usize = 512;
/// What findings are about where a record has no id, and where it has no kind either.
const NO_ID: &str = " id";
const NO_ID_NO_KIND: &str = " kind";
const REASON: &str = "it was so when the ontology was inferred";
const HEAD: &str = "Inferred by `lorekeep ontology infer` from the records as they were. Edit it: it is yours.";

/// An ontology inferred from a repository as it is.
#[derive(Clone, Debug, Default)]
pub struct InferredOntology {
    /// The commit it was inferred from; `None` for a working tree.
    pub commit: Option<CommitId>,
    /// The files: path from the memory root, text.
    pub files: Vec<(&'static str, String)>,
    /// What the records say, and what was left out.
    pub inference: Inference,
    /// Findings let through by name, by rule: records that are unlike nearly all others.
    pub exceptions: BTreeMap<String, usize>,
    /// Rules that so many records break that they became warnings.
    pub weakened: Vec<String>,
    /// The errors that validation finds with this ontology, by rule.
    pub remaining: BTreeMap<String, usize>,
}

/// The ontology that counts somewhere.
#[derive(Clone, Debug)]
pub struct ShownOntology {
    /// The commit; `None` for a working tree.
    pub commit: Option<CommitId>,
    /// The ontology.
    pub ontology: Ontology,
    /// What is wrong with its files.
    pub problems: Vec<OntologyProblem>,
}

impl Memory {
    /// Infers an ontology from a commit, or from the working tree, and says what validation finds with it.
    pub fn infer_ontology(&self, at: Option<&RefRequest>) -> Result<InferredOntology, EngineError> {
        let (target, commit) = self.target_of(at)?;
        Ok(InferredOntology { commit, ..infer(&self.target_tree(&target, commit)?)? })
    }

    /// The ontology that counts in a commit, or in the working tree.
    pub fn shown_ontology(&self, at: Option<&RefRequest>) -> Result<ShownOntology, EngineError> {
        let (target, commit) = self.target_of(at)?;
        let (ontology, problems) = match (target, commit) {
            (_, Some(commit)) => change::load_ontology(&self.repo, At::Commit(commit))?,
            (target, None) => {
                let tree = self.target_tree(&target, None)?;
                ((*tree.ontology).clone(), tree.problems)
            }
        };
        Ok(ShownOntology { commit, ontology, problems })
    }

    /// What a read is of: the commit that is named, else the working tree, else the default branch.
    fn target_of(&self, at: Option<&RefRequest>) -> Result<(ValidateTarget, Option<CommitId>), EngineError> {
        let request = match at {
            Some(request) => request.clone(),
            None if self.has_worktree() => return Ok((ValidateTarget::Worktree, None)),
            None => RefRequest::default(),
        };
        let commit = self.commit_named(&request)?;
        Ok((ValidateTarget::Commit(request), Some(commit)))
    }

    /// The folder in the working tree that an ontology is written to.
    pub fn ontology_folder(&self) -> Result<PathBuf, EngineError> {
        let top = self.repo.worktree().ok_or_else(|| {
            EngineError::new(Code::BadRequest, "the repository is bare: give --out DIR, --stdout or --dry-run")
        })?;
        let brain = top.join(".company-brain/ontology");
        let inside = !top.join("ontology").is_dir() && brain.is_dir();
        Ok(if inside { brain } else { top.join("ontology") })
    }
}

impl ShownOntology {
    /// For machines.
    pub fn json(&self) -> serde_json::Value {
        let problems = self.problems.iter().map(|p| serde_json::json!({"path": p.path, "message": p.message}));
        let mut json = ontology::to_json(&self.ontology);
        json["commit"] = serde_json::json!(self.commit);
        json["problems"] = problems.collect();
        json
    }

    /// Its files, whether the repository has them or not: path and text.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        write::files(&self.ontology)
    }

    /// The JSON Schema of one graph document, or of front matter.
    pub fn schema(&self, front_matter: bool) -> serde_json::Value {
        let of = if front_matter { ontology::schema::front_matter } else { ontology::schema::graph };
        of(&self.ontology)
    }
}

impl InferredOntology {
    /// Writes the files to a folder; one that is there already is replaced only by force.
    pub fn write(&self, folder: &Path, force: bool) -> Result<Vec<PathBuf>, EngineError> {
        let files: Vec<(PathBuf, &String)> =
            self.files.iter().map(|(path, text)| (folder.join(path.trim_start_matches("ontology/")), text)).collect();
        if let Some((taken, _)) = files.iter().find(|(path, _)| !force && path.symlink_metadata().is_ok()) {
            let message = format!("{} is there already: give --force, or --out another folder", taken.display());
            return Err(EngineError::new(Code::AlreadyExists, message));
        }
        std::fs::create_dir_all(folder).map_err(|e| io(format_args!("{} cannot be made", folder.display()), e))?;
        for (path, text) in &files {
            let fresh = path.with_extension("yaml.new");
            let done = std::fs::write(&fresh, text).and_then(|()| std::fs::rename(&fresh, path));
            done.map_err(|e| io(format_args!("{} cannot be written", path.display()), e))?;
        }
        Ok(files.into_iter().map(|(path, _)| path).collect())
    }
}

fn infer(tree: &LoadedTree) -> Result<InferredOntology, EngineError> {
    Ok(infer_and_check(tree, &[])?.0)
}

/// Infers from a tree, then validates the tree with what was inferred. Some rules are only warned of.
pub(super) fn infer_and_check(tree: &LoadedTree, warned: &[String]) -> Result<(InferredOntology, Report), EngineError> {
    let sources: Vec<&SourceFile> = tree.files.iter().filter_map(|file| file.source.as_deref()).collect();
    let inference = ontology::infer(&sources);
    let mut ontology = described(tree, &inference);
    ontology.rules.extend(warned.iter().map(|rule| (rule.clone(), RuleSetting::Severity(Severity::Warning))));
    let first = validated(tree, &ontology, &inference)?;
    let of_no_record = first.findings.iter().filter(|finding| finding.subject == NO_ID_NO_KIND);
    let no_records: HashSet<(&str, u32)> = of_no_record.map(place_of).collect();
    let broken = by_rule(first.findings.iter().filter(|finding| is_exception(finding, &no_records)));
    let bearable = (inference.records / RECORDS_PER_EXCEPTION).clamp(LEAST_EXCEPTIONS, MOST_EXCEPTIONS);
    let mut exceptions = BTreeMap::new();
    let mut weakened = warned.to_vec();
    for (rule, findings) in broken {
        if findings.len() > bearable {
            weakened.push(rule.to_owned());
            ontology.rules.insert(rule.to_owned(), RuleSetting::Severity(Severity::Warning));
        } else {
            exceptions.insert(rule.to_owned(), findings.len());
            ontology.allow.extend(allowances(&findings));
        }
    }
    let last = validated(tree, &ontology, &inference)?;
    let mut remaining = BTreeMap::new();
    for finding in last.findings.iter().filter(|finding| finding.severity == Severity::Error) {
        *remaining.entry(format!("{} {}", finding.code, finding.name)).or_default() += 1;
    }
    let files = files(&ontology, &inference);
    Ok((InferredOntology { commit: None, files, inference, exceptions, weakened, remaining }, last))
}

/// What a person decided (rules, paths, limits, exceptions) stays; what records say is taken from them.
fn described(tree: &LoadedTree, inference: &Inference) -> Ontology {
    let mut ontology = (*tree.ontology).clone();
    ontology.vocabulary = inference.vocabulary.clone();
    if !inference.node_kinds.is_empty() {
        let named = inference.node_kinds.iter().map(|used| (used.name.clone(), used.kind.clone()));
        ontology.node_kinds = named.collect();
        let named = inference.edge_kinds.iter().map(|used| (used.name.clone(), used.kind.clone()));
        ontology.edge_kinds = named.collect();
    }
    ontology
}

/// The files of an ontology. Where no record has a kind the built-in kinds count, and are not written.
fn files(ontology: &Ontology, inference: &Inference) -> Vec<(&'static str, String)> {
    let mut files = Vec::new();
    if !inference.node_kinds.is_empty() {
        files.push(("ontology/node-kinds.yaml", write::node_kinds(&inference.node_kinds, HEAD)));
        files.push(("ontology/edge-kinds.yaml", write::edge_kinds(&inference.edge_kinds, HEAD)));
    }
    files.push(("ontology/controlled-vocabulary.yaml", write::vocabulary(&ontology.vocabulary, HEAD)));
    files.push(("ontology/validation-rules.yaml", write::settings(ontology, HEAD)));
    files
}

/// Validates a tree with an ontology as it is read back from its files.
fn validated(tree: &LoadedTree, ontology: &Ontology, inference: &Inference) -> Result<Report, EngineError> {
    let files = files(ontology, inference).into_iter().map(|(path, text)| {
        let path = crate::base::RepoPath::parse(path).expect("the paths of ontology files are paths");
        (path, text.into_bytes())
    });
    let (read, problems) = ontology::load(&files.collect::<Vec<_>>());
    if let Some(OntologyProblem { path, message, .. }) = problems.first() {
        let message = format!("the inferred {path} does not read back: {message}");
        return Err(EngineError::new(Code::Internal, message));
    }
    let tree = LoadedTree { ontology: read.into(), problems, files: tree.files.clone() };
    Ok(check(&tree.check_input()))
}

fn by_rule<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'f str, Vec<&'f Finding>> {
    let mut rules: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in findings {
        rules.entry(&finding.name).or_default().push(finding);
    }
    rules
}

/// Whether a finding is an exception to what most records do, and nothing that was lost.
fn is_exception(finding: &Finding, no_records: &HashSet<(&str, u32)>) -> bool {
    let of_record = match finding.name.as_str() {
        // What could not be read was lost, and is about the file.
        "wrong-type" => finding.subject != finding.place.path,
        // A document with neither id nor kind is no record; one with a kind has lost its id.
        "missing-field" if finding.subject == NO_ID => no_records.contains(&place_of(finding)),
        name => TAKEN_FROM_RECORDS.contains(&name),
    };
    let small = finding.place.path.len() <= MAX_GLOB_BYTES;
    of_record && finding.severity == Severity::Error && small && finding.text_digest.is_some()
}

fn place_of(finding: &Finding) -> (&str, u32) {
    (&finding.place.path, finding.place.line)
}

/// A glob for a path: what a glob would read in another way stands for any one character.
fn glob_of(path: &str) -> String {
    path.chars().map(|c| if "*?[]{}!\\".contains(c) { '?' } else { c }).collect()
}

/// The entries that let findings through: one for each offending text.
fn allowances(findings: &[&Finding]) -> Vec<Allowance> {
    let mut by_text: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for finding in findings {
        let digest = finding.text_digest.as_ref().map(ToString::to_string).unwrap_or_default();
        by_text.entry((&finding.code, digest)).or_default().insert(glob_of(&finding.place.path));
    }
    let mut allowances = Vec::new();
    for ((rule, digest), paths) in by_text {
        let paths: Vec<String> = paths.into_iter().collect();
        for some in paths.chunks(MAX_PATHS) {
            allowances.push(Allowance {
                rule: rule.to_owned(),
                path: GlobSet::new(some).expect("short paths without signs are globs"),
                digest: crate::base::Digest::parse(&digest).expect("it was a digest"),
                reason: REASON.to_owned(),
            });
        }
    }
    allowances
}
