//! The first start: a sample tenant, a token, and commands to try.

use super::super::output::{self, Failure};
use crate::randomness::SystemRandomness;
use crate::sample;
use crate::wiring::Wired;
use access::{NewTokenRequest, Secret};
use api::Randomness;
use kernel::{Actor, Clock, Role};
use persistence::Database;
use serde_json::json;
use std::sync::Arc;

/// The tenant that a first start makes.
const TENANT: &str = "sample";
const SEED: u64 = 1;

/// Loads the sample into a database without any tenant, and makes a token for it.
pub(super) async fn first_start(
    database: &Database,
    wired: &Wired,
    clock: &Arc<dyn Clock>,
) -> Result<Option<Secret>, Failure> {
    let tokens = database.token_store();
    if !tokens.tenants().await?.is_empty() {
        return Ok(None);
    }
    tracing::info!("the database is empty: loading a sample tenant");
    let tenant = tokens.ensure_tenant(TENANT, clock.now()).await?;
    let actor = Actor {
        tenant,
        user: "admin".to_owned(),
    };
    sample::load(wired, &actor, sample::generate(SEED, clock.now()), |_| {})
        .await
        .map_err(|error| Failure::failed(format!("cannot load the sample: {error}")))?;
    let request = NewTokenRequest {
        tenant: TENANT.to_owned(),
        user: actor.user,
        role: Role::Admin,
        expires_at: None,
        limited: false,
    };
    let issued = wired
        .services
        .access
        .issue(request, SystemRandomness.bytes())
        .await?;
    Ok(Some(issued.secret))
}

/// Says where the service is, and on a first start how to use it.
pub(super) fn say(address: &str, token: Option<&Secret>, as_json: bool) -> Result<(), Failure> {
    let url = format!("http://{address}");
    if as_json {
        let token = token.map(Secret::expose);
        return output::line(json!({"url": url, "token": token}).to_string());
    }
    output::line(format!(
        "Workflow Intelligence listens on {url} (docs: {url}/api/docs/)"
    ))?;
    let Some(token) = token else {
        return Ok(());
    };
    let token = token.expose();
    let api = format!("{url}{}", api::PREFIX);
    output::line(format!(
        "\nToken of the sample tenant, shown this once:\n\n  {token}\n\nTry:\n\n\
         curl -H 'Authorization: Bearer {token}' {api}/workflow-slas/\n\n\
         curl -H 'Authorization: Bearer {token}' -H 'Content-Type: application/json' \\\n  \
         -d '{{\"workflow_id\": 1, \"input_data\": {{\"amount\": 15000, \"discount_percentage\": 15}}}}' \\\n  \
         {api}/workflow-simulations/\n\n\
         curl -X POST -H 'Authorization: Bearer {token}' {api}/workflow-suggestions/generate/\n"
    ))
}
