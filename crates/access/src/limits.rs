//! Rate limits as sliding logs.

mod log;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

pub use log::{MAX_KEYS, SlidingLog};

/// So many calls in so long a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// Which budget.
    pub class: LimitClass,
    /// How many calls.
    pub calls: u32,
    /// In any window of this length.
    pub window: TimeDelta,
}

/// Which budget a call is charged to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LimitClass {
    /// Every call.
    Standard,
    /// Simulations.
    Simulation,
    /// Generation of suggestions.
    Generation,
}

impl LimitClass {
    /// Every class.
    pub const ALL: [Self; 3] = [Self::Standard, Self::Simulation, Self::Generation];

    /// The name in headers, in the configuration and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Simulation => "simulation",
            Self::Generation => "generation",
        }
    }
}

/// The limits of an installation; `None` is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// On every call of a token.
    pub standard: Option<Limit>,
    /// On simulations, besides the standard one.
    pub simulation: Option<Limit>,
    /// On generation of suggestions, besides the standard one.
    pub generation: Option<Limit>,
}

impl Limits {
    /// No limit at all.
    pub const OFF: Self = Self {
        standard: None,
        simulation: None,
        generation: None,
    };

    /// The limit of that budget.
    #[must_use]
    pub fn get(&self, class: LimitClass) -> Option<Limit> {
        match class {
            LimitClass::Standard => self.standard,
            LimitClass::Simulation => self.simulation,
            LimitClass::Generation => self.generation,
        }
    }
}

/// 100 calls a minute, 20 simulations a minute, 10 generations an hour.
impl Default for Limits {
    fn default() -> Self {
        let limit = |class, calls, window| {
            Some(Limit {
                class,
                calls,
                window,
            })
        };
        Self {
            standard: limit(LimitClass::Standard, 100, TimeDelta::minutes(1)),
            simulation: limit(LimitClass::Simulation, 20, TimeDelta::minutes(1)),
            generation: limit(LimitClass::Generation, 10, TimeDelta::hours(1)),
        }
    }
}

/// Whether a call is admitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it is.
    pub admitted: bool,
    /// How many more would be admitted now.
    pub remaining: u32,
    /// When the oldest counted call leaves the window: from then on, one more is admitted.
    pub resets_in: TimeDelta,
}

impl Decision {
    /// Decides on a call at `now`, given how many calls were counted in the window that ends now
    /// (those after `now - window`), without this one.
    ///
    /// `oldest` is the earliest of them. While there are more than the limit admits (it was
    /// lowered), it is the one whose leaving makes room: the `limit.calls`-th, newest first.
    #[must_use]
    pub fn of(
        limit: Limit,
        counted: u32,
        oldest: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Self {
        let left = limit.calls.saturating_sub(counted);
        Self {
            admitted: left > 0,
            remaining: left.saturating_sub(1),
            resets_in: oldest
                .map_or(limit.window, |at| at + limit.window - now)
                .clamp(TimeDelta::zero(), limit.window),
        }
    }
}
