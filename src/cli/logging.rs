//! The log: on stderr, as text or JSON.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Forms of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum LogFormat {
    /// Lines for a person.
    Text,
    /// One JSON object a line.
    Json,
}

/// Starts the log. Without `-v` or `-q`, `RUST_LOG` decides, else warnings only
/// (the daemon also tells of its work). Libraries are heard from `-vv` on: what
/// they find odd is nothing that a user could mend.
pub(super) fn start(verbose: u8, quiet: bool, daemon: bool, format: LogFormat) {
    let default = match (quiet, verbose, daemon) {
        (true, ..) => "tearsheet=error",
        (_, 0, false) => "tearsheet=warn",
        (_, 0, true) | (_, 1, false) => "tearsheet=info",
        (_, 1, true) => "tearsheet=debug",
        (_, 2, _) => "info,tearsheet=debug,sqlx=warn",
        _ => "debug,tearsheet=trace",
    };
    let filter = if quiet || verbose > 0 {
        EnvFilter::new(default)
    } else {
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default))
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // It would tell of a closed stderr on stderr, and panic.
        .log_internal_errors(false);
    // A second start, in tests, keeps the first log.
    let _ = match format {
        LogFormat::Json => builder.json().try_init(),
        LogFormat::Text => {
            let color = std::io::stderr().is_terminal() && !super::output::no_color();
            builder.with_ansi(color).with_target(false).try_init()
        }
    };
}
