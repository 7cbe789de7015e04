//! The protocol: each request is a question of `editor`, each notification a change of what is open.

use super::checking::Checking;
use super::projects::{Asked, Projects, is_program, path_of};
use crate::diagnostic::Span;
use crate::editor::{self, Encoding, View};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tower_lsp_server::jsonrpc::Result;
use tower_lsp_server::ls_types::{
    ClientCapabilities, CompletionOptions, CompletionParams, CompletionResponse, DidChangeTextDocumentParams,
    DidChangeWatchedFilesParams, DidChangeWatchedFilesRegistrationOptions, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, DidSaveTextDocumentParams, FileSystemWatcher, GlobPattern, GotoDefinitionParams,
    GotoDefinitionResponse, Hover, HoverParams, HoverProviderCapability, InitializeParams, InitializeResult,
    InitializedParams, Location, OneOf, Position, Registration, SaveOptions, ServerCapabilities, ServerInfo,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions, TextDocumentSyncSaveOptions, Uri,
};
use tower_lsp_server::{Client, LanguageServer};

pub struct Backend {
    checking: Checking,
    projects: Arc<Mutex<Projects>>,
    shut_down: Arc<AtomicBool>,
    /// Whether the client watches files when it is asked to.
    watches: AtomicBool,
}

impl Backend {
    pub fn new(client: Client) -> Backend {
        let projects = Arc::<Mutex<Projects>>::default();
        let checking = Checking::new(client, projects.clone());
        tokio::spawn(checking.clone().run());
        Backend { checking, projects, shut_down: Arc::default(), watches: AtomicBool::new(false) }
    }

    /// Whether the client said that it is about to end.
    pub fn shut_down(&self) -> Arc<AtomicBool> {
        self.shut_down.clone()
    }

    fn projects(&self) -> MutexGuard<'_, Projects> {
        self.projects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ask(&self, uri: &Uri, position: Position) -> Option<Asked> {
        self.projects().ask(uri, position)
    }

    fn location(&self, asked: &Asked, view: &View, span: Span) -> Option<Location> {
        let uri = self.projects().uri(&asked.key, view.sources.name(span.file))?;
        Some(Location { uri, range: view.range(span)? })
    }

    /// What is of the same program as a file that changed is checked again; where no program knows it, everything is.
    fn changed(&self, uri: &Uri) {
        let path = path_of(uri);
        let mut projects = self.projects();
        let own = if is_program(&path) { projects.program_of(&path).map(|(key, _)| key) } else { None };
        match own {
            // It may be of another program than before.
            Some(key) => self.checking.ask([key]),
            None => {
                let all = projects.open_programs();
                self.checking.ask(all);
            }
        }
    }
}

fn snippets(client: &ClientCapabilities) -> bool {
    let item = client.text_document.as_ref().and_then(|text| text.completion.as_ref());
    item.and_then(|completion| completion.completion_item.as_ref())
        .and_then(|item| item.snippet_support)
        .unwrap_or(false)
}

fn watches(client: &ClientCapabilities) -> bool {
    let watched = client.workspace.as_ref().and_then(|workspace| workspace.did_change_watched_files.as_ref());
    watched.and_then(|watched| watched.dynamic_registration).unwrap_or(false)
}

