//! DOM → blocks in reading order, with the elements that they stand in.

use crate::article::{Block, BlockKind, Image, Mark, Span};
use crate::dom::{Node, NodeKey, Step, is_inline, is_unseen, stated_heading_level};
use crate::extract::frame::{Frame, Tag};
use crate::extract::hints::{self, Hints, Reader};
use crate::extract::{Features, picture, table};
use crate::limits;
use crate::text::{is_invisible, is_joiner};

/// A page cut into blocks.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// The blocks; [`Block::inside`] is not decided yet.
    pub blocks: Vec<Block>,
    /// The frames; a frame comes after the one around it.
    pub frames: Vec<Frame>,
    /// The words of their names, see [`Frame::names`].
    pub names: Vec<u32>,
    /// Every picture, with the index of the block before which it stands.
    pub images: Vec<(usize, Image)>,
    /// Whether [`limits::BLOCKS_MAX`] cut the page short.
    pub truncated: bool,
}

/// Cuts what is below `root`. Link addresses are left as written.
pub(super) fn cut(root: Node<'_>) -> Cut {
    let mut cutter = Cutter::default();
    let mut skipped: Option<NodeKey> = None;
    for step in root.walk() {
        match step {
            Step::Open(_) if skipped.is_some() => {}
            Step::Open(node) => {
                if let Some(text) = node.text() {
                    cutter.push_text(text);
                } else if let Some(name) = node.name() {
                    cutter.note_field(node, name);
                    let is_skipped = is_unseen(name) && !is_shadow_root(node, name);
                    if is_skipped || is_edit_link(node) || cutter.skips_unseen_words(node, name) {
                        skipped = Some(node.key());
                    } else {
                        cutter.open(node, name);
                    }
                }
            }
            Step::Close(node) => {
                if skipped.is_some() {
                    if skipped == Some(node.key()) {
                        skipped = None;
                    }
                } else if let Some(name) = node.name() {
                    cutter.close(node, name);
                }
            }
        }
        if cutter.out.blocks.len() >= limits::BLOCKS_MAX {
            cutter.out.truncated = true;
            break;
        }
    }
    cutter.finish()
}

/// Whether it leads from a heading to the form for editing what is below that, as on every wiki.
pub(super) fn is_edit_link(node: Node<'_>) -> bool {
    node.name() == Some("span")
        && node.attr("class").is_some_and(|classes| {
            classes.split_ascii_whitespace().any(|class| class == "mw-editsection")
        })
}

/// Whether it holds what its element shows in its place (a declarative shadow root).
fn is_shadow_root(node: Node<'_>, name: &str) -> bool {
    name == "template" && node.attr("shadowrootmode").is_some()
}

/// Whether a `<span>` is set as a paragraph is; a large initial is, too, but floats.
fn is_set_as_block(node: Node<'_>, name: &str) -> bool {
    let says = |what: fn(&str, &str) -> bool| node.attrs().any(|(name, value)| what(name, value));
    name == "span" && says(hints::sets_as_block) && !says(hints::floats)
}

/// Whether there is nothing in it but signs.
fn is_sign(node: Node<'_>) -> bool {
    let has_words = |text: &str| text.contains(char::is_alphanumeric);
    node.children().all(|child| child.text().is_some_and(|text| !has_words(text)))
}

#[derive(Debug)]
struct OpenMark {
    key: NodeKey,
    mark: Mark,
    start: usize,
}

#[derive(Debug)]
struct List {
    ordered: bool,
    next: u32,
    step: i32,
}

impl List {
    fn of(node: Node<'_>, name: &str) -> List {
        let is_item = |child: &Node<'_>| child.name() == Some("li");
        let counts_down = name == "ol" && node.attr("reversed").is_some();
        let first = if counts_down { node.children().filter(is_item).map(|_| 1).sum() } else { 1 };
        List {
            ordered: name == "ol",
            next: number(node, "start").unwrap_or(first),
            step: if counts_down { -1 } else { 1 },
        }
    }
}

fn number(node: Node<'_>, attribute: &str) -> Option<u32> {
    node.attr(attribute)?.trim().parse().ok()
}

#[derive(Debug)]
struct Item {
    number: Option<u32>,
    used: bool,
}

