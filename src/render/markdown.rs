//! Blocks → Markdown (`CommonMark` with tables).

use std::borrow::Cow;
use std::mem::discriminant;
use std::ops::Range;

use crate::article::{Block, BlockKind, Mark, Span};

/// Writes blocks one after another, with the blank lines that their kinds need.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    last: Option<BlockKind>,
    table: Option<Table>,
    /// Whether the numbers of the list that is being written have a bracket behind them, not a dot.
    bracketed: bool,
}

/// A table that is being written; only its last row tells how wide its head has to be.
#[derive(Debug)]
struct Table {
    head_end: usize,
    head_columns: usize,
    columns: usize,
}

impl Writer {
    /// Appends a block.
    pub(super) fn push(&mut self, block: &Block) {
        if block.kind != BlockKind::TableRow {
            self.end_table();
        }
        let continues = match (self.last, block.kind) {
            (Some(BlockKind::ListItem(a)), BlockKind::ListItem(b)) => a.is_some() == b.is_some(),
            (Some(BlockKind::TableRow), BlockKind::TableRow) => true,
            (Some(BlockKind::Quote), BlockKind::Quote) => {
                self.out.push_str("\n>");
                true
            }
            _ => false,
        };
        if !self.out.is_empty() {
            self.out.push_str(if continues { "\n" } else { "\n\n" });
        }
        self.write(block);
        self.last = Some(block.kind);
    }

    /// The document.
    pub(super) fn finish(mut self) -> String {
        self.end_table();
        self.out
    }

    fn write(&mut self, block: &Block) {
        match block.kind {
            BlockKind::Paragraph | BlockKind::Caption => self.out.push_str(&paragraph(block)),
            BlockKind::Heading(level) => {
                self.out.push_str(&"#".repeat(usize::from(level.clamp(1, 6))));
                self.out.push(' ');
                self.out.push_str(&open_ended(inline(block)));
            }
            BlockKind::ListItem(number) => {
                match number {
                    Some(number) => self.write_number(number),
                    None => self.out.push_str("- "),
                }
                self.out.push_str(&paragraph(block));
            }
            BlockKind::Quote => {
                self.out.push_str("> ");
                self.out.push_str(&paragraph(block));
            }
            BlockKind::TableRow => self.write_row(block),
            BlockKind::Preformatted => self.write_code(&block.text),
        }
    }

    /// Readers of Markdown believe the first number of a list and count on from it. Where the
    /// article does not, another sign behind the number begins another list.
    fn write_number(&mut self, number: u32) {
        self.bracketed = match self.last {
            Some(BlockKind::ListItem(Some(last))) => {
                self.bracketed ^ (last.checked_add(1) != Some(number))
            }
            _ => false,
        };
        self.out.push_str(&number.to_string());
        self.out.push_str(if self.bracketed { ") " } else { ". " });
    }

    fn write_row(&mut self, block: &Block) {
        self.out.extend(["| ", &inline(block), " |"]);
        let is_separator = |(at, _): &(usize, &str)| is_separator(&block.text, *at);
        let columns = block.text.match_indices('|').filter(is_separator).count() + 1;
        let table = self.table.get_or_insert(Table {
            head_end: self.out.len(),
            head_columns: columns,
            columns,
        });
        table.columns = table.columns.max(columns);
    }

    /// Writes the line under a table's head. Readers of Markdown take it for no table where the two
    /// differ in width, and drop what stands further right in the rows below.
    fn end_table(&mut self) {
        if let Some(Table { head_end, head_columns, columns }) = self.table.take() {
            let missing = " |".repeat(columns - head_columns);
            let line = format!("{missing}\n|{}", " --- |".repeat(columns));
            self.out.insert_str(head_end, &line);
        }
    }

    /// The fence is longer than any run of backticks in the text.
    fn write_code(&mut self, text: &str) {
        let fence = "`".repeat(longest_backticks(text).max(2) + 1);
        for part in [fence.as_str(), "\n", text, "\n", fence.as_str()] {
            self.out.push_str(part);
        }
    }
}

/// Text that stands for itself wherever a line of Markdown goes on.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    push_escaped(&mut out, text, 0..text.len(), false);
    out
}

