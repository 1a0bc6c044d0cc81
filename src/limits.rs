//! Every bound that tearsheet puts on the outside world.
//!
//! A source may be endless, recursive or hostile. Each constant answers one
//! question: how bad may a single source get before we stop listening to it?
//! Preferences of the operator are not limits; they live in `config`.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

// ── network

/// Bytes of response headers.
pub const HEADER_BYTES_MAX: usize = 64 * KIB;
/// Hops of one request; browsers allow 20, feeds need 3.
pub const REDIRECTS_MAX: usize = 8;
/// Longest address that is followed or stored.
pub const URL_BYTES_MAX: usize = 4 * KIB;
/// Validators (`ETag`, `Last-Modified`) beyond this are not kept.
pub const VALIDATOR_BYTES_MAX: usize = 4 * KIB;
/// Time to connect, TLS handshake included.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Silence between two reads of a body.
pub const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Longest wait that a host may ask for (`Retry-After`).
pub const HOST_WAIT_MAX: Duration = Duration::from_secs(24 * 3600);
/// Layers of content coding on one body.
pub const CONTENT_CODINGS_MAX: usize = 3;

// ── robots.txt (RFC 9309)

/// Bytes of robots.txt that are read; the RFC asks for at least 500 KiB.
pub const ROBOTS_BYTES_MAX: usize = 512 * KIB;
/// How long a robots.txt is believed.
pub const ROBOTS_TTL: Duration = Duration::from_secs(24 * 3600);
/// How long a host whose robots.txt cannot be had is left alone.
pub const ROBOTS_RETRY: Duration = Duration::from_secs(600);
/// Longest `Crawl-delay` that is obeyed.
pub const CRAWL_DELAY_MAX: Duration = Duration::from_secs(60);

// ── feeds, listings, sitemaps

/// Entries taken from one answer; the newest win.
pub const ENTRIES_MAX: usize = 1_000;
/// Depth of XML elements.
pub const XML_DEPTH_MAX: usize = 96;
/// Bytes of a title.
pub const TITLE_BYTES_MAX: usize = KIB;
/// Bytes of an entry's content as the feed carries it.
pub const ENTRY_CONTENT_BYTES_MAX: usize = MIB;
/// Links that a listing page may announce at once.
pub const LISTING_LINKS_MAX: usize = 200;
/// Sitemaps that one index may lead to in one poll.
pub const SITEMAPS_MAX: usize = 10;
/// Feeds that a page may advertise and that are looked at.
pub const DISCOVERED_FEEDS_MAX: usize = 5;
/// Attempts at an entry before it is `failed`.
pub const ENTRY_ATTEMPTS_MAX: u32 = 5;
/// Times that a changed entry is fetched again; a feed that "edits" on every
/// poll must not become a crawl.
pub const ENTRY_REVISITS_MAX: u32 = 20;

// ── pages

/// Bytes of HTML that are parsed; the rest is cut off, with a warning.
pub const HTML_BYTES_MAX: usize = 8 * MIB;
/// Depth of open elements, as in browsers; html5ever is quadratic in it.
pub const DOM_DEPTH_MAX: usize = 512;
/// Blocks of one page.
pub const BLOCKS_MAX: usize = 50_000;
/// Bytes of one block's text.
pub const BLOCK_BYTES_MAX: usize = MIB;
/// Longest text in which a date is looked for; a byline is shorter.
pub const DATE_BYTES_MAX: usize = 512;
/// JSON-LD of one page that is read, over all its scripts.
pub const JSON_LD_BYTES_MAX: usize = MIB;
/// JSON-LD scripts of one page that are read.
pub const JSON_LD_SCRIPTS_MAX: usize = 100;
/// Objects looked at in the JSON-LD of one page.
pub const JSON_LD_OBJECTS_MAX: usize = 5_000;
/// Bytes of one value of a page's metadata: a name, a headline, a description.
pub const META_BYTES_MAX: usize = 4 * KIB;
/// Elements, lines and meta values of one page that are kept as clues to its
/// metadata, of each kind.
pub const CLUES_MAX: usize = 5_000;
/// Authors of one article; a longer list is a directory.
pub const AUTHORS_MAX: usize = 50;

// ── work

/// Stack of the threads that run the CPU stages.
pub const WORKER_STACK_BYTES: usize = 8 * MIB;
/// Entries of one host that one task works through before others get a turn.
pub const HOST_BATCH_MAX: usize = 16;

const _: () = assert!(0 < REDIRECTS_MAX && REDIRECTS_MAX < 20);
const _: () = assert!(READ_TIMEOUT.as_secs() >= CONNECT_TIMEOUT.as_secs());