impl LanguageServer for Backend {
    async fn initialize(&self, client: InitializeParams) -> Result<InitializeResult> {
        let general = client.capabilities.general.as_ref();
        let offered = general.and_then(|general| general.position_encodings.clone()).unwrap_or_default();
        let encoding = Encoding::agreed(&offered);
        self.watches.store(watches(&client.capabilities), Ordering::Relaxed);
        {
            let mut projects = self.projects();
            projects.encoding = encoding;
            projects.snippets = snippets(&client.capabilities);
            let folders = client.workspace_folders.unwrap_or_default();
            projects.roots = folders.iter().map(|folder| path_of(&folder.uri)).collect();
        }
        let text_document_sync = TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions { include_text: Some(false) })),
            ..TextDocumentSyncOptions::default()
        });
        let completion = CompletionOptions {
            trigger_characters: Some(["$", ".", "\""].map(str::to_owned).to_vec()),
            ..CompletionOptions::default()
        };
        let capabilities = ServerCapabilities {
            position_encoding: Some(encoding.kind()),
            text_document_sync: Some(text_document_sync),
            hover_provider: Some(HoverProviderCapability::Simple(true)),
            completion_provider: Some(completion),
            definition_provider: Some(OneOf::Left(true)),
            ..ServerCapabilities::default()
        };
        let version = Some(env!("CARGO_PKG_VERSION").to_owned());
        Ok(InitializeResult {
            capabilities,
            server_info: Some(ServerInfo { name: "prov".to_owned(), version }),
            ..InitializeResult::default()
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        if !self.watches.load(Ordering::Relaxed) {
            return;
        }
        let glob =
            |pattern: &str| FileSystemWatcher { glob_pattern: GlobPattern::String(pattern.to_owned()), kind: None };
        let watchers = vec![glob("**/*.{prov,csv,json,jsonl,toml,pem,crt,cer,key}")];
        let options = serde_json::to_value(DidChangeWatchedFilesRegistrationOptions { watchers }).ok();
        let (id, method) = ("files".to_owned(), "workspace/didChangeWatchedFiles".to_owned());
        let client = self.checking.client.clone();
        // The answer comes when it comes.
        tokio::spawn(async move {
            let _ = client.register_capability(vec![Registration { id, method, register_options: options }]).await;
        });
    }

    async fn shutdown(&self) -> Result<()> {
        self.shut_down.store(true, Ordering::Relaxed);
        Ok(())
    }

    async fn did_open(&self, opened: DidOpenTextDocumentParams) {
        let document = opened.text_document;
        let uri = document.uri.clone();
        self.projects().open(document.uri, document.version, document.text);
        self.changed(&uri);
    }

    async fn did_change(&self, changed: DidChangeTextDocumentParams) {
        let uri = changed.text_document.uri;
        {
            let mut projects = self.projects();
            let Some(buffer) = projects.buffers.get_mut(&path_of(&uri)) else { return };
            let text = std::mem::replace(&mut buffer.text, Arc::new(editor::Text::new("", Encoding::default())));
            buffer.text = Arc::new(Arc::unwrap_or_clone(text).changed(changed.content_changes));
            buffer.version = changed.text_document.version;
            projects.revision += 1;
        }
        self.changed(&uri);
    }

    async fn did_save(&self, _: DidSaveTextDocumentParams) {}

    async fn did_close(&self, closed: DidCloseTextDocumentParams) {
        let uri = closed.text_document.uri;
        {
            let mut projects = self.projects();
            projects.buffers.remove(&path_of(&uri));
            projects.revision += 1;
        }
        self.changed(&uri);
    }

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        let all = {
            let mut projects = self.projects();
            projects.revision += 1;
            projects.open_programs()
        };
        self.checking.ask(all);
    }

    async fn hover(&self, asked: HoverParams) -> Result<Option<Hover>> {
        let at = asked.text_document_position_params;
        let asked = self.ask(&at.text_document.uri, at.position);
        Ok(asked.and_then(|asked| editor::hover(asked.view.place(&asked.path, asked.position)?)))
    }

    async fn completion(&self, asked: CompletionParams) -> Result<Option<CompletionResponse>> {
        let at = asked.text_document_position;
        let asked = self.ask(&at.text_document.uri, at.position);
        let snippets = self.projects().snippets;
        let place = asked.as_ref().and_then(|asked| asked.view.place(&asked.path, asked.position));
        Ok(place.map(|place| CompletionResponse::Array(editor::complete(place, snippets))))
    }

    async fn goto_definition(&self, asked: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        let at = asked.text_document_position_params;
        let Some(asked) = self.ask(&at.text_document.uri, at.position) else { return Ok(None) };
        let spans = asked.view.place(&asked.path, asked.position).map(editor::definition).unwrap_or_default();
        let places = spans.into_iter().filter_map(|span| self.location(&asked, &asked.view, span));
        Ok(Some(GotoDefinitionResponse::Array(places.collect())))
    }
}
