//! What of a text is residue: by the model, by wording, and by what stands around it.

use std::sync::LazyLock;

use super::Taken;
use super::look::{End, Look};
use super::rows::View;
use crate::article::{Kind, Verdict};
use crate::forest::{Block, Forest, probability};
use crate::limits::CLEANING_ROUNDS_MAX;
use crate::rule::Rule;
use crate::strip::copies::{self, Form, Said};
use crate::strip::facts;
use crate::strip::phrases::{Found, How, SURE_START_WORDS};
use crate::strip::{is_quoted, removed, share};

/// A line goes whose chance of being story is below this, by what it says against itself. Fitted
/// to what models say of sites that they have not seen, so that of a story a three-hundredth goes.
const CHANCE_OF_NAMED: f32 = 0.9;
const CHANCE_OF_ONE_WORD: f32 = 0.6;
const CHANCE_OF_HINTED: f32 = 0.35;
const CHANCE_OF_UNNAMED: f32 = 0.2;
const CHANCE_OF_SENTENCE: f32 = 0.1;
/// The same between paragraphs, where lists and headings of the story stand.
const CHANCE_OF_NAMED_BETWEEN: f32 = 0.3;
const CHANCE_OF_UNNAMED_BETWEEN: f32 = 0.1;
/// The same for names and dates of which there are several: sections of the story begin with them.
const CHANCE_OF_BYLINES_BETWEEN: f32 = 0.1;
/// The same at the edge, before or after all paragraphs: menus and teasers stand there, and no heading
/// does.
const CHANCE_OF_UNNAMED_AT_EDGE: f32 = 0.27;
const CHANCE_OF_SENTENCE_AT_END: f32 = 0.2;
/// Units of an edge; more than that may be a list or a table of the story.
const EDGE_UNITS_MAX: usize = 8;
/// Units from the end among which a short line presents the author.
const SHORT_BIO_WITHIN: usize = 2;
/// Units from the end among which an author may be presented at length.
const BIO_WITHIN: usize = 8;
/// Columns from which a sentence that says nothing against itself is not judged by its company.
const SENTENCE_COLUMNS_KEPT: usize = 300;
/// Columns from which a line between prose is no label.
const LABEL_COLUMNS_MAX: usize = 40;
/// Lines in a row, named or not, of which those without a name go: but at the edge, one by itself may
/// be a heading.
const UNNAMED_RUN_MIN: usize = 3;
/// Share of the text that may go without a name: a list of links may be what the text is.
const UNNAMED_SHARE_MAX: f32 = 0.5;
/// How far the kind of residue is heard beside a line without a name.
const HEARD_WITHIN: usize = 4;
/// How far a heading is heard that announces residue.
const ANNOUNCED_WITHIN: usize = 25;

static MODEL: LazyLock<Forest> = LazyLock::new(|| {
    Forest::read(include_bytes!("../../../config/model/text.bin"), &super::names())
        .expect("the model in the program is that of its numbers")
});

/// A verdict on every unit that is story so far.
///
/// What goes changes the company of what stays, so that is judged again until nothing goes.
pub(super) fn judge(taken: &Taken<'_>, verdicts: &mut [Verdict]) {
    let mut block = Block::new(MODEL.width());
    for _ in 0..CLEANING_ROUNDS_MAX {
        let kept: Vec<usize> = (0..verdicts.len()).filter(|&at| verdicts[at].is_story()).collect();
        let company = Company::of(taken, &kept);
        let goes = company.goes(&mut block);
        if !goes.contains(&true) {
            let twice =
                if company.repeats_a_paragraph() { said_twice(taken, &kept) } else { vec![] };
            if !twice.contains(&true) {
                break;
            }
            for (&at, _) in kept.iter().zip(twice).filter(|(_, twice)| *twice) {
                verdicts[at] = removed(Kind::Other, Rule::SaidBefore);
            }
            continue;
        }
        for (place, &at) in kept.iter().enumerate().filter(|&(place, _)| goes[place]) {
            let (kind, rule) = company.name(place, &goes);
            verdicts[at] = removed(kind, rule);
        }
    }
}

/// Signs that an item of a list begins with.
const BULLETS: [char; 6] = ['•', '-', '*', '–', '·', '‣'];

