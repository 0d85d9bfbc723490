//! The two servers, each a process of its own that ends with its handle.

use actix_web::{App, HttpResponse, HttpServer, web};
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that runs until this is dropped.
pub(crate) struct Server {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// A token that may write, for the subject.
    pub(crate) token: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const WFI: &str = env!("CARGO_BIN_EXE_wfi");

/// `sqlite:PATH` of a file in this folder.
pub(crate) fn database(folder: &Path, name: &str) -> String {
    format!("sqlite:{}", folder.join(name).display())
}

/// Runs a command of `wfi` and answers what it printed.
pub(crate) fn wfi(arguments: &[&str]) -> String {
    let out = Command::new(WFI)
        .args(arguments)
        .output()
        .expect("wfi can be started");
    assert!(
        out.status.success(),
        "wfi {arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8_lossy(&out.stdout).into_owned()
}

impl Server {
    /// `wfi serve` on this database, which gets the tenant `sample` with its 90 days when `sample`
    /// is set, else an empty tenant. Its log lines go to a file beside the database.
    pub(crate) fn subject(folder: &Path, name: &str, sample: bool) -> Self {
        let url = database(folder, name);
        if sample {
            wfi(&["sample", "--database", &url]);
        } else {
            wfi(&["migrate", "--database", &url]);
        }
        let token = wfi(&[
            "token",
            "create",
            "--database",
            &url,
            "--tenant",
            "sample",
            "--user",
            "bench",
            "--role",
            "editor",
            "--json",
        ]);
        let token: serde_json::Value = serde_json::from_str(&token).expect("a JSON document");
        let log = std::fs::File::create(folder.join(format!("{name}.log"))).expect("a log file");
        let child = Command::new(WFI)
            .args(["serve", "--listen", "127.0.0.1:0", "--database", &url])
            .args(["--no-sample", "--no-limits", "--json"])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("wfi can be started");
        let token = token["token"].as_str().expect("a token").to_owned();
        Self::started(child, token)
    }

    /// This program again, answering the bytes of each of these files under its name.
    pub(crate) fn peer(folder: &Path) -> Self {
        let itself = std::env::current_exe().expect("this program has a path");
        let child = Command::new(itself)
            .arg("--peer")
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started");
        Self::started(child, String::new())
    }

    fn started(mut child: Child, token: String) -> Self {
        let stdout = child.stdout.take().expect("its output is piped");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("it says where it listens");
        let said: serde_json::Value = serde_json::from_str(&line).expect("a JSON document");
        let address = said["url"]
            .as_str()
            .expect("a URL")
            .trim_start_matches("http://");
        Self {
            address: address.parse().expect("an address"),
            child,
            token,
        }
    }

    /// CPU time that the process has used, all threads, user and system.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = self.proc("stat");
        // After the name, which is in parentheses: state is field 0, utime 11, stime 12.
        let fields = stat.rsplit(") ").next().unwrap_or_default();
        let ticks: u64 = fields
            .split(' ')
            .skip(11)
            .take(2)
            .filter_map(|field| field.parse::<u64>().ok())
            .sum();
        Duration::from_millis(ticks * 10) // USER_HZ is 100 on every Linux
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = self.proc("status");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kib.unwrap_or(0) / 1024
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.child.id())).unwrap_or_default()
    }
}

/// The peer: every file of a folder, from memory.
pub(crate) fn serve_peer(arguments: &[String]) {
    let folder = arguments.first().expect("a folder");
    let mut answers = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("an entry").path();
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        let body = web::Bytes::from(std::fs::read(&path).expect("the file can be read"));
        answers.push((format!("/{name}"), body));
    }
    let app = move || {
        let mut app = App::new();
        for (path, body) in answers.clone() {
            let body = move |_request: web::Bytes| {
                let body = body.clone();
                async move {
                    HttpResponse::Ok()
                        .content_type("application/json")
                        .body(body)
                }
            };
            app = app.route(&path, web::to(body));
        }
        app
    };
    actix_web::rt::System::new()
        .block_on(async {
            let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
            let server = HttpServer::new(app).workers(cores).bind("127.0.0.1:0")?;
            let address = server.addrs().first().copied().expect("it listens");
            println!("{{\"url\": \"http://{address}\"}}");
            server.disable_signals().run().await
        })
        .expect("the peer serves");
}
