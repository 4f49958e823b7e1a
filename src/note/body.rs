//! The body of a Markdown file: its headings and its links.

use super::report::Diagnostics;
use super::{Heading, Link, LinkForm};
use crate::base::Span;
use pulldown_cmark::{Event, LinkType, Options, Parser, Tag, TagEnd};

/// The most headings, and the most links, that are read of one file.
const MOST: usize = 10_000;

/// What a body says besides its words.
#[derive(Debug, Default)]
pub(super) struct Body {
    /// Its headings, in order.
    pub headings: Vec<Heading>,
    /// Its links, in order.
    pub links: Vec<Link>,
    /// The heading that is being read.
    open: Option<Heading>,
}

/// Reads the body that begins at an offset of a file.
pub(super) fn read(text: &str, start: usize, found: &mut Diagnostics) -> Body {
    let options = Options::ENABLE_WIKILINKS
        | Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES;
    let mut body = Body::default();
    for (event, range) in Parser::new_ext(&text[start..], options).into_offset_iter() {
        body.take(event, Span::new(range.start, range.end).shifted(start), text);
    }
    bound(&mut body.headings, |heading| heading.span, "headings", found);
    bound(&mut body.links, |link| link.span, "links", found);
    body
}

impl Body {
    fn take(&mut self, event: Event<'_>, span: Span, text: &str) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.open = Some(Heading { level: level as u8, text: String::new(), span: trimmed(text, span) });
            }
            Event::End(TagEnd::Heading(_)) => self.close_heading(),
            Event::Start(Tag::Link { link_type, dest_url, .. }) => self.link(link_type, &dest_url, span),
            Event::Text(words) | Event::Code(words) => self.words(&words),
            Event::SoftBreak | Event::HardBreak => self.words(" "),
            _ => {}
        }
    }

    fn words(&mut self, words: &str) {
        if let Some(heading) = &mut self.open {
            heading.text.push_str(words);
        }
    }

    fn close_heading(&mut self) {
        let Some(mut heading) = self.open.take() else { return };
        heading.text = heading.text.trim().to_owned();
        self.headings.push(heading);
    }

    fn link(&mut self, link_type: LinkType, destination: &str, span: Span) {
        let (form, target) = match link_type {
            LinkType::Email => return,
            LinkType::WikiLink { .. } => (LinkForm::Wiki, wiki_target(destination)),
            _ => (LinkForm::Markdown, markdown_target(destination)),
        };
        if !target.is_empty() {
            self.links.push(Link { target: target.to_owned(), form, span });
        }
    }
}

/// Drops what is beyond the most, and says so.
fn bound<T>(items: &mut Vec<T>, span: fn(&T) -> Span, what: &str, found: &mut Diagnostics) {
    if let Some(first) = items.get(MOST) {
        let message = format!("there are more than {MOST} {what}, and the rest is not read");
        found.wrong_shape(span(first), message, "split the file");
        items.truncate(MOST);
    }
}

/// A destination without its query and fragment.
fn markdown_target(destination: &str) -> &str {
    let end = destination.find(['#', '?']).unwrap_or(destination.len());
    destination[..end].trim()
}

/// A wiki target without its fragment. A name may hold `?` and end in `#` (`[[C#]]`).
fn wiki_target(destination: &str) -> &str {
    let target = match destination.find('#') {
        Some(at) if at + 1 < destination.len() => &destination[..at],
        _ => destination,
    };
    target.trim()
}

/// A block's span without the line break that ends it.
fn trimmed(text: &str, span: Span) -> Span {
    Span::new(span.start, span.start + text[span.start..span.end].trim_end().len())
}
