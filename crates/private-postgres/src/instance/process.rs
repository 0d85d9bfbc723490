//! The processes and the folder of a server.

use crate::{binaries, environment};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Waits for the end of its input, which comes when this process ends in whatever way; then stops
/// the server and removes the folder.
pub(super) fn spawn_watchdog(folder: &Path, user: Option<(u32, u32)>) -> Result<Child, String> {
    let script = format!(
        "cat >/dev/null\n\
         pid=$(head -n 1 data/postmaster.pid 2>/dev/null) && kill -CONT $pid && kill -QUIT $pid\n\
         n=0; while [ -n \"$pid\" ] && kill -0 $pid 2>/dev/null && [ $n -lt 100 ]; do \
         sleep 0.1; n=$((n+1)); done\n\
         cd / && rm -rf '{}'",
        folder.display()
    );
    let mut command = Command::new("/bin/sh");
    command
        .arg("-c")
        .arg(script)
        .current_dir(folder)
        .process_group(0);
    become_user(&mut command, user);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("cannot start the watchdog: {error}"))
}

pub(super) fn become_user(command: &mut Command, user: Option<(u32, u32)>) {
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
}

/// Not `$TMPDIR` when root: the unprivileged user may not reach it. A socket's path may have no
/// more than 107 bytes.
pub(super) fn new_folder(durable: bool) -> Result<PathBuf, String> {
    let parent = match environment("PRIVATE_POSTGRES_DIR") {
        Some(named) => PathBuf::from(named),
        None if !durable && has_room(Path::new(MEMORY)) => PathBuf::from(MEMORY),
        None if binaries::is_root() => PathBuf::from("/tmp"),
        None => std::env::temp_dir(),
    };
    for number in 0..10_000 {
        let folder = parent.join(format!("private-pg-{}-{number}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(format!("{}: {error}", folder.display())),
        }
    }
    Err(format!(
        "{}: too many leftovers named private-pg-*",
        parent.display()
    ))
}

/// A file system in memory, on Linux: removing the files of hundreds of cloned databases takes no
/// time there, where a busy disk took minutes.
const MEMORY: &str = "/dev/shm";
/// What must be free there, in KiB: several times what the tests need.
const MEMORY_WANTED: u64 = 6 * 1024 * 1024;

fn has_room(folder: &Path) -> bool {
    let output = Command::new("df")
        .arg("-Pk")
        .arg(folder)
        .stderr(Stdio::null())
        .output();
    let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let available = text.ok().and_then(|text| {
        let line = text.lines().nth(1)?;
        line.split_whitespace().nth(3)?.parse::<u64>().ok()
    });
    available.is_some_and(|kilobytes| kilobytes >= MEMORY_WANTED)
}

pub(super) fn free_port() -> Result<u16, String> {
    std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port: {error}"))
}

pub(super) fn signal(name: &str, processes: &[u32]) -> Result<(), String> {
    let mut command = Command::new("kill");
    command
        .arg(name)
        .args(processes.iter().map(ToString::to_string));
    // Some may have ended by themselves meanwhile, which `kill` reports as a failure.
    command
        .stderr(Stdio::null())
        .status()
        .map(drop)
        .map_err(|error| format!("kill: {error}"))
}

/// Processes that `parent` started, on Linux. They are in sessions of their own.
pub(super) fn children(parent: u32) -> Vec<u32> {
    let list = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
    list.unwrap_or_default()
        .split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}
