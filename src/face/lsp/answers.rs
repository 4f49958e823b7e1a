//! What an editor asks of a place: what may stand there, where it is declared and named, what it is.

use super::actions::actions;
use super::diagnostics::overlap;
use super::position::Lines;
use super::server::Server;
use crate::base::{LineIndex, Place, RepoPath};
use crate::engine::{Card, Spot, Suggestion, SuggestionKind, Suggestions, rule_manual};
use gen_lsp_types::{
    Code, CodeActionParams, CodeActionResponse, CompletionItem, CompletionItemKind, CompletionList, CompletionParams,
    CompletionResponse, Definition, DefinitionParams, DefinitionResponse, Hover, HoverParams, Location, MarkupContent,
    MarkupKind, Position, Range, ReferenceParams, TextDocumentPositionParams, TextEdit,
};

/// A place of an open document.
struct At {
    session: usize,
    path: RepoPath,
    offset: usize,
}

impl Server<'_> {
    pub(super) fn completion(&mut self, params: &CompletionParams) -> Option<CompletionResponse> {
        let place = &params.text_document_position_params;
        let at = self.place(place)?;
        let found = self.workspace.session(at.session).suggestions(&at.path, at.offset).ok()?;
        let document = self.documents.get(&place.text_document.uri.0)?;
        let range = Lines::new(&document.text, self.encoding).range(found.replaces);
        let items = found.list.iter().enumerate().map(|(order, item)| completion(&found, item, order, range));
        let items = items.collect();
        Some(CompletionList { is_incomplete: found.more, items, ..CompletionList::default() }.into())
    }

    pub(super) fn definition(&mut self, params: &DefinitionParams) -> Option<DefinitionResponse> {
        let at = self.place(&params.text_document_position_params)?;
        let spots = self.workspace.session(at.session).definitions(&at.path, at.offset).ok()?;
        Some(Definition::from(self.locations(at.session, &spots)).into())
    }

    pub(super) fn references(&mut self, params: &ReferenceParams) -> Option<Vec<Location>> {
        let at = self.place(&params.text_document_position_params)?;
        let declared = params.context.include_declaration;
        let spots = self.workspace.session(at.session).references(&at.path, at.offset, declared).ok()?;
        Some(self.locations(at.session, &spots))
    }

    /// The card of what a place names, and the manual of the rules whose findings are there.
    pub(super) fn hover(&mut self, params: &HoverParams) -> Option<Hover> {
        let place = &params.text_document_position_params;
        let at = self.place(place)?;
        let card: Option<Card> = self.workspace.session(at.session).about(&at.path, at.offset).ok()?;
        let document = self.documents.get(&place.text_document.uri.0)?;
        let lines = Lines::new(&document.text, self.encoding);
        let range = card.as_ref().map(|card| lines.range(card.span));
        let mut parts: Vec<String> = card.into_iter().map(|card| card.markdown).collect();
        parts.extend(self.manuals(&document.uri, place.position));
        let value = parts.join("\n\n---\n\n");
        let contents = MarkupContent { kind: MarkupKind::Markdown, value };
        (!contents.value.is_empty()).then(|| Hover { contents: contents.into(), range })
    }

    pub(super) fn code_actions(&mut self, params: &CodeActionParams) -> Option<Vec<CodeActionResponse>> {
        let document = self.documents.get(&params.text_document.uri.0)?;
        let (version, found) = self.published.get(&document.uri)?;
        if *version != document.version {
            return Some(Vec::new());
        }
        let lines = Lines::new(&document.text, self.encoding);
        Some(actions(document, &lines, found, &params.range).into_iter().map(Into::into).collect())
    }

    /// The location of a finding's place in a memory.
    pub(super) fn location_of(&self, session: usize, place: &Place) -> Option<Location> {
        let path = RepoPath::parse(&place.path).ok()?;
        let text = self.workspace.text(session, &path)?;
        let lines = Lines::new(&text, self.encoding);
        let span = lines.span_of(place, &LineIndex::new(text.as_bytes()));
        Some(Location { uri: self.uri_of(session, &path).into(), range: lines.range(span) })
    }

    fn place(&self, place: &TextDocumentPositionParams) -> Option<At> {
        let document = self.documents.get(&place.text_document.uri.0)?;
        let (session, path) = document.home.clone()?;
        let offset = Lines::new(&document.text, self.encoding).offset(place.position);
        Some(At { session, path, offset })
    }

    fn locations(&self, session: usize, spots: &[Spot]) -> Vec<Location> {
        let location = |spot: &Spot| {
            let text = self.workspace.text(session, &spot.path)?;
            let range = Lines::new(&text, self.encoding).range(spot.span);
            Some(Location { uri: self.uri_of(session, &spot.path).into(), range })
        };
        spots.iter().filter_map(location).collect()
    }

    /// The URI of a file, as the editor itself writes it where it has the file open.
    fn uri_of(&self, session: usize, path: &RepoPath) -> String {
        let is_it = |home: &(usize, RepoPath)| home.0 == session && home.1 == *path;
        let open = self.documents.values().find(|document| document.home.as_ref().is_some_and(is_it));
        open.map_or_else(|| self.workspace.uri_of(session, path), |document| document.uri.clone())
    }

    fn manuals(&self, uri: &str, position: Position) -> Vec<String> {
        let here = Range { start: position, end: position };
        let found = self.published.get(uri).map(|(_, found)| found.as_slice()).unwrap_or_default();
        let codes = found.iter().filter(|diagnostic| overlap(&diagnostic.range, &here)).filter_map(|d| d.code.as_ref());
        let mut pages: Vec<String> = codes
            .filter_map(|code| match code {
                Code::String(code) => rule_manual(code),
                Code::Int(_) => None,
            })
            .collect();
        pages.dedup();
        pages
    }
}

fn completion(all: &Suggestions, item: &Suggestion, order: usize, range: Range) -> CompletionItem {
    let is_key = all.keys && matches!(item.kind, SuggestionKind::Field | SuggestionKind::EdgeKind);
    let colon = if is_key { ": " } else { "" };
    CompletionItem {
        label: item.text.clone(),
        kind: Some(kind(item.kind)),
        detail: Some(item.detail.clone()).filter(|detail| !detail.is_empty()),
        sort_text: Some(format!("{order:04}")),
        filter_text: Some(format!("{} {}", item.text, item.detail).trim_end().to_owned()),
        text_edit: Some(TextEdit { range, new_text: format!("{}{colon}", item.text) }.into()),
        ..CompletionItem::default()
    }
}

fn kind(kind: SuggestionKind) -> CompletionItemKind {
    match kind {
        SuggestionKind::Id => CompletionItemKind::Reference,
        SuggestionKind::Page => CompletionItemKind::File,
        SuggestionKind::Kind => CompletionItemKind::Class,
        SuggestionKind::EdgeKind => CompletionItemKind::Property,
        SuggestionKind::Field => CompletionItemKind::Field,
        SuggestionKind::Word => CompletionItemKind::EnumMember,
    }
}
