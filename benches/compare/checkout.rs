//! The Markdown files of a checkout.

use std::path::{Path, PathBuf};

/// Path below the folder, and text: sorted by path; what is not UTF-8 is read as well as it can be.
pub fn notes(folder: &Path) -> Vec<(String, String)> {
    let mut paths = Vec::new();
    collect(folder, &mut paths);
    paths.sort();
    let note = |path: PathBuf| {
        let name = path.strip_prefix(folder).expect("it is below the folder").to_string_lossy().into_owned();
        (name, String::from_utf8_lossy(&std::fs::read(&path).expect("a file can be read")).into_owned())
    };
    paths.into_iter().map(note).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the checkout can be read") {
        let entry = entry.expect("the checkout can be read");
        let (path, sort) = (entry.path(), entry.file_type().expect("it has a type"));
        if sort.is_dir() && entry.file_name() != ".git" {
            collect(&path, paths);
        } else if sort.is_file() && path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}
