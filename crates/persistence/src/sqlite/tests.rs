use super::*;
use crate::{Database, testdb};
use diesel::connection::SimpleConnection;
use std::time::{Duration, Instant};

fn file(folder: &tempfile::TempDir) -> Location {
    Location::File(folder.path().join("new/folder/wfi.db"))
}

fn pragma(conn: &mut Conn, name: &str) -> QueryResult<String> {
    use diesel::dsl::sql;
    // Table-valued, so that integers and texts come back alike.
    sql::<Text>(&format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}")).get_result(conn)
}

#[tokio::test]
async fn commits_are_flushed_and_keys_enforced() {
    let folder = tempfile::tempdir().unwrap();
    let exec = Exec::open(file(&folder), &DatabaseOptions::default()).unwrap();
    let all = |conn: &mut Conn| -> QueryResult<Vec<String>> {
        ["journal_mode", "synchronous", "foreign_keys"]
            .iter()
            .map(|name| pragma(conn, name))
            .collect()
    };
    assert_eq!(exec.write(all).await.unwrap(), ["wal", "2", "1"]);
    assert_eq!(exec.read(all).await.unwrap(), ["wal", "2", "1"]);
}

#[tokio::test]
async fn readers_cannot_write() {
    let exec = fresh(&DatabaseOptions::default());
    exec.write(|conn| conn.batch_execute("CREATE TABLE t (x INTEGER)"))
        .await
        .unwrap();
    for statement in ["INSERT INTO t VALUES (1)", "DROP TABLE t", "DELETE FROM t"] {
        let refused = exec.read(move |conn| conn.batch_execute(statement)).await;
        assert!(refused.is_err(), "{statement}");
    }
}

/// Such as `wfi token create` while the service runs.
#[tokio::test]
async fn another_process_may_write_and_hold_the_lock_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let options = DatabaseOptions {
        busy_timeout: Duration::from_millis(200),
        ..DatabaseOptions::default()
    };
    let exec = Exec::open(file(&folder), &options).unwrap();
    exec.write(|conn| conn.batch_execute("CREATE TABLE t (x INTEGER)"))
        .await
        .unwrap();
    let mut other = open_alone(&file(&folder), &options).unwrap();
    other
        .batch_execute("BEGIN IMMEDIATE; INSERT INTO t VALUES (1)")
        .unwrap();
    let began = Instant::now();
    let refused = exec
        .write(|conn| conn.batch_execute("INSERT INTO t VALUES (2)"))
        .await;
    assert!(
        refused.as_ref().is_err_and(DbError::is_unavailable),
        "{refused:?}"
    );
    assert!(
        began.elapsed() >= options.busy_timeout,
        "it waits before it gives up"
    );
    other.batch_execute("COMMIT").unwrap();
    exec.write(|conn| conn.batch_execute("INSERT INTO t VALUES (2)"))
        .await
        .unwrap();
    let count = |conn: &mut Conn| {
        diesel::dsl::sql::<BigInt>("SELECT COUNT(*) FROM t").get_result::<i64>(conn)
    };
    assert_eq!(exec.read(count).await.unwrap(), 2);
}

#[tokio::test]
async fn closing_leaves_one_complete_file() {
    let folder = tempfile::tempdir().unwrap();
    let location = file(&folder);
    let exec = Exec::open(location.clone(), &DatabaseOptions::default()).unwrap();
    exec.write(|conn| conn.batch_execute("CREATE TABLE t (x INTEGER)"))
        .await
        .unwrap();
    exec.read(|conn| pragma(conn, "journal_mode"))
        .await
        .unwrap();
    exec.close();
    let files = std::fs::read_dir(folder.path().join("new/folder")).unwrap();
    let names: Vec<_> = files.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["wfi.db"]);
}

#[tokio::test]
async fn a_temporary_database_goes_away_with_its_last_clone() {
    let location = Location::parse(":memory:").unwrap();
    let Location::Temporary(folder) = &location else {
        panic!("{location:?}")
    };
    let path = folder.path().to_path_buf();
    let exec = Exec::open(location.clone(), &DatabaseOptions::default()).unwrap();
    exec.ping().await.unwrap();
    exec.close();
    assert!(path.is_dir());
    drop((exec, location));
    assert!(!path.exists());
}

#[tokio::test]
async fn urls_are_refused_with_what_to_write_instead() {
    let check = |url: &str, expected: &str| {
        let error = Database::open(url, &DatabaseOptions::default()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    };
    check("mysql://localhost/db", "must be sqlite:PATH or postgres://");
    check("sqlite:", "sqlite:data/wfi.db");
    check("sqlite:a.db?mode=ro", "without parameters");
    check("sqlite:/proc/nowhere/wfi.db", "/proc/nowhere/wfi.db");
    check("postgres://u:secret@h/d?sslmode=x", "u:***@h");
}

#[tokio::test]
async fn test_databases_are_migrated() {
    let database = testdb::sqlite().await;
    assert!(database.pending_migrations().await.unwrap().is_empty());
    database.close().await;
}
