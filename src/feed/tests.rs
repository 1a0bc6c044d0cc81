//! What comes out of feeds, whatever they look like.

use std::fmt::Write;
use std::time::Duration;

use super::{Entry, FeedDocument, ParseError, parse};
use crate::limits::{
    AUTHOR_BYTES_MAX, AUTHORS_BYTES_MAX, AUTHORS_MAX, ENTRIES_MAX, ENTRY_CONTENT_BYTES_MAX,
    FEED_GROWTH_BYTES_MAX,
};
use crate::warning::WarningKind;

fn read(text: &str) -> FeedDocument {
    let url = url::Url::parse("https://news.example/feeds/all.xml").unwrap();
    parse(text.as_bytes(), Some("application/xml"), &url).unwrap()
}

fn refused(bytes: &[u8]) -> ParseError {
    let url = url::Url::parse("https://news.example/").unwrap();
    parse(bytes, None, &url).unwrap_err()
}

fn link(entry: &Entry) -> &str {
    entry.url.as_ref().map_or("", url::Url::as_str)
}

const ATOM: &str = r#"<?xml version="1.0"?>
    <feed xmlns="http://www.w3.org/2005/Atom" xml:lang="EN-gb" xml:base="https://news.example/base/">
      <title type="html">The &lt;i&gt;Daily&lt;/i&gt;</title>
      <link rel="self" href="/feed"/><link href="https://news.example/"/>
      <entry xml:base="story/">
        <id>tag:news.example,2026:1</id>
        <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Rain &amp; <b>storm</b></div></title>
        <link rel="enclosure" href="sound.mp3"/><link rel="alternate" href="one"/>
        <author><email>ann@news.example</email><name>Ann Smith</name></author>
        <author><name>Bob Jones</name></author>
        <published>2026-11-23T10:00:00Z</published><updated>2026-11-23T11:30:00Z</updated>
        <summary>1 &lt; 2</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rain &lt; storm.</p></div></content>
        <source><title>Not this</title><id>nor this</id></source>
      </entry>
    </feed>"#;

#[test]
fn an_atom_feed_gives_what_it_says() {
    let document = read(ATOM);
    assert_eq!(document.title.as_deref(), Some("The Daily"));
    assert_eq!(document.language.as_deref(), Some("en-gb"));
    assert_eq!(document.site_url.unwrap().as_str(), "https://news.example/");
    assert_eq!(document.warnings, []);
    let entry = &document.entries[0];
    assert_eq!(entry.guid.as_deref(), Some("tag:news.example,2026:1"));
    assert_eq!(entry.title.as_deref(), Some("Rain & storm"));
    assert_eq!(link(entry), "https://news.example/base/story/one");
    assert_eq!(entry.authors, ["Ann Smith", "Bob Jones"]);
    assert_eq!(entry.published.unwrap().at.to_string(), "2026-11-23T10:00:00Z");
    assert_eq!(entry.updated.unwrap().at.to_string(), "2026-11-23T11:30:00Z");
    assert_eq!(entry.summary.as_deref(), Some("1 &lt; 2"));
    assert!(entry.content.as_deref().unwrap().contains("<p>Rain &lt; storm.</p>"));
}

const RSS: &str = r#"<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
    <title>Daily</title><link>https://news.example/</link><language>de_DE</language><ttl>90</ttl>
    <image><title>Logo</title><link>https://other.example/</link></image>
    <item><title>Storm nears</title><link>/1</link><guid isPermaLink="false">a-1</guid>
      <dc:creator>Ann Smith</dc:creator><dc:date>2026-11-23T10:00:00Z</dc:date>
      <description>Short</description><content:encoded><![CDATA[<p>Long</p>]]></content:encoded></item>
    <item><title>Storm hits</title><guid>https://news.example/2</guid>
      <author>bob@news.example (Bob Jones)</author><description><p>Open &amp; <b>bold</b></description></item>
    <item><title>Storm leaves</title><link>javascript:alert(1)</link></item>
    </channel></rss>"#;

#[test]
fn an_identifier_is_an_address_where_it_is_said_to_be_one_or_looks_like_one() {
    for (guid, address) in [
        ("<guid>https://news.example/a</guid>", Some("https://news.example/a")),
        ("<guid>/a</guid>", Some("https://news.example/a")),
        ("<guid isPermaLink='true'>a/b</guid>", Some("https://news.example/feeds/a/b")),
        ("<guid isPermaLink='true'>tag:news.example,2026:1</guid>", None),
        ("<guid isPermaLink='true'>Story no. 1</guid>", None),
        ("<guid>story-1</guid>", None),
        ("<guid isPermaLink='false'>https://news.example/a</guid>", None),
    ] {
        let document = read(&format!(
            "<rss version='2.0'><channel><title>Daily</title>\
             <item><title>Storm</title>{guid}</item></channel></rss>"
        ));
        let [entry] = document.entries.as_slice() else { panic!("{guid}") };
        assert_eq!(link(entry), address.unwrap_or_default(), "{guid}");
    }
}

