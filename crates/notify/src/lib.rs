//! Sends alerts by mail.
//!
//! [`Mailer`] is the only adapter so far. It sends each alert to its one recipient, once a call,
//! within the time that it is given, and says whether a failure may pass. The `Message-ID` is made
//! of the alert's id and its text, so that a receiver can drop the second copy of a mail whose
//! first copy was sent in the instant before a crash, and never drops the alert of another
//! installation, or of a database that was begun anew.

mod mailer;
#[cfg(test)]
mod tests;

pub use mailer::{Mailer, MailerError};
