//! What a reader of the clean text sees of pages built the way the web builds them.

use tearsheet::article::{Article, Kind, PageKind, Verdict};
use tearsheet::rule::Rule;
use tearsheet::strip::Phrases;
use tearsheet::{extract, render, strip};

struct Reading {
    article: Article,
    kind: PageKind,
}

fn read(html: &str) -> Reading {
    let url = url::Url::parse("https://paper.example/2026/storm").unwrap();
    let draft = extract::extract(html, Some(&url)).unwrap();
    let judgement = strip::strip(&draft, Phrases::shared(), None);
    assert_eq!(judgement.verdicts.len(), draft.blocks.len());
    let (kind, confidence) = strip::appraise(&draft, &judgement);
    assert!((0.0..=1.0).contains(&confidence));
    Reading { article: render::render(draft, &judgement, confidence), kind }
}

impl Reading {
    #[track_caller]
    fn reads(&self, text: &str) {
        let wanted: Vec<&str> =
            text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(self.article.text.split("\n\n").collect::<Vec<_>>(), wanted);
    }

    #[track_caller]
    fn removed(&self, kind: Kind, text: &str) {
        let found = self
            .article
            .removals
            .iter()
            .any(|removal| removal.kind == kind && removal.text == text);
        assert!(found, "{kind} {text:?} is not among {:#?}", self.article.removals);
    }
}

const RAIN: &str = "Rain fell on the valley for the ninth day in a row, and the river rose above the lower bridge, said the mayor.";
const CREWS: &str = "Crews from three towns filled sandbags through the night, while volunteers cooked soup in the school hall.";
const CALM: &str = "Forecasters expect the wind to turn on Friday, which would give the dykes, now soft, a few days to dry.";
const STILL: &str = "The bridge to the old mill stays shut until engineers have looked at its piers, which may take them a week.";
const RIVER: &str = "At the gauge below the town the water stood at four metres and ten on Monday evening, more than ever since 1962.";

