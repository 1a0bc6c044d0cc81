//! What the page says about its article.

use crate::article::Metadata;
use crate::dom::Dom;
use crate::warning::Warning;

/// Reads the metadata of a page.
pub(super) fn read(dom: &Dom, url: Option<&url::Url>, warnings: &mut Vec<Warning>) -> Metadata {
    let _ = (url, warnings);
    let meta = dom
        .elements("meta")
        .find(|node| node.attr("property") == Some("og:title"))
        .and_then(|node| node.attr("content"))
        .map(str::to_owned);
    let own = |name| dom.elements(name).next().map(crate::dom::Node::text_content);
    let title = meta.or_else(|| own("h1")).or_else(|| own("title"));
    Metadata { title, ..Metadata::default() }
}
