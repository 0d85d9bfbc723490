//! PostgreSQL away: every request is told so, in time, and the service recovers by itself.

use crate::binary::{self, Wfi};
use crate::database::Home;
use crate::http::{Answer, Client, PREFIX};
use crate::wait::wait;
use private_postgres::{Instance, InstanceOptions, execute};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// The longest that a request may take while the database is away.
const BOUND: Duration = Duration::from_secs(5);
const PATIENCE: Duration = Duration::from_secs(30);

fn database() -> (Instance, Home) {
    let options = InstanceOptions {
        durable: true,
        tcp: true,
    };
    let instance = Instance::start_new(options).unwrap();
    execute(&instance.url("postgres"), "CREATE DATABASE wfi").unwrap();
    let home = Home::at(instance.url("wfi"));
    (instance, home)
}

/// Methods and paths of all documented operations, with 1 for every id.
fn operations(service: &Wfi) -> Vec<(String, String)> {
    let document = Client::new(service.address(), None).outside("GET", "/api/openapi.json");
    let document = document.expect(200);
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if path.starts_with(PREFIX) && methods.get(method).is_some() {
                operations.push((method.to_uppercase(), path.replace("{id}", "1")));
            }
        }
    }
    assert!(operations.len() > 40, "{}", operations.len());
    operations
}

/// The contract's 503, which tells nothing of the inside.
#[track_caller]
fn says_unavailable(what: &str, answer: &Answer) {
    assert_eq!(answer.status, 503, "{what}: {}", answer.text());
    let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{what}: {seconds}");
    let body = answer.json();
    assert_eq!(body["code"], "unavailable", "{what}");
    assert!(
        body["error"].is_string() && body["request_id"].is_string(),
        "{what}: {body}"
    );
    let text = answer.text().to_lowercase();
    for inside in ["postgres", "connect", "127.0.0.1", "sql", "pool"] {
        assert!(!text.contains(inside), "{what}: {text}");
    }
}

fn asked(client: &mut Client, method: &str, path: &str, body: &str) -> Answer {
    let began = Instant::now();
    let answer = client.try_send(method, path, &[], body).unwrap();
    assert!(
        began.elapsed() < BOUND,
        "{method} {path}: {:?}",
        began.elapsed()
    );
    answer
}

fn run(workflow: i64, external_id: &str) -> Value {
    json!({"workflow": workflow, "external_id": external_id, "status": "completed",
        "started_at": "2026-01-15T10:00:00Z", "completed_at": "2026-01-15T10:01:00Z"})
}

#[test]
fn every_request_is_told_and_the_service_recovers() {
    let (mut instance, home) = database();
    let [known, unknown] =
        ["acme", "other"].map(|name| binary::token(&home, name, &["--no-limits"]));
    let mut service = Wfi::start(&home, &[]);
    let mut client = service.client(&known);
    let workflow = client.workflow("Orders");
    client
        .post("/workflow-executions/", &run(workflow, "before"))
        .expect(201);
    let operations = operations(&service);

    instance.stop().unwrap();
    let mut stranger = service.client(&unknown);
    for (method, path) in &operations {
        let what = format!("{method} {path}");
        let body = if method == "GET" || method == "DELETE" {
            ""
        } else {
            "{}"
        };
        // Who asks is not known: nothing else is looked at.
        says_unavailable(&what, &asked(&mut stranger, method, path, body));
    }
    // Who asks was known a moment ago, or not any more.
    let open_to_editors =
        |(method, path): &&(String, String)| method == "GET" && !path.contains("/tokens/");
    for (method, path) in operations.iter().filter(open_to_editors) {
        let what = format!("{method} {path}");
        says_unavailable(&what, &asked(&mut client, method, path, ""));
    }
    let path = format!("{PREFIX}/workflow-executions/");
    let refused = run(workflow, "meanwhile").to_string();
    says_unavailable("a write", &asked(&mut client, "POST", &path, &refused));

    let mut anyone = Client::new(service.address(), None);
    assert_eq!(asked(&mut anyone, "GET", "/healthz", "").status, 200);
    let ready = asked(&mut anyone, "GET", "/readyz", "");
    assert_eq!(
        (ready.status, ready.header("retry-after")),
        (503, Some("2"))
    );
    assert_eq!(service.sample("db_up"), Some(0.0));
    assert!(service.sample("db_unavailable_total").unwrap() > 0.0);

    instance.start().unwrap();
    wait("the recovery", PATIENCE, || {
        let ready = anyone.outside("GET", "/readyz");
        (ready.status == 200).then_some(())
    });
    assert!(service.is_running());
    let found = client.all("/workflow-executions/");
    assert_eq!(found.len(), 1, "what was refused was not stored: {found:?}");
    client
        .post("/workflow-executions/", &run(workflow, "meanwhile"))
        .expect(201);
    let counted = client.get(&format!("/workflows/{workflow}/")).expect(200);
    assert_eq!(counted["execution_count"], 2);
    assert_eq!(service.sample("db_up"), Some(1.0));
}

