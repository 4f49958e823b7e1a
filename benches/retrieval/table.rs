//! The tables, in Markdown.

use crate::score::{Rankings, Scores};
use crate::set::{Half, Question, Set};

/// The halves, and what they are called.
const HALVES: [(&str, Option<Half>); 3] = [("tune", Some(Half::Tune)), ("report", Some(Half::Report)), ("all", None)];

/// Begins the table of results.
pub fn results_head() {
    println!("\n| set | system | half | questions | R@5 | R@10 | R@20 | MRR | all@10 | seconds | questions/s |");
    println!("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// What a system found, by half.
pub fn results(set: &Set, system: &str, found: &Rankings, seconds: f64) {
    for (name, half) in HALVES {
        let scores = Scores::of(&set.questions, found, of_half(half));
        let time = match half {
            None => format!("{seconds:.1} | {:.0}", scores.questions as f64 / seconds),
            Some(_) => " | ".to_owned(),
        };
        println!("| {} | {system} | {name} | {} | {time} |", set.name, columns(scores));
    }
}

/// Begins the table of categories.
pub fn groups_head() {
    println!("\n| set | category | questions | R@5 | R@10 | R@20 | MRR | all@10 |");
    println!("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// What was found, by category, all questions.
pub fn groups(set: &Set, found: &Rankings) {
    let mut groups: Vec<&str> = set.questions.iter().map(|question| question.group).collect();
    groups.sort_unstable();
    groups.dedup();
    for group in groups {
        let scores = Scores::of(&set.questions, found, |question| question.group == group);
        println!("| {} | {group} | {} |", set.name, columns(scores));
    }
}

/// Begins the table of features.
pub fn features_head() {
    println!("\nR@10 of sessions and turns, all@10 of passages, and MRR, on the half tuned on and on the other.\n");
    println!("| without | sessions | MRR | turns | MRR | passages | MRR | linked passages | MRR |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
}

/// What was found where a feature was left out.
pub fn feature(name: &str, sets: &[Set], found: &[Rankings]) {
    let cell = |(set, found): (&Set, &Rankings)| {
        let half = |half| Scores::of(&set.questions, found, of_half(Some(half)));
        let (tune, report) = (half(Half::Tune), half(Half::Report));
        let main = |scores: &Scores| if set.name.starts_with("Hotpot") { scores.all } else { scores.recall[1] };
        let (tuned, told) = (main(&tune), main(&report));
        format!("{tuned:.3} / {told:.3} | {:.3} / {:.3}", tune.reciprocal, report.reciprocal)
    };
    let cells: Vec<String> = sets.iter().zip(found).map(cell).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn columns(scores: Scores) -> String {
    let [five, ten, twenty] = scores.recall;
    format!("{} | {five:.3} | {ten:.3} | {twenty:.3} | {:.3} | {:.3}", scores.questions, scores.reciprocal, scores.all)
}

fn of_half(half: Option<Half>) -> impl Fn(&Question) -> bool {
    move |question| half.is_none_or(|half| question.half == half)
}
