//! From notes of other forms to records: what is written into a file so that it becomes one. Pure.
//!
//! Two forms are known. A concept of an OKF bundle says its `type`; provenance, trust and lifecycle stand in
//! `sources`, `generated`, `verified`, `status` and `stale_after`. An agent's memory has an entry point `MEMORY.md` and
//! topics beside it, with lines that end in `[source: ...; added: ...]` and links such as `[[path]]`.
//! A file is edited where something is added or named otherwise; every other byte stays.

use super::infer::is_name;
use super::node_kinds::kebab_case;
use crate::base::{Span, Timestamp};
use crate::note::{Limits, LinkForm, Markdown, SourceFile, YamlMap, YamlNode};
use std::collections::{BTreeSet, HashSet};

/// The kind of a file of an agent's memory.
pub const MEMORY_KIND: &str = "MemoryNote";
/// The entry point of an agent's memory.
pub(super) const ENTRY_POINT: &str = "MEMORY.md";
/// Files that a bundle keeps for listings and history.
const RESERVED: &[&str] = &["index.md", "log.md"];
/// The most sources that are named in one record.
const MAX_SOURCES: usize = 100;
/// The longest source, in characters.
const MAX_SOURCE: usize = 500;

/// What becomes of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Adopted {
    /// A concept became a record: the new text, and what was not mapped.
    Concept(String, Vec<String>),
    /// A file of an agent's memory became a record: the new text, and what was not mapped.
    Memory(String, Vec<String>),
    /// It stays as it is: a record already, a listing, a note, or something else; why, where it could have been mapped.
    AsItIs(Option<String>),
}

/// Maps the files of a tree, in their order.
pub fn adopt(files: &[&SourceFile]) -> Vec<Adopted> {
    let memory = memory_paths(files);
    let mut ids: HashSet<String> =
        files.iter().flat_map(|file| &file.records).map(|record| record.id.value.clone()).collect();
    files.iter().map(|file| one(file, &memory, &mut ids)).collect()
}

fn one(file: &SourceFile, memory: &BTreeSet<String>, ids: &mut HashSet<String>) -> Adopted {
    let (Some(markdown), Some(text)) = (&file.markdown, &file.text) else { return Adopted::AsItIs(None) };
    let readable = file.records.is_empty() && file.diagnostics.is_empty();
    if !readable || RESERVED.contains(&file.path.file_name()) {
        return Adopted::AsItIs(None);
    }
    let fields = markdown.front_matter.as_ref();
    let kind = fields.and_then(|fields| fields.text("type")).filter(|kind| is_name(kind));
    let adopted = match (kind, fields) {
        (Some(kind), Some(fields)) => concept(file, text, markdown, fields, kind, ids),
        _ if memory.contains(file.path.as_str()) => memory_note(file, text, markdown, memory, ids),
        _ => return Adopted::AsItIs(None),
    };
    if reads_as_record(file, &adopted) {
        return adopted;
    }
    Adopted::AsItIs(Some("its front matter takes no further lines: write it as `key: value` lines".to_owned()))
}

/// Whether what was written is a record with an id and a kind, and nothing of it was lost.
fn reads_as_record(file: &SourceFile, adopted: &Adopted) -> bool {
    let (Adopted::Concept(text, _) | Adopted::Memory(text, _)) = adopted else { return true };
    let read = crate::note::read(&file.path, text.as_bytes(), &Limits::default());
    let named = read.records.iter().any(|record| !record.id.value.is_empty() && record.kind.is_some());
    named && read.diagnostics.is_empty()
}

/// The entry points, what they link to, and every file with entries that name their source.
fn memory_paths(files: &[&SourceFile]) -> BTreeSet<String> {
    let entry_points = files.iter().filter(|file| file.path.file_name() == ENTRY_POINT);
    let all: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut paths = BTreeSet::new();
    for file in entry_points {
        let links = file.markdown.iter().flat_map(|markdown| &markdown.links);
        paths.extend(links.filter_map(|link| target(file, &link.target, &all)));
        paths.insert(file.path.to_string());
    }
    if !paths.is_empty() {
        let with_entries =
            files.iter().filter(|file| file.text.as_deref().is_some_and(|text| !entries(text).is_empty()));
        paths.extend(with_entries.filter(|file| file.markdown.is_some()).map(|file| file.path.to_string()));
    }
    paths
}

/// The Markdown file that a link names: from the top, or from the file's own folder, with or without `.md`.
fn target(file: &SourceFile, link: &str, all: &HashSet<&str>) -> Option<String> {
    let link = link.trim().trim_start_matches("./").trim_start_matches('/');
    let beside = file.path.parent().map_or_else(|| link.to_owned(), |folder| format!("{folder}/{link}"));
    let candidates = [format!("{link}.md"), link.to_owned(), format!("{beside}.md"), beside];
    candidates.into_iter().find(|path| path.ends_with(".md") && all.contains(path.as_str()))
}

