//! What should be changed, on what evidence?
//!
//! * [`mine`] folds executions, one at a time, into counts (bounded memory) and then names the
//!   patterns that are worth acting on as [`Finding`]s: a threshold under which everything is
//!   approved, approvals in sequence that could run side by side, steps that are slow, steps
//!   that fail, work that is done again. Every finding carries the counts it rests on, and its
//!   confidence is the lower end of the Wilson score interval (95 %) of the share it claims.
//! * A [`Suggestion`] is a finding, or a user's idea, with a life: pending → accepted →
//!   implemented, or pending → rejected. A finding whose `fingerprint` is known already is not
//!   suggested again unless its evidence changed materially ([`materially_changed`]).
//!
//! Knows no database and no clock of its own; a language model would be a port beside the miner.
//!
//! ```text
//! ExecutionLog::scan ──▶ Miner::observe ──▶ Miner::findings ──▶ known? ──▶ SuggestionStore::insert
//!   500 at a time        counts only        thresholds, tests    by_fingerprints
//! ```
//!
//! # Evidence
//!
//! A finding claims a share ([`Finding::claimed`], "`count` of `of`") of *executions*, or of
//! attempts at a step. `supporting_data` says what was counted (workflow, step, variable,
//! threshold, window) and all counts as integers, so that anybody with the log can count again
//! and get the same numbers. Which executions count is the same for all patterns: those that
//! completed or failed and started within the window, both ends included. Cancelled ones were
//! stopped by someone and say nothing of the process; running ones are not over.
//!
//! Whoever looks at many steps, variables and thresholds finds a pattern in noise. A rule on a
//! variable is therefore reported only if an exact test (Fisher's, one-sided) says that outcomes
//! dealt at random would look like it with a probability of at most 1 %, over *all* thresholds
//! and values that were looked at in the whole run (Bonferroni). The other patterns look at each
//! step once, and need both support and a lower bound well over what chance gives.
//!
//! # To add a pattern
//!
//! A file in `miner/` with a tally (`observe`, `findings`), a [`FindingKind`], a field in the
//! miner's `WorkflowTally`, and a test that plants the pattern and counts it again.

mod finding;
mod miner;
mod model;
mod ports;
mod read;
mod service;
mod template;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod wilson;

pub use finding::{Finding, FindingKind, Share, materially_changed};
pub use miner::{Miner, MiningOptions, mine};
pub use model::{
    NewSuggestion, Suggestion, SuggestionChange, SuggestionId, SuggestionSource, SuggestionStatus,
};
pub use ports::{
    RegistryDirectory, SuggestionFilter, SuggestionOrder, SuggestionStore, WorkflowDirectory,
};
pub use read::{
    GenerateRequest, read_generate, read_new_suggestion, read_notes, read_suggestion_change,
    read_suggestion_replacement,
};
pub use service::{SuggestionError, SuggestionService};
pub use wilson::wilson_lower_bound;
