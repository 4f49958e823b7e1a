//! The beginning of a session: what the editor says of itself, and what it is offered.

use super::position::Encoding;
use super::uri;
use gen_lsp_types::json_rpc::RequestObject;
use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, DidChangeWatchedFilesRegistrationOptions, FileSystemWatcher,
    GlobPattern, InitializeResult, Registration, RegistrationParams, RegistrationRequest, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use serde_json::Value;
use std::path::PathBuf;

/// What an editor says of itself. Only what is needed is read, so that nothing else can be in the way.
#[derive(Debug)]
pub struct Editor {
    /// The folders it has open.
    pub folders: Vec<PathBuf>,
    /// The unit of columns.
    pub encoding: Encoding,
    /// Whether it can be asked to watch files.
    pub watches: bool,
}

/// Reads the parameters of `initialize`.
pub fn editor(params: &Value) -> Editor {
    let uri_of = |value: &Value| uri::to_path(value.as_str()?);
    let listed = params["workspaceFolders"].as_array().into_iter().flatten();
    let mut folders: Vec<PathBuf> = listed.filter_map(|folder| uri_of(&folder["uri"])).collect();
    if folders.is_empty() {
        folders.extend(uri_of(&params["rootUri"]).or_else(|| params["rootPath"].as_str().map(PathBuf::from)));
    }
    let capabilities = &params["capabilities"];
    let offered = serde_json::from_value(capabilities["general"]["positionEncodings"].clone()).unwrap_or(Vec::new());
    let watches = &capabilities["workspace"]["didChangeWatchedFiles"]["dynamicRegistration"];
    Editor { folders, encoding: Encoding::chosen(&offered), watches: watches.as_bool() == Some(true) }
}

/// What an editor is offered.
pub fn offer(encoding: Encoding) -> InitializeResult {
    let characters = [":", " ", "[", "(", "\"", "/", ","];
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(SaveOptions { include_text: Some(false) }.into()),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(characters.map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        code_action_provider: Some(
            CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
                ..CodeActionOptions::default()
            }
            .into(),
        ),
        ..ServerCapabilities::default()
    };
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    InitializeResult { capabilities, server_info: Some(ServerInfo { name: "lorekeep".to_owned(), version }) }
}

/// Asks the editor to tell of files that change on disk.
pub fn watch() -> RequestObject {
    let every = FileSystemWatcher { glob_pattern: GlobPattern::Pattern("**/*".to_owned()), kind: None };
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: vec![every] };
    let registration = Registration {
        id: "files".to_owned(),
        method: "workspace/didChangeWatchedFiles".to_owned(),
        register_options: Some(serde_json::to_value(options).expect("the protocol's types have string keys")),
    };
    let params = RegistrationParams { registrations: vec![registration] };
    RequestObject::from_request::<RegistrationRequest>("files".to_owned().into(), params)
}
