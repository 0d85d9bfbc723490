//! Every error of every service, as a status. Exhaustive on purpose: a new variant must choose.

use crate::ApiError;
use access::AccessError;
use actix_web::http::StatusCode;
use blueprint::TemplateError;
use catalog::ActionError;
use document::Problem;
use execution_log::ExecutionError;
use kernel::StoreError;
use sla::SlaError;
use suggestions::SuggestionError;
use workflow_registry::WorkflowError;
use workflow_sim::SimulationError;

/// What a lost race for an idempotency key is called between a store and `Call::once`.
pub(crate) const ANSWER_EXISTS: &str = "answer_exists";

fn forbidden(message: String) -> ApiError {
    ApiError::new(StatusCode::FORBIDDEN, "permission_denied", message)
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) => Self::unavailable(error),
            StoreError::AnswerExists => {
                Self::new(StatusCode::CONFLICT, ANSWER_EXISTS, error.to_string())
            }
            StoreError::StaleVersion => Self::stale(),
            StoreError::Duplicate { what } => Self::conflict(format!("The {what} is taken")),
            StoreError::Corrupt { .. } => Self::internal(error),
        }
    }
}

impl From<AccessError> for ApiError {
    fn from(error: AccessError) -> Self {
        match error {
            AccessError::Malformed | AccessError::Unknown | AccessError::Revoked => Self::new(
                StatusCode::UNAUTHORIZED,
                "not_authenticated",
                "Invalid token",
            ),
            AccessError::Expired => Self::new(
                StatusCode::UNAUTHORIZED,
                "not_authenticated",
                "The token has expired",
            ),
            AccessError::Invalid(fields) => Self::invalid(
                fields
                    .into_iter()
                    .map(|(path, message)| Problem { path, message })
                    .collect(),
            ),
            AccessError::Store(error) => error.into(),
        }
    }
}

impl From<WorkflowError> for ApiError {
    fn from(error: WorkflowError) -> Self {
        let message = error.to_string();
        match error {
            WorkflowError::NotFound => Self::not_found("Workflow"),
            WorkflowError::Stale => Self::stale(),
            WorkflowError::Invalid(problems) => Self::invalid(problems),
            WorkflowError::NotActivatable(_) | WorkflowError::InUse => Self::conflict(message),
            WorkflowError::Store(error) => error.into(),
        }
    }
}

impl From<ExecutionError> for ApiError {
    fn from(error: ExecutionError) -> Self {
        match error {
            ExecutionError::NotFound => Self::not_found("Workflow execution"),
            ExecutionError::UnknownWorkflow => Self::not_found("Workflow"),
            ExecutionError::Stale => Self::stale(),
            ExecutionError::Invalid(problems) => Self::invalid(problems),
            ExecutionError::Store(error) => error.into(),
        }
    }
}

impl From<ActionError> for ApiError {
    fn from(error: ActionError) -> Self {
        let message = error.to_string();
        match error {
            ActionError::NotFound => Self::not_found("Action"),
            ActionError::NotOwner => forbidden(message),
            ActionError::Stale => Self::stale(),
            ActionError::Invalid(problems) => Self::invalid(problems),
            ActionError::Store(error) => error.into(),
        }
    }
}

impl From<SuggestionError> for ApiError {
    fn from(error: SuggestionError) -> Self {
        let message = error.to_string();
        match error {
            SuggestionError::NotFound => Self::not_found("Suggestion"),
            SuggestionError::UnknownWorkflow => Self::not_found("Workflow"),
            SuggestionError::Stale => Self::stale(),
            SuggestionError::Invalid(problems) => Self::invalid(problems),
            SuggestionError::WrongState { .. } | SuggestionError::Decided(_) => {
                Self::conflict(message)
            }
            SuggestionError::Store(error) => error.into(),
        }
    }
}

impl From<SimulationError> for ApiError {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::WorkflowNotFound => Self::not_found("Workflow"),
            SimulationError::NotFound => Self::not_found("Simulation"),
            SimulationError::Invalid(problems) => Self::invalid(problems),
            SimulationError::Cancelled => Self::conflict(error.to_string()),
            SimulationError::Store(error) => {
                let mut error = Self::from(error);
                error.failed = Some("Failed to execute simulation");
                error
            }
        }
    }
}

impl From<SlaError> for ApiError {
    fn from(error: SlaError) -> Self {
        let message = error.to_string();
        match error {
            SlaError::NotFound => Self::not_found("SLA"),
            SlaError::UnknownWorkflow => Self::not_found("Workflow"),
            SlaError::Stale => Self::stale(),
            SlaError::Invalid(problems) => Self::invalid(problems),
            SlaError::AlreadyAcknowledged => Self::conflict(message),
            SlaError::Store(error) => error.into(),
        }
    }
}

impl From<TemplateError> for ApiError {
    fn from(error: TemplateError) -> Self {
        let message = error.to_string();
        match error {
            TemplateError::NotFound => Self::not_found("Template"),
            TemplateError::Stale => Self::stale(),
            TemplateError::NotOwner => forbidden(message),
            TemplateError::DuplicateVersion { .. }
            | TemplateError::VersionConflict { .. }
            | TemplateError::Inactive { .. } => Self::conflict(message),
            TemplateError::Invalid(problems) => Self::invalid(problems),
            TemplateError::Store(error) => error.into(),
        }
    }
}
