//! The one HTTP client and its settings.

use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;

use crate::fetch::ClientError;
use crate::fetch::Validators;
use crate::fetch::Wanted;
use crate::fetch::address::AddressGuard;
use crate::fetch::address::Resolver;
use crate::limits::CONNECT_TIMEOUT;
use crate::limits::HEADER_BYTES_MAX;
use crate::limits::HEADER_FIELDS_MAX;
use crate::limits::POOL_IDLE_TIMEOUT;

/// The codings that [`crate::fetch`] unpacks itself.
const ACCEPT_ENCODING: HeaderValue = HeaderValue::from_static("gzip, br, zstd, deflate");

/// Makes a client that follows nothing, remembers nothing and adds nothing.
///
/// Redirects would carry validators and a Referer to other addresses; a proxy
/// from the environment would connect where the address guard cannot see.
pub(super) fn client(
    user_agent: &str,
    guard: AddressGuard,
) -> Result<reqwest::Client, ClientError> {
    let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, ACCEPT_ENCODING)]);
    reqwest::Client::builder()
        .user_agent(user_agent)
        .default_headers(headers)
        .referer(false)
        .redirect(Policy::none())
        .no_proxy()
        .dns_resolver(Resolver::new(guard))
        .connect_timeout(CONNECT_TIMEOUT)
        .pool_idle_timeout(POOL_IDLE_TIMEOUT)
        .pool_max_idle_per_host(1)
        .http1_max_headers(HEADER_FIELDS_MAX)
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http2_max_header_list_size(u32::try_from(HEADER_BYTES_MAX).unwrap_or(u32::MAX))
        .build()
        .map_err(ClientError)
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
    let value = |text: &Option<String>| HeaderValue::from_bytes(text.as_deref()?.as_bytes()).ok();
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
    use super::conditions;
    use crate::fetch::Validators;

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
