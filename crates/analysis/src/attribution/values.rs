//! Which values credit is told apart for, where the question names none: all there are, or the most frequent among its
//! touches if these are too many.
//!
//! They are then counted by a scan of its own, in which every touch is a subject.

use folds::by::{At, Group};
use folds::limits::ATTRIBUTION_VALUES_MAX;
use folds::sessions;
use folds::slicer::Slicer;
use lake::schema::{CHANNEL, EVENT};
use model::period::Period;
use model::rule::{ColumnTest, Condition, Op, Rule};
use model::scope::Scope;
use operators::limits::DIMENSION_VALUES_MAX;
use operators::spec::{BySpec, FoldState};
use operators::{Control, Engine, FoldSpec};

use crate::error::{Error, Result};
use crate::groups::{Candidates, by_rank, too_many};
use crate::plan;
use crate::question::{AttributionQuestion, Present, Question, TransitionsQuestion};

/// Names the question's values. Leaves them alone where it does.
///
/// # Errors
/// `Invalid` for a column that is none, or that has too many values to be counted apart.
pub(crate) async fn settle(
    engine: &Engine,
    present: &Present,
    question: &mut AttributionQuestion,
    control: &Control,
) -> Result<()> {
    if !question.values.is_empty() {
        return Ok(());
    }
    let most = question.top as usize;
    if most == 0 || most > ATTRIBUTION_VALUES_MAX {
        return Err(Error::invalid("top", format!("tell 1 to {ATTRIBUTION_VALUES_MAX} values apart, not {most}")));
    }
    operators::ground::credited(&question.credit)?;
    let scope = Scope { by: None, entry: Period::default(), subjects: None, ..question.scope.clone() };
    let events = TransitionsQuestion { scope, ..TransitionsQuestion::default() };
    let plan = plan::plan(present, &Question::Transitions(events), None)?;
    let (mut scan, names) = (plan.spec.scan, plan.spec.output.labels);
    let credit = question.credit.as_str();
    let said = Rule(vec![Condition {
        tests: vec![ColumnTest { column: credit.to_owned(), op: Op::Exists, value: serde_json::Value::Null }],
        ..Condition::default()
    }]);
    scan.subjects = Some(question.touches.as_ref().map_or_else(|| said.clone(), |touches| touches.and(&said)));
    // Longer silence than this lies between any two events.
    (scan.slicer, scan.sessions) = (Slicer::Session { timeout_us: -1 }, None);
    let candidates = match credit {
        EVENT => Candidates::all(names),
        CHANNEL => Candidates::all(scan.channels.clone()),
        _ => Candidates::of(engine, present, credit, "credit", control).await?,
    };
    let values = candidates.values.clone();
    if values.len() <= most {
        question.values = values;
        return Ok(());
    }
    let mut counted: Vec<(u64, String)> = if credit == EVENT {
        scan.fold = FoldSpec::Sessions(sessions::Config { labels: values.len() as u32, ..sessions::Config::default() });
        match operators::run(engine, present.snapshot.clone(), &scan, control).await?.state {
            FoldState::Sessions(state) => {
                let counts = state.labels.iter().skip(1).map(|label| label.containing.subjects.count);
                counts.zip(values).collect()
            }
            _ => return Err(crate::analyst::mixed_up()),
        }
    } else {
        scan.fold = FoldSpec::Subjects;
        scan.by = Some(BySpec::values(credit, values.clone(), At::First));
        let FoldState::By(states) = operators::run(engine, present.snapshot.clone(), &scan, control).await?.state
        else {
            return Err(crate::analyst::mixed_up());
        };
        let groups = states.groups.iter().filter_map(|(group, state)| match (group, state) {
            (Group::Value(code), FoldState::Subjects(state)) => {
                Some((state.subjects.subjects.count, values[*code as usize].clone()))
            }
            _ => None,
        });
        groups.collect()
    };
    counted.retain(|(touches, _)| *touches > 0);
    counted.sort_by(by_rank);
    if !candidates.hold_the_top(counted.iter().map(|(touches, _)| *touches), most) {
        return Err(too_many(credit, "credit", DIMENSION_VALUES_MAX));
    }
    counted.truncate(most);
    question.values = counted.into_iter().map(|(_, value)| value).collect();
    Ok(())
}
