//! What each path answers.

use super::caller::Local;
use super::openapi::DOCUMENT;
use super::view::{self, Problem};
use super::{Shared, page};
use crate::phone::Mac;
use crate::serve::metrics;
use crate::serve::reload::ReloadRequest;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::num::NonZeroUsize;
use tokio::sync::oneshot;

/// Phones on one page.
const PER_PAGE: usize = 100;

#[derive(Debug, Deserialize)]
pub(super) struct Paging {
    #[serde(default)]
    page: Option<NonZeroUsize>,
}

impl Paging {
    /// From 1.
    fn page(&self) -> usize {
        self.page.map_or(1, NonZeroUsize::get)
    }
}

type Asked = Result<Query<Paging>, QueryRejection>;

pub(super) async fn index(State(site): State<Shared>, paging: Asked) -> Response {
    let Ok(Query(paging)) = paging else { return problem(StatusCode::BAD_REQUEST, "this is no page") };
    match page::render(&view::overview(&site, paging.page(), PER_PAGE)) {
        Ok(html) => guarded("text/html; charset=utf-8", html),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

pub(super) async fn phones(State(site): State<Shared>, paging: Asked) -> Response {
    let Ok(Query(paging)) = paging else { return problem(StatusCode::BAD_REQUEST, "this is no page") };
    json(StatusCode::OK, &view::overview(&site, paging.page(), PER_PAGE))
}

pub(super) async fn strangers(State(site): State<Shared>, paging: Asked) -> Response {
    let Ok(Query(paging)) = paging else { return problem(StatusCode::BAD_REQUEST, "this is no page") };
    json(StatusCode::OK, &view::strangers(&site, paging.page(), PER_PAGE))
}

pub(super) async fn phone(State(site): State<Shared>, Path(mac): Path<String>) -> Response {
    let Ok(mac) = mac.parse::<Mac>() else {
        return problem(StatusCode::BAD_REQUEST, "this is no hardware address");
    };
    match view::phone(&site, mac) {
        Some(phone) => json(StatusCode::OK, &phone),
        None => problem(StatusCode::NOT_FOUND, "this device is not of the program, and was not seen"),
    }
}

pub(super) async fn health(State(site): State<Shared>) -> Response {
    json(StatusCode::OK, &view::health(&site))
}

pub(super) async fn ready(State(site): State<Shared>) -> Response {
    if site.context.events.store_fails() {
        // Who asks whether phones may be sent here would wait for ever for one to come and find out.
        let leasing = site.leasing.clone();
        if matches!(tokio::task::spawn_blocking(move || leasing.probe()).await, Ok(Ok(()))) {
            site.context.events.store_works();
        }
    }
    let readiness = view::readiness(&site);
    let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    json(status, &readiness)
}

pub(super) async fn metrics(State(site): State<Shared>) -> Response {
    // A look at every phone and lease: not on a thread that answers others.
    let page = tokio::task::spawn_blocking(move || metrics::page(&site.context, &site.leasing)).await;
    match page {
        Ok(Ok((text, kind))) => guarded(kind, text),
        Ok(Err(error)) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
        Err(_) => problem(StatusCode::INTERNAL_SERVER_ERROR, "the figures could not be gathered"),
    }
}

pub(super) async fn document() -> Response {
    guarded("application/json", DOCUMENT.clone())
}

pub(super) async fn reload(State(site): State<Shared>, _: Local) -> Response {
    let (answer, outcome) = oneshot::channel();
    let asked = site.reloads.as_ref().is_some_and(|reloads| reloads.try_send(ReloadRequest { answer }).is_ok());
    match if asked { outcome.await.ok() } else { None } {
        Some(reload) if reload.reloaded => json(StatusCode::OK, &reload),
        Some(reload) => json(StatusCode::UNPROCESSABLE_ENTITY, &reload),
        None => problem(StatusCode::SERVICE_UNAVAILABLE, "nobody can reload now; ask again"),
    }
}

pub(super) async fn nothing() -> Response {
    problem(StatusCode::NOT_FOUND, "there is no such path; /api/openapi.json lists all")
}

pub(super) async fn not_allowed() -> Response {
    problem(StatusCode::METHOD_NOT_ALLOWED, "the path is not asked in this way; /api/openapi.json tells how")
}

fn json<T: Serialize>(status: StatusCode, value: &T) -> Response {
    match serde_json::to_string(value) {
        Ok(text) => (status, guarded("application/json", text)).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

pub(super) fn problem(status: StatusCode, text: &str) -> Response {
    let body = serde_json::to_string(&Problem { error: text.to_owned() }).unwrap_or_default();
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
