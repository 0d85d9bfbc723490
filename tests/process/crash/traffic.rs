//! Clients that write until the service dies.

use super::Subject;
use super::ledger::{Effect, Write};
use crate::binary::Wfi;
use crate::http::Client;
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use kernel::{Clock, SystemClock};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;

/// Executions of a bulk.
const BULK: i64 = 12;
/// SLAs of a round, at most: each judges every execution.
const SLAS: usize = 3;
/// Seconds that executions take: under and over each threshold of [`sla`].
const DURATIONS: [i64; 6] = [500, 800, 801, 1000, 1200, 2000];

/// An SLA with a target of 1000 s, a warning over 800 s, critical over 1500 s.
pub(super) fn sla(workflow: i64, name: &str) -> Value {
    json!({"workflow": workflow, "name": name, "target_duration_seconds": 1000,
        "warning_threshold_seconds": 800, "critical_threshold_seconds": 1500})
}

type Work = fn(&mut Worker) -> io::Result<()>;

const WORK: [Work; 6] = [
    single,
    progress,
    atomic_bulk,
    streamed_bulk,
    objects,
    acknowledge,
];

/// Clients at work.
pub(super) struct Traffic {
    workers: Vec<JoinHandle<Vec<Write>>>,
    acknowledged: Arc<AtomicUsize>,
}

impl Traffic {
    pub(super) fn start(service: &Wfi, token: &str, subject: &Subject, seed: u64) -> Self {
        let acknowledged: Arc<AtomicUsize> = Arc::default();
        let workers = WORK.iter().enumerate().map(|(place, work)| {
            let mut worker = Worker {
                client: service.client(token),
                subject: subject.clone(),
                dice: ChaCha8Rng::seed_from_u64(seed.wrapping_add(place as u64)),
                name: format!("{}-{place}", subject.number),
                writes: Vec::new(),
                acknowledged: acknowledged.clone(),
            };
            std::thread::spawn(move || {
                // Until the connection breaks.
                while work(&mut worker).is_ok() {}
                worker.writes
            })
        });
        let workers = workers.collect();
        Self {
            workers,
            acknowledged,
        }
    }

    /// How many writes were answered so far.
    pub(super) fn acknowledged(&self) -> usize {
        self.acknowledged.load(Ordering::Relaxed)
    }

    /// What they wrote.
    pub(super) fn ended(self) -> Vec<Write> {
        let writes = self
            .workers
            .into_iter()
            .map(|worker| worker.join().unwrap());
        writes.flatten().collect()
    }
}

struct Worker {
    client: Client,
    subject: Subject,
    dice: ChaCha8Rng,
    name: String,
    writes: Vec<Write>,
    acknowledged: Arc<AtomicUsize>,
}

impl Worker {
    /// A name that nobody else uses.
    fn fresh(&self) -> String {
        format!("w{}-{}", self.name, self.writes.len())
    }

    /// Sends a write and notes it; every fourth is sent twice.
    fn send(&mut self, write: Write) -> io::Result<Value> {
        self.writes.push(write);
        let write = self.writes.last_mut().unwrap();
        let shown = write.send(&mut self.client)?.json();
        self.acknowledged.fetch_add(1, Ordering::Relaxed);
        if self.dice.random_ratio(1, 4) {
            write.repeat(&mut self.client)?;
        }
        Ok(shown)
    }

    /// An execution that ended five minutes ago, with two steps.
    fn ended(&mut self, external_id: &str, outcome: &str) -> Value {
        let seconds = DURATIONS[self.dice.random_range(0..DURATIONS.len())];
        let ended = SystemClock.now() - TimeDelta::minutes(5);
        let started = ended - TimeDelta::seconds(seconds);
        let between = started + TimeDelta::seconds(self.dice.random_range(1..seconds));
        let failed = self.dice.random_ratio(1, 5);
        let action = &self.subject.action_type;
        json!({
            "workflow": self.subject.workflow, "external_id": external_id, "outcome": outcome,
            "status": if failed { "failed" } else { "completed" },
            "started_at": instant(started), "completed_at": instant(ended),
            "steps": [
                {"step_name": "First", "action": action, "status": "completed",
                 "started_at": instant(started), "completed_at": instant(between)},
                {"step_name": "Second", "action": action,
                 "status": if failed { "failed" } else { "completed" },
                 "started_at": instant(between), "completed_at": instant(ended)},
            ],
        })
    }
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Millis, true)
}

