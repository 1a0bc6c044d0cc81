//! Drafts and articles: what the stages hand to one another.

use std::fmt;
use std::ops::Range;

use crate::outcome::Outcome;
use crate::outcome::words;
use crate::rule::Rule;
use crate::time::StatedTime;
use crate::warning::Warning;

words! {
    /// What a removed block is.
    Kind {
        /// Who took or owns a picture.
        PhotoCredit = "photo_credit",
        /// What a picture shows.
        Caption = "caption",
        /// Author line, dateline stamp, reading time, "updated 3 h ago".
        Byline = "byline",
        /// Who the author is.
        AuthorBio = "author_bio",
        /// "Please enter your comment!", "Leave a reply", "3 Comments".
        CommentPrompt = "comment_prompt",
        /// What readers wrote.
        Comment = "comment",
        /// Subscribe, sign up, follow us, get the app.
        NewsletterPrompt = "newsletter_prompt",
        /// Share on, tweet, copy link.
        SharePrompt = "share_prompt",
        /// "Read more:", teasers of other stories.
        RelatedLinks = "related_links",
        /// Advertising and shop links.
        Ad = "ad",
        /// Support us.
        DonationPrompt = "donation_prompt",
        /// Log in or pay to read on.
        PaywallPrompt = "paywall_prompt",
        /// Copyright, syndication notes, "The post X appeared first on Y".
        Legal = "legal",
        /// Text of audio and video players.
        Player = "player",
        /// Menus, breadcrumbs, tags, pagination.
        Navigation = "navigation",
        /// Cookies, consent, browser warnings.
        Notice = "notice",
        /// Repeats across the site's pages.
        Template = "template",
        /// None of these.
        Other = "other",
    }
}

words! {
    /// Where a date was read.
    DateSource {
        /// schema.org data in the page.
        JsonLd = "json_ld",
        /// A `<meta>` element.
        Meta = "meta",
        /// A `<time>` element or microdata.
        Time = "time",
        /// The page's visible text.
        Text = "text",
        /// The page's address.
        Url = "url",
        /// The feed's entry.
        Feed = "feed",
        /// Nobody said; the moment when the entry was first seen.
        FirstSeen = "first_seen",
    }
}

words! {
    /// Where the text of an article was taken from.
    Content {
        /// The page.
        Page = "page",
        /// The entry's content in the feed.
        Feed = "feed",
    }
}

/// A paragraph-level run of text, as a reader sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BlockKind {
    /// Running text.
    #[default]
    Paragraph,
    /// A heading, level 1 to 6.
    Heading(u8),
    /// An item of a list; ordered ones carry their number.
    ListItem(Option<u32>),
    /// A quotation.
    Quote,
    /// Text that belongs to a picture, table or player.
    Caption,
    /// A row of a table, its cells separated by ` | `.
    TableRow,
    /// Preformatted text; its white space is kept.
    Preformatted,
}

impl fmt::Display for BlockKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            BlockKind::Paragraph => "paragraph",
            BlockKind::Heading(_) => "heading",
            BlockKind::ListItem(_) => "list_item",
            BlockKind::Quote => "quote",
            BlockKind::Caption => "caption",
            BlockKind::TableRow => "table_row",
            BlockKind::Preformatted => "preformatted",
        })
    }
}

/// A stretch of a block's text that is more than text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of [`Block::text`], on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub mark: Mark,
}

/// What a [`Span`] is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A link, with its absolute address.
    Link(String),
    /// Strong importance.
    Strong,
    /// Emphasis.
    Emphasis,
    /// Code.
    Code,
}

/// One block of a page, in reading order.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What the block is.
    pub kind: BlockKind,
    /// Its text: white space folded (but for preformatted text), never empty.
    pub text: String,
    /// Links and emphasis in it, in order of their start.
    pub spans: Vec<Span>,
    /// Whether it stands in what the elements say is the article's own container. That is evidence
    /// for judging, no more: the story may begin before it or go on behind it.
    pub inside: bool,
    /// Whether it stands outside of the container but with the article, in its
    /// column: the line above the text that names the author, the comments
    /// below it. What a rule knows there is kept as a removal; all else outside
    /// belongs to the page and is not worth keeping.
    pub beside: bool,
    /// What judging needs to know of its place in the page.
    pub features: crate::extract::Features,
}

/// What was decided of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is part of the article.
    Story,
    /// It is not, and this is why.
    Removed {
        /// What it is instead.
        kind: Kind,
        /// What said so.
        rule: Rule,
    },
}

impl Verdict {
    /// Whether the block is part of the article.
    #[must_use]
    pub const fn is_story(&self) -> bool {
        matches!(self, Verdict::Story)
    }
}

/// Where a block says who took a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// The block.
    pub block: usize,
    /// The byte at which its caption ends and the credit begins, with what parts the two.
    pub begins: usize,
    /// The byte at which the credit goes on behind its label.
    pub named: usize,
}

/// A page judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judgement {
    /// One verdict per block. Nothing is deleted: the clean text is the blocks whose verdict is
    /// story.
    pub verdicts: Vec<Verdict>,
    /// How likely each block is story, 0 to 1; empty where no model was asked.
    pub scores: Vec<f32>,
    /// Blocks that are the credit of a picture, or captions that end in one, in order.
    pub credits: Vec<Credit>,
    /// The share of the words that are right, as the model expects it, 0 to 1.
    pub expected: f32,
    /// Fingerprints of the blocks that count for what repeats on the site: those that would be
    /// story if nothing were known of it. None of a page without a site.
    pub fingerprints: Vec<u64>,
}