/// Text at the start of a line, where more is markup than within it.
fn paragraph(block: &Block) -> String {
    let text = inline(block);
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - rest.len();
    let opens_list = digits > 0
        && rest
            .strip_prefix([')', '.'])
            .is_some_and(|item| item.is_empty() || item.starts_with(' '));
    if opens_list {
        return format!("{}\\{rest}", &text[..digits]);
    }
    let is_markup = text.starts_with(['#', '>', '+', '-', '=']) || text.starts_with("~~~");
    if is_markup { format!("\\{text}") } else { text }
}

/// A title as the text of a heading.
pub(crate) fn heading_of(title: &str) -> String {
    open_ended(escaped(title))
}

/// Text of a heading, which number signs behind a space would end.
fn open_ended(mut text: String) -> String {
    let end = text.trim_end_matches('#').len();
    if end < text.len() && (end == 0 || text[..end].ends_with(' ')) {
        text.insert(end, '\\');
    }
    text
}

/// The block's text with its spans, escaped.
fn inline(block: &Block) -> String {
    let spans = joined(&block.spans);
    let mut line = Line::of(block);
    for span in spans.iter() {
        line.close_until(Some(span));
        line.open(span);
    }
    line.close_until(None);
    line.text_until(block.text.len());
    line.out
}

/// The spans, code that touches code made one: nobody tells where the one ends.
fn joined(spans: &[Span]) -> Cow<'_, [Span]> {
    let touch = |one: &Span, next: &Span| {
        one.mark == Mark::Code && next.mark == Mark::Code && one.range.end == next.range.start
    };
    if !spans.windows(2).any(|pair| touch(&pair[0], &pair[1])) {
        return Cow::Borrowed(spans);
    }
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if touch(last, span) => last.range.end = span.range.end,
            _ => joined.push(span.clone()),
        }
    }
    Cow::Owned(joined)
}

