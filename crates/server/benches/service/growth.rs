//! Lists, counts and SLA metrics with few executions and with many.

use crate::Size;
use crate::bulk::{Stream, make_workflow, wait_for_projections};
use crate::load;
use crate::process::Server;
use crate::report::{self, median};
use crate::rows::wait_for_empty_queues;
use crate::samples::{API, execution};
use kernel::Clock;
use serde_json::json;
use std::cell::Cell;
use std::time::Instant;

/// Steps of each execution: what is measured does not depend on it.
const STEPS: usize = 1;

/// What is asked for.
const READS: [(&str, &str); 10] = [
    ("executions, newest", "/workflow-executions/"),
    (
        "executions, one status",
        "/workflow-executions/?status=completed",
    ),
    (
        "executions, one outcome",
        "/workflow-executions/?outcome=approved",
    ),
    (
        "executions, by duration",
        "/workflow-executions/?ordering=-duration_seconds",
    ),
    (
        "execution of an external id",
        "/workflow-executions/?external_id=run-77",
    ),
    ("workflows with counts", "/workflows/"),
    ("actions with statistics", "/action-catalog/"),
    ("SLAs", "/workflow-slas/"),
    ("SLA breaches", "/sla-breaches/"),
    ("SLA metrics", "/workflow-slas/1/metrics/"),
];

pub(crate) fn measure(size: Size) {
    let [few, many] = size.growth;
    report::part(&format!(
        "µs for one client, each right after a new execution, at {few} and {many} executions"
    ));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let subject = Server::subject(folder.path(), "growth.db", false);
    let workflow = make_workflow(&subject, STEPS);
    let sla = json!({"workflow": workflow, "name": "Seconds", "target_duration_seconds": 2,
        "slo_window_hours": 720})
    .to_string();
    let sla = load::request(
        "POST",
        &format!("{API}/workflow-slas/"),
        &subject.token,
        Some(&sla),
    );
    load::once(&subject, &sla).json();
    let mut known = 0;
    let mut measured = Vec::new();
    for count in size.growth {
        let stream = Stream {
            workflow,
            from: known,
            count: count - known,
            steps: STEPS,
            now: kernel::SystemClock.now(),
        };
        let began = Instant::now();
        stream.send(&subject);
        wait_for_projections(&subject, count);
        wait_for_empty_queues(folder.path(), "growth.db");
        let rate = report::rate(count - known, began.elapsed());
        report::note(
            &format!("{count} executions"),
            &format!(
                "{:>9.0} executions/s into the log, resident {} MiB",
                rate,
                subject.memory()
            ),
        );
        known = count;
        let number = Cell::new(0);
        measured.push(READS.map(|(_, path)| wait(&subject, workflow, size, path, count, &number)));
        known += number.get();
    }
    for (at, (name, _)) in READS.iter().enumerate() {
        let (few, many) = (measured[0][at], measured[1][at]);
        report::note(
            name,
            &format!("{few:>9.0} and {many:>7.0} µs: {:.2} times", many / few),
        );
    }
}

fn wait(
    subject: &Server,
    workflow: i64,
    size: Size,
    path: &str,
    base: usize,
    number: &Cell<usize>,
) -> f64 {
    let now = kernel::SystemClock.now();
    let next = || {
        let id = format!("run-{}", base + number.get());
        number.set(number.get() + 1);
        let body = execution(workflow, &id, now, STEPS, 1_100);
        load::request(
            "POST",
            &format!("{API}/workflow-executions/"),
            &subject.token,
            Some(&body),
        )
    };
    let read = load::request("GET", &format!("{API}{path}"), &subject.token, None);
    median(&load::waits(subject, size.singles, next, &read))
}
