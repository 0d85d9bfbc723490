use super::MemoryLog;

crate::execution_log_contract!(MemoryLog::default());
