//! The headline, without the site's name.

use std::collections::HashMap;

use super::clue;
use super::clue::Clues;
use super::clue::Standing;
use super::folded;
use super::plain;
use super::visible;
use crate::date;
use crate::date::Order;
use crate::extract::json_ld::JsonLd;
use crate::extract::json_ld::Statement;
use crate::language::parts_no_words;
use crate::limits::TITLE_BYTES_MAX;
use crate::time::StatedTime;

/// What was found out about the headline.
#[derive(Debug, Default)]
pub(super) struct Headline {
    pub(super) text: Option<String>,
    /// Number of the line that shows it.
    pub(super) line: Option<usize>,
    /// What was taken off the `<title>` as the site's name.
    pub(super) site_part: Option<String>,
}

/// Finds the headline: what the page claims it to be, in the words in which
/// the page shows it.
pub(super) fn read(
    clues: &Clues,
    data: &JsonLd,
    site_name: Option<&str>,
    url: Option<&url::Url>,
) -> Headline {
    let names = site_names(clues, site_name, url);
    let stated: Vec<&str> = data
        .statements
        .iter()
        .filter(|statement| statement.is_article())
        .filter_map(|statement| statement.headline.as_deref())
        .collect();
    let metas = [
        "og:title",
        "twitter:title",
        "citation_title",
        "parsely-title",
        "sailthru.title",
        "dc.title",
        "dcterms.title",
        "title",
    ];
    let mut headings = Heading::all(clues, &names);
    let lines = if headings.is_empty() { lines_by_form(clues) } else { HashMap::new() };
    let mut site_part = None;
    let mut claims: Vec<String> = Vec::new();
    let mut of_site: Vec<String> = Vec::new();
    let single = (stated.len() == 1).then(|| stated[0]);
    for claim in metas[..1]
        .iter()
        .flat_map(|name| clues.meta(name))
        .chain(single)
        .chain(clues.title.as_deref())
        .chain(metas[1..].iter().flat_map(|name| clues.meta(name)))
    {
        let claim = plain(claim);
        let (kept, taken) = without_site(&claim, clues, &names, &headings, &lines);
        if site_part.is_none() {
            site_part = taken;
        }
        let form = folded(&kept);
        if !form.is_empty() && kept.len() <= TITLE_BYTES_MAX {
            let list = if is_site_name(&form, &names) { &mut of_site } else { &mut claims };
            list.push(kept);
        }
    }
    if let Some(site) = site_part.as_deref().map(folded) {
        headings.retain(|heading| heading.form != site);
    }
    let shown = shown_headline(&headings, &claims);
    let text = match shown {
        Some(heading) if is_witnessed(heading, &claims, url) => Some(wording(heading, &claims)),
        // The front page is called as the site is.
        _ => {
            let claim = claims.into_iter().chain(of_site).next();
            claim.map(|claim| longest_part(&claim, clues).to_owned())
        }
    };
    let line = shown.map(|heading| heading.clue.line);
    let line = line.or_else(|| lines.get(&folded(text.as_deref()?)).copied());
    let line = line.or_else(|| line_beginning_with(clues, text.as_deref()?));
    Headline { text, line, site_part }
}

/// Number of the first line of each form. Where nothing is set as a heading, the headline is a line
/// like others.
fn lines_by_form(clues: &Clues) -> HashMap<String, usize> {
    let mut lines = HashMap::new();
    for (number, line) in clues.lines.iter().enumerate().filter(|(_, line)| !line.aside) {
        lines.entry(folded(&line.text)).or_insert(number);
    }
    // Prose, and lines of signs.
    lines.remove("");
    lines
}

/// Whether a line of the page shows a title whole: its dashes are its own.
fn is_a_line(clues: &Clues, title: &str) -> bool {
    let form = folded(title);
    clues.lines.iter().any(|line| !line.aside && folded(&line.text) == form)
}

/// A heading of the page that is not the site's name.
struct Heading<'a> {
    clue: &'a clue::Heading,
    form: String,
}