#[test]
fn an_address_may_be_escaped_once_too_often_and_an_empty_one_is_none() {
    let meant = "https://news.example/1?a=1&b=2";
    let rss = |inside: &str| read(&format!("<rss><item><title>x</title>{inside}</item></rss>"));
    for inside in [
        "<link><![CDATA[https://news.example/1?a=1&amp;b=2]]></link>",
        "<link>/1?a=1&amp;amp;b=2</link>",
        "<link>/1?a=1&amp;#038;b=2</link>",
        "<atom:link href='/1?a=1&amp;amp;b=2'/>",
        "<guid>/1?a=1&amp;amp;b=2</guid>",
    ] {
        assert_eq!(link(&rss(inside).entries[0]), meant, "{inside}");
    }
    let enclosure = rss("<enclosure url='/1?a=1&amp;amp;b=2'/>").entries.remove(0);
    assert_eq!(enclosure.enclosures[0].url.as_str(), meant);
    let json = r#"{"items": [{"id": "1", "url": "/1?a=1&amp;b=2"}, {"id": "2", "url": " "}]}"#;
    assert_eq!(read(json).entries.iter().map(link).collect::<Vec<_>>(), [meant, ""]);
    assert_eq!(
        link(&rss("<link>www.news.example/1</link>").entries[0]),
        "https://www.news.example/1"
    );

    let none = "<atom:link href=''/><enclosure url=''/><link> </link>";
    let entry = rss(none).entries.remove(0);
    assert_eq!((link(&entry), &entry.enclosures), ("", &vec![]));
    for cut in ["<link href=\"https://news.e", "<enclosure url=\"https://news.e"] {
        let feed = format!("<feed><entry><title>x</title><id>1</id>{cut}");
        let entry = read(&feed).entries.remove(0);
        assert_eq!((link(&entry), &entry.enclosures), ("", &vec![]), "{cut}");
    }
}

#[test]
fn the_head_of_a_feed_may_come_last_whatever_a_comment_or_section_behind_it_speaks_of() {
    let item = "<item><guid>1</guid></item>";
    for between in [
        "",
        "<!-- </item> -->",
        "<!-- <entry>2</entry> -->",
        "<description><![CDATA[about </entry> tags]]></description>",
    ] {
        let head = format!("<title>Daily</title><link>/h</link>{between}");
        for feed in [format!("{item}{head}"), format!("{item}{head}{item}")] {
            let document = read(&format!("<rss><channel>{feed}</channel></rss>"));
            assert_eq!(document.title.as_deref(), Some("Daily"), "{feed}");
            assert_eq!(document.entries.len(), feed.matches(item).count(), "{feed}");
        }
    }
}

#[test]
fn an_rss_feed_gives_what_it_says() {
    let document = read(RSS);
    assert_eq!(document.title.as_deref(), Some("Daily"));
    assert_eq!(document.site_url.unwrap().as_str(), "https://news.example/");
    assert_eq!(document.language.as_deref(), Some("de-de"));
    assert_eq!(document.ttl, Some(Duration::from_mins(90)));
    let [first, second, third] = document.entries.as_slice() else { panic!() };
    assert_eq!((link(first), first.guid.as_deref()), ("https://news.example/1", Some("a-1")));
    assert_eq!(first.summary.as_deref(), Some("Short"));
    assert_eq!(first.content.as_deref(), Some("<p>Long</p>"));
    assert_eq!(first.authors, ["Ann Smith"]);
    assert!(first.published.is_some());
    assert_eq!(link(second), "https://news.example/2", "a permanent guid is a link");
    assert_eq!(second.authors, ["Bob Jones"]);
    assert_eq!(second.summary.as_deref(), Some("<p>Open & <b>bold</b>"));
    assert_eq!(link(third), "");
}

/// Each fault is put into a good feed; all three entries must come out.
#[test]
fn one_fault_costs_no_entry() {
    let good = |number: u32| {
        format!(
            "<item><title>Story {number}</title><link>https://news.example/{number}</link>\
             <description>Text</description></item>\n"
        )
    };
    let feed = |before: &str, second: &str, after: &str| {
        let (first, third) = (good(1), good(3));
        format!(
            "{before}<rss version=\"2.0\"><channel><title>x</title>{first}{second}{third}{after}"
        )
    };
    let end = "</channel></rss>";
    let second = good(2);
    let cases = [
        feed("<br />\n<b>Warning</b>: feed.php on line 3\n<?xml version='1.0'?>", &second, end),
        feed("<!-- <rss> --> \u{0} var x = {};", &second, end),
        feed("", &second, ""),
        feed("", &second, "</channel></rss><html><item><title>no</title></item>"),
        feed("", &format!("</channel></rss>{second}"), end),
        feed("", &format!("</channel></rss><script></script><channel>{second}</channel>"), ""),
        feed("", &second, end).replace("<title>x", "<title>x</rss>"),
        feed("", &format!("<rss><channel><title>y</title></channel></rss>{second}"), end),
        feed("", &second.replace("<link>", "<source url='/x'>Other<link>"), end),
        feed("", &second.replace("<title>", "<image><url>/x.png</url><title>"), end),
        feed("", &second.replace("<title>", "<image><title>x</title><link>/x</link><title>"), end),
        feed("", &second.replace("</item>", ""), end),
        feed("", &second.replace("</title>", ""), end),
        feed("", &second.replace("<item>", ""), end),
        feed("", &second.replace("Text", "A & B &nbsp; &eacute; &#0; < 3 \u{1}"), end),
        feed("", &second.replace("Text", "<p>Unclosed <br><img src='x'>"), end),
        feed("", &second.replace("Text", "<![CDATA[<p>Unclosed"), end),
        feed("", &second.replace("<link>", "<enclosure url=\"x/><link>"), end),
        feed("", &second.replace("</description>", "</div></DESCRIPTION >"), end),
        feed(
            "",
            &second.replace("<item>", &"<media:group>".repeat(5000)).replace("</item>", "<item/>"),
            end,
        )
        .replacen("<media:group>", "<item><media:group>", 1),
    ];
    for case in cases {
        let document = read(&case);
        let found: Vec<_> = document
            .entries
            .iter()
            .map(|entry| (entry.title.clone().unwrap_or_default(), link(entry).to_owned()))
            .collect();
        let expected: Vec<_> = (1..=3)
            .map(|number| (format!("Story {number}"), format!("https://news.example/{number}")))
            .collect();
        let shown: String = case.chars().take(500).collect();
        assert_eq!(found, expected, "{shown}");
    }
}

