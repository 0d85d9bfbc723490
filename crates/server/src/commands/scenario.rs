//! `wfi predict`, `wfi calibrate` and `wfi backtest`: what takes a while, and can be stopped.

mod show;

use super::context::{Session, configuration, overrides};
use super::output::{self, Failure};
use super::sample::progress_bar;
use super::simulate::{object, preview, request};
use crate::cli::ScenarioArgs;
use serde_json::{Map, Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use workflow_sim::Watch;

/// How often the bar moves.
const TICK: Duration = Duration::from_millis(100);

/// Which of the three.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mode {
    Predict,
    Calibrate,
    Backtest,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Predict => "predict",
            Self::Calibrate => "calibrate",
            Self::Backtest => "backtest",
        }
    }

    /// The field of the result that holds the answer.
    fn field(self) -> &'static str {
        match self {
            Self::Predict => "prediction",
            Self::Calibrate => "calibration",
            Self::Backtest => "backtest",
        }
    }
}

/// Computes and shows; stores nothing.
pub(super) async fn run(
    file: Option<&Path>,
    json: bool,
    args: ScenarioArgs,
    mode: Mode,
) -> Result<(), Failure> {
    let config = configuration(file, &overrides(&args.database))?;
    let input = object(&args.input, "--input")?;
    let scenario = scenario(&args.scenario)?;
    let session = Session::open(&config, &args.tenant).await?;
    let answer = match request(&session, &args.workflow, input).await {
        Ok(Value::Object(mut body)) => {
            body.extend(scenario);
            body.insert("mode".to_owned(), json!(mode.name()));
            watched(&session, &Value::Object(body)).await
        }
        Ok(_) => Err(Failure::usage("expected a JSON object")),
        Err(failure) => Err(failure),
    };
    session.close().await;
    let answer = answer?;
    let found = answer.get(mode.field()).unwrap_or(&Value::Null);
    if json {
        return output::json(found);
    }
    match mode {
        Mode::Predict => show::prediction(found),
        Mode::Calibrate => show::calibration(found),
        Mode::Backtest => show::backtest(found),
    }
}

/// The scenario from the argument or from the file that it names.
fn scenario(argument: &str) -> Result<Map<String, Value>, Failure> {
    if argument.trim_start().starts_with('{') {
        return object(argument, "--scenario");
    }
    let text = std::fs::read_to_string(argument)
        .map_err(|error| Failure::failed(format!("--scenario {argument}: {error}")))?;
    object(&text, argument)
}

/// With a bar on a terminal; an interrupt stops it.
async fn watched(session: &Session, body: &Value) -> Result<Map<String, Value>, Failure> {
    let watch = Arc::new(Watch::default());
    let bar = progress_bar(0, "");
    let computed = preview(session, body, &watch);
    tokio::pin!(computed);
    let mut tick = tokio::time::interval(TICK);
    let answer = loop {
        tokio::select! {
            answer = &mut computed => break answer,
            _ = tick.tick() => {
                let (done, total) = watch.progress();
                bar.set_length(total);
                bar.set_position(done);
            }
            _ = tokio::signal::ctrl_c() => watch.cancel(),
        }
    };
    bar.finish_and_clear();
    answer
}
