//! Words for people.

/// At most `max` characters, with an ellipsis where something was cut.
pub(super) fn bounded(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.to_owned();
    }
    let kept: String = text.chars().take(max.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// A name inside a title: short enough that the rest fits too.
pub(super) fn name(text: &str) -> String {
    bounded(text, 60)
}

/// A duration in the unit that suits it: `2 minutes`, `1.5 hours`.
pub(super) fn duration(millis: u64) -> String {
    const UNITS: [(u64, &str); 4] = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
    ];
    for (unit, word) in UNITS {
        if millis >= unit {
            // In tenths, rounded half up.
            let tenths = (millis * 10 + unit / 2) / unit;
            let number = match (tenths / 10, tenths % 10) {
                (whole, 0) => whole.to_string(),
                (whole, _) if whole >= 10 => ((tenths + 5) / 10).to_string(),
                (whole, tenth) => format!("{whole}.{tenth}"),
            };
            let plural = if number == "1" { "" } else { "s" };
            return format!("{number} {word}{plural}");
        }
    }
    format!("{millis} ms")
}

/// `1 execution`, `2 executions`.
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// A share as a percentage with one decimal, never rounded to all or to none.
pub(super) fn percent(count: u64, of: u64) -> String {
    if of == 0 {
        return "0 %".to_owned();
    }
    let (count, of) = (u128::from(count), u128::from(of));
    let mut tenths = (count * 2000 + of) / (of * 2);
    if count < of {
        tenths = tenths.min(999);
    }
    if count > 0 {
        tenths = tenths.max(1);
    }
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole}.{tenth} %"),
    }
}

#[cfg(test)]
mod tests;
