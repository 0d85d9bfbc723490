use super::{Budget, MAX_INTERVALS, Table};

#[test]
fn counts_by_number_in_order() {
    let mut table: Table<u64> = Table::default();
    for number in [3.0, -1.0, 3.0, 0.0, -0.0] {
        *table.at(number) += 1;
    }
    let seen: Vec<_> = table
        .intervals()
        .iter()
        .map(|i| (i.low, i.high, i.tally))
        .collect();
    assert_eq!(seen, [(-1.0, -1.0, 1), (0.0, 0.0, 2), (3.0, 3.0, 2)]);
}

/// Whatever comes, and in whatever order: disjoint, ordered, bounded, nothing lost.
#[test]
fn many_numbers_are_joined_and_none_is_lost() {
    let mut table: Table<u64> = Table::default();
    let mut numbers = Vec::new();
    let mut state = 1_u64;
    for _ in 0..20_000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let number = f64::from(u32::try_from(state >> 40).unwrap());
        numbers.push(number);
        *table.at(number) += 1;
        assert!(table.intervals().len() <= MAX_INTERVALS);
    }
    assert!(
        table
            .intervals()
            .windows(2)
            .all(|pair| pair[0].high < pair[1].low)
    );
    for interval in table.intervals().iter().step_by(50) {
        let within = |number: &&f64| (interval.low..=interval.high).contains(*number);
        let expected = numbers.iter().filter(within).count();
        assert_eq!(interval.tally, u64::try_from(expected).unwrap());
    }
    numbers.sort_by(f64::total_cmp);
    let median = table.percentile(50).unwrap();
    let rank = numbers.iter().filter(|number| **number <= median).count();
    assert!((10_000..10_200).contains(&rank), "{rank}");
}

#[test]
fn percentiles_are_nearest_ranks() {
    let mut table: Table<u64> = Table::default();
    assert_eq!(table.percentile(50), None);
    for number in 1..=10 {
        *table.at(f64::from(number)) += 1;
    }
    for (percent, expected) in [
        (0, 1.0),
        (10, 1.0),
        (11, 2.0),
        (50, 5.0),
        (95, 10.0),
        (100, 10.0),
    ] {
        let found = table.percentile(percent).unwrap();
        assert!(found.total_cmp(&expected).is_eq(), "{percent} %: {found}");
    }
}

#[test]
fn the_budget_runs_out_and_is_given_back() {
    let mut budget = Budget { left: 1 };
    assert!(budget.take());
    assert!(!budget.take());
    budget.give_back();
    assert!(budget.take());
}
