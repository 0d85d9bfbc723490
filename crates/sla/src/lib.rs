//! Service levels: are promises kept, and which are about to break?
//!
//! * An [`Sla`] promises that executions of a workflow take at most so long, and that so many
//!   per cent of those within a rolling window do.
//! * [`judge`] compares one duration with the thresholds: a pure function on milliseconds. Over
//!   the target, strictly, is a breach of the promise; over the warning threshold there is a
//!   [`Breach`] record, over the critical one it is critical. Paused time does not count.
//! * A [`Judgement`] is what is known of one execution under one SLA. It is derived from the
//!   change feed ([`JudgementStore::project`]) and, for executions that still run, from the
//!   clock ([`JudgementStore::sweep`]): each running execution has one deadline, the next
//!   threshold it would cross. One [`Breach`] record per (SLA, execution), whose severity only
//!   rises.
//! * Windows are sums of whole hours, whole minutes and the judgements in the ragged rest
//!   ([`window_parts`]), so that reading one costs the same however much history there is.
//! * Alerts are rows of an outbox, written together with the breach; [`AlertOutbox`] hands them
//!   out by lease and keeps what became of them. One that was given up shows in its breach
//!   ([`Breach::alert_failed_recipients`]) and is counted until somebody has seen to that.
//!
//! Data flow: a store takes changes off its queue, makes one of those of an execution
//! ([`coalesce`]), asks [`judge_change`] what follows, and writes that with the emptied queue in
//! one transaction; the sweep does the same with deadlines and [`judge_running`]. Both functions
//! are pure, so every store agrees. Reports in any order, late projections and sweeps at any
//! time end in the counts of judging the final state once.
//!
//! Decisions:
//! * Completed, failed and cancelled executions all ended, and all are judged.
//! * An SLA judges what is reported after it was made, and at its making what ended within its
//!   window before, and what runs with a threshold yet to cross ([`Sla::covers`]). What ran over
//!   all thresholds already is judged when it is reported again.
//! * A correction moves the counts to the facts; the record keeps its severity and takes the
//!   latest actual duration. Deleting an execution deletes its judgement, record and alerts.
//! * What ended long before it was reported is history: recorded and not alerted.
//! * What an inactive SLA did not see it does not judge later, unless it is reported again.
//!
//! Knows no database, no mail server and no clock of its own. To add a store: implement the four
//! traits and run `sla_store_contract!` (feature `testing`) on it.

mod alert;
mod breach;
mod change;
#[cfg(test)]
mod examples;
mod judge;
mod message;
mod model;
mod ports;
mod project;
mod read;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod window;

pub use alert::{Alert, AlertOutcome, AlertState, MAX_ATTEMPTS, NewAlert, retry_delay};
pub use breach::{Breach, BreachId, Severity};
pub use judge::{Judgement, Verdict, judge, next_deadline};
pub use model::{NewSla, Sla, SlaChange, SlaId, Thresholds};
pub use ports::{
    AlertOutbox, AlertSender, Backlog, BreachFilter, BreachOrder, BreachStore, JudgementStore,
    SlaFilter, SlaOrder, SlaStore, WindowCounts,
};
pub use project::{
    AlertPolicy, BreachWrite, JudgementWrite, Projected, SlaEffects, coalesce, judge_change,
    judge_running, window_change,
};
pub use read::{read_acknowledgement, read_new_sla, read_sla_change, read_sla_replacement};
pub use service::{MAX_SORTED_SLAS, SlaError, SlaMetrics, SlaService};
pub use window::{Part, WindowPart, percentage, window_parts};
