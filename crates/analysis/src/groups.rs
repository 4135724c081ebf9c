//! Breakdowns: which values are shown apart, numbers of each group, and the picks of those.

use std::fmt::Display;

use folds::by::{At, Group as Slot};
use folds::counters::Tally;
use lake::schema::CHANNEL;
use model::breakdown::{BANDS_MAX, Bands, Breakdown, even_edges};
use model::rule::ColumnRef;
use operators::limits::{DIMENSION_VALUES_MAX, EXPANDED_VALUES_MAX};
use operators::spec::{BySpec, FoldState};
use operators::{Control, Engine, FoldSpec};
use serde_json::Number;

use crate::answer::{Group, GroupKind, People};
use crate::error::{Error, Result};
use crate::pick::{escape, unescape, unknown};
use crate::plan::Plan;
use crate::question::Present;

/// Values that are shown apart at most.
const TOP_MAX: u32 = 100;

/// Whom numbers are of: everyone, or one group. Writes their picks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Within(String);

impl Within {
    fn group(kind: GroupKind, value: Option<&str>) -> Within {
        Within(match (kind, value) {
            (GroupKind::Value, value) => format!("by/value/{}/", escape(value.unwrap_or_default())),
            (GroupKind::Other, _) => "by/other/".to_owned(),
            (GroupKind::None, _) => "by/none/".to_owned(),
        })
    }

    /// The population paths are compared with.
    pub(crate) fn against() -> Within {
        Within(crate::paths::AGAINST.to_owned())
    }

    /// Whether they are not of one group only.
    pub(crate) fn everyone(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn pick(&self, pick: impl Display) -> String {
        format!("{}{pick}", self.0)
    }

    /// People whose numbers are no tally.
    pub(crate) fn counted(&self, instances: u64, customers: u64, pick: impl Display) -> People {
        People { instances, customers, pick: self.pick(pick) }
    }

    pub(crate) fn people(&self, tally: Tally, pick: impl Display) -> People {
        People { instances: tally.subjects.count, customers: tally.customers.count, pick: self.pick(pick) }
    }
}

/// Takes the group off a pick.
pub(crate) fn read<'a>(pick: &'a str, by: Option<&BySpec>) -> Result<(Option<Slot>, &'a str)> {
    let Some(rest) = pick.strip_prefix("by/") else { return Ok((None, pick)) };
    let by = by.ok_or_else(|| unknown(pick))?;
    let (kind, rest) = rest.split_once('/').ok_or_else(|| unknown(pick))?;
    match kind {
        "other" => Ok((Some(Slot::Other), rest)),
        "none" => Ok((Some(Slot::None), rest)),
        "value" => {
            let (value, rest) = rest.split_once('/').ok_or_else(|| unknown(pick))?;
            let value = unescape(value)?;
            let code = by.values.iter().position(|known| *known == value);
            let code = code.ok_or_else(|| Error::not_found(format!("group `{value}`")))?;
            Ok((Some(Slot::Value(code as u32)), rest))
        }
        _ => Err(unknown(pick)),
    }
}

/// The numbers of everyone, and those of each group where the question has a breakdown.
///
/// # Errors
/// The first that `numbers` gives.
pub(crate) fn numbers<N>(
    plan: &Plan,
    state: FoldState,
    mut numbers: impl FnMut(FoldState, &Within) -> Result<N>,
) -> Result<(N, Vec<Group<N>>)> {
    let FoldState::By(states) = state else { return Ok((numbers(state, &Within::default())?, Vec::new())) };
    let all = numbers(states.all, &Within::default())?;
    let values = plan.spec.scan.by.as_ref().map_or(&[][..], |by| &by.values);
    let groups = states.groups.into_iter().map(|(slot, state)| {
        let (group, value) = match slot {
            Slot::Value(code) => (GroupKind::Value, values.get(code as usize).cloned()),
            Slot::Other => (GroupKind::Other, None),
            Slot::None => (GroupKind::None, None),
        };
        let within = Within::group(group, value.as_deref());
        Ok(Group { group, value, numbers: numbers(state, &within)? })
    });
    Ok((all, groups.collect::<Result<_>>()?))
}

/// Values that may be the most frequent, in no order that means anything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Candidates {
    pub values: Vec<String>,
    /// Rows of the most frequent value that is not among them; 0: there is none.
    left_out: u64,
}

impl Candidates {
    /// All of a list.
    pub(crate) fn all(values: Vec<String>) -> Candidates {
        Candidates { values, left_out: 0 }
    }