impl<'a> Heading<'a> {
    fn all(clues: &'a Clues, names: &[String]) -> Vec<Heading<'a>> {
        let headings = clues.headings.iter();
        headings
            .map(|clue| Heading { clue, form: folded(&clue.text) })
            .filter(|heading| !is_site_name(&heading.form, names))
            .collect()
    }
}

/// The forms under which the site's name may stand in a title.
fn site_names(clues: &Clues, site_name: Option<&str>, url: Option<&url::Url>) -> Vec<String> {
    let mut names: Vec<String> = site_name.map(folded).into_iter().collect();
    // A logo.
    let home = clues.headings.iter().filter(|heading| heading.leads_home);
    names.extend(home.map(|heading| folded(&heading.text)));
    if let Some(url) = url {
        let host = url.host_str().unwrap_or_default().trim_start_matches("www.");
        let site = crate::url::site(url);
        names.push(folded(host));
        names.push(folded(&site));
        names.extend(site.split('.').next().map(folded));
    }
    names.retain(|name| !name.is_empty());
    names
}

const SEPARATORS: &[&str] = &[
    " | ", " - ", " – ", " — ", " · ", " • ", " » ", " « ", " :: ", " / ", " ~ ", " > ", " < ",
    ": ", "|",
];

/// The same where words are not parted by spaces either.
const BARE_SEPARATORS: &[&str] = &["-", "_", "－", "｜", "ㅣ"];

/// Whether a part of a title is written in letters that are set without spaces around signs.
fn is_set_close(part: &str) -> bool {
    part.contains(|c: char| parts_no_words(c) || matches!(c, '가'..='힣'))
}

/// Takes the site's name off either end of a title: a part that is the name,
/// or whatever a heading of the page shows that the headline does without.
fn without_site(
    title: &str,
    clues: &Clues,
    names: &[String],
    headings: &[Heading<'_>],
    lines: &HashMap<String, usize>,
) -> (String, Option<String>) {
    let mut kept = title.trim();
    let mut taken = None;
    // "Headline - Section - Site" has two parts too many.
    for _ in 0..3 {
        let Some((rest, part)) = one_less(kept, clues, names, headings, lines) else { break };
        taken = taken.or_else(|| Some(part.to_owned()));
        kept = rest;
    }
    (kept.to_owned(), taken)
}

fn one_less<'a>(
    title: &'a str,
    clues: &Clues,
    names: &[String],
    headings: &[Heading<'_>],
    lines: &HashMap<String, usize>,
) -> Option<(&'a str, &'a str)> {
    let place = |text: &str| {
        let form = folded(text);
        let main = headings.iter().filter(|heading| heading.clue.level <= 2);
        let same = main
            .filter(|heading| heading.form == form || is_cut(text) && begins(&heading.form, &form));
        let line = || lines.contains_key(&form).then_some(Standing::Anywhere);
        same.map(|heading| heading.clue.standing).max().or_else(line)
    };
    if place(title).is_some() {
        return None;
    }
    let mut splits = Vec::new();
    for separator in SEPARATORS {
        if let Some(at) = title.rfind(separator) {
            splits.push((&title[..at], &title[at + separator.len()..]));
        }
        if let Some(at) = title.find(separator) {
            splits.push((&title[at + separator.len()..], &title[..at]));
        }
    }
    let bare = BARE_SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator));
    splits.extend(bare.filter(|(_, part)| is_set_close(part)));
    splits.retain(|(rest, part)| !rest.trim().is_empty() && !part.trim().is_empty());
    // Where both halves are headings, one of them is the site's name, which stands outside of the
    // article.
    let by_heading =
        splits.iter().filter_map(|split| Some(((place(split.0)?, split.0.len()), split)));
    let by_name = splits.iter().filter(|(_, part)| is_site_name(&folded(part), names));
    let by_heading = by_heading.max_by_key(|(key, _)| *key);
    let (mut rest, mut part) = *by_heading
        .map(|(_, split)| split)
        .or_else(|| by_name.min_by_key(|(rest, _)| rest.len()))?;
    // Nor does a short heading there outdo what a line of the page begins with.
    let words = |text: &str| text.split_whitespace().count();
    if by_heading.is_some_and(|((place, _), _)| place < Standing::Inside)
        && title.ends_with(rest)
        && words(part) > words(rest)
        && line_beginning_with(clues, part).is_some()
    {
        (rest, part) = (part, rest);
    }
    // "Headline : Site"
    Some((rest.trim().trim_end_matches([' ', ':']), part.trim()))
}

