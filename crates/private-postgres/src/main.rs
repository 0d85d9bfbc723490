//! `with-postgres COMMAND…`: runs a command with a private PostgreSQL in `TEST_POSTGRES_URL`, and
//! ends with its exit code. For test runners that give each test a process of its own.

use private_postgres::{Instance, InstanceOptions};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            #[expect(clippy::print_stderr, reason = "a command-line program")]
            {
                eprintln!("with-postgres: {message}");
            }
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    let mut arguments = std::env::args_os().skip(1);
    let program = arguments
        .next()
        .ok_or("usage: with-postgres COMMAND [ARGUMENT…]")?;
    let instance = Instance::start_new(InstanceOptions::default())?;
    let status = Command::new(&program)
        .args(arguments)
        .env("TEST_POSTGRES_URL", instance.url("postgres"))
        .status()
        .map_err(|error| format!("{}: {error}", program.display()))?;
    let code = status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1);
    Ok(ExitCode::from(code))
}
