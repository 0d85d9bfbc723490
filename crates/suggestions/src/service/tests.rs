mod contended;
mod generating;

use super::{SuggestionError, SuggestionService};
use crate::testing::{MemorySuggestions, SuggestionFixture, actor, at, block_on, suggested};
use crate::{NewSuggestion, Suggestion, SuggestionChange, SuggestionStatus};
use execution_log::testing::MemoryLog;
use kernel::testing::ManualClock;
use kernel::{Actor, TenantId};
use serde_json::json;
use std::sync::Arc;
use workflow_model::WorkflowId;
use workflow_registry::{WorkflowStatus, WorkflowType};

const OURS: TenantId = TenantId(1);

struct World {
    service: SuggestionService,
    store: Arc<MemorySuggestions>,
    log: Arc<MemoryLog>,
    clock: Arc<ManualClock>,
    us: Actor,
}

fn world() -> World {
    let store = Arc::new(MemorySuggestions::default());
    let log = Arc::new(MemoryLog::default());
    let clock = Arc::new(ManualClock::fixed());
    let service = SuggestionService::new(store.clone(), log.clone(), store.clone(), clock.clone());
    World {
        service,
        store,
        log,
        clock,
        us: actor(OURS),
    }
}

impl World {
    fn created(&self, new: NewSuggestion) -> Suggestion {
        block_on(self.service.create(&self.us, new, None)).unwrap()
    }

    fn accepted(&self, new: NewSuggestion) -> Suggestion {
        let id = self.created(new).id;
        block_on(
            self.service
                .accept(&self.us, id, "Yes".to_owned(), None, None),
        )
        .unwrap()
    }
}

fn with_template(title: &str) -> NewSuggestion {
    let template = json!({
        "workflow_type": "approval",
        "trigger_conditions": { "discount_percentage": { "$lt": 10 } },
        "steps": [{ "action": "auto_approve", "conditions": {} }],
    });
    NewSuggestion {
        workflow_template: template.as_object().cloned().unwrap(),
        ..suggested(title)
    }
}

#[test]
fn a_users_suggestion_is_kept_pending() {
    let world = world();
    let workflow = block_on(world.store.workflow(OURS, "Known"));
    let new = NewSuggestion {
        workflow: Some(workflow),
        ..with_template("Ask less")
    };
    let made = world.created(new.clone());
    assert_eq!(
        (&made.content, made.status),
        (&new, SuggestionStatus::Pending)
    );
    assert_eq!(block_on(world.service.get(OURS, made.id)).unwrap(), made);
    let unknown = NewSuggestion {
        workflow: Some(WorkflowId(workflow.0 + 99)),
        ..new
    };
    let refused = block_on(world.service.create(&world.us, unknown, None));
    assert!(
        matches!(refused, Err(SuggestionError::UnknownWorkflow)),
        "{refused:?}"
    );
}

#[test]
fn only_what_is_pending_can_be_changed() {
    let world = world();
    let made = world.created(with_template("Old"));
    world.clock.advance(chrono::TimeDelta::seconds(7));
    let change = SuggestionChange {
        title: Some("New".to_owned()),
        ..SuggestionChange::default()
    };
    let changed = block_on(
        world
            .service
            .update(&world.us, made.id, change.clone(), Some(1)),
    )
    .unwrap();
    assert_eq!(
        (changed.content.title.as_str(), changed.revision),
        ("New", 2)
    );
    assert_eq!(
        changed.content.workflow_template,
        made.content.workflow_template
    );
    assert_eq!((changed.created_at, changed.updated_at), (at(0), at(7)));
    let stale = block_on(
        world
            .service
            .update(&world.us, made.id, change.clone(), Some(1)),
    );
    assert!(matches!(stale, Err(SuggestionError::Stale)), "{stale:?}");
    block_on(
        world
            .service
            .reject(&world.us, made.id, String::new(), None, None),
    )
    .unwrap();
    let late = block_on(
        world
            .service
            .update(&world.us, made.id, change.clone(), None),
    );
    assert!(
        matches!(
            late,
            Err(SuggestionError::Decided(SuggestionStatus::Rejected))
        ),
        "{late:?}"
    );
    let foreign = block_on(
        world
            .service
            .update(&actor(TenantId(2)), made.id, change, None),
    );
    assert!(
        matches!(foreign, Err(SuggestionError::NotFound)),
        "{foreign:?}"
    );
}

