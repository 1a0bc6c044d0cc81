//! What a page says twice.
//!
//! Pages hold their text again for narrow windows; an answer quotes the post that it answers; a
//! card is shown again below, a sentence in large letters beside itself. The reader wants it once.

use memchr::memmem::Finder;

use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::hash::HashMap;
use crate::limits::COMPARED_BYTES_MAX;
use crate::rule::Rule;
use crate::strip::observe::make_around;
use crate::strip::{about_words, removed};

/// Words from which a paragraph is not said twice by chance.
const WORDS_MIN: usize = 8;
/// The same for what a card says.
const OF_CARD_WORDS_MIN: usize = 4;
/// The same on the page of a product, which says everything of it in a few words.
const OF_PRODUCT_WORDS_MIN: usize = 2;
/// Words from which blocks one after another are not.
const RUN_WORDS_MIN: usize = 25;

/// What a block says, and how much it means if that was said before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said<'t> {
    /// All of it.
    pub text: &'t str,
    /// Its words, of which no more than a run needs have to be counted.
    pub words: usize,
    pub form: Form,
}

/// What a block is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Carries the text.
    Paragraph,
    /// Headings and items of lists: alike by chance, or by design.
    Part,
    /// Code and rows of tables, which mean something in their place whatever stood elsewhere.
    Set,
}

impl Said<'_> {
    /// Whether it is not said twice by chance.
    pub(super) fn is_no_chance(&self) -> bool {
        self.form == Form::Paragraph && self.words >= WORDS_MIN
    }
}

impl Form {
    const fn of(block: &Block) -> Form {
        match block.kind {
            BlockKind::Paragraph | BlockKind::Quote | BlockKind::Caption => Form::Paragraph,
            BlockKind::Heading(_) | BlockKind::ListItem(_) => Form::Part,
            BlockKind::Preformatted | BlockKind::TableRow => Form::Set,
        }
    }
}

/// Takes out of the story what it has said before; `doubted` says that the page is none of prose alone.
pub(super) fn judge(draft: &Draft, doubted: bool, verdicts: &mut [Verdict]) {
    let story: Vec<usize> = (0..draft.blocks.len()).filter(|&at| verdicts[at].is_story()).collect();
    let said: Vec<Said<'_>> = story
        .iter()
        .map(|&at| &draft.blocks[at])
        .map(|block| Said {
            text: &block.text,
            words: about_words(&block.text),
            form: Form::of(block),
        })
        .collect();
    let before = said_before(&said);
    let mut twice = in_runs(&said, &before);
    let is_product = draft.signals.is_product;
    if doubted || is_product {
        // Cards are built once for narrow windows and once for wide ones, or go round and round. A
        // heading that recurs over something else is one of a list.
        for (at, (said, twice)) in said.iter().zip(&mut twice).enumerate() {
            let recurs = |at: usize| before.get(at).is_some_and(Option::is_some);
            let goes_on = |at: usize| {
                before[at].is_some_and(|origin| before.get(at + 1) == Some(&Some(origin + 1)))
            };
            let of_card =
                said.words >= OF_CARD_WORDS_MIN && (said.form == Form::Paragraph || recurs(at + 1));
            // A few words come again by chance, or answer another question; some after others do not.
            let of_product = is_product
                && said.words >= OF_PRODUCT_WORDS_MIN
                && (goes_on(at) || at > 0 && goes_on(at - 1));
            *twice |= recurs(at) && said.form != Form::Set && (of_card || of_product);
        }
    }
    // The title of a card, over its picture and below.
    for (at, pair) in story.windows(2).enumerate() {
        let is_title = |at: usize| matches!(draft.blocks[at].kind, BlockKind::Heading(_));
        twice[at + 1] |=
            pair[0] + 1 == pair[1] && is_title(pair[1]) && said[at].text == said[at + 1].text;
    }
    for (at, _) in story.into_iter().zip(twice).filter(|(_, twice)| *twice) {
        verdicts[at] = removed(Kind::Other, Rule::SaidBefore);
    }
    pulled_out(draft, verdicts);
    captions(draft, verdicts);
}

/// Longest sentence that is pulled out of the text, in words.
const PULLED_WORDS_MAX: usize = 40;

/// How a block is shown: its kind, and the make of the element around it.
fn shown_as(draft: &Draft, at: usize) -> (BlockKind, Option<u64>) {
    let block = &draft.blocks[at];
    (block.kind, make_around(draft, block))
}

