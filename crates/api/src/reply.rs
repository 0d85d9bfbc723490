//! Successful answers.

use crate::ApiError;
use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use kernel::Answer;
use serde::Serialize;

/// A successful answer.
#[derive(Debug)]
pub(crate) struct Reply {
    answer: Answer,
    replayed: bool,
}

impl Reply {
    /// JSON without any header of its own.
    pub(crate) fn json<T: Serialize>(status: StatusCode, body: &T) -> Result<Self, ApiError> {
        Ok(Self::from(answer(status, body)?))
    }

    /// 204.
    pub(crate) fn no_content() -> Self {
        Self::from(Answer {
            status: 204,
            body: String::new(),
            location: None,
            etag: None,
        })
    }

    /// The answer that was given before under the same idempotency key.
    pub(crate) fn replay(answer: Answer) -> Self {
        Self {
            answer,
            replayed: true,
        }
    }

    /// With the `ETag` of a revision.
    #[must_use]
    pub(crate) fn revision(mut self, revision: i64) -> Self {
        self.answer.etag = Some(etag(revision));
        self
    }

    /// The answer itself.
    pub(crate) fn answer(&self) -> &Answer {
        &self.answer
    }

    /// The answer itself.
    pub(crate) fn into_answer(self) -> Answer {
        self.answer
    }

    pub(crate) fn respond(self) -> HttpResponse {
        let status = StatusCode::from_u16(self.answer.status).unwrap_or(StatusCode::OK);
        let mut response = HttpResponse::build(status);
        if let Some(location) = self.answer.location {
            response.insert_header((header::LOCATION, location));
        }
        if let Some(etag) = self.answer.etag {
            response.insert_header((header::ETAG, etag));
        }
        if self.replayed {
            response.insert_header(("Idempotent-Replayed", "true"));
        }
        if status == StatusCode::NO_CONTENT {
            return response.finish();
        }
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.body(self.answer.body)
    }
}

impl From<Answer> for Reply {
    fn from(answer: Answer) -> Self {
        Self {
            answer,
            replayed: false,
        }
    }
}

/// The entity tag of a revision.
pub(crate) fn etag(revision: i64) -> String {
    format!("\"{revision}\"")
}

/// An answer with a JSON body.
pub(crate) fn answer<T: Serialize>(status: StatusCode, body: &T) -> Result<Answer, ApiError> {
    let body = serde_json::to_string(body).map_err(ApiError::internal)?;
    Ok(Answer {
        status: status.as_u16(),
        body,
        location: None,
        etag: None,
    })
}

/// The answer to a `POST` that made or changed one object.
pub(crate) fn object<T: Serialize>(
    status: StatusCode,
    body: &T,
    location: Option<String>,
    revision: Option<i64>,
) -> Answer {
    // A wire type has only string keys and finite numbers: it always serialises.
    let body = serde_json::to_string(body).unwrap_or_default();
    Answer {
        status: status.as_u16(),
        body,
        location,
        etag: revision.map(etag),
    }
}
