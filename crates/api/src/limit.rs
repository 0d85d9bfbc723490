//! Rate limits: exact sliding logs, and the headers that tell clients of them.

use crate::{ApiError, Services};
use access::{Authenticated, Decision, Limit, LimitClass};
use actix_web::http::StatusCode;

/// `RateLimit-Policy` and `RateLimit` of the IETF draft.
#[derive(Debug, Default)]
pub(crate) struct RateHeaders {
    pub(crate) policy: Option<String>,
    pub(crate) state: Option<String>,
}

/// Charges a call to its budgets, or refuses it and charges none.
pub(crate) async fn admit(
    services: &Services,
    caller: &Authenticated,
    class: LimitClass,
) -> Result<RateHeaders, ApiError> {
    let now = services.clock.now();
    let limits = &services.options.limits;
    let principal = &caller.token_prefix;
    let standard = limits.get(LimitClass::Standard);
    if let Some(limit) = standard {
        let decision = services.standard_limit.peek(principal, limit, now);
        if !decision.admitted {
            return Err(refused(limit, decision));
        }
    }
    let mut budgets = Vec::new();
    if let (true, Some(limit)) = (class != LimitClass::Standard, limits.get(class)) {
        let subject = format!("{principal}:{}", name(class));
        let tenant = caller.actor.tenant;
        let decision = services
            .rate_limits
            .admit(tenant, &subject, limit, now)
            .await?;
        if !decision.admitted {
            return Err(refused(limit, decision));
        }
        budgets.push((limit, decision));
    }
    if let Some(limit) = standard {
        let decision = services.standard_limit.admit(principal, limit, now);
        if !decision.admitted {
            return Err(refused(limit, decision));
        }
        budgets.push((limit, decision));
    }
    Ok(headers(&budgets))
}

fn name(class: LimitClass) -> &'static str {
    match class {
        LimitClass::Standard => "standard",
        LimitClass::Simulation => "simulation",
        LimitClass::Generation => "generation",
    }
}

fn headers(budgets: &[(Limit, Decision)]) -> RateHeaders {
    if budgets.is_empty() {
        return RateHeaders::default();
    }
    let policy: Vec<_> = budgets
        .iter()
        .map(|(limit, _)| {
            format!(
                "\"{}\";q={};w={}",
                name(limit.class),
                limit.calls,
                limit.window.num_seconds()
            )
        })
        .collect();
    let state: Vec<_> = budgets
        .iter()
        .map(|(limit, decision)| {
            let seconds = seconds_up(*decision);
            format!(
                "\"{}\";r={};t={seconds}",
                name(limit.class),
                decision.remaining
            )
        })
        .collect();
    RateHeaders {
        policy: Some(policy.join(", ")),
        state: Some(state.join(", ")),
    }
}

fn seconds_up(decision: Decision) -> u64 {
    u64::try_from((decision.resets_in.num_milliseconds() + 999) / 1000).unwrap_or(0)
}

fn refused(limit: Limit, decision: Decision) -> ApiError {
    let seconds = seconds_up(decision).max(1);
    let mut error = ApiError::new(
        StatusCode::TOO_MANY_REQUESTS,
        "throttled",
        format!("Request was throttled. Expected available in {seconds} seconds."),
    );
    error.retry_after_seconds = Some(seconds);
    error.rate = Some(headers(&[(limit, decision)]));
    error
}
