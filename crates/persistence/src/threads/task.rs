//! One job and the caller who waits for it.

use crate::DbError;
use std::time::Instant;
use tokio::sync::oneshot;

/// What a job is for. Names the metric, and decides what happens when its caller has gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Skipped when nobody waits for it any more.
    Read,
    /// Done even when its caller has gone.
    Write,
}

impl Kind {
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

/// A job in the queue.
pub(super) struct Job<C> {
    pub(super) task: Box<dyn Task<C>>,
    /// Not worth beginning after this moment, and abandoned at it.
    pub(super) deadline: Instant,
}

/// A closure with its result type hidden.
pub(super) trait Task<C>: Send {
    /// Whether it can be left out, because it only reads and nobody waits.
    fn is_pointless(&self) -> bool;

    /// Runs the closure and keeps its result. Returns whether it succeeded.
    fn run(&mut self, conn: &mut C) -> bool;

    /// Tells the caller. With `Err`, or when the closure never ended: that nothing was stored.
    fn finish(self: Box<Self>, outcome: Result<(), DbError>);
}

/// The one [`Task`]: runs once, answers once.
pub(super) struct Call<F, T> {
    kind: Kind,
    body: Option<F>,
    result: Option<Result<T, DbError>>,
    reply: oneshot::Sender<Result<T, DbError>>,
}

impl<F, T: Send + 'static> Call<F, T> {
    /// The task, and where its answer arrives.
    pub(super) fn with_reply<C: 'static>(
        kind: Kind,
        body: F,
    ) -> (Box<dyn Task<C>>, oneshot::Receiver<Result<T, DbError>>)
    where
        F: FnOnce(&mut C) -> Result<T, DbError> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        (
            Box::new(Self {
                kind,
                body: Some(body),
                result: None,
                reply,
            }),
            answer,
        )
    }
}

impl<C, F, T> Task<C> for Call<F, T>
where
    F: FnOnce(&mut C) -> Result<T, DbError> + Send,
    T: Send,
{
    fn is_pointless(&self) -> bool {
        self.kind == Kind::Read && self.reply.is_closed()
    }

    fn run(&mut self, conn: &mut C) -> bool {
        let Some(body) = self.body.take() else {
            return false;
        };
        let result = body(conn);
        let succeeded = result.is_ok();
        self.result = Some(result);
        succeeded
    }

    fn finish(self: Box<Self>, outcome: Result<(), DbError>) {
        let answer = match (outcome, self.result) {
            // A job's own failure says more than that of the group around it.
            (_, Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error),
            (Ok(()), Some(Ok(value))) => Ok(value),
            (Ok(()), None) => Err(DbError::Unavailable("the job did not run".to_owned())),
        };
        // Nobody may be waiting any more; the work is done all the same.
        drop(self.reply.send(answer));
    }
}
