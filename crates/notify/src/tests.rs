use crate::Mailer;
use kernel::TenantId;
use sla::{Alert, AlertOutcome, AlertSender, BreachId, Severity};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

const PATIENCE: Duration = Duration::from_secs(20);

fn alert(recipient: &str) -> Alert {
    Alert {
        id: 7,
        tenant: TenantId(1),
        breach: BreachId(3),
        severity: Severity::Critical,
        recipient: recipient.to_owned(),
        subject: "SLA \"Response Time\" breached".to_owned(),
        body: "It took 450 s.".to_owned(),
        attempts: 0,
    }
}

/// A server that takes one mail, or refuses recipients with the given code; answers what it read.
async fn server(recipient_code: u16) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let task = tokio::spawn(async move {
        let (socket, _) = listener.accept().await.unwrap();
        let (read, mut write) = socket.into_split();
        let mut lines = BufReader::new(read).lines();
        let mut mail = String::new();
        let mut in_data = false;
        write.write_all(b"220 test\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            let reply = if in_data {
                mail.push_str(&line);
                mail.push('\n');
                if line != "." {
                    continue;
                }
                in_data = false;
                "250 taken".to_owned()
            } else if line.starts_with("RCPT") {
                format!("{recipient_code} recipient")
            } else if line.starts_with("DATA") {
                in_data = true;
                "354 go on".to_owned()
            } else if line.starts_with("QUIT") {
                "221 bye".to_owned()
            } else {
                "250 ok".to_owned()
            };
            if write
                .write_all(format!("{reply}\r\n").as_bytes())
                .await
                .is_err()
            {
                break;
            }
            if line.starts_with("QUIT") || (mail.ends_with(".\n") && !in_data && !mail.is_empty()) {
                break;
            }
        }
        mail
    });
    (url, task)
}

#[tokio::test]
async fn a_mail_is_sent_with_an_id_to_drop_duplicates_by() {
    let (url, task) = server(250).await;
    let mailer = Mailer::new(&url, "wfi@example.com", PATIENCE).unwrap();
    assert_eq!(
        mailer.send(&alert("ops@example.com")).await,
        AlertOutcome::Sent
    );
    drop(mailer);
    let mail = task.await.unwrap();
    let id = message_id(&mail);
    assert!(id.starts_with("<alert-7."), "{id}");
    assert!(id.ends_with("@example.com>"), "{id}");
    assert!(mail.contains("To: ops@example.com"), "{mail}");
    assert!(mail.contains("It took 450 s."), "{mail}");
}

fn message_id(mail: &str) -> String {
    let id = mail
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "));
    id.unwrap().to_owned()
}

async fn sent_as(alert: &Alert) -> String {
    let (url, task) = server(250).await;
    let mailer = Mailer::new(&url, "wfi@example.com", PATIENCE).unwrap();
    assert_eq!(mailer.send(alert).await, AlertOutcome::Sent);
    message_id(&task.await.unwrap())
}

#[tokio::test]
async fn the_same_alert_has_the_same_id_and_no_other_one_has() {
    let first = alert("ops@example.com");
    let later = Alert {
        attempts: 3,
        ..first.clone()
    };
    let elsewhere = Alert {
        body: "It took 451 s.".to_owned(),
        ..first.clone()
    };
    let id = sent_as(&first).await;
    assert_eq!(sent_as(&later).await, id);
    assert_ne!(sent_as(&elsewhere).await, id);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let mailer = Mailer::new(&url, "wfi@example.com", Duration::from_millis(50)).unwrap();
    let outcome = mailer.send(&alert("ops@example.com")).await;
    assert!(matches!(outcome, AlertOutcome::Retry(_)), "{outcome:?}");
}

#[tokio::test]
async fn a_refusal_is_told_from_a_failure_that_may_pass() {
    let (url, _task) = server(550).await;
    let mailer = Mailer::new(&url, "wfi@example.com", PATIENCE).unwrap();
    let outcome = mailer.send(&alert("nobody@example.com")).await;
    assert!(matches!(outcome, AlertOutcome::Refused(_)), "{outcome:?}");
    let (url, _task) = server(451).await;
    let mailer = Mailer::new(&url, "wfi@example.com", PATIENCE).unwrap();
    let outcome = mailer.send(&alert("ops@example.com")).await;
    assert!(matches!(outcome, AlertOutcome::Retry(_)), "{outcome:?}");
}

#[tokio::test]
async fn nobody_there_may_pass_and_a_bad_address_never_does() {
    let mailer = Mailer::new("smtp://127.0.0.1:1", "wfi@example.com", PATIENCE).unwrap();
    assert!(matches!(
        mailer.send(&alert("ops@example.com")).await,
        AlertOutcome::Retry(_)
    ));
    assert!(matches!(
        mailer.send(&alert("no address")).await,
        AlertOutcome::Refused(_)
    ));
}

#[test]
fn what_cannot_be_used_is_refused_without_showing_a_password() {
    let error = Mailer::new("ftp://user:secret@host", "wfi@example.com", PATIENCE)
        .err()
        .unwrap();
    assert!(!error.to_string().contains("secret"));
    assert!(Mailer::new("smtp://localhost", "nobody", PATIENCE).is_err());
}
