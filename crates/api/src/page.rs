//! The envelope of lists: `{"count", "next", "previous", "results"}` with absolute links.

use crate::ApiError;
use crate::call::Call;
use crate::reply::Reply;
use actix_web::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Count, Cursor, CursorKey, Page};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Envelope<T: Serialize> {
    #[serde(skip_serializing_if = "Option::is_none")]
    count: Option<i64>,
    /// Only where counting on would have cost too much.
    #[serde(skip_serializing_if = "Option::is_none")]
    count_is_lower_bound: Option<bool>,
    next: Option<String>,
    previous: Option<String>,
    results: Vec<T>,
}

/// Renders a page; a page past the end does not exist.
pub(crate) fn render<T: Serialize>(call: &Call, page: Page<T>) -> Result<Reply, ApiError> {
    let past_the_end = page.items.is_empty() && page.number.is_some_and(|number| number != 1);
    if past_the_end {
        return Err(ApiError::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "Invalid page",
        ));
    }
    let (next, previous) = links(call, &page)?;
    let envelope = Envelope {
        count: page.count.map(Count::value),
        count_is_lower_bound: matches!(page.count, Some(Count::AtLeast(_))).then_some(true),
        next,
        previous,
        results: page.items,
    };
    Reply::json(StatusCode::OK, &envelope)
}

/// Renders a page of values that borrow from its items.
pub(crate) fn render_refs<'a, T, B: Serialize>(
    call: &Call,
    page: &'a Page<T>,
    body: impl FnMut(&'a T) -> B,
) -> Result<Reply, ApiError> {
    let bodies = Page {
        items: page.items.iter().map(body).collect(),
        count: page.count,
        number: page.number,
        has_next: page.has_next,
        next: page.next.clone(),
    };
    render(call, bodies)
}

fn links<T>(call: &Call, page: &Page<T>) -> Result<(Option<String>, Option<String>), ApiError> {
    let Some(number) = page.number else {
        let next = page.next.as_ref().map(encode_cursor);
        return Ok((
            next.map(|cursor| link(call, "cursor", &cursor))
                .transpose()?,
            None,
        ));
    };
    let to = |number: u64| {
        // The first page needs no number.
        let value = if number == 1 {
            String::new()
        } else {
            number.to_string()
        };
        link(call, "page", &value)
    };
    let next = page.has_next.then(|| to(number + 1)).transpose()?;
    let previous = (number > 1).then(|| to(number - 1)).transpose()?;
    Ok((next, previous))
}

/// The address of this list with one parameter replaced; an empty value drops it.
fn link(call: &Call, name: &str, value: &str) -> Result<String, ApiError> {
    let query = call.query()?;
    let mut pairs: Vec<(&str, &str)> = query
        .pairs()
        .iter()
        .filter(|(n, _)| n != name)
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    let base = call.base_url();
    let path = call.request.path();
    let slash = if path.ends_with('/') { "" } else { "/" };
    if pairs.is_empty() {
        return Ok(format!("{base}{path}{slash}"));
    }
    let text: String = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    Ok(format!("{base}{path}{slash}?{text}"))
}

/// A cursor as clients carry it: opaque.
pub(crate) fn encode_cursor(cursor: &Cursor) -> String {
    let value = match &cursor.key {
        CursorKey::None => json!([cursor.id]),
        CursorKey::Null => json!([cursor.id, null]),
        CursorKey::Integer(n) => json!([cursor.id, n]),
        CursorKey::Text(text) => json!([cursor.id, text]),
    };
    URL_SAFE_NO_PAD.encode(value.to_string())
}

/// The cursor that was encoded so.
pub(crate) fn decode_cursor(token: &str) -> Option<Cursor> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let Value::Array(parts) = serde_json::from_slice::<Value>(&bytes).ok()? else {
        return None;
    };
    let id = parts.first()?.as_i64()?;
    let key = match parts.get(1) {
        None => CursorKey::None,
        Some(Value::Null) => CursorKey::Null,
        Some(Value::Number(n)) => CursorKey::Integer(n.as_i64()?),
        Some(Value::String(text)) => CursorKey::Text(text.clone()),
        Some(_) => return None,
    };
    (parts.len() <= 2).then_some(Cursor { key, id })
}
