//! The command line: what can be said, and which function does it.
//!
//! stdout carries data, stderr everything else. Exit codes: 0 done; 1 done, but
//! some items failed; 2 could not be done. A broken pipe is success.

mod archive;
mod article_page;
mod batch;
mod clean;
mod db;
mod demo;
mod diff;
mod export;
mod extract;
mod failure;
mod fetch;
mod input;
mod interrupt;
mod keep;
mod lines;
mod logging;
mod output;
mod packaging;
mod phrases;
mod query;
mod reclean;
mod removed;
mod selection;
mod settings;
mod source_page;
mod sources;
mod sql;
mod subscriptions;
mod table;
mod target;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgAction, ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use failure::Failure;
use target::Target;

use crate::config::{self, Config, Override, Request};
use crate::store::{Store, StoreError};
use crate::time::Timestamp;

pub use failure::fail;

/// How a command ended that could be carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All of it is done.
    Done,
    /// Done, but some items failed; they were reported.
    SomeFailed,
    /// Not one item could be done; all were reported.
    AllFailed,
    /// A signal ended it; the exit code says which.
    Stopped(u8),
}

impl End {
    /// The end of a command that did `done` items and failed at `failed`.
    fn of(done: u64, failed: u64) -> End {
        match (done, failed) {
            (_, 0) => End::Done,
            (0, _) => End::AllFailed,
            _ => End::SomeFailed,
        }
    }

    /// The end of a batch that gives each item its own answer, of which `failed` are failures.
    fn of_batch(failed: u64) -> End {
        if failed == 0 { End::Done } else { End::SomeFailed }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> ExitCode {
        match end {
            End::Done => ExitCode::SUCCESS,
            End::SomeFailed => ExitCode::from(1),
            End::AllFailed => ExitCode::from(2),
            End::Stopped(code) => ExitCode::from(code),
        }
    }
}

const AFTER_HELP: &str = "\
Exit codes: 0 done; 1 done, but some items failed; 2 could not be done.
Settings:   flags over environment (TEARSHEET_FETCH__TIMEOUT=20s) over file over defaults;
            `tearsheet config dump` shows every key with its value and origin.

Examples:
  tearsheet demo                                 see it work, without internet
  tearsheet add https://example.org/news         follow a site; its feeds are discovered
  tearsheet fetch                                poll what is due, store the articles
  tearsheet search 'flood bridge' --since 7d
  tearsheet export --format jsonl > articles.jsonl";

/// The whole of a command line.
#[derive(Parser, Debug)]
#[command(about = "Follows news feeds and pages, and keeps the clean article text in SQLite.")]
#[command(long_about = None)]
#[command(name = "tearsheet", version, after_help = AFTER_HELP, max_term_width = 100)]
#[command(disable_help_subcommand = true, infer_subcommands = false)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// A command line that has been understood.
#[derive(Debug)]
pub struct Invocation(CommandLine);

#[derive(Args, Debug)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// Configuration file [default: ./tearsheet.toml, else the user's own].
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Database file; the same as `--set store.path=FILE` [default: tearsheet.db].
    #[arg(long, global = true, value_name = "FILE")]
    db: Option<String>,
    /// Sets any configuration key, as in `--set fetch.timeout=20s`; may be repeated.
    // Not `global`: clap would forget what stands before the command for what stands
    // after it. `command_tree` gives every command its own, `all_settings` collects.
    #[arg(long, value_name = "KEY=VALUE", value_parser = key_and_value)]
    set: Vec<(String, String)>,
    /// Says more on stderr; twice for details, three times for everything.
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Says less on stderr: errors only, no progress.
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Form of the log on stderr.
    #[arg(long, global = true, value_enum, value_name = "FORM", default_value = "text")]
    log_format: logging::LogFormat,
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=').map(|(key, value)| (key.trim(), value)) {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE, as in fetch.timeout=20s".to_owned()),
    }
}

