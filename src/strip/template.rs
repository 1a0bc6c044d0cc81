//! What repeats across the pages of a site is furniture.
//!
//! A page alone tells which of its blocks may be furniture at all; the store counts in how many
//! articles of the site each of them stands. What the page alone tells does not depend on what is
//! known of the site: a block that goes as `template` counts like before, and the counts are the
//! same in whatever order the pages come.

use xxhash_rust::xxh3::xxh3_64;

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::hash::{HashMap, HashSet};
use crate::language::parts_no_words;
use crate::limits;
use crate::rule::Rule;
use crate::strip::words::{Row, Words};
use crate::strip::{is_quoted, removed};

/// What is known to repeat across the pages of a site: fingerprints of blocks.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Fingerprints, see [`fingerprint`].
    pub fingerprints: std::collections::HashSet<u64>,
}

/// The identity of a block's text across the pages of a site: its letters and digits.
///
/// Has 48 bits, which take less room than 64 and are hardly ever shared by two texts of one site.
#[must_use]
pub fn fingerprint(text: &str) -> u64 {
    let letters: String =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    xxh3_64(letters.as_bytes()) >> 16
}

/// Takes what repeats on the site out of the story, unless that would be most of it: then the page
/// is one that its site has copied, not one with furniture.
///
/// Gives the fingerprints that count for the site, each once: of a page with more than
/// [`limits::FINGERPRINTS_PER_ARTICLE_MAX`] those of its beginning and end, where furniture stands.
pub(super) fn judge(draft: &Draft, template: &Template, verdicts: &mut [Verdict]) -> Vec<u64> {
    let story: Vec<usize> =
        (0..draft.blocks.len().min(verdicts.len())).filter(|&at| verdicts[at].is_story()).collect();
    let counted = candidates(draft, &story);
    let bytes_of = |at: &usize| draft.blocks[*at].text.len();
    let repeated: Vec<usize> = counted
        .iter()
        .filter(|(_, print)| template.fingerprints.contains(print))
        .map(|(at, _)| *at)
        .collect();
    let all: usize = story.iter().map(bytes_of).sum();
    let taken: usize = repeated.iter().map(bytes_of).sum();
    if taken > 0 && taken * 2 <= all {
        for at in repeated {
            verdicts[at] = removed(Kind::Template, Rule::RepeatsOnSite);
        }
        headings(&draft.blocks, verdicts);
    }
    distinct(counted.into_iter().map(|(_, print)| print))
}

/// The first and the last of them, no more than an article may have, each once.
fn distinct(prints: impl Iterator<Item = u64>) -> Vec<u64> {
    let mut seen = HashSet::default();
    let mut prints: Vec<u64> = prints.filter(|print| seen.insert(*print)).collect();
    if let Some(surplus) = prints.len().checked_sub(limits::FINGERPRINTS_PER_ARTICLE_MAX) {
        let half = limits::FINGERPRINTS_PER_ARTICLE_MAX / 2;
        prints.drain(half..half + surplus);
    }
    prints
}

/// The blocks of the story that would be furniture if they stood in other articles, too.
fn candidates(draft: &Draft, story: &[usize]) -> Vec<(usize, u64)> {
    let topics = Topics::of(draft, story);
    let mut row = Row::default();
    let mut candidates = Vec::new();
    for (place, &at) in story.iter().enumerate() {
        let block = &draft.blocks[at];
        if may_be_furniture(block, &mut row) && !topics.are_of(place, &block.text) {
            candidates.push((at, fingerprint(&block.text)));
        }
    }
    candidates
}

/// Words from which a line says something of its own; "More to follow." is said by chance.
const WORDS_MIN: usize = 6;
/// Longest heading that is set as a bold line, in words.
const BOLD_HEADING_WORDS_MAX: usize = 12;

/// Whether a block is of a kind that furniture has: no heading (articles of a site are built alike),
/// no row of a table, no quotation (it is quoted again), nothing short, nothing long.
fn may_be_furniture(block: &Block, row: &mut Row) -> bool {
    let plain = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem(_));
    if !plain || block.text.len() > limits::FURNITURE_BYTES_MAX {
        return false;
    }
    let words = Words::in_row(std::mem::take(row), &block.text, BOLD_HEADING_WORDS_MAX);
    let bold = block.features.strong_bytes * 10 >= block.text.len() * 9;
    let heading = bold && !words.more && !words.end_a_sentence();
    let says = words.more || words.len() >= WORDS_MIN;
    *row = words.into_row();
    says && !heading && !quotes(&block.text)
}

