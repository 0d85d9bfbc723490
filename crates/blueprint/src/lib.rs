//! Process templates: versions, export, import, use. Moves process definitions between teams and
//! tools.
//!
//! * A [`Template`] is identified by name and semantic version within its tenant.
//! * A [`Blueprint`] is its portable form: exactly the documented keys. What `export` gives
//!   imports back to the same content.
//! * `use` turns a template into a draft workflow, with the values of its variables filled in.
//!
//! ```text
//! JSON ─ read_… ─► NewTemplate, TemplateChange, Blueprint, UseRequest     (every problem at once)
//!                        │
//!                 TemplateService ── draft_from ─► NewWorkflow
//!                        │
//!                 TemplateStore                    (one atomic step for each method)
//! ```
//!
//! A tenant sees its own templates and the public ones of others, and writes its own only.
//! Documents are kept as written once they were found readable as parts of a workflow, so that
//! an export loses nothing; [`Blueprint::same_content`] compares them as JSON values.
//!
//! Knows no database, no HTTP and no clock of its own.

mod model;
mod ports;
mod read;
mod service;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
mod use_template;

pub use model::{Blueprint, Template, TemplateChange, TemplateId, TemplateType};
pub use ports::{Imported, TemplateFilter, TemplateOrder, TemplateStore};
pub use read::{
    NewTemplate, UseRequest, read_blueprint, read_new_template, read_template_change,
    read_template_replacement, read_use,
};
pub use service::{TemplateError, TemplateService};
pub use use_template::draft_from;
