use super::*;
use actix_web::body::MessageBody;
use kernel::Answer;

fn asked(key: &str, mark: u64) -> Asked {
    Asked {
        key: key.to_owned(),
        mark: Mark(mark),
    }
}

fn reply(status: u16, body: &str) -> Reply {
    Reply::from(Answer {
        status,
        body: body.to_owned(),
        location: None,
        etag: Some("\"7\"".to_owned()),
    })
}

fn body(response: HttpResponse) -> String {
    let bytes = response.into_body().try_into_bytes().unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn remembers(remembered: &Remembered, key: &str, mark: u64) -> Option<String> {
    remembered.get(&asked(key, mark)).map(body)
}

#[test]
fn an_answer_stands_until_something_is_committed() {
    let remembered = Remembered::new(1 << 20);
    assert_eq!(remembers(&remembered, "a", 1), None);
    let given = remembered.keep(asked("a", 1), reply(200, "one"));
    assert_eq!(given.headers().get("etag").unwrap(), "\"7\"");
    let again = remembered.get(&asked("a", 1)).unwrap();
    assert_eq!(again.headers().get("etag").unwrap(), "\"7\"");
    assert_eq!(
        again.headers().get("content-type").unwrap(),
        "application/json"
    );
    assert_eq!(body(again), "one");
    assert_eq!(remembers(&remembered, "b", 1), None);
    assert_eq!(remembers(&remembered, "a", 2), None);
    remembered.keep(asked("a", 2), reply(200, "two"));
    assert_eq!(remembers(&remembered, "a", 2).as_deref(), Some("two"));
    assert_eq!(remembers(&remembered, "a", 1), None);
}

#[test]
fn only_good_answers_of_a_bearable_size_are_remembered() {
    let remembered = Remembered::new(16 << 20);
    let large = "x".repeat(MAX_ANSWER);
    for (status, text) in [(404, "none"), (201, "made"), (200, large.as_str())] {
        let given = remembered.keep(asked("a", 1), reply(status, text));
        assert_eq!(given.status().as_u16(), status);
        assert_eq!(body(given), text);
        assert_eq!(remembers(&remembered, "a", 1), None);
    }
}

#[test]
fn memory_is_bounded_and_what_is_asked_for_stays() {
    let max = SHARDS * 64 * 1024;
    let remembered = Remembered::new(max);
    let text = "x".repeat(1_000);
    for number in 0..20_000 {
        remembered.keep(asked(&format!("/{number}"), 1), reply(200, &text));
        remembered.keep(asked("/0", 1), reply(200, &text));
    }
    assert_eq!(remembers(&remembered, "/0", 1), Some(text));
    let held: usize = (0..20_000)
        .filter_map(|number| remembers(&remembered, &format!("/{number}"), 1))
        .map(|body| body.len())
        .sum();
    assert!(held > max / 4 && held <= max, "{held} of {max}");
}
