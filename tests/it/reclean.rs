//! What repeats on a site goes; what is stored is made again, shown first, and put back if need be.

use serde_json::Value;

use crate::support::desk::{Desk, Ran};

const PROMISE: &str = "The Gazette belongs to its readers and takes no money from the state, from any party or from \
     those who advertise in it, which is why it asks you for yours.";
const QUOTE: &str = "“Nobody who was there that evening will ever forget what they saw from the roof,” the mayor said.";

/// A headline and its paragraphs.
fn stories() -> Vec<(&'static str, Vec<&'static str>)> {
    let stories: Vec<_> = include_str!("repeats/stories.txt")
        .split("\n\n")
        .filter_map(|story| {
            let mut lines = story.lines();
            Some((lines.next()?, lines.collect()))
        })
        .collect();
    assert_eq!(stories.len(), 8);
    stories
}

/// A folder of saved pages, and the database that they are stored into.
struct Press {
    desk: Desk,
}

impl Press {
    fn new() -> Press {
        let desk = Desk::new();
        std::fs::create_dir(desk.path("pages")).unwrap();
        Press { desk }
    }

    /// Stores the page of a story of `site` with `more` (HTML) after its second paragraph.
    fn store(&self, site: &str, number: usize, more: &str) {
        self.store_at(&format!("https://{site}/2026/{number}.html"), number, more);
    }

    fn store_at(&self, url: &str, number: usize, more: &str) {
        let (title, paragraphs) = &stories()[number];
        let paragraphs: Vec<_> =
            paragraphs.iter().map(|paragraph| format!("<p>{paragraph}</p>")).collect();
        let (before, after) = paragraphs.split_at(2);
        let html = format!(
            "<!doctype html><html lang=en><head><title>{title}</title></head><body><main><article>\
             <h1>{title}</h1>{}{more}{}</article></main></body></html>",
            before.concat(),
            after.concat()
        );
        self.desk.write("pages/page.html", &html);
        let line = serde_json::json!({ "id": url, "path": "pages/page.html", "url": url });
        self.desk.write("pages.jsonl", &format!("{line}\n"));
        self.desk.ok(&["extract", "--manifest", "pages.jsonl", "--store"]);
    }

    fn rows(&self, query: &str) -> Vec<Value> {
        let rows = self.desk.ok(&["sql", "--format", "jsonl", query]);
        rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
    }

    fn one(&self, query: &str) -> Value {
        self.rows(&format!("select ({query}) as it"))[0]["it"].clone()
    }

    /// How many texts hold this.
    fn with(&self, text: &str) -> i64 {
        let query = format!("select count(*) from articles where instr(text, '{text}') > 0");
        self.one(&query).as_i64().unwrap()
    }

    /// Everything that is stored, but for the counts of what repeats.
    fn all(&self) -> Vec<Value> {
        let keys = "(select * from likenesses union all select * from recent_likenesses)";
        let tables = ["articles", "removals", "images", "versions", keys];
        let queries = tables.map(|table| match table {
            // Their numbers are not theirs for ever.
            "removals" => "select article_id, position, kind, rule, text from removals
                           order by article_id, position, id"
                .to_owned(),
            table => format!("select * from {table} order by 1, 2"),
        });
        queries.iter().flat_map(|query| self.rows(query)).collect()
    }

    fn write(&self, statements: &str) {
        self.desk.write_to_database(statements);
    }

    fn reclean(&self, args: &[&str]) -> Ran {
        self.desk.run(&[&["reclean"], args].concat())
    }

    /// What recleaning says of each article that is not as it was, and of all of them.
    fn account(&self, args: &[&str]) -> (Vec<Value>, Value) {
        let ran = self.reclean(&[&["--format", "jsonl"], args].concat());
        let mut lines: Vec<Value> =
            ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let totals = lines.pop().unwrap();
        (lines, totals["totals"].clone())
    }

    fn is_sound(&self) {
        let checked = self.desk.run(&["db", "check"]);
        assert_eq!(checked.code, 0, "{}{}", checked.stdout, checked.stderr);
    }
}

fn paragraph(text: &str) -> String {
    format!("<p>{text}</p>")
}

