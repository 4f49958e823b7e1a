//! Findings as workflow commands: GitHub, Gitea and Forgejo show them beside the lines of a change.

use super::findings::counts;
use super::order::by_use;
use super::show::safe;
use crate::base::{Finding, Severity};
use crate::engine::Validation;

/// One command for each finding, most useful first, then one line that counts.
pub fn text(validation: &Validation) -> String {
    let mut out = String::new();
    for finding in by_use(&validation.report.findings) {
        out.push_str(&command(finding, &validation.root));
        out.push('\n');
    }
    out.push_str(&counts(validation));
    out
}

fn command(finding: &Finding, root: &str) -> String {
    let kind = if finding.severity == Severity::Error { "error" } else { "warning" };
    let place = &finding.place;
    let path = safe(&place.path);
    let file = if root.is_empty() { path.into_owned() } else { format!("{root}/{path}") };
    let mut properties = vec![("file", file), ("line", place.line.to_string())];
    // Columns are taken only where they are of one line.
    if place.end_line == place.line {
        properties.push(("col", place.column.to_string()));
        properties.push(("endLine", place.end_line.to_string()));
        properties.push(("endColumn", place.end_column.to_string()));
    } else {
        properties.push(("endLine", place.end_line.to_string()));
    }
    properties.push(("title", format!("{} {}", finding.code, finding.name)));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    format!("::{kind} {}::{}", properties.join(","), data(&sentence(finding)))
}

/// What is wrong, how to mend it, and the other places that matter, line by line.
fn sentence(finding: &Finding) -> String {
    let mut text = format!("{}\nhelp: {}", safe(&finding.message), safe(&finding.help));
    for related in &finding.related {
        let place = &related.place;
        text += &format!("\nsee {}:{}:{}: {}", safe(&place.path), place.line, place.column, safe(&related.message));
    }
    text
}

/// The text of a command as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
