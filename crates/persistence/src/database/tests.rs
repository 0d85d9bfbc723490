use super::*;
use crate::testdb;
use diesel::connection::SimpleConnection;

#[test]
fn passwords_are_hidden() {
    let check = |url, expected| assert_eq!(hide_password(url), expected);
    check(
        "postgres://me:s3@cret@host:5432/db",
        "postgres://me:***@host:5432/db",
    );
    check(
        "postgres://me@host/db?x=a:b@c",
        "postgres://me@host/db?x=a:b@c",
    );
    check("sqlite:data/wfi.db", "sqlite:data/wfi.db");
}

async fn up_down_up(database: Database) {
    let again = database.clone();
    assert!(
        again.migrate().await.unwrap().is_empty(),
        "nothing is pending"
    );
    database.migrate_down_all().await.unwrap();
    let pending = database.pending_migrations().await.unwrap();
    assert!(!pending.is_empty());
    assert_eq!(database.migrate().await.unwrap(), pending);
    assert!(database.pending_migrations().await.unwrap().is_empty());
    database.close().await;
}

#[tokio::test]
async fn sqlite_migrates_up_down_up() {
    up_down_up(testdb::sqlite().await).await;
}

#[tokio::test]
async fn postgres_migrates_up_down_up() {
    up_down_up(testdb::postgres().await).await;
}

/// As several processes do that start at once: each opens for itself.
async fn migrate_at_once(url: &str) {
    let open = || Database::open(url, &DatabaseOptions::default()).unwrap();
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let database = open();
            tokio::spawn(async move { database.migrate().await.unwrap() })
        })
        .collect();
    let mut applied = Vec::new();
    for task in tasks {
        applied.extend(task.await.unwrap());
    }
    let database = open();
    assert!(database.pending_migrations().await.unwrap().is_empty());
    let mut once = applied.clone();
    once.dedup();
    assert!(
        !applied.is_empty() && applied == once,
        "each exactly once: {applied:?}"
    );
}

#[tokio::test]
async fn processes_that_start_at_once_migrate_a_new_file_once() {
    let folder = tempfile::tempdir().unwrap();
    migrate_at_once(&format!(
        "sqlite:{}",
        folder.path().join("wfi.db").display()
    ))
    .await;
}

#[tokio::test]
async fn processes_that_start_at_once_migrate_a_new_server_once() {
    let url = testdb::postgres_url();
    let database = Database::open(&url, &DatabaseOptions::default()).unwrap();
    // A copy of the template is migrated; take that back, down to Diesel's own table.
    database.migrate_down_all().await.unwrap();
    let Backend::Postgres(exec) = &database.backend else {
        panic!("{database:?}")
    };
    exec.write(|conn| conn.batch_execute("DROP TABLE __diesel_schema_migrations"))
        .await
        .unwrap();
    migrate_at_once(&url).await;
}

#[test]
fn both_databases_have_the_same_migrations() {
    use diesel::migration::{Migration, MigrationSource};
    fn names<B: diesel::backend::Backend>(all: &[Box<dyn Migration<B>>]) -> Vec<String> {
        let mut names: Vec<_> = all
            .iter()
            .map(|migration| migration.name().to_string())
            .collect();
        names.sort();
        names
    }
    let sqlite = MigrationSource::<sqlite::Db>::migrations(&sqlite::MIGRATIONS).unwrap();
    let postgres = MigrationSource::<postgres::Db>::migrations(&postgres::MIGRATIONS).unwrap();
    assert_eq!(names(&sqlite), names(&postgres));
}