/// A site on whose pages the same paragraph stands, and the articles stored one after the other.
fn gazette(stories: &[usize]) -> Press {
    let press = Press::new();
    for &number in stories {
        press.store("gazette.example", number, &paragraph(PROMISE));
    }
    press
}

#[test]
fn what_stands_in_several_articles_of_a_site_is_template_from_then_on() {
    let press = gazette(&[0, 1, 2]);
    assert_eq!(press.with(PROMISE), 3, "three articles make it furniture for the fourth");
    press.store("gazette.example", 3, &paragraph(PROMISE));
    press.store("www.gazette.example", 4, &paragraph(PROMISE));
    assert_eq!(press.with(PROMISE), 3);
    assert_eq!(
        press.rows("select kind, rule, text from removals where article_id = 4 and position > 0"),
        [serde_json::json!({"kind": "template", "rule": "repeats_on_site", "text": PROMISE})]
    );
    // Another site may say it for the first time.
    press.store("herald.example", 5, &paragraph(PROMISE));
    assert_eq!(press.with(PROMISE), 4);
    assert_eq!(press.rows("select site, articles, of_articles from template_blocks").len(), 1);
    press.is_sound();
}

#[test]
fn recleaning_takes_it_out_of_what_was_stored_before_and_shows_it_first() {
    let press = gazette(&[0, 1, 2, 3]);
    let before = press.all();
    let shown = press.desk.ok(&["reclean", "--dry-run"]);
    assert!(shown.contains(stories()[0].0) && shown.contains("template (repeats_on_site)"));
    assert!(shown.contains("3  would change") && shown.contains("1  unchanged"), "{shown}");
    assert!(shown.contains("3  removed: template"), "{shown}");
    assert_eq!(press.all(), before, "a dry run writes nothing");

    let done = press.desk.ok(&["reclean"]);
    assert!(done.contains("3  changed") && done.contains("3  removed: template"), "{done}");
    assert_eq!(press.with(PROMISE), 0);
    let recleaned =
        press.rows("select article_id, revision, text from revisions where reason = 'recleaned'");
    assert_eq!(recleaned.len(), 3);
    assert!(recleaned.iter().all(|row| row["revision"] == 2));
    assert_eq!(press.one("select count(*) from removals where kind = 'template'"), 4);
    let old = press.one("select text from revisions where article_id = 1 and revision = 1");
    assert!(old.as_str().unwrap().contains(PROMISE), "the old text stays as a revision");
    let words = press.one("select word_count from articles where id = 1");
    assert_eq!(words, stories()[0].1.iter().map(|it| it.split_whitespace().count()).sum::<usize>());
    assert!(press.desk.ok(&["search", "advertise"]).is_empty(), "the search index knows");

    let again = press.desk.ok(&["reclean"]);
    assert!(again.contains("0  changed") && again.contains("4  unchanged"), "{again}");
    press.is_sound();
}

#[test]
fn what_becomes_of_an_article_does_not_depend_on_which_came_first() {
    let mut ends = Vec::new();
    for order in [[0, 1, 2, 3, 4], [4, 2, 0, 3, 1]] {
        let press = gazette(&order);
        press.desk.ok(&["reclean"]);
        ends.push(press.rows("select url, text, word_count from articles order by url"));
    }
    assert_eq!(ends[0], ends[1]);
    assert!(ends[0].iter().all(|row| !row["text"].as_str().unwrap().contains(PROMISE)));
}

#[test]
fn undoing_puts_every_article_back_as_it_was() {
    let press = gazette(&[0, 1, 2, 3]);
    let before = press.all();
    press.desk.ok(&["reclean"]);
    let shown = press.desk.ok(&["reclean", "--undo", "--dry-run"]);
    assert!(shown.contains("3  would be put back"), "{shown}");
    assert!(shown.contains("3  restored: template"), "{shown}");
    assert_eq!(press.with(PROMISE), 0);

    let done = press.desk.ok(&["reclean", "--undo", "2"]);
    assert!(done.contains("1  put back"), "{done}");
    assert_eq!(press.with(PROMISE), 1);
    press.desk.ok(&["reclean", "--undo"]);
    assert_eq!(press.all(), before);
    let nothing = press.desk.ok(&["reclean", "--undo"]);
    assert!(nothing.contains("0  put back"), "{nothing}");
    press.is_sound();
}

