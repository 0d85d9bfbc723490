use serde_json::Value;

use crate::tree::{Comparison, Test};
use crate::truth::Tri;
use crate::value::{equal, holds};

/// Whether a test is met by a missing variable in a closed world: only a test for null is.
pub(super) fn is_null_test(test: &Test) -> bool {
    match test {
        Test::Compare(_, value) => value.is_null(),
        Test::In { .. } => true,
        Test::HasType(_) | Test::Matches(_) | Test::Mod { .. } | Test::Size(..) => false,
    }
}

/// One value against a test, without the negation of `!=` and `not in`.
pub(crate) fn passes(test: &Test, value: &Value) -> Tri {
    match test {
        Test::Compare(Comparison::Ne, constant) => equal(value, constant).into(),
        Test::Compare(op, constant) => holds(*op, value, constant).into(),
        Test::In { values, .. } => values.iter().any(|constant| equal(value, constant)).into(),
        Test::HasType(kind) => kind.fits(value).into(),
        Test::Matches(pattern) => value
            .as_str()
            .map_or(Tri::False, |text| pattern.matches(text)),
        Test::Mod { divisor, remainder } => whole(value)
            .and_then(|number| number.checked_rem(i128::from(*divisor)))
            .is_some_and(|rest| rest == i128::from(*remainder))
            .into(),
        Test::Size(op, constant) => {
            let op = if *op == Comparison::Ne {
                Comparison::Eq
            } else {
                *op
            };
            value
                .as_array()
                .is_some_and(|list| holds(op, &list.len().into(), constant))
                .into()
        }
    }
}

/// A number without its fraction, as `$mod` takes it. Only numbers have a remainder: a text is
/// compared with no number, not even a numeric one.
fn whole(value: &Value) -> Option<i128> {
    let Value::Number(number) = value else {
        return None;
    };
    crate::value::integer(number).or_else(|| {
        let float = crate::value::float(number).trunc();
        #[expect(clippy::cast_possible_truncation, reason = "whole and below 2^100")]
        (float.abs() < 1e30).then_some(float as i128)
    })
}
