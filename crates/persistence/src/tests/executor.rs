//! What both executors promise; compiled once for each. The parent supplies `fresh(options)`.

mod limits;

use super::{Conn, Exec, INSERT_CHUNK, fresh, position_of, try_projection_lock};
use crate::{DatabaseOptions, DbError};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Text;
use kernel::StoreError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::time::Duration;

diesel::table! {
    probe (id) {
        id -> BigInt,
        name -> Text,
    }
}

async fn exec_with(options: &DatabaseOptions) -> Arc<Exec> {
    let exec = fresh(options);
    exec.write(|conn| {
        conn.batch_execute("CREATE TABLE probe (id BIGINT PRIMARY KEY, name TEXT NOT NULL)")
    })
    .await
    .unwrap();
    Arc::new(exec)
}

/// One group writer: so that jobs which wait together are in one group.
async fn exec() -> Arc<Exec> {
    let options = DatabaseOptions {
        postgres_connections: 4,
        postgres_group_writers: 1,
        ..DatabaseOptions::default()
    };
    exec_with(&options).await
}

fn insert(conn: &mut Conn, id: i64) -> QueryResult<()> {
    let row = (probe::id.eq(id), probe::name.eq(format!("n{id}")));
    diesel::insert_into(probe::table)
        .values(row)
        .execute(conn)
        .map(drop)
}

async fn count(exec: &Exec) -> i64 {
    exec.read(|conn| probe::table.count().get_result(conn))
        .await
        .unwrap()
}

/// A job that waits on the receiver occupies its thread until the sender is dropped.
fn gate() -> (mpsc::Sender<()>, mpsc::Receiver<()>) {
    mpsc::channel()
}

#[tokio::test]
async fn a_failing_or_panicking_job_of_a_group_undoes_only_itself() {
    let exec = exec().await;
    let mut tasks = Vec::new();
    for number in 0..300_i64 {
        let exec = Arc::clone(&exec);
        tasks.push(tokio::spawn(async move {
            exec.write_grouped(move |conn| {
                insert(conn, 1000 + number)?;
                assert!(number % 3 != 2, "a bug in a query");
                insert(conn, number)
            })
            .await
        }));
    }
    let mut stored = 0;
    for task in tasks {
        stored += i64::from(task.await.unwrap().is_ok());
    }
    assert_eq!(stored, 200);
    assert_eq!(count(&exec).await, 2 * stored);
    exec.write_grouped(|conn| insert(conn, 5000)).await.unwrap();
}

#[tokio::test]
async fn of_jobs_that_collide_exactly_one_succeeds() {
    let exec = exec().await;
    let mut tasks = Vec::new();
    for number in 0..200_i64 {
        let exec = Arc::clone(&exec);
        let job = async move {
            exec.write_grouped(move |conn| insert(conn, number % 100))
                .await
        };
        tasks.push(tokio::spawn(job));
    }
    let (mut stored, mut taken) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => stored += 1,
            Err(error) => {
                assert!(error.is_duplicate(), "{error}");
                let store = error.named("probe id");
                assert!(
                    matches!(store, StoreError::Duplicate { what: "probe id" }),
                    "{store}"
                );
                taken += 1;
            }
        }
    }
    assert_eq!((stored, taken, count(&exec).await), (100, 100, 100));
}

#[tokio::test]
async fn jobs_that_wait_share_a_commit() {
    let exec = exec().await;
    let (open, gate) = gate();
    let (began, wait_began) = tokio::sync::oneshot::channel();
    let first = tokio::spawn({
        let exec = Arc::clone(&exec);
        let job = move |_: &mut Conn| {
            began.send(()).unwrap();
            QueryResult::Ok(gate.recv().is_ok())
        };
        async move { exec.write_grouped(job).await }
    });
    wait_began.await.unwrap(); // so that none of the others joins the first one's group
    let ran = Arc::new(AtomicUsize::new(0));
    let tasks: Vec<_> = (0..20)
        .map(|id| {
            let (exec, ran) = (Arc::clone(&exec), Arc::clone(&ran));
            tokio::spawn(async move {
                let counter = Arc::clone(&ran);
                let job = move |conn: &mut Conn| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    insert(conn, id)
                };
                exec.write_grouped(job).await.unwrap();
                ran.load(Ordering::SeqCst)
            })
        })
        .collect();
    tokio::task::yield_now().await; // this runtime has one thread: now all are queued
    drop(open);
    assert!(!first.await.unwrap().unwrap());
    for task in tasks {
        // Answered only after the last of them had run: they were committed together.
        assert_eq!(task.await.unwrap(), 20);
    }
}

#[tokio::test]
async fn an_error_rolls_back_all_of_a_job() {
    let exec = exec().await;
    let refused = exec
        .write(|conn| {
            insert(conn, 1)?;
            Err::<(), DbError>(StoreError::StaleVersion.into())
        })
        .await;
    assert!(matches!(
        refused.map_err(StoreError::from),
        Err(StoreError::StaleVersion)
    ));
    let grouped = exec
        .write_grouped(|conn| insert(conn, 2).and_then(|()| insert(conn, 2)))
        .await;
    assert!(grouped.is_err_and(|error| error.is_duplicate()));
    assert_eq!(count(&exec).await, 0);
}

#[tokio::test]
async fn a_job_may_nest_transactions() {
    let exec = exec().await;
    let job = |conn: &mut Conn| {
        insert(conn, 1)?;
        let inner: QueryResult<()> = conn.transaction(|conn| {
            insert(conn, 2)?;
            insert(conn, 1)
        });
        assert!(inner.is_err());
        conn.transaction(|conn| insert(conn, 3))
    };
    exec.write(job).await.unwrap();
    assert_eq!(count(&exec).await, 2);
    exec.write(|conn| diesel::delete(probe::table).execute(conn))
        .await
        .unwrap();
    exec.write_grouped(job).await.unwrap();
    assert_eq!(count(&exec).await, 2);
}

