//! `wfi token …`

use super::context::{configuration, open, overrides};
use super::output::{self, Failure};
use crate::cli::{RoleName, TokenCommand};
use crate::randomness::SystemRandomness;
use access::{AccessError, AccessService, NewTokenRequest, TokenRecord};
use api::Randomness;
use chrono::{DateTime, SecondsFormat, Utc};
use kernel::{Role, SystemClock, TenantId};
use persistence::Database;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

impl From<AccessError> for Failure {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Store(error) => error.into(),
            AccessError::Malformed
            | AccessError::Unknown
            | AccessError::Expired
            | AccessError::Revoked => Self::failed(error.to_string()),
            AccessError::Invalid(_) => Self::usage(error.to_string()),
        }
    }
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Viewer => Self::Viewer,
            RoleName::Editor => Self::Editor,
            RoleName::Admin => Self::Admin,
        }
    }
}

/// Makes, lists or revokes tokens.
pub(super) async fn token(
    file: Option<&Path>,
    json: bool,
    command: TokenCommand,
) -> Result<(), Failure> {
    match command {
        TokenCommand::Create {
            database,
            tenant,
            user,
            role,
            expires_at,
            no_limits,
        } => {
            let expires_at = expires_at.as_deref().map(instant).transpose()?;
            let database = open(&configuration(file, &overrides(&database))?).await?;
            let request = NewTokenRequest {
                tenant,
                user,
                role: role.into(),
                expires_at,
                limited: !no_limits,
            };
            let made = create(&database, request, json).await;
            database.close().await;
            made
        }
        TokenCommand::List { database, tenant } => {
            let database = open(&configuration(file, &overrides(&database))?).await?;
            let listed = list(&database, &tenant, json).await;
            database.close().await;
            listed
        }
        TokenCommand::Revoke {
            database,
            tenant,
            prefix,
        } => {
            let database = open(&configuration(file, &overrides(&database))?).await?;
            let revoked = revoke(&database, &tenant, &prefix, json).await;
            database.close().await;
            revoked
        }
    }
}

fn instant(text: &str) -> Result<DateTime<Utc>, Failure> {
    DateTime::parse_from_rfc3339(text)
        .map(|at| at.with_timezone(&Utc))
        .map_err(|_malformed| {
            Failure::usage("--expires-at: expected a date and time such as 2030-01-01T00:00:00Z")
        })
}

fn service(database: &Database) -> AccessService {
    AccessService::new(database.token_store(), Arc::new(SystemClock))
}

async fn create(database: &Database, request: NewTokenRequest, json: bool) -> Result<(), Failure> {
    let issued = service(database)
        .issue(request, SystemRandomness.bytes())
        .await?;
    if json {
        let mut shown = shown(&issued.record);
        shown["token"] = json!(issued.secret.expose());
        output::json(&shown)
    } else {
        output::line("This token is shown once; keep it safe:")?;
        output::line(issued.secret.expose())
    }
}

async fn tenant_id(service: &AccessService, name: &str) -> Result<TenantId, Failure> {
    service
        .tenant(name)
        .await?
        .ok_or_else(|| Failure::failed(format!("there is no tenant \"{name}\"")))
}

async fn list(database: &Database, tenant: &str, json: bool) -> Result<(), Failure> {
    let service = service(database);
    let tokens = service.list(tenant_id(&service, tenant).await?).await?;
    if json {
        let results: Vec<_> = tokens.iter().map(shown).collect();
        return output::json(&json!({"count": results.len(), "results": results}));
    }
    output::line(format!(
        "{:<18}{:<10}{:<22}{}",
        "PREFIX", "ROLE", "STATE", "USER"
    ))?;
    for token in &tokens {
        let state = match (token.revoked_at, token.expires_at) {
            (Some(at), _) => format!("revoked {}", at.date_naive()),
            (None, Some(at)) => format!("until {}", at.date_naive()),
            (None, None) => "in use".to_owned(),
        };
        let role = token.role.as_str();
        output::line(format!(
            "{:<18}{role:<10}{state:<22}{}",
            token.prefix, token.user
        ))?;
    }
    Ok(())
}

async fn revoke(
    database: &Database,
    tenant: &str,
    prefix: &str,
    json: bool,
) -> Result<(), Failure> {
    let service = service(database);
    let tenant = tenant_id(&service, tenant).await?;
    service.revoke(tenant, prefix).await?;
    if json {
        output::json(&json!({"prefix": prefix, "revoked": true}))
    } else {
        output::line(format!(
            "Revoked {prefix}; running services refuse it within 5 seconds."
        ))
    }
}

fn shown(token: &TokenRecord) -> Value {
    let time = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    json!({
        "prefix": token.prefix,
        "user": token.user,
        "role": token.role.as_str(),
        "limited": token.limited,
        "created_at": time(token.created_at),
        "expires_at": token.expires_at.map(time),
        "revoked_at": token.revoked_at.map(time),
    })
}
