mod laws;
mod pauses;
mod rules;
mod steps;

use crate::testing::{at, patch, started};
use crate::{MergeState, Merged, RecordError, Report, WorkflowContext, merge};
use kernel::TenantId;
use workflow_model::{Execution, ExecutionId, WorkflowId};

const WORKFLOW: WorkflowId = WorkflowId(5);

fn context() -> WorkflowContext {
    let step = |name: &str, action: Option<&str>| (name.to_owned(), action.map(str::to_owned));
    WorkflowContext {
        id: WORKFLOW,
        name: "Discount Approval".to_owned(),
        workflow_type: "approval".to_owned(),
        version: 1,
        steps: vec![
            step("Check", Some("validation")),
            step("Approve", Some("approval")),
            step("Ship", None),
        ],
    }
}

/// What a store holds of one run, with its state as text.
#[derive(Default)]
struct Run(Option<(Execution, String)>);

impl Run {
    /// Reports at so many seconds; answers `new`, `changed` or `unchanged`.
    fn report(&mut self, report: &Report, now: i64) -> Result<&'static str, RecordError> {
        let known = self
            .0
            .as_ref()
            .map(|(execution, text)| (execution.clone(), MergeState::from_text(text).unwrap()));
        let known = known.as_ref().map(|(execution, state)| (execution, state));
        let merged = merge(
            TenantId(1),
            ExecutionId(1),
            known,
            report,
            &context(),
            at(now),
        )?;
        let (answer, execution, state) = match merged {
            Merged::New(execution, state) => ("new", execution, Some(state)),
            Merged::Changed(execution, state) => ("changed", execution, Some(state)),
            Merged::Unchanged(execution, state) => ("unchanged", execution, state),
        };
        let text = match state {
            Some(state) => state.to_text().unwrap(),
            None => self.0.as_ref().unwrap().1.clone(),
        };
        self.0 = Some((execution, text));
        Ok(answer)
    }

    fn of(reports: &[Report], now: i64) -> Self {
        let mut run = Self::default();
        for report in reports {
            run.report(report, now).unwrap();
        }
        run
    }

    fn execution(&self) -> &Execution {
        &self.0.as_ref().unwrap().0
    }

    /// What depends on the reports alone, not on their arrival.
    fn facts(&self) -> Execution {
        let zero = at(0);
        Execution {
            revision: 0,
            created_at: zero,
            updated_at: zero,
            ..self.execution().clone()
        }
    }
}

fn start(seconds: i64) -> Report {
    started(WORKFLOW, Some("x"), seconds)
}

fn by_id() -> Report {
    patch(ExecutionId(1))
}
