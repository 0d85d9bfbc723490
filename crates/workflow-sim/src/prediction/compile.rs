//! From a definition and its history to a queueing network.

mod arrivals;
mod by_definition;
mod by_history;
mod choices;
mod groups;
mod work;

use super::answer::Assumption;
use super::decisions::with_given;
use super::distribution::Distribution;
use super::network::{Meaning, Network, Numbers};
use super::request::Resources;
use super::setting::Setting;
use super::staff::Staff;
use chrono::{DateTime, TimeZone, Utc};
use discrete_event::{Arrival, Demand, Empirical, Model, NodeId, Profiles, Task};
use serde_json::{Map, Value};

/// A network, and what its parts stand for.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) model: Model,
    /// What each task stands for, in the order of tasks.
    pub(crate) meanings: Vec<Meaning>,
    /// The steps of the answer: index and name.
    pub(crate) steps: Vec<(usize, String)>,
    pub(crate) assumptions: Vec<Assumption>,
    pub(crate) warnings: Vec<String>,
}

/// When the clock begins where neither the request nor history says: a Monday.
const EPOCH: i64 = 1_704_067_200;

/// Compiles a setting. The numbers of nodes are shared with those compiled before.
pub(crate) fn compile(setting: &Setting<'_>, numbers: &mut Numbers) -> Compiled {
    let fit = setting.fit;
    let origin = origin(setting);
    let mut staff = Staff::new(setting);
    let (times, arrivals) = arrivals::times(setting, &mut staff);
    let mut builder = Builder {
        setting,
        network: Network::new(numbers),
        staff,
        steps: Vec::new(),
        assumptions: vec![setting.flow_assumption()],
        warnings: Vec::new(),
        cases: 0,
        fails: None,
    };
    builder.assumptions.push(arrivals);
    let told = std::mem::take(&mut builder.staff.assumptions);
    builder.assumptions.extend(told);
    let inputs = inputs(setting);
    builder.cases = inputs.len();
    let start = if setting.by_history {
        builder.by_history(&inputs)
    } else {
        builder.by_definition(&inputs)
    };
    if let Resources::Given(list) = &setting.request.resources
        && list.is_empty()
    {
        builder
            .warnings
            .push("resources: The list is empty, so nobody has to wait for anybody.".to_owned());
    }
    if setting.request.resources == Resources::FromHistory {
        builder.warnings.push(
            "resources: Recorded durations include nights and waiting, yet count as work within \
             measured hours here, so times and queues can be far too long; calibrate before you \
             rely on them, or give resources and durations."
                .to_owned(),
        );
    }
    if fit.executions > 0 && fit.ended == 0 {
        builder
            .warnings
            .push("No recorded execution has ended, so cases take conventional inputs.".to_owned());
    }
    let cases = u32::try_from(inputs.len()).unwrap_or(u32::MAX);
    let (nodes, meanings) = builder.network.finish();
    Compiled {
        model: Model {
            origin,
            calendars: builder.staff.engine_calendars(),
            resources: builder.staff.engine(origin),
            nodes,
            arrivals: vec![Arrival {
                name: "cases".to_owned(),
                times,
                start,
                priority: 0,
                profiles: Profiles::Drawn(0..cases),
            }],
        },
        meanings,
        steps: builder.steps,
        assumptions: builder.assumptions,
        warnings: builder.warnings,
    }
}

/// When the clock begins.
pub(crate) fn origin(setting: &Setting<'_>) -> DateTime<Utc> {
    let given = setting.request.start_at;
    let history = || setting.fit.period.map(|(_, last)| last);
    let default = || Utc.timestamp_opt(EPOCH, 0).single();
    given.or_else(history).or_else(default).unwrap_or_default()
}

/// The inputs of recorded cases with what is given; one if none is recorded.
fn inputs(setting: &Setting<'_>) -> Vec<Value> {
    let given = &setting.request.input;
    let of = |recorded: &Map<String, Value>| with_given(&setting.definition, recorded, given);
    let profiles = &setting.fit.profiles;
    if profiles.is_empty() {
        return vec![of(&Map::new())];
    }
    profiles.iter().map(|case| of(&case.input)).collect()
}

/// A network while it is made.
struct Builder<'b, 'n> {
    setting: &'b Setting<'b>,
    network: Network<'n>,
    staff: Staff,
    steps: Vec<(usize, String)>,
    assumptions: Vec<Assumption>,
    warnings: Vec<String>,
    /// How many recorded cases there are.
    cases: usize,
    /// Where every task can lead when a case fails while others of its ways are under way.
    fails: Option<NodeId>,
}

impl Builder<'_, '_> {
    /// Time that passes without work on the case. The engine counts the pause before a repetition as
    /// waiting, so this is an attempt that takes no time and is repeated once after the pause.
    fn pause(waiting: &Distribution, next: NodeId) -> Task {
        Task {
            demand: Demand::Unattended {
                duration: discrete_event::Distribution::Fixed(0.0),
                calendar: None,
            },
            priority: None,
            batch: None,
            capacity: None,
            failure: Some(discrete_event::Failure {
                probability: 1.0,
                max_retries: 1,
                retry_delay: engine(waiting),
                on_failure: next,
            }),
            timeout: None,
            fixed_cost: 0.0,
            next,
        }
    }

    /// A way that no task takes, so that one that fails can withdraw the others.
    fn never_fails(&self) -> Option<discrete_event::Failure> {
        self.fails.map(|to| discrete_event::Failure {
            probability: 0.0,
            max_retries: 0,
            retry_delay: discrete_event::Distribution::Fixed(0.0),
            on_failure: to,
        })
    }
}

/// A distribution as the engine takes it.
pub(crate) fn engine(distribution: &Distribution) -> discrete_event::Distribution {
    use discrete_event::Distribution as Engine;
    match distribution {
        Distribution::Fixed { value } => Engine::Fixed(*value),
        Distribution::Exponential { mean } => Engine::Exponential { mean: *mean },
        Distribution::Uniform { min, max } => Engine::Uniform {
            min: *min,
            max: *max,
        },
        Distribution::Normal {
            mean,
            standard_deviation,
        } if *standard_deviation <= 0.0 => Engine::Fixed(*mean),
        Distribution::Normal {
            mean,
            standard_deviation,
        } => Engine::Normal {
            mean: *mean,
            std_dev: *standard_deviation,
        },
        Distribution::Lognormal {
            mean,
            standard_deviation,
        } => Engine::LogNormal {
            mean: *mean,
            std_dev: *standard_deviation,
        },
        Distribution::Gamma {
            mean,
            standard_deviation,
        } => {
            let scale = standard_deviation * standard_deviation / mean;
            Engine::Gamma {
                shape: mean / scale,
                scale,
            }
        }
        Distribution::Triangular { min, max, .. } if max <= min => Engine::Fixed(*min),
        Distribution::Triangular { min, mode, max } => Engine::Triangular {
            min: *min,
            mode: *mode,
            max: *max,
        },
        Distribution::Empirical { values } => Engine::Empirical(Empirical::of(values.clone())),
    }
}
