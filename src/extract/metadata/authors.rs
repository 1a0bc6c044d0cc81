//! Who wrote the article.

mod names;
mod words;

use super::clue::Clues;
use super::clue::Line;
use super::clue::Strength;
use super::clue::Value;
use super::folded;
use super::title::Headline;
use crate::article::Metadata;
use crate::extract::json_ld::JsonLd;
use crate::extract::json_ld::Statement;
use crate::language::ends_a_sentence;
use crate::limits::AUTHORS_MAX;

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
    let stated = |field: fn(&Statement) -> &Vec<String>| {
        let lists = about.iter().map(|statement| names::stated(field(statement)));
        lists.into_iter().find(|names| !names.is_empty()).unwrap_or_default()
    };
    // Cheap witnesses first; those who read the whole page are rarely asked.
    let story = Story::of(clues);
    let shown = shown(clues, headline, &story);
    let witnesses: [&dyn Fn() -> Vec<String>; 6] = [
        &|| stated(|statement| &statement.people),
        &|| from_metas(clues),
        &|| from_date_line(clues, headline, &story),
        &|| afar(clues, &story),
        &|| from_any_line(clues, &story),
        &|| stated(|statement| &statement.agencies),
    ];
    let (claims, others) = witnesses.split_at(2);
    let mut fallback: Vec<String> = Vec::new();
    // Better a newsroom that the data state than a name from anywhere on the page.
    let mut newsroom = false;
    let lists = claims.iter().map(|witness| witness());
    let lists = lists.chain(shown.iter().cloned()).chain(others.iter().map(|witness| witness()));
    for (nth, mut found) in lists.enumerate() {
        if newsroom && nth == claims.len() + shown.len() {
            break;
        }
        for name in &mut found {
            site.leave(name);
        }
        deduplicate(&mut found);
        let (people, others): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|name| !site.is_meant_by(name) && !names::is_staff(name));
        if !people.is_empty() {
            // In a thread another name is another person's.
            return if clues.is_thread { people } else { fuller(people, &shown, &site) };
        }
        newsroom |= nth < claims.len() && others.iter().any(|name| !site.is_meant_by(name));
        if fallback.is_empty() {
            fallback = others;
        }
    }
    fallback
}

/// Whether the author is no person, by the structured data or by its name.
pub(in crate::extract) fn is_by_organisation(metadata: &Metadata, data: &JsonLd) -> bool {
    let agencies = || data.statements.iter().flat_map(|statement| &statement.agencies);
    let is_organisation = |name: &String| {
        names::is_staff(name) || agencies().any(|agency| folded(agency) == folded(name))
    };
    metadata.authors.iter().any(is_organisation)
}

/// What stands where bylines stand, best markup first.
fn shown(clues: &Clues, headline: &Headline, story: &Story) -> Vec<Vec<String>> {
    let mut lists = vec![from_props(clues, headline, story)];
    lists.extend(Strength::ALL.map(|strength| from_bylines(clues, headline, strength, story)));
    lists.push(from_lines(clues, headline, story));
    lists
}

/// The same authors as the page shows them, where it shows more: all of them
/// where the data have the first, a name where they have a handle.
fn fuller(people: Vec<String>, shown: &[Vec<String>], site: &Site) -> Vec<String> {
    let joined = |name: &str| folded(name).replace(' ', "");
    for list in shown {
        let mut list = list.clone();
        deduplicate(&mut list);
        let persons: Vec<String> =
            list.iter().filter(|name| !site.is_meant_by(name)).cloned().collect();
        let has = |name: &String| persons.iter().any(|other| joined(other) == joined(name));
        if persons.len() > people.len()
            && people.iter().all(has)
            && persons.iter().all(|name| names::is_person(name))
        {
            return persons;
        }
        if let ([handle], [name]) = (people.as_slice(), list.as_slice())
            && names::is_handle(handle)
            && name.contains(' ')
            && (joined(name).starts_with(&joined(handle)) || names::is_account(handle))
        {
            return list;
        }
    }
    people
}

/// Drops repetitions, and what holds another name with something around it:
/// the text of an element around a name's own.
fn deduplicate(found: &mut Vec<String>) {
    // The rest is quadratic.
    found.truncate(4 * AUTHORS_MAX);
    let persons: Vec<String> = found
        .iter()
        .filter(|name| names::is_person(name))
        .map(|name| format!(" {} ", folded(name)))
        .collect();
    found.retain(|name| {
        let form = format!(" {} ", folded(name));
        !persons.iter().any(|person| form.len() > person.len() && form.contains(person.as_str()))
    });
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

/// The names in the values that stand near the headline; in all of the article's own part where there
/// is no headline.
fn near_headline<'a>(
    values: impl Iterator<Item = &'a Value>,
    headline: &Headline,
    names_in: impl Fn(&str) -> Vec<String>,
) -> Vec<String> {
    let mut last: Option<usize> = None;
    let mut found = Vec::new();
    for value in values.filter(|value| !value.aside && near(value.line, headline)) {
        // Names of one byline stand together; a later one is another's.
        if last.is_some_and(|line| value.line > line + 2) {
            break;
        }
        // The first may be one whom nothing here can name.
        last = Some(value.line);
        found.extend(names_in(&value.text));
    }
    found
}

