//! `migrate`, `check-config`, `openapi`, `completions`.

use super::context::{configuration, open, overrides};
use super::output::{self, Failure};
use crate::cli::{Cli, DatabaseArgs};
use clap::CommandFactory;
use clap_complete::Shell;
use serde_json::json;
use std::path::Path;

/// Applies pending migrations.
pub(super) async fn migrate(
    file: Option<&Path>,
    json: bool,
    args: &DatabaseArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(args))?;
    let database = open(&config).await?;
    database.close().await;
    if json {
        output::json(&json!({"status": "up to date"}))
    } else {
        output::line("The database is up to date.")
    }
}

/// Checks the configuration and shows it.
pub(super) fn check_config(
    file: Option<&Path>,
    json: bool,
    args: &DatabaseArgs,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(args))?.redacted();
    let shown = serde_json::to_value(&config)
        .map_err(|error| Failure::failed(format!("cannot show the configuration: {error}")))?;
    if !json {
        output::line("The configuration is valid:")?;
    }
    output::json(&shown)
}

/// Prints the OpenAPI document.
pub(super) fn openapi() -> Result<(), Failure> {
    output::json(&api::openapi_document())
}

/// Prints a completion script.
#[expect(clippy::unnecessary_wraps, reason = "like every command")]
pub(super) fn completions(shell: Shell) -> Result<(), Failure> {
    clap_complete::generate(shell, &mut Cli::command(), "wfi", &mut std::io::stdout());
    Ok(())
}
