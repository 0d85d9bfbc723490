//! Lists: filters, search, order.

use super::{by, kept, list, named, names, project, ran, workflow};
use crate::testing::{CatalogFixture, new_action, step};
use crate::{ActionFilter, ActionOrder, LatencyClass, NewAction};
use kernel::{Direction, PageRequest, Sort};
use workflow_model::StepStatus;

/// Each filter admits what it says, and all of them must hold.
pub async fn filters_are_and_ed(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    let base = || new_action("base", "x");
    for new in [
        base(),
        NewAction {
            is_idempotent: true,
            ..new_action("idempotent", "x")
        },
        NewAction {
            latency_class: LatencyClass::Fast,
            ..new_action("fast", "x")
        },
        NewAction {
            is_active: false,
            ..new_action("inactive", "x")
        },
        NewAction {
            is_global: true,
            ..new_action("global", "x")
        },
        NewAction {
            is_global: true,
            is_idempotent: true,
            ..new_action("both", "y")
        },
    ] {
        kept(fixture, a, new, 0).await;
    }
    let none = ActionFilter::default;
    let x = Some("x".to_owned());
    let cases: [(ActionFilter, &[&str]); 9] = [
        (
            none(),
            &["base", "idempotent", "fast", "inactive", "global", "both"],
        ),
        (
            ActionFilter {
                action_type: x.clone(),
                ..none()
            },
            &["base", "idempotent", "fast", "inactive", "global"],
        ),
        (
            ActionFilter {
                action_type: Some("X".to_owned()),
                ..none()
            },
            &[],
        ),
        (
            ActionFilter {
                is_idempotent: Some(true),
                ..none()
            },
            &["idempotent", "both"],
        ),
        (
            ActionFilter {
                latency_class: Some(LatencyClass::Fast),
                ..none()
            },
            &["fast"],
        ),
        (
            ActionFilter {
                is_active: Some(false),
                ..none()
            },
            &["inactive"],
        ),
        (
            ActionFilter {
                is_global: Some(true),
                ..none()
            },
            &["global", "both"],
        ),
        (
            ActionFilter {
                is_global: Some(true),
                is_idempotent: Some(true),
                ..none()
            },
            &["both"],
        ),
        (
            ActionFilter {
                action_type: x,
                is_global: Some(true),
                is_active: Some(true),
                ..none()
            },
            &["global"],
        ),
    ];
    for (filter, expected) in cases {
        let page = list(fixture, a, &filter, &Vec::new(), &PageRequest::first()).await;
        assert_eq!(names(&page.items), expected, "{filter:?}");
        assert_eq!(
            page.count.map(|c| usize::try_from(c.value()).unwrap()),
            Some(expected.len())
        );
    }
}

/// Terms come in lower case and are found in name or description whatever their case there, also
/// beyond ASCII; all must be found; wildcards are ordinary characters.
pub async fn search_is_literal_and_ignores_case(fixture: &dyn CatalogFixture) {
    let a = fixture.tenant("a").await;
    for (name, description) in [
        ("Send Email", "to SPECIFIED recipients"),
        ("Ärger melden", "Übergabe an ÉQUIPE"),
        ("100% sure", "a_b"),
        ("100 sure", "a-b"),
        ("back\\slash", "it's"),
    ] {
        let description = description.to_owned();
        kept(
            fixture,
            a,
            NewAction {
                description,
                ..new_action(name, "x")
            },
            0,
        )
        .await;
    }
    let cases: [(&[&str], &[&str]); 11] = [
        (&["send"], &["Send Email"]),
        (&["specified"], &["Send Email"]),
        (&["send", "recip"], &["Send Email"]),
        (&["send", "100"], &[]),
        (&["ärger"], &["Ärger melden"]),
        (&["équipe", "melden"], &["Ärger melden"]),
        (&["%"], &["100% sure"]),
        (&["a_b"], &["100% sure"]),
        (&["sure"], &["100% sure", "100 sure"]),
        (&["\\"], &["back\\slash"]),
        (&["'"], &["back\\slash"]),
    ];
    for (terms, expected) in cases {
        let search = terms.iter().map(|&term| term.to_owned()).collect();
        let filter = ActionFilter {
            search,
            ..ActionFilter::default()
        };
        let page = list(fixture, a, &filter, &Vec::new(), &PageRequest::first()).await;
        assert_eq!(names(&page.items), expected, "{terms:?}");
    }
}