#[test]
fn a_wordpress_page_loses_its_comment_form_and_credit_lines() {
    let page = read(&format!(
        "<html><head><title>River rises - Valley Post</title></head><body class='single has-sidebar'>
        <nav class=menu><ul><li><a href=/>Home</a><li><a href=/news>News</a></ul></nav>
        <article class='post type-post tag-storm'><h1 class=entry-title>River rises</h1>
        <div class=entry-meta>By Jane Roe | March 3, 2026</div>
        <div class=entry-content><p>Peter Klaunzer - Pool/Keystone Via Getty Images</p>
        <p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p>
        <div class=sharedaddy><h3>Share this:</h3><ul><li><a href=#>Facebook</a></ul></div>
        <p>Please enter your comment!</p><p>Please enter your name here</p></div>
        <div id=respond class=comment-respond><h3>Leave a Reply</h3><p>Logged in as nobody.</p></div></article></body></html>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
    page.removed(Kind::PhotoCredit, "Peter Klaunzer - Pool/Keystone Via Getty Images");
    page.removed(Kind::CommentPrompt, "Please enter your comment!");
    page.removed(Kind::CommentPrompt, "Please enter your name here");
    assert_eq!(page.kind, PageKind::Article);
}

/// What stands with the article but outside of its container is named too; the page's own
/// furniture is nobody's removal.
#[test]
fn readers_comments_and_their_form_below_the_article_are_removals_of_their_kind() {
    let page = read(&format!(
        "<body><div class=nav><ul><li><a href=/>Home</a><li><a href=/subscribe>Subscribe</a></ul></div>
        <article><h1>River rises</h1><div class=byline>By Jane Roe</div>
        <div class=entry-content><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p></div>
        <div id=comments><h3>2 Comments</h3><ol><li><p>My cellar has been wet since Tuesday, and nobody came.</p></ol>
        <form id=respond><h3>Leave a Reply</h3><div>Please enter your comment!</div>
        <div>Please enter your name here</div></form></div></article>
        <aside><h4>Follow us</h4></aside><footer>Copyright 2026 Valley Post</footer>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
    page.removed(Kind::Byline, "By Jane Roe");
    page.removed(Kind::CommentPrompt, "2 Comments");
    page.removed(Kind::Comment, "My cellar has been wet since Tuesday, and nobody came.");
    page.removed(Kind::CommentPrompt, "Leave a Reply");
    page.removed(Kind::CommentPrompt, "Please enter your comment!");
    page.removed(Kind::CommentPrompt, "Please enter your name here");
    for furniture in ["Subscribe", "Follow us", "Copyright 2026 Valley Post"] {
        assert!(!page.article.removals.iter().any(|removal| removal.text == furniture));
    }
}

#[test]
fn a_box_of_links_near_the_end_takes_no_paragraph_of_the_story_with_it() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{STILL} {RAIN}</p>
        <div><h4>Related stories</h4><a href=/a>The flood of 1962</a></div><p>{CALM}</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{STILL} {RAIN}\n{CALM}"));
    page.removed(Kind::RelatedLinks, "The flood of 1962");
}

/// Boxes are put in after so many paragraphs, and so after headings, too.
#[test]
fn the_heading_above_a_box_of_links_is_the_storys() {
    for teaser in [
        "<div class=k7><h2>Related stories</h2><a href=/a>The flood of 1962</a></div>",
        "<div class=k7><h2><a href=/a>The flood of 1962</a></h2></div>",
    ] {
        let page = read(&format!(
            "<div><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><h2>What comes next</h2>{teaser}
            <p>{CALM}</p><h2><a href=/mill>The old mill</a></h2><p>{STILL}</p></div>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\nWhat comes next\n{CALM}\nThe old mill\n{STILL}"));
        page.removed(Kind::RelatedLinks, "The flood of 1962");
    }
}

#[test]
fn the_heading_below_a_box_of_links_is_the_storys_though_no_element_says_that_it_is_one() {
    let page = read(&format!(
        "<div><h1>River rises</h1><div>{RAIN}</div><div>{CREWS}</div>
        <div class=k7><div>Related stories</div><a href=/a>The flood of 1962</a></div>
        <div>What comes next</div><div>{CALM}</div><div>{STILL}</div></div>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\nWhat comes next\n{CALM}\n{STILL}"));
    page.removed(Kind::RelatedLinks, "The flood of 1962");
}

/// How a site shows what somebody wrote, and when.
type Comment = fn(&str, &str, &str) -> String;

/// What readers write below a story may be many times as long.
fn readers(count: usize, comment: impl Fn(&str, &str, &str) -> String) -> String {
    let names = ["marlowe", "Ted K.", "Aisha", "old_tom", "Sigrid", "quayside", "Pat O'Dell"];
    let says = [
        "My cellar has been wet since Tuesday, and nobody came to look at it, though I called them twice and my neighbour once.",
        "They said the same thing in 1987. The dyke was going to be finished by the summer then, too, and we are still waiting.",
        "Thank you to those who filled the sandbags. Some of us were asleep while you stood there in the rain.",
        "Why is there no word in this about the lock at Sandford? It was open all night, I saw it with my own eyes.",
        "I would move to the hill, if only there were a bus.",
    ];
    let comments = (0..count).map(|at| {
        let date = format!("March {}, 2026 at {}:{} pm", 3 + at / 40, 1 + at % 11, 10 + at % 50);
        comment(names[at % names.len()], &date, says[at % says.len()])
    });
    comments.collect()
}

#[test]
fn comments_below_a_story_are_none_of_it_however_many_there_are() {
    let story = format!(
        "<h1>River rises</h1><p>{RAIN} {CREWS}</p><h2>Still wet</h2><p>{CALM} {STILL}</p><p>{RIVER} {RAIN} {CREWS}</p>"
    );
    let boxes: [(&str, Comment); 4] = [
        ("<div id=comments>", |who, when, what| {
            format!("<div class=it><div>{who}</div><div>{when}</div><p>{what}</p></div>")
        }),
        ("<section class=comments>", |who, when, what| {
            format!("<p><b>{who}</b> {when}<br>{what}</p>")
        }),
        ("<div class=css-1x>", |who, when, what| {
            format!("<div class=css-9x><div>{who}</div><div>{when}</div><div>{what}</div></div>")
        }),
        ("<div class=z>", |who, when, what| {
            format!("<div><h4>{who}</h4><p>{what}</p><span>{when}</span></div>")
        }),
    ];
    for (open, comment) in boxes {
        for count in [4, 40] {
            let thread = readers(count, comment);
            let page = read(&format!(
                "<title>River rises | Valley Post</title><meta property=og:type content=article><body><div class=q>{story}</div>
                {open}<h3>{count} comments</h3>{thread}</div></section><div>© 2026 Valley Post</div>"
            ));
            page.reads(&format!(
                "{RAIN} {CREWS}\nStill wet\n{CALM} {STILL}\n{RIVER} {RAIN} {CREWS}"
            ));
        }
    }
}

#[test]
fn the_posts_of_a_thread_are_its_text() {
    let posts = readers(12, |who, when, what| {
        format!("<div class=comment><b>{who}</b> <small>{when}</small><p>{what}</p></div>")
    });
    let page = read(&format!(
        "<title>Wet cellars</title><h1>Wet cellars</h1><p>Is yours wet, too?</p>
        <div id=comments><h3>12 comments</h3>{posts}</div>"
    ));
    assert!(page.article.text.contains("I would move to the hill"), "{}", page.article.text);
}

#[test]
fn entries_with_the_time_below_the_start_of_a_report_are_no_comments() {
    let entries: Vec<String> = [CALM, STILL, RAIN, CREWS, RIVER]
        .iter()
        .enumerate()
        .map(|(at, text)| {
            format!("<div><span>March 3, 2026, 1{at}:05</span><p>{text} Entry {at}.</p></div>")
        })
        .collect();
    let page = read(&format!(
        "<meta property=og:type content=article><div><h1>River rises</h1><p>{RAIN} {CREWS} {CALM}</p><p>{STILL} {RIVER} {RAIN} {CREWS}</p>
        <div>14 comments</div>{}</div>",
        entries.concat()
    ));
    assert!(page.article.text.contains("Entry 3"), "{}", page.article.text);
}

/// Some pages hold their text a second time, for narrow windows.
#[test]
fn a_text_that_the_page_holds_twice_is_told_once() {
    let text =
        format!("<p>{RAIN}</p><h2>What comes next</h2><p>{CREWS}</p><ul><li>{STILL}</ul><p>{CALM}");
    let page = read(&format!(
        "<h1>River rises</h1><div class=wide><div>{text}</div></div>
        <div class=narrow><div>{text}</div></div>"
    ));
    page.reads(&format!("{RAIN}\nWhat comes next\n{CREWS}\n{STILL}\n{CALM}"));
    let again = |text| page.article.removals.iter().any(|removal| removal.text == text);
    assert!(again(RAIN) && again(CREWS) && again("What comes next"));
}

/// A database whose UTF-8 was read as windows-1252 gives titles that were encoded twice.
#[test]
fn a_title_that_was_encoded_twice_is_mended_and_known_in_the_text() {
    let page = read(&format!(
        "<title>A DIY Investorâ€™s Guide</title><article><h1>A DIY Investorâ€™s Guide</h1>
        <p>{RAIN}</p><p>{CREWS}</p></article>"
    ));
    assert_eq!(page.article.metadata.title.as_deref(), Some("A DIY Investor’s Guide"));
    page.reads(&format!("{RAIN}\n{CREWS}"));
}

/// A page that is read to its end goes on with the next story.
#[test]
fn the_text_ends_where_the_page_goes_on_with_another_story() {
    let story = |title: &str, one: &str, two: &str| {
        format!("<article class=story><h1>{title}</h1><p>{one}</p><p>{two}</p></article>")
    };
    let (one, two) = (format!("{RAIN} {CREWS}"), format!("{CALM} {STILL}"));
    let flute = "The museum has bought back a flute of bone that a pupil found in the cave above the town in 1931 and sold for a bicycle.";
    let pupil = "Her grandson, who brought it in a cigar box, said that she had never learned to ride, and had never told anybody why not.";
    let bone = "It is made of bone, was found in 1931, and went for a bicycle.";
    let grandson = "A grandson of the finder brought it in a cigar box on Monday.";
    let shown = "It will be shown from May on, next to the bicycle and the box.";
    let buyer = "The buyer, a teacher, never learned to play it, he said.";
    for (next, last) in [
        (story("A flute comes home", flute, pupil), pupil),
        (
            story("A flute comes home", bone, &format!("{grandson}</p><p>{shown}</p><p>{buyer}")),
            buyer,
        ),
    ] {
        let page = read(&format!(
            "<title>River rises above the bridge</title><main>{}{next}</main>",
            story("River rises above the bridge", &one, &two)
        ));
        page.reads(&format!("{one}\n{two}"));
        page.removed(Kind::RelatedLinks, last);
    }
}

/// Not every site makes an `<article>` of each; but where nobody signs the others, they may be parts of
/// the same story.
#[test]
fn another_story_in_an_element_like_the_storys_is_known_by_its_heading() {
    let page = |tag: &str, signature: &str| {
        read(&format!(
            "<meta property=og:type content=article><title>River rises above the bridge</title><body>
            <{tag} class=q><h1>River rises above the bridge</h1><p>{RAIN}</p><h2>Sandbags</h2><p>{CREWS}</p><p>{RIVER}</p></{tag}>
            <{tag} class=q><h1>The mill and its bridge</h1>{signature}<p>{CALM} {RAIN}</p><p>{STILL}</p></{tag}>"
        ))
    };
    for tag in ["div", "section"] {
        let two = page(tag, "<p>By Ada Crane, 3 March 2026</p>");
        two.reads(&format!("{RAIN}\nSandbags\n{CREWS}\n{RIVER}"));
        two.removed(Kind::RelatedLinks, STILL);
        let one = page(tag, "");
        one.reads(&format!(
            "{RAIN}\nSandbags\n{CREWS}\n{RIVER}\nThe mill and its bridge\n{CALM} {RAIN}\n{STILL}"
        ));
    }
}

#[test]
fn another_story_that_is_an_article_of_its_own_needs_no_signature_whatever_is_around_it() {
    let page = read(&format!(
        "<meta property=og:type content=article><title>River rises above the bridge</title><body>
        <div class=w><article><h1>River rises above the bridge</h1><p>{RAIN}</p><p>{CREWS}</p><p>{RIVER}</p></article></div>
        <div class=w><article><h1>The mill and its bridge</h1><p>{CALM} {RAIN}</p><p>{STILL}</p></article></div>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}"));
    page.removed(Kind::RelatedLinks, STILL);
}

#[test]
fn a_button_to_comment_within_the_story_takes_nothing_but_itself() {
    for button in [
        "<p><a href=/comments>Leave a comment</a></p>",
        "<div class=b><button>Join the conversation</button></div>",
        "<h3>Join the conversation</h3>",
    ] {
        let page = read(&format!(
            "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{RIVER}</p><p>{CALM}</p>{button}<p>{STILL}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}\n{CALM}\n{STILL}"));
    }
    // Comments that stand where the story does have a name above them.
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{RIVER}</p><p>{CALM}</p><p>2 Comments</p>
        <p>Mill fan</p><p>My cellar has been wet since Tuesday, and nobody came.</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}\n{CALM}"));
}

#[test]
fn the_first_line_of_a_box_that_prompts_goes_with_the_rest_of_it() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p>
        <div><div>Get the Morning Briefing</div><div>The best stories, delivered to your inbox at 6 a.m.</div><div>Sign up</div></div>
        <p>{RIVER}</p><p>{CALM}</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}\n{CALM}"));
    page.removed(Kind::NewsletterPrompt, "Get the Morning Briefing");
}

#[test]
fn a_line_of_the_story_stays_beside_an_advertisement_or_a_button() {
    for line in ["<h3>Two roofs fell</h3>", "<p>Final score: 3:1</p>", "<p>Serves four</p>"] {
        for prompt in ["<div>Advertisement</div>", "<p>Leave a comment</p>"] {
            let page = read(&format!(
                "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><div>{line}{prompt}</div>
                <p>{RIVER}</p><p>{CALM}</p></article>"
            ));
            assert_eq!(page.article.text.split("\n\n").count(), 5, "{}", page.article.text);
        }
    }
}

#[test]
fn a_label_before_a_link_announces_another_story_with_a_colon_and_without() {
    for label in ["Don't miss", "<b>Related:</b>", "<strong>Read more »</strong>"] {
        let page = read(&format!(
            "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p>
            <p>{label} <a href=/mill>Five things to know about the mill</a></p><p>{RIVER}</p><p>{CALM}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}\n{CALM}"));
    }
    let invites =
        format!("<p><a href=/ferry>Don't miss the ferry tonight</a> at eight.</p><p>{RIVER}</p>");
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p>{invites}<p>{CALM}</p></article>"
    ));
    assert!(page.article.text.contains("Don't miss the ferry tonight at eight."));
}

#[test]
fn the_title_is_no_text_though_it_stands_above_the_element_of_the_story() {
    let page = read(&format!(
        "<title>River rises above the bridge</title><body><section class=hero><h2>River rises above the bridge</h2></section>
        <main><div class=body><h2>River rises above the bridge</h2><p>{RAIN}</p><p>{CREWS}</p><p>{RIVER}</p></div></main>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{RIVER}"));
}

/// What stands in quotation marks is told, however short, and so are points before the text.
#[test]
fn what_a_story_begins_with_is_no_label() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>“There was.”</p><ul><li>Two bridges shut<li>Three towns help</ul>
        <p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p></article>"
    ));
    page.reads(&format!(
        "“There was.”\nTwo bridges shut\nThree towns help\n{RAIN}\n{CREWS}\n{CALM}"
    ));
}

#[test]
fn a_wikis_links_for_editing_are_no_text() {
    let edit = "<span class=mw-editsection>[<a href=/edit>edit</a>]</span>";
    let page = read(&format!(
        "<h1>River</h1><p>{RAIN}</p><div><h2>Bridges</h2>{edit}</div><p>{CREWS}</p>
        <h2>Towns{edit}</h2><p>{CALM}</p>"
    ));
    page.reads(&format!("{RAIN}\nBridges\n{CREWS}\nTowns\n{CALM}"));
}

#[test]
fn the_dates_of_a_chronology_are_its_headings() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><h3>19 June 2024</h3><p>{CREWS}</p>
        <h3>20 June 2024</h3><p>{CALM}</p><h3>21 June 2024</h3><p>{STILL}</p></article>"
    ));
    page.reads(&format!(
        "{RAIN}\n19 June 2024\n{CREWS}\n20 June 2024\n{CALM}\n21 June 2024\n{STILL}"
    ));
}

