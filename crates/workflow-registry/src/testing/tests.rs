use super::MemoryWorkflows;

crate::workflow_store_contract!(MemoryWorkflows::default());
