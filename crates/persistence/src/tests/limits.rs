//! Bounded queues, deadlines, closing, panics.

use super::*;

#[tokio::test]
async fn a_full_queue_fails_after_a_bounded_wait() {
    let options = DatabaseOptions {
        queue: 1,
        queue_wait: Duration::from_millis(50),
        postgres_connections: 1,
        ..DatabaseOptions::default()
    };
    let exec = exec_with(&options).await;
    let (open, gate) = gate();
    let (began, wait_began) = tokio::sync::oneshot::channel();
    let running = tokio::spawn({
        let exec = Arc::clone(&exec);
        let job = move |_: &mut Conn| {
            began.send(()).unwrap();
            gate.recv().unwrap_err();
            QueryResult::Ok(())
        };
        async move { exec.write(job).await }
    });
    wait_began.await.unwrap();
    let waiting = tokio::spawn({
        let exec = Arc::clone(&exec);
        async move { exec.write(|conn| insert(conn, 1)).await }
    });
    tokio::task::yield_now().await;
    let refused = exec.write(|conn| insert(conn, 2)).await;
    assert!(
        matches!(refused, Err(DbError::Unavailable(_))),
        "{refused:?}"
    );
    drop(open);
    running.await.unwrap().unwrap();
    waiting.await.unwrap().unwrap();
    exec.write(|conn| insert(conn, 3)).await.unwrap();
    assert_eq!(count(&exec).await, 2);
}

#[tokio::test]
async fn a_job_that_waited_too_long_is_not_begun() {
    let options = DatabaseOptions {
        job_timeout: Duration::from_millis(300),
        postgres_connections: 1,
        sqlite_readers: 1,
        ..DatabaseOptions::default()
    };
    let exec = exec_with(&options).await;
    let late = Arc::new(AtomicUsize::new(0));
    let (open, gate) = gate();
    let blocked = exec.read(move |_| QueryResult::Ok(gate.recv().is_ok()));
    let counter = Arc::clone(&late);
    let waiting = exec.read(move |_| QueryResult::Ok(counter.fetch_add(1, Ordering::SeqCst)));
    let release = async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        drop(open);
    };
    let (_, waiting, ()) = tokio::join!(blocked, waiting, release);
    assert!(
        matches!(waiting, Err(DbError::Unavailable(_))),
        "{waiting:?}"
    );
    assert_eq!(late.load(Ordering::SeqCst), 0);
    assert_eq!(count(&exec).await, 0);
}

#[tokio::test]
async fn closing_finishes_what_was_accepted_and_refuses_the_rest() {
    let exec = exec().await;
    let tasks: Vec<_> = (0..50)
        .map(|id| {
            let exec = Arc::clone(&exec);
            tokio::spawn(async move { exec.write_grouped(move |conn| insert(conn, id)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    let closing = Arc::clone(&exec);
    tokio::task::spawn_blocking(move || closing.close())
        .await
        .unwrap();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    let refused = exec.write(|conn| insert(conn, 99)).await;
    assert!(
        matches!(refused, Err(DbError::Unavailable(_))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_panic_in_a_read_costs_only_that_read() {
    let exec = exec().await;
    for _ in 0..5 {
        let answer = exec
            .read::<(), diesel::result::Error>(|_| panic!("a bug in a query"))
            .await;
        assert!(matches!(answer, Err(DbError::Unavailable(_))));
    }
    assert_eq!(count(&exec).await, 0);
    exec.ping().await.unwrap();
}
