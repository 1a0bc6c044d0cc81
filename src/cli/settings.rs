//! The configuration: check it, show it.

use clap::{Args, Subcommand};

use super::{End, Session, output};
use crate::config::{Config, ConfigError, Origin, Problem};
use crate::strip::Phrases;

/// Checks or shows the configuration.
#[derive(Args, Debug)]
pub(super) struct ConfigArgs {
    #[command(subcommand)]
    command: ConfigCommand,
}

#[derive(Subcommand, Debug)]
enum ConfigCommand {
    /// Checks file, environment and flags; lists everything that is wrong.
    Check,
    /// Prints the effective configuration as TOML, with the origin of each value.
    Dump,
}

// The configuration has been read by now: what is wrong with it has been said, but for what only
// some commands read.
pub(super) fn run(session: &Session, args: &ConfigArgs) -> anyhow::Result<End> {
    let mut out = session.screen.stdout();
    match args.command {
        ConfigCommand::Check => {
            check_phrases(&session.config)?;
            out.line(output::Printable(&verdict(&session.config)))?;
        }
        ConfigCommand::Dump => out.data(&session.config.dump())?,
    }
    out.finish()?;
    Ok(End::Done)
}

/// Reads the phrase files, as whoever needs them will.
fn check_phrases(config: &Config) -> Result<(), ConfigError> {
    let key = "clean.phrases";
    let setting = config.settings().iter().find(|setting| setting.key == key);
    let origin = setting.map_or(Origin::Default, |setting| setting.origin.clone());
    let mut phrases = Phrases::default();
    let problems: Vec<Problem> = (config.clean_options().phrases.iter())
        .filter_map(|file| super::phrases::add(&mut phrases, file).err())
        .map(|error| Problem { origin: origin.clone(), message: format!("{key}: {error:#}") })
        .collect();
    if problems.is_empty() { Ok(()) } else { Err(ConfigError { problems }) }
}

/// What is in force.
fn verdict(config: &Config) -> String {
    if let Some(file) = config.file() {
        return format!("{} is good", file.display());
    }
    let set: Vec<String> = (config.settings().iter())
        .filter(|setting| setting.origin != Origin::Default)
        .map(|setting| format!("{} ({})", setting.key, setting.origin))
        .collect();
    let but = if set.is_empty() { String::new() } else { format!(", but for {}", set.join(", ")) };
    format!("no configuration file; defaults are in force{but}")
}
