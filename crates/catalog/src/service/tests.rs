mod catching_up;
mod contested;

use super::{ActionError, CatalogService};
use crate::testing::{MemoryActions, actor, at, new_action};
use crate::{Action, ActionChange, ActionId, NewAction};
use chrono::TimeDelta;
use contested::Contested;
use execution_log::testing::MemoryLog;
use kernel::TenantId;
use kernel::testing::{ManualClock, block_on};
use std::sync::atomic::{AtomicU32, Ordering as Memory};
use std::sync::{Arc, Mutex};

struct World {
    service: CatalogService,
    actions: Arc<Contested>,
    memory: Arc<MemoryActions>,
    clock: Arc<ManualClock>,
}

const A: TenantId = TenantId(1);
const B: TenantId = TenantId(2);

impl World {
    fn new() -> Self {
        let memory = Arc::new(MemoryActions::new(Arc::new(MemoryLog::default())));
        let actions = Arc::new(Contested {
            inner: memory.clone(),
            rivals: AtomicU32::new(0),
            deleted: Mutex::default(),
        });
        let clock = Arc::new(ManualClock::fixed());
        let service = CatalogService::new(actions.clone(), memory.clone(), clock.clone());
        Self {
            service,
            actions,
            memory,
            clock,
        }
    }

    fn create(&self, tenant: TenantId, new: NewAction) -> Action {
        block_on(self.service.create(&actor(tenant), new, None)).unwrap()
    }

    fn update(
        &self,
        tenant: TenantId,
        id: ActionId,
        name: &str,
        if_match: Option<i64>,
    ) -> Result<Action, ActionError> {
        let change = ActionChange {
            name: Some(name.to_owned()),
            ..ActionChange::default()
        };
        block_on(self.service.update(&actor(tenant), id, change, if_match))
    }

    fn delete(
        &self,
        tenant: TenantId,
        id: ActionId,
        if_match: Option<i64>,
    ) -> Result<(), ActionError> {
        block_on(self.service.delete(&actor(tenant), id, if_match))
    }
}

fn global(name: &str) -> NewAction {
    NewAction {
        is_global: true,
        ..new_action(name, "notification")
    }
}

#[test]
fn an_action_is_made_by_its_actor_now() {
    let world = World::new();
    let action = world.create(A, new_action("mail", "notification"));
    assert_eq!(
        (action.owner, action.created_by.as_str(), action.created_at),
        (A, "ada", at(0))
    );
    assert_eq!(block_on(world.service.get(A, action.id)).unwrap(), action);
    assert!(matches!(
        block_on(world.service.get(B, action.id)),
        Err(ActionError::NotFound)
    ));
}

#[test]
fn an_update_writes_what_was_given_and_counts_the_revision() {
    let world = World::new();
    let action = world.create(A, new_action("mail", "notification"));
    world.clock.advance(TimeDelta::seconds(5));
    let updated = world.update(A, action.id, "letter", Some(1)).unwrap();
    assert_eq!((updated.revision, updated.updated_at), (2, at(5_000)));
    assert_eq!(
        (updated.created_at, updated.declared.name.as_str()),
        (at(0), "letter")
    );
    assert_eq!(block_on(world.service.get(A, action.id)).unwrap(), updated);
}

#[test]
fn another_tenants_action_cannot_be_written() {
    let world = World::new();
    let hidden = world.create(A, new_action("mail", "notification")).id;
    assert!(matches!(
        world.update(B, hidden, "x", None),
        Err(ActionError::NotFound)
    ));
    assert!(matches!(
        world.delete(B, hidden, None),
        Err(ActionError::NotFound)
    ));
    let shown = world.create(A, global("mail")).id;
    assert!(matches!(
        world.update(B, shown, "x", None),
        Err(ActionError::NotOwner)
    ));
    // Whose it is counts before which revision was meant.
    assert!(matches!(
        world.update(B, shown, "x", Some(7)),
        Err(ActionError::NotOwner)
    ));
    assert!(matches!(
        world.delete(B, shown, None),
        Err(ActionError::NotOwner)
    ));
    assert_eq!(block_on(world.service.get(A, shown)).unwrap().revision, 1);
}

#[test]
fn a_revision_that_is_no_longer_current_is_stale() {
    let world = World::new();
    let id = world.create(A, new_action("mail", "notification")).id;
    world.update(A, id, "x", None).unwrap();
    assert!(matches!(
        world.update(A, id, "y", Some(1)),
        Err(ActionError::Stale)
    ));
    assert!(matches!(
        world.delete(A, id, Some(1)),
        Err(ActionError::Stale)
    ));
    world.delete(A, id, Some(2)).unwrap();
    assert!(matches!(
        world.delete(A, id, None),
        Err(ActionError::NotFound)
    ));
    assert!(matches!(
        world.update(A, id, "y", None),
        Err(ActionError::NotFound)
    ));
}

#[test]
fn an_update_without_a_revision_tries_again_and_keeps_both_writes() {
    let world = World::new();
    let id = world.create(A, new_action("mail", "notification")).id;
    world.actions.rivals.store(3, Memory::SeqCst);
    let updated = world.update(A, id, "letter", None).unwrap();
    assert_eq!(
        (updated.revision, updated.declared.description.as_str()),
        (5, "!!!")
    );
    assert_eq!(updated.declared.name, "letter");
}

#[test]
fn an_update_gives_up_after_a_few_tries() {
    let world = World::new();
    let id = world.create(A, new_action("mail", "notification")).id;
    world.actions.rivals.store(100, Memory::SeqCst);
    assert!(matches!(
        world.update(A, id, "letter", None),
        Err(ActionError::Stale)
    ));
    // With a revision there is nothing to try again.
    world.actions.rivals.store(1, Memory::SeqCst);
    let current = block_on(world.service.get(A, id)).unwrap().revision;
    assert!(matches!(
        world.update(A, id, "letter", Some(current)),
        Err(ActionError::Stale)
    ));
}

#[test]
fn an_action_deleted_meanwhile_is_not_found() {
    let world = World::new();
    let id = world.create(A, new_action("mail", "notification")).id;
    *world.actions.deleted.lock().unwrap() = Some(id);
    assert!(matches!(
        world.update(A, id, "letter", None),
        Err(ActionError::NotFound)
    ));
}

#[test]
fn actions_of_an_import_are_kept_once_and_checked() {
    let world = World::new();
    let found = || {
        vec![
            new_action("mail", "notification"),
            new_action("call", "phone"),
        ]
    };
    assert_eq!(
        block_on(world.service.ensure(&actor(A), found())).unwrap(),
        2
    );
    assert_eq!(
        block_on(world.service.ensure(&actor(A), found())).unwrap(),
        0
    );
    let bad = vec![
        new_action("fine", "x"),
        new_action(" ", "x"),
        new_action(&"n".repeat(201), &"t".repeat(101)),
    ];
    let Err(ActionError::Invalid(problems)) = block_on(world.service.ensure(&actor(A), bad)) else {
        panic!("three problems")
    };
    let paths: Vec<_> = problems
        .iter()
        .map(|problem| problem.path.as_str())
        .collect();
    assert_eq!(paths, ["1.name", "2.name", "2.action_type"]);
    let types = [
        "notification".to_owned(),
        "phone".to_owned(),
        "x".to_owned(),
    ];
    let kept = block_on(world.service.of_types(A, &types)).unwrap();
    assert_eq!(kept.len(), 2);
}
