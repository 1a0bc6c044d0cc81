//! The name of the publication.

use super::clue::Clues;
use super::plain;
use crate::extract::json_ld::JsonLd;

/// A longer "name" is a slogan.
const NAME_CHARS_MAX: usize = 60;

/// The name that the page gives its site, from the most deliberate statement on.
pub(super) fn read(clues: &Clues, data: &JsonLd) -> Option<String> {
    let metas = [
        "og:site_name",
        "application-name",
        "apple-mobile-web-app-title",
        "dc.publisher",
        "dcterms.publisher",
        "citation_journal_title",
    ];
    let names = metas[..1]
        .iter()
        .flat_map(|name| clues.meta(name))
        .chain(data.site_name.as_deref())
        .chain(metas[1..].iter().flat_map(|name| clues.meta(name)));
    names.map(plain).find(|name| !name.is_empty() && name.chars().count() <= NAME_CHARS_MAX)
}
