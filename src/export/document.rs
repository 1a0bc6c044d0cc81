//! Articles as Markdown files with front matter, for note takers and static sites.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::render::heading_of;
use crate::store::ArticleRow;
use crate::text::one_line;

/// Characters of a headline in the name of its file.
const SLUG_CHARS_MAX: usize = 60;
/// Bytes of them: file systems allow a name 255, and some stand around it.
const SLUG_BYTES_MAX: usize = 160;

/// Where the file of an article belongs: `2026/11/2026-11-23-storm-hits-coast-7.md`.
#[must_use]
pub fn file_name(article: &ArticleRow) -> PathBuf {
    let at = article.published_at.as_deref().unwrap_or(&article.first_seen_at);
    let day = at.get(..10).filter(|day| day.bytes().all(|b| b.is_ascii_digit() || b == b'-'));
    let day = day.unwrap_or("0000-00-00");
    let mut slug = String::new();
    for c in article.title.chars().flat_map(char::to_lowercase) {
        if slug.len() + c.len_utf8() > SLUG_BYTES_MAX {
            break;
        }
        if c.is_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
        if slug.chars().count() >= SLUG_CHARS_MAX {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    let gap = if slug.is_empty() { "" } else { "-" };
    let name = format!("{day}{gap}{slug}-{}.md", article.id);
    [&day[..4], &day[5..7], &name].iter().collect()
}

/// An article as a Markdown document with YAML front matter.
#[must_use]
pub fn document(article: &ArticleRow) -> String {
    let fields = [
        ("title", json!(article.title)),
        ("url", json!(article.url)),
        ("authors", json!(article.authors)),
        ("site", json!(article.site_name)),
        ("language", json!(article.language)),
        ("date", json!(article.published_at)),
        ("modified", json!(article.modified_at)),
        ("summary", json!(article.summary)),
        ("tearsheet_id", json!(article.id)),
        ("revision", json!(article.revision)),
    ];
    let mut text = "---\n".to_owned();
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_null()) {
        text.extend([name, ": ", &yaml(&value), "\n"]);
    }
    let title = one_line(&article.title);
    text.push_str("---\n\n");
    if !title.is_empty() {
        text.extend(["# ", &heading_of(&title), "\n\n"]);
    }
    text.extend([article.markdown.trim_end(), "\n"]);
    text
}

/// A value as YAML, which JSON is, but for characters that end a line there.
fn yaml(value: &Value) -> String {
    value.to_string().replace(['\u{7f}', '\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_headline_is_no_markup_and_its_file_has_a_name_that_file_systems_take() {
        let title = "Why <img src=x onerror=alert(1)> and *stars*".to_owned();
        let article = ArticleRow { title, ..ArticleRow::default() };
        let heading = "\n# Why \\<img src=x onerror=alert(1)> and \\*stars\\*\n";
        assert!(document(&article).contains(heading), "{}", document(&article));
        assert!(crate::export::markdown(&article).starts_with(&heading[1..]));

        let article =
            ArticleRow { title: "𝐒𝐭𝐨𝐫𝐦".repeat(20), ..ArticleRow::default() };
        let name = file_name(&article);
        assert!(name.file_name().unwrap().len() < 200, "{}", name.display());
    }
}
