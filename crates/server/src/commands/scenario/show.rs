//! Answers as text. `--json` has everything; this has what one looks at first.

use super::super::output::{Failure, line};
use serde_json::Value;

pub(super) fn prediction(answer: &Value) -> Result<(), Failure> {
    line(format!(
        "{}: {} replications of {} cases, seed {}; intervals of {} %",
        text(&answer["workflow_name"]),
        answer["replications"],
        answer["cases_per_replication"],
        answer["seed"],
        percent(&answer["confidence"])
    ))?;
    if let Some(message) = answer["unstable"]["message"].as_str() {
        line(format!("UNSTABLE: {message}"))?;
    }
    line(format!(
        "{:<18}{:>30}{:>12}{:>12}{:>12}",
        "", "mean", "p50", "p90", "p99"
    ))?;
    for (name, key) in [
        ("cycle time", "cycle_time"),
        ("waiting time", "waiting_time"),
        ("processing time", "processing_time"),
    ] {
        let of = &answer[key];
        line(format!(
            "{name:<18}{:>30}{:>12}{:>12}{:>12}",
            interval(&of["mean"], duration),
            duration(&of["p50"]["value"]),
            duration(&of["p90"]["value"]),
            duration(&of["p99"]["value"])
        ))?;
    }
    if answer["cost"]["mean"]["value"].as_f64() > Some(0.0) {
        line(format!(
            "cost of a case: {}",
            interval(&answer["cost"]["mean"], plain)
        ))?;
    }
    for resource in list(&answer["resources"]) {
        line(format!(
            "resource {} ({}): utilisation {}, mean queue {}",
            text(&resource["resource"]),
            resource["amount"],
            interval(&resource["utilisation"], percent_sign),
            interval(&resource["mean_queue"], plain)
        ))?;
    }
    for sla in list(&answer["slas"]) {
        line(format!(
            "SLA {} ({}): breached with probability {}",
            text(&sla["sla"]),
            duration(&sla["target_seconds"]),
            interval(&sla["breach_probability"], percent_sign)
        ))?;
    }
    for variant in list(&answer["variants"]) {
        line(format!(
            "what if \"{}\": mean cycle time {} ({})",
            text(&variant["name"]),
            duration(&variant["cycle_time"]["mean"]["value"]),
            interval(&variant["differences"]["cycle_time"], signed_duration)
        ))?;
    }
    for warning in list(&answer["warnings"]) {
        line(format!("warning: {}", text(warning)))?;
    }
    Ok(())
}

pub(super) fn calibration(answer: &Value) -> Result<(), Failure> {
    line(format!(
        "{}: fitted to {} cases before {}, predicted the {} after it",
        text(&answer["workflow_name"]),
        answer["trained_on"],
        text(&answer["split_at"]),
        answer["predicted"]
    ))?;
    line(format!(
        "mean cycle time: {} predicted, {} it was",
        interval(&answer["predicted_mean"], duration),
        duration(&answer["actual_mean"])
    ))?;
    for (name, key) in [("p50", "p50"), ("p90", "p90")] {
        let quantile = &answer[key];
        line(format!(
            "{name}: {} predicted, {} it was ({} off)",
            duration(&quantile["predicted"]["value"]),
            duration(&quantile["actual"]),
            percent_sign(&quantile["relative_error"])
        ))?;
    }
    line(format!(
        "distance of the distributions (Wasserstein): {}, {} of the mean; taking the past as it \
         was: {}",
        duration(&answer["wasserstein"]),
        percent_sign(&answer["relative_wasserstein"]),
        percent_sign(&answer["baseline"]["relative_wasserstein"])
    ))?;
    for warning in list(&answer["warnings"]) {
        line(format!("warning: {}", text(warning)))?;
    }
    Ok(())
}

pub(super) fn backtest(answer: &Value) -> Result<(), Failure> {
    let cases = &answer["cases"];
    line(format!(
        "{} cases examined, {} changed ({}), {} not answered",
        cases["examined"],
        cases["changed"],
        interval(&cases["changed_share"], percent_sign),
        cases["unanswered"]
    ))?;
    let conformance = &answer["conformance"];
    line(format!(
        "the definition agrees with {} of {} recorded decisions",
        conformance["agreeing"], conformance["decisions"]
    ))?;
    let time = &answer["time"];
    line(format!(
        "time: {} in all, {} a case ({} of the new durations is estimated)",
        signed_millis(&time["difference_total_ms"]),
        signed_millis(&time["mean_difference_ms"]["mean"]),
        percent_sign(&time["estimated_share"])
    ))?;
    for decision in list(&answer["decisions"]) {
        line(format!(
            "{}: {} of {} go another way",
            text(&decision["step"]),
            decision["diverted"],
            decision["decisions"]
        ))?;
        for way in list(&decision["from_to"]) {
            line(format!(
                "    {} → {}: {}",
                text(&way["from"]),
                text(&way["to"]),
                way["count"]
            ))?;
        }
    }
    for sla in list(&answer["slas"]) {
        line(format!(
            "SLA {}: {} breaches appear, {} vanish",
            text(&sla["sla"]),
            sla["appear"],
            sla["vanish"]
        ))?;
    }
    for example in list(&answer["examples"]) {
        let case = match &example["external_id"] {
            Value::String(id) => id.clone(),
            _ => example["execution"].to_string(),
        };
        line(format!(
            "{}: case {case}, {} → {}",
            text(&example["kind"]).replace('_', " "),
            path(&example["old_path"]),
            path(&example["new_path"])
        ))?;
    }
    for note in list(&answer["notes"]) {
        line(format!("note: {}", text(note)))?;
    }
    Ok(())
}

/// The names of the steps, in order.
fn path(steps: &Value) -> String {
    let names: Vec<String> = list(steps).map(|step| text(&step["step"])).collect();
    names.join(", ")
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            value.to_string()
        }
    }
}

/// A value with its interval.
fn interval(value: &Value, show: fn(&Value) -> String) -> String {
    if value.is_null() {
        return "-".to_owned();
    }
    format!(
        "{} [{}, {}]",
        show(&value["value"]),
        show(&value["low"]),
        show(&value["high"])
    )
}

fn plain(value: &Value) -> String {
    value
        .as_f64()
        .map_or_else(|| "-".to_owned(), |number| format!("{number:.2}"))
}

fn percent(value: &Value) -> String {
    value
        .as_f64()
        .map_or_else(|| "-".to_owned(), |share| format!("{:.1}", share * 100.0))
}

fn percent_sign(value: &Value) -> String {
    format!("{} %", percent(value))
}

/// Seconds in the unit that one would say them in.
fn duration(value: &Value) -> String {
    value.as_f64().map_or_else(|| "-".to_owned(), in_words)
}

fn signed_duration(value: &Value) -> String {
    value.as_f64().map_or_else(
        || "-".to_owned(),
        |seconds| {
            let sign = if seconds < 0.0 { "-" } else { "+" };
            format!("{sign}{}", in_words(seconds.abs()))
        },
    )
}

fn signed_millis(value: &Value) -> String {
    value.as_f64().map_or_else(
        || "-".to_owned(),
        |millis| signed_duration(&Value::from(millis / 1000.0)),
    )
}

fn in_words(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s * 1000.0),
        s if s < 120.0 => format!("{s:.1} s"),
        s if s < 7200.0 => format!("{:.1} min", s / 60.0),
        s if s < 172_800.0 => format!("{:.1} h", s / 3600.0),
        s => format!("{:.1} d", s / 86_400.0),
    }
}
