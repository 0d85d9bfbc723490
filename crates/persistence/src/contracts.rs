//! The contracts of the ports, on both databases.

mod access;
mod actions;
mod alert_races;
mod catalog_races;
mod executions;
mod marks;
mod races;
mod rebuild_races;
mod receipts;
mod simulations;
mod slas;
mod suggestions;
mod templates;
mod workflows;

use crate::Database;
use ::access::TokenStore;
use kernel::TenantId;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A migrated database, as the ports of all crates.
pub(crate) struct Stores(pub(crate) Database);

/// Makes tenants.
struct Tenants {
    store: Arc<dyn TokenStore>,
    made: AtomicU32,
}

impl Tenants {
    fn new(database: &Database) -> Self {
        Self {
            store: database.token_store(),
            made: AtomicU32::new(0),
        }
    }

    /// A tenant that has nothing yet.
    async fn another(&self) -> TenantId {
        let name = format!("tenant {}", self.made.fetch_add(1, Ordering::Relaxed));
        let now = ::access::testing::at(0);
        self.store.ensure_tenant(&name, now).await.unwrap()
    }
}
