//! OPML: subscription lists in and out.

mod read;
mod write;

pub use read::read;
pub use write::write;

/// One subscription of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subscription {
    /// Address of the source.
    pub url: String,
    /// `feed`, `page` or `sitemap`; `feed` where the list says nothing we know.
    pub kind: String,
    /// Title.
    pub title: Option<String>,
    /// Web page.
    pub site_url: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Whether it is not polled for now.
    pub paused: bool,
    /// Where a page's article links stand, as a selector.
    pub links: Option<String>,
    /// Folders that it stands in, outermost first.
    pub folders: Vec<String>,
    /// Every other attribute of its outline, so that a round trip loses nothing.
    pub attributes: Vec<(String, String)>,
}

/// Why a list cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct OpmlError {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong there.
    pub message: String,
}

/// The attribute that tells pages and sitemaps from feeds.
const KIND_ATTRIBUTE: &str = "tearsheet:kind";
/// The attribute that says that a source is paused.
const STATE_ATTRIBUTE: &str = "tearsheet:state";
const PAUSED: &str = "paused";
/// The attribute that says where the links stand.
const LINKS_ATTRIBUTE: &str = "tearsheet:links";

#[cfg(test)]
mod tests {
    use super::{Subscription, read, write};

    fn subscription(url: &str, title: &str, folders: &[&str]) -> Subscription {
        Subscription {
            url: url.to_owned(),
            kind: "feed".to_owned(),
            title: Some(title.to_owned()).filter(|title| !title.is_empty()),
            folders: folders.iter().map(|folder| (*folder).to_owned()).collect(),
            ..Subscription::default()
        }
    }

    #[test]
    fn a_list_that_is_written_and_read_again_is_the_same() {
        let odd = "a & b <c> \"d\" 'e'\n\tf é";
        let mut page = subscription("https://a.example/?x=1&y=2", odd, &["News", odd]);
        page.kind = "page".to_owned();
        page.site_url = Some("https://a.example/".to_owned());
        page.language = Some("pt-br".to_owned());
        page.links = Some("main > .teaser h2".to_owned());
        page.paused = true;
        page.attributes = vec![
            ("text".to_owned(), "Shown name".to_owned()),
            ("other:interval".to_owned(), odd.to_owned()),
            ("version".to_owned(), "RSS2".to_owned()),
        ];
        let mut sitemap = subscription("https://a.example/sitemap.xml", "", &["News"]);
        sitemap.kind = "sitemap".to_owned();
        let list = vec![
            subscription("https://a.example/1", "One", &[]),
            page,
            sitemap,
            subscription("https://a.example/2", "Two", &["News", "Deep", "Deeper"]),
            subscription("https://a.example/3", "", &["Deep", "Deeper"]),
            subscription("https://a.example/4", "Four", &["News"]),
        ];
        assert_eq!(read(&write("My list", &list)), Ok(list));
    }

    #[test]
    fn lists_of_other_programs_are_read() {
        let text = r#"<?xml version="1.0" encoding="UTF-8"?>
            <opml version="1.1"><head><title>x</title></head><body>
              <outline text="Blogs &amp; co"><outline type="rss" text="A &eacute; & b" xmlURL="http://a.example/f?a=1&b=2" htmlUrl='http://a.example/'/></outline>
              <outline text="Empty folder"/>
              <outline text="Comment" type="link" url="http://b.example/"/>
              <outline title="B" text="B" xmlUrl="http://b.example/f"></outline>
            </body></opml>"#;
        let list = read(text).unwrap();
        assert_eq!(list.len(), 2);
        assert_eq!(list[0].url, "http://a.example/f?a=1&b=2");
        assert_eq!(list[0].title.as_deref(), Some("A é & b"));
        assert_eq!(list[0].folders, ["Blogs & co"]);
        assert_eq!(list[1].folders, Vec::<String>::new());
    }

    #[test]
    fn a_list_may_lack_the_end_tag_of_its_root_and_call_addresses_otherwise() {
        let text = "<opml><body><outline type='RSS' URL='https://a.example/f' text='A'/>\
                    <outline type='link' url='https://b.example/'/></body>";
        let list = read(text).unwrap();
        assert_eq!(list.len(), 1);
        assert_eq!(list[0].url, "https://a.example/f");
    }

    #[test]
    fn a_plain_list_of_addresses_is_a_list() {
        let text = "# mine\nhttps://a.example/f\n\n  b.example/rss # the other\n\
                    https://c.example/f \t The  third one # of all\n";
        let list = read(text).unwrap();
        let told: Vec<_> =
            list.iter().map(|one| (one.url.as_str(), one.title.as_deref())).collect();
        assert_eq!(
            told,
            [
                ("https://a.example/f", None),
                ("https://b.example/rss", None),
                ("https://c.example/f", Some("The  third one"))
            ]
        );
    }

    #[test]
    fn an_address_that_cannot_be_used_does_not_cost_the_others() {
        let opml = "<opml><body><outline xmlUrl='ftp://a.example/f' text='a'/>\
                    <outline xmlUrl='https://a.example/f' text='b'/></body></opml>";
        for text in ["ftp://a.example/f\nhttps://a.example/f\n", opml] {
            let list = read(text).unwrap();
            let urls: Vec<&str> = list.iter().map(|one| one.url.as_str()).collect();
            assert_eq!(urls, ["ftp://a.example/f", "https://a.example/f"]);
        }
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        for (text, line) in [
            ("<opml>\n<body>\n<outline text='a'>\n</body></opml>", 4),
            ("<opml>\n<body>\n<outline text='a' xmlUrl='http://a.example/f'/>\n", 4),
            ("<rss>\n</rss>", 1),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
        }
        let deep = format!("<opml><body>{}", "<outline text='a'>".repeat(100_000));
        assert!(read(&deep).unwrap_err().message.contains("deep"));
    }
}
