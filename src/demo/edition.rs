//! The newspaper as it stands at one moment: every answer of every site, ready
//! to be sent.

use std::collections::BTreeMap;
use std::io::Write;

use super::content::File;
use super::content::Site;
use super::story::Story;
use super::template::fill;

/// Which version of the newspaper is on the stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Edition {
    /// As first published.
    First,
    /// After the corrections of the evening.
    Edited,
}

impl Edition {
    /// When it went out, as `Last-Modified` says it.
    fn last_modified(self) -> &'static str {
        match self {
            Edition::First => "Thu, 12 Mar 2026 18:00:00 GMT",
            Edition::Edited => "Thu, 12 Mar 2026 20:00:00 GMT",
        }
    }
}

/// The answers of one site, by path.
pub(super) type Answers = BTreeMap<String, Answer>;

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// 200 with a body.
    Found(Body),
    /// 301 to this address.
    Moved(String),
}

/// A body with its validators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) content_type: &'static str,
    pub(super) bytes: Vec<u8>,
    /// The same, compressed, on the sites that do so.
    pub(super) gzip: Option<Vec<u8>>,
    pub(super) etag: String,
    pub(super) last_modified: &'static str,
}

/// The stories of a site in one edition, newest first.
pub(super) fn stories(site: &Site, edition: Edition) -> Vec<Story> {
    let edited: Vec<Story> = match edition {
        Edition::First => Vec::new(),
        Edition::Edited => site.edited.iter().copied().map(Story::read).collect(),
    };
    let first = site.stories.iter().copied().map(Story::read);
    first
        .map(|story| {
            let second = edited.iter().find(|second| second.path() == story.path());
            second.cloned().unwrap_or(story)
        })
        .collect()
}

/// Both editions of a site. `origins` gives `http://127.0.0.1:port` for each
/// site's name.
pub(super) fn print(site: &Site, origins: &BTreeMap<&str, String>) -> [Answers; 2] {
    let first = print_one(site, Edition::First, origins);
    let mut edited = print_one(site, Edition::Edited, origins);
    // What nobody touched keeps its validators, as on a real server.
    for (path, answer) in &mut edited {
        if let (Answer::Found(body), Some(Answer::Found(before))) = (answer, first.get(path))
            && body.bytes == before.bytes
        {
            body.clone_from(before);
        }
    }
    [first, edited]
}

fn print_one(site: &Site, edition: Edition, origins: &BTreeMap<&str, String>) -> Answers {
    let press = Press { site, edition, origins };
    let stories = stories(site, edition);
    let mut answers = Answers::new();
    for story in &stories {
        answers.insert(story.path().to_owned(), press.page(story));
    }
    for file in site.files {
        answers.insert(file.path.to_owned(), press.file(file, &stories));
    }
    for (old, new) in site.moved {
        let origin = press.origin("origin").unwrap_or_default();
        answers.insert((*old).to_owned(), Answer::Moved(format!("{origin}{new}")));
    }
    answers.insert("/robots.txt".to_owned(), press.robots());
    answers
}

/// What is needed to print any page of one site.
struct Press<'a> {
    site: &'a Site,
    edition: Edition,
    origins: &'a BTreeMap<&'a str, String>,
}

impl Press<'_> {
    /// `origin` is the site's own, `origin:name` that of another.
    fn origin(&self, place: &str) -> Option<String> {
        let name = match place {
            "origin" => self.site.name,
            _ => place.strip_prefix("origin:")?,
        };
        self.origins.get(name).cloned()
    }

    fn story(&self, template: &str, story: &Story) -> String {
        let html = fill(story.html, |place| self.origin(place));
        fill(template, |place| match place {
            "story" => Some(html.clone()),
            _ => story.get(place).map(str::to_owned).or_else(|| self.origin(place)),
        })
    }

    fn page(&self, story: &Story) -> Answer {
        let frame = if story.is_only_in_the_feed() { self.site.shell } else { self.site.frame };
        let content_type =
            if self.site.windows_1252 { "text/html" } else { "text/html; charset=utf-8" };
        self.found(content_type, &self.story(frame, story))
    }

    fn file(&self, file: &File, stories: &[Story]) -> Answer {
        let entries: String = stories.iter().map(|story| self.story(file.entry, story)).collect();
        let text = fill(file.text, |place| match place {
            "entries" => Some(entries.clone()),
            _ => self.origin(place),
        });
        self.found(file.content_type, &text)
    }

    fn robots(&self) -> Answer {
        let mut text = String::from("User-agent: *\n");
        for path in self.site.disallowed {
            text.push_str("Disallow: ");
            text.push_str(path);
            text.push('\n');
        }
        self.found("text/plain", &text)
    }

    fn found(&self, content_type: &'static str, text: &str) -> Answer {
        let bytes = if self.site.windows_1252 {
            encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
        } else {
            text.as_bytes().to_vec()
        };
        Answer::Found(Body {
            content_type,
            gzip: self.site.gzip.then(|| compress(&bytes)),
            // Weak: the compressed form answers to it too.
            etag: format!("W/\"{:016x}\"", xxhash_rust::xxh3::xxh3_64(&bytes)),
            last_modified: self.edition.last_modified(),
            bytes,
        })
    }
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    // Writing to memory cannot fail; an empty answer would, and visibly.
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}
