//! Which network has which answer: each is run until the interval of what is claimed is narrow, and
//! the answer must lie within.

use discrete_event::{Distribution, Estimate, Experiment, Goal, Model, Replications, Results};

use crate::networks::{
    alone, by, either, exponential, fixed, in_sequence, precise, results, rework, side_by_side,
    station, station_with_room, tandem, two_priorities,
};

/// Where the results have an answer.
type Found = fn(&Results) -> Estimate;

/// What is claimed of a network: JSON pointers into the reference answers, and where the results
/// have the same.
type Answers = Vec<(String, Found)>;

/// A network and what is claimed of it.
pub(crate) struct Claim {
    model: Model,
    experiment: Experiment,
    answers: Answers,
}

impl Claim {
    /// Failures as sentences.
    pub(crate) fn check(&self, expected: impl Fn(&str) -> f64, narrow: f64) -> Vec<String> {
        let results = results(&self.model, &self.experiment);
        let mut failures = Vec::new();
        for (answer, found) in &self.answers {
            let (found, expected) = (found(&results), expected(answer));
            let width = found.half_width() / found.value;
            let holds = found.contains(expected) && width < narrow && results.unstable.is_none();
            let line = format!(
                "{answer}: {expected:.5} in {:.5} … {:.5} (± {:.2} %), {} tasks",
                found.low,
                found.high,
                width * 100.0,
                results.simulated_tasks,
            );
            println!("{line}");
            if !holds {
                failures.push(line);
            }
        }
        failures
    }

    pub(crate) fn has(&self, answer: &str) -> bool {
        self.answers
            .iter()
            .any(|(name, _)| name.starts_with(answer))
    }
}

fn waiting(results: &Results) -> Estimate {
    results.waiting_time.mean
}

fn cycle(results: &Results) -> Estimate {
    results.cycle_time.mean
}

fn queue(results: &Results) -> Estimate {
    results.resources[0].queue_length
}

fn blocked(results: &Results) -> Estimate {
    results.tasks[0].blocked
}

