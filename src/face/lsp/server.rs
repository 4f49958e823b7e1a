//! The session with one editor: who may ask what when, and what is told unasked.

use super::diagnostics::diagnostics;
use super::documents::Document;
use super::messages::{self, Answer, Incoming, answer, error};
use super::position::{Encoding, Lines};
use super::queue::Queue;
use super::workspace::Workspace;
use super::{start, uri, wire};
use crate::base::{Finding, RepoPath};
use gen_lsp_types::json_rpc::RequestObject;
use gen_lsp_types::{
    CodeActionRequest, CompletionRequest, DefinitionRequest, Diagnostic, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams,
    ErrorCodes, HoverRequest, MessageType, PublishDiagnosticsNotification, PublishDiagnosticsParams, ReferencesRequest,
    ShowMessageNotification, ShowMessageParams,
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::io::{self, Read, Write};

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

/// The session with one editor.
pub struct Server<'w> {
    output: &'w mut dyn Write,
    phase: Phase,
    watches: bool,
    pub(super) encoding: Encoding,
    pub(super) workspace: Workspace,
    pub(super) documents: HashMap<String, Document>,
    /// What was told of each document last: of which version, and what.
    pub(super) published: HashMap<String, (i32, Vec<Diagnostic>)>,
    /// Whether findings have to be worked out anew.
    changed: bool,
    complaints: HashSet<String>,
}

/// Serves one editor until it says goodbye; whether it did so in good order.
pub fn serve(input: impl Read + Send + 'static, output: &mut dyn Write) -> io::Result<bool> {
    let mut queue = Queue::reading(input);
    let mut server = Server::new(output);
    while let Some(message) = queue.next() {
        let mut next = Some(message);
        while let Some(message) = next {
            if matches!(&message, Incoming::Notification(method, _) if method == "exit") {
                return Ok(server.phase == Phase::ShutDown);
            }
            server.take(message, &queue)?;
            next = queue.next_now();
        }
        server.publish()?;
    }
    Ok(false)
}

impl<'w> Server<'w> {
    fn new(output: &'w mut dyn Write) -> Self {
        Self {
            output,
            phase: Phase::New,
            watches: false,
            encoding: Encoding::Utf16,
            workspace: Workspace::default(),
            documents: HashMap::new(),
            published: HashMap::new(),
            changed: false,
            complaints: HashSet::new(),
        }
    }

    fn take(&mut self, message: Incoming, queue: &Queue) -> io::Result<()> {
        let (id, answer) = match message {
            Incoming::Request(id, ..) if queue.is_cancelled(&id) => (id, Err(messages::cancelled())),
            Incoming::Request(id, method, params) => (id, self.answer(&method, params)),
            Incoming::Bad(id, error) => (id, Err(error)),
            Incoming::Notification(method, params) => return self.note(&method, params),
            Incoming::Response => return Ok(()),
        };
        wire::write(&mut self.output, &messages::response(id, answer))
    }

