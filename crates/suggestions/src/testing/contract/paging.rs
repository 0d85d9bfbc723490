//! Promises on pages of lists.

use super::listing::{by, graded, list};
use crate::testing::SuggestionFixture;
use crate::{SuggestionFilter, SuggestionOrder};
use kernel::{Count, Direction, PageRef, PageRequest};

/// Pages by number have no gap and no repeat.
pub async fn pages_tile_the_list(fixture: &dyn SuggestionFixture) {
    graded(fixture, &[(0.5, 1); 7]).await;
    let ordering = by(SuggestionOrder::Confidence, Direction::Descending);
    let mut seen = String::new();
    for number in 1..=3 {
        let request = PageRequest {
            at: PageRef::Number(number),
            ..PageRequest::of_size(3)
        };
        let page = list(fixture, &SuggestionFilter::default(), &ordering, &request).await;
        assert_eq!(page.number, Some(number));
        assert_eq!(page.has_next, number < 3);
        assert_eq!(page.count, Some(Count::Exact(7)));
        seen.extend(
            page.items
                .into_iter()
                .map(|suggestion| suggestion.content.title),
        );
    }
    assert_eq!(seen, "gfedcba");
}

/// `last` is the last page that has items, the first when there are none; a page past the end is
/// empty.
pub async fn the_last_page_and_past_it(fixture: &dyn SuggestionFixture) {
    let filter = SuggestionFilter::default();
    let request = |at: PageRef| PageRequest {
        at,
        ..PageRequest::of_size(2)
    };
    let page = list(fixture, &filter, &Vec::new(), &request(PageRef::Last)).await;
    assert_eq!(
        (page.items.len(), page.number, page.has_next),
        (0, Some(1), false)
    );
    graded(fixture, &[(0.5, 1); 4]).await;
    let page = list(fixture, &filter, &Vec::new(), &request(PageRef::Last)).await;
    assert_eq!(
        (page.items.len(), page.number, page.has_next),
        (2, Some(2), false)
    );
    for number in [3, 1_000_000] {
        let page = list(
            fixture,
            &filter,
            &Vec::new(),
            &request(PageRef::Number(number)),
        )
        .await;
        assert_eq!(
            (page.items.len(), page.number, page.has_next),
            (0, Some(number), false)
        );
    }
}

/// Following the cursor sees each item once, also where keys are equal.
pub async fn cursors_tile_the_list(fixture: &dyn SuggestionFixture) {
    graded(fixture, &[(0.5, 3), (0.5, 1), (0.5, 3), (0.5, 2), (0.5, 3)]).await;
    for (ordering, expected) in [
        (Vec::new(), "abcde"),
        (
            by(SuggestionOrder::Frequency, Direction::Descending),
            "ecadb",
        ),
        (
            by(SuggestionOrder::Frequency, Direction::Ascending),
            "bdace",
        ),
        (
            by(SuggestionOrder::CreatedAt, Direction::Descending),
            "edcba",
        ),
    ] {
        let mut at = PageRef::Start;
        let mut seen = String::new();
        for _ in 0..10 {
            let request = PageRequest {
                at: at.clone(),
                ..PageRequest::of_size(2)
            };
            let page = list(fixture, &SuggestionFilter::default(), &ordering, &request).await;
            assert_eq!(page.number, None);
            assert_eq!(page.has_next, page.next.is_some());
            seen.extend(
                page.items
                    .into_iter()
                    .map(|suggestion| suggestion.content.title),
            );
            match page.next {
                Some(next) => at = PageRef::After(next),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{ordering:?}");
    }
}

/// The count is that of the filtered list, when it is wanted.
pub async fn counts_are_given_when_asked_for(fixture: &dyn SuggestionFixture) {
    graded(fixture, &[(0.5, 1); 3]).await;
    let filter = SuggestionFilter {
        search: vec!["b".to_owned()],
        ..SuggestionFilter::default()
    };
    let wanted = PageRequest {
        count: true,
        ..PageRequest::of_size(1)
    };
    let unwanted = PageRequest {
        count: false,
        ..PageRequest::of_size(1)
    };
    let page = list(fixture, &filter, &Vec::new(), &wanted).await;
    assert_eq!(page.count, Some(Count::Exact(1)));
    let page = list(fixture, &SuggestionFilter::default(), &Vec::new(), &wanted).await;
    assert_eq!((page.count, page.items.len()), (Some(Count::Exact(3)), 1));
    let page = list(fixture, &filter, &Vec::new(), &unwanted).await;
    assert_eq!(page.count, None);
}
