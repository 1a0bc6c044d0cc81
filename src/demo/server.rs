//! Serves the newspaper on loopback, each site on a port of its own.

use std::collections::BTreeMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::body::Body as HttpBody;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::Method;
use axum::http::StatusCode;
use axum::http::Uri;
use axum::http::header;
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::sync::DropGuard;

use super::content::SITES;
use super::content::Site;
use super::edition;
use super::edition::Answer;
use super::edition::Answers;
use super::edition::Body;

/// How long a client that does not read its answer may hold up [`Newspaper::close`].
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// The newspaper, being served. Dropping it stops it; [`Newspaper::close`]
/// also waits until it has stopped.
#[derive(Debug)]
pub struct Newspaper {
    origins: BTreeMap<&'static str, String>,
    newsstand: Arc<Newsstand>,
    servers: JoinSet<()>,
    open: DropGuard,
}

/// What the sites share.
#[derive(Debug, Default)]
struct Newsstand {
    edited: AtomicBool,
    requests: AtomicUsize,
}

/// What one site answers with.
struct Desk {
    first: Answers,
    edited: Answers,
    newsstand: Arc<Newsstand>,
}

impl Newspaper {
    /// Prints the first edition and serves it until the newspaper is closed.
    ///
    /// # Errors
    ///
    /// When no port of 127.0.0.1 can be had.
    pub async fn open() -> io::Result<Self> {
        // Pages link to other sites: every port must be known before any is printed.
        let mut listeners = Vec::with_capacity(SITES.len());
        let mut origins = BTreeMap::new();
        for site in SITES {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
            origins.insert(site.name, format!("http://{}", listener.local_addr()?));
            listeners.push((site, listener));
        }
        let newsstand = Arc::new(Newsstand::default());
        let stop = CancellationToken::new();
        let mut servers = JoinSet::new();
        for (site, listener) in listeners {
            let [first, edited] = edition::print(site, &origins);
            let desk = Arc::new(Desk { first, edited, newsstand: Arc::clone(&newsstand) });
            let router = axum::Router::new().fallback(answer).with_state(desk);
            let stopped = stop.clone().cancelled_owned();
            servers.spawn(async move {
                // An accept that fails is tried again by axum; serving itself never fails.
                let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
            });
        }
        Ok(Self { origins, newsstand, servers, open: stop.drop_guard() })
    }

    /// What to follow: address, and `feed`, `page` or `sitemap`.
    #[must_use]
    pub fn sources(&self) -> Vec<(String, &'static str)> {
        let of_site = |site: &Site| {
            let (path, kind) = site.source;
            Some((format!("{}{path}", self.origin(site.name)?), kind))
        };
        SITES.iter().filter_map(of_site).collect()
    }

    /// `http://127.0.0.1:port` of a site, by its name; `None` for an unknown name.
    #[must_use]
    pub fn origin(&self, site: &str) -> Option<&str> {
        self.origins.get(site).map(String::as_str)
    }

    /// Puts the edited edition on the stands: one article says something else
    /// from now on, and so does the feed that carries it.
    pub fn edit(&self) {
        self.newsstand.edited.store(true, Ordering::Relaxed);
    }

    /// Requests answered so far, by all sites together.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.newsstand.requests.load(Ordering::Relaxed)
    }

    /// Stops serving, after the answers that are under way.
    pub async fn close(self) {
        let Self { mut servers, open, .. } = self;
        drop(open);
        let all_stopped = async { while servers.join_next().await.is_some() {} };
        // What is left after that is aborted as the set is dropped.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, all_stopped).await;
    }
}

async fn answer(
    State(desk): State<Arc<Desk>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    desk.newsstand.requests.fetch_add(1, Ordering::Relaxed);
    if method != Method::GET && method != Method::HEAD {
        return plain(StatusCode::METHOD_NOT_ALLOWED, "This newspaper can only be read.\n");
    }
    let edited = desk.newsstand.edited.load(Ordering::Relaxed);
    let answers = if edited { &desk.edited } else { &desk.first };
    match answers.get(uri.path()) {
        Some(Answer::Found(body)) if is_known(body, &headers) => not_modified(body),
        Some(Answer::Found(body)) => found(body, &headers),
        Some(Answer::Moved(target)) => moved(target),
        None => plain(StatusCode::NOT_FOUND, "There is no such page in this newspaper.\n"),
    }
}

/// Whether the client has this body already (RFC 9110, 13.2.2: where there is
/// an `If-None-Match`, `If-Modified-Since` does not count).
fn is_known(body: &Body, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    match text(header::IF_NONE_MATCH) {
        Some(tags) => tags.split(',').any(|tag| opaque(tag) == opaque(&body.etag)),
        None => text(header::IF_MODIFIED_SINCE) == Some(body.last_modified),
    }
}

fn found(body: &Body, headers: &HeaderMap) -> Response {
    let gzip = body.gzip.as_ref().filter(|_| accepts_gzip(headers));
    let bytes = gzip.unwrap_or(&body.bytes);
    let mut response = Response::new(HttpBody::from(bytes.clone()));
    set(&mut response, header::CONTENT_TYPE, body.content_type);
    if gzip.is_some() {
        set(&mut response, header::CONTENT_ENCODING, "gzip");
    }
    set_validators(&mut response, body);
    response
}

fn not_modified(body: &Body) -> Response {
    let mut response = Response::new(HttpBody::empty());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    set_validators(&mut response, body);
    response
}

fn moved(target: &str) -> Response {
    let mut response = plain(StatusCode::MOVED_PERMANENTLY, "This page has moved.\n");
    set(&mut response, header::LOCATION, target);
    response
}

fn plain(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(HttpBody::from(text));
    *response.status_mut() = status;
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    response
}

fn set_validators(response: &mut Response, body: &Body) {
    set(response, header::ETAG, &body.etag);
    set(response, header::LAST_MODIFIED, body.last_modified);
    set(response, header::VARY, "accept-encoding");
}

fn set(response: &mut Response, name: header::HeaderName, value: &str) {
    // Every value is ours and plain ASCII.
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let Some(codings) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    codings.split(',').any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        name.trim().eq_ignore_ascii_case("gzip") && weight.trim() != "q=0"
    })
}