#[test]
fn an_undoing_whose_revision_was_pruned_says_so_and_an_edit_is_not_undone() {
    let press = gazette(&[0, 1, 2, 3]);
    press.desk.ok(&["reclean"]);
    press.desk.ok(&["db", "prune", "--revisions", "1"]);
    let after = press.all();
    let ran = press.reclean(&["--undo", "1"]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stderr.contains("article 1") && ran.stderr.contains("pruned"), "{}", ran.stderr);
    assert_eq!(press.all(), after);

    press.write("update versions set reason = 'edited' where revision = 2");
    let (_, totals) = press.account(&["--undo"]);
    assert_eq!(totals["changed"], 0);
}

#[test]
fn what_is_said_again_is_no_furniture() {
    let press = Press::new();
    let more = format!(
        "<h2>What is known so far about what happened</h2><p>{QUOTE}</p>\
         <p><strong>The main points at a glance, in brief</strong></p>\
         <p>More to follow.</p><blockquote><p>{PROMISE}</p></blockquote>"
    );
    for number in 0..6 {
        press.store("gazette.example", number, &more);
    }
    let before = press.rows("select text from articles");
    press.desk.ok(&["reclean"]);
    assert_eq!(press.rows("select text from articles"), before);
    assert_eq!(press.one("select count(*) from removals where kind = 'template'"), 0);
    for said in
        ["What is known so far", QUOTE, "at a glance", "More to follow", "belongs to its readers"]
    {
        assert_eq!(press.with(said), 6, "{said}");
    }
}

#[test]
fn copies_of_one_story_do_not_make_its_paragraphs_furniture() {
    let press = Press::new();
    for copy in 0..6 {
        press.store_at(&format!("https://gazette.example/{copy}"), 1, "");
    }
    press.store("gazette.example", 2, "");
    press.desk.ok(&["reclean"]);
    assert_eq!(press.with("slept in a sports hall"), 6);
    assert_eq!(press.one("select count(*) from template_blocks"), 0);
    assert_eq!(press.one("select articles from sites"), 2);
    press.is_sound();
}

