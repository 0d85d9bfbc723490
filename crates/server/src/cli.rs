//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Workflow intelligence beside your own workflow engine: simulate, watch SLAs, mine
/// suggestions, keep an action catalogue, move blueprints. It never runs a workflow.
#[derive(Debug, Parser)]
#[command(
    name = "wfi",
    version,
    after_help = "Start here:\n  wfi serve                      serve on 127.0.0.1:8080 with SQLite in ./data/\n  wfi token create --tenant acme --user mia --role editor\n  wfi import log.xes.gz --tenant acme\n\nEnvironment: DATABASE_URL, and WFI__KEY or WFI__SECTION__KEY for every configuration key.\nExit codes: 0 done, 1 failed, 2 usage or configuration, 4 database away."
)]
pub struct Cli {
    /// Configuration file (TOML).
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print one JSON document instead of text.
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API.
    Serve(ServeArgs),
    /// Read an event log (XES, CSV; also .gz) into a workflow and its executions, or a file of
    /// reports (NDJSON: one execution in a line, as the API takes them) into executions.
    Import(ImportArgs),
    /// Say what a workflow would do on an input. Nothing runs, nothing is stored.
    Simulate(SimulateArgs),
    /// Predict what many cases would go through: times, queues, costs, SLA breaches.
    Predict(ScenarioArgs),
    /// Tell how well a workflow's history predicts its own end: fit on the first 70 %, predict
    /// the rest.
    Calibrate(ScenarioArgs),
    /// Tell what a change of the definition would have done to the cases that ran.
    Backtest(ScenarioArgs),
    /// Mine history for suggestions.
    Generate(GenerateArgs),
    /// Fill a tenant with 90 days of made-up, seeded history to look at.
    Sample(SampleArgs),
    /// Make, list and revoke tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Bring the database up to date.
    Migrate(DatabaseArgs),
    /// Check the configuration and show it, with secrets hidden.
    CheckConfig(DatabaseArgs),
    /// Print the OpenAPI 3.1 document.
    Openapi,
    /// Print a completion script for your shell.
    Completions {
        /// Which shell.
        shell: Shell,
    },
}

/// Where the data is.
#[derive(Debug, Clone, Default, Args)]
pub struct DatabaseArgs {
    /// `sqlite:PATH` or `postgres://USER@HOST/NAME`.
    #[arg(long, value_name = "URL")]
    pub database: Option<String>,
}

/// `wfi serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on.
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<String>,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// Leave an empty database empty.
    #[arg(long)]
    pub no_sample: bool,
    /// No rate limits at all.
    #[arg(long)]
    pub no_limits: bool,
}

/// For whom a command acts.
#[derive(Debug, Clone, Args)]
pub struct TenantArgs {
    /// Name of the tenant.
    #[arg(long, value_name = "NAME", default_value = "sample")]
    pub tenant: String,
    /// Name of the user that the work is done as.
    #[arg(long, value_name = "NAME", default_value = "cli")]
    pub user: String,
}

/// `wfi import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The log.
    pub file: PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// For whom.
    #[command(flatten)]
    pub tenant: TenantArgs,
    /// Name of the workflow; the log's when absent. Of NDJSON, the workflow of the lines that
    /// name none.
    #[arg(long)]
    pub workflow: Option<String>,
    /// Column of the case (CSV).
    #[arg(long, value_name = "COLUMN")]
    pub case: Option<String>,
    /// Column of the activity (CSV).
    #[arg(long, value_name = "COLUMN")]
    pub activity: Option<String>,
    /// Column of the start (CSV).
    #[arg(long, value_name = "COLUMN")]
    pub start: Option<String>,
    /// Column of the end (CSV).
    #[arg(long, value_name = "COLUMN")]
    pub end: Option<String>,
    /// Column of the resource (CSV).
    #[arg(long, value_name = "COLUMN")]
    pub resource: Option<String>,
    /// Do not take the previous event as a step's start where the log has ends only.
    #[arg(long)]
    pub ends_only: bool,
}

/// `wfi simulate`.
#[derive(Debug, Args)]
pub struct SimulateArgs {
    /// Id or name of a stored workflow, or a file with a definition (JSON; `-` for standard
    /// input).
    pub workflow: String,
    /// The input, as JSON.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub input: String,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// For whom.
    #[command(flatten)]
    pub tenant: TenantArgs,
}

/// `wfi predict`, `wfi calibrate` and `wfi backtest`.
#[derive(Debug, Args)]
#[command(
    after_help = "The scenario is a JSON object with the mode's own fields, as the API takes them; `wfi openapi` lists them. Examples:\n  wfi predict 1 --scenario '{\"cases\": 2000, \"seed\": 7}'\n  wfi predict 1 --scenario what-if.json --json\n  wfi backtest 1 --scenario '{\"changes\": [{\"kind\": \"change_approver\", \"step\": 1, \"approver\": \"director\"}]}'\nCtrl-C stops it; nothing is stored."
)]
pub struct ScenarioArgs {
    /// Id or name of a stored workflow, or a file with a definition (JSON; `-` for standard
    /// input).
    pub workflow: String,
    /// The mode's own fields: a JSON object, or the name of a file with one.
    #[arg(long, value_name = "JSON|FILE", default_value = "{}")]
    pub scenario: String,
    /// Variables that every case has, as JSON.
    #[arg(long, value_name = "JSON", default_value = "{}")]
    pub input: String,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// For whom.
    #[command(flatten)]
    pub tenant: TenantArgs,
}

/// `wfi generate`.
#[derive(Debug, Args)]
pub struct GenerateArgs {
    /// Only of the workflow with this id.
    #[arg(long, value_name = "ID")]
    pub workflow: Option<i64>,
    /// Days of history to look at.
    #[arg(long, default_value_t = 90)]
    pub window_days: i64,
    /// Executions that a pattern needs.
    #[arg(long, default_value_t = 20)]
    pub min_support: i64,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// For whom.
    #[command(flatten)]
    pub tenant: TenantArgs,
}

/// `wfi sample`.
#[derive(Debug, Args)]
pub struct SampleArgs {
    /// Seed: the same one makes the same history.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where the data is.
    #[command(flatten)]
    pub database: DatabaseArgs,
    /// For whom.
    #[command(flatten)]
    pub tenant: TenantArgs,
}

/// A role, by name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleName {
    /// Reads.
    Viewer,
    /// Also writes.
    Editor,
    /// Also manages tokens.
    Admin,
}

/// `wfi token …`.
#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token. It is shown once; works while the service runs.
    Create {
        /// Where the data is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// Name of the tenant; made if there is none.
        #[arg(long, value_name = "NAME")]
        tenant: String,
        /// Name of the user.
        #[arg(long, value_name = "NAME")]
        user: String,
        /// What it may do.
        #[arg(long, value_enum)]
        role: RoleName,
        /// When it ends, in RFC 3339; never when absent.
        #[arg(long, value_name = "TIME")]
        expires_at: Option<String>,
        /// No rate limits apply to it.
        #[arg(long)]
        no_limits: bool,
    },
    /// List the tokens of a tenant, without their secrets.
    List {
        /// Where the data is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// Name of the tenant.
        #[arg(long, value_name = "NAME")]
        tenant: String,
    },
    /// Revoke a token by its public prefix. Takes effect within 5 seconds.
    Revoke {
        /// Where the data is.
        #[command(flatten)]
        database: DatabaseArgs,
        /// Name of the tenant.
        #[arg(long, value_name = "NAME")]
        tenant: String,
        /// The prefix, as `list` shows it.
        prefix: String,
    },
}
