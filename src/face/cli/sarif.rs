//! Findings as SARIF 2.1.0, for code scanning and whatever else reads it.

use crate::base::{Digest, Finding, Place, Severity};
use crate::engine::{RuleInfo, Validation, rule_manual, rules};
use serde_json::{Value, json};
use std::collections::HashMap;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Where the program is described.
const INFORMATION: &str = "https://crates.io/crates/lorekeep";
/// The name for the top of the repository, to which paths are relative.
const TOP: &str = "%SRCROOT%";
/// The name of our fingerprint, with its version.
const FINGERPRINT: &str = "lorekeepFinding/v1";

/// A validation as one SARIF log of one run.
pub fn log(validation: &Validation) -> Value {
    let mut seen = HashMap::new();
    let results: Vec<Value> =
        validation.report.findings.iter().map(|f| result(f, &validation.root, &mut seen)).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": driver()},
            "columnKind": "unicodeCodePoints",
            "originalUriBaseIds": {TOP: {"description": {"text": "the top of the repository"}}},
            "results": results,
            "properties": {
                "commit": validation.commit,
                "base": validation.base,
                "summary": validation.report.summary,
            },
        }],
    })
}

fn driver() -> Value {
    json!({
        "name": "lorekeep",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": INFORMATION,
        "rules": rules().iter().map(rule).collect::<Vec<_>>(),
    })
}

fn rule(info: &RuleInfo) -> Value {
    let manual = rule_manual(info.code).unwrap_or_default();
    // The heading says the code and the name, which stand beside it already.
    let page = manual.split_once('\n').map_or("", |(_, rest)| rest).trim();
    let full = page.split("\n### ").next().unwrap_or(page).trim();
    json!({
        "id": info.code,
        "name": info.name,
        "shortDescription": {"text": info.summary},
        "fullDescription": {"text": full},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": level(info.severity)},
        "properties": {"adjustable": info.adjustable},
    })
}

fn result(finding: &Finding, root: &str, seen: &mut HashMap<Digest, usize>) -> Value {
    let related: Vec<Value> = finding
        .related
        .iter()
        .enumerate()
        .map(|(id, related)| {
            let mut location = location(&related.place, root);
            location["id"] = json!(id);
            location["message"] = json!({"text": related.message});
            location
        })
        .collect();
    let mut result = json!({
        "ruleId": finding.code,
        "level": level(finding.severity),
        "message": {"text": format!("{}\n{}", finding.message, finding.help)},
        "locations": [location(&finding.place, root)],
        "relatedLocations": related,
        "partialFingerprints": {FINGERPRINT: fingerprint(finding, seen)},
    });
    if let Some(index) = rules().iter().position(|rule| rule.code == finding.code) {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn location(place: &Place, root: &str) -> Value {
    let path = if root.is_empty() { place.path.clone() } else { format!("{root}/{}", place.path) };
    let mut region = json!({"startLine": place.line, "startColumn": place.column});
    // What concerns a whole file has a place without a length.
    if (place.line, place.column) != (place.end_line, place.end_column) {
        region["endLine"] = json!(place.end_line);
        region["endColumn"] = json!(place.end_column);
    }
    json!({"physicalLocation": {"artifactLocation": {"uri": uri(&path), "uriBaseId": TOP}, "region": region}})
}

/// A path as a relative URI reference.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(byte.into()),
            _ => uri += &format!("%{byte:02X}"),
        }
    }
    uri
}

/// The same for the same finding at another commit, whatever its lines are there: of the rule, the path and what it is
/// about. The second finding of the same is told from the first by its number.
fn fingerprint(finding: &Finding, seen: &mut HashMap<Digest, usize>) -> String {
    let about = (&finding.code, &finding.place.path, &finding.subject, &finding.message);
    let digest = Digest::of_json(&about);
    let number = seen.entry(digest.clone()).or_default();
    *number += 1;
    format!("{}:{number}", digest.as_str().trim_start_matches("blake3:"))
}
