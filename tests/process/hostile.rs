//! What no client should send: the contract's error, and a process that takes no harm.

use crate::binary::{self, Wfi};
use crate::database::Home;
use crate::http::{Answer, PREFIX, connect, read_answer};
use crate::wait::wait;
use serde_json::json;
use std::io::{BufReader, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const MEGABYTE: usize = 1024 * 1024;
const HUGE: usize = 100 * MEGABYTE;
/// What the service may grow by under attack, in KiB: connections and their buffers.
const GROWTH: u64 = 48 * 1024;
const PATIENCE: Duration = Duration::from_secs(30);
const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";

struct Attacked {
    service: Wfi,
    token: String,
    _home: Home,
}

impl Attacked {
    fn new() -> Self {
        let home = Home::sqlite();
        let token = binary::token(&home, "acme", &["--no-limits"]);
        let service = Wfi::start(&home, &[("WFI__BODY_TIMEOUT_SECONDS", "1")]);
        let attacked = Self {
            service,
            token,
            _home: home,
        };
        attacked.is_unharmed();
        attacked
    }

    fn head(&self, path: &str, media_type: &str, framing: &str) -> String {
        format!(
            "POST {PREFIX}{path} HTTP/1.1\r\nHost: wfi.test\r\n\
             Authorization: Bearer {}\r\nContent-Type: {media_type}\r\n{framing}\r\n\r\n",
            self.token
        )
    }

    /// Another caller is answered as if nothing were.
    fn is_unharmed(&self) {
        let began = Instant::now();
        self.service
            .client(&self.token)
            .get("/workflows/")
            .expect(200);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
    }

    /// Sends `size` bytes of `filler` after the head, as far as the service takes them, while it
    /// waits for the answer. Says how many were sent.
    fn pour(&self, head: &str, chunked: bool, filler: &[u8], size: usize) -> (Answer, usize) {
        let stream = connect(self.service.address()).unwrap();
        let mut out = stream.try_clone().unwrap();
        std::thread::scope(|scope| {
            let pouring = scope.spawn(move || {
                let mut sent = 0;
                // The service is free to break off.
                let _ = out.write_all(head.as_bytes());
                while sent < size {
                    let piece = if chunked {
                        [
                            format!("{:x}\r\n", filler.len()).as_bytes(),
                            filler,
                            b"\r\n",
                        ]
                        .concat()
                    } else {
                        filler.to_vec()
                    };
                    if out.write_all(&piece).is_err() {
                        return sent;
                    }
                    sent += filler.len();
                }
                let _ = out.write_all(if chunked { b"0\r\n\r\n" } else { b"" });
                sent
            });
            let answer = read_answer(&mut BufReader::new(&stream)).unwrap();
            // What is still being written has nowhere to go.
            let _ = stream.shutdown(std::net::Shutdown::Both);
            (answer, pouring.join().unwrap())
        })
    }
}

/// A code and a sentence.
#[track_caller]
fn refused(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.text());
    let body = answer.json();
    assert_eq!(body["code"], code, "{body}");
    assert!(
        body["error"].is_string() && body["request_id"].is_string(),
        "{body}"
    );
}

#[test]
fn a_body_of_100_mb_is_refused_at_once() {
    let attacked = Attacked::new();
    let before = attacked.service.memory();
    for path in [
        "/workflows/",
        "/workflow-simulations/",
        "/process-templates/import_blueprint/",
    ] {
        let began = Instant::now();
        // Announced: refused before any of it was read.
        let head = attacked.head(path, JSON, &format!("Content-Length: {HUGE}"));
        let mut stream = connect(attacked.service.address()).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        let answer = read_answer(&mut BufReader::new(stream)).unwrap();
        refused(&answer, 413, "payload_too_large");
        // Sent all the same, and sent without a word about its length.
        let filler = vec![b'['; 64 * 1024];
        let (answer, _) = attacked.pour(&head, false, &filler, HUGE);
        refused(&answer, 413, "payload_too_large");
        let head = attacked.head(path, JSON, "Transfer-Encoding: chunked");
        let (answer, sent) = attacked.pour(&head, true, &filler, HUGE);
        refused(&answer, 413, "payload_too_large");
        assert!(sent < HUGE / 2, "{sent} bytes were taken");
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
    }
    attacked.is_unharmed();
    let grown = attacked.service.memory().saturating_sub(before);
    assert!(grown < GROWTH, "{grown} KiB");
}

/// A bulk is streamed and may have any length, but no line may.
#[test]
fn a_line_of_100_mb_takes_no_memory() {
    let attacked = Attacked::new();
    let before = attacked.service.memory();
    for media_type in [JSON, NDJSON] {
        let head = attacked.head(
            "/workflow-executions/bulk/",
            media_type,
            "Transfer-Encoding: chunked",
        );
        let filler = vec![b'['; 64 * 1024];
        let (answer, _) = attacked.pour(&head, true, &filler, HUGE);
        let text = answer.text();
        assert!(
            [200, 400, 413].contains(&answer.status),
            "{} {text}",
            answer.status
        );
        if answer.status == 200 {
            let body = answer.json();
            assert_eq!(
                (&body["created"], &body["rejected"][0]["line"]),
                (&json!(0), &json!(1))
            );
        }
        attacked.is_unharmed();
        let grown = attacked.service.memory().saturating_sub(before);
        assert!(grown < GROWTH, "{media_type}: {grown} KiB");
    }
}

