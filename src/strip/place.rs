//! What the place of a block says of it: the names of the elements around it.

use crate::article::{Block, BlockKind, Kind};
use crate::extract::{Hints, Signals};
use crate::strip::link_share;
use crate::strip::words::Words;

/// Rule of what buyers say of a product.
pub(super) const PLACE_REVIEWS: &str = "place_reviews";

/// Hints that decide by themselves, in the order in which they are heard.
const DECISIVE: &[(Hints, Kind, &str)] = &[
    (Hints::SCREEN_READER, Kind::Other, "place_screen_reader"),
    (Hints::NOTICE, Kind::Notice, "place_notice"),
    (Hints::COMMENTS, Kind::Comment, "place_comments"),
    (Hints::REVIEWS, Kind::Comment, PLACE_REVIEWS),
    (Hints::SHARE, Kind::SharePrompt, "place_share"),
    (Hints::RELATED, Kind::RelatedLinks, "place_related"),
    (Hints::NEWSLETTER, Kind::NewsletterPrompt, "place_newsletter"),
    (Hints::BIO, Kind::AuthorBio, "place_author_bio"),
    (Hints::SIGNATURE, Kind::AuthorBio, "place_signature"),
    (Hints::DONATION, Kind::DonationPrompt, "place_donation"),
    (Hints::AD, Kind::Ad, "place_ad"),
    (Hints::CREDIT, Kind::PhotoCredit, "place_credit"),
    (Hints::CAPTION, Kind::Caption, "place_caption"),
    (Hints::LEGAL, Kind::Legal, "place_legal"),
    (Hints::NAVIGATION, Kind::Navigation, "place_navigation"),
    (Hints::DIALOG, Kind::Notice, "place_dialog"),
    (Hints::PULL_QUOTE, Kind::Other, "place_pull_quote"),
    (Hints::FOOTER, Kind::Navigation, "place_footer"),
];

/// Hints that are believed of short blocks only: number of words, kind, rule.
const OF_SHORT_BLOCKS: &[(Hints, usize, Kind, &str)] = &[
    (Hints::PAYWALL, 30, Kind::PaywallPrompt, "place_paywall"),
    (Hints::BYLINE, 25, Kind::Byline, "place_byline"),
    (Hints::TAGS, 15, Kind::Navigation, "place_tags"),
    (Hints::CONTENTS, 20, Kind::Navigation, "place_contents"),
    (Hints::CONTROL, 10, Kind::Other, "place_control"),
    (Hints::PLAYER, 20, Kind::Player, "place_player"),
    (Hints::FORM, 25, Kind::Other, "place_form"),
];

/// Hints that say nothing on a page: comments are the text of a forum, and reviews are most pages'
/// text, but on the page of a product they are the readers'.
pub(super) fn unheard(signals: &Signals) -> Hints {
    let comments = if signals.is_forum { Hints::COMMENTS } else { Hints::NONE };
    let reviews = if signals.is_product { Hints::NONE } else { Hints::REVIEWS };
    comments.with(reviews)
}

/// Judges a block by its place, of which these `hints` count.
pub(super) fn judge(
    block: &Block,
    hints: Hints,
    words: &Words<'_>,
) -> Option<(Kind, &'static str)> {
    for &(hint, kind, rule) in DECISIVE {
        if hints.any(hint) {
            return Some((kind, rule));
        }
    }
    if !words.more {
        for &(hint, most, kind, rule) in OF_SHORT_BLOCKS {
            // A headline that links elsewhere is no author line, whatever stands around it.
            let teaser = kind == Kind::Byline && words.len() > 5 && link_share(block) > 0.85;
            if hints.any(hint) && words.len() <= most && !teaser {
                return Some((kind, rule));
            }
        }
    }
    let in_figure = hints.any(Hints::FIGURE)
        && matches!(block.kind, BlockKind::Paragraph | BlockKind::Heading(_));
    if block.kind == BlockKind::Caption || (in_figure && block.features.image.is_some()) {
        return Some((Kind::Caption, "figure_caption"));
    }
    if hints.any(Hints::ASIDE) {
        return Some((Kind::RelatedLinks, "place_aside"));
    }
    None
}