/// Pairs of quotation marks.
const QUOTATION: &[(char, char)] =
    &[('"', '"'), ('“', '”'), ('„', '“'), ('«', '»'), ('»', '«'), ('「', '」'), ('『', '』')];

/// Whether a block is a quotation, whole or for the greater part.
fn quotes(text: &str) -> bool {
    if is_quoted(text) {
        return true;
    }
    let (mut quoted, mut closing) = (0, None);
    for c in text.chars() {
        match closing {
            Some(end) if c == end => closing = None,
            Some(_) => quoted += c.len_utf8(),
            None => {
                closing = QUOTATION.iter().find(|(open, _)| *open == c).map(|(_, close)| *close);
            }
        }
    }
    quoted * 2 >= text.len()
}

/// Letters of a word that says what a text is about.
const TOPIC_LETTERS_MIN: usize = 5;
/// Blocks on either side of a block that do not count as the rest of the story: the parts of a box
/// speak of the same thing.
const NEIGHBOURS: usize = 2;

/// What a story is about: its longer words, and where they stand.
///
/// A paragraph of background stands in many articles of a site, word for word, and is none of its
/// furniture. It speaks of what the story speaks of; furniture does not.
struct Topics {
    /// Of each word the first and the last place among the blocks of the story.
    places: HashMap<u64, (usize, usize)>,
    /// Those of the title, which is the rest of the story to every block.
    title: HashSet<u64>,
}

impl Topics {
    fn of(draft: &Draft, story: &[usize]) -> Topics {
        let mut places: HashMap<u64, (usize, usize)> = HashMap::default();
        for (place, &at) in story.iter().enumerate() {
            each_topic(&draft.blocks[at].text, |word| {
                places.entry(word).or_insert((place, place)).1 = place;
            });
        }
        let mut title = HashSet::default();
        each_topic(draft.metadata.title.as_deref().unwrap_or_default(), |word| {
            title.insert(word);
        });
        Topics { places, title }
    }

    /// Whether at least half of what a block says is said elsewhere in the story.
    fn are_of(&self, place: usize, text: &str) -> bool {
        let (mut shared, mut all) = (0, 0);
        each_topic(text, |word| {
            let elsewhere = self.places.get(&word).is_some_and(|&(first, last)| {
                first + NEIGHBOURS < place || last > place + NEIGHBOURS
            });
            all += 1;
            shared += usize::from(elsewhere || self.title.contains(&word));
        });
        all > 0 && shared * 2 >= all
    }
}

/// The words of some length; of scripts that part no words, the pairs of characters.
fn each_topic(text: &str, mut take: impl FnMut(u64)) {
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.starts_with(parts_no_words) {
            let mut characters = word.char_indices().peekable();
            while let Some((start, _)) = characters.next() {
                if let Some((second, c)) = characters.peek() {
                    take(xxh3_64(&word.as_bytes()[start..second + c.len_utf8()]));
                }
            }
        } else if word.chars().nth(TOPIC_LETTERS_MIN - 1).is_some() {
            take(xxh3_64(word.as_bytes()));
        }
    }
}

/// What is found under a heading.
#[derive(Clone, Copy, Default)]
struct Under {
    story: bool,
    template: bool,
}

/// Levels of headings.
const LEVELS: usize = 6;

/// A heading under which only template is left goes with it.
fn headings(blocks: &[Block], verdicts: &mut [Verdict]) {
    // What stands under a heading of each level that would come next, going backwards.
    let mut under = [Under::default(); LEVELS];
    for (block, verdict) in blocks.iter().zip(verdicts).rev() {
        let level = match block.kind {
            BlockKind::Heading(level) => Some(usize::from(level.clamp(1, 6)) - 1),
            _ => None,
        };
        if let Some(found) = level.map(|level| under[level])
            && verdict.is_story()
            && found.template
            && !found.story
        {
            *verdict = removed(Kind::Template, Rule::NothingUnderHeading);
        }
        let story = verdict.is_story();
        let template = matches!(verdict, Verdict::Removed { kind: Kind::Template, .. });
        for under in &mut under {
            under.story |= story;
            under.template |= template;
        }
        // Nothing below it stands under a heading of its own level, or of a lower one, before it.
        if let Some(level) = level {
            under[level..].fill(Under::default());
        }
    }
}

#[cfg(test)]
mod tests;
