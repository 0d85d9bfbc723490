//! Mining on request.

use super::{OURS, World, world};
use crate::testing::{SuggestionFixture, actor, at, block_on};
use crate::{
    FindingKind, GenerateRequest, Suggestion, SuggestionError, SuggestionSource, SuggestionStatus,
};
use chrono::TimeDelta;
use execution_log::testing::{finished, step};
use execution_log::{ExecutionLog, RecordOptions, Report, WorkflowContext};
use kernel::TenantId;
use serde_json::json;
use workflow_model::{ExecutionStatus, RecordedStep, WorkflowId};

impl World {
    /// A workflow that the log and the directory know.
    fn workflow(&self, name: &str) -> WorkflowId {
        let id = block_on(self.store.workflow(OURS, name));
        self.log.add_workflow(
            OURS,
            WorkflowContext {
                id,
                name: name.to_owned(),
                workflow_type: "approval".to_owned(),
                version: 1,
                steps: Vec::new(),
            },
        );
        id
    }

    fn record(&self, reports: Vec<Report>) {
        let options = RecordOptions {
            atomic: true,
            now: at(0),
        };
        let recorded = block_on(self.log.record(&self.us, reports, options, None)).unwrap();
        assert!(recorded.iter().all(Result::is_ok), "{recorded:?}");
    }

    fn generate(&self, request: GenerateRequest) -> Vec<Suggestion> {
        block_on(self.service.generate(&self.us, request, None)).unwrap()
    }
}

/// Discounts under `limit` are always approved, others half of the time; days before now.
fn history(workflow: WorkflowId, size: i64, limit: i64, days: i64) -> Vec<Report> {
    (0..size)
        .map(|number| {
            let discount = number % 40;
            let approved = discount < limit || (number / 40) % 2 == 0;
            let start = number - days * 86_400;
            let outcome = if approved { "approved" } else { "rejected" };
            Report {
                input_data: json!({ "discount_percentage": discount })
                    .as_object()
                    .cloned(),
                steps: vec![RecordedStep {
                    outcome: Some(outcome.to_owned()),
                    ..step("Manager Approval", (start, start + 120))
                }],
                ..finished(
                    workflow,
                    None,
                    (start, start + 120),
                    ExecutionStatus::Completed,
                )
            }
        })
        .collect()
}

#[test]
fn what_history_holds_is_suggested_once() {
    let world = world();
    let workflow = world.workflow("Discount Approval");
    // More than two pages of the log.
    world.record(history(workflow, 1200, 10, 10));
    let made = world.generate(GenerateRequest::default());
    assert_eq!(made.len(), 1);
    let content = &made[0].content;
    assert_eq!(
        content.title,
        "Auto-approve discount_percentage under 10 at Manager Approval"
    );
    assert_eq!(
        (content.source, content.workflow),
        (SuggestionSource::Historical, Some(workflow))
    );
    assert_eq!(
        (content.pattern_frequency, made[0].status),
        (300, SuggestionStatus::Pending)
    );
    assert_eq!(content.supporting_data["sample_count"], json!(300));
    assert_eq!(
        content.supporting_data["avg_approval_time"],
        json!("2 minutes")
    );
    assert_eq!(
        block_on(world.service.get(OURS, made[0].id)).unwrap(),
        made[0]
    );
    assert!(
        world.generate(GenerateRequest::default()).is_empty(),
        "pending"
    );
    block_on(
        world
            .service
            .reject(&world.us, made[0].id, String::new(), None, None),
    )
    .unwrap();
    assert!(
        world.generate(GenerateRequest::default()).is_empty(),
        "rejected"
    );
}

#[test]
fn it_is_suggested_again_when_the_evidence_changed() {
    let world = world();
    let workflow = world.workflow("Discount Approval");
    world.record(history(workflow, 400, 10, 10));
    let first = world.generate(GenerateRequest::default());
    block_on(
        world
            .service
            .reject(&world.us, first[0].id, String::new(), None, None),
    )
    .unwrap();
    world.record(history(workflow, 200, 10, 9));
    assert!(
        world.generate(GenerateRequest::default()).is_empty(),
        "half as much again"
    );
    world.record(history(workflow, 200, 10, 8));
    let again = world.generate(GenerateRequest::default());
    assert_eq!(again.len(), 1, "twice as much");
    assert_eq!(again[0].content.fingerprint, first[0].content.fingerprint);
    assert_eq!(
        again[0].content.pattern_frequency,
        2 * first[0].content.pattern_frequency
    );
    assert!(world.generate(GenerateRequest::default()).is_empty());
}

#[test]
fn the_request_says_what_is_mined() {
    let world = world();
    let (one, two) = (world.workflow("One"), world.workflow("Two"));
    world.record(history(one, 400, 10, 10));
    world.record(history(two, 400, 20, 100));
    let ask = |request| world.generate(request);
    let defaults = GenerateRequest::default;
    assert!(
        ask(GenerateRequest {
            workflow: Some(two),
            ..defaults()
        })
        .is_empty(),
        "out of window"
    );
    let pattern = vec![SuggestionSource::Pattern];
    assert!(
        ask(GenerateRequest {
            sources: pattern,
            ..defaults()
        })
        .is_empty()
    );
    assert!(
        ask(GenerateRequest {
            min_support: 101,
            ..defaults()
        })
        .is_empty()
    );
    let made = ask(GenerateRequest {
        window_days: 101,
        ..defaults()
    });
    let about: Vec<_> = made.iter().map(|made| made.content.workflow).collect();
    // The one with more support is the more certain and comes first.
    assert_eq!(about, [Some(two), Some(one)]);
    assert_eq!(made[0].content.supporting_data["threshold"], json!(20));
}

#[test]
fn an_unknown_workflow_is_named() {
    let world = world();
    let theirs = block_on(world.store.workflow(TenantId(2), "Theirs"));
    for unknown in [WorkflowId(12345), theirs] {
        let request = GenerateRequest {
            workflow: Some(unknown),
            ..GenerateRequest::default()
        };
        let refused = block_on(world.service.generate(&world.us, request, None));
        assert!(
            matches!(refused, Err(SuggestionError::UnknownWorkflow)),
            "{refused:?}"
        );
    }
}

#[test]
fn another_tenants_history_is_not_mined() {
    let world = world();
    let workflow = world.workflow("Discount Approval");
    world.record(history(workflow, 400, 10, 10));
    let them = actor(TenantId(2));
    let made = block_on(
        world
            .service
            .generate(&them, GenerateRequest::default(), None),
    )
    .unwrap();
    assert!(made.is_empty());
}

#[test]
fn what_is_mined_can_be_accepted_and_implemented() {
    let world = world();
    let workflow = world.workflow("Discount Approval");
    world.record(history(workflow, 400, 10, 10));
    let made = world.generate(GenerateRequest::default()).remove(0);
    world.clock.advance(TimeDelta::seconds(1));
    block_on(
        world
            .service
            .accept(&world.us, made.id, String::new(), None, None),
    )
    .unwrap();
    let (done, draft) = block_on(world.service.implement(&world.us, made.id, None, None)).unwrap();
    assert_eq!(done.implemented_as, Some(draft.id));
    assert_eq!(draft.name, made.content.title);
    assert_eq!(
        draft.definition.trigger.source,
        json!({ "discount_percentage": { "$lt": 10 } })
    );
    let pattern = &made.content.supporting_data["pattern"];
    assert_eq!(pattern, FindingKind::AutoApprove.as_str());
}
