//! Canonical address and lead image.

use super::clue::Clues;
use crate::extract::json_ld::Statement;

/// The address that the page calls its own. One on another site, or the home
/// page for a page that is none, is a template's mistake.
pub(super) fn canonical(
    clues: &Clues,
    base: Option<&url::Url>,
    url: Option<&url::Url>,
) -> Option<url::Url> {
    let claims = clues.canonical.as_deref().into_iter().chain(clues.first_meta(&["og:url"]));
    claims.filter_map(|claim| absolute(claim, base)).find(|claim| {
        let Some(url) = url else { return true };
        crate::url::site(claim) == crate::url::site(url) && (!is_home(claim) || is_home(url))
    })
}

fn is_home(url: &url::Url) -> bool {
    matches!(url.path(), "" | "/") && url.query().is_none()
}

/// The picture that the page wants to be shown with.
pub(super) fn image(
    clues: &Clues,
    about: &[&Statement],
    base: Option<&url::Url>,
) -> Option<url::Url> {
    let metas =
        ["og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"];
    let mut claims = metas
        .iter()
        .flat_map(|name| clues.meta(name))
        .chain(about.iter().filter_map(|statement| statement.image.as_deref()))
        .chain(clues.image.as_deref());
    claims.find_map(|claim| absolute(claim, base))
}

fn absolute(claim: &str, base: Option<&url::Url>) -> Option<url::Url> {
    let claim = claim.trim();
    if claim.is_empty() {
        return None;
    }
    match base {
        Some(base) => crate::url::resolve(base, claim).ok(),
        None => url::Url::parse(claim)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host()),
    }
}
