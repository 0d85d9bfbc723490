mod spy;

use super::{AccessError, AccessService, Authenticated, NewTokenRequest};
use crate::testing::MemoryTokens;
use crate::{Secret, TokenRecord, TokenStore};
use chrono::TimeDelta;
use kernel::testing::{ManualClock, block_on};
use kernel::{Actor, Clock, Role, StoreError};
use spy::Spy;
use std::sync::Arc;
use std::sync::atomic::Ordering;

struct World {
    service: AccessService,
    store: Arc<Spy>,
    clock: Arc<ManualClock>,
}

fn request() -> NewTokenRequest {
    NewTokenRequest {
        tenant: "acme".to_owned(),
        user: "ada".to_owned(),
        role: Role::Editor,
        expires_at: None,
        limited: true,
    }
}

impl World {
    fn new() -> Self {
        let store = Arc::new(Spy::default());
        let clock = Arc::new(ManualClock::fixed());
        Self {
            service: AccessService::new(store.clone(), clock.clone()),
            store,
            clock,
        }
    }

    fn issue(&self, request: NewTokenRequest, seed: u8) -> (Secret, TokenRecord) {
        let issued = block_on(self.service.issue(request, [seed; 32])).unwrap();
        (issued.secret, issued.record)
    }

    fn authenticate(&self, token: &str) -> Result<Authenticated, AccessError> {
        block_on(self.service.authenticate(token))
    }

    fn lookups(&self) -> usize {
        self.store.lookups.swap(0, Ordering::SeqCst)
    }
}

#[test]
fn who_holds_the_secret_is_let_in() {
    let world = World::new();
    let wanted = NewTokenRequest {
        tenant: "  acme ".to_owned(),
        user: "\tada\n".to_owned(),
        limited: false,
        ..request()
    };
    let (secret, record) = world.issue(wanted, 1);
    assert_eq!(record.created_at, world.clock.now());
    assert_eq!(
        (record.hash.as_str(), record.revoked_at),
        (secret.hash().as_str(), None)
    );
    let caller = world.authenticate(secret.expose()).unwrap();
    let tenant = block_on(world.service.tenant("acme")).unwrap().unwrap();
    let expected = Authenticated {
        actor: Actor {
            tenant,
            user: "ada".to_owned(),
        },
        role: Role::Editor,
        token_prefix: secret.prefix().to_owned(),
        limited: false,
    };
    assert_eq!(caller, expected);
    assert_eq!(
        block_on(world.service.tenants()).unwrap(),
        vec![(tenant, "acme".to_owned())]
    );
    assert_eq!(block_on(world.service.list(tenant)).unwrap(), vec![record]);
}

#[test]
fn garbage_never_reaches_the_store() {
    let world = World::new();
    let (secret, _) = world.issue(request(), 1);
    let mut damaged = secret.expose().to_owned();
    damaged.replace_range(20..21, if &damaged[20..21] == "a" { "b" } else { "a" });
    for text in ["", "Bearer x", "wfi_pat_", &damaged] {
        assert!(
            matches!(world.authenticate(text), Err(AccessError::Malformed)),
            "{text}"
        );
    }
    assert_eq!(world.lookups(), 0);
}

#[test]
fn a_well_formed_token_that_was_never_issued_is_unknown() {
    let world = World::new();
    world.issue(request(), 1);
    let stranger = Secret::mint(&[2; 32]);
    assert!(matches!(
        world.authenticate(stranger.expose()),
        Err(AccessError::Unknown)
    ));
}

/// The prefix is public, so knowing it must not help: here the low digits of the random number
/// are equal and the rest is not.
#[test]
fn the_right_prefix_with_another_secret_is_unknown() {
    let world = World::new();
    let (secret, record) = world.issue(request(), 1);
    let forged = TokenRecord {
        hash: Secret::mint(&[9; 32]).hash(),
        ..record
    };
    let store = Arc::new(MemoryTokens::default());
    block_on(store.insert(forged)).unwrap();
    let service = AccessService::new(store, world.clock.clone());
    let refused = block_on(service.authenticate(secret.expose()));
    assert!(matches!(refused, Err(AccessError::Unknown)));
}

#[test]
fn an_expired_token_is_refused_at_its_end_also_from_memory() {
    let world = World::new();
    let end = world.clock.now() + TimeDelta::seconds(3);
    let (secret, _) = world.issue(
        NewTokenRequest {
            expires_at: Some(end),
            ..request()
        },
        1,
    );
    assert!(world.authenticate(secret.expose()).is_ok());
    world.clock.advance(TimeDelta::milliseconds(2_999));
    assert!(world.authenticate(secret.expose()).is_ok());
    assert_eq!(world.lookups(), 1);
    world.clock.advance(TimeDelta::milliseconds(1));
    assert!(matches!(
        world.authenticate(secret.expose()),
        Err(AccessError::Expired)
    ));
}