/// Inserts `id`, and hides that a second insert failed.
fn hiding(id: i64) -> impl FnOnce(&mut Conn) -> QueryResult<()> {
    move |conn| {
        insert(conn, id)?;
        drop(insert(conn, 1));
        Ok(())
    }
}

/// PostgreSQL aborts the transaction at the first error and then answers `COMMIT` with success.
#[tokio::test]
async fn what_is_acknowledged_is_stored_even_if_a_job_hides_an_error() {
    let exec = exec().await;
    exec.write(|conn| insert(conn, 1)).await.unwrap();
    let mut stored = 1;
    stored += i64::from(exec.write(hiding(2)).await.is_ok());
    stored += i64::from(exec.write_grouped(hiding(3)).await.is_ok());
    // In a group of several.
    let (open, gate) = gate();
    let blocked = exec.write_grouped(move |_| QueryResult::Ok(gate.recv().is_ok()));
    let three = [4, 5, 6].map(|id| exec.write_grouped(hiding(id)));
    let release = async {
        tokio::task::yield_now().await;
        drop(open);
    };
    let [four, five, six] = three;
    let (_, four, five, six, ()) = tokio::join!(blocked, four, five, six, release);
    stored += [four, five, six]
        .iter()
        .map(|answer| i64::from(answer.is_ok()))
        .sum::<i64>();
    assert_eq!(count(&exec).await, stored);
    exec.write_grouped(|conn| insert(conn, 100)).await.unwrap();
}

#[tokio::test]
async fn a_dropped_future_leaves_nothing_half_done() {
    let exec = exec().await;
    for id in 0..100_u32 {
        let both = move |conn: &mut Conn| {
            insert(conn, i64::from(id))?;
            insert(conn, 1000 + i64::from(id))
        };
        let wait = Duration::from_micros(u64::from(id) * 10);
        if id % 2 == 0 {
            drop(tokio::time::timeout(wait, exec.write(both)).await);
        } else {
            drop(tokio::time::timeout(wait, exec.write_grouped(both)).await);
        }
    }
    exec.write_grouped(|conn| insert(conn, 5000)).await.unwrap();
    exec.close(); // waits for what is queued
}

#[tokio::test]
async fn concurrent_writers_lose_no_update() {
    let exec = exec().await;
    exec.write(|conn| insert(conn, 1)).await.unwrap();
    let tasks: Vec<_> = (0..64_u8)
        .map(|number| {
            let exec = Arc::clone(&exec);
            tokio::spawn(async move {
                let append = |conn: &mut Conn| {
                    diesel::update(probe::table.find(1))
                        .set(probe::name.eq(diesel::dsl::sql::<Text>("name || 'x'")))
                        .execute(conn)
                };
                match number % 3 {
                    0 => exec.write(append).await.unwrap(),
                    1 => exec.write_one(append).await.unwrap(),
                    _ => exec.write_grouped(append).await.unwrap(),
                }
            })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 1);
    }
    let name: String = exec
        .read(|conn| probe::table.find(1).select(probe::name).first(conn))
        .await
        .unwrap();
    assert_eq!(name.len(), "n1".len() + 64);
}

#[tokio::test]
async fn a_snapshot_does_not_move() {
    let exec = exec().await;
    let (began, wait_began) = tokio::sync::oneshot::channel();
    let (open, gate) = gate();
    let reading = tokio::spawn({
        let exec = Arc::clone(&exec);
        async move {
            exec.read_snapshot(move |conn| {
                let before: i64 = probe::table.count().get_result(conn)?;
                began.send(()).unwrap();
                gate.recv().unwrap_err();
                let after: i64 = probe::table.count().get_result(conn)?;
                QueryResult::Ok((before, after))
            })
            .await
        }
    });
    wait_began.await.unwrap();
    exec.write(|conn| insert(conn, 1)).await.unwrap();
    drop(open);
    assert_eq!(reading.await.unwrap().unwrap(), (0, 0));
    assert_eq!(count(&exec).await, 1);
}

#[tokio::test]
async fn the_dialect_has_one_meaning() {
    let exec = exec().await;
    let chunk: i64 = INSERT_CHUNK.try_into().unwrap();
    let rows: Vec<_> = (0..chunk)
        .map(|id| (probe::id.eq(id), probe::name.eq("100%_ä")))
        .collect();
    exec.write_one(move |conn| diesel::insert_into(probe::table).values(rows).execute(conn))
        .await
        .unwrap();
    for (needle, expected) in [
        ("%", chunk),
        ("_ä", chunk),
        ("0_", 0),
        ("Ä", 0),
        ("", chunk),
    ] {
        let found: i64 = exec
            .read(move |conn| {
                let found = position_of(probe::name, needle).gt(0);
                probe::table.filter(found).count().get_result(conn)
            })
            .await
            .unwrap();
        assert_eq!(found, expected, "{needle:?}");
    }
    let claim = |conn: &mut Conn| {
        assert!(try_projection_lock(conn, 7)?);
        super::wait_projection_lock(conn, 7)?; // held already: by the same transaction, free
        let next = probe::table.order(probe::id).select(probe::id);
        super::skip_locked!(next).first::<i64>(conn)
    };
    assert_eq!(exec.write(claim).await.unwrap(), 0);
}
