//! What a person most likely got wrong where the parser gave up, in words that name the mend.
//!
//! A parser says what it expected; a person wants to hear what to change. Each function here knows one
//! slip by the lines around the place, and gives nothing where it does not see it.

use super::brackets::bracket;
use super::lines::{Entry, Line, Nearby};
use super::quotes::{begins, instead, misquoted};
use super::{Problem, shown};
use crate::base::Span;
use granit_parser::ErrorKind;

/// The slip behind an error at an offset of a text.
pub(super) fn recognise(kind: &ErrorKind, text: &str, offset: usize) -> Option<Problem> {
    use ErrorKind as E;
    let near = Nearby::new(text, offset);
    let at = offset - near.base;
    let line = near.line(at);
    let slip = match kind {
        E::TabNotAllowed | E::TabInBlockIndentation | E::TabInIndentation | E::TabInPlainScalar => tab(&near, line),
        E::MappingValueNotAllowed => colon(&near, line, at),
        E::SimpleKeyExpected | E::InvalidSimpleKey => no_colon(&near, line),
        E::ExpectedBlockMappingKey | E::ExpectedBlockSequenceEntry | E::InvalidIndentation => {
            if at > line.span().start { text_after(&near, line, at) } else { indentation(&near, line) }
        }
        E::UnclosedQuotedScalar | E::DocumentIndicatorInQuotedScalar => open_quote(&near, line, at),
        E::InvalidTrailingSingleQuotedScalar | E::InvalidTrailingDoubleQuotedScalar => after_quote(line, at),
        E::UnexpectedCharacter { character } if character.is_control() => Some(control(&near, *character, at)),
        E::UnexpectedCharacter { .. } => sign(&near, line, at),
        E::UnknownQuotedScalarEscape => Some(escape(line, at)),
        E::MissingAnchorOrAliasName => sign(&near, line, at),
        E::InvalidBlockScalarHeader => block_header(line),
        _ => bracket(kind, &near, line, at),
    };
    slip.map(|problem| {
        let Span { start, end } = problem.span.shifted(near.base);
        problem.moved_to(Span::new(text.floor_char_boundary(start), text.ceil_char_boundary(end)))
    })
}

fn tab(near: &Nearby<'_>, line: Line<'_>) -> Option<Problem> {
    let tabs = near.three_from(line).find_map(Line::tabs)?;
    Some(Problem::new(tabs, "a tab indents this line, and YAML takes only spaces", "replace each tab by two spaces"))
}

/// A `: ` where none may be: inside a value, or on a line that goes on with the one above.
fn colon(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    let entry = line.entry()?;
    if entry.colon < at {
        return Some(colon_in_value(near, entry));
    }
    let above = near.above(line).next()?;
    match above.entry() {
        Some(parent) if !parent.value.is_empty() && line.indent() > above.indent() => {
            Some(too_deep(line, above, parent))
        }
        Some(_) => None,
        None => unspaced_colon(above).or_else(|| Some(line_without_colon(above))),
    }
}

fn colon_in_value(near: &Nearby<'_>, entry: Entry<'_>) -> Problem {
    if begins(entry.value) {
        return misquoted(near.text, entry.value_span);
    }
    let message = "a colon inside an unquoted value";
    Problem::new(entry.value_span, message, &instead("put quotes around the value", entry.value))
}

fn too_deep(line: Line<'_>, above: Line<'_>, parent: Entry<'_>) -> Problem {
    let key = shown(parent.key);
    let (is, should) = (line.indent(), above.indent());
    let message = format!("this line is indented by {}, below `{key}`, which has a value already", spaces(is));
    let help = format!("{}, as `{key}` is, or move it below a key without a value", indent_by(should));
    Problem::new(line.span(), message, &help)
}

/// A line that is no `key: value` pair where one is wanted.
fn no_colon(near: &Nearby<'_>, line: Line<'_>) -> Option<Problem> {
    let is_beside_items = near.above(line).take_while(|above| above.indent() >= line.indent()).any(Line::is_item);
    if is_beside_items && !line.content().starts_with('-') {
        let help = format!("begin it with a dash and a space: `- {}`", shown(line.content()));
        return Some(Problem::new(line.span(), "this line stands in a list and has no dash", &help));
    }
    Some(unspaced_dash(line).or_else(|| unspaced_colon(line)).unwrap_or_else(|| line_without_colon(line)))
}

fn unspaced_dash(line: Line<'_>) -> Option<Problem> {
    let item = line.content().strip_prefix('-').filter(|item| item.starts_with(char::is_alphanumeric))?;
    let help = format!("write `- {}`", shown(item));
    Some(Problem::new(line.span(), "there is no space after the dash", &help))
}

fn unspaced_colon(line: Line<'_>) -> Option<Problem> {
    let (key, value) = line.content().split_once(':')?;
    let is_key = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    let help = format!("write `{key}: {}`", shown(value));
    is_key.then(|| Problem::new(line.span(), "there is no space after the colon", &help))
}

