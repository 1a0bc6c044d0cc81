//! SIGINT and SIGTERM: work under way is finished, or left without a trace.

use std::io;
use std::pin::pin;

use tokio_util::sync::CancellationToken;

use super::{End, output};
use crate::limits::STOP_TIME_MAX;

/// Exit codes of processes that a signal ended, as shells give them.
const BY_INTERRUPT: u8 = 130;
const BY_TERMINATE: u8 = 143;

/// A token that the first SIGINT or SIGTERM cancels; the second ends the process.
pub(super) fn stop_on_signal() -> io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let mut signals = Signals::listen()?;
    tokio::spawn(async move {
        signals.next().await;
        tracing::warn!("told to stop; finishing what is under way (once more: stop at once)");
        token.cancel();
        let code = signals.next().await;
        std::process::exit(code.into());
    });
    Ok(stop)
}

/// Works on what writes files until a signal says otherwise. The work is then dropped, and with it
/// what it had begun to write: a signal alone would leave that behind.
pub(super) async fn until_signal(
    work: impl Future<Output = anyhow::Result<End>>,
) -> anyhow::Result<End> {
    let mut signals = Signals::listen()?;
    let (told, hears) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        let code = signals.next().await;
        let _ = told.send(code);
        // Work that waits for a pipe which nobody reads does not hear of it.
        let _ = tokio::time::timeout(STOP_TIME_MAX, signals.next()).await;
        std::process::exit(code.into());
    });
    let code = {
        let work = pin!(work);
        tokio::select! {
            ended = work => return ended,
            Ok(code) = hears => code,
        }
    };
    output::note("tearsheet: told to stop; files under way were removed");
    Ok(End::Stopped(code))
}

/// Lets a daemon go on where others read their configuration anew, or a terminal is closed.
#[cfg(unix)]
pub(super) fn outlive_hang_ups() -> io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut hang_ups = signal(SignalKind::hangup())?;
    tokio::spawn(async move {
        while hang_ups.recv().await.is_some() {
            tracing::warn!("SIGHUP changes nothing; a restart reads the configuration anew");
        }
    });
    Ok(())
}

/// Lets a write beyond the size that files may have (`ulimit -f`) fail like one to a full disk: by
/// default it ends the process without a word.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn outlive_file_limit() {
    use tokio::signal::unix::{SignalKind, signal};
    /// As most processors have it.
    const SIGXFSZ: i32 = 25;
    // It is heard from now on, whether or not somebody listens.
    if let Err(error) = signal(SignalKind::from_raw(SIGXFSZ)) {
        tracing::debug!(%error, "a limit on the size of files will end this process");
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn outlive_file_limit() {}

/// The signals that ask a process to stop.
#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for one; gives the exit code of a process that it ended.
    async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.interrupt.recv() => BY_INTERRUPT,
            _ = self.terminate.recv() => BY_TERMINATE,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "the same shape as on Unix")]
    fn listen() -> io::Result<Self> {
        Ok(Signals)
    }

    async fn next(&mut self) -> u8 {
        // Without a console there is nothing to wait for, and nothing to stop us.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        BY_INTERRUPT
    }
}
