//! `Idempotency-Key`: the same key and body get the first answer again.

use crate::ApiError;
use crate::call::Call;
use crate::error::ANSWER_EXISTS;
use crate::reply::Reply;
use access::{Begun, Replay};
use actix_web::http::StatusCode;
use kernel::{Answer, IdempotencyKey, Receipt, to_millis};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fmt::Write;

impl Call {
    /// Carries out a `POST` at most once for each idempotency key. `effect` stores its answer,
    /// as `render` makes it, in the transaction of what it does.
    pub(crate) async fn once<T, E, F>(
        &self,
        body: &Value,
        render: fn(&T) -> Answer,
        effect: impl FnOnce(Option<Receipt<T>>) -> F,
    ) -> Result<Reply, ApiError>
    where
        T: 'static,
        E: Into<ApiError>,
        F: Future<Output = Result<T, E>>,
    {
        let Some(key) = self.idempotency_key(fingerprint(body, self.request.query_string()))?
        else {
            let result = effect(None).await.map_err(Into::into)?;
            return Ok(render(&result).into());
        };
        let _guard = match self.services.answers.begin(&key).await? {
            Begun::Fresh(guard) => guard,
            Begun::Replay(answer) => return Ok(Reply::replay(answer)),
            Begun::Mismatch => return Err(mismatch()),
            Begun::InFlight => return Err(in_flight()),
        };
        let receipt = Receipt {
            key: key.clone(),
            render: Box::new(render),
        };
        match effect(Some(receipt)).await.map_err(Into::into) {
            Ok(result) => Ok(render(&result).into()),
            // Another replica was faster: its answer is kept by now.
            Err(error) if error.code == ANSWER_EXISTS => {
                match self.services.answers.after_lost_race(&key).await? {
                    Replay::Replay(answer) => Ok(Reply::replay(answer)),
                    Replay::Mismatch => Err(mismatch()),
                    Replay::Fresh => Err(in_flight()),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// The key of this request, when it has one.
    pub(crate) fn idempotency_key(
        &self,
        fingerprint: String,
    ) -> Result<Option<IdempotencyKey>, ApiError> {
        let Some(value) = self.request.headers().get("idempotency-key") else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default().trim();
        // Also the quoted string of RFC 8941.
        let key = text
            .strip_prefix('"')
            .and_then(|t| t.strip_suffix('"'))
            .unwrap_or(text);
        let valid = (1..=255).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic());
        if !valid {
            return Err(ApiError::invalid_field(
                "Idempotency-Key",
                "Expected 1 to 255 visible ASCII characters.",
            ));
        }
        let path = self.request.path().trim_end_matches('/');
        Ok(Some(IdempotencyKey {
            tenant: self.tenant(),
            principal: self.principal.clone(),
            operation: format!("{} {path}", self.request.method()),
            key: key.to_owned(),
            fingerprint,
            used_at_millis: to_millis(self.services.clock.now()),
        }))
    }
}

/// 422: the key was used for another request.
pub(crate) fn mismatch() -> ApiError {
    ApiError::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "idempotency_mismatch",
        "The Idempotency-Key was used for another request; use a new key",
    )
}

/// 409: a request with the key has not ended.
pub(crate) fn in_flight() -> ApiError {
    let mut error = ApiError::conflict(
        "A request with this Idempotency-Key is still under way; try again in a moment",
    );
    error.code = "idempotency_in_flight";
    error.retry_after_seconds = Some(1);
    error
}

fn fingerprint(body: &Value, query: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(canonical(body).to_string());
    hash.update([0]);
    hash.update(query);
    hex(&hash.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// The same document with its keys in order.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.iter().map(canonical).collect()),
        Value::Object(map) => {
            let mut keys: Vec<_> = map.keys().collect();
            keys.sort();
            Value::Object(
                keys.into_iter()
                    .map(|k| (k.clone(), canonical(&map[k])))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}
