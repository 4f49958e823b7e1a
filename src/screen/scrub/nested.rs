//! JSON that is written in a string: arguments of calls, outputs of tools.
//!
//! Its values are replaced where they stand, and every other byte of it stays.

use serde_json::Value;

/// A structure that was read from a text, and where its keys and scalars stand there.
pub(super) struct Nested {
    pub(super) value: Value,
    tokens: Vec<(usize, usize)>,
}

/// The structure that a text is, where it is one and no key of it stands twice: nothing would tell then which place a
/// value belongs to.
pub(super) fn parse(text: &str) -> Option<Nested> {
    let trimmed = text.trim_ascii();
    let closed =
        (trimmed.starts_with('{') && trimmed.ends_with('}')) || (trimmed.starts_with('[') && trimmed.ends_with(']'));
    if !closed || !trimmed.contains('"') {
        return None;
    }
    let value: Value = serde_json::from_str(trimmed).ok()?;
    let tokens = tokens(text);
    (count(&value) == tokens.len()).then_some(Nested { value, tokens })
}

impl Nested {
    /// The text with other scalars and keys, in the same order.
    pub(super) fn replaced(&self, text: &str, after: &Value) -> String {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        scalars(&self.value, &mut old);
        scalars(after, &mut new);
        // Two keys can have become the same one.
        if old.len() != new.len() {
            return after.to_string();
        }
        let mut clean = String::with_capacity(text.len());
        let mut done = 0;
        for ((start, end), (old, new)) in self.tokens.iter().zip(old.iter().zip(&new)) {
            if old != new {
                clean.push_str(&text[done..*start]);
                clean.push_str(&new.to_string());
                done = *end;
            }
        }
        clean.push_str(&text[done..]);
        clean
    }
}

/// How many keys and scalars there are.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(|value| 1 + count(value)).sum(),
        _ => 1,
    }
}

/// The keys and scalars of a structure, in order.
fn scalars(value: &Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| scalars(item, into)),
        Value::Object(fields) => {
            for (key, value) in fields {
                into.push(Value::String(key.clone()));
                scalars(value, into);
            }
        }
        scalar => into.push(scalar.clone()),
    }
}

/// Where the keys and scalars of a JSON text stand.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let between = |byte: u8| byte.is_ascii_whitespace() || b"{}[],:".contains(&byte);
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if between(bytes[at]) {
            at += 1;
            continue;
        }
        let len = if bytes[at] == b'"' {
            string_len(&bytes[at..])
        } else {
            bytes[at..].iter().position(|byte| between(*byte)).unwrap_or(bytes.len() - at)
        };
        found.push((at, at + len));
        at += len;
    }
    found
}

/// The length of a string with its quotes.
fn string_len(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(next) = text.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest)) {
        at += next;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}
