//! Hostile texts cost no more than their length.

use super::tokens::alphanumeric;
use lorekeep::screen::find_secrets;
use std::time::{Duration, Instant};

/// Some kilobytes of a piece, looked through within a generous bound: what is quadratic takes minutes.
#[track_caller]
fn check(piece: &str, kilobytes: usize) {
    let text = piece.repeat(kilobytes * 1024 / piece.len());
    let begun = Instant::now();
    let hits = find_secrets(&text).len();
    let took = begun.elapsed();
    assert!(took < Duration::from_secs(20), "{piece:?}: {took:?} for {hits} hits");
}

#[test]
fn repeated_beginnings_cost_what_they_are_long() {
    for piece in [
        "eyJ",
        "eyJ-",
        "eyJ.",
        "-eyJabcdefgh.eyJ",
        "sk-",
        "-sk-ant-",
        "://",
        "://a:b",
        "://:::@",
        "ghp_",
        "glpat-",
        "SK",
        "SG.a",
        "authorization:",
        "Authorization: Bearer ",
        "authorization:token authorization",
        "X-Api-Key:",
        "xoxb-",
        "secret_",
        "client-key-data:",
        "-----BEGIN ",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n",
        "-----BEGIN PRIVATE KEY-----\nabc\n",
        "-----BEGIN PRIVATE KEY-----\\",
        "Private-Lines: 1\n",
        "AccountKey=",
        "\\n",
        "%20sk-",
    ] {
        check(piece, 512);
    }
}

#[test]
fn a_line_without_an_end_is_gone_through_once() {
    check("-----BEGIN PRIVATE KEY-----\\", 4096);
}

#[test]
fn a_megabyte_of_secrets_costs_what_it_is_long() {
    check(&format!("ghp_{} ", alphanumeric(36)), 1024);
    check(&format!("https://user:{}@example.org ", alphanumeric(20)), 1024);
}
