//! What the migrations make, in both databases, is what `schema.rs` says.

use crate::{Database, testdb};
use std::collections::BTreeSet;

const SQLITE_COLUMNS: &str = "SELECT m.name || '.' || p.name || ' ' || p.type || \
    CASE p.\"notnull\" WHEN 1 THEN '' ELSE '?' END AS line \
    FROM sqlite_schema AS m, pragma_table_info(m.name) AS p \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

const POSTGRES_COLUMNS: &str = "SELECT table_name || '.' || column_name || ' ' || data_type || \
    CASE is_nullable WHEN 'NO' THEN '' ELSE '?' END AS line \
    FROM information_schema.columns \
    WHERE table_schema = 'public' AND table_name NOT LIKE '\\_\\_%'";

/// Each table with the columns of its primary key, in order.
const SQLITE_KEYS: &str = "SELECT m.name || ' (' || \
    (SELECT group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(m.name) \
        WHERE pk > 0 ORDER BY pk)) || ')' AS line \
    FROM sqlite_schema AS m \
    WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE '\\_\\_%' ESCAPE '\\'";

const POSTGRES_KEYS: &str = "SELECT c.conrelid::regclass::text || ' (' || \
    (SELECT string_agg(a.attname, ', ' ORDER BY k.place) \
        FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place) \
        JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.number) || ')' AS line \
    FROM pg_constraint AS c \
    WHERE c.contype = 'p' AND c.connamespace = 'public'::regnamespace AND c.conrelid::regclass::text NOT LIKE '\\_\\_%'";

/// Indexes that a migration names.
const SQLITE_INDEXES: &str = "SELECT name || ' ON ' || tbl_name AS line FROM sqlite_schema \
    WHERE type = 'index' AND sql IS NOT NULL AND name NOT LIKE '\\_\\_%' ESCAPE '\\'";

const POSTGRES_INDEXES: &str = "SELECT indexname || ' ON ' || tablename AS line FROM pg_indexes \
    WHERE schemaname = 'public' AND tablename NOT LIKE '\\_\\_%' AND NOT EXISTS \
        (SELECT 1 FROM pg_constraint WHERE conname = indexname)";

/// The lines of `schema.rs`: `table.column type` and `table (key)`.
fn declared(sqlite: bool) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut columns, mut keys) = (BTreeSet::new(), BTreeSet::new());
    let mut table = "";
    for line in include_str!("../schema.rs").lines().map(str::trim) {
        if let Some(head) = line.strip_suffix(" {")
            && let Some((name, _)) = head.split_once(" (")
        {
            table = name;
            keys.insert(head.to_owned());
        } else if let Some((column, kind)) = line.split_once(" -> ") {
            let kind = kind.trim_end_matches(',');
            let inner = kind
                .strip_prefix("Nullable<")
                .and_then(|kind| kind.strip_suffix('>'));
            let mark = if inner.is_some() { "?" } else { "" };
            let name = match (inner.unwrap_or(kind), sqlite) {
                ("BigInt" | "Integer" | "Bool", true) => "INTEGER",
                ("Double", true) => "REAL",
                ("Text", true) => "TEXT",
                ("BigInt", false) => "bigint",
                ("Integer", false) => "integer",
                ("Bool", false) => "boolean",
                ("Double", false) => "double precision",
                ("Text", false) => "text",
                (other, _) => panic!("a type that no test knows: {other}"),
            };
            columns.insert(format!("{table}.{column} {name}{mark}"));
        }
    }
    (columns, keys)
}

async fn lines(database: &Database, on_sqlite: &str, on_postgres: &str) -> BTreeSet<String> {
    database
        .lines(on_sqlite, on_postgres)
        .await
        .into_iter()
        .collect()
}

async fn agrees(database: Database, sqlite: bool) {
    let (columns, keys) = declared(sqlite);
    assert!(columns.len() > 200, "schema.rs was not understood");
    assert_eq!(
        lines(&database, SQLITE_COLUMNS, POSTGRES_COLUMNS).await,
        columns
    );
    assert_eq!(lines(&database, SQLITE_KEYS, POSTGRES_KEYS).await, keys);
}

#[tokio::test]
async fn sqlite_has_what_the_schema_says() {
    agrees(testdb::sqlite().await, true).await;
}

#[tokio::test]
async fn postgres_has_what_the_schema_says() {
    agrees(testdb::postgres().await, false).await;
}

