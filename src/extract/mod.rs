//! HTML → draft: metadata and all blocks of the page, in reading order.
//!
//! ```text
//! DOM ── block::cut ──► blocks in frames ── container::find ──► which of them stand in the article
//!  └──── metadata::read, signals::read ──► what the page says of itself
//! ```

mod block;
mod container;
mod frame;
mod hints;
mod json_ld;
mod metadata;
mod picture;
mod refresh;
mod signals;
mod table;

use std::collections::HashMap;

use crate::article::{Block, BlockKind, DateSource, Draft, Image, Mark};
use crate::dom::{Dom, decode_references};
use crate::limits;
use crate::text::one_line;
use crate::warning::{Warning, WarningKind};

pub use container::COMMENTED_STORY_BYTES_MIN;
pub use frame::{Frame, Tag};
pub use hints::Hints;
pub use refresh::sends_on_to;
pub use signals::{Signals, StoryFrom};

/// What judging needs to know of a block's place in the page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Features {
    /// Bytes of the block's text that are link text.
    pub link_bytes: usize,
    /// Bytes of the link that the block begins with.
    pub first_link_bytes: usize,
    /// Byte of the block's text at which its last link ends.
    pub last_link_end: usize,
    /// Number of links.
    pub links: usize,
    /// Number of links to other sites.
    pub links_away: usize,
    /// Bytes of the block's text that are strong.
    pub strong_bytes: usize,
    /// Elements around the block.
    pub depth: usize,
    /// Number of the innermost element around it: blocks of one element share it.
    pub home: usize,
    /// Number of the element around that one.
    pub parent: usize,
    /// Index of the first block after that one.
    pub parent_end: usize,
    /// Pictures that stand between the block before and this one.
    pub images_before: usize,
    /// The last of those: index into [`Draft::images`].
    pub image_before: Option<usize>,
    /// The picture it stands in one figure with: index into [`Draft::images`].
    pub image: Option<usize>,
    /// Whether nothing but the end of a line parts it from a picture above, in the element of both.
    pub below_image: bool,
    /// Whether an element around it holds a picture above it, and nothing else.
    pub alone_below_image: bool,
    /// Whether it stands in a list.
    pub listed: bool,
    /// What the names of the elements around it say, below the article's container.
    pub hints: Hints,
}

/// Why no draft could be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Nothing but white space.
    #[error("the page is empty")]
    Empty,
    /// Bytes of a PDF, a picture, an archive …
    #[error("this is no HTML")]
    NotHtml,
}

/// Takes a page apart.
///
/// `url` is where it was found; without it links stay relative and are left out.
///
/// # Errors
///
/// Says why there is nothing to take apart. Flaws are warnings in the draft.
pub fn extract(html: &str, url: Option<&url::Url>) -> Result<Draft, ExtractError> {
    let start =
        html.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0');
    if start.is_empty() {
        return Err(ExtractError::Empty);
    }
    if !looks_like_text(start) {
        return Err(ExtractError::NotHtml);
    }
    let mut warnings = Vec::new();
    let dom = Dom::parse_guarded(html, &mut warnings);
    let base = dom.base(url);
    // Some sites keep the text in a copy for those without scripts, or in data only.
    let copy = signals::noscript(&dom).map(|html| Dom::parse_guarded(&html, &mut warnings));
    let (metadata, mut data) =
        metadata::read(&dom, copy.as_ref(), url, base.as_ref(), &mut warnings);
    data.body = data.body.as_deref().map(stated_text);
    let by_organisation = metadata::is_by_organisation(&metadata, &data);
    let mut signals = signals::read(&dom, data);
    signals.by_organisation = by_organisation;
    let is_dated = metadata.published.is_some_and(|dated| dated.from == DateSource::Meta);
    signals.states_article = !signals.is_forum && (signals.is_article || is_dated);
    signals.is_home = url.is_some_and(|url| url.path() == "/" && url.query().is_none());

    let cut = block::cut(dom.root());
    let found = container::find(&cut, &signals);
    let mut draft = assemble(cut, &found, base.as_ref(), signals);

    if let Some(copy) = &copy {
        let cut = block::cut(copy.root());
        let found = container::find(&cut, &draft.signals);
        if found.mass > 2.0 * draft.signals.container_mass {
            let signals = Signals { story_from: StoryFrom::Noscript, ..draft.signals.clone() };
            draft = assemble(cut, &found, base.as_ref(), signals);
        }
    }
    if let Some(body) = draft.signals.stated_body.clone()
        && container::as_f32(body.len()) > 2.0 * draft.signals.container_mass
    {
        replace_by_body(&mut draft, &body);
    }
    draft.metadata = metadata;
    draft.warnings.append(&mut warnings);
    Ok(draft)
}

/// Bytes at the start that are looked at to tell text from other files.
const SNIFFED_BYTES: usize = 512;

fn looks_like_text(start: &str) -> bool {
    if start.starts_with("%PDF-") || start.starts_with("PK\u{3}\u{4}") || start.starts_with("GIF8")
    {
        return false;
    }
    let start = &start[..start.floor_char_boundary(SNIFFED_BYTES)];
    let odd = start
        .chars()
        .filter(|&c| c == '\u{fffd}' || (c.is_control() && !c.is_whitespace() && c != '\0'))
        .count();
    odd * 10 <= start.chars().count()
}

