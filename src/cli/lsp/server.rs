//! The protocol: each request is a question of `editor`, each notification a change of what is open.

use super::checking::{Checking, plan};
use super::projects::{Asked, Projects, is_program, path_of};
use crate::diagnostic::{FileId, Span};
use crate::editor::{self, Encoding, Mend, SharedFiles, View};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tower_lsp_server::jsonrpc::{Error, ErrorCode, Result};
use tower_lsp_server::ls_types::*;
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

    /// A file that is open, as its program has it.
    fn file(&self, uri: &Uri) -> Option<(Asked, FileId)> {
        let asked = self.ask(uri, Position::default())?;
        let file = asked.view.file(&asked.path)?;
        Some((asked, file))
    }

    /// Changes of a program's files, by file.
    fn workspace_edit(&self, asked: &Asked, edits: impl IntoIterator<Item = (Span, String)>) -> WorkspaceEdit {
        let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for (span, new_text) in edits {
            if let Some(Location { uri, range }) = self.location(asked, &asked.view, span) {
                changes.entry(uri).or_default().push(TextEdit { range, new_text });
            }
        }
        WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }
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
            references_provider: Some(OneOf::Left(true)),
            document_highlight_provider: Some(OneOf::Left(true)),
            rename_provider: Some(OneOf::Right(RenameOptions {
                prepare_provider: Some(true),
                work_done_progress_options: WorkDoneProgressOptions::default(),
            })),
            document_symbol_provider: Some(OneOf::Left(true)),
            folding_range_provider: Some(FoldingRangeProviderCapability::Simple(true)),
            document_formatting_provider: Some(OneOf::Left(true)),
            inlay_hint_provider: Some(OneOf::Left(true)),
            code_action_provider: Some(CodeActionProviderCapability::Options(CodeActionOptions {
                code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
                ..CodeActionOptions::default()
            })),
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

    async fn references(&self, asked: ReferenceParams) -> Result<Option<Vec<Location>>> {
        let at = asked.text_document_position;
        let binding = asked.context.include_declaration;
        let Some(asked) = self.ask(&at.text_document.uri, at.position) else { return Ok(None) };
        let place = asked.view.place(&asked.path, asked.position);
        let spans = place.map(|place| editor::references(place, binding)).unwrap_or_default();
        Ok(Some(spans.into_iter().filter_map(|span| self.location(&asked, &asked.view, span)).collect()))
    }

    async fn document_highlight(&self, asked: DocumentHighlightParams) -> Result<Option<Vec<DocumentHighlight>>> {
        let at = asked.text_document_position_params;
        let Some(asked) = self.ask(&at.text_document.uri, at.position) else { return Ok(None) };
        let Some(place) = asked.view.place(&asked.path, asked.position) else { return Ok(None) };
        let here = editor::references(place, true).into_iter().filter(|span| span.file == place.file);
        let shown = here.filter_map(|span| Some(DocumentHighlight { range: asked.view.range(span)?, kind: None }));
        Ok(Some(shown.collect()))
    }

    async fn prepare_rename(&self, at: TextDocumentPositionParams) -> Result<Option<PrepareRenameResponse>> {
        let Some(asked) = self.ask(&at.text_document.uri, at.position) else { return Ok(None) };
        let Some(place) = asked.view.place(&asked.path, asked.position) else { return Ok(None) };
        let named = editor::nameable(place).map_err(refused)?;
        let placeholder = asked.view.sources.slice(named.span).to_owned();
        let range = asked.view.range(named.span);
        Ok(range.map(|range| PrepareRenameResponse::RangeWithPlaceholder { range, placeholder }))
    }

    async fn rename(&self, asked: RenameParams) -> Result<Option<WorkspaceEdit>> {
        let (at, name) = (asked.text_document_position, asked.new_name);
        let Some(asked) = self.ask(&at.text_document.uri, at.position) else { return Ok(None) };
        let Some(place) = asked.view.place(&asked.path, asked.position) else { return Ok(None) };
        let spans = editor::rename(place, &name).map_err(refused)?;
        Ok(Some(self.workspace_edit(&asked, spans.into_iter().map(|span| (span, name.clone())))))
    }

    async fn document_symbol(&self, asked: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        let file = self.file(&asked.text_document.uri);
        Ok(file.map(|(asked, file)| DocumentSymbolResponse::Nested(editor::symbols(&asked.view, file))))
    }

    async fn folding_range(&self, asked: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        Ok(self.file(&asked.text_document.uri).map(|(asked, file)| editor::folds(&asked.view, file)))
    }

    async fn formatting(&self, asked: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        let path = path_of(&asked.text_document.uri);
        let text = self.projects().buffers.get(&path).map(|buffer| buffer.text.clone());
        Ok(text.and_then(|text| editor::format(&text)))
    }

    async fn inlay_hint(&self, asked: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        let range = asked.range;
        let Some((asked, file)) = self.file(&asked.text_document.uri) else { return Ok(None) };
        let Some(text) = asked.view.text(file) else { return Ok(None) };
        let between = text.offset(range.start)..text.offset(range.end) + 1;
        Ok(Some(editor::hints(&asked.view, file, between)))
    }

    async fn code_action(&self, asked: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        let CodeActionParams { text_document, range, context, .. } = asked;
        if context.only.is_some_and(|only| !only.contains(&CodeActionKind::QUICKFIX)) {
            return Ok(Some(Vec::new()));
        }
        let Some((asked, file)) = self.file(&text_document.uri) else { return Ok(None) };
        let Some(text) = asked.view.text(file) else { return Ok(None) };
        let touched = text.offset(range.start)..text.offset(range.end);
        let (view, key, path) = (asked.view.clone(), asked.key.clone(), asked.path.clone());
        let found = self.projects().found(&key);
        // Each way to mend a finding is tried on the whole program.
        let tried = tokio::task::spawn_blocking(move || {
            let planned = found.unwrap_or_else(|| Arc::new(plan(&*view.shared_files(), &key, None)));
            let find = |files: SharedFiles| plan(&*files, &key, None).findings().to_vec();
            let mends = editor::mends(&view, &path, touched, (planned.findings(), planned.sources()), &find);
            (planned, mends)
        });
        let Ok((planned, mends)) = tried.await else { return Ok(None) };
        let uri = |path: &str| self.projects().uri(&asked.key, path);
        let action = |mend: Mend| {
            CodeActionOrCommand::CodeAction(CodeAction {
                title: mend.title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![editor::shown(&mend.finding, planned.sources(), &asked.view, &uri)]),
                edit: Some(self.workspace_edit(&asked, [(mend.edit.span, mend.edit.text)])),
                is_preferred: Some(true),
                ..CodeAction::default()
            })
        };
        Ok(Some(mends.into_iter().map(action).collect()))
    }
}

/// Why a name stays as it is, for the client to show.
fn refused(why: String) -> Error {
    Error { code: ErrorCode::ServerError(REQUEST_FAILED), message: why.into(), data: None }
}

/// The protocol's code for a request that was right, and came to nothing.
const REQUEST_FAILED: i64 = -32803;
