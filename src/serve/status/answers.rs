//! What each path answers.

use super::caller::Local;
use super::filter::Filter;
use super::openapi::DOCUMENT;
use super::view::{self, Problem};
use super::{Shared, board, live, page, sheet};
use crate::phone::Mac;
use crate::serve::metrics;
use crate::serve::reload::ReloadRequest;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, StatusCode};
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

type Sought = Result<Query<Filter>, QueryRejection>;

/// Looks at every phone that fits: not on a thread that answers others.
async fn apart<T: Send + 'static>(make: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    tokio::task::spawn_blocking(make).await.ok()
}

pub(super) async fn index(State(site): State<Shared>, filter: Sought) -> Response {
    let Ok(Query(filter)) = filter else { return no_page() };
    match apart(move || page::overview(&board::board(&site, &filter, PER_PAGE))).await {
        Some(html) => html_page(StatusCode::OK, html),
        None => unmade(),
    }
}

pub(super) async fn sheet(State(site): State<Shared>, Path(mac): Path<String>) -> Response {
    let Ok(mac) = mac.parse::<Mac>() else {
        return problem(StatusCode::BAD_REQUEST, "this is no hardware address");
    };
    let made = apart(move || match sheet::sheet(&site, mac) {
        Some(sheet) => (StatusCode::OK, page::phone(&sheet)),
        None => (StatusCode::NOT_FOUND, page::nobody(&site.context.served().plan().program, mac)),
    });
    match made.await {
        Some((status, html)) => html_page(status, html),
        None => unmade(),
    }
}

pub(super) async fn phones(State(site): State<Shared>, filter: Sought) -> Response {
    let Ok(Query(filter)) = filter else { return no_page() };
    match apart(move || view::overview(&site, &filter, PER_PAGE)).await {
        Some(overview) => json(StatusCode::OK, &overview),
        None => unmade(),
    }
}

pub(super) async fn events(State(site): State<Shared>, headers: HeaderMap) -> Response {
    let Ok(permit) = site.followers.clone().try_acquire_owned() else {
        return problem(StatusCode::SERVICE_UNAVAILABLE, "as many follow as there is room for; load the page again");
    };
    guarded("text/event-stream", Body::new(live::follow(site, &headers, permit)))
}

pub(super) async fn style() -> Response {
    guarded("text/css; charset=utf-8", page::STYLE)
}

pub(super) async fn script() -> Response {
    guarded("text/javascript; charset=utf-8", page::SCRIPT)
}

pub(super) async fn strangers(State(site): State<Shared>, paging: Asked) -> Response {
    let Ok(Query(paging)) = paging else { return no_page() };
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
    guarded("application/json", DOCUMENT.as_str())
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

fn no_page() -> Response {
    problem(StatusCode::BAD_REQUEST, "this is no page")
}

fn unmade() -> Response {
    problem(StatusCode::INTERNAL_SERVER_ERROR, "the answer could not be made")
}

fn html_page(status: StatusCode, html: Result<String, handlebars::RenderError>) -> Response {
    match html {
        Ok(html) => (status, guarded("text/html; charset=utf-8", html)).into_response(),
        Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// Nothing runs, loads or is asked but what comes from here, and nothing frames it; what is shown is of the moment.
fn guarded(kind: &'static str, body: impl Into<Body>) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    let headers: [(HeaderName, &str); 5] = [
        (CONTENT_TYPE, kind),
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, body.into()).into_response()
}