// Docs of the commands are in their `Args`, where the flags are.
#[derive(Subcommand, Debug)]
enum Command {
    Demo(demo::DemoArgs),
    Add(sources::AddArgs),
    Sources(sources::SourcesArgs),
    Import(subscriptions::ImportArgs),
    ExportOpml(subscriptions::ExportOpmlArgs),
    Fetch(fetch::FetchArgs),
    Daemon(fetch::DaemonArgs),
    Extract(extract::ExtractArgs),
    Clean(clean::CleanArgs),
    List(query::ListArgs),
    Show(query::ShowArgs),
    Search(query::SearchArgs),
    Sql(sql::SqlArgs),
    Reclean(reclean::RecleanArgs),
    Export(export::ExportArgs),
    Status(query::StatusArgs),
    Db(db::DbArgs),
    Config(settings::ConfigArgs),
    Completions(packaging::CompletionsArgs),
    Man(packaging::ManArgs),
}

/// What every command gets: the settings and the terminal.
struct Session {
    config: Config,
    screen: output::Screen,
    /// What `--db` said; the demo writes nowhere else than there or its own file.
    db_flag: Option<PathBuf>,
}

impl Session {
    /// The database for reading and writing; made where there is none.
    async fn open(&self) -> Result<Store, StoreError> {
        Store::open(&self.config.store_options().path).await
    }

    /// The database for reading only; never made, never changed.
    async fn open_read_only(&self) -> Result<Store, StoreError> {
        Store::open_read_only(&self.config.store_options().path).await
    }

    /// The database for reading and writing, which must be there.
    async fn open_existing(&self) -> Result<Store, StoreError> {
        let path = &self.config.store_options().path;
        match path.try_exists() {
            Ok(false) => {
                Err(StoreError::Missing(std::path::absolute(path).unwrap_or(path.clone())))
            }
            _ => Store::open(path).await,
        }
    }
}

impl Session {
    /// Where output goes. Never into the database: it would be replaced.
    fn target(&self, path: Option<&Path>) -> anyhow::Result<Target> {
        let database = &self.config.store_options().path;
        let files = ["", "-wal", "-shm", ".lock"].map(|suffix| {
            let mut file = database.clone().into_os_string();
            file.push(suffix);
            PathBuf::from(file)
        });
        if let Some(path) = path.filter(|path| files.iter().any(|file| target::are_one(file, path)))
        {
            let what = format!("{} belongs to the database", path.display());
            return Err(Failure::new(what).hint("give the output another name").into());
        }
        Target::open(path, self.screen)
    }
}

/// The moment. Below the surface time is an argument.
fn now() -> Timestamp {
    Timestamp::from_unix(jiff::Timestamp::now().as_second())
}

/// Pages read at once: as configured, else one per core.
fn threads(configured: Option<std::num::NonZeroUsize>) -> usize {
    configured.or_else(|| std::thread::available_parallelism().ok()).map_or(1, usize::from)
}

/// Reads a command line.
///
/// # Errors
///
/// The exit code, where there is nothing left to do: help was asked for and
/// printed (0), or the line was not understood and that was said (2).
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Invocation, ExitCode> {
    let parsed = command_tree().try_get_matches_from(args).and_then(|matches| {
        let mut line = CommandLine::from_arg_matches(&matches)?;
        line.global.set = all_settings(&matches);
        Ok(line)
    });
    parsed.map(Invocation).map_err(|error| {
        // Nobody is left to tell when stderr itself is gone.
        let _ = error.print();
        ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
    })
}

/// Every `--set`, in the order of the command line.
fn all_settings(matches: &ArgMatches) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut level = Some(matches);
    while let Some(matches) = level {
        if let Ok(Some(given)) = matches.try_get_many::<(String, String)>("set") {
            found.extend(given.cloned());
        }
        level = matches.subcommand().map(|(_, below)| below);
    }
    found
}