    /// The most frequent values a dimension has, as many as are told apart at a time.
    ///
    /// # Errors
    /// `Invalid`, at `field`, for a dimension with too many values to be counted.
    pub(crate) async fn of(
        engine: &Engine,
        present: &Present,
        dimension: &str,
        field: &str,
        control: &Control,
    ) -> Result<Candidates> {
        let found =
            operators::dimensions::of(engine, &present.snapshot, dimension, present.limit.as_ref(), control).await?;
        if found.unbounded {
            return Err(too_many(dimension, field, EXPANDED_VALUES_MAX));
        }
        let candidates = Candidates::most_of(found.values, DIMENSION_VALUES_MAX);
        // What a customer has now may have been set once, and speaks for all of their subjects.
        if candidates.left_out > 0 && matches!(ColumnRef::parse(dimension), Some(ColumnRef::Trait(_))) {
            return Err(too_many(dimension, field, DIMENSION_VALUES_MAX));
        }
        Ok(candidates)
    }

    /// `values` come most rows first.
    fn most_of(mut values: Vec<(String, u64)>, most: usize) -> Candidates {
        let left_out = values.get(most).map_or(0, |(_, rows)| *rows);
        values.truncate(most);
        Candidates { values: values.into_iter().map(|(value, _)| value).collect(), left_out }
    }

    /// Whether the first `top` of these counts, the largest first, are those of all values: each count is of events or of
    /// what has such an event, so that no value left out comes to more than its rows.
    pub(crate) fn hold_the_top(&self, counts: impl Iterator<Item = u64>, top: usize) -> bool {
        self.left_out == 0 || counts.take(top).nth(top.saturating_sub(1)).unwrap_or(0) > self.left_out
    }
}

pub(crate) fn too_many(dimension: &str, field: &str, most: usize) -> Error {
    let why = format!(
        "`{dimension}` has more than {most} values; name those to tell apart in `values`, or divide numbers by `bands`"
    );
    Error::invalid(field, why)
}

/// Where the bands begin that a breakdown leaves open. None: it asks for no bands, or says where.
///
/// # Errors
/// `Invalid` for a number of bands that is not told apart, and for a dimension without two different numbers.
pub(crate) async fn bands(
    engine: &Engine,
    present: &Present,
    breakdown: &Breakdown,
    control: &Control,
) -> Result<Option<Bands>> {
    let Some(Bands::Count(count)) = breakdown.bands else { return Ok(None) };
    if !(2..=BANDS_MAX as u32).contains(&count) {
        return Err(Error::invalid("by.bands", format!("show 2 to {BANDS_MAX} bands apart, not {count}")));
    }
    let dimension = &breakdown.dimension;
    let numbers =
        operators::dimensions::numbers(engine, &present.snapshot, dimension, present.limit.as_ref(), control).await?;
    let edges = even_edges(numbers, count);
    if edges.is_empty() {
        let what = format!("`{dimension}` has no two different numbers to divide; show its values apart");
        return Err(Error::invalid("by.bands", what));
    }
    Ok(Some(Bands::Edges(edges.into_iter().filter_map(as_written).collect())))
}

/// 5 and not 5.0.
fn as_written(number: f64) -> Option<Number> {
    let whole = number as i64;
    if whole as f64 == number { Some(whole.into()) } else { Number::from_f64(number) }
}

/// The values a breakdown may show apart.
///
/// # Errors
/// `Invalid` for a dimension that is none, or that has too many values to be counted.
pub(crate) async fn candidates(
    engine: &Engine,
    present: &Present,
    breakdown: &Breakdown,
    whole: &Plan,
    control: &Control,
) -> Result<Candidates> {
    if breakdown.top == 0 || breakdown.top > TOP_MAX {
        return Err(Error::invalid("by.top", format!("show 1 to {TOP_MAX} values apart, not {}", breakdown.top)));
    }
    let dimension = &breakdown.dimension;
    // Also those that only definitions name.
    if dimension == CHANNEL {
        return Ok(Candidates::all(whole.spec.scan.channels.clone()));
    }
    Candidates::of(engine, present, dimension, "by.dimension", control).await
}

