mod memory {
    use crate::testing::MemoryFixture;
    crate::sla_store_contract!(MemoryFixture::default());
}
