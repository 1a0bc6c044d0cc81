//! Runs for ever: polls what is due, visits what is pending, stops when told.

mod metrics;
mod pace;
mod serve;
mod work;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::pipeline::Context;
use crate::store::StoreError;

pub use metrics::Metrics;
pub use work::{Event, Scope, Until, WorkOptions, work};

/// The operator's wishes, from `[daemon]`, `[fetch]` and `[store]`.
#[derive(Clone, Debug)]
pub struct DaemonOptions {
    /// Sources and hosts worked on at once.
    pub concurrency: usize,
    /// How long work in flight may go on after a stop was asked for.
    pub drain: Duration,
    /// Where health and metrics are served; nowhere if `None`.
    pub listen: Option<SocketAddr>,
    /// How long rows of `fetches` are kept.
    pub fetches_kept: Duration,
}

impl DaemonOptions {
    /// The same for one run of the loop.
    #[must_use]
    pub fn work(&self, until: Until, scope: Scope) -> WorkOptions {
        let DaemonOptions { concurrency, drain, fetches_kept, .. } = *self;
        WorkOptions { concurrency, drain, fetches_kept, until, scope }
    }
}

/// What can end a daemon but a signal.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The address of `daemon.listen` cannot be had.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
    /// The database failed for good.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Works until `stop` is cancelled, then drains.
///
/// # Errors
///
/// A database that fails for a while (full disk, lock) is waited for; only one
/// that will not get better ends the daemon.
pub async fn daemon(
    ctx: Context,
    options: &DaemonOptions,
    stop: CancellationToken,
) -> Result<(), DaemonError> {
    let metrics = Arc::new(Metrics::new());
    let serving = match options.listen {
        Some(address) => Some(serve::serve(address, &ctx, &metrics, stop.clone()).await?),
        None => None,
    };
    let work_options = options.work(Until::Stopped, Scope::Everything);
    let ended = work(&ctx, &work_options, &stop, |event| metrics.count(&event)).await;
    stop.cancel();
    if let Some(serving) = serving {
        // Its connections are short; a client that hangs must not hold up the end.
        if tokio::time::timeout(options.drain, serving).await.is_err() {
            tracing::debug!("a client of the health port did not let go");
        }
    }
    Ok(ended?)
}
