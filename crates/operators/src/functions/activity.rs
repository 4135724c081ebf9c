//! The functions that take a question as it is asked of the API, and which of its tables is wanted:
//! `retention('{"unit": "week", "last": 8}')`, `stickiness('{"rows": "units"}')`.

use lake::Snapshot;
use model::scope::Scope;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Function;
use crate::error::Result;
use crate::finish::FinishSpec;
use crate::ground::Ground;
use crate::rows::Form;

pub(super) fn plan(function: Function, argument: Option<&str>, snapshot: &Snapshot, now_us: i64) -> Result<FinishSpec> {
    let mut value: Value = function.read(argument)?;
    let rows = value.as_object_mut().and_then(|options| options.remove("rows"));
    let rows: Option<Form> = rows.map(|rows| read(function, rows)).transpose()?;
    let ground = |scope: &Scope| Ground::new(snapshot, scope.clone(), None, now_us);
    let mut spec = match function {
        Function::Retention => {
            let question: model::retention::RetentionQuestion = read(function, value)?;
            ground(&question.scope)?.retention(&question)?
        }
        Function::Lifecycle => {
            let question: model::activity::LifecycleQuestion = read(function, value)?;
            ground(&question.scope)?.lifecycle(&question)?
        }
        Function::Stickiness => {
            let question: model::activity::StickinessQuestion = read(function, value)?;
            ground(&question.scope)?.stickiness(&question)?
        }
        _ => {
            let question: model::survival::SurvivalQuestion = read(function, value)?;
            ground(&question.scope)?.survival(&question)?
        }
    };
    spec.output.rows = rows;
    Ok(spec)
}

fn read<T: DeserializeOwned>(function: Function, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| function.fault(error))
}
