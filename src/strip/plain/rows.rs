//! Units in their company: one row of numbers each, for the model to judge.
//!
//! The numbers have names, and their order is the model's: a change here wants
//! a model that was trained on it (see `examples/train`).

use crate::hash::HashMap;

use super::look::{End, Look};
use crate::article::Kind;
use crate::strip::phrases::How;
use crate::strip::share;

/// How far company is looked at on either side.
const NEAR: usize = 3;
const WIDE: usize = 8;
/// Stands for a distance where there is nothing.
const FAR: usize = 60;

/// A text as rows are made of it.
pub(super) struct View<'a, 't> {
    looks: Vec<&'a Look<'t>>,
    /// Line breaks before each unit.
    breaks: Vec<usize>,
    /// Columns, columns of prose, units with residue's wording, short units: sums up to each unit.
    columns: Sums,
    prose: Sums,
    told: Sums,
    short: Sums,
    /// Distance to the prose before and after.
    prose_before: Vec<usize>,
    prose_after: Vec<usize>,
    /// Units since one that opens a section, prose since, and its kind.
    opened: Vec<Option<(usize, Kind)>>,
    /// Short units without an end of sentence in a row: how many, and which of them this is.
    runs: Vec<(usize, usize)>,
    repeats: HashMap<u64, usize>,
    first: u64,
}

/// Sums of all units before each.
struct Sums(Vec<usize>);

impl Sums {
    fn of(values: impl Iterator<Item = usize>) -> Sums {
        let mut sum = 0;
        let before = values.map(|value| {
            sum += value;
            sum
        });
        Sums(std::iter::once(0).chain(before).collect())
    }

    /// The sum of the units from `start` up to `end`.
    fn between(&self, start: usize, end: usize) -> usize {
        let last = self.0.len() - 1;
        self.0[end.min(last)] - self.0[start.min(last)]
    }

    fn all(&self) -> usize {
        self.0.last().copied().unwrap_or(0)
    }
}

