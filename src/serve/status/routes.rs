//! Every path of the dashboard, in one table: the router and the document of the API are both made of it, so that neither has
//! what the other does not.

use super::view::{Health, Overview, Phone, Problem, Readiness, Strangers};
use super::{Shared, answers};
use crate::serve::reload::Reload;
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

pub(super) fn all() -> Vec<Route> {
    let route = |path, handler, id, summary, parameters, answers| Route {
        path,
        handler,
        operation: Operation { method: "get", id, summary, parameters, answers },
    };
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
    vec![
        route(
            "/",
            get(answers::index),
            "index",
            "The status page, for people",
            &[PAGE],
            vec![text("text/html; charset=utf-8", "the page"), json::<Problem>(400, "this is no page")],
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
            &[PAGE],
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
        reload,
    ]
}

pub(super) fn router(shared: Shared) -> Router {
    let router = all().into_iter().fold(Router::new(), |router, route| router.route(route.path, route.handler));
    router.fallback(answers::nothing).method_not_allowed_fallback(answers::not_allowed).with_state(shared)
}
