//! A breakdown against folding each group's subjects alone.

use crate::support::{Population, Shape, customers};
use folds::by::{At, By, Config, Group, Pick};
use folds::funnel::{self, Funnel};
use folds::sessions::{self, Sessions};
use folds::{Fold, Slice, Slicer};
use proptest::prelude::*;

const SHAPE: Shape = Shape { labels: 4, steps: 3, channels: 4, events: 14, gap_us: 6 };
const VALUES: u32 = 2;

/// Values 0 and 1 are told apart, 2 and 3 are others.
const GROUPS: [Group; 4] = [Group::Value(0), Group::Value(1), Group::Other, Group::None];

/// What the subject's events say of the last dimension, first to last.
fn said(subject: &Slice<'_>) -> Vec<(usize, u32)> {
    let facets = subject.facet.chunks(subject.facets).map(|facets| *facets.last().unwrap());
    facets.enumerate().filter(|(_, code)| *code != u32::MAX).collect()
}

fn group_of(code: Option<u32>) -> Group {
    match code {
        None => Group::None,
        Some(code) if code < VALUES => Group::Value(code),
        Some(_) => Group::Other,
    }
}

/// The state of the fold over the group's subjects alone.
fn alone<F: Fold>(population: &Population, fold: &F, group: impl Fn(&Slice<'_>) -> bool) -> F::State {
    let mut state = fold.state();
    population.each(|subject| {
        if group(subject) {
            fold.fold(&mut state, subject);
        }
    });
    state
}

proptest! {
    #[test]
    fn each_group_is_as_if_it_were_alone(
        customers in customers(SHAPE),
        last in any::<bool>(),
        part in prop::collection::vec(0usize..3, 1..6),
    ) {
        let population = Population::new(customers, Slicer::Session { timeout_us: 4 });
        let at = if last { At::Last } else { At::First };
        let by = By::new(Sessions::new(4).unwrap(), Config { values: VALUES, at }).unwrap();
        let state = population.run(&by);
        prop_assert_eq!(&state, &population.run_in_parts(&by, &part));
        prop_assert_eq!(&state.all, &population.run(by.inner()));
        let belongs = |subject: &Slice<'_>| {
            let said = said(subject);
            let speaks = if last { said.last() } else { said.first() };
            group_of(speaks.map(|(_, code)| *code))
        };
        let mut sum = 0;
        for group in GROUPS {
            let expected = alone(&population, by.inner(), |subject| belongs(subject) == group);
            let found = state.group(group);
            sum += expected.sessions.subjects.count;
            prop_assert_eq!(found.is_some(), expected.sessions.subjects.count > 0);
            if let Some(found) = found {
                prop_assert_eq!(found, &expected);
            }
            let pick = Pick { group: Some(group), pick: sessions::Pick::All };
            let (subjects, people) = population.picked(&by, &pick);
            let tally = expected.sessions;
            prop_assert_eq!((subjects, people), (tally.subjects.count, tally.customers.count));
        }
        prop_assert_eq!(sum, state.all.sessions.subjects.count);
        let (all, groups) = state.clone().into_parts();
        prop_assert_eq!(all.sessions, state.all.sessions);
        for (group, part) in groups {
            prop_assert_eq!(Some(&part), state.group(group));
        }
    }

    /// By the event of a step: whoever did not get there belongs to no group.
    #[test]
    fn a_step_speaks_for_those_who_did_it(customers in customers(SHAPE), step in 0u32..3) {
        let population = Population::new(customers, Slicer::Customer);
        let funnel = Funnel::new(funnel::Config::new(3, 20, population.as_of_us));
        let by = By::new(funnel.unwrap(), Config { values: VALUES, at: At::Step(step + 1) }).unwrap();
        let state = population.run(&by);
        let reached = state.all.reached[step as usize].subjects.count;
        let mut did = 0;
        for group in GROUPS {
            let here = state.group(group).map_or(0, |state| state.reached[step as usize].subjects.count);
            did += here;
            if let (Group::Value(_) | Group::Other, Some(state)) = (group, state.group(group)) {
                prop_assert_eq!(here, state.subjects.subjects.count, "all of the group did the step");
            }
        }
        prop_assert_eq!(did, reached);
        population.each(|subject| {
            let moment = by.inner().moment(subject, step as usize);
            assert_eq!(moment.is_some(), by.inner().level(subject) > step as usize);
            if let Some(position) = moment {
                assert_ne!(subject.mask[position] & 1 << step, 0, "the event is one of the step");
            }
        });
    }
}

#[test]
fn too_many_values_are_refused() {
    let error = By::new(Sessions::new(0).unwrap(), Config { values: 10_001, at: At::First }).unwrap_err();
    assert!(error.to_string().contains("10001 values"), "{error}");
}
