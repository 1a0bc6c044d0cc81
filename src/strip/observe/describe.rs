//! One row: the names and numbers of a block.

use crate::article::{BlockKind, Mark};
use crate::extract::{Hints, StoryFrom, Tag};
use crate::strip::observe::frames::Around;
use crate::strip::observe::text::End;
use crate::strip::observe::words::{shingles_of, short_words, words_of};
use crate::strip::observe::{PageView, as_f32, flag, ratio};
use crate::strip::share;

impl PageView<'_> {
    /// Names and numbers of one block.
    pub(super) fn describe(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        self.text(at, put);
        self.opinion(at, put);
        self.cue(at, put);
        self.place(at, put);
        self.elements(at, put);
        self.neighbours(at, put);
        self.likes(at, put);
        self.page(put);
    }

    fn text(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let (block, stats) = (&self.draft.blocks[at], &self.stats[at]);
        let words = as_f32(stats.words.max(1));
        put("words", as_f32(stats.words));
        put("chars", as_f32(stats.chars));
        put("word_length", share(stats.chars, stats.words));
        put("capitalised", as_f32(stats.capitalised) / words);
        put("short_words", as_f32(stats.short_words) / words);
        put("shouted", as_f32(stats.shouted) / words);
        put("digits", share(stats.digits, stats.chars));
        put("enders", as_f32(stats.enders));
        put("enders_share", as_f32(stats.enders) / words);
        put("commas", as_f32(stats.commas));
        put("partings", as_f32(stats.partings));
        put("signs", as_f32(stats.signs));
        put("quotes", as_f32(stats.quotes));
        put("ends_open", flag(stats.end == End::Open));
        put("ends_stop", flag(stats.end == End::Stop));
        put("ends_question", flag(stats.end == End::Question));
        put("ends_exclamation", flag(stats.end == End::Exclamation));
        put("ends_colon", flag(stats.end == End::Colon));
        put("ends_ellipsis", flag(stats.end == End::Ellipsis));
        put("ends_sign", flag(stats.end == End::Sign));
        put("starts_small", flag(stats.starts_small));
        put("starts_with_digit", flag(stats.starts_with_digit));
        put("link_share", share(block.features.link_bytes, block.text.len()));
        put("links", as_f32(block.features.links));
        put("links_away", as_f32(block.features.links_away));
        put("strong_share", share(block.features.strong_bytes, block.text.len()));
        let emphasis: usize = block
            .spans
            .iter()
            .filter(|span| span.mark == Mark::Emphasis)
            .map(|span| span.range.len())
            .sum();
        put("emphasis_share", share(emphasis, block.text.len()));
        put("repeats", as_f32(self.repeats.get(&stats.hash).copied().unwrap_or(0)));
        let (mut count, mut of_title, mut of_summary, mut of_authors) = (0, 0, 0, 0);
        for word in words_of(&block.text).take(40) {
            count += 1;
            of_title += usize::from(self.title.contains(&word));
            of_summary += usize::from(self.summary.contains(&word));
            of_authors += usize::from(self.authors.contains(&word));
        }
        put("of_title", share(of_title, count));
        put("title_covered", share(of_title, self.title.len()));
        put("of_summary", share(of_summary, count));
        put("summary_covered", share(of_summary, self.summary.len()));
        put("of_authors", share(of_authors, count));
        put("of_body", self.share_of_body(&block.text));
        let (mut sum, mut highest, mut lowest) = (0.0, 0.0f32, 0.0f32);
        let words = short_words(&block.text);
        for &word in &words {
            let leaning = self.lexicon.leaning(word);
            sum += leaning;
            highest = highest.max(leaning);
            lowest = lowest.min(leaning);
        }
        put("words_lean", sum / as_f32(words.len().max(1)));
        put("words_highest", highest);
        put("words_lowest", lowest);
    }

    /// Share of the text that the page's own structured data repeats as the article's; -1 without.
    fn share_of_body(&self, text: &str) -> f32 {
        if self.body.is_empty() {
            return -1.0;
        }
        let shingles = shingles_of(text);
        let found = shingles.iter().filter(|shingle| self.body.contains(shingle)).count();
        share(found, shingles.len())
    }

    fn place(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let block = &self.draft.blocks[at];
        let all = self.draft.blocks.len();
        let total = self.sums.total();
        let before = self.sums.of_run(0, at);
        put("place", share(at, all));
        put("blocks_before", as_f32(at));
        put("blocks_after", as_f32(all - at));
        put("words_before", before.words);
        put("prose_before", ratio(before.prose, total.prose));
        put("prose_after", ratio(total.prose - before.prose - self.masses[at].prose, total.prose));
        put("after_first_prose", distance(self.first_prose, at));
        put("before_last_prose", distance(at, self.last_prose));
        put("inside", flag(block.inside));
        put("beside", flag(block.beside));
        put("after_container", distance(self.container.0, at));
        put("before_container_end", distance(at, self.container.1));
        let inner = self.sums.of_run(self.container.0, self.container.1);
        put("container_prose", ratio(inner.prose, total.prose));
        put("container_linked", ratio(inner.linked, inner.words));
        put("container_share", {
            let before =
                self.sums.of_run(self.container.0, at.clamp(self.container.0, self.container.1));
            ratio(before.words, inner.words)
        });
        put("after_headline", self.headline.map_or(-200.0, |headline| distance(headline, at)));
        put("after_comments", distance(self.comments, at));
        put("kind", kind_number(block.kind));
        put(
            "heading",
            if let BlockKind::Heading(level) = block.kind { f32::from(level) } else { 7.0 },
        );
        put("listed", flag(block.features.listed));
        put("pictured", flag(block.features.image.is_some()));
        put("images_before", as_f32(block.features.images_before));
        let next = self.draft.blocks.get(at + 1);
        put("images_after", next.map_or(0.0, |next| as_f32(next.features.images_before)));
    }

    fn elements(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let block = &self.draft.blocks[at];
        let home = block.features.home;
        let near = self.around.get(home).copied().unwrap_or(Around::NOTHING);
        put("depth", f32::from(near.depth));
        for (hint, name) in HINT_NAMES.iter().enumerate() {
            put(name, f32::from(near.hints[hint]));
        }
        put("article_around", f32::from(near.article));
        put("list_around", f32::from(near.list));
        put("table_around", f32::from(near.table));
        put("quote_around", f32::from(near.quote));
        put("details_around", f32::from(near.details));
        let leaning = self.leanings.get(home).copied().unwrap_or_default();
        put("names_own", leaning.own);
        put("names_fading", leaning.fading);
        put("names_highest", leaning.highest);
        put("names_lowest", leaning.lowest);
        let total = self.sums.total();
        for (kinship, names) in [(&self.to_bulk, &KINSHIPS[0]), (&self.to_headline, &KINSHIPS[1])] {
            let kin = kinship.get(home).copied().unwrap_or_default();
            put(names[0], f32::from(kin.up));
            put(names[1], f32::from(kin.down));
            let common = self.draft.frames.get(kin.common);
            let mass = common.map_or(total, |frame| self.sums.of_run(frame.first, frame.end));
            put(names[2], ratio(mass.prose, total.prose));
            put(names[3], ratio(mass.linked, mass.words));
        }
        put("articles", as_f32(self.articles_count));
        let article = self.articles.get(home).copied().flatten();
        put("in_first_article", flag(article.is_some() && article == self.first_article));
        let mass = article.map(|at| {
            let frame = &self.draft.frames[at];
            self.sums.of_run(frame.first, frame.end)
        });
        put("article_prose", mass.map_or(-1.0, |mass| ratio(mass.prose, total.prose)));
        let mut frame = home;
        for level in LEVELS {
            let around = self.draft.frames.get(frame);
            let mass = around.map_or(total, |frame| self.sums.of_run(frame.first, frame.end));
            put(level[0], mass.blocks);
            put(level[1], mass.words);
            put(level[2], ratio(mass.linked, mass.words));
            put(level[3], ratio(mass.prose, total.prose));
            put(level[4], ratio(mass.prose, mass.words));
            put(level[5], around.map_or(0.0, |frame| tag_number(frame.tag)));
            let first = around.map_or(0, |frame| frame.first);
            put(level[6], ratio(as_f32(at.saturating_sub(first)), mass.blocks));
            frame = around.map_or(0, |frame| frame.parent);
        }
    }

    fn neighbours(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        for (offset, names) in NEIGHBOURS {
            let other = at.checked_add_signed(*offset).filter(|&other| other < self.stats.len());
            let Some(other) = other else {
                for name in names {
                    put(name, -1.0);
                }
                continue;
            };
            let (block, stats) = (&self.draft.blocks[other], &self.stats[other]);
            put(names[0], as_f32(stats.words));
            put(names[1], share(block.features.link_bytes, block.text.len()));
            put(names[2], kind_number(block.kind));
            put(names[3], flag(self.opinions[other].is_story()));
            put(names[4], flag(matches!(stats.end, End::Stop | End::Question | End::Exclamation)));
            put(names[5], flag(self.makes[other].1 == self.makes[at].1));
            let leaning = self.leanings.get(block.features.home).copied().unwrap_or_default();
            put(names[6], leaning.fading);
        }
        for (reach, names) in WINDOWS {
            let mass = self.sums.of_run(at.saturating_sub(*reach), at + reach + 1);
            put(names[0], ratio(mass.prose, mass.words));
            put(names[1], ratio(mass.linked, mass.words));
            put(names[2], mass.words / mass.blocks.max(1.0));
            put(names[3], ratio(mass.links, mass.blocks));
        }
    }

    fn likes(&self, at: usize, put: &mut impl FnMut(&'static str, f32)) {
        let total = self.sums.total();
        let (make, near) = self.makes[at];
        for (make, names) in [(make, &LIKES[0]), (near, &LIKES[1])] {
            let likes = self.likes.get(&make).copied().unwrap_or_default();
            put(names[0], likes.mass.blocks);
            put(names[1], ratio(likes.mass.words, likes.mass.blocks));
            put(names[2], ratio(likes.mass.prose, total.prose));
            put(names[3], ratio(likes.mass.linked, likes.mass.words));
            put(names[4], ratio(likes.mass.links, likes.mass.blocks));
            put(names[5], distance(likes.first, at));
            put(names[6], distance(at, likes.last));
        }
    }

    fn page(&self, put: &mut impl FnMut(&'static str, f32)) {
        let (signals, total) = (&self.draft.signals, self.sums.total());
        put("page_blocks", total.blocks);
        put("page_words", total.words);
        put("page_prose", total.prose);
        put("page_prose_share", ratio(total.prose, total.words));
        put("page_linked", ratio(total.linked, total.words));
        put("page_article", flag(signals.is_article));
        put("page_forum", flag(signals.is_forum));
        put("page_body", flag(!self.body.is_empty()));
        put("page_dated", flag(self.draft.metadata.published.is_some()));
        put("page_authored", flag(!self.draft.metadata.authors.is_empty()));
        put(
            "page_from",
            match signals.story_from {
                StoryFrom::Page => 0.0,
                StoryFrom::Noscript => 1.0,
                StoryFrom::JsonLd => 2.0,
            },
        );
    }
}

const KINSHIPS: [[&str; 4]; 2] = [
    ["bulk_up", "bulk_down", "bulk_prose", "bulk_linked"],
    ["headline_up", "headline_down", "headline_prose", "headline_linked"],
];

const LEVELS: &[[&str; 7]] = &[
    [
        "home_blocks",
        "home_words",
        "home_linked",
        "home_prose",
        "home_density",
        "home_tag",
        "home_place",
    ],
    [
        "parent_blocks",
        "parent_words",
        "parent_linked",
        "parent_prose",
        "parent_density",
        "parent_tag",
        "parent_place",
    ],
    [
        "third_blocks",
        "third_words",
        "third_linked",
        "third_prose",
        "third_density",
        "third_tag",
        "third_place",
    ],
    [
        "fourth_blocks",
        "fourth_words",
        "fourth_linked",
        "fourth_prose",
        "fourth_density",
        "fourth_tag",
        "fourth_place",
    ],
    [
        "fifth_blocks",
        "fifth_words",
        "fifth_linked",
        "fifth_prose",
        "fifth_density",
        "fifth_tag",
        "fifth_place",
    ],
];

const NEIGHBOURS: &[(isize, [&str; 7])] = &[
    (
        -3,
        [
            "before3_words",
            "before3_linked",
            "before3_kind",
            "before3_story",
            "before3_stops",
            "before3_alike",
            "before3_names",
        ],
    ),
    (
        -2,
        [
            "before2_words",
            "before2_linked",
            "before2_kind",
            "before2_story",
            "before2_stops",
            "before2_alike",
            "before2_names",
        ],
    ),
    (
        -1,
        [
            "before_words",
            "before_linked",
            "before_kind",
            "before_story",
            "before_stops",
            "before_alike",
            "before_names",
        ],
    ),
    (
        1,
        [
            "after_words",
            "after_linked",
            "after_kind",
            "after_story",
            "after_stops",
            "after_alike",
            "after_names",
        ],
    ),
    (
        2,
        [
            "after2_words",
            "after2_linked",
            "after2_kind",
            "after2_story",
            "after2_stops",
            "after2_alike",
            "after2_names",
        ],
    ),
    (
        3,
        [
            "after3_words",
            "after3_linked",
            "after3_kind",
            "after3_story",
            "after3_stops",
            "after3_alike",
            "after3_names",
        ],
    ),
];

const WINDOWS: &[(usize, [&str; 4])] = &[
    (4, ["window4_prose", "window4_linked", "window4_words", "window4_links"]),
    (12, ["window12_prose", "window12_linked", "window12_words", "window12_links"]),
];

const LIKES: &[[&str; 7]; 2] = &[
    [
        "likes_blocks",
        "likes_words",
        "likes_prose",
        "likes_linked",
        "likes_links",
        "likes_first",
        "likes_last",
    ],
    [
        "near_blocks",
        "near_words",
        "near_prose",
        "near_linked",
        "near_links",
        "near_first",
        "near_last",
    ],
];

const HINT_NAMES: [&str; Hints::SEEN] = [
    "hint_share",
    "hint_related",
    "hint_newsletter",
    "hint_comments",
    "hint_bio",
    "hint_byline",
    "hint_caption",
    "hint_credit",
    "hint_ad",
    "hint_navigation",
    "hint_footer",
    "hint_header",
    "hint_aside",
    "hint_form",
    "hint_paywall",
    "hint_player",
    "hint_legal",
    "hint_notice",
    "hint_hidden",
    "hint_control",
    "hint_tags",
    "hint_contents",
    "hint_donation",
    "hint_dialog",
    "hint_figure",
    "hint_pull_quote",
    "hint_story",
    "hint_screen_reader",
];

const fn kind_number(kind: BlockKind) -> f32 {
    match kind {
        BlockKind::Paragraph => 0.0,
        BlockKind::Quote => 1.0,
        BlockKind::Preformatted => 2.0,
        BlockKind::ListItem(Some(_)) => 3.0,
        BlockKind::ListItem(None) => 4.0,
        BlockKind::TableRow => 5.0,
        BlockKind::Heading(_) => 6.0,
        BlockKind::Caption => 7.0,
    }
}

/// Elements in an order in which neighbours are alike to a judge.
const fn tag_number(tag: Tag) -> f32 {
    match tag {
        Tag::Article => 1.0,
        Tag::Main => 2.0,
        Tag::Body | Tag::Html => 3.0,
        Tag::Section => 4.0,
        Tag::Div => 5.0,
        Tag::Paragraph => 6.0,
        Tag::Quote => 7.0,
        Tag::Preformatted => 8.0,
        Tag::Heading => 9.0,
        Tag::Definition => 10.0,
        Tag::Definitions => 11.0,
        Tag::Item => 12.0,
        Tag::List => 13.0,
        Tag::Cell => 14.0,
        Tag::Row => 15.0,
        Tag::Table => 16.0,
        Tag::Details | Tag::Summary => 17.0,
        Tag::Figure | Tag::FigureCaption | Tag::Caption => 18.0,
        Tag::Address => 19.0,
        Tag::Header => 20.0,
        Tag::Button => 21.0,
        Tag::Form => 22.0,
        Tag::Aside => 23.0,
        Tag::Footer => 24.0,
        Tag::Navigation => 25.0,
        Tag::Dialog => 26.0,
        Tag::Other => 27.0,
    }
}

/// Blocks from one to another, cut off far away; below zero before it.
fn distance(from: usize, to: usize) -> f32 {
    if to >= from { as_f32((to - from).min(200)) } else { -as_f32((from - to).min(200)) }
}
