//! Random inputs, conditions, and what is nearly a condition.

use condition::Condition;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};

/// Inputs over a few names, so that conditions meet them; some are lists, some are missing.
pub(crate) fn input() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        scalar(),
        prop::collection::vec(scalar(), 0..4).prop_map(Value::Array),
        prop::collection::vec(("[ab]", scalar()), 0..3).prop_map(object),
        prop::collection::vec(
            prop::collection::vec(("[ab]", scalar()), 0..3).prop_map(object),
            0..3
        )
        .prop_map(Value::Array),
    ];
    prop::collection::vec(("[abc]", value), 0..4).prop_map(object)
}

fn object(members: Vec<(String, Value)>) -> Value {
    Value::Object(members.into_iter().collect())
}

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-4_i32..4).prop_map(|n| Value::from(f64::from(n) / 4.0)),
        any::<f64>().prop_map(Value::from),
        "[ab\"`\\\\é\n ]{0,3}".prop_map(Value::from),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let name = select(vec![
        "a",
        "b",
        "c",
        "a.b",
        "b.a",
        "a.0",
        "a.0.b",
        "odd name.in",
        "c.`x",
    ]);
    name.prop_map(str::to_owned)
}

/// Operators under a variable.
fn operators() -> BoxedStrategy<Value> {
    let constant = || {
        prop_oneof![
            4 => scalar(),
            1 => prop::collection::vec(scalar(), 0..3).prop_map(Value::Array),
            1 => prop::collection::vec(("[ab]", scalar()), 0..3).prop_map(object),
        ]
    };
    let compare = select(vec!["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]);
    let leaf = prop_oneof![
        (compare, constant()).prop_map(|(op, value)| json!({op: value})),
        (
            select(vec!["$in", "$nin", "$all"]),
            prop::collection::vec(constant(), 0..4)
        )
            .prop_map(|(op, values)| json!({op: values})),
        any::<bool>().prop_map(|b| json!({"$exists": b})),
        select(vec!["number", "string", "array", "null", "int"]).prop_map(|t| json!({"$type": t})),
        (1_i64..5, -2_i64..3).prop_map(|(d, r)| json!({"$mod": [d, r]})),
        (0_u64..4).prop_map(|n| json!({"$size": n})),
        "[ab^$.]{0,3}".prop_map(|p| json!({"$regex": p})),
        ("[ab]{0,2}", "[imsx]{1,2}").prop_map(|(p, o)| json!({"$regex": p, "$options": o})),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ops| json!({"$not": ops})),
            inner.clone().prop_map(|ops| json!({"$elemMatch": ops})),
            (path(), inner).prop_map(|(path, ops)| json!({"$elemMatch": {path: ops}})),
        ]
    })
    .boxed()
}

/// Operator objects.
pub(crate) fn query() -> BoxedStrategy<Value> {
    let field = (path(), prop_oneof![3 => operators(), 1 => scalar()])
        .prop_map(|(path, ops)| json!({path: ops}));
    field
        .prop_recursive(4, 24, 3, |inner| {
            let joined = (
                select(vec!["$and", "$or", "$nor"]),
                prop::collection::vec(inner, 1..4),
            );
            joined.prop_map(|(op, parts)| json!({op: parts}))
        })
        .boxed()
}