/// Puts blocks, container and pictures together.
fn assemble(
    mut cut: block::Cut,
    found: &container::Container,
    base: Option<&url::Url>,
    signals: Signals,
) -> Draft {
    let top = found.frame;
    let (first, end) = cut.frames.get(top).map_or((0, 0), |frame| (frame.first, frame.end));
    let effective = container::effective_hints(&cut.frames, top, &found.doubted);
    let column = container::column_of(&cut.frames, top);
    let around = container::effective_hints(&cut.frames, column, &found.doubted);
    let in_column = cut.frames.get(column).map_or(0..0, |frame| frame.first..frame.end);
    let mut room = limits::LINKS_BYTES_MAX;
    let site = base.map(crate::url::site);
    for (at, block) in cut.blocks.iter_mut().enumerate() {
        block.features.links_away = links_away(block, site.as_deref());
        let home = block.features.home;
        block.inside = (first..end).contains(&at);
        let frame = cut.frames.get(home);
        let hints = if block.inside || !in_column.contains(&at) { &effective } else { &around };
        let hints = hints.get(home).copied().unwrap_or_default();
        block.beside =
            !block.inside && in_column.contains(&at) && !hints.any(container::OF_THE_PAGE);
        let wrong = if hints.any(Hints::LANDMARK) { Hints::NONE } else { found.disbelieved };
        block.features.hints = hints.without(wrong);
        block.features.parent = frame.map_or(0, |frame| frame.parent);
        let parent = frame.and_then(|frame| cut.frames.get(frame.parent));
        block.features.parent_end = parent.map_or(end, |parent| parent.end);
        if block.inside {
            resolve_links(block, base, &mut room);
        } else {
            block.spans.clear();
        }
    }
    let mut warnings = Vec::new();
    if cut.truncated {
        warnings.push(Warning::new(
            WarningKind::TooManyBlocks,
            format!("only the first {} are read", limits::BLOCKS_MAX),
        ));
    }
    for (image, &(at, _)) in cut.images.iter().enumerate() {
        if let Some(block) = cut.blocks.get_mut(at) {
            block.features.images_before += 1;
            block.features.image_before = Some(image);
            block.features.alone_below_image =
                holds_both(&cut.frames, block.features.home, at, image);
        }
    }
    let (images, places) = keep_images(cut.images, first..end, base);
    for block in &mut cut.blocks {
        for image in [&mut block.features.image, &mut block.features.image_before] {
            *image = image.and_then(|at| places.get(at).copied().flatten());
        }
    }
    Draft {
        blocks: cut.blocks,
        frames: cut.frames,
        names: cut.names,
        images,
        signals: Signals {
            page_mass: found.page_mass,
            container_mass: found.mass,
            is_forum: found.forum || signals.is_forum,
            ..signals
        },
        warnings,
        ..Draft::default()
    }
}

/// Whether an element around the block `at`, of which `home` is the innermost, holds that picture above
/// it and nothing else.
fn holds_both(frames: &[Frame], home: usize, at: usize, image: usize) -> bool {
    let around = std::iter::successors(Some(home), |&inner| {
        let outer = frames[inner].parent;
        (outer < inner).then_some(outer)
    });
    around
        .map_while(|frame| frames.get(frame))
        .take_while(|frame| (frame.first, frame.end) == (at, at + 1) && frame.tag.can_be_box())
        .any(|frame| frame.pictures <= image)
}

/// Links that name a host of another site.
fn links_away(block: &Block, site: Option<&str>) -> usize {
    let leads_away = |span: &crate::article::Span| {
        let Mark::Link(address) = &span.mark else { return false };
        let Some((_, rest)) = address.split_once("//") else { return false };
        let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
        let on_site = |site: &str| {
            host.strip_suffix(site).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        };
        !host.is_empty() && !site.is_some_and(on_site)
    };
    block.spans.iter().filter(|span| leads_away(span)).count()
}

/// Makes addresses absolute; links without one that can be followed are no links, nor are those for
/// whose addresses there is no room left.
fn resolve_links(block: &mut Block, base: Option<&url::Url>, room: &mut usize) {
    block.spans.retain_mut(|span| {
        let Mark::Link(address) = &mut span.mark else { return true };
        let Some(absolute) = absolute(address, base) else { return false };
        let Some(left) = room.checked_sub(absolute.len()) else { return false };
        (*address, *room) = (absolute, left);
        true
    });
}

