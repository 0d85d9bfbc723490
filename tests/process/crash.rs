//! `kill -9` under concurrent writes: each acknowledged write is there, no half of any write is,
//! and what follows from the log equals a recount of it.

mod ledger;
mod recount;
mod traffic;

use crate::binary::{self, Wfi};
use crate::database::{Home, on_both};
use crate::wait::wait;
use kernel::{Clock, SystemClock};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use recount::recount;
use serde_json::json;
use std::ops::Range;
use std::time::Duration;
use traffic::Traffic;

const ROUNDS: u64 = 20;
/// Acknowledged writes before the kill: however slow the machine is, there is traffic.
const WRITES: Range<usize> = 10..40;
/// Microseconds after the last of these, so that it dies at any moment between two answers.
const MOMENT: Range<u64> = 0..20_000;
const PATIENCE: Duration = Duration::from_secs(30);

on_both!(acknowledged_writes_survive);

/// What one round writes about.
#[derive(Clone)]
struct Subject {
    number: u64,
    workflow: i64,
    action: i64,
    action_type: String,
}

#[expect(clippy::print_stdout, reason = "a failure says how to repeat it")]
fn acknowledged_writes_survive(home: &Home) {
    let seed = seed();
    println!("WFI_CRASH_SEED={seed} repeats these moments of death");
    let mut dice = ChaCha8Rng::seed_from_u64(seed);
    let token = binary::token(home, "crash", &["--no-limits"]);
    let mut service = Wfi::start(home, &[]);
    let mut subjects = Vec::new();
    let (mut acknowledged, mut uncertain) = (0, 0);
    for number in 0..ROUNDS {
        let subject = subject(&service, &token, number);
        let traffic = Traffic::start(&service, &token, &subject, dice.random());
        let writes = dice.random_range(WRITES);
        wait("the traffic", PATIENCE, || {
            (traffic.acknowledged() >= writes).then_some(())
        });
        std::thread::sleep(Duration::from_micros(dice.random_range(MOMENT)));
        service.kill9();
        let writes = traffic.ended();
        service = Wfi::start(home, &[]);
        let mut client = service.client(&token);
        for write in writes {
            write.verify(&mut client);
            if write.is_acknowledged() {
                acknowledged += 1;
            } else {
                uncertain += 1;
            }
        }
        subjects.push(subject);
    }
    println!("{acknowledged} writes were acknowledged, {uncertain} cut off");
    assert!(
        uncertain > 0,
        "no write was under way when the service died"
    );
    let mut client = service.client(&token);
    for subject in &subjects {
        recount(&mut client, subject);
    }
    assert!(!service.log().contains("ERROR"), "{}", service.log());
}

/// A workflow with one SLA, and an action.
fn subject(service: &Wfi, token: &str, number: u64) -> Subject {
    let mut client = service.client(token);
    let workflow = client.workflow(&format!("Workflow {number}"));
    let sla = traffic::sla(workflow, "From the start");
    client.post("/workflow-slas/", &sla).expect(201);
    let action_type = format!("act-{number}");
    let action = json!({"name": format!("Act {number}"), "action_type": action_type});
    let action = client.post("/action-catalog/", &action).expect(201);
    Subject {
        number,
        workflow,
        action: action["id"].as_i64().unwrap(),
        action_type,
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a test, configured by the environment alone"
)]
fn seed() -> u64 {
    let given = std::env::var("WFI_CRASH_SEED").ok();
    let given = given.map(|seed| seed.parse().expect("WFI_CRASH_SEED is a number"));
    given.unwrap_or_else(|| SystemClock.now().timestamp_micros().unsigned_abs())
}
