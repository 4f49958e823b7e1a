//! The manual: one page per rule, which is the doc of the rule's own file.

use super::rules::{RULES, Rule};

/// The manual page of a rule, by code or name: Markdown.
pub fn manual(rule: &str) -> Option<String> {
    RULES.iter().find(|known| known.info.code == rule || known.info.name == rule).map(page)
}

/// All manual pages behind a table of the rules: the text of `docs/reference/rules.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Validation rules\n\nMade from the docs of `src/check/rules/`; a test keeps the two the same.\n\n\
         | code | name | severity | what it catches |\n| --- | --- | --- | --- |\n",
    );
    for Rule { info, .. } in RULES {
        let star = if info.adjustable { "" } else { " \\*" };
        let severity = format!("{:?}", info.severity).to_lowercase();
        text += &format!(
            "| [{}](#{}) | {}{star} | {severity} | {} |\n",
            info.code,
            anchor(info.code, info.name),
            info.name,
            info.summary
        );
    }
    text += "\n\\* cannot be weakened or turned off in `ontology/validation-rules.yaml`.\n";
    for rule in RULES {
        text.push('\n');
        text += &page(rule);
    }
    text
}

/// A rule file's own doc, one heading deeper than it stands there.
fn page(rule: &Rule) -> String {
    let doc = rule.source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines = doc.map(|line| line.strip_prefix(' ').unwrap_or(line));
    let mut page = format!("## {} {}\n\n", rule.info.code, rule.info.name);
    for line in lines {
        if line.starts_with("# ") {
            page.push_str("##");
        }
        page.push_str(line);
        page.push('\n');
    }
    page
}

fn anchor(code: &str, name: &str) -> String {
    format!("{}-{name}", code.to_lowercase())
}