const EXECUTION: Effect = Effect::Object {
    path: "/workflow-executions/",
    keys: &["external_id", "started_at", "input_data"],
};

fn single(worker: &mut Worker) -> io::Result<()> {
    let name = worker.fresh();
    let body = worker.ended(&name, "single").to_string();
    let write = Write::new("/workflow-executions/", name, body, EXECUTION);
    worker.send(write).map(drop)
}

/// An execution that is reported twice: when it starts, and when it has ended at once.
fn progress(worker: &mut Worker) -> io::Result<()> {
    let name = worker.fresh();
    let started = SystemClock.now() - TimeDelta::seconds(1);
    let mut body = json!({"workflow": worker.subject.workflow, "external_id": name,
        "status": "running", "started_at": instant(started), "input_data": {"amount": 7}});
    let begun = Write::new(
        "/workflow-executions/",
        format!("{name}-begun"),
        body.to_string(),
        EXECUTION,
    );
    worker.send(begun)?;
    body["status"] = json!("completed");
    body["completed_at"] = json!(instant(started + TimeDelta::milliseconds(5)));
    let ended = Write::new(
        "/workflow-executions/",
        format!("{name}-ended"),
        body.to_string(),
        Effect::Object {
            path: "/workflow-executions/",
            keys: &["external_id", "status", "completed_at", "duration_seconds"],
        },
    );
    worker.send(ended).map(drop)
}

fn atomic_bulk(worker: &mut Worker) -> io::Result<()> {
    let name = worker.fresh();
    let runs: Vec<Value> = (0..BULK)
        .map(|line| worker.ended(&format!("{name}-{line}"), &name))
        .collect();
    let path = "/workflow-executions/bulk/?atomic=true";
    let effect = Effect::Executions {
        outcome: name.clone(),
        size: BULK,
        atomic: true,
    };
    let write = Write::new(path, name, json!(runs).to_string(), effect);
    worker.send(write).map(drop)
}

fn streamed_bulk(worker: &mut Worker) -> io::Result<()> {
    let name = worker.fresh();
    let lines: Vec<String> = (0..BULK)
        .map(|line| worker.ended(&format!("{name}-{line}"), &name).to_string())
        .collect();
    let effect = Effect::Executions {
        outcome: name.clone(),
        size: BULK,
        atomic: false,
    };
    let path = "/workflow-executions/bulk/";
    let write = Write::new(path, name, lines.join("\n"), effect).lines();
    worker.send(write).map(drop)
}

/// An SLA, as long as there are few, and a simulation.
fn objects(worker: &mut Worker) -> io::Result<()> {
    let workflow = worker.subject.workflow;
    if worker.writes.len() < 2 * SLAS {
        let name = worker.fresh();
        let body = sla(workflow, &name).to_string();
        let effect = Effect::Object {
            path: "/workflow-slas/",
            keys: &["name", "target_duration_seconds", "created_at"],
        };
        worker.send(Write::new("/workflow-slas/", name, body, effect))?;
    }
    let name = worker.fresh();
    let body = json!({"workflow_id": workflow, "input_data": {"amount": 15000}}).to_string();
    let effect = Effect::Object {
        path: "/workflow-simulations/",
        keys: &["status", "input_data", "started_at", "execution_path"],
    };
    let write = Write::new("/workflow-simulations/", name, body, effect);
    worker.send(write).map(drop)
}

/// Sees to the oldest breach that nobody has seen to.
fn acknowledge(worker: &mut Worker) -> io::Result<()> {
    let path = format!(
        "{}/sla-breaches/unacknowledged/?workflow={}&ordering=detected_at&page_size=1",
        crate::http::PREFIX,
        worker.subject.workflow
    );
    let open = worker.client.try_send("GET", &path, &[], "")?.expect(200);
    let Some(breach) = open["results"].as_array().unwrap().first() else {
        return Ok(());
    };
    let name = worker.fresh();
    let body = json!({"notes": name}).to_string();
    let effect = Effect::Object {
        path: "/sla-breaches/",
        keys: &[
            "acknowledged",
            "acknowledged_by",
            "acknowledged_at",
            "resolution_notes",
        ],
    };
    let path = format!("/sla-breaches/{}/acknowledge/", breach["id"]);
    worker.send(Write::new(&path, name, body, effect)).map(drop)
}
