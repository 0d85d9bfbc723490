//! Real logs through the real service: what was imported is recounted.
#![expect(
    clippy::unwrap_used,
    reason = "test helpers live outside #[test] functions"
)]

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// Where the logs and their oracles are.
#[expect(
    clippy::disallowed_methods,
    reason = "a test, configured by the environment alone"
)]
fn data() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let given = std::env::var("WFI_SHARED_DATA").map(PathBuf::from);
    let folder = given.unwrap_or_else(|_unset| root.join("../shared/data"));
    assert!(
        folder.is_dir(),
        "there is no folder {}; set WFI_SHARED_DATA",
        folder.display()
    );
    folder
}

/// The binary that `make test-shared-data` builds first, beside this test.
fn wfi() -> Command {
    let here = std::env::current_exe().unwrap();
    let binary = here.parent().unwrap().parent().unwrap().join("wfi");
    assert!(
        binary.is_file(),
        "build the binary first: cargo build -p server"
    );
    Command::new(binary)
}

fn json(output: &Output) -> Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Imported {
    database: String,
    folder: PathBuf,
    summary: Value,
}

impl Imported {
    fn new(name: &str, log: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("wfi-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let database = format!("sqlite:{}", folder.join("wfi.db").display());
        let output = wfi()
            .args([
                "import",
                "--json",
                "--tenant",
                "real",
                "--database",
                &database,
            ])
            .arg(data().join("eventlogs").join(log))
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Self {
            summary: json(&output),
            database,
            folder,
        }
    }

    /// Serves it on a free port, for as long as the answer is asked for.
    async fn ask<T>(&self, work: impl AsyncFnOnce(&api_client::Client) -> T) -> T {
        let database =
            persistence::Database::open(&self.database, &persistence::DatabaseOptions::default())
                .unwrap();
        let client = api_client::Client::of(&database);
        work(&client).await
    }
}

impl Drop for Imported {
    fn drop(&mut self) {
        // What is left of a failed removal is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[path = "app.rs"]
#[expect(
    dead_code,
    unused_macros,
    unused_imports,
    reason = "this target needs a part of the helpers"
)]
mod app;

/// The service on an imported database, asked over HTTP.
mod api_client {
    use kernel::Clock;
    use serde_json::Value;
    use server::config::{Config, Overrides};
    use std::sync::Arc;

    pub(crate) struct Client {
        app: crate::app::TestApp,
    }

    impl Client {
        pub(crate) fn of(database: &persistence::Database) -> Self {
            let overrides = Overrides {
                no_limits: true,
                ..Overrides::default()
            };
            let config = Config::load(None, &overrides).unwrap();
            let clock = Arc::new(kernel::testing::ManualClock::at(kernel::SystemClock.now()));
            Self {
                app: crate::app::TestApp::over(database.clone(), &config, clock),
            }
        }

        pub(crate) async fn get(&self, path: &str) -> Value {
            let editor = self.app.client("real", kernel::Role::Editor).await;
            editor.get(path).await.expect(200)
        }

