//! Records and reads executions: the one port that several features share, and its change feed.
//!
//! * A [`Report`] says what is known of a run. [`ExecutionLog::record`] merges it into what was
//!   known already ([`merge`]): a report applied twice, late or out of order gives the same
//!   state as once and in order.
//! * Every report that changes something leaves a [`Change`] for each [`Consumer`]. A projection
//!   takes changes off its queue and writes what follows from them in one transaction, so each
//!   counts exactly once however often the process dies.
//! * [`TallyStore`] is the projection of this crate: how many executions there are of each kind,
//!   so that no list has to count its history.
//!
//! Knows nothing of SLAs, actions or suggestions.

mod merge;
mod ports;
mod read;
mod report;
mod service;
mod tally;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use merge::{MergeState, Merged, WorkflowContext, merge};
pub use ports::{
    Change, Consumer, ExecutionFilter, ExecutionLog, ExecutionOrder, RecordError, RecordOptions,
    RecordReceipt, Recorded, RecordedCounts, TallyStore,
};
pub use read::{read_patch, read_report};
pub use report::{Known, Report, WorkflowKey};
pub use service::{ExecutionError, ExecutionService};
pub use tally::{Tally, TallyChange, tally_changes};
