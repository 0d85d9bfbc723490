//! The list of SLAs ordered by how well they are kept: it depends on the time, so no index has
//! it, and it is sorted here.

use crate::{Sla, SlaError, SlaFilter, SlaOrder, SlaService};
use document::Problem;
use kernel::{
    Count, Direction, MAX_PAGE_SIZE, Ordering, Page, PageRef, PageRequest, Sort, TenantId,
};
use std::cmp;

/// The most SLAs that are sorted by [`SlaOrder::CurrentPercentage`].
pub const MAX_SORTED_SLAS: usize = 10_000;

impl SlaService {
    pub(super) async fn list_by_percentage(
        &self,
        tenant: TenantId,
        filter: &SlaFilter,
        ordering: &Ordering<SlaOrder>,
        page: &PageRequest,
    ) -> Result<Page<(Sla, f64)>, SlaError> {
        if matches!(page.at, PageRef::After(_)) {
            return Err(invalid(
                "cursor",
                "This ordering has no cursor; use page instead.",
            ));
        }
        let slas = self.all(tenant, filter).await?;
        let percentages = self.percentages(tenant, &slas).await?;
        let mut items: Vec<(Sla, f64)> = slas.into_iter().zip(percentages).collect();
        items.sort_by(|a, b| compare(ordering, a, b));
        Ok(cut(items, page))
    }

    /// Every SLA that the filter lets through.
    async fn all(&self, tenant: TenantId, filter: &SlaFilter) -> Result<Vec<Sla>, SlaError> {
        let mut slas = Vec::new();
        let mut request = PageRequest {
            at: PageRef::Start,
            size: MAX_PAGE_SIZE,
            count: false,
        };
        loop {
            let page = self
                .slas
                .list(tenant, filter, &Vec::new(), &request)
                .await?;
            slas.extend(page.items);
            if slas.len() > MAX_SORTED_SLAS {
                return Err(invalid(
                    "ordering",
                    &format!(
                        "At most {MAX_SORTED_SLAS} SLAs can be ordered by current_slo_percentage; \
                         narrow the list with workflow, is_active or search."
                    ),
                ));
            }
            match page.next {
                Some(cursor) if page.has_next => request.at = PageRef::After(cursor),
                Some(_) | None => return Ok(slas),
            }
        }
    }
}

fn invalid(path: &str, message: &str) -> SlaError {
    SlaError::Invalid(vec![Problem {
        path: path.to_owned(),
        message: message.to_owned(),
    }])
}

fn compare(ordering: &[Sort<SlaOrder>], a: &(Sla, f64), b: &(Sla, f64)) -> cmp::Ordering {
    let turned = |direction, order: cmp::Ordering| match direction {
        Direction::Ascending => order,
        Direction::Descending => order.reverse(),
    };
    let by_key = |sort: &Sort<SlaOrder>| {
        let order = match sort.by {
            SlaOrder::Name => a.0.name.cmp(&b.0.name),
            SlaOrder::CreatedAt => a.0.created_at.cmp(&b.0.created_at),
            SlaOrder::CurrentPercentage => a.1.total_cmp(&b.1),
        };
        turned(sort.direction, order)
    };
    let last = ordering
        .last()
        .map_or(Direction::Ascending, |sort| sort.direction);
    ordering
        .iter()
        .map(by_key)
        .find(|order| order.is_ne())
        .unwrap_or_else(|| turned(last, a.0.id.cmp(&b.0.id)))
}

/// One page of the sorted list. A page past the end is empty.
fn cut<T>(items: Vec<T>, page: &PageRequest) -> Page<T> {
    let total = items.len();
    let size = usize::try_from(page.size.max(1)).unwrap_or(usize::MAX);
    let last = total.div_ceil(size).max(1);
    let number = match page.at {
        PageRef::Number(number) => usize::try_from(number.max(1)).unwrap_or(usize::MAX),
        PageRef::Last => last,
        PageRef::Start | PageRef::After(_) => 1,
    };
    let skip = (number - 1).saturating_mul(size);
    Page {
        items: items.into_iter().skip(skip).take(size).collect(),
        count: page
            .count
            .then(|| Count::Exact(i64::try_from(total).unwrap_or(i64::MAX))),
        number: Some(u64::try_from(number).unwrap_or(u64::MAX)),
        has_next: number < last,
        next: None,
    }
}
