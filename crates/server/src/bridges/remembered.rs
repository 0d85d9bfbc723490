//! What a simulation needs, not read again while nothing was committed.

use api::{Changes, Mark};
use async_trait::async_trait;
use kernel::{StoreError, TenantId};
use persistence::Database;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use workflow_model::WorkflowId;
use workflow_sim::{DefinitionSource, FactSource, Facts, FoundDefinition, StepPercentile};

/// Whether the database changed.
pub struct DatabaseChanges(pub Database);

#[async_trait]
impl Changes for DatabaseChanges {
    async fn mark(&self, tenant: TenantId) -> Option<Mark> {
        self.0.mark(tenant).await.map(Mark)
    }
}

/// Values that are remembered at a time. More are read again.
const ENTRIES: usize = 1_024;

/// Values with the mark of the data they were read from.
struct Known<K, V> {
    changes: Arc<dyn Changes>,
    values: Mutex<HashMap<K, (Mark, V)>>,
}

impl<K: Eq + Hash, V: Clone> Known<K, V> {
    fn new(changes: Arc<dyn Changes>) -> Self {
        Self {
            changes,
            values: Mutex::default(),
        }
    }

    /// The value under this key, read again if anything was committed since it was.
    async fn get<F>(
        &self,
        tenant: TenantId,
        key: K,
        read: impl FnOnce() -> F,
    ) -> Result<V, StoreError>
    where
        F: Future<Output = Result<V, StoreError>>,
    {
        // Before it is read: what is committed meanwhile makes it a value of the past.
        let Some(mark) = self.changes.mark(tenant).await else {
            return read().await;
        };
        let known = {
            let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
            values
                .get(&key)
                .filter(|(of, _)| *of == mark)
                .map(|(_, value)| value.clone())
        };
        if let Some(value) = known {
            return Ok(value);
        }
        let value = read().await?;
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        if values.len() >= ENTRIES {
            values.clear();
        }
        values.insert(key, (mark, value.clone()));
        Ok(value)
    }
}

/// Definitions, remembered.
pub struct RememberedDefinitions {
    inner: Arc<dyn DefinitionSource>,
    known: Known<(TenantId, WorkflowId), Option<FoundDefinition>>,
}

impl RememberedDefinitions {
    /// Remembers what `inner` says until `changes` tells of a commit.
    #[must_use]
    pub fn new(inner: Arc<dyn DefinitionSource>, changes: Arc<dyn Changes>) -> Self {
        Self {
            inner,
            known: Known::new(changes),
        }
    }
}

#[async_trait]
impl DefinitionSource for RememberedDefinitions {
    async fn definition(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        self.known
            .get(tenant, (tenant, workflow), || {
                self.inner.definition(tenant, workflow)
            })
            .await
    }

    async fn find(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<FoundDefinition>, StoreError> {
        self.inner.find(tenant, reference).await
    }
}

/// Facts of stored workflows, remembered.
pub struct RememberedFacts {
    inner: Arc<dyn FactSource>,
    facts: Known<(TenantId, WorkflowId, Vec<String>), Facts>,
    percentiles: Known<(TenantId, WorkflowId), Vec<StepPercentile>>,
}

impl RememberedFacts {
    /// Remembers what `inner` says until `changes` tells of a commit.
    #[must_use]
    pub fn new(inner: Arc<dyn FactSource>, changes: Arc<dyn Changes>) -> Self {
        Self {
            inner,
            facts: Known::new(changes.clone()),
            percentiles: Known::new(changes),
        }
    }
}

#[async_trait]
impl FactSource for RememberedFacts {
    async fn facts(
        &self,
        tenant: TenantId,
        workflow: Option<WorkflowId>,
        action_types: &[String],
    ) -> Result<Facts, StoreError> {
        // A definition that is sent along is seldom sent twice.
        let Some(id) = workflow else {
            return self.inner.facts(tenant, workflow, action_types).await;
        };
        let key = (tenant, id, action_types.to_vec());
        self.facts
            .get(tenant, key, || {
                self.inner.facts(tenant, workflow, action_types)
            })
            .await
    }

    async fn percentiles(
        &self,
        tenant: TenantId,
        workflow: WorkflowId,
    ) -> Result<Vec<StepPercentile>, StoreError> {
        self.percentiles
            .get(tenant, (tenant, workflow), || {
                self.inner.percentiles(tenant, workflow)
            })
            .await
    }
}
