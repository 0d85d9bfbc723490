//! SIGTERM: what is under way is finished, and nothing is lost.

use crate::binary::{self, Wfi};
use crate::database::{Home, on_both};
use crate::http::{Client, PREFIX, connect, read_answer};
use crate::wait::wait;
use serde_json::json;
use std::io::{BufReader, Write};
use std::sync::mpsc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(40);
const WRITERS: usize = 4;

on_both!(a_stop_drains_and_loses_nothing);

/// Writes until it is refused; says when it begins, and answers how many were acknowledged.
fn write_until_refused(
    mut client: Client,
    workflow: i64,
    name: &str,
    begun: &mpsc::Sender<()>,
) -> usize {
    let mut acknowledged = 0;
    loop {
        let external_id = format!("{name}-{acknowledged}");
        let run = json!({"workflow": workflow, "external_id": external_id, "status": "completed",
            "started_at": "2026-01-15T10:00:00Z", "completed_at": "2026-01-15T10:01:00Z"});
        let path = format!("{PREFIX}/workflow-executions/");
        match client.try_send("POST", &path, &[], &run.to_string()) {
            Ok(answer) => assert_eq!(answer.status, 201, "{}", answer.text()),
            Err(_refused) => return acknowledged,
        }
        acknowledged += 1;
        if acknowledged == 3 {
            begun.send(()).unwrap();
        }
    }
}

fn a_stop_drains_and_loses_nothing(home: &Home) {
    let token = binary::token(home, "acme", &["--no-limits"]);
    let service = Wfi::start(home, &[]);
    let mut client = service.client(&token);
    let workflow = client.workflow("Orders");

    // A request whose body is half there when the stop is asked for.
    let run = json!({"workflow": workflow, "external_id": "slow", "status": "running",
        "started_at": "2026-01-15T10:00:00Z"});
    let body = run.to_string();
    let (first, rest) = body.split_at(body.len() / 2);
    let mut slow = connect(service.address()).unwrap();
    let head = format!(
        "POST {PREFIX}/workflow-executions/ HTTP/1.1\r\nHost: wfi.test\r\n\
         Authorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\n\r\n{first}",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();

    let (begun, begins) = mpsc::channel();
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (client, begun) = (service.client(&token), begun.clone());
            let name = format!("w{number}");
            std::thread::spawn(move || write_until_refused(client, workflow, &name, &begun))
        })
        .collect();
    for _ in 0..WRITERS {
        begins.recv_timeout(PATIENCE).unwrap();
    }
    service.terminate();
    let address = service.address().to_owned();
    wait("the end of new connections", PATIENCE, || {
        connect(&address).err()
    });
    // The rest of the body still comes, and the request is carried out.
    slow.write_all(rest.as_bytes()).unwrap();
    let answer = read_answer(&mut BufReader::new(slow)).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.text());
    let acknowledged: usize = writers
        .into_iter()
        .map(|writer| writer.join().unwrap())
        .sum();
    let log = home.folder().join("log");
    let status = service.ended(PATIENCE);
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(status.code(), Some(0), "{log}");
    assert!(!log.contains("ERROR") && !log.contains("WARN"), "{log}");

    let service = Wfi::start(home, &[]);
    let mut client = service.client(&token);
    let stored = client.count(&format!("/workflow-executions/?workflow={workflow}"));
    let stored = usize::try_from(stored).unwrap();
    // A write whose answer was cut off may be there as well.
    assert!(
        stored > acknowledged && stored <= acknowledged + 1 + WRITERS,
        "{stored}, {acknowledged}"
    );
    let counted = client.get(&format!("/workflows/{workflow}/")).expect(200);
    assert_eq!(counted["execution_count"], stored);
    service.terminate();
    assert_eq!(
        service.ended(PATIENCE).code(),
        Some(0),
        "a second start is clean"
    );
}
