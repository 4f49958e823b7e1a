//! Writes YAML: plain words where nobody can read them as something else, JSON's quotes everywhere else.

use serde_json::{Map, Value};

/// A mapping to be written, in its order; what says nothing is left out.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// Adds a field, unless its value is null, or a text, list or map that is empty.
    pub(super) fn put(&mut self, key: &str, value: impl Into<Value>) -> &mut Self {
        let value = value.into();
        let says = match &value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(items) => !items.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        };
        if says {
            self.0.insert(key.to_owned(), value);
        }
        self
    }

    /// Adds what can be said as text.
    pub(super) fn say(&mut self, key: &str, value: Option<impl ToString>) -> &mut Self {
        self.put(key, value.map(|value| value.to_string()))
    }

    /// Adds a target to the list of an edge kind, once.
    pub(super) fn link(&mut self, kind: &str, target: impl Into<String>) -> &mut Self {
        let target = Value::String(target.into());
        let targets = self.0.entry(kind.to_owned()).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(targets) = targets
            && !targets.contains(&target)
        {
            targets.push(target);
        }
        self
    }

    /// Adds a target to the list of an edge kind, though it may stand there already: for long lists of distinct ones.
    pub(super) fn links(&mut self, kind: &str, targets: Vec<String>) -> &mut Self {
        self.put(kind, targets)
    }

    /// Whether a field is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.0.contains_key(key)
    }

    /// The text of the mapping.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        write_map(&mut out, &self.0, 0);
        out
    }
}

impl From<Fields> for Value {
    fn from(fields: Fields) -> Value {
        Value::Object(fields.0)
    }
}

fn write_map(out: &mut String, map: &Map<String, Value>, indent: usize) {
    for (key, value) in map {
        out.push_str(&" ".repeat(indent));
        out.push_str(&scalar(key));
        out.push(':');
        write_value(out, value, indent);
    }
}

fn write_value(out: &mut String, value: &Value, indent: usize) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            out.push('\n');
            write_map(out, map, indent + 2);
        }
        Value::Array(items) if !items.is_empty() && !fits_one_line(items) => {
            out.push('\n');
            items.iter().for_each(|item| write_item(out, item, indent + 2));
        }
        value => {
            out.push(' ');
            out.push_str(&flow(value));
            out.push('\n');
        }
    }
}

fn write_item(out: &mut String, item: &Value, indent: usize) {
    out.push_str(&" ".repeat(indent));
    out.push('-');
    match item {
        Value::Object(map) if !map.is_empty() => {
            let mut text = String::new();
            write_map(&mut text, map, indent + 2);
            // The first key stands behind the dash.
            out.push(' ');
            out.push_str(&text[indent + 2..]);
        }
        item => {
            out.push(' ');
            out.push_str(&flow(item));
            out.push('\n');
        }
    }
}

/// Whether a list reads well as `[a, b]`.
fn fits_one_line(items: &[Value]) -> bool {
    let single = |item: &Value| !matches!(item, Value::Array(_) | Value::Object(_));
    items.iter().all(single) && items.iter().map(|item| flow(item).len() + 2).sum::<usize>() <= 80
}

/// A value on one line.
fn flow(value: &Value) -> String {
    match value {
        Value::String(text) => scalar(text),
        Value::Array(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Object(map) => {
            let fields: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", scalar(key), flow(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// A text as one scalar.
fn scalar(text: &str) -> String {
    const WORDS: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    let inside = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    let colon_within = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric());
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.char_indices().all(|(at, c)| inside(c) || (c == ':' && colon_within(at)))
        && !WORDS.contains(&text.to_ascii_lowercase().as_str());
    if plain { text.to_owned() } else { quoted(text) }
}

/// What JSON writes is YAML too, but for characters that nobody sees: they are left out.
fn quoted(text: &str) -> String {
    let seen = |c: &char| *c == '\n' || !(c.is_control() || super::text::hides(*c));
    let text: String = text.chars().filter(seen).collect();
    serde_json::to_string(&text).expect("a text serialises")
}
