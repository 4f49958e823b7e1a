//! Secrets and redaction. Pure.
