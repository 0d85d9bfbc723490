//! One authenticated request, on its way through a handler.

use crate::{ApiError, Services, query::Query};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, BytesMut};
use execution_log::Consumer;
use futures_util::StreamExt;
use kernel::{Actor, TenantId};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// A revision that nothing has: revisions count from 1.
const NO_REVISION: i64 = 0;

/// One authenticated request. A handler parses it, calls one service, and renders.
pub(crate) struct Call {
    pub(crate) services: Arc<Services>,
    pub(crate) request: HttpRequest,
    pub(crate) actor: Actor,
    /// The token's public prefix.
    pub(crate) principal: String,
    /// What stands in the path where the endpoint has a parameter.
    pub(crate) parameter: String,
    payload: Payload,
    /// Whether everything recorded for the tenant before the request was projected.
    settled: bool,
}

impl Call {
    pub(crate) fn new(
        services: Arc<Services>,
        request: HttpRequest,
        payload: Payload,
        actor: Actor,
        principal: String,
        parameter: Option<String>,
        settled: bool,
    ) -> Self {
        Self {
            services,
            request,
            actor,
            principal,
            parameter: parameter.unwrap_or_default(),
            payload,
            settled,
        }
    }

    pub(crate) fn tenant(&self) -> TenantId {
        self.actor.tenant
    }

    /// Waits for what the answer depends on: everything recorded for the tenant before the request,
    /// projected for this consumer.
    pub(crate) async fn catch_up(&self, consumer: Consumer) -> Result<(), ApiError> {
        // A new SLA has its window judged without anything recorded.
        if self.settled && consumer != Consumer::Sla {
            return Ok(());
        }
        let freshness = &self.services.freshness;
        Ok(freshness.catch_up(self.tenant(), &[consumer]).await?)
    }

    /// `https://host`, for absolute links: the configured one, else as the client called it.
    pub(crate) fn base_url(&self) -> String {
        if let Some(url) = &self.services.options.public_url {
            return url.trim_end_matches('/').to_owned();
        }
        let host = self.request.headers().get(header::HOST);
        let host = host.and_then(|value| value.to_str().ok());
        format!("http://{}", host.unwrap_or("localhost"))
    }

    /// The `{id}` of the path. Anything but a positive 64-bit integer names nothing.
    pub(crate) fn id(&self, what: &str) -> Result<i64, ApiError> {
        Some(&self.parameter)
            .filter(|text| text.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .filter(|id| *id > 0)
            .ok_or_else(|| ApiError::not_found(what))
    }

    /// The query string; call [`Query::finish`] when all parameters were asked for.
    pub(crate) fn query(&self) -> Result<Query, ApiError> {
        Query::parse(self.request.query_string())
    }

    /// Refuses any query parameter.
    pub(crate) fn no_query(&self) -> Result<(), ApiError> {
        self.query()?.finish()
    }

    /// The revision that `If-Match` demands; `None` without one or with `*`. An entity tag that
    /// this service never gives, or a weak one, matches nothing: 412. What is none: 400.
    pub(crate) fn if_match(&self) -> Result<Option<i64>, ApiError> {
        let mut values = self.request.headers().get_all(header::IF_MATCH);
        let Some(value) = values.next() else {
            return Ok(None);
        };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" && values.next().is_none() {
            return Ok(None);
        }
        let strong = text.strip_prefix("W/").unwrap_or(text);
        let tag = strong
            .strip_prefix('"')
            .and_then(|tag| tag.strip_suffix('"'))
            .filter(|tag| tag.bytes().all(|b| b.is_ascii_graphic() && b != b'"'))
            .filter(|_| values.next().is_none());
        let Some(tag) = tag else {
            return Err(ApiError::invalid_field(
                "If-Match",
                "Expected one entity tag as the ETag header gave it, such as \"3\", or *.",
            ));
        };
        // Leading zeros or a sign would make other spellings of the same revision.
        let revision = tag
            .parse::<i64>()
            .ok()
            .filter(|revision| strong == text && *revision > 0 && revision.to_string() == tag);
        Ok(Some(revision.unwrap_or(NO_REVISION)))
    }

    /// The body as a JSON document.
    pub(crate) async fn json(&mut self) -> Result<Value, ApiError> {
        self.expect_media_type(&["application/json"])?;
        let bytes = self.bytes().await?;
        if bytes.is_empty() {
            return Err(parse_error(
                "The request has no body; send a JSON document.",
            ));
        }
        document::parse(&bytes).map_err(|error| parse_error(error.message))
    }

    /// The body as a JSON document; `{}` when there is none.
    pub(crate) async fn json_or_empty(&mut self) -> Result<Value, ApiError> {
        let typed = self.request.headers().contains_key(header::CONTENT_TYPE);
        if typed {
            self.expect_media_type(&["application/json"])?;
        }
        let bytes = self.bytes().await?;
        if bytes.is_empty() {
            return Ok(Value::Object(Map::new()));
        }
        if !typed {
            self.expect_media_type(&["application/json"])?;
        }
        document::parse(&bytes).map_err(|error| parse_error(error.message))
    }

    /// The media type of the body, without its parameters, in lower case.
    pub(crate) fn media_type(&self) -> String {
        self.request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .map(|text| {
                text.split(';')
                    .next()
                    .unwrap_or_default()
                    .trim()
                    .to_ascii_lowercase()
            })
            .unwrap_or_default()
    }

    /// 415 unless the body is of one of these types and not compressed.
    pub(crate) fn expect_media_type(&self, allowed: &[&str]) -> Result<(), ApiError> {
        let encoded = self
            .request
            .headers()
            .get(header::CONTENT_ENCODING)
            .is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity"));
        if !encoded && allowed.contains(&self.media_type().as_str()) {
            return Ok(());
        }
        Err(ApiError::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            format!("Send the body as {}, not compressed", allowed.join(" or ")),
        ))
    }

    /// The next piece of the body; `None` at its end.
    pub(crate) async fn chunk(&mut self) -> Result<Option<Bytes>, ApiError> {
        let patience = self.services.options.body_timeout;
        next_chunk(&mut self.payload, patience).await
    }

    /// The whole body, at most as large as configured.
    pub(crate) async fn bytes(&mut self) -> Result<Bytes, ApiError> {
        let limit = self.services.options.max_body_bytes;
        let announced = self
            .request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|value| value.to_str().ok())
            .and_then(|text| text.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            if body.len() + chunk.len() > limit {
                return Err(too_large(limit));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

async fn next_chunk(payload: &mut Payload, patience: Duration) -> Result<Option<Bytes>, ApiError> {
    match tokio::time::timeout(patience, payload.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) => Err(parse_error("The body ended before it was complete.")),
        Err(_) => Err(ApiError::new(
            StatusCode::REQUEST_TIMEOUT,
            "timeout",
            "The body did not arrive in time",
        )),
    }
}

pub(crate) fn too_large(limit: usize) -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "payload_too_large",
        format!("The body is larger than {limit} bytes"),
    )
}

/// 400 for a text that is no document at all.
pub(crate) fn parse_error(message: impl Into<String>) -> ApiError {
    let mut error = ApiError::invalid_field("", message);
    error.code = "parse_error";
    error
}
