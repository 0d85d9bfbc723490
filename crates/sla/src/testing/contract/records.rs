//! [`crate::BreachStore`]: what a record holds, and its acknowledgement.

use super::breaches::four;
use super::world::{US, breaches, catch_up, end, start, us};
use crate::testing::Fixture;
use crate::{Breach, Severity};
use execution_log::testing::at;
use kernel::{Actor, StoreError};

/// A record names what it is of, and holds what was measured.
pub async fn a_record_is_complete(fx: &dyn Fixture) {
    let (workflow, sla) = start(fx).await;
    let execution = end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 205).await;
    let found = breaches(fx).await;
    let expected = Breach {
        id: found[0].id,
        tenant: US,
        sla: sla.id,
        sla_name: "Fast".to_owned(),
        workflow,
        workflow_name: "Orders".to_owned(),
        execution,
        severity: Severity::Critical,
        actual_millis: 200_000,
        target_millis: 100_000,
        alert_sent_at: None,
        alert_recipients: vec!["a@example.com".to_owned(), "b@example.com".to_owned()],
        alert_failed_recipients: Vec::new(),
        acknowledged_by: None,
        acknowledged_at: None,
        resolution_notes: String::new(),
        detected_at: at(205),
        revision: 1,
    };
    assert_eq!(found, std::slice::from_ref(&expected));
    assert_eq!(
        fx.breaches().get(US, expected.id).await.unwrap(),
        Some(expected)
    );
}

/// The first acknowledgement is kept; the second is [`StoreError::Duplicate`].
pub async fn a_breach_is_acknowledged_once(fx: &dyn Fixture) {
    let found = four(fx).await;
    let breach = &found[1];
    let answer = fx
        .breaches()
        .acknowledge(&us(), breach.id, "Übergabe", None, at(400), None)
        .await;
    let expected = Breach {
        acknowledged_by: Some(us().user),
        acknowledged_at: Some(at(400)),
        resolution_notes: "Übergabe".to_owned(),
        revision: breach.revision + 1,
        ..breach.clone()
    };
    assert_eq!(answer.unwrap(), Some(expected.clone()));
    let other = Actor {
        user: "other".to_owned(),
        ..us()
    };
    for revision in [None, Some(expected.revision)] {
        let again = fx
            .breaches()
            .acknowledge(&other, breach.id, "again", revision, at(500), None)
            .await;
        assert!(
            matches!(again, Err(StoreError::Duplicate { .. })),
            "{again:?}"
        );
    }
    assert_eq!(
        fx.breaches().get(US, breach.id).await.unwrap(),
        Some(expected)
    );
    assert_eq!(
        fx.breaches().get(US, found[0].id).await.unwrap().as_ref(),
        Some(&found[0])
    );
}

/// An acknowledgement of another revision is [`StoreError::StaleVersion`].
pub async fn a_stale_breach_is_not_acknowledged(fx: &dyn Fixture) {
    let found = four(fx).await;
    let stale = Some(found[0].revision + 1);
    let answer = fx
        .breaches()
        .acknowledge(&us(), found[0].id, "", stale, at(400), None)
        .await;
    assert!(
        matches!(answer, Err(StoreError::StaleVersion)),
        "{answer:?}"
    );
    assert_eq!(breaches(fx).await, found);
    let current = Some(found[0].revision);
    let answer = fx
        .breaches()
        .acknowledge(&us(), found[0].id, "", current, at(400), None)
        .await;
    assert!(answer.unwrap().is_some());
}
