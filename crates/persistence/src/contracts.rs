//! The contracts of the ports, on both databases.

mod access;
mod actions;
mod executions;
mod races;
mod receipts;
mod workflows;

use crate::Database;

/// A migrated database, as the ports of all crates.
pub(crate) struct Stores(pub(crate) Database);
