//! `wfi serve`

mod welcome;

use super::context::{configuration, open};
use super::output::Failure;
use crate::background::Background;
use crate::cli::ServeArgs;
use crate::config::{Config, Overrides};
use crate::randomness::SystemRandomness;
use crate::telemetry::{PrometheusPage, install_metrics};
use crate::wiring::{Wired, wire};
use actix_web::{App, HttpServer, web};
use kernel::{Clock, SystemClock};
use persistence::Database;
use sla::AlertSender;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Serves until a signal asks for a stop, then drains.
pub(super) fn serve(file: Option<&Path>, json: bool, args: &ServeArgs) -> Result<(), Failure> {
    let overrides = Overrides {
        listen: args.listen.clone(),
        database: args.database.database.clone(),
        no_limits: args.no_limits,
    };
    let config = configuration(file, &overrides)?;
    actix_web::rt::System::new().block_on(run(config, json, !args.no_sample))
}

async fn run(config: Config, json: bool, sample: bool) -> Result<(), Failure> {
    let database = open(&config).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let handle = install_metrics()
        .map_err(|error| Failure::failed(format!("cannot start the metrics: {error}")))?;
    let wired = wire(
        &database,
        &config,
        &clock,
        Arc::new(SystemRandomness),
        |gauges| Arc::new(PrometheusPage { handle, gauges }),
    );
    let sender = sender(&config)?;
    let token = if sample {
        welcome::first_start(&database, &wired, &clock).await?
    } else {
        None
    };
    let services = web::Data::from(wired.services.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(services.clone())
            .configure(api::configure)
    })
    .workers(if config.workers == 0 {
        std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
    } else {
        config.workers
    })
    .client_request_timeout(Duration::from_secs(5))
    .shutdown_timeout(config.shutdown_timeout_seconds)
    .bind(&config.listen)
    .map_err(|error| Failure::failed(format!("cannot listen on {}: {error}", config.listen)))?;
    let address = server
        .addrs()
        .first()
        .map_or_else(|| config.listen.clone(), ToString::to_string);
    let background = start_background(&wired, sender, &clock);
    let server = server.run();
    let stopping = server.handle();
    welcome::say(&address, token.as_ref(), json)?;
    let draining = wired.draining.clone();
    actix_web::rt::spawn(async move {
        if signal().await {
            draining.store(true, Ordering::Relaxed);
            stopping.stop(true).await;
        }
    });
    let ended = server.await;
    finish(background, database).await;
    ended.map_err(|error| Failure::failed(format!("the server failed: {error}")))
}

fn start_background(
    wired: &Wired,
    sender: Option<Arc<dyn AlertSender>>,
    clock: &Arc<dyn Clock>,
) -> Background {
    Background::start(
        wired.projector.clone(),
        wired.outbox.clone(),
        sender,
        wired.tidied.clone(),
        clock.clone(),
    )
}

async fn finish(background: Background, database: Database) {
    background.stop().await;
    database.close().await;
    tracing::info!("stopped");
}

fn sender(config: &Config) -> Result<Option<Arc<dyn AlertSender>>, Failure> {
    let Some(url) = &config.alerts.smtp_url else {
        return Ok(None);
    };
    let mailer = notify::Mailer::new(url, &config.alerts.from)
        .map_err(|error| Failure::usage(format!("alerts: {error}")))?;
    Ok(Some(Arc::new(mailer)))
}

/// Waits for SIGTERM or SIGINT. `false` when signals cannot be had.
async fn signal() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (
        signal(SignalKind::terminate()),
        signal(SignalKind::interrupt()),
    ) else {
        return false;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    true
}
