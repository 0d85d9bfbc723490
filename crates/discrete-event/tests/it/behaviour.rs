//! What happens to single cases, where everything is fixed and the answer is an exact number.

use crate::networks::{alone, by, end, model, node, plain, poisson, pool, results, task, ways};
use chrono::{NaiveDate, NaiveTime, Weekday};
use discrete_event::{
    Absence, Batch, Calendar, CalendarId, Candidate, Demand, Distribution, Experiment, Failure,
    Join, JoinRule, Length, Model, Node, NodeId, NodeKind, Profiles, Replications, ResourceId,
    Rest, Results, Shift, Timeout, Times, WarmUp,
};

const HOUR: f64 = 3600.0;

fn lasts(seconds: f64) -> Distribution {
    Distribution::Fixed(seconds)
}

/// Cases at these seconds, from node 0 on.
fn cases(mut model: Model, times: &[f64]) -> Results {
    model.arrivals = vec![poisson(1.0, 0)];
    model.arrivals[0].times = Times::At(times.to_vec());
    let experiment = Experiment {
        length: Length::Cases(1_000),
        warm_up: WarmUp::Auto,
        replications: Replications::Fixed(2),
        ..Experiment::default()
    };
    let results = results(&model, &experiment);
    assert_eq!(results.cases, 2 * times.len() as u64, "no case is lost");
    assert_eq!(results.flow.in_progress, 0);
    results
}

fn close(found: f64, expected: f64) {
    let off = (found - expected).abs();
    assert!(
        off < 1e-6 * expected.abs().max(1.0),
        "{found}, not {expected}"
    );
}

fn network(resources: u32, nodes: Vec<Node>) -> Model {
    let pools = (0..resources).map(|i| pool(&format!("pool {i}"), 1));
    model(pools.collect(), nodes, Vec::new())
}

/// Monday to Friday, nine to five, in Berlin; the networks begin on a Monday at 00:00 UTC, which is
/// one o'clock there.
fn office() -> Calendar {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).expect("an hour");
    let days = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
    ];
    Calendar {
        name: "office".to_owned(),
        time_zone: chrono_tz::Europe::Berlin,
        weekly: days
            .map(|weekday| Shift {
                weekday,
                from: at(9),
                to: at(17),
            })
            .to_vec(),
        holidays: vec![NaiveDate::from_ymd_opt(2026, 1, 12).expect("the next Monday")],
        extra: Vec::new(),
    }
}

#[test]
fn work_stops_when_the_shift_ends_and_goes_on_where_it_was() {
    let mut network = network(
        1,
        vec![task("work", by(0, lasts(2.0 * HOUR)), 1), end("done")],
    );
    network.calendars = vec![office()];
    network.resources[0].calendar = Some(CalendarId(0));
    // Friday 15:00 UTC is 16:00 in Berlin. One hour remains, then the weekend and a holiday.
    let friday = 4.0 * 24.0 * HOUR + 15.0 * HOUR;
    let results = cases(network, &[friday]);
    let tuesday_nine = 8.0 * 24.0 * HOUR + 8.0 * HOUR;
    close(results.cycle_time.mean.value, tuesday_nine + HOUR - friday);
    close(results.processing_time.mean.value, 2.0 * HOUR);
    close(
        results.waiting_time.mean.value,
        tuesday_nine - HOUR - friday,
    );
    close(results.resources[0].busy_hours.value, 2.0);
    close(results.cost.mean.value, 2.0 * 36.0);
}

#[test]
fn an_absent_only_resource_delays_and_never_loses_a_case() {
    let mut network = network(1, vec![task("work", by(0, lasts(10.0)), 1), end("done")]);
    network.resources[0].absences = vec![
        Absence {
            from: 5.0,
            to: 1000.0,
        },
        Absence {
            from: 900.0,
            to: 2000.0,
        },
    ];
    let results = cases(network, &[0.0, 100.0, 2500.0]);
    // Five seconds before the absence and five after; the second then; the third at once.
    let (first, second, third) = (2005.0, 2015.0 - 100.0, 10.0);
    close(
        results.cycle_time.mean.value,
        (first + second + third) / 3.0,
    );
    close(results.cycle_time.max, first);
}

#[test]
fn a_task_without_a_resource_keeps_its_hours_too() {
    let demand = Demand::Unattended {
        duration: lasts(HOUR),
        calendar: Some(CalendarId(0)),
    };
    let mut network = network(0, vec![task("wait", demand, 1), end("done")]);
    network.calendars = vec![office()];
    close(cases(network, &[0.0]).cycle_time.mean.value, 9.0 * HOUR);
}

fn approvals(rule: JoinRule) -> Model {
    let mut nodes = vec![node(
        "fork",
        NodeKind::Fork(vec![NodeId(1), NodeId(2), NodeId(3)]),
    )];
    nodes.extend((0..3).map(|i| task(&format!("ask {i}"), by(i, lasts(f64::from(i + 1))), 4)));
    let next = NodeId(5);
    nodes.push(node("enough", NodeKind::Join(Join { rule, next })));
    nodes.push(task("sign", alone(lasts(0.5)), 6));
    nodes.push(end("approved"));
    network(3, nodes)
}

