//! Every path of the dashboard, in one table: the router and the document of the API are both made of it, so that neither has
//! what the other does not.

use super::filter::Wanted;
use super::view::{Health, Overview, Phone, Problem, Readiness, Strangers};
use super::{Shared, answers};
use crate::serve::reload::Reload;
use crate::serve::seen::Gap;
use axum::Router;
use axum::routing::{MethodRouter, get, post};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::num::NonZeroUsize;

/// A path, who answers, and what is to be known of it.
pub(super) struct Route {
    pub path: &'static str,
    pub handler: MethodRouter<Shared>,
    pub operation: Operation,
}

/// What may be asked of a path.
#[derive(Clone)]
pub(super) struct Operation {
    /// In small letters, as the document has it.
    pub method: &'static str,
    pub id: &'static str,
    pub summary: &'static str,
    pub parameters: &'static [Parameter],
    pub answers: Vec<Answer>,
}

#[derive(Clone, Copy)]
pub(super) struct Parameter {
    pub name: &'static str,
    /// `path` or `query`.
    pub place: &'static str,
    pub about: &'static str,
    pub schema: fn(&mut SchemaGenerator) -> Schema,
}

#[derive(Clone, Copy)]
pub(super) struct Answer {
    pub status: u16,
    pub about: &'static str,
    pub kind: &'static str,
    /// Of JSON, what it looks like.
    pub schema: Option<fn(&mut SchemaGenerator) -> Schema>,
}

const JSON: &str = "application/json";

fn json<T: JsonSchema>(status: u16, about: &'static str) -> Answer {
    Answer { status, about, kind: JSON, schema: Some(of::<T>) }
}

fn text(kind: &'static str, about: &'static str) -> Answer {
    Answer { status: 200, about, kind, schema: None }
}

fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    generator.subschema_for::<T>()
}

const PAGE: Parameter = Parameter {
    name: "page",
    place: "query",
    about: "which hundred of them, from 1; one beyond the last is the last",
    schema: of::<Option<NonZeroUsize>>,
};
const MAC: Parameter =
    Parameter { name: "mac", place: "path", about: "a hardware address, in any usual spelling", schema: of::<String> };

/// By what phones are looked for; each may be left out or empty.
const SOUGHT: [Parameter; 7] = [
    PAGE,
    sought("q", "a part of an address, a name or another cell, in small letters or capitals", of::<Option<String>>),
    sought("fleet", "of this fleet", of::<Option<String>>),
    sought("model", "of this model", of::<Option<String>>),
    sought("network", "with a lease there, or without one of it in the program", of::<Option<String>>),
    sought("state", "how far they are: the furthest of the four states, lagging or done", of::<Option<Wanted>>),
    sought("cause", "what keeps them", of::<Option<Gap>>),
];

const fn sought(name: &'static str, about: &'static str, schema: fn(&mut SchemaGenerator) -> Schema) -> Parameter {
    Parameter { name, place: "query", about, schema }
}

pub(super) fn all() -> Vec<Route> {
    let mut all = reading();
    all.extend(acting());
    all
}

/// What changes something.
fn acting() -> Vec<Route> {
    let reload = Route {
        path: "/api/reload",
        handler: post(answers::reload),
        operation: Operation {
            method: "post",
            id: "reload",
            summary: "Reads the program again: as a changed file or SIGHUP does. From this machine only, and from no browser",
            parameters: &[],
            answers: vec![
                json::<Reload>(200, "the program was taken"),
                json::<Problem>(403, "the request comes from another machine, or from a browser"),
                json::<Reload>(422, "it was not taken, and why; the last good program goes on"),
                json::<Problem>(503, "nobody can reload now"),
            ],
        },
    };
    vec![reload]
}

/// What only tells.
fn reading() -> Vec<Route> {
    let route = |path, handler, id, summary, parameters, answers| Route {
        path,
        handler,
        operation: Operation { method: "get", id, summary, parameters, answers },
    };
    vec![
        route(
            "/",
            get(answers::index),
            "index",
            "How the whole program stands, for people",
            &SOUGHT,
            vec![text("text/html; charset=utf-8", "the page"), json::<Problem>(400, "this is no page")],
        ),
        route(
            "/phones/{mac}",
            get(answers::sheet),
            "sheet",
            "One device, for people",
            &[MAC],
            vec![
                text("text/html; charset=utf-8", "the page"),
                json::<Problem>(400, "this is no hardware address"),
                Answer {
                    status: 404,
                    ..text("text/html; charset=utf-8", "it is not of the program, and was not seen")
                },
            ],
        ),
        route(
            "/events",
            get(answers::events),
            "events",
            "Whose records change, as server-sent events: `changed` names them, `anew` says that it may be all. Goes on after \
             Last-Event-ID",
            &[],
            vec![text("text/event-stream", "the stream"), json::<Problem>(503, "as many follow as there is room for")],
        ),
        route(
            "/style.css",
            get(answers::style),
            "style",
            "What pages look like",
            &[],
            vec![text("text/css; charset=utf-8", "the sheet")],
        ),
        route(
            "/live.js",
            get(answers::script),
            "script",
            "What keeps pages up to date",
            &[],
            vec![text("text/javascript; charset=utf-8", "the script")],
        ),
        route(
            "/health",
            get(answers::health),
            "health",
            "Whether the process is alive",
            &[],
            vec![json::<Health>(200, "it is")],
        ),
        route(
            "/ready",
            get(answers::ready),
            "ready",
            "Whether phones get what they ask for: everything is bound, a program is loaded, leases can be kept",
            &[],
            vec![json::<Readiness>(200, "it is ready"), json::<Readiness>(503, "it is not, and why")],
        ),
        route(
            "/metrics",
            get(answers::metrics),
            "metrics",
            "Figures for Prometheus",
            &[],
            vec![text("text/plain; version=0.0.4", "in the text format")],
        ),
        route(
            "/api/phones",
            get(answers::phones),
            "phones",
            "How it stands with the program, and a page of its phones",
            &SOUGHT,
            vec![json::<Overview>(200, "the page"), json::<Problem>(400, "this is no page")],
        ),
        route(
            "/api/phones/{mac}",
            get(answers::phone),
            "phone",
            "One device, of the program or not",
            &[MAC],
            vec![
                json::<Phone>(200, "what is known of it"),
                json::<Problem>(400, "this is no hardware address"),
                json::<Problem>(404, "it is not of the program, and was not seen"),
            ],
        ),
        route(
            "/api/strangers",
            get(answers::strangers),
            "strangers",
            "Devices that are not of the program, with what they asked for, the latest first",
            &[PAGE],
            vec![json::<Strangers>(200, "the page"), json::<Problem>(400, "this is no page")],
        ),
        route(
            "/api/openapi.json",
            get(answers::document),
            "document",
            "This document",
            &[],
            vec![Answer {
                status: 200,
                about: "OpenAPI 3.1",
                kind: JSON,
                schema: Some(of::<serde_json::Map<String, serde_json::Value>>),
            }],
        ),
    ]
}

pub(super) fn router(shared: Shared) -> Router {
    let router = all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    router.fallback(answers::nothing).method_not_allowed_fallback(answers::not_allowed).with_state(shared)
}
