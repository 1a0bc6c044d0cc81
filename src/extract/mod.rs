//! HTML → draft: metadata and all blocks of the page, in reading order.

mod json_ld;
mod metadata;

use crate::article::Draft;

/// What judging needs to know of a block's place in the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {}

/// Signals about a page as a whole.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {}

/// Why no draft could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Nothing but white space.
    #[error("the page is empty")]
    Empty,
    /// Bytes of a PDF, a picture, an archive …
    #[error("this is no HTML")]
    NotHtml,
    /// A bound of `limits` was hit.
    #[error("the page is too complex to read")]
    TooComplex,
}

/// Takes a page apart.
///
/// `url` is where it was found; without it links stay relative and are left out.
///
/// # Errors
///
/// Says why there is nothing to take apart. Flaws are warnings in the draft.
pub fn extract(html: &str, url: Option<&url::Url>) -> Result<Draft, ExtractError> {
    let mut draft = Draft::default();
    draft.metadata = metadata::read(&crate::dom::Dom::parse(html), url, &mut draft.warnings);
    Ok(draft)
}
