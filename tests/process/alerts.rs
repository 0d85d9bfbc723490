//! From a deadline that passes to the mail in the recipient's box.

use crate::binary::{self, Wfi};
use crate::database::{Home, on_both};
use crate::http::Client;
use crate::smtp::{MailServer, Manner, free_port};
use crate::wait::{settles, wait};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use kernel::{Clock, SystemClock};
use serde_json::{Value, json};
use std::time::Duration;

/// Longer than anything here takes, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

on_both!(
    a_run_that_hangs_is_found_and_told_of_once,
    a_crash_while_sending_loses_no_mail,
    a_mail_server_that_is_away_is_tried_again,
    a_refused_alert_is_seen,
    a_deadline_that_was_slept_over_is_found_at_the_start,
);

struct Setting<'a> {
    home: &'a Home,
    token: String,
    smtp: String,
}

impl<'a> Setting<'a> {
    fn new(home: &'a Home, smtp: String) -> Self {
        let token = binary::token(home, "acme", &["--no-limits"]);
        Self { home, token, smtp }
    }

    fn start(&self) -> Wfi {
        let settings = [
            ("WFI__ALERTS__SMTP_URL", self.smtp.as_str()),
            ("WFI__ALERTS__FROM", "wfi@example.com"),
            ("WFI__ALERTS__TIMEOUT_SECONDS", "1"),
        ];
        Wfi::start(self.home, &settings)
    }
}

/// Makes a workflow with an SLA of so many seconds that tells these.
fn promise(client: &mut Client, seconds: i64, recipients: &[&str]) -> i64 {
    let workflow = client.workflow("Orders");
    let sla = json!({"workflow": workflow, "name": "Fast", "target_duration_seconds": seconds,
        "warning_threshold_seconds": seconds, "alert_recipients": recipients});
    client.post("/workflow-slas/", &sla).expect(201);
    workflow
}

/// Reports that an execution runs since then.
fn running(client: &mut Client, workflow: i64, since: DateTime<Utc>) {
    let started_at = since.to_rfc3339_opts(SecondsFormat::Millis, true);
    let run = json!({"workflow": workflow, "external_id": "hangs", "status": "running",
        "started_at": started_at});
    client.post("/workflow-executions/", &run).expect(201);
}

/// Reports an execution that took ten minutes.
fn slow(client: &mut Client, workflow: i64) {
    let ended = SystemClock.now();
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Millis, true);
    let run = json!({"workflow": workflow, "status": "completed", "completed_at": instant(ended),
        "started_at": instant(ended - TimeDelta::minutes(10))});
    client.post("/workflow-executions/", &run).expect(201);
}

fn the_breach(client: &mut Client) -> Option<Value> {
    let all = client.all("/sla-breaches/");
    assert!(all.len() < 2, "{all:?}");
    all.into_iter().next()
}

fn told(client: &mut Client) -> Value {
    wait("the alert to be noted as sent", PATIENCE, || {
        the_breach(client).filter(|breach| breach["alert_sent"] == json!(true))
    })
}

fn instant(value: &Value) -> DateTime<Utc> {
    value.as_str().unwrap().parse().unwrap()
}

const BOTH: [&str; 2] = ["ops@example.com", "boss@example.com"];

fn a_run_that_hangs_is_found_and_told_of_once(home: &Home) {
    let server = MailServer::start(Manner::Takes);
    let setting = Setting::new(home, server.url());
    let service = setting.start();
    let mut client = service.client(&setting.token);
    let workflow = promise(&mut client, 2, &BOTH);
    let since = SystemClock.now();
    running(&mut client, workflow, since);
    assert_eq!(the_breach(&mut client), None, "it has just begun");
    // Nothing is asked of the service until the mails are there: the timer alone finds it.
    let mails = server.receives(2, PATIENCE);
    let breach = told(&mut client);
    let deadline = since + TimeDelta::seconds(2);
    let late = instant(&breach["detected_at"]) - deadline;
    assert!(late >= TimeDelta::zero(), "found {late} after its deadline");
    assert!(
        late < TimeDelta::seconds(5),
        "found {late} after its deadline"
    );
    assert_eq!(breach["severity"], "critical");
    assert_eq!(breach["alert_failed_recipients"], json!([]));
    let mut recipients: Vec<_> = mails.iter().map(|mail| mail.recipient.as_str()).collect();
    recipients.sort_unstable();
    assert_eq!(recipients, ["boss@example.com", "ops@example.com"]);
    assert!(
        mails.iter().all(|mail| mail.text.contains("Orders")),
        "{mails:?}"
    );
    // It ends, and the service starts again: nobody is told twice.
    let done = json!({"workflow": workflow, "external_id": "hangs", "status": "completed"});
    client.post("/workflow-executions/", &done).expect(200);
    service.kill9();
    let service = setting.start();
    told(&mut service.client(&setting.token));
    settles("the outbox", PATIENCE, &Some(0.0), || {
        service.sample("alert_backlog{state=\"scheduled\"}")
    });
    assert_eq!(server.mails().len(), 2);
}

