//! What may be written at a place: the words for it, by what stands around it.

use super::offers::Offers;
use super::slot::{Role, Slot, slot};
use crate::base::{RepoPath, Span};
use crate::change::LoadedTree;
use crate::note::{FileClass, class_of};

/// The most suggestions that are given at once.
const MOST: usize = 100;

/// What a suggestion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuggestionKind {
    /// A record's id, or an id outside the memory.
    Id,
    /// A path or an alias of a page.
    Page,
    /// A kind of record.
    Kind,
    /// A kind of edge.
    EdgeKind,
    /// A key.
    Field,
    /// A word of a list: a status, a tag, a value.
    Word,
}

/// Something that may be written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Suggestion {
    /// How well it fits, best first.
    pub rank: u8,
    /// The text.
    pub text: String,
    /// What it is.
    pub kind: SuggestionKind,
    /// What it is called or means, for people.
    pub detail: String,
}

/// What may be written at a place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// What a suggestion replaces.
    pub replaces: Span,
    /// The suggestions, best first.
    pub list: Vec<Suggestion>,
    /// Whether there are more.
    pub more: bool,
    /// Whether these are keys that a colon does not follow yet.
    pub keys: bool,
}

/// The suggestions at a place of a file.
pub(super) fn suggestions(tree: &LoadedTree, path: &RepoPath, text: &str, offset: usize) -> Suggestions {
    let offset = text.floor_char_boundary(offset.min(text.len()));
    let offers = |word| Offers::new(tree, path, text, offset).of_word(word);
    let mut keys = false;
    let found = match region(path, text, offset) {
        Region::Yaml(before) => slot(before).map(|slot| {
            keys = slot.role == Role::Key && !text[offset..].starts_with(':');
            (slot.word, for_slot(&offers(slot.word), &slot))
        }),
        Region::Body(line) => link(line).map(|(word, link)| match link {
            Link::Wiki => (word, offers(word).names()),
            Link::Path => (word, offers(word).paths()),
        }),
        Region::Nowhere => None,
    };
    let (word, list) = found.unwrap_or_default();
    Suggestions { keys, ..best(word, offset, list) }
}

/// What part of a file a place is in.
enum Region<'t> {
    /// YAML, from where it begins up to the place.
    Yaml(&'t str),
    /// The body of a page: the line up to the place.
    Body(&'t str),
    Nowhere,
}

fn region<'t>(path: &RepoPath, text: &'t str, offset: usize) -> Region<'t> {
    let before = &text[..offset];
    match class_of(path) {
        FileClass::Graph => Region::Yaml(before),
        FileClass::Markdown => front_matter(before)
            .map_or_else(|| Region::Body(&before[before.rfind('\n').map_or(0, |at| at + 1)..]), Region::Yaml),
        _ => Region::Nowhere,
    }
}

/// The front matter that a text ends in.
fn front_matter(before: &str) -> Option<&str> {
    let inside = before.trim_start_matches('\u{feff}').strip_prefix("---")?;
    let (fence, yaml) = inside.split_once('\n')?;
    let closes = |line: &str| matches!(line.trim_end(), "---" | "...");
    (fence.trim().is_empty() && !yaml.split_inclusive('\n').any(closes)).then_some(yaml)
}

enum Link {
    Wiki,
    Path,
}

/// The link that is being written at the end of a line.
fn link(line: &str) -> Option<(&str, Link)> {
    let after = |opening: &str| line.rfind(opening).map(|at| &line[at + opening.len()..]);
    let wiki = after("[[").filter(|word| !word.contains(['|', ']', '#'])).map(|word| (word, Link::Wiki));
    wiki.or_else(|| after("](").filter(|word| !word.contains([')', ' ', '#'])).map(|word| (word, Link::Path)))
}

/// The words for a place in YAML, by the keys around it.
fn for_slot(offers: &Offers<'_>, slot: &Slot<'_>) -> Vec<Suggestion> {
    let keys = slot.keys.strip_prefix(&["nodes"]).unwrap_or(&slot.keys);
    match (slot.role, keys) {
        (Role::Key, []) => offers.fields(),
        (Role::Key, ["attributes"]) => offers.attributes(),
        (Role::Key, ["extendsNode"]) => Offers::keys(&["nodeKind", "id"]),
        (Role::Key, ["edges" | "related"]) | (Role::Value, ["edges", "kind"]) => offers.edge_kinds(),
        (_, ["edges" | "related", kind] | ["edges", kind, "target"]) if *kind != "target" => offers.targets(kind),
        (Role::Value, ["edges", "target"] | ["extendsNode", "id"]) => offers.ids(),
        (Role::Value, ["kind" | "nodeKind"] | ["extendsNode", "nodeKind"]) => offers.kinds(),
        (Role::Value, ["attributes", field] | [field]) => offers.values(field),
        _ => Vec::new(),
    }
}

/// The best of what fits what is there already.
fn best(word: &str, offset: usize, list: Vec<Suggestion>) -> Suggestions {
    let wanted = word.to_lowercase();
    let mut fitting: Vec<Suggestion> = list.into_iter().filter_map(|item| fit(item, &wanted)).collect();
    fitting.sort();
    fitting.dedup_by(|a, b| a.text == b.text && a.kind == b.kind);
    let more = fitting.len() > MOST;
    fitting.truncate(MOST);
    Suggestions { replaces: Span::new(offset - word.len(), offset), list: fitting, more, keys: false }
}

/// A suggestion that holds what was written, in its text or in what it is called; the better, the earlier.
fn fit(item: Suggestion, wanted: &str) -> Option<Suggestion> {
    let text = item.text.to_lowercase();
    let has_title = matches!(item.kind, SuggestionKind::Id | SuggestionKind::Page);
    let distance = match (text.starts_with(wanted), text.contains(wanted)) {
        (true, _) => 0,
        (false, true) => 2,
        (false, false) if has_title && item.detail.to_lowercase().contains(wanted) => 4,
        _ => return None,
    };
    Some(Suggestion { rank: item.rank + distance, ..item })
}
