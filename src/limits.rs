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
/// From a request to the head of its answer, connecting included.
pub const HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Silence between two reads of a body.
pub const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// Wait of a host that says "too many requests" and no time.
pub const HOST_WAIT_DEFAULT: Duration = Duration::from_mins(5);
/// Wait of a host that says "unavailable" and no time.
pub const HOST_WAIT_UNAVAILABLE: Duration = Duration::from_mins(1);
/// How long a host is left alone at which a worker crashed or the database
/// refused what it brought.
pub const HOST_WAIT_TROUBLE: Duration = Duration::from_mins(10);
/// Longest time that a healthy source may ask not to be polled; a `max-age` of a year is a mistake.
pub const HINT_MAX: Duration = Duration::from_hours(24);
/// Longest wait that a host may ask for (`Retry-After`).
pub const HOST_WAIT_MAX: Duration = Duration::from_hours(24);
/// Longest time for which an answer may call itself fresh.
pub const FRESH_FOR_MAX: Duration = Duration::from_hours(30 * 24);
/// Layers of content coding on one body.
pub const CONTENT_CODINGS_MAX: usize = 3;
/// Window of a zstd body, as the power of two in bytes (RFC 9659 says 8 MiB).
pub const ZSTD_WINDOW_LOG_MAX: u32 = 23;
/// Validators of an answer older than this are not sent: some servers say "not
/// modified" for ever.
pub const VALIDATORS_AGE_MAX: Duration = Duration::from_hours(8 * 24);
/// How long permanent redirects must lead to one address before it is believed.
pub const MOVE_CONFIRMED_AFTER: Duration = Duration::from_hours(3 * 24);
/// Compressed bytes that may arrive before a thread is taken to unpack them.
pub const COMPRESSED_BUFFER_BYTES: usize = MIB;
/// Chunks of a compressed body between network and unpacking.
pub const COMPRESSED_CHUNKS_AHEAD: usize = 16;
/// Fields of a response head.
pub const HEADER_FIELDS_MAX: usize = 256;
/// Bytes of an error answer or redirect that are read, to know what it is and
/// to keep the connection.
pub const ERROR_BODY_BYTES_MAX: usize = 16 * KIB;
/// Time for reading those.
pub const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(3);
/// How long an unused connection is kept.
pub const POOL_IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Unused connections that are kept, over all hosts; systems allow a process 1,024 open files and
/// sockets as a rule.
pub const POOL_IDLE_MAX: usize = 256;
/// Pause before another try where this process has as many files open as it may.
pub const STARVED_PAUSE: Duration = Duration::from_millis(100);
/// Times that a request is put off for that; others close theirs within seconds.
pub const STARVED_TRIES_MAX: u32 = 50;
/// A host that is held for longer than this is not waited for.
pub const HOST_PATIENCE: Duration = Duration::from_secs(5);
/// Hosts whose pace is remembered; beyond that the shortest waits are forgotten.
pub const HOSTS_MAX: usize = 100_000;

// ── robots.txt (RFC 9309)

/// Bytes of robots.txt that are read; the RFC asks for at least 500 KiB.
pub const ROBOTS_BYTES_MAX: usize = 512 * KIB;
/// How long a robots.txt is believed.
pub const ROBOTS_TTL: Duration = Duration::from_hours(24);
/// How long a host whose robots.txt cannot be had is left alone.
pub const ROBOTS_RETRY: Duration = Duration::from_mins(10);
/// After how long without a robots.txt that can be had a host counts as one that has none.
pub const ROBOTS_ABSENT_AFTER: Duration = Duration::from_hours(30 * 24);
/// How long a robots.txt that nobody asks for any more is kept.
pub const ROBOTS_KEPT: Duration = Duration::from_hours(60 * 24);
/// Redirects on the way to a robots.txt; the RFC asks for at least five.
pub const ROBOTS_REDIRECTS_MAX: usize = 5;
/// Hosts whose robots.txt is remembered.
pub const ROBOTS_HOSTS_MAX: usize = 10_000;
/// Bytes of rules that are remembered, over all hosts.
pub const ROBOTS_RULES_BYTES_MAX: usize = 64 * MIB;
/// Longest `Crawl-delay` that is obeyed.
pub const CRAWL_DELAY_MAX: Duration = Duration::from_mins(1);

// ── feeds, listings, sitemaps