#[test]
fn fetches_and_revisions_of_an_article_count_once_and_removed_articles_do_not() {
    let press = gazette(&[0]);
    for round in 0..4 {
        let more = format!(
            "{}<p>Changed for the {round}th time, the editors add here.</p>",
            paragraph(PROMISE)
        );
        press.store("gazette.example", 0, &more);
    }
    let counted = "select max(articles) from site_blocks";
    assert_eq!(press.one(counted), 1);
    press.store("gazette.example", 1, &paragraph(PROMISE));
    press.store("gazette.example", 2, &paragraph(PROMISE));
    assert_eq!(
        (press.one(counted), press.one("select count(*) from template_blocks")),
        (3.into(), 1.into())
    );
    press.desk.ok(&["reclean"]);
    assert_eq!(press.with(PROMISE), 0);
    assert_eq!(press.one("select count(*) from template_blocks"), 1, "what went still counts");

    // By a program that knows nothing of us.
    press.write("delete from articles where id = 2");
    assert_eq!((press.one(counted), press.one("select articles from sites")), (2.into(), 2.into()));
    press.write("delete from kept_versions where article_id = 2; delete from versions where article_id = 2; delete from removals where article_id = 2;
                 delete from pages where article_id = 2; delete from likenesses where article_id = 2; delete from recent_likenesses where article_id = 2;
                 delete from entries where article_id = 2; delete from addresses where article_id = 2");
    let (changed, totals) = press.account(&[]);
    assert_eq!(
        (totals["changed"].clone(), totals["restored"]["template"].clone()),
        (2.into(), 2.into())
    );
    assert_eq!(changed[0]["change"]["restored"][0]["text"], PROMISE);
    assert_eq!(press.with(PROMISE), 2);
    press.is_sound();
}

#[test]
fn a_text_that_would_be_halved_or_emptied_is_left_alone_unless_forced() {
    let press = gazette(&[0, 1, 2]);
    // As if an earlier version had found far more on the page, or all of it was found wanting.
    let longer = "text || char(10) || char(10) || replace(text, 'the', 'that') || text || text";
    press.write(&format!("update articles set text = {longer} where id = 1"));
    let before = press.one("select text from articles where id = 1");
    let ran = press.reclean(&[]);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(
        ran.stdout.contains("left alone: the text would be emptied or halved"),
        "{}",
        ran.stdout
    );
    assert!(ran.stderr.contains("article 1") && ran.stderr.contains("--force"), "{}", ran.stderr);
    assert_eq!(press.one("select text from articles where id = 1"), before);
    assert_eq!(press.one("select revision from articles where id = 1"), 1);
    let shown = press.reclean(&["--dry-run"]).stdout;
    assert!(shown.lines().any(|line| line.starts_with("      - ")), "what would go: {shown}");

    press.desk.ok(&["reclean", "1", "--force"]);
    assert_eq!(press.one("select revision from articles where id = 1"), 2);
    press.desk.ok(&["reclean", "1", "--undo"]);
    assert_eq!(press.one("select text from articles where id = 1"), before);
}

#[test]
fn articles_without_a_page_are_counted_and_named_as_such() {
    let press = gazette(&[0, 1, 2, 3]);
    press.desk.ok(&["db", "prune", "--pages", "2100-01-01"]);
    let done = press.desk.ok(&["reclean"]);
    assert!(done.contains("4  without a stored page"), "{done}");
    let (lines, totals) = press.account(&["--dry-run"]);
    assert_eq!((lines.len(), totals["without_page"].clone()), (4, 4.into()));
    assert_eq!(lines[0]["end"], "without_page");
    assert_eq!(press.with(PROMISE), 3);
}

#[test]
fn a_page_that_cannot_be_read_costs_only_itself() {
    let press = gazette(&[0, 1, 2, 3]);
    press.write("update pages set html = x'28b52ffd00' where article_id = 2");
    let ran = press.reclean(&[]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.stderr.contains("article 2") && ran.stderr.contains("could not be read"),
        "{}",
        ran.stderr
    );
    assert!(ran.stdout.contains("2  changed"), "{}", ran.stdout);
    assert_eq!(press.with(PROMISE), 1);
}

#[test]
fn only_what_is_selected_is_made_again() {
    let press = gazette(&[0, 1, 2, 3]);
    press.store("herald.example", 4, "");
    let (_, totals) = press.account(&["--dry-run", "--site", "herald.example"]);
    assert_eq!((totals["changed"].clone(), totals["unchanged"].clone()), (0.into(), 1.into()));
    let (lines, _) = press.account(&["--after-id", "1", "--limit", "1"]);
    assert_eq!((lines.len(), lines[0]["id"].clone()), (1, 2.into()));
    let (lines, _) = press.account(&["https://gazette.example/2026/0.html"]);
    assert_eq!((lines.len(), lines[0]["id"].clone()), (1, 1.into()));
    assert_eq!(press.with(PROMISE), 1);
}

#[test]
fn what_cannot_be_done_is_said_in_a_word() {
    let press = Press::new();
    let missing = press.desk.refused(&["reclean"]);
    assert!(missing.contains("tearsheet.db") && missing.contains("hint"), "{missing}");
    assert!(!press.desk.path("tearsheet.db").exists(), "and none is made");

    press.store("gazette.example", 0, "");
    press.write("delete from articles; delete from article_blocks");
    assert!(press.desk.ok(&["reclean"]).contains("0  changed"));
    assert!(press.desk.ok(&["reclean", "--dry-run"]).contains("0  would change"));
    for args in [&["reclean", "77"][..], &["reclean", "--source", "9"], &["reclean", "--undo", "x"]]
    {
        let refused = press.desk.refused(args);
        assert!(refused.contains("there is no"), "{refused}");
    }
    let refused = press.desk.refused(&["reclean", "--undo", "--force"]);
    assert!(refused.contains("--force"), "{refused}");
}

#[test]
fn a_file_that_nobody_may_write_to_can_be_looked_at_but_not_recleaned() {
    let press = gazette(&[0, 1, 2, 3]);
    let path = press.desk.path("tearsheet.db");
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&path, permissions).unwrap();
    // Whoever runs as root may write to it all the same.
    if std::fs::OpenOptions::new().write(true).open(&path).is_err() {
        let refused = press.desk.refused(&["reclean"]);
        assert!(refused.contains("tearsheet.db"), "{refused}");
    }
    assert!(press.desk.ok(&["reclean", "--dry-run"]).contains("3  would change"));
}

