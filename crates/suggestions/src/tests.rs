use crate::{FindingKind, SuggestionSource, SuggestionStatus};

#[test]
fn names_are_read_back() {
    for (name, source) in SuggestionSource::CHOICES {
        assert_eq!(
            (source.as_str(), SuggestionSource::parse(name)),
            (name, Some(source))
        );
    }
    for (name, status) in SuggestionStatus::CHOICES {
        assert_eq!(
            (status.as_str(), SuggestionStatus::parse(name)),
            (name, Some(status))
        );
    }
    assert_eq!(SuggestionSource::parse("Historical"), None);
    assert_eq!(SuggestionStatus::parse(""), None);
}

/// Mining has no source that a request for it cannot name.
#[test]
fn findings_come_from_history_or_patterns() {
    for kind in FindingKind::ALL {
        let source = kind.source();
        assert!(matches!(
            source,
            SuggestionSource::Historical | SuggestionSource::Pattern
        ));
    }
}
