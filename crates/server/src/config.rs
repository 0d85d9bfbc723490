//! Configuration: defaults, then a TOML file, then `WFI__SECTION__KEY` in the environment, then
//! flags. The only place that reads the environment.

use access::{Limit, LimitClass, Limits};
use chrono::TimeDelta;
use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Everything that can be configured.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address to listen on.
    pub listen: String,
    /// `sqlite:PATH` or `postgres://…`. `DATABASE_URL` in the environment works too.
    pub database: String,
    /// `https://host`, for absolute links in lists; taken from the request when absent.
    pub public_url: Option<String>,
    /// Threads that answer requests; 0 for one for each core.
    pub workers: usize,
    /// The largest body of an ordinary request, in bytes.
    pub max_body_bytes: usize,
    /// The largest line of a streamed bulk, in bytes.
    pub max_line_bytes: usize,
    /// Seconds to wait for the next piece of a body.
    pub body_timeout_seconds: u64,
    /// Seconds that requests under way may take after a stop was asked for.
    pub shutdown_timeout_seconds: u64,
    /// Rate limits.
    pub limits: LimitsConfig,
    /// Simulations.
    pub simulations: SimulationsConfig,
    /// Alerts.
    pub alerts: AlertsConfig,
    /// Logs.
    pub log: LogConfig,
}

/// Rate limits for each token; 0 switches one off.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Requests in any minute.
    pub standard_per_minute: u32,
    /// Simulations in any minute.
    pub simulations_per_minute: u32,
    /// Generations of suggestions in any hour.
    pub generations_per_hour: u32,
}

/// Simulations.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationsConfig {
    /// The longest that one may take while a client waits.
    pub max_seconds: u32,
    /// The longest that one may take in the background.
    pub max_background_seconds: u32,
}

impl Default for SimulationsConfig {
    fn default() -> Self {
        Self {
            max_seconds: 60,
            max_background_seconds: 600,
        }
    }
}

impl SimulationsConfig {
    /// As the simulator takes them.
    #[must_use]
    pub fn limits(&self) -> workflow_sim::SimulationLimits {
        workflow_sim::SimulationLimits {
            waiting: TimeDelta::seconds(self.max_seconds.into()),
            background: TimeDelta::seconds(self.max_background_seconds.into()),
        }
    }
}

/// Alerts.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AlertsConfig {
    /// Who is told of breaches of SLAs that name nobody.
    pub recipients: Vec<String>,
    /// An execution that ended longer than this before it was reported is history: counted, not
    /// alerted.
    pub history_after_seconds: i64,
    /// `smtp://host:port`, `smtps://user:password@host`; without it, alerts wait in the outbox.
    pub smtp_url: Option<String>,
    /// Sender of alerts.
    pub from: String,
    /// Seconds that one delivery may take. One that was under way when the service died is tried
    /// again after twice that.
    pub timeout_seconds: u32,
}

/// Logs.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// `error`, `warn`, `info`, `debug`, or a filter such as `info,api=debug`.
    pub level: String,
    /// `text` or `json`.
    pub format: LogFormat,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            database: "sqlite:./data/workflow-intelligence.db".to_owned(),
            public_url: None,
            workers: 0,
            max_body_bytes: 2 * 1024 * 1024,
            max_line_bytes: 1024 * 1024,
            body_timeout_seconds: 10,
            shutdown_timeout_seconds: 30,
            limits: LimitsConfig::default(),
            simulations: SimulationsConfig::default(),
            alerts: AlertsConfig::default(),
            log: LogConfig::default(),
        }
    }
}

impl Default for LimitsConfig {
    fn default() -> Self {
        Self {
            standard_per_minute: 100,
            simulations_per_minute: 20,
            generations_per_hour: 10,
        }
    }
}

impl Default for AlertsConfig {
    fn default() -> Self {
        Self {
            recipients: Vec::new(),
            history_after_seconds: 3600,
            smtp_url: None,
            from: "workflow-intelligence@localhost".to_owned(),
            timeout_seconds: 60,
        }
    }
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            level: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// A value is of the wrong kind, or a key is unknown. Names the key and where it came from.
    #[error("{0}")]
    Unreadable(Box<figment::Error>),
    /// A value makes no sense.
    #[error("{key}: {message}")]
    Invalid {
        /// Which key.
        key: &'static str,
        /// What to do.
        message: String,
    },
    /// The file is not there.
    #[error("there is no configuration file {0}")]
    NoFile(String),
}

