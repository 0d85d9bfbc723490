//! The same of SLAs, suggestions, simulations and templates.

use super::{TENANT, actor, at, count_workflows, kept, make_workflow, receipt, taken};
use crate::{Database, testdb};
use blueprint::testing::new_template;
use blueprint::{Template, TemplateFilter};
use kernel::PageRequest;
use sla::testing::contract::new_sla;
use sla::{Sla, SlaFilter};
use suggestions::testing::suggested;
use suggestions::{Suggestion, SuggestionFilter, SuggestionStatus};
use workflow_registry::Workflow;
use workflow_registry::testing::new_workflow;
use workflow_sim::testing::new_simulation;
use workflow_sim::{Simulation, SimulationFilter};

async fn slas(database: Database) {
    let workflow = make_workflow(&database).await;
    let store = database.sla_store();
    let shown = || Some(receipt("k", at(0), |sla: &Sla| sla.name.clone()));
    let new = |name| new_sla(workflow, name);
    let made = store.insert(&actor(), new("a"), at(0), shown()).await;
    let made = made.unwrap().unwrap();
    assert_eq!(kept(&database, "k").await.as_deref(), Some("a"));

    taken(store.insert(&actor(), new("b"), at(1), shown()).await);
    let mut renamed = made.clone();
    renamed.name = "c".to_owned();
    renamed.revision += 1;
    taken(store.replace(&renamed, shown()).await);
    let filter = SlaFilter::default();
    let page = store
        .list(TENANT, &filter, &Vec::new(), &PageRequest::first())
        .await;
    assert_eq!(page.unwrap().items, [made]);
}

async fn suggestions(database: Database) {
    let store = database.suggestion_store();
    let all = |new: &Vec<Suggestion>| new.len().to_string();
    let many = || Some(receipt("k", at(0), all));
    let one = || Some(receipt("k", at(0), |_: &Suggestion| String::new()));
    let new = || vec![suggested("a"), suggested("b")];
    let made = store.insert(&actor(), new(), at(0), many()).await;
    let made = made.unwrap().unwrap();
    assert_eq!(kept(&database, "k").await.as_deref(), Some("2"));

    taken(store.insert(&actor(), new(), at(1), many()).await);
    let mut changed = made[0].clone();
    changed.status = SuggestionStatus::Accepted;
    changed.revision += 1;
    taken(store.replace(&changed, one()).await);
    let draft = new_workflow("draft");
    taken(
        store
            .implement(&actor(), &changed, draft, at(1), one())
            .await,
    );
    assert_eq!(count_workflows(&database).await, 0, "no draft is left");
    let filter = SuggestionFilter::default();
    let page = store
        .list(TENANT, &filter, &Vec::new(), &PageRequest::first())
        .await;
    assert_eq!(page.unwrap().items, made);
}

async fn simulations(database: Database) {
    let store = database.simulation_store();
    let shown = || Some(receipt("k", at(0), |_: &Simulation| "made".to_owned()));
    let new = || new_simulation(None, 0, 1);
    let made = store.insert(&actor(), new(), shown()).await.unwrap();
    assert_eq!(kept(&database, "k").await.as_deref(), Some("made"));

    taken(store.insert(&actor(), new(), shown()).await);
    let filter = SimulationFilter::default();
    let page = store
        .list(TENANT, &filter, &Vec::new(), &PageRequest::first())
        .await;
    assert_eq!(page.unwrap().items, [made]);
}

async fn templates(database: Database) {
    let store = database.template_store();
    let shown = || {
        Some(receipt("k", at(0), |template: &Template| {
            template.content.name.clone()
        }))
    };
    let made = store
        .insert(&actor(), new_template("a"), at(0), shown())
        .await
        .unwrap();
    assert_eq!(kept(&database, "k").await.as_deref(), Some("a"));

    let again = new_template("b");
    taken(store.insert(&actor(), again, at(1), shown()).await);
    let used = Some(receipt("k", at(1), |workflow: &Workflow| {
        workflow.name.clone()
    }));
    let draft = new_workflow("draft");
    taken(
        store
            .use_template(&actor(), made.id, draft, at(1), used)
            .await,
    );
    assert_eq!(count_workflows(&database).await, 0, "no draft is left");
    let filter = TemplateFilter::default();
    let page = store
        .list(TENANT, &filter, &Vec::new(), &PageRequest::first())
        .await;
    assert_eq!(page.unwrap().items, [made], "and the use is not counted");
}

on_both!(slas, suggestions, simulations, templates);
