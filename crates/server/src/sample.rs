//! A seeded generator of a tenant to look at: 90 days of executions of four workflows, with
//! patterns that the miner can find and SLAs that are sometimes missed.
//!
//! [`generate`] is a pure function of seed and time; [`load`] keeps what it made through the
//! services, as any client would.
//!
//! | workflow | what is hidden in it |
//! | --- | --- |
//! | Discount Approval Workflow | discounts under 10 % are always approved |
//! | Purchase Order Approval | finance and legal approve one after the other, and need not |
//! | Customer Onboarding | identity verification fails every seventh time, and works again |
//! | Support Escalation | the investigation takes most of the time |

mod dice;
mod load;
mod scenarios;

pub use load::{LoadError, Loaded, load};

use chrono::{DateTime, TimeDelta, Utc};
use dice::Dice;
use execution_log::Report;
use scenarios::SCENARIOS;
use serde_json::Value;

/// Days of history.
pub const DAYS: i64 = 90;

/// A workflow to be made, with its SLAs and its history.
#[derive(Debug, Clone)]
pub struct SampleWorkflow {
    /// The body of `POST workflows/`.
    pub workflow: Value,
    /// Bodies of `POST workflow-slas/`, without `workflow`.
    pub slas: Vec<Value>,
    /// Its executions, oldest first; the workflow is filled in when it is known.
    pub executions: Vec<Report>,
}

/// A tenant to be made.
#[derive(Debug, Clone)]
pub struct SampleTenant {
    /// Bodies of `POST action-catalog/`.
    pub actions: Vec<Value>,
    /// The document's blueprint.
    pub blueprint: Value,
    /// Workflows with their history.
    pub workflows: Vec<SampleWorkflow>,
}

/// Makes a tenant whose history ends at `now`. The same seed and time make the same tenant.
#[must_use]
pub fn generate(seed: u64, now: DateTime<Utc>) -> SampleTenant {
    let mut dice = Dice::new(seed);
    let workflows = SCENARIOS
        .iter()
        .map(|scenario| SampleWorkflow {
            workflow: (scenario.workflow)(),
            slas: (scenario.slas)(),
            executions: history(scenario, &mut dice, now),
        })
        .collect();
    SampleTenant {
        actions: scenarios::actions(),
        blueprint: scenarios::blueprint(),
        workflows,
    }
}

/// Executions of one workflow, spread over the working hours of the days before `now`.
fn history(scenario: &scenarios::Scenario, dice: &mut Dice, now: DateTime<Utc>) -> Vec<Report> {
    let mut reports = Vec::new();
    for day in (0..DAYS).rev() {
        for _ in 0..dice.between(scenario.daily.0, scenario.daily.1) {
            // 08:00 to 18:00 of that day.
            let midnight = (now - TimeDelta::days(day))
                .date_naive()
                .and_hms_opt(0, 0, 0);
            let Some(midnight) = midnight else { continue };
            let started_at =
                midnight.and_utc() + TimeDelta::seconds(dice.between(8 * 3600, 18 * 3600));
            if started_at < now {
                let number = reports.len() + 1;
                reports.push((scenario.execution)(dice, number, started_at, now));
            }
        }
    }
    reports.sort_by_key(|report| report.started_at);
    reports
}