#[test]
fn approval_by_all_any_or_two_of_three() {
    let cycle = |rule| cases(approvals(rule), &[0.0]).cycle_time.mean.value;
    close(cycle(JoinRule::All), 3.5);
    for (count, expected) in [(1, 1.5), (2, 2.5), (3, 3.5), (7, 3.5)] {
        let withdrawn = JoinRule::First {
            count,
            rest: Rest::Withdrawn,
        };
        close(cycle(withdrawn), expected);
        let goes_on = JoinRule::First {
            count,
            rest: Rest::GoesOn,
        };
        close(cycle(goes_on), expected);
    }
}

#[test]
fn withdrawn_work_stops_and_other_work_goes_on() {
    let busy = |rest| -> Vec<f64> {
        // The second case comes while the first is still worked on by the slow ones.
        let results = cases(
            approvals(JoinRule::First { count: 1, rest }),
            &[0.0, 0.5, 100.0],
        );
        results
            .resources
            .iter()
            .map(|pool| pool.busy_hours.value * HOUR)
            .collect()
    };
    // The second case is asked of the slow ones at once, as they are let go: from 1 to 2, when the
    // first of them has signed it.
    for (found, expected) in busy(Rest::Withdrawn).into_iter().zip([3.0, 3.0, 3.0]) {
        close(found, expected);
    }
    for (found, expected) in busy(Rest::GoesOn).into_iter().zip([3.0, 6.0, 9.0]) {
        close(found, expected);
    }
}

#[test]
fn a_way_not_taken_keeps_no_join_waiting() {
    // Two ways side by side, one of which is left for an end, by data, for half of the cases.
    let nodes = vec![
        node("fork", NodeKind::Fork(vec![NodeId(1), NodeId(2)])),
        task("short", alone(lasts(1.0)), 5),
        task("long", alone(lasts(10.0)), 3),
        node("go on?", ways(&[(0.5, 4), (0.5, 5)])),
        end("left"),
        node(
            "join",
            NodeKind::Join(Join {
                rule: JoinRule::All,
                next: NodeId(6),
            }),
        ),
        task("last", alone(lasts(1.0)), 7),
        end("done"),
    ];
    let mut network = network(0, nodes);
    let NodeKind::Choice(choice) = &mut network.nodes[3].kind else {
        panic!("a choice")
    };
    choice.fixed = vec![Some(0), Some(1)];
    network.arrivals = vec![poisson(1.0, 0)];
    network.arrivals[0].times = Times::At(vec![0.0, 100.0]);
    network.arrivals[0].profiles = Profiles::InOrder(0..2);
    let experiment = Experiment {
        length: Length::Cases(2),
        replications: Replications::Fixed(2),
        ..Experiment::default()
    };
    // At ten seconds both know: one goes on with what has come, one with both.
    let results = results(&network, &experiment);
    close(results.cycle_time.mean.value, 11.0);
    close(results.cycle_time.max, 11.0);
    close(results.outcomes[1].share.value, 1.0);
}

#[test]
fn a_loop_around_a_join_does_not_hold_it_up() {
    // Outer ways side by side; the second forks and joins again inside; all of it may be done again.
    let join = |next| {
        NodeKind::Join(Join {
            rule: JoinRule::All,
            next: NodeId(next),
        })
    };
    let nodes = vec![
        node("outer fork", NodeKind::Fork(vec![NodeId(1), NodeId(2)])),
        task("slow", alone(lasts(100.0)), 7),
        node("inner fork", NodeKind::Fork(vec![NodeId(3), NodeId(4)])),
        task("one", alone(lasts(1.0)), 5),
        task("two", alone(lasts(2.0)), 5),
        node("inner join", join(6)),
        task("after", alone(lasts(7.0)), 7),
        node("outer join", join(8)),
        node("again?", ways(&[(0.0, 0), (1.0, 9)])),
        end("done"),
    ];
    let results = cases(network(0, nodes), &[0.0]);
    close(results.cycle_time.mean.value, 100.0);
    close(results.processing_time.mean.value, 100.0 + 1.0 + 2.0 + 7.0);
    // Had the inner join waited for the slow way, "after" would have begun at 100.
    assert!(results.cycle_time.max < 101.0);
}

#[test]
fn batches_fill_or_have_waited_long_enough_or_are_left_over() {
    let mut work = plain(by(0, lasts(10.0)), 1);
    work.fixed_cost = 4.0;
    work.batch = Some(Batch {
        size: 2,
        max_wait: Some(50.0),
    });
    let network = network(
        1,
        vec![node("work", NodeKind::Task(work.clone())), end("done")],
    );
    let found = cases(network.clone(), &[0.0, 5.0, 100.0]);
    // Two together from 5 to 15, one alone from 150 to 160.
    close(found.cycle_time.mean.value, (15.0 + 10.0 + 60.0) / 3.0);
    close(found.tasks[0].batches_per_case.value, 2.0 / 3.0);
    close(found.tasks[0].batch_size.value, 1.5);
    close(found.resources[0].busy_hours.value, 20.0 / HOUR);
    close(found.cost.mean.value, (2.0 * 4.0 + 20.0 * 0.01) / 3.0);
    let mut endless = network;
    work.batch = Some(Batch {
        size: 2,
        max_wait: None,
    });
    endless.nodes[0].kind = NodeKind::Task(work);
    let found = cases(endless, &[0.0, 5.0, 100.0]);
    close(found.cycle_time.mean.value, (15.0 + 10.0 + 10.0) / 3.0);
}

