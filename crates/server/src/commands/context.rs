//! What most commands need first: configuration, database, services.

use super::output::Failure;
use crate::cli::{DatabaseArgs, TenantArgs};
use crate::config::{Config, ConfigError, Overrides};
use crate::randomness::SystemRandomness;
use crate::telemetry::install_log;
use crate::wiring::{Wired, wire};
use api::MetricsPage;
use async_trait::async_trait;
use kernel::{Actor, Clock, StoreError, SystemClock};
use persistence::{Database, DatabaseOptions};
use std::path::Path;
use std::sync::Arc;

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::usage(format!("configuration: {error}"))
    }
}

/// The configuration with a command's flags applied.
pub(crate) fn configuration(file: Option<&Path>, overrides: &Overrides) -> Result<Config, Failure> {
    let config = Config::load(file, overrides)?;
    install_log(&config.log).map_err(Failure::usage)?;
    Ok(config)
}

pub(crate) fn overrides(database: &DatabaseArgs) -> Overrides {
    Overrides {
        database: database.database.clone(),
        ..Overrides::default()
    }
}

/// Opens the database and brings it up to date. A missing folder of an `SQLite` file is made.
pub(crate) async fn open(config: &Config) -> Result<Database, Failure> {
    if let Some(path) = config.database.strip_prefix("sqlite:")
        && let Some(folder) = Path::new(path).parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::failed(format!(
                "cannot make the folder {}: {error}",
                folder.display()
            ))
        })?;
    }
    let database = Database::open(&config.database, &DatabaseOptions::default())
        .map_err(|error| Failure::usage(format!("database: {error}")))?;
    database
        .migrate()
        .await
        .map_err(|error| Failure::unavailable(format!("cannot migrate the database: {error}")))?;
    Ok(database)
}

/// A command's services, for one tenant.
pub(crate) struct Session {
    pub(crate) database: Database,
    pub(crate) wired: Wired,
    pub(crate) actor: Actor,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Session {
    /// Opens the database for the tenant of that name, which is made if there is none.
    pub(crate) async fn open(config: &Config, tenant: &TenantArgs) -> Result<Self, Failure> {
        let database = open(config).await?;
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let name = tenant.tenant.trim();
        if name.is_empty() {
            return Err(Failure::usage("--tenant may not be blank"));
        }
        let id = database
            .token_store()
            .ensure_tenant(name, clock.now())
            .await?;
        let wired = wire(
            &database,
            config,
            &clock,
            Arc::new(SystemRandomness),
            |_| Arc::new(NoMetrics),
        );
        let actor = Actor {
            tenant: id,
            user: tenant.user.clone(),
        };
        Ok(Self {
            database,
            wired,
            actor,
            clock,
        })
    }

    /// Lets the database end in order.
    pub(crate) async fn close(self) {
        self.database.close().await;
    }
}

/// Commands have no metrics page.
struct NoMetrics;

#[async_trait]
impl MetricsPage for NoMetrics {
    async fn render(&self) -> Result<String, StoreError> {
        Ok(String::new())
    }
}
