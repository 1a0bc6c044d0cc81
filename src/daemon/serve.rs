//! Health and metrics over HTTP, for operators on this machine or network.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{DaemonError, Metrics};
use crate::pipeline::Context;

/// What the handlers need.
#[derive(Clone)]
struct Served {
    ctx: Context,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
}

/// Serves `/healthz`, `/readyz` and `/metrics` until `stop`.
///
/// # Errors
///
/// The address cannot be had.
pub(super) async fn serve(
    address: SocketAddr,
    ctx: &Context,
    metrics: &Arc<Metrics>,
    stop: CancellationToken,
) -> Result<JoinHandle<()>, DaemonError> {
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .map_err(|source| DaemonError::Listen { address, source })?;
    let bound = listener.local_addr().unwrap_or(address);
    tracing::info!(%bound, "serving /healthz, /readyz and /metrics");
    let served = Served { ctx: ctx.clone(), metrics: Arc::clone(metrics), stop: stop.clone() };
    let router = Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .route("/metrics", get(show_metrics))
        .with_state(served);
    Ok(tokio::spawn(async move {
        let ended = axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned());
        if let Err(error) = ended.await {
            tracing::error!(%error, "the health port failed");
        }
    }))
}

/// Ready means: the database answers and no stop was asked for.
async fn readyz(State(served): State<Served>) -> (StatusCode, String) {
    if served.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n".to_owned());
    }
    match served.ctx.store.ping().await {
        Ok(()) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("database: {error}\n")),
    }
}

async fn show_metrics(State(served): State<Served>) -> impl IntoResponse {
    match served.ctx.store.gauges((served.ctx.clock)()).await {
        Ok(totals) => (
            StatusCode::OK,
            [(header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")],
            served.metrics.render(&totals),
        ),
        Err(error) => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            format!("database: {error}\n"),
        ),
    }
}
