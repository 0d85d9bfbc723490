//! `workflow-executions/bulk/`: history in, streamed.
//!
//! Memory is flat however long the stream: documents are cut out of it as they arrive, parsed,
//! and recorded in batches, each batch one durable transaction. While one batch is being
//! written, the next is parsed.

mod split;

use crate::ApiError;
use crate::call::{Call, parse_error, too_large};
use crate::doc::Doc;
use crate::endpoint::{Endpoint, handler};
use crate::error::ANSWER_EXISTS;
use crate::idempotency::{hex, in_flight, mismatch};
use crate::reply::{Reply, object};
use crate::routes::workflow_executions::example;
use crate::wire::schema;
use access::Begun;
use actix_web::http::StatusCode;
use document::Problem;
use execution_log::{ExecutionService, RecordError, Recorded, RecordedCounts, Report};
use kernel::{Actor, Answer, IdempotencyKey, Receipt};
use serde::Serialize;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use split::{Framing, Piece, Splitter};
use tokio::task::JoinHandle;

/// Reports in one transaction.
const BATCH: usize = 500;
/// Reports that `atomic=true` may hold: they are one transaction.
const ATOMIC_LIMIT: usize = 20_000;
/// Bad lines that are named; beyond, they are counted.
const NAMED_LIMIT: usize = 10_000;

pub(crate) fn endpoints() -> Vec<Endpoint> {
    let doc = Doc::new("workflow_executions_bulk", "Record many executions")
        .describe(
            "A JSON array, or NDJSON, of any length, streamed: good lines are stored in durable \
             batches, bad ones named. With `atomic=true` all are stored or none (up to 20,000). \
             `line` is the line of NDJSON, or the number of the element, from 1. A line may name \
             its workflow by id or by name.",
        )
        .query("atomic", "Store all or none.", schema::boolean())
        .body_of(
            "application/json",
            json!({"type": "array", "items": {"$ref": "#/components/schemas/ExecutionReport"}}),
            json!([example()]),
        )
        .body_of(
            "application/x-ndjson",
            json!({"description": "One ExecutionReport to a line."}),
            json!(format!("{}\n", example())),
        )
        .ok(200, "What became of the lines.", "BulkResult", None);
    vec![Endpoint::new("/workflow-executions/bulk").post(handler!(bulk), doc)]
}

/// What became of the lines.
#[derive(Debug, Default, Serialize)]
struct BulkBody {
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: Vec<Rejected>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected_count: Option<u64>,
}

#[derive(Debug, Serialize)]
struct Rejected {
    line: u64,
    error: String,
    details: Map<String, Value>,
}

impl BulkBody {
    fn reject(&mut self, line: u64, problems: Vec<Problem>) {
        if self.rejected.len() >= NAMED_LIMIT {
            let named = NAMED_LIMIT as u64;
            self.rejected_count = Some(self.rejected_count.unwrap_or(named) + 1);
            return;
        }
        let mut details: Map<String, Value> = Map::new();
        for problem in problems {
            let path = if problem.path.is_empty() {
                "non_field_errors"
            } else {
                &problem.path
            };
            let list = details.entry(path).or_insert_with(|| json!([]));
            if let Value::Array(list) = list {
                list.push(json!(problem.message));
            }
        }
        self.rejected.push(Rejected {
            line,
            error: "Invalid input data".to_owned(),
            details,
        });
    }

    fn add(&mut self, lines: &[u64], answers: Vec<Result<Recorded, RecordError>>) {
        for (line, answer) in lines.iter().zip(answers) {
            match answer {
                Ok(Recorded::Created(_)) => self.created += 1,
                Ok(Recorded::Updated(_)) => self.updated += 1,
                Ok(Recorded::Unchanged(_)) => self.unchanged += 1,
                Err(error) => self.reject(*line, vec![refusal(&error)]),
            }
        }
    }
}

/// A refused report as a problem under its path.
fn refusal(error: &RecordError) -> Problem {
    let (path, message) = match error {
        RecordError::UnknownWorkflow => ("workflow".to_owned(), "Workflow not found.".to_owned()),
        RecordError::UnknownVersion(_) => ("workflow_version".to_owned(), format!("{error}.")),
        RecordError::UnknownExecution => ("id".to_owned(), format!("{error}.")),
        RecordError::Stale => (String::new(), format!("{error}.")),
        RecordError::Contradiction(path, sentence) => (path.clone(), sentence.clone()),
    };
    Problem { path, message }
}

