//! The database as the rest of the program sees it: one value, whichever engine is behind it.

use crate::sqlite::Location;
use crate::{DatabaseOptions, DbError, postgres, sqlite};
use std::sync::Arc;

/// An open database. Clones share its threads and connections.
#[derive(Clone)]
pub struct Database {
    backend: Backend,
}

#[derive(Clone)]
enum Backend {
    Sqlite(Arc<sqlite::Exec>),
    Postgres(Arc<postgres::Exec>),
}

/// Runs the same expression on either executor. The two arms have different types, so this cannot
/// be a function.
macro_rules! on_backend {
    ($database:expr, |$exec:ident| $body:expr) => {
        match &$database.backend {
            Backend::Sqlite($exec) => $body,
            Backend::Postgres($exec) => $body,
        }
    };
}

/// Makes one method of [`Database`] for each port: `name: path::Port;`, with its doc comment. Both
/// executors must implement the port, which the modules under `stores/` do.
macro_rules! stores {
    ($($(#[$attribute:meta])* $name:ident: $port:path;)*) => {
        impl Database {
            $(
                $(#[$attribute])*
                #[must_use]
                pub fn $name(&self) -> Arc<dyn $port> {
                    match &self.backend {
                        Backend::Sqlite(exec) => Arc::<sqlite::Exec>::clone(exec),
                        Backend::Postgres(exec) => Arc::<postgres::Exec>::clone(exec),
                    }
                }
            )*
        }
    };
}

stores! {
    /// Executions and their change feed.
    execution_log: execution_log::ExecutionLog;
    /// Counts of executions.
    tally_store: execution_log::TallyStore;
    /// Workflows and their versions.
    workflow_store: workflow_registry::WorkflowStore;
    /// The catalogue of actions.
    action_store: catalog::ActionStore;
    /// Sums over recorded steps.
    statistics_store: catalog::StatisticsStore;
    /// Tenants and tokens.
    token_store: access::TokenStore;
    /// Calls counted across replicas and restarts.
    rate_limit_store: access::RateLimitStore;
    /// Answers kept under idempotency keys.
    answer_store: access::AnswerStore;
    /// SLAs.
    sla_store: sla::SlaStore;
    /// Judgements of executions under SLAs.
    judgement_store: sla::JudgementStore;
    /// Breaches.
    breach_store: sla::BreachStore;
    /// Alerts to deliver.
    alert_outbox: sla::AlertOutbox;
    /// Suggestions.
    suggestion_store: suggestions::SuggestionStore;
    /// Simulations.
    simulation_store: workflow_sim::SimulationStore;
    /// Process templates.
    template_store: blueprint::TemplateStore;
}

/// Why a database could not be opened.
#[derive(Debug, thiserror::Error)]
#[error("cannot open the database {url}: {reason}")]
pub struct OpenError {
    /// The URL, its password hidden.
    pub url: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

/// Why migrations could not be applied, taken back or listed.
#[derive(Debug, thiserror::Error)]
#[error("migrations: {0}")]
pub struct MigrateError(String);

/// Which engine is behind a [`Database`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite, in this process.
    Sqlite,
    /// A PostgreSQL server.
    Postgres,
}

impl Database {
    /// Opens `sqlite:PATH` (created when missing), `sqlite::memory:` (private, gone with the last
    /// clone) or `postgres://…`. Does not migrate. A PostgreSQL server that is away is no error
    /// here: jobs fail with [`DbError::Unavailable`] until it is back.
    pub fn open(url: &str, options: &DatabaseOptions) -> Result<Self, OpenError> {
        let backend = if let Some(path) = url.strip_prefix("sqlite:") {
            Location::parse(path)
                .and_then(|location| sqlite::Exec::open(location, options))
                .map(|exec| Backend::Sqlite(Arc::new(exec)))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            postgres::Exec::open(url, options).map(|exec| Backend::Postgres(Arc::new(exec)))
        } else {
            Err("the URL must be sqlite:PATH or postgres://USER@HOST/NAME".to_owned())
        };
        match backend {
            Ok(backend) => Ok(Self { backend }),
            Err(reason) => Err(OpenError {
                url: hide_password(url),
                reason,
            }),
        }
    }

    /// Which engine this is, for messages and metrics.
    #[must_use]
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// Applies the embedded migrations that are pending and returns their names. Safe when several
    /// processes start at once.
    pub async fn migrate(&self) -> Result<Vec<String>, MigrateError> {
        self.blocking(|database| on_backend!(database, |exec| exec.migrate()))
            .await
    }

    /// Names of the migrations that [`Database::migrate`] would apply. Cheap enough for a
    /// readiness check.
    pub async fn pending_migrations(&self) -> Result<Vec<String>, MigrateError> {
        on_backend!(self, |exec| exec.pending_migrations().await)
            .map_err(|error| MigrateError(error.to_string()))
    }

    /// Takes every migration back and so deletes all data: for the test that a migration can be
    /// undone.
    pub async fn migrate_down_all(&self) -> Result<(), MigrateError> {
        self.blocking(|database| on_backend!(database, |exec| exec.migrate_down_all()))
            .await
    }

    /// A number for what is committed now, by any process that uses the database. Between two equal
    /// numbers that one value of [`Database`] and its clones gave, nothing was. `None` while
    /// changes of this tenant wait to be projected, or when it cannot be told.
    pub async fn mark(&self, tenant: kernel::TenantId) -> Option<u64> {
        on_backend!(self, |exec| exec.mark(tenant).await).unwrap_or_default()
    }

    /// One round trip, answered within about a second either way.
    pub async fn ping(&self) -> Result<(), DbError> {
        on_backend!(self, |exec| exec.ping().await)
    }

    /// Finishes the jobs that wait, refuses new ones, ends the threads, and on SQLite writes the
    /// log back into the file. For all clones.
    pub async fn close(&self) {
        let closed = self.blocking(|database| {
            on_backend!(database, |exec| exec.close());
            Ok(())
        });
        if let Err(error) = closed.await {
            tracing::error!(%error, "closing the database");
        }
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, String> + Send + 'static,
    ) -> Result<T, MigrateError> {
        let database = self.clone();
        tokio::task::spawn_blocking(move || work(&database))
            .await
            .unwrap_or_else(|error| Err(error.to_string()))
            .map_err(MigrateError)
    }
}

#[cfg(test)]
impl Database {
    /// Takes changes off a queue, as the projection of that consumer does.
    pub(crate) async fn take_changes(
        &self,
        tenant: kernel::TenantId,
        consumer: execution_log::Consumer,
        limit: u32,
    ) -> Vec<execution_log::Change> {
        on_backend!(self, |exec| exec
            .take_changes(tenant, consumer, limit)
            .await)
        .unwrap()
    }

    /// How SQLite would answer a query.
    pub(crate) async fn plan(&self, query: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Step {
            #[diesel(sql_type = diesel::sql_types::Text)]
            detail: String,
        }
        let sql = format!("EXPLAIN QUERY PLAN {query}");
        let Backend::Sqlite(exec) = &self.backend else {
            panic!("not a SQLite database");
        };
        let load = move |conn: &mut _| diesel::RunQueryDsl::load(diesel::sql_query(sql), conn);
        let steps: Vec<Step> = exec.read::<_, diesel::result::Error>(load).await.unwrap();
        steps.into_iter().map(|step| step.detail).collect()
    }

    /// The lines that a query of one text column called `line` gives, in the database's words.
    pub(crate) async fn lines(&self, on_sqlite: &str, on_postgres: &str) -> Vec<String> {
        #[derive(diesel::QueryableByName)]
        struct Line {
            #[diesel(sql_type = diesel::sql_types::Text)]
            line: String,
        }
        let sql = match self.engine() {
            Engine::Sqlite => on_sqlite.to_owned(),
            Engine::Postgres => on_postgres.to_owned(),
        };
        let lines: Vec<Line> = on_backend!(self, |exec| {
            let load = move |conn: &mut _| diesel::RunQueryDsl::load(diesel::sql_query(sql), conn);
            exec.read::<_, diesel::result::Error>(load).await
        })
        .unwrap();
        lines.into_iter().map(|line| line.line).collect()
    }
}

impl std::fmt::Debug for Database {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Database")
            .field("engine", &self.engine())
            .finish_non_exhaustive()
    }
}

/// `postgres://user:secret@host/db` as `postgres://user:***@host/db`.
fn hide_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let Some(at) = rest[..end].rfind('@') else {
        return url.to_owned();
    };
    match rest[..at].split_once(':') {
        Some((user, _secret)) => format!("{scheme}://{user}:***{}", &rest[at..]),
        None => url.to_owned(),
    }
}

#[cfg(test)]
mod tests;
