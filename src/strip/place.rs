//! What the place of a block says of it: the names of the elements around it.

use crate::article::{Block, BlockKind, Kind};
use crate::extract::{Hints, Signals};
use crate::rule::Rule;
use crate::strip::link_share;
use crate::strip::sequence::is_unlinked_sentence;
use crate::strip::words::Words;

/// Hints that decide by themselves, in the order in which they are heard.
const DECISIVE: &[(Hints, Kind, Rule)] = &[
    (Hints::SCREEN_READER, Kind::Other, Rule::PlaceScreenReader),
    (Hints::NOTICE, Kind::Notice, Rule::PlaceNotice),
    (Hints::COMMENTS, Kind::Comment, Rule::PlaceComments),
    (Hints::REVIEWS, Kind::Comment, Rule::PlaceReviews),
    (Hints::SHARE, Kind::SharePrompt, Rule::PlaceShare),
    (Hints::RELATED, Kind::RelatedLinks, Rule::PlaceRelated),
    (Hints::NEWSLETTER, Kind::NewsletterPrompt, Rule::PlaceNewsletter),
    (Hints::BIO, Kind::AuthorBio, Rule::PlaceAuthorBio),
    (Hints::POSTER, Kind::AuthorBio, Rule::PlacePoster),
    (Hints::SIGNATURE, Kind::AuthorBio, Rule::PlaceSignature),
    (Hints::DONATION, Kind::DonationPrompt, Rule::PlaceDonation),
    (Hints::AD, Kind::Ad, Rule::PlaceAd),
    (Hints::CREDIT, Kind::PhotoCredit, Rule::PlaceCredit),
    (Hints::CAPTION, Kind::Caption, Rule::PlaceCaption),
    (Hints::LEGAL, Kind::Legal, Rule::PlaceLegal),
    (Hints::NAVIGATION, Kind::Navigation, Rule::PlaceNavigation),
    (Hints::DIALOG, Kind::Notice, Rule::PlaceDialog),
    (Hints::PULL_QUOTE, Kind::Other, Rule::PlacePullQuote),
    (Hints::FOOTER, Kind::Navigation, Rule::PlaceFooter),
];

/// Hints that are believed of short blocks only: number of words, kind, rule.
const OF_SHORT_BLOCKS: &[(Hints, usize, Kind, Rule)] = &[
    (Hints::PAYWALL, 30, Kind::PaywallPrompt, Rule::PlacePaywall),
    (Hints::BYLINE, 25, Kind::Byline, Rule::PlaceByline),
    (Hints::TAGS, 15, Kind::Navigation, Rule::PlaceTags),
    (Hints::CONTENTS, 20, Kind::Navigation, Rule::PlaceContents),
    (Hints::CONTROL, 10, Kind::Other, Rule::PlaceControl),
    (Hints::PLAYER, 20, Kind::Player, Rule::PlacePlayer),
    (Hints::FORM, 25, Kind::Other, Rule::PlaceForm),
];

/// Hints that say nothing on a page: comments are the text of a forum, and reviews are most pages'
/// text, but on the page of a product they are the readers'.
pub(super) fn unheard(signals: &Signals) -> Hints {
    let comments = if signals.is_forum { Hints::COMMENTS } else { Hints::NONE };
    let reviews = if signals.is_product { Hints::NONE } else { Hints::REVIEWS };
    comments.with(reviews)
}

/// Judges a block by its place, of which these `hints` count.
pub(super) fn judge(block: &Block, hints: Hints, words: &Words<'_>) -> Option<(Kind, Rule)> {
    for &(hint, kind, rule) in DECISIVE {
        if hints.any(hint) {
            return Some((kind, rule));
        }
    }
    if !words.more {
        for &(hint, most, kind, rule) in OF_SHORT_BLOCKS {
            // A headline that links elsewhere is no author line, whatever stands around it.
            let teaser = kind == Kind::Byline && words.len() > 5 && link_share(block) > 0.85;
            // Tags lead somewhere, or say no sentence.
            let tagless = rule == Rule::PlaceTags && is_unlinked_sentence(block);
            if hints.any(hint) && words.len() <= most && !teaser && !tagless {
                return Some((kind, rule));
            }
        }
    }
    let in_figure = hints.any(Hints::FIGURE)
        && matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_));
    if block.kind == BlockKind::Caption || (in_figure && block.features.image.is_some()) {
        return Some((Kind::Caption, Rule::FigureCaption));
    }
    if hints.any(Hints::ASIDE) {
        return Some((Kind::RelatedLinks, Rule::PlaceAside));
    }
    None
}
