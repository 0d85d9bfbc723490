//! Statements over connections of their own.

use std::error::Error;
use std::sync::mpsc;
use tokio_postgres::{NoTls, SimpleQueryMessage};

/// Runs statements on the database at `url` over a connection of its own. Blocks; may be called
/// from within an async runtime.
pub fn execute(url: &str, statements: &str) -> Result<(), String> {
    query(url, statements).map(drop)
}

/// The first column of all rows, as text.
pub(crate) fn query(url: &str, statements: &str) -> Result<Vec<String>, String> {
    on_own_thread(|| {
        connected(url, async |client| {
            let messages = client
                .simple_query(statements)
                .await
                .map_err(|error| describe(&error))?;
            Ok(messages
                .into_iter()
                .filter_map(|message| first_column(&message))
                .collect())
        })
    })
}

fn first_column(message: &SimpleQueryMessage) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    }
}

/// Runs `body` while this server's advisory lock `key` is held.
pub(crate) fn locked<T>(
    url: &str,
    key: i64,
    body: impl FnOnce() -> Result<T, String>,
) -> Result<T, String> {
    let (acquired, wait_acquired) = mpsc::channel::<()>();
    let (release, wait_release) = tokio::sync::oneshot::channel::<()>();
    std::thread::scope(|scope| {
        let holder = scope.spawn(move || {
            connected(url, async |client| {
                let lock = format!("SELECT pg_advisory_lock({key})");
                client
                    .batch_execute(&lock)
                    .await
                    .map_err(|error| describe(&error))?;
                acquired
                    .send(())
                    .map_err(|_gone| "nobody waits for the lock".to_owned())?;
                // An error says that the other side panicked: the lock ends then as well.
                wait_release.await.unwrap_or_default();
                Ok(())
            })
        });
        if wait_acquired.recv().is_err() {
            let outcome = holder
                .join()
                .map_err(|_panic| "the lock's thread panicked".to_owned())?;
            return Err(outcome
                .err()
                .unwrap_or_else(|| "the lock was lost".to_owned()));
        }
        let result = body();
        drop(release);
        result
    })
}

/// The caller's thread may belong to an async runtime, where blocking on another panics.
pub(crate) fn on_own_thread<T: Send>(
    body: impl FnOnce() -> Result<T, String> + Send,
) -> Result<T, String> {
    std::thread::scope(|scope| {
        scope
            .spawn(body)
            .join()
            .unwrap_or_else(|_panic| Err("the thread panicked".to_owned()))
    })
}

fn connected<T>(
    url: &str,
    body: impl AsyncFnOnce(&tokio_postgres::Client) -> Result<T, String>,
) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| error.to_string())?.block_on(async {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .map_err(|error| describe(&error))?;
        tokio::spawn(connection);
        body(&client).await
    })
}

fn describe(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