fn a_crash_while_sending_loses_no_mail(home: &Home) {
    let silent = MailServer::start(Manner::FallsSilent);
    let mut setting = Setting::new(home, silent.url());
    let service = setting.start();
    let mut client = service.client(&setting.token);
    let workflow = promise(&mut client, 2, &BOTH);
    slow(&mut client, workflow);
    // Both were handed over, and the service waits to hear of it: it cannot know.
    let first = silent.receives(2, PATIENCE);
    service.kill9();
    let server = MailServer::start(Manner::Takes);
    setting.smtp = server.url();
    let service = setting.start();
    let again = server.receives(2, PATIENCE);
    told(&mut service.client(&setting.token));
    let ids = |mails: &[crate::smtp::Mail]| {
        let mut ids: Vec<_> = mails
            .iter()
            .map(|mail| (mail.recipient.clone(), mail.message_id.clone()))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    };
    assert_eq!(
        ids(&again),
        ids(&first),
        "receivers can drop the second copy"
    );
    assert_eq!(ids(&first).len(), 2, "an id for each recipient");
    assert_eq!(server.mails().len(), 2, "and no third");
}

fn a_mail_server_that_is_away_is_tried_again(home: &Home) {
    let port = free_port();
    let setting = Setting::new(home, format!("smtp://127.0.0.1:{port}"));
    let service = setting.start();
    let mut client = service.client(&setting.token);
    let workflow = promise(&mut client, 2, &["ops@example.com"]);
    slow(&mut client, workflow);
    wait("a failed attempt", PATIENCE, || {
        service
            .sample("alert_delivery_total{result=\"retry\"}")
            .filter(|tries| *tries >= 1.0)
    });
    assert_eq!(
        service.sample("alert_backlog{state=\"scheduled\"}"),
        Some(1.0)
    );
    assert_eq!(service.sample("alert_backlog{state=\"dead\"}"), Some(0.0));
    assert!(
        service.log().contains("alert not sent"),
        "{}",
        service.log()
    );
    let breach = the_breach(&mut client).unwrap();
    assert_eq!(breach["alert_sent"], false);
    let server = MailServer::on(port, Manner::Takes);
    server.receives(1, PATIENCE);
    let breach = told(&mut client);
    assert_eq!(breach["alert_failed_recipients"], json!([]));
    assert_eq!(server.mails().len(), 1);
}

fn a_refused_alert_is_seen(home: &Home) {
    let server = MailServer::start(Manner::Refuses("nobody"));
    let setting = Setting::new(home, server.url());
    let service = setting.start();
    let mut client = service.client(&setting.token);
    let workflow = promise(&mut client, 2, &["nobody@example.com", "ops@example.com"]);
    slow(&mut client, workflow);
    server.receives(1, PATIENCE);
    let expected = json!(["nobody@example.com"]);
    settles("the failed recipient", PATIENCE, &Some(expected), || {
        the_breach(&mut client).map(|breach| breach["alert_failed_recipients"].clone())
    });
    settles("the outbox", PATIENCE, &Some(0.0), || {
        service.sample("alert_backlog{state=\"scheduled\"}")
    });
    let breach = the_breach(&mut client).unwrap();
    assert_eq!(
        (&breach["alert_sent"], &breach["alert_sent_at"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(service.sample("alert_backlog{state=\"dead\"}"), Some(1.0));
    assert!(
        service.log().contains("alert given up"),
        "{}",
        service.log()
    );
    // Somebody has seen to it.
    let path = format!("/sla-breaches/{}/acknowledge/", breach["id"]);
    client
        .post(&path, &json!({"notes": "called them"}))
        .expect(200);
    assert_eq!(service.sample("alert_backlog{state=\"dead\"}"), Some(0.0));
    assert_eq!(server.mails().len(), 1);
}

fn a_deadline_that_was_slept_over_is_found_at_the_start(home: &Home) {
    let server = MailServer::start(Manner::Takes);
    let setting = Setting::new(home, server.url());
    let service = setting.start();
    let mut client = service.client(&setting.token);
    let workflow = promise(&mut client, 3, &["ops@example.com"]);
    let since = SystemClock.now();
    running(&mut client, workflow, since);
    assert_eq!(the_breach(&mut client), None, "it has just begun");
    service.kill9();
    let deadline = since + TimeDelta::seconds(3);
    wait("the deadline", PATIENCE, || {
        (SystemClock.now() > deadline).then_some(())
    });
    assert_eq!(server.mails(), []);
    let service = setting.start();
    let started = SystemClock.now();
    server.receives(1, PATIENCE);
    let breach = told(&mut service.client(&setting.token));
    let late = instant(&breach["detected_at"]) - started;
    assert!(late < TimeDelta::seconds(5), "found {late} after the start");
    assert_eq!(server.mails().len(), 1);
}