#[derive(Debug, Default)]
struct Cutter<'a> {
    out: Cut,
    reader: Reader<'a>,
    /// Frames that are open, innermost last.
    open: Vec<usize>,
    /// Inline elements that are read as blocks, innermost last.
    set_apart: Vec<NodeKey>,
    text: String,
    spans: Vec<Span>,
    marks: Vec<OpenMark>,
    space: bool,
    breaks: u8,
    link_bytes: usize,
    /// Where the last link ends.
    link_end: usize,
    links: usize,
    /// Addresses of links that go on in the next block, summed over the blocks.
    copied_bytes: usize,
    strong_bytes: usize,
    lists: Vec<List>,
    items: Vec<Item>,
    /// For every open table, whether its rows are data.
    tables: Vec<bool>,
    cells: usize,
    /// First picture of every open figure.
    figures: Vec<usize>,
    /// First picture that can stand in the innermost element.
    own_images: usize,
    /// Whether a line was broken below a picture of it, before any text.
    below_image: bool,
    heading: Option<u8>,
    pre: usize,
    quotes: usize,
    captions: usize,
    /// Frames that fields for an address of e-mail stand in.
    mail_fields: Vec<usize>,
    /// Those that other fields to write in stand in.
    other_fields: Vec<usize>,
}

/// Bytes and blocks of a box around a field for an address: a prompt to subscribe.
const PROMPT_BYTES_MAX: usize = 600;
const PROMPT_BLOCKS_MAX: usize = 6;

impl<'a> Cutter<'a> {
    /// Takes note of what is written into rather than read.
    fn note_field(&mut self, node: Node<'a>, name: &str) {
        let Some(&frame) = self.open.last() else { return };
        let is = |kind: &str| node.attr("type").is_some_and(|own| own.eq_ignore_ascii_case(kind));
        let fields = match name {
            "input" if is("email") => &mut self.mail_fields,
            "input" if is("password") => &mut self.other_fields,
            "textarea" => &mut self.other_fields,
            _ => return,
        };
        if fields.len() < limits::FIELDS_MAX {
            fields.push(frame);
        }
    }

    /// A small box with a field for an address, and none for a comment or a password, prompts to
    /// subscribe, whatever it is called.
    fn hint_at_prompts(&mut self) {
        let Cut { frames, blocks, .. } = &mut self.out;
        let is_small = |frame: &Frame| {
            let held = blocks.get(frame.first..frame.end).unwrap_or_default();
            held.len() <= PROMPT_BLOCKS_MAX
                && held.iter().map(|block| block.text.len()).sum::<usize>() <= PROMPT_BYTES_MAX
        };
        for &field in &self.mail_fields {
            let mut prompt = None;
            let mut at = field;
            // The first frame is its own parent.
            while at > 0 && frames[at].tag.can_be_box() && is_small(&frames[at]) {
                prompt = Some(at);
                at = frames[at].parent;
            }
            let Some(prompt) = prompt else { continue };
            let is_within = |mut inner: usize| {
                while inner > prompt {
                    inner = frames[inner].parent;
                }
                inner == prompt
            };
            if !self.other_fields.iter().any(|&other| is_within(other)) {
                frames[prompt].hints = frames[prompt].hints.with(Hints::NEWSLETTER);
            }
        }
    }

