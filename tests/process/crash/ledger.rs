//! What was asked for, and what must have become of it.

use crate::http::{Answer, Client, PREFIX};
use std::io;

/// What a write leaves.
pub(super) enum Effect {
    /// The object that the answer shows is there, with the same values under these keys.
    Object {
        path: &'static str,
        keys: &'static [&'static str],
    },
    /// So many executions with this outcome; before the write is repeated all of them or none
    /// when it is atomic.
    Executions {
        outcome: String,
        size: i64,
        atomic: bool,
    },
}

/// A `POST` with an `Idempotency-Key`.
pub(super) struct Write {
    path: String,
    key: String,
    media_type: &'static str,
    body: String,
    effect: Effect,
    answer: Option<Answer>,
}

impl Write {
    pub(super) fn new(path: &str, key: String, body: String, effect: Effect) -> Self {
        Self {
            path: format!("{PREFIX}{path}"),
            key,
            media_type: "application/json",
            body,
            effect,
            answer: None,
        }
    }

    pub(super) fn lines(self) -> Self {
        Self {
            media_type: "application/x-ndjson",
            ..self
        }
    }

    pub(super) fn is_acknowledged(&self) -> bool {
        self.answer.is_some()
    }

    /// Sends it; an error when the service died over it.
    pub(super) fn send(&mut self, client: &mut Client) -> io::Result<&Answer> {
        let answer = self.again(client)?;
        assert!(
            (200..300).contains(&answer.status),
            "{}: {} {}",
            self.path,
            answer.status,
            answer.text()
        );
        Ok(self.answer.insert(answer))
    }

    fn again(&self, client: &mut Client) -> io::Result<Answer> {
        let key = format!("\"{}\"", self.key);
        let headers = [
            ("Idempotency-Key", key.as_str()),
            ("Content-Type", self.media_type),
        ];
        client.try_send("POST", &self.path, &headers, &self.body)
    }

    /// Sends what was acknowledged once more: the kept answer comes back, byte for byte.
    pub(super) fn repeat(&self, client: &mut Client) -> io::Result<()> {
        let first = self.answer.as_ref().unwrap();
        let again = self.again(client)?;
        assert_eq!(
            again.header("idempotent-replayed"),
            Some("true"),
            "{} {}: {}",
            self.path,
            self.key,
            again.text()
        );
        assert_eq!(
            (again.status, again.text()),
            (first.status, first.text()),
            "{}",
            self.key
        );
        Ok(())
    }

    /// After the restart: what was acknowledged is there and its answer is kept; what was cut off
    /// happened or not, and is made to have happened, once.
    pub(super) fn verify(&self, client: &mut Client) {
        if let Some(answer) = &self.answer {
            self.is_there(client, answer);
            self.repeat(client).unwrap();
            return;
        }
        if let Effect::Executions {
            outcome,
            size,
            atomic: true,
        } = &self.effect
        {
            let found = executions(client, outcome);
            assert!([0, *size].contains(&found), "{found} of {size} are there");
        }
        let answer = self.again(client).unwrap();
        assert!(
            (200..300).contains(&answer.status),
            "{}: {}",
            self.path,
            answer.text()
        );
        self.is_there(client, &answer);
    }

    fn is_there(&self, client: &mut Client, answer: &Answer) {
        match &self.effect {
            Effect::Executions { outcome, size, .. } => {
                assert_eq!(executions(client, outcome), *size, "{outcome}");
            }
            Effect::Object { path, keys } => {
                let shown = answer.json();
                let found = client.get(&format!("{path}{}/", shown["id"])).expect(200);
                for key in *keys {
                    assert_eq!(found[*key], shown[*key], "{key} of {}", self.key);
                }
            }
        }
    }
}

fn executions(client: &mut Client, outcome: &str) -> i64 {
    client.count(&format!("/workflow-executions/?outcome={outcome}"))
}
