//! Documents from a parser's events, each bounded in depth, nodes and bytes.
//!
//! The parser gives events with places and keeps no tree, so that what is refused is refused before
//! it costs anything. A document that is refused is skipped and the next one is read.

use super::build::Builder;
use super::{Problem, YamlNode};
use crate::base::Span;
use granit_parser::{Options, Parser};

/// How much YAML is read at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The deepest nesting of lists and maps.
    pub depth: usize,
    /// The most nodes, over all documents.
    pub nodes: usize,
    /// The longest scalar, in bytes, after its escapes are resolved.
    pub scalar_bytes: usize,
    /// The most problems; reading stops there.
    pub problems: usize,
}

/// What a YAML text says.
#[derive(Clone, Debug, Default)]
pub struct Parsed {
    /// The roots of its documents. Null documents are left out.
    pub documents: Vec<YamlNode>,
    /// How many documents there were, null and refused ones among them.
    pub count: usize,
    /// Why documents were refused, in file order.
    pub problems: Vec<Problem>,
    /// Whether a limit ended the reading at the last problem, so that later documents were not seen.
    pub stopped: bool,
    /// Scalars in typographic quotes, which were read as though the quotes were straight.
    pub misquoted: Vec<Span>,
}

/// Reads the documents in a part of a file. Spans are offsets into the file.
///
/// `part` lies on character boundaries of `file`.
pub fn parse(file: &str, part: Span, budget: &Budget) -> Parsed {
    let text = &file[part.start..part.end];
    let mut parser = Parser::new_from_str_with_options(text, options(budget));
    let mut builder = Builder::new(file, part.start, budget);
    let mut parsed = Parsed::default();
    while let Some(next) = parser.next_event() {
        let step = match next {
            Ok((event, place)) => builder.take(event, &place),
            Err(error) => Err(Problem::of_syntax(&error, text, part.start, budget.depth)),
        };
        match step {
            Ok(document) => parsed.documents.extend(document),
            Err(problem) => {
                parsed.problems.push(problem);
                builder.abandon();
                parsed.stopped = builder.out_of_nodes() || parsed.problems.len() >= budget.problems;
                if parsed.stopped || !parser.proceed_next_document().unwrap_or(false) {
                    break;
                }
            }
        }
    }
    parsed.count = builder.documents();
    parsed.misquoted = builder.into_misquoted();
    parsed
}

fn options(budget: &Budget) -> Options {
    granit_parser::options! {
        emit_comments: false,
        emit_unresolved_aliases: true,
        flow_nesting_limit: budget.depth,
        block_nesting_limit: budget.depth,
    }
}
