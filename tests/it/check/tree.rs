//! Trees for tests: from folders of files, or made in place.

use crate::screen::tokens::token;
use lorekeep::base::{Digest, FileMode, Oid, RepoPath, Severity};
use lorekeep::check::{CheckInput, Report, TreeFile, brought_by_change, check};
use lorekeep::note;
use lorekeep::ontology::{self, Ontology, OntologyProblem};
use std::path::Path;
use std::sync::Arc;

/// An entry of a tree: path, mode, bytes.
pub type Entry = (Vec<u8>, FileMode, Vec<u8>);

/// A tree that is ready to be checked.
pub struct Tree {
    pub ontology: Ontology,
    pub problems: Vec<OntologyProblem>,
    pub files: Vec<TreeFile>,
}

impl Tree {
    /// A tree of text files.
    pub fn of(files: &[(&str, &str)]) -> Self {
        Self::new(files.iter().map(|(path, text)| (path.as_bytes().to_vec(), FileMode::File, filled(text))).collect())
    }

    /// A tree of entries.
    pub fn new(mut entries: Vec<Entry>) -> Self {
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let declared: Vec<(RepoPath, Vec<u8>)> = entries
            .iter()
            .filter(|(path, _, _)| path.starts_with(b"ontology/"))
            .filter_map(|(path, _, bytes)| Some((RepoPath::parse(path).ok()?, bytes.clone())))
            .collect();
        let (ontology, problems) = ontology::load(&declared);
        let files = entries.iter().map(|entry| file(entry, &ontology)).collect();
        Self { ontology, problems, files }
    }

    /// The tree of a folder. Its `entries.txt`, where it has one, lists what no folder can hold.
    pub fn of_folder(folder: &Path) -> Self {
        let mut entries = Vec::new();
        read_folder(folder, "", &mut entries);
        Self::new(entries)
    }

    pub fn input(&self) -> CheckInput<'_> {
        CheckInput { ontology: &self.ontology, ontology_problems: &self.problems, files: &self.files }
    }

    pub fn check(&self) -> Report {
        check(&self.input())
    }

    /// What the change from this tree to another brings, as `path:line code`.
    pub fn brings(&self, after: &Self) -> Vec<String> {
        short(&brought_by_change(&self.input(), &after.input()))
    }
}

/// The findings of a report as `path:line code`.
pub fn short(report: &Report) -> Vec<String> {
    report.findings.iter().map(|f| format!("{}:{} {}", f.place.path, f.place.line, f.code)).collect()
}

/// A report as a page of text, every part of every finding.
pub fn page(report: &Report) -> String {
    let mut page = String::new();
    for f in &report.findings {
        let (p, severity) = (&f.place, if f.severity == Severity::Error { "error" } else { "warning" });
        let place = format!("{}:{}:{}-{}:{}", p.path, p.line, p.column, p.end_line, p.end_column);
        page += &format!("{place} {} {} {severity}\n  {}\n  help: {}\n", f.code, f.name, f.message, f.help);
        for related in &f.related {
            let p = &related.place;
            page += &format!(
                "  see {}:{}:{}-{}:{} {}\n",
                p.path, p.line, p.column, p.end_line, p.end_column, related.message
            );
        }
    }
    let s = report.summary;
    page + &format!(
        "{} files, {} records, {} edges, {} notes, {} errors, {} warnings, {} unresolved\n",
        s.files, s.records, s.edges, s.notes, s.errors, s.warnings, s.unresolved
    )
}

fn file((path, mode, bytes): &Entry, ontology: &Ontology) -> TreeFile {
    let path_if_good = RepoPath::parse(path).ok().filter(|_| *mode == FileMode::File);
    let source = path_if_good.map(|path| Arc::new(note::read(&path, bytes, &ontology.limits)));
    let unread = source.as_ref().is_none_or(|source| source.text.is_none());
    let hex = Digest::of(bytes).as_str()["blake3:".len()..][..40].to_owned();
    TreeFile {
        path: path.clone(),
        mode: *mode,
        oid: Oid::parse(&hex).unwrap(),
        size: bytes.len() as u64,
        source,
        raw: unread.then(|| bytes.as_slice().into()),
    }
}

fn read_folder(folder: &Path, below: &str, entries: &mut Vec<Entry>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() {
            read_folder(&entry.path(), &path, entries);
        } else if path == "entries.txt" {
            entries.extend(std::fs::read_to_string(entry.path()).unwrap().lines().map(listed));
        } else {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            entries.push((path.into_bytes(), FileMode::File, filled(&text)));
        }
    }
}

/// A line of `entries.txt`: `file "path" text`, `symlink "path"` or `submodule "path"`, the path escaped.
fn listed(line: &str) -> Entry {
    let (word, rest) = line.split_once(" \"").unwrap();
    let (path, text) = rest.split_once('"').unwrap();
    let mode = match word {
        "file" => FileMode::File,
        "symlink" => FileMode::Symlink,
        "submodule" => FileMode::Submodule,
        word => panic!("{word} is no entry"),
    };
    (unescaped(path), mode, filled(text.trim_start()))
}

fn unescaped(text: &str) -> Vec<u8> {
    let filled = filled(text);
    let mut rest = std::str::from_utf8(&filled).unwrap();
    let mut bytes = Vec::new();
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend(before.as_bytes());
        let len = match after.as_bytes()[0] {
            b'n' => {
                bytes.push(b'\n');
                1
            }
            b'\\' => {
                bytes.push(b'\\');
                1
            }
            b'x' => {
                bytes.push(u8::from_str_radix(&after[1..3], 16).unwrap());
                3
            }
            b'u' => {
                let end = after.find('}').unwrap();
                let c = char::from_u32(u32::from_str_radix(&after[2..end], 16).unwrap()).unwrap();
                bytes.extend(c.to_string().bytes());
                end + 1
            }
            other => panic!("{other} is no escape"),
        };
        rest = &after[len..];
    }
    bytes.extend(rest.as_bytes());
    bytes
}

/// A text with `{{secret:name}}` and `{{byte:ff}}` filled in.
fn filled(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (what, tail) = after.split_once("}}").unwrap();
        bytes.extend(before.as_bytes());
        match what.split_once(':') {
            Some(("secret", name)) => bytes.extend(token(name).bytes()),
            Some(("byte", hex)) => bytes.push(u8::from_str_radix(hex, 16).unwrap()),
            _ => panic!("{what} cannot be filled in"),
        }
        rest = tail;
    }
    bytes.extend(rest.as_bytes());
    bytes
}
