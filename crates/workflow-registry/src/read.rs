//! Reads workflows from JSON.

#[cfg(test)]
mod tests;

use crate::{NewWorkflow, WorkflowChange, WorkflowStatus, WorkflowType};
use document::{Field, Node, Object, Problem, Problems};
use serde_json::Value;
use workflow_model::{
    read_condition, read_definition_fields, read_graph_spec, read_settings, read_steps,
    read_variables,
};

const MAX_NAME: usize = 200;
const MAX_DESCRIPTION: usize = 10_000;

/// What a workflow shows but a client cannot set.
const READ_ONLY: [&str; 8] = [
    "id",
    "is_active",
    "version",
    "created_by",
    "created_at",
    "updated_at",
    "execution_count",
    "last_executed_at",
];

/// Reads a new workflow: `name` is required.
///
/// # Errors
/// All problems, each under its path.
pub fn read_new_workflow(value: &Value) -> Result<NewWorkflow, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().and_then(|mut body| {
        let name = body.required("name").and_then(|node| node.text(MAX_NAME));
        let description = or(&mut body, "description", String::new, read_description);
        let workflow_type = or(
            &mut body,
            "workflow_type",
            || WorkflowType::Custom,
            read_type,
        );
        let status = or(&mut body, "status", || WorkflowStatus::Draft, read_status);
        let definition = read_definition_fields(&mut body);
        finish(body);
        Some(NewWorkflow {
            name: name?,
            description: description?,
            workflow_type: workflow_type?,
            status: status?,
            definition: definition?,
        })
    });
    problems.settle(read)
}

/// Reads changes: absent fields stay. Of all fields only `graph_spec` may be `null`.
///
/// # Errors
/// All problems, each under its path.
pub fn read_workflow_change(value: &Value) -> Result<WorkflowChange, Vec<Problem>> {
    let problems = Problems::default();
    let read = Node::root(value, &problems).object().map(|mut body| {
        // What is wrong is absent here and noted in the problems.
        let change = WorkflowChange {
            name: body.not_null("name").and_then(|node| node.text(MAX_NAME)),
            description: body
                .not_null("description")
                .and_then(|node| read_description(&node)),
            workflow_type: body
                .not_null("workflow_type")
                .and_then(|node| read_type(&node)),
            status: body.not_null("status").and_then(|node| read_status(&node)),
            trigger: body
                .not_null("trigger_conditions")
                .and_then(|node| read_condition(&node)),
            steps: body.not_null("steps").and_then(|node| read_steps(&node)),
            variables: body
                .not_null("variables")
                .and_then(|node| read_variables(&node)),
            settings: body
                .not_null("settings")
                .and_then(|node| read_settings(&node)),
            graph: match body.field("graph_spec") {
                Field::Absent => None,
                Field::Null => Some(None),
                Field::Present(node) => read_graph_spec(&node).map(Some),
            },
        };
        finish(body);
        change
    });
    problems.settle(read)
}

/// Reads a replacement: as a new workflow, so that absent fields take their defaults.
///
/// # Errors
/// All problems, each under its path.
pub fn read_workflow_replacement(value: &Value) -> Result<WorkflowChange, Vec<Problem>> {
    let new = read_new_workflow(value)?;
    Ok(WorkflowChange {
        name: Some(new.name),
        description: Some(new.description),
        workflow_type: Some(new.workflow_type),
        status: Some(new.status),
        trigger: Some(new.definition.trigger),
        steps: Some(new.definition.steps),
        variables: Some(new.definition.variables),
        settings: Some(new.definition.settings),
        graph: Some(new.definition.graph),
    })
}

fn finish(mut body: Object<'_>) {
    body.read_only(&READ_ONLY);
    body.finish();
}

/// The field, or its default when it is absent or `null`; `None` when it is wrong.
fn or<'a, T>(
    body: &mut Object<'a>,
    name: &'static str,
    default: impl Fn() -> T,
    read: impl Fn(&Node<'a>) -> Option<T>,
) -> Option<T> {
    match body.field(name) {
        Field::Present(node) => read(&node),
        Field::Absent => Some(default()),
        Field::Null => {
            body.fail(name, "This field may not be null.");
            None
        }
    }
}

fn read_description(node: &Node<'_>) -> Option<String> {
    node.text_or_blank(MAX_DESCRIPTION)
}

fn read_type(node: &Node<'_>) -> Option<WorkflowType> {
    node.choice(&WorkflowType::CHOICES)
}

fn read_status(node: &Node<'_>) -> Option<WorkflowStatus> {
    node.choice(&WorkflowStatus::CHOICES)
}