    fn open(&mut self, node: Node<'a>, name: &'a str) {
        if is_inline(name) {
            let is_block = is_set_as_block(node, name);
            if is_block && self.heading.is_some() {
                // A line of its own, within one heading.
                self.space = true;
            }
            if !(is_block && self.heading.is_none() || self.is_caption(node, name)) {
                self.open_inline(node, name);
                return;
            }
            self.set_apart.push(node.key());
        }
        self.boundary();
        let parent = self.open.last().copied().unwrap_or(0);
        self.open.push(self.out.frames.len());
        let first = self.out.blocks.len();
        let from = self.out.names.len();
        let read = self.reader.read(node, name, &mut self.out.names);
        let centred =
            read.centred || self.out.frames.get(parent).is_some_and(|frame| frame.centred);
        self.out.frames.push(Frame {
            tag: Tag::of(name),
            parent,
            hints: read.hints,
            make: read.make,
            names: from..self.out.names.len(),
            centred,
            pictures: self.out.images.len(),
            first,
            end: first,
        });
        self.own_images = self.out.images.len();
        self.below_image = false;
        match name {
            "pre" | "listing" | "xmp" => self.pre += 1,
            "blockquote" => self.quotes += 1,
            "figcaption" | "caption" => self.captions += 1,
            "figure" => self.figures.push(self.out.images.len()),
            "ul" | "ol" | "menu" | "dl" => self.lists.push(List::of(node, name)),
            "li" => self.open_item(number(node, "value")),
            "dd" => self.open_item(None),
            "table" => self.tables.push(table::is_data(node)),
            "tr" => self.cells = 0,
            "td" | "th" => {
                if self.in_data_row() && self.cells > 0 {
                    self.trim_cell();
                    self.text.push_str(" | ");
                    self.space = false;
                }
                self.cells += 1;
            }
            _ => {}
        }
        if let Some(level) = stated_heading_level(node) {
            self.heading = Some(level);
        }
    }

    /// Whether it is words in the middle of a line that only screen readers get: "4 out of 5". What a
    /// line begins with may be what it is: "Image source: Jane Roe"; but not a sign, such as the box
    /// to tick off an ingredient.
    fn skips_unseen_words(&mut self, node: Node<'a>, name: &str) -> bool {
        let is_unseen = is_inline(name)
            && self.figures.is_empty()
            && self.captions == 0
            && node
                .attr("class")
                .is_some_and(|class| self.reader.hints_of_class(class).any(Hints::SCREEN_READER))
            && (!self.text.is_empty() || is_sign(node));
        if is_unseen {
            let is_apart = |c: char| !c.is_alphanumeric();
            self.space |= node.walk().any(|step| match step {
                Step::Open(node) => node
                    .text()
                    .is_some_and(|text| text.starts_with(is_apart) || text.ends_with(is_apart)),
                Step::Close(_) => false,
            });
        }
        is_unseen
    }

