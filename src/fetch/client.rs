//! The one HTTP client and its settings.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use tokio::time::Instant;

use crate::fetch::ClientError;
use crate::fetch::Validators;
use crate::fetch::Wanted;
use crate::fetch::address::AddressGuard;
use crate::fetch::address::Resolver;
use crate::limits::CONNECT_TIMEOUT;
use crate::limits::HEADER_BYTES_MAX;
use crate::limits::HEADER_FIELDS_MAX;
use crate::limits::POOL_IDLE_MAX;
use crate::limits::POOL_IDLE_TIMEOUT;

/// The codings that [`crate::fetch`] unpacks itself.
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("gzip, br, zstd, deflate");

/// The client in two forms: one keeps connections for the next request, and makes
/// room for another when it keeps too many; the other closes each.
#[derive(Debug)]
pub(super) struct Clients {
    user_agent: String,
    guard: AddressGuard,
    closing: reqwest::Client,
    kept: Mutex<Kept>,
}

#[derive(Debug)]
struct Kept {
    /// None once files were found to be short.
    keeping: Option<reqwest::Client>,
    /// When connections were last used that wait for another request.
    since: VecDeque<Instant>,
}

impl Clients {
    pub(super) fn new(user_agent: &str, guard: &AddressGuard) -> Result<Clients, ClientError> {
        let client = |idle| settings(user_agent, guard, idle).build().map_err(ClientError);
        let (keeping, closing) = (Some(client(1)?), client(0)?);
        let kept = Mutex::new(Kept { keeping, since: VecDeque::new() });
        let (user_agent, guard) = (user_agent.to_owned(), guard.clone());
        Ok(Clients { user_agent, guard, closing, kept })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The client for the next request, and whether it keeps the connection;
    /// `reused` tells whether one was kept for it.
    pub(super) fn choose(&self, reused: bool) -> (reqwest::Client, bool) {
        let mut kept = self.kept();
        if reused {
            kept.since.pop_front();
        }
        kept.since.retain(|since| since.elapsed() < POOL_IDLE_TIMEOUT);
        if kept.since.len() >= POOL_IDLE_MAX && kept.keeping.is_some() {
            // The connections of the old one close with it.
            kept.keeping = settings(&self.user_agent, &self.guard, 1).build().ok();
            kept.since.clear();
        }
        match &kept.keeping {
            Some(keeping) => (keeping.clone(), true),
            None => (self.closing.clone(), false),
        }
    }

    /// Notes that a connection waits for another request.
    pub(super) fn keep(&self) {
        self.kept().since.push_back(Instant::now());
    }

    /// Lets go of all connections that wait, and keeps none from now on; tells
    /// whether that is new.
    pub(super) fn keep_none(&self) -> bool {
        self.kept().keeping.take().is_some()
    }
}

/// A client that follows nothing, remembers nothing and adds nothing, and keeps up
/// to `idle` connections of a host.
///
/// Redirects would carry validators and a Referer to other addresses; a proxy
/// from the environment would connect where the address guard cannot see.
fn settings(user_agent: &str, guard: &AddressGuard, idle: usize) -> reqwest::ClientBuilder {
    let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, ACCEPT_ENCODING)]);
    reqwest::Client::builder()
        .user_agent(user_agent)
        .default_headers(headers)
        .referer(false)
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Resolver::new(guard.clone()))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(idle)
        .http1_max_headers(HEADER_FIELDS_MAX)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http2_max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
}

/// What to accept: the kinds hoped for first, anything else as a last resort.
pub(super) fn accept(wanted: Wanted) -> &'static str {
    match wanted {
        Wanted::Feed => {
            "application/atom+xml, application/rss+xml, application/feed+json, \
             application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, \
             application/json;q=0.6, text/html;q=0.3, */*;q=0.1"
        }
        Wanted::Page => "text/html, application/xhtml+xml, application/xml;q=0.5, */*;q=0.1",
        Wanted::Anything => {
            "application/atom+xml, application/rss+xml, application/feed+json, \
             application/rdf+xml;q=0.9, text/html;q=0.9, application/xhtml+xml;q=0.9, \
             application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.6, */*;q=0.1"
        }
    }
}

/// Asks for what is new in a feed since an `ETag`.
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// The conditional headers for these validators; `delta` tells whether what is
/// new since then will do. A stored value that cannot stand in a header (an
/// edited database) is left out.
pub(super) fn conditions(validators: &Validators, delta: bool) -> HeaderMap {
    let value = |text: &Option<String>| {
        let bytes: Option<Vec<u8>> =
            text.as_deref()?.chars().map(|c| u8::try_from(c).ok()).collect();
        HeaderValue::from_bytes(&bytes?).ok()
    };
    let mut headers = HeaderMap::new();
    if let Some(etag) = value(&validators.etag) {
        headers.insert(header::IF_NONE_MATCH, etag);
        if delta {
            headers.insert(A_IM, HeaderValue::from_static("feed"));
        }
    }
    if let Some(last_modified) = value(&validators.last_modified) {
        headers.insert(header::IF_MODIFIED_SINCE, last_modified);
    }
    headers
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{Ipv6Addr, TcpListener};

    use super::{Clients, conditions, settings};
    use reqwest::header::{ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};

    use crate::fetch::Validators;
    use crate::fetch::address::AddressGuard;
    use crate::fetch::answer;
    use crate::limits::POOL_IDLE_MAX;

    /// IPv6 that leads nowhere, as behind many a router.
    #[tokio::test]
    async fn where_one_address_of_a_host_cannot_be_reached_the_other_is_tried() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let works = listener.local_addr().unwrap();
        let broken = (Ipv6Addr::LOCALHOST, works.port()).into();
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let asked = stream.read(&mut [0; 4096]).unwrap();
            assert!(asked > 0);
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        });
        let client = settings("x", &AddressGuard::new(Vec::new()), 1)
            .resolve_to_addrs("two.example", &[broken, works])
            .build()
            .unwrap();
        let url = format!("http://two.example:{}/", works.port());
        assert_eq!(client.get(url).send().await.unwrap().status(), 204);
        served.join().unwrap();
    }

    #[tokio::test]
    async fn no_more_connections_wait_than_are_good_for_all_hosts_together() {
        let clients = Clients::new("x", &AddressGuard::new(Vec::new())).unwrap();
        for _ in 0..3 * POOL_IDLE_MAX {
            assert!(clients.choose(false).1);
            clients.keep();
            assert!(clients.kept().since.len() <= POOL_IDLE_MAX);
        }
        assert!(clients.keep_none(), "files are short");
        assert!(!clients.choose(true).1 && !clients.keep_none());
    }

    #[test]
    fn validators_come_back_byte_for_byte_whatever_their_charset() {
        for etag in [&b"\"caf\xe9\""[..], "\"café\"".as_bytes(), b"W/\"a\""] {
            let url = url::Url::parse("https://a.example/feed").unwrap();
            let given = HeaderMap::from_iter([(ETAG, HeaderValue::from_bytes(etag).unwrap())]);
            let kept = answer::validators(&url, &given).unwrap();
            assert_eq!(conditions(&kept, false)[IF_NONE_MATCH].as_bytes(), etag);
        }
    }

    #[test]
    fn a_stored_validator_cannot_inject_a_header() {
        let validators = Validators {
            url: "https://a.example/".to_owned(),
            etag: Some("\"x\"\r\nCookie: y".to_owned()),
            last_modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        };
        let headers = conditions(&validators, true);
        assert_eq!(headers.len(), 1);
        assert_eq!(headers["if-modified-since"], "Sun, 06 Nov 1994 08:49:37 GMT");
    }
}