    fn answer(&mut self, method: &str, params: Value) -> Answer {
        match (self.phase, method) {
            (Phase::New, "initialize") => Ok(self.initialize(&params)),
            (Phase::New, _) => Err(error(ErrorCodes::ServerNotInitialized, "`initialize` comes first")),
            (_, "initialize") => Err(error(ErrorCodes::InvalidRequest, "`initialize` comes once")),
            (Phase::ShutDown, _) => Err(error(ErrorCodes::InvalidRequest, "nothing but `exit` comes after `shutdown`")),
            (_, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (_, "textDocument/completion") => answer::<CompletionRequest>(params, |p| self.completion(&p)),
            (_, "textDocument/definition") => answer::<DefinitionRequest>(params, |p| self.definition(&p)),
            (_, "textDocument/references") => answer::<ReferencesRequest>(params, |p| self.references(&p)),
            (_, "textDocument/hover") => answer::<HoverRequest>(params, |p| self.hover(&p)),
            (_, "textDocument/codeAction") => answer::<CodeActionRequest>(params, |p| self.code_actions(&p)),
            (_, method) => Err(error(ErrorCodes::MethodNotFound, &format!("there is no method `{method}` here"))),
        }
    }

    fn initialize(&mut self, params: &Value) -> Value {
        let editor = start::editor(params);
        self.phase = Phase::Running;
        self.encoding = editor.encoding;
        self.watches = editor.watches;
        self.workspace = Workspace::new(editor.folders);
        serde_json::to_value(start::offer(self.encoding)).expect("the protocol's types have string keys")
    }

    /// Takes what the editor tells. What cannot be read, or is not known, changes nothing.
    fn note(&mut self, method: &str, params: Value) -> io::Result<()> {
        if self.phase != Phase::Running {
            return Ok(());
        }
        match method {
            "initialized" => self.begin()?,
            "textDocument/didOpen" => self.reading(params, Self::did_open)?,
            "textDocument/didChange" => self.reading(params, Self::did_change)?,
            "textDocument/didSave" => self.reading(params, Self::did_save)?,
            "textDocument/didClose" => self.reading(params, Self::did_close)?,
            "workspace/didChangeWatchedFiles" => self.reading(params, Self::did_change_watched_files)?,
            _ => {}
        }
        Ok(())
    }

    fn reading<P: serde::de::DeserializeOwned>(
        &mut self,
        params: Value,
        work: fn(&mut Self, P) -> io::Result<()>,
    ) -> io::Result<()> {
        match messages::read(params) {
            Ok(params) => work(self, params),
            Err(reason) => self.complain(&reason),
        }
    }

    fn begin(&mut self) -> io::Result<()> {
        for (folder, error) in self.workspace.open() {
            let help = "open a folder of a git repository, or make one with `lorekeep init`";
            self.complain(&format!("there is no memory in {}: {error}; {help}", folder.display()))?;
        }
        if self.watches { wire::write(&mut self.output, &start::watch()) } else { Ok(()) }
    }

    fn did_open(&mut self, params: DidOpenTextDocumentParams) -> io::Result<()> {
        let opened = params.text_document;
        let home = uri::to_path(&opened.uri.0).and_then(|file| self.workspace.home(&file));
        let document = Document { uri: opened.uri.0, version: opened.version, text: opened.text, home };
        let uri = document.uri.clone();
        self.documents.insert(uri.clone(), document);
        self.edited(&uri)
    }

    fn did_change(&mut self, params: DidChangeTextDocumentParams) -> io::Result<()> {
        let uri = params.text_document.text_document_identifier.uri.0;
        if let Some(document) = self.documents.get_mut(&uri) {
            document.change(params.content_changes, self.encoding);
            document.version = params.text_document.version;
        }
        self.edited(&uri)
    }

    fn did_save(&mut self, params: DidSaveTextDocumentParams) -> io::Result<()> {
        if let Some((at, path)) = self.home(&params.text_document.uri.0) {
            self.workspace.session(at).saved(&path);
            self.changed = true;
        }
        Ok(())
    }

    fn did_close(&mut self, params: DidCloseTextDocumentParams) -> io::Result<()> {
        let uri = params.text_document.uri.0;
        let Some(document) = self.documents.remove(&uri) else { return Ok(()) };
        if let Some((at, path)) = &document.home {
            self.workspace.session(*at).close(path);
            self.changed = true;
        }
        match self.published.remove(&uri) {
            Some(_) => self.tell(&uri, None, Vec::new()),
            None => Ok(()),
        }
    }

    fn did_change_watched_files(&mut self, params: DidChangeWatchedFilesParams) -> io::Result<()> {
        for event in params.changes {
            let file = uri::to_path(&event.uri.0);
            if let Some((at, path)) = file.and_then(|file| self.workspace.known(&file)) {
                self.workspace.session(at).changed_on_disk(&[path]);
                self.changed = true;
            }
        }
        Ok(())
    }

    /// Hands on the text of a document.
    fn edited(&mut self, uri: &str) -> io::Result<()> {
        let Some(document) = self.documents.get(uri) else { return Ok(()) };
        let Some((at, path)) = &document.home else { return Ok(()) };
        self.changed = true;
        match self.workspace.session(*at).edit(path, &document.text) {
            Err(error) => self.complain(&error.to_string()),
            Ok(()) => Ok(()),
        }
    }

    pub(super) fn home(&self, uri: &str) -> Option<(usize, RepoPath)> {
        self.documents.get(uri)?.home.clone()
    }

    /// Tells the findings in every open document where they, or the document, are new.
    fn publish(&mut self) -> io::Result<()> {
        if !std::mem::take(&mut self.changed) {
            return Ok(());
        }
        let mut found: HashMap<(usize, RepoPath), Vec<Finding>> = HashMap::new();
        let mut failed = Vec::new();
        for (at, session) in self.workspace.sessions() {
            match session.findings() {
                Ok(findings) => found.extend(findings.into_iter().map(|(path, list)| ((at, path), list))),
                Err(error) => failed.push(error.to_string()),
            }
        }
        for reason in failed {
            self.complain(&reason)?;
        }
        let open: Vec<(String, i32, (usize, RepoPath))> =
            self.documents.values().filter_map(|d| Some((d.uri.clone(), d.version, d.home.clone()?))).collect();
        for (uri, version, home) in open {
            let list = self.shown(&uri, home.0, &found.remove(&home).unwrap_or_default());
            let fresh = (version, list);
            if self.published.get(&uri) != Some(&fresh) {
                self.tell(&uri, Some(version), fresh.1.clone())?;
                self.published.insert(uri, fresh);
            }
        }
        Ok(())
    }

    fn shown(&mut self, uri: &str, at: usize, findings: &[Finding]) -> Vec<Diagnostic> {
        let Some(document) = self.documents.get(uri) else { return Vec::new() };
        let text = document.text.as_str();
        diagnostics(findings, &Lines::new(text, self.encoding), text, |place| self.location_of(at, place))
    }

    fn tell(&mut self, uri: &str, version: Option<i32>, diagnostics: Vec<Diagnostic>) -> io::Result<()> {
        let params = PublishDiagnosticsParams { uri: uri.to_owned().into(), version, diagnostics };
        wire::write(&mut self.output, &RequestObject::from_notification::<PublishDiagnosticsNotification>(params))
    }

    /// Says what is wrong, once.
    pub(super) fn complain(&mut self, message: &str) -> io::Result<()> {
        if !self.complaints.insert(message.to_owned()) {
            return Ok(());
        }
        let params = ShowMessageParams { kind: MessageType::Warning, message: format!("lorekeep: {message}") };
        wire::write(&mut self.output, &RequestObject::from_notification::<ShowMessageNotification>(params))
    }
}
