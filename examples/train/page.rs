//! The pages to learn from, taken apart and labelled.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use anyhow::{Result, ensure};
use tearsheet::article::{Draft, Verdict};
use tearsheet::{decode, extract, strip};

use crate::gold::{self, Gold};
use crate::labels::{self, Label, Named};

/// Parts that the sites are dealt out to, each held out once.
pub(crate) const FOLDS: usize = 5;

/// The part that a site belongs to.
pub(crate) fn fold_of(site: u64) -> usize {
    usize::try_from(site % FOLDS as u64).expect("folds are few")
}

/// Refuses to learn from what is all left out with one fold; `folds` are those of which something is
/// known.
pub(crate) fn check_folds(folds: impl Iterator<Item = usize>) -> Result<()> {
    ensure!(folds.collect::<BTreeSet<_>>().len() > 1, "there are too few sites to learn from");
    Ok(())
}

/// Stack of a thread that reads pages.
const STACK_BYTES: usize = 16 << 20;

/// A page to learn from.
pub(crate) struct Page {
    pub(crate) gold: Gold,
    pub(crate) draft: Draft,
    pub(crate) opinions: Vec<Verdict>,
    pub(crate) labels: Vec<Option<Label>>,
    /// Blocks that are no story, and what readers say that they are.
    pub(crate) named: Vec<Named>,
    /// Hash of its site: pages of one site stay together.
    pub(crate) site: u64,
    /// Whether it is but the container of a page, see [`Page::bare`].
    pub(crate) is_bare: bool,
}

/// Weight of a bare page against the whole one.
const BARE_WEIGHT: f32 = 0.35;
/// Share of the story that must stand in the container.
const BARE_STORY_MIN: f32 = 0.95;
/// Blocks that the container must have.
const BARE_BLOCKS_MIN: usize = 3;

impl Page {
    /// The part that its site belongs to.
    pub(crate) fn fold(&self) -> usize {
        fold_of(self.site)
    }

    /// The page without what stands around its container, as simple sites have none: there a model
    /// that has seen large pages only would be at a loss. `None` where the container misses story.
    fn bare(&self) -> Option<Page> {
        let blocks = &self.draft.blocks;
        let first = blocks.iter().position(|block| block.inside)?;
        let end = blocks.iter().rposition(|block| block.inside)? + 1;
        let story = |labels: &[Option<Label>]| -> f32 {
            labels.iter().flatten().map(|label| label.story * label.weight).sum()
        };
        let labels = &self.labels[first..end];
        if labels.len() < BARE_BLOCKS_MIN
            || labels.len() == blocks.len()
            || story(labels) < BARE_STORY_MIN * story(&self.labels)
        {
            return None;
        }
        let mut draft = self.draft.clone();
        draft.blocks.truncate(end);
        draft.blocks.drain(..first);
        for block in &mut draft.blocks {
            block.features.parent_end = block.features.parent_end.min(end) - first;
        }
        for frame in &mut draft.frames {
            frame.first = frame.first.clamp(first, end) - first;
            frame.end = frame.end.clamp(first, end) - first;
        }
        let labels = labels
            .iter()
            .map(|label| label.map(|label| Label { weight: label.weight * BARE_WEIGHT, ..label }))
            .collect();
        let opinions = strip::opinions(&draft, strip::Phrases::shared());
        let gold = self.gold.clone();
        let (named, site) = (Vec::new(), self.site);
        Some(Page { gold, draft, opinions, labels, named, site, is_bare: true })
    }
}

/// Reads the pages of `golds` on `threads` threads; those that hold no HTML are left out. Bare
/// copies of them follow at the end.
pub(crate) fn read(golds: Vec<Gold>, threads: usize) -> Vec<Page> {
    let next = AtomicUsize::new(0);
    let pages = Mutex::new(Vec::new());
    let golds: Vec<Mutex<Option<Gold>>> =
        golds.into_iter().map(|gold| Mutex::new(Some(gold))).collect();
    let work = || {
        while let Some(gold) = golds.get(next.fetch_add(1, Ordering::Relaxed)) {
            let gold = gold.lock().expect("no reader panics").take().expect("taken once");
            let id = (gold.set.clone(), gold.id.clone());
            match read_page(gold) {
                Ok(page) => pages.lock().expect("no reader panics").push((id, page)),
                Err(error) => eprintln!("{} {}: {error:#}", id.0, id.1),
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..threads {
            let builder = thread::Builder::new().stack_size(STACK_BYTES);
            builder.spawn_scoped(scope, work).expect("a thread starts");
        }
    });
    let mut pages = pages.into_inner().expect("no reader panics");
    pages.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut pages: Vec<Page> = pages.into_iter().map(|(_, page)| page).collect();
    let bare: Vec<Page> = pages.iter().filter_map(Page::bare).collect();
    pages.extend(bare);
    pages
}

/// The text that a reader of the page takes for the story, summary included: other programs keep that.
/// `None` where nobody read it, or where there is no page.
pub(crate) fn text_read(gold: &Gold) -> Option<String> {
    let reading = gold.reading.as_ref()?;
    let draft = draft_of(gold).ok()?;
    let texts: Vec<&str> = draft.blocks.iter().map(|block| block.text.as_str()).collect();
    let story = texts.iter().zip(labels::words_read(&texts, reading));
    let story = story.filter(|(_, word)| matches!(word, Some("story" | "summary")));
    Some(story.map(|(text, _)| *text).collect::<Vec<_>>().join("\n\n"))
}

fn draft_of(gold: &Gold) -> anyhow::Result<Draft> {
    let text = decode::decode(&gold::unpack(&gold.path)?, None).text;
    let url = gold.url.as_deref().and_then(|url| url::Url::parse(url).ok());
    Ok(extract::extract(&text, url.as_ref())?)
}

fn read_page(gold: Gold) -> anyhow::Result<Page> {
    let draft = draft_of(&gold)?;
    let opinions = strip::opinions(&draft, strip::Phrases::shared());
    let labels = labels::label(&draft, &gold);
    let site = gold.site();
    let named = labels::named(&draft, &gold);
    Ok(Page { gold, draft, opinions, labels, named, site, is_bare: false })
}
