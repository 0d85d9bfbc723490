//! Fits recover what they were drawn from.

use super::special::{normal_cdf, trigamma};
use super::{Distribution, best, fit};
use crate::prediction::sample::Draws;
use std::f64::consts::{PI, TAU};

fn close(found: f64, expected: f64, tolerance: f64) {
    assert!(
        (found - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

/// Draws, sorted.
fn drawn(count: usize, mut one: impl FnMut(&mut Draws) -> f64) -> Vec<f64> {
    let mut draws = Draws::new(42);
    let mut values: Vec<f64> = (0..count).map(|_| one(&mut draws)).collect();
    values.sort_by(f64::total_cmp);
    values
}

fn exponential(draws: &mut Draws) -> f64 {
    -(1.0 - draws.unit()).ln()
}

/// Box and Muller 1958.
fn normal(draws: &mut Draws) -> f64 {
    (2.0 * exponential(draws)).sqrt() * (TAU * draws.unit()).cos()
}

/// The sum of four exponential times.
fn erlang(draws: &mut Draws) -> f64 {
    (0..4).map(|_| exponential(draws)).sum()
}

#[test]
fn special_functions_have_their_known_values() {
    close(trigamma(1.0), PI * PI / 6.0, 1e-11);
    close(normal_cdf(1.96), 0.975_002_104_851_779_5, 1e-9);
    close(normal_cdf(-1.0), 0.158_655_253_931_457_05, 1e-9);
}

#[test]
fn the_family_and_its_parameters_are_recovered() {
    let values = drawn(4000, |d| 30.0 * exponential(d));
    let Distribution::Exponential { mean } = best(&values).unwrap().distribution else {
        panic!("{:?}", best(&values))
    };
    close(mean, 30.0, 0.05);

    let values = drawn(4000, |d| (2.0 + 0.8 * normal(d)).exp());
    let Distribution::Lognormal {
        mean,
        standard_deviation,
    } = best(&values).unwrap().distribution
    else {
        panic!("{:?}", best(&values))
    };
    let expected = (2.0_f64 + 0.32).exp();
    close(mean, expected, 0.05);
    close(
        standard_deviation,
        expected * (0.64_f64).exp_m1().sqrt(),
        0.1,
    );

    let values = drawn(4000, |d| 5.0 * erlang(d));
    let Distribution::Gamma {
        mean,
        standard_deviation,
    } = best(&values).unwrap().distribution
    else {
        panic!("{:?}", best(&values))
    };
    close(mean, 20.0, 0.05);
    close(standard_deviation, 10.0, 0.05);

    let values = drawn(4000, |d| 100.0 + 10.0 * normal(d));
    let Distribution::Normal {
        mean,
        standard_deviation,
    } = best(&values).unwrap().distribution
    else {
        panic!("{:?}", best(&values))
    };
    close(mean, 100.0, 0.01);
    close(standard_deviation, 10.0, 0.05);

    let values = drawn(4000, |d| 10.0 + 20.0 * d.unit());
    let Distribution::Uniform { min, max } = best(&values).unwrap().distribution else {
        panic!("{:?}", best(&values))
    };
    close(min, 10.0, 0.01);
    close(max, 30.0, 0.01);
}

#[test]
fn a_triangle_is_recovered() {
    let values = drawn(4000, |d| {
        let u = d.unit();
        if u < 0.25 {
            (u * 0.25).sqrt() * 40.0
        } else {
            40.0 - ((1.0 - u) * 0.75).sqrt() * 40.0
        }
    });
    let Distribution::Triangular { min, mode, max } = best(&values).unwrap().distribution else {
        panic!("{:?}", best(&values))
    };
    close(min, 0.0, 0.5);
    close(mode, 10.0, 0.15);
    close(max, 40.0, 0.05);
}

#[test]
fn the_number_of_observations_decides_how_it_is_fitted() {
    assert_eq!(fit(&[]), None);
    assert_eq!(
        fit(&[3.0, 3.0, 3.0]),
        Some(Distribution::Fixed { value: 3.0 })
    );
    assert_eq!(
        fit(&[1.0, 2.0, 3.0]).map(|d| d.name()),
        Some("empirical"),
        "three are too few for a shape"
    );
    let some = drawn(60, |d| 30.0 * exponential(d));
    assert_ne!(fit(&some).map(|d| d.name()), Some("empirical"));
    let many = drawn(200, |d| 30.0 * exponential(d));
    assert_eq!(fit(&many).map(|d| d.name()), Some("empirical"));
}

#[test]
fn what_no_family_describes_stays_as_it_was_seen() {
    let mut two_heaps: Vec<f64> = (0..40).map(|i| 1.0 + f64::from(i) * 0.001).collect();
    two_heaps.extend((0..40).map(|i| 1000.0 + f64::from(i)));
    assert_eq!(fit(&two_heaps).map(|d| d.name()), Some("empirical"));
}

#[test]
fn zeros_leave_out_families_without_them() {
    let mut values = drawn(50, |d| 30.0 * exponential(d));
    values[0] = 0.0;
    let best = best(&values).unwrap();
    assert!(best.aicc.is_finite() && best.distance < 0.3, "{best:?}");
}