/// Entries taken from one answer; the newest win.
pub const ENTRIES_MAX: usize = 1_000;
/// Attributes read from one XML element.
pub const XML_ATTRIBUTES_MAX: usize = 64;
/// Entities that one XML document may declare.
pub const XML_ENTITIES_MAX: usize = 256;
/// Bytes that a declared entity may stand for.
pub const XML_ENTITY_BYTES_MAX: usize = 256;
/// Bytes that the entities, relative addresses and their like of one feed may add to its text.
pub const FEED_GROWTH_BYTES_MAX: usize = 16 * MIB;
/// Bytes of the address from which a feed says that relative ones start; each of them repeats it.
pub const FEED_BASE_BYTES_MAX: usize = 512;
/// Members of a JSON object that are looked at.
pub const JSON_MEMBERS_MAX: usize = 256;
/// Bytes between the two hyphens that end a comment and its bracket, which ought to be none.
pub const XML_COMMENT_END_BYTES_MAX: usize = 8;
/// Namespace prefixes that one XML document may declare.
pub const XML_PREFIXES_MAX: usize = 256;
/// Bytes of a publisher's identifier that are kept as they are; longer ones are
/// known by their hash.
pub const GUID_BYTES_MAX: usize = KIB;
/// Authors of one article or entry; a longer list is a directory.
pub const AUTHORS_MAX: usize = 50;
/// Bytes of an author's name; what is longer is a list of names, or none.
pub const AUTHOR_BYTES_MAX: usize = 256;
/// Bytes, mark-up included, in which one element or member names its authors.
pub const AUTHORS_BYTES_MAX: usize = 16 * KIB;
/// Files that one entry may carry along.
pub const ENCLOSURES_MAX: usize = 20;
/// Bytes of a title.
pub const TITLE_BYTES_MAX: usize = KIB;
/// Bytes of an entry's content as the feed carries it.
pub const ENTRY_CONTENT_BYTES_MAX: usize = MIB;
/// Bytes of a selector for the links of a listing page.
pub const SELECTOR_BYTES_MAX: usize = KIB;
/// Links of one listing page that are looked at.
pub const LINKS_MAX: usize = 20_000;
/// Bytes of a link's text that are looked at; links may hold others, each with
/// the whole page for a text.
pub const LINK_TEXT_BYTES_MAX: usize = 4 * KIB;
/// Bytes of an element's class or id in which words are looked for.
pub const CLASS_BYTES_MAX: usize = KIB;
/// Elements around a link that may be its card or row.
pub const CARD_DEPTH_MAX: usize = 5;
/// Nodes of a card, among which its heading is looked for.
pub const CARD_NODES_MAX: usize = 200;
/// New links that are taken from a listing page at once; the others come at the next poll.
pub const LISTING_LINKS_MAX: usize = 200;
/// Entries of one sitemap, or of all files of an index, that are compared with what
/// is known: where they have no date, nothing else tells which are new.
pub const SITEMAP_ENTRIES_MAX: usize = 10_000;
/// Sitemaps that one index may lead to in one poll.
pub const SITEMAPS_MAX: usize = 10;
/// By how much a date in an index may lag behind the change.
pub const INDEX_DATES_GRACE: Duration = Duration::from_hours(48);
/// Bytes of a sitemap after decompression, as the protocol bounds it.
pub const SITEMAP_BYTES_MAX: usize = 50 * MIB;
/// Feeds that a page may advertise and that are looked at.
pub const DISCOVERED_FEEDS_MAX: usize = 5;
/// Subscriptions read from one list.
pub const SUBSCRIPTIONS_MAX: usize = 100_000;
/// Bytes of a subscription list.
pub const OPML_BYTES_MAX: usize = 64 * MIB;
/// Folders within folders of a subscription list.
pub const OPML_DEPTH_MAX: usize = 32;
/// Places of one subscription in a list; further ones are left out.
pub const OPML_PLACES_MAX: usize = 32;
/// A source that has failed for so long is pointed out: it may have gone for good.
pub const FAILING_LONG: Duration = Duration::from_hours(7 * 24);
/// Attempts at an entry before it is `failed`, where its page is what fails.
pub const PAGE_ATTEMPTS_MAX: u32 = 5;
/// The same where its host cannot be had, or asks to be left alone: after the first ones once a day, for
/// a month.
pub const HOST_ATTEMPTS_MAX: u32 = PAGE_ATTEMPTS_MAX + 30;
/// How long a page that was given up for one entry is not asked for again for others that link to
/// it: sections of a site announce the same stories.
pub const PAGE_GIVEN_UP_FOR: Duration = Duration::from_hours(24);
/// Known entries of one headline and moment, or of one article's address, with which an announced
/// one is compared; where more share it, it names none of them.
pub const ENTRY_NAMESAKES_MAX: usize = 8;
/// Times that a changed entry is fetched again; a feed that "edits" on every
/// poll must not become a crawl.
pub const ENTRY_REVISITS_MAX: u32 = 20;

