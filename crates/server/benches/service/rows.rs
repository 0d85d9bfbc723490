//! The peer of what is written: SQLite through `rusqlite`, the same rows into the same tables with
//! the same indexes, prepared statements, and nothing else.

use crate::process::{database, wfi};
use rusqlite::types::Value;
use rusqlite::{Connection, Statement, params_from_iter};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of a table, every column.
struct Rows {
    insert: String,
    rows: Vec<Vec<Value>>,
}

/// What the service wrote when it recorded executions, in the order of their ids.
pub(crate) struct Written {
    executions: Rows,
    /// For each execution one row for each consumer of the change feed.
    changes: Rows,
}

/// Consumers of the change feed.
const CONSUMERS: i64 = 3;

impl Written {
    /// The last `count` executions of a database of the service.
    pub(crate) fn read(folder: &Path, name: &str, count: usize) -> Self {
        let conn = Connection::open(folder.join(name)).expect("the database opens");
        let query = format!("SELECT * FROM execution ORDER BY id DESC LIMIT {count}");
        let mut executions = table(&conn, "execution", &query);
        executions.rows.reverse();
        // What was projected has left the queue, so it is made anew: new executions have nothing
        // before them.
        let mut changes = table(
            &conn,
            "execution_change",
            "SELECT * FROM execution_change LIMIT 0",
        );
        for execution in &executions.rows {
            for consumer in 1..=CONSUMERS {
                let sequence = i64::try_from(changes.rows.len()).unwrap_or(0) + 1;
                changes.rows.push(vec![
                    sequence.into(),
                    execution[1].clone(),
                    consumer.into(),
                    execution[0].clone(),
                    1.into(),
                    Value::Null,
                    0.into(),
                    execution[execution.len() - 2].clone(),
                ]);
            }
        }
        Self {
            executions,
            changes,
        }
    }

    /// How many executions there are.
    pub(crate) fn len(&self) -> usize {
        self.executions.rows.len()
    }

    /// Writes them into a new database, so many executions in one commit, for at most `length`.
    /// Answers how many were written, and in how long.
    pub(crate) fn write(
        &self,
        folder: &Path,
        name: &str,
        per_commit: usize,
        length: Duration,
    ) -> (usize, Duration) {
        wfi(&["migrate", "--database", &database(folder, name)]);
        let conn = Connection::open(folder.join(name)).expect("the database opens");
        conn.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; \
             PRAGMA wal_autocheckpoint=4000; PRAGMA cache_size=-65536",
        )
        .expect("the settings are taken");
        let mut execution = conn.prepare(&self.executions.insert).expect("a statement");
        let mut change = conn.prepare(&self.changes.insert).expect("a statement");
        let began = Instant::now();
        let mut written = 0;
        let consumers = usize::try_from(CONSUMERS).unwrap_or(1);
        for chunk in self.executions.rows.chunks(per_commit) {
            conn.execute_batch("BEGIN IMMEDIATE").expect("it begins");
            for row in chunk {
                insert(&mut execution, row);
                for row in &self.changes.rows[written * consumers..][..consumers] {
                    insert(&mut change, row);
                }
                written += 1;
            }
            conn.execute_batch("COMMIT").expect("it commits");
            if began.elapsed() > length {
                break;
            }
        }
        (written, began.elapsed())
    }
}

/// Waits until every change was projected for every consumer.
pub(crate) fn wait_for_empty_queues(folder: &Path, name: &str) {
    let conn = Connection::open(folder.join(name)).expect("the database opens");
    let deadline = Instant::now() + Duration::from_mins(10);
    loop {
        let query = "SELECT EXISTS (SELECT 1 FROM execution_change)";
        let waiting: bool = conn.query_row(query, [], |row| row.get(0)).expect("a row");
        if !waiting {
            return;
        }
        assert!(Instant::now() < deadline, "the projections do not follow");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn insert(statement: &mut Statement<'_>, row: &[Value]) {
    let inserted = statement.execute(params_from_iter(row)).expect("a row");
    assert_eq!(inserted, 1);
}

fn table(conn: &Connection, name: &str, query: &str) -> Rows {
    let mut statement = conn.prepare(query).expect("a query");
    let columns = statement.column_count();
    let places = vec!["?"; columns].join(",");
    let rows = statement
        .query_map([], |row| {
            (0..columns).map(|column| row.get(column)).collect()
        })
        .and_then(Iterator::collect)
        .expect("rows");
    Rows {
        insert: format!("INSERT INTO {name} VALUES ({places})"),
        rows,
    }
}
