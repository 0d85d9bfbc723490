//! Promises on lists.
#![expect(clippy::unwrap_used, reason = "test suite")]

use super::{OURS, insert_each};
use crate::testing::{SuggestionFixture, actor, at, mined, suggested};
use crate::{
    NewSuggestion, Suggestion, SuggestionFilter, SuggestionOrder, SuggestionSource,
    SuggestionStatus,
};
use kernel::{Direction, Ordering, Page, PageRequest, Sort};

pub(super) fn by(by: SuggestionOrder, direction: Direction) -> Ordering<SuggestionOrder> {
    vec![Sort { by, direction }]
}

pub(super) async fn list(
    fixture: &dyn SuggestionFixture,
    filter: &SuggestionFilter,
    ordering: &Ordering<SuggestionOrder>,
    page: &PageRequest,
) -> Page<Suggestion> {
    fixture
        .store()
        .list(OURS, filter, ordering, page)
        .await
        .unwrap()
}

async fn titles(
    fixture: &dyn SuggestionFixture,
    filter: &SuggestionFilter,
    ordering: &Ordering<SuggestionOrder>,
) -> Vec<String> {
    let page = list(fixture, filter, ordering, &PageRequest::of_size(200)).await;
    page.items
        .into_iter()
        .map(|suggestion| suggestion.content.title)
        .collect()
}

/// Titles `a`, `b`, …, with these confidences and frequencies, all made at the same time.
pub(super) async fn graded(fixture: &dyn SuggestionFixture, grades: &[(f64, i64)]) {
    let new = ('a'..)
        .zip(grades)
        .map(|(title, (confidence, frequency))| NewSuggestion {
            confidence_score: *confidence,
            pattern_frequency: *frequency,
            ..suggested(&title.to_string())
        });
    let kept = fixture
        .store()
        .insert(&actor(OURS), new.collect(), at(0), None)
        .await;
    assert_eq!(kept.unwrap().unwrap().len(), grades.len());
}

/// Each given condition must hold.
pub async fn filters_are_and_ed(fixture: &dyn SuggestionFixture) {
    let one = fixture.workflow(OURS, "One").await;
    let two = fixture.workflow(OURS, "Two").await;
    let named = |title: &str, new: NewSuggestion| NewSuggestion {
        title: title.to_owned(),
        ..new
    };
    let pattern = NewSuggestion {
        source: SuggestionSource::Pattern,
        ..named("pattern two", mined(two, "p", 0.5, 5))
    };
    let new = vec![
        named("historical one", mined(one, "h1", 0.5, 5)),
        named("historical two", mined(two, "h2", 0.5, 5)),
        pattern,
        suggested("user"),
    ];
    let kept = insert_each(fixture, OURS, new).await;
    let rejected = Suggestion {
        status: SuggestionStatus::Rejected,
        revision: 2,
        ..kept[1].clone()
    };
    fixture.store().replace(&rejected, None).await.unwrap();
    let all = SuggestionFilter::default();
    let check = async |filter: SuggestionFilter, expected: &[&str]| {
        assert_eq!(
            titles(fixture, &filter, &Vec::new()).await,
            expected,
            "{filter:?}"
        );
    };
    let historical = Some(SuggestionSource::Historical);
    check(
        SuggestionFilter {
            source: historical,
            ..all.clone()
        },
        &["historical one", "historical two"],
    )
    .await;
    check(
        SuggestionFilter {
            source: Some(SuggestionSource::Llm),
            ..all.clone()
        },
        &[],
    )
    .await;
    check(
        SuggestionFilter {
            source: Some(SuggestionSource::User),
            ..all.clone()
        },
        &["user"],
    )
    .await;
    let pending = Some(SuggestionStatus::Pending);
    check(
        SuggestionFilter {
            source: historical,
            status: pending,
            ..all.clone()
        },
        &["historical one"],
    )
    .await;
    check(
        SuggestionFilter {
            workflow: Some(two),
            ..all.clone()
        },
        &["historical two", "pattern two"],
    )
    .await;
    check(
        SuggestionFilter {
            workflow: Some(two),
            status: pending,
            ..all.clone()
        },
        &["pattern two"],
    )
    .await;
    check(
        SuggestionFilter {
            workflow: Some(one),
            status: Some(SuggestionStatus::Rejected),
            ..all
        },
        &[],
    )
    .await;
}

/// Every term occurs in the title or the description, in any case; `%` and `_` are themselves.
pub async fn search_terms_are_and_ed_and_literal(fixture: &dyn SuggestionFixture) {
    let described = |title: &str, description: &str| NewSuggestion {
        description: description.to_owned(),
        ..suggested(title)
    };
    insert_each(
        fixture,
        OURS,
        vec![
            described("Grüße PRÜFEN", "Approve 10% at once"),
            described("Snake_case", "Approve 100 at once"),
            described("Snakes case", "nothing"),
        ],
    )
    .await;
    for (terms, expected) in [
        (&["approve"][..], &["Grüße PRÜFEN", "Snake_case"][..]),
        (&["prüfen"], &["Grüße PRÜFEN"]),
        (&["once", "snake"], &["Snake_case"]),
        (&["snake", "once", "absent"], &[]),
        (&["10%"], &["Grüße PRÜFEN"]),
        (&["e_c"], &["Snake_case"]),
        (&["%"], &["Grüße PRÜFEN"]),
        (&["case"], &["Snake_case", "Snakes case"]),
    ] {
        let search = terms.iter().map(|term| (*term).to_owned()).collect();
        let filter = SuggestionFilter {
            search,
            ..SuggestionFilter::default()
        };
        assert_eq!(
            titles(fixture, &filter, &Vec::new()).await,
            expected,
            "{terms:?}"
        );
    }
}

/// Both directions of each key; ties by id in the direction of the key.
pub async fn lists_are_ordered_ties_by_id(fixture: &dyn SuggestionFixture) {
    graded(
        fixture,
        &[(0.5, 30), (0.9, 10), (0.5, 20), (0.123_456_789, 10)],
    )
    .await;
    let all = SuggestionFilter::default();
    for (order, direction, expected) in [
        (SuggestionOrder::Confidence, Direction::Ascending, "dacb"),
        (SuggestionOrder::Confidence, Direction::Descending, "bcad"),
        (SuggestionOrder::Frequency, Direction::Ascending, "bdca"),
        (SuggestionOrder::Frequency, Direction::Descending, "acdb"),
        (SuggestionOrder::CreatedAt, Direction::Ascending, "abcd"),
        (SuggestionOrder::CreatedAt, Direction::Descending, "dcba"),
    ] {
        let found = titles(fixture, &all, &by(order, direction)).await.concat();
        assert_eq!(found, expected, "{order:?} {direction:?}");
    }
    assert_eq!(titles(fixture, &all, &Vec::new()).await.concat(), "abcd");
}

/// Later keys break the ties of earlier ones.
pub async fn orderings_are_combined(fixture: &dyn SuggestionFixture) {
    graded(fixture, &[(0.5, 10), (0.5, 30), (0.9, 20), (0.9, 20)]).await;
    let ordering = vec![
        Sort {
            by: SuggestionOrder::Confidence,
            direction: Direction::Descending,
        },
        Sort {
            by: SuggestionOrder::Frequency,
            direction: Direction::Ascending,
        },
    ];
    let found = titles(fixture, &SuggestionFilter::default(), &ordering)
        .await
        .concat();
    assert_eq!(found, "cdab");
}
