//! Which action a step counts for.

use super::measures::rows;
use super::{by, kept, list, measured, named, project, ran, workflow};
use crate::testing::{CatalogFixture, actor, at, new_action, step};
use crate::{Action, ActionFilter, ActionOrder, NewAction, StepKey, StepStatistics};
use kernel::{Direction, PageRequest};
use workflow_model::{RecordedStep, StepStatus};

/// Steps that did not end do not count; one whose report named no action counts in its row and
/// for no action.
pub async fn skipped_and_running_steps_do_not_count(fixture: &dyn CatalogFixture) {
    use StepStatus::{Completed, Running, Skipped};
    let a = fixture.tenant("a").await;
    let mail = named(fixture, a, "mail", "notification").await;
    let flow = workflow(fixture, a, "flow").await;
    let steps = vec![
        step("mail", "notification", Skipped, 9),
        RecordedStep {
            completed_at: None,
            attempt: 2,
            ..step("mail", "notification", Running, 0)
        },
        RecordedStep {
            action: None,
            ..step("bare", "", Completed, 8)
        },
    ];
    ran(fixture, a, flow, steps).await;
    project(fixture, a).await;
    assert_eq!(measured(fixture, a, &mail).await, (0, 0, 0, 0));
    let bare = StepKey {
        workflow: flow,
        step_name: "bare".to_owned(),
        action_type: String::new(),
    };
    let sums = StepStatistics {
        completed: 1,
        failed: 0,
        timed: 1,
        total_millis: 8,
    };
    assert_eq!(rows(fixture, a).await, vec![(bare, sums)]);
}

/// Steps of an action's type count for it, but for those that bear the name of another action of
/// that type.
pub async fn a_step_with_an_action_s_name_is_that_one_s(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let manager = named(fixture, a, "Manager", "approval").await;
    let director = named(fixture, a, "Director", "approval").await;
    let mail = named(fixture, a, "Mail", "notification").await;
    let flow = workflow(fixture, a, "flow").await;
    let done = |name, action, millis| step(name, action, StepStatus::Completed, millis);
    let steps = vec![
        done("Manager", "approval", 1),
        done("Director", "approval", 10),
        done("Clerk", "approval", 100),
        done("Mail", "approval", 1_000), // named like an action of another type
        done("Manager", "notification", 10_000),
        done("Manager", "Approval", 100_000), // another type
    ];
    ran(fixture, a, flow, steps).await;
    project(fixture, a).await;
    assert_eq!(measured(fixture, a, &manager).await, (3, 0, 3, 1_101));
    assert_eq!(measured(fixture, a, &director).await, (3, 0, 3, 1_110));
    assert_eq!(measured(fixture, a, &mail).await, (1, 0, 1, 10_000));
}

/// A new action starts with what was measured already; names and types that come, change and go
/// move the steps from one action to another, for all actions that it touches.
pub async fn names_and_types_move_what_is_measured(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let flow = workflow(fixture, a, "flow").await;
    let done = |name, action, millis| step(name, action, StepStatus::Completed, millis);
    let steps = vec![
        done("Manager", "x", 1),
        done("Director", "x", 10),
        done("Director", "y", 100),
    ];
    ran(fixture, a, flow, steps).await;
    project(fixture, a).await;
    let manager = named(fixture, a, "Manager", "x").await;
    assert_eq!(manager.measured.total_millis, 11);
    let director = named(fixture, a, "Director", "x").await;
    assert_eq!(director.measured.total_millis, 10);
    let millis = async |action| measured(fixture, a, action).await.3;
    assert_eq!(millis(&manager).await, 1);

    let replace = async |action: &Action, declared: NewAction| {
        let revision = action.revision + 1;
        let sent = Action {
            declared,
            revision,
            ..action.clone()
        };
        fixture.actions().replace(&sent, None).await.unwrap()
    };
    let renamed = replace(&director, new_action("Somebody", "x")).await;
    assert_eq!(renamed.measured.total_millis, 10);
    assert_eq!(millis(&manager).await, 11);
    let moved = replace(&renamed, new_action("Director", "y")).await;
    assert_eq!(moved.measured.total_millis, 100);
    assert_eq!(millis(&manager).await, 11);
    let back = replace(&moved, new_action("Director", "x")).await;
    assert_eq!(
        (back.measured.total_millis, millis(&manager).await),
        (10, 1)
    );
    let described = NewAction {
        description: "only".to_owned(),
        ..new_action("Director", "x")
    };
    assert_eq!(replace(&back, described).await.measured.total_millis, 10);
    assert!(fixture.actions().delete(a, back.id, None).await.unwrap());
    assert_eq!(millis(&manager).await, 11);

    let many = vec![new_action("Director", "x"), new_action("Director", "y")];
    let missing = fixture
        .actions()
        .insert_missing(&actor(a), many, at(0))
        .await
        .unwrap();
    assert_eq!((missing, millis(&manager).await), (2, 1));
    let found = fixture
        .actions()
        .of_types(a, &["y".to_owned()])
        .await
        .unwrap();
    assert_eq!(found[0].measured.total_millis, 100);
    // And what comes later is still added to all of them.
    ran(
        fixture,
        a,
        flow,
        vec![done("Director", "x", 1_000), done("Clerk", "x", 10_000)],
    )
    .await;
    project(fixture, a).await;
    assert_eq!(millis(&manager).await, 10_001);
    let found = fixture
        .actions()
        .of_types(a, &["x".to_owned()])
        .await
        .unwrap();
    assert_eq!(found[1].measured.total_millis, 11_010);
}

/// A global action shows every tenant what was measured in that one's own executions, by the
/// names of that one's own actions.
pub async fn global_actions_show_the_readers_own_numbers(fixture: &dyn CatalogFixture) {
    let (a, b) = (fixture.tenant("a").await, fixture.tenant("b").await);
    let global = NewAction {
        is_global: true,
        ..new_action("Approve", "x")
    };
    let global = kept(fixture, a, global, 0).await;
    let own = named(fixture, b, "Review", "x").await;
    let done = |name, millis| step(name, "x", StepStatus::Completed, millis);
    let flow = workflow(fixture, a, "flow").await;
    ran(
        fixture,
        a,
        flow,
        vec![done("Approve", 1), done("Review", 10)],
    )
    .await;
    let flow = workflow(fixture, b, "flow").await;
    ran(
        fixture,
        b,
        flow,
        vec![done("Approve", 100), done("Review", 1_000)],
    )
    .await;
    ran(fixture, b, flow, vec![done("Other", 10_000)]).await;
    project(fixture, a).await;
    assert_eq!(measured(fixture, b, &global).await, (0, 0, 0, 0));
    project(fixture, b).await;
    assert_eq!(measured(fixture, a, &global).await, (2, 0, 2, 11));
    assert_eq!(measured(fixture, b, &global).await, (2, 0, 2, 10_100));
    // Another tenant's declaration never takes steps from a tenant's own.
    assert_eq!(measured(fixture, b, &own).await, (3, 0, 3, 11_100));
    let seen = fixture
        .actions()
        .of_types(b, &["x".to_owned()])
        .await
        .unwrap();
    assert_eq!(seen[0].measured.total_millis, 10_100);
    let by_count = by(ActionOrder::ExecutionCount, Direction::Descending);
    let page = list(
        fixture,
        b,
        &ActionFilter::default(),
        &by_count,
        &PageRequest::first(),
    )
    .await;
    let counts: Vec<i64> = page
        .items
        .iter()
        .map(|action| action.measured.completed)
        .collect();
    assert_eq!(counts, [3, 2]);
}
