use super::{US, world};
use crate::testing::Fixture;
use crate::testing::contract::new_sla;
use crate::{SlaError, SlaFilter, SlaOrder};
use execution_log::testing::actor;
use kernel::testing::block_on;
use kernel::{Count, Cursor, CursorKey, Direction, Ordering, PageRef, PageRequest, Sort};

fn by(by: SlaOrder, direction: Direction) -> Ordering<SlaOrder> {
    vec![Sort { by, direction }]
}

#[test]
fn lists_carry_percentages_and_are_ordered_by_them() {
    block_on(async {
        let world = world();
        let mut names = Vec::new();
        for (name, seconds) in [
            ("half", &[200, 10][..]),
            ("none", &[200]),
            ("all", &[10]),
            ("idle", &[]),
            ("half2", &[10, 200]),
        ] {
            let workflow = world.fixture.workflow(US, name).await;
            world
                .service
                .create(&actor(US), new_sla(workflow, name), None)
                .await
                .unwrap();
            world.ran(workflow, seconds).await;
            names.push(name);
        }
        let list = async |ordering: Ordering<SlaOrder>, at: PageRef, size: u32| {
            let request = PageRequest {
                at,
                size,
                count: true,
            };
            world
                .service
                .list(US, &SlaFilter::default(), &ordering, &request)
                .await
                .unwrap()
        };
        let page = list(Vec::new(), PageRef::Number(1), 50).await;
        let seen: Vec<_> = page
            .items
            .iter()
            .map(|(sla, p)| (sla.name.as_str(), *p))
            .collect();
        let expected = [
            ("half", 50.0),
            ("none", 0.0),
            ("all", 100.0),
            ("idle", 100.0),
            ("half2", 50.0),
        ];
        assert_eq!(seen, expected);
        for (direction, expected) in [
            (
                Direction::Ascending,
                ["none", "half", "half2", "all", "idle"],
            ),
            (
                Direction::Descending,
                ["idle", "all", "half2", "half", "none"],
            ),
        ] {
            let ordering = by(SlaOrder::CurrentPercentage, direction);
            let mut seen = Vec::new();
            for number in 1..=3 {
                let page = list(ordering.clone(), PageRef::Number(number), 2).await;
                assert_eq!((page.number, page.has_next), (Some(number), number < 3));
                assert_eq!((page.count, page.next), (Some(Count::Exact(5)), None));
                seen.extend(page.items.into_iter().map(|(sla, _)| sla.name));
            }
            assert_eq!(seen, expected);
            let last = list(ordering.clone(), PageRef::Last, 2).await;
            assert_eq!((last.number, last.items.len()), (Some(3), 1));
            let past = list(ordering, PageRef::Number(4), 2).await;
            assert_eq!(
                (past.number, past.items.len(), past.has_next),
                (Some(4), 0, false)
            );
        }
        let mut both = by(SlaOrder::CurrentPercentage, Direction::Descending);
        both.extend(by(SlaOrder::Name, Direction::Ascending));
        let page = list(both, PageRef::Number(1), 50).await;
        let seen: Vec<_> = page
            .items
            .iter()
            .map(|(sla, _)| sla.name.as_str())
            .collect();
        assert_eq!(seen, ["all", "idle", "half", "half2", "none"]);
    });
}

#[test]
fn an_order_by_percentage_has_no_cursor() {
    block_on(async {
        let world = world();
        let ordering = by(SlaOrder::CurrentPercentage, Direction::Ascending);
        let at = PageRef::After(Cursor {
            key: CursorKey::None,
            id: 1,
        });
        let request = PageRequest {
            at,
            ..PageRequest::first()
        };
        let answer = world
            .service
            .list(US, &SlaFilter::default(), &ordering, &request)
            .await;
        assert!(matches!(answer, Err(SlaError::Invalid(p)) if p[0].path == "cursor"));
    });
}
