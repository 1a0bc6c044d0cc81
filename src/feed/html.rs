//! The elements of HTML that feeds have to do with: those of texts, and those that pages begin with.

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    /// Mark-up within a line, and often within a word.
    Inline,
    /// Mark-up that parts words.
    Block,
    /// A file, a field or the like, which parts words, too, by a name that feeds have for things
    /// of their own: `object`, `source`, `summary`.
    Thing,
}

impl Element {
    /// The element of this name, in any case.
    pub(crate) fn of(name: &str) -> Option<Element> {
        Some(match name.to_ascii_lowercase().as_str() {
            "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "del"
            | "dfn" | "em" | "font" | "i" | "ins" | "kbd" | "mark" | "nobr" | "q" | "rp" | "rt"
            | "ruby" | "s" | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup"
            | "tt" | "u" | "var" | "wbr" => Element::Inline,
            "address" | "article" | "aside" | "blockquote" | "body" | "br" | "center" | "dd"
            | "div" | "dl" | "dt" | "figcaption" | "figure" | "footer" | "form" | "h1" | "h2"
            | "h3" | "h4" | "h5" | "h6" | "head" | "header" | "hr" | "html" | "iframe" | "img"
            | "input" | "li" | "main" | "nav" | "ol" | "p" | "pre" | "script" | "section"
            | "style" | "svg" | "table" | "tbody" | "td" | "tfoot" | "th" | "thead" | "time"
            | "tr" | "ul" | "video" => Element::Block,
            "area" | "audio" | "button" | "canvas" | "caption" | "col" | "colgroup" | "data"
            | "details" | "dialog" | "dir" | "embed" | "fieldset" | "label" | "legend" | "map"
            | "menu" | "meter" | "noscript" | "object" | "optgroup" | "option" | "output"
            | "param" | "picture" | "progress" | "select" | "source" | "summary" | "textarea"
            | "track" => Element::Thing,
            _ => return None,
        })
    }
}

/// Whether an element of XML by this name is the mark-up of a text, and nothing of the feed's.
pub(super) fn is_mark_up(name: &str) -> bool {
    matches!(Element::of(name), Some(Element::Inline | Element::Block))
}

/// Whether a document that begins with this element is a web page, unless a feed or sitemap is in it.
pub(super) fn begins_page(name: &str) -> bool {
    const STARTS: [&str; 19] = [
        "html", "head", "body", "meta", "title", "div", "p", "script", "style", "main", "article",
        "header", "section", "table", "h1", "h2", "form", "base", "link",
    ];
    STARTS.contains(&name)
}