/// Writes until told to stop; answers what was acknowledged and what was left uncertain.
fn write(
    mut client: Client,
    workflow: i64,
    name: &str,
    stop: &mpsc::Receiver<()>,
) -> (Vec<String>, Vec<String>) {
    let (mut acknowledged, mut uncertain) = (Vec::new(), Vec::new());
    let path = format!("{PREFIX}/workflow-executions/");
    let mut number = 0;
    while stop.try_recv() == Err(mpsc::TryRecvError::Empty) {
        let external_id = format!("{name}-{number}");
        number += 1;
        let answer = asked(
            &mut client,
            "POST",
            &path,
            &run(workflow, &external_id).to_string(),
        );
        if answer.status == 201 {
            acknowledged.push(external_id);
        } else {
            says_unavailable(&external_id, &answer);
            uncertain.push(external_id);
            // As the answer asks for, but sooner.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    (acknowledged, uncertain)
}

/// The server is killed, not stopped: with transactions under way and connections in use.
#[test]
fn a_crash_of_the_database_loses_nothing() {
    const WRITERS: usize = 3;
    let (mut instance, home) = database();
    let token = binary::token(&home, "acme", &["--no-limits"]);
    let service = Wfi::start(&home, &[]);
    let mut client = service.client(&token);
    let workflow = client.workflow("Orders");
    let stored =
        |client: &mut Client| client.count(&format!("/workflow-executions/?workflow={workflow}"));
    let writers: Vec<_> = (0..WRITERS)
        .map(|number| {
            let (stop, stopped) = mpsc::channel();
            let client = service.client(&token);
            let name = format!("w{number}");
            let work = move || write(client, workflow, &name, &stopped);
            (stop, std::thread::spawn(work))
        })
        .collect();
    for _ in 0..3 {
        let before = stored(&mut client);
        wait("some writes", PATIENCE, || {
            (stored(&mut client) > before + 10).then_some(())
        });
        instance.kill9().unwrap();
        let refused = client.get("/workflows/");
        says_unavailable("a read", &refused);
        instance.start().unwrap();
        wait("the recovery", PATIENCE, || {
            (client.get("/workflows/").status == 200).then_some(())
        });
    }
    let (mut acknowledged, mut uncertain) = (BTreeSet::new(), BTreeSet::new());
    for (stop, writer) in writers {
        stop.send(()).unwrap();
        let (certain, cut_off) = writer.join().unwrap();
        acknowledged.extend(certain);
        uncertain.extend(cut_off);
    }
    let found = names(&mut client);
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    assert!(lost.is_empty(), "{lost:?}");
    // What was refused can be sent again; it counts once.
    for external_id in &uncertain {
        let again = client.post("/workflow-executions/", &run(workflow, external_id));
        assert!([200, 201].contains(&again.status), "{}", again.text());
    }
    assert_eq!(names(&mut client), &acknowledged | &uncertain);
    let counted = client.get(&format!("/workflows/{workflow}/")).expect(200);
    assert_eq!(
        counted["execution_count"],
        acknowledged.len() + uncertain.len()
    );
}

/// The external ids of all executions; each is there once.
fn names(client: &mut Client) -> BTreeSet<String> {
    let all = client.all("/workflow-executions/?page_size=200&count=false");
    let names: BTreeSet<String> = all
        .iter()
        .map(|execution| execution["external_id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), all.len());
    names
}
