//! Where a link stands on its page: among the stories, or in a menu.

use crate::dom::Node;
use crate::limits::CLASS_BYTES_MAX;

/// Where a link stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    Navigation,
    #[default]
    Elsewhere,
    /// In an article, card or list of stories.
    Card,
    Heading,
}

impl Place {
    /// What it adds to a link's score.
    pub(super) fn points(self) -> u32 {
        match self {
            Place::Navigation | Place::Elsewhere => 0,
            Place::Card => 2,
            Place::Heading => 3,
        }
    }
}

/// What an element and those around it say of a link below; handed down from
/// element to element, so that each is looked at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Standing {
    /// The best place, menus not counted.
    place: Place,
    in_navigation: bool,
    /// Whether a page's header is around, and no card or heading within it.
    in_header: bool,
    in_article: bool,
}

impl Standing {
    /// The place of the element.
    pub(super) fn place(self) -> Place {
        if self.in_navigation || self.in_header { Place::Navigation } else { self.place }
    }

    /// The standing of a child of the element.
    pub(super) fn below(self, child: Node) -> Standing {
        let Some(name) = child.name() else { return self };
        let mut standing = self;
        match name {
            // What is said of the whole page says nothing of a link.
            "body" | "html" => {
                return Standing { in_article: self.in_article, ..Standing::default() };
            }
            "nav" | "footer" | "form" | "dialog" | "menu" => standing.in_navigation = true,
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => standing.find(Place::Heading),
            "article" => {
                standing.find(Place::Card);
                standing.in_article = true;
            }
            _ => {}
        }
        if child.attr("role").is_some_and(|role| matches!(role, "navigation" | "contentinfo")) {
            standing.in_navigation = true;
        }
        for words in [child.attr("class"), child.attr("id")].into_iter().flatten() {
            match family(words) {
                Some(Place::Navigation) => standing.in_navigation = true,
                Some(card) => standing.find(card),
                None => {}
            }
        }
        // A page's header holds its menus, an article's its headline.
        if name == "header" && !self.in_article {
            standing.in_header = true;
        }
        standing
    }

    fn find(&mut self, place: Place) {
        self.place = self.place.max(place);
        self.in_header = false;
    }
}

/// What the words of a class or id say of a place.
fn family(words: &str) -> Option<Place> {
    let words = words[..words.floor_char_boundary(CLASS_BYTES_MAX)].to_ascii_lowercase();
    let mut found = None;
    for word in words.split(|c: char| !c.is_ascii_alphanumeric()) {
        match word {
            "nav" | "navbar" | "navigation" | "menu" | "submenu" | "breadcrumb" | "breadcrumbs"
            | "footer" | "pagination" | "pager" | "social" | "share" | "sharing" | "cookie"
            | "consent" | "tags" | "tagcloud" | "byline" | "author" | "authors" | "login"
            | "advert" | "sponsored" | "newsletter" => return Some(Place::Navigation),
            "article" | "card" | "teaser" | "story" | "stories" | "post" | "posts" | "entry"
            | "headline" | "item" | "promo" | "feed" => found = Some(Place::Card),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dom::Dom;

    fn place(html: &str) -> Place {
        let dom = Dom::parse(html);
        let link = dom.elements("a").next().unwrap();
        let mut around: Vec<_> = std::iter::once(link).chain(link.ancestors()).collect();
        around.reverse();
        around.into_iter().fold(Standing::default(), Standing::below).place()
    }

    #[test]
    fn a_link_stands_where_the_elements_around_it_say() {
        assert_eq!(place("<body class=nav><p><a>x"), Place::Elsewhere);
        assert_eq!(place("<div class=card><h3><a>x"), Place::Heading);
        assert_eq!(place("<div class='card'><p><a>x"), Place::Card);
        assert_eq!(place("<article><div id=share><h3><a>x"), Place::Navigation);
        assert_eq!(place("<header><h1>News</h1><a>x"), Place::Navigation);
        assert_eq!(place("<header><h1><a>x"), Place::Heading);
        assert_eq!(place("<article><header><a>x"), Place::Card);
        assert_eq!(place("<header class=card><a>x"), Place::Navigation);
    }

    #[test]
    fn only_the_beginning_of_an_endless_class_is_read() {
        let rest = "x ".repeat(CLASS_BYTES_MAX);
        assert_eq!(family(&format!("card {rest} nav")), Some(Place::Card));
    }
}
