//! Reads of one's own writes.

use super::{A, World};
use crate::ActionFilter;
use crate::testing::{CatalogFixture, actor, at, new_action, step};
use execution_log::testing::started;
use execution_log::{RecordOptions, Report};
use kernel::PageRequest;
use kernel::testing::block_on;
use workflow_model::{StepStatus, WorkflowId};

impl World {
    /// Records so many runs of one step each.
    fn record(&self, runs: usize) -> WorkflowId {
        let log = self.memory.log();
        let flow = block_on(log.workflow(A, "flow", &[]));
        let steps = vec![step("mail", "notification", StepStatus::Completed, 40)];
        let report = Report {
            steps,
            ..started(flow, None, 0)
        };
        let options = RecordOptions {
            atomic: false,
            now: at(60_000),
        };
        let reports = vec![report; runs];
        let answers = block_on(log.log().record(&actor(A), reports, options, None)).unwrap();
        assert!(answers.iter().all(Result::is_ok));
        flow
    }
}

#[test]
fn reads_see_what_was_just_recorded() {
    let world = World::new();
    let action = world.create(A, new_action("mail", "notification"));
    let flow = world.record(1);
    let read = block_on(world.service.get(A, action.id)).unwrap();
    assert_eq!(
        (read.measured.completed, read.measured.total_millis),
        (1, 40)
    );
    world.record(1_200); // more than two batches
    let page = block_on(world.service.list(
        A,
        &ActionFilter::default(),
        &Vec::new(),
        &PageRequest::first(),
    ));
    assert_eq!(page.unwrap().items[0].measured.completed, 1_201);
    world.record(1);
    let steps = block_on(world.service.steps(A, None)).unwrap();
    assert_eq!(
        steps.iter().map(|(_, sums)| sums.completed).sum::<i64>(),
        1_202
    );
    let steps = block_on(world.service.steps(A, Some(flow))).unwrap();
    assert_eq!(steps.iter().map(|(_, sums)| sums.completed).sum::<i64>(), 1);
    world.record(1);
    let types = ["notification".to_owned()];
    let found = block_on(world.service.of_types(A, &types)).unwrap();
    assert_eq!(found[0].measured.completed, 1_203);
    world.record(1);
    assert_eq!(
        world
            .update(A, action.id, "letter", None)
            .unwrap()
            .measured
            .completed,
        1_204
    );
}

#[test]
fn a_host_may_see_to_catching_up() {
    let world = World::new();
    let action = world.create(A, new_action("mail", "notification"));
    let service = world.service.clone().projected_by_host();
    world.record(700);
    assert_eq!(
        block_on(service.get(A, action.id))
            .unwrap()
            .measured
            .completed,
        0
    );
    assert_eq!(block_on(service.catch_up(A)).unwrap(), 700);
    assert_eq!(
        block_on(service.get(A, action.id))
            .unwrap()
            .measured
            .completed,
        700
    );
    assert_eq!(block_on(service.catch_up(A)).unwrap(), 0);
}
