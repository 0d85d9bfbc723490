//! SMTP.

use async_trait::async_trait;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sha2::{Digest, Sha256};
use sla::{Alert, AlertOutcome, AlertSender};
use std::fmt::Write as _;
use std::time::Duration;

/// Why a mailer cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum MailerError {
    /// The URL cannot be used. The text never shows a password.
    #[error(
        "smtp_url: expected smtp://HOST:PORT, smtp://USER:PASSWORD@HOST?tls=required or smtps://…"
    )]
    Url(#[source] SmtpError),
    /// The sender is no mail address.
    #[error("from: \"{0}\" is not a mail address")]
    From(String),
}

/// Sends alerts through one SMTP server.
#[derive(Clone)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    patience: Duration,
}

impl Mailer {
    /// A mailer for `smtp://…` or `smtps://…`, sending as `from`. A delivery that takes longer
    /// than `patience` has failed.
    ///
    /// # Errors
    /// The URL or the sender cannot be used.
    pub fn new(url: &str, from: &str, patience: Duration) -> Result<Self, MailerError> {
        let Ok(from) = from.parse() else {
            return Err(MailerError::From(from.to_owned()));
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(MailerError::Url)?
            .timeout(Some(patience))
            .build();
        Ok(Self {
            transport,
            from,
            patience,
        })
    }

    fn message(&self, alert: &Alert) -> Result<Message, String> {
        let Ok(to) = alert.recipient.parse::<Mailbox>() else {
            return Err(format!("\"{}\" is not a mail address", alert.recipient));
        };
        let domain = self.from.email.domain();
        Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&alert.subject)
            .message_id(Some(format!(
                "<alert-{}.{}@{domain}>",
                alert.id,
                mark(alert)
            )))
            .header(ContentType::TEXT_PLAIN)
            .body(alert.body.clone())
            .map_err(|error| error.to_string())
    }
}

/// Tells an alert from those of other databases that have the same id: the first 64 bits of a
/// digest of what it says, which never changes.
fn mark(alert: &Alert) -> String {
    let mut digest = Sha256::new();
    for part in [&alert.recipient, &alert.subject, &alert.body] {
        digest.update(part.len().to_be_bytes());
        digest.update(part);
    }
    let mut mark = String::new();
    for byte in digest.finalize().iter().take(8) {
        // Writing to a string cannot fail.
        let _ = write!(mark, "{byte:02x}");
    }
    mark
}

#[async_trait]
impl AlertSender for Mailer {
    async fn send(&self, alert: &Alert) -> AlertOutcome {
        let message = match self.message(alert) {
            Ok(message) => message,
            Err(reason) => return AlertOutcome::Refused(reason),
        };
        match tokio::time::timeout(self.patience, self.transport.send(message)).await {
            Ok(Ok(_)) => AlertOutcome::Sent,
            // 5yz: the server will never take it.
            Ok(Err(error)) if error.is_permanent() => AlertOutcome::Refused(error.to_string()),
            Ok(Err(error)) => AlertOutcome::Retry(error.to_string()),
            Err(_) => AlertOutcome::Retry("the mail server did not answer in time".to_owned()),
        }
    }
}
