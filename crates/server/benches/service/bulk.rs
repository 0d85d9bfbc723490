//! A stream of executions against a loop of prepared inserts that writes the same rows.

use crate::Size;
use crate::load;
use crate::process::Server;
use crate::report::{self, median};
use crate::rows::Written;
use crate::samples::{API, STEPS, execution, workflow};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::Clock;
use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// Executions in one commit, as the service does it.
const PER_COMMIT: usize = 500;

pub(crate) fn measure(size: Size) {
    report::part(&format!(
        "Bulk: NDJSON of {} executions with {} steps, durable, {PER_COMMIT} a commit",
        size.bulk,
        STEPS.len()
    ));
    let (mut ours, mut theirs, mut settled, mut memory) = (vec![], vec![], vec![], vec![]);
    for turn in 0..size.rounds.min(3) {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let subject = Server::subject(folder.path(), "bulk.db", false);
        let workflow = make_workflow(&subject, STEPS.len());
        let stream = Stream {
            workflow,
            from: 0,
            count: size.bulk,
            steps: STEPS.len(),
            now: kernel::SystemClock.now(),
        };
        let before = subject.memory();
        let began = Instant::now();
        stream.send(&subject);
        ours.push(report::rate(size.bulk, began.elapsed()));
        wait_for_projections(&subject, size.bulk);
        settled.push(report::rate(size.bulk, began.elapsed()));
        memory.push((before, subject.memory()));
        drop(subject);
        let written = Written::read(folder.path(), "bulk.db", size.bulk);
        assert_eq!(written.len(), size.bulk);
        let name = format!("peer-{turn}.db");
        let (count, time) = written.write(folder.path(), &name, PER_COMMIT, Duration::MAX);
        theirs.push(report::rate(count, time));
    }
    report::ratio("prepared inserts", &ours, &theirs, "executions/s", 0.6);
    let steps = report::rate(STEPS.len(), Duration::from_secs(1));
    report::note(
        "",
        &format!(
            "{:>9.0} step events/s recorded (aim 50000)",
            median(&ours) * steps
        ),
    );
    report::note(
        "",
        &format!(
            "{:>9.0} step events/s until counts, SLAs and statistics follow",
            median(&settled) * steps
        ),
    );
    report::note("", &format!("memory before and after, MiB: {memory:?}"));
}

/// Makes a workflow; answers its id.
pub(crate) fn make_workflow(subject: &Server, steps: usize) -> i64 {
    let body = workflow("Streamed", steps).to_string();
    let path = format!("{API}/workflows/");
    let request = load::request("POST", &path, &subject.token, Some(&body));
    load::once(subject, &request).json()["id"]
        .as_i64()
        .expect("an id")
}

/// Asks until the workflow's count is the number of executions.
pub(crate) fn wait_for_projections(subject: &Server, count: usize) {
    let metrics = load::request(
        "GET",
        &format!("{API}/workflow-executions/?page_size=1"),
        &subject.token,
        None,
    );
    let deadline = Instant::now() + Duration::from_mins(5);
    while load::once(subject, &metrics).json()["count"].as_u64() != u64::try_from(count).ok() {
        assert!(Instant::now() < deadline, "the counts do not follow");
        std::thread::sleep(Duration::from_millis(5));
    }
    let actions = load::request(
        "GET",
        &format!("{API}/action-catalog/"),
        &subject.token,
        None,
    );
    load::once(subject, &actions).json();
}

/// Executions of one workflow, numbered, one every second until `now`; each fiftieth is slow.
pub(crate) struct Stream {
    pub(crate) workflow: i64,
    pub(crate) from: usize,
    pub(crate) count: usize,
    pub(crate) steps: usize,
    pub(crate) now: DateTime<Utc>,
}

impl Stream {
    /// Sends them; every one must be new.
    pub(crate) fn send(&self, subject: &Server) {
        let mut socket = TcpStream::connect(subject.address).expect("it accepts connections");
        let head = format!(
            "POST {API}/workflow-executions/bulk/ HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {}\r\n\
             Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
            subject.token
        );
        socket
            .write_all(head.as_bytes())
            .expect("it takes the head");
        let mut lines = String::new();
        for number in self.from..self.from + self.count {
            let ago = i64::try_from(self.from + self.count - number).unwrap_or(0) + 60;
            let start = self.now - TimeDelta::seconds(ago);
            lines.push_str(&execution(
                self.workflow,
                &format!("run-{number}"),
                start,
                self.steps,
                if number % 50 == 0 { 5_000 } else { 1_100 },
            ));
            lines.push('\n');
            if lines.len() > 60_000 {
                chunk(&mut socket, &mut lines);
            }
        }
        chunk(&mut socket, &mut lines);
        socket.write_all(b"0\r\n\r\n").expect("it takes the end");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("an answer");
        let created = format!(
            "\"created\":{},\"updated\":0,\"unchanged\":0,\"rejected\":[]",
            self.count
        );
        assert!(answer.contains(&created), "{answer:.500}");
    }
}

fn chunk(socket: &mut TcpStream, lines: &mut String) {
    if lines.is_empty() {
        return;
    }
    let mut head = String::new();
    let _ = write!(head, "{:x}\r\n", lines.len());
    lines.push_str("\r\n");
    socket.write_all(head.as_bytes()).expect("it takes a chunk");
    socket
        .write_all(lines.as_bytes())
        .expect("it takes a chunk");
    lines.clear();
}
