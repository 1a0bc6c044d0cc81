//! When the article was published and last changed.

use std::collections::BTreeSet;

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

use super::clue::Clues;
use super::clue::DateMark;
use super::clue::Line;
use super::clue::Prop;
use super::clue::Value;
use super::folded;
use super::title;
use super::title::Headline;
use crate::article::DateSource;
use crate::article::Dated;
use crate::date;
use crate::date::Order;
use crate::extract::json_ld::JsonLd;
use crate::extract::json_ld::OTHER_DAYS;
use crate::extract::json_ld::Statement;
use crate::time::StatedTime;

/// Lines before and after the headline among which its date line stands.
const NEAR_BEFORE: usize = 6;
const NEAR_AFTER: usize = 14;
/// A date line is short.
const DATE_LINE_CHARS_MAX: usize = 160;

/// Lines by which a date in an element made for dates may be farther away.
const MARK_WORTH: usize = 6;
/// A date in a line as near as this, its worth included, may correct the data.
const CLOSE: usize = 12;
/// Words that lead to the date of a date line; more are prose.
const LEAD_WORDS_MAX: usize = 7;

/// Two ways to state a time differ by less: one of them leaves out the seconds.
const MINUTE: SignedDuration = SignedDuration::from_secs(60);

/// What the page says of both.
#[derive(Debug, Default)]
pub(super) struct Dates {
    pub(super) published: Option<Dated>,
    pub(super) modified: Option<Dated>,
}

/// Names of metas that state the first publication, best first.
const PUBLISHED_METAS: &[&str] = &[
    "article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "og:article:published_time",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "publish-date",
    "publish_date",
    "publishdate",
    "pubdate",
    "published_time",
    "published-date",
    "originalpublicationdate",
    "article_date_original",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "rnews:datepublished",
    "bt:pubdate",
    "cxenseparse:publishtime",
    "release_date",
    "displaydate",
];
/// Names of metas that state a date of some kind: templates fill them with the
/// day when the page was made, or last touched.
const VAGUE_METAS: &[&str] = &["dc.date", "dcterms.date", "dcterms.available", "date", "created"];
/// Names of metas that state the last change.
const MODIFIED_METAS: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "article:modified",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "lastmod",
    "last-modified",
    "revised",
    "modified",
    "updated_time",
];

/// Asks the witnesses in turn: the data, the metas, the markup and the words
/// near the headline, the address. What readers are shown corrects the data
/// where it is clearly earlier: data are often written anew with each change.
pub(super) fn read(
    clues: &Clues,
    data: &JsonLd,
    about: &[&Statement],
    headline: &Headline,
    language: Option<&str>,
    url: Option<&url::Url>,
) -> Dates {
    let stated = |field: fn(&Statement) -> Option<&String>| {
        about.iter().filter_map(|statement| field(statement)).find_map(|text| date::parse(text))
    };
    let meta =
        |names: &[&str]| names.iter().flat_map(|name| clues.meta(name)).find_map(date::parse);
    let order = order_of(clues, language);
    let prop = |name: &str| {
        let props = clues.props.iter().filter(|prop| prop.name == name);
        let values = || props.clone().map(|prop| &prop.value);
        let own = values().filter(|value| !value.aside);
        own.chain(values().take(1)).find_map(|value| time_in(value, order))
    };
    let page = Page { clues, order, others: other_days(clues, data) };
    let seen = Seen::near(&page, headline);
    let modified = None
        .or_else(|| dated(stated(|statement| statement.modified.as_ref()), DateSource::JsonLd))
        .or_else(|| dated(meta(MODIFIED_METAS), DateSource::Meta))
        .or_else(|| dated(prop("datemodified"), DateSource::Time))
        .or_else(|| seen.first(true));
    let claimed = None
        .or_else(|| dated(stated(|statement| statement.published.as_ref()), DateSource::JsonLd))
        .or_else(|| dated(meta(PUBLISHED_METAS), DateSource::Meta))
        .or_else(|| dated(odd_meta(clues), DateSource::Meta))
        .or_else(|| dated(prop("datepublished").or_else(|| prop("datecreated")), DateSource::Time));
    let first = dated(page.said(Label::First), DateSource::Text);
    let published = claimed
        .map(|claimed| seen.correction(claimed, modified, first).unwrap_or(claimed))
        .or_else(|| seen.first(false).map(|seen| earliest(seen, first)))
        .or(first)
        .or_else(|| dated(meta(VAGUE_METAS), DateSource::Meta))
        .or_else(|| {
            let day = date::from_path(url?.path())?;
            dated(Some(StatedTime::Day(day)), DateSource::Url)
        })
        .or_else(|| dated(page.dateline(), DateSource::Text))
        .or_else(|| dated(title::day_in(clues.title.as_deref()?, order), DateSource::Text))
        .or_else(|| dated(page.anywhere(headline), DateSource::Time))
        .or(modified)
        .or_else(|| dated(page.said(Label::Changed), DateSource::Text));
    let zones = stated_with_zone(clues, about);
    let own = |dated: Dated| Dated { at: in_own_zone(dated.at, &zones), ..dated };
    Dates { published: published.map(own), modified: modified.map(own) }
}