#[test]
fn what_an_element_shows_in_the_place_of_its_children_is_read() {
    let page = read(&format!(
        "<title>River rises</title><story-page><template shadowrootmode=open><article><p>{RAIN}</p>
        <p>{CREWS}</p><p>{CALM}</p></article></template></story-page>
        <template><p>{STILL}</p></template>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
}

#[test]
fn a_caption_in_the_text_goes_to_its_picture_with_the_credit_apart() {
    for (parted, credit) in [
        (" (AP Photo/Jane Roe)", "AP Photo/Jane Roe"),
        (" [AP Photo/Jane Roe]", "AP Photo/Jane Roe"),
        (" – Photo: Jane Roe/AP", "Jane Roe/AP"),
        (" | Jane Roe/AFP", "Jane Roe/AFP"),
    ] {
        let page = read(&format!(
            "<article><p>{RAIN}</p>
            <p><img src=/boats.jpg alt=Boats><br>Two boats stand by in the bay.{parted}</p>
            <p>{CREWS}</p><p>{CALM}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
        page.removed(Kind::Caption, &format!("Two boats stand by in the bay.{parted}"));
        let image = &page.article.images[0];
        assert_eq!(image.caption.as_deref(), Some("Two boats stand by in the bay."));
        assert_eq!(image.credit.as_deref(), Some(credit));
    }
}

#[test]
fn the_author_is_presented_at_the_end_and_named_in_a_line_of_its_own() {
    let page = read(&format!(
        "<meta name=author content='Jane Roe'><article><h1>River rises</h1><p>By Jane Roe</p>
        <p>{RAIN}</p><p>Jane Roe is nobody here.</p><p>{CREWS}</p><p>{RAIN}</p><p>{CALM}</p>
        <p>{CREWS}</p><p>{RAIN}</p><p>{CALM}</p><p>Jane Roe is the weather editor of the Valley Post.</p></article>"
    ));
    page.removed(Kind::Byline, "By Jane Roe");
    page.removed(Kind::AuthorBio, "Jane Roe is the weather editor of the Valley Post.");
    assert!(page.article.text.contains("Jane Roe is nobody here."));
}

#[test]
fn a_last_paragraph_that_begins_with_the_authors_name_is_about_the_author() {
    let about = "Mara Lind pracuje w redakcji od 2011 roku i mieszka nad rzeką.";
    let page = read(&format!(
        "<html lang=pl><meta name=author content='Mara Lind'><article><h1>River rises</h1><p>{RAIN}</p>
        <p>Mara Lind watched it come from her roof.</p><p>{CREWS}</p><p>{CALM}</p><p>{about}</p></article>"
    ));
    page.reads(&format!("{RAIN}\nMara Lind watched it come from her roof.\n{CREWS}\n{CALM}"));
    page.removed(Kind::AuthorBio, about);
}

#[test]
fn who_is_presented_last_is_the_author_of_a_page_that_names_none_unless_the_story_tells_of_them() {
    let last = "Mara Lind is a reporter in Corran.";
    let read_with = |meta: &str, second: &str| {
        read(&format!(
            "{meta}<article><h1>River rises</h1><p>{RAIN}</p><p>{second}</p><p>{CREWS}</p><p>{CALM}</p><p>{last}</p></article>"
        ))
    };
    read_with("", CREWS).removed(Kind::AuthorBio, last);
    let told = "Police asked Ms Lind on Monday who had opened the sluice at the mill.";
    assert!(read_with("", told).article.text.ends_with(last));
    let by_another = "<meta name=author content='Ole Berg'>";
    assert!(read_with(by_another, CREWS).article.text.ends_with(last));
}

#[test]
fn a_last_paragraph_that_begins_with_the_name_of_an_authority_is_story() {
    let last = "Valley Trust will decide in May whether the crossing can go on.";
    for author in [
        "<meta name=author content='Valley Council'>",
        "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"author\":\
         {\"@type\":\"Organization\",\"name\":\"Valley Trust\"}}</script>",
    ] {
        let last = if author.starts_with("<meta") {
            last.replace("Trust", "Council")
        } else {
            last.into()
        };
        let page = read(&format!(
            "{author}<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p><p>{last}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}\n{last}"));
    }
}

#[test]
fn a_sentence_that_begins_as_bylines_do_stays_in_the_text() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>By noon nobody was left.</p><p>{CREWS}</p>
        <p>{CALM}</p></article>"
    ));
    page.reads(&format!("{RAIN}\nBy noon nobody was left.\n{CREWS}\n{CALM}"));
    assert_eq!(page.article.metadata.authors, Vec::<String>::new());
}

/// Paragraphs as long as those of a story are.
const LONG: [&str; 3] = [
    "Rain fell on the valley for the ninth day in a row, and the river rose above the lower bridge, \
     which the council had closed the night before, said the mayor.",
    "Crews from three towns filled sandbags through the night, while volunteers cooked soup in the \
     hall of the school, where some forty families will sleep this week.",
    "Forecasters expect the wind to turn on Friday, which would give the dykes, now soft, a few days \
     to dry before the next rain, and the ferry a chance to sail.",
];

/// A page by Mara Lind and Ole Berg of 5 November 2025 with something before its text and behind it.
fn signed(lang: &str, before: &str, behind: &str) -> Reading {
    let [rain, crews, calm] = LONG;
    read(&format!(
        "<html lang={lang}><head><meta name=author content='Mara Lind'>
        <meta name=author content='Ole Berg'>
        <meta property=article:published_time content='2025-11-05T23:30:00Z'></head><body><div>
        <h1>River rises</h1>{before}<p>{rain}</p><p>{crews}</p><p>{calm}</p>{behind}</div></body>"
    ))
}

#[test]
fn a_line_with_an_author_and_day_place_or_job_is_no_text_wherever_it_stands() {
    for (lang, line) in [
        ("en", "By Mara Lind, 5 November 2025"),
        ("en", "Mara Lind | 5 November 2025 | 06:30"),
        ("en", "Published November 5, 2025 by Mara Lind"),
        ("en", "By Mara Lind and Ole Berg"),
        ("en", "By Mara Lind in Harbourtown"),
        ("en", "By Mara Lind, Transport Correspondent"),
        ("de", "Von Mara Lind, 05.11.2025, 17:45 Uhr"),
        ("de", "Harbourtown - Von Mara Lind"),
        ("de", "Von unserer Redakteurin Mara Lind"),
        ("fr", "Par Mara Lind - Publié le 5 novembre 2025 à 18h04"),
        ("es", "Mara Lind | Villaseca | 5 de noviembre de 2025 - 11:20 h"),
        ("pt", "Por Mara Lind, de Serra Funda — 05/11/2025 09h15"),
        // No phrase file knows the language.
        ("hu", "Mara Lind | 2025. november 5., 14:20"),
        ("lt", "Mara Lind, 2025 m. lapkričio 5 d. 15:04"),
    ] {
        let line = format!("<p>{line}</p>");
        signed(lang, &line, "").reads(&LONG.join("\n"));
        signed(lang, "", &line).reads(&LONG.join("\n"));
    }
}

#[test]
fn the_day_of_the_page_at_its_head_is_no_text_in_any_language() {
    for (lang, line) in [
        ("en", "Wednesday, November 5, 2025"),
        ("nl", "5 november 2025 om 06:30"),
        ("es", "05/11/2025 11:20"),
        ("pl", "5 listopada 2025, 12:40"),
        ("ro", "5 noiembrie 2025, ora 10:05"),
        ("sk", "Zverejnené 5. novembra 2025"),
        ("vi", "Thứ tư, 5/11/2025, 06:45 (GMT+7)"),
        // By the clocks of the newsroom it is the next day.
        ("ru", "6 ноября 2025, 02:30"),
    ] {
        let page = signed(lang, &format!("<p>{line}</p>"), "");
        page.reads(&LONG.join("\n"));
        page.removed(Kind::Byline, line);
    }
    let summary = "After nine days of rain the river has risen above the lower bridge, and the council \
        asks all who live along the quays to leave their homes tonight.";
    let page = signed("en", &format!("<p>{summary}</p><p>5 November 2025</p>"), "");
    page.reads(&format!("{summary}\n{}", LONG.join("\n")));
}

#[test]
fn a_sentence_that_begins_with_a_day_or_an_author_is_no_byline() {
    for line in [
        "On 5 November 2025 the council met for the last time.",
        "By 5 November 2025 nobody was left in the valley.",
        "Mara Lind was the first to leave.",
        "Mara Lind, a nurse from Harbourtown, was the first to leave on 5 November 2025.",
        "By Mara Lind, who had seen it all, nothing was said.",
    ] {
        let page = signed("en", &format!("<p>{line}</p>"), "");
        assert!(page.article.text.contains(line), "{line}: {:#?}", page.article.removals);
    }
    let heading = "1. Mara Lind";
    let page = signed("en", "", &format!("<h3>{heading}</h3><p>{RAIN} {CREWS}</p>"));
    assert!(page.article.text.contains(heading), "{:#?}", page.article.removals);
}

#[test]
fn the_days_of_a_diary_stay() {
    let [rain, crews, calm] = LONG;
    let page = read(&format!(
        "<html lang=en><head><meta property=article:published_time content='2025-11-05'></head><body>
        <article><h1>Diary of a flood</h1><p>5 November 2025</p><p>{rain}</p><p>6 November 2025</p>
        <p>{crews}</p><p>7 November 2025</p><p>{calm}</p></article></body>"
    ));
    let days = page.article.text.lines().filter(|line| line.ends_with("November 2025"));
    assert_eq!(days.count(), 3, "{}", page.article.text);
}

/// Only what the rules say is asked: the model judges such lines by their company.
#[test]
fn facts_that_stand_together_and_results_are_no_labels() {
    let [rain, crews, calm] = LONG;
    let labels = |head: &str| {
        let html = format!("<h1>River rises</h1>{head}<p>{rain}</p><p>{crews}</p><p>{calm}</p>");
        let draft = extract::extract(&html, None).unwrap();
        let opinions = strip::opinions(&draft, Phrases::shared());
        let label = |opinion: &&Verdict| {
            matches!(opinion, Verdict::Removed { rule: Rule::LabelBeforeText, .. })
        };
        opinions.iter().filter(label).count()
    };
    assert_eq!(labels("<p>Developer: Lanternfish</p><p>Price: $20</p>"), 0);
    assert_eq!(labels("<p>Harbourtown 2-1 Redbridge</p>"), 0);
    assert_eq!(labels("<p>Harbourtown | 3:1 | Redbridge</p>"), 0);
    assert_eq!(labels("<p>Sky: Grey</p>"), 1);
    assert_eq!(labels("<p>Weather</p><p>Harbour at 10:15</p>"), 2);
}

#[test]
fn a_day_and_a_place_among_facts_are_facts() {
    let [rain, crews, calm] = LONG;
    let page = read(&format!(
        "<html lang=de><h1>Vortrag</h1><p>{rain}</p><p>{crews}</p><p>Datum: 12. Mai 2026</p>\
         <p>Beginn: 19 Uhr</p><p>Ort: Heimatmuseum</p><p>Eintritt: 5 Euro</p><p>{calm}</p>"
    ));
    for fact in ["Datum: 12. Mai 2026", "Ort: Heimatmuseum"] {
        assert!(page.article.text.contains(fact), "{}", page.article.text);
    }
}

#[test]
fn a_label_that_names_nobody_and_no_day_is_no_byline() {
    for (label, kind) in [
        ("Jump to the recipe", Kind::Other),
        ("Serie „Kleine Brücken“", Kind::Other),
        ("31 views", Kind::Other),
    ] {
        signed("en", &format!("<p>{label}</p>"), "").removed(kind, label);
    }
}

#[test]
fn a_news_page_keeps_its_text_between_boxes_and_gives_the_picture_its_caption() {
    let page = read(&format!(
        "<meta property=og:type content=article><main><h1>River rises</h1>
        <figure><img src=/river.jpg alt='The river'><figcaption>The river on Monday.</figcaption>
        <span class=credit>Jane Roe/AFP</span></figure>
        <p>{RAIN}</p><p>ADVERTISEMENT</p>
        <div class=newsletter-box><h4>The morning letter</h4><p>All the news before breakfast, every day, from our editors.</p></div>
        <p>{CREWS}</p><p><strong>Read more: <a href=/a>The flood of 1962</a></strong></p>
        <h2>What comes next</h2><p>{CALM}</p>
        <h2>Related stories</h2><ul><li><a href=/b>The bridge that fell</a><li><a href=/c>Nine days of rain</a></ul></main>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\nWhat comes next\n{CALM}"));
    page.removed(Kind::Ad, "ADVERTISEMENT");
    page.removed(Kind::RelatedLinks, "Read more: The flood of 1962");
    page.removed(Kind::RelatedLinks, "Related stories");
    let image = &page.article.images[0];
    assert_eq!(image.url, "https://paper.example/river.jpg");
    assert_eq!(image.caption.as_deref(), Some("The river on Monday."));
    assert_eq!(image.credit.as_deref(), Some("Jane Roe/AFP"));
    assert!(page.article.markdown.contains("## What comes next"));
}

/// So that the pictures of one photographer can be counted.
#[test]
fn a_credit_is_kept_without_its_label() {
    for (language, credit) in [
        ("en", "Jane Roe/Reuters"),
        ("en", "Photo: Jane Roe/Reuters"),
        ("en", "(Photo by Jane Roe/Reuters)"),
        ("de", "Foto: Jane Roe/Reuters"),
        ("fr", "Crédit photo : Jane Roe/Reuters"),
        ("ja", "写真：Jane Roe/Reuters"),
    ] {
        let page = read(&format!(
            "<html lang={language}><article><h1>River rises</h1><figure><img src=/river.jpg><figcaption>{credit}\
             </figcaption></figure><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p></article>"
        ));
        assert_eq!(page.article.images[0].credit.as_deref(), Some("Jane Roe/Reuters"), "{credit}");
    }
}

#[test]
fn a_page_without_semantic_markup_is_read_line_break_by_line_break() {
    let page = read(&format!(
        "<body><table width=100%><tr><td><a href=/>Home</a><br><a href=/about>About</a></td>
        <td><font size=5>My log</font><br><br>{RAIN}<br><br>{CREWS}<br><br>{CALM}</td></tr></table>"
    ));
    assert!(
        page.article.text.ends_with(&format!("{RAIN}\n\n{CREWS}\n\n{CALM}")),
        "{}",
        page.article.text
    );
    assert!(!page.article.text.contains("About"));
}

#[test]
fn a_german_page_is_cleaned_by_german_phrases() {
    let page = read(
        "<html lang=de><body><article><h1>Der Fluss steigt</h1><p>Foto: dpa</p>
        <p>Seit neun Tagen regnet es im Tal, und der Fluss steht über der unteren Brücke, sagte die Bürgermeisterin am Montag.</p>
        <p>Lesen Sie auch: <a href=/a>Die Flut von 1962</a></p>
        <p>Helfer aus drei Orten füllten die Nacht hindurch Sandsäcke, während in der Schule Suppe gekocht wurde, wie es hieß.</p>
        <h3>Schreiben Sie einen Kommentar</h3><p>Ihre E-Mail-Adresse wird nicht veröffentlicht.</p></article>",
    );
    page.reads(
        "Seit neun Tagen regnet es im Tal, und der Fluss steht über der unteren Brücke, sagte die Bürgermeisterin am Montag.
        Helfer aus drei Orten füllten die Nacht hindurch Sandsäcke, während in der Schule Suppe gekocht wurde, wie es hieß.",
    );
    page.removed(Kind::PhotoCredit, "Foto: dpa");
    page.removed(Kind::RelatedLinks, "Lesen Sie auch: Die Flut von 1962");
}

/// Two words may mean another thing in another language; on a page in their own they are heard.
#[test]
fn a_page_is_cleaned_by_the_phrases_of_its_own_language() {
    let text = [
        "Det har regnet i dalen i ni dager, og elva står over den nederste brua, sa ordføreren mandag morgen.",
        "Folk fra tre bygder fylte sandsekker gjennom natta, mens frivillige kokte suppe i gymsalen på skolen.",
        "Meteorologene venter at vinden snur på fredag, og da får de bløte demningene noen dager til å tørke.",
    ];
    let [rain, crews, calm] = text;
    let page = read(&format!(
        "<html lang=nb><body><article><h1>Elva stiger</h1><p>{rain}</p>
        <p>Les også <a href=/a>Flommen i 1962</a></p><p>{crews}</p>
        <p>Se også bildene som leserne tok, og hva de skrev om den natta.</p><p>{calm}</p></article>"
    ));
    page.removed(Kind::RelatedLinks, "Les også Flommen i 1962");
    assert!(text.iter().all(|prose| page.article.text.contains(prose)), "{}", page.article.text);
}

#[test]
fn below_the_text_a_source_says_who_wrote_it_and_at_a_picture_who_took_that() {
    let page = read(
        "<html lang=de><body><article><h1>Der Fluss steigt</h1>
        <figure><img src=/fluss.jpg><figcaption>Quelle: Jane Roe</figcaption></figure>
        <p>Seit neun Tagen regnet es im Tal, und der Fluss steht über der unteren Brücke, sagte die Bürgermeisterin am Montag.</p>
        <p>Helfer aus drei Orten füllten die Nacht hindurch Sandsäcke, während in der Schule Suppe gekocht wurde, wie es hieß.</p>
        <p>Quelle: Valley Post</p></article>",
    );
    page.removed(Kind::PhotoCredit, "Quelle: Jane Roe");
    page.removed(Kind::Byline, "Quelle: Valley Post");
}

#[test]
fn in_the_box_about_its_author_a_name_alone_is_an_author_line() {
    let page = read(&format!(
        "<head><meta name=author content='Jane Roe'></head><body><article><h1>River rises</h1>
        <p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p><div class=author-box><h4>Jane Roe</h4>
        <p>Jane Roe covers rivers and those who live on them for the Valley Post.</p></div></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
    page.removed(Kind::Byline, "Jane Roe");
    page.removed(
        Kind::AuthorBio,
        "Jane Roe covers rivers and those who live on them for the Valley Post.",
    );
}

#[test]
fn who_pays_for_a_promotion_is_said_because_the_law_wants_it() {
    let note = "This post contains affiliate links.";
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p><p>{note}</p>
        <p>This post is sponsored by the ferry.</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
    page.removed(Kind::Legal, note);
    page.removed(Kind::Ad, "This post is sponsored by the ferry.");
}

/// Galleries show the words under a picture beside it, too.
#[test]
fn what_stands_under_a_picture_is_not_told_again_in_the_text() {
    let caption = "The lower bridge in the valley, a day before it was closed.";
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><div>
        <figure><img src=/bridge.jpg><figcaption>{caption} <span>Jane Roe for the Post</span></figcaption></figure>
        <div>{caption}</div></div><p>{CALM}</p><p>{STILL}</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}\n{STILL}"));
    page.removed(Kind::Caption, caption);
}

#[test]
fn what_stands_below_a_picture_without_a_figure_is_its_caption() {
    for picture in [
        "<p><img src=/sand.jpg alt='Sand and stone by the river'></p><p>Sand and stone by the river</p>",
        "<p><img src=/sand.jpg></p><p><em>Volunteers and sand at the old church</em></p>",
        "<p><img src=/sand.jpg></p><p>▲ Volunteers and sand at the old church.</p>",
        "<p><img src=/sand.jpg><br>Volunteers and sand at the old church</p>",
        "<p><img src=/sand.jpg><br><small>Volunteers and sand at the old church</small></p>",
        "<p><img src=/sand.jpg></p><p>Volunteers and sand at the old church. AFP/jro</p>",
        "<div><img src=/sand.jpg><span class=img_descr>Volunteers and sand</span></div>",
        "<div><img src=/sand.jpg><em itemprop=caption>Volunteers and sand</em></div>",
        "<img src=/sand.jpg><em class=img_desc>Volunteers and sand</em>",
    ] {
        let page = read(&format!(
            "<article><h1>River rises</h1><p>{RAIN}</p>{picture}
            <p>{CREWS}</p><p><img src=/dyke.jpg></p><p><em>“We have seen worse,” he said.</em></p>
            <p>{CALM}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n“We have seen worse,” he said.\n{CALM}"));
        let caption = page.article.images[0].caption.as_deref();
        assert!(
            caption.is_some_and(|caption| caption.contains("and")),
            "{:?}",
            page.article.images
        );
    }
}

#[test]
fn a_caption_is_known_by_being_set_apart_with_its_picture() {
    let caption = "Volunteers carried sand from the old church to the lower bridge on Monday.";
    let [one, two] = [format!("{RAIN} {CREWS} {CALM}"), format!("{STILL} {RIVER} {RAIN}")];
    let [three, four] = [format!("{CALM} {STILL} {CREWS}"), format!("{RIVER} {CALM} {STILL}")];
    let short = "Nobody was hurt, and the school opens on Friday.";
    for picture in [
        format!("<div class=u><img src=/sand.jpg><div>{caption}</div></div>"),
        format!("<div><img src=/sand.jpg></div><div>{caption}</div>"),
        format!(
            "<p style='text-align: center'><img src=/sand.jpg></p><p style='text-align: center'>{caption}</p>"
        ),
        format!("<p align=center><img src=/sand.jpg></p><p align=center>{caption}</p>"),
    ] {
        let page = read(&format!(
            "<meta property=og:type content=article><div><h1>River rises</h1><p>{one}</p><p>{two}</p>{picture}<p>{three}</p><p>{four}</p>
            <p><img src=/dyke.jpg></p><p>{short}</p><p>{one} {two}</p></div>"
        ));
        page.reads(&format!("{one}\n{two}\n{three}\n{four}\n{short}\n{one} {two}"));
        assert_eq!(page.article.images[0].caption.as_deref(), Some(caption));
    }
}

#[test]
fn lines_that_a_style_sets_as_paragraphs_are_paragraphs() {
    let page = read(&format!(
        "<h1><span class=block>River</span><span class=block>rises</span></h1><div>
        <span style='display: block'>{RAIN}</span><span class='block mt-4'>{CREWS}</span><span
        class=d-block>{CALM} <span class=mark>{STILL}</span></span></div>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM} {STILL}"));
}

#[test]
fn a_sentence_in_large_letters_is_not_told_again() {
    let page = read(&format!(
        "<div><h1>River rises</h1><p>{RAIN}</p><p>{CREWS} “We have never seen the water come so far up the street,” said the
        mayor.</p><div class=z9>“We have never seen the water come so far up the street”</div><p>{CALM}</p><p>{STILL}</p></div>"
    ));
    page.reads(&format!(
        "{RAIN}\n{CREWS} “We have never seen the water come so far up the street,” said the mayor.\n{CALM}\n{STILL}"
    ));
}

#[test]
fn a_line_that_a_poem_repeats_stays() {
    let poem = "<p>The river took the bridge.<br>The river took the mill.</p><p>And nobody was there.</p>
        <p>The river took the bell and left<br>the rope it hung by still.</p><p>And nobody was there.</p>";
    let page = read(&format!("<div><h1>The river</h1><p>{RAIN}</p>{poem}<p>{CALM}</p></div>"));
    assert_eq!(page.article.text.matches("And nobody was there.").count(), 2);
}

/// Agencies sign reports as they do captions; below no picture it is a report.
#[test]
fn a_report_that_an_agency_signs_stays() {
    for signature in ["hbr/dpa", "(dpa/lni)", "(AFP/Reuters)", "AFP/hbr"] {
        let last = format!("The upper bridge opens again on Monday, said the mayor. {signature}");
        let page = read(&format!(
            "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p>
            <p>{last}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}\n{last}"));
    }
}

#[test]
fn a_small_box_with_a_field_for_an_address_prompts_to_subscribe_whatever_it_is_called() {
    let prompt = "Eight lines on the valley, every morning at six.";
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><div class=x1><p>{prompt}</p>
        <form><input type=email><button>Go</button></form></div><p>{CREWS}</p><p>{CALM}</p></article>"
    ));
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
    page.removed(Kind::NewsletterPrompt, prompt);
}

#[test]
fn labels_polls_and_signatures_of_posts_between_paragraphs_are_no_text() {
    for (residue, text, kind) in [
        ("<p>Advertisement</p>", "Advertisement", Kind::Ad),
        ("<p>0:00 / 5:17</p>", "0:00 / 5:17", Kind::Player),
        (
            "<blockquote><p>Read also: <a href=/a>The flood of 1962</a></p></blockquote>",
            "Read also: The flood of 1962",
            Kind::RelatedLinks,
        ),
        (
            "<blockquote><p>— Jane Roe (@roe) <a href=//x.example/1>March 2, 2026</a></blockquote>",
            "— Jane Roe (@roe) March 2, 2026",
            Kind::Other,
        ),
    ] {
        let page = read(&format!(
            "<article><h1>River rises</h1><p>{RAIN}</p><p>{STILL}</p>{residue}<p>{CREWS}</p>
            <p>{CALM}</p></article>"
        ));
        page.reads(&format!("{RAIN}\n{STILL}\n{CREWS}\n{CALM}"));
        page.removed(kind, text);
    }
}

#[test]
fn prose_that_speaks_of_residue_stays() {
    for prose in [
        "Getty Images sued the maker of the generator in London on Tuesday, two years after its first complaint.",
        "The form said: “Please enter your comment!”, and nothing happened when she did, she told the court.",
        "Advertisement revenue fell by a third, while subscriptions to the newsletter rose, the publisher said.",
        "Share prices fell after the report, and the company promised to read more of its own mail from now on.",
        "Comments by the minister were met with silence in the chamber, and then with laughter from both sides.",
        "Related cases are pending in two other courts, where the same firm has asked for the files to be sealed.",
        "In partnership with the town, the school built a kitchen that feeds three villages, and a bus to bring it.",
        "Some of the links between the two firms were known to the ministry, the report says, since last autumn.",
        "Where affiliate links pay for the news, editors told the inquiry, nobody asks who wrote the review, or why.",
        "Jane Roe is the first to sail round the island alone, and she is not going to do it twice, she said.",
        "From left to right, the parties agreed that the dam had to go, and that somebody else should pay for it.",
        "Source: the word stood below every table of the report, and nobody in the ministry had asked what it meant.",
        "A commission of two per cent is what affiliates may earn, independently of the price, said the regulator.",
        "Photo editors at Reuters said they had been told to label every picture, whoever had taken it, by noon.",
    ] {
        let page = read(&format!("<article><p>{RAIN}</p><p>{prose}</p><p>{CALM}</p></article>"));
        page.reads(&format!("{RAIN}\n{prose}\n{CALM}"));
    }
}

#[test]
fn lists_quotations_tables_and_code_are_part_of_the_text() {
    let page = read(&format!(
        "<article><p>{RAIN}</p><ol><li>First the lower bridge was closed.<li>Then the school.</ol>
        <blockquote><p>We have not slept.</p></blockquote>
        <table><tr><th>Day<th>Level</tr><tr><td>Monday<td>3.1 m</tr></table>
        <pre>level = read()\n  print(level)</pre><p>{CALM}</p></article>"
    ));
    let blocks: Vec<&str> = page.article.text.split("\n\n").collect();
    let middle = [
        "First the lower bridge was closed.",
        "Then the school.",
        "We have not slept.",
        "Day | Level",
        "Monday | 3.1 m",
        "level = read()\n  print(level)",
    ];
    assert_eq!(blocks[1..blocks.len() - 1], middle);
    assert!(
        page.article
            .markdown
            .contains("1. First the lower bridge was closed.\n2. Then the school.")
    );
}

#[test]
fn items_have_the_numbers_that_the_page_shows() {
    let page = read(&format!(
        "<article><p>{RAIN}</p><ol reversed><li>Third is the weir.<li>Second is the mill.<li>First is the dam.</ol>
        <p>{CREWS}</p><ol><li>One bridge stands.<li value=7>Seven do not.<li>Eight are in doubt.</ol><p>{CALM}</p></article>"
    ));
    for item in ["3. Third", "2) Second", "1. First", "1. One", "7) Seven", "8) Eight"] {
        assert!(page.article.markdown.contains(&format!("\n{item} ")), "{}", page.article.markdown);
    }
}

#[test]
fn text_that_is_only_in_noscript_or_in_data_is_found() {
    let page = read(&format!(
        "<body><div id=app></div><noscript><div><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p><p>{RAIN}</p><p>{CREWS}</p></div></noscript>"
    ));
    assert!(page.article.text.contains(CALM));
    let body = format!("{RAIN}\\n{CREWS}\\n{CALM}\\n{RAIN}\\n{CREWS}");
    let page = read(&format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{body}\"}}</script><div>Loading</div>"
    ));
    assert!(page.article.text.starts_with(RAIN) && page.article.text.contains(CALM));
}

#[test]
fn what_no_browser_shows_any_more_is_not_read() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><noembed><p>Your browser <b>cannot</b> show this film.</p></noembed>\
         <p>{CREWS}</p><noframes><p>This page <i>uses frames</i>.</p></noframes><p>{CALM}</p></article>"
    ));
    assert_eq!(page.article.text, format!("{RAIN}\n\n{CREWS}\n\n{CALM}"));
}

#[test]
fn a_heading_is_no_menu_for_a_class_that_says_how_it_behaves() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><h2 class='anchor anchorWithStickyNavbar_x1'>Where</h2>\
         <ul><li>At the mill</li><li>At the lock</li></ul><p>{CREWS}</p><p>{CALM}</p></article>"
    ));
    assert!(page.article.text.contains("Where\n\nAt the mill"), "{}", page.article.text);
}

