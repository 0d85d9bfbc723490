//! The order of steps: by time, and where time does not tell, as they were listed.

use super::Row;

/// Puts steps in order. It depends on the steps alone, not on the order they arrived in.
///
/// Steps with a time come by that time (start, else end); steps of one time as they were listed
/// in the longest list, then by their place in the definition. A step without any time stands
/// where it was listed, or, reported alone, after the steps before it in the definition.
pub(super) fn ordered(rows: Vec<Row>) -> Vec<Row> {
    let (mut timed, mut untimed): (Vec<_>, Vec<_>) =
        rows.into_iter().partition(|row| time(row).is_some());
    timed.sort_by(|a, b| (time(a), listed(a)).cmp(&(time(b), listed(b))));
    untimed.sort_by(|a, b| listed(a).cmp(&listed(b)));
    let places: Vec<usize> = untimed.iter().map(|row| place(&timed, row)).collect();
    let mut waiting = untimed.into_iter().zip(places).collect::<Vec<_>>();
    waiting.sort_by_key(|(_, place)| *place);
    let mut waiting = waiting.into_iter().peekable();
    let mut list = Vec::new();
    for (index, row) in timed.into_iter().enumerate() {
        while let Some((early, _)) = waiting.next_if(|(_, place)| *place <= index) {
            list.push(early);
        }
        list.push(row);
    }
    list.extend(waiting.map(|(row, _)| row));
    list
}

fn time(row: &Row) -> Option<chrono::DateTime<chrono::Utc>> {
    row.step.started_at.or(row.step.completed_at)
}

fn listed(row: &Row) -> impl Ord + '_ {
    let step = &row.step;
    let index = step.step_index.unwrap_or(u32::MAX);
    let rest = (row.state.ordinal, &step.outcome, &step.actor, step.status);
    (
        row.state.position,
        index,
        &step.step_name,
        step.attempt,
        step.completed_at,
        rest,
    )
}

/// Before which of the `timed` steps a step without time stands.
fn place(timed: &[Row], row: &Row) -> usize {
    let after =
        |earlier: &dyn Fn(&Row) -> bool| timed.iter().rposition(earlier).map_or(0, |i| i + 1);
    match (row.state.position, row.step.step_index) {
        (0, Some(index)) => after(&|other| other.step.step_index.is_some_and(|i| i <= index)),
        (position, _) => after(&|other| other.state.position < position),
    }
}
