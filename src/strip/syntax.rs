//! Residue that has a form rather than a wording: credits, time stamps, copyright lines.

use crate::article::Kind;
use crate::strip::words::Words;

/// Longest credit line, in words.
const CREDIT_WORDS_MAX: usize = 16;
/// Longest date line, in words.
const STAMP_WORDS_MAX: usize = 14;
/// Longest copyright line, in words.
const COPYRIGHT_WORDS_MAX: usize = 25;

/// Agencies and picture services, as they stand in credits.
const AGENCIES: &[&str] = &[
    "getty images",
    "getty",
    "gettyimages",
    "ap",
    "ap photo",
    "associated press",
    "afp",
    "reuters",
    "dpa",
    "epa",
    "epa efe",
    "efe",
    "shutterstock",
    "istock",
    "istockphoto",
    "alamy",
    "imago",
    "imago images",
    "keystone",
    "bloomberg",
    "unsplash",
    "pexels",
    "pixabay",
    "picture alliance",
    "picture-alliance",
    "flickr",
    "wikimedia",
    "wikimedia commons",
    "adobe stock",
    "stock adobe",
    "zuma",
    "zuma press",
    "ansa",
    "tass",
    "xinhua",
    "anp",
    "apa",
    "ullstein",
    "depositphotos",
    "123rf",
    "dreamstime",
    "rex",
    "wireimage",
    "filmmagic",
    "usa today sports",
    "sipa",
    "sipa usa",
    "pa wire",
    "pa images",
    "cover images",
    "nurphoto",
    "belga",
    "ritzau",
    "ntb",
    "tt",
    "lehtikuva",
    "scanpix",
    "europa press",
    "canadian press",
    "the canadian press",
    "cp",
    "aap",
    "nasa",
    "photonews",
    "ddp",
    "fotolia",
];

/// Judges a block by its form; `words` are those of `text`.
pub(super) fn judge(text: &str, words: &Words<'_>) -> Option<(Kind, &'static str)> {
    if words.more {
        return None;
    }
    if is_credit(text, words) {
        return Some((Kind::PhotoCredit, "credit_syntax"));
    }
    if words.len() <= COPYRIGHT_WORDS_MAX && is_copyright(text, words) {
        return Some((Kind::Legal, "copyright_line"));
    }
    if is_stamp(text, words) {
        return Some((Kind::Byline, "time_stamp"));
    }
    if is_address(text) {
        return Some((Kind::RelatedLinks, "bare_address"));
    }
    if words.len() >= 1
        && words.len() <= 12
        && text.split_whitespace().all(|word| word.starts_with('#') && word.len() > 1)
    {
        return Some((Kind::Navigation, "hashtags"));
    }
    None
}

/// Who took a picture: `Peter Klaunzer - Pool/Keystone Via Getty Images`, `(AP Photo/Jane Roe)`.
pub(super) fn is_credit(text: &str, words: &Words<'_>) -> bool {
    if words.len() > CREDIT_WORDS_MAX || words.len() == 0 {
        return false;
    }
    let bare = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '.' | ' '));
    let lower = bare.to_lowercase();
    let opens = ["ap photo", "photo/", "photo by", "foto/", "© getty", "©getty"]
        .iter()
        .any(|start| lower.starts_with(start));
    if opens && words.len() <= CREDIT_WORDS_MAX {
        return true;
    }
    // "Jane Roe/Getty Images", "Jane Roe | Agency", "via Reuters", "© dpa"
    let Some((before, last)) = split_at_last_separator(&lower) else {
        return AGENCIES.contains(&lower.as_str()) && lower.len() > 3;
    };
    let last = last.trim_matches(|c: char| !c.is_alphanumeric());
    if !AGENCIES.contains(&last) {
        // "dpa/Jane Roe": the agency stands first.
        let first = before
            .split(['/', '|'])
            .next()
            .unwrap_or_default()
            .trim_matches(|c: char| !c.is_alphanumeric());
        return words.len() <= 6 && bare.contains('/') && AGENCIES.contains(&first);
    }
    !is_sentence(before)
}

fn split_at_last_separator(lower: &str) -> Option<(&str, &str)> {
    let at = |separator: &str| lower.rfind(separator).map(|at| (at, at + separator.len()));
    let found = ["/", "|", " via ", "©", " - ", " – ", " — ", ": ", " • "]
        .iter()
        .filter_map(|separator| at(separator))
        .max();
    let found = found.or_else(|| lower.starts_with("via ").then_some((0, 4)));
    found.map(|(start, end)| (&lower[..start], &lower[end..]))
}