#[test]
fn what_says_to_be_a_heading_is_one() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p>
        <div role=heading aria-level=3>At the mill</div><p>{CREWS}</p><p>{CALM}</p></article>"
    ));
    let markdown = &page.article.markdown;
    assert!(markdown.lines().any(|line| line == "### At the mill"), "{markdown}");
}

#[test]
fn a_quotation_that_only_leads_to_another_post_is_no_text() {
    let page = read(&format!(
        "<article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><blockquote class=wp-embedded-content>
        <a href=/2025/flood>The flood of 1962</a></blockquote><p>{STILL}</p><blockquote><p>{RIVER}</p>
        <p><a href=/people/roe>Jane Roe</a></p></blockquote>
        <blockquote><a href=/speech>The river took everything that we had</a></blockquote><p>{CALM}</p></article>"
    ));
    page.reads(&format!(
        "{RAIN}\n{CREWS}\n{STILL}\n{RIVER}\nJane Roe\nThe river took everything that we had\n{CALM}"
    ));
    page.removed(Kind::RelatedLinks, "The flood of 1962");
}

#[test]
fn what_joins_letters_stays_within_a_text_and_not_at_its_edges() {
    let page = read(&format!(
        "<article><h1>\u{200d}River rises</h1><p>{RAIN}</p><p>\u{200d}</p><h2>\u{200d}The mill 👩\u{200d}🚒 stands\u{200d}</h2>
        <p><b>\u{200c}</b> {CREWS}</p><p><code>\u{200c}</code><code>{CALM}</code></p></article>"
    ));
    page.reads(&format!("{RAIN}\nThe mill 👩\u{200d}🚒 stands\n{CREWS}\n{CALM}"));
    assert!(page.article.markdown.contains(&format!("\n\n{CREWS}\n\n`{CALM}`")));
    assert_eq!(page.article.metadata.title.as_deref(), Some("River rises"));
}

