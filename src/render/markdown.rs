//! Blocks → Markdown (`CommonMark` with tables).

use crate::article::{Block, BlockKind, Mark, Span};

/// Writes blocks one after another, with the blank lines that their kinds need.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    last: Option<BlockKind>,
}

impl Writer {
    /// Appends a block.
    pub(super) fn push(&mut self, block: &Block) {
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
        self.write(block, continues);
        self.last = Some(block.kind);
    }

    /// The document.
    pub(super) fn finish(self) -> String {
        self.out
    }

    fn write(&mut self, block: &Block, continues: bool) {
        match block.kind {
            BlockKind::Paragraph | BlockKind::Caption => self.out.push_str(&paragraph(block)),
            BlockKind::Heading(level) => {
                self.out.push_str(&"#".repeat(usize::from(level.clamp(1, 6))));
                self.out.push(' ');
                self.out.push_str(&inline(block));
            }
            BlockKind::ListItem(number) => {
                match number {
                    Some(number) => {
                        self.out.push_str(&number.to_string());
                        self.out.push_str(". ");
                    }
                    None => self.out.push_str("- "),
                }
                self.out.push_str(&paragraph(block));
            }
            BlockKind::Quote => {
                self.out.push_str("> ");
                self.out.push_str(&paragraph(block));
            }
            BlockKind::TableRow => self.write_row(block, continues),
            BlockKind::Preformatted => self.write_code(&block.text),
        }
    }

    fn write_row(&mut self, block: &Block, continues: bool) {
        let row = inline(block);
        self.out.push_str("| ");
        self.out.push_str(&row);
        self.out.push_str(" |");
        if !continues {
            let cells = block.text.split(" | ").count();
            self.out.push_str("\n|");
            self.out.push_str(&" --- |".repeat(cells));
        }
    }

    /// The fence is longer than any run of backticks in the text.
    fn write_code(&mut self, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        for part in [fence.as_str(), "\n", text, "\n", fence.as_str()] {
            self.out.push_str(part);
        }
    }
}

/// Text at the start of a line, where more is markup than within it.
fn paragraph(block: &Block) -> String {
    let text = inline(block);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let opens_list =
        digits > 0 && text[digits..].starts_with([')', '.']) && text[digits + 1..].starts_with(' ');
    if opens_list {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    if text.starts_with(['#', '>', '+', '-', '=']) { format!("\\{text}") } else { text }
}

/// The block's text with its spans, escaped.
fn inline(block: &Block) -> String {
    let mut out = String::with_capacity(block.text.len() + block.text.len() / 8);
    let mut open: Vec<&Span> = Vec::new();
    let mut at = 0;
    for span in &block.spans {
        close_until(&mut out, &mut open, &block.text, &mut at, span.range.start);
        let outer = open.last().map_or(block.text.len(), |outer| outer.range.end);
        // Spans that overlap without nesting, or repeat the one around them, have no form in Markdown.
        let repeats = open
            .iter()
            .any(|outer| std::mem::discriminant(&outer.mark) == std::mem::discriminant(&span.mark));
        let in_code = open.iter().any(|outer| outer.mark == Mark::Code);
        if span.range.end > outer || span.range.start < at || repeats || in_code {
            continue;
        }
        push_text(&mut out, &block.text[at..span.range.start], &open);
        at = span.range.start;
        out.push_str(match span.mark {
            Mark::Link(_) => "[",
            Mark::Strong => "**",
            Mark::Emphasis => "*",
            Mark::Code => "`",
        });
        open.push(span);
    }
    close_until(&mut out, &mut open, &block.text, &mut at, usize::MAX);
    push_text(&mut out, &block.text[at..], &open);
    out
}

fn close_until(out: &mut String, open: &mut Vec<&Span>, text: &str, at: &mut usize, until: usize) {
    while let Some(span) = open.last()
        && span.range.end <= until
    {
        push_text(out, &text[*at..span.range.end], open);
        *at = span.range.end;
        // A mark may not close after a space.
        let spaces = out.len() - out.trim_end_matches(' ').len();
        out.truncate(out.len() - spaces);
        match &span.mark {
            Mark::Link(address) => {
                out.push_str("](");
                out.push_str(&address.replace('(', "%28").replace(')', "%29").replace(' ', "%20"));
                out.push(')');
            }
            Mark::Strong => out.push_str("**"),
            Mark::Emphasis => out.push('*'),
            Mark::Code => out.push('`'),
        }
        out.extend(std::iter::repeat_n(' ', spaces));
        open.pop();
    }
}

fn push_text(out: &mut String, text: &str, open: &[&Span]) {
    if open.iter().any(|span| span.mark == Mark::Code) {
        out.push_str(&text.replace('`', "'"));
        return;
    }
    for c in text.chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<') {
            out.push('\\');
        }
        out.push(c);
    }
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
    fn spans_nest_and_are_closed() {
        let spans = vec![
            Span { range: 0..9, mark: Mark::Link("https://a.example/x(1)".to_owned()) },
            Span { range: 4..9, mark: Mark::Strong },
            Span { range: 10..14, mark: Mark::Code },
        ];
        let text = block(BlockKind::Paragraph, "see above a_b_ c_d", spans);
        assert_eq!(markdown(&[text]), "[see **above**](https://a.example/x%281%29) `a_b_` c\\_d");
    }
}
