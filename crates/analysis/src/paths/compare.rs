//! Two populations' paths side by side.

use std::collections::BTreeSet;

use folds::paths::State;

use super::like;
use crate::answer::{PathsNumbers, ShareDifference, StepDifference, VariantDifference};
use crate::label::Labels;
use crate::share::{difference, share};

/// One of the populations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Population<'a> {
    pub labels: &'a Labels,
    pub state: &'a State,
    pub numbers: &'a PathsNumbers,
}

/// What differs: whether they get where they should, variants, steps.
#[derive(Debug)]
pub(crate) struct Differences {
    pub to_goal: Option<ShareDifference>,
    pub variants: Vec<VariantDifference>,
    pub positions: Vec<StepDifference>,
}

/// The populations' shares of every variant and label that is listed of either.
pub(crate) fn compare(here: Population<'_>, there: Population<'_>) -> Differences {
    let to_goal = here.numbers.to_goal.zip(there.numbers.to_goal).map(|(here, there)| apart(here, there));
    let listed_paths = [here, there].into_iter().flat_map(|side| side.numbers.top.iter().map(|variant| &variant.path));
    let paths: BTreeSet<&Vec<String>> = listed_paths.collect();
    let mut variants: Vec<VariantDifference> = paths
        .into_iter()
        .map(|path| {
            let of = |side: Population<'_>| {
                let paths = like(side.labels, side.state, path).paths.subjects.count;
                share(paths, side.state.paths.subjects.count)
            };
            VariantDifference { path: path.clone(), shares: apart(of(here), of(there)) }
        })
        .collect();
    let size = |shares: &ShareDifference| shares.difference.map_or(0.0, |difference| difference.value.abs());
    variants.sort_by(|a, b| size(&b.shares).total_cmp(&size(&a.shares)).then_with(|| a.path.cmp(&b.path)));
    let positions = here.numbers.positions.len().max(there.numbers.positions.len());
    let all = [here, there].map(|side| side.state.step_matrix(positions, usize::MAX));
    let mut steps = Vec::new();
    for at in 0..positions {
        let names = [here, there].into_iter().flat_map(|side| {
            let position = side.numbers.positions.get(at);
            position.into_iter().flat_map(|position| position.labels.iter().map(|label| &label.label))
        });
        let names: BTreeSet<&String> = names.collect();
        let [columns_here, columns_there] = &all;
        let of = |side: Population<'_>, column: &folds::paths::Step, name: Option<&String>| {
            let count = match name {
                None => column.ended,
                Some(name) => side.labels.label(name).ok().map_or(0, |label| {
                    column.labels.iter().find(|(known, _)| *known == label).map_or(0, |(_, count)| *count)
                }),
            };
            share(count, side.state.paths.subjects.count)
        };
        let mut here_at: Vec<StepDifference> = names
            .into_iter()
            .map(Some)
            .chain([None])
            .map(|name| StepDifference {
                position: at as u32 + 1,
                label: name.cloned(),
                shares: apart(of(here, &columns_here[at], name), of(there, &columns_there[at], name)),
            })
            .collect();
        here_at.sort_by(|a, b| size(&b.shares).total_cmp(&size(&a.shares)).then_with(|| a.label.cmp(&b.label)));
        steps.extend(here_at);
    }
    Differences { to_goal, variants, positions: steps }
}

fn apart(here: crate::answer::Share, there: crate::answer::Share) -> ShareDifference {
    ShareDifference { here, there, difference: difference(&here, &there) }
}
