use super::{AnswerService, Begun, InFlight, Replay, check};
use crate::StoredAnswer;
use crate::testing::{MemoryAnswers, answer, idempotency_key};
use chrono::TimeDelta;
use kernel::testing::{ManualClock, block_on};
use kernel::{Clock, IdempotencyKey, StoreError, TenantId, to_millis};
use std::sync::Arc;

struct World {
    service: AnswerService,
    clock: Arc<ManualClock>,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::fixed());
        Self {
            service: AnswerService::new(Arc::new(MemoryAnswers::default()), clock.clone()),
            clock,
        }
    }

    fn key(&self, name: &str) -> IdempotencyKey {
        IdempotencyKey {
            used_at_millis: to_millis(self.clock.now()),
            ..idempotency_key(TenantId(1), name)
        }
    }

    fn begin(&self, key: &IdempotencyKey) -> Begun {
        block_on(self.service.begin(key)).unwrap()
    }
}

#[test]
fn the_same_request_is_answered_again_and_another_is_refused() {
    let world = World::new();
    let key = world.key("a");
    let Begun::Fresh(guard) = world.begin(&key) else {
        panic!("nothing is kept yet")
    };
    assert!(matches!(world.begin(&key), Begun::InFlight));
    block_on(world.service.keep(&key, &answer(201))).unwrap();
    drop(guard);
    assert!(matches!(world.begin(&key), Begun::Replay(kept) if kept == answer(201)));
    let other = IdempotencyKey {
        fingerprint: "other".to_owned(),
        ..key
    };
    assert!(matches!(world.begin(&other), Begun::Mismatch));
    assert!(matches!(world.begin(&world.key("b")), Begun::Fresh(_)));
}

#[test]
fn an_answer_counts_for_24_hours() {
    let world = World::new();
    let key = world.key("a");
    block_on(world.service.keep(&key, &answer(201))).unwrap();
    world.clock.advance(TimeDelta::hours(24));
    assert!(matches!(world.begin(&key), Begun::Replay(_)));
    world.clock.advance(TimeDelta::milliseconds(1));
    assert!(matches!(world.begin(&key), Begun::Fresh(_)));
}

#[test]
fn who_lost_the_race_learns_the_winner_s_answer() {
    let world = World::new();
    let key = world.key("a");
    block_on(world.service.keep(&key, &answer(201))).unwrap();
    let lost = block_on(world.service.keep(&key, &answer(202)));
    assert!(matches!(lost, Err(StoreError::AnswerExists)));
    let replay = block_on(world.service.after_lost_race(&key)).unwrap();
    assert_eq!(replay, Replay::Replay(answer(201)));
    let other = IdempotencyKey {
        fingerprint: "other".to_owned(),
        ..key
    };
    assert_eq!(
        block_on(world.service.after_lost_race(&other)).unwrap(),
        Replay::Mismatch
    );
}

#[test]
fn an_answer_too_old_to_count_gets_out_of_the_way() {
    let world = World::new();
    block_on(world.service.keep(&world.key("a"), &answer(201))).unwrap();
    world.clock.advance(TimeDelta::hours(25));
    let again = world.key("a");
    assert!(matches!(world.begin(&again), Begun::Fresh(_)));
    assert!(matches!(
        block_on(world.service.keep(&again, &answer(202))),
        Err(StoreError::AnswerExists)
    ));
    assert_eq!(
        block_on(world.service.after_lost_race(&again)).unwrap(),
        Replay::Fresh
    );
    block_on(world.service.keep(&again, &answer(202))).unwrap();
    assert!(matches!(world.begin(&again), Begun::Replay(kept) if kept == answer(202)));
}

#[test]
fn old_answers_are_forgotten() {
    let world = World::new();
    block_on(world.service.keep(&world.key("a"), &answer(201))).unwrap();
    world.clock.advance(TimeDelta::hours(20));
    block_on(world.service.keep(&world.key("b"), &answer(201))).unwrap();
    world.clock.advance(TimeDelta::hours(5));
    assert_eq!(block_on(world.service.forget_old(TenantId(1))).unwrap(), 1);
    assert_eq!(block_on(world.service.forget_old(TenantId(1))).unwrap(), 0);
}

#[test]
fn one_request_with_a_key_is_in_flight_at_a_time() {
    let all = InFlight::default();
    let key = idempotency_key(TenantId(1), "a");
    let guard = all.begin(&key).unwrap();
    let body = IdempotencyKey {
        fingerprint: "other".to_owned(),
        ..key.clone()
    };
    assert!(all.begin(&body).is_none());
    for other in [
        IdempotencyKey {
            tenant: TenantId(2),
            ..key.clone()
        },
        IdempotencyKey {
            principal: "p".to_owned(),
            ..key.clone()
        },
        IdempotencyKey {
            operation: "POST /other".to_owned(),
            ..key.clone()
        },
        IdempotencyKey {
            key: "b".to_owned(),
            ..key.clone()
        },
    ] {
        assert!(all.begin(&other).is_some());
    }
    assert_eq!(all.len(), 1);
    drop(guard);
    assert!(all.is_empty());
    assert!(all.begin(&key).is_some());
}

#[test]
fn a_key_is_free_again_after_a_panic() {
    let all = InFlight::default();
    let key = idempotency_key(TenantId(1), "a");
    let inside = all.clone();
    let held = key.clone();
    let ended = std::thread::spawn(move || {
        let _guard = inside.begin(&held);
        panic!("as a handler might");
    })
    .join();
    assert!(ended.is_err());
    assert!(all.begin(&key).is_some());
}

#[test]
fn a_fingerprint_decides_between_replay_and_mismatch() {
    let stored = Some(StoredAnswer {
        fingerprint: "f".to_owned(),
        answer: answer(200),
    });
    assert_eq!(check(None, "f"), Replay::Fresh);
    assert_eq!(check(stored.clone(), "f"), Replay::Replay(answer(200)));
    assert_eq!(check(stored, "g"), Replay::Mismatch);
}
