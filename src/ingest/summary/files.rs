//! The files that were changed, by folder.

use super::page::{Page, codes};
use crate::ingest::SourceRef;
use crate::ingest::markdown::code;
use crate::ingest::story::{Story, Touched};
use crate::ingest::text::counted;
use std::collections::BTreeMap;

/// How many folders are told, and how many files of each.
const MOST_FOLDERS: usize = 12;
const MOST_FILES: usize = 6;

pub(super) fn tell(story: &Story, page: &mut Page) {
    let files = &story.files;
    if files.is_empty() {
        return;
    }
    page.section("Files changed");
    let (created, changed) = files.split();
    let mut parts = Vec::new();
    if !created.is_empty() {
        parts.push(format!("{} created", created.len()));
    }
    if !changed.is_empty() {
        parts.push(format!("{} changed", changed.len()));
    }
    let failed =
        if files.failed > 0 { format!("; {} more failed", counted(files.failed, "edit")) } else { String::new() };
    let total = counted(files.touched.len() as u64, "file");
    page.say(&format!("{total}: {}, in {}{failed}.", parts.join(", "), counted(files.changes, "edit")), &[]);
    tell_folders(&files.touched, page);
    if files.changes_beyond > 0 {
        page.item(&format!("and {} of files that are not listed", counted(files.changes_beyond, "edit")), &[]);
    }
}

fn tell_folders(touched: &[Touched], page: &mut Page) {
    let mut folders: BTreeMap<&str, Vec<&Touched>> = BTreeMap::new();
    for file in touched {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().push(file);
    }
    // Where the most was done first.
    let mut order: Vec<(&str, Vec<&Touched>)> = folders.into_iter().collect();
    order.sort_by_key(|(folder, files)| {
        (std::cmp::Reverse(files.iter().map(|file| file.changes).sum::<u64>()), *folder)
    });
    for (folder, files) in order.iter().take(MOST_FOLDERS) {
        let first = files.iter().map(|file| &file.at).min().expect("a folder is listed for its files");
        let last = files.iter().map(|file| &file.at).max().expect("a folder is listed for its files");
        let places: &[&SourceRef] = &[first, last];
        page.item(&format!("{}: {}", name_of(folder), names(files)), places);
    }
    let rest: usize = order.iter().skip(MOST_FOLDERS).map(|(_, files)| files.len()).sum();
    page.and_more(rest as u64, "file");
}

fn name_of(folder: &str) -> String {
    if folder.is_empty() { "at the top".to_owned() } else { code(&format!("{folder}/"), 160) }
}

/// The files of a folder, those made anew first.
fn names(files: &[&Touched]) -> String {
    let (created, changed): (Vec<&Touched>, Vec<&Touched>) = files.iter().copied().partition(|file| file.created);
    let part = |word: &str, files: &[&Touched]| {
        let mut files = files.to_vec();
        files.sort_by_key(|file| (std::cmp::Reverse(file.changes), &file.path));
        let names = files.iter().map(|file| file.path.rsplit('/').next().unwrap_or(&file.path));
        (!files.is_empty()).then(|| format!("{word} {}", codes(names, MOST_FILES, files.len() as u64)))
    };
    let parts: Vec<String> = [part("created", &created), part("changed", &changed)].into_iter().flatten().collect();
    parts.join("; ")
}
