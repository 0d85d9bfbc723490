//! Recorded executions, page after page: memory is flat however many there are.

use super::run::{Run, stopped};
use super::watch::Leash;
use super::{SimulationError, SimulationService};
use crate::{HistoryWindow, SlaTarget};
use chrono::{DateTime, TimeDelta, Utc};
use std::ops::ControlFlow;
use workflow_model::Execution;

/// The last so many days.
pub(super) fn since(now: DateTime<Utc>, days: u32) -> HistoryWindow {
    let from = now.checked_sub_signed(TimeDelta::days(days.into()));
    HistoryWindow {
        from: from.unwrap_or(DateTime::<Utc>::MIN_UTC),
        until: now,
    }
}

/// Executions that are read at a time.
const PAGE: u32 = 1000;

impl SimulationService {
    /// Shows every execution of the window to `observe`, until that has seen enough. An inline
    /// definition has no history. Tells how many were shown.
    pub(super) async fn read_history(
        &self,
        run: &Run,
        window: &HistoryWindow,
        leash: &Leash,
        mut observe: impl FnMut(&Execution) -> ControlFlow<()> + Send,
    ) -> Result<u64, SimulationError> {
        let Some(workflow) = run.workflow else {
            return Ok(0);
        };
        let (mut after, mut shown) = (None, 0);
        loop {
            if let ControlFlow::Break(why) = leash.check() {
                return Err(stopped(leash, why));
            }
            let source = &self.ports.history;
            let page = source
                .executions(run.tenant, workflow, window, after, PAGE)
                .await?;
            for execution in &page {
                shown += 1;
                if observe(execution).is_break() {
                    return Ok(shown);
                }
            }
            leash.watch.set(shown, 0);
            match page.last() {
                Some(last) if page.len() == PAGE as usize => after = Some(last.id),
                Some(_) | None => return Ok(shown),
            }
        }
    }

    /// What is promised about the workflow.
    pub(super) async fn promised(&self, run: &Run) -> Result<Vec<SlaTarget>, SimulationError> {
        match run.workflow {
            Some(workflow) => Ok(self.ports.targets.targets(run.tenant, workflow).await?),
            None => Ok(Vec::new()),
        }
    }
}
