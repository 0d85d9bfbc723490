//! Requests with a key that this process is carrying out.

use kernel::{IdempotencyKey, TenantId};
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The keys that this process is carrying out requests for. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct InFlight(Arc<Mutex<HashSet<Scope>>>);

/// A key without the content that it is used for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Scope {
    tenant: TenantId,
    principal: String,
    operation: String,
    key: String,
}

impl InFlight {
    /// Enters a key; `None` when it is there already, whatever the body. Dropping the guard, also
    /// by a panic or a cancelled request, takes it out.
    #[must_use]
    pub fn begin(&self, key: &IdempotencyKey) -> Option<InFlightGuard> {
        let scope = Scope {
            tenant: key.tenant,
            principal: key.principal.clone(),
            operation: key.operation.clone(),
            key: key.key.clone(),
        };
        let entered = self.scopes().insert(scope.clone());
        entered.then(|| InFlightGuard {
            all: self.clone(),
            scope,
        })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.scopes().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn scopes(&self) -> MutexGuard<'_, HashSet<Scope>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds a key for the request that is being carried out.
#[derive(Debug)]
#[must_use = "the key is free again as soon as the guard is dropped"]
pub struct InFlightGuard {
    all: InFlight,
    scope: Scope,
}

impl Drop for InFlightGuard {
    fn drop(&mut self) {
        self.all.scopes().remove(&self.scope);
    }
}
