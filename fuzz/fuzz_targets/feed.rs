//! Whatever arrives where a feed should be: it is read or refused, in time that
//! grows with its length, and what was read keeps to the bounds.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tearsheet::{feed, limits, sift};

/// What a server may call it.
const KINDS: [Option<&str>; 4] = [
    None,
    Some("application/rss+xml; charset=utf-8"),
    Some("application/feed+json"),
    Some("text/xml; charset=gbk"),
];

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, bytes) = input;
    let kind = KINDS[usize::from(choice) % KINDS.len()];
    let url = url::Url::parse("https://news.example/feed").expect("an address");
    let Ok(document) = feed::parse(bytes, kind, &url) else { return };
    assert!(document.entries.len() <= limits::ENTRIES_MAX);
    for entry in &document.entries {
        assert!(entry.title.as_ref().is_none_or(|title| title.len() <= limits::TITLE_BYTES_MAX));
        assert!(entry.authors.len() <= limits::AUTHORS_MAX);
        assert!(entry.enclosures.len() <= limits::ENCLOSURES_MAX);
    }
    // The same bytes give the same entries under the same names.
    let again = feed::parse(bytes, kind, &url).expect("it was read before");
    let names = |document: feed::FeedDocument| {
        let identified = sift::identify(document.entries);
        let keys = identified.entries.into_iter().map(|sifted| sifted.key);
        (keys.collect::<Vec<_>>(), identified.nameless, identified.repeated)
    };
    assert_eq!(names(document), names(again));
});
