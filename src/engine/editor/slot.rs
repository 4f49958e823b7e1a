//! Where in half-typed YAML a place is: the keys around it, and what is being written there.
//!
//! A document that is being typed rarely parses, so nothing here needs it to. One pass over the lines before the
//! place keeps the keys that are open, by their indent, and the brackets that are.

/// What is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A key of a map.
    Key,
    /// A value, or an item of a list.
    Value,
}

/// A place in YAML.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slot<'t> {
    /// The keys around it, outermost first; the last one is that of a value itself.
    pub(super) keys: Vec<&'t str>,
    /// What is being written.
    pub(super) role: Role,
    /// As much of it as is there.
    pub(super) word: &'t str,
}

/// The place at the end of a text; `None` where nothing can be named: in a comment, in a block of text.
pub(super) fn slot(text: &str) -> Option<Slot<'_>> {
    let mut scanner = Scanner::default();
    let (before, last) = text.split_at(text.rfind('\n').map_or(0, |at| at + 1));
    for line in before.split_inclusive('\n') {
        scanner.line(line);
    }
    let (role, word) = scanner.line(last)?;
    Some(Slot { keys: scanner.keys(), role, word })
}

/// A bracket that is open.
enum Flow<'t> {
    List,
    Map(Option<&'t str>),
}

#[derive(Default)]
struct Scanner<'t> {
    /// The keys that are open, with the columns they stand in.
    blocks: Vec<(usize, &'t str)>,
    flows: Vec<Flow<'t>>,
    /// The column of the key whose value is a block of text.
    literal: Option<usize>,
}

type Written<'t> = Option<(Role, &'t str)>;

impl<'t> Scanner<'t> {
    fn keys(&self) -> Vec<&'t str> {
        let flows = self.flows.iter().filter_map(|flow| match flow {
            Flow::Map(key) => *key,
            Flow::List => None,
        });
        self.blocks.iter().map(|(_, key)| *key).chain(flows).collect()
    }

    /// Takes one line, and gives what is being written at its end.
    fn line(&mut self, line: &'t str) -> Written<'t> {
        let rest = line.trim_start_matches(' ');
        let column = line.len() - rest.len();
        let is_blank = rest.trim().is_empty();
        if self.literal.is_some_and(|key| is_blank || column > key) {
            return None;
        }
        self.literal = None;
        if (is_blank && line.ends_with('\n')) || rest.starts_with('#') {
            return None;
        }
        if !self.flows.is_empty() {
            return self.flow(rest);
        }
        if line.starts_with("---") {
            self.blocks.clear();
            return None;
        }
        self.block(rest, column)
    }

    fn block(&mut self, mut rest: &'t str, mut column: usize) -> Written<'t> {
        let is_item = after_dash(rest).is_some();
        // A list may stand in the column of its key; a key closes those of its column.
        self.blocks.retain(|(key, _)| *key < column || is_item && *key == column);
        while let Some(item) = after_dash(rest) {
            column += rest.len() - item.len();
            rest = item;
        }
        if rest.starts_with(['[', '{']) {
            return self.flow(rest);
        }
        match key(rest) {
            Some((key, value)) => {
                self.blocks.push((column, key));
                self.value(value, column)
            }
            None if is_item => plain(rest).map(|word| (Role::Value, word)),
            None => plain(rest).map(|word| (Role::Key, word)),
        }
    }

    fn value(&mut self, value: &'t str, column: usize) -> Written<'t> {
        match value.trim_start().chars().next() {
            Some('|' | '>') => {
                self.literal = Some(column);
                None
            }
            Some('[' | '{') => self.flow(value.trim_start()),
            _ => plain(value.trim_start()).map(|word| (Role::Value, word)),
        }
    }

    /// Takes a line, or the rest of it, within brackets.
    fn flow(&mut self, text: &'t str) -> Written<'t> {
        let mut from = 0;
        let mut quote = None;
        for (at, c) in text.char_indices() {
            let (before, after) = (&text[from..at], &text[at + c.len_utf8()..]);
            if quote.is_some() {
                quote = quote.filter(|q| *q != c);
                continue;
            }
            match c {
                '"' | '\'' if before.trim().is_empty() => {
                    quote = Some(c);
                    continue;
                }
                '[' => self.flows.push(Flow::List),
                '{' => self.flows.push(Flow::Map(None)),
                ']' | '}' => drop(self.flows.pop()),
                ',' => self.set_key(None),
                ':' if after.starts_with(char::is_whitespace) && self.awaits_key() => self.set_key(Some(bare(before))),
                '#' if before.is_empty() || before.ends_with(char::is_whitespace) => return None,
                _ => continue,
            }
            from = at + 1;
            if self.flows.is_empty() {
                return None;
            }
        }
        let role = if self.awaits_key() { Role::Key } else { Role::Value };
        Some((role, text[from..].trim_start().trim_start_matches(['"', '\''])))
    }

    fn awaits_key(&self) -> bool {
        matches!(self.flows.last(), Some(Flow::Map(None)))
    }

    fn set_key(&mut self, key: Option<&'t str>) {
        if let Some(Flow::Map(held)) = self.flows.last_mut() {
            *held = key;
        }
    }
}

/// What follows the dash of a list's item.
fn after_dash(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('-')?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start_matches(' '))
}

/// A key and what follows its colon. A colon at the very end is part of a word: of an id, as it may be.
fn key(text: &str) -> Option<(&str, &str)> {
    let colon = text.match_indices(':').map(|(at, _)| at).find(|at| text[at + 1..].starts_with(char::is_whitespace))?;
    let key = bare(&text[..colon]);
    (!key.is_empty() && !key.contains(" #")).then(|| (key, &text[colon + 1..]))
}

/// A word outside brackets, without its opening quote; `None` behind its closing one and in a comment.
fn plain(text: &str) -> Option<&str> {
    let word = match text.chars().next() {
        Some(quote @ ('"' | '\'')) => text.get(1..).filter(|inner| !inner.contains(quote))?,
        _ => text,
    };
    (!word.starts_with('#') && !word.contains(" #")).then_some(word)
}

fn bare(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}
