//! What speaks for residue, and of which kind: the rules' opinion, and the words.

use crate::article::{Kind, Verdict};
use crate::rule::Rule;
use crate::strip::cues::CUED;
use crate::strip::observe::{PageView, flag};

impl PageView<'_> {
    pub(super) fn opinion(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let (kind, rule) = match &self.opinions[at] {
            Verdict::Story => (None, None),
            Verdict::Removed { kind, rule } => (Some(*kind), Some(*rule)),
        };
        put("rules_story", flag(kind.is_none()));
        put("rule_sort", rule.map_or(0.0, sort_of_rule));
        for (name, kinds) in OPINIONS {
            put(name, flag(kind.is_some_and(|kind| kinds.contains(&kind))));
        }
    }

    pub(super) fn cue(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let cue = &self.cues[at];
        for (of_kind, (mean, most)) in CUES.iter().enumerate() {
            put(mean, cue.mean[of_kind]);
            put(most, cue.most[of_kind]);
        }
    }
}

/// Kinds that the rules' opinion is told apart by.
const OPINIONS: &[(&str, &[Kind])] = &[
    ("rules_credit", &[Kind::PhotoCredit]),
    ("rules_caption", &[Kind::Caption]),
    ("rules_byline", &[Kind::Byline]),
    ("rules_bio", &[Kind::AuthorBio]),
    ("rules_comment", &[Kind::Comment]),
    ("rules_comment_prompt", &[Kind::CommentPrompt]),
    ("rules_newsletter", &[Kind::NewsletterPrompt]),
    ("rules_paywall", &[Kind::DonationPrompt, Kind::PaywallPrompt]),
    ("rules_share", &[Kind::SharePrompt]),
    ("rules_related", &[Kind::RelatedLinks]),
    ("rules_ad", &[Kind::Ad]),
    ("rules_legal", &[Kind::Legal, Kind::Notice]),
    ("rules_navigation", &[Kind::Navigation]),
    ("rules_player", &[Kind::Player]),
    ("rules_other", &[Kind::Other, Kind::Template]),
];

/// Names of what a block's words say of each kind in [`CUED`]: on average, and the word that says
/// it most.
const CUES: [(&str, &str); CUED.len()] = [
    ("cue_ad", "cue_ad_most"),
    ("cue_bio", "cue_bio_most"),
    ("cue_byline", "cue_byline_most"),
    ("cue_caption", "cue_caption_most"),
    ("cue_comment", "cue_comment_most"),
    ("cue_donation", "cue_donation_most"),
    ("cue_legal", "cue_legal_most"),
    ("cue_navigation", "cue_navigation_most"),
    ("cue_newsletter", "cue_newsletter_most"),
    ("cue_notice", "cue_notice_most"),
    ("cue_paywall", "cue_paywall_most"),
    ("cue_credit", "cue_credit_most"),
    ("cue_player", "cue_player_most"),
    ("cue_related", "cue_related_most"),
    ("cue_share", "cue_share_most"),
];

/// What a rule goes by, as a number: wording first, then form, place, sequence.
fn sort_of_rule(rule: Rule) -> f32 {
    match rule {
        Rule::PhraseWhole | Rule::PhraseDoubted | Rule::PhraseOwn => 1.0,
        Rule::PhraseStart | Rule::PhraseLabel | Rule::PhraseLongStart => 2.0,
        Rule::PhraseWithin | Rule::PhraseLongWithin => 3.0,
        Rule::PhraseSection => 4.0,
        Rule::OnlyALink => 6.0,
        Rule::ListOfLinks => 7.0,
        Rule::FollowsHeading => 8.0,
        Rule::NothingUnderHeading => 9.0,
        Rule::LabelBeforeText | Rule::BeforeTheTitle => 10.0,
        Rule::TitleRepeated => 11.0,
        _ if rule.is_place() => 12.0,
        _ => 5.0,
    }
}
