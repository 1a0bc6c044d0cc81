//! Measures how well near-duplicates are told: precision and recall on pairs made from real texts.
//!
//! ```text
//! cargo run --release --example near_duplicates -- articles.jsonl
//! ```
//!
//! `articles.jsonl` has one object a line with `text` and `url`, as `extract --format jsonl` and
//! `export` write it. Of every text copies are made as they come about in the wild (agency
//! introduction and corrections, cuts at the end, another site's boilerplate left in, words edited);
//! a copy that is found to be near its original counts for recall. Every pair of two texts that are
//! not made from one another, first of all those of one site, counts against precision when it is
//! taken for near. The index is measured along: a copy is only found where it shares a key.

use std::collections::HashMap;

use tearsheet::likeness::Likeness;

/// A text with its site.
struct Story {
    site: String,
    text: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a file of articles, one JSON object a line")?;
    let stories: Vec<Story> = std::fs::read_to_string(path)?.lines().filter_map(story).collect();
    println!("{} texts of 100 words or more", stories.len());

    let mut found = 0;
    let mut made = 0;
    for (name, copy) in COPIES {
        let mut near = 0;
        let mut keyed = 0;
        for (index, story) in stories.iter().enumerate() {
            let other = &stories[(index + 1) % stories.len()];
            let original = Likeness::of(&story.text);
            let copied = Likeness::of(&copy(&story.text, &other.text));
            let is_near = original.is_near(&copied, true);
            near += usize::from(is_near);
            keyed += usize::from(is_near && shares_key(&original, &copied));
        }
        println!(
            "{name:<46} near {:.3}   and found by key {:.3}",
            share(near, stories.len()),
            share(keyed, stories.len())
        );
        found += keyed;
        made += stories.len();
    }
    println!("recall {:.4} of {made} pairs", share(found, made));

    let all: Vec<Likeness> = stories.iter().map(|story| Likeness::of(&story.text)).collect();
    let (mut wrong, mut pairs, mut same_site) = (0, 0, 0);
    let mut worst: HashMap<(usize, usize), f64> = HashMap::new();
    for one in 0..all.len() {
        for two in one + 1..all.len() {
            let of_site = stories[one].site == stories[two].site;
            pairs += 1;
            same_site += usize::from(of_site);
            if all[one].is_near(&all[two], of_site) {
                wrong += 1;
                worst.insert((one, two), all[one].share(&all[two]));
            }
        }
    }
    println!("{wrong} of {pairs} unrelated pairs ({same_site} of one site) taken for near");
    println!("precision {:.4}", share(found, found + wrong));
    for ((one, two), share) in worst {
        let begin = |index: usize| stories[index].text.chars().take(70).collect::<String>();
        println!("  {share:.2} {} | {:?} | {:?}", stories[one].site, begin(one), begin(two));
    }
    Ok(())
}

fn story(line: &str) -> Option<Story> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let text = value.get("text")?.as_str()?.to_owned();
    let url = value.get("url").and_then(|url| url.as_str()).unwrap_or_default();
    let site = url.split('/').nth(2).unwrap_or_default().to_owned();
    (text.split_whitespace().count() >= 100).then_some(Story { site, text })
}

fn shares_key(one: &Likeness, two: &Likeness) -> bool {
    let (Some(one), Some(two)) = (one.keys(), two.keys()) else { return false };
    two.iter().any(|key| one.contains(key))
}

#[expect(clippy::cast_precision_loss, reason = "a share, not a count")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

/// A way in which copies come about: from a story, and another text to draw on.
type Copy = fn(&str, &str) -> String;

const COPIES: &[(&str, Copy)] = &[
    ("agency introduction and closing line", agency),
    ("last quarter cut off", |story, _| words(story, 0, 75)),
    ("last half cut off", |story, _| words(story, 0, 50)),
    ("one word in forty another", |story, other| edited(story, other, 40)),
    ("one word in fifteen another", |story, other| edited(story, other, 15)),
    ("every eighth sentence left out", |story, _| without_sentences(story, 8)),
    ("boilerplate of another page around it", |story, other| {
        format!("{}\n\n{story}\n\n{}", words(other, 0, 10), words(other, 90, 100))
    }),
    ("introduction, edits and a cut at once", |story, other| {
        edited(&words(&agency(story, other), 0, 80), other, 50)
    }),
];

fn agency(story: &str, _: &str) -> String {
    format!(
        "LONDON (Agency) - {story}\n\nReporting by our correspondents; editing by the desk. \
         This story was corrected to fix a spelling in the third paragraph."
    )
}

/// The words of a text between two percentages of it.
fn words(text: &str, from: usize, to: usize) -> String {
    let all: Vec<&str> = text.split_whitespace().collect();
    all[all.len() * from / 100..all.len() * to / 100].join(" ")
}

/// A text with every `step`th word (about; by its place, not by chance) taken from another.
fn edited(text: &str, other: &str, step: usize) -> String {
    let mut others = other.split_whitespace().cycle();
    let words = text.split_whitespace().enumerate().map(|(place, word)| {
        let jitter = place.wrapping_mul(2_654_435_761) >> 7;
        if (place + jitter % 5).is_multiple_of(step) { others.next().unwrap_or(word) } else { word }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn without_sentences(text: &str, step: usize) -> String {
    let sentences = text.split_inclusive(". ").enumerate();
    sentences.filter(|(place, _)| place % step != 0).map(|(_, sentence)| sentence).collect()
}
