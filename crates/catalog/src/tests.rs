//! The catalogue in memory keeps the contract that databases have to keep.

crate::catalog_store_contract!(crate::testing::MemoryActions::default());
