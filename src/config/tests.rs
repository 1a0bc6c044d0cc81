//! What the configuration accepts, and what it says of the rest.

use std::path::Path;
use std::time::Duration;

use super::{Config, ConfigError, ContentChoice, Origin, Override, Request, load};

fn flag(key: &str, value: &str) -> Override {
    Override { key: key.to_owned(), value: value.to_owned(), flag: "--set" }
}

/// Loads `text` as the file, with nothing else set.
fn file(text: impl AsRef<[u8]>) -> (tempfile::TempDir, Request) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("t.toml");
    std::fs::write(&path, text).unwrap();
    (folder, Request { file: Some(path), ..Request::default() })
}

fn problems(outcome: Result<Config, ConfigError>) -> Vec<String> {
    let problems = outcome.unwrap_err().problems;
    problems
        .into_iter()
        .map(|problem| match &problem.origin {
            Origin::File { line, .. } => format!("{line}: {}", problem.message),
            _ => problem.to_string(),
        })
        .collect()
}

#[test]
fn the_example_file_holds_every_key_at_its_default() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/tearsheet.toml");
    let example = load(&Request { file: Some(path), ..Request::default() }).unwrap();
    let (_folder, nothing) = file("");
    let defaults = load(&nothing).unwrap();
    for (in_file, default) in example.settings().iter().zip(defaults.settings()) {
        assert_eq!((in_file.key, &in_file.value), (default.key, &default.value));
        assert_ne!(in_file.origin, Origin::Default, "{} is missing in the file", in_file.key);
    }
}