        pub(crate) async fn post(&self, path: &str, body: Value) -> Value {
            let editor = self.app.client("real", kernel::Role::Editor).await;
            editor.post(path, body).await.expect(201)
        }
    }
}

/// Every execution, page after page.
async fn executions(client: &api_client::Client) -> Vec<Value> {
    let mut all = Vec::new();
    let mut path = "/workflow-executions/?count=false&page_size=200".to_owned();
    loop {
        let page = client.get(&path).await;
        all.extend(page["results"].as_array().unwrap().iter().cloned());
        let Some(next) = page["next"].as_str() else {
            return all;
        };
        next.split(api::PREFIX)
            .nth(1)
            .unwrap()
            .clone_into(&mut path);
    }
}

/// How often each activity directly follows another one.
type DirectlyFollows = BTreeMap<(String, String), i64>;

fn directly_follows(executions: &[Value]) -> DirectlyFollows {
    let mut follows = DirectlyFollows::new();
    for execution in executions {
        let steps = execution["steps"].as_array().unwrap();
        for pair in steps.windows(2) {
            let name = |step: &Value| step["step_name"].as_str().unwrap().to_owned();
            *follows.entry((name(&pair[0]), name(&pair[1]))).or_default() += 1;
        }
    }
    follows
}

/// What another program counted in the same log.
struct Oracle(Value);

impl Oracle {
    fn of(log: &str) -> Self {
        let path = data().join(format!("eventlogs/oracle/{log}.json"));
        Self(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
    }

    fn directly_follows(&self) -> DirectlyFollows {
        let edges = self.0["dfg"].as_array().unwrap().iter();
        edges
            .map(|edge| {
                let text = |i: usize| edge[i].as_str().unwrap().to_owned();
                ((text(0), text(1)), edge[2].as_i64().unwrap())
            })
            .collect()
    }
}

#[actix_web::test]
async fn receipt_is_counted_as_its_oracle_counts() {
    let imported = Imported::new("receipt", "real/receipt.xes.gz");
    assert_eq!(imported.summary["cases"], 1434);
    assert_eq!(imported.summary["events"], 8577);
    imported
        .ask(async |client| {
            let executions = executions(client).await;
            assert_eq!(executions.len(), 1434);
            let expected = Oracle::of("receipt").directly_follows();
            assert_eq!(directly_follows(&executions), expected);
            judged_as_recounted(client, &executions).await;
            measured_as_recounted(client, &executions).await;
        })
        .await;
}

#[actix_web::test]
async fn other_logs_are_counted_as_their_oracles_count() {
    for (log, file) in [
        (
            "bpic2020_DomesticDeclarations",
            "real/bpic2020_DomesticDeclarations.xes.gz",
        ),
        ("running-example", "simulated/running-example.xes"),
    ] {
        let oracle = Oracle::of(log);
        let imported = Imported::new(log, file);
        for what in ["cases", "events"] {
            assert_eq!(imported.summary[what], oracle.0[what], "{what} of {log}");
        }
        imported
            .ask(async |client| {
                let executions = executions(client).await;
                assert_eq!(
                    directly_follows(&executions),
                    oracle.directly_follows(),
                    "{log}"
                );
            })
            .await;
    }
}

#[test]
fn tables_are_imported_whole() {
    for (file, cases, events) in [
        ("real/Production.csv.gz", 225, None),
        ("simulated/PurchasingExample.csv.gz", 608, Some(9119)),
        (
            "simulated/LoanApp_simplified_train.csv.gz",
            1000,
            Some(7544),
        ),
        ("simulated/CallcenterExample.csv.gz", 3885, Some(7548)),
    ] {
        let name = file.replace(['/', '.'], "-");
        let summary = Imported::new(&name, file).summary.clone();
        assert_eq!(summary["cases"], cases, "{file}: {summary}");
        assert_eq!(summary["created"], cases, "{file}");
        assert_eq!(summary["rejected_count"], 0, "{file}");
        if let Some(events) = events {
            assert_eq!(summary["events"], events, "{file}");
        }
    }
}

/// An SLA whose first window holds no case judges nothing; one case in the window counts. Here the
/// whole log is recorded again under an SLA that is there already.
async fn judged_as_recounted(client: &api_client::Client, executions: &[Value]) {
    let copy = client
        .post("/workflows/", serde_json::json!({"name": "Copy"}))
        .await["id"]
        .clone();
    let sla =
        serde_json::json!({"workflow": copy, "name": "A day", "target_duration_seconds": 86400});
    let sla = client.post("/workflow-slas/", sla).await["id"].clone();
    let mut over = 0;
    for execution in executions {
        let run = serde_json::json!({"workflow": copy, "external_id": execution["external_id"],
            "status": execution["status"], "started_at": execution["started_at"],
            "completed_at": execution["completed_at"]});
        client.post("/workflow-executions/", run).await;
        over += i64::from(execution["duration_seconds"].as_f64().unwrap() > 86_400.0);
    }
    let judged = client.get(&format!("/workflow-slas/{sla}/")).await;
    assert_eq!(judged["total_executions"], 1434);
    assert_eq!(judged["breached_executions"], over);
    let breaches = client
        .get(&format!("/sla-breaches/?sla={sla}&severity=critical"))
        .await;
    assert_eq!(breaches["count"], over);
}

/// The catalogue's means and the dry run's durations are those of the recorded steps.
async fn measured_as_recounted(client: &api_client::Client, executions: &[Value]) {
    let name = "T06 Determine necessity of stop advice";
    let millis = |text: &Value| {
        chrono::DateTime::parse_from_rfc3339(text.as_str().unwrap())
            .unwrap()
            .timestamp_millis()
    };
    let (mut count, mut timed, mut total) = (0_i64, 0_i64, 0_i64);
    for step in executions
        .iter()
        .flat_map(|e| e["steps"].as_array().unwrap())
    {
        if step["step_name"] == name {
            count += 1;
            if !step["started_at"].is_null() {
                timed += 1;
                total += millis(&step["completed_at"]) - millis(&step["started_at"]);
            }
        }
    }
    let found = client.get("/action-catalog/?search=T06").await;
    let action = &found["results"][0];
    assert_eq!(action["name"], name);
    assert_eq!(action["execution_count"], count);
    assert_eq!(action["success_rate"], 1.0);
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let mean = total as f64 / timed as f64;
    assert!((action["avg_execution_time_ms"].as_f64().unwrap() - mean).abs() < 1e-6 * mean);
    let workflow = client.get("/workflows/?search=receipt").await["results"][0]["id"].clone();
    let request = serde_json::json!({"workflow_id": workflow, "input_data": {}});
    let run = client.post("/workflow-simulations/", request).await;
    let step = run["execution_path"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["step_name"] == name)
        .unwrap();
    assert_eq!(step["duration_source"], "measured");
    assert_eq!(step["sample_count"], timed);
}

/// The JSON blocks of the published document.
fn published() -> Vec<Value> {
    let path = data().join("../api/documented-api.md");
    let text = std::fs::read_to_string(path).unwrap();
    let blocks = text.split("```json\n").skip(1);
    let mut found: Vec<Value> = blocks
        .map(|block| serde_json::from_str(block.split("```").next().unwrap()).unwrap())
        .collect();
    let bodies = text.split("  -d '").skip(1);
    found
        .extend(bodies.map(|body| serde_json::from_str(body.split('\'').next().unwrap()).unwrap()));
    found
}

/// Everything that `part` says, `whole` says too. Numbers are compared by value.
fn says(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::Object(whole), Value::Object(part)) => part
            .iter()
            .all(|(name, value)| whole.get(name).is_some_and(|found| says(found, value))),
        (Value::Array(whole), Value::Array(part)) => {
            whole.len() == part.len() && whole.iter().zip(part).all(|(w, p)| says(w, p))
        }
        (Value::Number(whole), Value::Number(part)) => whole.as_f64() == part.as_f64(),
        (whole, part) => whole == part,
    }
}

/// Every example of a document, wherever it stands.
fn examples<'a>(value: &'a Value, found: &mut Vec<&'a Value>) {
    let Value::Object(map) = value else {
        for item in value.as_array().into_iter().flatten() {
            examples(item, found);
        }
        return;
    };
    found.extend(map.get("example"));
    for (_, example) in map
        .get("examples")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        found.extend(example.get("value"));
    }
    map.values().for_each(|inner| examples(inner, found));
}

#[test]
fn the_openapi_document_has_every_published_example() {
    let document = api::openapi_document();
    let mut known = Vec::new();
    examples(&document, &mut known);
    let published = published();
    assert!(published.len() >= 20, "only {} examples", published.len());
    for example in published {
        assert!(
            known.iter().any(|whole| says(whole, &example)),
            "not in the document: {example:#}"
        );
    }
}