async fn bulk(mut call: Call) -> Result<Reply, ApiError> {
    let mut query = call.query()?;
    let atomic = query.boolean("atomic").unwrap_or(false);
    query.finish()?;
    call.expect_media_type(&["application/json", "application/x-ndjson"])?;
    let framing = match call.media_type().as_str() {
        "application/json" => Framing::Array,
        _ => Framing::Lines,
    };
    let mut stream = Stream {
        splitter: Splitter::new(framing, call.services.options.max_line_bytes),
        hash: Sha256::new(),
    };
    // The body is not known before it was read: whether the key was used comes first, whether
    // for the same body comes after.
    let Some(mut key) = call.idempotency_key(String::new())? else {
        return record(&mut call, stream, atomic, None)
            .await
            .map(|(reply, _)| reply);
    };
    let answers = call.services.answers.clone();
    match answers.begin(&key).await? {
        Begun::InFlight => Err(in_flight()),
        Begun::Replay(_) | Begun::Mismatch => {
            while let Some(chunk) = call.chunk().await? {
                stream.hash.update(&chunk);
            }
            key.fingerprint = stream.fingerprint();
            match answers.begin(&key).await? {
                Begun::Replay(answer) => Ok(Reply::replay(answer)),
                Begun::Mismatch => Err(mismatch()),
                Begun::Fresh(_) | Begun::InFlight => Err(in_flight()),
            }
        }
        Begun::Fresh(_guard) => {
            let for_all = atomic.then(|| key.clone());
            let recorded = record(&mut call, stream, atomic, for_all).await;
            let (reply, unkept) = recorded.map_err(|error| match error.code {
                // Another replica was faster, and nothing was stored here.
                ANSWER_EXISTS => in_flight(),
                _ => error,
            })?;
            if let Some(fingerprint) = unkept {
                key.fingerprint = fingerprint;
                answers.keep(&key, reply.answer()).await?;
            }
            Ok(reply)
        }
    }
}

struct Stream {
    splitter: Splitter,
    hash: Sha256,
}

impl Stream {
    fn fingerprint(self) -> String {
        hex(&self.hash.finalize())
    }
}

/// Records the stream. The key, without its fingerprint, is for an answer that is to be kept in
/// the one transaction of an atomic call. Answers the fingerprint unless the answer was kept.
async fn record(
    call: &mut Call,
    mut stream: Stream,
    atomic: bool,
    key: Option<IdempotencyKey>,
) -> Result<(Reply, Option<String>), ApiError> {
    let mut body = BulkBody::default();
    let mut batches = Batches {
        service: call.services.executions.clone(),
        actor: call.actor.clone(),
        lines: Vec::new(),
        reports: Vec::new(),
        atomic,
        receipt: None,
        writing: None,
    };
    let mut pieces = Vec::new();
    while let Some(chunk) = call.chunk().await? {
        stream.hash.update(&chunk);
        stream.splitter.push(&chunk, &mut pieces);
        for piece in pieces.drain(..) {
            batches.take(piece, &mut body).await?;
        }
    }
    let Stream { splitter, hash } = stream;
    splitter.finish(&mut pieces);
    for piece in pieces.drain(..) {
        batches.take(piece, &mut body).await?;
    }
    let fingerprint = hex(&hash.finalize());
    let is_kept = key.is_some() && !batches.reports.is_empty();
    batches.receipt = key.map(|key| Receipt {
        key: IdempotencyKey {
            fingerprint: fingerprint.clone(),
            ..key
        },
        render: Box::new(all_recorded),
    });
    batches.finish(&mut body).await?;
    if atomic && !body.rejected.is_empty() {
        return Err(nothing_stored(&body));
    }
    let reply = object(StatusCode::OK, &body, None, None);
    Ok((reply.into(), (!is_kept).then_some(fingerprint)))
}

/// The answer to a call of which everything was recorded.
fn all_recorded(counts: &RecordedCounts) -> Answer {
    let body = BulkBody {
        created: counts.created,
        updated: counts.updated,
        unchanged: counts.unchanged,
        ..BulkBody::default()
    };
    object(StatusCode::OK, &body, None, None)
}

/// Reports on their way into the log.
struct Batches {
    service: ExecutionService,
    actor: Actor,
    lines: Vec<u64>,
    reports: Vec<Report>,
    atomic: bool,
    /// For the answer to an atomic call.
    receipt: Option<Receipt<RecordedCounts>>,
    writing: Option<Writing>,
}

