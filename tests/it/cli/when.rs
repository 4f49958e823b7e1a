//! Times as people write them.

use lorekeep::base::Timestamp;
use lorekeep::face::cli::when::{read, read_length};

fn now() -> Timestamp {
    Timestamp::parse("2026-05-10T12:00:00Z").expect("it is RFC 3339")
}

fn reads_as(text: &str, expected: &str) {
    assert_eq!(read(text, now()).map(|t| t.to_string()), Ok(expected.to_owned()), "{text}");
}

#[test]
fn exact_times_are_read_as_they_are() {
    reads_as("2026-05-09T08:00:00Z", "2026-05-09T08:00:00Z");
    reads_as(" 2026-05-09T08:00:00+02:00 ", "2026-05-09T06:00:00Z");
}

#[test]
fn a_date_is_its_last_second() {
    reads_as("2026-05-09", "2026-05-09T23:59:59Z");
}

#[test]
fn words_count_back_from_now() {
    reads_as("now", "2026-05-10T12:00:00Z");
    reads_as("yesterday", "2026-05-09T12:00:00Z");
    reads_as("2 days ago", "2026-05-08T12:00:00Z");
    reads_as("an hour ago", "2026-05-10T11:00:00Z");
    reads_as("90 Minutes Ago", "2026-05-10T10:30:00Z");
    reads_as("1 week ago", "2026-05-03T12:00:00Z");
    reads_as("0 seconds ago", "2026-05-10T12:00:00Z");
}

#[test]
fn anything_else_is_refused_with_examples() {
    for text in ["", "soon", "2026-13-01", "2 days", "-2 days ago", "x days ago", "2 fortnights ago", "tomorrow"] {
        let refused = read(text, now()).expect_err(text);
        assert!(refused.contains("\"2 days ago\""), "{refused}");
    }
    assert!(read("99999999999999999 years ago", now()).is_err());
}

#[test]
fn lengths_are_a_number_and_a_unit() {
    let read: Vec<_> = ["45s", "2m", "3h", "30d", "1w"].map(|t| read_length(t).ok()).into();
    assert_eq!(read, [Some(45), Some(120), Some(10_800), Some(2_592_000), Some(604_800)]);
    for text in ["", "d", "30", "30y", "-1d", "0d", "1.5h", "9999999999999999999d", "30\u{20ac}"] {
        assert!(read_length(text).is_err(), "{text}");
    }
}
