//! What `clean` takes out of text whose HTML is gone, and what it leaves alone.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use tearsheet::article::{Kind, Verdict};
use tearsheet::limits;
use tearsheet::rule::Rule;
use tearsheet::strip::{Phrases, plain};

use crate::support::desk::{Desk, Ran};

/// Lines that may not go, by language, with a story around them.
const PROSE: &str = include_str!("clean/prose.txt");
/// Lines that must go, with their kinds.
const RESIDUE: &str = include_str!("clean/residue.txt");

/// The lines of one language.
#[derive(Default)]
struct Group<'t> {
    language: &'t str,
    story: Vec<&'t str>,
    lines: Vec<&'t str>,
}

fn groups(text: &'static str) -> Vec<Group<'static>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")) {
        if let Some(language) = line.strip_prefix("= ") {
            groups.push(Group { language, ..Group::default() });
        } else if let Some(group) = groups.last_mut() {
            match line.strip_prefix("~ ") {
                Some(story) => group.story.push(story),
                None => group.lines.push(line),
            }
        }
    }
    groups
}

/// A line before, within and after the story.
fn placed(line: &str, story: &[&str]) -> [String; 3] {
    [
        [line, story[0], story[1], story[2]].join("\n\n"),
        [story[0], story[1], line, story[2]].join("\n\n"),
        [story[0], story[1], story[2], line].join("\n\n"),
    ]
}

fn verdict_on(line: &str, text: &str, language: &str, phrases: &Phrases) -> Verdict {
    let judged = plain::judge(text, phrases, Some(language)).unwrap();
    judged.lines().find(|(found, _)| *found == line).map(|(_, verdict)| verdict.clone()).unwrap()
}

#[test]
fn prose_that_looks_like_residue_stays() {
    let phrases = Phrases::built_in();
    let mut count = 0;
    let mut gone = Vec::new();
    for group in groups(PROSE) {
        for line in group.lines {
            count += 1;
            for (place, text) in placed(line, &group.story).iter().enumerate() {
                let verdict = verdict_on(line, text, group.language, &phrases);
                if verdict != Verdict::Story {
                    gone.push(format!("{place} {}: {line}: {verdict:?}", group.language));
                }
            }
        }
    }
    assert!(count >= 150, "{count} lines");
    assert!(gone.is_empty(), "{} of {count}:\n{}", gone.len(), gone.join("\n"));
}