/// The blocks from the first of the story to its last.
#[must_use]
pub fn body_of(verdicts: &[Verdict]) -> Range<usize> {
    let first = verdicts.iter().position(Verdict::is_story).unwrap_or(0);
    first..verdicts.iter().rposition(Verdict::is_story).map_or(0, |last| last + 1)
}

/// A date with its provenance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dated {
    /// What was stated.
    pub at: StatedTime,
    /// Where.
    pub from: DateSource,
}

/// What a page says about its article.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Metadata {
    /// Headline, without the site's name.
    pub title: Option<String>,
    /// Names of the authors, in the page's order, without "by".
    pub authors: Vec<String>,
    /// Name of the publication.
    pub site_name: Option<String>,
    /// BCP 47 tag, lower case: `en`, `pt-br`.
    pub language: Option<String>,
    /// The address that the page itself calls canonical, if it can be believed.
    pub canonical_url: Option<url::Url>,
    /// The lead image.
    pub image_url: Option<url::Url>,
    /// First publication.
    pub published: Option<Dated>,
    /// Last change that the page states.
    pub modified: Option<Dated>,
    /// The standfirst: deck or summary that an editor wrote.
    pub summary: Option<String>,
}

/// A picture of the article.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Image {
    /// Absolute address.
    pub url: String,
    /// Text for those who cannot see it.
    pub alt: Option<String>,
    /// What it shows.
    pub caption: Option<String>,
    /// Who took or owns it.
    pub credit: Option<String>,
}

/// What a page is, as far as its structure and words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageKind {
    /// It holds an article.
    Article,
    /// It holds the part of an article before a paywall.
    Paywalled,
    /// No article: list of links, shell, empty page.
    NoArticle,
    /// A section front: teasers of other stories. It is not stored; who asks for the text of
    /// this page gets it.
    Front,
    /// An error page.
    Soft404,
    /// A consent form.
    ConsentWall,
    /// A check whether we are a browser.
    Challenge,
    /// A login form.
    LoginWall,
}

impl PageKind {
    /// The outcome of an attempt that met such a page.
    #[must_use]
    pub const fn outcome(self) -> Outcome {
        match self {
            PageKind::Article => Outcome::Stored,
            PageKind::Paywalled => Outcome::Paywalled,
            PageKind::NoArticle | PageKind::Front => Outcome::NoArticle,
            PageKind::Soft404 => Outcome::Soft404,
            PageKind::ConsentWall => Outcome::ConsentWall,
            PageKind::Challenge => Outcome::Challenge,
            PageKind::LoginWall => Outcome::LoginWall,
        }
    }

    /// Whether there is an article to keep.
    #[must_use]
    pub const fn has_article(self) -> bool {
        matches!(self, PageKind::Article | PageKind::Paywalled)
    }

    /// Whether there is text to show to who asks for that of this page.
    #[must_use]
    pub const fn has_text(self) -> bool {
        self.has_article() || matches!(self, PageKind::Front)
    }

    /// What the page is, for a person.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            PageKind::Article => "an article",
            PageKind::Paywalled => "the part of an article before its paywall",
            PageKind::NoArticle => "no article on the page",
            PageKind::Front => "a section front with teasers of other stories",
            PageKind::Soft404 => "an error page, though the server says 200",
            PageKind::ConsentWall => "a consent form instead of the article",
            PageKind::Challenge => "a check for browsers instead of the article",
            PageKind::LoginWall => "a login form instead of the article",
        }
    }
}

/// A page taken apart, before anything is judged.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// What the page says about its article.
    pub metadata: Metadata,
    /// Every block of the page, in reading order.
    pub blocks: Vec<Block>,
    /// The elements that they stand in; one comes after the one around it.
    pub frames: Vec<crate::extract::Frame>,
    /// The words of the elements' names, see [`crate::extract::Frame::names`].
    pub names: Vec<u32>,
    /// The pictures of the article's container.
    pub images: Vec<Image>,
    /// Signals about the page as a whole.
    pub signals: crate::extract::Signals,
    /// Flaws met on the way.
    pub warnings: Vec<Warning>,
}

/// A removed residue block, of those inside the article's container and those
/// beside it that a rule knew (see [`Block::beside`]).
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Removal {
    /// How many paragraphs of the text, parted by a blank line, stood before it; of text whose HTML is
    /// gone, how many lines.
    pub position: usize,
    /// What it is.
    pub kind: Kind,
    /// The rule that removed it.
    pub rule: Rule,
    /// Its text.
    pub text: String,
}

/// The cleaned result.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Article {
    /// What the page says about it.
    pub metadata: Metadata,
    /// The story blocks, separated by one blank line.
    pub text: String,
    /// The same as Markdown.
    pub markdown: String,
    /// Words of `text`.
    pub word_count: usize,
    /// Its pictures, with captions and credits.
    pub images: Vec<Image>,
    /// What was removed from within it and beside it.
    pub removals: Vec<Removal>,
    /// Fingerprints of the blocks that count for what repeats on its site.
    pub fingerprints: Vec<u64>,
    /// The F1 of words that is expected of its text, 0 to 1.
    pub confidence: f32,
    /// Flaws met on the way.
    pub warnings: Vec<Warning>,
}
