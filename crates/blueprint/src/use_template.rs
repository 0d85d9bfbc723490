//! Turns a template into a draft workflow.

#[cfg(test)]
mod tests;
mod value;

use crate::{Template, TemplateType, UseRequest};
use document::{Problem, Problems, closest};
use serde_json::{Map, Value, json};
use workflow_model::{Definition, Variable};
use workflow_registry::{NewWorkflow, WorkflowStatus, WorkflowType};

/// The draft that a request makes of a template: its steps, variables, settings and drawing,
/// with each given value as the default of its variable.
///
/// # Errors
/// All problems: under `variables.<name>` a value that the template has no variable for, or
/// that does not fit the variable's declared type, `enum`, `minimum` or `maximum`. Under the
/// template's own paths, what a template kept by an earlier release says that no longer reads.
pub fn draft_from(template: &Template, request: &UseRequest) -> Result<NewWorkflow, Vec<Problem>> {
    let content = &template.content;
    let mut definition = Definition::read(&json!({
        "steps": content.process_steps,
        "variables": content.variables,
        "settings": content.settings,
        "graph_spec": content.graph_spec,
    }))
    .map_err(in_template_terms)?;
    let problems = Problems::default();
    fill_in(&mut definition.variables, &request.variables, &problems);
    problems.settle(Some(NewWorkflow {
        name: request.name.clone().unwrap_or_else(|| content.name.clone()),
        description: content.description.clone(),
        workflow_type: workflow_type(content.template_type),
        status: WorkflowStatus::Draft,
        definition,
    }))
}

/// A template calls `process_steps` what a definition calls `steps`.
fn in_template_terms(problems: Vec<Problem>) -> Vec<Problem> {
    problems
        .into_iter()
        .map(|problem| Problem {
            path: match problem.path.strip_prefix("steps") {
                Some(rest) => format!("process_steps{rest}"),
                None => problem.path,
            },
            message: problem.message,
        })
        .collect()
}

fn fill_in(variables: &mut [Variable], given: &Map<String, Value>, problems: &Problems) {
    for (name, value) in given {
        let path = format!("variables.{name}");
        let Some(variable) = variables.iter_mut().find(|variable| variable.name == *name) else {
            problems.add(path, unknown(name, variables));
            continue;
        };
        match value::check(variable, value) {
            Ok(()) => {
                variable.source.insert("default".to_owned(), value.clone());
                variable.default = Some(value.clone());
            }
            Err(sentence) => problems.add(path, sentence),
        }
    }
}

fn unknown(name: &str, variables: &[Variable]) -> String {
    let names = || variables.iter().map(|variable| variable.name.as_str());
    if variables.is_empty() {
        return "The template has no variables.".to_owned();
    }
    match closest(name, names()) {
        Some(near) => format!("The template has no such variable; did you mean \"{near}\"?"),
        None => format!(
            "The template has no such variable. It has: {}.",
            names().collect::<Vec<_>>().join(", ")
        ),
    }
}

/// Types that both have mean the same; the others are no type of a workflow.
fn workflow_type(of: TemplateType) -> WorkflowType {
    match of {
        TemplateType::Approval => WorkflowType::Approval,
        TemplateType::Notification => WorkflowType::Notification,
        TemplateType::Escalation => WorkflowType::Escalation,
        TemplateType::Onboarding | TemplateType::Offboarding | TemplateType::Custom => {
            WorkflowType::Custom
        }
    }
}
