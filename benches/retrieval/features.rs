//! The features of ranking, each of which is left out once.

use std::path::{Path, PathBuf};

/// A name, and the `ontology/ranking.yaml` that leaves the feature out.
const OFF: &[(&str, &str)] = &[
    ("nothing (the defaults)", ""),
    ("title", "text: {title: {weight: 0}}"),
    ("aliases", "text: {aliases: {weight: 0}}"),
    ("id", "text: {id: {weight: 0}}"),
    ("tags", "text: {tags: {weight: 0}}"),
    ("headings", "text: {headings: {weight: 0}}"),
    ("summary", "text: {summary: {weight: 0}}"),
    ("body as a whole", "text: {body: {weight: 0}}"),
    ("best section", "text: {section: {weight: 0}}"),
    ("neighbouring sections", "text: {section: {neighbours: 0}}"),
    ("the record's share of its sections", "text: {section: {document: 0}}"),
    ("linked records", "linked: {share: 0, brings: 0}"),
    ("named records", "mentioned: {share: 0, brings: 0}"),
    ("recency", "recency: {weight: 0}"),
    ("status", "status: {approved: 0, draft: 0, deprecated: 0, archived: 0}"),
    ("size", "size: {weight: 0}"),
    ("stemming and stop words", "language: none"),
];

/// One entry for each feature.
pub fn each_off() -> Vec<(String, String)> {
    OFF.iter().map(|(name, yaml)| ((*name).to_owned(), format!("version: 1\n{yaml}\n"))).collect()
}

/// The files of a folder, by name.
pub fn of_folder(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).expect("the folder of rankings can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("a ranking can be read"))
    };
    paths.into_iter().map(read).collect()
}