/// Takes out of the story what a paragraph of another make says as well: sentences pulled out of it.
fn pulled_out(draft: &Draft, verdicts: &mut [Verdict]) {
    let mut paragraphs: Vec<(usize, &str)> = (0..verdicts.len())
        .filter(|&at| verdicts[at].is_story())
        .filter(|&at| Form::of(&draft.blocks[at]) == Form::Paragraph)
        .map(|at| (at, draft.blocks[at].text.as_str()))
        .collect();
    let bytes: usize = paragraphs.iter().map(|(_, text)| text.len()).sum();
    // What says nothing, as signs between scenes do, stands everywhere.
    let is_short = |text: &str| {
        (WORDS_MIN..=PULLED_WORDS_MAX).contains(&about_words(text))
            && text.contains(char::is_alphanumeric)
    };
    let short: Vec<(usize, &str)> = paragraphs
        .iter()
        .rev()
        .filter(|(_, text)| is_short(text))
        .take(COMPARED_BYTES_MAX / bytes.max(1))
        .copied()
        .collect();
    for (at, text) in short {
        // Quotation marks and the stop may be others in the text.
        let sentence = Finder::new(text.trim_matches(|c: char| !c.is_alphanumeric()));
        let own = shown_as(draft, at);
        let says = |&(other, text): &(usize, &str)| {
            shown_as(draft, other) != own && sentence.find(text.as_bytes()).is_some()
        };
        // What a sentence leads to with a colon is quoted, not pulled out.
        let is_led_to = at > 0 && draft.blocks[at - 1].text.ends_with([':', '：']);
        if !is_led_to && paragraphs.iter().any(says) {
            paragraphs.retain(|&(other, _)| other != at);
            verdicts[at] = removed(Kind::Other, Rule::SaidBefore);
        }
    }
}

/// Longest such paragraph, in words: a longer one is text that was made a caption.
const CAPTION_WORDS_MAX: usize = 40;

/// Takes out of the story what stands under a picture as well: galleries say it again beside it.
fn captions(draft: &Draft, verdicts: &mut [Verdict]) {
    let is_caption =
        |verdict: &Verdict| matches!(verdict, Verdict::Removed { kind: Kind::Caption, .. });
    let mut captions: Vec<&str> = draft
        .blocks
        .iter()
        .zip(&*verdicts)
        .filter(|(_, verdict)| is_caption(verdict))
        .map(|(block, _)| block.text.as_str())
        .collect();
    captions.sort_unstable();
    for (block, verdict) in draft.blocks.iter().zip(verdicts) {
        let words = WORDS_MIN..=CAPTION_WORDS_MAX;
        if verdict.is_story()
            && Form::of(block) == Form::Paragraph
            && words.contains(&about_words(&block.text))
        {
            // A credit may follow in the caption.
            let next = captions.partition_point(|caption| *caption < block.text.as_str());
            if captions.get(next).is_some_and(|caption| caption.starts_with(&block.text)) {
                *verdict = removed(Kind::Caption, Rule::SaidByCaption);
            }
        }
    }
}

