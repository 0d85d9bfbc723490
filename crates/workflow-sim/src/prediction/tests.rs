//! Tests of prediction.

mod documented;
mod equal_to_dry_run;
mod from_history;
mod reading;
mod support;
mod what_if;
