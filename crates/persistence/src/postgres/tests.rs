use super::*;
use crate::{Database, testdb};
use private_postgres::{Instance, InstanceOptions};
use std::sync::Arc;
use std::time::Instant;

fn options() -> DatabaseOptions {
    DatabaseOptions {
        postgres_connections: 4,
        ..DatabaseOptions::default()
    }
}

async fn exec(url: &str, options: &DatabaseOptions) -> Arc<Exec> {
    let exec = Exec::open(url, options).unwrap();
    exec.write(|conn| conn.batch_execute("CREATE TABLE t (x INT)"))
        .await
        .unwrap();
    Arc::new(exec)
}

fn server() -> Instance {
    Instance::start_new(InstanceOptions {
        durable: true,
        tcp: true,
    })
    .unwrap()
}

fn count(conn: &mut Conn) -> QueryResult<i64> {
    diesel::dsl::sql::<BigInt>("SELECT COUNT(*) FROM t").get_result(conn)
}

fn insert(conn: &mut Conn) -> QueryResult<()> {
    conn.batch_execute("INSERT INTO t VALUES (1)")
}

/// Eight writes at once, so that every thread is used.
async fn insert_on_all_threads(exec: &Arc<Exec>) -> Vec<Result<(), DbError>> {
    let spawn = |_| {
        let exec = Arc::clone(exec);
        tokio::spawn(async move { exec.write(insert).await })
    };
    let mut answers = Vec::new();
    for task in (0..8).map(spawn).collect::<Vec<_>>() {
        answers.push(task.await.unwrap());
    }
    answers
}

/// Waits for the recovery that comes by itself.
async fn recovered(exec: &Exec) {
    let give_up = Instant::now() + Duration::from_secs(10);
    while let Err(error) = exec.ping().await {
        assert!(
            error.is_unavailable() && Instant::now() < give_up,
            "{error}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_server_that_goes_away_is_noticed_at_once_and_found_again() {
    let mut server = server();
    let exec = exec(&server.url("postgres"), &options()).await;
    let mut acknowledged = 0;
    for round in 0..4 {
        for answer in insert_on_all_threads(&exec).await {
            answer.unwrap();
            acknowledged += 1;
        }
        exec.write_grouped(insert).await.unwrap();
        acknowledged += 1;
        if round % 2 == 0 {
            server.stop().unwrap();
        } else {
            server.kill9().unwrap();
        }
        let began = Instant::now();
        for answer in insert_on_all_threads(&exec).await {
            assert!(
                answer.as_ref().is_err_and(DbError::is_unavailable),
                "{answer:?}"
            );
        }
        let grouped = exec.write_grouped(insert).await;
        assert!(
            grouped.as_ref().is_err_and(DbError::is_unavailable),
            "{grouped:?}"
        );
        assert!(exec.ping().await.is_err());
        assert!(
            began.elapsed() < Duration::from_secs(2),
            "took {:?}",
            began.elapsed()
        );
        server.start().unwrap();
        recovered(&exec).await;
        assert_eq!(exec.read(count).await.unwrap(), acknowledged);
    }
}

#[tokio::test]
async fn a_restart_while_nothing_runs_costs_no_job() {
    let mut server = server();
    let exec = exec(&server.url("postgres"), &options()).await;
    for answer in insert_on_all_threads(&exec).await {
        answer.unwrap();
    }
    server.stop().unwrap();
    server.start().unwrap();
    for answer in insert_on_all_threads(&exec).await {
        answer.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_falls_silent_cannot_hold_a_thread() {
    let server = server();
    let options = DatabaseOptions {
        job_timeout: Duration::from_millis(500),
        ..options()
    };
    let exec = exec(&server.url("postgres"), &options).await;
    exec.write_grouped(insert).await.unwrap();
    server.freeze().unwrap();
    let began = Instant::now();
    let (single, grouped) = tokio::join!(exec.write(insert), exec.write_grouped(insert));
    assert!(
        single.as_ref().is_err_and(DbError::is_unavailable),
        "{single:?}"
    );
    assert!(
        grouped.as_ref().is_err_and(DbError::is_unavailable),
        "{grouped:?}"
    );
    assert!(
        began.elapsed() < Duration::from_secs(2),
        "took {:?}",
        began.elapsed()
    );
    server.thaw().unwrap();
    recovered(&exec).await;
    let give_up = Instant::now() + Duration::from_secs(10);
    while exec.write(insert).await.is_err() || exec.write_grouped(insert).await.is_err() {
        assert!(Instant::now() < give_up, "it does not write again");
    }
}

#[tokio::test]
async fn a_statement_ends_at_the_job_timeout() {
    let options = DatabaseOptions {
        job_timeout: Duration::from_millis(300),
        ..options()
    };
    let exec = Exec::open(&testdb::postgres_url(), &options).unwrap();
    let began = Instant::now();
    let slow = exec
        .read(|conn| conn.batch_execute("SELECT pg_sleep(20)"))
        .await;
    assert!(
        slow.as_ref().is_err_and(DbError::is_unavailable),
        "{slow:?}"
    );
    assert!(began.elapsed() < Duration::from_secs(2));
    exec.ping().await.unwrap();
}

#[tokio::test]
async fn opening_needs_no_server_but_working_does() {
    let database = Database::open("postgres://u@127.0.0.1:1/d", &options()).unwrap();
    let error = database.ping().await.unwrap_err();
    assert!(error.to_string().contains("refused"), "{error}");
    assert!(
        database
            .migrate()
            .await
            .unwrap_err()
            .to_string()
            .contains("refused")
    );
}

#[tokio::test]
async fn one_transaction_at_a_time_holds_a_projection_lock() {
    let exec = Arc::new(Exec::open(&testdb::postgres_url(), &options()).unwrap());
    let (held, wait_held) = tokio::sync::oneshot::channel();
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let holder = tokio::spawn({
        let exec = Arc::clone(&exec);
        async move {
            exec.write(move |conn| {
                let free = try_projection_lock(conn, -7)?;
                held.send(free).unwrap();
                gate.recv().unwrap_err(); // until the sender is dropped
                QueryResult::Ok(())
            })
            .await
        }
    });
    assert!(wait_held.await.unwrap());
    assert!(
        !exec
            .write(|conn| try_projection_lock(conn, -7))
            .await
            .unwrap()
    );
    assert!(
        exec.write(|conn| try_projection_lock(conn, 8))
            .await
            .unwrap()
    );
    drop(open);
    holder.await.unwrap().unwrap();
    exec.write(|conn| wait_projection_lock(conn, -7))
        .await
        .unwrap();
    assert!(
        exec.write(|conn| try_projection_lock(conn, -7))
            .await
            .unwrap()
    );
}