/// A block's text on its way into a line of Markdown.
struct Line<'a> {
    block: &'a Block,
    is_row: bool,
    out: String,
    /// Bytes of the text that are written.
    at: usize,
    /// The spans that are open, innermost last, and where their signs stand in `out`.
    open: Vec<(&'a Span, usize)>,
    /// The span that was closed last, if nothing was opened since.
    closed: Option<(&'a Span, usize)>,
}

impl<'a> Line<'a> {
    fn of(block: &'a Block) -> Line<'a> {
        let out = String::with_capacity(block.text.len() + block.text.len() / 8);
        let is_row = block.kind == BlockKind::TableRow;
        Line { block, is_row, out, at: 0, open: Vec::new(), closed: None }
    }

    fn text_until(&mut self, end: usize) {
        let range = self.at..end;
        if self.open.iter().any(|(span, _)| span.mark == Mark::Code) {
            let code = &self.block.text[range];
            if self.is_row {
                self.out.push_str(&code.replace('|', "\\|"));
            } else {
                self.out.push_str(code);
            }
        } else {
            push_escaped(&mut self.out, &self.block.text, range, self.is_row);
        }
        self.at = end;
    }

    fn open(&mut self, span: &'a Span) {
        if !self.can_hold(span) {
            return;
        }
        self.text_until(span.range.start);
        let sign = sign(&span.mark);
        let closed = self.closed.take().filter(|(last, _)| {
            last.range.end == span.range.start && last.mark == span.mark && sign != "["
        });
        // Around code there may be more than one sign.
        if closed.is_some() && span.mark == Mark::Code {
            return;
        }
        // Two that touch are one: nobody understands `**a****b**`.
        match closed {
            Some((_, from)) if self.out.ends_with(sign) => {
                self.out.truncate(self.out.len() - sign.len());
                self.open.push((span, from));
            }
            _ => {
                let from = self.out.len();
                self.out.push_str(sign);
                self.part_from_bang(from);
                self.open.push((span, from));
            }
        }
    }

    /// Whether a span has a form here. One that overlaps another without nesting, repeats the one
    /// around it or goes over the edge of a cell has none.
    fn can_hold(&self, span: &Span) -> bool {
        let Range { start, end } = span.range;
        let is_within = |(outer, _): &(&Span, usize)| {
            end <= outer.range.end
                && outer.mark != Mark::Code
                && discriminant(&outer.mark) != discriminant(&span.mark)
        };
        start >= self.at
            && self.open.iter().all(is_within)
            && !(self.is_row && (start..end).any(|at| is_separator(&self.block.text, at)))
    }

    /// Closes the spans that end before `next` begins.
    fn close_until(&mut self, next: Option<&Span>) {
        let until = next.map_or(usize::MAX, |next| next.range.start);
        while let Some(&(span, from)) = self.open.last()
            && span.range.end <= until
        {
            self.text_until(span.range.end);
            self.open.pop();
            // A mark may not close after a space.
            let spaces = self.out.len() - self.out.trim_end_matches(' ').len();
            self.out.truncate(self.out.len() - spaces);
            let sign = sign(&span.mark);
            self.closed = Some((span, from));
            match &span.mark {
                Mark::Link(address) => {
                    self.out.push_str("](");
                    push_address(&mut self.out, address, self.is_row);
                    self.out.push(')');
                }
                Mark::Strong | Mark::Emphasis if !self.is_heard(span, from, spaces > 0, next) => {
                    self.out.replace_range(from..from + sign.len(), "");
                    self.part_from_bang(from);
                    self.closed = None;
                }
                Mark::Code => self.close_code(from),
                _ => self.out.push_str(sign),
            }
            self.out.extend(std::iter::repeat_n(' ', spaces));
        }
    }

    /// Ends the code that one backtick opened at `from`. Where there are backticks in it, more of them
    /// have to stand around it (`CommonMark` 0.31, 6.1), and a space beside those at its ends.
    fn close_code(&mut self, from: usize) {
        let code = self.out.split_off(from + 1);
        let more = "`".repeat(longest_backticks(&code));
        let touches = code.starts_with('`') || code.ends_with('`');
        let is_apart = code.starts_with(' ') && code.ends_with(' ');
        let space = if touches || is_apart { " " } else { "" };
        for part in [more.as_str(), space, code.as_str(), space, more.as_str(), "`"] {
            self.out.push_str(part);
        }
    }

    /// Whether asterisks from `from` to here would be heard: not where a space follows them, nor
    /// where a sign within them and a letter outside touch them, as in `**“so”**he`.
    fn is_heard(&self, span: &Span, from: usize, by_space: bool, next: Option<&Span>) -> bool {
        let end = span.range.end;
        let next = next.filter(|next| next.range.start == end);
        let outer = self.open.last().map(|(outer, _)| *outer);
        let beside = next.into_iter().chain(outer.filter(|outer| outer.range.end == end));
        let by_sign = beside.into_iter().any(|span| !sign(&span.mark).starts_with('*'));
        let before = self.out[..from].trim_end_matches('*').chars().next_back();
        let inner = self.out[from..].trim_matches('*');
        let after = self.block.text[end..].chars().next().filter(|_| !by_space && !by_sign);
        let is_apart = |outer: Option<char>, inner: Option<char>| {
            outer.is_none_or(|c| c.is_whitespace() || is_sign(c)) || !inner.is_some_and(is_sign)
        };
        !inner.starts_with(' ')
            && is_apart(before, inner.chars().next())
            && is_apart(after, inner.chars().next_back())
    }

    /// Where a link begins at `at`, right behind an exclamation mark, it must not become a picture.
    fn part_from_bang(&mut self, at: usize) {
        if self.out[at..].starts_with('[') && self.out[..at].ends_with('!') {
            self.out.insert(at - 1, '\\');
        }
    }
}

/// Length of the longest run of backticks.
fn longest_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// What a span begins with, and but for links also ends with.
const fn sign(mark: &Mark) -> &'static str {
    match mark {
        Mark::Link(_) => "[",
        Mark::Strong => "**",
        Mark::Emphasis => "*",
        Mark::Code => "`",
    }
}

fn push_escaped(out: &mut String, text: &str, range: Range<usize>, is_row: bool) {
    for (at, c) in text[range.clone()].char_indices() {
        let at = range.start + at;
        let is_markup = match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' => true,
            '&' => begins_reference(&text[at..]),
            '|' => is_row && !is_separator(text, at),
            _ => false,
        };
        if is_markup {
            out.push('\\');
        }
        out.push(c);
    }
}

