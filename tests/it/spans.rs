//! Whatever a page is made of, what is marked in its text lies within the text.

use tearsheet::article::{Draft, Judgement, Verdict};
use tearsheet::{extract, render};

/// A table of data, within a cell.
const TABLE: &str = "<table><tr><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr><tr><td>";

/// What cells are made of.
const IN_CELLS: &[&str] =
    &["</td><td>", "<pre>", "</pre>", "<b>", "</b>", "<p>", "<br>", "&emsp;", "a", "ééé"];

/// Markup and text whose combinations make, mark and trim text in every way.
const PIECES: &[&str] = &[
    TABLE,
    "</td><td>",
    "<th>",
    "<tr><td>",
    "</table>",
    "<caption>",
    "<p>",
    "<div>",
    "<li>",
    "<ol>",
    "<h2>",
    "<blockquote>",
    "<pre>",
    "</pre>",
    "<b>",
    "</b>",
    "<em>",
    "</em>",
    "<code>",
    "</code>",
    "<a href=/x>",
    "</a>",
    "<br>",
    "&emsp;",
    "&emsp;&emsp;",
    "&nbsp;",
    " ",
    "\n",
    "|",
    "&shy;",
    "a",
    "word",
    "é",
    "ééé",
    "東京。",
    "🌊",
    "`",
    "*",
    "1. ",
];

fn read(html: &str) -> Option<Draft> {
    let url = url::Url::parse("https://paper.example/2026/storm").unwrap();
    extract::extract(html, Some(&url)).ok()
}

/// Spans are where they say, and the page can be written out; gives how many there are.
fn holds(html: &str) -> usize {
    let Some(mut draft) = read(html) else { return 0 };
    let spans = draft.blocks.iter().map(|block| block.spans.len()).sum();
    for block in &mut draft.blocks {
        for span in &block.spans {
            let marked = block.text.get(span.range.clone());
            let found = marked.is_some_and(|marked| !marked.is_empty());
            assert!(found, "{span:?} in {:?} of {html:?}", block.text);
        }
        block.inside = true;
    }
    let verdicts = vec![Verdict::Story; draft.blocks.len()];
    let judgement = Judgement { verdicts, ..Judgement::default() };
    let article = render::render(draft, &judgement, 1.0);
    assert!(!article.markdown.contains('\0'));
    spans
}

#[test]
fn wide_spaces_at_the_end_of_a_cell_do_not_move_what_is_marked() {
    let html = "<table><tr><td>1<td>2<tr><td>3<td>4<tr><td><pre><b>a&emsp;&emsp;</b></pre></td>\
                <td>ééé <b>bold</b></td></table>";
    holds(html);
    let draft = read(html).unwrap();
    let row = draft.blocks.last().unwrap();
    assert_eq!(row.text, "a | ééé bold");
    let marked: Vec<_> = row.spans.iter().map(|span| &row.text[span.range.clone()]).collect();
    assert_eq!(marked, ["a", "bold"]);
}

#[test]
fn in_any_small_document_spans_lie_within_the_text() {
    // Knuth's linear congruence: the same documents on every run.
    let mut state = 0x2026_u64;
    let mut below = |bound: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let mut spans = 0;
    for number in 0..6_000 {
        let (start, pieces) = if number % 2 == 0 { (TABLE, IN_CELLS) } else { ("", PIECES) };
        let pieces = (0..2 + below(22)).map(|_| pieces[below(pieces.len())]);
        spans += holds(&std::iter::once(start).chain(pieces).collect::<String>());
    }
    assert!(spans > 3_000, "{spans} spans were looked at");
}
