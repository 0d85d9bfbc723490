//! Whether anything was committed since, by whichever process.

use super::connection::{Access, Conn, Location};
use super::queries::changes;
use crate::DatabaseOptions;
use crate::threads::Session;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::BigInt;
use diesel::sqlite::Sqlite;
use kernel::TenantId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// A connection that does nothing but look. SQLite keeps a number for each connection that changes
/// whenever another one committed: the writer's thread, or another process.
///
/// It looks on the caller's thread: two microseconds in shared memory, which is less than handing
/// the question to a database thread costs. Nothing is left open between two looks.
pub(super) struct Marks(Mutex<Option<Look>>);

struct Look {
    conn: Conn,
    /// The number at the last look.
    version: i64,
    /// Whether a tenant's queues were empty then.
    settled: HashMap<TenantId, bool>,
}

impl Marks {
    pub(super) fn open(location: &Location, options: &DatabaseOptions) -> Result<Self, String> {
        // Where it would have to wait, the answer is that it cannot be told.
        let patience = DatabaseOptions {
            busy_timeout: Duration::ZERO,
            ..options.clone()
        };
        // The change to WAL may have to wait; the file is in it already when this is called.
        let conn = Conn::open(&location.settings(Access::Read, &patience))?;
        Ok(Self(Mutex::new(Some(Look {
            conn,
            version: 0,
            settled: HashMap::new(),
        }))))
    }

    /// Closes the connection, without which the writer's could not remove its files.
    pub(super) fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What is committed now, as a number; `None` while changes of this tenant wait to be
    /// projected, or when it cannot be told at once.
    pub(super) fn now(&self, tenant: TenantId) -> Option<u64> {
        let mut look = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let look = look.as_mut()?;
        match look.settled(tenant) {
            Ok(true) => u64::try_from(look.version).ok(),
            Ok(false) => None,
            Err(error) => {
                tracing::debug!(%error, "cannot look for changes");
                None
            }
        }
    }
}

impl Look {
    fn settled(&mut self, tenant: TenantId) -> QueryResult<bool> {
        let version: i64 = DataVersion.get_result(&mut self.conn)?;
        if version == self.version
            && let Some(settled) = self.settled.get(&tenant)
        {
            return Ok(*settled);
        }
        let (version, settled) = self.conn.transaction(|conn| {
            // Within the transaction: both are of one moment.
            let version: i64 = DataVersion.get_result(conn)?;
            QueryResult::Ok((
                version,
                diesel::select(changes::settled(tenant)).get_result(conn)?,
            ))
        })?;
        if version != self.version {
            self.version = version;
            self.settled.clear();
        }
        self.settled.insert(tenant, settled);
        Ok(settled)
    }
}

/// `PRAGMA data_version`, as a statement that is prepared once.
#[derive(Clone, Copy, Debug, QueryId)]
struct DataVersion;

impl Query for DataVersion {
    type SqlType = BigInt;
}

impl QueryFragment<Sqlite> for DataVersion {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        out.push_sql("PRAGMA data_version");
        Ok(())
    }
}

impl RunQueryDsl<Conn> for DataVersion {}
