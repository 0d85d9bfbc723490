//! Made-up history, the same for the same seed.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::TenantId;
use serde_json::{Value, json};
use workflow_model::{
    Execution, ExecutionId, ExecutionStatus, RecordedStep, StepStatus, WorkflowId,
};

pub(crate) fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

/// `SplitMix64`: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (2014).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(crate) fn below(&mut self, n: u64) -> i64 {
        i64::try_from(self.next() % n).unwrap()
    }

    pub(crate) fn percent(&mut self, percent: i64) -> bool {
        self.below(100) < percent
    }
}

/// A step before it is put into an execution.
pub(crate) struct Did {
    pub(crate) step: RecordedStep,
}

/// A step that took from one second of the execution to another.
pub(crate) fn did(name: &str, from: i64, to: i64) -> Did {
    Did {
        step: RecordedStep {
            step_index: None,
            step_name: name.to_owned(),
            action: Some("calculation".to_owned()),
            actor: Some("robot".to_owned()),
            status: StepStatus::Completed,
            outcome: None,
            attempt: 1,
            started_at: Some(at(from)),
            completed_at: Some(at(to)),
            error_message: None,
        },
    }
}

impl Did {
    pub(crate) fn decided(mut self, approved: bool) -> Self {
        self.step.action = Some("approval".to_owned());
        self.step.outcome = Some(if approved { "approved" } else { "Rejected" }.to_owned());
        self
    }

    pub(crate) fn by(mut self, actor: &str) -> Self {
        self.step.actor = Some(actor.to_owned());
        self
    }

    pub(crate) fn failed(mut self, message: &str) -> Self {
        self.step.status = StepStatus::Failed;
        self.step.error_message = Some(message.to_owned());
        self
    }
}

/// Executions of workflow 7, an hour apart.
#[derive(Default)]
pub(crate) struct History {
    pub(crate) executions: Vec<Execution>,
}

impl History {
    pub(crate) fn add(&mut self, input: Value, steps: Vec<Did>) -> &mut Execution {
        let number = i64::try_from(self.executions.len()).unwrap();
        let start = TimeDelta::hours(number);
        let shift = |time: Option<DateTime<Utc>>| time.map(|time| time + start);
        let steps: Vec<RecordedStep> = steps
            .into_iter()
            .map(|Did { step }| RecordedStep {
                started_at: shift(step.started_at),
                completed_at: shift(step.completed_at),
                ..step
            })
            .collect();
        let end = steps.iter().filter_map(|step| step.completed_at).max();
        let Value::Object(input_data) = input else {
            panic!("{input}")
        };
        self.executions.push(Execution {
            id: ExecutionId(number + 1),
            tenant: TenantId(1),
            workflow: WorkflowId(7),
            workflow_name: "Discount Approval".to_owned(),
            workflow_type: "approval".to_owned(),
            workflow_version: 1,
            external_id: None,
            status: ExecutionStatus::Completed,
            input_data,
            outcome: None,
            error_message: None,
            started_at: at(0) + start,
            completed_at: Some(end.unwrap_or(at(60) + start)),
            paused_at: None,
            paused_millis: 0,
            triggered_by: None,
            steps,
            created_at: at(0) + start,
            updated_at: at(0) + start,
            revision: 1,
        });
        self.executions.last_mut().unwrap()
    }

    /// Executions of one approval, decided by a rule on the input.
    pub(crate) fn decided(
        seed: u64,
        size: usize,
        rule: impl Fn(&Value, &mut Dice) -> bool,
    ) -> Self {
        let mut dice = Dice(seed);
        let mut history = Self::default();
        for _ in 0..size {
            let input = input(&mut dice);
            let approved = rule(&input, &mut dice);
            let took = 60 + dice.below(120);
            history.add(
                input,
                vec![did("Manager Approval", 0, took).decided(approved)],
            );
        }
        history
    }
}

/// An input with variables of every kind; independent of each other.
fn input(dice: &mut Dice) -> Value {
    let tier = ["basic", "gold", "platinum", "silver"][usize::try_from(dice.below(4)).unwrap()];
    #[expect(clippy::cast_precision_loss, reason = "small")]
    let price = dice.below(1_000_000) as f64 / 100.0;
    json!({
        "discount_percentage": dice.below(41),
        "amount": dice.below(100_000),
        "price": price,
        "customer": { "tier": tier, "orders": dice.below(20) },
        "urgent": dice.percent(30),
        "order_id": dice.below(1_000_000),
        "note": format!("free text {}", dice.below(1_000_000)),
        "tags": ["a", "b"],
    })
}
