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

pub(super) use self::authors::is_by_organisation;
use crate::article::Metadata;
use crate::dom::Dom;
use crate::extract::json_ld::{self, JsonLd};
use crate::limits::META_BYTES_MAX;
use crate::text::{is_invisible, is_joiner, one_line};
use crate::warning::Warning;

/// Reads the metadata of the page's article, and its structured data.
///
/// `copy` is what the page has for readers without scripts. `url` is where the page was found; without
/// it relative addresses are left out and the path cannot date it. `base` is what they are relative to.
pub(super) fn read(
    dom: &Dom,
    copy: Option<&Dom>,
    url: Option<&url::Url>,
    base: Option<&url::Url>,
    warnings: &mut Vec<Warning>,
) -> (Metadata, JsonLd) {
    let clues = clue::gather(dom, copy, url.map(crate::url::site).as_deref());
    let data = json_ld::read(&clues.scripts, warnings);
    let site_name = site_name::read(&clues, &data);
    let headline = title::read(&clues, &data, site_name.as_deref(), url);
    let about = title::main_statements(&data, headline.text.as_deref(), url);
    let site_name = site_name
        .or_else(|| about.iter().find_map(|statement| statement.publisher.clone()))
        .or_else(|| headline.site_part.clone());
    let language = language::read(&clues, &about);
    let dates = dates::read(&clues, &data, &about, &headline, language.as_deref(), url);
    let metadata = Metadata {
        authors: authors::read(&clues, &about, &headline, site_name.as_deref(), url),
        language,
        canonical_url: address::canonical(&clues, base, url),
        image_url: address::image(&clues, &about, base),
        published: dates.published,
        modified: dates.modified,
        summary: summary::read(&clues, &about, headline.text.as_deref()),
        title: headline.text,
        site_name,
    };
    (metadata, data)
}

/// A value as text: entities decoded, tags dropped, white space folded.
fn plain(text: &str) -> String {
    // The parser is quadratic in depth; a value of this size cannot be deep.
    let text = text.get(..text.floor_char_boundary(META_BYTES_MAX)).unwrap_or(text);
    if text.contains('<') || text.contains('&') {
        let decoded = Dom::parse(text).root().text_content();
        // Templates escape twice.
        if decoded.contains("&amp;") || decoded.contains("&#") || decoded.contains("&quot;") {
            return visible(Dom::parse(&decoded).root().text_content());
        }
        return visible(decoded);
    }
    visible(one_line(text))
}

/// Drops hints where to break a word, and other marks that show nothing; but not controls that may be
/// the half of a letter, see `mojibake`.
fn visible(text: String) -> String {
    let is_dropped = |c: char| is_invisible(c) && !matches!(c, '\u{80}'..='\u{9f}');
    let text = if text.contains(is_dropped) { text.replace(is_dropped, "") } else { text };
    text.trim_matches(|c: char| c.is_whitespace() || is_joiner(c)).to_owned()
}

/// Whether a character is a letter, or a sign that hangs on one.
fn is_letter(character: char) -> bool {
    character.is_alphabetic() || crate::language::is_sign(character)
}