/// Which of the units that are left say again what was said before. A line of verse is not told from
/// a heading: both may be said again.
fn said_twice(taken: &Taken<'_>, kept: &[usize]) -> Vec<bool> {
    let said: Vec<Said<'_>> = kept.iter().map(|&at| said(&taken.looks[at])).collect();
    copies::said_twice(&said)
}

fn said<'t>(look: &Look<'t>) -> Said<'t> {
    let form = if memchr::memchr2(b'|', b'\t', look.text.as_bytes()).is_some() {
        Form::Set
    } else if look.end == End::Sentence && !look.text.starts_with(BULLETS) {
        Form::Paragraph
    } else {
        Form::Part
    };
    Said { text: look.text, words: look.words, form }
}

/// The units that are left.
struct Company<'a> {
    taken: &'a Taken<'a>,
    kept: &'a [usize],
    view: View<'a, 'a>,
    evidence: Vec<Evidence>,
    /// Where the first and the last prose stands.
    prose: Option<(usize, usize)>,
    /// Names and dates that stand between paragraphs.
    bylines_between: usize,
}

/// On which side of the prose a unit stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Before,
    Between,
    After,
    /// There is no other prose.
    Nowhere,
}

/// How much a unit says against itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// Nothing.
    None,
    /// Wording that prose may have, too.
    Hint,
    /// Wording or form that is residue's.
    Named,
    /// It presents an author at length.
    Bio,
    /// It is one of several facts, whatever else its label may be.
    Fact,
}

impl<'a> Company<'a> {
    fn of(taken: &'a Taken<'a>, kept: &'a [usize]) -> Company<'a> {
        let look = |at: &usize| &taken.looks[*at];
        let first = kept.iter().position(|at| look(at).is_prose());
        let last = kept.iter().rposition(|at| look(at).is_prose());
        let mut company = Company {
            taken,
            kept,
            view: taken.view(kept),
            evidence: kept.iter().map(|at| evidence(look(at))).collect(),
            prose: first.zip(last),
            bylines_between: 0,
        };
        // Headings of stories are made so, too; below the title, or at the end, it says who wrote this.
        for place in 0..kept.len() {
            let between = company.side(place) == Side::Between;
            match company.look(place).form {
                Some((_, Rule::AuthorLine)) if between || place == 0 => {
                    company.evidence[place] = Evidence::None;
                }
                // The story may be about authors; who wrote it is presented at its end.
                Some((_, Rule::PresentsAuthor)) if place + SHORT_BIO_WITHIN < kept.len() => {
                    company.evidence[place] = Evidence::None;
                }
                _ => {}
            }
        }
        for place in company.facts() {
            company.evidence[place] = Evidence::Fact;
        }
        let is_byline_between = |place: &usize| {
            company.evidence[*place] == Evidence::Named
                && is_byline(company.look(*place))
                && company.side(*place) == Side::Between
        };
        company.bylines_between = (0..kept.len()).filter(is_byline_between).count();
        for place in kept.len().saturating_sub(BIO_WITHIN).max(1)..kept.len() {
            if company.is_long_bio(place) {
                company.evidence[place] = Evidence::Bio;
            }
        }
        company
    }

    /// Units behind the first prose that are facts in a row with a day or a place: those, whose labels stand
    /// before bylines elsewhere, and all of which nothing else is said.
    fn facts(&self) -> Vec<usize> {
        let line = |place: usize| self.look(place).text;
        let is_claimed = |place: usize| self.evidence[place] != Evidence::None;
        let is_label = |place: &usize| {
            let found = self.look(*place).found;
            found.is_some_and(|found| found.closed && facts::may_be_fact(found.kind, line(*place)))
        };
        let labels = (0..self.kept.len())
            .filter(is_label)
            .filter(|&place| matches!(self.side(place), Side::Between | Side::After));
        labels
            .filter_map(|place| facts::around(place, self.kept.len(), line, is_claimed))
            .flatten()
            .filter(|place| !is_claimed(*place) || is_label(place))
            .collect()
    }

    /// Whether it presents an author at length of whom the story says nothing.
    fn is_long_bio(&self, place: usize) -> bool {
        let look = self.look(place);
        let says = |other: &Look<'_>| {
            other.is_prose() && look.name().any(|name| other.text.contains(name))
        };
        look.is_long_bio(self.taken.vocabulary)
            && !(0..self.kept.len()).any(|other| other != place && says(self.look(other)))
    }