fn line_without_colon(line: Line<'_>) -> Problem {
    if let Some((key, value)) = line.content().split_once(" = ") {
        let help = format!("write `{}: {}`", shown(key.trim()), shown(value.trim()));
        return Problem::new(line.span(), "an equals sign stands where YAML wants a colon", &help);
    }
    let help = "write it as `key: value`, or indent it if it goes on with the value above";
    Problem::new(line.span(), "this line has no colon", help)
}

/// Text after the end of a list, a map or a quoted value, on the same line.
fn text_after(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    let rest = Span::new(at, line.end().max(at));
    let closed = near.at(Span::new(line.span().start, at)).trim_end().chars().next_back()?;
    if !matches!(closed, ']' | '}' | '"' | '\'') {
        return None;
    }
    let message = format!("text follows the `{closed}` that ends the value");
    Some(Problem::new(rest, message, &quote_all(line)))
}

/// A line whose indentation is that of no list or map above it.
fn indentation(near: &Nearby<'_>, line: Line<'_>) -> Option<Problem> {
    let mut beside = near.above(line).filter(|above| line.is_item() == above.is_item());
    let beside = beside.find(|above| line.is_item() || above.entry().is_some())?;
    let (is, should) = (line.indent(), beside.indent());
    if is == should {
        return None;
    }
    let (what, name) = match beside.entry().filter(|_| !line.is_item()) {
        Some(entry) => ("line", format!("`{}`", shown(entry.key))),
        None => ("item", "the item".to_owned()),
    };
    let message = format!("this {what} is indented by {}, and {name} above it by {should}", spaces(is));
    Some(Problem::new(line.span(), message, &indent_by(should)))
}

fn open_quote(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    let value = Span::new(at, line.end().max(at));
    let quote = near.at(value).chars().next()?;
    let help = format!("end the value with `{quote}`, or leave the first one out");
    Some(Problem::new(value, "the quote that opens here is never closed", &help))
}

fn after_quote(line: Line<'_>, at: usize) -> Option<Problem> {
    let rest = Span::new(at, line.end().max(at));
    let quoted = line.entry()?.value;
    let help = if quoted.starts_with('\'') && !quoted.contains('"') {
        instead("put double quotes around the value", quoted.strip_prefix('\'')?.trim_end_matches('\''))
    } else {
        "put single quotes around all of the value, or write `\\\"` for a quote inside double quotes".to_owned()
    };
    Some(Problem::new(rest, "a quote ends the value before this text", &help))
}

fn escape(line: Line<'_>, at: usize) -> Problem {
    let message = "a backslash inside double quotes begins an escape, and here is one that YAML does not know";
    Problem::new(Span::new(at, line.end().max(at)), message, "use single quotes, or double the backslash")
}

fn control(near: &Nearby<'_>, character: char, at: usize) -> Problem {
    // The parser names the start of the word that holds it.
    let at = near.text[at..].find(character).map_or(at, |after| at + after);
    let message = format!("the control character `{}` stands here", character.escape_default());
    let help = "delete it, or write it as an escape inside double quotes";
    Problem::new(Span::new(at, at + character.len_utf8()), message, help)
}

/// A value that begins with a sign that means something to YAML.
fn sign(near: &Nearby<'_>, line: Line<'_>, at: usize) -> Option<Problem> {
    let whole = line.entry().map(|entry| entry.value_span).filter(|value| value.start == at);
    let rest = near.at(Span::new(at, line.end().max(at)));
    let item = rest.find([',', ']', '}']).unwrap_or(rest.len());
    let span = whole.unwrap_or(Span::new(at, at + rest[..item].trim_end().len()));
    let value = near.at(span);
    let message = format!("a value that begins with `{}` needs quotes", first(value)?);
    Some(Problem::new(span, message, &instead("put quotes around it", value)))
}

fn block_header(line: Line<'_>) -> Option<Problem> {
    let entry = line.entry()?;
    let message =
        format!("a value that begins with `{}` needs quotes, or its text on the lines below", first(entry.value)?);
    Some(Problem::new(entry.value_span, message, &instead("put quotes around it", entry.value)))
}

/// The first character of a value, as it may be shown.
fn first(value: &str) -> Option<String> {
    value.chars().next().map(|c| shown(c.encode_utf8(&mut [0; 4])))
}

fn quote_all(line: Line<'_>) -> String {
    let value = line.entry().map_or(line.content(), |entry| entry.value);
    instead("put quotes around all of the value", value)
}

fn spaces(count: usize) -> String {
    match count {
        1 => "1 space".to_owned(),
        count => format!("{count} spaces"),
    }
}

fn indent_by(count: usize) -> String {
    match count {
        0 => "begin it at the start of the line".to_owned(),
        count => format!("indent it by {}", spaces(count)),
    }
}
