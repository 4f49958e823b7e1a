//! Our side: the notes in a git repository, asked through the public query of the library.

use crate::import::Import;
use crate::score::Rankings;
use crate::set::{Question, Set};
use lorekeep::base::Timestamp;
use lorekeep::base::time::FixedClock;
use lorekeep::engine::{Ask, GraphQuestion, Hit, Memory, Mode, QueryLimits, Question as Asked};
use std::path::PathBuf;
use std::sync::Arc;

/// How many records an answer has: all sessions of a conversation.
const MOST: usize = 40;
/// How many of its sections an answer names with each record: the most it can, and every turn of a session.
const MOST_SECTIONS: usize = 50;
/// Where an organization says what ranking features are worth.
const RANKING: &str = "ontology/ranking.yaml";

/// A memory made of a set.
pub struct Ours {
    memory: Memory,
    repository: PathBuf,
    commits: usize,
    _folder: tempfile::TempDir,
}

impl Ours {
    /// Writes the notes as one commit and indexes them.
    pub fn new(set: &Set) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder can be made");
        let repository = folder.path().join("memory.git");
        let mut import = Import::new_repository(&repository);
        import.commit("the notes");
        set.notes.iter().for_each(|(path, text)| import.file(path, text));
        import.end();
        let clock = FixedClock::at(Timestamp::parse("2026-11-01T00:00:00Z").expect("it is a time"));
        let memory = Memory::local(&repository, Arc::new(clock)).expect("the repository opens");
        memory.index(&mut |_, _| ()).expect("it can be indexed");
        Self { memory, repository, commits: 1, _folder: folder }
    }

    /// Lands what ranking features are worth, as an organization would.
    pub fn land_ranking(&mut self, yaml: &str) {
        let mut import = Import::onto(&self.repository, self.commits);
        import.commit("other weights");
        import.file(RANKING, yaml);
        import.end();
        self.commits += 1;
        self.memory.index(&mut |_, _| ()).expect("it can be indexed");
    }

    /// Answers the questions of the set.
    pub fn ask(&self, set: &Set) -> Rankings {
        let sections = if set.sections { MOST_SECTIONS } else { 0 };
        let found = set.questions.iter().map(|question| (question, self.answer(question, sections)));
        found.map(|(question, hits)| if set.sections { by_section(question, &hits) } else { by_note(hits) }).collect()
    }

    fn answer(&self, question: &Question, sections: usize) -> Vec<Hit> {
        let tags = Some(question.scope.clone()).filter(|scope| !scope.is_empty());
        let ask = Ask {
            question: Asked {
                // Between quotation marks a query has words that must stand side by side; a person's question does not.
                text: Some(question.text.replace('"', " ")),
                mode: Mode::GraphOnly,
                graph: GraphQuestion { tags: tags.into_iter().collect(), ..GraphQuestion::default() },
                sections,
                ..Asked::default()
            },
            limits: QueryLimits { max_records: MOST, max_bytes: 4 << 20 },
            ..Ask::default()
        };
        self.memory.query(&ask).expect("it answers").outcome.records
    }
}

/// The paths of the notes, as they were given.
fn by_note(hits: Vec<Hit>) -> Vec<String> {
    hits.into_iter().map(|hit| hit.path).collect()
}

/// The sections of all notes, best first; of equal ones that of the better note.
fn by_section(question: &Question, hits: &[Hit]) -> Vec<String> {
    let mut sections: Vec<_> = hits.iter().flat_map(|hit| hit.sections.iter().flatten()).collect();
    sections.sort_by(|a, b| b.score.total_cmp(&a.score));
    let first_word = |heading: &String| heading.split_whitespace().next().unwrap_or_default().to_owned();
    let names = sections.into_iter().filter_map(|section| section.heading.as_ref().map(first_word));
    names.map(|name| format!("{} {name}", question.scope)).collect()
}