/// The whole command tree, for parsing, completions, manual pages and tests.
#[must_use]
pub fn command_tree() -> clap::Command {
    let tree = CommandLine::command();
    let set = tree.get_arguments().find(|arg| arg.get_id() == "set").cloned();
    set.map_or(tree.clone(), |set| with_everywhere(tree, &set))
}

/// Gives an argument to every command below.
fn with_everywhere(command: clap::Command, arg: &clap::Arg) -> clap::Command {
    command.mut_subcommands(|below| with_everywhere(below.arg(arg.clone()), arg))
}

/// Carries out a command.
///
/// # Errors
///
/// What kept it from being carried out; [`fail`] says it and gives the exit code.
pub async fn run(invocation: Invocation) -> anyhow::Result<End> {
    let CommandLine { global, command } = invocation.0;
    // Packagers run these where there is no home, and no configuration to check.
    let command = match command {
        Command::Completions(args) => return packaging::completions(&args),
        Command::Man(args) => return packaging::man(&args),
        command => command,
    };
    let daemon = matches!(command, Command::Daemon(_));
    logging::start(global.verbose, global.quiet, daemon, global.log_format);
    interrupt::outlive_file_limit();
    let config = config::load(&request(&global, &command))?;
    let screen = output::Screen::of_process(global.quiet);
    let session = Session { config, screen, db_flag: global.db.map(PathBuf::from) };
    dispatch(&session, command).await
}

async fn dispatch(session: &Session, command: Command) -> anyhow::Result<End> {
    match command {
        Command::Demo(args) => demo::run(session, args).await,
        Command::Add(args) => sources::add(session, args).await,
        Command::Sources(args) => sources::sources(session, args).await,
        Command::Import(args) => subscriptions::import(session, args).await,
        Command::ExportOpml(args) => {
            interrupt::until_signal(subscriptions::export_opml(session, args)).await
        }
        Command::Fetch(args) => fetch::fetch(session, args).await,
        Command::Daemon(args) => fetch::daemon(session, args).await,
        Command::Extract(args) => extract::run(session, args).await,
        Command::Clean(args) => clean::run(session, args).await,
        Command::List(args) => query::list(session, args).await,
        Command::Show(args) => query::show(session, args).await,
        Command::Search(args) => query::search(session, args).await,
        Command::Sql(args) => sql::run(session, args).await,
        Command::Reclean(args) => reclean::run(session, args).await,
        Command::Export(args) => interrupt::until_signal(export::run(session, args)).await,
        Command::Status(args) => query::status(session, args).await,
        Command::Db(args) => db::run(session, args).await,
        Command::Config(args) => settings::run(session, &args),
        Command::Completions(args) => packaging::completions(&args),
        Command::Man(args) => packaging::man(&args),
    }
}

/// What the configuration is made from.
fn request(global: &Global, command: &Command) -> Request {
    let mut overrides: Vec<Override> = global
        .set
        .iter()
        .map(|(key, value)| Override { key: key.clone(), value: value.clone(), flag: "--set" })
        .collect();
    // A flag of its own is more particular than `--set`.
    let mut flag = |key: &str, value: &Option<String>, flag| {
        if let Some(value) = value {
            overrides.push(Override { key: key.to_owned(), value: value.clone(), flag });
        }
    };
    flag("store.path", &global.db, "--db");
    if let Command::Daemon(args) = command {
        flag("daemon.listen", &args.listen, "--listen");
    }
    let environment = std::env::vars_os().collect();
    Request { file: global.config.clone(), overrides, environment }
}

#[cfg(test)]
mod tests {
    use super::command_tree;

    /// Clap's own check of the tree: no flag twice, no default that is refused.
    #[test]
    fn the_command_tree_is_sound() {
        command_tree().debug_assert();
    }

    #[test]
    fn every_command_and_every_flag_has_help() {
        let mut open = vec![command_tree()];
        while let Some(command) = open.pop() {
            assert!(command.get_about().is_some(), "{} has no help", command.get_name());
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
            open.extend(command.get_subcommands().cloned());
        }
    }
}
