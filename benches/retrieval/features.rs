//! The features of ranking, each of which is left out once.

use std::path::Path;

/// A name, and the `ontology/ranking.yaml` that leaves the feature out.
const OFF: &[(&str, &str)] = &[("everything", "version: 1\n")];

/// One entry for each feature.
pub fn each_off() -> Vec<(String, String)> {
    OFF.iter().map(|(name, yaml)| ((*name).to_owned(), (*yaml).to_owned())).collect()
}

/// The files of a folder, by name.
pub fn of_folder(folder: &Path) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder).expect("the folder of rankings can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the folder can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    paths.sort();
    let read = |path: std::path::PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        (name, std::fs::read_to_string(&path).expect("a ranking can be read"))
    };
    paths.into_iter().map(read).collect()
}