/// Each key orders both ways; ties are broken by id, in the direction of the last key; a second
/// key decides among equals of the first.
pub async fn lists_are_ordered_ties_by_id(fixture: &dyn CatalogFixture) {
    use ActionOrder::{CreatedAt, Name};
    use Direction::{Ascending, Descending};
    let a = fixture.tenant("a").await;
    let mut ids = Vec::new();
    for (name, millis) in [("b", 3), ("a", 2), ("b", 1), ("c", 2)] {
        ids.push(kept(fixture, a, new_action(name, "x"), millis).await.id);
    }
    let key = |by, direction| Sort { by, direction };
    let cases = [
        (vec![], [0, 1, 2, 3]),
        (vec![key(Name, Ascending)], [1, 0, 2, 3]),
        (vec![key(Name, Descending)], [3, 2, 0, 1]),
        (vec![key(CreatedAt, Ascending)], [2, 1, 3, 0]),
        (vec![key(CreatedAt, Descending)], [0, 3, 1, 2]),
        (
            vec![key(Name, Ascending), key(CreatedAt, Ascending)],
            [1, 2, 0, 3],
        ),
        (
            vec![key(CreatedAt, Ascending), key(Name, Descending)],
            [2, 3, 1, 0],
        ),
    ];
    for (ordering, expected) in cases {
        let page = list(
            fixture,
            a,
            &ActionFilter::default(),
            &ordering,
            &PageRequest::first(),
        )
        .await;
        let found: Vec<_> = page.items.iter().map(|action| action.id).collect();
        assert_eq!(found, expected.map(|i: usize| ids[i]), "{ordering:?}");
    }
}

/// Ordered by a measured rate, what was never measured comes last in both directions; the number
/// of executions is 0 then, and ordered as such.
pub async fn unmeasured_actions_come_last(fixture: &dyn CatalogFixture) {
    use ActionOrder::{AverageMillis, ExecutionCount, SuccessRate};
    use Direction::{Ascending, Descending};
    let a = fixture.tenant("a").await;
    for name in ["none", "good", "bad", "none too"] {
        named(fixture, a, name, name).await;
    }
    let flow = workflow(fixture, a, "flow").await;
    let steps = vec![
        step("1", "good", StepStatus::Completed, 700),
        step("2", "bad", StepStatus::Completed, 100),
        step("3", "bad", StepStatus::Failed, 200),
        step("4", "bad", StepStatus::Failed, 100),
    ];
    ran(fixture, a, flow, steps).await;
    project(fixture, a).await;
    for (order, direction, expected) in [
        (SuccessRate, Ascending, ["bad", "good", "none", "none too"]),
        (SuccessRate, Descending, ["good", "bad", "none too", "none"]),
        (
            AverageMillis,
            Ascending,
            ["bad", "good", "none", "none too"],
        ),
        (
            AverageMillis,
            Descending,
            ["good", "bad", "none too", "none"],
        ),
        (
            ExecutionCount,
            Ascending,
            ["none", "none too", "good", "bad"],
        ),
        (
            ExecutionCount,
            Descending,
            ["bad", "good", "none too", "none"],
        ),
    ] {
        let ordering = by(order, direction);
        let page = list(
            fixture,
            a,
            &ActionFilter::default(),
            &ordering,
            &PageRequest::first(),
        )
        .await;
        assert_eq!(names(&page.items), expected, "{order:?} {direction:?}");
    }
}