#[tokio::test]
async fn both_databases_have_the_same_indexes() {
    let (sqlite, postgres) = (testdb::sqlite().await, testdb::postgres().await);
    let ours = lines(&sqlite, SQLITE_INDEXES, POSTGRES_INDEXES).await;
    assert!(ours.len() > 30, "{ours:?}");
    assert_eq!(
        ours,
        lines(&postgres, SQLITE_INDEXES, POSTGRES_INDEXES).await
    );
}

#[tokio::test]
async fn every_table_has_a_tenant() {
    let (columns, keys) = declared(true);
    for key in keys {
        let (table, _) = key.split_once(' ').unwrap();
        let column = format!("{table}.tenant_id INTEGER");
        assert!(
            table == "tenant" || columns.contains(&column),
            "{table} has no tenant"
        );
    }
}

/// The shapes of the queries whose cost must not grow with history, and the index that answers
/// each in its order. SQLite plans without statistics, so a new index can lure it away.
const PLANS: &[(&str, &str)] = &[
    (
        "SELECT * FROM execution WHERE tenant_id = 1 ORDER BY id LIMIT 21",
        "SEARCH execution USING INDEX execution_by_id (tenant_id=?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND workflow_id = 2 AND id > 3 \
         ORDER BY id LIMIT 500",
        "SEARCH execution USING INDEX execution_of_workflow (tenant_id=? AND workflow_id=? AND id>?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND (execution.started_at, execution.id) \
         < (2, 3) ORDER BY started_at DESC, id DESC LIMIT 21",
        "SEARCH execution USING INDEX execution_by_start (tenant_id=? AND started_at<?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND workflow_id = 2 \
         ORDER BY started_at DESC, id DESC LIMIT 21",
        "SEARCH execution USING INDEX execution_by_workflow (tenant_id=? AND workflow_id=?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND status = 'failed' \
         ORDER BY started_at DESC, id DESC LIMIT 21",
        "SEARCH execution USING INDEX execution_by_status (tenant_id=? AND status=?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND duration_ms IS NOT NULL \
         ORDER BY duration_ms DESC, id DESC LIMIT 21",
        "SEARCH execution USING INDEX execution_by_duration (tenant_id=? AND duration_ms>?)",
    ),
    (
        "SELECT * FROM execution WHERE tenant_id = 1 AND completed_at IS NULL \
         ORDER BY completed_at, id LIMIT 21",
        "SEARCH execution USING INDEX execution_by_end (tenant_id=? AND completed_at=?)",
    ),
    (
        "SELECT id FROM execution WHERE tenant_id = 1 AND external_id IN ('a', 'b')",
        "SEARCH execution USING COVERING INDEX execution_by_external_id (tenant_id=? AND external_id=?)",
    ),
    (
        "SELECT max(started_at) FROM execution WHERE tenant_id = 1 AND workflow_id = 2",
        "SEARCH execution USING COVERING INDEX execution_by_workflow (tenant_id=? AND workflow_id=?)",
    ),
    (
        "SELECT * FROM execution_change WHERE consumer = 1 AND tenant_id = 1 \
         ORDER BY sequence LIMIT 1000",
        "SEARCH execution_change USING INDEX execution_change_by_consumer (consumer=? AND tenant_id=?)",
    ),
    (
        "SELECT * FROM execution_change WHERE tenant_id = 1 AND execution_id IN (1, 2) \
         AND before IS NOT NULL",
        "SEARCH execution_change USING INDEX execution_change_of_execution (execution_id=?)",
    ),
];

#[tokio::test]
async fn sqlite_answers_from_the_right_index() {
    let database = testdb::sqlite().await;
    for (query, expected) in PLANS {
        assert_eq!(database.plan(query).await, [*expected], "{query}");
    }
}

/// An external id names a few executions: they are sorted, instead of walking all of the tenant's
/// in the order that is asked for.
#[tokio::test]
async fn sqlite_looks_an_external_id_up() {
    let database = testdb::sqlite().await;
    let query = "SELECT * FROM execution WHERE tenant_id = 1 AND external_id = 'a' \
        ORDER BY execution.external_id || '', started_at DESC, id DESC LIMIT 21";
    let plan = database.plan(query).await;
    assert_eq!(
        plan.first().map(String::as_str),
        Some(
            "SEARCH execution USING INDEX execution_by_external_id (tenant_id=? AND external_id=?)"
        )
    );
}
