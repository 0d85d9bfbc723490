//! Where one feature needs another: the ports that the features declare, on each other's stores.

mod counted;
mod facts;
mod waking;

pub use counted::{CountedSimulations, CountedSuggestions};
pub use facts::{CatalogueFacts, RegistryDefinitions, SimulatorCheck};
pub use waking::{WakingLog, WakingSlas};