/// Names in an element that says that it holds some.
fn in_byline(strength: Strength, text: &str, story: &Story) -> Vec<String> {
    match strength {
        Strength::Byline | Strength::Author if !names::begins_with_by(text) => {
            names::shown(text, story)
        }
        Strength::Dated => names::dated(text, story),
        _ => names::marked(text, story),
    }
}

fn from_props(clues: &Clues, headline: &Headline, story: &Story) -> Vec<String> {
    let props = clues.props.iter().filter(|prop| prop.name == "author" || prop.name == "creator");
    if clues.is_thread {
        // Whoever asked, be it at the end of a long question.
        let first = props.clone().next();
        return first.map_or_else(Vec::new, |prop| names::marked(&prop.value.text, story));
    }
    near_headline(props.map(|prop| &prop.value), headline, |text| names::marked(text, story))
}

fn near(line: usize, headline: &Headline) -> bool {
    headline.line.is_none_or(|at| line + NEAR_BEFORE >= at && line <= at + NEAR_AFTER)
}

fn from_bylines(
    clues: &Clues,
    headline: &Headline,
    strength: Strength,
    story: &Story,
) -> Vec<String> {
    let names_person =
        |text: &str| names::shown(text, story).first().is_some_and(|name| names::is_person(name));
    let is_wanted = |value: &&Value| match strength {
        Strength::Rel | Strength::Name | Strength::Dated | Strength::Member => true,
        Strength::Link => !is_of_checker(clues, value.line),
        Strength::Byline | Strength::Author => {
            names::begins_with_by(&value.text) || names_person(&value.text)
        }
    };
    let bylines = clues.bylines.iter().filter(|byline| byline.strength == strength);
    let values = bylines.map(|byline| &byline.value).filter(is_wanted);
    if strength == Strength::Member {
        // Who began a thread is its author, not who answered.
        let first = values.filter(|value| !value.aside && headline.line.is_some()).take(1);
        let mut names = near_headline(first, headline, |text| in_byline(strength, text, story));
        names.retain(|name| !names::is_command(name));
        return names;
    }
    near_headline(values, headline, |text| in_byline(strength, text, story))
}

/// Whether a name in this line stands for having edited or checked the text: the line or the one before
/// says so.
fn is_of_checker(clues: &Clues, line: usize) -> bool {
    let lines = clues.lines.iter().take(line + 1).skip(line.saturating_sub(1));
    lines.into_iter().any(|line| names::says_checked(&line.text))
}

/// The one name that the markup calls the author's, wherever it stands: under
/// the text, in a box beside it. Several would be those of other articles.
fn afar(clues: &Clues, story: &Story) -> Vec<String> {
    let props = clues.props.iter().filter(|prop| prop.name == "author");
    let props = props.flat_map(|prop| names::marked(&prop.value.text, story));
    let bylines = clues.bylines.iter().filter(|byline| byline.strength <= Strength::Byline);
    let bylines = bylines.flat_map(|byline| in_byline(byline.strength, &byline.value.text, story));
    let mut found: Vec<String> = props.chain(bylines).collect();
    deduplicate(&mut found);
    if found.len() == 1 { found } else { Vec::new() }
}

/// The one short line that says "By" or "About the author" anywhere.
fn from_any_line(clues: &Clues, story: &Story) -> Vec<String> {
    const ABOUT: &[&str] = &[
        "about the author",
        "über den autor",
        "über die autorin",
        "zum autor",
        "zur autorin",
        "à propos de l auteur",
        "sobre el autor",
        "sobre o autor",
        "meet the author",
    ];
    let mut found: Vec<String> = Vec::new();
    for (number, line) in clues.lines.iter().enumerate() {
        if line.text.is_empty() || line.text.len() > 80 {
            continue;
        }
        let form = folded(&line.text);
        let next = || {
            clues
                .lines
                .get(number + 1)
                .filter(|next| !next.header)
                .map(|next| names::shown(&next.text, story))
                .unwrap_or_default()
        };
        let names = if ABOUT.contains(&form.as_str()) || names::says_by(&form) {
            next()
        } else if !line.aside && (line.level == 0 || form.starts_with("written by ")) {
            names::after_by(&line.text, story)
        } else {
            continue;
        };
        found.extend(names.into_iter().filter(|name| names::is_person(name)));
    }
    deduplicate(&mut found);
    if found.len() <= 2 { found } else { Vec::new() }
}