/// Every network with an answer, each to be run until the interval is this narrow.
pub(crate) fn claims(narrow: f64) -> Vec<Claim> {
    // Shorter replications where less is wanted.
    let long = |cases: u64| (cases as f64 * (0.02 / narrow).min(1.0)) as u64;
    let until = |goal, share: f64, cases| precise(goal, narrow * share, long(cases));
    let by_waiting = |cases| until(Goal::WaitingTime, 0.95, cases);
    let by_cycle = |cases| until(Goal::CycleTime, 0.95, cases);
    // Shares have no goal of their own: the relative variance of one case gives the number.
    let many = |variance: f64| {
        let cases = variance * (4.0 / narrow).powi(2);
        let mut experiment = fixed(long(50_000), 2);
        let replications = (cases / long(50_000) as f64).ceil() as u32;
        experiment.replications = Replications::Fixed(replications.max(20));
        experiment
    };
    let one = || exponential(1.0);
    let mut all = Claims(Vec::new());
    for (name, rate, units, cases) in [
        ("/mm1_rho0.5/Wq", 0.5, 1, 50_000),
        ("/mm1_rho0.8/Wq", 0.8, 1, 100_000),
        ("/mm1_rho0.95/Wq", 0.95, 1, 500_000),
        ("/mm2_rho0.9/Wq", 1.8, 2, 200_000),
        ("/mm10_rho0.9/Wq", 9.0, 10, 200_000),
        ("/mm50_rho0.95/Wq", 47.5, 50, 500_000),
    ] {
        all.of(
            station(rate, one(), units),
            by_waiting(cases),
            &[(name, waiting)],
        );
    }
    // The last quantile scatters about twice as much as the mean.
    let mm3 = until(Goal::WaitingTime, 0.5, 100_000);
    all.of(
        station(0.025, exponential(0.01), 3),
        mm3,
        &[
            ("/mm3_40s_100s/Wq", waiting),
            ("/mm3_40s_100s/W", cycle),
            ("/mm3_40s_100s/Lq", queue),
            ("/mm3_40s_100s/L", in_progress),
            ("/mm3_40s_100s/rho", |results| {
                results.resources[0].utilisation
            }),
            ("/mm3_40s_100s/wait_p50", |results| results.waiting_time.p50),
            ("/mm3_40s_100s/wait_p90", |results| results.waiting_time.p90),
            ("/mm3_40s_100s/wait_p99", |results| results.waiting_time.p99),
        ],
    );
    let services = [
        ("/md1_rho0.8/Wq", Distribution::Fixed(1.0)),
        (
            "/mu1_uniform0_2_rho0.8/Wq",
            Distribution::Uniform { min: 0.0, max: 2.0 },
        ),
        (
            "/merlang2_1_rho0.8/Wq",
            Distribution::Erlang {
                stages: 2,
                mean: 1.0,
            },
        ),
        (
            "/mlognormal1_cv2_rho0.8/Wq",
            Distribution::LogNormal {
                mean: 1.0,
                std_dev: 2.0,
            },
        ),
    ];
    for (answer, service) in services {
        all.of(
            station(0.8, service, 1),
            by_waiting(200_000),
            &[(answer, waiting)],
        );
    }
    let loss = |load: f64, units| station_with_room(load, one(), units, units);
    all.of(loss(10.0, 10), many(20.0), &[("/erlangB_a10_c10", blocked)]);
    all.of(loss(5.0, 5), many(15.0), &[("/erlangB_a5_c5", blocked)]);
    all.of(
        station_with_room(4.0, one(), 3, 8),
        many(20.0),
        &[
            ("/mmck_lam4_mu1_c3_K8/block", blocked),
            ("/mmck_lam4_mu1_c3_K8/Lq", queue),
            ("/mmck_lam4_mu1_c3_K8/Wq", |results| {
                results.resources[0].waiting_time
            }),
        ],
    );
    let both = tandem(0.5, &[1.0, 0.8]);
    all.of(
        both,
        by_cycle(100_000),
        &[("/tandem_mm1_lam0.5_mu1_mu0.8_W", cycle)],
    );
    all.of(
        rework(0.4, by(0, one()), 0.3),
        until(Goal::CycleTime, 0.7, 100_000),
        &[
            ("/rework_loop_mm1_lam0.4_mu1_p0.3_W/W", cycle),
            ("/rework_loop_mm1_lam0.4_mu1_p0.3_W/L", in_progress),
            ("/rework_loop_mm1_lam0.4_mu1_p0.3_W/visits", visits),
        ],
    );
    all.of(
        two_priorities([0.3, 0.3], 1.0),
        many(100.0),
        &[
            ("/priority_np_mm1_lam0.3_0.3_mu1_Wq/0", |results| {
                results.tasks[0].waiting_time
            }),
            ("/priority_np_mm1_lam0.3_0.3_mu1_Wq/1", |results| {
                results.tasks[1].waiting_time
            }),
        ],
    );
    for count in [2, 3, 4, 5, 10] {
        let answer = format!("/and_join_max_of_n_exp1_mean/{count}");
        let network = side_by_side(&vec![one(); count]);
        all.of(network, by_cycle(10_000), &[(&answer, cycle)]);
    }
    let p90 = |results: &Results| results.cycle_time.p90;
    let two = side_by_side(&[one(), one()]);
    all.of(
        two,
        by_cycle(50_000),
        &[("/and_join_max_of_2_exp1_p90", p90)],
    );
    all.of(
        in_sequence(&[one(), one(), one()]),
        many(5.0),
        &[
            ("/seq_sum_of_3_exp1/mean", cycle),
            ("/seq_sum_of_3_exp1/p50", |results| results.cycle_time.p50),
            ("/seq_sum_of_3_exp1/p90", p90),
            ("/seq_sum_of_3_exp1/p99", |results| results.cycle_time.p99),
        ],
    );
    let which = either(0.7, one(), exponential(0.1));
    all.of(
        which,
        by_cycle(20_000),
        &[("/xor_0.7exp1_0.3exp_mean10_mean", cycle)],
    );
    all.of(
        rework(1e-3, alone(one()), 0.2),
        by_cycle(20_000),
        &[
            ("/rework_p0.2_cycle_mean_task1h/mean", cycle),
            ("/rework_p0.2_cycle_mean_task1h/visits", visits),
        ],
    );
    all.0
}

struct Claims(Vec<Claim>);

impl Claims {
    fn of(&mut self, model: Model, experiment: Experiment, answers: &[(&str, Found)]) {
        let answers = answers
            .iter()
            .map(|(name, found)| ((*name).to_owned(), *found));
        self.0.push(Claim {
            model,
            experiment,
            answers: answers.collect(),
        });
    }
}

fn in_progress(results: &Results) -> Estimate {
    results.in_progress
}

fn visits(results: &Results) -> Estimate {
    results.tasks[0].visits_per_case
}
