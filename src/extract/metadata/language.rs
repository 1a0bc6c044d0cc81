//! The language of the page.

use super::clue::Clues;
use crate::extract::json_ld::Statement;

/// Below this many bytes of text a detector's word counts for nothing.
const SAMPLE_BYTES_MIN: usize = 400;

/// The declared language, unless the text is clearly in another one: about one
/// declaration in 25 is a template's default.
pub(super) fn read(clues: &Clues, about: &[&Statement]) -> Option<String> {
    let declared = clues
        .lang
        .as_deref()
        .into_iter()
        .chain(clues.first_meta(&[
            "content-language",
            "language",
            "dc.language",
            "dcterms.language",
        ]))
        .chain(about.iter().filter_map(|statement| statement.language.as_deref()))
        .chain(clues.first_meta(&["og:locale"]))
        .find_map(tag);
    let Some(read) = detected(&clues.sample) else { return declared };
    match declared {
        Some(tag) if same(primary(&tag), read) => Some(tag),
        _ => Some(read.to_owned()),
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}

/// Languages that a detector confuses, and codes that mean the same, agree.
fn same(declared: &str, read: &str) -> bool {
    const CLOSE: &[&[&str]] = &[
        &["nb", "no", "nn", "da"],
        &["hr", "sr", "bs", "sh", "sl", "mk"],
        &["cs", "sk"],
        &["id", "ms", "jv", "su"],
        &["es", "ca", "gl", "pt", "eu", "ast"],
        &["ru", "uk", "be", "bg"],
        &["hi", "mr", "ne"],
        &["fa", "ur", "ar", "ps"],
        &["de", "lb", "gsw", "nds"],
        &["nl", "af", "fy"],
        &["tr", "az"],
        &["zh", "yue", "wuu"],
        &["he", "iw", "yi"],
    ];
    declared == read || CLOSE.iter().any(|set| set.contains(&declared) && set.contains(&read))
}

/// A BCP 47 tag, lower case; `None` for what is none (`english`, `{{lang}}`).
fn tag(declared: &str) -> Option<String> {
    let first = declared.split([',', ';', ' ']).next()?.trim();
    let tag = first.replace('_', "-").to_ascii_lowercase();
    let mut parts = tag.split('-');
    let language = parts.next()?;
    let known =
        (2..=3).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_lowercase());
    let rest = parts.all(|part| {
        (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    });
    (known && rest && !matches!(language, "und" | "mul" | "zxx")).then_some(tag)
}

fn detected(sample: &str) -> Option<&'static str> {
    if sample.len() < SAMPLE_BYTES_MIN {
        return None;
    }
    let info = whatlang::detect(sample)?;
    (info.is_reliable() && info.confidence() > 0.95).then(|| short_code(info.lang().code()))?
}

/// ISO 639-1 for the 639-3 codes that the detector speaks.
fn short_code(code: &str) -> Option<&'static str> {
    const CODES: &[(&str, &str)] = &[
        ("eng", "en"),
        ("deu", "de"),
        ("fra", "fr"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("nld", "nl"),
        ("swe", "sv"),
        ("dan", "da"),
        ("nob", "no"),
        ("fin", "fi"),
        ("pol", "pl"),
        ("ces", "cs"),
        ("slk", "sk"),
        ("hun", "hu"),
        ("ron", "ro"),
        ("tur", "tr"),
        ("rus", "ru"),
        ("ukr", "uk"),
        ("bel", "be"),
        ("bul", "bg"),
        ("ell", "el"),
        ("cmn", "zh"),
        ("jpn", "ja"),
        ("kor", "ko"),
        ("ara", "ar"),
        ("heb", "he"),
        ("pes", "fa"),
        ("urd", "ur"),
        ("hin", "hi"),
        ("ben", "bn"),
        ("tam", "ta"),
        ("tel", "te"),
        ("mar", "mr"),
        ("guj", "gu"),
        ("kan", "kn"),
        ("mal", "ml"),
        ("pan", "pa"),
        ("nep", "ne"),
        ("sin", "si"),
        ("tha", "th"),
        ("khm", "km"),
        ("mya", "my"),
        ("vie", "vi"),
        ("ind", "id"),
        ("srp", "sr"),
        ("hrv", "hr"),
        ("slv", "sl"),
        ("mkd", "mk"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("est", "et"),
        ("kat", "ka"),
        ("hye", "hy"),
        ("aze", "az"),
        ("cat", "ca"),
        ("afr", "af"),
        ("lat", "la"),
        ("epo", "eo"),
        ("yid", "yi"),
    ];
    CODES.iter().find(|(long, _)| *long == code).map(|(_, short)| *short)
}
