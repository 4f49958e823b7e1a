//! Places and findings in their written form.

use lorekeep::base::{Digest, Finding, LineIndex, Place, Severity, Span};

#[test]
fn a_place_covers_a_span_over_lines() {
    let text = "é: 1\nb: 2\n".as_bytes();
    let place = Place::of("a.yaml", text, &LineIndex::new(text), Span::new(4, 9));
    assert_eq!((place.line, place.column, place.end_line, place.end_column), (1, 4, 2, 4));
}

#[test]
fn a_finding_is_written_with_its_place_and_without_what_is_internal() {
    let finding = Finding {
        code: "LK204".into(),
        name: "dangling-edge".into(),
        severity: Severity::Error,
        place: Place::whole("a.yaml"),
        message: "m".into(),
        help: "h".into(),
        related: Vec::new(),
        subject: "term:a".into(),
        text_digest: Some(Digest::of(b"")),
    };
    let expected = serde_json::json!({
        "code": "LK204", "name": "dangling-edge", "severity": "error", "path": "a.yaml", "line": 1, "column": 1,
        "endLine": 1, "endColumn": 1, "message": "m", "help": "h", "related": [],
    });
    assert_eq!(serde_json::to_value(&finding).unwrap(), expected);
}