struct Writing {
    lines: Vec<u64>,
    task: JoinHandle<Result<Vec<Result<Recorded, RecordError>>, ApiError>>,
}

impl Batches {
    async fn take(&mut self, piece: Piece, body: &mut BulkBody) -> Result<(), ApiError> {
        let problem = |message: String| {
            vec![Problem {
                path: String::new(),
                message,
            }]
        };
        match piece {
            Piece::TooLarge(line) => {
                body.reject(line, problem("The line is too large.".to_owned()));
            }
            Piece::Malformed(line, why) => {
                // Nothing was stored yet when the stream is no array at all.
                if line == 1 && self.reports.is_empty() && self.writing.is_none() {
                    return Err(parse_error(why));
                }
                body.reject(line, problem(why.to_owned()));
            }
            Piece::Document(line, text) => match read(&text) {
                Ok(report) => {
                    self.lines.push(line);
                    self.reports.push(report);
                }
                Err(problems) => body.reject(line, problems),
            },
        }
        if self.atomic && self.reports.len() > ATOMIC_LIMIT {
            return Err(
                too_large(0).saying(format!("atomic=true takes up to {ATOMIC_LIMIT} executions"))
            );
        }
        if !self.atomic && self.reports.len() >= BATCH {
            self.flush(body).await?;
        }
        Ok(())
    }

    /// Waits for the batch before, then starts to write this one.
    async fn flush(&mut self, body: &mut BulkBody) -> Result<(), ApiError> {
        self.settle(body).await?;
        if self.reports.is_empty() {
            return Ok(());
        }
        let lines = std::mem::take(&mut self.lines);
        let reports = std::mem::take(&mut self.reports);
        let (service, actor, atomic) = (self.service.clone(), self.actor.clone(), self.atomic);
        let receipt = self.receipt.take();
        let task = tokio::task::spawn_local(async move {
            let answers = match receipt {
                Some(receipt) => service.record_all(&actor, reports, receipt).await,
                None => service.record_many(&actor, reports, atomic).await,
            };
            answers.map_err(ApiError::from)
        });
        self.writing = Some(Writing { lines, task });
        Ok(())
    }

    async fn settle(&mut self, body: &mut BulkBody) -> Result<(), ApiError> {
        if let Some(Writing { lines, task }) = self.writing.take() {
            body.add(&lines, task.await.map_err(ApiError::internal)??);
        }
        Ok(())
    }

    async fn finish(&mut self, body: &mut BulkBody) -> Result<(), ApiError> {
        if self.atomic && !body.rejected.is_empty() {
            return Ok(());
        }
        self.flush(body).await?;
        self.settle(body).await
    }
}

fn read(text: &[u8]) -> Result<Report, Vec<Problem>> {
    let value = document::parse(text).map_err(|error| {
        vec![Problem {
            path: String::new(),
            message: error.message,
        }]
    })?;
    execution_log::read_report(&value)
}

/// 400: every problem under `<line>.<path>`.
fn nothing_stored(body: &BulkBody) -> ApiError {
    let mut details = Vec::new();
    for rejected in &body.rejected {
        for (path, messages) in &rejected.details {
            for message in messages.as_array().into_iter().flatten() {
                details.push(Problem {
                    path: format!("{}.{path}", rejected.line),
                    message: message.as_str().unwrap_or_default().to_owned(),
                });
            }
        }
    }
    ApiError::invalid(details).saying("Nothing was stored: some lines are invalid")
}

pub(crate) fn schemas() -> Vec<(&'static str, Value)> {
    let count = json!({"type": "integer", "minimum": 0});
    vec![(
        "BulkResult",
        json!({
            "type": "object",
            "properties": {
                "created": count, "updated": count, "unchanged": count,
                "rejected": {"type": "array", "items": {
                    "type": "object",
                    "properties": {
                        "line": {"type": "integer", "minimum": 1},
                        "error": {"type": "string"},
                        "details": {"type": "object",
                            "additionalProperties": {"type": "array", "items": {"type": "string"}}},
                    },
                    "required": ["line", "error", "details"],
                }},
                "rejected_count": {"type": "integer",
                    "description": "There when more lines were rejected than are named."},
            },
            "required": ["created", "updated", "unchanged", "rejected"],
        }),
    )]
}
