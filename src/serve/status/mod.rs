//! The dashboard: is it ready, which phones were seen, what became of them. For people one page without scripts, for
//! tools JSON.

mod page;
mod view;

use super::bind::Endpoint;
use super::context::Context;
use crate::phone::Mac;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What the pages are made from.
#[derive(Clone)]
pub struct Site {
    pub(super) context: Context,
    pub(super) endpoints: Vec<Endpoint>,
}

/// Phones on one page.
const PER_PAGE: usize = 100;

#[derive(Debug, Deserialize)]
struct Paging {
    #[serde(default)]
    page: Option<usize>,
}

impl Paging {
    /// From 1.
    fn page(&self) -> usize {
        self.page.unwrap_or(1).max(1)
    }
}

/// Serves until told to stop.
pub async fn serve(listener: TcpListener, site: Site, mut stop: watch::Receiver<bool>) {
    let router = Router::new()
        .route("/", get(index))
        .route("/ready", get(|| async { "ready\n" }))
        .route("/health", get(|| async { "ok\n" }))
        .route("/api/phones", get(phones))
        .route("/api/phones/{mac}", get(phone))
        .route("/api/strangers", get(strangers))
        .with_state(Arc::new(site));
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stopped).await {
        tracing::warn!(%error, "the dashboard has ended");
    }
}

async fn index(State(site): State<Arc<Site>>, Query(paging): Query<Paging>) -> Response {
    let page = paging.page();
    match page::render(&view::overview(&site, page, PER_PAGE)) {
        Ok(html) => guarded("text/html; charset=utf-8", html),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

async fn phones(State(site): State<Arc<Site>>, Query(paging): Query<Paging>) -> Response {
    let page = paging.page();
    json(&view::overview(&site, page, PER_PAGE))
}

async fn strangers(State(site): State<Arc<Site>>, Query(paging): Query<Paging>) -> Response {
    json(&view::strangers(&site, paging.page(), PER_PAGE))
}

async fn phone(State(site): State<Arc<Site>>, Path(mac): Path<String>) -> Response {
    let Ok(mac) = mac.parse::<Mac>() else {
        return problem(StatusCode::BAD_REQUEST, "this is no hardware address");
    };
    match view::phone(&site, mac) {
        Some(phone) => json(&phone),
        None => problem(StatusCode::NOT_FOUND, "this device is not of the program, and was not seen"),
    }
}

fn json<T: serde::Serialize>(value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => guarded("application/json", text),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

fn problem(status: StatusCode, text: &str) -> Response {
    let body = serde_json::json!({ "error": text }).to_string();
    (status, guarded("application/json", body)).into_response()
}

/// Nothing on the page runs, loads or is framed; what it shows is of the moment.
fn guarded(kind: &'static str, body: String) -> Response {
    const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
                          frame-ancestors 'none'";
    let headers: [(HeaderName, &str); 4] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body).into_response()
}
