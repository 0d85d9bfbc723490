//! `tokens/`: who may call. For admins.

use crate::ApiError;
use crate::call::Call;
use crate::doc::{Doc, TakesIfMatch};
use crate::endpoint::{Endpoint, handler};
use crate::reply::{Reply, answer};
use crate::wire::{Timestamp, schema};
use access::{AccessError, IssuedToken, NewTokenRequest, TokenRecord};
use actix_web::http::StatusCode;
use document::{Node, Problem, Problems};
use kernel::Role;
use serde::Serialize;
use serde_json::{Value, json};

pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        Endpoint::new("/tokens")
            .get(
                handler!(list),
                Doc::new("tokens_list", "List the tokens of your tenant").ok(
                    200,
                    "Every token, without its secret.",
                    "TokenList",
                    None,
                ),
            )
            .role(Role::Admin)
            .post(
                handler!(create),
                Doc::new("tokens_create", "Create a token for your tenant")
                    .describe(
                        "The secret is shown once. Takes no `Idempotency-Key`: an answer \
                               with a secret is not kept.",
                    )
                    .body("TokenWrite", Some(json!({"user": "mia", "role": "editor"})))
                    .without_key()
                    .link(201, "tokens_revoke", "prefix", "$response.body#/prefix")
                    .ok(201, "The token with its secret.", "TokenCreated", None),
            )
            .role(Role::Admin),
        Endpoint::new("/tokens/{prefix}")
            .delete(
                handler!(revoke),
                Doc::new("tokens_revoke", "Revoke a token")
                    .describe("Named by its public prefix. Takes effect within 5 seconds.")
                    .if_match(TakesIfMatch::Never)
                    .ok_empty(),
            )
            .role(Role::Admin),
    ]
}

/// A token as admins see it: never its secret.
#[derive(Debug, Serialize)]
struct TokenBody<'a> {
    prefix: &'a str,
    user: &'a str,
    role: &'static str,
    created_at: Timestamp,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
}

impl<'a> From<&'a TokenRecord> for TokenBody<'a> {
    fn from(token: &'a TokenRecord) -> Self {
        Self {
            prefix: &token.prefix,
            user: &token.user,
            role: token.role.as_str(),
            created_at: Timestamp(token.created_at),
            expires_at: token.expires_at.map(Timestamp),
            revoked_at: token.revoked_at.map(Timestamp),
        }
    }
}

async fn list(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let tokens = call.services.access.list(call.tenant()).await?;
    let results: Vec<_> = tokens.iter().map(TokenBody::from).collect();
    Reply::json(
        StatusCode::OK,
        &json!({"count": results.len(), "results": results}),
    )
}

async fn create(mut call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    // Checked like everywhere, and then not used: an answer with a secret is not kept.
    call.idempotency_key(String::new())?;
    let body = call.json().await?;
    let request = read(&body).map_err(ApiError::invalid)?;
    let random = call.services.randomness.bytes();
    let issued: IssuedToken = call
        .services
        .access
        .issue_for(call.tenant(), &request, random)
        .await?;
    let mut body =
        serde_json::to_value(TokenBody::from(&issued.record)).map_err(ApiError::internal)?;
    body["token"] = json!(issued.secret.expose());
    Ok(answer(StatusCode::CREATED, &body)?.into())
}

fn read(body: &Value) -> Result<NewTokenRequest, Vec<Problem>> {
    let problems = Problems::default();
    let read = || {
        let mut body = Node::root(body, &problems).object()?;
        let user = body.required("user").and_then(|n| n.text(200));
        let roles = Role::ALL.map(|role| (role.as_str(), role));
        let role = body.required("role").and_then(|n| n.choice(&roles));
        let expires = body.optional("expires_at").map(|n| n.instant());
        body.read_only(&["prefix", "created_at", "revoked_at", "token"]);
        body.finish();
        let expires_at = match expires {
            None => None,
            Some(at) => Some(at?),
        };
        Some(NewTokenRequest {
            // The caller's own: a token of one tenant makes none of another.
            tenant: "of the caller".to_owned(),
            user: user?,
            role: role?,
            expires_at,
            limited: true,
        })
    };
    let read = read();
    problems.settle(read)
}

async fn revoke(call: Call) -> Result<Reply, ApiError> {
    call.no_query()?;
    let revoked = call
        .services
        .access
        .revoke(call.tenant(), &call.parameter)
        .await;
    match revoked {
        Ok(()) => Ok(Reply::no_content()),
        Err(AccessError::Unknown | AccessError::Malformed) => Err(ApiError::not_found("Token")),
        Err(error) => Err(error.into()),
    }
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let role = json!({"type": "string", "enum": ["viewer", "editor", "admin"]});
    let token = json!({
        "prefix": {"type": "string", "description": "Public: to recognise the token by."},
        "user": {"type": "string"},
        "role": role,
        "created_at": schema::timestamp(),
        "expires_at": schema::nullable_timestamp(),
        "revoked_at": schema::nullable_timestamp(),
    });
    let mut with_secret = token.clone();
    with_secret["token"] = json!({"type": "string", "description": "Shown once."});
    vec![
        ("Token", schema::resource(&token, &json!({}))),
        ("TokenCreated", schema::resource(&with_secret, &json!({}))),
        (
            "TokenList",
            json!({
                "type": "object",
                "properties": {
                    "count": {"type": "integer"},
                    "results": {"type": "array", "items": {"$ref": "#/components/schemas/Token"}},
                },
                "required": ["count", "results"],
            }),
        ),
        (
            "TokenWrite",
            json!({
                "type": "object",
                "properties": {
                    "user": schema::name(),
                    "role": role,
                    "expires_at": schema::nullable_timestamp(),
                },
                "required": ["user", "role"],
                "additionalProperties": false,
            }),
        ),
    ]
}
