//! What an export gives imports back to the same content, whatever a blueprint holds.

use crate::testing::{MemoryTemplates, actor, block_on};
use crate::{Blueprint, Imported, TemplateService, TemplateType, read_blueprint};
use kernel::TenantId;
use kernel::testing::ManualClock;
use proptest::prelude::*;
use semver::Version;
use serde_json::{Map, Value, json};
use std::sync::Arc;

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e12..1e12_f64).prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("\\PC{0,8}", inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

fn any_object() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::vec(("\\PC{0,8}", any_json()), 0..5)
        .prop_map(|entries| entries.into_iter().collect())
}

fn any_step() -> impl Strategy<Value = Value> {
    ("[a-zA-Zäé ]{0,10}x", "[a-z_]{1,10}", any_object()).prop_map(
        |(name, action, config)| json!({"name": name, "action": action, "config": config}),
    )
}

fn any_version() -> impl Strategy<Value = Version> {
    ("[0-9]{1,3}", any::<[u16; 3]>(), any::<[bool; 2]>()).prop_map(|(n, numbers, marks)| {
        let [major, minor, patch] = numbers;
        let pre = if marks[0] {
            format!("-rc.{}", n.len())
        } else {
            String::new()
        };
        let build = if marks[1] {
            format!("+b{n}")
        } else {
            String::new()
        };
        Version::parse(&format!("{major}.{minor}.{patch}{pre}{build}")).unwrap()
    })
}

fn any_blueprint() -> impl Strategy<Value = Blueprint> {
    let kinds: Vec<_> = TemplateType::CHOICES
        .iter()
        .map(|(_, kind)| *kind)
        .collect();
    (
        ("[^\\pC\\s]{1,20}", "\\PC{0,30}"),
        any_version(),
        prop::sample::select(kinds),
        prop::collection::vec(any_step(), 0..4),
        prop::collection::vec("[a-z]{1,8}", 0..4),
        any_object(),
        prop::option::of(any_object()),
    )
        .prop_map(
            |(texts, version, template_type, process_steps, names, settings, canvas)| {
                let variable = |name| json!({"name": name, "type": "number", "default": 1});
                Blueprint {
                    name: texts.0,
                    description: texts.1.trim().to_owned(),
                    version,
                    template_type,
                    process_steps,
                    variables: names.into_iter().map(variable).collect(),
                    settings,
                    graph_spec: canvas.map(|canvas| json!({"nodes": [], "canvas": canvas})),
                }
            },
        )
}

proptest! {
    #[test]
    fn export_and_import_give_the_same_content(sent in any_blueprint()) {
        let store = Arc::new(MemoryTemplates::default());
        let service = TemplateService::new(store, Arc::new(ManualClock::fixed()));
        let (ours, theirs) = (actor(TenantId(1)), actor(TenantId(2)));
        let created = block_on(service.import(&ours, sent.clone(), None)).unwrap();
        let Imported::Created(template) = created else { panic!("{created:?}") };
        let exported = block_on(service.export(ours.tenant, template.id)).unwrap();
        // Over the wire, as text, and into another tenant.
        let text = exported.to_json().to_string();
        let read = read_blueprint(&serde_json::from_str(&text).unwrap()).unwrap();
        prop_assert!(read.same_content(&sent));
        let moved = block_on(service.import(&theirs, read.clone(), None)).unwrap();
        prop_assert!(matches!(moved, Imported::Created(t) if t.content.same_content(&sent)));
        let again = block_on(service.import(&ours, read, None)).unwrap();
        prop_assert_eq!(again, Imported::Existing(template));
    }
}
