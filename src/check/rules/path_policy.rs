//! A path that the repository does not take.
//!
//! Refused everywhere: absolute paths, `.` and `..`, `.git` in any disguise, control characters, backslashes, components that begin
//! with `-`, names that Windows refuses, bytes that are not UTF-8, more than 4096 bytes or 64 components; and two names in one
//! folder that differ only by case or by the form of their Unicode characters. Refused by the repository itself: what `paths.deny` in
//! `ontology/validation-rules.yaml` matches, and, where `paths.allow` names any glob, what none of them matches.
//!
//! # Why
//!
//! A repository is checked out on every kind of system. A path that leads out of the folder, that a program takes for an option, or that
//! falls together with another one does harm there.
//!
//! # Example
//!
//! `notes/Plan.md` beside `notes/plan.md`: on many systems only one of them can exist.
//!
//! # How to mend it
//!
//! Rename the file with `git mv`.

use super::{Rule, Run, subject_of};
use crate::base::path::BadPath;
use crate::base::{RepoPath, Severity, Span};
use crate::check::draft::{Draft, Notes};
use crate::check::fold::{folded, spelled};
use crate::check::outside::Outside;
use crate::check::quote::{listed, quoted};
use crate::check::tree::{FileView, Tree};
use crate::check::types::RuleInfo;
use std::collections::{HashMap, HashSet};

pub(in crate::check) const RULE: Rule = Rule {
    info: RuleInfo {
        code: "LK601",
        name: "path-policy",
        severity: Severity::Error,
        adjustable: false,
        summary: "denied path, `..`, `.git`, control characters, names that collide by case or Unicode form",
    },
    source: include_str!("path_policy.rs"),
    run: Run::Tree(look),
};

fn look(tree: &Tree<'_>, notes: &mut Notes<'_>) {
    let mut names = Names::default();
    for index in 0..tree.files().len() {
        let file = tree.file(index);
        match RepoPath::parse(&file.file.path) {
            Err(bad) => refuse(&file, bad, notes),
            Ok(path) => look_at_policy(&file, &path, notes),
        }
        let collision = match tree.outside() {
            None => names.add(index, &file.file.path).map(|(first, name)| (Some(first), name)),
            Some(outside) => known_collision(tree, outside, &file.file.path),
        };
        if let Some((first, name)) = collision {
            collide(&file, first, name, notes);
        }
    }
}

fn refuse(file: &FileView<'_>, bad: BadPath, notes: &mut Notes<'_>) {
    let message = format!("the path {} is refused: {bad}", quoted(&file.file.shown_path()));
    notes.add(file.index, Span::default(), Draft::new(message, "rename the file with `git mv`", subject_of(file)));
}

fn look_at_policy(file: &FileView<'_>, path: &RepoPath, notes: &mut Notes<'_>) {
    let policy = &file.ontology.paths;
    let denied = policy.deny.matching(path.as_str());
    if !denied.is_empty() {
        let message = format!("the path is denied by {}", listed(denied));
        notes.add(
            file.index,
            Span::default(),
            Draft::new(message, "keep such a file somewhere else", subject_of(file)),
        );
    } else if !policy.allow.is_empty() && !policy.allow.matches(path.as_str()) {
        let globs = listed(policy.allow.patterns().iter().map(String::as_str));
        let message = format!("the path matches none of the allowed globs: {globs}");
        notes.add(
            file.index,
            Span::default(),
            Draft::new(message, "move the file to an allowed path", subject_of(file)),
        );
    }
}

fn collide(file: &FileView<'_>, first: Option<usize>, name: &[u8], notes: &mut Notes<'_>) {
    let name = quoted(&String::from_utf8_lossy(name));
    let message = format!("the name {name} falls together with another one that differs only by case or Unicode form");
    let mut draft = Draft::new(message, "rename one of the two with `git mv`", subject_of(file));
    draft.related.extend(first.map(|first| (first, Span::default(), "the other name is here".to_owned())));
    notes.add(file.index, Span::default(), draft);
}

/// What [`Names::add`] gives, from what is known of the whole tree. The file of the other name is given where it is at hand.
fn known_collision<'a>(tree: &Tree<'_>, outside: &Outside<'_>, path: &'a [u8]) -> Option<(Option<usize>, &'a [u8])> {
    spelled(path).find_map(|(folded, name)| {
        let spellings = outside.spellings(&folded);
        if spellings.len() < 2 {
            return None;
        }
        outside.doubt(spellings.iter().any(|spelling| spelling.first.is_none()));
        let first = spellings.iter().min_by_key(|spelling| &spelling.first)?;
        let is_first_of_its_own = spellings.iter().any(|s| s.spelled == name && s.first.as_deref() == Some(path));
        let collides = is_first_of_its_own && first.spelled != name;
        collides.then(|| (first.first.as_ref().and_then(|path| tree.file_at(path)), name))
    })
}

/// The names of every folder, by what they fall together with.
#[derive(Default)]
struct Names<'a> {
    /// By a folder's number and a folded name: the name's own number, its first spelling, and the file that spells it so.
    known: HashMap<(usize, String), (usize, &'a [u8], usize)>,
    /// Other spellings that were met.
    others: HashSet<(usize, &'a [u8])>,
}

impl<'a> Names<'a> {
    /// Adds a path. Gives its first component of a new spelling, with the file that spells it otherwise.
    fn add(&mut self, file: usize, path: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let mut folder = 0;
        let mut collision = None;
        for name in path.split(|byte| *byte == b'/') {
            let next = self.known.len() + 1;
            let (number, spelling, first) = *self.known.entry((folder, folded(name))).or_insert((next, name, file));
            if spelling != name && self.others.insert((number, name)) {
                collision = collision.or(Some((first, name)));
            }
            folder = number;
        }
        collision
    }
}
