//! Stores in memory, and the contract that every store must keep.
//!
//! Another store runs the same contract with [`crate::sla_store_contract`]: it needs a
//! [`Fixture`], which makes tenants and workflows and hands out the ports.

pub mod contract;
mod fixture;
mod memory;
mod page;

pub use fixture::{Fixture, MemoryFixture};
pub use kernel::testing::block_on;
pub use memory::MemorySla;

#[cfg(test)]
mod tests;
