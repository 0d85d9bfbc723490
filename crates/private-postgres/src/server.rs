//! The server that the tests of a process share.

use crate::{Instance, InstanceOptions, environment, sql};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A server with a migrated template database.
#[derive(Debug)]
pub struct Server {
    /// URL of the maintenance database.
    admin: String,
    template: String,
    /// Held for its life; `None` for a server that was there before.
    _instance: Option<Instance>,
}

/// Held while a template is made, so that many processes make it once: "template" in ASCII.
const TEMPLATE_LOCK: i64 = 0x7465_6d70_6c61_7465;
/// Databases of tests are removed from a server that is not ours when they are older than this.
const KEEP_SECONDS: u32 = 3600;

impl Server {
    /// The server of this process: started, or found by `TEST_POSTGRES_URL`, at the first call.
    /// `migrate` gets the URL of an empty database and makes it what every test begins with; it
    /// must have closed its connections when it returns. It runs on a thread of its own, where it
    /// may block on a runtime. Only the first call's `migrate` counts.
    pub fn shared(
        migrate: impl FnOnce(&str) -> Result<(), String> + Send,
    ) -> Result<&'static Self, String> {
        static SHARED: OnceLock<Result<Server, String>> = OnceLock::new();
        SHARED
            .get_or_init(|| Self::prepare(migrate))
            .as_ref()
            .map_err(Clone::clone)
    }

    fn prepare(migrate: impl FnOnce(&str) -> Result<(), String> + Send) -> Result<Self, String> {
        let (admin, instance) = if let Some(url) = environment("TEST_POSTGRES_URL") {
            (url, None)
        } else {
            let instance = Instance::start_new(InstanceOptions::default())?;
            (instance.url("postgres"), Some(instance))
        };
        let (family, template) = template_name()?;
        let server = Self {
            admin,
            template,
            _instance: instance,
        };
        sql::on_own_thread(|| {
            sql::locked(&server.admin, TEMPLATE_LOCK, || {
                server.make_template(&family, migrate)
            })
        })
        .map_err(|error| format!("preparing the template database: {error}"))?;
        Ok(server)
    }

    /// A migrated database that no other test sees. Returns its `postgres://` URL.
    pub fn fresh_database(&self) -> Result<String, String> {
        // Named by the server's own clock and chance: several machines may share it.
        let name = sql::query(
            &self.admin,
            "SELECT 'wfi_t_' || extract(epoch FROM now())::bigint || '_' \
             || substr(md5(random()::text || clock_timestamp() || pg_backend_pid()), 1, 16)",
        )?;
        let name = name.first().ok_or("the server gave no name")?;
        let clone = format!("CREATE DATABASE {name} TEMPLATE {}", self.template);
        // Two to three times as fast where flushes cost nothing; known since PostgreSQL 15.
        retry_while_in_use(|| {
            sql::execute(&self.admin, &format!("{clone} STRATEGY file_copy")).or_else(|error| {
                if error.contains("in use") || error.contains("being accessed") {
                    return Err(error);
                }
                sql::execute(&self.admin, &clone)
            })
        })?;
        Ok(with_database(&self.admin, name))
    }

    /// Under another name until it is complete, so that an interrupted one is never used.
    fn make_template(
        &self,
        family: &str,
        migrate: impl FnOnce(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let Self {
            admin, template, ..
        } = self;
        let exists = format!("SELECT datname FROM pg_database WHERE datname = '{template}'");
        if !sql::query(admin, &exists)?.is_empty() {
            return Ok(());
        }
        self.remove_leftovers(family)?;
        let unfinished = format!("{template}_new");
        sql::execute(admin, &format!("DROP DATABASE IF EXISTS {unfinished}"))?;
        sql::execute(
            admin,
            &format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
        )?;
        migrate(&with_database(admin, &unfinished))?;
        retry_while_in_use(|| {
            sql::execute(
                admin,
                &format!("ALTER DATABASE {unfinished} RENAME TO {template}"),
            )
        })
    }

    /// Templates of earlier builds, and databases of tests that ended long ago.
    fn remove_leftovers(&self, family: &str) -> Result<(), String> {
        let old = format!(
            "SELECT datname FROM pg_database WHERE datname LIKE '{family}%' OR \
             datname ~ '^wfi_t_[0-9]+_' AND \
             split_part(datname, '_', 3)::bigint < extract(epoch FROM now()) - {KEEP_SECONDS}"
        );
        for name in sql::query(&self.admin, &old)? {
            // One that is in use stays.
            drop(sql::execute(
                &self.admin,
                &format!("DROP DATABASE IF EXISTS {name}"),
            ));
        }
        Ok(())
    }
}

/// The template of this test program, and what its name begins with in every build. The program
/// has the migrations in it, so whenever they change, it changes.
fn template_name() -> Result<(String, String), String> {
    let describe = |error: std::io::Error| format!("this program's own file: {error}");
    let program = std::env::current_exe().map_err(describe)?;
    let metadata = program.metadata().map_err(describe)?;
    let hash = |value: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        value(&mut hasher);
        hasher.finish()
    };
    // Cargo ends the name in a hash of how it was built: the same for every build of one target.
    let family = hash(&|hasher| program.hash(hasher));
    let build = hash(&|hasher| (metadata.len(), metadata.modified().ok()).hash(hasher));
    let family = format!("wfi_tpl_{family:016x}_");
    let template = format!("{family}{build:016x}");
    Ok((family, template))
}

/// `url` with another database.
fn with_database(url: &str, name: &str) -> String {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let query = url[authority..]
        .find('?')
        .map_or(url.len(), |at| authority + at);
    let path = url[authority..query]
        .find('/')
        .map_or(query, |at| authority + at);
    format!("{}/{name}{}", &url[..path], &url[query..])
}

/// A connection that was just closed may be there for a moment longer, and another test may be
/// cloning: both pass.
fn retry_while_in_use(attempt: impl Fn() -> Result<(), String>) -> Result<(), String> {
    let give_up = Instant::now() + Duration::from_secs(20);
    loop {
        match attempt() {
            Err(error) if error.contains("being accessed") && Instant::now() < give_up => {
                std::thread::sleep(Duration::from_millis(20));
            }
            other => return other,
        }
    }
}
