//! Replications, on as many threads as wanted.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use super::meter::Meter;
use crate::engine::{Engine, Halt, Settings};
use crate::network::Network;
use crate::statistics::{Histogram, MEASURES, Replication};

/// Engines for the threads, and what they have made. A replication is a function of its number, and
/// results are kept by number, so it does not matter which thread made one.
#[derive(Debug)]
pub(super) struct Workers<'n> {
    workers: Vec<Worker<'n>>,
    replications: Vec<Replication>,
}

#[derive(Debug)]
struct Worker<'n> {
    engine: Engine<'n>,
    pooled: [Histogram; MEASURES],
}

type Made = Vec<(u32, Result<Replication, Halt>)>;

impl<'n> Workers<'n> {
    pub(super) fn new(network: &'n Network, threads: usize) -> Self {
        let worker = || Worker {
            engine: Engine::new(network),
            pooled: std::array::from_fn(|_| Histogram::new()),
        };
        Self {
            workers: std::iter::repeat_with(worker)
                .take(threads.max(1))
                .collect(),
            replications: Vec::new(),
        }
    }

    /// By number.
    pub(super) fn replications(&self) -> &[Replication] {
        &self.replications
    }

    /// The values of all cases.
    pub(super) fn pooled(&self) -> [Histogram; MEASURES] {
        let mut pooled = std::array::from_fn(|_| Histogram::new());
        for worker in &self.workers {
            for (all, some) in pooled.iter_mut().zip(&worker.pooled) {
                all.merge(some);
            }
        }
        pooled
    }

    /// Runs replications until there are `count`.
    pub(super) fn run_to(
        &mut self,
        count: u32,
        settings: &Settings,
        meter: &Meter<'_>,
    ) -> Result<(), Halt> {
        let first = u32::try_from(self.replications.len()).unwrap_or(u32::MAX);
        meter.plan(count.saturating_sub(first));
        let next = AtomicU32::new(first);
        let made = thread::scope(|scope| {
            let next = &next;
            let needed = usize::try_from(count.saturating_sub(first)).unwrap_or(usize::MAX);
            let mut workers = self.workers.iter_mut().take(needed);
            let own = workers.next();
            let others: Vec<_> = workers
                .map(|worker| scope.spawn(move || worker.work(next, count, settings, meter)))
                .collect();
            let mut made =
                own.map_or_else(Vec::new, |worker| worker.work(next, count, settings, meter));
            for other in others {
                made.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
            }
            made
        });
        self.keep(made)
    }

    fn keep(&mut self, mut made: Made) -> Result<(), Halt> {
        made.sort_by_key(|(number, _)| *number);
        for (_, replication) in made {
            self.replications.push(replication?);
        }
        Ok(())
    }
}

impl Worker<'_> {
    fn work(
        &mut self,
        next: &AtomicU32,
        count: u32,
        settings: &Settings,
        meter: &Meter<'_>,
    ) -> Made {
        let mut made = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= count {
                return made;
            }
            let replication = self.engine.run(number, settings, meter);
            let halted = replication.is_err();
            made.push((number, replication));
            if halted {
                return made;
            }
            for (all, some) in self.pooled.iter_mut().zip(self.engine.histograms()) {
                all.merge(some);
            }
            meter.replication_done();
        }
    }
}
