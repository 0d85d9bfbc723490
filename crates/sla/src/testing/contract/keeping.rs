//! [`crate::SlaStore`]: keeping SLAs.

use super::world::{
    THEM, US, breaches, catch_up, counters, end, make, new_sla, start, stored, us, window,
};
use crate::testing::Fixture;
use crate::{NewSla, Sla, SlaFilter, Thresholds};
use execution_log::testing::{actor, at};
use kernel::{PageRequest, StoreError};
use workflow_model::WorkflowId;

/// What was made is what is read; it has judged nothing.
pub async fn an_sla_is_kept_as_it_was_made(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Aufträge").await;
    let new = NewSla {
        description: "Über \"Nacht\", 100 %".to_owned(),
        objective_percent: 99.95,
        window_hours: 8_760,
        is_active: false,
        ..new_sla(workflow, "Schnell")
    };
    let made = make(fx, new.clone(), 5).await;
    assert_eq!(stored(fx, made.id).await, made);
    let expected = Sla {
        id: made.id,
        tenant: US,
        workflow,
        workflow_name: "Aufträge".to_owned(),
        name: new.name,
        description: new.description,
        thresholds: new.thresholds,
        window_hours: new.window_hours,
        objective_percent: new.objective_percent,
        is_active: new.is_active,
        alert_recipients: new.alert_recipients,
        total_executions: 0,
        breached_executions: 0,
        created_by: us().user,
        created_at: at(5),
        updated_at: at(5),
        revision: 1,
    };
    assert_eq!(made, expected);
}

/// `None` for a workflow that does not exist, or is another tenant's.
pub async fn an_sla_needs_a_workflow_of_its_tenant(fx: &dyn Fixture) {
    let ours = fx.workflow(US, "Orders").await;
    let theirs = fx.workflow(THEM, "Orders").await;
    for workflow in [theirs, WorkflowId(ours.0 + theirs.0 + 1_000)] {
        let made = fx
            .slas()
            .insert(&us(), new_sla(workflow, "Fast"), at(0), None)
            .await
            .unwrap();
        assert_eq!(made, None);
    }
    let all = fx
        .slas()
        .list(
            US,
            &SlaFilter::default(),
            &Vec::new(),
            &PageRequest::first(),
        )
        .await;
    assert_eq!(all.unwrap().items, []);
}

/// Another tenant can neither read, list, replace nor delete an SLA.
pub async fn slas_stay_in_their_tenant(fx: &dyn Fixture) {
    let (_, sla) = start(fx).await;
    let theirs = fx.workflow(THEM, "Orders").await;
    let made = fx
        .slas()
        .insert(&actor(THEM), new_sla(theirs, "Theirs"), at(0), None)
        .await;
    let theirs = made.unwrap().unwrap();
    assert_eq!(fx.slas().get(THEM, sla.id).await.unwrap(), None);
    let any = SlaFilter::default();
    let list = fx
        .slas()
        .list(THEM, &any, &Vec::new(), &PageRequest::first())
        .await;
    assert_eq!(list.unwrap().items, [theirs]);
    let stolen = Sla {
        tenant: THEM,
        name: "Stolen".to_owned(),
        revision: 2,
        ..sla.clone()
    };
    let replaced = fx.slas().replace(&stolen, None).await;
    assert!(
        matches!(replaced, Err(StoreError::StaleVersion)),
        "{replaced:?}"
    );
    assert!(!fx.slas().delete(THEM, sla.id, None).await.unwrap());
    assert!(!fx.slas().delete(THEM, sla.id, Some(9)).await.unwrap());
    assert_eq!(stored(fx, sla.id).await, sla);
}

/// A write on top of another revision, or of nothing, is [`StoreError::StaleVersion`].
pub async fn only_the_next_revision_is_taken(fx: &dyn Fixture) {
    let (_, sla) = start(fx).await;
    for revision in [1, 3] {
        let stale = Sla {
            name: "Stale".to_owned(),
            revision,
            ..sla.clone()
        };
        let replaced = fx.slas().replace(&stale, None).await;
        assert!(
            matches!(replaced, Err(StoreError::StaleVersion)),
            "{replaced:?}"
        );
    }
    let next = Sla {
        name: "Next".to_owned(),
        description: "New".to_owned(),
        thresholds: Thresholds {
            warning_millis: 1,
            target_millis: 2,
            critical_millis: 3,
        },
        window_hours: 2,
        objective_percent: 50.5,
        is_active: false,
        alert_recipients: Vec::new(),
        updated_at: at(7),
        revision: 2,
        ..sla
    };
    assert_eq!(fx.slas().replace(&next, None).await.unwrap(), next);
    assert_eq!(stored(fx, next.id).await, next);
    assert!(fx.slas().delete(US, next.id, None).await.unwrap());
    let gone = Sla {
        revision: 3,
        ..next
    };
    let replaced = fx.slas().replace(&gone, None).await;
    assert!(
        matches!(replaced, Err(StoreError::StaleVersion)),
        "{replaced:?}"
    );
}

/// Counters are not written by a client's edit, and judging does not make an edit stale.
pub async fn an_edit_leaves_the_counters(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    let edited = Sla {
        name: "Edited".to_owned(),
        revision: 2,
        updated_at: at(201),
        ..sla
    };
    let answered = fx.slas().replace(&edited, None).await.unwrap();
    assert_eq!(
        (answered.total_executions, answered.breached_executions),
        (1, 1)
    );
    assert_eq!(counters(fx, &edited).await, (1, 1));
}

/// A delete of another revision is [`StoreError::StaleVersion`]; of nothing, `false`.
pub async fn a_stale_sla_is_not_deleted(fx: &dyn Fixture) {
    let (_, sla) = start(fx).await;
    let deleted = fx.slas().delete(US, sla.id, Some(2)).await;
    assert!(
        matches!(deleted, Err(StoreError::StaleVersion)),
        "{deleted:?}"
    );
    assert!(fx.slas().delete(US, sla.id, Some(1)).await.unwrap());
    assert!(!fx.slas().delete(US, sla.id, None).await.unwrap());
    assert_eq!(fx.slas().get(US, sla.id).await.unwrap(), None);
}

/// Judgements, deadlines, breaches and alerts of a deleted SLA go with it; others stay.
pub async fn an_sla_takes_its_records_with_it(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let other = make(fx, new_sla(workflow, "Other"), 0).await;
    end(fx, workflow, "slow", (0, 200)).await;
    super::world::run(fx, workflow, "hangs", 200).await;
    catch_up(fx, 200).await;
    assert_eq!(breaches(fx).await.len(), 2);
    assert!(fx.slas().delete(US, sla.id, None).await.unwrap());
    assert_eq!(
        breaches(fx).await.iter().map(|b| b.sla).collect::<Vec<_>>(),
        [other.id]
    );
    assert_eq!(window(fx, &sla, 200).await.total, 0);
    assert_eq!(window(fx, &other, 200).await.total, 1);
    assert_eq!(
        fx.outbox().claim(at(200), at(300), 10).await.unwrap().len(),
        2
    );
    assert!(fx.slas().delete(US, other.id, None).await.unwrap());
    assert_eq!(fx.judgements().next_deadline().await.unwrap(), None);
    catch_up(fx, 1_000).await;
    assert_eq!(breaches(fx).await, []);
}