/// In which order readers are shown day and month: by the page's own dates, else by its language.
fn order_of(clues: &Clues, language: Option<&str>) -> Order {
    let lines = clues.lines.iter().map(|line| line.text.as_str());
    let shown = lines
        .filter(|line| line.len() <= DATE_LINE_CHARS_MAX && line.contains(['/', '-']))
        .map(Order::shown_in)
        .find(|order| *order != Order::Unknown);
    shown.or_else(|| language.map(Order::of_language)).unwrap_or_default()
}

/// Whether a day is before another wherever on earth both are read.
fn is_earlier(day: StatedTime, other: StatedTime) -> bool {
    const ZONES_APART: i64 = 36 * 3600;
    let start = StatedTime::Day(day.day()).timestamp().as_unix();
    let (one, two) = (day.day(), other.day());
    // 11.03 may be meant as 3 November.
    let swapped = one.year() == two.year() && one.day() == two.month() && one.month() == two.day();
    other.timestamp().as_unix() - start > ZONES_APART && !swapped
}

fn dated(at: Option<StatedTime>, from: DateSource) -> Option<Dated> {
    at.map(|at| Dated { at, from })
}

/// Metas of a site's own naming: `w-published-date`, `art_pub_date`.
fn odd_meta(clues: &Clues) -> Option<StatedTime> {
    const WORDS: &[&str] = &["published", "publish", "pubdate", "publication", "issued", "pub"];
    let named =
        |name: &str| name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word));
    clues.metas.iter().filter(|(name, _)| named(name)).find_map(|(_, value)| date::parse(value))
}

/// All that the page states with a time of day and a zone.
fn stated_with_zone(clues: &Clues, about: &[&Statement]) -> Vec<(DateTime, Offset)> {
    let marks = clues.dates.iter().map(|mark| &mark.value);
    let marks = marks.chain(clues.props.iter().map(|prop| &prop.value));
    let marks = marks.map(|value| value.text.as_str());
    let metas = clues.metas.iter().map(|(_, value)| value.as_str());
    let data = about.iter().flat_map(|statement| [&statement.published, &statement.modified]);
    let all = marks.chain(metas).chain(data.flatten().map(String::as_str));
    all.filter_map(date::parse)
        .filter_map(|time| match time {
            StatedTime::Zoned(civil, offset) => Some((civil, offset)),
            StatedTime::Day(_) | StatedTime::Local(_) => None,
        })
        .collect()
}

/// The same time as the page states it elsewhere with the newsroom's own zone: metas are often in
/// UTC, where the reader is shown another day. A time of day whose zone nothing tells is worth
/// nothing: only the day is left.
fn in_own_zone(at: StatedTime, zones: &[(DateTime, Offset)]) -> StatedTime {
    let found = match at {
        StatedTime::Local(shown) => {
            zones.iter().find(|(civil, _)| civil.duration_since(shown).abs() < MINUTE)
        }
        StatedTime::Zoned(_, Offset::UTC) => zones.iter().find(|(civil, offset)| {
            let other = StatedTime::Zoned(*civil, *offset).timestamp().as_unix();
            offset.seconds() != 0 && (other - at.timestamp().as_unix()).abs() < 60
        }),
        StatedTime::Day(_) | StatedTime::Zoned(..) => None,
    };
    match (found, at) {
        (Some((civil, offset)), _) => StatedTime::Zoned(*civil, *offset),
        (None, StatedTime::Local(_)) => StatedTime::Day(at.day()),
        (None, _) => at,
    }
}

/// Days that the page states as those of something else than the publication.
fn other_days(clues: &Clues, data: &JsonLd) -> BTreeSet<Date> {
    let named = |prop: &&Prop| OTHER_DAYS.iter().any(|name| name.eq_ignore_ascii_case(&prop.name));
    let props = clues.props.iter().filter(named).map(|prop| prop.value.text.as_str());
    let stated = data.other_days.iter().map(String::as_str).chain(props);
    stated.filter_map(date::parse).map(StatedTime::day).collect()
}

fn time_in(value: &Value, order: Order) -> Option<StatedTime> {
    date::parse(&value.text).or_else(|| date::find(&value.text, order))
}

