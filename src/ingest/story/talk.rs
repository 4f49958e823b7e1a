//! What was asked, said and decided.

use super::Kept;
use super::kept::Ends;
use crate::base::Timestamp;
use crate::ingest::SourceRef;
use crate::ingest::text::lines_of;
use serde::{Deserialize, Serialize};

/// The most characters of the first question, of a further one, of the last word.
const FIRST: usize = 2_000;
const FURTHER: usize = 600;
const LAST: usize = 2_400;
/// How many questions, and how many decisions, are kept.
const MOST_ASKED: usize = 40;
const MOST_DECIDED: usize = 60;
/// What a question of a program begins with that stands where a person's would.
const NOT_ASKED: &[&str] = &[
    "<command-",
    "<local-command-",
    "<system-reminder>",
    "<bash-",
    "<user_instructions>",
    "<environment_context>",
    "<task-notification>",
    "<user-prompt-submit-hook>",
    "Caveat: The messages below",
    "[Request interrupted",
    "# AGENTS.md instructions",
    "This session is being continued from a previous conversation",
];

/// Something that somebody said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// In their words, bounded.
    pub text: String,
    /// When.
    pub when: Option<Timestamp>,
    /// Where it stands.
    pub at: SourceRef,
}

/// What was asked, said and decided.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Talk {
    /// What people asked for: the first and the last of it.
    pub asked: Kept<Said>,
    /// What was decided: the first and the last of it.
    pub decided: Kept<Said>,
    /// What the agent said last.
    pub last_word: Option<LastWord>,
    /// The last sum that the source itself made.
    pub recap: Option<Said>,
}

/// What the agent said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastWord {
    /// What.
    pub said: Said,
    /// Whether somebody asked for more after it.
    pub answered: bool,
}

/// Hears what is said.
#[derive(Debug)]
pub(super) struct Listener {
    asked: Ends<u64, Said>,
    asked_total: u64,
    decided: Ends<u64, Said>,
    decided_total: u64,
    /// As it was said: of most words nothing is kept, and they are cleaned once.
    last_word: Option<(String, Option<Timestamp>, SourceRef)>,
    answered: bool,
    recap: Option<Said>,
}

impl Default for Listener {
    fn default() -> Self {
        Self {
            asked: Ends::new(MOST_ASKED),
            asked_total: 0,
            decided: Ends::new(MOST_DECIDED),
            decided_total: 0,
            last_word: None,
            answered: false,
            recap: None,
        }
    }
}

impl Listener {
    /// A person asked; whether it was one.
    pub(super) fn ask(&mut self, text: &str, when: Option<Timestamp>, at: &SourceRef) -> bool {
        let is_asked = is_asked(text);
        if is_asked {
            self.answer();
            let most = if self.asked_total == 0 { FIRST } else { FURTHER };
            self.asked.insert(self.asked_total, said(text, most, when, at));
            self.asked_total += 1;
        }
        is_asked
    }

    /// Something was decided.
    pub(super) fn decide(&mut self, text: &str, when: Option<Timestamp>, at: &SourceRef) {
        self.answer();
        if !lines_of(text, FURTHER).is_empty() {
            self.decided.insert(self.decided_total, said(text, FURTHER, when, at));
            self.decided_total += 1;
        }
    }

    /// The agent said something.
    pub(super) fn say(&mut self, text: &str, when: Option<Timestamp>, at: &SourceRef) {
        if text.chars().any(char::is_alphanumeric) {
            self.last_word = Some((text.to_owned(), when, at.clone()));
            self.answered = false;
        }
    }

    /// The source summed up what came before.
    pub(super) fn recap(&mut self, text: &str, when: Option<Timestamp>, at: &SourceRef) {
        if !text.trim().is_empty() {
            self.recap = Some(said(text, FIRST, when, at));
        }
    }

    pub(super) fn finish(self) -> Talk {
        let kept =
            |ends: Ends<u64, Said>, total| Kept { items: ends.into_items().map(|(_, said)| said).collect(), total };
        Talk {
            asked: kept(self.asked, self.asked_total),
            decided: kept(self.decided, self.decided_total),
            last_word: self.last_word.map(last_word(self.answered)),
            recap: self.recap,
        }
    }

    fn answer(&mut self) {
        self.answered = true;
    }
}

fn last_word(answered: bool) -> impl FnOnce((String, Option<Timestamp>, SourceRef)) -> LastWord {
    move |(text, when, at)| LastWord { said: said(&text, LAST, when, &at), answered }
}

/// Whether a person may have written it: what programs write in their place is none of theirs.
fn is_asked(text: &str) -> bool {
    let text = lines_of(text, FURTHER);
    !text.is_empty() && !NOT_ASKED.iter().any(|start| text.starts_with(start))
}

fn said(text: &str, most: usize, when: Option<Timestamp>, at: &SourceRef) -> Said {
    Said { text: lines_of(text, most), when, at: at.clone() }
}
