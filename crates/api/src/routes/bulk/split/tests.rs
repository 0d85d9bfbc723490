use super::{Framing, Piece, Splitter};

fn split(framing: Framing, text: &str, step: usize) -> Vec<String> {
    let mut splitter = Splitter::new(framing, 20);
    let mut pieces = Vec::new();
    for part in text.as_bytes().chunks(step) {
        splitter.push(part, &mut pieces);
    }
    splitter.finish(&mut pieces);
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Document(n, text) => {
                format!("{n}:{}", String::from_utf8(text).unwrap().trim())
            }
            Piece::TooLarge(n) => format!("{n}:too large"),
            Piece::Malformed(n, why) => format!("{n}:{why}"),
        })
        .collect()
}

fn check(framing: Framing, text: &str, expected: &[&str]) {
    for step in [1, 2, 3, 7, 1000] {
        assert_eq!(
            split(framing, text, step),
            expected,
            "{text} in steps of {step}"
        );
    }
}

#[test]
fn lines_are_documents_and_blank_ones_count() {
    check(
        Framing::Lines,
        "{}\r\n\n{\"a\":1}\n",
        &["1:{}", "3:{\"a\":1}"],
    );
    check(Framing::Lines, "", &[]);
    check(
        Framing::Lines,
        "1\n01234567890123456789012345\n3",
        &["1:1", "2:too large", "3:3"],
    );
}

#[test]
fn elements_are_documents_however_they_are_nested() {
    check(
        Framing::Array,
        " [ {\"a\":[1,\"],\\\"\"]} , 2 ] ",
        &["1:{\"a\":[1,\"],\\\"\"]}", "2:2"],
    );
    check(Framing::Array, "[]", &[]);
    check(Framing::Array, "[ \n ]", &[]);
}

#[test]
fn what_is_no_array_is_named() {
    check(Framing::Array, "{}", &["1:Expected a JSON array."]);
    check(Framing::Array, "", &["1:Expected a JSON array."]);
    check(
        Framing::Array,
        "[1,",
        &["1:1", "2:The array ended before its \"]\"."],
    );
    check(
        Framing::Array,
        "[1,,2]",
        &["1:1", "2:An element is missing before a comma."],
    );
    check(
        Framing::Array,
        "[1,]",
        &["1:1", "2:An element is missing after a comma."],
    );
    check(
        Framing::Array,
        "[1] 2",
        &["1:1", "1:There is more after the array."],
    );
    check(Framing::Array, "[1}", &["1:A \"}\" closes nothing."]);
}
