//! [`crate::JudgementStore::project`]: news of what was judged before.

use super::world::{US, breaches, catch_up, counters, end, project, record, start, stored, window};
use crate::testing::Fixture;
use crate::{Severity, Sla, Thresholds};
use execution_log::Report;
use execution_log::testing::{at, patch};

/// A deleted execution no longer counts, and its records go.
pub async fn a_deleted_execution_is_forgotten(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let gone = end(fx, workflow, "gone", (0, 200)).await;
    end(fx, workflow, "stays", (0, 160)).await;
    catch_up(fx, 200).await;
    assert!(fx.log().delete(US, gone, None, at(201)).await.unwrap());
    catch_up(fx, 201).await;
    assert_eq!(counters(fx, &sla).await, (1, 1));
    let counts = window(fx, &sla, 201).await;
    assert_eq!((counts.total, counts.breached, counts.critical), (1, 1, 1));
    let found = breaches(fx).await;
    assert_eq!(
        found.iter().map(|b| b.actual_millis).collect::<Vec<_>>(),
        [160_000]
    );
}

/// A better end moves the execution: counts follow the facts, the severity stays, the record
/// has the latest actual duration.
pub async fn a_corrected_end_is_judged_again(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let id = end(fx, workflow, "e", (0, 200)).await;
    catch_up(fx, 200).await;
    let corrected = Report {
        completed_at: Some(at(70)),
        ..patch(id)
    };
    record(fx, US, corrected, 300).await;
    let done = project(fx, 300).await;
    assert_eq!((done.touched, done.breaches), (vec![sla.id], Vec::new()));
    assert_eq!(counters(fx, &sla).await, (1, 0));
    let found = breaches(fx).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].severity, found[0].actual_millis),
        (Severity::Critical, 70_000)
    );
    assert!(found[0].revision > 1);
    let counts = window(fx, &sla, 3_600 + 69).await;
    assert_eq!((counts.total, counts.breached, counts.critical), (1, 0, 1));
    assert_eq!(window(fx, &sla, 3_600 + 70).await.total, 0);
}

/// An outcome that comes later changes no count and no record.
pub async fn news_without_a_new_end_change_nothing(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let id = end(fx, workflow, "e", (0, 200)).await;
    catch_up(fx, 200).await;
    let before = (stored(fx, sla.id).await, breaches(fx).await);
    record(
        fx,
        US,
        Report {
            outcome: Some("approved".to_owned()),
            ..patch(id)
        },
        300,
    )
    .await;
    let done = project(fx, 300).await;
    assert_eq!(
        (done.taken, done.touched, done.breaches),
        (1, Vec::new(), Vec::new())
    );
    assert_eq!((stored(fx, sla.id).await, breaches(fx).await), before);
}

/// What ended stays judged by the thresholds of its time, though its other news come later.
pub async fn edited_thresholds_apply_to_later_judgements(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let early = end(fx, workflow, "early", (0, 50)).await;
    catch_up(fx, 50).await;
    let thresholds = Thresholds {
        warning_millis: 10_000,
        target_millis: 20_000,
        critical_millis: 30_000,
    };
    let edited = Sla {
        thresholds,
        revision: 2,
        updated_at: at(60),
        ..sla
    };
    fx.slas().replace(&edited, None).await.unwrap();
    record(
        fx,
        US,
        Report {
            outcome: Some("late".to_owned()),
            ..patch(early)
        },
        61,
    )
    .await;
    catch_up(fx, 61).await;
    assert_eq!(counters(fx, &edited).await, (1, 0));
    assert_eq!(breaches(fx).await, []);
    end(fx, workflow, "later", (20, 70)).await;
    catch_up(fx, 70).await;
    assert_eq!(counters(fx, &edited).await, (2, 1));
    let found = breaches(fx).await;
    assert_eq!(
        found.iter().map(|b| b.target_millis).collect::<Vec<_>>(),
        [20_000]
    );
}
