//! The dashboard: is it ready, which phones were seen, what became of them and why. For people pages that are whole without
//! scripts, and live with one; for tools JSON, for Prometheus figures.

mod answers;
mod board;
mod caller;
mod cause;
mod filter;
mod live;
mod openapi;
mod page;
mod routes;
mod sheet;
mod view;

use super::bind::Endpoint;
use super::context::Context;
use super::http::{Clients, converse};
use super::leasing::Leasing;
use super::metrics::Flooded;
use super::reload::ReloadRequest;
use axum::Router;
use caller::Ends;
use hyper::body::Incoming;
use hyper::service::service_fn;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc, watch};
use tokio::task::JoinSet;

/// Connections at a time.
const MOST_CONNECTIONS: usize = 1024;
/// Of them, from one client.
const MOST_OF_ONE: u32 = 256;
/// How long a client may take for a request's header, an idle connection stays, and nothing of an answer may be taken.
const PATIENCE: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(50);

/// What the pages are made from.
pub struct Site {
    context: Context,
    leasing: Arc<Leasing>,
    endpoints: Vec<Endpoint>,
    reloads: Option<mpsc::Sender<ReloadRequest>>,
    stop: watch::Receiver<bool>,
    begun: Instant,
    /// Tells this process from others before and after it, for who follows what happens.
    mark: u64,
    followers: Arc<Semaphore>,
}

type Shared = Arc<Site>;

impl Site {
    pub(super) fn new(
        context: Context,
        leasing: Arc<Leasing>,
        endpoints: Vec<Endpoint>,
        reloads: Option<mpsc::Sender<ReloadRequest>>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        let (mark, followers) = (context.clock.milliseconds(), Arc::new(Semaphore::new(live::MOST_FOLLOWERS)));
        Site { context, leasing, endpoints, reloads, stop, begun: Instant::now(), mark, followers }
    }

    fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }
}

/// Serves until told to stop, then lets requests end.
pub async fn serve(listener: TcpListener, site: Arc<Site>, mut stop: watch::Receiver<bool>) {
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let clients = Clients::new(MOST_OF_ONE);
    let router = routes::router(site.clone());
    let mut connections = JoinSet::new();
    loop {
        let accept = async {
            let permit = permits.clone().acquire_owned().await;
            (permit, listener.accept().await)
        };
        let (permit, accepted) = tokio::select! {
            accepted = accept => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        while connections.try_join_next().is_some() {}
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let Some(connected) = clients.enter(peer.ip(), site.context.clock.seconds()) else {
            site.context.events.metrics.limited(Flooded::Dashboard);
            continue;
        };
        let Ok(ours) = stream.local_addr() else { continue };
        let (router, stop) = (router.clone(), stop.clone());
        connections.spawn(async move {
            speak(stream, Ends { ours, theirs: peer }, router, stop).await;
            drop((connected, permit));
        });
    }
    while connections.join_next().await.is_some() {}
}

async fn speak(stream: TcpStream, ends: Ends, router: Router, stop: watch::Receiver<bool>) {
    let router = hyper_util::service::TowerToHyperService::new(router);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ends);
        hyper::service::Service::call(&router, request)
    });
    let _ = converse(stream, service, PATIENCE, PATIENCE, stop, std::future::pending()).await;
}