/// Number of the first line of the page that begins with a part of its title.
fn line_beginning_with(clues: &Clues, part: &str) -> Option<usize> {
    let form = folded(part);
    clues.lines.iter().position(|line| !line.aside && begins(&folded(&line.text), &form))
}

/// Whether a title was cut because it is long.
fn is_cut(title: &str) -> bool {
    title.ends_with('…') || title.ends_with("...")
}

/// Whether a folded text begins with another, which may end within a word.
fn begins(text: &str, start: &str) -> bool {
    const WORDS_MIN: usize = 3;
    text.starts_with(start) && start.split(' ').count() >= WORDS_MIN
}

fn is_site_name(part: &str, names: &[String]) -> bool {
    let joined: String = part.split(' ').collect();
    names.iter().any(|name| {
        let name_joined: String = name.split(' ').collect();
        part == name
            || joined == name_joined
            || name_joined.len() >= 4 && joined.strip_prefix("the") == Some(&name_joined)
            || name_joined.strip_prefix("the").is_some_and(|rest| rest == joined)
    })
}

/// The headline in the words of the heading that shows it.
fn wording(heading: &Heading<'_>, claims: &[String]) -> String {
    let whole = claims.iter().any(|claim| folded(claim) == heading.form);
    let text = if whole { None } else { within(&heading.form, claims) };
    let text = text.unwrap_or_else(|| heading.clue.text.clone());
    // What is shown is text, unless it was escaped twice.
    let twice = text.contains("&amp;") || text.contains("&#");
    let text = if twice { plain(&text) } else { visible(text) };
    without_tail(&text).to_owned()
}

/// A claim that the heading holds with something around it: a kicker before,
/// a count of comments behind.
fn within(heading: &str, claims: &[String]) -> Option<String> {
    let form = format!(" {heading} ");
    let held = |claim: &&String| {
        let claim = format!(" {} ", folded(claim));
        let Some(at) = form.rfind(&claim) else { return false };
        let behind = form[at + claim.len()..].split_whitespace().count();
        claim.split_whitespace().count() >= 3 && form.len() > claim.len() && behind <= 2
    };
    claims.iter().find(held).cloned()
}

/// A headline without the short parts that bars set off at its end: its section,
/// its site, a second headline for search engines.
fn without_tail(title: &str) -> &str {
    const TAIL_WORDS_MAX: usize = 4;
    const REST_WORDS_MIN: usize = 4;
    let words = |part: &str| part.split_whitespace().filter(|word| *word != "&").count();
    let mut kept = title;
    while let Some((rest, tail)) = kept.rsplit_once(" | ") {
        if words(tail) > TAIL_WORDS_MAX || words(rest) < REST_WORDS_MIN {
            break;
        }
        kept = rest.trim_end();
    }
    kept
}

/// Between a headline and its section or site; hardly ever within a headline.
const STRONG_SEPARATORS: &[&str] = &[" | ", " :: ", " » ", " • ", " · "];
/// Between a headline and its site as often as within a headline.
const WEAK_SEPARATORS: &[&str] = &[" - ", " – ", " — "];

/// Between a headline and its day.
const DAY_SEPARATOR: &str = " - ";

/// What the names of newspapers and stations end in where they are set close behind a headline.
const SITE_ENDINGS: &[&str] = &[
    "新闻网",
    "新聞網",
    "新华网",
    "日报",
    "日報",
    "晚报",
    "晚報",
    "时报",
    "時報",
    "早报",
    "早報",
    "在线",
    "在線",
    "新聞社",
    "일보",
    "신문",
    "방송",
];
/// Characters that a headline has at least before such a name.
const HEADLINE_CHARS_MIN: usize = 7;

