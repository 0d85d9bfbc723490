//! Another tenant's object does not exist: every operation of the OpenAPI document that names an
//! object is asked for another tenant's, and answers 404.

use crate::app::{Client, on_both};
use actix_web::http::Method;
use kernel::Role;
use serde_json::{Value, json};

/// Makes one of everything; answers its collection and id.
pub(crate) async fn one_of_each(owner: &Client<'_>) -> Vec<(&'static str, i64)> {
    let workflow = owner.workflow("Discount Approval Workflow").await;
    let sla = json!({"workflow": workflow, "name": "SLA", "target_duration_seconds": 1});
    let run = json!({"workflow": workflow, "status": "completed",
        "started_at": "2023-11-14T21:00:00Z", "completed_at": "2023-11-14T22:00:00Z"});
    let template = json!({"name": "T", "version": "1.0.0", "template_type": "custom",
        "process_steps": [{"name": "A", "action": "approval", "approver": "mia"}]});
    let made = [
        ("workflow-slas", sla),
        ("workflow-executions", run),
        ("action-catalog", json!({"name": "A", "action_type": "a"})),
        ("workflow-suggestions", json!({"title": "S"})),
        ("workflow-simulations", json!({"workflow_id": workflow})),
        ("process-templates", template),
    ];
    let mut ids = vec![("workflows", workflow)];
    for (collection, body) in made {
        let made = owner
            .post(&format!("/{collection}/"), body)
            .await
            .expect(201);
        ids.push((collection, made["id"].as_i64().unwrap()));
    }
    let breaches = owner.get("/sla-breaches/").await.expect(200);
    ids.push((
        "sla-breaches",
        breaches["results"][0]["id"].as_i64().unwrap(),
    ));
    ids
}

on_both! {
    async fn see_only_their_own(app: TestApp) {
        let ours = app.client("ours", Role::Editor).await;
        let theirs = app.client("theirs", Role::Editor).await;
        let ids = one_of_each(&theirs).await;
        let document = api::openapi_document();
        let mut asked = 0;
        for (path, item) in document["paths"].as_object().unwrap() {
            let path = path.strip_prefix(api::PREFIX).unwrap();
            let Some((collection, id)) =
                ids.iter().find(|(collection, _)| path.starts_with(&format!("/{collection}/{{id}}")))
            else {
                continue;
            };
            let path = path.replace("{id}", &id.to_string());
            for method in item.as_object().unwrap().keys().filter(|key| *key != "parameters") {
                let method: Method = method.to_uppercase().parse().unwrap();
                let mut request = ours.request(method.clone(), &path);
                if method != Method::GET && method != Method::DELETE {
                    request = request.set_json(json!({}));
                }
                let response = app.send(request).await;
                assert_eq!(response.status, 404, "{method} {path}: {}", response.body);
                asked += 1;
            }
            let page = ours.get(&format!("/{collection}/")).await.expect(200);
            assert_eq!(page["results"], json!([]), "{collection}");
        }
        assert!(asked > 25, "only {asked} operations");
    }

    async fn cannot_name_another_ones_workflow(app: TestApp) {
        let ours = app.client("ours", Role::Editor).await;
        let theirs = app.client("theirs", Role::Editor).await;
        let workflow = theirs.workflow("Theirs").await;
        let bodies = [
            ("workflow-slas", json!({"workflow": workflow, "name": "S", "target_duration_seconds": 1})),
            ("workflow-executions", json!({"workflow": workflow})),
            ("workflow-simulations", json!({"workflow_id": workflow})),
            ("workflow-suggestions", json!({"title": "S", "workflow": workflow})),
            ("workflow-suggestions/generate", json!({"workflow": workflow})),
        ];
        for (collection, body) in bodies {
            let response = ours.post(&format!("/{collection}/"), body).await;
            assert_eq!(response.status, 404, "{collection}: {}", response.body);
            assert_eq!(response.body["error"], "Workflow not found", "{collection}");
        }
    }

    async fn read_what_is_shared_and_cannot_write_it(app: TestApp) {
        let ours = app.client("ours", Role::Editor).await;
        let theirs = app.client("theirs", Role::Editor).await;
        let shared = json!({"name": "A", "action_type": "a", "is_global": true});
        let id = theirs.post("/action-catalog/", shared).await.expect(201)["id"].clone();
        let path = format!("/action-catalog/{id}/");
        assert_eq!(ours.get(&path).await.expect(200)["is_global"], Value::Bool(true));
        ours.patch(&path, json!({"name": "Mine"})).await.expect(403);
        ours.delete(&path).await.expect(403);
        theirs.delete(&path).await.expect(204);
        ours.get(&path).await.expect(404);
    }
}
