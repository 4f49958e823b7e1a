//! Ontology files: the first byte says which, the rest is its text; a few records are checked under what it declares.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::base::RepoPath;
use lorekeep_fuzz::{holds, ontology};

const FILES: [&str; 5] = [
    "ontology/node-kinds.yaml",
    "ontology/edge-kinds.yaml",
    "ontology/controlled-vocabulary.yaml",
    "ontology/validation-rules.yaml",
    "ontology/ranking.yaml",
];
const RECORDS: &[u8] =
    b"nodeKind: Runbook\nid: runbook:a\nattributes:\n  title: A\n  status: aproved\n  owners: [team:a]\n  \
    tags: [ci]\n  sensitivity: Internal\n  updatedAt: 2026-05-10\nedges:\n  depends_on: [service:b]\n";

fuzz_target!(|data: &[u8]| {
    let Some((which, text)) = data.split_first() else { return };
    let path = FILES[usize::from(*which) % FILES.len()];
    let declared = [(RepoPath::parse(path).expect("it is a path"), text.to_vec())];
    let (ontology, problems) = ontology::load(&declared);
    let (again, _) = ontology::load(&declared);
    assert_eq!(format!("{ontology:?}"), format!("{again:?}"), "an ontology is a function of its files");
    if let Ok(text) = std::str::from_utf8(text) {
        problems.iter().for_each(|problem| holds::span(text, problem.span));
    }
    let files = [(RECORDS, holds::read("graph/a.yaml", RECORDS)), (text, holds::read(path, text))];
    holds::checked(&files, &ontology, &problems);
});
