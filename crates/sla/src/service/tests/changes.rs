use super::contended::Contended;
use super::{US, world};
use crate::{Sla, SlaChange, SlaError, SlaId, SlaService, Thresholds};
use document::Problem;
use execution_log::testing::{actor, at};
use kernel::testing::block_on;
use std::sync::Arc;
use workflow_model::WorkflowId;

#[test]
fn a_change_is_merged_and_checked() {
    block_on(async {
        let world = world();
        let sla = world.make("Fast").await;
        world.clock.set(at(5));
        let change = SlaChange {
            name: Some("Faster".to_owned()),
            ..SlaChange::default()
        };
        let changed = world.update(sla.id, change.clone(), Some(1)).await.unwrap();
        assert_eq!((changed.name.as_str(), changed.revision), ("Faster", 2));
        assert_eq!(
            (changed.updated_at, changed.thresholds),
            (at(5), sla.thresholds)
        );
        let same = world.update(sla.id, change.clone(), None).await.unwrap();
        assert_eq!(same, changed, "no change, no revision");
        let stale = world.update(sla.id, change.clone(), Some(1)).await;
        assert!(matches!(stale, Err(SlaError::Stale)), "{stale:?}");
        let unknown = world.update(SlaId(99), change, None).await;
        assert!(matches!(unknown, Err(SlaError::NotFound)), "{unknown:?}");
        assert_eq!(world.service.get(US, sla.id).await.unwrap(), changed);
    });
}

#[test]
fn contradictions_are_named_at_the_field_that_was_sent() {
    block_on(async {
        let world = world();
        let sla = world.make("Fast").await;
        let check = async |change: SlaChange, expected: &[&str]| {
            let found = problems(world.update(sla.id, change, None).await);
            let paths: Vec<_> = found.iter().map(|problem| problem.path.as_str()).collect();
            assert_eq!(paths, expected);
        };
        let none = SlaChange::default;
        let target = "target_duration_seconds";
        check(
            SlaChange {
                target_millis: Some(70_000),
                ..none()
            },
            &[target],
        )
        .await;
        check(
            SlaChange {
                target_millis: Some(151_000),
                ..none()
            },
            &[target],
        )
        .await;
        let warning = SlaChange {
            warning_millis: Some(100_001),
            ..none()
        };
        check(warning, &["warning_threshold_seconds"]).await;
        let all = SlaChange {
            workflow: Some(WorkflowId(99)),
            target_millis: Some(10),
            warning_millis: Some(11),
            critical_millis: Some(9),
            ..none()
        };
        let paths = [
            "workflow",
            "warning_threshold_seconds",
            "critical_threshold_seconds",
        ];
        check(all, &paths).await;
        assert_eq!(world.service.get(US, sla.id).await.unwrap(), sla);
        let fine = SlaChange {
            workflow: Some(sla.workflow),
            target_millis: Some(10),
            warning_millis: Some(10),
            critical_millis: Some(10),
            ..none()
        };
        let thresholds = Thresholds {
            warning_millis: 10,
            target_millis: 10,
            critical_millis: 10,
        };
        assert_eq!(
            world.update(sla.id, fine, None).await.unwrap().thresholds,
            thresholds
        );
    });
}

#[test]
fn a_change_without_if_match_is_tried_again() {
    block_on(async {
        let world = world();
        let sla = world.make("Fast").await;
        let store = Arc::clone(&world.fixture.sla);
        let service = |others| {
            let contended = Arc::new(Contended::new(store.clone(), others));
            SlaService::new(contended, store.clone(), store.clone(), world.clock.clone())
        };
        let change = SlaChange {
            description: Some("Mine".to_owned()),
            ..SlaChange::default()
        };
        let merged = service(2)
            .update(&actor(US), sla.id, change.clone(), None)
            .await
            .unwrap();
        assert_eq!((merged.description.as_str(), merged.revision), ("Mine", 4));
        assert_eq!(merged.name, "Fast!!", "the edits of others stay");
        let change = SlaChange {
            description: Some("Again".to_owned()),
            ..change
        };
        let stale = service(1)
            .update(&actor(US), sla.id, change.clone(), Some(4))
            .await;
        assert!(matches!(stale, Err(SlaError::Stale)), "{stale:?}");
        let given_up = service(100).update(&actor(US), sla.id, change, None).await;
        assert!(matches!(given_up, Err(SlaError::Stale)), "{given_up:?}");
    });
}

fn problems(answer: Result<Sla, SlaError>) -> Vec<Problem> {
    match answer {
        Err(SlaError::Invalid(problems)) => problems,
        other => panic!("{other:?}"),
    }
}
