//! One server: made, started, stopped, killed, removed.

mod process;

use crate::{binaries, environment, sql};
use process::{become_user, children, free_port, new_folder, signal, spawn_watchdog};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What an [`Instance`] is to be like.
#[derive(Clone, Copy, Debug, Default)]
pub struct InstanceOptions {
    /// Flush to disk, so that what was committed survives [`Instance::kill9`]. Slower.
    pub durable: bool,
    /// Also listen on a free TCP port of 127.0.0.1, and name it in [`Instance::url`].
    pub tcp: bool,
}

/// A PostgreSQL server of its own. Dropping it, or the end of the process, removes it.
#[derive(Debug)]
pub struct Instance {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<(u32, u32)>,
    options: InstanceOptions,
    port: u16,
    server: Option<Child>,
    watchdog: Child,
}

/// How long a start may take; after a crash it includes recovery.
const START: Duration = Duration::from_mins(1);
const SPEED_OVER_SAFETY: [&str; 4] = [
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
];

impl Instance {
    /// Makes a new, empty server and starts it.
    pub fn start_new(options: InstanceOptions) -> Result<Self, String> {
        let programs = binaries::folder()?;
        let user = binaries::unprivileged_user()?;
        let folder = new_folder(options.durable)?;
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&folder, Some(uid), Some(gid))
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        let watchdog = spawn_watchdog(&folder, user)?; // before there is anything to remove
        let port = if options.tcp { free_port()? } else { 5432 };
        let mut instance = Self {
            folder,
            programs,
            user,
            options,
            port,
            server: None,
            watchdog,
        };
        instance.initialize()?;
        instance.start()?;
        Ok(instance)
    }

    /// `postgres://` URL of a database of this server.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = if self.options.tcp {
            format!("127.0.0.1:{}", self.port)
        } else {
            self.folder.display().to_string().replace('/', "%2F")
        };
        format!("postgres://postgres@{host}/{database}")
    }

    /// Starts the server again after [`Instance::stop`] or [`Instance::kill9`], and waits until it
    /// answers.
    pub fn start(&mut self) -> Result<(), String> {
        let give_up = Instant::now() + START;
        if self.server.is_some() {
            return Ok(());
        }
        loop {
            // Our server is dead, so these are stale; the number in them may belong to another
            // process by now, and then the server would refuse to start.
            for stale in [
                "data/postmaster.pid",
                &format!(".s.PGSQL.{}.lock", self.port),
            ] {
                drop(std::fs::remove_file(self.folder.join(stale)));
            }
            let mut child = self.spawn()?;
            let ended = loop {
                if sql::execute(&self.url("postgres"), "SELECT 1").is_ok() {
                    self.server = Some(child);
                    return Ok(());
                }
                if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                    break status;
                }
                if Instant::now() > give_up {
                    drop(child.kill());
                    drop(child.wait());
                    return Err(format!("PostgreSQL does not answer. {}", self.log_tail()));
                }
                std::thread::sleep(Duration::from_millis(5));
            };
            // The processes of a killed server may hold its memory for a moment longer.
            if Instant::now() > give_up || !self.log_tail().contains("still in use") {
                return Err(format!("PostgreSQL ended ({ended}). {}", self.log_tail()));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Shuts the server down in order, ending its connections.
    pub fn stop(&mut self) -> Result<(), String> {
        let Some(mut child) = self.server.take() else {
            return Ok(());
        };
        signal("-INT", &[child.id()])?;
        child.wait().map(drop).map_err(|error| error.to_string())
    }

    /// Kills all processes of the server at once, as a crash of the machine would (but for the
    /// page cache, which survives this).
    pub fn kill9(&mut self) -> Result<(), String> {
        let Some(mut child) = self.server.take() else {
            return Ok(());
        };
        let mut processes = children(child.id());
        processes.push(child.id());
        signal("-KILL", &processes)?;
        child.wait().map(drop).map_err(|error| error.to_string())
    }

    /// Stops all processes of the server without ending them: connections stay open and nothing
    /// answers, as behind a proxy that has gone silent. [`Instance::thaw`] undoes it.
    pub fn freeze(&self) -> Result<(), String> {
        self.signal_all("-STOP")
    }

    /// Lets a frozen server go on.
    pub fn thaw(&self) -> Result<(), String> {
        self.signal_all("-CONT")
    }

    fn signal_all(&self, name: &str) -> Result<(), String> {
        let Some(child) = &self.server else {
            return Ok(());
        };
        let mut processes = vec![child.id()];
        processes.extend(children(child.id()));
        signal(name, &processes)
    }

    fn initialize(&self) -> Result<(), String> {
        let mut command = self.command("initdb");
        command.args([
            "-D",
            "data",
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
        ]);
        let output = command
            .args(["--no-sync", "--no-instructions"])
            .output()
            .map_err(|error| format!("initdb: {error}"))?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!(
            "initdb: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }

    fn spawn(&self) -> Result<Child, String> {
        let log = std::fs::File::create(self.log_file()).map_err(|error| error.to_string())?;
        let mut command = self.command("postgres");
        command.arg("-D").arg("data").arg("-k").arg(&self.folder);
        let addresses = if self.options.tcp { "127.0.0.1" } else { "" };
        let mut settings = vec![
            format!("listen_addresses={addresses}"),
            format!("port={}", self.port),
            "shared_buffers=64MB".to_owned(),
            "max_connections=400".to_owned(),
            "wal_level=minimal".to_owned(),
            "max_wal_senders=0".to_owned(),
        ];
        if !self.options.durable {
            settings.extend(SPEED_OVER_SAFETY.map(str::to_owned));
        }
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .process_group(0) // an interrupt from the terminal is for the tests
            .spawn()
            .map_err(|error| format!("postgres: {error}"))
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", environment("PATH").unwrap_or_default())
            .env("LC_ALL", "C");
        become_user(&mut command, self.user);
        command
    }

    fn log_file(&self) -> PathBuf {
        self.folder.join("log")
    }

    fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.log_file()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        lines[lines.len().saturating_sub(10)..].join("\n")
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        drop(self.kill9());
        drop(self.watchdog.stdin.take()); // the end of its input is its signal
        drop(self.watchdog.wait());
    }
}
