//! What is read out of Markdown prose: the first paragraph and where links lead.

use crate::base::RepoPath;
use crate::note::{Link, LinkForm};

/// The longest summary, in characters.
const MAX_SUMMARY_CHARS: usize = 400;

/// A text in one line, cut to the length of a summary at a word.
pub(super) fn shorten(text: &str) -> String {
    let mut out = String::new();
    let mut chars = 0;
    for word in text.split_whitespace() {
        let len = word.chars().count() + usize::from(chars > 0);
        if chars + len > MAX_SUMMARY_CHARS {
            if out.is_empty() {
                out.extend(word.chars().take(MAX_SUMMARY_CHARS));
            }
            break;
        }
        if chars > 0 {
            out.push(' ');
        }
        out.push_str(word);
        chars += len;
    }
    out
}

/// The first paragraph of prose: no heading, code, table, comment, quote mark or rule.
pub(super) fn first_paragraph(body: &str) -> String {
    let mut paragraph: Vec<&str> = Vec::new();
    let mut fence = None;
    for line in body.lines().map(str::trim) {
        if let Some(mark) = fence_mark(line) {
            fence = if fence == Some(mark) { None } else { fence.or(Some(mark)) };
        } else if fence.is_none() && is_prose(line) {
            paragraph.push(line);
            continue;
        }
        if !paragraph.is_empty() {
            break;
        }
    }
    shorten(&paragraph.join(" "))
}

fn fence_mark(line: &str) -> Option<&str> {
    ["```", "~~~"].into_iter().find(|mark| line.starts_with(mark))
}

fn is_prose(line: &str) -> bool {
    let letters = line.chars().any(char::is_alphanumeric);
    let furniture = ["#", "|", "<", ">", "![", "[!", "[//]", "{{", "{%", ":::", "<!--"];
    letters && !furniture.iter().any(|mark| line.starts_with(mark))
}

/// Where links lead, without repeats: a relative Markdown link as a path from the memory root, anything else as it was written.
pub(super) fn links(path: &RepoPath, links: &[Link]) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    links.iter().filter_map(|link| target(path, link)).filter(|target| seen.insert(target.clone())).collect()
}

fn target(path: &RepoPath, link: &Link) -> Option<String> {
    let written = link.target.trim();
    if written.is_empty() {
        None
    } else if link.form == LinkForm::Wiki || written.contains(':') {
        Some(written.to_owned())
    } else {
        Some(resolve(path.parent(), written).unwrap_or_else(|| written.to_owned()))
    }
}

/// A relative path joined to a folder; `None` where it leads out of the memory root.
pub fn resolve(folder: Option<&str>, relative: &str) -> Option<String> {
    let base = if relative.starts_with('/') { "" } else { folder.unwrap_or_default() };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() { None } else { Some(parts.join("/")) }
}