#[test]
fn the_box_to_tick_an_ingredient_off_is_no_text() {
    let boxed = |item: &str| {
        format!("<li><span><label><span class=sr-only>▢ </span></label></span>{item}</li>")
    };
    let (oil, salt) = (boxed("3 tablespoons oil"), boxed("1 pinch of salt"));
    let page = read(&format!(
        "<article><h1>Soup for the crews</h1><p>{RAIN}</p><h2>Ingredients</h2><ul>{oil}{salt}</ul><p>{CREWS}</p>
        <p>{CALM}</p></article>"
    ));
    assert!(page.article.text.contains("3 tablespoons oil"), "{}", page.article.text);
    assert!(!page.article.text.contains('▢'));
}

#[test]
fn data_that_holds_html_or_its_references_is_read_as_what_they_stand_for() {
    let stated = |body: &str| {
        read(&format!(
            "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"articleBody\":\"{body}\"}}</script>\
             <div>Loading</div>"
        ))
    };
    let html = |left: &str, right: &str| {
        let tagged =
            |name: &str, text: &str| format!("{left}{name}{right}{text}{left}/{name}{right}");
        let paragraphs = [RAIN, CREWS, CALM, RAIN, CREWS].map(|text| tagged("p", text)).concat();
        format!("{paragraphs}{}", tagged("h2", "Who pays &#8211; and when"))
    };
    for body in [html("<", ">"), html("&lt;", "&gt;")] {
        let text = stated(&body).article.text;
        assert!(text.starts_with(RAIN) && text.ends_with("Who pays – and when"), "{text}");
        assert!(!text.contains('<') && text.split("\n\n").count() >= 4, "{text}");
    }
    let marked =
        [RAIN, CREWS, CALM, RAIN, CREWS, "<a href=x>The map</a> shows where."].join("\\n\\n");
    let text = stated(&marked).article.text;
    assert!(text.ends_with("The map shows where.") && text.split("\n\n").count() >= 4, "{text}");
    let lines =
        [RAIN, CREWS, CALM, RAIN, CREWS, "Rain\\u0000 &amp;amp; wind: x &lt; 5 isn&#8217;t much"];
    let text = stated(&lines.join("\\n")).article.text;
    assert!(text.ends_with("Rain & wind: x < 5 isn’t much"), "{text}");
}

