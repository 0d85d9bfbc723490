//! Connecting: failing fast while the database is away, and learning together that it restarted.

use super::task::Job;
use super::{DeadlinePassed, Session};
use crate::DbError;
use diesel::connection::TransactionManager;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// After a failed attempt to connect, nobody tries again for so long.
const BACK_OFF: Duration = Duration::from_millis(500);
/// A connection that was idle for so long is looked at before it is used.
const IDLE: Duration = Duration::from_millis(10);

/// What all threads on one database share.
pub(crate) struct Link<C: Session> {
    settings: C::Settings,
    /// Raised when a thread finds that its connection was cut: after a restart of the server the
    /// other threads reconnect before their next job instead of failing it.
    epoch: AtomicU64,
    connected: AtomicU64,
    outage: Mutex<Option<Outage>>,
}

/// The last attempt to connect failed.
struct Outage {
    message: String,
    /// Until then everybody fails with the message; after it one thread at a time tries.
    quiet_until: Instant,
    probing: bool,
}

impl<C: Session> Link<C> {
    pub(crate) fn new(settings: C::Settings) -> Arc<Self> {
        Arc::new(Self {
            settings,
            epoch: AtomicU64::new(0),
            connected: AtomicU64::new(0),
            outage: Mutex::new(None),
        })
    }

    /// Opens a connection on this thread, or fails at once while an outage is known.
    pub(crate) fn connect(&self) -> Result<C, DbError> {
        self.may_try()?;
        let attempt = catch_unwind(AssertUnwindSafe(|| C::open(&self.settings)))
            .unwrap_or_else(|_panic| Err("connecting panicked".to_owned()));
        let mut outage = self.lock_outage();
        match attempt {
            Ok(conn) => {
                self.connected.fetch_add(1, Ordering::AcqRel);
                if outage.take().is_some() {
                    tracing::info!("the database is back");
                }
                Ok(conn)
            }
            Err(message) => {
                if outage.is_none() {
                    tracing::error!(%message, "cannot connect to the database");
                }
                let quiet_until = Instant::now() + BACK_OFF;
                *outage = Some(Outage {
                    message: message.clone(),
                    quiet_until,
                    probing: false,
                });
                Err(DbError::Unavailable(message))
            }
        }
    }

    /// How many connections were opened so far.
    pub(crate) fn connected(&self) -> u64 {
        self.connected.load(Ordering::Acquire)
    }

    fn may_try(&self) -> Result<(), DbError> {
        if let Some(outage) = self.lock_outage().as_mut() {
            if outage.probing || Instant::now() < outage.quiet_until {
                return Err(DbError::Unavailable(outage.message.clone()));
            }
            outage.probing = true;
        }
        Ok(())
    }

    fn lock_outage(&self) -> MutexGuard<'_, Option<Outage>> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of one thread's connection.
pub(super) struct Slot<C: Session> {
    link: Arc<Link<C>>,
    conn: Option<C>,
    epoch: u64,
    last_used: Instant,
}

impl<C: Session> Slot<C> {
    pub(super) fn new(link: Arc<Link<C>>) -> Self {
        Self {
            link,
            conn: None,
            epoch: 0,
            last_used: Instant::now(),
        }
    }

    /// A connection that works as far as can be known without asking the server.
    pub(super) fn get(&mut self) -> Result<&mut C, DbError> {
        let epoch = self.link.epoch.load(Ordering::Acquire);
        if epoch != self.epoch {
            self.discard();
            self.epoch = epoch;
        }
        if self.last_used.elapsed() > IDLE && self.conn.as_mut().is_some_and(Session::is_lost) {
            self.discard_all();
        }
        let conn = match self.conn.take() {
            Some(conn) => conn,
            None => self.link.connect()?,
        };
        Ok(self.conn.insert(conn))
    }

    /// Throws this connection away; the server rolls back what it had open.
    pub(super) fn discard(&mut self) {
        self.conn = None;
    }

    /// Throws it away because the server is gone: then the others' are gone too.
    pub(super) fn discard_all(&mut self) {
        self.discard();
        self.epoch = self.link.epoch.fetch_add(1, Ordering::AcqRel) + 1;
    }

    /// After a job: keeps the connection only if another job may use it.
    pub(super) fn settle(&mut self, succeeded: bool) {
        self.last_used = Instant::now();
        let Some(conn) = self.conn.as_mut() else {
            return;
        };
        if !succeeded && conn.is_lost() {
            self.discard_all();
        } else if C::TransactionManager::is_broken_transaction_manager(conn) {
            self.discard();
        }
    }

    /// The thread ends.
    pub(super) fn retire(&mut self) {
        if let Some(conn) = self.conn.as_mut() {
            conn.retire();
        }
        self.discard();
    }
}

/// Runs one job by itself.
pub(super) fn run_single<C: Session>(slot: &mut Slot<C>, job: Job<C>) {
    let Job { mut task, deadline } = job;
    if task.is_pointless() {
        return;
    }
    if Instant::now() >= deadline {
        return task.finish(Err(too_late()));
    }
    C::set_deadline(Some(deadline));
    let ran = slot
        .get()
        .map(|conn| catch_unwind(AssertUnwindSafe(|| task.run(conn))));
    C::set_deadline(None);
    match ran {
        Err(no_connection) => task.finish(Err(no_connection)),
        Ok(Ok(succeeded)) => {
            task.finish(Ok(()));
            slot.settle(succeeded);
        }
        Ok(Err(payload)) => {
            slot.discard();
            task.finish(Err(unwound(payload.as_ref())));
        }
    }
}

/// Waited in the queue longer than a job may take.
pub(super) fn too_late() -> DbError {
    DbError::Unavailable("the job waited for a connection longer than a job may take".to_owned())
}

/// What the caller of a job that unwound is told.
pub(super) fn unwound(payload: &(dyn Any + Send)) -> DbError {
    if payload.is::<DeadlinePassed>() {
        return DbError::Unavailable("the database did not answer in time".to_owned());
    }
    tracing::error!("a database job panicked; its transaction was rolled back");
    DbError::Unavailable("a database job panicked; nothing was stored".to_owned())
}
