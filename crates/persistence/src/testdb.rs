//! Migrated databases for tests, one per test.

use crate::{Database, DatabaseOptions};
use private_postgres::Server;

/// A private SQLite database.
pub(crate) async fn sqlite() -> Database {
    let database = Database::open("sqlite::memory:", &DatabaseOptions::default()).unwrap();
    database.migrate().await.unwrap();
    database
}

/// A private PostgreSQL database: a copy of a migrated template. Few connections, because many
/// tests run at once.
pub(crate) async fn postgres() -> Database {
    let options = DatabaseOptions {
        postgres_connections: 4,
        ..DatabaseOptions::default()
    };
    let database = Database::open(&postgres_url(), &options).unwrap();
    assert_eq!(
        database.pending_migrations().await.unwrap(),
        Vec::<String>::new()
    );
    database
}

/// Where that database is.
pub(crate) fn postgres_url() -> String {
    server().fresh_database().unwrap()
}

fn server() -> &'static Server {
    Server::shared(migrate).unwrap()
}

fn migrate(url: &str) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let database = Database::open(url, &DatabaseOptions::default()).unwrap();
        let outcome = database
            .migrate()
            .await
            .map(drop)
            .map_err(|error| error.to_string());
        database.close().await;
        outcome
    })
}
