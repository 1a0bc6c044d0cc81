//! For packagers: shell completions and manual pages.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context;
use clap::Args;

use super::{End, command_tree};

/// Prints completions for a shell.
#[derive(Args, Debug)]
#[command(after_help = "\
Example:
  tearsheet completions bash > /etc/bash_completion.d/tearsheet")]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<End> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command_tree(), "tearsheet", &mut script);
    write_stdout(&script)
}

/// Prints the manual page, or writes those of all commands into a folder.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples:
  tearsheet man | man -l -
  tearsheet man --dir /usr/share/man/man1")]
pub(super) struct ManArgs {
    /// Writes one page per command into this folder.
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(super) fn man(args: &ManArgs) -> anyhow::Result<End> {
    let Some(dir) = &args.dir else {
        let mut page = Vec::new();
        clap_mangen::Man::new(command_tree()).render(&mut page)?;
        return write_stdout(&page);
    };
    let cannot = || format!("cannot write manual pages to {}", dir.display());
    std::fs::create_dir_all(dir).with_context(cannot)?;
    clap_mangen::generate_to(command_tree(), dir).with_context(cannot)?;
    Ok(End::Done)
}

fn write_stdout(bytes: &[u8]) -> anyhow::Result<End> {
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()?;
    Ok(End::Done)
}
