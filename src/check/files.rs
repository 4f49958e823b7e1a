//! The rules of single files, over many files: on two threads where that pays.

use super::draft::Drafts;
use super::rules::{Rule, Run};
use super::tree::FileView;

/// From how many files on a second thread pays.
const PARALLEL_FROM: usize = 64;

/// Runs those of the rules that look at one file at a time.
pub(super) fn run(files: &[FileView<'_>], rules: &[&'static Rule]) -> Drafts {
    let share = |first: usize| files.iter().skip(first).step_by(2);
    if files.len() < PARALLEL_FROM {
        return run_some(files.iter(), rules);
    }
    std::thread::scope(|scope| {
        let other = scope.spawn(|| run_some(share(1), rules));
        let mut drafts = run_some(share(0), rules);
        drafts.append(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        drafts
    })
}

fn run_some<'a>(files: impl Iterator<Item = &'a FileView<'a>> + Clone, rules: &[&'static Rule]) -> Drafts {
    let mut drafts = Drafts::default();
    for rule in rules {
        if let Run::File(look) = rule.run {
            let mut notes = drafts.of(rule);
            files.clone().for_each(|file| look(file, &mut notes));
        }
    }
    drafts
}
