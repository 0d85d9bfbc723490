//! Where a SQLite database is, and how a connection to it is set up.

use crate::DatabaseOptions;
use crate::threads::Session;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

// Links the bundled SQLite in place of one that the system may have.
extern crate libsqlite3_sys as _;

/// The connection that queries are compiled for.
pub(crate) type Conn = SqliteConnection;

/// Where the database is.
#[derive(Clone, Debug)]
pub(crate) enum Location {
    /// In this file.
    File(PathBuf),
    /// In a temporary directory that goes away with the last connection. Not in memory: SQLite's
    /// shared memory databases have no WAL, so readers and the writer would lock each other out.
    Temporary(Arc<TempDir>),
}

impl Location {
    /// Parses what follows `sqlite:`.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        if path == ":memory:" {
            let directory = TempDir::with_prefix("wfi-")
                .map_err(|error| format!("cannot create a temporary directory: {error}"))?;
            return Ok(Self::Temporary(Arc::new(directory)));
        }
        let path = path.strip_prefix("//").unwrap_or(path);
        if path.is_empty() || path.starts_with("file:") || path.contains('?') {
            return Err("write sqlite:PATH, such as sqlite:data/wfi.db, without parameters".into());
        }
        Ok(Self::File(PathBuf::from(path)))
    }

    pub(super) fn settings(&self, access: Access, options: &DatabaseOptions) -> Settings {
        Settings {
            location: self.clone(),
            access,
            busy_timeout: options.busy_timeout,
        }
    }

    fn file(&self) -> PathBuf {
        match self {
            Self::File(path) => path.clone(),
            Self::Temporary(directory) => directory.path().join("wfi.db"),
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// How one connection is made.
#[derive(Debug)]
pub(crate) struct Settings {
    location: Location,
    access: Access,
    busy_timeout: Duration,
}

/// Pages (of 4 KiB) in the log before the writer copies them back: 16 MiB, four times the
/// default, because a bulk import otherwise spends its time on checkpoints.
const AUTO_CHECKPOINT: u32 = 4000;
/// Bytes of the file that readers map: reading a page is then no system call.
const MAPPED: u64 = 256 << 20;
/// KiB of the writer's page cache.
const WRITER_CACHE: u32 = 64 << 10;

impl Session for SqliteConnection {
    type Settings = Settings;
    /// Takes the write lock at once: a transaction that reads first and then writes fails when
    /// another process wrote in between, whatever the busy timeout.
    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    /// Fails by itself when SQLite has rolled the transaction back.
    const COMMIT: &'static str = "COMMIT";

    fn open(settings: &Settings) -> Result<Self, String> {
        let file = settings.location.file();
        let describe = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let name = file
            .to_str()
            .ok_or_else(|| describe(&"the path is not UTF-8"))?;
        create_parent(&file).map_err(|error| describe(&error))?;
        let pragmas = pragmas(settings);
        let give_up = Instant::now() + settings.busy_timeout;
        loop {
            let attempt = Conn::establish(name)
                .map_err(|error| error.to_string())
                .and_then(|mut conn| match conn.batch_execute(&pragmas) {
                    Ok(()) => Ok(conn),
                    Err(error) => Err(error.to_string()),
                });
            match attempt {
                // The change to WAL does not always honour the busy timeout.
                Err(error) if error.contains("locked") && Instant::now() < give_up => {
                    std::thread::sleep(Duration::from_millis(20));
                }
                other => return other.map_err(|error| describe(&error)),
            }
        }
    }

    /// A file does not go away by itself.
    fn is_lost(&mut self) -> bool {
        false
    }

    /// SQLite waits for nothing but other writers, which `busy_timeout` bounds.
    fn set_deadline(_deadline: Option<Instant>) {}

    fn retire(&mut self) {
        // Readers may not, and need not; a log that another process uses is left to it.
        if let Err(error) = self.batch_execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA optimize") {
            tracing::debug!(%error, "no final checkpoint");
        }
    }
}

fn create_parent(file: &Path) -> std::io::Result<()> {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => std::fs::create_dir_all(parent),
        _ => Ok(()),
    }
}

/// `busy_timeout` comes first: setting the journal mode may have to wait already.
fn pragmas(settings: &Settings) -> String {
    let busy = settings.busy_timeout.as_millis();
    // A temporary database ends with the process, so its flushes would protect nothing.
    let synchronous = match settings.location {
        Location::File(_) => "FULL",
        Location::Temporary(_) => "OFF",
    };
    let own = match settings.access {
        Access::Read => format!("PRAGMA query_only=ON; PRAGMA mmap_size={MAPPED};"),
        Access::Write => format!(
            "PRAGMA wal_autocheckpoint={AUTO_CHECKPOINT}; PRAGMA journal_size_limit=67108864; \
             PRAGMA cache_size=-{WRITER_CACHE};"
        ),
    };
    format!(
        "PRAGMA busy_timeout={busy}; PRAGMA journal_mode=WAL; PRAGMA synchronous={synchronous}; \
         PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; {own}"
    )
}

/// A writing connection of its own, outside the threads. Blocks.
pub(crate) fn open_alone(location: &Location, options: &DatabaseOptions) -> Result<Conn, String> {
    Conn::open(&location.settings(Access::Write, options))
}
