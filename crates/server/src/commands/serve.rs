//! `wfi serve`

mod welcome;

use super::context::{configuration, open};
use super::output::Failure;
use crate::background::{Background, Delivery};
use crate::cli::ServeArgs;
use crate::config::{Config, Overrides};
use crate::randomness::SystemRandomness;
use crate::telemetry::{PrometheusPage, install_metrics};
use crate::wiring::{Wired, wire};
use actix_web::{App, HttpServer, web};
use chrono::TimeDelta;
use kernel::{Clock, SystemClock};
use persistence::Database;
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
    let delivery = delivery(&config)?;
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
    // A window that was being judged when the process ended is judged on.
    for (tenant, _) in wired.tidied.tokens.tenants().await? {
        wired.projector.sla_made(tenant);
    }
    let background = start_background(&wired, delivery, &clock);
    let server = server.run();
    let stopping = server.handle();
    welcome::say(&address, token.as_ref(), json)?;
    let draining = wired.draining.clone();
    let simulations = wired.services.simulations.clone();
    actix_web::rt::spawn(async move {
        if signal().await {
            draining.store(true, Ordering::Relaxed);
            simulations.cancel_all();
            stopping.stop(true).await;
        }
    });
    let ended = server.await;
    still_running(&wired.services.simulations).await;
    finish(background, database).await;
    ended.map_err(|error| Failure::failed(format!("the server failed: {error}")))
}

fn start_background(
    wired: &Wired,
    delivery: Option<Delivery>,
    clock: &Arc<dyn Clock>,
) -> Background {
    Background::start(
        wired.projector.clone(),
        wired.outbox.clone(),
        delivery,
        wired.tidied.clone(),
        clock.clone(),
    )
}

/// Lets simulations in the background be kept as stopped.
async fn still_running(simulations: &workflow_sim::SimulationService) {
    for _ in 0..50 {
        if simulations.running() == 0 {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn finish(background: Background, database: Database) {
    background.stop().await;
    database.close().await;
    tracing::info!("stopped");
}

/// How alerts are delivered, if they can be.
fn delivery(config: &Config) -> Result<Option<Delivery>, Failure> {
    let Some(url) = &config.alerts.smtp_url else {
        return Ok(None);
    };
    let seconds = config.alerts.timeout_seconds;
    let patience = Duration::from_secs(u64::from(seconds));
    let mailer = notify::Mailer::new(url, &config.alerts.from, patience)
        .map_err(|error| Failure::usage(format!("alerts: {error}")))?;
    Ok(Some(Delivery {
        sender: Arc::new(mailer),
        lease: TimeDelta::seconds(2 * i64::from(seconds)),
    }))
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
