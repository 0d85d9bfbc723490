//! Whole files through [`open`], and what is hostile about some of them.

use crate::{ImportError, ImportOptions, ImportedLog, open};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const CSV: &str = "case_id,activity,end_time\n1,A,2024-01-15T10:00:00Z\n";
const XES: &str = r#"<log><trace><string key="concept:name" value="1"/><event>
<string key="concept:name" value="A"/><date key="time:timestamp" value="2024-01-15T10:00:00Z"/>
</event></trace></log>"#;

/// Reads a file of that name and content.
pub(crate) fn read_with(
    name: &str,
    content: &[u8],
    options: &ImportOptions,
) -> Result<ImportedLog, ImportError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, content).unwrap();
    open(&path, options)
}

pub(crate) fn read(name: &str, content: impl AsRef<[u8]>) -> Result<ImportedLog, ImportError> {
    read_with(name, content.as_ref(), &ImportOptions::default())
}

/// Says that the file is refused with a sentence that has this part.
pub(crate) fn refused(name: &str, content: impl AsRef<[u8]>, part: &str) {
    let error = read(name, content).unwrap_err().to_string();
    assert!(error.contains(part), "{error}");
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn the_format_is_known_by_name_or_content() {
    for (name, content, stem) in [
        ("log.xes", XES, "log"),
        ("my.log.csv", CSV, "my.log"),
        ("LOG.CSV", CSV, "LOG"),
        ("log", XES, "log"),
        ("log.txt", CSV, "log"),
        ("log.xml", XES, "log"),
    ] {
        for log in [
            read(name, content),
            read(&format!("{name}.gz"), gzip(content.as_bytes())),
        ] {
            let log = log.unwrap();
            assert_eq!((log.name.as_str(), log.event_count()), (stem, 1), "{name}");
        }
    }
    // Compression is known by the content, whatever the name says.
    assert_eq!(read("plain.csv.gz", CSV).unwrap().event_count(), 1);
    assert_eq!(
        read("packed.xes", gzip(XES.as_bytes()))
            .unwrap()
            .event_count(),
        1
    );
}

#[test]
fn what_is_no_log_is_refused_with_a_reason() {
    refused("log.jsonl", "{}", "goes to bulk import");
    refused("log", "", "the file is empty");
    refused("log.csv", "", "blank");
    refused("log", " \n ", "blank");
    refused("log.bin", [1, 0, 2], "binary data");
    refused("log.csv", [b'a', 0, b'b'], "binary data");
    refused("log", b"\xff\xfec\0a\0", "UTF-16");
    let missing = open("no/such/file.xes".as_ref(), &ImportOptions::default());
    assert!(
        missing
            .unwrap_err()
            .to_string()
            .contains("cannot open no/such/file.xes")
    );
}

#[test]
fn a_bomb_is_stopped_at_the_limit() {
    let options = ImportOptions {
        max_bytes: 1_000_000,
        ..ImportOptions::default()
    };
    let mut rows = CSV.to_owned();
    rows.push_str(&"1,A,2024-01-15T10:00:00Z\n".repeat(200_000));
    let csv = gzip(rows.as_bytes());
    assert!(csv.len() < 100_000);
    let mut blanks = b"<log>".to_vec();
    blanks.resize(5_000_000, b' ');
    let xes = gzip(&blanks);
    for (name, content) in [("bomb.csv.gz", csv), ("bomb.xes.gz", xes)] {
        let error = read_with(name, &content, &options).unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::TooLarge {
                    max_bytes: 1_000_000
                }
            ),
            "{error}"
        );
    }
    let exact = ImportOptions {
        max_bytes: CSV.len() as u64,
        ..ImportOptions::default()
    };
    assert_eq!(
        read_with("a.csv", CSV.as_bytes(), &exact)
            .unwrap()
            .event_count(),
        1
    );
}

#[test]
fn a_damaged_archive_is_told() {
    let whole = gzip(CSV.repeat(1_000).as_bytes());
    for name in ["log.csv.gz", "log.xes.gz"] {
        let error = read(name, &whole[..whole.len() - 20]).unwrap_err();
        assert!(
            matches!(
                error,
                ImportError::Read { .. } | ImportError::Malformed { .. }
            ),
            "{error}"
        );
    }
}
