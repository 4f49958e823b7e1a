//! Progress bars for long work: on standard error, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;

/// Runs long work that reports how far it is.
pub fn with_bar<T>(what: &'static str, work: impl FnOnce(&mut dyn FnMut(usize, usize)) -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work(&mut |_, _| ());
    }
    let bar = ProgressBar::no_length().with_message(what).with_style(style());
    let result = work(&mut |done, all| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    });
    bar.finish_and_clear();
    result
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} {per_sec} {eta} left")
        .expect("the template is well-formed")
}
