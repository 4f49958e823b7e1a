//! Patterns for lines: parsed, bounded, and rewritten so that no match can leave its line.

use super::gram_plan::Plan;
use super::types::{GrepPattern, PatternError};
use memchr::memmem::Finder;
use regex::bytes::RegexBuilder;
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{Capture, Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange};
use regex_syntax::hir::{Hir, HirKind, Look, Repetition, translate};

/// The longest pattern, in bytes.
const MAX_PATTERN_BYTES: usize = 16 << 10;
/// The deepest nesting of groups.
const MAX_NESTING: u32 = 64;
/// The most bytes a compiled pattern takes.
const MAX_COMPILED_BYTES: usize = 1 << 20;

/// A class without members: it matches no line.
const NOTHING: &str = "[a&&b]";

impl GrepPattern {
    /// A literal.
    pub fn literal(text: &str, case_sensitive: bool) -> Result<Self, PatternError> {
        Self::any_of(&[text.to_owned()], case_sensitive)
    }

    /// Any of several literals; of none, nothing.
    pub fn any_of(texts: &[String], case_sensitive: bool) -> Result<Self, PatternError> {
        texts.iter().try_for_each(|text| refuse_long(text).and_then(|()| refuse_newline(text)))?;
        let all: Vec<String> = texts.iter().map(|t| regex::escape(t)).collect();
        if all.is_empty() { compile(NOTHING, true) } else { compile(&all.join("|"), case_sensitive) }
    }

    /// A regular expression, matched within a line: `^` and `$` are the line's ends.
    pub fn regex(pattern: &str, case_sensitive: bool) -> Result<Self, PatternError> {
        refuse_long(pattern)?;
        compile(pattern, case_sensitive)
    }

    /// What a block of text must hold to hold a match.
    #[doc(hidden)]
    pub fn plan(&self) -> &Plan {
        &self.plan
    }
}

fn refuse_long(text: &str) -> Result<(), PatternError> {
    if text.len() <= MAX_PATTERN_BYTES {
        return Ok(());
    }
    let position = character(text, text.floor_char_boundary(MAX_PATTERN_BYTES));
    Err(PatternError { position, reason: format!("a pattern has at most {MAX_PATTERN_BYTES} bytes") })
}

fn refuse_newline(text: &str) -> Result<(), PatternError> {
    text.find('\n').map_or(Ok(()), |at| Err(crosses_lines(text, at)))
}

fn crosses_lines(pattern: &str, at: usize) -> PatternError {
    let reason = "a pattern is matched within one line, so a line break never matches".to_owned();
    PatternError { position: character(pattern, at), reason }
}

fn character(text: &str, offset: usize) -> usize {
    text.get(..offset).unwrap_or(text).chars().count() + 1
}

fn compile(pattern: &str, case_sensitive: bool) -> Result<GrepPattern, PatternError> {
    let ast = ast::parse::ParserBuilder::new()
        .nest_limit(MAX_NESTING)
        .build()
        .parse(pattern)
        .map_err(|e| located(pattern, e.span(), e.kind()))?;
    ast::visit(&ast, LineBreaks).map_err(|at| crosses_lines(pattern, at))?;
    let hir = translate::TranslatorBuilder::new()
        .case_insensitive(!case_sensitive)
        .build()
        .translate(pattern, &ast)
        .map_err(|e| located(pattern, e.span(), e.kind()))?;
    let hir = within_line(&hir);
    let regex = RegexBuilder::new(&hir.to_string())
        .size_limit(MAX_COMPILED_BYTES)
        .nest_limit(4 * MAX_NESTING)
        .build()
        .map_err(|_| PatternError {
            position: 1,
            reason: format!("it takes more than {MAX_COMPILED_BYTES} bytes when compiled: repeat less"),
        })?;
    Ok(GrepPattern { regex, literal: literal(&hir), plan: Plan::of(&hir) })
}

/// The text that an expression is, where it is just one.
fn literal(hir: &Hir) -> Option<Finder<'static>> {
    let HirKind::Literal(literal) = hir.kind() else { return None };
    Some(Finder::new(&literal.0).into_owned())
}

fn located(pattern: &str, span: &ast::Span, reason: &dyn std::fmt::Display) -> PatternError {
    PatternError { position: character(pattern, span.start.offset), reason: reason.to_string() }
}

/// Finds a line break written outside a class.
struct LineBreaks;

impl ast::Visitor for LineBreaks {
    type Output = ();
    type Err = usize;

    fn finish(self) -> Result<(), usize> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), usize> {
        match ast {
            Ast::Literal(literal) if literal.c == '\n' => Err(literal.span.start.offset),
            _ => Ok(()),
        }
    }
}

/// The same expression with line breaks taken out of its classes and the text's ends turned into the line's ends.
fn within_line(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Class(class) => Hir::class(without_line_break(class)),
        HirKind::Look(Look::Start) => Hir::look(Look::StartLF),
        HirKind::Look(Look::End) => Hir::look(Look::EndLF),
        HirKind::Repetition(r) => Hir::repetition(Repetition { sub: Box::new(within_line(&r.sub)), ..r.clone() }),
        HirKind::Capture(c) => Hir::capture(Capture { sub: Box::new(within_line(&c.sub)), ..c.clone() }),
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(within_line).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(within_line).collect()),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Look(_) => hir.clone(),
    }
}

fn without_line_break(class: &Class) -> Class {
    let mut class = class.clone();
    match &mut class {
        Class::Unicode(set) => set.difference(&ClassUnicode::new([ClassUnicodeRange::new('\n', '\n')])),
        Class::Bytes(set) => set.difference(&ClassBytes::new([ClassBytesRange::new(b'\n', b'\n')])),
    }
    class
}
