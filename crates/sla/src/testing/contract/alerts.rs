//! [`crate::AlertOutbox`], and which alerts are written.

use super::world::{
    US, breaches, catch_up, end, make, new_sla, policy, project, record, run, start, sweep, us,
};
use crate::testing::Fixture;
use crate::{Alert, AlertOutcome, AlertState, Backlog, MAX_ATTEMPTS, NewSla, Severity};
use execution_log::testing::{at, finished};
use workflow_model::ExecutionStatus;

async fn claim(fx: &dyn Fixture, now: i64, until: i64) -> Vec<Alert> {
    fx.outbox().claim(at(now), at(until), 50).await.unwrap()
}

async fn settle(
    fx: &dyn Fixture,
    alert: &Alert,
    outcome: AlertOutcome,
    now: i64,
    retry_at: i64,
) -> Option<AlertState> {
    fx.outbox()
        .settle(alert, &outcome, at(now), at(retry_at))
        .await
        .unwrap()
}

async fn backlog(fx: &dyn Fixture) -> (i64, i64) {
    let Backlog { scheduled, dead } = fx.outbox().backlog().await.unwrap();
    (scheduled, dead)
}

fn recipients(alerts: &[Alert]) -> Vec<&str> {
    let mut recipients: Vec<_> = alerts
        .iter()
        .map(|alert| alert.recipient.as_str())
        .collect();
    recipients.sort_unstable();
    recipients
}

/// One alert for each recipient and breach, though the breach is raised, ends, and is projected
/// and swept again.
pub async fn each_recipient_is_alerted_once(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    run(fx, workflow, "hangs", 0).await;
    catch_up(fx, 90).await;
    let alerts = claim(fx, 90, 10_000).await;
    assert_eq!(recipients(&alerts), ["a@example.com", "b@example.com"]);
    let breach = breaches(fx).await[0].id;
    for alert in &alerts {
        assert_eq!(
            (alert.tenant, alert.breach, alert.attempts),
            (US, breach, 0)
        );
        assert_eq!(alert.severity, Severity::Warning);
        assert!(alert.subject.contains("Fast"), "{}", alert.subject);
        assert!(alert.body.contains("Orders"), "{}", alert.body);
    }
    assert_ne!(alerts[0].id, alerts[1].id);
    for seconds in [120, 200, 300] {
        catch_up(fx, seconds).await;
    }
    end(fx, workflow, "hangs", (0, 400)).await;
    catch_up(fx, 400).await;
    assert_eq!(breaches(fx).await[0].severity, Severity::Critical);
    fx.judgements()
        .rebuild(US, at(400), &policy())
        .await
        .unwrap();
    catch_up(fx, 400).await;
    assert_eq!(claim(fx, 400, 10_000).await, []);
}

/// An SLA without recipients uses the policy's.
pub async fn the_default_recipients_are_told_when_the_sla_names_none(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    make(
        fx,
        NewSla {
            alert_recipients: Vec::new(),
            ..new_sla(workflow, "Quiet")
        },
        0,
    )
    .await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    assert_eq!(recipients(&claim(fx, 200, 300).await), ["ops@example.com"]);
    assert_eq!(breaches(fx).await[0].alert_recipients, ["ops@example.com"]);
}

/// What ended more than an hour before it was reported is recorded and not alerted, whenever it
/// is projected; what ended an hour before is alerted.
pub async fn history_is_not_alerted(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    for (name, ended) in [("history", 6_399), ("news", 6_400)] {
        let report = finished(
            workflow,
            Some(name),
            (ended - 200, ended),
            ExecutionStatus::Completed,
        );
        record(fx, US, report, 10_000).await;
    }
    catch_up(fx, 90_000).await;
    let found = breaches(fx).await;
    let told: Vec<_> = found.iter().map(|b| b.alert_recipients.len()).collect();
    assert_eq!(told, [0, 2]);
    let alerts = claim(fx, 90_000, 90_001).await;
    assert_eq!(
        alerts.iter().map(|a| a.breach).collect::<Vec<_>>(),
        [found[1].id; 2]
    );
}

