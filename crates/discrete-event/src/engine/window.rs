//! What is measured.
//!
//! The measured cases are those that come while the window is open: after the warm-up, until as many
//! as wanted have come. What is averaged over time (queues, utilisation) is taken over the window,
//! what belongs to a case over its whole life, wherever it ends. Cases go on coming after the window
//! until the last measured one has ended, at most as many again.

use super::cases::State;
use super::{Engine, Settings};
use crate::experiment::Length;
use crate::network::NONE;
use crate::statistics::{PoolRecord, QUANTILES, Replication, TaskRecord};

/// From when until when is measured.
#[derive(Debug, Clone, Default)]
pub(super) struct Window {
    state: WindowState,
    warm_up: u64,
    wanted: u64,
    thresholds: Vec<f64>,
    max_steps: u32,
    opened_at: f64,
    /// Measured cases that came, and that have not ended yet.
    came: u64,
    open_cases: u64,
    came_after: u64,
    /// Streams that will bring a further case.
    pub(super) streams_left: u32,
    /// Whether the window ends with the last case when no more will come.
    ends_early: bool,
    in_progress: u64,
    since: f64,
    /// Unit-seconds worked by each pool before the window.
    busy_before: Vec<f64>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum WindowState {
    #[default]
    Before,
    Open,
    Closed,
}

impl Window {
    pub(super) fn max_steps(&self) -> u32 {
        self.max_steps
    }

    /// Whether all that was to be measured has been.
    pub(super) fn is_over(&self) -> bool {
        let nothing_left = self.ends_early && self.streams_left == 0 && self.in_progress == 0;
        self.open_cases == 0 && (self.state == WindowState::Closed || nothing_left)
    }

    /// Whether further cases should come.
    pub(super) fn wants_more(&self) -> bool {
        self.state != WindowState::Closed || self.came_after < self.came
    }
}

impl Engine<'_> {
    pub(super) fn reset_measurement(&mut self, settings: &Settings) {
        self.measured = Replication {
            outcomes: vec![0; self.net.outcomes.len()],
            exceeded: vec![0; settings.thresholds.len()],
            tasks: vec![TaskRecord::default(); self.net.tasks.len()],
            ..Replication::default()
        };
        for histogram in &mut self.histograms {
            histogram.clear();
        }
        self.window = Window {
            warm_up: settings.warm_up,
            wanted: match settings.length {
                Length::Cases(cases) => cases,
                Length::Until(_) => u64::MAX,
            },
            ends_early: matches!(settings.length, Length::Cases(_)),
            thresholds: settings.thresholds.clone(),
            max_steps: settings.max_steps,
            ..Window::default()
        };
        if settings.warm_up == 0 {
            self.open_window();
        }
    }

    fn open_window(&mut self) {
        self.window.state = WindowState::Open;
        self.window.opened_at = self.now;
        self.window.since = self.now;
        self.window.busy_before = self.busy();
        for pool in &mut self.pools {
            pool.touch(self.now);
            pool.queue_seconds = 0.0;
            pool.started = 0;
            pool.waited = 0.0;
            pool.longest = pool.waiting;
        }
    }

    /// Counts a case that comes now. Returns its place in the order of coming, and whether it is
    /// measured.
    pub(super) fn count_arrival(&mut self) -> (u64, bool) {
        let place = self.measured.arrived;
        if self.window.state == WindowState::Before && place == self.window.warm_up {
            self.open_window();
        }
        if self.window.state == WindowState::Open && self.window.came == self.window.wanted {
            self.close_window();
        }
        self.measured.arrived += 1;
        self.touch_cases();
        self.window.in_progress += 1;
        match self.window.state {
            WindowState::Before => {}
            WindowState::Open => {
                self.window.came += 1;
                self.window.open_cases += 1;
                if self.window.came == self.window.wanted / 2 {
                    self.window_half();
                }
            }
            WindowState::Closed => self.window.came_after += 1,
        }
        (place, self.window.state == WindowState::Open)
    }

    pub(super) fn window_half(&mut self) {
        self.measured.growth.at_half = self.window.in_progress;
        self.measured.growth.arrived_at_half = self.measured.arrived;
    }

