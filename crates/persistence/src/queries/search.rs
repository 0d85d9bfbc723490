//! Search in name and description.

/// Keeps the rows of a boxed query whose `search_text` column has every term. Terms are in lower
/// case, and nothing in them is a wildcard.
macro_rules! search {
    ($query:expr, $column:expr, $terms:expr) => {{
        let mut query = $query;
        for term in $terms {
            let place = super::super::position_of($column, term.as_str());
            query = query.filter(place.gt(0));
        }
        query
    }};
}
pub(crate) use search;
