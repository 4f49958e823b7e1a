//! Facts about the tree: who imports whom, how long files are, that each says what it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A row of the table in ARCHITECTURE.md.
struct Folder {
    imports: Vec<String>,
    crates: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> BTreeMap<String, Folder> {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md is there");
    let rows = text.lines().skip_while(|l| !l.starts_with("| folder |")).skip(2).take_while(|l| l.starts_with('|'));
    let words = |cell: &str| -> Vec<String> {
        cell.split(',').map(|w| w.trim().to_owned()).filter(|w| w != "-" && !w.is_empty()).collect()
    };
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].to_owned(), Folder { imports: words(cells[1]), crates: words(cells[2]) })
    })
    .collect()
}

fn rust_files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).expect("the folder is there") {
        let path = entry.expect("it can be listed").path();
        if path.is_dir() {
            rust_files(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

fn sources() -> Vec<(String, String, String)> {
    let src = root().join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    files.sort();
    let mut sources = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("it is below src").to_string_lossy().into_owned();
        let folder = inside.split('/').next().expect("a path has a first part").to_owned();
        sources.push((folder, inside, fs::read_to_string(&file).expect("it is text")));
    }
    sources
}

/// The code of a file without its comments.
fn code(text: &str) -> String {
    text.lines().map(|l| l.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

/// The first word after each `crate::`, also within braces.
fn imported_folders(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let list = rest.strip_prefix('{').map_or_else(
            || vec![rest],
            |inside| inside.split('}').next().unwrap_or("").split(',').map(str::trim).collect(),
        );
        found.extend(list.iter().map(|w| w.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()));
    }
    found
}

#[test]
fn folders_import_only_what_the_table_allows() {
    let table = table();
    let mut wrong = Vec::new();
    for (folder, file, text) in sources() {
        let Some(row) = table.get(&folder) else { continue };
        for import in imported_folders(&code(&text)) {
            if table.contains_key(&import) && import != folder && !row.imports.contains(&import) {
                wrong.push(format!("src/{file} imports {import}"));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that ARCHITECTURE.md does not allow:\n{}", wrong.join("\n"));
}

#[test]
fn a_crate_is_named_only_by_its_owner() {
    let table = table();
    let mut wrong = Vec::new();
    for (folder, file, text) in sources() {
        let code = code(&text);
        for (owner, row) in table.iter().filter(|(owner, _)| **owner != folder) {
            for name in row.crates.iter().filter(|name| names(&code, name)) {
                wrong.push(format!("src/{file} names {name}, which is {owner}'s"));
            }
        }
    }
    assert!(wrong.is_empty(), "crates named outside their owner:\n{}", wrong.join("\n"));
}

/// Whether code names a crate (`name::...`), or an item by its whole path.
fn names(code: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let rest = &code[at + name.len()..];
        let whole = if name.contains("::") { !rest.starts_with(part) } else { rest.starts_with("::") };
        whole && !before.is_some_and(|c| part(c) || c == ':')
    })
}

#[test]
fn every_folder_has_a_row_and_every_row_a_folder() {
    let mut folders: Vec<String> =
        sources().into_iter().filter(|(_, file, _)| file.contains('/')).map(|(f, _, _)| f).collect();
    folders.dedup();
    let rows: Vec<String> = table().into_keys().collect();
    folders.sort();
    assert_eq!(folders, rows);
}

#[test]
fn every_file_says_what_it_is_and_none_is_too_long() {
    let mut wrong = Vec::new();
    for (_, file, text) in sources() {
        if !text.starts_with("//!") && !text.starts_with("#![doc") {
            wrong.push(format!("src/{file} has no module doc"));
        }
        if text.lines().count() > 600 {
            wrong.push(format!("src/{file} has more than 600 lines"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_fixture_is_forgotten() {
    let mut tests = Vec::new();
    rust_files(&root().join("tests"), &mut tests);
    let all: String = tests.iter().map(|f| fs::read_to_string(f).expect("it is text")).collect();
    for entry in fs::read_dir(root().join("fixtures")).expect("fixtures are there") {
        let name = entry.expect("it can be listed").file_name().to_string_lossy().into_owned();
        assert!(all.contains(&format!("fixtures/{name}")), "no test names fixtures/{name}");
    }
}

#[test]
fn nothing_says_it_is_unfinished() {
    // Put together here, so that this file does not find itself.
    let words =
        [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["todo", "!("].concat(), ["unimplemented", "!("].concat()];
    for (_, file, text) in sources() {
        for word in &words {
            assert!(!text.contains(word.as_str()), "src/{file} says {word}");
        }
    }
}
