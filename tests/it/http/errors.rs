//! The one error table, and the body that is made of it.

use lorekeep::engine::{Code, EngineError};
use lorekeep::face::errors::{EXIT_ENVIRONMENT, EXIT_NO, EXIT_USAGE, row, table};
use lorekeep::face::wire::ErrorBody;
use std::collections::BTreeSet;

#[test]
fn every_code_has_a_row_of_its_own() {
    let rows: Vec<_> = table().collect();
    assert_eq!(rows.len(), Code::ALL.len());
    let names: BTreeSet<_> = rows.iter().map(|row| row.code.as_str()).collect();
    assert_eq!(names.len(), rows.len(), "two codes are written alike");
    for (row, code) in rows.iter().zip(Code::ALL) {
        assert_eq!(row.code, *code);
        assert!((400..600).contains(&row.status), "{code:?} has status {}", row.status);
        assert!([EXIT_NO, EXIT_USAGE, EXIT_ENVIRONMENT].contains(&row.exit), "{code:?} exits with {}", row.exit);
        assert!(!row.hint.is_empty() && !row.hint.ends_with('.'), "{code:?} has the hint {:?}", row.hint);
    }
}

#[test]
fn the_statuses_are_those_of_the_specification() {
    let expected = [
        (Code::BadTimestamp, 400),
        (Code::OrgRequired, 400),
        (Code::Unauthenticated, 401),
        (Code::SelfApprovalDenied, 403),
        (Code::ScopedToken, 403),
        (Code::CrossOrgRefDenied, 403),
        (Code::OrgNotFound, 404),
        (Code::RefNotFound, 404),
        (Code::RefBeforeHistory, 404),
        (Code::RefAmbiguous, 409),
        (Code::RefNotApproved, 409),
        (Code::OntologyInvalid, 409),
        (Code::DigestMismatch, 409),
        (Code::TooLarge, 413),
        (Code::UnsupportedMediaType, 415),
        (Code::IdempotencyMismatch, 422),
        (Code::InvalidQuery, 422),
        (Code::InvalidPattern, 422),
        (Code::LimitExceeded, 422),
        (Code::RateLimited, 429),
        (Code::Unavailable, 503),
    ];
    for (code, status) in expected {
        assert_eq!(row(code).status, status, "{code:?}");
    }
}

#[test]
fn a_failure_of_the_engine_keeps_what_it_knows_to_the_log() {
    let error = EngineError::new(Code::Internal, "/var/lib/keys cannot be read")
        .because("Io", Some("/var/lib"), "permission denied")
        .caused_by("the disk is on fire");
    let body = serde_json::to_string(&ErrorBody::new(&error, "lk-1")).unwrap();
    assert!(body.contains("INTERNAL") && body.contains("lk-1"), "{body}");
    for leaked in ["/var/lib", "permission denied", "on fire"] {
        assert!(!body.contains(leaked), "{body}");
    }
}