/// A claimed alert is nobody else's until its lease ends; `limit` bounds a claim, the longest
/// due come first.
pub async fn claimed_alerts_are_leased(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    end(fx, workflow, "a", (0, 160)).await;
    catch_up(fx, 160).await;
    end(fx, workflow, "b", (0, 170)).await;
    catch_up(fx, 170).await;
    let found = breaches(fx).await;
    assert_eq!(
        fx.outbox().claim(at(159), at(200), 50).await.unwrap(),
        [],
        "not due yet"
    );
    let first = fx.outbox().claim(at(170), at(200), 2).await.unwrap();
    assert_eq!(
        first.iter().map(|a| a.breach).collect::<Vec<_>>(),
        [found[0].id; 2]
    );
    let second = claim(fx, 170, 300).await;
    assert_eq!(
        second.iter().map(|a| a.breach).collect::<Vec<_>>(),
        [found[1].id; 2]
    );
    assert_eq!(claim(fx, 199, 400).await, []);
    let again = claim(fx, 200, 400).await;
    assert_eq!(recipients(&again), recipients(&first));
    assert!(again.iter().all(|a| a.breach == found[0].id));
}

/// `alert_sent_at` is set when the last of a breach's alerts is sent.
pub async fn a_breach_is_alerted_when_all_its_alerts_are_sent(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    let alerts = claim(fx, 200, 300).await;
    settle(fx, &alerts[0], AlertOutcome::Sent, 210, 210).await;
    assert_eq!(breaches(fx).await[0].alert_sent_at, None);
    settle(fx, &alerts[1], AlertOutcome::Sent, 220, 220).await;
    let breach = &breaches(fx).await[0];
    assert_eq!(
        (breach.alert_sent_at, breach.detected_at),
        (Some(at(220)), at(200))
    );
    assert!(breach.revision > 1);
    assert_eq!(claim(fx, 9_999, 10_000).await, []);
}

/// A failed delivery comes back when it is due again, with its attempts counted, and is dead
/// after the last one.
pub async fn failed_deliveries_are_tried_again_and_given_up(fx: &dyn Fixture) {
    let workflow = fx.workflow(US, "Orders").await;
    make(
        fx,
        NewSla {
            alert_recipients: Vec::new(),
            ..new_sla(workflow, "Quiet")
        },
        0,
    )
    .await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    for attempt in 0..MAX_ATTEMPTS {
        let now = 1_000 * (1 + i64::from(attempt));
        let alerts = claim(fx, now, now + 500).await;
        assert_eq!(
            alerts.iter().map(|a| a.attempts).collect::<Vec<_>>(),
            [attempt]
        );
        assert_eq!(backlog(fx).await, (1, 0));
        assert!(breaches(fx).await[0].alert_failed_recipients.is_empty());
        let away = AlertOutcome::Retry("away".to_owned());
        let reached = settle(fx, &alerts[0], away, now + 1, now + 600).await;
        let last = attempt + 1 == MAX_ATTEMPTS;
        let expected = if last {
            AlertState::Dead
        } else {
            AlertState::Scheduled
        };
        assert_eq!(reached, Some(expected));
        assert_eq!(claim(fx, now + 599, now + 999).await, [], "not due before");
    }
    assert_eq!(claim(fx, 900_000, 900_001).await, []);
    let found = breaches(fx).await;
    assert_eq!(found[0].alert_sent_at, None);
    assert_eq!(found[0].alert_failed_recipients, ["ops@example.com"]);
    assert_eq!(backlog(fx).await, (0, 1));
}

