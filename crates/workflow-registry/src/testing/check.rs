//! A check with a fixed answer.

use crate::DefinitionCheck;
use async_trait::async_trait;
use kernel::{StoreError, TenantId};
use workflow_model::Definition;

/// Finds these faults in every definition that has no step, and none in others.
#[derive(Debug, Clone, Default)]
pub struct FixedCheck(pub Vec<String>);

#[async_trait]
impl DefinitionCheck for FixedCheck {
    async fn faults(
        &self,
        _tenant: TenantId,
        definition: &Definition,
    ) -> Result<Vec<String>, StoreError> {
        Ok(if definition.steps.is_empty() {
            self.0.clone()
        } else {
            Vec::new()
        })
    }
}
