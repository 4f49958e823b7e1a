//! HotpotQA: one note for each passage, and questions that two passages answer together.

use crate::set::{Half, Question, Set, Target};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The questions, and the passages by title.
pub const FILES: [&str; 2] = ["hotpotqa_train.json", "hotpotqa_train_corpus.json"];

#[derive(Deserialize)]
struct Item {
    question: String,
    #[serde(rename = "type")]
    sort: String,
    /// Title and number of the sentence.
    supporting_facts: Vec<(String, usize)>,
}

/// Reads the set.
pub fn read(folder: &Path) -> Set {
    let items: Vec<Item> = crate::json(&folder.join(FILES[0]));
    let corpus: BTreeMap<String, Vec<String>> = crate::json(&folder.join(FILES[1]));
    let names: BTreeMap<&str, String> =
        corpus.keys().enumerate().map(|(n, title)| (title.as_str(), format!("passages/{n:04}.md"))).collect();
    let notes = corpus.iter().map(|(title, sentences)| {
        let text = sentences.iter().map(|sentence| sentence.trim()).collect::<Vec<_>>().join(" ");
        (names[title.as_str()].clone(), format!("# {title}\n\n{text}\n"))
    });
    let notes: Vec<(String, String)> = notes.collect();
    let target =
        |(name, text): &(String, String)| Target { name: name.clone(), scope: String::new(), text: text.clone() };
    Set {
        name: "HotpotQA passages",
        targets: notes.iter().map(target).collect(),
        notes,
        questions: items.iter().enumerate().map(|(n, item)| question(n, item, &names)).collect(),
        sections: false,
        dropped: "nothing".to_owned(),
    }
}

fn question(n: usize, item: &Item, names: &BTreeMap<&str, String>) -> Question {
    let titles: BTreeSet<&str> = item.supporting_facts.iter().map(|(title, _)| title.as_str()).collect();
    Question {
        text: item.question.clone(),
        scope: String::new(),
        gold: titles.into_iter().map(|title| names[title].clone()).collect(),
        group: if item.sort == "comparison" { "comparison" } else { "bridge" },
        half: if n.is_multiple_of(2) { Half::Tune } else { Half::Report },
    }
}