#[test]
fn deciding_notes_who_when_and_why() {
    let world = world();
    let made = world.created(suggested("x"));
    world.clock.advance(chrono::TimeDelta::seconds(60));
    let notes = "Not applicable for our use case".to_owned();
    let decided = block_on(
        world
            .service
            .reject(&world.us, made.id, notes.clone(), Some(1), None),
    )
    .unwrap();
    assert_eq!(decided.status, SuggestionStatus::Rejected);
    assert_eq!(decided.reviewed_by.as_deref(), Some("user-1"));
    assert_eq!(
        (decided.reviewed_at, decided.review_notes),
        (Some(at(60)), notes)
    );
}

/// Every step between two states, tried from every state.
#[test]
fn a_suggestion_goes_its_way_and_no_other() {
    use SuggestionStatus::{Accepted, Implemented, Pending, Rejected};
    let world = world();
    let go = |id, to| {
        let service = &world.service;
        match to {
            Accepted => {
                block_on(service.accept(&world.us, id, String::new(), None, None)).map(drop)
            }
            Rejected => {
                block_on(service.reject(&world.us, id, String::new(), None, None)).map(drop)
            }
            Implemented => block_on(service.implement(&world.us, id, None, None)).map(drop),
            Pending => unreachable!("nothing goes back"),
        }
    };
    let ways: [(&[_], [bool; 3]); 4] = [
        (&[], [true, true, false]),
        (&[Accepted], [false, false, true]),
        (&[Rejected], [false, false, false]),
        (&[Accepted, Implemented], [false, false, false]),
    ];
    for (way, allowed) in ways {
        for (to, allowed) in [Accepted, Rejected, Implemented].into_iter().zip(allowed) {
            let id = world.created(with_template("x")).id;
            for step in way {
                go(id, *step).unwrap();
            }
            let from = *way.last().unwrap_or(&Pending);
            match go(id, to) {
                Ok(()) => assert!(allowed, "{from:?} to {to:?}"),
                Err(SuggestionError::WrongState {
                    from: was,
                    to: wanted,
                }) => {
                    assert_eq!((was, wanted, allowed), (from, to, false));
                }
                Err(other) => panic!("{other}"),
            }
        }
    }
}

#[test]
fn implementing_makes_a_draft_of_the_template() {
    let world = world();
    let accepted = world.accepted(with_template("Auto-approve small discounts"));
    let (done, draft) = block_on(
        world
            .service
            .implement(&world.us, accepted.id, Some(2), None),
    )
    .unwrap();
    assert_eq!(
        (done.status, done.implemented_as),
        (SuggestionStatus::Implemented, Some(draft.id))
    );
    assert_eq!(draft.name, "Auto-approve small discounts");
    assert_eq!(
        (draft.status, draft.workflow_type),
        (WorkflowStatus::Draft, WorkflowType::Approval)
    );
    assert_eq!(
        draft.definition.steps_json(),
        json!([{ "action": "auto_approve", "conditions": {} }])
    );
    let empty = world.accepted(suggested("Think about it"));
    let (_, draft) = block_on(world.service.implement(&world.us, empty.id, None, None)).unwrap();
    assert!(draft.definition.steps.is_empty());
    assert_eq!(draft.workflow_type, WorkflowType::Custom);
}

#[test]
fn deleting_respects_the_revision() {
    let world = world();
    let made = world.created(suggested("x"));
    let delete = |if_match| block_on(world.service.delete(&world.us, made.id, if_match));
    assert!(matches!(delete(Some(2)), Err(SuggestionError::Stale)));
    delete(Some(1)).unwrap();
    assert!(matches!(delete(None), Err(SuggestionError::NotFound)));
    assert!(matches!(
        block_on(world.service.get(OURS, made.id)),
        Err(SuggestionError::NotFound)
    ));
}
