//! What lies outside the prefix: `/healthz`, `/readyz`, `/metrics`, the OpenAPI document.

use crate::Services;
use actix_web::http::header;
use actix_web::{HttpResponse, web};
use serde_json::json;

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics))
        .route("/api/openapi.json", web::get().to(openapi));
}

/// The process lives.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "ok"}))
}

/// The database answers, its migrations are applied, and the service is not shutting down.
async fn readyz(services: web::Data<Services>) -> HttpResponse {
    match services.readiness.ready().await {
        Ok(()) => HttpResponse::Ok().json(json!({"status": "ok"})),
        Err(reason) => HttpResponse::ServiceUnavailable()
            .insert_header((header::RETRY_AFTER, 2))
            .json(json!({"status": "unavailable", "reason": reason})),
    }
}

async fn metrics(services: web::Data<Services>) -> HttpResponse {
    match services.metrics.render().await {
        Ok(page) => HttpResponse::Ok()
            .insert_header((
                header::CONTENT_TYPE,
                "text/plain; version=0.0.4; charset=utf-8",
            ))
            .body(page),
        Err(error) => {
            tracing::error!(cause = %error, "metrics");
            HttpResponse::ServiceUnavailable()
                .insert_header((header::RETRY_AFTER, 2))
                .finish()
        }
    }
}

async fn openapi() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/json"))
        .body(crate::openapi::document().to_string())
}
