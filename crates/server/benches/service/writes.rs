//! Executions reported one by one by many clients, against one commit each.

use crate::Size;
use crate::load::{self, CLIENTS, round, round_of};
use crate::process::Server;
use crate::report::{self, median};
use crate::rows::Written;
use crate::samples::{API, execution, workflow};
use kernel::Clock;
use std::cell::Cell;

/// Steps of each execution.
const STEPS: usize = 3;

pub(crate) fn measure(size: Size) {
    report::part(&format!(
        "POST one execution of {STEPS} steps, {CLIENTS} clients, durable"
    ));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let subject = Server::subject(folder.path(), "executions.db", false);
    let made = workflow("Reported one by one", STEPS).to_string();
    let made = load::request(
        "POST",
        &format!("{API}/workflows/"),
        &subject.token,
        Some(&made),
    );
    let workflow = load::once(&subject, &made).json()["id"]
        .as_i64()
        .expect("an id");
    let number = Cell::new(0_u32);
    let now = kernel::SystemClock.now();
    let path = format!("{API}/workflow-executions/");
    let next = || {
        number.set(number.get() + 1);
        let body = execution(
            workflow,
            &format!("run-{}", number.get()),
            now,
            STEPS,
            1_100,
        );
        load::request("POST", &path, &subject.token, Some(&body))
    };
    round(&subject, size.round / 2, next);
    let (mut ours, mut theirs, mut alone, mut cpu) = (vec![], vec![], vec![], vec![]);
    for turn in 0..size.rounds {
        let written = Written::read(folder.path(), "executions.db", 2_000);
        let (count, time) = written.write(folder.path(), &format!("peer-{turn}.db"), 1, size.round);
        theirs.push(report::rate(count, time));
        alone.push(round_of(1, &subject, size.round, next).rate);
        let measured = round(&subject, size.round, next);
        ours.push(measured.rate);
        cpu.push(measured.cpu);
    }
    report::ratio(
        "one commit each, without HTTP",
        &ours,
        &theirs,
        "executions/s",
        8.0,
    );
    report::ratio(
        "one client of the same service",
        &ours,
        &alone,
        "executions/s",
        8.0,
    );
    report::note(
        "",
        &format!(
            "{:>9.0} µs CPU an execution, projections included",
            median(&cpu)
        ),
    );
}
