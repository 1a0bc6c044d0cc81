//! Tells tables of data from tables that lay out a page.

use crate::dom::Node;
use crate::limits::TABLE_NODES_MAX;

/// Longest average cell of a data table, in bytes; longer ones hold prose.
const CELL_BYTES_MAX: usize = 160;

/// Whether the rows of `table` are data, to be read across.
pub(super) fn is_data(table: Node<'_>) -> bool {
    if table.attr("role").is_some_and(|role| role == "presentation" || role == "none") {
        return false;
    }
    let (mut rows, mut cells, mut headers, mut bytes, mut sections) =
        (0usize, 0usize, 0usize, 0usize, 0usize);
    for node in table.descendants().skip(1).take(TABLE_NODES_MAX) {
        match node.name() {
            Some("table") => return false,
            Some("tr") => rows += 1,
            Some("td") => cells += 1,
            Some("th") => (cells, headers) = (cells + 1, headers + 1),
            Some("h1" | "h2" | "h3" | "article" | "section" | "form") => sections += 1,
            Some(_) => {}
            None => bytes += node.text().map_or(0, |text| text.trim().len()),
        }
    }
    cells > rows && rows >= 2 && sections <= headers && bytes / cells.max(1) <= CELL_BYTES_MAX
}
