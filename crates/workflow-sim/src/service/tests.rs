use super::SimulationError;
use crate::testing::{MemorySimulations, actor, block_on};
use crate::{
    FaultKind, SimulationFilter, SimulationMode, SimulationRequest, SimulationStatus,
    SimulationStore, Subject,
};
use kernel::testing::ManualClock;
use kernel::{Actor, Clock, PageRequest, StoreError, TenantId};
use serde_json::{Map, Value, json};
use spy::{OURS, Spy, service, spy};
use workflow_model::{Definition, WorkflowId};

mod background;
mod spy;

mod memory {
    crate::simulation_store_contract!(crate::testing::MemorySimulations::default());
}

fn request(subject: Subject) -> SimulationRequest {
    let input_data = json!({"amount": 1}).as_object().unwrap().clone();
    SimulationRequest {
        subject,
        input_data,
        mode: SimulationMode::DryRun,
        parameters: Map::new(),
        background: false,
    }
}

fn inline(steps: &Value) -> Subject {
    let definition = Box::new(Definition::read(&json!({"steps": steps})).unwrap());
    Subject::Inline {
        name: "Draft".to_owned(),
        definition,
    }
}

fn ann() -> Actor {
    actor(OURS, "ann")
}

#[test]
fn a_simulation_calls_no_write_port_but_its_own_insert() {
    let (spy, service) = service(spy());
    let request = request(Subject::Workflow(WorkflowId(5)));
    let kept = block_on(service.simulate(&ann(), request, None)).unwrap();
    assert_eq!(
        *spy.calls.lock().unwrap(),
        [
            "definition 5",
            "find Inner",
            "find Nobody",
            "facts 5 approval,validation,workflow",
            "insert"
        ]
    );
    let content = &kept.content;
    assert_eq!(
        (content.workflow_name.as_str(), content.workflow_version),
        ("Outer", 4)
    );
    assert_eq!(content.status, SimulationStatus::Completed);
    assert_eq!(content.mode, "dry_run");
    assert_eq!(content.started_at, ManualClock::fixed().now());
    assert_eq!(content.result["predicted_duration_ms"], 100 + 1000 + 500);
    assert_eq!(
        content.result["validation_errors"],
        json!([
            "steps.1.workflow: There is no workflow \"Nobody\"; name one by its id or its name."
        ])
    );
}

#[test]
fn an_inline_definition_is_of_no_workflow() {
    let (_, service) = service(spy());
    let request = request(inline(&json!([{"action": "validation"}])));
    let kept = block_on(service.simulate(&ann(), request, None)).unwrap();
    assert_eq!(
        (kept.content.workflow, kept.content.workflow_version),
        (None, 0)
    );
    assert_eq!(kept.content.workflow_name, "Draft");
}

#[test]
fn what_is_unknown_or_another_tenants_is_not_found() {
    let (spy, service) = service(spy());
    let ask = |actor, id| {
        block_on(service.simulate(&actor, request(Subject::Workflow(WorkflowId(id))), None))
    };
    assert!(matches!(
        ask(ann(), 9),
        Err(SimulationError::WorkflowNotFound)
    ));
    let theirs = actor(TenantId(2), "eve");
    assert!(matches!(
        ask(theirs.clone(), 5),
        Err(SimulationError::WorkflowNotFound)
    ));
    assert!(!spy.calls.lock().unwrap().contains(&"insert".to_owned()));
    let kept = ask(ann(), 5).unwrap();
    let get = |tenant| block_on(service.get(tenant, kept.id));
    assert!(matches!(get(theirs.tenant), Err(SimulationError::NotFound)));
    assert_eq!(get(OURS).unwrap(), kept);
    assert!(matches!(
        block_on(service.delete(&theirs, kept.id)),
        Err(SimulationError::NotFound)
    ));
    let list = |tenant| {
        let filter = SimulationFilter::default();
        block_on(service.list(tenant, &filter, &Vec::new(), &PageRequest::first())).unwrap()
    };
    assert_eq!(
        (list(OURS).items.len(), list(theirs.tenant).items.len()),
        (1, 0)
    );
    block_on(service.delete(&ann(), kept.id)).unwrap();
    assert!(matches!(
        block_on(service.delete(&ann(), kept.id)),
        Err(SimulationError::NotFound)
    ));
}

#[test]
fn an_unavailable_store_is_passed_on() {
    let (_, service) = service(Spy {
        away: std::sync::Mutex::new(true),
        ..spy()
    });
    let request = request(Subject::Workflow(WorkflowId(5)));
    let failed = block_on(service.simulate(&ann(), request, None));
    assert!(matches!(
        failed,
        Err(SimulationError::Store(StoreError::Unavailable(_)))
    ));
}

#[test]
fn too_many_workflows_are_refused() {
    let (spy, service) = service(spy());
    let run =
        |at| json!({"name": format!("R{at}"), "action": "workflow", "workflow": format!("W{at}")});
    let steps: Vec<_> = (0..101).map(run).collect();
    let failed = block_on(service.simulate(&ann(), request(inline(&json!(steps))), None));
    let Err(SimulationError::Invalid(problems)) = failed else {
        panic!("refused")
    };
    assert_eq!(problems[0].path, "definition");
    assert!(!spy.calls.lock().unwrap().contains(&"insert".to_owned()));
}

#[test]
fn faults_are_found_with_the_workflows_that_steps_run() {
    let (_, service) = service(spy());
    let Subject::Inline { definition, .. } = inline(&json!([
        {"name": "Run", "action": "workflow", "workflow": "Inner"}
    ])) else {
        panic!("inline")
    };
    let faults = block_on(service.faults(OURS, None, &definition)).unwrap();
    assert_eq!(faults[0].kind, FaultKind::UnknownWorkflow);
}

#[test]
fn a_long_list_counts_at_least() {
    let store = MemorySimulations::default();
    block_on(async {
        for _ in 0..=kernel::COUNT_LIMIT {
            let new = crate::testing::new_simulation(None, 0, 0);
            store.insert(&ann(), new, None).await.unwrap();
        }
        let filter = SimulationFilter::default();
        let page = store
            .list(OURS, &filter, &Vec::new(), &PageRequest::first())
            .await
            .unwrap();
        assert_eq!(
            page.count,
            Some(kernel::Count::AtLeast(kernel::COUNT_LIMIT))
        );
    });
}

/// Percentiles cost a query of their own.
#[test]
fn percentiles_are_asked_for_only_where_a_timeout_needs_them() {
    let faults = |steps: Value| {
        let (spy, service) = service(spy());
        let definition = Definition::read(&json!({"steps": steps})).unwrap();
        let flow = Some(WorkflowId(5));
        let found = block_on(service.faults(OURS, flow, &definition)).unwrap();
        (spy.calls.lock().unwrap().clone(), found)
    };
    let (calls, found) = faults(json!([{"name": "Wait", "action": "wait"}]));
    assert_eq!(calls, ["facts 5 wait"]);
    assert_eq!(found, []);
    let (calls, found) = faults(json!([
        {"name": "Wait", "action": "wait", "timeout_seconds": 9}
    ]));
    assert_eq!(calls, ["facts 5 wait", "percentiles 5"]);
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].to_string(),
        "steps.0.timeout_seconds: \"Wait\" is given 9 s, but one attempt in twenty takes 9.5 s or \
         more (95th percentile of 40 measured of this step); give it more time."
    );
}