fn push_address(out: &mut String, address: &str, is_row: bool) {
    for (at, c) in address.char_indices() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            ' ' => out.push_str("%20"),
            '\\' => out.push_str("%5C"),
            '|' if is_row => out.push_str("%7C"),
            '&' if begins_reference(&address[at..]) => out.push_str("\\&"),
            c => out.push(c),
        }
    }
}

/// Whether what begins with `&` is read as a character: `&copy;`, `&#8211;`.
fn begins_reference(text: &str) -> bool {
    let name = text[1..].trim_start_matches('#');
    let rest = name.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    rest.len() < name.len() && rest.starts_with(';')
}

/// Whether the bar at `at` parts two cells of a row: its own have no space at one of their sides.
fn is_separator(row: &str, at: usize) -> bool {
    let row = row.as_bytes();
    let is_apart = |beside: Option<&u8>| beside.is_none_or(|byte| *byte == b' ');
    row[at] == b'|' && is_apart(row[..at].last()) && is_apart(row.get(at + 1))
}

/// What `CommonMark` calls punctuation, as far as it stands between letters in scripts that part no
/// words; elsewhere a space is beside it.
fn is_sign(c: char) -> bool {
    c.is_ascii_punctuation()
        || !c.is_alphanumeric()
            && matches!(
                c,
                '\u{a1}'..='\u{bf}'
                    | '\u{104a}'..='\u{104f}'
                    | '\u{17d4}'..='\u{17db}'
                    | '\u{2010}'..='\u{2bff}'
                    | '\u{3001}'..='\u{303f}'
                    | '\u{30fb}'
                    | '\u{fe10}'..='\u{fe6f}'
                    | '\u{ff01}'..='\u{ff65}'
                    | '\u{1f000}'..='\u{1faff}'
            )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Features;

    fn block(kind: BlockKind, text: &str, spans: Vec<Span>) -> Block {
        Block {
            kind,
            text: text.to_owned(),
            spans,
            inside: true,
            beside: false,
            features: Features::default(),
        }
    }

    fn markdown(blocks: &[Block]) -> String {
        let mut writer = Writer::default();
        for block in blocks {
            writer.push(block);
        }
        writer.finish()
    }

    #[test]
    fn kinds_of_blocks_are_written_as_readers_of_markdown_expect() {
        let plain = |kind, text| block(kind, text, Vec::new());
        assert_eq!(
            markdown(&[
                plain(BlockKind::Heading(2), "Storm"),
                plain(BlockKind::Paragraph, "1. May was *wet*."),
                plain(BlockKind::ListItem(Some(3)), "three"),
                plain(BlockKind::ListItem(Some(4)), "four"),
                plain(BlockKind::Quote, "one"),
                plain(BlockKind::Quote, "two"),
                plain(BlockKind::TableRow, "a | b"),
                plain(BlockKind::TableRow, "1 | 2"),
                plain(BlockKind::Preformatted, "x ``` y"),
            ]),
            "## Storm\n\n1\\. May was \\*wet\\*.\n\n3. three\n4. four\n\n> one\n>\n> two\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n````\nx ``` y\n````"
        );
    }

    #[test]
    fn a_table_is_as_wide_as_its_widest_row_and_a_bar_within_a_cell_parts_nothing() {
        let rows = |rows: &[&str]| {
            let row = |text: &&str| block(BlockKind::TableRow, text, Vec::new());
            markdown(&rows.iter().map(row).collect::<Vec<_>>())
        };
        assert_eq!(
            rows(&["| 2024 | 2025", "Boats | 7 | 9", "Crew | 40"]),
            "| | 2024 | 2025 |\n| --- | --- | --- |\n| Boats | 7 | 9 |\n| Crew | 40 |"
        );
        assert_eq!(
            rows(&["Boat | Owner", "Marta | Lind | 3 | ls|wc"]),
            "| Boat | Owner | | |\n| --- | --- | --- | --- |\n| Marta | Lind | 3 | ls\\|wc |"
        );
        let link = Mark::Link("https://a.example/?a|b".to_owned());
        let spans = vec![
            Span { range: 0..6, mark: Mark::Strong },
            Span { range: 0..1, mark: Mark::Strong },
            Span { range: 4..5, mark: link },
            Span { range: 6..9, mark: Mark::Code },
        ];
        assert_eq!(
            markdown(&[block(BlockKind::TableRow, "a | b x|y", spans)]),
            "| **a** | [b](https://a.example/?a%7Cb) `x\\|y` |\n| --- | --- |"
        );
    }

    #[test]
    fn what_only_looks_like_markup_is_read_as_it_stands() {
        let paragraph = |text| markdown(&[block(BlockKind::Paragraph, text, Vec::new())]);
        for (text, written) in [
            ("Write &copy; or &#169; for ©", "Write \\&copy; or \\&#169; for ©"),
            ("R&D, Q&A; <b>", "R&D, Q\\&A; \\<b>"),
            ("~~~ is a fence", "\\~~~ is a fence"),
            ("~20 boats", "~20 boats"),
            ("2026.", "2026\\."),
            ("2026.5 of 3)", "2026.5 of 3)"),
        ] {
            assert_eq!(paragraph(text), written);
        }
        let heading = |text| markdown(&[block(BlockKind::Heading(2), text, Vec::new())]);
        assert_eq!((heading("Of C#"), heading("C #")), ("## Of C#".into(), "## C \\#".into()));
    }

    #[test]
    fn every_number_of_a_list_is_the_one_that_readers_count_to() {
        let items = |numbers: &[u32]| {
            let item = |number: &u32| block(BlockKind::ListItem(Some(*number)), "x", Vec::new());
            markdown(&numbers.iter().map(item).collect::<Vec<_>>())
        };
        assert_eq!(items(&[3, 4, 5]), "3. x\n4. x\n5. x");
        assert_eq!(items(&[3, 2, 1]), "3. x\n2) x\n1. x");
        assert_eq!(items(&[1, 2, 9, 10]), "1. x\n2. x\n9) x\n10) x");
    }

    #[test]
    fn marks_that_readers_would_not_hear_are_left_out() {
        let marked = |text: &str, marks: &[(&str, Mark)]| {
            let spans = marks.iter().map(|(part, mark)| {
                let start = text.find(part).unwrap();
                Span { range: start..start + part.len(), mark: mark.clone() }
            });
            markdown(&[block(BlockKind::Paragraph, text, spans.collect())])
        };
        let link = || Mark::Link("https://a.example/".to_owned());
        let strong = || Mark::Strong;
        assert_eq!(
            marked("彼は「灯台守」を見た", &[("「灯台守」", strong())]),
            "彼は「灯台守」を見た"
        );
        assert_eq!(marked("彼は灯台守を見た", &[("灯台守", strong())]), "彼は**灯台守**を見た");
        assert_eq!(marked("the “keeper” of", &[("“keeper”", strong())]), "the **“keeper”** of");
        assert_eq!(
            marked("は記事を", &[("記事", strong()), ("記事", link())]),
            "は[記事](https://a.example/)を"
        );
        assert_eq!(marked("one two", &[(" two", strong())]), "one two");
        assert_eq!(marked("one two", &[("one", strong()), (" two", strong())]), "**one two**");
        assert_eq!(marked("own!Read", &[("Read", link())]), "own\\![Read](https://a.example/)");
    }

    #[test]
    fn spans_nest_and_are_closed() {
        let spans = vec![
            Span { range: 0..9, mark: Mark::Link("https://a.example/x(1)".to_owned()) },
            Span { range: 4..9, mark: Mark::Strong },
            Span { range: 10..14, mark: Mark::Code },
        ];
        let text = block(BlockKind::Paragraph, "see above a_b_ c_d", spans);
        assert_eq!(markdown(&[text]), "[see **above**](https://a.example/x%281%29) `a_b_` c\\_d");
    }

    #[test]
    fn backticks_within_code_stay_what_they_are() {
        let code = |range| Span { range, mark: Mark::Code };
        for (text, spans, written) in [
            ("run `date` now", vec![code(4..10)], "run `` `date` `` now"),
            ("say a`b twice", vec![code(4..7)], "say ``a`b`` twice"),
            ("a`bc``d", vec![code(0..3), code(3..4), code(4..7)], "```a`bc``d```"),
            ("a`b or c", vec![code(0..3)], "``a`b`` or c"),
        ] {
            assert_eq!(markdown(&[block(BlockKind::Paragraph, text, spans)]), written);
        }
    }
}
