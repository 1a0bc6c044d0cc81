//! What a page says about its article: who wrote what, when, where.
//!
//! One walk gathers clues; then each question is put to them, best witness
//! first. Publishers contradict themselves, so what stands near the headline
//! confirms or corrects what the markup claims.

mod address;
mod authors;
mod clue;
mod dates;
mod language;
mod site_name;
mod summary;
mod title;

use crate::article::Metadata;
use crate::dom::Dom;
use crate::extract::json_ld;
use crate::warning::Warning;

/// Reads the metadata of the page's article.
///
/// `url` is where the page was found; without it relative addresses are left
/// out and the path cannot date it.
pub(super) fn read(dom: &Dom, url: Option<&url::Url>, warnings: &mut Vec<Warning>) -> Metadata {
    let clues = clue::gather(dom);
    let data = json_ld::read(&clues.scripts, warnings);
    let site_name = site_name::read(&clues, &data, url);
    let headline = title::read(&clues, &data, site_name.as_deref(), url);
    let about = title::main_statements(&data, headline.text.as_deref(), url);
    if std::env::var_os("METADEBUG").is_some() {
        eprintln!("HEAD {headline:?}");
        for (n, l) in clues.lines.iter().enumerate().take(400) {
            eprintln!("{n} {} {} {}", l.level, l.aside, l.text);
        }
        for m in &clues.times {
            eprintln!("TIME {m:?}");
        }
        for m in &clues.bylines {
            eprintln!("BY {m:?}");
        }
        for m in &clues.props {
            eprintln!("PROP {m:?}");
        }
    }
    let site_name = site_name
        .or_else(|| about.iter().find_map(|statement| statement.publisher.clone()))
        .or_else(|| headline.site_part.clone());
    let dates = dates::read(&clues, &about, &headline, url);
    let base = address::base(&clues, url);
    Metadata {
        authors: authors::read(&clues, &about, &headline, site_name.as_deref(), url),
        language: language::read(&clues, &about),
        canonical_url: address::canonical(&clues, base.as_ref(), url),
        image_url: address::image(&clues, &about, base.as_ref()),
        published: dates.published,
        modified: dates.modified,
        summary: summary::read(&clues, &about, headline.text.as_deref()),
        title: headline.text,
        site_name,
    }
}

/// A value as text: entities decoded, tags dropped, white space folded.
fn plain(text: &str) -> String {
    if text.contains('<') || text.contains('&') {
        let decoded = Dom::parse(text).root().text_content();
        // Templates escape twice.
        if decoded.contains("&amp;") || decoded.contains("&#") || decoded.contains("&quot;") {
            return Dom::parse(&decoded).root().text_content();
        }
        return decoded;
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form in which words are compared: letters and digits, lower case, one
/// blank between words.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_alphanumeric() {
            out.extend(character.to_lowercase());
        } else if !matches!(character, '\'' | '’' | '.') && !out.ends_with(' ') && !out.is_empty()
        {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}
