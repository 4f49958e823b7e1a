//! Tests of grep.
