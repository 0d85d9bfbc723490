use super::MemorySuggestions;

crate::suggestion_store_contract!(MemorySuggestions::default());
