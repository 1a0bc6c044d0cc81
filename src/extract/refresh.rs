//! A page that sends browsers on to another, as a redirect would.

use crate::dom::Dom;
use crate::limits::REFRESH_WAIT_MAX;
use crate::url::{canonical, resolve};

/// Where the page at `url` sends browsers on to by `<meta http-equiv=refresh>`, within
/// [`REFRESH_WAIT_MAX`]; `None` where that is itself: it is loaded anew, no more.
#[must_use]
pub fn sends_on_to(html: &str, url: &url::Url) -> Option<url::Url> {
    let dom = Dom::parse(html);
    let base = dom.base(Some(url)).unwrap_or_else(|| url.clone());
    let refreshes = dom.elements("meta").find(|meta| {
        let name = meta.attr("http-equiv").unwrap_or_default();
        // What stands in a template is not there until a script takes it out.
        let is_there = !meta.ancestors().any(|around| around.name() == Some("template"));
        name.trim().eq_ignore_ascii_case("refresh") && is_there
    });
    let (wait, target) = refreshes?.attr("content")?.split_once([';', ','])?;
    let wait: f32 = wait.trim().parse().ok()?;
    let target = target.trim();
    let named = target.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("url"));
    let target = named.then(|| target[3..].trim_start().strip_prefix('=')).flatten();
    let to = resolve(&base, target?.trim().trim_matches(['"', '\''])).ok()?;
    (wait <= REFRESH_WAIT_MAX.as_secs_f32() && canonical(&to) != canonical(url)).then_some(to)
}

#[cfg(test)]
mod tests {
    use super::sends_on_to;

    #[test]
    fn a_page_sends_on_to_another_at_once_or_not_at_all() {
        let url = url::Url::parse("https://a.example/old?utm_source=rss").unwrap();
        let to = |content: &str| {
            let html =
                format!("<html><head><meta http-equiv=Refresh content=\"{content}\"></head>");
            sends_on_to(&html, &url).map(String::from)
        };
        for content in ["0;url=/new", "0; URL = '/new'", "1, url=https://a.example/new"] {
            assert_eq!(to(content).as_deref(), Some("https://a.example/new"), "{content}");
        }
        let template = "<template><meta http-equiv=refresh content='0;url=/new'></template>";
        assert_eq!(sends_on_to(template, &url), None);
        for content in ["0;url=/old", "300;url=/new", "60", "0;url=javascript:x", "0;/new", ""] {
            assert_eq!(to(content), None, "{content}");
        }
    }
}
