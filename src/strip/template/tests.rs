use super::{Template, fingerprint, judge};
use crate::article::{Block, BlockKind, Draft, Kind, Verdict};
use crate::extract::Features;
use crate::limits;
use crate::rule::Rule;

const PROMISE: &str =
    "The Gazette belongs to its readers and takes no money from the state or from any party.";

fn paragraph(text: &str) -> Block {
    Block { text: text.to_owned(), inside: true, ..Block::default() }
}

fn heading(level: u8, text: &str) -> Block {
    Block { kind: BlockKind::Heading(level), ..paragraph(text) }
}

/// A story of four paragraphs on a ferry, with more blocks behind it.
fn page(more: Vec<Block>) -> Draft {
    let mut blocks = vec![
        paragraph("The ferry Corran Maid left harbour on Monday with its bow door open, and sank."),
        paragraph("Divers found the wreck at dawn; the harbour was closed to every other vessel."),
        paragraph("An inquiry under Judge Harper began on Tuesday and heard eleven of the crew."),
        paragraph("Harper wants to know who had been told of the bow door, and when that was."),
    ];
    blocks.extend(more);
    Draft { blocks, ..Draft::default() }
}

/// The verdicts on a page of a site on whose pages these texts repeat.
fn judged(page: &Draft, repeated: &[&str]) -> Vec<Verdict> {
    let template =
        Template { fingerprints: repeated.iter().map(|text| fingerprint(text)).collect() };
    let mut verdicts = vec![Verdict::Story; page.blocks.len()];
    judge(page, &template, &mut verdicts);
    verdicts
}

fn counts(page: &Draft) -> Vec<u64> {
    judge(page, &Template::default(), &mut vec![Verdict::Story; page.blocks.len()])
}

const TEMPLATE: Verdict = Verdict::Removed { kind: Kind::Template, rule: Rule::RepeatsOnSite };

#[test]
fn what_repeats_goes_and_counts_as_before() {
    let page = page(vec![paragraph(PROMISE)]);
    let verdicts = judged(&page, &[PROMISE]);
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_story()).count(), 4);
    assert_eq!(verdicts[4], TEMPLATE);
    let known = Template { fingerprints: [fingerprint(PROMISE)].into() };
    let mut verdicts = vec![Verdict::Story; page.blocks.len()];
    assert_eq!(judge(&page, &known, &mut verdicts), counts(&page));
}

#[test]
fn case_space_and_punctuation_make_no_other_text() {
    assert_eq!(fingerprint("Read on — it is free!"), fingerprint("READ ON: it is  free."));
    assert_ne!(fingerprint("Read on, it is free"), fingerprint("Read on, it is not free"));
    assert!(fingerprint(PROMISE) < 1 << 48);
}

#[test]
fn quotations_heads_rows_and_short_lines_are_said_again_and_stay() {
    let bold = "What the inquiry wants to know first of all";
    let strong = Features { strong_bytes: bold.len(), ..Features::default() };
    for block in [
        heading(2, "What is known so far about the accident at sea"),
        Block { features: strong, ..paragraph(bold) },
        paragraph("More to follow."),
        paragraph("“We had written it down for anybody who wanted to read it,” said the mate."),
        paragraph("The mate said: “We had written it down for anybody who wished to look at it.”"),
        Block { kind: BlockKind::Quote, ..paragraph(PROMISE) },
        Block {
            kind: BlockKind::TableRow,
            ..paragraph("Club | Played | Won | Drawn | Lost | Points")
        },
        Block { kind: BlockKind::Preformatted, ..paragraph(PROMISE) },
    ] {
        let text = block.text.clone();
        assert_eq!(judged(&page(vec![block]), &[&text])[4], Verdict::Story, "{text}");
    }
}

#[test]
fn background_speaks_of_what_the_story_speaks_of_and_stays() {
    let background = "The Corran Maid sank off the harbour mouth with its bow door open in March.";
    let far = |text: &str| page(vec![heading(2, "More"), paragraph("A."), paragraph(text)]);
    assert_eq!(judged(&far(background), &[background])[6], Verdict::Story);
    assert_eq!(judged(&far(PROMISE), &[PROMISE])[6], TEMPLATE);

    let story = [
        "昨夜、東京で大きな地震がありました。",
        "けが人はいません。",
        "気象庁が発表した。",
        "以上。",
    ];
    let mut page = Draft { blocks: story.map(paragraph).to_vec(), ..Draft::default() };
    let background = "東京で大きな地震がありましたのは十年前。";
    page.blocks.push(paragraph(background));
    assert_eq!(judged(&page, &[background])[4], Verdict::Story);
}

#[test]
fn the_parts_of_a_box_do_not_protect_each_other() {
    let first = "Our morning letter brings the best of the Gazette, written by our editors.";
    let second = "The morning letter of the Gazette is free; our editors answer every reply to it.";
    let verdicts = judged(&page(vec![paragraph(first), paragraph(second)]), &[first, second]);
    assert_eq!(verdicts[4..], [TEMPLATE, TEMPLATE]);
}

#[test]
fn a_heading_goes_with_the_box_under_it_and_not_with_half_of_its_section() {
    let boxed = page(vec![heading(3, "Who we are"), paragraph(PROMISE)]);
    let rule = Rule::NothingUnderHeading;
    assert_eq!(judged(&boxed, &[PROMISE])[4], Verdict::Removed { kind: Kind::Template, rule });

    let followed = page(vec![
        heading(2, "The crew"),
        heading(3, "Who we are"),
        paragraph(PROMISE),
        heading(3, "The mate"),
        paragraph("He was the last to leave the bridge."),
    ]);
    let verdicts = judged(&followed, &[PROMISE]);
    assert_eq!(verdicts[4], Verdict::Story);
    assert_eq!(verdicts[5], Verdict::Removed { kind: Kind::Template, rule });
    assert_eq!(verdicts[7..], [Verdict::Story, Verdict::Story]);
}

#[test]
fn a_page_that_is_mostly_what_repeats_is_a_copy_and_stays_whole() {
    let page = page(vec![paragraph(PROMISE)]);
    let all: Vec<&str> = page.blocks.iter().map(|block| block.text.as_str()).collect();
    assert!(judged(&page, &all).iter().all(Verdict::is_story));
}

#[test]
fn an_endless_page_counts_for_its_beginning_and_its_end() {
    let line = |number: usize| paragraph(&format!("Item {number} is here in a list that goes on."));
    let page = Draft { blocks: (0..1_000).map(line).collect(), ..Draft::default() };
    let counted = counts(&page);
    assert_eq!(counted.len(), limits::FINGERPRINTS_PER_ARTICLE_MAX);
    let print = |number| fingerprint(&line(number).text);
    assert_eq!((counted[0], counted[counted.len() - 1]), (print(0), print(999)));

    let twice = Draft { blocks: vec![line(1), line(1)], ..Draft::default() };
    assert_eq!(counts(&twice).len(), 1);
}
