//! What should be left of the newspaper once it has been read.

use super::content::SITES;
use super::content::Site;
use super::edition::Edition;
use super::edition::stories;
use super::story::Story;
use crate::outcome::Outcome;

/// An article of the newspaper and what its clean text has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Name of the site, see [`super::Newspaper::origin`].
    pub site: &'static str,
    /// Path of the article's page.
    pub path: &'static str,
    /// Its headline.
    pub title: &'static str,
    /// Its author.
    pub author: &'static str,
    /// First publication, RFC 3339.
    pub published: &'static str,
    /// Phrases that the clean text holds; white space counts as in the text.
    pub must: Vec<&'static str>,
    /// Phrases that it lacks. The page holds each of them, in its furniture or
    /// as residue; for an article that is only in the feed, page or feed do.
    pub must_not: Vec<&'static str>,
    /// Whether the page is a shell, so that the text has to come from the feed.
    pub only_in_the_feed: bool,
    /// Site and path of the article whose text this one repeats.
    pub duplicate_of: Option<(&'static str, &'static str)>,
}

impl Expected {
    fn of(site: &Site, story: &Story) -> Self {
        Self {
            site: site.name,
            path: story.path(),
            title: story.get("title").unwrap_or_default(),
            author: story.get("author").unwrap_or_default(),
            published: story.get("date").unwrap_or_default(),
            must: story.all("must").collect(),
            must_not: story.all("not").collect(),
            only_in_the_feed: story.is_only_in_the_feed(),
            duplicate_of: story.get("duplicate-of").and_then(|place| place.split_once(' ')),
        }
    }
}

/// Every article of the first edition, site by site.
#[must_use]
pub fn expected() -> Vec<Expected> {
    let of_site = |site: &'static Site| {
        stories(site, Edition::First).into_iter().map(move |story| Expected::of(site, &story))
    };
    SITES.iter().flat_map(of_site).collect()
}

/// The articles that [`super::Newspaper::edit`] changes, as they are afterwards.
#[must_use]
pub fn edited() -> Vec<Expected> {
    let of_site = |site: &'static Site| {
        site.edited.iter().map(move |file| Expected::of(site, &Story::read(file)))
    };
    SITES.iter().flat_map(of_site).collect()
}

/// An entry that must not become an article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Name of the site.
    pub site: &'static str,
    /// Path that the feed announces.
    pub path: &'static str,
    /// How the attempt ends.
    pub outcome: Outcome,
}

/// Every entry that the feeds announce and that is no article.
#[must_use]
pub fn refusals() -> Vec<Refusal> {
    vec![
        Refusal {
            site: "harbour",
            path: "/2026/03/08/gallery-harbour-in-fog/",
            outcome: Outcome::NotFound,
        },
        Refusal {
            site: "meridian",
            path: "/news/region/coast-path-money",
            outcome: Outcome::ConsentWall,
        },
        Refusal {
            site: "meridian",
            path: "/interactive/sirens",
            outcome: Outcome::RobotsDisallowed,
        },
    ]
}

/// Site and path of the article whose removals are worth showing: a credit line
/// under the headline, a newsletter box in the middle, a comment form that left
/// its prompts at the end.
#[must_use]
pub fn story_of_interest() -> (&'static str, &'static str) {
    ("harbour", "/2026/03/12/ferry-inquiry/")
}
