//! The stores in memory keep the contracts that databases have to keep.

mod tokens {
    crate::token_store_contract!(crate::testing::MemoryTokens::default());
}

mod rate_limits {
    use crate::testing::{MemoryRateLimits, MemoryTokens};
    crate::rate_limit_store_contract!((MemoryRateLimits::default(), MemoryTokens::default()));
}

mod answers {
    use crate::testing::{MemoryAnswers, MemoryTokens};
    crate::answer_store_contract!((MemoryAnswers::default(), MemoryTokens::default()));
}