#[test]
fn a_comment_or_section_without_a_proper_end_does_not_swallow_the_entries_behind_it() {
    let item = |number: u32, inside: &str| format!("<item><title>{number}</title>{inside}</item>");
    for fault in [
        "<!-- old -- >",
        "<!-- old --!>",
        "<!-- old ---->",
        "<!-- old",
        "<enclosure url='/1.mp3'/><![CDATA[ old",
        "<description><![CDATA[Rain.</descriptoin>",
        "<description><![CDATA[Rain.</description>",
    ] {
        for after in
            ["", "<!-- new -->", "<description><![CDATA[Hail.]]></description><!-- new -->"]
        {
            let items = format!("{}{}{}", item(1, fault), item(2, after), item(3, after));
            let document = read(&format!("<rss>{items}</rss>"));
            let titles: Vec<_> =
                document.entries.iter().filter_map(|entry| entry.title.as_deref()).collect();
            assert_eq!(titles, ["1", "2", "3"], "{fault} {after}");
        }
    }
    let old = format!("<rss><!-- {} -->{}</rss>", item(1, ""), item(2, ""));
    assert_eq!(read(&old).entries.len(), 1, "what stands in a sound comment is no entry");
    let title = "<title><![CDATA[<![CDATA[Rain]]>]]></title>";
    let document = read(&format!("<rss><item>{title}</item>{}</rss>", item(2, "")));
    assert_eq!(document.entries[0].title.as_deref(), Some("Rain"));
    assert_eq!(document.entries.len(), 2);
}

#[test]
fn a_sound_section_may_quote_a_feed() {
    let quoted = "<pre><item><title>x</title><description>y</description></item></pre> Rain.";
    let item = format!("<item><description><![CDATA[{quoted}]]></description></item>");
    let document = read(&format!("<rss>{item}{item}</rss>"));
    let summaries: Vec<_> =
        document.entries.iter().map(|entry| entry.summary.as_deref().unwrap()).collect();
    assert_eq!(summaries, [quoted; 2]);
    assert_eq!(document.warnings, []);
}

#[test]
fn every_dialect_is_read() {
    let item = "<title>One</title><link>https://news.example/1</link>";
    let cases = [
        format!("<RSS><CHANNEL><ITEM>{}</ITEM></CHANNEL></RSS>", item.to_uppercase().replace("ONE", "One").replace("HTTPS://NEWS.EXAMPLE/1", "https://news.example/1")),
        format!("<rss version='0.93' xmlns='http://backend.userland.com/rss2'><channel/><item>{item}</item></rss>"),
        format!("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://channel.netscape.com/rdf/simple/0.9/'><channel><title>x</title></channel><item rdf:about='https://news.example/1'>{item}</item></rdf:RDF>"),
        format!("<channel>{}</channel>", format_args!("<item>{item}</item>")),
        "<feed xmlns='http://purl.org/atom/ns#' version='0.3'><entry><title mode='escaped' type='text/html'>&lt;b&gt;One&lt;/b&gt;</title><link rel='alternate' href='https://news.example/1'/></entry></feed>".to_owned(),
        "<a:feed xmlns:a='https://www.w3.org/2005/Atom/'><a:entry><a:title type='text/plain'>One</a:title><a:link href='https://news.example/1'/></a:entry></a:feed>".to_owned(),
        "<CHANNEL HREF='https://news.example/'><ITEM HREF='https://news.example/1'><TITLE>One</TITLE></ITEM></CHANNEL>".to_owned(),
        format!("<rzs version='2.0'><channl><item>{item}</item></channl></rzs>"),
        "<title>Root lost</title><link href='https://news.example/'/><entry><title>One</title><link href='https://news.example/1'/></entry></feed>".to_owned(),
        "<rss xmlns:dc='http://misspelt.example/'><item><dc:title>One</dc:title><atom:link href='https://news.example/2'/><link>https://news.example/1</link></item></rss>".to_owned(),
        format!("<rss><item><title xmlns='http://another.example/'>Another</title>{item}</item></rss>"),
        "<rss><item><title xmlns='http://purl.org/dc/elements/1.1/'>Another</title><title xmlns=''>One</title><link>https://news.example/1</link></item></rss>".to_owned(),
        format!("<rss><item><related><title>Another</title><link>https://news.example/2</link></related>{item}</item></rss>"),
    ];
    for case in cases {
        let document = read(&case);
        assert_eq!(document.entries.len(), 1, "{case}");
        let entry = &document.entries[0];
        assert_eq!(
            (entry.title.as_deref(), link(entry)),
            (Some("One"), "https://news.example/1"),
            "{case}"
        );
    }
}

#[test]
fn a_feed_that_is_cut_off_keeps_its_whole_entries() {
    let whole = read(RSS).entries;
    for end in 0..RSS.len() {
        let url = url::Url::parse("https://news.example/feeds/all.xml").unwrap();
        let Ok(document) = parse(&RSS.as_bytes()[..end], None, &url) else { continue };
        for (entry, original) in document.entries.iter().zip(&whole) {
            assert_eq!(entry.url.is_some() || entry.guid.is_some(), original.url.is_some());
            assert!(entry.title.is_none() || entry.title == original.title, "cut at {end}");
        }
    }
}

