//! The labelled corpus under `fixtures/screen/`: made here, kept there, measured by a test and by `benches/screen.rs`.

mod attacks;
mod fields;
mod fill;
mod harmless;
mod secrets;
mod suspects;

use lorekeep::screen::{find_injections, find_secrets, find_suspects, secret_in_field};
use serde::{Deserialize, Serialize};

/// One case: a text, what sort of case it is, and whether it is to be found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Whether something is to be found.
    pub bad: bool,
    /// What family of cases it belongs to.
    pub family: String,
    /// The key that the text stands under, for values of a structure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The text, as a template.
    pub text: String,
}

/// A file of cases, and what looks for them.
pub struct Set {
    pub name: &'static str,
    /// What it measures, as the bench prints it.
    #[allow(dead_code, reason = "only the bench prints it")]
    pub rule: &'static str,
    pub cases: Vec<Case>,
    /// Whether something is found in a case.
    pub finds: fn(&Case) -> bool,
}

/// What was found and what was not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub found: usize,
    pub missed: usize,
    pub wrong: usize,
    pub left_alone: usize,
}

/// Every set, as the generator makes it.
pub fn sets() -> Vec<Set> {
    let set = |name, rule, cases, finds| Set { name, rule, cases, finds };
    let injections = [attacks::cases(), harmless::cases()].concat();
    vec![
        set("secrets", "LK501 by form", secrets::cases(), |case| !find_secrets(&case.filled()).is_empty()),
        set("fields", "LK501 by key", fields::cases(), |case| {
            secret_in_field(case.key.as_deref().unwrap_or_default(), &case.filled()).is_some()
        }),
        set("suspects", "LK502", suspects::cases(), |case| !find_suspects(case.filled().as_bytes()).is_empty()),
        set("injections", "LK503", injections, |case| !find_injections(&case.filled()).is_empty()),
    ]
}

impl Case {
    /// A case of a family.
    pub fn new(bad: bool, family: &str, text: impl Into<String>) -> Self {
        Self { bad, family: family.to_owned(), key: None, text: text.into() }
    }

    /// The text itself.
    pub fn filled(&self) -> String {
        fill::fill(&self.text)
    }
}

impl Set {
    /// The name of its file.
    pub fn file(&self) -> String {
        format!("{}.jsonl", self.name)
    }

    /// The set as its file holds it: one case a line.
    pub fn lines(&self) -> String {
        self.cases.iter().map(|case| serde_json::to_string(case).expect("a case is JSON") + "\n").collect()
    }

    /// The score of each family, in order of the file, and of all.
    pub fn scores(&self) -> (Vec<(String, Score)>, Score) {
        let mut families: Vec<(String, Score)> = Vec::new();
        let mut all = Score::default();
        for case in &self.cases {
            let at = families.iter().position(|(name, _)| *name == case.family).unwrap_or_else(|| {
                families.push((case.family.clone(), Score::default()));
                families.len() - 1
            });
            let found = (self.finds)(case);
            families[at].1.count(case.bad, found);
            all.count(case.bad, found);
        }
        (families, all)
    }
}

impl Score {
    fn count(&mut self, bad: bool, found: bool) {
        *match (bad, found) {
            (true, true) => &mut self.found,
            (true, false) => &mut self.missed,
            (false, true) => &mut self.wrong,
            (false, false) => &mut self.left_alone,
        } += 1;
    }

    /// Of what was found, how much is right; 1 where nothing was found.
    pub fn precision(&self) -> f64 {
        part(self.found, self.wrong)
    }

    /// Of what was to be found, how much was; 1 where nothing was.
    pub fn recall(&self) -> f64 {
        part(self.found, self.missed)
    }
}

fn part(of: usize, rest: usize) -> f64 {
    if of + rest == 0 { 1.0 } else { of as f64 / (of + rest) as f64 }
}