#[test]
fn a_million_brackets_do_no_harm() {
    const DEPTH: usize = 1_000_000;
    let mut attacked = Attacked::new();
    let bombs = [
        "[".repeat(DEPTH),
        format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH)),
        "{\"a\":".repeat(DEPTH / 5),
        format!("{{\"name\": \"x\", \"steps\": {}", "[".repeat(DEPTH)),
        format!(
            "{{\"workflow_id\": 1, \"input_data\": {}",
            "{\"a\":".repeat(DEPTH / 5)
        ),
        format!("\"{}\"", "(".repeat(DEPTH)),
    ];
    let mut client = attacked.service.client(&attacked.token);
    for path in [
        "/workflows/",
        "/workflow-executions/",
        "/workflow-simulations/",
        "/workflow-slas/",
        "/process-templates/import_blueprint/",
        "/workflow-suggestions/generate/",
        "/action-catalog/",
    ] {
        for bomb in &bombs {
            let path = format!("{PREFIX}{path}");
            let answer = client.try_send("POST", &path, &[], bomb).unwrap();
            assert_eq!(answer.status, 400, "{}", answer.text());
        }
    }
    // A condition, which has brackets of its own.
    let condition = format!(
        "{}amount > 1{}",
        "(".repeat(DEPTH / 2),
        ")".repeat(DEPTH / 2)
    );
    let workflow = json!({"name": "x", "steps": [{"name": "a", "action": "decision",
        "branches": [{"condition": condition, "next_step": 0}]}]});
    let answer = client.post("/workflows/", &workflow);
    assert_eq!(answer.status, 400, "{}", answer.text());
    let path = format!("{PREFIX}/workflow-executions/bulk/");
    for media_type in [JSON, NDJSON] {
        for bomb in &bombs {
            let headers = [("Content-Type", media_type)];
            let answer = client.try_send("POST", &path, &headers, bomb).unwrap();
            assert!([200, 400].contains(&answer.status), "{}", answer.text());
        }
    }
    assert!(attacked.service.is_running());
    attacked.is_unharmed();
    assert_eq!(
        attacked
            .service
            .client(&attacked.token)
            .count("/workflows/"),
        0
    );
}

#[test]
fn a_token_ends_when_it_was_said_to() {
    use chrono::{SecondsFormat, TimeDelta};
    use kernel::{Clock, SystemClock};
    let home = Home::sqlite();
    let end = SystemClock.now() + TimeDelta::seconds(4);
    let end = end.to_rfc3339_opts(SecondsFormat::Millis, true);
    let token = binary::token(&home, "acme", &["--no-limits", "--expires-at", &end]);
    let service = Wfi::start(&home, &[]);
    let mut client = service.client(&token);
    let answer = wait("the end of the token", PATIENCE, || {
        let answer = client.get("/workflows/");
        (answer.status != 200).then_some(answer)
    });
    assert!(
        SystemClock
            .now()
            .to_rfc3339_opts(SecondsFormat::Millis, true)
            >= end
    );
    refused(&answer, 401, "not_authenticated");
    assert_eq!(answer.json()["error"], "The token has expired");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    // It stays so, also for a service that has never seen it.
    service.kill9();
    let service = Wfi::start(&home, &[]);
    let again = service
        .client(&token)
        .post("/workflows/", &json!({"name": "x"}));
    refused(&again, 401, "not_authenticated");
}

/// Whether the other side has closed; what it said before that.
fn closes(stream: &mut TcpStream) -> Option<String> {
    stream
        .set_read_timeout(Some(Duration::from_millis(50)))
        .unwrap();
    let mut said = [0; 4096];
    let mut text = String::new();
    loop {
        match stream.read(&mut said) {
            Ok(0) => return Some(text),
            Ok(length) => text += &String::from_utf8_lossy(&said[..length]),
            Err(error) if [ErrorKind::WouldBlock, ErrorKind::TimedOut].contains(&error.kind()) => {
                return None;
            }
            Err(_reset) => return Some(text),
        }
    }
}

#[test]
fn slow_callers_are_let_go_and_hold_up_nobody() {
    let attacked = Attacked::new();
    let address = attacked.service.address();
    // Heads that never end.
    let mut slow: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = connect(address).unwrap();
            stream
                .write_all(b"GET / HTTP/1.1\r\nHost: wfi.test\r\nX-Slow: ")
                .unwrap();
            stream
        })
        .collect();
    // A body that never comes.
    let head = attacked.head("/workflows/", JSON, "Content-Length: 100");
    let mut waiting = connect(address).unwrap();
    waiting.write_all(head.as_bytes()).unwrap();
    waiting.write_all(b"{\"name\": ").unwrap();
    attacked.is_unharmed();
    let answer = read_answer(&mut BufReader::new(waiting)).unwrap();
    refused(&answer, 408, "timeout");
    wait("the end of the slow ones", PATIENCE, || {
        for stream in &mut slow {
            // One letter at a time does not help.
            let _ = stream.write_all(b"x");
        }
        slow.retain_mut(|stream| closes(stream).is_none());
        slow.is_empty().then_some(())
    });
    attacked.is_unharmed();
}

#[test]
fn what_is_no_http_does_no_harm() {
    let attacked = Attacked::new();
    for noise in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x00\x00\x00\x00\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nzz",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ] {
        let mut stream = connect(attacked.service.address()).unwrap();
        stream.write_all(noise).unwrap();
        let said = wait("an end", PATIENCE, || {
            closes(&mut stream).or_else(|| {
                stream.shutdown(std::net::Shutdown::Write).ok();
                None
            })
        });
        let status = said.split(' ').nth(1).unwrap_or("400");
        assert!(status.starts_with('4') || status.starts_with('5'), "{said}");
    }
    attacked.is_unharmed();
}
