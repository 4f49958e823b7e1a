//! What is asked: words of the corpus itself at several frequencies, drawn by a fixed seed, and commits of its line.

use crate::checkout;
use crate::setup::{Drawn, Setup};
use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// How often the words of the literals stand in the corpus, about.
const LITERALS: [u32; 8] = [1, 3, 10, 30, 100, 300, 1_000, 3_000];
/// How often the pairs of words among the literals do.
const PAIRS: [u32; 2] = [10, 300];
/// How often the words of the questions do, one after the other.
const ASKED: [u32; 7] = [3, 30, 300, 3_000, 10, 100, 1_000];
const QUESTIONS: usize = 20;
const OLD: usize = 20;
/// Among how many words of about the same frequency one is drawn.
const CHOICE: usize = 32;

/// Draws, and keeps what was drawn in the folder.
pub fn draw(setup: &Setup) {
    let mut dice = Dice(20_261_101);
    let notes = checkout::notes(&setup.path("checkout"));
    let (words, pairs) = (Counted::words(&notes), Counted::pairs(&notes));
    let mut literals: Vec<String> = LITERALS.iter().map(|often| words.near(*often, &mut dice)).collect();
    literals.extend(PAIRS.iter().map(|often| pairs.near(*often, &mut dice)));
    let regexes = regexes(&words, &pairs, &mut dice);
    let question = |n: usize, dice: &mut Dice| {
        let asked: Vec<String> =
            (0..=n % 5).map(|word| words.near(ASKED[(n + 2 * word) % ASKED.len()], dice).to_lowercase()).collect();
        asked.join(" ")
    };
    let questions = (0..QUESTIONS).map(|n| question(n, &mut dice)).collect();
    let mut line = line(&setup.path("memory.git"));
    let tip = line.remove(0);
    let old = (0..setup.times(OLD, 5).min(line.len())).map(|_| line.remove(dice.roll(line.len()))).collect();
    setup.keep(&Drawn { tip, old, literals, regexes, questions });
}

/// Expressions of five sorts. Classes are spelled out, so that they mean the same to every engine.
fn regexes(words: &Counted, pairs: &Counted, dice: &mut Dice) -> Vec<String> {
    let spaced = pairs.near(100, dice).replace(' ', "[ \\t]+");
    let whole = words.near(300, dice);
    let middle = format!("{}[a-z]*{}", &whole[..3], &whole[whole.len() - 2..]);
    let either = format!("({}|{}|{})", words.near(30, dice), words.near(100, dice), words.near(300, dice));
    let any_case = format!("(?i){}", words.near(100, dice));
    vec![spaced, middle, either, any_case, "[A-Z][0-9]{4}".to_owned()]
}

/// Texts with how often they stand in the corpus, the rarest first.
struct Counted(Vec<(u32, String)>);

impl Counted {
    fn words(notes: &[(String, String)]) -> Self {
        Self::count(notes, |line, add| tokens(line).for_each(|(_, word)| add(word)))
    }

    /// Words with one space between them.
    fn pairs(notes: &[(String, String)]) -> Self {
        Self::count(notes, |line, add| {
            let tokens: Vec<(usize, &str)> = tokens(line).collect();
            for pair in tokens.windows(2) {
                let (first, last) = (pair[0].0, pair[1].0 + pair[1].1.len());
                if pair[0].0 + pair[0].1.len() + 1 == pair[1].0 && line.as_bytes()[pair[1].0 - 1] == b' ' {
                    add(&line[first..last]);
                }
            }
        })
    }

    fn count<'a>(notes: &'a [(String, String)], each: impl Fn(&'a str, &mut dyn FnMut(&'a str))) -> Self {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        for line in notes.iter().flat_map(|(_, text)| text.lines()) {
            each(line, &mut |text| *counts.entry(text).or_default() += 1);
        }
        let mut sorted: Vec<(u32, String)> = counts.into_iter().map(|(text, count)| (count, text.to_owned())).collect();
        sorted.sort();
        Self(sorted)
    }

    /// One that stands there about so often.
    fn near(&self, often: u32, dice: &mut Dice) -> String {
        let from = self.0.partition_point(|(count, _)| *count < often).min(self.0.len() - 1);
        let all = self.0[from..].partition_point(|(count, _)| *count <= often + often / 2).max(1);
        // Spread over all of that frequency: those beside each other begin with the same letters.
        let step = (all / CHOICE).max(1);
        self.0[from + (dice.roll(CHOICE) * step).min(all - 1)].1.clone()
    }
}

/// Words of five and more ASCII letters, and where they begin.
fn tokens(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let words = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    let place = move |word: &str| word.as_ptr() as usize - line.as_ptr() as usize;
    let telling = |word: &&str| word.len() >= 5 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    words.filter(telling).map(move |word| (place(word), word))
}

/// The approved line, newest first.
fn line(repository: &Path) -> Vec<String> {
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(repository).args(["rev-list", "--first-parent", "HEAD"]);
    let printed = git.output().expect("git runs").stdout;
    String::from_utf8(printed).expect("ids are text").lines().map(str::to_owned).collect()
}

/// A small generator with a fixed seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }
}
