//! Markdown files: front matter to a record, and the body.

use super::edges::{by_kind, imply, into_id};
use super::front_matter::{Division, divide};
use super::report::Diagnostics;
use super::yaml::{Budget, Yaml, YamlMap, YamlNode, parse};
use super::{DiagnosticKind, Edge, EdgeOrigin, Limits, Markdown, Record, RecordForm, Spanned, body, fences};
use crate::base::{RepoPath, Span};

/// Where a record's kind may stand: `nodeKind` as in graph records, `type` as in OKF bundles.
const KIND_KEYS: &[&str] = &["kind", "nodeKind", "type"];

/// Reads a Markdown file: what it says, and its record where its front matter has an `id`.
pub(super) fn read(
    path: &RepoPath,
    text: &str,
    limits: &Limits,
    found: &mut Diagnostics,
) -> (Markdown, Option<Record>) {
    let division = divide(text);
    let front_matter = match division {
        Division::FrontMatter { yaml, block, .. } => fields(text, yaml, block, limits, found),
        Division::Unclosed(fence) => {
            refuse(found, fences::unclosed(text, fence));
            None
        }
        Division::Body(start) => {
            fences::unopened(text, start).into_iter().for_each(|slip| refuse(found, slip));
            None
        }
    };
    let body_start = division.body();
    let body = body::read(text, body_start, found);
    let record = match (&front_matter, division) {
        (Some(fields), Division::FrontMatter { block, .. }) => record(fields, block, found),
        _ => None,
    };
    let title = title(front_matter.as_ref(), &body, path);
    (Markdown { front_matter, body_start, title, headings: body.headings, links: body.links }, record)
}

/// The front matter as a map, where it is one.
fn fields(text: &str, yaml: Span, block: Span, limits: &Limits, found: &mut Diagnostics) -> Option<YamlMap> {
    let (size, most) = (yaml.end - yaml.start, limits.max_front_matter_bytes);
    if size > most {
        let message = format!("the front matter has {size} bytes, and at most {most} are read");
        refuse(found, (fence_of(block), message, "move long text into the body, below the closing `---`".into()));
        return None;
    }
    let budget = Budget {
        depth: limits.max_depth,
        nodes: limits.max_front_matter_nodes,
        scalar_bytes: limits.max_front_matter_bytes,
        problems: 1,
    };
    let mut parsed = parse(text, yaml, &budget);
    if let Some(problem) = parsed.problems.pop() {
        match fences::swallowed_heading(text, Span::new(yaml.start, problem.span.start)) {
            Some(slip) => refuse(found, slip),
            None => found.problem(DiagnosticKind::InvalidFrontMatter, problem),
        }
        return None;
    }
    if parsed.count > 1 {
        let message = "the front matter holds more than one YAML document";
        refuse(found, (fence_of(block), message.into(), "keep one of them".into()));
        return None;
    }
    found.misquoted(text, &parsed.misquoted);
    match parsed.documents.pop() {
        None => Some(YamlMap::default()),
        Some(YamlNode { value: Yaml::Map(map), .. }) => Some(map),
        Some(node) => {
            let help = "write it as `key: value` lines, without dashes before them";
            refuse(found, (node.span, "the front matter is no map".into(), help.into()));
            None
        }
    }
}

fn refuse(found: &mut Diagnostics, (span, message, help): fences::Slip) {
    found.add(DiagnosticKind::InvalidFrontMatter, span, message, &help);
}

/// The opening fence of a block.
fn fence_of(block: Span) -> Span {
    Span::new(block.start, block.start + "---".len())
}

fn record(fields: &YamlMap, block: Span, found: &mut Diagnostics) -> Option<Record> {
    fields.get("id")?;
    let nowhere = Spanned { value: String::new(), span: fields.get("id")?.span };
    let id = text_of(fields, "id", found).unwrap_or(nowhere);
    let kind = KIND_KEYS.iter().find(|key| fields.get(key).is_some()).and_then(|key| text_of(fields, key, found));
    let mut edges = related(fields, found);
    imply(&mut edges, fields, "owners", "owned_by", EdgeOrigin::Owners, found);
    imply(&mut edges, fields, "repoRefs", "applies_to_repo", EdgeOrigin::RepoRefs, found);
    let head = fence_of(block);
    Some(Record { form: RecordForm::Markdown, ordinal: 0, id, kind, fields: fields.clone(), edges, span: block, head })
}

fn text_of(fields: &YamlMap, key: &str, found: &mut Diagnostics) -> Option<Spanned<String>> {
    let node = fields.get(key)?;
    if !matches!(node.value, Yaml::Scalar(_)) {
        found.wrong_shape(node.span, format!("`{key}` is no text"), "write it as plain text");
    }
    into_id(node.clone())
}

/// The edges of `related`.
fn related(fields: &YamlMap, found: &mut Diagnostics) -> Vec<Edge> {
    let Some(node) = fields.get("related").filter(|node| !node.is_null()) else { return Vec::new() };
    match node.as_map() {
        Some(map) => by_kind(map.clone(), EdgeOrigin::Related, found),
        None => {
            let help = "write it as `edge_kind: [id, ...]` lines";
            found.wrong_shape(node.span, "`related` is no map from edge kind to ids", help);
            Vec::new()
        }
    }
}

/// Front matter `title`, else the first level-one heading, else the file name without its extension.
fn title(front_matter: Option<&YamlMap>, body: &body::Body, path: &RepoPath) -> String {
    let given = front_matter.and_then(|fields| fields.text("title"));
    let heading = || body.headings.iter().find(|heading| heading.level == 1).map(|heading| heading.text.as_str());
    let filled = |text: &&str| !text.trim().is_empty();
    let stem = || path.file_name().strip_suffix(".md").unwrap_or(path.file_name());
    given.filter(filled).or_else(|| heading().filter(filled)).unwrap_or_else(stem).trim().to_owned()
}