/// Whether there is more before an agency's name than names: then it is prose about it.
fn is_sentence(lower: &str) -> bool {
    lower.contains(". ") || lower.split_whitespace().count() > 12
}

fn is_copyright(text: &str, words: &Words<'_>) -> bool {
    let start = text.trim_start_matches(['(', ' ']);
    start.starts_with('©')
        || start.starts_with("(c) ")
        || (words.get(0) == Some("copyright")
            && (1..4).any(|at| words.is_number(at) || words.get(at) == Some("©")))
}

/// Month and weekday names, and the small words of date lines. Short forms as people write them.
const STAMP_WORDS: &[&str] = &[
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "et",
    "est",
    "edt",
    "pt",
    "pst",
    "pdt",
    "ct",
    "cst",
    "cdt",
    "gmt",
    "utc",
    "bst",
    "ist",
    "cet",
    "cest",
    "mez",
    "mesz",
    "at",
    "on",
    "th",
    "st",
    "nd",
    "rd",
    "published",
    "updated",
    "posted",
    "last",
    "modified",
    "of",
    "the",
    "ago",
    "hours",
    "hour",
    "minutes",
    "minute",
    "min",
    "mins",
    "days",
    "day",
    "read",
    "date",
    "time",
    "created",
    "januar",
    "februar",
    "märz",
    "mai",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "montag",
    "dienstag",
    "mittwoch",
    "donnerstag",
    "freitag",
    "samstag",
    "sonntag",
    "uhr",
    "um",
    "am",
    "vom",
    "aktualisiert",
    "veröffentlicht",
    "stand",
    "mo",
    "di",
    "mi",
    "do",
    "fr",
    "sa",
    "so",
    "mär",
    "okt",
    "dez",
    "lesezeit",
    "minuten",
    "erstellt",
    "zuletzt",
    "janvier",
    "février",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
    "lundi",
    "mardi",
    "mercredi",
    "jeudi",
    "vendredi",
    "samedi",
    "dimanche",
    "publié",
    "le",
    "à",
    "mis",
    "jour",
    "modifié",
    "h",
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "lunes",
    "martes",
    "miércoles",
    "jueves",
    "viernes",
    "sábado",
    "domingo",
    "de",
    "del",
    "a",
    "las",
    "publicado",
    "actualizado",
    "el",
    "hrs",
    "h",
];

/// A date line: numbers and the words of dates, nothing else.
fn is_stamp(text: &str, words: &Words<'_>) -> bool {
    if words.len() == 0 || words.len() > STAMP_WORDS_MAX {
        return false;
    }
    let mut digits = false;
    for at in 0..words.len() {
        let Some(word) = words.get(at) else { return false };
        let numeric = word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 6;
        digits |= numeric;
        if !numeric && !STAMP_WORDS.contains(&word) {
            return false;
        }
    }
    // A lone number is a table cell or a list mark, not a date.
    digits && words.len() >= 2 && !text.ends_with(['?', '%', '€', '$'])
}

fn is_address(text: &str) -> bool {
    !text.contains(' ')
        && (text.starts_with("http://") || text.starts_with("https://") || text.starts_with("www."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(text: &str) -> Option<Kind> {
        judge(text, &Words::of(text, 60)).map(|(kind, _)| kind)
    }

    #[test]
    fn credits_are_known_by_their_form() {
        for credit in [
            "Peter Klaunzer - Pool/Keystone Via Getty Images",
            "(AP Photo/Jane Roe)",
            "Jane Roe/AFP",
            "Jane Roe | Reuters",
            "© dpa",
            "Jane Roe / Getty Images",
            "Getty Images",
            "AP Photo/Jane Roe",
            "dpa/Jane Roe",
        ] {
            assert_eq!(judged(credit), Some(Kind::PhotoCredit), "{credit}");
        }
    }

    #[test]
    fn prose_about_agencies_and_dates_stays() {
        for prose in [
            "Getty Images sued the maker of the generator in London on Tuesday.",
            "The photographer sold the negative to Reuters.",
            "He was born on 3 May.",
            "1984",
            "Copyright reform is back on the table in Brussels.",
        ] {
            assert_eq!(judged(prose), None, "{prose}");
        }
    }

    #[test]
    fn date_lines_and_copyright_lines_are_known() {
        assert_eq!(judged("Published: March 3, 2026 at 10:15 a.m. ET"), Some(Kind::Byline));
        assert_eq!(judged("Stand: 03.03.2026, 10:15 Uhr"), Some(Kind::Byline));
        assert_eq!(judged("© 2026 The Example. All rights reserved."), Some(Kind::Legal));
    }
}