/// What readers see, but for days of something else.
struct Page<'a> {
    clues: &'a Clues,
    order: Order,
    /// Days when an event takes place, an offer ends, somebody was born.
    others: BTreeSet<Date>,
}

impl Page<'_> {
    fn is_own(&self, time: StatedTime) -> bool {
        !self.others.contains(&time.day())
    }

    fn time_of(&self, mark: &DateMark) -> Option<StatedTime> {
        time_in(&mark.value, self.order).filter(|time| self.is_own(*time))
    }

    /// The first date after the headline, however far; else the first of all, but for comments.
    fn anywhere(&self, headline: &Headline) -> Option<StatedTime> {
        let at = headline.line.unwrap_or(0);
        let marks = || self.clues.dates.iter().filter(|mark| !mark.of_readers);
        let lines = self.clues.lines.iter().skip(at);
        let mut lines = lines.filter(|line| line.text.chars().count() <= 60 && !line.aside);
        let found = |line: &Line| self.labelled(line).first().map(|(_, time)| *time);
        let after = || marks().filter(|mark| mark.value.line >= at);
        after()
            .filter(|mark| !mark.value.aside)
            .find_map(|mark| self.time_of(mark))
            .or_else(|| lines.find_map(found))
            .or_else(|| after().chain(marks()).find_map(|mark| self.time_of(mark)))
    }

    /// The one day that elements call a date, where no headline tells which is meant.
    fn only(&self) -> Vec<Sight> {
        let mut found = Vec::new();
        for label in [Label::None, Label::Changed] {
            let marks =
                self.clues.dates.iter().filter(|mark| {
                    !mark.value.aside && mark.is_change == (label == Label::Changed)
                });
            let mut times = marks.filter_map(|mark| self.time_of(mark));
            if let Some(first) = times.next()
                && times.all(|time| time.day() == first.day())
            {
                let dated = Dated { at: first, from: DateSource::Time };
                found.push(Sight { distance: 0, label, dated });
            }
        }
        found
    }

    /// The one day that short lines of the page give this label, wherever they stand.
    fn said(&self, wanted: Label) -> Option<StatedTime> {
        let labelled = self.clues.lines.iter().flat_map(|line| self.labelled(line));
        let mut found = labelled.filter(|(label, _)| *label == wanted);
        let (_, first) = found.next()?;
        found.all(|(_, time)| time.day() == first.day()).then_some(first)
    }

    /// The day in the first words of the text: "Berlin, 25 January 2022 – The …".
    fn dateline(&self) -> Option<StatedTime> {
        let sample = &self.clues.sample;
        let start = &sample[..sample.floor_char_boundary(DATE_LINE_CHARS_MAX)];
        let first = date::sightings(start, self.order).into_iter().next()?;
        (first.before.len() <= LEAD_WORDS_MAX && self.is_own(first.time)).then_some(first.time)
    }

    /// The dates of a date line, each with what is said of it; none where a date
    /// stands within prose or beside the article.
    fn labelled(&self, line: &Line) -> Vec<(Label, StatedTime)> {
        let text = &line.text;
        if line.aside
            || text.chars().count() > DATE_LINE_CHARS_MAX
            || !text.contains(char::is_numeric)
        {
            return Vec::new();
        }
        let found = date::sightings(text, self.order);
        let single = found.len() == 1;
        found
            .into_iter()
            .filter(|date| date.adjacent <= LEAD_WORDS_MAX && self.is_own(date.time))
            .map(|date| (date.before.join(" "), date.time))
            .filter(|(lead, _)| !has_word(lead, OF_LIVES) && !says_joined(lead))
            .map(|(lead, time)| {
                let label = if single && says_modified(text) || says_modified(&lead) {
                    Label::Changed
                } else if says_first(&lead) {
                    Label::First
                } else {
                    Label::None
                };
                (label, time)
            })
            .collect()
    }
}

/// A date that readers see near the headline.
struct Sight {
    distance: usize,
    label: Label,
    dated: Dated,
}

/// All of them, the nearest first.
struct Seen(Vec<Sight>);

impl Seen {
    fn near(page: &Page<'_>, headline: &Headline) -> Seen {
        let Some(at) = headline.line else { return Seen(page.only()) };
        let clues = page.clues;
        let mut found = Vec::new();
        for mark in clues.dates.iter().filter(|mark| !mark.value.aside) {
            let Some(distance) = distance(mark.value.line, at) else { continue };
            let label = if mark.is_change { Label::Changed } else { Label::None };
            let dated = dated(page.time_of(mark), DateSource::Time);
            found.extend(dated.map(|dated| Sight { distance, label, dated }));
        }
        let from = at.saturating_sub(NEAR_BEFORE);
        for (number, line) in clues.lines.iter().enumerate().skip(from) {
            let Some(distance) = distance(number, at) else { break };
            if (1..4).contains(&line.level) {
                continue;
            }
            // An element that says it is a date is worth some lines.
            let distance = distance + MARK_WORTH;
            found.extend(page.labelled(line).into_iter().map(|(label, at)| {
                let dated = Dated { at, from: DateSource::Text };
                Sight { distance, label, dated }
            }));
        }
        found.sort_by_key(|sight| sight.distance);
        Seen(found)
    }

