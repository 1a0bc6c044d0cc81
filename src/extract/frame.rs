//! The elements that blocks stand in.

use std::ops::Range;

use crate::extract::hints::Hints;

/// An element that blocks stand in.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// What it is called.
    pub tag: Tag,
    /// Index of the frame around it; the first frame is its own.
    pub parent: usize,
    /// What its own names hint at.
    pub hints: Hints,
    /// Tag and classes, digits left out, as one number: siblings of one make share it.
    pub make: u64,
    /// Its place in [`Draft::names`](crate::article::Draft::names): the words of its class, id and
    /// role.
    pub names: Range<usize>,
    /// Whether its text is centred.
    pub centred: bool,
    /// Pictures of the page that stand before its beginning.
    pub pictures: usize,
    /// Blocks that stand in it: from here …
    pub first: usize,
    /// … to before here.
    pub end: usize,
}

macro_rules! tags {
    ($($name:ident = $($written:literal)|+,)+) => {
        /// The elements that judging tells apart.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub enum Tag {
            $(#[doc = concat!($("`<", $written, ">` ",)+)] $name,)+
            /// Any other.
            #[default]
            Other,
        }

        impl Tag {
            pub(super) fn of(name: &str) -> Tag {
                match name {
                    $($($written)|+ => Tag::$name,)+
                    _ => Tag::Other,
                }
            }
        }
    };
}

tags! {
    Html = "html",
    Body = "body",
    Main = "main",
    Article = "article",
    Section = "section",
    Div = "div",
    Paragraph = "p",
    Heading = "h1" | "h2" | "h3" | "h4" | "h5" | "h6",
    List = "ul" | "ol" | "menu",
    Item = "li",
    Definitions = "dl",
    Definition = "dd" | "dt",
    Quote = "blockquote",
    Preformatted = "pre" | "listing" | "xmp",
    Figure = "figure",
    FigureCaption = "figcaption",
    Table = "table" | "tbody" | "thead" | "tfoot",
    Row = "tr",
    Cell = "td" | "th",
    Caption = "caption",
    Navigation = "nav",
    Aside = "aside",
    Header = "header" | "hgroup",
    Footer = "footer",
    Form = "form" | "fieldset",
    Button = "button",
    Address = "address",
    Details = "details",
    Summary = "summary",
    Dialog = "dialog",
}

impl Tag {
    /// Whether it can be a box within a page.
    pub(crate) const fn can_be_box(self) -> bool {
        !matches!(self, Tag::Html | Tag::Body | Tag::Main | Tag::Article)
    }

    /// Whether an article can stand in it: what holds but a paragraph, a list or a picture is too
    /// small.
    pub(super) const fn can_hold_article(self) -> bool {
        !matches!(
            self,
            Tag::Paragraph
                | Tag::Heading
                | Tag::List
                | Tag::Item
                | Tag::Definitions
                | Tag::Definition
                | Tag::Quote
                | Tag::Preformatted
                | Tag::Figure
                | Tag::FigureCaption
                | Tag::Caption
                | Tag::Address
                | Tag::Summary
        )
    }
}
