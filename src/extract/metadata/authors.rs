//! Who wrote the article.

use super::clue::Clues;
use super::clue::Mark;
use super::folded;
use super::title::Headline;
use crate::extract::json_ld::Statement;
use crate::limits::AUTHORS_MAX;

mod names;

/// Lines before and after the headline among which its byline stands.
const NEAR_BEFORE: usize = 6;
const NEAR_AFTER: usize = 14;

const METAS: &[&str] = &[
    "citation_author",
    "parsely-author",
    "sailthru.author",
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "byl",
    "article:author_name",
    "cxenseparse:author",
    "dc.contributor",
    "og:article:author",
    "og:author",
    "authors",
    "creator",
    "twitter:creator:name",
];

/// Asks the witnesses in turn; the first who names a person is believed. Names
/// of the site itself or of its staff count only where no one names a person.
pub(super) fn read(
    clues: &Clues,
    about: &[&Statement],
    headline: &Headline,
    site_name: Option<&str>,
    url: Option<&url::Url>,
) -> Vec<String> {
    let site = Site::of(site_name, url);
    let mut fallback = Vec::new();
    let witnesses: [&dyn Fn() -> Vec<String>; 6] = [
        &|| {
            about
                .iter()
                .map(|statement| names::stated(&statement.people))
                .find(|n| !n.is_empty())
                .unwrap_or_default()
        },
        &|| from_metas(clues),
        &|| {
            from_marks(&clues.props, headline, |mark| {
                mark.name == "author" || mark.name == "creator"
            })
        },
        &|| from_bylines(clues, headline),
        &|| from_lines(clues, headline),
        &|| {
            about
                .iter()
                .map(|statement| names::stated(&statement.agencies))
                .find(|n| !n.is_empty())
                .unwrap_or_default()
        },
    ];
    for witness in witnesses {
        let mut found = witness();
        deduplicate(&mut found);
        let (people, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|name| !site.is_meant_by(name) && !names::is_staff(name));
        if !people.is_empty() {
            return people;
        }
        if fallback.is_empty() {
            fallback = others;
        }
    }
    fallback
}

fn deduplicate(found: &mut Vec<String>) {
    let mut seen: Vec<String> = Vec::new();
    found.retain(|name| {
        let form = folded(name);
        let new = !form.is_empty() && !seen.contains(&form);
        if new {
            seen.push(form);
        }
        new
    });
    found.truncate(AUTHORS_MAX);
}

fn from_metas(clues: &Clues) -> Vec<String> {
    for name in METAS {
        let values: Vec<String> = clues.meta(name).map(str::to_owned).collect();
        let inverted = name.starts_with("citation") || name.starts_with("dc");
        let found = if inverted { names::inverted(&values) } else { names::stated(&values) };
        if !found.is_empty() {
            return found;
        }
    }
    // Sharing cards carry labelled lines: "Written by", "Jane Doe".
    for nth in ["1", "2"] {
        let label = clues.meta(&format!("twitter:label{nth}")).next().map(folded);
        let writes = label.is_some_and(|label| names::says_by(&label));
        if writes && let Some(value) = clues.meta(&format!("twitter:data{nth}")).next() {
            return names::stated(&[value.to_owned()]);
        }
    }
    Vec::new()
}

/// The values of the wanted marks near the headline; of all that stand in the
/// article's own part where there is no headline.
fn from_marks(marks: &[Mark], headline: &Headline, wanted: impl Fn(&Mark) -> bool) -> Vec<String> {
    let mut last: Option<usize> = None;
    let mut found = Vec::new();
    for mark in marks.iter().filter(|mark| wanted(mark) && !mark.aside) {
        if !near(mark.line, headline) {
            continue;
        }
        // Names of one byline stand together; a later one is another's.
        if last.is_some_and(|line| mark.line > line + 2) {
            break;
        }
        let names = names::shown(&mark.value);
        if !names.is_empty() {
            last = Some(mark.line);
            found.extend(names);
        }
    }
    found
}

fn near(line: usize, headline: &Headline) -> bool {
    headline.line.is_none_or(|at| line + NEAR_BEFORE >= at && line <= at + NEAR_AFTER)
}

fn from_bylines(clues: &Clues, headline: &Headline) -> Vec<String> {
    for strength in ["rel", "name", "byline", "author"] {
        let found = from_marks(&clues.bylines, headline, |mark| mark.name == strength);
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Lines that begin with "By" near the headline.
fn from_lines(clues: &Clues, headline: &Headline) -> Vec<String> {
    let Some(at) = headline.line else { return Vec::new() };
    let after = at + 1..=at + NEAR_AFTER;
    let before = (at.saturating_sub(NEAR_BEFORE)..at).rev();
    for number in after.chain(before) {
        let Some(line) = clues.lines.get(number) else { continue };
        if line.aside || line.level > 0 {
            continue;
        }
        let found = names::after_by(&line.text);
        if !found.is_empty() {
            return found;
        }
        // "By" on a line of its own.
        if names::says_by(&folded(&line.text))
            && let Some(next) = clues.lines.get(number + 1)
        {
            let found = names::shown(&next.text);
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// The names that mean the site itself.
struct Site(Vec<String>);

impl Site {
    fn of(site_name: Option<&str>, url: Option<&url::Url>) -> Site {
        let joined = |text: &str| folded(text).replace(' ', "");
        let mut names: Vec<String> = site_name.map(joined).into_iter().collect();
        if let Some(url) = url {
            let site = crate::url::site(url);
            names.extend(site.split('.').next().map(joined));
            names.push(joined(&site));
        }
        names.retain(|name| !name.is_empty());
        Site(names)
    }

    fn is_meant_by(&self, name: &str) -> bool {
        let name = folded(name).replace(' ', "");
        let bare = name.strip_prefix("the").unwrap_or(&name);
        self.0.iter().any(|site| *site == name || site.strip_prefix("the").unwrap_or(site) == bare)
    }
}
