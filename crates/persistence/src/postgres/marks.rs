//! Whether anything was committed since, by whichever replica.

use super::queries::changes;
use super::{Conn, Kind, Pool};
use crate::DbError;
use crate::threads::Link;
use diesel::prelude::*;
use diesel::sql_types::Text;
use kernel::TenantId;
use std::sync::{Arc, Mutex, PoisonError};

/// Numbers for what a snapshot sees.
///
/// Two equal snapshots see the same: a transaction that writes has an id, and a snapshot names the
/// first id that is not finished and those in between that are not. Any commit of the whole server
/// changes it, which costs a look at data that is the same after all, never the reverse. After a
/// crash the server may give an id out again; then all connections were cut, hence their count.
pub(super) struct Marks {
    link: Arc<Link<Conn>>,
    last: Mutex<(String, u64)>,
}

impl Marks {
    pub(super) fn new(link: Arc<Link<Conn>>) -> Self {
        Self {
            link,
            last: Mutex::default(),
        }
    }

    /// What is committed now, as a number; `None` while changes of this tenant wait to be
    /// projected.
    pub(super) async fn now(
        &self,
        pool: &Pool<Conn>,
        tenant: TenantId,
    ) -> Result<Option<u64>, DbError> {
        let link = Arc::clone(&self.link);
        let look = move |conn: &mut Conn| -> QueryResult<Option<String>> {
            let connected = link.connected();
            let settled = changes::settled(tenant);
            let snapshot = diesel::dsl::sql::<Text>("pg_current_snapshot()::text");
            // One statement: both are of one moment.
            let (snapshot, settled): (String, bool) =
                diesel::select((snapshot, settled)).get_result(conn)?;
            Ok(settled.then(|| format!("{connected} {snapshot}")))
        };
        Ok(pool
            .run(Kind::Read, look)
            .await?
            .map(|seen| self.number(seen)))
    }

    fn number(&self, seen: String) -> u64 {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != seen {
            *last = (seen, last.1 + 1);
        }
        last.1
    }
}
