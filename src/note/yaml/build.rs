//! One node after another: events become values, or the reason why not.

use super::quotes::between;
use super::scalar::resolve;
use super::{Budget, Problem, Scalar, ScalarKind, Yaml, YamlMap, YamlNode};
use crate::base::Span;
use crate::note::shown::shown;
use granit_parser::{Event, ScalarStyle, StructureStyle};

/// Builds the documents of one text.
pub(super) struct Builder<'a> {
    file: &'a str,
    base: usize,
    budget: &'a Budget,
    nodes: usize,
    documents: usize,
    open: Vec<Open>,
    root: Option<YamlNode>,
    /// Where the last event ended, in the file.
    reached: usize,
    /// The scalars in typographic quotes, and how many of them are in documents that ended.
    misquoted: Vec<Span>,
    settled: usize,
}

/// A list or map whose end has not come yet.
struct Open {
    span: Span,
    value: Yaml,
    /// The key that waits for its value.
    key: Option<(String, Span)>,
}

impl<'a> Builder<'a> {
    /// A builder for a text that begins `base` bytes into the file.
    pub(super) fn new(file: &'a str, base: usize, budget: &'a Budget) -> Self {
        let (open, misquoted) = (Vec::new(), Vec::new());
        Self { file, base, budget, nodes: 0, documents: 0, open, root: None, reached: base, misquoted, settled: 0 }
    }

    /// How many documents began.
    pub(super) fn documents(&self) -> usize {
        self.documents
    }

    /// Whether the nodes are used up.
    pub(super) fn out_of_nodes(&self) -> bool {
        self.nodes > self.budget.nodes
    }

    /// Forgets the document that is being built.
    pub(super) fn abandon(&mut self) {
        self.open.clear();
        self.root = None;
        self.misquoted.truncate(self.settled);
    }

    /// The scalars in typographic quotes.
    pub(super) fn into_misquoted(self) -> Vec<Span> {
        self.misquoted
    }