/// Values that flags set; `None` leaves what was configured.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--listen`.
    pub listen: Option<String>,
    /// `--database`.
    pub database: Option<String>,
    /// `--no-limits`.
    pub no_limits: bool,
}

impl Config {
    /// Reads file and environment, applies the flags, and checks all values.
    ///
    /// # Errors
    /// The first key that is unknown, of the wrong kind or without sense.
    pub fn load(file: Option<&Path>, overrides: &Overrides) -> Result<Self, ConfigError> {
        let mut figment = Figment::from(Serialized::defaults(Self::default()));
        if let Some(path) = file {
            if !path.is_file() {
                return Err(ConfigError::NoFile(path.display().to_string()));
            }
            figment = figment.merge(Toml::file_exact(path));
        }
        let figment = figment
            .merge(
                Env::raw()
                    .only(&["DATABASE_URL"])
                    .map(|_| "database".into()),
            )
            .merge(Env::prefixed("WFI__").split("__"));
        let mut config: Self = figment
            .extract()
            .map_err(|error| ConfigError::Unreadable(Box::new(error)))?;
        if let Some(listen) = &overrides.listen {
            config.listen.clone_from(listen);
        }
        if let Some(database) = &overrides.database {
            config.database.clone_from(database);
        }
        if overrides.no_limits {
            config.limits = LimitsConfig {
                standard_per_minute: 0,
                simulations_per_minute: 0,
                generations_per_hour: 0,
            };
        }
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let invalid = |key, message: &str| {
            Err(ConfigError::Invalid {
                key,
                message: message.to_owned(),
            })
        };
        if self.listen.parse::<std::net::SocketAddr>().is_err() {
            return invalid(
                "listen",
                "expected an address and a port, such as 127.0.0.1:8080",
            );
        }
        let known = ["sqlite:", "postgres://", "postgresql://"];
        if !known.iter().any(|scheme| self.database.starts_with(scheme)) {
            return invalid(
                "database",
                "expected sqlite:PATH or postgres://USER@HOST/NAME",
            );
        }
        if self.max_body_bytes < 1024 {
            return invalid("max_body_bytes", "expected at least 1024");
        }
        if self.max_line_bytes < 1024 {
            return invalid("max_line_bytes", "expected at least 1024");
        }
        if self.alerts.history_after_seconds < 0 {
            return invalid("alerts.history_after_seconds", "expected 0 or more");
        }
        if self.alerts.timeout_seconds == 0 {
            return invalid("alerts.timeout_seconds", "expected 1 or more");
        }
        if self
            .alerts
            .recipients
            .iter()
            .any(|address| !address.contains('@'))
        {
            return invalid("alerts.recipients", "expected mail addresses");
        }
        Ok(())
    }

    /// The rate limits that are on.
    #[must_use]
    pub fn rate_limits(&self) -> Limits {
        let limit = |class, calls: u32, window| {
            (calls > 0).then_some(Limit {
                class,
                calls,
                window,
            })
        };
        Limits {
            standard: limit(
                LimitClass::Standard,
                self.limits.standard_per_minute,
                TimeDelta::minutes(1),
            ),
            simulation: limit(
                LimitClass::Simulation,
                self.limits.simulations_per_minute,
                TimeDelta::minutes(1),
            ),
            generation: limit(
                LimitClass::Generation,
                self.limits.generations_per_hour,
                TimeDelta::hours(1),
            ),
        }
    }

    /// The same configuration with secrets hidden, for showing.
    #[must_use]
    pub fn redacted(&self) -> Self {
        let mut shown = self.clone();
        shown.database = redact(&shown.database);
        shown.alerts.smtp_url = shown.alerts.smtp_url.as_deref().map(redact);
        shown
    }
}

/// `scheme://user:***@host` for a URL that holds a password.
fn redact(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => match user.split_once(':') {
            Some((name, _)) => format!("{scheme}://{name}:***@{host}"),
            None => url.to_owned(),
        },
        None => url.to_owned(),
    }
}
