//! SMTP.

use async_trait::async_trait;
use lettre::message::{Mailbox, header::ContentType};
use lettre::transport::smtp::Error as SmtpError;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use sla::{Alert, AlertOutcome, AlertSender};
use std::time::Duration;

/// Longer than any server takes to accept a short mail.
const PATIENCE: Duration = Duration::from_mins(1);

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
}

impl Mailer {
    /// A mailer for `smtp://…` or `smtps://…`, sending as `from`.
    ///
    /// # Errors
    /// The URL or the sender cannot be used.
    pub fn new(url: &str, from: &str) -> Result<Self, MailerError> {
        let Ok(from) = from.parse() else {
            return Err(MailerError::From(from.to_owned()));
        };
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(MailerError::Url)?
            .timeout(Some(Duration::from_secs(20)))
            .build();
        Ok(Self { transport, from })
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
            .message_id(Some(format!("<alert-{}@{domain}>", alert.id)))
            .header(ContentType::TEXT_PLAIN)
            .body(alert.body.clone())
            .map_err(|error| error.to_string())
    }
}

#[async_trait]
impl AlertSender for Mailer {
    async fn send(&self, alert: &Alert) -> AlertOutcome {
        let message = match self.message(alert) {
            Ok(message) => message,
            Err(reason) => return AlertOutcome::Refused(reason),
        };
        match tokio::time::timeout(PATIENCE, self.transport.send(message)).await {
            Ok(Ok(_)) => AlertOutcome::Sent,
            // 5yz: the server will never take it.
            Ok(Err(error)) if error.is_permanent() => AlertOutcome::Refused(error.to_string()),
            Ok(Err(error)) => AlertOutcome::Retry(error.to_string()),
            Err(_) => AlertOutcome::Retry("the mail server did not answer in time".to_owned()),
        }
    }
}
