//! Finds the programs of PostgreSQL, or installs them.

use crate::environment;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

const ADVICE: &str = "PostgreSQL is needed for these tests. Install it (Debian, Ubuntu: apt-get \
                      install postgresql), or set PG_BIN to the folder that holds initdb and \
                      postgres, or set TEST_POSTGRES_URL to a server whose role may create \
                      databases";

/// The folder of `initdb` and `postgres`.
pub(crate) fn folder() -> Result<PathBuf, String> {
    // Tests of one process look at once; only one of them may install.
    static INSTALLING: Mutex<()> = Mutex::new(());
    if let Some(found) = find() {
        return Ok(found);
    }
    let _one = INSTALLING.lock().map_err(|error| error.to_string())?;
    if let Some(found) = find() {
        return Ok(found);
    }
    install().map_err(|reason| format!("{ADVICE}. ({reason})"))?;
    find().ok_or_else(|| format!("{ADVICE}. (It was installed, but is not where it should be.)"))
}

fn find() -> Option<PathBuf> {
    let mut candidates: Vec<PathBuf> = environment("PG_BIN")
        .map(PathBuf::from)
        .into_iter()
        .collect();
    candidates.extend(std::env::split_paths(
        &environment("PATH").unwrap_or_default(),
    ));
    for root in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        candidates.extend(versions(Path::new(root)));
    }
    candidates.extend(["/usr/pgsql/bin", "/usr/local/pgsql/bin"].map(PathBuf::from));
    candidates.into_iter().find_map(|folder| complete(&folder))
}

/// `ROOT/*/bin`, the newest version first.
fn versions(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).into_iter().flatten().flatten();
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).collect();
    folders.sort_by_key(|folder| {
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let digits: String = name.chars().filter(char::is_ascii_digit).collect();
        std::cmp::Reverse(digits.parse::<u64>().unwrap_or(0))
    });
    folders
        .into_iter()
        .map(|folder| folder.join("bin"))
        .collect()
}

/// The real folder: `initdb` may be a link, and looks for `postgres` beside its real self.
fn complete(folder: &Path) -> Option<PathBuf> {
    let initdb = std::fs::canonicalize(folder.join("initdb")).ok()?;
    let real = initdb.parent()?;
    real.join("postgres").is_file().then(|| real.to_path_buf())
}

fn install() -> Result<(), String> {
    if !is_root() {
        return Err("not root, so it cannot be installed from here".to_owned());
    }
    let apt = |arguments: &[&str]| {
        Command::new("apt-get")
            .args(["-y", "-q", "-o", "DPkg::Lock::Timeout=300"])
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("apt-get: {error}"))
    };
    let packages = ["install", "--no-install-recommends", "postgresql"];
    let mut output = apt(&packages)?;
    if !output.status.success() {
        apt(&["update"])?;
        output = apt(&packages)?;
    }
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "apt-get install: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}

/// Whether this process is root.
pub(crate) fn is_root() -> bool {
    id(&["-u"]) == Some(0)
}

/// User and group to switch to when this is root.
pub(crate) fn unprivileged_user() -> Result<Option<(u32, u32)>, String> {
    if !is_root() {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
        .map(Some)
        .ok_or_else(|| "running as root, and no user postgres or nobody to switch to".to_owned())
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}