impl<'a, 't> View<'a, 't> {
    /// Those units that are still there, of all with the line breaks before each.
    pub(super) fn of(looks: &'a [Look<'t>], breaks: &[usize], kept: &[usize]) -> View<'a, 't> {
        let looks: Vec<&Look<'t>> = kept.iter().map(|&at| &looks[at]).collect();
        // Where units went, the most count; a text may begin with any.
        let before = |place: usize| place.checked_sub(1).map_or(kept[0].min(1), |at| kept[at] + 1);
        let widest = |place| breaks[before(place)..=kept[place]].iter().max().copied();
        let breaks = (0..kept.len()).map(|place| widest(place).unwrap_or(0)).collect();
        let mut repeats = HashMap::default();
        repeats.reserve(looks.len());
        for look in &looks {
            *repeats.entry(look.letters).or_insert(0) += 1;
        }
        let count = looks.len();
        let mut view = View {
            columns: Sums::of(looks.iter().map(|look| look.columns)),
            prose: Sums::of(
                looks.iter().map(|look| if look.is_prose() { look.columns } else { 0 }),
            ),
            told: Sums::of(looks.iter().map(|look| usize::from(told(look)))),
            short: Sums::of(looks.iter().map(|look| usize::from(is_short(look)))),
            prose_before: vec![FAR; count],
            prose_after: vec![FAR; count],
            opened: vec![None; count],
            runs: vec![(0, 0); count],
            first: looks.first().map_or(0, |look| look.letters),
            repeats,
            breaks,
            looks,
        };
        view.measure();
        view
    }

    fn measure(&mut self) {
        let mut distance = FAR;
        let mut opened: Option<(usize, Kind)> = None;
        let mut run = 0;
        for at in 0..self.looks.len() {
            let look = self.looks[at];
            self.prose_before[at] = distance;
            distance = if look.is_prose() { 1 } else { (distance + 1).min(FAR) };
            // Where the links are gone that a heading announced, the story goes on below it. Comments are
            // told as stories are.
            opened = opened.filter(|&(since, kind)| {
                matches!(kind, Kind::CommentPrompt | Kind::Comment)
                    || !(since == 1 && look.is_sentence())
            });
            self.opened[at] = opened;
            opened = match (look.opens, opened) {
                (Some(kind), _) => Some((1, kind)),
                (None, Some((since, kind))) => Some(((since + 1).min(FAR), kind)),
                (None, None) => None,
            };
            run = if is_short(look) { run + 1 } else { 0 };
            self.runs[at].1 = run;
        }
        let (mut distance, mut length) = (FAR, 0);
        for at in (0..self.looks.len()).rev() {
            let look = self.looks[at];
            self.prose_after[at] = distance;
            distance = if look.is_prose() { 1 } else { (distance + 1).min(FAR) };
            length = if is_short(look) { self.runs[at].1.max(length) } else { 0 };
            self.runs[at].0 = length;
        }
    }

    pub(super) fn len(&self) -> usize {
        self.looks.len()
    }

    /// Whether another unit has the same letters.
    pub(super) fn is_repeated(&self, at: usize) -> bool {
        self.repeats.len() < self.len() && self.repeats(at) > 1
    }

    /// How many units have the letters of this one.
    fn repeats(&self, at: usize) -> usize {
        self.repeats.get(&self.looks[at].letters).copied().unwrap_or(1)
    }

    /// How far above a unit stands that announces residue, and of which kind.
    pub(super) fn opened(&self, at: usize) -> Option<(usize, Kind)> {
        self.opened[at]
    }

    /// Whether prose stands anywhere before.
    pub(super) fn after_prose(&self, at: usize) -> bool {
        self.prose.between(0, at) > 0
    }

    /// Whether prose stands anywhere after.
    pub(super) fn before_prose(&self, at: usize) -> bool {
        self.prose.between(at + 1, self.len()) > 0
    }

    /// Says all there is to see of a unit, in the order that the model knows.
    pub(super) fn describe(&self, at: usize, say: &mut impl FnMut(&'static str, f32)) {
        let look = self.looks[at];
        let counts = look.counts();
        say("columns", root(look.columns));
        say("words", as_f32(look.words));
        say("end", end_of(look));
        say("tokens", as_f32(counts.tokens));
        say("capital", share(counts.capital, counts.tokens));
        say("small", share(counts.small, counts.tokens));
        say("shouted", share(counts.shouted, counts.tokens));
        say("digits", share(counts.digits, counts.characters));
        say("commas", as_f32(counts.commas));
        say("stops", as_f32(counts.stops));
        say("quotes", as_f32(counts.quotes));
        say("bars", as_f32(counts.bars));
        say("addresses", as_f32(counts.addresses));
        say("brackets", as_f32(counts.brackets));
        say("money", as_f32(counts.money));
        say("questions", as_f32(counts.questions));
        say("word_width", share(counts.characters, counts.tokens));
        say("first_small", flag(counts.first_small));
        say("first_digit", flag(counts.first_digit));
        say("first_mark", flag(counts.first_mark));
        say("by", flag(look.by));
        say("found_strength", strength(look));
        say("found_share", look.found.map_or(0.0, |found| share(found.words, look.words)));
        say("found_kind", look.found.map_or(0.0, |found| group(found.kind)));
        say("form_kind", look.form.map_or(0.0, |(kind, _)| group(kind)));
        say("opens", look.opens.map_or(0.0, group));
        say("repeats", as_f32(self.repeats(at)));
        say("is_first_again", flag(at > 0 && look.letters == self.first));

        let count = self.len();
        let (before, all) = (self.columns.between(0, at), self.columns.all());
        say("from_start", as_f32(at.min(FAR)));
        say("from_end", as_f32((count - 1 - at).min(FAR)));
        say("columns_before", share(before, all));
        say("columns_after", root(all - before - look.columns));
        say("prose_columns_before", root(self.prose.between(0, at)));
        say("prose_columns_after", root(self.prose.between(at + 1, count)));
        say("prose_share_after", share(self.prose.between(at + 1, count), self.prose.all()));
        say("prose_share_before", share(self.prose.between(0, at), self.prose.all()));
        say("prose_before", as_f32(self.prose_before[at]));
        say("prose_after", as_f32(self.prose_after[at]));
        let (run, place) = self.runs[at];
        say("run", as_f32(run.min(FAR)));
        say("run_place", as_f32(place.min(FAR)));
        let (since, kind) =
            self.opened[at].map_or((FAR, 0.0), |(since, kind)| (since, group(kind)));
        say("since_opened", as_f32(since));
        say("opened_kind", kind);
        let around = |reach: usize| (at.saturating_sub(reach), (at + reach + 1).min(count));
        let (near, wide) = (around(NEAR), around(WIDE));
        say("told_near", as_f32(self.told.between(near.0, near.1)));
        say("told_wide", as_f32(self.told.between(wide.0, wide.1)));
        say("told_after", share(self.told.between(at + 1, count), count - at));
        say("short_near", share(self.short.between(near.0, near.1), near.1 - near.0));
        say("short_wide", share(self.short.between(wide.0, wide.1), wide.1 - wide.0));
        say("columns_near", root(self.columns.between(near.0, near.1) / (near.1 - near.0)));
        say("columns_wide", root(self.columns.between(wide.0, wide.1) / (wide.1 - wide.0)));
        say("breaks_before", as_f32(self.breaks[at].min(4)));
        say("breaks_after", as_f32(self.breaks.get(at + 1).copied().unwrap_or(0).min(4)));
        for (names, to) in
            NEIGHBOURS.iter().zip([at.wrapping_sub(1), at + 1, at.wrapping_sub(2), at + 2])
        {
            let neighbour = self.looks.get(to);
            let seen = |of: fn(&Look<'_>) -> f32| neighbour.map_or(-1.0, |look| of(look));
            say(names[0], seen(|look| root(look.columns)));
            say(names[1], seen(end_of));
            say(names[2], seen(strength));
            say(names[3], seen(capitals));
            say(names[4], seen(|look| look.found.map_or(0.0, |found| group(found.kind))));
        }
    }
}

const NEIGHBOURS: [[&str; 5]; 4] = [
    ["columns_1_before", "end_1_before", "strength_1_before", "capital_1_before", "kind_1_before"],
    ["columns_1_after", "end_1_after", "strength_1_after", "capital_1_after", "kind_1_after"],
    ["columns_2_before", "end_2_before", "strength_2_before", "capital_2_before", "kind_2_before"],
    ["columns_2_after", "end_2_after", "strength_2_after", "capital_2_after", "kind_2_after"],
];

/// Whether its wording or form is residue's.
fn told(look: &Look<'_>) -> bool {
    look.found.is_some() || look.form.is_some()
}

/// Columns below which a unit is a label.
const SHORT_COLUMNS: usize = 80;

fn is_short(look: &Look<'_>) -> bool {
    look.columns < SHORT_COLUMNS && look.end != End::Sentence
}

fn capitals(look: &Look<'_>) -> f32 {
    look.capital_share()
}

fn end_of(look: &Look<'_>) -> f32 {
    match look.end {
        End::Other => 0.0,
        End::Ellipsis => 1.0,
        End::Colon => 2.0,
        End::Sentence => 3.0,
    }
}

/// How much the wording says by itself.
fn strength(look: &Look<'_>) -> f32 {
    let found = look.found.map_or(0.0, |found| match (found.doubted, found.how) {
        (true, _) => 1.0,
        (false, How::Within) => 2.0,
        (false, How::Start) if found.words <= 2 => 2.0,
        (false, How::Start) => 3.0,
        (false, How::Label) => 4.0,
        (false, How::Whole | How::Section) if found.words == 1 => 4.0,
        (false, How::Whole | How::Section) => 5.0,
    });
    if look.form.is_some() { f32::max(found, 4.0) } else { found }
}

/// Kinds that stand together.
fn group(kind: Kind) -> f32 {
    match kind {
        Kind::CommentPrompt | Kind::Comment => 1.0,
        Kind::NewsletterPrompt => 2.0,
        Kind::SharePrompt => 3.0,
        Kind::RelatedLinks => 4.0,
        Kind::Navigation => 5.0,
        Kind::Ad | Kind::DonationPrompt | Kind::PaywallPrompt => 6.0,
        Kind::Byline => 7.0,
        Kind::AuthorBio => 8.0,
        Kind::PhotoCredit => 9.0,
        Kind::Caption => 10.0,
        Kind::Legal => 11.0,
        Kind::Notice | Kind::Player => 12.0,
        Kind::Template | Kind::Other => 13.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "sizes of a text; the last digits do not matter")]
fn as_f32(count: usize) -> f32 {
    count as f32
}

/// Sizes differ by orders of magnitude.
fn root(size: usize) -> f32 {
    as_f32(size).sqrt()
}

fn flag(set: bool) -> f32 {
    if set { 1.0 } else { 0.0 }
}