#[test]
fn what_is_no_feed_is_said_to_be_something_else() {
    assert_eq!(refused(b" \r\n\t\0"), ParseError::Empty);
    assert_eq!(refused(b""), ParseError::Empty);
    assert_eq!(refused(b"<!doctype html><html><body><p>Hello"), ParseError::Html);
    let script = b"<html><script>var x = {\"items\": [1]};</script><p>Hello";
    assert_eq!(refused(script), ParseError::Html);
    for (bytes, word) in [
        (&b"\x89PNG\r\n\x1a\n"[..], "PNG"),
        (b"%PDF-1.7", "PDF"),
        (b"<opml version='2.0'><body/></opml>", "OPML"),
        (b"<urlset><url/></urlset>", "sitemap"),
        (b"just text", "text"),
        (b"{\"error\": \"no\"}", "JSON"),
    ] {
        let error = refused(bytes);
        assert!(matches!(&error, ParseError::NotAFeed(why) if why.contains(word)), "{error}");
    }
}

#[test]
fn a_feed_without_entries_is_a_feed_and_one_whose_entries_cannot_be_read_says_so() {
    assert_eq!(read("<rss><channel><title>x</title></channel></rss>").warnings, []);
    let unread = read("<rss><channel><x:item xmlns:x='urn:x'/></channel><!-- <item> --></rss>");
    assert_eq!(unread.entries, []);
    assert_eq!(unread.warnings[0].kind, WarningKind::EntriesUnread);
}

#[test]
fn of_too_many_entries_the_newest_are_kept_in_their_order() {
    let mut feed = String::from("<rss><channel>");
    for number in 0..5 * ENTRIES_MAX {
        let (minute, second) = (number / 60 % 60, number % 60);
        let hour = number / 3600;
        let _ = write!(
            feed,
            "<item><guid>{number}</guid><dc:date>2026-11-23T{hour:02}:{minute:02}:{second:02}Z</dc:date></item>"
        );
    }
    let document = read(&feed);
    let kept: Vec<usize> = document
        .entries
        .iter()
        .map(|entry| entry.guid.as_ref().unwrap().parse().unwrap())
        .collect();
    assert_eq!(kept, (4 * ENTRIES_MAX..5 * ENTRIES_MAX).collect::<Vec<_>>());
    assert!(document.warnings.iter().any(|warning| warning.kind == WarningKind::EntriesDropped));
}

#[test]
fn a_date_that_is_none_leaves_the_word_to_another_and_the_start_of_1970_is_none() {
    let dated = |dates: &str| {
        let feed = format!("<rss><channel><item><title>x</title>{dates}</item></channel></rss>");
        read(&feed).entries[0].published.map(|date| date.at.to_string())
    };
    let stated = "<dc:date>2026-11-23T10:00:00+01:00</dc:date>";
    assert_eq!(dated(stated).as_deref(), Some("2026-11-23T10:00:00+01:00"));
    for (short, day) in [
        ("2003", "2003-01-01"),
        (" 1999-12 ", "1999-12-01"),
        ("99-12-31", "1999-12-31"),
        ("31-12-2025 23:59:59", "2025-12-31T23:59:59Z"),
        ("28-02-2026", "2026-02-28"),
        ("25-12-2025T10:00:00", "2025-12-25T10:00:00Z"),
        (
            "&lt;time datetime=\"2026-02-03T10:00:00Z\"&gt;Tue, 02/03/2026 - 10:00&lt;/time&gt;",
            "2026-02-03T10:00:00Z",
        ),
        ("99-365", "1999-12-31"),
        ("2003-W52-3", "2003-12-24"),
        ("2004-01-01T10Z", "2004-01-01T10:00:00Z"),
    ] {
        assert_eq!(dated(&format!("<dc:date>{short}</dc:date>")).as_deref(), Some(day));
    }
    for none in [
        "soon",
        "1970",
        "19 o'clock",
        "2003-13",
        "03-12-31",
        "31-12-25",
        "05-11-2025",
        "0000-00-00 00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "31 Feb 2026",
    ] {
        let unset = format!("<pubDate>{none}</pubDate>");
        assert_eq!(dated(&unset), None, "{none}");
        assert_eq!(dated(&format!("{unset}{stated}")), dated(stated), "{none}");
    }
}

#[test]
fn a_second_summary_is_the_content_but_the_caption_of_a_picture_is_not() {
    let said = |second: &str| {
        let feed = format!("<rss><item><description>Rain.</description>{second}</item></rss>");
        let entry = read(&feed).entries.remove(0);
        (entry.summary.unwrap(), entry.content)
    };
    let (rain, long) = ("Rain.".to_owned(), "Rain and hail.");
    let second = format!("<itunes:summary>{long}</itunes:summary>");
    assert_eq!(said(&second), (rain.clone(), Some(long.to_owned())));
    let caption = "<media:description>The bridge at dusk.</media:description>";
    for picture in [
        caption.to_owned(),
        format!("<media:content url='/i.png'>{caption}</media:content>"),
        "<other:object><summary>The bridge.</summary></other:object>".to_owned(),
    ] {
        assert_eq!(said(&picture), (rain.clone(), None), "{picture}");
    }
    let alone = read(&format!("<rss><item>{caption}</item></rss>")).entries.remove(0);
    assert_eq!(alone.summary.as_deref(), Some("The bridge at dusk."));
}

