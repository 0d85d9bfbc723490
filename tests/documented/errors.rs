use crate::app::on_both;
use serde_json::json;

on_both! {
    async fn bad_request(app: TestApp) {
        let acme = app.acme().await;
        let error = acme.post("/workflow-simulations/", json!({})).await.expect(400);
        assert_eq!(error["error"], "Invalid input data");
        assert_eq!(error["details"], json!({"workflow_id": ["This field is required"]}));
    }

    async fn not_found(app: TestApp) {
        let acme = app.acme().await;
        let request = json!({"workflow_id": 5, "input_data": {}});
        let error = acme.post("/workflow-simulations/", request).await.expect(404);
        assert_eq!(error["error"], "Workflow not found");
        assert!(error.get("details").is_none());
    }
}