fn concept(
    file: &SourceFile,
    text: &str,
    markdown: &Markdown,
    fields: &YamlMap,
    kind: &str,
    ids: &mut HashSet<String>,
) -> Adopted {
    let mut edits = Edits::new(text);
    let mut unmapped = Vec::new();
    edits.line("id", &new_id(kind, file, ids));
    edits.rename(fields, "type", "kind", &mut unmapped);
    edits.rename(fields, "description", "summary", &mut unmapped);
    if fields.text("title").is_none_or(|title| title.trim().is_empty()) && fields.get("title").is_none() {
        edits.line("title", &markdown.title);
    }
    match fields.get("status") {
        None => edits.line("status", "approved"),
        Some(node) => match node.text() {
            Some("stable") => edits.replace(node.span, "approved"),
            Some("draft" | "deprecated" | "approved" | "archived") => {}
            _ => unmapped.push("its `status` is none of draft, stable and deprecated, and stays".to_owned()),
        },
    }
    if fields.get("updatedAt").is_none()
        && let Some(moment) = changed_at(fields)
    {
        edits.line("updatedAt", &moment);
    }
    if fields.get("sourceRefs").is_none() {
        edits.lines("sourceRefs", &resources(fields));
    }
    Adopted::Concept(edits.finish(), unmapped)
}

/// When the content last changed: `generated.at`, else the older `timestamp`.
fn changed_at(fields: &YamlMap) -> Option<String> {
    let generated = fields.get("generated").and_then(YamlNode::as_map).and_then(|map| map.text("at"));
    moment(generated.or_else(|| fields.text("timestamp"))?)
}

/// A moment as RFC 3339; a day is its beginning.
fn moment(text: &str) -> Option<String> {
    let day = format!("{text}T00:00:00Z");
    [text.to_owned(), day].into_iter().find(|text| Timestamp::parse(text).is_ok())
}

/// What the sources of a concept name.
fn resources(fields: &YamlMap) -> Vec<String> {
    let Some(node) = fields.get("sources") else { return Vec::new() };
    let items = node.as_list().unwrap_or(std::slice::from_ref(node));
    let named = items.iter().filter_map(|item| item.text().or_else(|| item.as_map()?.text("resource")));
    distinct(named)
}

fn memory_note(
    file: &SourceFile,
    text: &str,
    markdown: &Markdown,
    memory: &BTreeSet<String>,
    ids: &mut HashSet<String>,
) -> Adopted {
    let all: HashSet<&str> = memory.iter().map(String::as_str).collect();
    let none = YamlMap::default();
    let fields = markdown.front_matter.as_ref().unwrap_or(&none);
    let entries = entries(text);
    let mut edits = Edits::new(text);
    edits.has_block = markdown.front_matter.is_some();
    edits.line("id", &new_id(MEMORY_KIND, file, ids));
    let latest = entries.iter().filter_map(|entry| moment(entry.added.as_deref()?)).max();
    let given = [("kind", Some(MEMORY_KIND)), ("title", Some(&markdown.title)), ("status", Some("draft"))];
    for (key, value) in given.into_iter().chain([("updatedAt", latest.as_deref())]) {
        if let Some(value) = value.filter(|_| fields.get(key).is_none()) {
            edits.line(key, value);
        }
    }
    if fields.get("sourceRefs").is_none() {
        edits.lines("sourceRefs", &distinct(entries.iter().filter_map(|entry| entry.source.as_deref())));
    }
    let wiki = markdown.links.iter().filter(|link| link.form == LinkForm::Wiki);
    let lost = wiki.filter(|link| target(file, &link.target, &all).is_none());
    let unmapped = lost.map(|link| format!("[[{}]] names no file that was brought over", link.target));
    Adopted::Memory(edits.finish(), unmapped.collect())
}

/// What a line says of itself.
struct Entry {
    source: Option<String>,
    added: Option<String>,
}

/// The entries of a file: list items that end in `[source: ...; added: ...]`.
fn entries(text: &str) -> Vec<Entry> {
    let items = text.lines().map(str::trim).filter(|line| line.starts_with("- ") || line.starts_with("* "));
    items.filter_map(|line| entry(line.strip_suffix(']')?)).collect()
}

