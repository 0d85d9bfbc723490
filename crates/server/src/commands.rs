//! What each command of `wfi` does.

mod admin;
mod context;
mod generate;
mod import;
mod output;
mod sample;
mod scenario;
mod serve;
mod simulate;
mod token;

use crate::cli::{Cli, Command};
use output::Failure;
use std::process::ExitCode;

/// Runs a command to its end.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return Failure::failed(format!("cannot start: {error}")).report(),
    };
    let Cli {
        config,
        json,
        command,
    } = cli;
    let config = config.as_deref();
    let result = match command {
        // The server brings a runtime of its own.
        Command::Serve(args) => serve::serve(config, json, &args),
        Command::Import(args) => runtime.block_on(import::import(config, json, args)),
        Command::Simulate(args) => runtime.block_on(simulate::simulate(config, json, args)),
        Command::Predict(args) => {
            runtime.block_on(scenario::run(config, json, args, scenario::Mode::Predict))
        }
        Command::Calibrate(args) => {
            runtime.block_on(scenario::run(config, json, args, scenario::Mode::Calibrate))
        }
        Command::Backtest(args) => {
            runtime.block_on(scenario::run(config, json, args, scenario::Mode::Backtest))
        }
        Command::Generate(args) => runtime.block_on(generate::generate(config, json, args)),
        Command::Sample(args) => runtime.block_on(sample::sample(config, json, args)),
        Command::Token(args) => runtime.block_on(token::token(config, json, args)),
        Command::Migrate(args) => runtime.block_on(admin::migrate(config, json, &args)),
        Command::CheckConfig(args) => admin::check_config(config, json, &args),
        Command::Openapi => admin::openapi(),
        Command::Completions { shell } => admin::completions(shell),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