    /// The nearest date of a change, or of anything else.
    fn first(&self, changed: bool) -> Option<Dated> {
        let mut wanted = self.0.iter().filter(|seen| (seen.label == Label::Changed) == changed);
        wanted.next().map(|seen| seen.dated)
    }

    /// What readers see instead of the publication that the data claim, where
    /// that is clearly earlier: data are often written anew with each change.
    fn correction(
        &self,
        claimed: Dated,
        modified: Option<Dated>,
        first: Option<Dated>,
    ) -> Option<Dated> {
        let is = |known: Dated, seen: Dated| {
            !is_earlier(seen.at, known.at) && !is_earlier(known.at, seen.at)
        };
        let published = || self.0.iter().filter(|seen| seen.label != Label::Changed);
        if published().any(|seen| is(claimed, seen.dated)) {
            return None;
        }
        let mut close = published()
            .filter(|seen| seen.distance <= CLOSE || seen.dated.from == DateSource::Time);
        let seen = close.find(|seen| modified.is_none_or(|modified| !is(modified, seen.dated)));
        let seen = seen.map(|seen| seen.dated).or(first)?;
        is_earlier(seen.at, claimed.at).then_some(seen)
    }
}

/// The date that is seen, unless the page says that it was published before.
fn earliest(seen: Dated, first: Option<Dated>) -> Dated {
    first.filter(|first| is_earlier(first.at, seen.at)).unwrap_or(seen)
}

/// How far a line is from the headline in line `at`; `None` for too far.
fn distance(line: usize, at: usize) -> Option<usize> {
    // What follows the headline is its date; what precedes may be another's.
    if line >= at {
        Some(line - at).filter(|distance| *distance <= NEAR_AFTER)
    } else {
        Some(at - line).filter(|distance| *distance <= NEAR_BEFORE).map(|d| NEAR_AFTER + d)
    }
}

/// What a line says of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    None,
    First,
    Changed,
}

/// Whether a date line speaks of a change, and of nothing else.
pub(super) fn says_modified(text: &str) -> bool {
    const CHANGED: &[&str] = &[
        "updated",
        "modified",
        "revised",
        "reviewed",
        "edited",
        "aktualisiert",
        "aktualisierung",
        "geändert",
        "actualizado",
        "actualizada",
        "actualización",
        "atualizado",
        "atualizada",
        "aggiornato",
        "aggiornamento",
        "bijgewerkt",
        "uppdaterad",
        "opdateret",
        "oppdatert",
        "päivitetty",
        "aktualizováno",
        "aktualizacja",
        "zaktualizowano",
        "güncelleme",
        "обновлено",
        "оновлено",
        "更新",
        "modifié",
    ];
    let text = folded(text);
    (has_word(&text, CHANGED) || text.contains("mis à jour")) && !has_word(&text, FIRST)
}

/// Whether a date line speaks of the publication.
fn says_first(text: &str) -> bool {
    has_word(&folded(text), FIRST)
}

fn has_word(folded: &str, words: &[&str]) -> bool {
    folded.split(' ').any(|word| words.contains(&word))
}

/// Words that lead to the day of a birth or death.
const OF_LIVES: &[&str] =
    &["born", "died", "geboren", "gestorben", "né", "née", "nacido", "nacida"];

/// Whether such words lead to the day when somebody became a member.
fn says_joined(lead: &str) -> bool {
    const JOINED: &[&str] = &[
        "joined",
        "registered",
        "registriert",
        "beigetreten",
        "inscrit",
        "inscription",
        "registrado",
        "registrada",
        "cadastrado",
        "registrato",
        "iscritto",
        "geregistreerd",
    ];
    let lead = folded(lead);
    has_word(&lead, JOINED)
        || ["join date", "member since", "mitglied seit", "membre depuis", "miembro desde"]
            .iter()
            .any(|label| lead.ends_with(label))
}

const FIRST: &[&str] = &[
    "published",
    "posted",
    "veröffentlicht",
    "veröffentlichung",
    "publié",
    "publicado",
    "publicada",
    "pubblicato",
    "gepubliceerd",
    "publicerad",
    "erstellt",
    "created",
];
