//! Interactive documentation, served without any outside host.

use actix_web::http::header;
use actix_web::{HttpResponse, middleware::DefaultHeaders, web};
use utoipa_swagger_ui::{Config, SwaggerUi};

/// The page runs its own scripts and sets styles inline; nothing else, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
                      img-src 'self' data:; connect-src 'self'; form-action 'self'; \
                      frame-ancestors 'none'; base-uri 'none'";

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    let ui = SwaggerUi::new("/{_:.*}").config(Config::from("/api/openapi.json"));
    let headers = DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, POLICY))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::REFERRER_POLICY, "no-referrer"));
    config
        .route("/api/docs", web::get().to(to_folder))
        .service(web::scope("/api/docs").wrap(headers).service(ui));
}

async fn to_folder() -> HttpResponse {
    HttpResponse::PermanentRedirect()
        .insert_header((header::LOCATION, "/api/docs/"))
        .finish()
}