#[test]
fn pages_that_are_no_article_are_called_what_they_are() {
    let kind = |html: &str| read(html).kind;
    assert_eq!(
        kind("<title>Page not found</title><h1>404</h1><p>Sorry, we could not find that page.</p>"),
        PageKind::Soft404
    );
    assert_eq!(
        kind("<title>Just a moment...</title><p>Checking your browser before you go on.</p>"),
        PageKind::Challenge
    );
    assert_eq!(
        kind("<title>Log in</title><form><input type=password></form><p>Log in</p>"),
        PageKind::LoginWall
    );
    assert_eq!(
        kind(
            "<title>Your privacy, cookies</title><p>We and our partners use cookies.</p><p>Accept all cookies from our partners</p>"
        ),
        PageKind::ConsentWall
    );
    assert_eq!(kind("<title>App</title><div id=root></div>"), PageKind::NoArticle);
    let front =
        "<ul><li><a href=/a>Nine days of rain</a><li><a href=/b>The bridge that fell</a></ul>"
            .repeat(20);
    assert_eq!(kind(&front), PageKind::NoArticle);
    let short = format!("<meta property=og:type content=article><h1>River rises</h1><p>{RAIN}</p>");
    assert_eq!(kind(&short), PageKind::Article);
}

/// Many a page keeps its login form in a dialog that nobody has opened yet.
#[test]
fn a_story_with_a_login_dialog_or_a_cookie_notice_is_an_article() {
    let dialog =
        "<div class=modal><h2>Log In</h2><form><input name=user><input type=password></form></div>";
    let notice = "<div class=cookie-banner><h2>We value your privacy</h2><p>We and our partners use cookies.</p><button>Accept all</button></div>";
    let page = read(&format!(
        "{notice}{dialog}<div><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p><p>{CALM}</p></div>"
    ));
    assert_eq!(page.kind, PageKind::Article);
    page.reads(&format!("{RAIN}\n{CREWS}\n{CALM}"));
}

