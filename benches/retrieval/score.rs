//! How good rankings are: recall, reciprocal rank, and whether everything was found.

use crate::set::Question;

/// What a system gave for each question: names of targets, best first.
pub type Rankings = Vec<Vec<String>>;

/// The means over some questions.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scores {
    /// How many questions.
    pub questions: usize,
    /// Recall among the first 5, 10 and 20.
    pub recall: [f64; 3],
    /// One divided by the place of the first that answers; 0 where none does.
    pub reciprocal: f64,
    /// Whether all that answer are among the first 10.
    pub all: f64,
}

/// The depths of recall.
pub const DEPTHS: [usize; 3] = [5, 10, 20];

impl Scores {
    /// Scores the questions that are kept.
    pub fn of(questions: &[Question], rankings: &Rankings, keep: impl Fn(&Question) -> bool) -> Self {
        let mut sum = Self::default();
        for (question, ranking) in questions.iter().zip(rankings).filter(|(question, _)| keep(question)) {
            let recall = DEPTHS.map(|depth| recall(question, ranking, depth));
            sum.questions += 1;
            (0..DEPTHS.len()).for_each(|n| sum.recall[n] += recall[n]);
            let first = ranking.iter().position(|name| question.gold.contains(name));
            sum.reciprocal += first.map_or(0.0, |place| 1.0 / (place + 1) as f64);
            sum.all += f64::from(u8::from(recall[1] == 1.0));
        }
        sum.mean()
    }

    fn mean(self) -> Self {
        let of = |sum: f64| sum / self.questions.max(1) as f64;
        Self {
            questions: self.questions,
            recall: self.recall.map(of),
            reciprocal: of(self.reciprocal),
            all: of(self.all),
        }
    }
}

fn recall(question: &Question, ranking: &[String], depth: usize) -> f64 {
    let first = &ranking[..depth.min(ranking.len())];
    question.gold.iter().filter(|name| first.contains(name)).count() as f64 / question.gold.len() as f64
}
