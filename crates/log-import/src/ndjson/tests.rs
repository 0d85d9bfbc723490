use super::{MAX_LINE, ReportLine, ReportLines, holds_reports};
use execution_log::WorkflowKey;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Cursor, Write};
use std::path::Path;

fn lines(content: impl Into<Vec<u8>>, workflow: Option<&str>) -> Vec<ReportLine> {
    let source = Box::new(Cursor::new(content.into()));
    let mut lines = ReportLines::new(source, workflow.map(str::to_owned));
    std::iter::from_fn(|| lines.next_line().unwrap()).collect()
}

#[test]
fn good_lines_are_read_and_bad_ones_named_with_their_number() {
    let content = r#"{"workflow": 3, "status": "running", "started_at": "2026-01-15T10:00:00Z"}

{"workflow": 3,
{"workflow": 3, "status": "perhaps", "started_at": "2026-01-15T10:00:00Z"}
{"workflow": "Loan", "status": "running", "started_at": "2026-01-15T10:00:00Z"}"#;
    let read = lines(content, None);
    assert_eq!(
        read.iter().map(|line| line.line).collect::<Vec<_>>(),
        [1, 3, 4, 5]
    );
    assert!(read[0].report.is_ok() && read[3].report.is_ok());
    assert!(
        read[1].report.as_ref().unwrap_err()[0]
            .message
            .starts_with("Not JSON")
    );
    assert_eq!(read[2].report.as_ref().unwrap_err()[0].path, "status");
}

#[test]
fn a_line_without_a_workflow_is_of_the_one_that_was_named() {
    let content = r#"{"status": "running", "started_at": "2026-01-15T10:00:00Z"}"#;
    let named = lines(content, Some("Loan")).remove(0).report.unwrap();
    assert_eq!(named.workflow, Some(WorkflowKey::Name("Loan".to_owned())));
    let problems = lines(content, None).remove(0).report.unwrap_err();
    assert_eq!(problems[0].path, "workflow");
}

#[test]
fn a_line_that_is_too_long_is_passed_by_as_a_whole() {
    let long = "x".repeat(3 * usize::try_from(MAX_LINE).unwrap());
    let content = format!(
        "{long}\n{}",
        r#"{"workflow": 3, "status": "running", "started_at": "2026-01-15T10:00:00Z"}"#
    );
    let read = lines(content, None);
    assert_eq!(read.len(), 2);
    assert!(
        read[0].report.as_ref().unwrap_err()[0]
            .message
            .contains("1 MiB")
    );
    assert!(read[1].report.is_ok() && read[1].line == 2);
}

#[test]
fn an_archive_is_known_by_its_content() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.ndjson");
    let mut packed = GzEncoder::new(std::fs::File::create(&path).unwrap(), Compression::fast());
    packed
        .write_all(br#"{"workflow": 3, "status": "running", "started_at": "2026-01-15T10:00:00Z"}"#)
        .unwrap();
    packed.finish().unwrap();
    let mut lines = ReportLines::open(&path, None).unwrap();
    assert!(lines.next_line().unwrap().unwrap().report.is_ok());
    assert!(lines.next_line().unwrap().is_none());
}

#[test]
fn files_of_reports_are_known_by_their_name() {
    for name in ["a.ndjson", "a.JSONL", "a.ndjson.gz"] {
        assert!(holds_reports(Path::new(name)), "{name}");
    }
    for name in ["a.json", "a.xes.gz", "ndjson"] {
        assert!(!holds_reports(Path::new(name)), "{name}");
    }
}