/// The form in which words are compared: letters and digits, lower case, one
/// blank between words.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            out.push(character.to_ascii_lowercase());
        } else if character.is_numeric() || is_letter(character) {
            out.extend(character.to_lowercase());
        } else if !matches!(character, '\'' | '’' | '.')
            && !is_invisible(character)
            && !out.ends_with(' ')
            && !out.is_empty()
        {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

#[cfg(test)]
mod tests {
    use super::read;
    use crate::article::DateSource;
    use crate::article::Metadata;
    use crate::dom::Dom;

    fn of(html: &str) -> Metadata {
        let url = url::Url::parse("https://www.gazette.example/news/2024/03/09/storm").unwrap();
        read(&Dom::parse(html), None, Some(&url), Some(&url), &mut Vec::new()).0
    }

    fn shown(metadata: &Metadata) -> String {
        metadata.published.map_or_else(|| "none".to_owned(), |dated| dated.at.to_string())
    }

    #[test]
    fn the_headline_comes_without_the_name_of_the_site() {
        for html in [
            "<title>Storm nears coast - Harbour Gazette</title>\
             <meta property=og:site_name content='The Harbour Gazette'>",
            "<title>Harbour Gazette | Storm nears coast</title><h1>Storm nears coast</h1>",
            "<title>Storm nears coast | Weather | gazette.example</title>",
            "<meta property=og:title content='Storm nears coast'><h1>Gazette</h1>\
             <h2>Storm nears coast</h2>",
            "<title>Storm nears coast</title><h1><span>Weather</span> Storm nears coast</h1>",
            "<script type='application/ld+json'>{'x':1}</script>\
             <script type='application/ld+json'>{\"@type\":\"NewsArticle\",\
             \"headline\":\"Storm nears coast\"}</script>",
        ] {
            assert_eq!(of(html).title.as_deref(), Some("Storm nears coast"), "{html}");
        }
    }

    #[test]
    fn the_name_of_the_site_is_no_headline_where_there_is_another() {
        let url = url::Url::parse("https://www.harbourgazette.example/storm").unwrap();
        let of =
            |html: &str| read(&Dom::parse(html), None, Some(&url), Some(&url), &mut Vec::new()).0;
        for html in [
            "<title>Harbour Gazette</title><h1>Storm nears coast</h1><p>9 March 2024</p>",
            "<title>The Ferry Log: Storm nears coast</title><h1><a href=/>The Ferry Log</a></h1>\
             <h3>Storm nears coast</h3>",
            "<title>The Ferry Log: Storm nears coast…</title><h3>Storm nears coast</h3>\
             <h1><a href='https://www.harbourgazette.example'>The Ferry Log</a></h1>",
            "<title>Storm nears co…</title><h1>Ferry Log</h1><h2>Storm nears coast</h2>",
            "<title>The Ferry Log - Storm nears coast</title><p>The Ferry Log</p>\
             <p>Storm nears coast</p><p>9 March 2024</p>",
        ] {
            let title = of(html).title.unwrap();
            assert_eq!(title, "Storm nears coast", "{html}");
        }
        for (html, title) in [
            ("<title>Harbour Gazette</title>", "Harbour Gazette"),
            ("<title>Harbour Gazette</title><h1>Harbour Gazette</h1>", "Harbour Gazette"),
            (
                "<title>Storm: a survey</title><h1>Storm: a survey</h1><p>Storm</p>",
                "Storm: a survey",
            ),
        ] {
            assert_eq!(of(html).title.as_deref(), Some(title), "{html}");
        }
    }

    #[test]
    fn the_name_of_a_book_or_portal_is_no_headline_though_it_is_a_heading_of_every_page() {
        for html in [
            "<title>Gales - The Storm Book</title><div id=bar><h1>The Storm Book</h1></div>\
             <main><h1>Gales</h1></main>",
            "<title>Mend a roof : Gazette Support</title><header><h1>Gazette Support</h1></header>\
             <h2>Mend a roof<a href='javascript:print();'>Print</a></h2>",
            "<title>Who has seen a waterspout? : Weather</title><meta property=og:title \
             content='Who has seen a waterspout? • r/Weather'><h1><a href=/r/Weather>Weather</a></h1>\
             <p>Who has seen a waterspout? (self.Weather)</p>",
            "<title>Gales | How gales form</title><header><h2>Gales</h2><h1>How gales form</h1></header>",
        ] {
            let title = of(html).title.unwrap();
            let wanted = ["Gales", "Mend a roof", "Who has seen a waterspout?", "How gales form"];
            assert!(wanted.contains(&title.as_str()), "{title}: {html}");
        }
    }

    #[test]
    fn the_day_between_headline_and_site_is_that_of_the_story() {
        let of = |body: &str| {
            let title = "<title>Harbour ferry crews strike - 18 May 2025 - Our Town</title>";
            read(&Dom::parse(&format!("{title}{body}")), None, None, None, &mut Vec::new()).0
        };
        let dated = of("<b>Harbour ferry crews strike</b><p>It blew.</p>");
        assert_eq!(dated.title.as_deref(), Some("Harbour ferry crews strike"));
        assert_eq!(shown(&dated), "2025-05-18");
        let own = of("<b>Harbour ferry crews strike - 18 May 2025</b><p>It blew.</p>");
        assert_eq!(own.title.as_deref(), Some("Harbour ferry crews strike - 18 May 2025"));
    }

    #[test]
    fn what_only_screen_readers_say_before_a_heading_is_no_part_of_the_headline() {
        for (heading, title) in [
            ("<span class=visually-hidden>Collection: </span>Lanterns", "Lanterns"),
            ("Lanterns<span class=visually-hidden>: </span> by the sea", "Lanterns: by the sea"),
            ("<span class=visually-hidden>Lanterns</span>", "Lanterns"),
        ] {
            assert_eq!(of(&format!("<h1>{heading}</h1>")).title.as_deref(), Some(title));
        }
    }

    #[test]
    fn where_the_text_is_in_a_copy_for_those_without_scripts_so_is_the_headline() {
        let page = Dom::parse("<title>Storm nears coast - Ferry Log</title><div>Ferry Log</div>");
        let copy = Dom::parse("<h1>Storm nears coast</h1><p>By Jane Doe</p>");
        let (metadata, _) = read(&page, Some(&copy), None, None, &mut Vec::new());
        assert_eq!(metadata.title.as_deref(), Some("Storm nears coast"));
        assert_eq!(metadata.authors, ["Jane Doe"]);
    }

    #[test]
    fn a_headline_may_have_dashes_and_bars_of_its_own() {
        let html = "<title>Storm - what we know</title><h1>Storm - what we know</h1>";
        assert_eq!(of(html).title.as_deref(), Some("Storm - what we know"));
    }

    #[test]
    fn a_title_that_a_line_shows_whole_is_whole_though_nothing_is_set_as_a_heading() {
        let title = "Harbour ferry crews end their strike – islanders cheer";
        for (line, read) in [
            (title, title),
            ("Harbour ferry crews end their strike", "Harbour ferry crews end their strike"),
            ("It blew.", "Harbour ferry crews end their strike"),
        ] {
            let html = format!("<title>{title}</title><div>{line}</div><p>It blew.</p><h3>X</h3>");
            assert_eq!(of(&html).title.as_deref(), Some(read), "{line}");
        }
    }

    #[test]
    fn the_main_heading_is_the_headline_though_a_subhead_repeats_the_title() {
        let html = "<title>Storm damage on the coast</title>\
            <h1>Storm damage on the northern coast: a first survey</h1>\
            <h2>The storm damage on the coast</h2>";
        let title = of(html).title;
        assert_eq!(title.as_deref(), Some("Storm damage on the northern coast: a first survey"));
    }

    #[test]
    fn a_heading_that_nothing_confirms_is_no_headline_unless_the_address_has_its_words() {
        for (heading, title) in
            [("Our journal", "Winds tore roofs off the harbour"), ("Storm", "Storm")]
        {
            let html = format!("<title>Winds tore roofs off the harbour</title><h1>{heading}</h1>");
            assert_eq!(of(&html).title.as_deref(), Some(title), "{heading}");
        }
    }

    #[test]
    fn a_headline_is_whole_and_clean() {
        for (html, title) in [
            (
                "<title>Storm nears: coast is warned</title>\
                 <h1><div>Storm nears:</div><div>coast is warned</div></h1>",
                "Storm nears: coast is warned",
            ),
            (
                "<meta property=og:title content='Coast is warned'><title>Storm nears: coast is \
                 warned</title><h1>Storm nears: coast is warned</h1>",
                "Storm nears: coast is warned",
            ),
            (
                "<h1>Ten ways to weather a storm | Tips &amp;amp; tricks</h1>",
                "Ten ways to weather a storm",
            ),
            ("<title>Sturm\u{ad}warnung</title><h1>Sturmwarnung</h1>", "Sturmwarnung"),
            ("<h1>Sturm&shy;warnung an der Küste</h1>", "Sturmwarnung an der Küste"),
            ("<h1>Storm warnings<a class=headerlink href='#w'>¶</a></h1>", "Storm warnings"),
            (
                "<h1>Storm warnings<span class=mw-editsection>[<a href=/e>edit</a>]</span></h1>",
                "Storm warnings",
            ),
            ("<h1><ruby>灯台守<rp>(</rp><rt>とうだいもり</rt><rp>)</rp></ruby></h1>", "灯台守"),
            ("<title>Storm nears coast | ***</title><p>It blew.<p>* * *", "Storm nears coast"),
        ] {
            assert_eq!(of(html).title.as_deref(), Some(title), "{html}");
        }
    }

    #[test]
    fn authors_are_names_whatever_stands_around_them() {
        for (byline, names) in [
            ("<meta name=author content='Jane Doe'>", vec!["Jane Doe"]),
            ("<h1>Storm</h1><p>By Jane Doe and John Roe</p>", vec!["Jane Doe", "John Roe"]),
            ("<h1>Storm</h1><p class=byline>By JANE DOE, Senior Editor</p>", vec!["JANE DOE"]),
            ("<h1>Storm</h1><p>By <big>Jane</big> Doe, 5 May 2024</p>", vec!["Jane Doe"]),
            (
                "<h1>Sturm</h1><div>Von Jana Doll und Jens Roth</div>",
                vec!["Jana Doll", "Jens Roth"],
            ),
            ("<h1>Storm</h1><a rel=author href=/j>Jane Doe</a>", vec!["Jane Doe"]),
            (
                "<h1>Storm</h1><p>Published March 9, 2024 by Jane Doe in Weather</p>",
                vec!["Jane Doe"],
            ),
            ("<h1>Storm</h1><p>March 9, 2024 · Jane Doe · 3 min read</p>", vec!["Jane Doe"]),
            (
                "<meta name=author content=jane.doe><h1>Storm</h1><a rel=author>Jane Doe</a>",
                vec!["Jane Doe"],
            ),
            ("<meta name=author content='https://facebook.com/gazette'>", vec![]),
            ("<meta name=author content=admin>", vec![]),
            ("<meta name=author content=page.author.name>", vec![]),
            ("<meta name=author content=j.r.doe>", vec!["j.r.doe"]),
            ("<meta itemprop=author content='jane doe'><h1>Storm</h1>", vec!["jane doe"]),
            ("<h1>Storm</h1><p><a href='/authors/crazy-joe/'>crazy joe</a></p>", vec!["crazy joe"]),
            ("<h1>Storm</h1><p><a href='/authors/'>All authors</a></p>", vec![]),
            ("<h1>Storm</h1><a class=author-link href=/j>Full bio</a>", vec![]),
            ("<h1>Storm</h1><span class=author-name>Jane (Roe) Doe</span>", vec!["Jane (Roe) Doe"]),
            ("<h1>Storm</h1><p>by ibby</p>", vec!["ibby"]),
            ("<h1>Storm</h1><p>Posted by <a>6 years ago</a></p>", vec![]),
            ("<h1>Storm</h1><p>Text size</p><p>It blew.</p>", vec![]),
            ("<h1>Storm</h1><p>By Md Abu Doe</p>", vec!["Md Abu Doe"]),
            (
                "<h1>Storm</h1><p class=date-author>May 5, 2024 · Jane Doe on behalf of the team</p>",
                vec!["Jane Doe"],
            ),
            (
                "<h1>Storm</h1><p><a href=/author/jane>Jane Doe</a></p>\
                 <p>Edited by <a href=/author/joe>Joe Roe</a></p>",
                vec!["Jane Doe"],
            ),
            ("<h1>Storm</h1><p class=byline>By Jane May, Attorney</p>", vec!["Jane May"]),
            ("<h1>Storm</h1><p class=byline>Jane Doe May 5, 2024</p>", vec!["Jane Doe"]),
            ("<h1>Storm</h1><p>It blew.</p><h3>Written by Jane Doe</h3>", vec!["Jane Doe"]),
            (
                "<meta name=author content='Storm Desk'><h1>Storm</h1><p>It blew.</p><p>5 May 2024</p>                 <p>Sea Coast</p>",
                vec!["Storm Desk"],
            ),
            (
                "<meta property=og:site_name content='The Gazette'><h1>Storm</h1>                 <p class=byline>By Jane Doe The Gazette</p>",
                vec!["Jane Doe"],
            ),
            (
                "<meta name=author content=JDoe7><h1>Storm</h1><a rel=author>Kim Roe</a>",
                vec!["Kim Roe"],
            ),
            (
                "<meta name=author content='The Gazette'><h1>Storm</h1><p>By Jane Doe</p>",
                vec!["Jane Doe"],
            ),
            (
                "<h1>Storm</h1><span class=author>Lena Ott<sup>1</sup></span>, \
                 <span class=author>Jan Vos<sup>2</sup></span>",
                vec!["Lena Ott", "Jan Vos"],
            ),
            ("<h1>Storm</h1><p>Submitted by crazy joe on 5 May 2024</p>", vec!["crazy joe"]),
            ("<h1>Storm</h1><p>By the river</p>", vec![]),
            ("<h1>Storm</h1><p>Af Klint</p>", vec![]),
            ("<h1>Storm</h1><p>Par Toutatis</p>", vec![]),
            ("<h1>Storm</h1><p>Par AFP</p>", vec!["AFP"]),
            ("<h1>Storm</h1><p>By the editors</p>", vec!["the editors"]),
            (
                "<h1>Storm</h1><div itemprop=author itemscope><a href=/j>jane7</a>\
                 <span itemprop=name>jane7</span></div>",
                vec!["jane7"],
            ),
            (
                "<h1>Storm</h1><p>It blew.</p><aside><a rel=author>Jane Doe</a></aside>\
                 <aside><a rel=author>John Roe</a></aside>",
                vec![],
            ),
        ] {
            assert_eq!(of(byline).authors, names, "{byline}");
        }
    }

    #[test]
    fn the_author_of_a_thread_is_who_began_it() {
        for (posts, author) in [
            (
                "<p><a href='memberlist.php?mode=viewprofile&u=4'>gale_7</a></p><p>It blew.</p>\
                 <p><a href='memberlist.php?mode=viewprofile&u=5'>Old Sea Dog</a></p><p>It did.</p>",
                vec!["gale_7"],
            ),
            (
                "<p>Edited by <a href=/users/2>Kim Roe</a></p><p itemprop=author><a href=/users/1>gale_7</a>\
                 <p itemprop=author>Kim Roe</p><i itemscope itemtype='https://schema.org/QAPage'></i>",
                vec!["gale_7"],
            ),
            ("<p><a href=/users/new>Sign Up</a></p><p>It blew.</p>", vec![]),
            (
                "<table><tr><th>Author</th><th>Message</th></tr><tr><td><b>gale_7</b></td>\
                 <td>It blew.</td></tr></table>",
                vec![],
            ),
        ] {
            assert_eq!(of(&format!("<h1>Storm</h1>{posts}")).authors, author, "{posts}");
        }
    }

    #[test]
    fn a_post_is_of_the_day_it_was_written_not_of_that_when_its_author_joined() {
        let post = "<h4>Did you see the storm?</h4><p>« on: March 9, 2024, 09:41:12 AM »</p>";
        for html in [
            format!("<h1>Did you see the storm?</h1><p>Joined: 12 May 2005</p>{post}"),
            format!("<h1>Did you see the storm?</h1><p>Member since 12 May 2005</p>{post}"),
            format!("<title>Did you see the storm?</title><form>{post}</form>"),
        ] {
            let (metadata, _) = read(&Dom::parse(&html), None, None, None, &mut Vec::new());
            assert!(shown(&metadata).starts_with("2024-03-09"), "{html}");
        }
    }

    #[test]
    fn places_papers_and_weekdays_beside_an_author_are_none() {
        const STORY: &str = "<p>The last boat from Porto Novo will leave at noon, the council of \
            Porto Novo said on Monday, and Ruth Vale will be on it.</p>";
        for (byline, names) in [
            ("<p class=author>Jane Doe | Porto Novo</p>", vec!["Jane Doe"]),
            ("<p class=author>Jane Doe, Porto Novo</p>", vec!["Jane Doe"]),
            ("<p class=author>Elif Kaya / İstanbul</p>", vec!["Elif Kaya"]),
            ("<p class=author>ليلى منصور - القاهرة</p>", vec!["ليلى منصور"]),
            ("<p class=author>Ana Lopes, O Estado de Serra</p>", vec!["Ana Lopes"]),
            ("<p class=author>Jane Doe | John Roe</p>", vec!["Jane Doe", "John Roe"]),
            ("<p class=author>Jane Doe and El Hadji Roe</p>", vec!["Jane Doe", "El Hadji Roe"]),
            ("<p class=author>Ruth Vale, Jane Doe</p>", vec!["Ruth Vale", "Jane Doe"]),
            ("<p>By Jane Doe and Ruth Vale</p>", vec!["Jane Doe", "Ruth Vale"]),
            ("<p>By Jane Doe, Ruth Vale & Al Roe</p>", vec!["Jane Doe", "Ruth Vale", "Al Roe"]),
            ("<p>By Jane Doe and Al Roe, Porto Novo</p>", vec!["Jane Doe", "Al Roe"]),
            (
                "<a rel=author>Jane Doe</a> <a rel=author>Ruth Vale</a>",
                vec!["Jane Doe", "Ruth Vale"],
            ),
            ("<p class=byline>Signe Holm Lørdag den 14. marts 2026</p>", vec!["Signe Holm"]),
            ("<p class=byline>Ratna Dewi Sabtu, 14 Mar 2026</p>", vec!["Ratna Dewi"]),
            ("<p class=byline>Por Leo Domingo, 14 de marzo de 2026</p>", vec!["Leo Domingo"]),
            ("<p class=byline>Per de Vries, 14 maart 2026</p>", vec!["Per de Vries"]),
        ] {
            let html = format!("<h1>Ferry</h1>{byline}{STORY}");
            assert_eq!(of(&html).authors, names, "{byline}");
        }
    }

    #[test]
    fn a_name_on_the_line_of_the_date_is_the_authors() {
        const STORY: &str = "<p>The last boat from Porto Novo will leave at noon, the council of \
            Porto Novo said on Monday, and Ruth Vale will be on it.</p>";
        for (line, names) in [
            ("14.03.2026, 07:42 Uhr | Von <b>Hanne Broer</b>", vec!["Hanne Broer"]),
            ("14.03.2026 | Von Hanne Broer und Ruth Vale", vec!["Hanne Broer", "Ruth Vale"]),
            ("14 marca 2026, 07:42 | Autor: <b>Halina Brzoza</b>", vec!["Halina Brzoza"]),
            (
                "<span>Jane Doe</span><span>14 March 2026, 7:42am · 4 min read</span>",
                vec!["Jane Doe"],
            ),
            ("<span>14 March 2026, 7:42am</span> <span>Jane Doe</span>", vec!["Jane Doe"]),
            ("Sabtu, 14 Mar 2026 07:42 WIB Ratna Dewi", vec!["Ratna Dewi"]),
            ("Jane Doe Senior Reporter 14 March 2026", vec!["Jane Doe"]),
            ("Jane Doe, 14 March 2026, 13:15", vec!["Jane Doe"]),
            ("Jane Doe (14 March 2026)", vec!["Jane Doe"]),
            ("Jane Doe - Thứ sáu, 14/3/2026, 06:45 (GMT+7)", vec!["Jane Doe"]),
            ("Jane Doe | 05/03/2026", vec!["Jane Doe"]),
            ("05/03/2026 · Jane Doe", vec!["Jane Doe"]),
            ("La Gazette <b>Par Maëlle Kerjean</b> Publié le 05/03/2026", vec!["Maëlle Kerjean"]),
            ("14. März 2026 <b>Von Hanne Broer</b> <i>Kommentare (12)</i>", vec!["Hanne Broer"]),
            ("18 мая 2026 <b>Ольга Ветрова</b> <i>Комментарии (3)</i>", vec!["Ольга Ветрова"]),
            ("2026-03-14 07:42 浏览次数：123 作者：林晓岚 编辑：刘洋", vec!["林晓岚"]),
            ("2026-03-14 字体：<a>大</a> <a>中</a> <a>小</a> <a>打印</a>", vec![]),
            ("2026-03-14 字体：大 中 小 打印", vec![]),
            ("14 March 2026 <a>Apple Podcasts</a> <a>Blue Castor</a>", vec![]),
            ("Publicado em 05/03/2026 às 09:15 por Jane Doe", vec!["Jane Doe"]),
            ("Publicerad 14 mars 2026 av Hanne Broer", vec!["Hanne Broer"]),
            ("海湾日报记者 林晓岚　2026-03-14 07:42", vec!["林晓岚"]),
            ("Porto Novo - 14 March 2026", vec![]),
            ("Porto Novo 14 March 2026", vec![]),
            ("Santa Clara, 14 March 2026", vec![]),
            ("14 March 2026, Santa Clara", vec![]),
            ("Local Life 14 March 2026", vec![]),
            ("Harbour Council met on 14 March 2026", vec![]),
        ] {
            let html =
                format!("<nav><a>Local Life</a></nav><h1>Ferry</h1><div>{line}</div>{STORY}");
            assert_eq!(of(&html).authors, names, "{line}");
        }
    }

    #[test]
    fn a_sentence_is_no_byline() {
        for (line, names) in [
            ("By noon nobody was left.", vec![]),
            ("By New Year, the price had doubled again.", vec![]),
            ("Von Montag bis Freitag ist das Büro besetzt.", vec![]),
            ("Von Montag bis Freitag", vec![]),
            ("Von Anna Merk stammt der Satz, der alles änderte.", vec![]),
            ("Door de storm viel de stroom uit.", vec![]),
            ("Door de storm", vec![]),
            ("Por la noche llegó la policía.", vec![]),
            ("The bridge was closed on 7 August 2023 by Harbour Works.", vec![]),
            ("By Jane Doe.", vec!["Jane Doe"]),
            ("By Jane Doe, senior reporter at the Gazette.", vec!["Jane Doe"]),
            ("By Jane Doe and John Roe, 5 May 2024.", vec!["Jane Doe", "John Roe"]),
            ("Door Jan de Vries", vec!["Jan de Vries"]),
        ] {
            let html = format!("<h1>Storm</h1><p>It blew.</p><p>{line}</p><p>It blew on.</p>");
            assert_eq!(of(&html).authors, names, "{line}");
        }
    }

    #[test]
    fn authors_are_named_in_many_ways() {
        for (byline, names) in [
            ("Ein Interview von Hanne Broer", vec!["Hanne Broer"]),
            ("Una entrevista de Leo Prado", vec!["Leo Prado"]),
            ("Ein Film von Hanne Broer", vec![]),
            ("Ein Bericht von der Front", vec![]),
            ("oprac. Halina Brzoza", vec!["Halina Brzoza"]),
            ("文 | 林晓岚", vec!["林晓岚"]),
            ("글·사진 한서윤", vec!["한서윤"]),
            ("Text und Fotos: Hanne Broer", vec!["Hanne Broer"]),
            ("Text und Musik von Hanne Broer", vec![]),
            ("Door onze redacteur Fenna Dijk", vec!["Fenna Dijk"]),
            ("Van onze verslaggever Fenna Dijk", vec!["Fenna Dijk"]),
            ("De notre correspondante Maëlle Kerjean", vec!["Maëlle Kerjean"]),
            ("Our Editor Ed Miller", vec!["Ed Miller"]),
            ("De notre Dame Marie", vec![]),
            ("Haber: Elif Kaya", vec!["Elif Kaya"]),
            ("Contributors to wiki projects", vec![]),
            ("Texto de Leo Prado", vec!["Leo Prado"]),
            ("Articolo di Leo Prado", vec!["Leo Prado"]),
            ("Article rédigé par Maëlle Kerjean", vec!["Maëlle Kerjean"]),
            ("Dalla nostra inviata Lia Prado", vec!["Lia Prado"]),
            ("Redacción: Leo Prado", vec!["Leo Prado"]),
            ("Redacción: Economía", vec![]),
            ("Harbour Town - Von Hanne Broer", vec!["Hanne Broer"]),
            ("Opinion | By Hanne Broer", vec!["Hanne Broer"]),
            ("The storm - by noon all was over", vec![]),
            ("Szerző: Kis Panna", vec!["Kis Panna"]),
            ("Scris de Ilinca Popa", vec!["Ilinca Popa"]),
            ("نویسنده: لیلا منصوری", vec!["لیلا منصوری"]),
            ("文｜林晓岚", vec!["林晓岚"]),
            ("[부두신문=한서윤 기자]", vec!["한서윤"]),
            ("부두=부두신문 한서윤 기자", vec!["한서윤"]),
            ("사진=부두신문 한서윤 기자", vec![]),
            ("Hanne Broer, staff writer", vec!["Hanne Broer"]),
            ("Hanne Broer, mayor of Harbour Town", vec![]),
            ("Hanne Broer · 5 min read", vec!["Hanne Broer"]),
            ("Olive Oil Cake · 5 servings", vec![]),
            ("Maëlle Kerjean (avec AFP)", vec!["Maëlle Kerjean"]),
            ("作者：林晓岚 编辑：刘洋 来源：海湾日报", vec!["林晓岚"]),
            ("文＝山口 恵子 写真＝田中 一郎", vec!["山口 恵子"]),
            ("Por Leo Prado Comentarios (37)", vec!["Leo Prado"]),
            ("Door Fenna Dijk Reacties (21)", vec!["Fenna Dijk"]),
            ("By Hanne Broer The Register", vec!["Hanne Broer"]),
            ("海湾日报记者 林晓岚 摄", vec![]),
        ] {
            let html = format!("<h1>Storm</h1><p>{byline}</p><p>…</p>");
            assert_eq!(of(&html).authors, names, "{byline}");
        }
        let wiki = "<script type='application/ld+json'>{\"@type\":\"Article\",\"author\":\
            {\"@type\":\"Organization\",\"name\":\"Contributors to wiki projects\"}}</script>";
        assert_eq!(of(wiki).authors, ["Contributors to wiki projects"]);
    }

    #[test]
    fn the_footer_of_an_article_says_who_wrote_it_and_when() {
        for html in [
            "<main><h1>Storm</h1><article><footer class=node__meta>Submitted by Jane Doe on Wed, \
             01/22/2025 - 11:00</footer><p>It blew.</p></article></main>",
            "<article><h1>Storm</h1><p>It blew.</p><footer class=entry-footer>Posted on <time \
             datetime=2025-01-22>January 22, 2025</time> by Jane Doe</footer></article>",
            "<h1>Storm</h1><p>It blew.</p><div class=post-footer>Posted by Jane Doe at <time \
             datetime=2025-01-22>noon</time></div>",
        ] {
            let metadata = of(html);
            assert_eq!(metadata.authors, ["Jane Doe"], "{html}");
            assert_eq!(shown(&metadata), "2025-01-22", "{html}");
        }
        let html = "<article><h1>Storm</h1></article><footer>By Jane Doe, 22 January 2025</footer>";
        assert_eq!((of(html).authors, shown(&of(html))), (vec![], "2024-03-09".to_owned()));
    }

    #[test]
    fn what_buttons_say_is_no_name() {
        for control in [
            "<button>Morning Briefing</button>",
            "<p><a class=btn>Hear It Now</a></p>",
            "<a>Ask Question</a>",
        ] {
            let html = format!("<h1>Storm</h1><p>5 May 2024</p><div>{control}</div>");
            assert_eq!(of(&html).authors, Vec::<String>::new(), "{html}");
        }
    }

    #[test]
    fn names_that_are_words_of_dates_are_names() {
        for (line, names) in [
            ("By Mei Sun", vec!["Mei Sun"]),
            ("By Li Sun and Wed Miller", vec!["Li Sun", "Wed Miller"]),
            ("By April Jones, Sun 5 May 2024", vec!["April Jones"]),
            ("By Jane Doe Sun 5 May 2024", vec!["Jane Doe"]),
            ("By Jane Doe Sun May 5, 2024", vec!["Jane Doe"]),
            ("By Jane Doe Monday at 10:15", vec!["Jane Doe"]),
            ("By Jane Doe Thursday, May 5, 2024", vec!["Jane Doe"]),
        ] {
            assert_eq!(of(&format!("<h1>Storm</h1><p>{line}</p>")).authors, names, "{line}");
        }
    }

    #[test]
    fn authors_are_read_in_every_script() {
        for (byline, names) in [
            ("<p>김서연 기자 입력 2025.10.21 09:12</p>", vec!["김서연"]),
            ("<p class=byline>김서연 기자</p>", vec!["김서연"]),
            ("<p class=author>田中美咲</p>", vec!["田中美咲"]),
            ("<p class=author>田中美咲記者</p>", vec!["田中美咲"]),
            ("<p class=byline>文・田中美咲</p>", vec!["田中美咲"]),
            ("<p>记者：陈晓雨</p>", vec!["陈晓雨"]),
            ("<p class=author>记者陈晓雨</p>", vec!["陈晓雨"]),
            ("<p>מאת נועה ברק 21 באוקטובר 2025</p>", vec!["נועה ברק"]),
            ("<p>كتبت: ليلى منصور 21 أكتوبر 2025</p>", vec!["ليلى منصور"]),
            ("<p>लेखक: कविता शर्मा 21 अक्टूबर 2025</p>", vec!["कविता शर्मा"]),
            ("<p>โดย สุภาวดี แสงทอง 21 ตุลาคม 2568</p>", vec!["สุภาวดี แสงทอง"]),
            ("<p>Της Ελένη Παππά</p>", vec!["Ελένη Παππά"]),
            ("<p>Tác giả: Nguyễn Thu Hà Thứ ba, 21/10/2025</p>", vec!["Nguyễn Thu Hà"]),
            // The minister wrote in his letter that the bridge will be closed.
            ("<p>كتب الوزير في رسالته أن الجسر سيغلق</p>", vec![]),
        ] {
            assert_eq!(of(&format!("<h1>X</h1>{byline}<p>…</p>")).authors, names, "{byline}");
        }
    }

    #[test]
    fn a_thread_is_by_who_began_it() {
        let post = |name: &str| {
            format!("<p class=author>by <a>{name}</a> » <time>5 May 2024</time></p><p>It blew.</p>")
        };
        let html = format!("<h1>Storm</h1>{}<p>Likes</p>{}", post("gale_42"), post("Jane Doe"));
        assert_eq!(of(&html).authors, ["gale_42"]);
    }

    #[test]
    fn a_day_of_something_else_is_no_publication() {
        for html in [
            "<script type='application/ld+json'>{\"@type\":\"Event\",\"name\":\"Lecture\",\
             \"startDate\":\"2025-11-20T19:00:00+01:00\"}</script><h1>Lecture</h1>\
             <p>Date: 20 November 2025</p>",
            "<h1>Lecture</h1><p>20 November 2025, 7:00 pm - 9:00 pm</p>",
            "<h1>Jane Doe</h1><p>April 11, 1933 — March 2, 2024</p>",
            "<h1>Jane Doe</h1><p>She was born on April 11, 1933, in Salem.</p>",
            "<h1>Plane</h1><p>A plane.</p><ol class=commentlist><li><time>4 May 2023</time></ol>",
        ] {
            let (metadata, _) = read(&Dom::parse(html), None, None, None, &mut Vec::new());
            assert_eq!(shown(&metadata), "none", "{html}");
        }
    }

    #[test]
    fn the_day_when_a_job_was_posted_is_its_publication() {
        let html = "<script type='application/ld+json'>{\"@type\":\"JobPosting\",\
            \"title\":\"Pilot\",\"datePosted\":\"2025-05-02\"}</script><h1>Pilot</h1>";
        assert_eq!(shown(&of(html)), "2025-05-02");
    }

    #[test]
    fn a_time_of_day_without_a_zone_is_worth_what_the_page_says_elsewhere() {
        for (meta, published) in [
            ("<meta name=date content='2025-09-04T06:30:00-04:00'>", "2025-09-04T06:30:00-04:00"),
            ("", "2025-09-04"),
        ] {
            let html = format!("{meta}<h1>Storm</h1><p>Sep 04, 2025, 06:30</p>");
            assert_eq!(shown(&of(&html)), published, "{html}");
        }
    }

    #[test]
    fn the_date_of_the_article_wins_over_dates_of_teasers() {
        let html = "<aside class=related><time datetime=2020-01-01>1 Jan</time></aside>\
            <h1>Storm</h1><time datetime=2024-03-09T10:15:00+01:00>9 March</time>";
        let metadata = of(html);
        assert_eq!(shown(&metadata), "2024-03-09T10:15:00+01:00");
        assert_eq!(metadata.published.unwrap().from, DateSource::Time);
    }

    #[test]
    fn each_date_says_where_it_was_read() {
        for (html, from) in [
            (
                "<script type='application/ld+json'>{\"@type\":\"Article\",\
                 \"datePublished\":\"2024-03-09\"}</script>",
                DateSource::JsonLd,
            ),
            ("<meta property='article:published_time' content=2024-03-09>", DateSource::Meta),
            ("<h1>Storm</h1><p>March 9, 2024</p>", DateSource::Text),
            ("<h1>Storm</h1>", DateSource::Url),
        ] {
            let metadata = of(html);
            assert_eq!(shown(&metadata), "2024-03-09", "{html}");
            assert_eq!(metadata.published.unwrap().from, from, "{html}");
        }
    }

    #[test]
    fn a_change_is_not_a_publication() {
        let html = "<h1>Storm</h1><p>Updated: 12 March 2024</p><p>Published: 9 March 2024</p>";
        let metadata = of(html);
        assert_eq!(shown(&metadata), "2024-03-09");
        assert_eq!(metadata.modified.unwrap().at.to_string(), "2024-03-12");
    }

    #[test]
    fn what_readers_are_shown_corrects_data_that_are_written_anew_with_each_change() {
        let data = "<script type='application/ld+json'>{\"@type\":\"Article\",\
            \"datePublished\":\"2024-06-20T08:00:00Z\",\"dateModified\":\"2024-06-20\"}</script>";
        for (line, published) in [
            ("<p>9 March 2024</p>", "2024-03-09"),
            ("<p>Published 9 March 2024 | Updated 20 June 2024</p>", "2024-03-09"),
            ("<p>Updated 20 June 2024, first published 9 March 2024</p>", "2024-03-09"),
            ("<p>This story was first published on 9 March 2024.</p>", "2024-03-09"),
            // The same day west of Greenwich; a day of the story; a date of a change.
            ("<p>19 June 2024</p>", "2024-06-20T08:00:00Z"),
            (
                "<p>The storm that had begun far out at sea on 9 March 2024</p>",
                "2024-06-20T08:00:00Z",
            ),
            ("<p>Updated 9 March 2024</p>", "2024-06-20T08:00:00Z"),
            ("<p>20 June 2024</p><p>9 March 2024</p>", "2024-06-20T08:00:00Z"),
        ] {
            assert_eq!(shown(&of(&format!("{data}<h1>Storm</h1>{line}"))), published, "{line}");
        }
    }

    #[test]
    fn a_date_line_outdoes_a_meta_that_may_mean_anything() {
        let html = "<meta name=date content=2023-11-02><h1>Storm</h1><p>Date: 9 March 2024</p>";
        assert_eq!(shown(&of(html)), "2024-03-09");
    }

    #[test]
    fn a_day_and_a_month_in_numbers_are_told_apart_by_the_page() {
        let read = |lang: &str, body: &str| {
            let html = format!("<html lang={lang}><h1>Storm</h1><p>05/11/2025</p>{body}");
            shown(&read(&Dom::parse(&html), None, None, None, &mut Vec::new()).0)
        };
        for lang in ["es", "de-AT", "en-GB", "vi"] {
            assert_eq!(read(lang, ""), "2025-11-05", "{lang}");
        }
        for lang in ["en", "en-US", "ja"] {
            assert_eq!(read(lang, ""), "none", "{lang}");
        }
        // Another date of the page shows its order.
        assert_eq!(read("en", "<p>Gale</p><p>28/10/2025</p>"), "2025-11-05");
        assert_eq!(read("en-GB", "<p>Gale</p><p>10/28/2025</p>"), "2025-05-11");
    }

    #[test]
    fn a_date_far_from_the_headline_is_the_last_resort() {
        for (html, published) in [
            (
                "<p>Harbour, 8 March 2024 - The storm that all had feared reached the coast at noon and \
              tore the roofs off the sheds.</p>",
                "2024-03-08",
            ),
            (
                "<h1>Storm</h1><p>The storm is over.</p><p>Page last edited 2024-03-07 by Jane</p>",
                "2024-03-07",
            ),
        ] {
            let (metadata, _) = read(&Dom::parse(html), None, None, None, &mut Vec::new());
            assert_eq!(shown(&metadata), published, "{html}");
        }
    }

    #[test]
    fn a_moment_in_utc_is_shown_in_the_zone_that_the_page_states() {
        let html = "<meta property='article:published_time' content='2024-03-10T02:41:00Z'>\
            <h1>Storm</h1><time datetime='2024-03-09T21:41:00-05:00'>9 March</time>";
        assert_eq!(shown(&of(html)), "2024-03-09T21:41:00-05:00");
    }

    #[test]
    fn a_canonical_address_is_believed_only_on_the_same_site() {
        for (canonical, kept) in [
            ("/news/storm", Some("https://www.gazette.example/news/storm")),
            ("https://m.gazette.example/storm", Some("https://m.gazette.example/storm")),
            ("https://other.example/storm", None),
            ("https://www.gazette.example/", None),
        ] {
            let metadata = of(&format!("<link rel=canonical href='{canonical}'>"));
            assert_eq!(metadata.canonical_url.as_ref().map(url::Url::as_str), kept, "{canonical}");
        }
    }

    #[test]
    fn a_wrongly_declared_language_is_corrected_from_the_text() {
        let text = "Der Sturm hat in der Nacht zum Samstag an der Küste schwere Schäden \
            angerichtet, und viele Häuser stehen noch immer unter Wasser. Die Feuerwehr war \
            mit mehr als hundert Fahrzeugen unterwegs, wie ein Sprecher am Morgen sagte. ";
        let page = |lang: &str, text: &str| of(&format!("<html lang='{lang}'><p>{text}{text}</p>"));
        assert_eq!(page("en-US", text).language.as_deref(), Some("de"));
        assert_eq!(page("de_AT", text).language.as_deref(), Some("de-at"));
        assert_eq!(page("pt-BR", "").language.as_deref(), Some("pt-br"));
        assert_eq!(page("{{lang}}", "").language, None);
    }
}
