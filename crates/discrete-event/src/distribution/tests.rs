use crate::random::{Key, Purpose};

use super::{Distribution, Empirical, Phase, faults};

fn all() -> Vec<Distribution> {
    vec![
        Distribution::Fixed(3.0),
        Distribution::Exponential { mean: 2.0 },
        Distribution::Uniform { min: 1.0, max: 4.0 },
        Distribution::Normal {
            mean: 10.0,
            std_dev: 2.0,
        },
        Distribution::Normal {
            mean: 0.5,
            std_dev: 1.0,
        },
        Distribution::Normal {
            mean: -3.0,
            std_dev: 1.0,
        },
        Distribution::LogNormal {
            mean: 1.0,
            std_dev: 1.0,
        },
        Distribution::Gamma {
            shape: 0.4,
            scale: 3.0,
        },
        Distribution::Gamma {
            shape: 5.0,
            scale: 0.2,
        },
        Distribution::Erlang {
            stages: 2,
            mean: 1.0,
        },
        Distribution::Triangular {
            min: 1.0,
            mode: 2.0,
            max: 6.0,
        },
        Distribution::Triangular {
            min: 1.0,
            mode: 1.0,
            max: 2.0,
        },
        Distribution::HyperExponential(vec![
            Phase {
                probability: 0.9,
                mean: 1.0,
            },
            Phase {
                probability: 0.1,
                mean: 5.0,
            },
        ]),
        Distribution::Empirical(Empirical::of(vec![5.0, 1.0, 2.0, 2.0])),
        Distribution::Empirical(Empirical::interpolated(vec![5.0, 1.0, 2.0])),
        Distribution::Empirical(Empirical::interpolated(vec![5.0])),
    ]
}

#[test]
fn samples_have_the_stated_moments() {
    const COUNT: u32 = 400_000;
    let count = f64::from(COUNT);
    for distribution in all() {
        let samples: Vec<f64> = (0..COUNT)
            .map(|i| {
                let mut draw = Key::replication(11, 0).draw(i, 0, 0, Purpose::Duration);
                distribution.sample(|| draw.uniform())
            })
            .collect();
        assert!(samples.iter().all(|x| *x >= 0.0 && x.is_finite()));
        let mean = samples.iter().sum::<f64>() / count;
        let central =
            |power: i32| samples.iter().map(|x| (x - mean).powi(power)).sum::<f64>() / count;
        let (variance, fourth) = (central(2), central(4));
        // Five standard errors: of the mean, and of the variance (from the fourth moment).
        let off = (mean - distribution.mean()).abs();
        assert!(
            off <= 5.0 * (variance / count).sqrt() + 1e-12,
            "{distribution:?}: mean {mean}, stated {}",
            distribution.mean()
        );
        let off = (variance - distribution.variance()).abs();
        assert!(
            off <= 5.0 * ((fourth - variance * variance) / count).sqrt() + 1e-12,
            "{distribution:?}: variance {variance}, stated {}",
            distribution.variance()
        );
    }
}

#[test]
fn inversion_gives_the_textbook_quantiles() {
    let quantile = |distribution: &Distribution, u: f64| distribution.sample(|| u);
    let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-9 * b.max(1.0), "{a} is not {b}");
    close(
        quantile(&Distribution::Exponential { mean: 2.0 }, 0.9),
        2.0 * 10f64.ln(),
    );
    let normal = Distribution::Normal {
        mean: 100.0,
        std_dev: 1.0,
    };
    close(quantile(&normal, 0.975), 100.0 + 1.959_963_984_540_054);
    let half = Distribution::Normal {
        mean: 0.0,
        std_dev: 1.0,
    };
    close(quantile(&half, 0.95), 1.959_963_984_540_054);
    // Mean e^½ and variance (e−1)e: the logarithm is standard normal.
    let e = std::f64::consts::E;
    let lognormal = Distribution::LogNormal {
        mean: e.sqrt(),
        std_dev: ((e - 1.0) * e).sqrt(),
    };
    close(quantile(&lognormal, 0.5), 1.0);
    let triangular = Distribution::Triangular {
        min: 0.0,
        mode: 1.0,
        max: 2.0,
    };
    close(quantile(&triangular, 0.5), 1.0);
    close(quantile(&triangular, 0.125), 0.5);
    let hyper = |u| quantile(&all()[12], u);
    close(hyper(0.45), 2f64.ln());
    close(hyper(0.95), 5.0 * 2f64.ln());
    let values = Distribution::Empirical(Empirical::of(vec![30.0, 10.0, 20.0]));
    for (u, value) in [
        (0.1, 10.0),
        (0.34, 20.0),
        (0.66, 20.0),
        (0.67, 30.0),
        (0.999_999, 30.0),
    ] {
        close(quantile(&values, u), value);
    }
    let between = Distribution::Empirical(Empirical::interpolated(vec![30.0, 10.0, 20.0]));
    close(quantile(&between, 0.25), 15.0);
}

#[test]
fn every_fault_is_named() {
    for distribution in all() {
        assert_eq!(faults(&distribution), [], "{distribution:?}");
    }
    let places = |distribution: &Distribution| -> Vec<String> {
        faults(distribution)
            .into_iter()
            .map(|fault| fault.0)
            .collect()
    };
    assert_eq!(places(&Distribution::Fixed(f64::NAN)), ["value"]);
    assert_eq!(places(&Distribution::Exponential { mean: -1.0 }), ["mean"]);
    assert_eq!(
        places(&Distribution::Uniform {
            min: 3.0,
            max: f64::INFINITY
        }),
        ["max"]
    );
    assert_eq!(
        places(&Distribution::Uniform { min: 3.0, max: 2.0 }),
        ["max"]
    );
    assert_eq!(
        places(&Distribution::Normal {
            mean: -90.0,
            std_dev: 1.0
        }),
        ["mean"]
    );
    assert_eq!(
        places(&Distribution::LogNormal {
            mean: 0.0,
            std_dev: -1.0
        }),
        ["mean", "std_dev"]
    );
    assert_eq!(
        places(&Distribution::Gamma {
            shape: 0.0,
            scale: 0.0
        }),
        ["shape", "scale"]
    );
    assert_eq!(
        places(&Distribution::Erlang {
            stages: 0,
            mean: 1.0
        }),
        ["stages"]
    );
    let triangular = Distribution::Triangular {
        min: 1.0,
        mode: 5.0,
        max: 2.0,
    };
    assert_eq!(places(&triangular), ["mode"]);
    let phase = Phase {
        probability: 2.0,
        mean: -1.0,
    };
    assert_eq!(
        places(&Distribution::HyperExponential(vec![phase])),
        ["0.probability", "0.mean", ""]
    );
    assert_eq!(
        places(&Distribution::Empirical(Empirical::of(vec![]))),
        [""]
    );
    assert_eq!(
        places(&Distribution::Empirical(Empirical::of(vec![1.0, -1.0]))),
        [""]
    );
}
