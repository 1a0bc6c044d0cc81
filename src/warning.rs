//! Flaws in the input that did not stop us.

use std::fmt;

use crate::outcome::words;

words! {
    /// What was wrong. README, "Warnings", documents every word.
    WarningKind {
        /// The declared charset is not the one that the bytes are in.
        CharsetLabelWrong = "charset_label_wrong",
        /// No charset was declared; the bytes told it.
        CharsetGuessed = "charset_guessed",
        /// Bytes that fit no charset.
        CharsetErrors = "charset_errors",
        /// The page broke the bound of size and was read up to it.
        HtmlCut = "html_cut",
        /// Elements were left out that were nested too deeply, or would have taken too long.
        HtmlFlattened = "html_flattened",
        /// The page has more blocks than were read.
        TooManyBlocks = "too_many_blocks",
        /// Structured data that could not be read.
        BrokenJsonLd = "broken_json_ld",
        /// Structured data that was not read whole.
        JsonLdTooLarge = "json_ld_too_large",
        /// The page is links, or teasers of other stories.
        SectionFront = "section_front",
        /// The feed is not well-formed; which repairs were made.
        FeedRepaired = "feed_repaired",
        /// Entries beyond the bound, told twice, or empty.
        EntriesDropped = "entries_dropped",
        /// Entries that could not be read.
        EntriesUnread = "entries_unread",
        /// Entries with nothing to know them by.
        NamelessEntries = "nameless_entries",
        /// Entries that were edited so often that their pages are not asked for again.
        EditsIgnored = "edits_ignored",
        /// A part of a sitemap whose compression is broken.
        CompressionBroken = "compression_broken",
        /// A sitemap that was not read whole.
        SitemapTooLarge = "sitemap_too_large",
        /// A part of a sitemap that could not be had.
        SitemapFailed = "sitemap_failed",
        /// A sitemap index within a sitemap index.
        NestedSitemapIndex = "nested_sitemap_index",
        /// The server says that the source has another address for good.
        Moved = "moved",
    }
}

/// A flaw that was worked around.
///
/// Stages return warnings beside their value; they are
/// stored with the attempt and shown by `extract`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// What was wrong.
    pub kind: WarningKind,
    /// What exactly, for a person.
    pub detail: String,
}

impl Warning {
    /// A warning of `kind`, with the particulars.
    #[must_use]
    pub fn new(kind: WarningKind, detail: impl Into<String>) -> Self {
        Warning { kind, detail: detail.into() }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.detail.is_empty() {
            return self.kind.fmt(f);
        }
        write!(f, "{}: {}", self.kind, self.detail)
    }
}
