//! The configuration: check it, show it.

use clap::{Args, Subcommand};

use super::{End, Session, output};

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

// The configuration has been read by now: what is wrong with it has been said.
pub(super) fn run(session: &Session, args: &ConfigArgs) -> anyhow::Result<End> {
    let mut out = session.screen.stdout();
    match args.command {
        ConfigCommand::Check => match session.config.file() {
            Some(file) => {
                let name = file.display().to_string();
                out.line(format_args!("{} is good", output::Printable(&name)))?;
            }
            None => out.line("no configuration file; defaults are in force")?,
        },
        ConfigCommand::Dump => out.data(&session.config.dump())?,
    }
    out.finish()?;
    Ok(End::Done)
}
