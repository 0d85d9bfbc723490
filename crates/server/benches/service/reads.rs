//! Reads, lists and dry runs against a server that answers the same bytes from memory.

use crate::load::{self, Round, round};
use crate::process::Server;
use crate::report::{self, median};
use crate::samples::API;
use crate::{Size, load::CLIENTS};
use serde_json::json;

/// One thing that is asked for.
struct Case {
    name: &'static str,
    file: &'static str,
    method: &'static str,
    path: String,
    body: Option<String>,
    aim: f64,
}

fn cases() -> Vec<Case> {
    let get = |name, file, path: &str, aim| Case {
        name,
        file,
        method: "GET",
        path: format!("{API}{path}"),
        body: None,
        aim,
    };
    let input =
        json!({"workflow_id": 1, "input_data": {"amount": 15_000, "discount_percentage": 15}});
    vec![
        get("GET one action", "action", "/action-catalog/1/", 1.0 / 3.0),
        get("GET one workflow", "workflow", "/workflows/1/", 1.0 / 3.0),
        get(
            "GET 50 actions",
            "actions",
            "/action-catalog/?page_size=50",
            0.25,
        ),
        Case {
            name: "POST dry run, stored",
            file: "simulation",
            method: "POST",
            path: format!("{API}/workflow-simulations/"),
            body: Some(input.to_string()),
            aim: 1.0 / 6.0,
        },
    ]
}

pub(crate) fn measure(size: Size) {
    report::part(&format!(
        "Against the same bytes from memory, {CLIENTS} clients"
    ));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let subject = Server::subject(folder.path(), "reads.db", true);
    fill_catalogue(&subject);
    let answers = folder.path().join("answers");
    std::fs::create_dir(&answers).expect("a folder");
    let cases = cases();
    for case in &cases {
        let answer = load::once(&subject, &sent(case, &subject.token));
        answer.json();
        std::fs::write(answers.join(case.file), answer.body()).expect("a file");
    }
    let peer = Server::peer(&answers);
    for case in &cases {
        compare(case, &subject, &peer, size);
    }
    after_writes(&cases, &subject, size);
}

fn sent(case: &Case, token: &str) -> Vec<u8> {
    load::request(case.method, &case.path, token, case.body.as_deref())
}

/// At least 50 actions.
fn fill_catalogue(subject: &Server) {
    let path = format!("{API}/action-catalog/");
    for number in 0..50 {
        let action = json!({
            "name": format!("Action {number}"), "action_type": format!("action_{number}"),
            "description": "Looks the customer up and writes a note about the order",
            "side_effects": ["writes a note"],
            "input_schema": {"type": "object", "properties": {"order": {"type": "string"}}},
        });
        let request = load::request("POST", &path, &subject.token, Some(&action.to_string()));
        load::once(subject, &request).json();
    }
}

fn compare(case: &Case, subject: &Server, peer: &Server, size: Size) {
    let ours = sent(case, &subject.token);
    let theirs = load::request(
        case.method,
        &format!("/{}", case.file),
        "",
        case.body.as_deref(),
    );
    let (mut of_subject, mut of_peer): (Vec<Round>, Vec<Round>) = (Vec::new(), Vec::new());
    round(subject, size.round / 2, || ours.clone());
    round(peer, size.round / 2, || theirs.clone());
    for _ in 0..size.rounds {
        of_peer.push(round(peer, size.round, || theirs.clone()));
        of_subject.push(round(subject, size.round, || ours.clone()));
    }
    let rates = |rounds: &[Round]| rounds.iter().map(|round| round.rate).collect::<Vec<_>>();
    let cpus = |rounds: &[Round]| median(&rounds.iter().map(|round| round.cpu).collect::<Vec<_>>());
    report::ratio(
        case.name,
        &rates(&of_subject),
        &rates(&of_peer),
        "requests/s",
        case.aim,
    );
    let (ours, theirs) = (cpus(&of_subject), cpus(&of_peer));
    let text = format!(
        "{ours:>9.0} µs CPU a request, peer {theirs:>9.0}: ratio {:.2}",
        theirs / ours
    );
    report::note("", &text);
}

/// The same reads where nothing can be remembered: what they show was changed just before.
fn after_writes(cases: &[Case], subject: &Server, size: Size) {
    let change = |path: &str| {
        let body = json!({"description": "Looks the customer up"}).to_string();
        load::request(
            "PATCH",
            &format!("{API}{path}"),
            &subject.token,
            Some(&body),
        )
    };
    for case in cases.iter().filter(|case| case.method == "GET") {
        let path = if case.file == "workflow" {
            "/workflows/1/"
        } else {
            "/action-catalog/1/"
        };
        let read = sent(case, &subject.token);
        let cold = median(&load::waits(subject, size.singles, || change(path), &read));
        let warm = median(&load::waits(subject, size.singles, || read.clone(), &read));
        let text = format!("{warm:>9.0} µs for one client, right after a write {cold:.0} µs");
        report::note(case.name, &text);
    }
}
