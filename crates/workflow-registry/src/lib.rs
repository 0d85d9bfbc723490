//! Keeps workflow definitions and their versions: the document's `workflow` ids point here.
//!
//! A change of the steps makes a new version; every version is kept, because executions and
//! simulations name the one that they ran. A workflow with executions is archived, not deleted.
//!
//! Whether a definition makes sense is not judged here: [`WorkflowService`] asks the
//! [`DefinitionCheck`] it is given before it activates one.

mod model;
mod ports;
mod read;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use model::{NewWorkflow, Workflow, WorkflowChange, WorkflowStatus, WorkflowType};
pub use ports::{DefinitionCheck, Deleted, WorkflowFilter, WorkflowOrder, WorkflowStore};
pub use read::{read_new_workflow, read_workflow_change, read_workflow_replacement};
pub use service::{WorkflowError, WorkflowService};
