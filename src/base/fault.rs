//! Stops the process at a named step, so that tests can see what a crash there leaves behind.
//!
//! Only debug builds have it: in a release build [`reached`] is nothing, and nothing can be armed.

/// Every step, in the order in which each writer comes by them. A writer that changes git, files and the records names a
/// step after each thing that is on disk.
pub const STEPS: &[&str] = &[
    "org.key",
    "org.recorded",
    "repository.row",
    "repository.made",
    "repository.recorded",
    "request.begun",
    "propose.written",
    "propose.intent",
    "propose.ref",
    "propose.recorded",
    "propose.pushed",
    "approve.recorded",
    "merge.written",
    "merge.intent",
    "merge.ref",
    "merge.recorded",
    "merge.indexed",
    "request.answered",
    "undo.ref",
    "push.ended",
    "push.settled",
    "push.audited",
    "push.removed",
    "import.collected",
    "import.stored",
    "import.proposed",
    "snapshot.written",
    "snapshot.intent",
    "snapshot.ref",
    "snapshot.recorded",
    "rotate.key",
    "rotate.recorded",
    "rotate.renamed",
    "anchor.written",
    "anchor.ref",
];

#[cfg(debug_assertions)]
static ARMED: std::sync::OnceLock<String> = std::sync::OnceLock::new();

/// Chooses the step at which this process stops; once, before anything is done.
#[cfg(debug_assertions)]
pub fn arm(step: String) {
    assert!(STEPS.contains(&step.as_str()), "there is no step `{step}`: see base::fault::STEPS");
    ARMED.set(step).expect("a fault is armed once");
}

/// Stops the process here, as `kill -9` would, where this is the chosen step.
#[cfg(debug_assertions)]
pub fn reached(step: &str) {
    debug_assert!(STEPS.contains(&step), "the step `{step}` is not in the table");
    if ARMED.get().is_some_and(|armed| armed == step) {
        std::process::abort();
    }
}

/// Nothing, in a release build.
#[cfg(not(debug_assertions))]
#[inline]
pub fn reached(_step: &str) {}
