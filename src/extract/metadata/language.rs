//! The language of the page.

use super::clue::Clues;
use crate::extract::json_ld::Statement;
use crate::language;

/// Below this many bytes of text a detector's word counts for nothing.
const SAMPLE_BYTES_MIN: usize = 400;
/// Confidence from which a detector is believed more than the page.
const CERTAIN: f64 = 0.95;

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
    // Languages without a short code are mostly guessed wrong.
    language::tell(sample, CERTAIN).filter(|code| code.len() == 2)
}
