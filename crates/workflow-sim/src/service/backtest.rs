//! What a change would have done to the executions that ran.

use super::run::{Run, document, name_faults};
use super::watch::Leash;
use super::{SimulationError, SimulationService, Watch};
use crate::{Backtest, BacktestRequest, HistoryWindow, validate};
use document::Problem;
use serde_json::{Map, Value};
use std::ops::ControlFlow;
use std::sync::Arc;

fn more_if(wanted: bool) -> ControlFlow<()> {
    if wanted {
        ControlFlow::Continue(())
    } else {
        ControlFlow::Break(())
    }
}

impl SimulationService {
    pub(super) async fn backtest(
        &self,
        run: Run,
        request: Box<BacktestRequest>,
        watch: &Arc<Watch>,
    ) -> Result<Map<String, Value>, SimulationError> {
        if run.workflow.is_none() {
            return Err(SimulationError::Invalid(vec![Problem {
                path: "workflow_id".to_owned(),
                message: "A back-test needs recorded executions: name a workflow, and give the \
                          changed definition as changed_definition or changes."
                    .to_owned(),
            }]));
        }
        let now = self.ports.clock.now();
        let leash = Leash::new(watch, &self.ports.clock, run.limit);
        let baseline = &run.subject.definition;
        let changed = request
            .changed_definition(baseline)
            .map_err(SimulationError::Invalid)?;
        let facts = self.facts(run.tenant, run.workflow, baseline).await?;
        let targets = self.promised(&run).await?;
        let mut backtest = Backtest::new(baseline, &changed, &facts, &targets, &request)
            .map_err(SimulationError::Invalid)?;
        let (from, until) = request.window.bounds(now);
        let window = HistoryWindow { from, until };
        let most = request.max_executions;
        let mut learned = 0;
        self.read_history(&run, &window, &leash, |execution| {
            backtest.learn(execution);
            learned += 1;
            more_if(learned < most)
        })
        .await?;
        self.read_history(&run, &window, &leash, |execution| {
            backtest.observe(execution);
            more_if(true)
        })
        .await?;
        let report = backtest.finish(now);
        let mut answer = run.opening();
        name_faults(&mut answer, &validate(&changed, &facts));
        answer.insert("backtest".to_owned(), document(&report)?);
        Ok(answer)
    }
}
