//! What holds for every resource: authentication, roles, methods, paging, retries, versions, errors.

use crate::app::on_both;
use actix_web::http::Method;
use actix_web::test::TestRequest;
use kernel::Role;
use serde_json::json;

on_both! {
    async fn checks_come_in_order(app: TestApp) {
        let path = format!("{}/workflows/", api::PREFIX);
        let anonymous = app.send(TestRequest::get().uri(&path)).await;
        assert_eq!(anonymous.status, 401);
        assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
        let unacceptable = app.send(TestRequest::get().uri(&path).insert_header(("accept", "text/csv"))).await;
        assert_eq!(unacceptable.status, 406);
        let viewer = app.client("acme", Role::Viewer).await;
        assert_eq!(viewer.get("/workflows/").await.status, 200);
        assert_eq!(viewer.post("/workflows/", json!({"name": "W"})).await.status, 403);
        let editor = app.acme().await;
        let wrong = app.send(editor.request(Method::PUT, "/workflows/")).await;
        assert_eq!(wrong.status, 405);
        assert_eq!(wrong.header("allow"), Some("GET, POST, HEAD, OPTIONS"));
        assert_eq!(editor.get("/workflows/tokens/").await.status, 404);
        assert_eq!(editor.get("/nothing/").await.status, 404);
        assert_eq!(editor.get("/tokens/").await.status, 403);
        assert_eq!(editor.get("/workflows").await.status, 200, "without its slash");
    }

    async fn simulations_are_immutable(app: TestApp) {
        let acme = app.acme().await;
        for method in [Method::PUT, Method::PATCH] {
            let request = acme.request(method, "/workflow-simulations/1/").set_json(json!({}));
            assert_eq!(app.send(request).await.status, 405);
        }
    }

    async fn pages_link_to_each_other(app: TestApp) {
        let acme = app.acme().await;
        for n in 0..5 {
            acme.workflow(&format!("W{n}")).await;
        }
        let first = acme.get("/workflows/?page_size=2&ordering=-name").await.expect(200);
        assert_eq!(first["count"], 5);
        assert_eq!(first["results"][0]["name"], "W4");
        assert_eq!(first["previous"], json!(null));
        let base = "http://wfi.test/api/v1/workflow/workflows/?page_size=2&ordering=-name";
        assert_eq!(first["next"], format!("{base}&page=2"));
        let second = acme.get("/workflows/?page_size=2&ordering=-name&page=2").await.expect(200);
        assert_eq!(second["previous"], base);
        let last = acme.get("/workflows/?page_size=2&page=last").await.expect(200);
        assert_eq!(last["results"].as_array().unwrap().len(), 1);
        for page in ["0", "4", "x", "-1"] {
            acme.get(&format!("/workflows/?page_size=2&page={page}")).await.expect(404);
        }
    }

    async fn histories_are_walked_by_cursor(app: TestApp) {
        let acme = app.acme().await;
        let workflow = acme.workflow("W").await;
        for _ in 0..5 {
            acme.post("/workflow-executions/", json!({"workflow": workflow})).await.expect(201);
        }
        let mut path = "/workflow-executions/?count=false&page_size=2".to_owned();
        let mut seen = Vec::new();
        loop {
            let page = acme.get(&path).await.expect(200);
            assert!(page.get("count").is_none());
            seen.extend(page["results"].as_array().unwrap().iter().map(|e| e["id"].as_i64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            next.split(api::PREFIX).nth(1).unwrap().clone_into(&mut path);
        }
        seen.sort_unstable();
        assert_eq!(seen, [1, 2, 3, 4, 5]);
    }

    async fn a_typing_error_does_not_return_everything(app: TestApp) {
        let acme = app.acme().await;
        let error = acme.get("/action-catalog/?is_idempotant=true&latency_class=fats&ordering=nam").await;
        let error = error.expect(400);
        let details = &error["details"];
        assert!(details["is_idempotant"][0].as_str().unwrap().contains("is_idempotent"));
        assert!(details["latency_class"][0].as_str().unwrap().contains("very_slow"));
        assert!(details["ordering"][0].as_str().unwrap().contains("name"));
    }

    async fn an_ordering_names_a_field_once(app: TestApp) {
        let acme = app.acme().await;
        let keys = vec!["name"; 500].join(",");
        let error = acme.get(&format!("/workflows/?ordering={keys}")).await.expect(400);
        assert_eq!(error["details"]["ordering"], json!(["Each field can be ordered by once."]));
    }

    async fn every_problem_comes_back_and_nothing_is_stored(app: TestApp) {
        let acme = app.acme().await;
        let body = json!({"nme": "W", "steps": [{"action": "approval"}, {"conditions": {"amount": {"$gtt": 1}}}]});
        let error = acme.post("/workflows/", body).await.expect(400);
        let details = error["details"].as_object().unwrap();
        let mut paths: Vec<_> = details.keys().collect();
        paths.sort();
        assert_eq!(paths, ["name", "nme", "steps.1.conditions.amount.$gtt"]);
        assert_eq!(acme.get("/workflows/").await.expect(200)["count"], 0);
    }

    async fn hostile_bodies_are_refused(app: TestApp) {
        let acme = app.acme().await;
        let texts = [
            "{\"name\": \"a\", \"name\": \"b\"}".to_owned(),
            "{\"name\": \"a\\u0000b\"}".to_owned(),
            "{\"name\": NaN}".to_owned(),
            "{\"name\": 1e999}".to_owned(),
            format!("{{\"settings\": {}", "[".repeat(5000)),
            "{\"name\": ".to_owned(),
            "[]".to_owned(),
            "null".to_owned(),
            String::new(),
        ];
        for text in texts {
            let request = acme.request(Method::POST, "/workflows/")
                .insert_header(("content-type", "application/json")).set_payload(text.clone());
            let shown: String = text.chars().take(40).collect();
            assert_eq!(app.send(request).await.status, 400, "{shown}");
        }
        let invalid = acme.request(Method::POST, "/workflows/")
            .insert_header(("content-type", "application/json")).set_payload(vec![b'"', 0xff, b'"']);
        assert_eq!(app.send(invalid).await.status, 400);
        let plain = acme.request(Method::POST, "/workflows/")
            .insert_header(("content-type", "text/plain")).set_payload("{}");
        assert_eq!(app.send(plain).await.status, 415);
        let large = acme.request(Method::POST, "/workflows/")
            .insert_header(("content-type", "application/json")).set_payload(vec![b' '; 3_000_000]);
        assert_eq!(app.send(large).await.status, 413);
        assert_eq!(acme.get("/workflows/").await.expect(200)["count"], 0);
    }

    async fn a_retry_gets_the_first_answer(app: TestApp) {
        let acme = app.acme().await;
        let create = |name: &str| {
            acme.request(Method::POST, "/workflows/").insert_header(("idempotency-key", "k1")).set_json(json!({"name": name}))
        };
        let first = app.send(create("W")).await;
        let second = app.send(create("W")).await;
        assert_eq!((first.status, second.status), (201, 201));
        assert_eq!(first.header("idempotent-replayed"), None);
        assert_eq!(second.header("idempotent-replayed"), Some("true"));
        assert_eq!(second.header("location"), first.header("location"));
        assert_eq!(second.header("etag"), first.header("etag"));
        assert_eq!(first.body, second.body);
        assert_eq!(app.send(create("Other")).await.status, 422);
        assert_eq!(acme.get("/workflows/").await.expect(200)["count"], 1);
        app.clock.advance(chrono::TimeDelta::hours(25));
        assert_eq!(app.send(create("Other")).await.status, 201, "kept for a day");
    }

    async fn a_stale_edit_is_refused(app: TestApp) {
        let acme = app.acme().await;
        let id = acme.workflow("W").await;
        let path = format!("/workflows/{id}/");
        let read = acme.get(&path).await;
        let etag = read.header("etag").unwrap().to_owned();
        let edit = |etag: &str, name: &str| {
            acme.request(Method::PATCH, &path).insert_header(("if-match", etag.to_owned())).set_json(json!({"name": name}))
        };
        assert_eq!(app.send(edit(&etag, "A")).await.status, 200);
        assert_eq!(app.send(edit(&etag, "B")).await.status, 412);
        let stored = acme.get(&path).await.expect(200);
        assert_eq!(stored["name"], "A");
        assert_eq!(stored["version"], 1, "only other steps make a version");
        // Read, edit, send back whole.
        let mut whole = stored;
        whole["steps"] = json!([{"name": "Ask", "action": "approval", "approver": "mia"}]);
        let replaced = acme.put(&path, whole).await.expect(200);
        assert_eq!(replaced["version"], 2);
        assert_eq!(acme.post(&format!("{path}activate/"), json!({})).await.expect(200)["is_active"], true);
    }

    async fn what_was_read_can_be_sent_back(app: TestApp) {
        let acme = app.acme().await;
        let ids = crate::tenants::one_of_each(&acme).await;
        let document = api::openapi_document();
        let mut sent = 0;
        for (collection, id) in ids {
            let item = &document["paths"][format!("{}/{collection}/{{id}}/", api::PREFIX)];
            let path = format!("/{collection}/{id}/");
            let read = acme.get(&path).await.expect(200);
            if item.get("put").is_some() {
                let mut written = acme.put(&path, read.clone()).await.expect(200);
                written["updated_at"] = read["updated_at"].clone();
                assert_eq!(written, read, "PUT {path}");
                sent += 1;
            }
            if item.get("patch").is_some() {
                let mut written = acme.patch(&path, read.clone()).await.expect(200);
                written["updated_at"] = read["updated_at"].clone();
                assert_eq!(written, read, "PATCH {path}");
                sent += 1;
            }
        }
        assert_eq!(sent, 12);
    }

    async fn a_precondition_is_one_entity_tag(app: TestApp) {
        let acme = app.acme().await;
        let path = format!("/workflows/{}/", acme.workflow("W").await);
        let edit = |path: &str, tag: &str| {
            acme.request(Method::PATCH, path).insert_header(("if-match", tag.to_owned()))
                .set_json(json!({"description": tag}))
        };
        for malformed in ["", "1", "\"", "\"1", "1\"", "W/1", "\"a b\"", "\"1\", \"2\"", "**"] {
            let error = app.send(edit(&path, malformed)).await.expect(400);
            assert_eq!(error["code"], "validation_error");
            assert!(error["details"]["If-Match"][0].is_string(), "{malformed}: {error}");
        }
        for other in ["\"0\"", "\"2\"", "\"01\"", "\"+1\"", "\"\"", "\"abc\"", "W/\"1\"", "\"99999999999999999999\""] {
            let error = app.send(edit(&path, other)).await.expect(412);
            assert_eq!(error["code"], "precondition_failed", "{other}");
        }
        app.send(edit("/workflows/99/", "\"abc\"")).await.expect(404);
        app.send(edit(&path, "\"1\"")).await.expect(200);
        let read = app.send(edit(&path, "*")).await.expect(200);
        assert_eq!(read["description"], "*");
    }

    async fn problems_come_in_the_spelling_that_was_asked_for(app: TestApp) {
        let acme = app.acme().await;
        let request = acme.request(Method::POST, "/workflows/")
            .insert_header(("accept", "application/problem+json")).insert_header(("x-request-id", "mine-1")).set_json(json!({}));
        let problem = app.send(request).await;
        assert_eq!(problem.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem.header("x-request-id"), Some("mine-1"));
        assert_eq!(problem.body["errors"][0]["pointer"], "#/name");
    }

    async fn tokens_are_managed_by_admins(app: TestApp) {
        let admin = app.client("acme", Role::Admin).await;
        let made = admin.post("/tokens/", json!({"user": "tom", "role": "viewer"})).await.expect(201);
        let token = made["token"].as_str().unwrap();
        let read = || TestRequest::get().uri("/api/v1/workflow/workflows/").insert_header(("authorization", format!("Bearer {token}")));
        assert_eq!(app.send(read()).await.status, 200);
        let listed = admin.get("/tokens/").await.expect(200);
        assert_eq!(listed["count"], 2);
        assert!(!listed.to_string().contains(token));
        admin.delete(&format!("/tokens/{}/", made["prefix"].as_str().unwrap())).await.expect(204);
        assert_eq!(app.send(read()).await.status, 401);
    }
}

#[actix_web::test]
async fn limits_are_exact() {
    let mut config =
        server::config::Config::load(None, &server::config::Overrides::default()).unwrap();
    config.limits.standard_per_minute = 5;
    config.limits.simulations_per_minute = 2;
    let app = crate::app::TestApp::with("sqlite::memory:", &config).await;
    let acme = app.caller("acme", "mia", Role::Editor, true).await;
    let simulate = || acme.post("/workflow-simulations/", json!({"definition": {}}));
    for _ in 0..2 {
        let response = simulate().await;
        assert!(
            response
                .header("ratelimit-policy")
                .unwrap()
                .contains("\"simulation\";q=2;w=60")
        );
        response.expect(201);
    }
    let refused = simulate().await;
    assert_eq!(refused.header("retry-after"), Some("60"));
    refused.expect(429);
    // The refused one was not counted: three are left of five.
    for _ in 0..3 {
        acme.get("/workflows/").await.expect(200);
    }
    acme.get("/workflows/").await.expect(429);
    app.clock.advance(chrono::TimeDelta::seconds(60));
    acme.get("/workflows/").await.expect(200);
}
