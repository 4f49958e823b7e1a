//! Findings as people read them: any findings over any text. The input begins with eight bytes for each finding.

#![no_main]

use libfuzzer_sys::fuzz_target;
use lorekeep_fuzz::base::{Finding, Place, Related, Severity};
use lorekeep_fuzz::check::Report;
use lorekeep_fuzz::cli::{findings, github, sarif};
use lorekeep_fuzz::engine::Validation;
use std::sync::Arc;

/// The most findings of one input.
const MOST: usize = 8;

fuzz_target!(|data: &[u8]| {
    let Some((count, rest)) = data.split_first() else { return };
    let count = usize::from(*count) % MOST;
    let Some((numbers, text)) = rest.split_at_checked(count * 8) else { return };
    let text = String::from_utf8_lossy(text).into_owned();
    let findings = numbers.chunks_exact(8).map(|numbers| finding(numbers, &text)).collect();
    let report = Report { findings, ..Report::default() };
    let sources = vec![("pages/a.md".to_owned(), Arc::from(text.as_str()))];
    let validation = Validation { commit: None, base: None, root: String::new(), report, sources };
    let plain = findings::text(&validation, false);
    assert_eq!(plain, findings::text(&validation, false), "what is shown is a function of the findings");
    assert!(!plain.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{plain:?}");
    assert!(plain.len() <= (count + 1) * (64 << 10) + 8 * (count + 1) * text.len(), "{} bytes", plain.len());
    findings::text(&validation, true);
    serde_json::to_string(&sarif::log(&validation)).expect("a log is JSON");
    let annotations = github::text(&validation);
    assert!(!annotations.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')), "{annotations:?}");
    let commands = annotations.lines().filter(|line| line.starts_with("::")).count();
    assert!(commands <= count, "a finding is one annotation, whatever it says: {annotations:?}");
});

/// A finding at a place that may not exist, which says what the text says.
fn finding(numbers: &[u8], text: &str) -> Finding {
    let number = |i: usize| u32::from(numbers[i]);
    let said = |i: usize| text.chars().skip(usize::from(numbers[i])).take(80).collect::<String>();
    let path = if numbers[7] & 1 == 0 { "pages/a.md".to_owned() } else { said(6) };
    let (line, column) = (number(0).max(1), number(1).max(1));
    let place = Place { path, line, column, end_line: line + number(2) % 4, end_column: number(3).max(1) };
    let related = Related { place: place.clone(), message: said(5) };
    Finding {
        code: if numbers[7] & 2 == 0 { "LK101" } else { "LK501" }.to_owned(),
        name: "missing-field".to_owned(),
        severity: if numbers[7] & 4 == 0 { Severity::Error } else { Severity::Warning },
        place,
        message: said(4),
        help: said(5),
        related: if numbers[7] & 8 == 0 { vec![related] } else { Vec::new() },
        subject: String::new(),
        text_digest: None,
    }
}
