//! The shape of the workspace, checked on every `cargo test`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// crate → workspace crates it may depend on. A new edge is a design decision: argue for it here
/// and in ARCHITECTURE.md.
const ALLOWED: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("document", &[]),
    ("discrete-event", &[]),
    ("condition", &[]),
    ("json-schema", &["document"]),
    ("private-postgres", &[]),
    (
        "fuzz",
        &[
            "condition",
            "document",
            "execution-log",
            "workflow-model",
            "workflow-sim",
        ],
    ),
    ("workflow-model", &["kernel", "document", "condition"]),
    ("execution-log", &["kernel", "document", "workflow-model"]),
    (
        "workflow-registry",
        &["kernel", "document", "workflow-model"],
    ),
    ("access", &["kernel"]),
    (
        "workflow-sim",
        &[
            "kernel",
            "document",
            "discrete-event",
            "condition",
            "json-schema",
            "workflow-model",
        ],
    ),
    (
        "sla",
        &["kernel", "document", "workflow-model", "execution-log"],
    ),
    (
        "suggestions",
        &[
            "kernel",
            "document",
            "condition",
            "workflow-model",
            "execution-log",
            "workflow-registry",
        ],
    ),
    (
        "catalog",
        &[
            "kernel",
            "document",
            "json-schema",
            "workflow-model",
            "execution-log",
        ],
    ),
    (
        "blueprint",
        &["kernel", "document", "workflow-model", "workflow-registry"],
    ),
    (
        "persistence",
        &[
            "kernel",
            "access",
            "workflow-model",
            "execution-log",
            "workflow-registry",
            "workflow-sim",
            "sla",
            "suggestions",
            "catalog",
            "blueprint",
        ],
    ),
    ("notify", &["kernel", "sla"]),
    (
        "log-import",
        &["kernel", "document", "workflow-model", "execution-log"],
    ),
    (
        "api",
        &[
            "kernel",
            "document",
            "access",
            "condition",
            "workflow-model",
            "execution-log",
            "workflow-registry",
            "workflow-sim",
            "sla",
            "suggestions",
            "catalog",
            "blueprint",
        ],
    ),
    (
        "server",
        &[
            "kernel",
            "document",
            "access",
            "condition",
            "workflow-model",
            "execution-log",
            "workflow-registry",
            "workflow-sim",
            "sla",
            "suggestions",
            "catalog",
            "blueprint",
            "persistence",
            "notify",
            "log-import",
            "api",
        ],
    ),
];

/// Crates that another Rust service can link without a database, a web server or a runtime.
const DOMAIN: &[&str] = &[
    "kernel",
    "document",
    "discrete-event",
    "condition",
    "json-schema",
    "workflow-model",
    "execution-log",
    "workflow-registry",
    "access",
    "workflow-sim",
    "sla",
    "suggestions",
    "catalog",
    "blueprint",
];

/// What no domain crate may pull in, directly or not.
const ADAPTERS: &[&str] = &[
    "diesel",
    "actix-web",
    "tokio",
    "reqwest",
    "lettre",
    "libsqlite3-sys",
];

/// A file is about one subject. Longer ones say why in their first lines, or are split.
const MAX_LINES: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_path_buf()
}

fn metadata() -> serde_json::Value {
    let out = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version=1", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    serde_json::from_slice(&out.stdout).unwrap()
}

#[test]
fn crates_depend_only_downwards() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    for package in metadata()["packages"].as_array().unwrap() {
        let name = package["name"].as_str().unwrap();
        if name == "it" {
            continue;
        }
        let allowed = allowed
            .get(name)
            .unwrap_or_else(|| panic!("{name} is not in ALLOWED"));
        for dependency in package["dependencies"].as_array().unwrap() {
            let local = !dependency["path"].is_null() && dependency["kind"].is_null();
            let dependency = dependency["name"].as_str().unwrap();
            assert!(
                !local || allowed.contains(&dependency),
                "{name} must not depend on {dependency}"
            );
        }
    }
}

#[test]
fn domain_crates_link_no_adapter() {
    for name in DOMAIN {
        let out = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--offline",
                "-e",
                "normal",
                "--prefix",
                "none",
                "-p",
                name,
            ])
            .current_dir(root())
            .output()
            .unwrap();
        let tree = String::from_utf8(out.stdout).unwrap();
        assert!(!tree.is_empty(), "{}", String::from_utf8_lossy(&out.stderr));
        for line in tree.lines() {
            let dependency = line.split(' ').next().unwrap_or_default();
            assert!(!ADAPTERS.contains(&dependency), "{name} links {dependency}");
        }
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let names = |database: &str| {
        let mut names: Vec<_> = std::fs::read_dir(root().join("migrations").join(database))
            .unwrap()
            .map(|entry| entry.unwrap().file_name())
            .collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
    assert!(!names("sqlite").is_empty());
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn files_are_about_one_subject() {
    let mut files = Vec::new();
    sources(&root().join("crates"), &mut files);
    assert!(files.len() > 100);
    let mut long = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        let tests = file.components().any(|part| {
            let part = part.as_os_str();
            part == "tests" || part == "tests.rs" || part == "testing" || part == "benches"
        });
        if !tests && text.lines().count() > MAX_LINES {
            long.push(format!("{}: {}", file.display(), text.lines().count()));
        }
        assert!(
            !text.contains("#[ignore"),
            "{} ignores a test",
            file.display()
        );
        assert!(
            !text.contains("#[allow("),
            "{} allows; use expect",
            file.display()
        );
    }
    assert_eq!(long, Vec::<String>::new());
}
