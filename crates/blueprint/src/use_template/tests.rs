use crate::testing::{MemoryTemplates, actor, block_on, new_template};
use crate::{Template, TemplateStore, TemplateType, UseRequest, draft_from};
use kernel::TenantId;
use serde_json::{Value, json};
use workflow_registry::{WorkflowStatus, WorkflowType};

fn template(variables: &Value) -> Template {
    let mut new = new_template("Travel");
    new.content.variables = variables.as_array().unwrap().clone();
    let store = MemoryTemplates::default();
    block_on(store.insert(&actor(TenantId(1)), new, crate::testing::at(0), None)).unwrap()
}

fn request(variables: &Value) -> UseRequest {
    UseRequest {
        name: None,
        variables: variables.as_object().unwrap().clone(),
    }
}

/// What using a template with one variable of `declared` says of `value`; blank when it fits.
fn verdict(declared: &Value, value: &Value) -> String {
    let mut variable = declared.clone();
    variable["name"] = json!("v");
    match draft_from(
        &template(&json!([variable])),
        &request(&json!({"v": value})),
    ) {
        Ok(draft) => {
            assert_eq!(draft.definition.variables[0].default, Some(value.clone()));
            assert_eq!(&draft.definition.variables[0].source["default"], value);
            String::new()
        }
        Err(problems) => {
            assert_eq!(problems.len(), 1, "{problems:?}");
            assert_eq!(problems[0].path, "variables.v");
            problems[0].message.clone()
        }
    }
}

#[test]
fn a_draft_says_what_the_template_says() {
    let template = template(&json!([{"name": "amount", "type": "number"}]));
    let draft = draft_from(&template, &UseRequest::default()).unwrap();
    assert_eq!(draft.name, "Travel");
    assert_eq!(draft.description, "About Travel");
    assert_eq!(draft.status, WorkflowStatus::Draft);
    assert_eq!(
        draft.definition.steps_json(),
        json!(template.content.process_steps)
    );
    assert_eq!(
        draft.definition.variables_json(),
        json!(template.content.variables)
    );
    assert_eq!(draft.definition.settings, template.content.settings);
    assert_eq!(
        draft.definition.graph_json(),
        template.content.graph_spec.unwrap()
    );
}

#[test]
fn given_values_become_defaults() {
    let template = template(&json!([
        {"name": "amount", "type": "number", "default": 1},
        {"name": "team", "required": true}
    ]));
    let mut request = request(&json!({"amount": 250.5}));
    request.name = Some("Trips of the lab".to_owned());
    let draft = draft_from(&template, &request).unwrap();
    assert_eq!(draft.name, "Trips of the lab");
    assert_eq!(
        draft.definition.variables_json()[0]["default"],
        json!(250.5)
    );
    assert_eq!(draft.definition.variables[0].default, Some(json!(250.5)));
    assert!(draft.definition.variables[1].required);
    assert_eq!(draft.definition.variables[1].default, None);
}

#[test]
fn every_unknown_name_is_told_with_the_nearest() {
    let template = template(&json!([{"name": "amount"}, {"name": "customer_type"}]));
    let problems = draft_from(&template, &request(&json!({"amuont": 1, "xyz": 2}))).unwrap_err();
    assert_eq!(problems[0].path, "variables.amuont");
    assert!(
        problems[0].message.contains("did you mean \"amount\"?"),
        "{problems:?}"
    );
    assert_eq!(problems[1].path, "variables.xyz");
    assert!(
        problems[1]
            .message
            .contains("It has: amount, customer_type."),
        "{problems:?}"
    );
    let none = super::tests::template(&json!([]));
    let problems = draft_from(&none, &request(&json!({"amount": 1}))).unwrap_err();
    assert_eq!(problems[0].message, "The template has no variables.");
}

#[test]
fn a_value_has_the_declared_type() {
    let fits = [
        ("number", json!(1.5)),
        ("integer", json!(12)),
        ("integer", json!(12.0)),
        ("string", json!("")),
        ("boolean", json!(false)),
        ("date", json!("2024-02-29")),
        ("date", json!("2024-01-15T10:00:00+01:00")),
        ("array", json!([1, "a"])),
        ("object", json!({"a": 1})),
    ];
    for (kind, value) in fits {
        assert_eq!(
            verdict(&json!({"type": kind}), &value),
            "",
            "{kind} {value}"
        );
    }
    let wrong = [
        ("number", json!("1"), "Expected a number."),
        ("integer", json!(1.5), "Expected a whole number."),
        ("string", json!(1), "Expected a string."),
        ("boolean", json!("true"), "Expected true or false."),
        ("date", json!("2023-02-29"), "Expected a date such as"),
        ("array", json!({}), "Expected a list."),
        ("object", json!([]), "Expected an object."),
        ("number", json!(null), "may not be null"),
    ];
    for (kind, value, part) in wrong {
        let said = verdict(&json!({"type": kind}), &value);
        assert!(said.contains(part), "{kind} {value}: {said}");
    }
    assert_eq!(verdict(&json!({}), &json!({"any": "thing"})), "");
}

#[test]
fn a_value_keeps_to_the_declared_choices_and_bounds() {
    let tier = json!({"enum": ["gold", "silver"]});
    assert_eq!(verdict(&tier, &json!("gold")), "");
    assert_eq!(
        verdict(&tier, &json!("tin")),
        "Expected one of: \"gold\", \"silver\"."
    );
    let share = json!({"type": "number", "minimum": 0, "maximum": 1});
    assert_eq!(verdict(&share, &json!(1)), "");
    assert_eq!(
        verdict(&share, &json!(-0.1)),
        "Ensure this value is at least 0."
    );
    assert_eq!(
        verdict(&share, &json!(1.1)),
        "Ensure this value is at most 1."
    );
}

#[test]
fn a_workflow_takes_the_type_when_it_has_it() {
    for (template_type, expected) in [
        (TemplateType::Approval, WorkflowType::Approval),
        (TemplateType::Notification, WorkflowType::Notification),
        (TemplateType::Escalation, WorkflowType::Escalation),
        (TemplateType::Onboarding, WorkflowType::Custom),
        (TemplateType::Offboarding, WorkflowType::Custom),
        (TemplateType::Custom, WorkflowType::Custom),
    ] {
        let mut template = template(&json!([]));
        template.content.template_type = template_type;
        let draft = draft_from(&template, &UseRequest::default()).unwrap();
        assert_eq!(draft.workflow_type, expected);
    }
}

#[test]
fn what_no_longer_reads_is_told_in_the_template_s_terms() {
    let mut template = template(&json!([]));
    template.content.process_steps.push(json!(7));
    let problems = draft_from(&template, &UseRequest::default()).unwrap_err();
    assert_eq!(problems[0].path, "process_steps.1");
}
