//! `wfi`, started and ended.

use crate::database::Home;
use crate::http::Client;
use serde_json::Value;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// The longest start: of an unoptimised build, on a machine that is busy with other tests.
const START: Duration = Duration::from_mins(1);

/// The binary that `make test` builds first, beside this test.
fn path() -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let binary = here.parent().unwrap().parent().unwrap().join("wfi");
    assert!(
        binary.is_file(),
        "build the binary first: cargo build -p server"
    );
    binary
}

/// The binary, in an environment that configures nothing.
fn command() -> Command {
    let mut command = Command::new(path());
    command
        .env_clear()
        .env("RUST_BACKTRACE", "1")
        .env("WFI__LOG__LEVEL", "warn")
        .stdin(Stdio::null());
    command
}

/// Runs a command to its end; answers its output, or what it complained of.
pub(crate) fn run(arguments: &[&str]) -> Result<String, String> {
    let output = command().args(arguments).output();
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Makes a token.
pub(crate) fn token(home: &Home, tenant: &str, more: &[&str]) -> String {
    let mut arguments = vec!["token", "create", "--json", "--database", home.url()];
    arguments.extend(["--tenant", tenant, "--user", "mia", "--role", "editor"]);
    arguments.extend(more);
    let made: Value = serde_json::from_str(&run(&arguments).unwrap()).unwrap();
    made["token"].as_str().unwrap().to_owned()
}

/// A running service. Killed when dropped.
pub(crate) struct Wfi {
    child: Child,
    address: String,
    log: PathBuf,
}

impl Wfi {
    /// Starts the service on a free port and waits until it says where it listens.
    pub(crate) fn start(home: &Home, settings: &[(&str, &str)]) -> Self {
        let log = home.folder().join("log");
        let mut child = command()
            .args(["serve", "--json", "--listen", "127.0.0.1:0"])
            .args(["--no-sample", "--no-limits", "--database", home.url()])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(appended(&log))
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (said, hears) = mpsc::channel();
        std::thread::spawn(move || {
            let line = stdout.lines().next().and_then(Result::ok);
            // Nobody hears it after a start that took too long.
            let _ = said.send(line);
        });
        let line = hears.recv_timeout(START).ok().flatten();
        let mut service = Self {
            child,
            address: String::new(),
            log,
        };
        let line = line.unwrap_or_else(|| panic!("no start: {}", service.log()));
        let said: Value = serde_json::from_str(&line).unwrap();
        let url = said["url"].as_str().unwrap();
        url.strip_prefix("http://")
            .unwrap()
            .clone_into(&mut service.address);
        service
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A caller with that token.
    pub(crate) fn client(&self, token: &str) -> Client {
        Client::new(&self.address, Some(token))
    }

    /// The Prometheus page.
    pub(crate) fn metrics(&self) -> String {
        let page = Client::new(&self.address, None).outside("GET", "/metrics");
        assert_eq!(page.status, 200);
        String::from_utf8(page.body).unwrap()
    }

    /// The value of a sample, such as `up{job="x"}`, on the Prometheus page.
    pub(crate) fn sample(&self, series: &str) -> Option<f64> {
        let page = self.metrics();
        let value = page
            .lines()
            .find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
        value.map(|value| value.parse().unwrap())
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Kills it at once, in whatever it is at.
    pub(crate) fn kill9(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(asked.success());
    }

    /// Waits until it has ended.
    pub(crate) fn ended(mut self, patience: Duration) -> ExitStatus {
        crate::wait::wait("the end of the process", patience, || {
            self.child.try_wait().unwrap()
        })
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Resident memory in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let id = self.child.id().to_string();
        let shown = Command::new("ps").args(["-o", "rss=", "-p", &id]).output();
        let shown = shown.expect("ps (Debian: procps) is needed to look at memory");
        let text = String::from_utf8_lossy(&shown.stdout);
        text.trim().parse().unwrap()
    }
}

impl Drop for Wfi {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn appended(log: &PathBuf) -> File {
    let options = OpenOptions::new().create(true).append(true).open(log);
    options.unwrap()
}