/// Which blocks say again what was said before: paragraphs of some length, and runs of blocks with
/// such a paragraph among them.
pub(super) fn said_twice(said: &[Said<'_>]) -> Vec<bool> {
    in_runs(said, &said_before(said))
}

/// The same; `before` is what [`said_before`] found.
fn in_runs(said: &[Said<'_>], before: &[Option<usize>]) -> Vec<bool> {
    let mut twice = vec![false; said.len()];
    let mut start = 0;
    while start < said.len() {
        let Some(origin) = before[start] else {
            start += 1;
            continue;
        };
        let again = before[start..].iter().zip(origin..);
        let length = again.take_while(|(before, origin)| **before == Some(*origin)).count();
        let run = &said[start..start + length];
        let words: usize =
            run.iter().filter(|said| said.form != Form::Set).map(|said| said.words).sum();
        let whole = length > 1 && words >= RUN_WORDS_MIN && run.iter().any(Said::is_no_chance);
        for (said, twice) in run.iter().zip(&mut twice[start..]) {
            *twice = said.is_no_chance() || whole && said.form != Form::Set;
        }
        start += length;
    }
    twice
}

/// For every block, the place of the one before it that says the same: the one after what
/// its predecessor repeats, else the nearest.
fn said_before(said: &[Said<'_>]) -> Vec<Option<usize>> {
    let mut last: HashMap<&str, usize> = HashMap::default();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(said.len());
    for (at, Said { text, .. }) in said.iter().enumerate() {
        let next = before.last().copied().flatten().map(|origin| origin + 1);
        let goes_on = next.filter(|&next| next < at && said[next].text == *text);
        let nearest = last.insert(text, at);
        before.push(goes_on.or(nearest));
    }
    before
}

#[cfg(test)]
mod tests {
    use super::{Block, BlockKind, Draft, Kind, Rule, Verdict, judge, removed};

    /// What is left of blocks, of which those that begin with `#` are headings, with `|` rows of a
    /// table, with `-` items of a list.
    fn left(texts: &[&str]) -> Vec<usize> {
        left_of(texts, false)
    }

    fn left_of(texts: &[&str], doubted: bool) -> Vec<usize> {
        left_in(&draft_of(texts), doubted)
    }

    fn draft_of(texts: &[&str]) -> Draft {
        let block = |text: &&str| Block {
            kind: match text.as_bytes().first() {
                Some(b'#') => BlockKind::Heading(2),
                Some(b'|') => BlockKind::TableRow,
                Some(b'-') => BlockKind::ListItem(None),
                _ => BlockKind::Paragraph,
            },
            text: (*text).to_owned(),
            ..Block::default()
        };
        Draft { blocks: texts.iter().map(block).collect(), ..Draft::default() }
    }

    fn left_in(draft: &Draft, doubted: bool) -> Vec<usize> {
        let mut verdicts = vec![Verdict::Story; draft.blocks.len()];
        judge(draft, doubted, &mut verdicts);
        (0..verdicts.len()).filter(|&at| verdicts[at].is_story()).collect()
    }

    const STORM: &str = "The storm reached the coast on Monday night and took two roofs.";
    const NOBODY: &str = "Nobody was hurt, the mayor said on Tuesday, but the school stays shut.";

    #[test]
    fn a_text_that_stands_on_the_page_twice_is_told_once_with_its_headings_and_lists() {
        let text = ["# What happened", STORM, "- one roof", NOBODY];
        let twice: Vec<&str> = text.iter().chain(&text).copied().collect();
        assert_eq!(left(&twice), [0, 1, 2, 3]);
    }

    #[test]
    fn a_post_that_an_answer_quotes_is_not_told_again() {
        assert_eq!(left(&[STORM, NOBODY, STORM, "Which school is that?"]), [0, 1, 3]);
    }

    #[test]
    fn a_sentence_that_a_caption_says_goes_unless_it_is_short() {
        let caption = format!("{STORM} Jane Roe for the Post");
        let texts = [caption.as_str(), STORM, "Nobody was hurt.", "Nobody was hurt.", NOBODY];
        let block = |text: &&str| Block { text: (*text).to_owned(), ..Block::default() };
        let draft = Draft { blocks: texts.iter().map(block).collect(), ..Draft::default() };
        let mut verdicts = vec![Verdict::Story; texts.len()];
        verdicts[0] = removed(Kind::Caption, Rule::PlaceCaption);
        verdicts[2] = removed(Kind::Caption, Rule::PlaceCaption);
        judge(&draft, false, &mut verdicts);
        assert_eq!(verdicts[1], removed(Kind::Caption, Rule::SaidByCaption));
        assert!(verdicts[3..].iter().all(Verdict::is_story));
    }

    #[test]
    fn a_title_that_stands_over_a_picture_and_below_it_is_read_once() {
        assert_eq!(left(&["# Lamp", "# Lamp", "Gives light.", "# Cup"]), [0, 2, 3]);
        assert_eq!(left(&["# Results", "- Won", "- Won", "- Lost"]), [0, 1, 2, 3]);
    }

    #[test]
    fn signs_between_scenes_were_not_said_before() {
        let mut draft = draft_of(&[STORM, "* * * * * * * * *", NOBODY]);
        draft.blocks[1].features.home = 1;
        assert_eq!(left_in(&draft, false), [0, 1, 2]);
    }

    #[test]
    fn a_card_that_a_page_of_cards_shows_twice_is_read_once() {
        let cards = ["# A lamp for the reading corner", "In stock", "# Lamp", "| 2 | 4 | 6 | 8"];
        let twice: Vec<&str> = cards.iter().chain(&cards).copied().collect();
        assert_eq!(left_of(&twice, true), [0, 1, 2, 3, 5, 6, 7]);
        assert_eq!(left(&twice).len(), 8, "in prose a heading may come again");
    }

    #[test]
    fn a_product_page_may_answer_two_questions_alike_and_tells_a_row_of_facts_once() {
        let texts = [
            "- Solid brass",
            "- Two pounds",
            "# Is it mended?",
            "Of course.",
            "# Is it brass?",
            "Of course.",
            "- Solid brass",
            "- Two pounds",
        ];
        let mut draft = draft_of(&texts);
        draft.signals.is_product = true;
        assert_eq!(left_in(&draft, false), [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn headings_items_rows_and_short_lines_may_be_said_again() {
        let heading = "# What should you ask before you buy one of these?";
        let row = "| 12 | 14 | 16 | 18 | 20 | 22 | 24 | 26";
        let item = "- Wash your hands with soap for at least twenty seconds.";
        assert_eq!(left(&[heading, row, item, "Yes.", row, "Yes.", item, heading]).len(), 8);
    }
}