// ── pages

/// Bytes read of a file given to `extract`; more is never parsed.
pub const INPUT_BYTES_MAX: usize = 64 * MIB;
/// Time after which a page that sends browsers on to another is one of its own.
pub const REFRESH_WAIT_MAX: Duration = Duration::from_secs(5);
/// Bytes of a page that may do nothing else; a larger one is not looked at for it.
pub const REFRESH_BYTES_MAX: usize = 16 * KIB;
/// Bytes that may leak before a page: structured data, messages of the program that makes it.
pub const LEAK_BYTES_MAX: usize = 16 * KIB;
/// Bytes of HTML that are parsed; the rest is cut off, with a warning.
pub const HTML_BYTES_MAX: usize = 8 * MIB;
/// Bytes at the start in which a document may state its charset.
pub const CHARSET_PRESCAN_BYTES: usize = 4 * KIB;
/// Bytes of text beyond ASCII by which a charset is judged that has errors in it and no label.
pub const CHARSET_SAMPLE_BYTES: usize = 64 * KIB;
/// Depth of open elements, as in browsers; html5ever is quadratic in it.
pub const DOM_DEPTH_MAX: usize = 512;
/// Formatting elements (`<b>`, `<font>` …) that may be open at once.
pub const FORMATTING_MAX: usize = 100;
/// The same for a page that costs more than [`FORMATTING_COPIES_MAX`] or
/// [`FORMATTING_COMPARED_MAX`] allow.
pub const FORMATTING_MAX_OF_HOSTILE: usize = 2;
/// Copies of formatting elements that the parser may make; it makes one of each
/// that was left open for every paragraph that follows.
pub const FORMATTING_COPIES_MAX: usize = 200_000;
/// Attributes of formatting elements that the parser may compare; it compares
/// each such element with all that are open.
pub const FORMATTING_COMPARED_MAX: usize = 20_000_000;
/// Attributes of one tag that are read; each is compared with all before it.
pub const HTML_ATTRIBUTES_MAX: usize = 256;
/// Names of tags and attributes of one page that HTML does not know; further ones
/// are shortened.
pub const HTML_NAMES_MAX: usize = 200_000;
/// `<html>` and `<body>` tags of one page that are read; each adds its
/// attributes to those of the first.
pub const ROOT_TAGS_MAX: usize = 16;
/// Fields to write in, of each sort, that a page's boxes are told by.
pub const FIELDS_MAX: usize = 64;
/// Characters of one name of an element, as in its class or id, in which words are looked for.
pub const ELEMENT_NAME_CHARS_MAX: usize = 120;
/// Words of its names that are kept of one element.
pub const ELEMENT_NAME_WORDS_MAX: usize = 48;
/// Elements around that of the article that are looked at for its column.
pub const COLUMN_LEVELS_MAX: usize = 8;
/// Elements around the page's own story whose neighbours are looked at for other stories.
pub const OWN_FRAMES_MAX: usize = 16;
/// Headings over comments below which a thread is looked for: each is a look at all that follows.
pub const THREADS_TRIED_MAX: usize = 4;
/// Blocks of one page.
pub const BLOCKS_MAX: usize = 50_000;
/// Bytes of one story among which sentences are looked for that it says again elsewhere.
pub const COMPARED_BYTES_MAX: usize = 64 * MIB;
/// Removals of one page from outside of its article's container.
pub const REMOVALS_BESIDE_MAX: usize = 300;
/// Blocks of one article that are counted for what repeats on its site.
pub const FINGERPRINTS_PER_ARTICLE_MAX: usize = 24;
/// Bytes of a block that may be furniture because it repeats; longer ones are story.
pub const FURNITURE_BYTES_MAX: usize = 1_500;
/// Bytes of one block's text.
pub const BLOCK_BYTES_MAX: usize = MIB;
/// Bytes of the addresses of one page's links, once they are absolute.
pub const LINKS_BYTES_MAX: usize = 16 * MIB;
/// Pictures of one article; a longer list is an archive.
pub const IMAGES_MAX: usize = 500;
/// Nodes of a table that are looked at to tell data from layout; what is larger
/// is judged by its beginning.
pub const TABLE_NODES_MAX: usize = 2_000;
/// Headings that are compared with what a page claims its headline to be; it
/// stands among them.
pub const HEADINGS_MAX: usize = 200;
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
/// Names that one meta or one property of microdata may have.
pub const META_NAMES_MAX: usize = 4;
/// Bytes of a line that is kept as a clue; a longer one is prose, neither headline nor byline.
pub const LINE_BYTES_MAX: usize = 400;
/// Bytes of an element's text that is looked at as a byline.
pub const BYLINE_BYTES_MAX: usize = 300;
/// Nodes of a heading, or of a link in it, among which is looked for where it leads.
pub const HEADING_LINK_NODES_MAX: usize = 16;
/// Nodes of an author in microdata among which is looked for the name.
pub const AUTHOR_NODES_MAX: usize = 64;
/// Bytes of text that are kept for telling the language of a page.
pub const SAMPLE_BYTES_MAX: usize = 1_200;

