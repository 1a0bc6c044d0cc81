//! When the article was published and last changed.

use super::clue::Clues;
use super::clue::Mark;
use super::folded;
use super::title::Headline;
use crate::article::DateSource;
use crate::article::Dated;
use crate::date;
use crate::extract::json_ld::Statement;
use crate::time::StatedTime;

/// Lines before and after the headline among which its date line stands.
const NEAR_BEFORE: usize = 6;
const NEAR_AFTER: usize = 14;
/// A date line is short.
const DATE_LINE_CHARS_MAX: usize = 160;

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
    "dc.date",
    "dcterms.date",
    "dcterms.available",
    "date",
    "created",
    "rnews:datepublished",
    "bt:pubdate",
    "cxenseparse:publishtime",
    "release_date",
    "displaydate",
];
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
/// near the headline, the address.
pub(super) fn read(
    clues: &Clues,
    about: &[&Statement],
    headline: &Headline,
    url: Option<&url::Url>,
) -> Dates {
    let stated = |field: fn(&Statement) -> Option<&String>| {
        about.iter().filter_map(|statement| field(statement)).find_map(|text| date::parse(text))
    };
    let meta =
        |names: &[&str]| names.iter().flat_map(|name| clues.meta(name)).find_map(date::parse);
    let prop = |name: &str| {
        let marks = || clues.props.iter().filter(|mark| mark.name == name);
        let own = marks().filter(|mark| !mark.aside);
        own.chain(marks().take(1))
            .find_map(|mark| date::parse(&mark.value).or_else(|| date::find(&mark.value)))
    };
    let lines = shown(clues, headline);
    let modified = None
        .or_else(|| dated(stated(|statement| statement.modified.as_ref()), DateSource::JsonLd))
        .or_else(|| dated(meta(MODIFIED_METAS), DateSource::Meta))
        .or_else(|| dated(prop("datemodified"), DateSource::Time))
        .or_else(|| dated(marked(clues, headline, true), DateSource::Time))
        .or_else(|| dated(lines.modified, DateSource::Text));
    let published = None
        .or_else(|| dated(stated(|statement| statement.published.as_ref()), DateSource::JsonLd))
        .or_else(|| dated(meta(PUBLISHED_METAS), DateSource::Meta))
        .or_else(|| dated(odd_meta(clues), DateSource::Meta))
        .or_else(|| dated(prop("datepublished").or_else(|| prop("datecreated")), DateSource::Time))
        .or_else(|| dated(marked(clues, headline, false), DateSource::Time))
        .or_else(|| dated(lines.published, DateSource::Text))
        .or_else(|| {
            let day = date::from_path(url?.path())?;
            dated(Some(StatedTime::Day(day)), DateSource::Url)
        })
        .or_else(|| dated(anywhere(clues, headline), DateSource::Time))
        .or(modified);
    let own = |dated: Dated| Dated { at: in_own_zone(dated.at, clues), ..dated };
    Dates { published: published.map(own), modified: modified.map(own) }
}

fn dated(at: Option<StatedTime>, from: DateSource) -> Option<Dated> {
    at.map(|at| Dated { at, from })
}

/// The date of the element nearest to the headline that calls itself a date.
fn marked(clues: &Clues, headline: &Headline, modified: bool) -> Option<StatedTime> {
    let wanted = |mark: &&Mark| !mark.aside && mark.name.ends_with("modified") == modified;
    let of = |mark: &Mark| date::parse(&mark.value).or_else(|| date::find(&mark.value));
    let Some(at) = headline.line else {
        let mut only = clues.times.iter().filter(wanted);
        let first = only.next()?;
        let time = of(first)?;
        return only.all(|mark| of(mark).is_none_or(|t| t.day() == time.day())).then_some(time);
    };
    let near = clues
        .times
        .iter()
        .filter(wanted)
        .filter(|mark| mark.line + NEAR_BEFORE >= at && mark.line <= at + NEAR_AFTER);
    // What follows the headline is its date; what precedes may be another's.
    let distance = |mark: &&Mark| {
        if mark.line >= at { mark.line - at } else { NEAR_AFTER + at - mark.line }
    };
    near.min_by_key(distance).and_then(of)
}

/// Metas of a site's own naming: `w-published-date`, `art_pub_date`.
fn odd_meta(clues: &Clues) -> Option<StatedTime> {
    const WORDS: &[&str] = &["published", "publish", "pubdate", "publication", "issued", "pub"];
    let named =
        |name: &str| name.split(|c: char| !c.is_alphanumeric()).any(|word| WORDS.contains(&word));
    clues.metas.iter().filter(|(name, _)| named(name)).find_map(|(_, value)| date::parse(value))
}

/// The same moment as another element states it with an offset: metas are often
/// in UTC, where the reader is shown the day of the newsroom's own zone.
fn in_own_zone(at: StatedTime, clues: &Clues) -> StatedTime {
    if !matches!(at, StatedTime::Zoned(_, jiff::tz::Offset::UTC)) {
        return at;
    }
    let moment = at.timestamp().as_unix();
    let stated = clues.times.iter().chain(&clues.props).map(|mark| mark.value.as_str());
    let stated = stated.filter_map(date::parse);
    let same = |other: &StatedTime| {
        matches!(other, StatedTime::Zoned(_, offset) if offset.seconds() != 0)
            && (other.timestamp().as_unix() - moment).abs() < 60
    };
    stated.chain(None).find(same).unwrap_or(at)
}

/// The first date after the headline, however far; else the first of all.
fn anywhere(clues: &Clues, headline: &Headline) -> Option<StatedTime> {
    let of = |mark: &Mark| date::parse(&mark.value).or_else(|| date::find(&mark.value));
    let at = headline.line.unwrap_or(0);
    let marks = || clues.times.iter();
    let line = || {
        clues.lines.iter().skip(at).filter(|line| line.text.chars().count() <= 60 && !line.aside)
    };
    None.or_else(|| marks().filter(|mark| !mark.aside && mark.line >= at).find_map(of))
        .or_else(|| line().find_map(|line| date::find(&line.text)))
        .or_else(|| marks().filter(|mark| mark.line >= at).find_map(of))
        .or_else(|| marks().find_map(of))
}

#[derive(Default)]
struct Shown {
    published: Option<StatedTime>,
    modified: Option<StatedTime>,
}

/// What the short lines near the headline say.
fn shown(clues: &Clues, headline: &Headline) -> Shown {
    let mut shown = Shown::default();
    let Some(at) = headline.line else { return shown };
    let after = at + 1..=at + NEAR_AFTER;
    let before = (at.saturating_sub(NEAR_BEFORE)..at).rev();
    for line in after.chain(before) {
        let Some(line) = clues.lines.get(line) else { continue };
        if line.aside
            || (1..4).contains(&line.level)
            || line.text.chars().count() > DATE_LINE_CHARS_MAX
        {
            continue;
        }
        if !line.text.chars().any(char::is_numeric) {
            continue;
        }
        let Some(time) = date::find(&line.text) else { continue };
        let slot =
            if says_modified(&line.text) { &mut shown.modified } else { &mut shown.published };
        slot.get_or_insert(time);
    }
    shown
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
    const FIRST: &[&str] = &[
        "published",
        "posted",
        "veröffentlicht",
        "publié",
        "publicado",
        "publicada",
        "pubblicato",
        "gepubliceerd",
        "publicerad",
        "erstellt",
        "created",
    ];
    let text = folded(text);
    let has = |words: &[&str]| text.split(' ').any(|word| words.contains(&word));
    (has(CHANGED) || text.contains("mis à jour")) && !has(FIRST)
}
