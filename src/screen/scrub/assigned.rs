//! What is assigned to a name of a secret in a text: in code, environments, command lines, sentences.

use super::fields::{self, Sort};
use crate::base::Span;
use crate::screen::{keys, suspects, value};

/// The longest value that is looked at.
const VALUE: usize = 512;

/// The value that is assigned to a name, and whether it is taken for a secret.
pub(super) fn assigned(text: &[u8], name: Span) -> Option<(Span, bool)> {
    match own(text, name) {
        Some((span, false)) if may_be(&text[span.start..span.end]) => suspects::assigned(text, name),
        own => own,
    }
}

fn own(text: &[u8], name: Span) -> Option<(Span, bool)> {
    let key = std::str::from_utf8(&text[name.start..name.end]).ok()?;
    let (start, how) = value_start(text, name, key)?;
    let quote = text[..start].last().copied().filter(|byte| b"\"'`".contains(byte));
    let span = Span::new(start, start + value_len(&text[start..], quote));
    if !may_be(&text[span.start..span.end]) {
        return Some((span, false));
    }
    let sort = fields::sort_of(key.trim_matches(['-', '.']))?;
    let value = std::str::from_utf8(&text[span.start..span.end]).ok()?;
    let sure = how == How::Sure || quote.is_some() || (how == How::Said && is_mixed(value));
    Some((span, is_secret(value, sort, sure)))
}

/// How a value is assigned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// As no code is written: by a flag, as a variable of the environment.
    Sure,
    /// In a sentence.
    Said,
    /// As code could be.
    Code,
}

/// Whether a value could be a secret at all: most are names and have no digit.
fn may_be(value: &[u8]) -> bool {
    let tells = |byte: &u8| byte.is_ascii_digit() || b"!@#$%^&*?+=~ ".contains(byte);
    value.len() >= 20 || (value.len() >= 6 && value.iter().any(tells))
}

/// Whether a value has letters of both cases and digits.
fn is_mixed(value: &str) -> bool {
    let has = |class: fn(&u8) -> bool| value.as_bytes().iter().any(class);
    has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase) && has(u8::is_ascii_digit)
}

/// Where a value begins behind a name, and how it is assigned.
fn value_start(text: &[u8], name: Span, key: &str) -> Option<(usize, How)> {
    let flag = key.starts_with("--");
    if let Some(start) = suspects::value_start(text, name.end) {
        let capital = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
        let variable = text.get(name.end) == Some(&b'=') && key.bytes().all(capital);
        return Some((start, if flag || variable { How::Sure } else { How::Code }));
    }
    let rest = &text[name.end..];
    let gap = rest.iter().take(3).take_while(|byte| **byte == b' ').count();
    if gap == 0 {
        return None;
    }
    let said = [&b"is "[..], b"was ", b"to ", b"of "].into_iter().find(|word| rest[gap..].starts_with(word));
    let (after, how) = match said {
        _ if flag => (name.end + gap, How::Sure),
        Some(word) => (name.end + gap + word.len(), How::Said),
        None => return None,
    };
    let quoted = text.get(after).is_some_and(|byte| b"\"'`".contains(byte));
    Some((after + usize::from(quoted), how))
}

/// How long a value is: to its quote, or to what ends a word.
fn value_len(text: &[u8], quote: Option<u8>) -> usize {
    let reach = &text[..text.len().min(VALUE)];
    if let Some(quote) = quote {
        let end = |byte: &u8| *byte == quote || matches!(byte, b'\n' | b'\\');
        return reach.iter().position(end).unwrap_or(reach.len());
    }
    let ends = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`,;&<>)]}\\".contains(byte);
    let len = reach.iter().position(ends).unwrap_or(reach.len());
    reach[..len].iter().rposition(|byte| !b".:!?".contains(byte)).map_or(0, |last| last + 1)
}

/// Whether a value is a secret; where code could be meant, only what is no name of anything.
fn is_secret(value: &str, sort: Sort, sure: bool) -> bool {
    let letters: String = value.chars().filter(|c| !c.is_ascii_digit()).collect();
    let is_code = value.contains(['(', '[', '$'])
        || value.contains("::")
        || value.contains("->")
        || value.starts_with(['/', '*'])
        || value::is_identifier(&letters);
    let names = value::is_name(value) || value::is_identifier(value);
    let is_name = if sort == Sort::Password && sure {
        value::is_identifier(value) && keys::named(value).is_some()
    } else {
        names
    };
    let every = sort == Sort::Every && !fields::looks_made(value);
    (sure || !is_code) && !is_name && !every && fields::is_secret(value, sort)
}
