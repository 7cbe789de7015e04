//! Server-sent events: that phones' records changed, for pages that show them. What changed stands in one feed for all, of
//! bounded length; each follower has a place in it, so that nothing gathers for a slow one: it finds the feed further
//! along, or is told to look anew. One that takes nothing is cut.

use super::Shared;
use axum::http::HeaderMap;
use bytes::Bytes;
use http_body_util::channel::{Channel, Sender};
use serde::Serialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{sleep, timeout};

/// Pages that follow at a time: they hold connections, and leave some for others.
pub(super) const MOST_FOLLOWERS: usize = 512;
/// How often news is told at most.
const EVERY: Duration = Duration::from_millis(500);
/// After so many rounds without news, a word that the connection is alive.
const QUIET_ROUNDS: u32 = 20;
/// How long a follower may take none of what is sent.
const PATIENCE: Duration = Duration::from_secs(15);
/// Changed phones that are named; more is everything.
const MOST_NAMED: usize = 200;

pub(super) type Stream = Channel<Bytes, Infallible>;

#[derive(Serialize)]
struct Changed<'a> {
    /// Phones that had everything, and phones of the program.
    done: usize,
    total: usize,
    phones: &'a [String],
}

/// The stream of one follower, who may have been here before.
pub(super) fn follow(site: Shared, headers: &HeaderMap, permit: OwnedSemaphorePermit) -> Stream {
    let asked = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let place = match asked {
        // Of another process, or of nobody: beyond every place, which is told to look anew.
        Some(id) => place(id, site.mark).unwrap_or(u64::MAX),
        None => site.context.seen.news(u64::MAX).place,
    };
    let (sender, stream) = Channel::new(1);
    tokio::spawn(async move {
        tell(site, sender, place).await;
        drop(permit);
    });
    stream
}

/// `MARK-PLACE`, where the mark is this process's.
fn place(id: &str, mark: u64) -> Option<u64> {
    let (of, place) = id.split_once('-')?;
    (of.parse() == Ok(mark)).then(|| place.parse().ok()).flatten()
}

async fn tell(site: Shared, mut sender: Sender<Bytes>, mut place: u64) {
    let mut stop = site.stop.clone();
    let mut quiet = 0;
    let begin = format!("retry: 2000\nid: {}-{place}\nevent: hello\ndata: {{}}\n\n", site.mark);
    // Who is told to look anew has no place yet.
    let mut text = if place == u64::MAX { "retry: 2000\n\n".to_owned() } else { begin };
    loop {
        if !text.is_empty() {
            let sent = timeout(PATIENCE, sender.send_data(Bytes::from(std::mem::take(&mut text)))).await;
            if !matches!(sent, Ok(Ok(()))) {
                return;
            }
        }
        // The wait comes between two looks, however much happens.
        tokio::select! {
            () = sleep(EVERY) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let news = site.context.seen.news(place);
        if news.place != place {
            (place, quiet) = (news.place, 0);
            let few = news.changed.filter(|changed| changed.len() <= MOST_NAMED);
            let phones = few.map(|changed| changed.iter().map(ToString::to_string).collect::<Vec<_>>());
            text = event(&site, place, phones.as_deref());
            continue;
        }
        quiet += 1;
        if quiet % QUIET_ROUNDS == 0 {
            text = ": still here\n\n".to_owned();
        }
    }
}

fn event(site: &Shared, place: u64, phones: Option<&[String]>) -> String {
    let progress = site.context.seen.progress();
    let kind = if phones.is_some() { "changed" } else { "anew" };
    let data = Changed { done: progress.done, total: progress.total, phones: phones.unwrap_or_default() };
    let data = serde_json::to_string(&data).unwrap_or_default();
    format!("id: {}-{place}\nevent: {kind}\ndata: {data}\n\n", site.mark)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_of_this_process_or_none() {
        for (id, expected) in [
            ("7-12", Some(12)),
            ("7-0", Some(0)),
            ("8-12", None),
            ("7-", None),
            ("-12", None),
            ("12", None),
            ("", None),
            ("7-99999999999999999999", None),
        ] {
            assert_eq!(place(id, 7), expected, "{id}");
        }
    }
}