fn absolute(address: &str, base: Option<&url::Url>) -> Option<String> {
    let address = address.trim();
    if address.is_empty() || address.starts_with('#') || address.len() > limits::URL_BYTES_MAX {
        return None;
    }
    let url = match base {
        Some(base) => base.join(address).ok()?,
        None => url::Url::parse(address).ok()?,
    };
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

/// The pictures that stand among the blocks of `range`, at most [`limits::IMAGES_MAX`], and for
/// every picture where it went.
fn keep_images(
    images: Vec<(usize, Image)>,
    range: std::ops::Range<usize>,
    base: Option<&url::Url>,
) -> (Vec<Image>, Vec<Option<usize>>) {
    let mut kept: Vec<Image> = Vec::new();
    let mut by_address: HashMap<String, usize> = HashMap::new();
    let places = images
        .into_iter()
        .map(|(at, image)| {
            if !range.contains(&at) && at != range.end {
                return None;
            }
            let url = absolute(&image.url, base)?;
            if let Some(same) = by_address.get(&url) {
                return Some(*same);
            }
            if kept.len() >= limits::IMAGES_MAX {
                return None;
            }
            by_address.insert(url.clone(), kept.len());
            kept.push(Image { url, ..image });
            Some(kept.len() - 1)
        })
        .collect();
    (kept, places)
}

/// Tags that mark up a text, by which HTML is told from text about it.
const MARKUP: [&str; 12] = [
    "<p>",
    "<p ",
    "</p>",
    "<br",
    "</div>",
    "</li>",
    "</a>",
    "</b>",
    "</i>",
    "</em>",
    "</strong>",
    "</span>",
];
/// The text of an `articleBody`, a line for each block: many are written as HTML, or with its
/// references, though they should be text.
fn stated_text(body: &str) -> String {
    let has = |text: &str, tags: &[&str]| tags.iter().any(|tag| text.contains(tag));
    // SQL reads no text behind this sign, which HTML cannot hold either.
    let mut plain = body.replace('\0', "");
    // Templates escape twice. What is escaped once and no whole page may be a text about tags.
    for _ in 0..2 {
        if has(&plain, &MARKUP) || !plain.contains('&') {
            break;
        }
        let decoded = plain.lines().map(decode_references).collect::<Vec<_>>().join("\n");
        if has(&decoded, &MARKUP) && !decoded.starts_with('<') {
            return decoded;
        }
        plain = decoded;
    }
    if !has(&plain, &MARKUP) {
        return plain;
    }
    // Where no tags part the paragraphs, empty lines do, and lines where there are no breaks.
    if !has(&plain, &["<p>", "<p ", "</p>"]) {
        let has_breaks = plain.contains("<br");
        plain = plain.replace("\r\n", "\n").replace("\n\n", "<p>");
        if !has_breaks {
            plain = plain.replace('\n', "<br>");
        }
    }
    // Warnings are of the page.
    let cut = block::cut(Dom::parse_guarded(&plain, &mut Vec::new()).root()).blocks;
    cut.iter().map(|block| one_line(&block.text)).collect::<Vec<_>>().join("\n")
}

/// Takes the structured data's own text where the page does not show it.
fn replace_by_body(draft: &mut Draft, body: &str) {
    for block in &mut draft.blocks {
        (block.inside, block.beside) = (false, false);
        block.spans.clear();
    }
    for line in body.lines() {
        let text = one_line(line);
        if !text.is_empty() && draft.blocks.len() < limits::BLOCKS_MAX {
            draft.blocks.push(Block {
                kind: BlockKind::Paragraph,
                text,
                spans: Vec::new(),
                inside: true,
                beside: false,
                features: Features::default(),
            });
        }
    }
    draft.signals.story_from = StoryFrom::JsonLd;
    draft.signals.container_mass = container::as_f32(body.len());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_links_with_a_long_base_or_around_many_paragraphs_do_not_multiply() {
        let long = "x".repeat(limits::URL_BYTES_MAX / 2);
        let many = "<p>word <a href=x>word</a></p>".repeat(limits::LINKS_BYTES_MAX / 1_000);
        let base = format!("<base href='https://a.example/{long}/'>{many}");
        let many = "<p>word word</p>".repeat(limits::LINKS_BYTES_MAX / 1_000);
        let around = format!("<div><a href='https://a.example/{long}'>{many}</a></div>");
        for html in [base, around] {
            let draft = extract(&html, None).unwrap();
            let links = draft.blocks.iter().flat_map(|block| &block.spans);
            let bytes = links.map(|span| match &span.mark {
                Mark::Link(address) => address.len(),
                _ => 0,
            });
            assert!((1..=limits::LINKS_BYTES_MAX).contains(&bytes.sum()));
        }
    }

    #[test]
    fn a_gallery_keeps_its_first_pictures_each_once() {
        let pictures = (0..2 * limits::IMAGES_MAX)
            .flat_map(|number| [number, number / 2])
            .map(|number| (0, Image { url: format!("/{number}.jpg"), ..Image::default() }))
            .collect();
        let base = url::Url::parse("https://a.example/").unwrap();
        let (kept, places) = keep_images(pictures, 0..1, Some(&base));
        let all: std::collections::HashSet<_> = kept.iter().map(|image| &image.url).collect();
        assert_eq!((kept.len(), all.len()), (limits::IMAGES_MAX, limits::IMAGES_MAX));
        assert_eq!(kept[3].url, "https://a.example/3.jpg");
        assert_eq!((places[6], places[7]), (Some(3), Some(1)));
        assert_eq!(places[places.len() - 2], None, "beyond the bound");
    }
}
