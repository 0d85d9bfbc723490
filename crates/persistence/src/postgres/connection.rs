//! A PostgreSQL connection, driven by a runtime of its own.

use super::{tls, url};
use crate::threads::{DeadlinePassed, Session};
use crate::{DatabaseOptions, DbError};
use diesel::connection::{SimpleConnection, TransactionDepthChange, TransactionManager};
use diesel_async::AsyncPgConnection;
use diesel_async::async_connection_wrapper::{AsyncConnectionWrapper, BlockOn};
use std::cell::{Cell, RefCell};
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The connection that queries are compiled for.
pub(crate) type Conn = AsyncConnectionWrapper<AsyncPgConnection, ThreadRuntime>;

/// The runtime of one connection. It lives as long as the connection, so that a connection that is
/// thrown away leaves no socket and no task behind.
pub(crate) struct ThreadRuntime(Arc<Runtime>);

/// The runtime and state of this thread's connection.
#[derive(Default)]
struct Driver {
    runtime: Weak<Runtime>,
    /// Set when the connection's task has ended: the server is gone.
    lost: Arc<AtomicBool>,
}

thread_local! {
    static DRIVER: RefCell<Driver> = RefCell::default();
    static DEADLINE: Cell<Option<Instant>> = const { Cell::new(None) };
}

impl BlockOn for ThreadRuntime {
    /// Waits for `future`, or unwinds with [`DeadlinePassed`]: there is no other way out of here,
    /// because the output is of any type. The unwinding ends at the thread's loop, which throws
    /// the connection away.
    fn block_on<F: Future>(&self, future: F) -> F::Output {
        let Some(deadline) = DEADLINE.get() else {
            return self.0.block_on(future);
        };
        self.0
            .block_on(async { tokio::time::timeout_at(deadline.into(), future).await })
            .unwrap_or_else(|_elapsed| std::panic::resume_unwind(Box::new(DeadlinePassed)))
    }

    /// That of the connection which this thread is opening.
    fn get_runtime() -> Self {
        let runtime = DRIVER.with_borrow(|driver| driver.runtime.upgrade());
        // Only `open` makes connections, and it holds the runtime.
        #[expect(clippy::expect_used, reason = "no other caller exists")]
        Self(runtime.expect("a runtime is set before the connection is made"))
    }
}

/// How connections are made.
#[derive(Clone)]
pub(crate) struct Settings {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
    connect_timeout: Duration,
    setup: String,
}

impl Settings {
    /// Parses a `postgres://` URL.
    pub(super) fn parse(text: &str, options: &DatabaseOptions) -> Result<Self, String> {
        let parsed = url::parse(text)?;
        let mut config = parsed.config;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.connect_timeout); // for each address of the host
        }
        if config.get_application_name().is_none() {
            config.application_name("workflow-intelligence");
        }
        config.keepalives_idle(Duration::from_secs(30));
        config.tcp_user_timeout(options.job_timeout);
        let timeout = options.job_timeout.as_millis();
        Ok(Self {
            config,
            tls: tls::connector(&parsed.trust)?,
            connect_timeout: options.connect_timeout,
            setup: format!(
                "SET statement_timeout = {timeout}; \
                 SET idle_in_transaction_session_timeout = {timeout}"
            ),
        })
    }

    async fn connect(&self, lost: Arc<AtomicBool>) -> Result<Conn, String> {
        let (client, connection) = self
            .config
            .connect(self.tls.clone())
            .await
            .map_err(|error| chain(&error))?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(error = %chain(&error), "a database connection was lost");
            }
            lost.store(true, Ordering::Release);
        });
        client
            .batch_execute(&self.setup)
            .await
            .map_err(|error| chain(&error))?;
        let conn = AsyncPgConnection::try_from(client)
            .await
            .map_err(|error| error.to_string())?;
        Ok(conn.into())
    }
}

/// An error with its causes; the driver's own text says only "db error".
pub(super) fn chain(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

impl Session for Conn {
    type Settings = Settings;
    const BEGIN: &'static str = "BEGIN";
    /// `COMMIT` of an aborted transaction rolls back and reports success. A statement before it
    /// fails instead, and costs no round trip of its own.
    const COMMIT: &'static str = "SELECT 1; COMMIT";

    fn open(settings: &Settings) -> Result<Self, String> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = Arc::new(runtime.map_err(|error| format!("no runtime: {error}"))?);
        let lost = Arc::new(AtomicBool::new(false));
        let driver = Driver {
            runtime: Arc::downgrade(&runtime),
            lost: Arc::clone(&lost),
        };
        DRIVER.set(driver);
        let attempt = async {
            // Not beyond the deadline of the job that needs the connection.
            let left = DEADLINE
                .get()
                .map(|deadline| deadline.duration_since(Instant::now()));
            let limit = left.map_or(settings.connect_timeout, |left| {
                left.min(settings.connect_timeout)
            });
            tokio::time::timeout(limit, settings.connect(lost))
                .await
                .unwrap_or_else(|_elapsed| Err(format!("no connection within {limit:?}")))
        };
        runtime.block_on(attempt)
    }

    fn is_lost(&mut self) -> bool {
        DRIVER.with_borrow(|driver| {
            // The connection's task runs only while this thread waits for something: let it look
            // at its socket. The first turn polls the socket, the second one runs the task.
            if let Some(runtime) = driver.runtime.upgrade() {
                runtime.block_on(async {
                    tokio::task::yield_now().await;
                    tokio::task::yield_now().await;
                });
            }
            driver.lost.load(Ordering::Acquire)
        })
    }

    fn set_deadline(deadline: Option<Instant>) {
        DEADLINE.set(deadline);
    }
}

/// Runs `body` between `begin` and a commit that fails when the transaction was aborted, which
/// Diesel's own would take for success.
pub(super) fn transaction<T, E: Into<DbError>>(
    conn: &mut Conn,
    begin: &str,
    body: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, DbError> {
    conn.batch_execute(begin)?;
    change_depth(conn, TransactionDepthChange::IncreaseDepth)?;
    let outcome = body(conn).map_err(Into::into);
    let ended = conn.batch_execute(if outcome.is_ok() {
        Conn::COMMIT
    } else {
        "ROLLBACK"
    });
    if outcome.is_ok() && ended.is_err() {
        // Still open, unless the connection is gone; then this fails and the thread notices.
        conn.batch_execute("ROLLBACK")?;
    }
    change_depth(conn, TransactionDepthChange::DecreaseDepth)?;
    match (outcome, ended) {
        (Ok(value), Ok(())) => Ok(value),
        (Ok(_), Err(error)) => Err(error.into()),
        (Err(error), _) => Err(error),
    }
}

fn change_depth(conn: &mut Conn, change: TransactionDepthChange) -> diesel::QueryResult<()> {
    type Manager = <Conn as diesel::Connection>::TransactionManager;
    let status = Manager::transaction_manager_status_mut(conn);
    status.transaction_state()?.change_transaction_depth(change)
}

/// A connection of its own, outside the threads. Not from within an async runtime.
pub(crate) fn open_alone(settings: &Settings) -> Result<Conn, String> {
    Conn::open(settings)
}
