//! Untrusted texts within Markdown: as code, as a quotation, or as Markdown that links to nothing.

use super::text::{hides, lines_of, one_line};
use crate::base::RepoPath;
use crate::note::{self, Limits};

/// A text as one code span, of at most so many characters.
pub(super) fn code(text: &str, most: usize) -> String {
    let text = one_line(text, most);
    if text.is_empty() {
        return "``  ``".to_owned();
    }
    let fence = "`".repeat(longest_run(&text, '`') + 1);
    let room = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{room}{text}{room}{fence}")
}

/// A text as a block quotation of at most so many characters, its markup made plain. It ends in a line break.
pub(super) fn quotation(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in lines_of(text, most).lines().map(str::trim) {
        if !(blank && line.is_empty()) {
            out.push_str(if line.is_empty() { ">" } else { "> " });
            out.push_str(&plain(line));
            out.push('\n');
        }
        blank = line.is_empty();
    }
    out
}

/// One line of text in which nothing is markup: the characters that could be are escaped.
pub(super) fn plain(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    let mut at_start = true;
    while let Some(c) = rest.chars().next() {
        if let Some(placeholder) = placeholder_at(rest) {
            out.push_str(placeholder);
            rest = &rest[placeholder.len()..];
            if rest.starts_with(|c: char| c.is_ascii_punctuation()) {
                out.push('\\');
                out.push_str(&rest[..1]);
                rest = &rest[1..];
            }
            at_start = false;
            continue;
        }
        let next = rest[c.len_utf8()..].chars().next();
        if is_markup(c, next, out.chars().next_back(), at_start) {
            out.push('\\');
        }
        out.push(c);
        // The number of a list item is still the start of its line.
        at_start = at_start && c.is_ascii_digit();
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// Whether a character could be read as markup where it stands.
fn is_markup(c: char, next: Option<char>, before: Option<char>, at_start: bool) -> bool {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    match c {
        '\\' | '`' | '*' | '[' | ']' | '<' | '|' | '~' => true,
        '&' => next.is_some_and(|c| c.is_ascii_alphabetic() || c == '#'),
        '_' => !(letter(before) && letter(next)),
        '#' | '>' | '-' | '+' | '=' | ':' | '!' | '.' | ')' => at_start,
        _ => false,
    }
}

/// The placeholder of something that was taken out, where a text begins with one. It stays as it is, so that it can be
/// searched for and is not taken for a value.
fn placeholder_at(text: &str) -> Option<&str> {
    let inside = text.strip_prefix("[REDACTED:")?;
    let end = inside.find(']').filter(|end| *end <= 64)?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b":-".contains(&byte);
    inside[..end].bytes().all(plain).then(|| &text[.."[REDACTED:".len() + end + 1])
}

/// A text that was written as Markdown, with its headings and lists, in which nothing links, embeds or is HTML, and which has
/// no front matter. Headings begin below the given level.
pub(super) fn harmless(text: &str, most: usize, level: usize) -> String {
    let mut out = String::new();
    let mut fence: Option<(char, usize)> = None;
    for line in lines_of(body_of(text), most).lines() {
        let line: String = line.chars().filter(|c| !hides(*c)).collect();
        match (fence, opening(&line)) {
            (None, Some(opened)) => fence = Some(opened),
            (Some((sign, length)), _) if closes(&line, sign, length) => fence = None,
            _ => {}
        }
        let inside = fence.is_some() || opening(&line).is_some();
        out.push_str(&if inside { line } else { defused(&lowered(&line, level)) });
        out.push('\n');
    }
    if let Some((sign, length)) = fence {
        out.extend(std::iter::repeat_n(sign, length));
        out.push('\n');
    }
    if links_of(&out) { quotation(text, most) } else { out }
}

/// What stands below front matter, where there is some.
fn body_of(text: &str) -> &str {
    match note::divide(text) {
        note::Division::Body(start) | note::Division::FrontMatter { body: start, .. } => &text[start..],
        note::Division::Unclosed(fence) => &text[fence.end..],
    }
}

/// A fence that begins at the very start of a line: no list or quotation holds it.
fn opening(line: &str) -> Option<(char, usize)> {
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = line.chars().take_while(|c| *c == sign).count();
    let info = &line[length..];
    (length >= 3 && !(sign == '`' && info.contains('`'))).then_some((sign, length))
}

fn closes(line: &str, sign: char, length: usize) -> bool {
    let run = line.chars().take_while(|c| *c == sign).count();
    run >= length && line[run..].trim().is_empty()
}

/// A heading moved below a level.
fn lowered(line: &str, level: usize) -> String {
    let signs = line.chars().take_while(|c| *c == '#').count();
    let is_heading = (1..=6).contains(&signs) && line[signs..].chars().next().is_none_or(|c| c == ' ');
    if is_heading { format!("{}{}", "#".repeat((signs + level).min(6)), &line[signs..]) } else { line.to_owned() }
}

/// A line in which brackets and angles are escaped, so that it links to nothing and holds no HTML. A rule is written so that
/// it is no fence of front matter.
fn defused(line: &str) -> String {
    if matches!(line.trim_end(), "---" | "...") {
        return "***".to_owned();
    }
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let (kept, length) =
            match placeholder_at(rest).filter(|found| !rest[found.len()..].starts_with(['(', ':', '['])) {
                Some(placeholder) => (placeholder, placeholder.len()),
                None => ("", c.len_utf8()),
            };
        match kept {
            "" if matches!(c, '[' | ']' | '<') && !is_task(line, rest) => out.extend(['\\', c]),
            "" => out.push(c),
            kept => out.push_str(kept),
        }
        rest = &rest[length..];
    }
    out
}

/// Whether a bracket belongs to the box of a task: `- [x] `.
fn is_task(line: &str, rest: &str) -> bool {
    let at = line.len() - rest.len();
    let item = line.trim_start();
    let indent = line.len() - item.len();
    let boxed = ["- [ ] ", "- [x] ", "- [X] "].iter().any(|start| item.starts_with(start));
    boxed && (at == indent + 2 || at == indent + 4)
}

fn links_of(text: &str) -> bool {
    let path = RepoPath::parse("a.md").expect("a plain name is a path");
    let read = note::read(&path, text.as_bytes(), &Limits { max_file_bytes: usize::MAX, ..Limits::default() });
    read.markdown.is_none_or(|markdown| !markdown.links.is_empty())
}

fn longest_run(text: &str, sign: char) -> usize {
    text.split(|c| c != sign).map(str::len).max().unwrap_or(0)
}
