//! The elements of HTML, as far as feeds are concerned: those that stand in texts.

/// What an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Element {
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
    pub(super) fn of(name: &str) -> Option<Element> {
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
