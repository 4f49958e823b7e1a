//! HotpotQA: one note for each passage, and questions that two passages answer together; once as the data has the
//! passages, which lost the links of the pages they are from, and once with links between them.

use crate::set::{Half, Question, Set, Target, quoted};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The questions, and the passages by title.
pub const FILES: [&str; 2] = ["hotpotqa_train.json", "hotpotqa_train_corpus.json"];
/// The shortest title that is looked for in other passages.
const SHORTEST: usize = 4;

#[derive(Deserialize)]
struct Item {
    question: String,
    #[serde(rename = "type")]
    sort: String,
    /// Title and number of the sentence.
    supporting_facts: Vec<(String, usize)>,
}

/// A passage: its place among all, its title and its text.
struct Passage {
    number: usize,
    title: String,
    text: String,
}

/// Reads the set with the passages as they are.
pub fn read(folder: &Path) -> Set {
    set("HotpotQA passages", folder, &|passage, _| passage.text.clone())
}

/// Reads the set with a wiki link wherever a passage first names another by its title, as who keeps a memory writes.
pub fn read_linked(folder: &Path) -> Set {
    set("HotpotQA, linked", folder, &with_links)
}

fn set(name: &'static str, folder: &Path, written: &dyn Fn(&Passage, &[Passage]) -> String) -> Set {
    let items: Vec<Item> = crate::json(&folder.join(FILES[0]));
    let passages = passages(crate::json(&folder.join(FILES[1])));
    let paths: BTreeMap<&str, String> = passages.iter().map(|p| (p.title.as_str(), p.path())).collect();
    let note = |passage: &Passage| (passage.path(), passage.note(&written(passage, &passages)));
    let target = |passage: &Passage| Target {
        name: passage.path(),
        scope: String::new(),
        text: format!("{}\n\n{}", passage.title, passage.text),
    };
    Set {
        name,
        notes: passages.iter().map(note).collect(),
        targets: passages.iter().map(target).collect(),
        questions: items.iter().enumerate().map(|(n, item)| question(n, item, &paths)).collect(),
        sections: false,
        dropped: "nothing".to_owned(),
    }
}

fn passages(corpus: BTreeMap<String, Vec<String>>) -> Vec<Passage> {
    let passage = |(number, (title, sentences)): (usize, (String, Vec<String>))| {
        let text = sentences.iter().map(|sentence| sentence.trim()).collect::<Vec<_>>().join(" ");
        Passage { number, title, text }
    };
    corpus.into_iter().enumerate().map(passage).collect()
}

impl Passage {
    fn path(&self) -> String {
        format!("passages/{:04}.md", self.number)
    }

    fn id(&self) -> String {
        format!("passage:{:04}", self.number)
    }

    fn note(&self, text: &str) -> String {
        format!("---\nid: {}\nkind: Note\ntitle: {}\n---\n\n{text}\n", self.id(), quoted(&self.title))
    }

    /// The title without what tells it from others of the name: `The Hawk (film)` is named `The Hawk`.
    fn name(&self) -> &str {
        self.title.split(" (").next().unwrap_or(&self.title)
    }
}

/// The text of a passage with links to those it names; of names that overlap the longest.
fn with_links(passage: &Passage, all: &[Passage]) -> String {
    let others = all.iter().filter(|other| other.number != passage.number && other.name().len() >= SHORTEST);
    let named = others.filter_map(|other| Some((find(&passage.text, other.name())?, other)));
    let mut named: Vec<(usize, &Passage)> = named.collect();
    named.sort_by_key(|(at, other)| (*at, std::cmp::Reverse(other.name().len()), other.number));
    let (mut text, mut end) = (String::new(), 0);
    for (at, other) in named.into_iter().filter(|(_, other)| other.name() != passage.name()) {
        if at >= end {
            text += &format!("{}[[{}|{}]]", &passage.text[end..at], other.id(), other.name());
            end = at + other.name().len();
        }
    }
    text + &passage.text[end..]
}

/// Where a name first stands as whole words.
fn find(text: &str, name: &str) -> Option<usize> {
    let whole = |at: &usize| {
        let (before, after) = (&text[..*at], &text[at + name.len()..]);
        !before.ends_with(char::is_alphanumeric) && !after.starts_with(char::is_alphanumeric)
    };
    text.match_indices(name).map(|(at, _)| at).find(whole)
}

fn question(n: usize, item: &Item, paths: &BTreeMap<&str, String>) -> Question {
    let titles: BTreeSet<&str> = item.supporting_facts.iter().map(|(title, _)| title.as_str()).collect();
    Question {
        text: item.question.clone(),
        scope: String::new(),
        gold: titles.into_iter().map(|title| paths[title].clone()).collect(),
        group: if item.sort == "comparison" { "comparison" } else { "bridge" },
        half: if n.is_multiple_of(2) { Half::Tune } else { Half::Report },
    }
}