    /// Whether an inline element right below a picture is called its caption, and its credit does not
    /// follow: the text may go on behind it.
    fn is_caption(&mut self, node: Node<'a>, name: &'a str) -> bool {
        let at = self.out.blocks.len();
        let may_be = self.captions == 0
            && matches!(name, "span" | "em" | "i" | "small" | "font")
            && self.text.is_empty()
            && self.out.images.last().is_some_and(|&(before, _)| before == at);
        if !may_be {
            return false;
        }
        let from = self.out.names.len();
        let read = self.reader.read(node, name, &mut self.out.names);
        self.out.names.truncate(from);
        let is_blank = |node: &Node<'a>| {
            node.name().is_none() && node.text().is_none_or(|text| text.trim().is_empty())
        };
        let mut siblings = std::iter::successors(node.next_sibling(), |node| node.next_sibling());
        let next = siblings.find(|sibling| !is_blank(sibling));
        let goes_on = |name: &str| is_inline(name) && name != "br";
        read.hints.any(Hints::CAPTION) && !next.and_then(Node::name).is_some_and(goes_on)
    }

    fn open_inline(&mut self, node: Node<'a>, name: &'a str) {
        let mark = match name {
            "a" => match node.attr("href") {
                // A link all the same, though nobody can follow it.
                Some(address) if address.len() > limits::URL_BYTES_MAX => Mark::Link(String::new()),
                Some(address) if !address.starts_with('#') => Mark::Link(address.to_owned()),
                _ => return,
            },
            "b" | "strong" => Mark::Strong,
            "i" | "em" | "cite" => Mark::Emphasis,
            "code" | "kbd" | "samp" | "tt" if self.pre == 0 => Mark::Code,
            "br" => return self.line_break(),
            "img" => {
                let image = picture::of(node);
                if let Some(image) = image {
                    self.out.images.push((self.out.blocks.len(), image));
                }
                return;
            }
            _ => return,
        };
        self.marks.push(OpenMark { key: node.key(), mark, start: self.text.len() });
    }

    fn open_item(&mut self, value: Option<u32>) {
        let number = match self.lists.last_mut() {
            Some(list) if list.ordered => {
                let number = value.unwrap_or(list.next);
                list.next = number.saturating_add_signed(list.step);
                Some(number)
            }
            _ => None,
        };
        self.items.push(Item { number, used: false });
    }

    fn close(&mut self, node: Node<'a>, name: &'a str) {
        if is_inline(name) && self.set_apart.pop_if(|key| *key == node.key()).is_none() {
            if self.marks.last().is_some_and(|mark| mark.key == node.key())
                && let Some(mark) = self.marks.pop()
            {
                self.end_mark(mark);
            }
            self.space |= is_set_as_block(node, name);
            return;
        }
        if name == "tr" && self.in_data_row() {
            self.flush();
        } else {
            self.boundary();
        }
        match name {
            "pre" | "listing" | "xmp" => self.pre = self.pre.saturating_sub(1),
            "blockquote" => self.quotes = self.quotes.saturating_sub(1),
            "figcaption" | "caption" => self.captions = self.captions.saturating_sub(1),
            "figure" => drop(self.figures.pop()),
            "ul" | "ol" | "menu" | "dl" => drop(self.lists.pop()),
            "li" | "dd" => drop(self.items.pop()),
            "table" => {
                self.flush();
                self.tables.pop();
            }
            _ if self.heading.is_some() && stated_heading_level(node).is_some() => {
                self.heading = None;
            }
            _ => {}
        }
        if let Some(frame) = self.open.pop() {
            self.out.frames[frame].end = self.out.blocks.len();
        }
    }

    fn in_data_row(&self) -> bool {
        self.tables.last() == Some(&true) && self.captions == 0
    }

    /// Takes white space off the end of the text, and with it what is marked there.
    fn trim_cell(&mut self) {
        let end = self.text.trim_end().len();
        self.text.truncate(end);
        for span in &mut self.spans {
            span.range.end = span.range.end.min(end);
        }
        self.spans.retain(|span| span.range.start < span.range.end);
        for mark in &mut self.marks {
            mark.start = mark.start.min(end);
        }
    }

    /// A block ends here, unless a row of data is being read: its cells may hold paragraphs.
    fn boundary(&mut self) {
        if self.in_data_row() && self.cells > 0 {
            self.space = true;
        } else {
            self.flush();
        }
    }

    fn line_break(&mut self) {
        if self.pre > 0 {
            self.text.push('\n');
            return;
        }
        self.breaks += 1;
        self.space = true;
        self.below_image |= self.text.is_empty() && self.out.images.len() > self.own_images;
        if self.breaks >= 2 {
            self.boundary();
            self.breaks = 0;
        }
    }

    fn push_text(&mut self, mut text: &str) {
        while text.len() > limits::BLOCK_BYTES_MAX && self.out.blocks.len() < limits::BLOCKS_MAX {
            let (head, rest) = text.split_at(text.floor_char_boundary(limits::BLOCK_BYTES_MAX));
            self.push_piece(head);
            text = rest;
        }
        self.push_piece(text);
    }

    fn push_piece(&mut self, text: &str) {
        if self.text.len() + text.len() > limits::BLOCK_BYTES_MAX {
            self.flush();
        }
        let before = self.text.len();
        if self.pre > 0 {
            self.text.extend(text.chars().filter(|&c| c == '\n' || c == '\t' || !is_invisible(c)));
        } else {
            self.push_folded(text);
        }
        let added = self.text.len() - before;
        if added > 0 {
            self.breaks = 0;
            if self.marks.iter().any(|open| matches!(open.mark, Mark::Link(_))) {
                self.link_bytes += added;
                self.link_end = self.text.len();
            }
            if self.marks.iter().any(|open| open.mark == Mark::Strong) {
                self.strong_bytes += added;
            }
        }
    }

    /// Appends `text` with runs of white space as one space.
    fn push_folded(&mut self, text: &str) {
        for (at, word) in text.split(char::is_whitespace).enumerate() {
            if at > 0 {
                self.space = true;
            }
            if word.is_empty() {
                continue;
            }
            if self.space && !self.text.is_empty() && !self.text.ends_with(' ') {
                self.text.push(' ');
            }
            self.space = false;
            if word.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
                self.text.push_str(word);
            } else {
                self.text.extend(word.chars().filter(|&c| !is_invisible(c)));
            }
        }
    }

    fn end_mark(&mut self, mark: OpenMark) {
        if matches!(mark.mark, Mark::Link(_)) {
            self.links += 1;
        }
        let end = self.text.len();
        let start = mark.start.min(end);
        let start = start + (self.text[start..].len() - self.text[start..].trim_start().len());
        if start < end {
            self.spans.push(Span { range: start..end, mark: mark.mark });
        }
    }

    /// Ends the block that is being read, if there is text in it.
    fn flush(&mut self) {
        self.space = false;
        self.breaks = 0;
        let trimmed = if self.pre > 0 {
            self.text.trim_end().len()
        } else {
            self.text.trim_end_matches(|c| matches!(c, ' ' | '|') || is_joiner(c)).len()
        };
        self.text.truncate(trimmed);
        if self.text.chars().any(char::is_alphanumeric) || self.text.chars().count() > 3 {
            self.emit();
        }
        self.text.clear();
        self.spans.clear();
        self.link_bytes = 0;
        self.link_end = 0;
        self.links = 0;
        self.strong_bytes = 0;
        for mark in &mut self.marks {
            mark.start = 0;
        }
    }

    fn emit(&mut self) {
        let end = self.text.len();
        let mut spans = std::mem::take(&mut self.spans);
        for open in &self.marks {
            if let Mark::Link(address) = &open.mark {
                self.copied_bytes += address.len();
            }
            if open.start < end && self.copied_bytes <= limits::LINKS_BYTES_MAX {
                spans.push(Span { range: open.start..end, mark: open.mark.clone() });
            }
        }
        for span in &mut spans {
            span.range.end = span.range.end.min(end);
        }
        spans.retain(|span| span.range.start < span.range.end);
        spans.sort_by_key(|span| (span.range.start, std::cmp::Reverse(span.range.end)));
        let kind = self.kind();
        let text = self.text.trim_start_matches(|c: char| c.is_whitespace() || is_joiner(c));
        let leading = if self.pre > 0 { 0 } else { self.text.len() - text.len() };
        if leading > 0 {
            self.text.drain(..leading);
            for Span { range, .. } in &mut spans {
                *range = range.start.saturating_sub(leading)..range.end.saturating_sub(leading);
            }
            spans.retain(|span| !span.range.is_empty());
        }
        let home = self.open.last().copied().unwrap_or(0);
        let features = Features {
            link_bytes: self.link_bytes.min(self.text.len()),
            last_link_end: self.link_end.min(end).saturating_sub(leading),
            first_link_bytes: spans
                .iter()
                .find(|span| matches!(span.mark, Mark::Link(_)))
                .map_or(0, |span| if span.range.start == 0 { span.range.end } else { 0 }),
            links: self
                .links
                .max(spans.iter().filter(|span| matches!(span.mark, Mark::Link(_))).count()),
            strong_bytes: self.strong_bytes.min(self.text.len()),
            depth: self.open.len(),
            home,
            image: self
                .figures
                .last()
                .copied()
                .or(self.out.images.len().checked_sub(1).filter(|&last| last >= self.own_images))
                .filter(|&first| first < self.out.images.len()),
            below_image: std::mem::take(&mut self.below_image),
            listed: !self.lists.is_empty(),
            ..Features::default()
        };
        self.out.blocks.push(Block {
            kind,
            text: std::mem::take(&mut self.text),
            spans,
            inside: false,
            beside: false,
            features,
        });
    }

    fn kind(&mut self) -> BlockKind {
        if self.captions > 0 {
            return BlockKind::Caption;
        }
        if let Some(level) = self.heading {
            return BlockKind::Heading(level);
        }
        if self.pre > 0 {
            return BlockKind::Preformatted;
        }
        if self.in_data_row() {
            return BlockKind::TableRow;
        }
        if let Some(item) = self.items.last_mut()
            && !item.used
        {
            item.used = true;
            return BlockKind::ListItem(item.number);
        }
        if self.quotes > 0 { BlockKind::Quote } else { BlockKind::Paragraph }
    }

    fn finish(mut self) -> Cut {
        self.flush();
        let end = self.out.blocks.len();
        for &frame in &self.open {
            self.out.frames[frame].end = end;
        }
        self.hint_at_prompts();
        self.out
    }
}
