use super::{TemplateError, TemplateService};
use crate::testing::{MemoryTemplates, actor, block_on, blueprint, new_template};
use crate::{Imported, Template, TemplateChange, TemplateFilter, TemplateId, UseRequest};
use chrono::TimeDelta;
use kernel::testing::ManualClock;
use kernel::{Actor, PageRequest, TenantId};
use semver::Version;
use serde_json::json;
use std::sync::Arc;

struct Bench {
    service: TemplateService,
    clock: Arc<ManualClock>,
    ours: Actor,
    theirs: Actor,
}

fn bench() -> Bench {
    let clock = Arc::new(ManualClock::fixed());
    Bench {
        service: TemplateService::new(Arc::new(MemoryTemplates::default()), clock.clone()),
        clock,
        ours: actor(TenantId(1)),
        theirs: actor(TenantId(2)),
    }
}

impl Bench {
    fn create(&self, name: &str) -> Template {
        block_on(self.service.create(&self.ours, new_template(name), None)).unwrap()
    }

    fn update(
        &self,
        who: &Actor,
        id: TemplateId,
        change: TemplateChange,
        if_match: Option<i64>,
    ) -> Result<Template, TemplateError> {
        block_on(self.service.update(who, id, change, if_match))
    }
}

fn public() -> TemplateChange {
    TemplateChange {
        is_public: Some(true),
        ..TemplateChange::default()
    }
}

#[test]
fn a_template_lives_from_creation_to_deletion() {
    let bench = bench();
    let made = bench.create("A");
    bench.clock.advance(TimeDelta::minutes(1));
    let change = TemplateChange {
        description: Some("new".to_owned()),
        graph_spec: Some(None),
        ..TemplateChange::default()
    };
    let changed = bench.update(&bench.ours, made.id, change, Some(1)).unwrap();
    assert_eq!(changed.content.description, "new");
    assert_eq!(changed.content.graph_spec, None);
    assert_eq!(changed.content.process_steps, made.content.process_steps);
    assert_eq!(changed.revision, 2);
    assert_eq!(
        changed.updated_at - changed.created_at,
        TimeDelta::minutes(1)
    );
    let tenant = bench.ours.tenant;
    let (all, first) = (TemplateFilter::default(), PageRequest::first());
    let listed = block_on(bench.service.list(tenant, &all, &vec![], &first));
    assert_eq!(listed.unwrap().items, [changed]);
    block_on(bench.service.delete(&bench.ours, made.id, Some(2))).unwrap();
    let gone = block_on(bench.service.get(tenant, made.id));
    assert!(matches!(gone, Err(TemplateError::NotFound)));
    let again = block_on(bench.service.delete(&bench.ours, made.id, None));
    assert!(matches!(again, Err(TemplateError::NotFound)));
}

#[test]
fn another_revision_is_stale() {
    let bench = bench();
    let made = bench.create("A");
    let late = bench.update(&bench.ours, made.id, public(), Some(7));
    assert!(matches!(late, Err(TemplateError::Stale)));
    let late = block_on(bench.service.delete(&bench.ours, made.id, Some(7)));
    assert!(matches!(late, Err(TemplateError::Stale)));
    bench.update(&bench.ours, made.id, public(), None).unwrap();
}

#[test]
fn another_tenant_reads_a_public_template_and_writes_none() {
    let bench = bench();
    let made = bench.create("A");
    let hidden = bench.update(&bench.theirs, made.id, public(), None);
    assert!(matches!(hidden, Err(TemplateError::NotFound)));
    bench.update(&bench.ours, made.id, public(), None).unwrap();
    let theirs = bench.theirs.tenant;
    assert!(block_on(bench.service.export(theirs, made.id)).is_ok());
    let denied = bench.update(&bench.theirs, made.id, public(), None);
    assert!(matches!(denied, Err(TemplateError::NotOwner)));
    let denied = block_on(bench.service.delete(&bench.theirs, made.id, None));
    assert!(matches!(denied, Err(TemplateError::NotOwner)));
}

#[test]
fn a_name_and_version_is_taken_once() {
    let bench = bench();
    bench.create("A");
    let b = bench.create("B");
    let again = block_on(bench.service.create(&bench.ours, new_template("A"), None));
    let error = again.unwrap_err();
    assert!(matches!(&error, TemplateError::DuplicateVersion { name, .. } if name == "A"));
    assert!(
        error
            .to_string()
            .contains("\"A\" with version 1.0.0 exists already")
    );
    let rename = TemplateChange {
        name: Some("A".to_owned()),
        ..TemplateChange::default()
    };
    let taken = bench.update(&bench.ours, b.id, rename, None);
    assert!(matches!(taken, Err(TemplateError::DuplicateVersion { .. })));
}

#[test]
fn an_import_is_created_found_or_refused_with_what_to_do() {
    let bench = bench();
    let import = |blueprint| block_on(bench.service.import(&bench.ours, blueprint, None));
    let Imported::Created(kept) = import(blueprint("A")).unwrap() else {
        panic!("the first import creates");
    };
    assert_eq!(import(blueprint("A")).unwrap(), Imported::Existing(kept));
    let mut other = blueprint("A");
    other.description = "other".to_owned();
    let error = import(other.clone()).unwrap_err();
    assert!(matches!(error, TemplateError::VersionConflict { .. }));
    assert!(
        error
            .to_string()
            .contains("raise the version of the blueprint, such as to 1.0.1")
    );
    for (version, next) in [("2.0.0-rc.1", "2.0.0"), ("3.1.9", "3.1.10")] {
        other.version = Version::parse(version).unwrap();
        assert!(matches!(
            import(other.clone()).unwrap(),
            Imported::Created(_)
        ));
        let mut changed = other.clone();
        changed.settings.clear();
        let error = import(changed).unwrap_err().to_string();
        assert!(error.ends_with(&format!("such as to {next}")), "{error}");
    }
}

#[test]
fn use_makes_a_draft_of_an_active_template() {
    let bench = bench();
    let made = bench.create("A");
    let use_it = |who: &Actor, variables: serde_json::Value| {
        let request = UseRequest {
            name: Some("Mine".to_owned()),
            variables: variables.as_object().unwrap().clone(),
        };
        block_on(bench.service.use_template(who, made.id, request, None))
    };
    let workflow = use_it(&bench.ours, json!({"amount": 5})).unwrap();
    assert_eq!(workflow.name, "Mine");
    assert_eq!(workflow.definition.variables[0].default, Some(json!(5)));
    let wrong = use_it(&bench.ours, json!({"amount": "5"})).unwrap_err();
    assert!(matches!(wrong, TemplateError::Invalid(list) if list[0].path == "variables.amount"));
    let hidden = use_it(&bench.theirs, json!({}));
    assert!(matches!(hidden, Err(TemplateError::NotFound)));
    let used = block_on(bench.service.get(bench.ours.tenant, made.id)).unwrap();
    assert_eq!((used.usage_count, used.revision), (1, 1));
    let off = TemplateChange {
        is_active: Some(false),
        ..TemplateChange::default()
    };
    bench.update(&bench.ours, made.id, off, None).unwrap();
    let inactive = use_it(&bench.ours, json!({}));
    assert!(matches!(inactive, Err(TemplateError::Inactive { .. })));
}