/// A page may date its article ahead by this much (zones, embargoes); beyond
/// it, the date is not believed.
pub const FUTURE_DATES_MAX: Duration = Duration::from_hours(24);
/// Words from which a feed's own content can stand in for a page that failed;
/// less is a teaser.
pub const FEED_WORDS_MIN: usize = 60;
/// The same where an entry has no page of its own, so that the feed's text is all there is: below it,
/// there is a headline and no text.
pub const LONE_WORDS_MIN: usize = 10;

// ── text without HTML

/// Bytes of one document given to `clean`, and of one line of a batch.
pub const PLAIN_BYTES_MAX: usize = 64 * MIB;
/// Lines of it with something on them, each of which takes up to 400 bytes; a shelf of novels has fewer.
pub const PLAIN_LINES_MAX: usize = 500_000;

/// Bytes of one line of a manifest: two addresses and what is around them.
pub const MANIFEST_LINE_BYTES_MAX: usize = 64 * KIB;

// ── batches

/// Lines of a batch that a thread takes at once, if so many are at hand: to ask for each would take
/// longer than to clean a short one.
pub const BATCH_LINES_AT_ONCE: usize = 1_024;
/// Portions of a batch for each thread that are in memory before their results are written: enough to
/// keep threads busy behind a slow one.
pub const BATCH_PORTIONS_PER_THREAD: usize = 32;
/// Bytes of them, but for the last.
pub const BATCH_BYTES_MAX: usize = 16 * MIB;
/// Times that what is left of a text is judged again after something went.
pub const CLEANING_ROUNDS_MAX: usize = 32;
/// Times that the language of what is left of a text is told anew after something went.
pub const LANGUAGES_TOLD_MAX: usize = 4;

// ── files that the operator gives

/// Bytes of the head of one record in an archive.
pub const ARCHIVE_HEAD_BYTES_MAX: usize = 64 * KIB;

/// Bytes of a configuration file.
pub const CONFIG_BYTES_MAX: u64 = 1 << 20;

// ── store

