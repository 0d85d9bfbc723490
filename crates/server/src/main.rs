//! `wfi`: workflow intelligence beside your own workflow engine.

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    server::commands::run(server::cli::Cli::parse())
}
