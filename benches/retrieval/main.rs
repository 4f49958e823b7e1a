//! How well questions find their answers: LoCoMo (sessions and turns) and HotpotQA as notes in a git repository, asked
//! through the public query of the library, beside plain BM25 over the same texts.
//!
//! `LOREKEEP_RETRIEVAL_DATA=DIR cargo bench --bench retrieval` prints recall, reciprocal rank and whether all was found, by
//! half and by category, and what each ranking feature is worth. The data are not part of the project; without the variable
//! it says where they come from. `LOREKEEP_RETRIEVAL_RANKINGS=DIR` measures each `*.yaml` of a folder as the
//! `ontology/ranking.yaml` of the memory, in place of the list of features.

mod features;
mod hotpot;
#[path = "../import.rs"]
mod import;
mod locomo;
mod memory;
mod plain;
mod score;
mod set;
mod table;

use memory::Ours;
use plain::Plain;
use score::Rankings;
use set::Set;
use std::path::{Path, PathBuf};
use std::time::Instant;

const HELP: &str = "\
The retrieval bench measures on published data, which are not part of this project. Put these files into one folder:

  locomo10.json                  data/locomo10.json of github.com/snap-research/locomo at 3eb6f2c (Maharana et al. 2024), CC BY-NC 4.0
  hotpotqa_train.json            100 questions of HotpotQA (Yang et al. 2018), and
  hotpotqa_train_corpus.json     the 994 passages of their contexts: both from data/ of github.com/OSU-NLP-Group/HippoRAG
                                 at 3d95d255a8db0c1699b853cfb4fbe5056708162d, CC BY-SA 4.0

and run: LOREKEEP_RETRIEVAL_DATA=FOLDER cargo bench --bench retrieval";

fn main() {
    // `cargo test --benches` only asks whether it runs.
    if std::env::args().any(|arg| arg == "--test") {
        return;
    }
    let Some(folder) = std::env::var_os("LOREKEEP_RETRIEVAL_DATA").map(PathBuf::from) else {
        println!("{HELP}");
        return;
    };
    let sets = [locomo::sessions(&folder), locomo::turns(&folder), hotpot::read(&folder), hotpot::read_linked(&folder)];
    sets.iter().for_each(|set| println!("{}: {} notes, dropped: {}", set.name, set.notes.len(), set.dropped));
    let mut memories: Vec<Ours> = sets.iter().map(Ours::new).collect();
    table::results_head();
    let measured: Vec<Rankings> = sets.iter().zip(&memories).map(|(set, ours)| both(set, ours)).collect();
    table::groups_head();
    sets.iter().zip(&measured).for_each(|(set, rankings)| table::groups(set, rankings));
    table::features_head();
    let rankings = std::env::var_os("LOREKEEP_RETRIEVAL_RANKINGS").map(PathBuf::from);
    for (name, yaml) in rankings.map_or_else(features::each_off, |folder| features::of_folder(&folder)) {
        let found: Vec<Rankings> = sets.iter().zip(&mut memories).map(|(set, ours)| ranked(set, ours, &yaml)).collect();
        table::feature(&name, &sets, &found);
    }
}

/// Asks both systems and prints what they found; gives what ours did.
fn both(set: &Set, ours: &Ours) -> Rankings {
    let plain = Plain::new(set);
    let (found, seconds) = timed(|| plain.ask(set));
    table::results(set, "tantivy, plain BM25", &found, seconds);
    let (found, seconds) = timed(|| ours.ask(set));
    table::results(set, "lorekeep", &found, seconds);
    found
}

fn ranked(set: &Set, ours: &mut Ours, yaml: &str) -> Rankings {
    ours.land_ranking(yaml);
    ours.ask(set)
}

fn timed(answers: impl FnOnce() -> Rankings) -> (Rankings, f64) {
    let start = Instant::now();
    let found = answers();
    (found, start.elapsed().as_secs_f64())
}

/// A file of the data.
fn json<T: serde::de::DeserializeOwned>(path: &Path) -> T {
    let shown = path.display();
    let bytes = std::fs::read(path).unwrap_or_else(|error| panic!("{shown} cannot be read: {error}\n\n{HELP}"));
    serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{shown} is not what is expected: {error}"))
}