/// Databases up to this size are looked through whole when they are opened for
/// writing; beyond it, damage is met while working.
pub const CHECKED_ON_OPEN_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Bytes of one stored page when it is unpacked; far above what is fetched.
pub const STORED_PAGE_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Articles of a portion of an export.
pub const EXPORT_BATCH: u32 = 100;
/// Portions that are in memory at once: enough that no core waits for another.
pub const EXPORT_AT_ONCE: usize = 4;
/// Rows that SQLite may be ahead of whoever reads them: a portion of an export, so that neither waits
/// for the other within it.
pub const ROWS_READ_AHEAD: usize = 128;
/// Characters below which an equal text does not make a duplicate: short notes
/// repeat by chance.
pub const DUPLICATE_CHARS_MIN: usize = 200;
/// Blocks that are known to repeat on one site, those that do so most.
pub const TEMPLATE_BLOCKS_MAX: u32 = 2_000;
/// Articles that are made again in one transaction, while others wait for theirs.
pub const RECLEANED_PER_COMMIT_MAX: u32 = 32;
/// Earlier versions of an article, the newest first, that a page found elsewhere is compared with.
pub const VERSIONS_COMPARED_MAX: u32 = 8;
/// Attempts, with the entries that they bring, that are saved in one transaction; one that
/// brings more has its own.
pub const ROWS_PER_COMMIT_MAX: usize = 1_024;
/// Bytes of pages that are saved in one transaction, unless one page alone has more.
pub const BYTES_PER_COMMIT_MAX: usize = 16 * MIB;
/// Articles that share one key of likeness which are looked at, the newest; phrases that a whole
/// site repeats lead to thousands.
pub const CANDIDATES_PER_KEY_MAX: u32 = 16;
/// Articles with which a new one is compared word for word.
pub const CANDIDATES_COMPARED_MAX: usize = 4;
/// Connections that read at the same time.
pub const READERS_MAX: u32 = 4;
/// How long one statement waits for another program's write lock.
pub const LOCKED_WAIT_MAX: Duration = Duration::from_secs(15);
/// Times that a write is started anew while another program holds the lock;
/// each waits for [`LOCKED_WAIT_MAX`].
pub const LOCKED_TRIES_MAX: u32 = 4;
/// How long a task waits for its turn at a connection before it is called stuck.
pub const TURN_WAIT_MAX: Duration = Duration::from_mins(5);
/// Bytes of the file that the writer keeps in memory. An article goes into a dozen indexes, most at
/// a place of its own: with SQLite's two megabytes nearly every page would be read anew for each.
pub const WRITER_CACHE_BYTES: usize = 64 * MIB;
/// Pages of 4 KiB in the write-ahead log from which they are written back: two or three commits full
/// of articles, for they change many of the same pages. The more, the fewer are written back twice.
pub const WAL_PAGES_MAX: u32 = 32_768;
/// Bytes to which a write-ahead log that grew behind a long reader is cut back: what it needs
/// otherwise.
pub const WAL_BYTES_KEPT: usize = 192 * MIB;
/// Bytes of the write-ahead log from which somebody must be keeping it from being
/// written back; far above what any commit needs.
pub const WAL_BYTES_WARNED: u64 = 512 * 1024 * 1024;
/// Words from the beginning of two texts that are compared to tell whether they
/// are one story; far more than a story has, and compared in a few milliseconds.
pub const COMPARED_WORDS_MAX: usize = 5_000;
/// Bytes of a statement that is read from standard input; a longer one is refused.
pub const SQL_BYTES_MAX: usize = 1_000_000;
/// Words of one search.
pub const SEARCH_TERMS_MAX: usize = 64;

// ── work

/// Stack of the threads that run the CPU stages.
pub const WORKER_STACK_BYTES: usize = 8 * MIB;
/// Longest that a command which is told to stop may take to clear up behind it.
pub const STOP_TIME_MAX: Duration = Duration::from_secs(2);
/// How far ahead of the clock a poll may be dated that went before; beyond it, the clock was wrong then.
pub const CLOCK_AHEAD_MAX: Duration = Duration::from_mins(10);
/// Time in which the log says the same failure once.
pub const LOG_THROTTLE_WINDOW: Duration = Duration::from_mins(1);
/// Different failures that the log remembers to have said.
pub const LOG_THROTTLE_TEXTS_MAX: usize = 256;
/// Outcomes on their way to whoever reports them.
pub const EVENTS_MAX: usize = 256;
/// Time in which a daemon polls all its sources where they are due at once.
pub const CATCH_UP_TIME: Duration = Duration::from_mins(10);
/// Polls that it may begin in a second where that would make it fewer.
pub const POLLS_PER_SECOND: u32 = 20;
/// Sources, and entries, taken from the store at once.
pub const DUE_MAX: usize = 512;
/// Longest that the CPU stages may take over one page.
pub const PAGE_TIME_MAX: Duration = Duration::from_secs(30);
/// Addresses given by hand that are fetched side by side.
pub const TAKEN_AT_ONCE: usize = 16;
/// Longest search for the shortest difference of two texts. Those that have hardly a word in common are
/// not worth a longer one; what is shown then is longer, not wrong.
pub const DIFF_TIME_MAX: Duration = Duration::from_secs(2);
/// Sources, and entries, of one host that one task works through before others
/// get a turn.
pub const HOST_BATCH_MAX: usize = 16;

const _: () = assert!(0 < REDIRECTS_MAX && REDIRECTS_MAX < 20);
const _: () = assert!(HOST_PATIENCE.as_secs() < HOST_WAIT_MAX.as_secs());
const _: () = assert!(ROBOTS_REDIRECTS_MAX <= REDIRECTS_MAX);
const _: () = assert!(HEAD_TIMEOUT.as_secs() > CONNECT_TIMEOUT.as_secs());
const _: () = assert!(READ_TIMEOUT.as_secs() >= CONNECT_TIMEOUT.as_secs());
const _: () =
    assert!(LOCKED_TRIES_MAX as u64 * LOCKED_WAIT_MAX.as_secs() < TURN_WAIT_MAX.as_secs());
