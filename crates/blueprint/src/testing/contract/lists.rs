//! Lists.

use super::{insert, insert_public};
use crate::testing::{Fixture, actor, at, new_template};
use crate::{Template, TemplateFilter, TemplateOrder, TemplateStore, TemplateType};
use kernel::{Count, Direction, Ordering, Page, PageRef, PageRequest, Sort, TenantId};

async fn list(
    store: &dyn TemplateStore,
    tenant: TenantId,
    filter: &TemplateFilter,
    ordering: &Ordering<TemplateOrder>,
    page: &PageRequest,
) -> Page<Template> {
    store.list(tenant, filter, ordering, page).await.unwrap()
}

fn names(page: &Page<Template>) -> Vec<&str> {
    page.items
        .iter()
        .map(|template| template.content.name.as_str())
        .collect()
}

fn by(keys: &[(TemplateOrder, Direction)]) -> Ordering<TemplateOrder> {
    keys.iter()
        .map(|&(by, direction)| Sort { by, direction })
        .collect()
}

/// Templates `a` to `e`, in that order of ids; `a` and `c` are made at the same time, last.
async fn five(store: &dyn TemplateStore, tenant: TenantId) {
    for (name, minute) in [("a", 9), ("b", 3), ("c", 9), ("d", 1), ("e", 2)] {
        let new = new_template(name);
        store
            .insert(&actor(tenant), new, at(minute), None)
            .await
            .unwrap();
    }
}

/// A change of a filter.
type Edit = fn(&mut TemplateFilter);

/// Each condition is exact, and all must hold.
pub async fn filters_are_exact_and_combined(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    insert(store, tenant, new_template("plain")).await;
    insert_public(store, tenant, "public").await;
    let mut custom = new_template("custom");
    custom.content.template_type = TemplateType::Custom;
    custom.is_active = false;
    insert(store, tenant, custom).await;
    let cases: [(Edit, &[&str]); 9] = [
        (|_| {}, &["plain", "public", "custom"]),
        (
            |f| f.template_type = Some(TemplateType::Custom),
            &["custom"],
        ),
        (|f| f.is_active = Some(true), &["plain", "public"]),
        (|f| f.is_active = Some(false), &["custom"]),
        (|f| f.is_public = Some(true), &["public"]),
        (|f| f.is_public = Some(false), &["plain", "custom"]),
        (|f| f.name = Some("plain".to_owned()), &["plain"]),
        (|f| f.name = Some("plai".to_owned()), &[]),
        (
            |f| (f.template_type, f.is_active) = (Some(TemplateType::Custom), Some(true)),
            &[],
        ),
    ];
    for (edit, expected) in cases {
        let mut filter = TemplateFilter::default();
        edit(&mut filter);
        let page = list(store, tenant, &filter, &vec![], &PageRequest::first()).await;
        assert_eq!(names(&page), expected, "{filter:?}");
    }
}

/// Every term occurs in the lower-cased name or description; `%` and `_` are themselves.
pub async fn search_matches_every_term_literally(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    for (name, description) in [
        ("Übergabe", "Hand over the KEYS"),
        ("100% review", "plain"),
        ("1000 reviews", "snake_case"),
        ("snakeXcase", "back\\slash"),
    ] {
        let mut new = new_template(name);
        new.content.description = description.to_owned();
        insert(store, tenant, new).await;
    }
    for (terms, expected) in [
        (vec!["über"], vec!["Übergabe"]),
        (vec!["keys", "übergabe"], vec!["Übergabe"]),
        (vec!["keys", "review"], vec![]),
        (vec!["100%"], vec!["100% review"]),
        (vec!["review", "10"], vec!["100% review", "1000 reviews"]),
        (vec!["e_c"], vec!["1000 reviews"]),
        (vec!["%"], vec!["100% review"]),
        (vec!["\\"], vec!["snakeXcase"]),
        (vec!["'"], vec![]),
    ] {
        let filter = TemplateFilter {
            search: terms.iter().map(|&term| term.to_owned()).collect(),
            ..TemplateFilter::default()
        };
        let page = list(store, tenant, &filter, &vec![], &PageRequest::first()).await;
        assert_eq!(names(&page), expected, "{terms:?}");
    }
}

/// By each key, both ways; ties by id in the direction of the last key.
pub async fn lists_are_ordered_with_ties_by_id(fixture: &dyn Fixture) {
    use Direction::{Ascending, Descending};
    use TemplateOrder::{CreatedAt, Name};
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    five(store, tenant).await;
    for (keys, expected) in [
        (vec![], ["a", "b", "c", "d", "e"]),
        (vec![(Name, Ascending)], ["a", "b", "c", "d", "e"]),
        (vec![(Name, Descending)], ["e", "d", "c", "b", "a"]),
        (vec![(CreatedAt, Ascending)], ["d", "e", "b", "a", "c"]),
        (vec![(CreatedAt, Descending)], ["c", "a", "b", "e", "d"]),
        (
            vec![(CreatedAt, Descending), (Name, Ascending)],
            ["a", "c", "b", "e", "d"],
        ),
        (
            vec![(CreatedAt, Ascending), (Name, Descending)],
            ["d", "e", "b", "c", "a"],
        ),
    ] {
        let all = TemplateFilter::default();
        let page = list(store, tenant, &all, &by(&keys), &PageRequest::first()).await;
        assert_eq!(names(&page), expected, "{keys:?}");
    }
}

