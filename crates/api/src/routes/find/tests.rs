use super::*;

#[test]
fn every_endpoint_is_found_with_and_without_a_slash() {
    for endpoint in super::super::endpoints() {
        let (path, parameter) = match endpoint.path.split_once('{') {
            Some((before, rest)) => {
                let after = rest.split_once('}').unwrap().1;
                assert!(!after.contains('{'), "{} has two parameters", endpoint.path);
                (format!("{before}77{after}"), Some("77"))
            }
            None => (endpoint.path.to_owned(), None),
        };
        for path in [path.clone(), format!("{path}/")] {
            let (found, with) = find(&path).unwrap();
            assert_eq!((found.path, with), (endpoint.path, parameter), "{path}");
        }
    }
}

#[test]
fn a_fixed_last_part_goes_first() {
    let path = |path| find(path).map(|(endpoint, parameter)| (endpoint.path, parameter));
    assert_eq!(
        path("/sla-breaches/unacknowledged/"),
        Some(("/sla-breaches/unacknowledged", None))
    );
    assert_eq!(
        path("/sla-breaches/other"),
        Some(("/sla-breaches/{id}", Some("other")))
    );
}

#[test]
fn other_paths_are_not_found() {
    for path in [
        "",
        "/",
        "//",
        "workflows",
        "/workflow",
        "/workflows//",
        "/workflows/1//",
        "//workflows/1",
        "/workflows/1/2",
        "/workflows/1/activate/now",
        "/workflows//activate",
        "/workflows/{id}/nothing",
        "/1/workflows",
        "/ü/1",
    ] {
        assert!(find(path).is_none(), "{path}");
    }
}
