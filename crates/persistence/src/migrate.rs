//! Embedded migrations; compiled once for each database.

use super::{Conn, Db, Exec, HAS_MIGRATIONS_TABLE, MIGRATIONS, migrating};
use crate::DbError;
use diesel::migration::{Migration, MigrationSource};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::MigrationHarness;
use std::collections::HashSet;

impl Exec {
    /// Applies what is pending and returns its names. Several processes may do this at once: one
    /// works, the others wait and then find nothing to do. Blocks.
    pub(crate) fn migrate(&self) -> Result<Vec<String>, String> {
        self.alone(up)
    }

    /// Takes every migration back, the newest first. Blocks.
    pub(crate) fn migrate_down_all(&self) -> Result<(), String> {
        self.alone(down_all)
    }

    /// Names of the embedded migrations that this database lacks, in order. Writes nothing.
    pub(crate) async fn pending_migrations(&self) -> Result<Vec<String>, DbError> {
        self.read(|conn| pending(conn).map_err(DbError::Unavailable))
            .await
    }
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

fn pending(conn: &mut Conn) -> Result<Vec<String>, String> {
    let describe = |error: diesel::result::Error| error.to_string();
    let count: Count = diesel::sql_query(HAS_MIGRATIONS_TABLE)
        .get_result(conn)
        .map_err(describe)?;
    let applied: Vec<Applied> = if count.n == 0 {
        Vec::new()
    } else {
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations")
            .load(conn)
            .map_err(describe)?
    };
    let applied: HashSet<String> = applied.into_iter().map(|row| row.version).collect();
    let all: Vec<Box<dyn Migration<Db>>> =
        MIGRATIONS.migrations().map_err(|error| error.to_string())?;
    let mut missing: Vec<_> = all
        .iter()
        .filter(|m| !applied.contains(&m.name().version().to_string()))
        .collect();
    missing.sort_by_key(|migration| migration.name().version());
    Ok(missing
        .iter()
        .map(|migration| migration.name().to_string())
        .collect())
}

fn up(conn: &mut Conn) -> Result<Vec<String>, String> {
    if pending(conn)?.is_empty() {
        return Ok(Vec::new()); // without a lock that a running service would have to wait for
    }
    migrating(conn, |conn| {
        let names = pending(conn)?;
        conn.run_pending_migrations(MIGRATIONS)
            .map_err(|error| error.to_string())?;
        Ok(names)
    })
}

fn down_all(conn: &mut Conn) -> Result<(), String> {
    migrating(conn, |conn| {
        conn.revert_all_migrations(MIGRATIONS)
            .map(drop)
            .map_err(|error| error.to_string())
    })
}
