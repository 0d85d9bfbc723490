//! Trying again when somebody else was faster.

use super::SuggestionError;
use crate::Suggestion;
use kernel::{Answer, Receipt, StoreError};
use std::sync::Arc;

/// How often a change is tried again when somebody else changed the record in between.
const ATTEMPTS: u32 = 5;

/// Nothing when it is worth another try, else why not.
pub(super) fn retry_or(
    error: StoreError,
    if_match: Option<i64>,
    attempt: &mut u32,
) -> Result<(), SuggestionError> {
    if matches!(error, StoreError::StaleVersion) && if_match.is_none() && *attempt < ATTEMPTS {
        *attempt += 1;
        return Ok(());
    }
    Err(stale(error))
}

pub(super) fn stale(error: StoreError) -> SuggestionError {
    match error {
        StoreError::StaleVersion => SuggestionError::Stale,
        StoreError::Duplicate { .. }
        | StoreError::AnswerExists
        | StoreError::Unavailable(_)
        | StoreError::Corrupt { .. } => SuggestionError::Store(error),
    }
}

/// A receipt that can be handed out again for another attempt.
pub(super) struct SharedReceipt(Arc<Receipt<Suggestion>>);

impl SharedReceipt {
    pub(super) fn new(receipt: Receipt<Suggestion>) -> Self {
        Self(Arc::new(receipt))
    }

    pub(super) fn once(&self) -> Receipt<Suggestion> {
        let shared = Arc::clone(&self.0);
        Receipt {
            key: shared.key.clone(),
            render: Box::new(move |suggestion| (shared.render)(suggestion)),
        }
    }
}

/// The receipt for a list of which only the first is meant. A user's suggestion has no
/// fingerprint, so a list of one always comes back as one.
pub(super) fn first_of_list(receipt: Receipt<Suggestion>) -> Receipt<Vec<Suggestion>> {
    let Receipt { key, render } = receipt;
    Receipt {
        key,
        render: Box::new(move |list: &Vec<Suggestion>| match list.first() {
            Some(suggestion) => render(suggestion),
            None => Answer {
                status: 500,
                body: String::new(),
                location: None,
                etag: None,
            },
        }),
    }
}