#[test]
fn the_shorter_the_text_the_less_sure_we_are() {
    let sure = |text: &str| read(&format!("<article><p>{text}</p></article>")).article.confidence;
    let long = [1, 2, 3, 4, 5, 6]
        .map(|week| format!("Week {week}: {RAIN}</p><p>Week {week}: {CREWS}"))
        .join("</p><p>");
    let two = format!("{RAIN}</p><p>{CREWS}");
    assert!(sure(RAIN) < 0.4);
    assert!(sure(RAIN) < sure(&two) && sure(&two) < sure(&long));
    assert!(sure(&long) > 0.8);
}

#[test]
fn a_page_before_its_paywall_is_called_that() {
    let page = read(&format!(
        "<script type=application/ld+json>{{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":\"False\"}}</script>
        <article><h1>River rises</h1><p>{RAIN}</p><p>Subscribe to continue reading</p></article>"
    ));
    assert_eq!(page.kind, PageKind::Paywalled);
    page.reads(RAIN);
    page.removed(Kind::PaywallPrompt, "Subscribe to continue reading");
}

#[test]
fn what_asks_for_money_right_below_the_article_stands_for_the_rest_of_it() {
    let gate = "<div class=gate><p>Subscribe to read the full story.</p></div>";
    let page = |below: &str| {
        read(&format!(
            "<main><article><h1>River rises</h1><p>{RAIN}</p><p>{CREWS}</p></article>{below}</main>"
        ))
    };
    assert_eq!(page(gate).kind, PageKind::Paywalled);
    assert_eq!(page("").kind, PageKind::Article);
    let far = "<ul><li>Weather<li>Sport<li>Opinion<li>Culture<li>Letters</ul>".to_owned() + gate;
    assert_eq!(page(&far).kind, PageKind::Article, "many a page ends so");
}