#[test]
fn a_revoked_token_is_refused_at_once() {
    let world = World::new();
    let (secret, record) = world.issue(request(), 1);
    assert!(world.authenticate(secret.expose()).is_ok());
    block_on(world.service.revoke(record.tenant, &record.prefix)).unwrap();
    assert!(matches!(
        world.authenticate(secret.expose()),
        Err(AccessError::Revoked)
    ));
    let again = block_on(world.service.revoke(record.tenant, &record.prefix));
    assert!(matches!(again, Err(AccessError::Unknown)));
}

#[test]
fn a_token_is_revoked_by_its_own_tenant_only() {
    let world = World::new();
    let (secret, _) = world.issue(request(), 1);
    let (_, other) = world.issue(
        NewTokenRequest {
            tenant: "umbrella".to_owned(),
            ..request()
        },
        2,
    );
    let refused = block_on(world.service.revoke(other.tenant, secret.prefix()));
    assert!(matches!(refused, Err(AccessError::Unknown)));
    assert!(world.authenticate(secret.expose()).is_ok());
    let refused = block_on(world.service.revoke(other.tenant, "nothing"));
    assert!(matches!(refused, Err(AccessError::Malformed)));
}

#[test]
fn a_hit_asks_no_store_and_lasts_five_seconds() {
    let world = World::new();
    let (secret, record) = world.issue(request(), 1);
    for _ in 0..10 {
        world.authenticate(secret.expose()).unwrap();
    }
    assert_eq!(world.lookups(), 1);
    world.clock.advance(TimeDelta::milliseconds(4_999));
    world.authenticate(secret.expose()).unwrap();
    assert_eq!(world.lookups(), 0);
    // Revoked by another process, past this one's memory.
    block_on(
        world
            .store
            .revoke(record.tenant, &record.prefix, world.clock.now()),
    )
    .unwrap();
    world.clock.advance(TimeDelta::milliseconds(1));
    assert!(matches!(
        world.authenticate(secret.expose()),
        Err(AccessError::Revoked)
    ));
}

#[test]
fn refusals_are_not_remembered() {
    let world = World::new();
    let secret = Secret::mint(&[1; 32]);
    for _ in 0..3 {
        assert!(matches!(
            world.authenticate(secret.expose()),
            Err(AccessError::Unknown)
        ));
    }
    assert_eq!(world.lookups(), 3);
    world.issue(request(), 1);
    assert!(world.authenticate(secret.expose()).is_ok());
}

#[test]
fn a_store_that_is_away_is_no_refusal() {
    let world = World::new();
    let (secret, _) = world.issue(request(), 1);
    world.store.away.store(true, Ordering::SeqCst);
    let failed = world.authenticate(secret.expose());
    assert!(matches!(
        failed,
        Err(AccessError::Store(StoreError::Unavailable(_)))
    ));
    world.store.away.store(false, Ordering::SeqCst);
    assert!(world.authenticate(secret.expose()).is_ok());
}

/// The store is read, the token revoked and the memory cleared, and only then would the caller
/// be put into memory.
#[test]
fn a_revocation_during_a_look_up_is_not_forgotten() {
    let world = World::new();
    let (secret, record) = world.issue(request(), 1);
    let service = world.service.clone();
    let revoke = move || block_on(service.revoke(record.tenant, &record.prefix)).unwrap();
    *world.store.meanwhile.lock().unwrap() = Some(Box::new(revoke));
    // This caller came before the revocation.
    assert!(world.authenticate(secret.expose()).is_ok());
    assert!(matches!(
        world.authenticate(secret.expose()),
        Err(AccessError::Revoked)
    ));
}

#[test]
fn every_problem_of_a_request_is_named() {
    let world = World::new();
    let bad = NewTokenRequest {
        tenant: " \t".to_owned(),
        user: "x".repeat(201),
        expires_at: Some(world.clock.now()),
        ..request()
    };
    let Err(AccessError::Invalid(problems)) = block_on(world.service.issue(bad, [1; 32])) else {
        panic!("three problems")
    };
    let fields: Vec<_> = problems.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["tenant", "user", "expires_at"]);
    assert!(block_on(world.service.tenants()).unwrap().is_empty());
    let control = NewTokenRequest {
        user: "a\u{0}b".to_owned(),
        ..request()
    };
    let refused = block_on(world.service.issue(control, [1; 32]));
    assert_eq!(
        refused.unwrap_err().to_string(),
        "user: Ensure this field has no control characters."
    );
    let longest = NewTokenRequest {
        user: "ä".repeat(200),
        ..request()
    };
    assert!(block_on(world.service.issue(longest, [1; 32])).is_ok());
}

#[test]
fn equal_random_bytes_are_a_duplicate() {
    let world = World::new();
    world.issue(request(), 1);
    let twin = block_on(world.service.issue(request(), [1; 32]));
    assert!(matches!(
        twin,
        Err(AccessError::Store(StoreError::Duplicate { .. }))
    ));
}
