//! One file of the newspaper: a head of `key: value` lines, then the article's
//! own HTML.
//!
//! The head is an HTML comment. `must` and `not` may occur more than once: they
//! are phrases that the clean text has to hold and to lack, and never served.

/// One article, as its file gives it.
#[derive(Clone, Debug)]
pub(super) struct Story {
    head: Vec<(&'static str, &'static str)>,
    /// What stands between the furniture of the page, residue included.
    pub(super) html: &'static str,
}

impl Story {
    /// Reads a file of the newspaper.
    pub(super) fn read(file: &'static str) -> Self {
        let (head, html) = file
            .strip_prefix("<!--\n")
            .and_then(|rest| rest.split_once("\n-->\n"))
            .unwrap_or(("", file));
        let head = head.lines().filter_map(|line| line.split_once(": ")).collect();
        Self { head, html }
    }

    /// The value of `key`. `link` is where feeds say that the article is, and
    /// `updated` when it changed: its address and its date where the head is silent.
    pub(super) fn get(&self, key: &str) -> Option<&'static str> {
        let stated = self.all(key).next();
        match key {
            "link" => stated.or_else(|| self.get("path")),
            "updated" => stated.or_else(|| self.get("date")),
            _ => stated,
        }
    }

    /// Every value of `key`, in the order of the head.
    pub(super) fn all<'a>(&'a self, key: &'a str) -> impl Iterator<Item = &'static str> + 'a {
        self.head.iter().filter(move |(name, _)| *name == key).map(|(_, value)| *value)
    }

    /// Path of its page on the site's own origin.
    pub(super) fn path(&self) -> &'static str {
        self.get("path").unwrap_or("/")
    }

    /// Whether its page is a shell without text, so that only the feed has it.
    pub(super) fn is_only_in_the_feed(&self) -> bool {
        self.get("page") == Some("shell")
    }
}
