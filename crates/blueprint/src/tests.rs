//! Reading, writing and the contract on the store in memory.

mod documented;
mod read;
mod round_trip;

mod memory {
    use crate::testing::MemoryTemplates;
    crate::template_store_contract!(MemoryTemplates::default());
}
