//! The standfirst.

use super::clue::Clues;
use super::folded;
use super::plain;
use crate::extract::json_ld::Statement;

/// Shorter is a slogan, longer is the text.
const CHARS: std::ops::RangeInclusive<usize> = 30..=600;

/// The first description that reads as if an editor wrote it: neither the
/// headline again nor a cut-off beginning of the text.
pub(super) fn read(clues: &Clues, about: &[&Statement], title: Option<&str>) -> Option<String> {
    let metas = ["og:description", "description", "twitter:description", "dc.description"];
    let claims = metas
        .iter()
        .flat_map(|name| clues.meta(name))
        .chain(about.iter().filter_map(|statement| statement.description.as_deref()));
    let title = title.map(folded);
    claims.map(plain).find(|claim| {
        let form = folded(claim);
        let cut_off = claim.ends_with('…') || claim.ends_with("...") || claim.ends_with("[…]");
        CHARS.contains(&claim.chars().count())
            && title.as_deref() != Some(form.as_str())
            && !(cut_off && begins_text(&form, clues))
    })
}

/// Whether the text of the page has the beginning of this folded description.
fn begins_text(form: &str, clues: &Clues) -> bool {
    let beginning: Vec<&str> = form.split(' ').take(6).collect();
    folded(&clues.sample).contains(&beginning.join(" "))
}
