//! `wfi`: workflow intelligence beside your own workflow engine.

use clap::Parser;
use mimalloc::MiMalloc;
use std::process::ExitCode;

/// The system's allocator took a quarter of the time of a dry run and of a bulk import: documents
/// are many small pieces, made on one thread and freed on another.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    server::commands::run(server::cli::Cli::parse())
}