#[test]
fn residue_goes_and_is_named() {
    let phrases = Phrases::built_in();
    let stories = groups(PROSE);
    let mut wrong = Vec::new();
    for group in groups(RESIDUE) {
        let story = &stories.iter().find(|other| other.language == group.language).unwrap().story;
        for line in group.lines {
            let (kind, line) = line.split_once(" | ").unwrap();
            let kind = Kind::parse(kind).unwrap();
            for text in &placed(line, story)[1..] {
                let verdict = verdict_on(line, text, group.language, &phrases);
                if !matches!(verdict, Verdict::Removed { kind: found, .. } if found == kind) {
                    wrong.push(format!("{}: {line}: {verdict:?}", group.language));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

const SUMMIT: &str = "\
Biden and Putin meet virtually this morning

Peter Klaunzer - Pool/Keystone Via Getty Images

President Biden is scheduled to hold a video call with Russian President Vladimir Putin at 10 a.m. ET.

The call comes as the two governments trade warnings over troops at the border, and nobody at NATO is talking about a quick end of it.

Please enter your comment!
Please enter your name here
";

fn piped(desk: &Desk, args: &[&str], input: &[u8]) -> Ran {
    let mut command = desk.command(args);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let ran = Ran::of(child.wait_with_output().unwrap());
    // Who refuses its input closes the pipe early.
    let _ = writer.join().unwrap();
    ran
}

#[test]
fn a_credit_and_two_prompts_go_and_every_other_line_stays() {
    let desk = Desk::new();
    let ran = piped(&desk, &["clean", "--format", "json"], SUMMIT.as_bytes());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let value: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    let expected = SUMMIT
        .replace("Peter Klaunzer - Pool/Keystone Via Getty Images\n\n", "")
        .replace("\n\nPlease enter your comment!\nPlease enter your name here", "");
    assert_eq!(value["text"], expected);
    let removed: Vec<(u64, &str, &str)> = value["removed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|removal| {
            let text = |key: &str| removal[key].as_str().unwrap();
            (removal["position"].as_u64().unwrap(), text("kind"), text("text"))
        })
        .collect();
    assert_eq!(
        removed,
        [
            (1, "photo_credit", "Peter Klaunzer - Pool/Keystone Via Getty Images"),
            (3, "comment_prompt", "Please enter your comment!"),
            (3, "comment_prompt", "Please enter your name here"),
        ]
    );
}

/// What a text begins with stays, though lines about its author follow; so do the words of prompts in
/// sentences of the story.
#[test]
fn a_title_stays_above_its_byline_and_so_does_what_a_sentence_says_by_the_way() {
    let story = groups(PROSE).remove(0).story;
    let text = [
        "Ferry late again",
        "By Rachel Whitcombe",
        "Published 14:22, 18 November 2025",
        story[0],
        story[1],
        "She was asked to consider making a donation to the hospice instead of sending flowers.",
        story[2],
    ];
    let phrases = Phrases::built_in();
    let whole = text.join("\n\n");
    let kept = plain::judge(&whole, &phrases, Some("en")).unwrap();
    let kept: Vec<_> = kept.lines().filter(|(_, v)| v.is_story()).map(|(l, _)| l).collect();
    assert_eq!(kept, [text[0], story[0], story[1], text[5], story[2]]);
}

/// Who quotes a prompt does not prompt, though one stands right before.
#[test]
fn a_sentence_that_quotes_a_prompt_stays_beside_one() {
    let story = groups(PROSE).remove(0).story;
    let prompt = "Sign up for our newsletter";
    let quoted = format!("“{prompt},” said the woman at the desk, and nobody did.");
    let whole = [story[0], prompt, &quoted, story[1], story[2]].join("\n\n");
    let judged = plain::judge(&whole, &Phrases::built_in(), Some("en")).unwrap();
    let gone: Vec<_> = judged.removals().into_iter().map(|removal| removal.text).collect();
    assert_eq!(gone, [prompt]);
}

/// References that nobody decoded, trails, bios and credits of pictures.
#[test]
fn residue_is_known_by_its_form() {
    let story = groups(PROSE).remove(0).story;
    let phrases = Phrases::built_in();
    for (line, kind) in [
        ("Photo:&nbsp;Jane Roe/AFP", Kind::PhotoCredit),
        ("Jane Roe/AFP\u{a0}via\u{202f}Getty\u{200b} Images", Kind::PhotoCredit),
        (
            "\u{200e}Peter Klaunzer\u{a0}-\u{a0}Pool/Keystone \u{2060}Via Getty Images",
            Kind::PhotoCredit,
        ),
        ("&copy; 2025 The Corran Post. All rights reserved.", Kind::Legal),
        ("Home > Local > Corran", Kind::Navigation),
        ("Home / Local / Corran", Kind::Navigation),
        ("The quay at Corran on Monday - Photo: Jane Roe", Kind::Caption),
        (
            "Jane Roe is a reporter at the Corran Post, where she covers the harbour.",
            Kind::AuthorBio,
        ),
    ] {
        let at_end = &placed(line, &story)[2];
        let verdict = verdict_on(line, at_end, "en", &phrases);
        assert!(
            matches!(verdict, Verdict::Removed { kind: found, .. } if found == kind),
            "{line}: {verdict:?}"
        );
    }
}

#[test]
fn an_author_is_presented_at_length_below_the_story_unless_the_story_is_of_the_author() {
    let story = groups(PROSE).remove(0).story;
    let phrases = Phrases::built_in();
    let bio = "Jane Roe is a writer who is passionate about helping people find their way on the \
        water. With a degree in navigation and years on the boats, she has written for the Corran \
        Post, the Island Times and the Weekly Boat, and she has told of ferries, quays and the sea \
        for more than ten years from her home by the harbour.";
    let told = "Nobody in the town has told more of its boats than Roe, whose first piece was on a \
        ferry that ran aground below the chapel in the winter of the great storm.";
    let verdict = |text: &[&str]| verdict_on(bio, &text.join("\n\n"), "en", &phrases);
    assert_eq!(
        verdict(&[story[0], story[1], story[2], bio]),
        Verdict::Removed { kind: Kind::AuthorBio, rule: Rule::PresentsAuthor }
    );
    assert_eq!(verdict(&[story[0], told, bio]), Verdict::Story);
    assert_eq!(verdict(&[bio, story[0], story[1]]), Verdict::Story);
}

#[test]
fn a_day_among_the_facts_of_an_event_stays_and_below_a_title_goes() {
    let story = groups(PROSE).remove(0).story;
    let facts = "Date: 12 May 2026\nDoors: 7 pm\nBand: The Quay Lamps\nEntry: 5 pounds";
    let phrases = Phrases::built_in();
    let clean = |text: &str| plain::judge(text, &phrases, Some("en")).unwrap().text();
    let event = format!("{}\n\n{facts}\n\n{}", story[0], story[1]);
    assert_eq!(clean(&event), event);
    let credited = format!("{}\n\n{facts}\nPhoto: Jane Roe/AP\n\n{}", story[0], story[1]);
    assert_eq!(clean(&credited), event);
    let dated = format!("A night on the quay\n\nDate: 12 May 2026\n\n{}", story[0]);
    assert_eq!(clean(&dated), format!("A night on the quay\n\n{}", story[0]));
}

/// Pages that hold their text for wide and for narrow windows give it to others twice.
#[test]
fn a_text_that_others_took_twice_is_said_once_and_a_refrain_stays() {
    let phrases = Phrases::built_in();
    let story = "The dykes held through the night, and the river fell by two feet before noon.\n\n\
        Crews from three towns filled sandbags, while volunteers cooked soup in the school hall.\n\n\
        The bridge stays shut until engineers have looked at its piers.";
    let twice = format!("{story}\n\n{story}");
    let judged = plain::judge(&twice, &phrases, Some("en")).unwrap();
    assert_eq!(judged.text(), story);
    assert!(judged.removals().iter().all(|removal| removal.rule == Rule::SaidBefore));

    let refrain = "And the river went down, down, down to the sea that night";
    let song = format!("{story}\n\n{refrain}\n\nSo they sang on the quay:\n\n{refrain}");
    assert_eq!(plain::judge(&song, &phrases, Some("en")).unwrap().text(), song);
}

/// Beside a line on rights it may be anything; beside a prompt to comment it is of the same box.
#[test]
fn a_line_that_only_its_company_gives_away_is_called_after_what_stands_in_rows() {
    let story = groups(PROSE).remove(0).story;
    let phrases = Phrases::built_in();
    let kind = |beside: &str| {
        let whole = [story[0], story[1], story[2], beside, "Utzi erantzuna"].join("\n\n");
        match verdict_on("Utzi erantzuna", &whole, "en", &phrases) {
            Verdict::Removed { kind, rule: Rule::AmongResidue } => Some(kind),
            _ => None,
        }
    };
    assert_eq!(kind("© 2026 The Corran Post. All rights reserved."), Some(Kind::Other));
    assert_eq!(kind("Your email address will not be published."), Some(Kind::CommentPrompt));
}

#[test]
fn the_same_comes_out_of_a_file_of_a_pipe_and_of_a_batch() {
    let desk = Desk::new();
    desk.write("summit.txt", SUMMIT);
    let of_file = desk.ok(&["clean", "summit.txt"]);
    assert_eq!(piped(&desk, &["clean", "-"], SUMMIT.as_bytes()).stdout, of_file);
    let object = serde_json::json!({"id": 7, "text": SUMMIT, "source": "wire"});
    let batch =
        piped(&desk, &["clean", "--jsonl", "--threads", "2"], object.to_string().as_bytes());
    let out: serde_json::Value = serde_json::from_str(&batch.stdout).unwrap();
    assert_eq!(out["text"], of_file);
    let keys: Vec<&String> = out.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["id", "text", "source", "removed"]);
}

#[test]
fn one_line_comes_out_per_object_whatever_stands_in_it() {
    let desk = Desk::new();
    let input = b"{\"id\": 1, \"text\": \"Share on Facebook\"}\n\nnot json\n{\"id\": 3}\n[1]\n\xff\n{\"id\": 6, \"text\": \"\"}\n";
    let ran = piped(&desk, &["clean", "--jsonl"], input);
    assert_eq!(ran.code, 1);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6);
    assert_eq!(lines[0]["text"], "");
    assert_eq!(lines[0]["removed"][0]["kind"], "share_prompt");
    assert_eq!(lines[2]["id"], 3);
    for broken in [1, 2, 3, 4] {
        assert_eq!(lines[broken]["error"]["kind"], "no_text", "{}", lines[broken]);
    }
    assert_eq!(lines[5], serde_json::json!({"id": 6, "text": "", "removed": []}));
}

#[test]
fn a_program_may_wait_for_each_answer_before_it_asks_again() {
    let desk = Desk::new();
    let story = groups(PROSE)[0].story.join("</p><p>");
    desk.write("page.html", &format!("<article><h1>Late</h1><p>{story}</p></article>"));
    let text = serde_json::json!({"id": "page", "path": "page.html", "text": "Share on Facebook"});
    for args in [
        &["clean", "--jsonl", "--threads", "1"][..],
        &["clean", "--jsonl", "--threads", "3"],
        &["extract", "--manifest", "-", "--threads", "1"],
        &["extract", "--manifest", "-", "--threads", "3"],
    ] {
        let mut command = desk.command(args);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut ask = child.stdin.take().unwrap();
        let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
        for blank in ["", "\n \n", ""] {
            writeln!(ask, "{text}{blank}").unwrap();
            let answer = answers.next().unwrap().unwrap();
            assert!(answer.starts_with(r#"{"id":"page","#), "{answer}");
        }
        drop(ask);
        assert!(answers.next().is_none() && child.wait().unwrap().success());
    }
}

#[test]
fn half_a_character_costs_no_record_and_no_id() {
    let desk = Desk::new();
    let input = b"{\"id\": \"a\", \"text\": \"Rain \\ud83d fell.\", \"n\": NaN}
{\"id\": \"b\", \"text\": \"Caf\xe9\tand \\ud83d\\ude00 \xc3\xa9.\"}
{\"id\": \"c\\udc00\", \"text\": \"Snow.\"}\n";
    let ran = piped(&desk, &["clean", "--jsonl"], input);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let said = [
        serde_json::json!({"id": "a", "text": "Rain \u{fffd} fell.", "n": null, "removed": []}),
        serde_json::json!({"id": "b", "text": "Caf\u{fffd}\tand \u{1f600} é.", "removed": []}),
        serde_json::json!({"id": "c\u{fffd}", "text": "Snow.", "removed": []}),
    ];
    assert_eq!(lines, said);
    assert_eq!(ran.code, 0);
    let manifest = b"{\"id\": \"\\ud83d\", \"path\": \"no.html\"}\n";
    let ran = piped(&desk, &["extract", "--manifest", "-"], manifest);
    let line: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!((&line["id"], &line["error"]["kind"]), (&"\u{fffd}".into(), &"io".into()));
}

#[test]
fn a_text_of_too_many_lines_is_refused_and_costs_only_itself() {
    let desk = Desk::new();
    let text = "a b\n\n".repeat(limits::PLAIN_LINES_MAX + 1);
    let said = piped(&desk, &["clean"], text.as_bytes());
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("more than 500000 lines"), "{}", said.stderr);
    let input = format!(
        "{}\n{}\n",
        serde_json::json!({"id": 1, "text": text}),
        serde_json::json!({"id": 2, "text": "Rain."})
    );
    let ran = piped(&desk, &["clean", "--jsonl"], input.as_bytes());
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["id"], &lines[0]["error"]["kind"]), (&1.into(), &"too_complex".into()));
    assert_eq!((lines.len(), &lines[1]["text"]), (2, &"Rain.".into()));
}

#[test]
fn what_cannot_be_read_is_said_once_and_ends_the_batch() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("texts")).unwrap();
    for args in [&["clean", "texts"][..], &["clean", "--jsonl", "texts"]] {
        let said = desk.refused(args);
        assert!(said.contains("texts is a folder, not a file\n  hint  "), "{said}");
    }
    // A file that opens, and whose first byte cannot be read.
    if cfg!(target_os = "linux") {
        let ran = desk.run(&["clean", "--jsonl", "/proc/self/mem"]);
        assert_ne!(ran.code, 0);
        assert_eq!(ran.stdout.lines().count(), 1, "{}", ran.stdout);
        assert!(ran.stdout.contains("\"kind\":\"io\""), "{}", ran.stdout);
    }
}

#[test]
fn text_of_nothing_but_residue_comes_out_empty_and_that_is_said() {
    let desk = Desk::new();
    let ran = piped(&desk, &["clean"], b"Please enter your comment!\n");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert!(ran.stderr.contains("nothing is left"), "{}", ran.stderr);
}

#[test]
fn odd_input_comes_out_as_it_went_in_or_is_refused() {
    let desk = Desk::new();
    let story = groups(PROSE)[0].story.join("\r\n\r\n");
    let with_prompt = format!("{story}\r\n\r\nPlease enter your com\u{200b}ment!\r\n");
    let cleaned = piped(&desk, &["clean"], with_prompt.as_bytes()).stdout;
    assert_eq!(cleaned, format!("{story}\r\n"));
    let long = "The ferry was late, and nobody was surprised. ".repeat(20_000);
    assert_eq!(piped(&desk, &["clean"], long.as_bytes()).stdout, long);
    assert_eq!(piped(&desk, &["clean"], b"").stdout, "");
    let binary = piped(&desk, &["clean"], b"\x7fELF\0\0\x01");
    assert_eq!(binary.code, 2);
    assert!(binary.stderr.contains("this is no text"), "{}", binary.stderr);
    let latin1 = piped(
        &desk,
        &["clean"],
        b"Der Kapit\xe4n f\xe4hrt \xfcber den See, so wie an jedem Tag.\n",
    );
    assert_eq!(latin1.stdout, "Der Kapitän fährt über den See, so wie an jedem Tag.\n");
}

#[test]
fn explaining_shows_each_line_with_its_verdict_kind_and_rule() {
    let desk = Desk::new();
    let out = piped(&desk, &["clean", "--explain"], SUMMIT.as_bytes()).stdout;
    assert_eq!(out.lines().count(), 6, "{out}");
    assert!(out.contains("removed  photo_credit (credit_syntax)"), "{out}");
    assert!(out.contains("removed  comment_prompt (phrase_whole)"), "{out}");
}

#[test]
fn phrase_files_of_ones_own_are_heard_and_a_broken_one_is_named() {
    let desk = Desk::new();
    desk.write("mine.toml", "[ad]\nwhole = [\"brought to you by the harbour board\"]\n");
    let story = groups(PROSE)[0].story.join("\n\n");
    desk.write("text.txt", &format!("{story}\n\nBrought to you by the harbour board\n"));
    let set = "clean.phrases=[\"mine.toml\"]";
    assert_eq!(desk.ok(&["clean", "text.txt", "--set", set]), format!("{story}\n"));
    // On pages, too.
    let page = format!(
        "<article><h1>Late</h1><p>{}</p><p>Brought to you by the harbour board</p><p>{}</p></article>",
        groups(PROSE)[0].story[0],
        groups(PROSE)[0].story[1],
    );
    desk.write("page.html", &page);
    assert!(!desk.ok(&["extract", "page.html", "--set", set]).contains("harbour board"));
    assert!(desk.ok(&["extract", "page.html"]).contains("harbour board"));
    desk.write("mine.toml", "[ad]\nwhole = [\"…\"]\n");
    let refused = desk.refused(&["clean", "text.txt", "--set", set]);
    assert!(refused.contains("mine.toml, line 2"), "{refused}");
    let missing = desk.refused(&["clean", "text.txt", "--set", "clean.phrases=[\"no.toml\"]"]);
    assert!(missing.contains("no.toml"), "{missing}");

    // `config check` finds both, and says where they are named.
    desk.write("tearsheet.toml", "[clean]\nphrases = [\"mine.toml\", \"no.toml\"]\n");
    let said = desk.refused(&["config", "check"]);
    assert!(said.contains("tearsheet.toml:2: clean.phrases: mine.toml, line 2"), "{said}");
    assert!(said.contains("clean.phrases: cannot read the phrase file no.toml: "), "{said}");
    desk.write("mine.toml", "[ad]\nwhole = [\"harbour board\"]\n");
    desk.write("tearsheet.toml", "[clean]\nphrases = [\"mine.toml\"]\n");
    assert_eq!(desk.ok(&["config", "check"]), "tearsheet.toml is good\n");
}

/// A cheap stream of numbers that is the same on every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

#[test]
fn what_was_cleaned_stays_as_it_is_and_only_whole_lines_go() {
    let phrases = Phrases::built_in();
    let prose = groups(PROSE);
    let residue = groups(RESIDUE);
    let mut chance = Chance(7);
    for _ in 0..100 {
        let group = &prose[chance.below(prose.len())];
        let bad = residue.iter().find(|other| other.language == group.language).unwrap();
        let mut text = String::new();
        for _ in 0..=chance.below(25) {
            let line = match chance.below(4) {
                0 => group.story[chance.below(group.story.len())],
                1 => group.lines[chance.below(group.lines.len())],
                _ => bad.lines[chance.below(bad.lines.len())].split_once(" | ").unwrap().1,
            };
            text.push_str(line);
            text.push_str(["\n", "\n\n", "\r\n", " \n\n\n"][chance.below(4)]);
        }
        let judged = plain::judge(&text, &phrases, Some(group.language)).unwrap();
        let clean = judged.text();
        let again = plain::judge(&clean, &phrases, Some(group.language)).unwrap().text();
        assert_eq!(again, clean, "of {text:?}");
        let kept: Vec<&str> = judged
            .lines()
            .filter(|(_, verdict)| verdict.is_story())
            .map(|(line, _)| line)
            .collect();
        let lines: Vec<&str> =
            clean.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(lines, kept, "of {text:?}");
    }
}