/// A title without a site that is set close behind it: `标题-新华网`, `标题_频道_某某日报`.
fn without_close_site(title: &str) -> &str {
    let parted = BARE_SEPARATORS.iter().filter_map(|separator| title.rsplit_once(separator));
    let (rest, site) = match parted.min_by_key(|(_, site)| site.len()) {
        Some((rest, site))
            if SITE_ENDINGS.iter().any(|ending| site.trim().ends_with(ending))
                && rest.chars().nth(HEADLINE_CHARS_MIN - 1).is_some() =>
        {
            (rest.trim(), site)
        }
        _ => return title,
    };
    // A channel may stand between the two.
    let channel = rest.rsplit_once('_').filter(|(_, channel)| channel.len() <= site.len().max(12));
    channel.map_or(rest, |(headline, _)| headline.trim())
}

/// What is left of a title that no heading confirms, without sections and sites.
fn longest_part<'a>(title: &'a str, clues: &Clues) -> &'a str {
    let words = |part: &str| part.split_whitespace().count();
    let mut kept = without_close_site(title);
    for separator in STRONG_SEPARATORS {
        // Of equals the first: headlines come before sites more often than after.
        let parts = kept.rsplit(separator).map(str::trim);
        kept = parts.max_by_key(|part| words(part)).unwrap_or(kept);
    }
    let site = WEAK_SEPARATORS.iter().filter_map(|separator| kept.rsplit_once(separator));
    let kept = match site.min_by_key(|(_, site)| site.len()) {
        Some((rest, site)) if words(site) <= 3 && words(rest) >= 4 && !is_a_line(clues, kept) => {
            rest.trim()
        }
        _ => kept,
    };
    match kept.rsplit_once(DAY_SEPARATOR) {
        Some((rest, day)) if date::is_one(day) && words(rest) >= 4 && !is_a_line(clues, kept) => {
            rest.trim()
        }
        _ => kept,
    }
}

/// The day that a `<title>` has between headline and site: "Headline - 18 May 2025 - Site".
pub(super) fn day_in(title: &str, order: Order) -> Option<StatedTime> {
    let parts = title.split(DAY_SEPARATOR).skip(1);
    parts.filter(|part| date::is_one(part)).find_map(|part| date::find(part, order))
}

/// A main heading that shares less than this with every claim is something else:
/// the name of a section, a slogan, a kicker.
const WITNESSED: f64 = 0.25;

/// The heading that shows the headline that is claimed.
fn shown_headline<'a>(headings: &'a [Heading<'a>], claims: &[String]) -> Option<&'a Heading<'a>> {
    for claim in claims {
        let form = folded(claim);
        let alike = |heading: &Heading<'_>| {
            let whole = is_cut(claim) && begins(&heading.form, &form);
            if whole { 1.0 } else { likeness(&form, &heading.form) }
        };
        let best = headings
            .iter()
            .map(|heading| (heading, alike(heading)))
            .filter(|(heading, alike)| *alike >= if heading.clue.level == 1 { 0.5 } else { 0.8 })
            .max_by(|a, b| {
                // Subheads repeat the headline's words more often than the main heading is another's.
                let key = |(heading, alike): &(&Heading<'_>, f64)| {
                    let clue = heading.clue;
                    let exact = *alike >= 1.0;
                    (
                        !clue.aside,
                        exact,
                        clue.level == 1,
                        *alike,
                        u8::MAX - clue.level,
                        usize::MAX - clue.line,
                    )
                };
                key(a).partial_cmp(&key(b)).unwrap_or(std::cmp::Ordering::Equal)
            });
        if let Some((heading, _)) = best {
            return Some(heading);
        }
    }
    // A single main heading needs no witness.
    let mut main = headings.iter().filter(|heading| heading.clue.level == 1 && !heading.clue.aside);
    let first = main.next()?;
    (claims.is_empty() || main.next().is_none()).then_some(first)
}

