//! Tables for a person: columns by display width, the last one cut to fit.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::output::{Printable, Screen};

/// Widest column but the last; a longer cell is cut.
const CELL_WIDTH_MAX: usize = 40;

/// Rows of text under a head.
pub(super) struct Table {
    head: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Columns whose cells stand to the right.
    numeric: Vec<bool>,
}

impl Table {
    /// A table with these columns; a leading `#` marks one of numbers.
    pub(super) fn new(columns: &[&str]) -> Table {
        Table {
            head: columns.iter().map(|name| name.trim_start_matches('#').to_owned()).collect(),
            rows: Vec::new(),
            numeric: columns.iter().map(|name| name.starts_with('#')).collect(),
        }
    }

    /// Adds a row with one cell per column; foreign text is made printable here.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let row: Vec<String> = cells.into_iter().map(|cell| Printable(&cell).to_string()).collect();
        debug_assert_eq!(row.len(), self.head.len(), "a cell for every column");
        self.rows.push(row);
    }

    /// The lines of the table, the head first. Cut to fit a terminal; whole in
    /// a pipe, where somebody may search for what was cut.
    pub(super) fn lines(&self, screen: Screen) -> Vec<String> {
        let widths = self.widths(screen.width);
        let line = |cells: &[String]| line(cells, &widths, &self.numeric, true);
        let head = self.head.iter().map(|name| name.to_uppercase()).collect::<Vec<_>>();
        let mut lines = vec![screen.dim(line(&head))];
        lines.extend(self.rows.iter().map(|row| line(row)));
        lines
    }

    /// The columns as they are, for rows that come too late to be measured.
    pub(super) fn into_layout(self, screen: Screen) -> Layout {
        let widths = self.widths(screen.width);
        Layout { widths, numeric: self.numeric, is_cut: screen.width.is_some() }
    }

    fn widths(&self, screen: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<usize> = self.head.iter().map(|name| name.width()).collect();
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.width());
            }
        }
        let Some(screen) = screen else { return widths };
        if let Some((last, others)) = widths.split_last_mut() {
            for width in others.iter_mut() {
                *width = (*width).min(CELL_WIDTH_MAX);
            }
            let taken: usize = others.iter().map(|width| width + 2).sum();
            *last = (*last).min(screen.saturating_sub(taken).max(20));
        }
        widths
    }
}

/// Columns whose widths are settled.
pub(super) struct Layout {
    widths: Vec<usize>,
    numeric: Vec<bool>,
    /// Whether a cell that is too wide is cut; else it pushes the others aside.
    is_cut: bool,
}

impl Layout {
    /// One more line; foreign text is made printable here.
    pub(super) fn line(&self, cells: impl IntoIterator<Item = String>) -> String {
        let cells: Vec<String> =
            cells.into_iter().map(|cell| Printable(&cell).to_string()).collect();
        line(&cells, &self.widths, &self.numeric, self.is_cut)
    }
}

fn line(cells: &[String], widths: &[usize], numeric: &[bool], is_cut: bool) -> String {
    let mut line = String::new();
    for ((cell, width), numeric) in cells.iter().zip(widths).zip(numeric) {
        let cell = if is_cut { Cow::Owned(cut(cell, *width)) } else { Cow::Borrowed(cell) };
        let gap = " ".repeat(width.saturating_sub(cell.width()));
        if *numeric {
            line.push_str(&gap);
            line.push_str(&cell);
        } else {
            line.push_str(&cell);
            line.push_str(&gap);
        }
        line.push_str("  ");
    }
    line.truncate(line.trim_end().len());
    line
}

/// `text` in at most `width` columns; what is cut off leaves an ellipsis.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut taken = 0;
    let mut cut: String = text
        .chars()
        .take_while(|c| {
            taken += c.width().unwrap_or(0);
            taken < width
        })
        .collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::{Table, cut};
    use crate::cli::output::Screen;

    const PIPE: Screen = Screen { width: None, color: false, progress: false };

    #[test]
    fn columns_line_up_for_wide_characters_too() {
        let mut table = Table::new(&["#id", "site", "title"]);
        table.row(["7".into(), "朝日".into(), "A".into()]);
        table.row(["12".into(), "b".into(), "B\n\x1bC".into()]);
        assert_eq!(table.lines(PIPE), ["ID  SITE  TITLE", " 7  朝日  A", "12  b     B C"]);
    }

    #[test]
    fn a_table_fits_the_terminal() {
        let mut table = Table::new(&["#id", "title"]);
        table.row(["1".into(), "x".repeat(200)]);
        let lines = table.lines(Screen { width: Some(60), ..PIPE });
        assert_eq!(lines[1].chars().count(), 60);
        assert_eq!(cut("朝日新聞", 5), "朝日…");
    }
}