fn entry(line: &str) -> Option<Entry> {
    let (_, inside) = line.rsplit_once("[source:")?;
    let mut parts = inside.split(';').map(str::trim);
    let source = parts.next().filter(|source| !source.is_empty()).map(str::to_owned);
    let added = parts.find_map(|part| part.strip_prefix("added:")).map(|day| day.trim().to_owned());
    Some(Entry { source, added })
}

fn distinct<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut seen = HashSet::new();
    let texts = texts.map(str::trim).filter(|text| !text.is_empty() && text.chars().count() <= MAX_SOURCE);
    texts.filter(|text| seen.insert(*text)).take(MAX_SOURCES).map(str::to_owned).collect()
}

/// An id that no other record has: the kind and the path.
fn new_id(kind: &str, file: &SourceFile, ids: &mut HashSet<String>) -> String {
    let prefix = plain(&kebab_case(kind), "");
    let prefix = if prefix.is_empty() { "note" } else { &prefix };
    let path = file.path.as_str();
    let slug = plain(&path.strip_suffix(".md").unwrap_or(path).to_lowercase(), "._/");
    let slug = if slug.is_empty() { "note" } else { &slug };
    let mut id = format!("{prefix}:{slug}");
    let mut n = 2;
    while !ids.insert(id.clone()) {
        id = format!("{prefix}:{slug}-{n}");
        n += 1;
    }
    id
}

/// A text of `a-z 0-9 -` and some further characters, beginning with a letter or digit.
fn plain(text: &str, further: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let kept = c.is_ascii_lowercase() || c.is_ascii_digit() || further.contains(c);
        if kept {
            plain.push(c);
        } else if !plain.ends_with('-') {
            plain.push('-');
        }
    }
    plain.trim_start_matches(|c: char| !c.is_ascii_alphanumeric()).trim_end_matches('-').to_owned()
}

/// What is written into a file: lines at the beginning of its front matter, and words in place of others.
struct Edits<'t> {
    text: &'t str,
    has_block: bool,
    lines: String,
    replaced: Vec<(Span, String)>,
}

impl<'t> Edits<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, has_block: true, lines: String::new(), replaced: Vec::new() }
    }

    fn newline(&self) -> &'static str {
        if self.text.split_inclusive('\n').next().is_some_and(|line| line.ends_with("\r\n")) { "\r\n" } else { "\n" }
    }

    fn line(&mut self, key: &str, value: &str) {
        let newline = self.newline();
        self.lines.push_str(&format!("{key}: {}{newline}", scalar(value)));
    }

    fn lines(&mut self, key: &str, values: &[String]) {
        if values.is_empty() {
            return;
        }
        let newline = self.newline();
        self.lines.push_str(&format!("{key}:{newline}"));
        for value in values {
            self.lines.push_str(&format!("  - {}{newline}", scalar(value)));
        }
    }

    fn replace(&mut self, span: Span, with: &str) {
        self.replaced.push((span, with.to_owned()));
    }

    /// Gives a key another name, unless that name is taken.
    fn rename(&mut self, fields: &YamlMap, from: &str, to: &str, unmapped: &mut Vec<String>) {
        let Some(span) = fields.key_span(from) else { return };
        if fields.get(to).is_some() {
            unmapped.push(format!("it has `{to}` already, and `{from}` stays"));
        } else {
            self.replace(span, to);
        }
    }

    fn finish(mut self) -> String {
        let newline = self.newline();
        let mark = if self.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let (at, lines) = if self.has_block {
            let fence = self.text[mark..].find('\n').map_or(self.text.len(), |end| mark + end + 1);
            (fence, std::mem::take(&mut self.lines))
        } else {
            (mark, format!("---{newline}{}---{newline}", self.lines))
        };
        self.replaced.push((Span::new(at, at), lines));
        self.replaced.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
        let mut text = self.text.to_owned();
        for (span, with) in self.replaced {
            text.replace_range(span.start..span.end, &with);
        }
        text
    }
}

/// A value of one line of front matter. What is written as JSON is YAML too.
fn scalar(value: &str) -> String {
    let plain = value.starts_with(|c: char| c.is_ascii_alphanumeric())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || " _-./".contains(c))
        && value.contains(|c: char| c.is_ascii_alphabetic())
        && !value.ends_with(' ')
        && !["true", "false", "null", "yes", "no"].contains(&value.to_ascii_lowercase().as_str());
    let is_id = value.split_once(':').is_some_and(|(prefix, slug)| {
        let id = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._/-".contains(c));
        prefix.starts_with(|c: char| c.is_ascii_lowercase()) && id(prefix) && id(slug)
    });
    let moment = Timestamp::parse(value).is_ok();
    if (plain && value.parse::<f64>().is_err()) || is_id || moment {
        value.to_owned()
    } else {
        serde_json::to_string(value).expect("a text serialises")
    }
}