/// Numbered pages show every item once, in order, and count them all.
pub async fn pages_tile_the_list(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    five(store, tenant).await;
    let newest = by(&[(TemplateOrder::CreatedAt, Direction::Descending)]);
    let expected: [(u64, &[&str], bool); 3] = [
        (1, &["c", "a"], true),
        (2, &["b", "e"], true),
        (3, &["d"], false),
    ];
    for (number, items, has_next) in expected {
        let request = PageRequest {
            at: PageRef::Number(number),
            ..PageRequest::of_size(2)
        };
        let page = list(store, tenant, &TemplateFilter::default(), &newest, &request).await;
        assert_eq!(names(&page), items);
        assert_eq!((page.number, page.has_next), (Some(number), has_next));
        assert_eq!(page.count, Some(Count::Exact(5)));
    }
}

/// The last page has the rest; past it there is nothing; of an empty list the first is the last.
pub async fn the_last_page_and_the_one_past_it(fixture: &dyn Fixture) {
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    let empty = fixture.tenant().await;
    five(store, tenant).await;
    let all = TemplateFilter::default();
    let request = |at| PageRequest {
        at,
        ..PageRequest::of_size(2)
    };
    let last = list(store, tenant, &all, &vec![], &request(PageRef::Last)).await;
    assert_eq!(
        (names(&last), last.number, last.has_next),
        (vec!["e"], Some(3), false)
    );
    for number in [4, u64::MAX] {
        let past = list(
            store,
            tenant,
            &all,
            &vec![],
            &request(PageRef::Number(number)),
        )
        .await;
        assert_eq!(
            (past.items.len(), past.number, past.has_next),
            (0, Some(number), false)
        );
    }
    for at in [PageRef::Last, PageRef::Number(1)] {
        let none = list(store, empty, &all, &vec![], &request(at)).await;
        assert_eq!(
            (none.items.len(), none.number, none.has_next),
            (0, Some(1), false)
        );
        assert_eq!(none.count, Some(Count::Exact(0)));
    }
}

/// Cursors show every item once, in order, whatever the single key and its ties.
pub async fn cursors_tile_the_list(fixture: &dyn Fixture) {
    use Direction::{Ascending, Descending};
    use TemplateOrder::{CreatedAt, Name};
    let (store, tenant) = (fixture.templates(), fixture.tenant().await);
    five(store, tenant).await;
    for keys in [
        vec![],
        vec![(Name, Descending)],
        vec![(CreatedAt, Ascending)],
        vec![(CreatedAt, Descending)],
    ] {
        let (all, ordering) = (TemplateFilter::default(), by(&keys));
        let whole = list(store, tenant, &all, &ordering, &PageRequest::first()).await;
        for size in 1..=5 {
            let mut at = PageRef::Start;
            let mut seen = Vec::new();
            for _ in 0..6 {
                let request = PageRequest {
                    at,
                    size,
                    count: false,
                };
                let page = list(store, tenant, &all, &ordering, &request).await;
                assert_eq!((page.number, page.count), (None, None));
                assert_eq!(page.has_next, page.next.is_some());
                seen.extend(page.items);
                match page.next {
                    Some(cursor) => at = PageRef::After(cursor),
                    None => break,
                }
            }
            assert_eq!(seen, whole.items, "{keys:?} by {size}");
        }
    }
}

/// A count is of what the filter lets through, over own and public templates, and only when
/// asked for.
pub async fn counts_are_of_the_filter(fixture: &dyn Fixture) {
    let (store, ours) = (fixture.templates(), fixture.tenant().await);
    let theirs = fixture.tenant().await;
    five(store, ours).await;
    insert_public(store, theirs, "public").await;
    insert(store, theirs, new_template("hidden")).await;
    let count = async |filter: TemplateFilter, count| {
        let request = PageRequest {
            count,
            ..PageRequest::of_size(1)
        };
        list(store, ours, &filter, &vec![], &request).await.count
    };
    let searched = TemplateFilter {
        search: vec!["about".to_owned(), "b".to_owned()],
        is_public: Some(true),
        ..TemplateFilter::default()
    };
    assert_eq!(
        count(TemplateFilter::default(), true).await,
        Some(Count::Exact(6))
    );
    assert_eq!(count(TemplateFilter::default(), false).await, None);
    assert_eq!(count(searched, true).await, Some(Count::Exact(1)));
}