    fn touch_cases(&mut self) {
        if self.window.state == WindowState::Open {
            #[expect(clippy::cast_precision_loss, reason = "a count of cases")]
            let cases = self.window.in_progress as f64;
            self.measured.case_seconds += cases * (self.now - self.window.since);
        }
        self.window.since = self.now;
    }

    /// The last token that counts of a case has come to an end.
    pub(super) fn case_has_ended(&mut self) {
        self.touch_cases();
        self.window.in_progress -= 1;
        self.measured.ended += 1;
        if self.window.state == WindowState::Open {
            self.measured.ended_measured += 1;
        }
    }

    /// The last token of a case is gone: what it took and cost is known.
    pub(super) fn case_is_done(&mut self, case: u32) {
        let done = &self.cases[case];
        if !done.measured {
            return;
        }
        let cycle = done.ended - done.arrived;
        let values = [cycle, done.waited, done.worked, done.cost];
        for ((sum, histogram), value) in self
            .measured
            .sums
            .iter_mut()
            .zip(&mut self.histograms)
            .zip(values)
        {
            *sum += value;
            histogram.add(value);
        }
        self.measured.cases += 1;
        self.measured.outcomes[done.outcome as usize] += 1;
        for (count, threshold) in self
            .measured
            .exceeded
            .iter_mut()
            .zip(&self.window.thresholds)
        {
            *count += u64::from(cycle > *threshold);
        }
        if let Some(series) = &mut self.series {
            series.add(done.number, cycle);
        }
        self.window.open_cases -= 1;
    }

    pub(super) fn count_attempt(&mut self, token: u32) {
        self.measured.attempts += 1;
        let working = &self.tokens[token];
        let of_case = working.case == NONE || self.cases[working.case].measured;
        if of_case {
            self.measured.tasks[working.task as usize].attempts += 1;
        }
    }

    /// A batch belongs to its first case.
    pub(super) fn count_batch(&mut self, first: u32, task: u32, members: u32) {
        if self.cases[self.tokens[first].case].measured {
            let record = &mut self.measured.tasks[task as usize];
            record.batches += 1;
            record.batched += u64::from(members);
        }
    }

    /// Ends the measured time, if it has not ended yet.
    pub(super) fn close_window(&mut self) {
        if self.window.state != WindowState::Open {
            // A warm-up that no case outlasted leaves nothing to measure.
            self.window.state = WindowState::Closed;
            return;
        }
        self.touch_cases();
        self.window.state = WindowState::Closed;
        let (from, now) = (self.window.opened_at, self.now);
        self.measured.seconds = now - from;
        self.measured.growth.at_end = self.window.in_progress;
        self.measured.growth.arrived_at_end = self.measured.arrived;
        let busy = self.busy();
        let before = std::mem::take(&mut self.window.busy_before);
        for (number, (busy, before)) in busy.into_iter().zip(before).enumerate() {
            let spec = &self.net.pools[number];
            let open = if spec.hours == NONE {
                now - from
            } else {
                self.hours[spec.hours as usize].worked_between(from, now)
            };
            let pool = &mut self.pools[number];
            pool.touch(now);
            self.measured.pools.push(PoolRecord {
                busy: (busy - before).max(0.0),
                available: open * f64::from(spec.amount),
                queue_seconds: pool.queue_seconds,
                longest: pool.longest,
                started: pool.started,
                waited: pool.waited,
            });
        }
    }

    /// Unit-seconds that each pool has worked so far, with the work that is going on.
    fn busy(&mut self) -> Vec<f64> {
        let mut busy: Vec<f64> = self.pools.iter().map(|pool| pool.busy).collect();
        for token in 0..self.tokens.len() {
            let working = &self.tokens[token];
            if working.state == State::Served && working.server != NONE {
                let server = &self.net.servers[working.server as usize];
                busy[server.pool as usize] += self.worked_so_far(token) * f64::from(server.units);
            }
        }
        busy
    }

    /// What the replication leaves behind.
    pub(super) fn summary(&mut self) -> Replication {
        let mut summary = std::mem::take(&mut self.measured);
        for (quantiles, histogram) in summary.quantiles.iter_mut().zip(&self.histograms) {
            *quantiles = histogram.quantiles(QUANTILES);
        }
        summary
    }
}