#[test]
fn what_is_said_of_a_person_or_an_unknown_thing_is_not_said_of_the_entry() {
    let own = "<id>1</id><title>Storm</title><link rel='alternate' href='/1'/>\
               <link rel='enclosure' href='/1.mp3'/><summary>Rain.</summary>";
    let of_others = "<id>https://m.example/ann</id><title>Editor</title><summary>Ann writes.</summary>\
               <link rel='alternate' type='text/html' href='https://m.example/ann'/>\
               <link rel='enclosure' href='https://m.example/ann.png'/>";
    let person = format!(
        "<author><o:type>person</o:type>{of_others}<uri>https://m.example/</uri>\
               <name>Ann</name><email>ann@m.example</email></author>"
    );
    for inside in [
        format!("{person}{own}"),
        format!("{person}<author><name>Ann</name>{of_others}</author>{own}"),
        format!(
            "<o:object>{of_others}<o:object>{of_others}</o:object>{of_others}</o:object>{own}{person}"
        ),
        format!("<o:object><summary><object></summary></o:object>{own}{person}"),
        // Only the first lost its end: where it was, nobody knows.
        format!("{own}<author><name>Ann</name>{of_others}{person}"),
    ] {
        let feed = read(&format!("<feed><entry>{inside}</entry></feed>"));
        let entry = &feed.entries[0];
        assert_eq!((entry.guid.as_deref(), link(entry)), (Some("1"), "https://news.example/1"));
        assert_eq!(entry.title.as_deref(), Some("Storm"), "{inside}");
        assert_eq!((entry.summary.as_deref(), entry.content.as_deref()), (Some("Rain."), None));
        let files: Vec<_> = entry.enclosures.iter().map(|file| file.url.path()).collect();
        assert_eq!((files, &entry.authors), (vec!["/1.mp3"], &vec!["Ann".to_owned()]), "{inside}");
    }
    let alone = read(&format!("<feed><entry><o:object>{of_others}</o:object></entry></feed>"));
    assert_eq!(link(&alone.entries[0]), "https://m.example/ann", "better than nothing");
    let lost = read(&format!("<feed><entry><author><name>Ann</name>{own}</entry></feed>"));
    assert_eq!(lost.entries[0].title.as_deref(), Some("Storm"), "the author's end was lost");
}

#[test]
fn the_authors_of_a_feed_are_those_of_the_entries_that_name_none() {
    let authors = |feed: &str| -> Vec<Vec<String>> {
        read(feed).entries.into_iter().map(|entry| entry.authors).collect()
    };
    let person = |name: &str| format!("<author><name>{name}</name></author>");
    let (ann, bob, eve) = (person("Ann"), person("Bob"), person("Eve"));
    let source = format!("<source>{eve}<title>Other</title>{eve}</source>");
    let entries = format!(
        "<entry><id>1</id></entry><entry><id>2</id>{bob}</entry>\
         <entry><id>3</id>{source}</entry><entry><id>4</id>{source}{bob}</entry>"
    );
    let named = [["Ann"], ["Bob"], ["Eve"], ["Bob"]];
    assert_eq!(authors(&format!("<feed>{ann}{entries}</feed>")), named);
    assert_eq!(authors(&format!("<feed>{entries}{ann}</feed>")), named);
    let json =
        r#"{"authors": [{"name": "Ann"}], "items": [{"id": "1"}, {"id": "2", "author": "Bob"}]}"#;
    assert_eq!(authors(json), named[..2]);
    let editor = "<rss><channel><managingEditor>Ann</managingEditor><item><guid>1</guid></item>";
    assert_eq!(authors(editor), [[""; 0]]);
}

#[test]
fn authors_that_share_an_element_are_told_apart_and_a_text_beyond_its_bound_is_cut() {
    let item = |inside: &str| {
        let feed = format!("<rss><item><guid>1</guid>{inside}</item></rss>");
        read(&feed).entries.remove(0)
    };
    let both = "<author>a@news.example (Ann Lee), b@news.example (Bob Ray)</author>";
    assert_eq!(item(both).authors, ["Ann Lee", "Bob Ray"]);
    assert_eq!(item("<dcterms:creator>Ann Lee</dcterms:creator>").authors, ["Ann Lee"]);
    let names: Vec<_> =
        (0..AUTHORS_MAX + 9).map(|number| format!("Ann Lee-Ray {number}")).collect();
    let many = |separator| format!("<dc:creator>{}</dc:creator>", names.join(separator));
    assert_eq!(item(&many(", ")).authors, names[..AUTHORS_MAX]);
    assert_eq!(item(&many(", and ")).authors, names[..AUTHORS_MAX]);
    let turned = many("; ").replace("Ann Lee-Ray", "Lee-Ray, Ann");
    assert_eq!(item(&turned).authors[1], "Lee-Ray, Ann 1");
    assert_eq!(item("<dc:creator>Ann Lee, Editor, The Daily</dc:creator>").authors.len(), 1);
    let none = format!("<dc:creator>{}</dc:creator>", "Ann ".repeat(AUTHOR_BYTES_MAX));
    assert_eq!(item(&none).authors, [""; 0], "half of it would be no name");
    let opened = "&lt;b ".repeat(AUTHORS_BYTES_MAX);
    let late = format!("<dc:creator>Ann Lee; {opened}>Bob Ray</dc:creator>");
    assert_eq!(item(&late).authors, ["Ann Lee"], "what stands far behind is not looked at");
    let long = "Rain. ".repeat(ENTRY_CONTENT_BYTES_MAX / 4);
    let summary = item(&format!("<description>{long}</description>")).summary.unwrap();
    assert!((ENTRY_CONTENT_BYTES_MAX - 8..=ENTRY_CONTENT_BYTES_MAX).contains(&summary.len()));
}