#[test]
fn a_timeout_takes_a_case_out_of_queue_work_and_batch() {
    let mut work = plain(by(0, lasts(10.0)), 1);
    work.timeout = Some(Timeout {
        seconds: 12.0,
        calendar: None,
        on_timeout: NodeId(2),
    });
    let nodes = vec![
        node("work", NodeKind::Task(work.clone())),
        end("done"),
        end("too late"),
    ];
    // Served 0–10; served 10–12 and given up; served 12–13 and given up; 50–60.
    let found = cases(network(1, nodes.clone()), &[0.0, 0.0, 1.0, 50.0]);
    close(found.outcomes[1].share.value, 0.5);
    close(
        found.cycle_time.mean.value,
        (10.0 + 12.0 + 12.0 + 10.0) / 4.0,
    );
    close(
        found.resources[0].busy_hours.value,
        (10.0 + 2.0 + 1.0 + 10.0) / HOUR,
    );
    close(found.tasks[0].timeouts_per_case.value, 0.5);
    work.batch = Some(Batch {
        size: 2,
        max_wait: None,
    });
    let mut collecting = network(1, nodes);
    collecting.nodes[0].kind = NodeKind::Task(work);
    // The first waits in vain; the next two are worked on together, the last starts alone at its end.
    let found = cases(collecting, &[0.0, 20.0, 22.5, 40.0]);
    close(
        found.cycle_time.mean.value,
        (12.0 + 12.0 + 10.0 + 12.0) / 4.0,
    );
}

#[test]
fn failures_are_tried_again_and_then_given_up() {
    let mut work = plain(by(0, lasts(10.0)), 1);
    work.fixed_cost = 1.0;
    work.failure = Some(Failure {
        probability: 1.0,
        max_retries: 2,
        retry_delay: lasts(5.0),
        on_failure: NodeId(2),
    });
    let nodes = vec![
        node("work", NodeKind::Task(work)),
        end("done"),
        end("failed"),
    ];
    let found = cases(network(1, nodes), &[0.0]);
    close(found.cycle_time.mean.value, 10.0 + 5.0 + 10.0 + 5.0 + 10.0);
    close(found.processing_time.mean.value, 30.0);
    close(found.waiting_time.mean.value, 10.0);
    close(found.cost.mean.value, 3.0 + 30.0 * 0.01);
    close(found.tasks[0].failures_per_case.value, 3.0);
    close(found.tasks[0].retries_per_case.value, 2.0);
    close(found.tasks[0].visits_per_case.value, 1.0);
    close(found.outcomes[1].share.value, 1.0);
}

#[test]
fn the_preferred_candidate_is_taken_while_it_is_free() {
    let candidate = |resource, seconds| Candidate {
        resource: ResourceId(resource),
        units: 1,
        duration: lasts(seconds),
    };
    let demand = Demand::OneOf(vec![candidate(0, 10.0), candidate(1, 30.0)]);
    let found = cases(
        network(2, vec![task("work", demand, 1), end("done")]),
        &[0.0, 1.0, 2.0, 3.0],
    );
    // The first and, as it is free first, the third and fourth; the second at the other one.
    close(found.resources[0].busy_hours.value, 30.0 / HOUR);
    close(found.resources[1].busy_hours.value, 30.0 / HOUR);
    close(
        found.cycle_time.mean.value,
        (10.0 + 30.0 + 18.0 + 27.0) / 4.0,
    );
}

#[test]
fn who_needs_several_units_is_not_overtaken() {
    let demand = |units| {
        Demand::OneOf(vec![Candidate {
            resource: ResourceId(0),
            units,
            duration: lasts(10.0),
        }])
    };
    let nodes = vec![
        node("which", ways(&[(0.5, 1), (0.5, 2)])),
        task("one", demand(1), 3),
        task("two", demand(2), 3),
        end("done"),
    ];
    let mut network = network(1, nodes);
    network.resources[0].amount = 2;
    let NodeKind::Choice(choice) = &mut network.nodes[0].kind else {
        panic!("a choice")
    };
    choice.fixed = vec![Some(0), Some(1), Some(0)];
    network.arrivals = vec![poisson(1.0, 0)];
    network.arrivals[0].times = Times::At(vec![0.0, 1.0, 2.0]);
    network.arrivals[0].profiles = Profiles::InOrder(0..3);
    let experiment = Experiment {
        length: Length::Cases(3),
        replications: Replications::Fixed(2),
        ..Experiment::default()
    };
    let found = results(&network, &experiment);
    close(found.cycle_time.mean.value, (10.0 + 19.0 + 28.0) / 3.0);
    close(found.resources[0].busy_hours.value, 40.0 / HOUR);
}
