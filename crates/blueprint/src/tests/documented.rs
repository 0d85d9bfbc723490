//! The example of the API's documentation.

use crate::read_blueprint;
use serde_json::Value;

/// The body that the documentation of the API prints for export and import.
const DOCUMENTED: &str = r#"{
  "name": "Standard Approval Process",
  "description": "Multi-level approval workflow template",
  "version": "1.2.0",
  "template_type": "approval",
  "process_steps": [
    {
      "step": 1,
      "name": "Validate Request",
      "action": "validation",
      "config": {}
    },
    {
      "step": 2,
      "name": "Manager Approval",
      "action": "approval",
      "approver": "manager"
    }
  ],
  "variables": [
    {
      "name": "amount",
      "type": "number",
      "description": "Transaction amount"
    },
    {
      "name": "discount_percentage",
      "type": "number",
      "description": "Discount percentage requested"
    }
  ],
  "settings": {
    "timeout": 300,
    "max_retries": 3
  },
  "graph_spec": {
    "nodes": [
      {"id": "start", "type": "trigger", "x": 100, "y": 100},
      {"id": "step1", "type": "action", "x": 200, "y": 100},
      {"id": "step2", "type": "decision", "x": 300, "y": 100},
      {"id": "end", "type": "terminator", "x": 400, "y": 100}
    ],
    "edges": [
      {"from": "start", "to": "step1"},
      {"from": "step1", "to": "step2"},
      {"from": "step2", "to": "end", "condition": "approved"}
    ]
  }
}"#;

#[test]
fn the_documented_blueprint_is_accepted_as_printed() {
    let written: Value = serde_json::from_str(DOCUMENTED).unwrap();
    let read = read_blueprint(&written).unwrap();
    assert_eq!(
        read.to_json().to_string(),
        written.to_string(),
        "the order of keys too"
    );
}
