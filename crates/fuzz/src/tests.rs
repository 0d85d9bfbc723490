use crate::{Mutator, TARGETS, corpus, drive};

#[test]
fn the_same_seed_makes_the_same_inputs() {
    let inputs = |seed| {
        let mut mutator = Mutator::new(corpus("definition"), seed);
        (0..50).map(|_| mutator.next_input()).collect::<Vec<_>>()
    };
    assert_eq!(inputs(1), inputs(1));
    assert_ne!(inputs(1), inputs(2));
}

/// What the changes begin with is read, each piece of it.
#[test]
fn the_corpus_is_read() {
    for target in &TARGETS {
        for text in corpus(target.name) {
            assert!((target.check)(text.as_bytes()), "{}: {text}", target.name);
        }
    }
}

#[test]
fn broken_inputs_do_no_harm() {
    for target in &TARGETS {
        let count = if target.name == "definition" {
            1_500
        } else {
            8_000
        };
        let read = drive(target, 7, count);
        assert!(
            read > count / 50,
            "{}: only {read} of {count} were read",
            target.name
        );
        assert!(read < count, "{}: nothing was refused", target.name);
    }
}