/// The values a breakdown shows apart: those of most subjects among `candidates`, counted by a scan of its own.
///
/// `whole` is the question's plan without breakdown.
///
/// # Errors
/// `Invalid` where subjects cannot be grouped so, or where values that are not told apart may be among the first.
pub(crate) async fn values(
    engine: &Engine,
    present: &Present,
    breakdown: &Breakdown,
    candidates: Candidates,
    whole: Plan,
    control: &Control,
) -> Result<Vec<String>> {
    let mut scan = whole.spec.scan;
    // Who did a step only the question's own fold knows.
    if !matches!(breakdown.at, At::Step(_)) {
        scan.fold = FoldSpec::Subjects;
    }
    scan.by = Some(BySpec::values(&breakdown.dimension, candidates.values.clone(), breakdown.at));
    let FoldState::By(counted) = operators::run(engine, present.snapshot.clone(), &scan, control).await?.state else {
        return Err(crate::analyst::mixed_up());
    };
    let values = scan.by.map(|by| by.values).unwrap_or_default();
    let mut subjects: Vec<(u64, &String)> = Vec::new();
    for (slot, state) in &counted.groups {
        let count = match state {
            FoldState::Subjects(state) => state.subjects.subjects.count,
            FoldState::Funnel(state) => state.subjects.subjects.count,
            FoldState::Retention(state) => state.customers.count,
            FoldState::Survival(state) => state.groups.iter().map(folds::survival::Lives::count).sum(),
            _ => {
                let why = "`step` speaks for the subjects of a funnel, of retention and of survival only; use `first` or `last`";
                return Err(Error::invalid("by.at", why));
            }
        };
        if let Slot::Value(code) = slot {
            subjects.push((count, &values[*code as usize]));
        }
    }
    subjects.sort_by(by_rank);
    if !candidates.hold_the_top(subjects.iter().map(|(count, _)| *count), breakdown.top as usize) {
        return Err(too_many(&breakdown.dimension, "by.dimension", DIMENSION_VALUES_MAX));
    }
    Ok(subjects.into_iter().take(breakdown.top as usize).map(|(_, value)| value.clone()).collect())
}

/// Most subjects first, as many in the order of their values.
pub(crate) fn by_rank<V: Ord>(a: &(u64, V), b: &(u64, V)) -> std::cmp::Ordering {
    b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1))
}

/// Whether a scan that tells all candidates apart tells their order, too: if all of them are shown, and the fold itself
/// counts the subjects of each group.
pub(crate) fn rank_themselves(breakdown: &Breakdown, candidates: &Candidates, whole: &Plan) -> bool {
    let counts = matches!(whole.spec.scan.fold, FoldSpec::Funnel(_) | FoldSpec::Sessions(_));
    counts && candidates.values.len() <= breakdown.top as usize && !matches!(breakdown.at, At::Step(_))
}

/// Puts the groups of a state in the order of [`values`], and gives those values. `candidates` are the values of its scan.
///
/// # Errors
/// If it is no state of a fold that [`rank_themselves`] names.
pub(crate) fn ranked(state: &mut FoldState, candidates: &[String]) -> Result<Vec<String>> {
    let FoldState::By(states) = state else { return Err(crate::analyst::mixed_up()) };
    let mut values = Vec::new();
    let mut rest = Vec::new();
    for (slot, state) in std::mem::take(&mut states.groups) {
        let subjects = match &state {
            FoldState::Funnel(state) => state.subjects.subjects.count,
            FoldState::Sessions(state) => state.sessions.subjects.count,
            _ => return Err(crate::analyst::mixed_up()),
        };
        match slot {
            Slot::Value(code) => values.push(((subjects, &candidates[code as usize]), state)),
            slot => rest.push((slot, state)),
        }
    }
    values.sort_by(|a, b| by_rank(&a.0, &b.0));
    let (ranks, ordered): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    states.groups = (0..).map(Slot::Value).zip(ordered).chain(rest).collect();
    Ok(ranks.into_iter().map(|(_, value)| value.clone()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_some_values_are_those_of_all_where_none_left_out_can_come_to_more() {
        let rows = [("a", 9), ("b", 7), ("c", 5), ("d", 5)].map(|(value, rows)| (value.to_owned(), rows));
        let some = Candidates::most_of(rows.to_vec(), 2);
        assert_eq!((some.values.as_slice(), some.left_out), (["a".to_owned(), "b".to_owned()].as_slice(), 5));
        let holds = |counts: &[u64], top: usize| some.hold_the_top(counts.iter().copied(), top);
        assert!(holds(&[7, 6], 2) && holds(&[7, 5], 1));
        // As many: which of them comes first is told by their names, and one is not known.
        assert!(!holds(&[7, 5], 2) && !holds(&[7], 2) && !holds(&[], 1));
        assert!(Candidates::most_of(rows.to_vec(), 4).hold_the_top(std::iter::empty(), 3));
    }
}
