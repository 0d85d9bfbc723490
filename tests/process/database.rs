//! A database of its own for each test.

use crate::binary;
use private_postgres::Server;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Runs a test on `SQLite` and on PostgreSQL.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            #[test]
            fn sqlite() {
                super::$name(&$crate::database::Home::sqlite());
            }

            #[test]
            fn postgres() {
                super::$name(&$crate::database::Home::postgres());
            }
        }
    )+};
}
pub(crate) use on_both;

/// A folder for logs, and for the database when that is `SQLite`. Removed in the end.
pub(crate) struct Home {
    folder: PathBuf,
    url: String,
}

impl Home {
    pub(crate) fn sqlite() -> Self {
        let folder = new_folder();
        let url = format!("sqlite:{}", folder.join("wfi.db").display());
        Self { folder, url }
    }

    pub(crate) fn postgres() -> Self {
        let server = Server::shared(|url| binary::run(&["migrate", "--database", url]).map(drop));
        let url = server.and_then(Server::fresh_database).unwrap();
        Self::at(url)
    }

    /// A database that is there already.
    pub(crate) fn at(url: String) -> Self {
        Self {
            folder: new_folder(),
            url,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // What is left of a failed removal is in the folder for temporary files.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

fn new_folder() -> PathBuf {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let number = MADE.fetch_add(1, Ordering::Relaxed);
    let name = format!("wfi-process-{}-{number}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
