//! Where on a listing page its articles' links stand, as a person says it.

use std::fmt;
use std::str::FromStr;

use crate::dom::Node;
use crate::limits::SELECTOR_BYTES_MAX;

/// A part of CSS: names, `.classes` and `#ids`, one inside the other
/// (`main .teaser h2`), and alternatives after commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    text: String,
    /// Chains of elements, innermost last.
    chains: Vec<Vec<Compound>>,
}

/// What one element must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Compound {
    /// Lower case; none for `*`.
    name: Option<String>,
    id: Option<String>,
    classes: Vec<String>,
}

/// Why a selector cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot read the selector `{0}`; it may hold names, .classes and #ids, one inside the other, \
     as in `main .teaser h2`"
)]
pub struct SelectorError(String);

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Selector, SelectorError> {
        let chains: Option<Vec<_>> = text.split(',').map(chain).collect();
        match chains {
            Some(chains) if text.len() <= SELECTOR_BYTES_MAX => {
                Ok(Selector { text: text.trim().to_owned(), chains })
            }
            _ => Err(SelectorError(text.to_owned())),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn chain(text: &str) -> Option<Vec<Compound>> {
    let chain: Vec<Compound> = text.split_whitespace().map(compound).collect::<Option<_>>()?;
    (!chain.is_empty()).then_some(chain)
}

fn compound(text: &str) -> Option<Compound> {
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
    };
    let mut compound = Compound::default();
    let end = text.find(['.', '#']).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    if !matches!(name, "" | "*") {
        compound.name = is_name(name).then(|| Some(name.to_ascii_lowercase()))?;
    }
    while let Some(sign) = rest.chars().next() {
        let end = rest[1..].find(['.', '#']).map_or(rest.len(), |at| at + 1);
        let value = is_name(&rest[1..end]).then(|| rest[1..end].to_owned())?;
        match sign {
            '.' => compound.classes.push(value),
            _ => compound.id = Some(value),
        }
        rest = &rest[end..];
    }
    Some(compound)
}

impl Selector {
    /// Whether `node` is what is meant, or stands inside of it.
    pub(super) fn holds(&self, node: Node<'_>) -> bool {
        self.chains.iter().any(|chain| {
            // From the inside out, each taken as far in as can be: what is left
            // for the outer ones is most.
            let mut wanted = chain.iter().rev().peekable();
            let own = std::iter::once(node).chain(node.ancestors());
            own.take_while(|element| {
                if wanted.peek().is_some_and(|compound| compound.is(*element)) {
                    wanted.next();
                }
                wanted.peek().is_some()
            })
            .count();
            wanted.peek().is_none()
        })
    }
}

impl Compound {
    fn is(&self, node: Node<'_>) -> bool {
        let Some(name) = node.name() else { return false };
        let classes = || node.attr("class").unwrap_or_default().split_ascii_whitespace();
        self.name.as_ref().is_none_or(|wanted| name.eq_ignore_ascii_case(wanted))
            && self.id.as_ref().is_none_or(|wanted| node.attr("id") == Some(wanted))
            && self.classes.iter().all(|wanted| classes().any(|class| class == wanted))
    }
}

#[cfg(test)]
mod tests {
    use super::Selector;
    use crate::dom::Dom;

    #[test]
    fn links_are_chosen_by_where_they_stand() {
        let dom = Dom::parse(
            "<main id=top><div class='teaser big'><h2><a href=1>One</a></h2></div>
             <div class=teaser><a href=2>Two</a></div></main><a href=3>Three</a>",
        );
        let chosen = |selector: &str| -> String {
            let selector: Selector = selector.parse().unwrap();
            dom.elements("a")
                .filter(|a| selector.holds(*a))
                .filter_map(|a| a.attr("href"))
                .collect()
        };
        for (selector, links) in [
            ("a", "123"),
            ("main", "12"),
            ("#top .teaser", "12"),
            ("div.teaser.big a", "1"),
            ("main H2, #nowhere a", "1"),
            (".teaser main", ""),
            (".big, a", "123"),
        ] {
            assert_eq!(chosen(selector), links, "{selector}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        for text in ["", "a > b", "a[href]", "a:first-child", ".", "a,,b", &"a ".repeat(5000)] {
            assert!(text.parse::<Selector>().is_err(), "{text}");
        }
    }
}
