//! Where one feature needs another: the ports that the features declare, on each other's stores.

mod counted;
mod facts;
mod history;
mod remembered;
mod waking;

pub use counted::{CountedSimulations, CountedSuggestions};
pub use facts::{CatalogueFacts, RegistryDefinitions, SimulatorCheck};
pub use history::{LoggedHistory, SlaTargets};
pub use remembered::{DatabaseChanges, RememberedDefinitions, RememberedFacts};
pub use waking::{WakingLog, WakingSlas};