    /// Whether a paragraph may be said twice; without one nothing else is.
    fn repeats_a_paragraph(&self) -> bool {
        (0..self.kept.len())
            .any(|place| self.view.is_repeated(place) && said(self.look(place)).is_no_chance())
    }

    fn look(&self, place: usize) -> &Look<'a> {
        &self.taken.looks[self.kept[place]]
    }

    /// Which units go.
    fn goes(&self, block: &mut Block) -> Vec<bool> {
        let mut goes = self.goes_by_chance(block);
        self.keep_the_lonely(&mut goes);
        let columns = |place: usize| self.look(place).columns;
        let all: usize = (0..goes.len()).map(columns).sum();
        let unnamed = |place: &usize| self.evidence[*place] == Evidence::None;
        let gone: usize =
            (0..goes.len()).filter(|place| goes[*place] && unnamed(place)).map(columns).sum();
        if share(gone, all) > UNNAMED_SHARE_MAX {
            for place in (0..goes.len()).filter(unnamed) {
                goes[place] = false;
            }
        }
        goes
    }

    /// Which units go by what the model says of them, or need no model to go.
    ///
    /// The model is not asked of units that stay whatever it says. Those without a name go only
    /// in a row, so of those in a row that may go every third is a scout: where no scout goes, none
    /// of those beside it does. At the edge, where one may go by itself, all are asked.
    fn goes_by_chance(&self, block: &mut Block) -> Vec<bool> {
        let mut goes: Vec<bool> =
            (0..self.kept.len()).map(|at| self.speaks_for_itself(at)).collect();
        let mut asked = Vec::new();
        // Units that go in a row only, each with its number in the longest row that there may be.
        let mut in_rows = Vec::new();
        let mut number = 0;
        for place in (0..goes.len()).filter(|&place| !goes[place]) {
            if self.chance_needed(place) <= 0.0 {
                number = 0;
            } else if self.goes_in_a_row_only(place) {
                in_rows.push((number, place));
                number += 1;
            } else {
                asked.push(place);
            }
        }
        let rows = || in_rows.chunk_by(|(before, _), (number, _)| before < number);
        for row in rows() {
            let scouts = row.iter().skip(UNNAMED_RUN_MIN - 1).step_by(UNNAMED_RUN_MIN);
            asked.extend(scouts.map(|(_, place)| place));
        }
        self.ask_model(&asked, block, &mut goes);
        asked.clear();
        for row in rows() {
            let goes = |number: usize| row.get(number).is_some_and(|&(_, place)| goes[place]);
            let beside = row.iter().filter(|(number, _)| {
                let first = number - number % UNNAMED_RUN_MIN;
                let scout = first + UNNAMED_RUN_MIN - 1;
                *number != scout && (goes(scout) || first.checked_sub(1).is_some_and(goes))
            });
            asked.extend(beside.map(|(_, place)| place));
        }
        self.ask_model(&asked, block, &mut goes);
        goes
    }

    /// Lets those of `places` go whose chance of being story is too low; `block` is room to work in.
    fn ask_model(&self, places: &[usize], block: &mut Block, goes: &mut [bool]) {
        for places in places.chunks(Block::ROWS_MAX) {
            block.clear();
            for &place in places {
                let mut row = block.row();
                self.view.describe(place, &mut |_, value| row.push(value));
            }
            for (&place, logit) in places.iter().zip(MODEL.logits_of_block(block)) {
                goes[place] = probability(logit) < self.chance_needed(place);
            }
        }
    }

    /// The chance of being story that a unit needs to stay.
    fn chance_needed(&self, place: usize) -> f32 {
        let look = self.look(place);
        let sentence = look.is_sentence();
        let side = self.side(place);
        match self.evidence[place] {
            Evidence::Named if side == Side::Between => {
                let several = self.bylines_between > 1 && is_byline(look);
                if several { CHANCE_OF_BYLINES_BETWEEN } else { CHANCE_OF_NAMED_BETWEEN }
            }
            Evidence::Named | Evidence::Bio => CHANCE_OF_NAMED,
            Evidence::Fact => 0.0,
            Evidence::Hint if beside_residue(place, &self.evidence) => CHANCE_OF_HINTED,
            Evidence::Hint if sentence => 0.0,
            Evidence::Hint if is_one_word(look) => CHANCE_OF_ONE_WORD,
            Evidence::Hint => CHANCE_OF_HINTED,
            Evidence::None if self.stands_by_itself(place, sentence) => 0.0,
            Evidence::None if sentence && side == Side::After && self.is_at_edge(place) => {
                CHANCE_OF_SENTENCE_AT_END
            }
            Evidence::None if sentence => CHANCE_OF_SENTENCE,
            Evidence::None if side == Side::Between => CHANCE_OF_UNNAMED_BETWEEN,
            Evidence::None if self.is_at_edge(place) => CHANCE_OF_UNNAMED_AT_EDGE,
            Evidence::None => CHANCE_OF_UNNAMED,
        }
    }

    /// On which side of the prose a unit stands, itself aside.
    fn side(&self, place: usize) -> Side {
        match self.prose.map(|(first, last)| (first < place, place < last)) {
            None | Some((false, false)) => Side::Nowhere,
            Some((false, true)) => Side::Before,
            Some((true, true)) => Side::Between,
            Some((true, false)) => Side::After,
        }
    }

    /// Whether only a few units stand before or after all prose, and this is one of them. What a text
    /// begins with is none: it may be the title.
    fn is_at_edge(&self, place: usize) -> bool {
        self.prose.is_some_and(|(first, last)| match self.side(place) {
            Side::Before => place > 0 && first <= EDGE_UNITS_MAX,
            Side::After => self.kept.len() - 1 - last <= EDGE_UNITS_MAX,
            Side::Between | Side::Nowhere => false,
        })
    }

    /// Whether its company does not matter, since nothing above it announces residue and it is long, or
    /// stands among prose and is no label.
    ///
    /// Of 40,000 sentences before and between prose the model took 2 for residue; of 22,000 other lines
    /// between prose that are no labels it took 117, more than half of which were story.
    fn stands_by_itself(&self, place: usize, sentence: bool) -> bool {
        let columns = self.look(place).columns;
        let kept_from = match self.side(place) {
            Side::Before | Side::Between if sentence => 0,
            Side::Between => LABEL_COLUMNS_MAX,
            _ if sentence => SENTENCE_COLUMNS_KEPT,
            _ => usize::MAX,
        };
        columns >= kept_from && self.view.opened(place).is_none()
    }

    /// Whether it may be a heading of the story if it stands by itself.
    fn goes_in_a_row_only(&self, place: usize) -> bool {
        self.evidence[place] == Evidence::None && !self.is_at_edge(place)
    }

    /// Keeps lines that go in a row only where there is none. What a text begins with is its title,
    /// whatever follows it, unless that says otherwise.
    fn keep_the_lonely(&self, goes: &mut [bool]) {
        let mut start = 0;
        while start < goes.len() {
            let length = goes[start..].iter().take_while(|goes| **goes).count();
            let unnamed = |place: &usize| self.goes_in_a_row_only(*place);
            let run: Vec<usize> = (start..start + length).filter(unnamed).collect();
            if run.len() < UNNAMED_RUN_MIN {
                for place in run {
                    goes[place] = false;
                }
            }
            start += length.max(1);
        }
        if self.evidence.first() == Some(&Evidence::None) && self.prose.is_some() {
            goes[0] = false;
        }
    }

    /// Wording that is a prompt's and nobody else's needs no model to go.
    fn speaks_for_itself(&self, place: usize) -> bool {
        let look = self.look(place);
        let long = look.found.is_some_and(|found| {
            !found.doubted
                && match found.how {
                    How::Whole | How::Section => found.weight >= 3 || counts_readers(&found),
                    How::Start if found.weight >= SURE_START_WORDS => true,
                    How::Start | How::Within => {
                        found.weight >= 4 && (self.fills(place, &found) || self.is_among(place))
                    }
                    How::Label => false,
                }
        });
        self.evidence[place] == Evidence::Bio
            || self.evidence[place] == Evidence::Named
                && (long || matches!(look.form, Some((Kind::PhotoCredit | Kind::Caption, _))))
    }

    /// Whether a phrase is most of what a unit says; else it may be a sentence of the story that holds
    /// its words.
    fn fills(&self, place: usize, found: &Found) -> bool {
        let look = self.look(place);
        look.end != End::Sentence || 2 * found.words >= look.words
    }

    /// Whether it stands beside residue, or after all prose.
    fn is_among(&self, place: usize) -> bool {
        beside_residue(place, &self.evidence) || self.side(place) == Side::After
    }

    /// What a unit is that goes, and by which rule.
    fn name(&self, place: usize, goes: &[bool]) -> (Kind, Rule) {
        let look = self.look(place);
        let view = &self.view;
        if self.evidence[place] == Evidence::Bio {
            return (Kind::AuthorBio, Rule::PresentsAuthor);
        }
        if let Some(named) = named(look) {
            return named;
        }
        if let Some((since, kind)) = view.opened(place)
            && since <= ANNOUNCED_WITHIN
        {
            let follows = if kind == Kind::CommentPrompt { Kind::Comment } else { kind };
            return (follows, Rule::FollowsHeading);
        }
        let heard = (1..=HEARD_WITHIN).find_map(|distance| {
            let of = |place: usize| {
                goes.get(place).filter(|goes| **goes)?;
                named(self.look(place)).map(|(kind, _)| kind)
            };
            place.checked_sub(distance).and_then(of).or_else(|| of(place + distance))
        });
        match heard {
            Some(kind) if stands_alone(kind) => (Kind::Other, Rule::AmongResidue),
            Some(kind) => (kind, Rule::AmongResidue),
            None if !view.after_prose(place) => (Kind::Navigation, Rule::LearnedBeforeText),
            None if !view.before_prose(place) => (Kind::RelatedLinks, Rule::LearnedAfterText),
            None => (Kind::RelatedLinks, Rule::LearnedBetween),
        }
    }
}