#[test]
fn a_relation_may_go_by_its_full_name_and_a_text_may_come_in_several_forms() {
    let feed = "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title>Storm</title>\
        <link rel='http://www.iana.org/assignments/relation/self' href='/feed'/>\
        <link rel='http://www.iana.org/assignments/relation/alternate' href='/storm'/>\
        <content type='multipart/alternative'><content type='text/plain'>Rain &lt; storm</content>\
        <content type='text/html' mode='escaped'>&lt;p&gt;Rain</content></content></entry></feed>";
    let document = read(feed);
    let entry = &document.entries[0];
    assert_eq!(link(entry), "https://news.example/storm");
    assert_eq!(entry.content.as_deref(), Some("<p>Rain"));
}

#[test]
fn the_longer_of_two_contents_is_the_whole_one() {
    for feed in [
        "<rss><item><content:encoded>Rain</content:encoded><content:encoded>Rain, hail</content:encoded>",
        "<rss><item><content:encoded>Rain, hail</content:encoded><content:encoded>Rain</content:encoded>",
        "<feed><entry><content type='html'>Rain</content><content type='html'>Rain, hail</content>",
    ] {
        let feed = format!("{feed}<guid>1</guid></item></rss>");
        assert_eq!(read(&feed).entries[0].content.as_deref(), Some("Rain, hail"), "{feed}");
    }
}

#[test]
fn an_entry_is_where_one_of_its_relations_says_that_it_is() {
    for (links, address) in [
        ("<link rel='alternate nofollow' href='/1'/>", "https://news.example/1"),
        ("<link rel='canonical' href='/1'/>", "https://news.example/1"),
        ("<link rel='bookmark' href='/2'/><link href='/1'/>", "https://news.example/1"),
        ("<link rel='replies nofollow' href='/1'/>", ""),
    ] {
        let document = read(&format!("<feed><entry><id>1</id>{links}</entry></feed>"));
        assert_eq!(link(&document.entries[0]), address, "{links}");
    }
}

#[test]
fn fields_within_a_text_that_has_its_end_are_part_of_it() {
    let inside =
        "<p>By</p><author>Ann</author><id>7</id><media:title>x</media:title><guid>8</guid> Rain";
    let file = "<enclosure url='/1.mp3'/>";
    let description = format!("<description>{file}{inside}</description>");
    let feed = format!("<rss><item><guid>1</guid>{description}</item></rss>");
    let entry = read(&feed).entries.remove(0);
    assert_eq!(entry.summary.as_deref(), Some(inside));
    assert_eq!((entry.title, entry.authors), (None, vec![]));
    assert_eq!(entry.enclosures.len(), 1, "a file is no part of a text");
}

#[test]
fn items_without_a_feed_around_them_and_channels_in_channels_are_all_read() {
    let items = "<item><link>https://news.example/1</link></item>\
                 <item><link>https://news.example/2</link></item>";
    for feed in [
        items.to_owned(),
        format!("<channel><channel><title>Part</title></channel>{items}</channel>"),
        items.replace("><item>", "><rss><item>").replace("</item>", "</item></rss>"),
    ] {
        let document = read(&feed);
        assert_eq!(document.entries.len(), 2, "{feed}");
        assert_eq!(document.warnings, [], "{feed}");
    }
}

#[test]
fn people_are_named_by_whoever_names_them_and_a_mail_address_only_where_nobody_does() {
    for (stated, names) in [
        (
            "<author>desk@news.example</author><dc:creator>Ann Smith</dc:creator>",
            &["Ann Smith"][..],
        ),
        (
            "<author>d@news.example (Ann Smith)</author><dc:creator>ann smith</dc:creator>",
            &["Ann Smith"],
        ),
        (
            "<dc:creator>Ann Smith</dc:creator><author>Bob Jones</author>",
            &["Ann Smith", "Bob Jones"],
        ),
        ("<author>Ann Smith</author><itunes:author>The Daily</itunes:author>", &["Ann Smith"]),
        (
            "<author>desk@news.example</author><itunes:author>The Daily</itunes:author>",
            &["The Daily"],
        ),
        ("<author>desk@news.example</author>", &["desk@news.example"]),
    ] {
        let feed = format!("<rss><item><title>x</title>{stated}</item></rss>");
        assert_eq!(read(&feed).entries[0].authors, names, "{stated}");
    }
}

#[test]
fn packed_text_is_unpacked_and_files_are_kept() {
    let document = read(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><id>1</id>
         <title type='text/html' mode='base64'>UmFpbiAmYW1wOyA8Yj5zdG9ybTwvYj4=</title>
         <content type='application/octet-stream' mode='base64'>R3LDvMOf
           ZSwgPGEgaHJlZj0iL3giPng8L2E+</content>
         <link rel='enclosure' href='/a.mp3' type='audio/mpeg' length='12'/></entry>
         <entry><id>2</id><content type='text' mode='base64'>no code at all!</content></entry></feed>",
    );
    let [first, second] = document.entries.as_slice() else { panic!() };
    assert_eq!(first.title.as_deref(), Some("Rain & storm"));
    assert_eq!(first.content.as_deref(), Some("Grüße, <a href=\"https://news.example/x\">x</a>"));
    let file = &first.enclosures[0];
    assert_eq!(file.url.as_str(), "https://news.example/a.mp3");
    assert_eq!((file.kind.as_deref(), file.bytes), (Some("audio/mpeg"), Some(12)));
    assert_eq!(second.content.as_deref(), Some("no code at all!"));
}

