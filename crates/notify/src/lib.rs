//! Sends alerts by mail.
//!
//! [`Mailer`] is the only adapter so far. It sends each alert to its one recipient, once a call,
//! within a minute, and says whether a failure may pass. The `Message-ID` is made of the alert's
//! id, so that a receiver can drop the second copy of a mail whose first copy was sent in the
//! instant before a crash.

mod mailer;
#[cfg(test)]
mod tests;

pub use mailer::{Mailer, MailerError};
