//! Whether the day or the month comes first.

use crate::dates::{DateParts, Parts};
use crate::raw::Raw;
use crate::{DateOrder, ImportOptions};

/// What the dates of a file show.
#[derive(Debug, Default)]
struct Evidence {
    ordered: usize,
    /// Dates that only fit with the day first.
    day_first: usize,
    /// Dates that only fit with the month first.
    month_first: usize,
    dots: usize,
    short_years: usize,
    naive: usize,
    without_time: usize,
}

/// Decides the order by all dates of the file, and tells what was guessed.
pub(super) fn decide<'a>(
    times: impl Iterator<Item = &'a Parts>,
    options: &ImportOptions,
    raw: &mut Raw,
) -> DateOrder {
    let mut evidence = Evidence::default();
    for parts in times {
        evidence.add(parts);
    }
    if evidence.without_time > 0 {
        raw.note("Some times are dates alone; they were read as midnight.");
    }
    if evidence.naive > 0 {
        let offset = options.utc_offset;
        let zone = if offset.local_minus_utc() == 0 {
            "UTC".to_owned()
        } else {
            format!("UTC{offset}")
        };
        raw.note(format!("Times without an offset were read as {zone}."));
    }
    if evidence.short_years > 0 {
        raw.note("Years of two digits were read as 1969 to 2068.");
    }
    evidence.order(options.date_order, raw)
}

impl Evidence {
    fn add(&mut self, parts: &Parts) {
        self.naive += usize::from(parts.offset.is_none());
        self.without_time += usize::from(parts.time.is_none());
        if let DateParts::Ordered {
            first,
            second,
            separator,
            short_year,
            ..
        } = parts.date
        {
            self.ordered += 1;
            self.day_first += usize::from(first > 12);
            self.month_first += usize::from(second > 12);
            self.dots += usize::from(separator == '.');
            self.short_years += usize::from(short_year);
        }
    }

    fn order(&self, given: Option<DateOrder>, raw: &mut Raw) -> DateOrder {
        if let Some(order) = given {
            return order;
        }
        if self.ordered == 0 {
            return DateOrder::DayFirst;
        }
        let (order, why) = if self.day_first > self.month_first {
            (
                DateOrder::DayFirst,
                "since some first numbers are over 12".to_owned(),
            )
        } else if self.month_first > 0 {
            (
                DateOrder::MonthFirst,
                "since some second numbers are over 12".to_owned(),
            )
        } else if self.dots == self.ordered {
            (
                DateOrder::DayFirst,
                "as is usual with dots; no date proves it".to_owned(),
            )
        } else {
            raw.note(
                "WARNING: no date shows whether the day or the month comes first. Check the times, \
                 and say the order of dates if they are wrong.",
            );
            (
                DateOrder::MonthFirst,
                "as is usual with this separator".to_owned(),
            )
        };
        raw.note(format!(
            "Dates were read with the {} first, {why}.",
            name(order)
        ));
        order
    }
}

fn name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day",
        DateOrder::MonthFirst => "month",
    }
}

/// What is wrong with a row whose dates do not exist in that order.
pub(super) fn misfit(order: DateOrder) -> String {
    format!(
        "there is no such date in the years 1970 to 9999 with the {} first",
        name(order)
    )
}