/// Each of these took the parser minutes, the stack, or gigabytes.
#[test]
fn nesting_bombs_end() {
    let fonts = (0..20_000).map(|size| format!("<font size={size}>x")).collect::<Vec<_>>().concat();
    let font_paragraphs =
        (0..20_000).map(|size| format!("<p><font size={size}>x")).collect::<Vec<_>>().concat();
    let attributes = (0..100_000).map(|name| format!(" a{name}=b")).collect::<Vec<_>>().concat();
    for bomb in [
        "<div>".repeat(100_000),
        "<ul><li>x".repeat(20_000),
        "<table><tr><td>x".repeat(20_000),
        "<b><i><a href=x>y".repeat(20_000),
        "<span>x".repeat(100_000),
        "<x-y>x".repeat(100_000),
        fonts,
        font_paragraphs,
        format!("<p{attributes}>x"),
        "<!--".repeat(100_000),
        format!("<p>{}", "a b ".repeat(3_000_000)),
    ] {
        let bomb = format!("<p>{RAIN}</p>{bomb}");
        let work = move || {
            let draft = extract::extract(&bomb, None).unwrap();
            assert!(draft.blocks.iter().any(|block| block.text == RAIN), "what stood before it");
            let judgement = strip::strip(&draft, Phrases::shared(), None);
            drop(render::render(draft, &judgement, 0.5));
        };
        // As small as the stacks that such work may get.
        std::thread::Builder::new()
            .stack_size(2 * 1024 * 1024)
            .spawn(work)
            .unwrap()
            .join()
            .unwrap();
    }
}
