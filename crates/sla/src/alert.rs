//! Alerts and their delivery.

use crate::{BreachId, Severity};
use chrono::TimeDelta;
use kernel::TenantId;

/// An alert to be written with its breach: one for each recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAlert {
    /// To whom.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

/// Where an alert stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertState {
    /// To be sent, now or later.
    Scheduled,
    /// Sent.
    Sent,
    /// Given up: refused, or tried [`MAX_ATTEMPTS`] times.
    Dead,
}

impl AlertState {
    /// The name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Sent => "sent",
            Self::Dead => "dead",
        }
    }

    /// The state of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Scheduled, Self::Sent, Self::Dead]
            .into_iter()
            .find(|state| state.as_str() == name)
    }
}

/// An alert handed out for delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// Its id; receivers can drop duplicates by it.
    pub id: i64,
    /// Whose it is.
    pub tenant: TenantId,
    /// Of which breach.
    pub breach: BreachId,
    /// How bad it was when the alert was written.
    pub severity: Severity,
    /// To whom.
    pub recipient: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// How often it was tried before.
    pub attempts: u32,
}

/// What became of one delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AlertOutcome {
    /// The receiver took it.
    Sent,
    /// It may work later.
    Retry(String),
    /// It never will.
    Refused(String),
}

/// After so many attempts an alert is given up.
pub const MAX_ATTEMPTS: u32 = 8;

/// How long to wait after the given number of failed attempts: 5 s, doubling, an hour at most.
#[must_use]
pub fn retry_delay(attempts: u32) -> TimeDelta {
    let seconds = 5_i64 << attempts.saturating_sub(1).min(10);
    TimeDelta::seconds(seconds.min(3600))
}

#[cfg(test)]
mod tests;
