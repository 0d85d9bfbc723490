//! The composition root: every service on its stores.

use crate::background::Projector;
use crate::bridges::{
    CatalogueFacts, CountedSimulations, CountedSuggestions, DatabaseChanges, LoggedHistory,
    RegistryDefinitions, RememberedDefinitions, RememberedFacts, SimulatorCheck, SlaTargets,
    WakingLog, WakingSlas,
};
use crate::config::Config;
use crate::telemetry::GaugeSources;
use crate::workers::BlockingWorkers;
use access::{AccessService, AnswerService, AnswerStore, SlidingLog, TokenStore};
use api::{ApiOptions, Changes, MetricsPage, Randomness, Readiness, Remembered, Services};
use async_trait::async_trait;
use chrono::TimeDelta;
use kernel::Clock;
use persistence::Database;
use sla::{AlertOutbox, AlertPolicy};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// Answers to reads that are kept in memory, in bytes.
const REMEMBERED_BYTES: usize = 32 << 20;

/// What housekeeping needs.
#[derive(Clone)]
pub struct Tidied {
    /// Every tenant.
    pub tokens: Arc<dyn TokenStore>,
    /// Kept answers.
    pub answers: Arc<dyn AnswerStore>,
}

/// Everything that runs.
pub struct Wired {
    /// For the API.
    pub services: Arc<Services>,
    /// For the background, and for commands that want everything projected.
    pub projector: Arc<Projector>,
    /// Alerts to deliver.
    pub outbox: Arc<dyn AlertOutbox>,
    /// For housekeeping.
    pub tidied: Tidied,
    /// Set while the service shuts down: it is no longer ready.
    pub draining: Arc<AtomicBool>,
}

/// Builds every service on `database`. `metrics` makes the metrics page of the gauges' sources.
#[must_use]
pub fn wire(
    database: &Database,
    config: &Config,
    clock: &Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    metrics: impl FnOnce(GaugeSources) -> Arc<dyn MetricsPage>,
) -> Wired {
    let tokens = database.token_store();
    let statistics = database.statistics_store();
    let actions = database.action_store();
    let workflows = database.workflow_store();
    let changes: Arc<dyn Changes> = Arc::new(DatabaseChanges(database.clone()));
    let projector = projector(database, config, clock, changes.clone());
    let log = Arc::new(WakingLog {
        inner: database.execution_log(),
        projector: projector.clone(),
    });
    let slas = sla::SlaService::new(
        Arc::new(WakingSlas {
            inner: database.sla_store(),
            projector: projector.clone(),
        }),
        database.judgement_store(),
        database.breach_store(),
        clock.clone(),
    );
    let facts = Arc::new(CatalogueFacts {
        actions: actions.clone(),
        statistics: statistics.clone(),
    });
    let gauges = GaugeSources {
        tenants: tokens.clone(),
        slas: slas.clone(),
        statistics: statistics.clone(),
        actions: actions.clone(),
        outbox: database.alert_outbox(),
    };
    let draining = Arc::new(AtomicBool::new(false));
    let services = Services {
        options: options(config),
        clock: clock.clone(),
        randomness,
        access: AccessService::new(tokens.clone(), clock.clone()),
        answers: AnswerService::new(database.answer_store(), clock.clone()),
        rate_limits: database.rate_limit_store(),
        standard_limit: SlidingLog::new(access::MAX_KEYS),
        workflows: workflow_registry::WorkflowService::new(
            workflows.clone(),
            Arc::new(SimulatorCheck(facts.clone())),
            clock.clone(),
        ),
        executions: execution_log::ExecutionService::new(log.clone(), clock.clone()),
        catalog: catalog::CatalogService::new(actions, statistics, clock.clone())
            .projected_by_host(),
        suggestions: suggestions::SuggestionService::new(
            Arc::new(CountedSuggestions(database.suggestion_store())),
            log,
            Arc::new(suggestions::RegistryDirectory(workflows.clone())),
            clock.clone(),
        ),
        simulations: workflow_sim::SimulationService::new(
            workflow_sim::SimulationPorts {
                store: Arc::new(CountedSimulations(database.simulation_store())),
                definitions: Arc::new(RememberedDefinitions::new(
                    Arc::new(RegistryDefinitions(workflows)),
                    changes.clone(),
                )),
                facts: Arc::new(RememberedFacts::new(facts, changes.clone())),
                history: Arc::new(LoggedHistory(database.execution_log())),
                targets: Arc::new(SlaTargets(database.sla_store())),
                workers: Arc::new(BlockingWorkers::default()),
                clock: clock.clone(),
            },
            config.simulations.limits(),
        ),
        slas,
        templates: blueprint::TemplateService::new(database.template_store(), clock.clone()),
        remembered: Remembered::new(REMEMBERED_BYTES),
        changes,
        freshness: projector.clone(),
        readiness: Arc::new(DatabaseReadiness {
            database: database.clone(),
            draining: draining.clone(),
        }),
        metrics: metrics(gauges),
    };
    Wired {
        services: Arc::new(services),
        projector,
        outbox: database.alert_outbox(),
        tidied: Tidied {
            tokens,
            answers: database.answer_store(),
        },
        draining,
    }
}

fn projector(
    database: &Database,
    config: &Config,
    clock: &Arc<dyn Clock>,
    changes: Arc<dyn Changes>,
) -> Arc<Projector> {
    Arc::new(Projector {
        log: database.execution_log(),
        tallies: database.tally_store(),
        judgements: database.judgement_store(),
        statistics: database.statistics_store(),
        actions: database.action_store(),
        policy: AlertPolicy {
            default_recipients: config.alerts.recipients.clone(),
            history_after: TimeDelta::seconds(config.alerts.history_after_seconds),
        },
        clock: clock.clone(),
        changes,
        written: Notify::new(),
        new_slas: Mutex::default(),
    })
}

fn options(config: &Config) -> ApiOptions {
    ApiOptions {
        max_body_bytes: config.max_body_bytes,
        max_line_bytes: config.max_line_bytes,
        body_timeout: Duration::from_secs(config.body_timeout_seconds),
        public_url: config.public_url.clone(),
        limits: config.rate_limits(),
    }
}

/// Ready while the database answers, its migrations are applied, and nobody asked for a stop.
struct DatabaseReadiness {
    database: Database,
    draining: Arc<AtomicBool>,
}

#[async_trait]
impl Readiness for DatabaseReadiness {
    async fn ready(&self) -> Result<(), String> {
        if self.draining.load(Ordering::Relaxed) {
            return Err("the service is shutting down".to_owned());
        }
        self.database
            .ping()
            .await
            .map_err(|_away| "the database does not answer".to_owned())?;
        match self.database.pending_migrations().await {
            Ok(pending) if pending.is_empty() => Ok(()),
            Ok(_) => Err("migrations are to be applied".to_owned()),
            Err(_) => Err("the database does not answer".to_owned()),
        }
    }
}