/// A name on the date line, or right before or after it. A section of the site stands in the menu
/// above the headline, too.
fn from_date_line(clues: &Clues, headline: &Headline, story: &Story) -> Vec<String> {
    let Some(at) = headline.line else { return Vec::new() };
    let line =
        |number: usize| clues.lines.get(number).filter(|line| !line.aside && line.level == 0);
    let is_dated = |line: &Line| {
        line.text.chars().count() <= 120
            && (crate::date::is_in(&line.text) || super::dates::says_modified(&line.text))
    };
    for number in at + 1..=at + 6 {
        let Some(candidate) = line(number).filter(|line| !line.control) else { continue };
        let near = (number.saturating_sub(2).max(at)..=number + 2).filter_map(line).any(is_dated);
        if !near {
            continue;
        }
        let mut names = names::beside_date(&candidate.text, story);
        let is_section = |name: &String| clues.lines[..at].iter().any(|line| line.text == *name);
        names.retain(|name| !is_section(name) && !candidate.has_row_of_links(name));
        if !names.is_empty() {
            return names;
        }
    }
    Vec::new()
}

/// Lines that begin with "By" near the headline.
fn from_lines(clues: &Clues, headline: &Headline, story: &Story) -> Vec<String> {
    let Some(at) = headline.line else { return Vec::new() };
    let after = at + 1..=at + NEAR_AFTER;
    let before = (at.saturating_sub(NEAR_BEFORE)..at).rev();
    for number in after.chain(before) {
        let Some(line) = clues.lines.get(number) else { continue };
        if line.aside || line.level > 0 {
            continue;
        }
        let mut found = names::after_by(&line.text, story);
        if found.is_empty() && names::says_who_did(&line.text) {
            found = names::marked(&line.text, story);
        }
        found.extend(names::beside_job_or_length(&line.text, story).filter(|_| found.is_empty()));
        if !found.is_empty() {
            return found;
        }
        // "By" on a line of its own.
        if names::says_by(&folded(&line.text))
            && let Some(next) = clues.lines.get(number + 1).filter(|next| !next.header)
        {
            let found = names::shown(&next.text, story);
            if !found.is_empty() {
                return found;
            }
        }
    }
    Vec::new()
}

/// What the page tells in sentences: they speak of places, and hardly ever of who wrote them.
struct Story {
    /// Its first paragraphs, folded.
    paragraphs: Vec<String>,
}

impl Story {
    fn of(clues: &Clues) -> Story {
        let lines = clues.sample.lines().filter(|line| ends_a_sentence(line));
        Story { paragraphs: lines.map(|line| format!(" {} ", folded(line))).collect() }
    }

    /// Whether it speaks of what has this name. A paragraph that begins with an author's name says who
    /// that is.
    fn mentions(&self, name: &str) -> bool {
        let name = format!(" {} ", folded(name));
        self.paragraphs.iter().any(|text| text.contains(&name) && !text.starts_with(&name))
    }

    /// Whether what stands behind an author's name is a place: it is in the story, and the author is
    /// none of the persons in it.
    fn has_place(&self, name: &str, author: &str) -> bool {
        self.mentions(name) && !self.mentions(author)
    }
}

/// The names that mean the site itself.
struct Site {
    /// Without spaces.
    joined: Vec<String>,
    /// As it is written.
    name: Option<String>,
}

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
        Site { joined: names, name: site_name.map(str::to_owned) }
    }

    /// Takes the site's name from behind or before a person's: "Jane Doe The Gazette".
    fn leave(&self, name: &mut String) {
        let Some(site) = self.name.as_deref() else { return };
        // A site of one word may be called as persons are.
        let behind = || name.strip_prefix(site).filter(|_| site.contains(' '));
        let before = name.strip_suffix(site).filter(|person| person.ends_with(' '));
        let person = before.or_else(|| behind().filter(|person| person.starts_with(' ')));
        let person = person.map(str::trim);
        if let Some(person) = person.filter(|person| person.contains(' ')) {
            *name = person.to_owned();
        }
    }

    fn is_meant_by(&self, name: &str) -> bool {
        let name = folded(name).replace(' ', "");
        let bare = name.strip_prefix("the").unwrap_or(&name);
        self.joined
            .iter()
            .any(|site| *site == name || site.strip_prefix("the").unwrap_or(site) == bare)
    }
}
