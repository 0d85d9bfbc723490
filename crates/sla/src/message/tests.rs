use super::{alerts, duration};
use crate::examples::{ended, ms, policy, running, sla};
use crate::{AlertPolicy, Severity, Sla, Thresholds};
use workflow_model::Execution;

fn five_minutes() -> Sla {
    let thresholds = Thresholds {
        warning_millis: 240_000,
        target_millis: 300_000,
        critical_millis: 300_000,
    };
    Sla {
        thresholds,
        ..sla()
    }
}

#[test]
fn durations_read_well() {
    for (millis, expected) in [
        (-5, "0 ms"),
        (0, "0 ms"),
        (450, "450 ms"),
        (1_000, "1 s"),
        (1_500, "1.500 s"),
        (59_999, "59.999 s"),
        (60_000, "1 min"),
        (450_000, "7 min 30 s"),
        (3_600_000, "1 h"),
        (3_601_000, "1 h"),
        (7_500_000, "2 h 5 min"),
        (86_400_000, "1 d"),
        (93_600_000, "1 d 2 h"),
        (8_640_000_000, "100 d"),
    ] {
        assert_eq!(duration(millis), expected, "{millis} ms");
    }
}

#[test]
fn a_breach_is_told_in_full() {
    let execution = ended(0, 450_000);
    let told = alerts(
        &five_minutes(),
        &execution,
        Severity::Critical,
        450_000,
        &policy(),
        ms(451_000),
    );
    assert_eq!(told[0].recipient, "ops@company.com");
    assert_eq!(told[1].recipient, "manager@company.com");
    assert_eq!(told.len(), 2);
    assert_eq!(
        told[0].subject,
        "[critical] SLA \"Response Time SLA\": Discount Approval Workflow, execution 1234"
    );
    assert_eq!(
        told[0].body,
        "An execution of the workflow \"Discount Approval Workflow\" took 7 min 30 s, longer \
         than its target of 5 min.\n\n\
         Severity:       critical\n\
         SLA:            Response Time SLA (id 1)\n\
         Workflow:       Discount Approval Workflow (id 5)\n\
         Execution:      1234 (external id ORD-77)\n\
         Status:         completed\n\
         Started:        2023-11-14T22:13:20Z\n\
         Actual:         7 min 30 s\n\
         Target:         5 min\n\
         Over target by: 2 min 30 s\n\
         Detected:       2023-11-14T22:20:51Z\n"
    );
}

#[test]
fn the_first_sentence_tells_running_from_ended_and_late_from_close() {
    let first = |execution: &Execution, actual| {
        let told = alerts(
            &five_minutes(),
            execution,
            Severity::Warning,
            actual,
            &policy(),
            ms(actual),
        );
        told[0].body.lines().next().unwrap().to_owned()
    };
    let name = "An execution of the workflow \"Discount Approval Workflow\"";
    assert_eq!(
        first(&running(0), 250_000),
        format!("{name} has been running for 4 min 10 s and is close to its target of 5 min.")
    );
    assert_eq!(
        first(&running(0), 360_000),
        format!("{name} has been running for 6 min, longer than its target of 5 min.")
    );
    assert_eq!(
        first(&ended(0, 250_000), 250_000),
        format!("{name} took 4 min 10 s, close to its target of 5 min.")
    );
}

#[test]
fn names_cannot_write_headers_or_lines() {
    let evil = "X\r\nBcc: all@example.com\u{2028}\0\u{85}Y";
    let sla = Sla {
        name: evil.to_owned(),
        ..five_minutes()
    };
    let execution = Execution {
        workflow_name: evil.to_owned(),
        external_id: Some(evil.to_owned()),
        ..running(0)
    };
    let told = alerts(
        &sla,
        &execution,
        Severity::Warning,
        250_000,
        &policy(),
        ms(0),
    );
    let breaks = |c: char| c.is_control() || c == '\u{2028}';
    assert!(!told[0].subject.contains(breaks), "{:?}", told[0].subject);
    assert!(told[0].subject.contains("X  Bcc: all@example.com"));
    assert!(
        !told[0].body.replace('\n', "").contains(breaks),
        "{:?}",
        told[0].body
    );
    assert_eq!(told[0].body.lines().count(), 12);
}

#[test]
fn long_names_leave_the_execution_in_the_subject() {
    let sla = Sla {
        name: "ü".repeat(200),
        ..five_minutes()
    };
    let told = alerts(
        &sla,
        &running(0),
        Severity::Warning,
        250_000,
        &policy(),
        ms(0),
    );
    assert!(
        told[0].subject.ends_with("execution 1234"),
        "{}",
        told[0].subject
    );
    assert!(told[0].subject.chars().count() < 200);
    assert!(told[0].body.contains(&"ü".repeat(200)));
}

#[test]
fn each_recipient_is_told_once() {
    let twice = AlertPolicy {
        default_recipients: ["a@x.org", "A@X.org", "b@x.org"]
            .map(str::to_owned)
            .to_vec(),
        ..policy()
    };
    let quiet = Sla {
        alert_recipients: Vec::new(),
        ..five_minutes()
    };
    let to = |sla: &Sla, policy| -> Vec<String> {
        let told = alerts(sla, &running(0), Severity::Warning, 250_000, policy, ms(0));
        told.into_iter().map(|alert| alert.recipient).collect()
    };
    assert_eq!(to(&quiet, &twice), ["a@x.org", "b@x.org"]);
    assert_eq!(
        to(&five_minutes(), &twice),
        ["ops@company.com", "manager@company.com"]
    );
    let nobody = AlertPolicy {
        default_recipients: Vec::new(),
        ..policy()
    };
    assert!(to(&quiet, &nobody).is_empty());
}
