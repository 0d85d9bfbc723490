//! Two services on one database: what one acknowledged, the other shows, though both remember
//! answers.

use crate::app::{Client, TestApp};
use kernel::Role;
use serde_json::{Value, json};
use server::config::{Config, Overrides};

/// A caller of each, with the same token.
async fn both(url: &str, test: impl AsyncFn(&Client<'_>, &Client<'_>)) {
    let overrides = Overrides {
        no_limits: true,
        ..Overrides::default()
    };
    let config = Config::load(None, &overrides).unwrap();
    let (one, other) = (
        TestApp::with(url, &config).await,
        TestApp::with(url, &config).await,
    );
    let writer = one.client("acme", Role::Editor).await;
    let reader = Client {
        app: &other,
        token: writer.token.clone(),
    };
    test(&writer, &reader).await;
}

macro_rules! on_both_databases {
    ($($name:ident)*) => {
        $(
            mod $name {
                #[actix_web::test]
                async fn sqlite() {
                    let folder = tempfile::tempdir().unwrap();
                    let url = format!("sqlite:{}", folder.path().join("wfi.db").display());
                    super::both(&url, super::$name).await;
                }

                #[actix_web::test]
                async fn postgres() {
                    super::both(&crate::app::postgres_url(), super::$name).await;
                }
            }
        )*
    };
}

on_both_databases! {
    a_change_through_one_shows_through_the_other
    executions_through_one_are_counted_through_the_other
    a_dry_run_uses_what_the_other_changed
}

/// Reads so often that an answer that may be remembered is.
async fn read(client: &Client<'_>, path: &str) -> Value {
    let first = client.get(path).await.expect(200);
    for _ in 0..3 {
        assert_eq!(client.get(path).await.expect(200), first, "{path}");
    }
    first
}

async fn a_change_through_one_shows_through_the_other(writer: &Client<'_>, reader: &Client<'_>) {
    let workflow = writer.workflow("Before").await;
    let action = json!({"name": "Before", "action_type": "approval"});
    let action = writer.post("/action-catalog/", action).await.expect(201)["id"].clone();
    let template = json!({"name": "Before", "template_type": "approval", "process_steps": []});
    let template = writer
        .post("/process-templates/", template)
        .await
        .expect(201)["id"]
        .clone();
    for (list, id) in [
        ("/workflows/", json!(workflow)),
        ("/action-catalog/", action),
        ("/process-templates/", template),
    ] {
        let one = format!("{list}{id}/");
        for turn in 0..5 {
            for client in [reader, writer] {
                read(client, &one).await;
                read(client, list).await;
            }
            let name = format!("After {turn}");
            let changed = writer.patch(&one, json!({"name": name})).await.expect(200);
            for client in [reader, writer] {
                assert_eq!(read(client, &one).await, changed);
                assert_eq!(read(client, list).await["results"][0], changed);
            }
        }
        read(reader, &one).await;
        writer.delete(&one).await.expect(204);
        reader.get(&one).await.expect(404);
        assert_eq!(read(reader, list).await["count"], 0);
    }
}

async fn executions_through_one_are_counted_through_the_other(
    writer: &Client<'_>,
    reader: &Client<'_>,
) {
    let workflow = writer.workflow("W").await;
    let action = json!({"name": "Ask", "action_type": "approval"});
    writer.post("/action-catalog/", action).await.expect(201);
    for count in 1..=8 {
        let run = json!({
            "workflow": workflow, "status": "completed", "external_id": format!("run-{count}"),
            "started_at": "2023-11-14T20:00:00Z", "completed_at": "2023-11-14T20:01:00Z",
            "steps": [{"step_name": "Ask", "action": "approval", "status": "completed",
                       "started_at": "2023-11-14T20:00:00Z", "completed_at": "2023-11-14T20:01:00Z"}],
        });
        writer.post("/workflow-executions/", run).await.expect(201);
        let counted = read(reader, &format!("/workflows/{workflow}/")).await;
        assert_eq!(counted["execution_count"], count);
        assert_eq!(
            read(reader, "/action-catalog/1/").await["execution_count"],
            count
        );
        assert_eq!(read(reader, "/workflow-executions/").await["count"], count);
    }
}

async fn a_dry_run_uses_what_the_other_changed(writer: &Client<'_>, reader: &Client<'_>) {
    let workflow = writer.workflow("W").await;
    let run = json!({"workflow_id": workflow, "input_data": {}});
    let steps = |count: usize| {
        let step = |number| json!({"name": format!("Step {number}"), "action": "approval"});
        json!({"steps": (0..count).map(step).collect::<Vec<_>>()})
    };
    for count in 1..4 {
        for client in [reader, writer] {
            client
                .post("/workflow-simulations/", run.clone())
                .await
                .expect(201);
        }
        let path = format!("/workflows/{workflow}/");
        writer.patch(&path, steps(count)).await.expect(200);
        let answer = reader
            .post("/workflow-simulations/", run.clone())
            .await
            .expect(201);
        assert_eq!(answer["workflow_version"], count + 1);
        assert_eq!(
            answer["execution_path"].as_array().unwrap().len(),
            count,
            "{answer}"
        );
    }
}