/// A refused alert is not tried again. Its breach says so, and it is counted until somebody has
/// acknowledged that breach.
pub async fn a_refused_alert_is_dead(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    let alerts = claim(fx, 200, 300).await;
    assert_eq!(backlog(fx).await, (2, 0));
    let before = breaches(fx).await[0].revision;
    let refused = || AlertOutcome::Refused("no such user".to_owned());
    let reached = settle(fx, &alerts[1], refused(), 201, 201).await;
    assert_eq!(reached, Some(AlertState::Dead));
    assert_eq!(backlog(fx).await, (1, 1));
    let found = &breaches(fx).await[0];
    assert_eq!(found.alert_failed_recipients, [alerts[1].recipient.clone()]);
    assert!(found.revision > before);
    let reached = settle(fx, &alerts[0], refused(), 202, 202).await;
    assert_eq!(reached, Some(AlertState::Dead));
    assert_eq!(claim(fx, 9_999, 10_000).await, []);
    let found = &breaches(fx).await[0];
    assert_eq!(found.alert_failed_recipients, found.alert_recipients);
    assert_eq!(found.alert_sent_at, None, "none was ever sent");
    assert_eq!(backlog(fx).await, (0, 2));
    let actor = us();
    let seen = fx
        .breaches()
        .acknowledge(&actor, found.id, "", None, at(300), None);
    let seen = seen.await.unwrap().unwrap();
    assert_eq!(seen.alert_failed_recipients, found.alert_recipients);
    assert_eq!(backlog(fx).await, (0, 0));
}

/// A breach whose alerts were sent and refused is not fully alerted, whichever came last.
pub async fn an_alert_that_is_dead_is_not_sent(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    let alerts = claim(fx, 200, 300).await;
    let refused = AlertOutcome::Refused("no such user".to_owned());
    settle(fx, &alerts[0], refused, 201, 201).await;
    let reached = settle(fx, &alerts[1], AlertOutcome::Sent, 202, 202).await;
    assert_eq!(reached, Some(AlertState::Sent));
    let found = &breaches(fx).await[0];
    assert_eq!(found.alert_sent_at, None);
    assert_eq!(found.alert_failed_recipients, [alerts[0].recipient.clone()]);
}

/// What a delivery whose lease ran out says later changes nothing.
pub async fn a_settled_alert_stays_settled(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    end(fx, workflow, "slow", (0, 200)).await;
    catch_up(fx, 200).await;
    let alerts = claim(fx, 200, 300).await;
    for alert in &alerts {
        settle(fx, alert, AlertOutcome::Sent, 210, 210).await;
    }
    let before = breaches(fx).await;
    settle(
        fx,
        &alerts[0],
        AlertOutcome::Retry("late".to_owned()),
        220,
        220,
    )
    .await;
    settle(
        fx,
        &alerts[1],
        AlertOutcome::Refused("late".to_owned()),
        220,
        220,
    )
    .await;
    let reached = settle(fx, &alerts[1], AlertOutcome::Sent, 230, 230).await;
    assert_eq!(reached, Some(AlertState::Sent));
    assert_eq!(claim(fx, 9_999, 10_000).await, []);
    assert_eq!(breaches(fx).await, before);
}

/// When the execution is deleted, its alerts are not sent; settling them is no error.
pub async fn alerts_go_with_their_breach(fx: &dyn Fixture) {
    let (workflow, _) = start(fx).await;
    let gone = end(fx, workflow, "gone", (0, 200)).await;
    project(fx, 200).await;
    let alerts = claim(fx, 200, 300).await;
    assert!(fx.log().delete(US, gone, None, at(210)).await.unwrap());
    project(fx, 210).await;
    sweep(fx, 210).await;
    let reached = settle(fx, &alerts[0], AlertOutcome::Sent, 220, 220).await;
    assert_eq!(reached, None);
    let away = AlertOutcome::Retry("away".to_owned());
    assert_eq!(settle(fx, &alerts[1], away, 220, 220).await, None);
    assert_eq!(claim(fx, 9_999, 10_000).await, []);
    assert_eq!(breaches(fx).await, []);
    assert_eq!(backlog(fx).await, (0, 0));
}
