//! From what happened to what is known.

mod assemble;
mod histogram;
mod interval;
mod replication;
mod warm_up;

pub(crate) use assemble::{Findings, assemble, difference, reached};
pub(crate) use histogram::Histogram;
pub(crate) use interval::Judge;
pub(crate) use replication::{MEASURES, PoolRecord, QUANTILES, Replication, TaskRecord};
pub(crate) use warm_up::{Series, mser};
