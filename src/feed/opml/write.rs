//! Subscriptions → OPML 2.0.

use std::collections::BTreeSet;

use super::KIND_ATTRIBUTE;
use super::LINKS_ATTRIBUTE;
use super::PAUSED;
use super::STATE_ATTRIBUTE;
use super::Subscription;
use crate::feed::text::legalized;
use crate::feed::text::push_escaped;

/// Writes OPML 2.0.
///
/// Reading it gives the same subscriptions in the same order. Sources that are
/// no feeds are links to other programs, marked by an attribute for this one.
#[must_use]
pub fn write(title: &str, subscriptions: &[Subscription]) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\"");
    for prefix in prefixes(subscriptions) {
        push_attribute(&mut out, &format!("xmlns:{prefix}"), &format!("urn:{prefix}"));
    }
    out.push_str(">\n  <head>\n    <title>");
    push_escaped(&mut out, &legalized(title));
    out.push_str("</title>\n  </head>\n  <body>\n");
    let mut open: &[String] = &[];
    for subscription in subscriptions {
        let folders = subscription.folders.as_slice();
        let shared = open.iter().zip(folders).take_while(|(a, b)| a == b).count();
        close_folders(&mut out, open.len(), shared);
        for (depth, folder) in folders.iter().enumerate().skip(shared) {
            indent(&mut out, depth);
            out.push_str("<outline");
            push_attribute(&mut out, "text", folder);
            out.push_str(">\n");
        }
        open = folders;
        indent(&mut out, open.len());
        push_outline(&mut out, subscription);
    }
    close_folders(&mut out, open.len(), 0);
    out.push_str("  </body>\n</opml>\n");
    out
}

/// Prefixes of attributes; XML wants them declared.
fn prefixes(subscriptions: &[Subscription]) -> BTreeSet<&str> {
    subscriptions
        .iter()
        .flat_map(|one| &one.attributes)
        .filter(|(name, _)| is_name(name))
        .filter_map(|(name, _)| Some(name.split_once(':')?.0))
        .chain([KIND_ATTRIBUTE.split(':').next().unwrap_or_default()])
        .filter(|prefix| !matches!(*prefix, "xml" | "xmlns" | ""))
        .collect()
}

fn close_folders(out: &mut String, open: usize, keep: usize) {
    for depth in (keep..open).rev() {
        indent(out, depth);
        out.push_str("</outline>\n");
    }
}

fn indent(out: &mut String, depth: usize) {
    out.push_str(&"  ".repeat(depth + 2));
}

fn push_outline(out: &mut String, one: &Subscription) {
    let attribute = |name: &str| {
        one.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    };
    let is_feed = one.kind == "feed";
    let kind = attribute("type").unwrap_or(if is_feed { "rss" } else { "link" });
    let title = one.title.as_deref();
    out.push_str("<outline");
    push_attribute(out, "type", kind);
    push_attribute(out, "text", attribute("text").or(title).unwrap_or(&one.url));
    if let Some(title) = title {
        push_attribute(out, "title", title);
    }
    push_attribute(out, if is_feed { "xmlUrl" } else { "url" }, &one.url);
    if let Some(site_url) = &one.site_url {
        push_attribute(out, "htmlUrl", site_url);
    }
    if let Some(language) = &one.language {
        push_attribute(out, "language", language);
    }
    if !is_feed {
        push_attribute(out, KIND_ATTRIBUTE, &one.kind);
    }
    if one.paused {
        push_attribute(out, STATE_ATTRIBUTE, PAUSED);
    }
    if let Some(links) = &one.links {
        push_attribute(out, LINKS_ATTRIBUTE, links);
    }
    for (name, value) in &one.attributes {
        if is_name(name) && !matches!(name.as_str(), "type" | "text") {
            push_attribute(out, name, value);
        }
    }
    out.push_str("/>\n");
}

fn push_attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    let mut escaped = String::new();
    push_escaped(&mut escaped, &legalized(value));
    // Line ends and tabs as they stand would be read back as blanks.
    for c in escaped.chars() {
        match c {
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            c => out.push(c),
        }
    }
    out.push('"');
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-' | b'.'))
        && name.matches(':').count() < 2
        && !name.ends_with(':')
}