#[test]
fn a_second_summary_is_the_content_of_who_states_no_other() {
    let texts = |inside: &str| {
        let feed = format!("<rss><channel><item><guid>1</guid>{inside}</item></channel></rss>");
        let entry = read(&feed).entries.remove(0);
        [entry.summary.unwrap_or_default(), entry.content.unwrap_or_default()]
    };
    let (short, long) =
        ("<description>Short</description>", "<itunes:summary>Long</itunes:summary>");
    assert_eq!(texts(&format!("{short}{long}")), ["Short", "Long"]);
    assert_eq!(texts(&format!("{long}{short}")), ["Short", "Long"]);
    assert_eq!(texts(&format!("{short}{short}")), ["Short", ""]);
    let whole = "<content:encoded>Whole</content:encoded>";
    assert_eq!(texts(&format!("{short}{long}{whole}")), ["Short", "Whole"]);
}

#[test]
fn relative_links_of_a_feed_that_is_kept_elsewhere_start_from_its_site() {
    let first = |site: &str| {
        let feed = format!(
            "<rss><channel><link>{site}</link><item><link>/1</link>
             <description>&lt;a href='2'&gt;</description></item></channel></rss>"
        );
        let entry = read(&feed).entries.remove(0);
        (link(&entry).to_owned(), entry.summary.unwrap())
    };
    let (address, summary) = first("https://www.site.example/news/");
    assert_eq!(address, "https://www.site.example/1");
    assert_eq!(summary, "<a href='https://www.site.example/news/2'>");
    let (address, summary) = first("https://news.example/");
    assert_eq!(address, "https://news.example/1");
    assert_eq!(summary, "<a href='https://news.example/feeds/2'>");
}

#[test]
fn a_feed_says_when_it_does_not_want_to_be_polled() {
    let document = read(
        "<rss><channel><skipHours><hour>3</hour><hour>24</hour></skipHours>
         <skipDays><day>Sunday</day></skipDays><item><guid>1</guid><hour>5</hour></item></channel></rss>",
    );
    assert_eq!(document.quiet, crate::schedule::Quiet::of(&[0, 3], &["sunday"]));
}

#[test]
fn on_sound_feeds_another_reader_says_the_same() {
    let rss = RSS.replace("<p>Open &amp; <b>bold</b>", "Open &amp;amp; bold");
    for feed in [ATOM, &rss] {
        let ours = read(feed).entries;
        let theirs = feed_rs::parser::parse(feed.as_bytes()).unwrap().entries;
        assert_eq!(ours.len(), theirs.len());
        for (ours, theirs) in ours.iter().zip(theirs) {
            let at = |date: Option<crate::article::Dated>| {
                date.map(|date| date.at.timestamp().as_unix())
            };
            assert_eq!(
                at(ours.updated.or(ours.published)),
                theirs.updated.or(theirs.published).map(|at| at.timestamp())
            );
            assert_eq!(ours.authors.len(), theirs.authors.len());
            assert_eq!(ours.content.is_some(), theirs.content.is_some());
        }
    }
}

#[test]
fn entities_are_never_expanded_into_a_bomb() {
    let text = "<!DOCTYPE rss [<!ENTITY a 'lol'><!ENTITY b '&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/passwd'>]>\
        <rss><channel><item><title>&a; &b; &c;</title><guid>1</guid></item></channel></rss>";
    assert_eq!(read(text).entries[0].title.as_deref(), Some("lol &b; &c;"));
    let text = text.replace("'lol'", "'l&#8212;l'");
    assert_eq!(read(&text).entries[0].title.as_deref(), Some("l—l &b; &c;"));
}

/// Each of these once made hundreds of megabytes of a few.
#[test]
fn what_a_feed_adds_to_its_own_text_is_bounded() {
    let size = |feed: &str| -> usize {
        let texts = read(feed).entries.into_iter();
        texts.map(|entry| entry.summary.unwrap_or_default().len()).sum()
    };
    let items = |text: &str| {
        let item = format!("<item><guid>1</guid><description>{text}</description></item>");
        item.repeat(ENTRIES_MAX / 4)
    };
    let most = 2 * FEED_GROWTH_BYTES_MAX;
    let declared = format!("<!DOCTYPE rss [<!ENTITY a '{}'>]>", "x".repeat(256));
    assert!(size(&format!("{declared}<rss>{}</rss>", items(&"&a;".repeat(500)))) < most);
    let links = items(&"<a href='x'>".repeat(500));
    let base = format!("https://news.example/{}/", "x".repeat(400));
    assert!(size(&format!("<rss xml:base='{base}'>{links}</rss>")) < most);
    let channel = format!("<channel xml:base='{}/'>", "x".repeat(400));
    assert!(size(&format!("<rss>{}{links}</rss>", channel.repeat(100))) < most);
}

#[test]
fn entries_behind_the_end_of_a_feed_are_read_and_the_repair_is_named() {
    let item = "<item><guid>1</guid></item>";
    for (root, end) in [("<rss>", "</rss>"), ("<rdf:RDF>", "</rdf:RDF>"), ("<feed>", "</feed>")] {
        let document = read(&format!("{root}{item}{end}{item}"));
        assert_eq!((document.entries.len(), document.cut_off), (2, false), "{root}");
        assert!(document.warnings[0].detail.contains("behind its end"), "{root}");
        assert!(read(&format!("{root}{item}{end}<item><guid>1</guid>")).cut_off);
    }
}

