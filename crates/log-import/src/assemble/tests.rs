use crate::tests::read;
use crate::typed::Kind;

#[test]
fn activities_are_in_mean_order() {
    // B comes third once and second once: after A, before C, which comes late twice.
    let log = read(
        "log.csv",
        "case,activity,time\n1,A,2024-01-01\n1,B,2024-01-02\n1,C,2024-01-03\n\
         2,C,2024-01-03\n2,B,2024-01-02\n2,A,2024-01-01\n2,D,2024-01-03\n",
    )
    .unwrap();
    let found: Vec<_> = log
        .activities
        .iter()
        .map(|a| (a.name.as_str(), a.count))
        .collect();
    assert_eq!(found, [("A", 2), ("B", 2), ("C", 2), ("D", 1)]);
}

#[test]
fn a_text_is_typed_when_all_of_its_kind_are() {
    for (texts, expected) in [
        (&["1", "-20", "0"][..], Kind::Integer),
        (&["1", "2.5", "1e-05"], Kind::Number),
        (&["1", "x"], Kind::Text),
        (&["007"], Kind::Text),
        (&["1234567890123456"], Kind::Text),
        (&["1e5"], Kind::Text),
        (&["inf"], Kind::Text),
        (&["-"], Kind::Text),
        (&["true", "FALSE"], Kind::Boolean),
        (&["true", "1"], Kind::Text),
        (&["2024-01-15"], Kind::Date),
        (&["2024-01-15", "2024-01-15 10:00"], Kind::Instant),
        (&["1/2/2024"], Kind::Text),
        (&["1700000000"], Kind::Integer),
    ] {
        let kind = texts.iter().map(|text| Kind::of(text)).reduce(Kind::join);
        assert_eq!(kind, Some(expected), "{texts:?}");
    }
}