#[test]
fn a_file_of_an_earlier_version_is_counted_before_anything_is_made_again() {
    let press = gazette(&[0, 1, 2, 3]);
    press.desk.ok(&["reclean", "--undo"]);
    press.write("delete from article_blocks");
    let ran = press.reclean(&["--dry-run"]);
    assert!(ran.stderr.contains("not counted yet in 4 articles"), "{}", ran.stderr);
    assert!(ran.stdout.contains("1  would change"), "{}", ran.stdout);
    assert_eq!(press.one("select count(*) from site_blocks"), 0);
    let done = press.desk.ok(&["reclean"]);
    assert!(done.contains("3  changed"), "{done}");
    assert_eq!(press.with(PROMISE), 0);
    press.is_sound();
}

#[test]
fn a_page_without_an_address_waits_for_no_count() {
    let press = gazette(&[0]);
    let (title, paragraphs) = &stories()[1];
    let text = paragraphs.join("</p><p>");
    let html = format!("<title>{title}</title><article><h1>{title}</h1><p>{text}</p></article>");
    press.desk.write("pages/page.html", &html);
    press.desk.ok(&["extract", "pages/page.html", "--store"]);
    assert_eq!(press.one("select count(*) from articles where url like 'urn:%'"), 1);
    // Says nothing on stderr, where it would name what is not counted yet.
    press.desk.ok(&["reclean", "--dry-run"]);
    press.write("delete from article_blocks");
    let ran = press.reclean(&["--dry-run"]);
    assert!(ran.stderr.contains("not counted yet in 1 article;"), "{}", ran.stderr);
}

#[test]
fn an_article_says_what_was_taken_out_where_it_stood_and_which_rule_said_so() {
    let press = gazette(&[0, 1, 2, 3]);
    let shown = press.desk.ok(&["show", "4", "--removed"]);
    let (title, paragraphs) = &stories()[3];
    let at = |text: &str| shown.find(text).unwrap_or_else(|| panic!("{text} in {shown}"));
    let end = &paragraphs[1][paragraphs[1].len() - 30..];
    assert!(at(title) < at(end) && at(end) < at("template (repeats_on_site)"), "{shown}");
    assert!(at("template") < at(PROMISE) && at(PROMISE) < at(&paragraphs[2][..30]), "{shown}");

    let value = press.desk.json(&["show", "4", "--removed", "--format", "json"]);
    let removals = value["removals"].as_array().unwrap();
    let removal = removals.iter().find(|removal| removal["kind"] == "template").unwrap();
    assert_eq!(
        (removal["kind"].clone(), removal["position"].clone()),
        ("template".into(), 2.into())
    );
    assert_eq!(removal["after"], paragraphs[1]);
    assert_eq!(removal["before"], paragraphs[2]);
    assert!(!press.desk.ok(&["show", "1", "--removed"]).contains("template"));
    press.write("delete from removals where article_id = 1");
    assert!(press.desk.ok(&["show", "1", "--removed"]).contains("nothing was removed"));
    let refused = press.desk.refused(&["show", "4", "--removed", "--format", "markdown"]);
    assert!(refused.contains("json"), "{refused}");
}

#[test]
fn a_stored_page_that_is_damaged_is_called_so_and_its_article_left_alone() {
    let press = gazette(&[0]);
    press.write("update pages set html = x'00'");
    let (articles, _) = press.account(&[]);
    let [article] = &articles[..] else { panic!("{articles:?}") };
    let says = article.to_string();
    assert!(says.contains("its stored page is damaged"), "{says}");
    assert_eq!(press.with(PROMISE), 1);
}

#[test]
fn dates_that_no_page_can_mean_are_believed_neither_when_stored_nor_when_recleaned() {
    let press = Press::new();
    let absurd = "<meta property='article:published_time' content='1970-01-01T00:00:00Z'>\
                 <meta property='article:modified_time' content='2131-01-01T00:00:00Z'>";
    press.store("gazette.example", 0, absurd);
    let dates = "select published_from, modified_at from articles";
    let expected = [serde_json::json!({"published_from": "first_seen", "modified_at": null})];
    assert_eq!(press.rows(dates), expected);
    press.desk.ok(&["reclean", "--force"]);
    assert_eq!(press.rows(dates), expected);
}