#[test]
fn flags_win_over_the_environment_over_the_file_over_defaults() {
    let (_folder, mut request) = file("[fetch]\ntimeout = '1s'\nrobots = false\nconcurrency = 2");
    request.environment = vec![
        ("TEARSHEET_FETCH__TIMEOUT".into(), "2s".into()),
        ("TEARSHEET_FETCH__CONCURRENCY".into(), "3".into()),
        ("HOME".into(), "/nowhere".into()),
    ];
    request.overrides = vec![flag("fetch.timeout", "9s"), flag("fetch.timeout", "3s")];
    let config = load(&request).unwrap();
    let fetch = config.fetch_options();
    assert_eq!(fetch.timeout, Duration::from_secs(3));
    assert_eq!((fetch.concurrency, fetch.robots), (3, false));
    assert_eq!(fetch.body_limit, 10 << 20);

    let dump = config.dump();
    for line in [
        "timeout = \"3s\"  # --set",
        "concurrency = 3  # environment TEARSHEET_FETCH__CONCURRENCY",
        "t.toml:3",
        "body_limit = \"10MiB\"  # default",
    ] {
        assert!(dump.contains(line), "{line} is not in\n{dump}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once_with_its_line() {
    let (_folder, mut request) = file(
        "[fetch]\r\ntimout = '5s'\r\ntimeout = 5\r\nbody_limit = '0'\r\nconcurrency = -1\r\n\
         allow_addresses = ['10.0.0.0/99', 1]\r\nuser_agent = \"a\\u0007\"\r\n[schedule]\r\n\
         min_interval = '2d'\r\nmax_interval = '1d'\r\n[extract]\r\ncontent = 'all'\r\n\
         [daemon.listen]\r\n",
    );
    request.environment = vec![("TEARSHEET_STORE__PAHT".into(), "x".into())];
    request.overrides = vec![flag("min_interval", "5m"), flag("fetch", "1"), flag("zebra", "1")];
    assert_eq!(
        problems(load(&request)),
        [
            "2: unknown key `fetch.timout`; did you mean `fetch.timeout`?",
            "3: fetch.timeout: must be a duration like \"15m\", not 5",
            "4: fetch.body_limit: must be between 1KiB and 1GiB",
            "5: fetch.concurrency: must be between 1 and 10000, not -1",
            "6: fetch.allow_addresses: \"10.0.0.0/99\" is no network; write it like \
             \"127.0.0.0/8\" or \"fd00::/8\"; item 2 must be a text in quotes, not 1",
            "7: fetch.user_agent: '\\u{7}' cannot stand in an HTTP header",
            "9: schedule.min_interval (\"2d\") is longer than schedule.max_interval (\"1d\")",
            "12: extract.content: must be one of \"page\", \"feed\", \"auto\", not \"all\"",
            "13: daemon.listen: must be a text in quotes, not a table",
            "--set: `fetch` is a group of keys, not a key",
            "--set: unknown key `min_interval`; did you mean `schedule.min_interval`?",
            "--set: unknown key `zebra`",
            "environment TEARSHEET_STORE__PAHT: unknown key `store.paht`; did you mean \
             TEARSHEET_STORE__PATH?",
        ]
    );
}

#[test]
fn a_byte_order_mark_is_fine_and_other_charsets_are_named() {
    let (_folder, request) = file(b"\xef\xbb\xbf[fetch]\r\ncontact = 'a@b.example'\r\n");
    let agent = load(&request).unwrap().fetch_options().user_agent;
    assert!(agent.ends_with(" (+a@b.example)"), "{agent}");

    let (_folder, request) = file(b"[store]\npath = 'caf\xe9.db'\n");
    assert_eq!(problems(load(&request)), ["2: is not UTF-8; save the file as UTF-8"]);
}

#[test]
fn broken_toml_and_missing_files_are_problems_like_others() {
    let (_folder, request) = file("[fetch]\ntimeout = '5s\n[schedule\nx = ");
    let said = problems(load(&request));
    assert!(said.len() == 1 && said[0].starts_with("2: is no TOML: "), "{said:?}");
    let (_folder, request) = file("[fetch]\ntimeout = 20s\n");
    assert_eq!(problems(load(&request)).len(), 1);

    let missing = Request { file: Some("/nowhere/at/all.toml".into()), ..Request::default() };
    let said = problems(load(&missing));
    assert!(said[0].starts_with("/nowhere/at/all.toml: cannot be read: "), "{said:?}");
}

#[test]
fn what_was_meant_is_guessed_only_where_it_is_near() {
    for (key, near) in [
        ("TEARSHEET_DB", Some("TEARSHEET_STORE__PATH")),
        ("TEARSHEET_FETCH_TIMEOUT", Some("TEARSHEET_FETCH__TIMEOUT")),
        ("TEARSHEET_FETCH__USER-AGENT", Some("TEARSHEET_FETCH__USER_AGENT")),
        ("TEARSHEET_THREADS", Some("TEARSHEET_EXTRACT__THREADS")),
        ("TEARSHEET_LOG", None),
        ("TEARSHEET_HOME", None),
        ("TEARSHEET_FETCH__PROXY", None),
    ] {
        let environment = vec![(key.into(), "1".into())];
        let file = Some("/dev/null".into());
        let said = problems(load(&Request { file, environment, ..Request::default() }));
        let guess = said[0].split_once("; did you mean ").map(|(_, guess)| guess);
        assert_eq!(guess, near.map(|near| format!("{near}?")).as_deref(), "{said:?}");
    }
}

#[test]
fn numbers_out_of_bounds_and_odd_items_are_told_the_bounds_and_the_place() {
    let (_folder, request) = file(
        "[fetch]\nconcurrency = 99999999999999999999\nbody_limit = -1\n\
         allow_addresses = ['10.0.0.0/8', 1]\n[extract]\nthreads = -1\n",
    );
    assert_eq!(
        problems(load(&request)),
        [
            "2: fetch.concurrency: must be a whole number between 1 and 10000, not \
             \"99999999999999999999\"",
            "3: fetch.body_limit: must be a size like \"16MiB\", not -1",
            "4: fetch.allow_addresses: item 2 must be a text in quotes, not 1",
            "6: extract.threads: must be between 0 and 1024, not -1",
        ]
    );
}

#[test]
fn deep_nesting_and_huge_files_are_refused_and_harm_nothing() {
    let (_folder, request) = file("a.".repeat(100_000) + "b = 1");
    assert!(load(&request).is_err());
    let (_folder, request) = file("x = ".to_owned() + &"[".repeat(100_000));
    assert!(load(&request).is_err());
    let (_folder, request) = file("#".repeat(2 << 20));
    assert!(problems(load(&request))[0].contains("larger"));
}

#[test]
fn values_of_flags_need_no_quotes() {
    let (_folder, mut request) = file("");
    request.overrides = vec![
        flag("fetch.user_agent", "1.0"),
        flag("fetch.allow_addresses", r#"["127.0.0.0/8", "::1"]"#),
        flag("extract.content", "feed"),
        flag("daemon.listen", "127.0.0.1:9600"),
        flag("extract.threads", "2"),
        flag("fetch.body_limit", "2048"),
    ];
    let config = load(&request).unwrap();
    assert_eq!(config.fetch_options().user_agent, "1.0");
    assert_eq!(config.fetch_options().allow_addresses.len(), 2);
    assert_eq!(config.fetch_options().body_limit, 2048);
    assert_eq!(config.extract_options().content, ContentChoice::Feed);
    assert_eq!(config.extract_options().threads.map(std::num::NonZero::get), Some(2));
    assert_eq!(config.daemon_options().listen.unwrap().port(), 9600);
}

#[test]
fn only_hosts_of_ones_own_may_be_polled_more_often_than_every_five_minutes() {
    let (_folder, request) = file("[schedule]\nmin_interval = '1m'");
    let problems = problems(load(&request));
    assert!(problems[0].contains("5m"), "{problems:?}");
    let own = "[fetch]\nallow_addresses = ['127.0.0.0/8']\n[schedule]\nmin_interval = '1s'";
    let (_folder, request) = file(own);
    assert_eq!(load(&request).unwrap().schedule.min_interval, Duration::from_secs(1));
}