/// Expression strings: values first, conditions over them.
fn expression() -> BoxedStrategy<String> {
    let constant = scalar().prop_map(|value| value.to_string());
    let atom = prop_oneof![
        constant,
        select(vec!["a", "b", "c", "a.b", "a[0].b"]).prop_map(str::to_owned)
    ];
    let value = atom.prop_recursive(3, 12, 2, |inner| {
        let number = || {
            prop_oneof![
                inner.clone().prop_map(|x| format!("number({x})")),
                select(vec!["a", "b", "-2", "0.5", "-a"]).prop_map(str::to_owned),
            ]
        };
        prop_oneof![
            (
                number(),
                select(vec!["+", "-", "*", "/", "%", "^"]),
                number()
            )
                .prop_map(|(l, op, r)| format!("({l}) {op} ({r})")),
            (
                number(),
                select(vec!["-", "*", "^"]),
                number(),
                select(vec!["-", "/", "^"]),
                number()
            )
                .prop_map(|(a, x, b, y, c)| format!("{a} {x} {b} {y} {c}")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("(({l}) ?? ({r}))")),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("[{l}, {r}]")),
            (
                select(vec![
                    "len", "lower", "string", "date", "sum", "max", "keys", "weekday"
                ]),
                inner.clone()
            )
                .prop_map(|(f, x)| format!("{f}({x})")),
            inner.clone().prop_map(|x| format!("map(a, # == {x})")),
            (inner.clone(), inner).prop_map(|(l, r)| format!("(c == 1 ? {l} : {r})")),
        ]
    });
    let compare = select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let clause = prop_oneof![
        (value.clone(), compare, value.clone()).prop_map(|(l, op, r)| format!("({l}) {op} ({r})")),
        (value.clone(), value.clone()).prop_map(|(l, r)| format!("({l}) in [{r}]")),
        (value.clone(), select(vec!["[-1..2)", "(0..1]"]))
            .prop_map(|(x, r)| format!("({x}) not in {r}")),
        select(vec![
            "exists(a.b)",
            "a",
            "outcome is approved",
            "b.c",
            "startsWith(a, \"a\")"
        ])
        .prop_map(str::to_owned),
        value.prop_map(|x| format!("any(a, # == {x})")),
    ];
    clause
        .prop_recursive(3, 12, 3, |inner| {
            prop_oneof![
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l}) and ({r})")),
                (inner.clone(), inner.clone()).prop_map(|(l, r)| format!("({l}) or {r}")),
                inner.clone().prop_map(|x| format!("not ({x})")),
                inner.clone().prop_map(|x| format!("all(b, {x} or # == 1)")),
                (inner.clone(), inner).prop_map(|(l, r)| format!("({l}) == ({r})")),
            ]
        })
        .boxed()
}

pub(crate) fn any_condition() -> impl Strategy<Value = Condition> {
    let parsed = expression().prop_filter_map("refused", |text| Condition::parse(&text).ok());
    prop_oneof![
        query().prop_map(|q| Condition::from_json(&q).expect("a valid object")),
        parsed
    ]
}

/// Text that begins well and then goes astray.
pub(crate) fn hostile() -> impl Strategy<Value = String> {
    let pieces = select(vec![
        "a",
        ".",
        "b",
        "`",
        "\"",
        "'",
        "\\",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        "#",
        "$",
        "1",
        "e9",
        "9".repeat(30).leak(),
        " and ",
        " or ",
        "not ",
        " in ",
        "==",
        "..",
        "??",
        "?",
        ":",
        ",",
        "any(",
        "matches(",
        "date(",
        "outcome is ",
        "é",
        "\u{0}",
        "\u{1F431}",
        "-",
        "^",
        "%",
        "/0",
        ".as(",
        " as x,",
    ]);
    prop_oneof![
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat()),
        any::<String>(),
        (expression(), 0_usize..80, any::<char>()).prop_map(|(mut text, at, c)| {
            if let Some((byte, _)) = text.char_indices().nth(at) {
                text.insert(byte, c);
            }
            text
        }),
    ]
}

/// Any JSON, with operators for names.
pub(crate) fn hostile_json() -> impl Strategy<Value = Value> {
    let name = select(vec![
        "$and",
        "$or",
        "$nor",
        "$not",
        "$expr",
        "$gt",
        "$in",
        "$exists",
        "$type",
        "$regex",
        "$options",
        "$mod",
        "$size",
        "$all",
        "$elemMatch",
        "a",
        "a.b",
        "",
        ".",
        "$",
        "$add",
        "$literal",
        "$foo",
    ]);
    let leaf = prop_oneof![
        scalar(),
        select(vec!["$a", "$$ROOT", "$", "(", "i"]).prop_map(Value::from)
    ];
    leaf.prop_recursive(6, 40, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((name.clone(), inner), 0..4).prop_map(|members| {
                Value::Object(
                    members
                        .into_iter()
                        .map(|(k, v)| (k.to_owned(), v))
                        .collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}