#[test]
fn text_of_atom_may_be_html_all_the_same() {
    for (element, expected) in [
        ("<![CDATA[<p>Hello <b>x</b></p>]]>", "<p>Hello <b>x</b></p>"),
        (
            "&lt;p&gt;Hello&lt;/p&gt; &lt;a href='/x'>",
            "<p>Hello</p> <a href='https://news.example/x'>",
        ),
        ("Fish &amp;amp; chips", "Fish &amp; chips"),
        ("<b>1</b> &lt; <![CDATA[<i>2</i>]]>", "<b>1</b> &lt; <i>2</i>"),
        ("1 &lt; <b>2</b>", "1 &lt; <b>2</b>"),
        ("The &lt;p> tag &amp; more", "The &lt;p&gt; tag &amp; more"),
        ("Vec&lt;T>&lt;/T>", "Vec&lt;T&gt;&lt;/T&gt;"),
        ("<![CDATA[<![CDATA[<p>Twice</p>]]]]><![CDATA[>]]>", "<p>Twice</p>"),
    ] {
        for kind in ["", " type='text'", " type='text/plain'"] {
            let text = format!("<summary{kind}>{element}</summary>");
            let feed = format!("<feed><entry>{text}</entry></feed>");
            assert_eq!(read(&feed).entries[0].summary.as_deref(), Some(expected), "{feed}");
        }
    }
    let title = "<feed><entry><title>A &lt;em&gt;x&lt;/em&gt; B</title></entry></feed>";
    assert_eq!(read(title).entries[0].title.as_deref(), Some("A x B"));
}

#[test]
fn a_headline_loses_the_elements_of_other_vocabularies_and_markup_its_prefix() {
    for (title, expected) in [
        ("LiFePO<inf>4</inf> <ce:italic>in situ</ce:italic>", "LiFePO4 in situ"),
        ("<jats:italic>E. coli</jats:italic> <xhtml:b>now</xhtml:b>", "E. coli now"),
        ("x<mml:math><mml:mi>y</mml:mi></mml:math>", "xy"),
        ("One<br/>Two <i>three</i>", "One Two three"),
        ("Vec&lt;T>", "Vec<T>"),
    ] {
        for root in ["rss", "feed"] {
            let feed = format!("<{root}><entry><title>{title}</title></entry></{root}>");
            assert_eq!(read(&feed).entries[0].title.as_deref(), Some(expected), "{feed}");
        }
    }
    let text = "<xhtml:div><xhtml:p>Rain<xhtml:br/></xhtml:p></xhtml:div>";
    let feed = format!(
        "<feed><entry><title type='xhtml'>{text}</title><content type='xhtml'>{text}</content></entry></feed>"
    );
    let entry = read(&feed).entries.remove(0);
    assert_eq!(entry.title.as_deref(), Some("Rain"));
    assert_eq!(entry.content.as_deref(), Some("<div><p>Rain<br></p></div>"));
}

#[test]
fn names_of_places_and_things_are_no_authors() {
    let ann = "<author><name>Ann</name></author>";
    for thing in [
        "<location><name>Paris</name></location>",
        "<category><name>Paris</name><email>x@m.example</email></category>",
        "<address><name>Paris</name></address>",
        "<name>Paris</name>",
    ] {
        for (inside, names) in [(thing.to_owned(), &[][..]), (format!("{thing}{ann}"), &["Ann"])] {
            let entry = format!("<feed><entry><id>1</id>{inside}</entry></feed>");
            assert_eq!(read(&entry).entries[0].authors, names, "{entry}");
            let head = format!("<feed>{inside}<entry><id>1</id></entry></feed>");
            assert_eq!(read(&head).entries[0].authors, names, "{head}");
        }
    }
    let publisher =
        "<publisher><title>Press</title><link>https://press.example/</link></publisher>";
    let feed = read(&format!(
        "<rss>{publisher}<title>Daily</title><link>/</link><item><link>/1</link></item></rss>"
    ));
    assert_eq!(feed.title.as_deref(), Some("Daily"));
    assert_eq!(link(&feed.entries[0]), "https://news.example/1");
    for list in [
        "<dc:creator><rdf:Bag><rdf:li>Ann</rdf:li> <rdf:li>Bob</rdf:li></rdf:Bag></dc:creator>",
        "<dc:creator><ul><li>Ann</li><li>Bob</li></ul></dc:creator>",
        "<author>Ann<UL></author><author><ol><li>Bob</ol></author>",
    ] {
        let feed = format!("<rss><item><guid>1</guid>{list}</item></rss>");
        assert_eq!(read(&feed).entries[0].authors, ["Ann", "Bob"], "{list}");
    }
    let open = "<author><email>a@m.example</email><name>Ann</name><title>x</title>";
    let feed = format!("<feed><entry><id>1</id>{open}</entry></feed>");
    assert_eq!(read(&feed).entries[0].authors, ["Ann"], "the author's end was lost");
    for start in ["", "<athor>"] {
        let open = format!("{start}<name>Ann</name><email>a@m.example</email></author>");
        let feed = format!("<feed><entry><id>1</id>{open}</entry></feed>");
        assert_eq!(read(&feed).entries[0].authors, ["Ann"], "the author's start was lost");
    }
}

#[test]
fn what_stands_behind_an_end_too_many_belongs_to_the_entry_before_it() {
    let feed = read(
        "<rss><channel><item><title>One</title><link>http://a.example/1</item><guid>g1</guid></item>\
         <item><title>Two</title><link>http://a.example/2</link></item></channel></rss>",
    );
    let guids: Vec<_> = feed.entries.iter().map(|entry| entry.guid.as_deref()).collect();
    assert_eq!(guids, [Some("g1"), None]);
}