/// Whether residue of this kind is most often one line, beside which may stand anything: of 13 lines that were
/// called after such a neighbour, readers called one so.
const fn stands_alone(kind: Kind) -> bool {
    matches!(kind, Kind::PhotoCredit | Kind::Caption | Kind::Legal | Kind::Notice | Kind::Player)
}

/// Whether it is a counter of what readers did: `12 likes`, `3 comments`.
fn counts_readers(found: &Found) -> bool {
    found.counts
        && found.weight >= 2
        && matches!(found.kind, Kind::SharePrompt | Kind::CommentPrompt)
}

/// Whether a phrase of one word is all that the line says.
fn is_one_word(look: &Look<'_>) -> bool {
    look.found.is_some_and(|found| matches!(found.how, How::Whole | How::Section))
}

/// Whether residue stands right before or after.
fn beside_residue(place: usize, evidence: &[Evidence]) -> bool {
    let named = |place: usize| evidence.get(place) == Some(&Evidence::Named);
    place.checked_sub(1).is_some_and(named) || named(place + 1)
}

fn evidence(look: &Look<'_>) -> Evidence {
    // Who quotes a prompt does not prompt; a sentence that goes on behind it tells who does.
    if is_quoted(look.text) {
        let is_prompt = look.found.is_some() && !look.is_sentence();
        return if is_prompt { Evidence::Hint } else { Evidence::None };
    }
    match (look.found, look.form) {
        (_, Some(_)) => Evidence::Named,
        (Some(found), None) if weighs(&found, look) => Evidence::Named,
        (Some(_), None) => Evidence::Hint,
        (None, None) => Evidence::None,
    }
}

/// Whether the wording is enough: one word never is, and what prose may begin with is not in a
/// sentence.
fn weighs(found: &Found, look: &Look<'_>) -> bool {
    let sentence = look.is_sentence();
    match found.how {
        _ if found.told => false,
        _ if found.closed && !found.doubted => true,
        _ if found.doubted => !sentence && look.words <= 8 && found.weight >= 2,
        How::Whole | How::Section => found.weight >= 2,
        How::Label => true,
        How::Start => found.weight >= 3 || !sentence && found.weight == 2,
        How::Within => found.weight >= 3,
    }
}

fn is_byline(look: &Look<'_>) -> bool {
    named(look).is_some_and(|(kind, _)| kind == Kind::Byline)
}

fn named(look: &Look<'_>) -> Option<(Kind, Rule)> {
    // A form says more than a phrase that prose may say.
    match (look.found, look.form) {
        (Some(found), form) if !found.doubted || form.is_none() => {
            Some((found.kind, found.how.rule()))
        }
        (_, form) => form,
    }
}
