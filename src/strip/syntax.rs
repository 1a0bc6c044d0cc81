//! Residue that has a form rather than a wording: credits, time stamps, copyright lines.

use crate::article::CAPTION_WITH_CREDIT;
use crate::article::Kind;
use crate::strip::phrases;
use crate::strip::words::Words;

/// Longest credit line, in words.
const CREDIT_WORDS_MAX: usize = 16;
/// Longest caption that is known by the credit at its end, in words.
const CAPTION_WORDS_MAX: usize = 40;
/// Longest line that says how an author can be reached, in words.
const CONTACT_WORDS_MAX: usize = 30;
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
    if credit_at_end(text).is_some() && words.len() <= CAPTION_WORDS_MAX {
        return Some((Kind::Caption, CAPTION_WITH_CREDIT));
    }
    if words.len() <= CONTACT_WORDS_MAX && is_contact(text) {
        return Some((Kind::AuthorBio, "contact_line"));
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

/// In a figure two names with a stroke between them are a credit: `The Post / Jane Roe`.
pub(super) fn is_credit_in_figure(text: &str, words: &Words<'_>) -> bool {
    let named = |part: &str| part.trim().starts_with(|c: char| c.is_uppercase() || c == '©');
    !words.more
        && (2..=7).contains(&words.len())
        && !text.ends_with(['.', '!', '?'])
        && ['/', '|'].iter().any(|&stroke| {
            text.split_once(stroke).is_some_and(|(before, after)| named(before) && named(after))
        })
}

/// Where a credit begins that ends a caption: `Two boats. (AP Photo/Jane Roe)`,
/// `Two boats | Jane Roe/Agency`, `Two boats. Credit: Jane Roe`.
///
/// An agency's bare name in brackets is no credit: reports end so, too.
pub(super) fn credit_at_end(text: &str) -> Option<usize> {
    let bracketed = text.trim_end_matches(['.', ' ']).strip_suffix(')').and_then(|head| {
        let at = head.rfind('(')?;
        Some((at, &head[at + 1..]))
    });
    let parted = || text.rfind(" | ").map(|at| (at, &text[at + 3..]));
    // `Two boats. Credit: Jane Roe`: the label says it, never the name alone.
    let labelled = || text.rfind(". ").map(|at| (at + 1, &text[at + 2..]));
    let parted = bracketed.or_else(parted);
    let (at, credit) = parted.or_else(labelled)?;
    if at == 0 {
        return None;
    }
    let words = Words::of(credit, CREDIT_WORDS_MAX);
    let named =
        parted.is_some() && credit.contains('/') && !words.more && is_credit(credit, &words);
    let said = match phrases::built_in().find(&words) {
        Some((Kind::PhotoCredit, how)) => how == phrases::How::Start,
        _ => false,
    };
    (named || (said && !words.more)).then_some(at)
}

/// How a line begins that gives an author's address or number.
const CONTACT_WORDS: &[&str] = &[
    "can be reached",
    "reach him at",
    "reach her at",
    "reach them at",
    "contact him at",
    "contact her at",
    "contact them at",
    "email him at",
    "email her at",
    "ist erreichbar unter",
    "erreichen sie unter",
    "est joignable",
    "contacter l'auteur",
    "puede contactar",
];

/// `Jane Roe can be reached at 555-0100 or roe@paper.example.`
fn is_contact(text: &str) -> bool {
    let addressed = text.split_whitespace().any(|word| {
        let mail = word.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.trim_end_matches(['.', ',']).contains('.')
        });
        let digits = word.bytes().filter(u8::is_ascii_digit).count();
        mail || (digits >= 7 && word.contains('-'))
    });
    addressed && {
        let lower = text.to_lowercase();
        CONTACT_WORDS.iter().any(|phrase| lower.contains(phrase))
    }
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
    lower.contains([';', '?', '!']) || lower.contains(". ") || lower.split_whitespace().count() > 12
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
    let (mut digits, mut said) = (false, false);
    for at in 0..words.len() {
        let Some(word) = words.get(at) else { return false };
        let numeric = word.starts_with(|c: char| c.is_ascii_digit()) && word.len() <= 6;
        digits |= numeric;
        said |= !numeric;
        if !numeric && !STAMP_WORDS.contains(&word) {
            return false;
        }
    }
    // Numbers alone are amounts, unless they stand as a date or a time of day does.
    let in_form = text.contains(':')
        || (words.len() >= 3 && text.len() >= 8 && text.contains(['.', '/', '-']));
    digits && (said || in_form) && words.len() >= 2 && !text.contains(['?', '%', '€', '$', '£'])
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
    fn a_caption_is_known_by_the_credit_at_its_end() {
        for caption in [
            "Two boats stand by in the bay on Monday. (AP Photo/Jane Roe)",
            "Two boats stand by. (Foto: Jane Roe)",
            "Guests pick their bread from glass cabinets. | Photo by Jane Roe",
        ] {
            assert_eq!(judged(caption), Some(Kind::Caption), "{caption}");
        }
        for prose in [
            "The boats were sold to two brothers from Corran (and their aunt).",
            "The minister resigned on Monday. (Reuters)",
            "He answered for the party (SPD/Greens) and for the town.",
            "The ferry will sail again (weather permitting).",
        ] {
            assert_eq!(judged(prose), None, "{prose}");
        }
    }

    #[test]
    fn a_line_that_says_how_to_reach_the_author_is_known_by_the_address() {
        assert_eq!(judged("Jane Roe can be reached at 555-0100."), Some(Kind::AuthorBio));
        assert_eq!(judged("Jane Roe can be reached at roe@paper.example."), Some(Kind::AuthorBio));
        assert_eq!(judged("The island can be reached at low tide only."), None);
        assert_eq!(judged("555-0100 was the number that nobody answered."), None);
    }

    #[test]
    fn prose_about_agencies_and_dates_stays() {
        for prose in [
            "Getty Images sued the maker of the generator in London on Tuesday.",
            "The photographer sold the negative to Reuters.",
            "He was born on 3 May.",
            "1984",
            "1,284",
            "$99.99",
            "7.8 /10",
            "Copyright reform is back on the table in Brussels.",
        ] {
            assert_eq!(judged(prose), None, "{prose}");
        }
    }

    #[test]
    fn date_lines_and_copyright_lines_are_known() {
        assert_eq!(judged("Published: March 3, 2026 at 10:15 a.m. ET"), Some(Kind::Byline));
        assert_eq!(judged("03/03/2026"), Some(Kind::Byline));
        assert_eq!(judged("Stand: 03.03.2026, 10:15 Uhr"), Some(Kind::Byline));
        assert_eq!(judged("© 2026 The Example. All rights reserved."), Some(Kind::Legal));
    }
}