    /// Takes one event; gives the document that it ends, unless that is null.
    pub(super) fn take(&mut self, event: Event<'_>, place: &granit_parser::Span) -> Result<Option<YamlNode>, Problem> {
        let span = self.span_of(place);
        refuse_tag(&event, place, span, self.base)?;
        // The start of an implicit document spans what comes after it.
        let reached = if matches!(event, Event::DocumentStart(false, _)) { span.start } else { span.end };
        match event {
            Event::DocumentStart(..) => self.documents += 1,
            Event::DocumentEnd => {
                self.settled = self.misquoted.len();
                return Ok(self.root.take().filter(|root| !root.is_null()));
            }
            Event::Scalar(text, style, anchor, _) => self.scalar(text.into_owned(), style, anchor, span)?,
            Event::SequenceStart(style, anchor, _) => {
                let span = if style == StructureStyle::Block { self.block_list_span(span) } else { span };
                self.begin(Yaml::List(Vec::new()), anchor, span)?;
            }
            Event::MappingStart(_, anchor, _) => self.begin(Yaml::Map(YamlMap::default()), anchor, span)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span)?,
            Event::Alias(_) | Event::UnresolvedAlias(_) => return Err(alias(span)),
            _ => {}
        }
        self.reached = reached;
        Ok(None)
    }

    fn span_of(&self, place: &granit_parser::Span) -> Span {
        let range = place.byte_range().expect("a parser of a str knows byte offsets");
        Span::new(range.start, range.end).shifted(self.base)
    }

    fn scalar(&mut self, text: String, style: ScalarStyle, anchor: usize, span: Span) -> Result<(), Problem> {
        self.spend(anchor, span)?;
        if text.len() > self.budget.scalar_bytes {
            let message = format!("a value is longer than {} bytes", self.budget.scalar_bytes);
            return Err(Problem::new(span, message, "move long text into the body or a file of its own"));
        }
        let node = match style {
            // What is not there comes as an empty `~`.
            ScalarStyle::Plain if span.start == span.end => self.nothing(span.start),
            ScalarStyle::Plain => self.plain(text, span),
            ScalarStyle::Literal | ScalarStyle::Folded => quoted(text, self.block_scalar_span(span)),
            _ => quoted(text, span),
        };
        self.place(node, style == ScalarStyle::Plain)
    }

    /// A plain scalar. Typographic quotes around it are read as the straight ones that were meant.
    fn plain(&mut self, text: String, span: Span) -> YamlNode {
        match between(&text) {
            Some(inside) => {
                self.misquoted.push(span);
                quoted(inside.to_owned(), span)
            }
            None => YamlNode { span, value: Yaml::Scalar(Scalar { kind: resolve(&text), text }) },
        }
    }

    /// A value that is left out stands after its colon.
    fn nothing(&self, at: usize) -> YamlNode {
        let awaited = self.open.last().is_some_and(|open| open.key.is_some());
        let at = at + usize::from(awaited && self.file[at..].starts_with(':'));
        let nothing = Scalar { text: String::new(), kind: ScalarKind::Null };
        YamlNode { value: Yaml::Scalar(nothing), span: Span::new(at, at) }
    }

    /// From the `|` or `>` to the end of the last line that is not blank: what an edit would replace.
    fn block_scalar_span(&self, content: Span) -> Span {
        let start = self.find_before(content, &['|', '>']).unwrap_or(content.start);
        Span::new(start, start + end_of_lines(&self.file[start..content.end]))
    }

    /// A list that is indented no further than its key comes with the place of its first item: from
    /// the `-` before it instead.
    fn block_list_span(&self, span: Span) -> Span {
        let awaited = self.open.last().is_some_and(|open| open.key.is_some());
        let dash = if awaited { self.find_before(span, &['-']) } else { None };
        Span::new(dash.unwrap_or(span.start), span.end)
    }

    /// The `&name` before a node.
    fn anchor_span(&self, node: Span) -> Span {
        let Some(start) = self.find_before(node, &['&']) else { return node };
        let anchor = &self.file[start..node.start];
        Span::new(start, start + anchor.find(char::is_whitespace).unwrap_or(anchor.len()))
    }

    /// Where an indicator first stands between the last event and a node, comments left out.
    fn find_before(&self, node: Span, indicators: &[char]) -> Option<usize> {
        let mut line_start = self.reached;
        for line in self.file.get(self.reached..node.start)?.split_inclusive('\n') {
            let code = line.find('#').map_or(line, |comment| &line[..comment]);
            if let Some(found) = code.find(indicators) {
                return Some(line_start + found);
            }
            line_start += line.len();
        }
        None
    }

    fn begin(&mut self, value: Yaml, anchor: usize, span: Span) -> Result<(), Problem> {
        self.spend(anchor, span)?;
        if self.open.len() >= self.budget.depth {
            return Err(Problem::too_deep(span, self.budget.depth));
        }
        self.open.push(Open { span, value, key: None });
        Ok(())
    }

    fn end(&mut self, span: Span) -> Result<(), Problem> {
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        if span.start < span.end {
            open.span.end = span.end;
        }
        if let Yaml::Map(map) = &open.value {
            self.refuse_repeated_key(map)?;
        }
        self.place(YamlNode { value: open.value, span: open.span }, false)
    }

    /// Puts a node where it belongs: into the list or map around it, or at the root.
    fn place(&mut self, node: YamlNode, plain: bool) -> Result<(), Problem> {
        let Some(parent) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        parent.span.end = parent.span.end.max(node.span.end);
        match (&mut parent.value, parent.key.take()) {
            (Yaml::List(items), _) => items.push(node),
            (Yaml::Map(map), Some((key, span))) => map.entries.push((key, span, node)),
            (Yaml::Map(_), None) => parent.key = Some(key_of(node, plain)?),
            (Yaml::Scalar(_), _) => {}
        }
        Ok(())
    }

    fn spend(&mut self, anchor: usize, span: Span) -> Result<(), Problem> {
        self.nodes += 1;
        if self.out_of_nodes() {
            let message = format!("there are more than {} YAML nodes", self.budget.nodes);
            return Err(Problem::new(span, message, "split the file"));
        }
        if anchor != 0 {
            let help = "write the value out where it is used, or quote it if it is text that begins with `&`";
            return Err(Problem::new(self.anchor_span(span), "anchors (`&name`) are not taken", help));
        }
        Ok(())
    }

    fn refuse_repeated_key(&self, map: &YamlMap) -> Result<(), Problem> {
        let mut keys: Vec<(&str, Span)> = map.entries.iter().map(|(key, span, _)| (key.as_str(), *span)).collect();
        keys.sort_unstable_by_key(|(key, span)| (*key, span.start));
        let twice = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0).min_by_key(|pair| pair[1].1.start);
        let Some([(key, first), (_, again)]) = twice else { return Ok(()) };
        let (first_line, line) = (self.line(first.start), self.line(again.start));
        let message = format!("the key `{}` is given twice, on line {first_line} and on line {line}", shown(key));
        let related = Some((*first, "it is given here first".to_owned()));
        Err(Problem { related, ..Problem::new(*again, message, "keep one of the two") })
    }

    fn line(&self, offset: usize) -> usize {
        memchr::memchr_iter(b'\n', &self.file.as_bytes()[..offset]).count() + 1
    }
}

fn quoted(text: String, span: Span) -> YamlNode {
    YamlNode { value: Yaml::Scalar(Scalar { text, kind: ScalarKind::Str }), span }
}

fn key_of(node: YamlNode, plain: bool) -> Result<(String, Span), Problem> {
    let span = node.span;
    match node.value {
        Yaml::Scalar(key) if plain && key.text == "<<" => {
            Err(Problem::new(span, "merge keys (`<<`) are not taken", "write the keys out where they are used"))
        }
        Yaml::Scalar(key) if key.text.is_empty() => {
            Err(Problem::new(span, "a key is empty", "name the key before the `:`"))
        }
        Yaml::Scalar(key) => Ok((key.text, span)),
        _ => Err(Problem::new(span, "a list or a map is used as a key", "use plain text as the key")),
    }
}

fn refuse_tag(event: &Event<'_>, place: &granit_parser::Span, span: Span, base: usize) -> Result<(), Problem> {
    let (Event::Scalar(.., Some(_)) | Event::SequenceStart(.., Some(_)) | Event::MappingStart(.., Some(_))) = event
    else {
        return Ok(());
    };
    let tag = place.tag_span().and_then(|tag| tag.byte_range());
    let at = tag.map_or(span, |tag| Span::new(tag.start, tag.end).shifted(base));
    Err(Problem::new(at, "tags (`!name`) are not taken", "leave the tag out, and quote the value if it is text"))
}

fn alias(span: Span) -> Problem {
    Problem::new(
        span,
        "aliases (`*name`) are not taken",
        "write the value out, or quote it if it is text that begins with `*`",
    )
}

/// Where the last line that is not blank ends. What follows may be the indentation of the next key.
fn end_of_lines(text: &str) -> usize {
    let words = text.trim_end_matches([' ', '\t', '\r', '\n']).len();
    text[words..].find(['\r', '\n']).map_or(text.len(), |line_break| words + line_break)
}
