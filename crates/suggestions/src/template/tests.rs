use super::refine;
use crate::finding::fingerprint;
use crate::testing::{MemorySuggestions, actor, at};
use crate::{Finding, FindingKind, Share};
use kernel::TenantId;
use serde_json::{Value, json};
use workflow_model::{Definition, WorkflowId};
use workflow_registry::{NewWorkflow, Workflow, WorkflowStatus, WorkflowType};

fn workflow(steps: &Value) -> Workflow {
    let written = json!({
        "trigger_conditions": "amount > 5", "steps": steps, "settings": { "timeout": 300 },
        "graph_spec": { "nodes": [], "edges": [] },
    });
    let tenant = TenantId(1);
    let kept = MemorySuggestions::default();
    kept.add_workflow(
        &actor(tenant),
        NewWorkflow {
            name: "Purchase".to_owned(),
            description: String::new(),
            workflow_type: WorkflowType::Approval,
            status: WorkflowStatus::Active,
            definition: Definition::read(&written).unwrap(),
        },
        at(0),
    );
    kept.workflows(tenant).remove(0)
}

fn refined(kind: FindingKind, data: &Value, template: &Value, steps: &Value) -> Value {
    let mut finding = Finding {
        kind,
        workflow: WorkflowId(7),
        title: String::new(),
        description: String::new(),
        workflow_template: template.as_object().cloned().unwrap(),
        claimed: Share { count: 1, of: 1 },
        pattern_frequency: 1,
        supporting_data: data.as_object().cloned().unwrap(),
        fingerprint: fingerprint(kind, WorkflowId(7), &[]),
    };
    refine(&mut finding, &workflow(steps));
    Value::Object(finding.workflow_template)
}

#[test]
fn a_change_of_one_step_is_made_in_the_whole_workflow() {
    let steps = json!([
        { "name": "Check", "action": "validation" },
        { "name": "Call", "action": "webhook", "config": { "url": "x" }, "max_retries": 0 },
    ]);
    let own = json!({ "steps": [{ "name": "Call", "max_retries": 2 }] });
    let template = refined(
        FindingKind::FailingStep,
        &json!({ "step": "Call" }),
        &own,
        &steps,
    );
    let mut expected = steps;
    expected[1]["max_retries"] = json!(2);
    assert_eq!(template["steps"], expected);
    assert_eq!(template["workflow_type"], json!("approval"));
    assert_eq!(template["trigger_conditions"], json!("amount > 5"));
    assert_eq!(template["settings"], json!({ "timeout": 300 }));
    assert_eq!(template.get("graph_spec"), None);
}

#[test]
fn what_the_workflow_does_not_have_stays_the_findings_own() {
    let own = json!({ "steps": [{ "name": "Call", "max_retries": 2 }] });
    for steps in [
        json!([]),
        json!([{ "name": "Other", "action": "x" }]),
        json!([{ "name": "Call", "action": "x" }, { "name": "Call", "action": "x" }]),
    ] {
        let data = json!({ "step": "Call" });
        assert_eq!(refined(FindingKind::FailingStep, &data, &own, &steps), own);
        assert_eq!(refined(FindingKind::AutoApprove, &data, &own, &steps), own);
    }
}

#[test]
fn two_approvals_start_together_and_the_next_step_waits_for_both() {
    let names = json!({ "steps": ["Legal", "Finance"] });
    let own = json!({ "steps": [] });
    let kind = FindingKind::ParallelApproval;
    let step = |name: &str| json!({ "name": name, "action": "approval" });
    let steps = json!([
        step("Check"),
        step("Legal"),
        step("Finance"),
        step("Pay"),
        step("Tell")
    ]);
    let template = refined(kind, &names, &own, &steps);
    let mut expected = steps;
    expected[2]["depends_on"] = json!([0]);
    expected[3]["depends_on"] = json!([1, 2]);
    assert_eq!(template["steps"], expected);

    let first = json!([step("Legal"), step("Finance")]);
    let template = refined(kind, &names, &own, &first);
    assert_eq!(template["steps"][1]["depends_on"], json!([]));

    let mut branching = first.clone();
    branching[0]["branches"] = json!([{ "condition": "rejected", "next_step": "end" }]);
    let apart = json!([step("Legal"), step("Check"), step("Finance")]);
    for unclear in [branching, apart] {
        assert_eq!(
            refined(kind, &names, &own, &unclear),
            own,
            "the order may mean something"
        );
    }
}