/// Whether a claim, or the address more than the first claim, has words of the heading.
fn is_witnessed(heading: &Heading<'_>, claims: &[String], url: Option<&url::Url>) -> bool {
    let Some(first) = claims.first() else { return true };
    let is_alike = |claim: &String| {
        let form = folded(claim);
        likeness(&form, &heading.form) >= WITNESSED || is_cut(claim) && begins(&heading.form, &form)
    };
    if claims.iter().any(is_alike) {
        return true;
    }
    let path = url.map(url::Url::path).unwrap_or_default().trim_end_matches('/');
    let slug = folded(path.rsplit('/').next().unwrap_or_default());
    likeness(&slug, &heading.form) > likeness(&slug, &folded(first))
}

/// Share of the words of two folded texts that they have in common (Dice).
fn likeness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let (a, mut b): (Vec<&str>, Vec<&str>) = (a.split(' ').collect(), b.split(' ').collect());
    let all = a.len() + b.len();
    let mut common = 0;
    for word in &a {
        if let Some(at) = b.iter().position(|other| other == word) {
            b.swap_remove(at);
            common += 1;
        }
    }
    2.0 * f64::from(common) / f64::from(u32::try_from(all).unwrap_or(u32::MAX))
}

/// The statements of the data that are about this page's article, best first.
pub(super) fn main_statements<'a>(
    data: &'a JsonLd,
    title: Option<&str>,
    url: Option<&url::Url>,
) -> Vec<&'a Statement> {
    let title = title.map(folded);
    let path = url.map(|url| url.path().trim_end_matches('/').to_owned());
    let mut ranked: Vec<(u8, &Statement)> = data
        .statements
        .iter()
        .map(|statement| {
            let headline = statement.headline.as_deref().map(plain).map(|text| folded(&text));
            let titled = match (&title, &headline) {
                (Some(title), Some(headline)) => {
                    likeness(title, headline) > 0.6 || headline.starts_with(title.as_str())
                }
                _ => false,
            };
            let addressed = path.as_deref().is_some_and(|path| {
                !path.is_empty()
                    && statement.urls.iter().any(|url| {
                        url.split(['#', '?'])
                            .next()
                            .unwrap_or(url)
                            .trim_end_matches('/')
                            .ends_with(path)
                    })
            });
            let article = statement.is_article();
            let rank = 4 * u8::from(article) + 2 * u8::from(titled) + u8::from(addressed);
            (rank, statement)
        })
        .collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    let articles = ranked.iter().filter(|(rank, _)| *rank >= 4).count();
    // Several articles of which none is named: they are teasers.
    if articles > 1 && ranked.first().is_some_and(|(rank, _)| *rank == 4) {
        ranked.retain(|(rank, _)| *rank != 4);
    }
    if ranked.first().is_some_and(|(rank, _)| *rank > 4) {
        ranked.retain(|(rank, _)| *rank != 4);
    }
    ranked.into_iter().map(|(_, statement)| statement).collect()
}

#[cfg(test)]
mod tests {
    use super::{Clues, HashMap, longest_part, without_site};

    #[test]
    fn a_site_that_is_set_close_behind_a_headline_is_no_part_of_it() {
        for (title, headline) in [
            ("武汉的声音：有英勇的你-新华网", "武汉的声音：有英勇的你"),
            ("台风逼近东海岸_国内_某某日报", "台风逼近东海岸"),
            ("선호투표제 도입 또다시 불발-정치ㅣ바다일보", "선호투표제 도입 또다시 불발-정치"),
            ("中国-东盟博览会开幕", "中国-东盟博览会开幕"),
            ("阿里巴巴-2026年财报", "阿里巴巴-2026年财报"),
            ("速度与激情_先导海报", "速度与激情_先导海报"),
            ("北京-天气预报", "北京-天气预报"),
            ("Cases of COVID-19 rise", "Cases of COVID-19 rise"),
        ] {
            assert_eq!(longest_part(title, &Clues::default()), headline);
        }
        for (title, site, headline) in
            [("台风-新华网", "新华网", "台风"), ("COVID-19", "19", "COVID-19")]
        {
            let names = [site.to_owned()];
            let (read, _) = without_site(title, &Clues::default(), &names, &[], &HashMap::new());
            assert_eq!(read, headline);
        }
    }
}
