//! Survival against the naive definition. Curves and tests over it are judged where they are made.

use crate::support::{Customer, Population, Shape, customers, ecom_customers, set_steps};
use folds::survival::{Censor, Config, Of, Pick, Same, Survival};
use folds::which::Which;
use folds::{Fold, Slicer};
use model::period::Period;
use proptest::prelude::*;

#[test]
fn everybody_of_the_shop_bought_or_has_not_yet() {
    let ecom = testkit::ecom();
    let mut population = Population::new(ecom_customers(&ecom), Slicer::Customer);
    set_steps(&ecom, &mut population.customers, &["purchase"]);
    let fold = Survival::new(Config::new(Which::Any, Which::Step(0), population.as_of_us)).unwrap();
    let all = &population.run(&fold).groups[0];
    let golden = &testkit::golden::json("survival.json")["ecom_time_to_first_purchase_days"];
    assert_eq!(all.count(), golden["n"].as_u64().unwrap());
    assert_eq!(all.ended_us.count(), golden["events"].as_u64().unwrap());
}

/// By definition: group, duration, whether it ended.
fn life(customer: &Customer, config: &Config) -> Option<(usize, i64, bool)> {
    let is = |which: Which, n: usize| match which {
        Which::Any => true,
        Which::Step(step) => customer.mask[n] >> step & 1 == 1,
    };
    let all = 0..customer.time.len();
    let start = all.clone().find(|n| is(config.start, *n))?;
    let begin = customer.time[start];
    if !config.entry.contains(begin) {
        return None;
    }
    let end = all.clone().find(|n| is(config.end, *n) && (*n > start || *n == start && config.same == Same::MayEnd));
    let until = match (end, config.censor) {
        (Some(end), _) => customer.time[end],
        (None, Censor::AsOf) => config.as_of_us,
        (None, Censor::LastEvent) => *customer.time.last().unwrap(),
    };
    let known = |step: &u32| (0..=start).any(|n| is(Which::Step(*step), n));
    let group = config.groups.iter().position(known).unwrap_or(config.groups.len());
    Some((group, until - begin, end.is_some()))
}

const SHAPE: Shape = Shape { labels: 1, steps: 4, channels: 1, events: 12, gap_us: 9 };

proptest! {
    #[test]
    fn survival_is_what_the_definition_says(
        customers in customers(SHAPE),
        start in prop_oneof![Just(Which::Any), Just(Which::Step(0))],
        end in prop_oneof![Just(Which::Any), Just(Which::Step(0)), Just(Which::Step(1))],
        (later, last_event, grouped) in any::<(bool, bool, bool)>(),
        entry in (990i64..1_030, 1_000i64..1_100),
        late in 0i64..30,
        at in 0i64..60,
        parts in prop::collection::vec(0usize..4, 1..8),
    ) {
        let mut population = Population::new(customers, Slicer::Customer);
        population.as_of_us += late;
        let config = Config {
            same: if later { Same::Later } else { Same::MayEnd },
            censor: if last_event { Censor::LastEvent } else { Censor::AsOf },
            groups: if grouped { vec![2, 3] } else { vec![] },
            entry: Period { from_us: Some(entry.0), to_us: Some(entry.1) },
            ..Config::new(start, end, population.as_of_us)
        };
        let fold = Survival::new(config.clone()).unwrap();
        let state = population.run(&fold);
        let lives: Vec<(usize, i64, bool)> = population.customers.iter().filter_map(|one| life(one, &config)).collect();
        prop_assert_eq!(state.groups.len(), config.groups.len() + 1);
        for (number, group) in state.groups.iter().enumerate() {
            let durations = |ended: bool| {
                let mut found: Vec<i64> =
                    lives.iter().filter(|life| life.0 == number && life.2 == ended).map(|life| life.1).collect();
                found.sort_unstable();
                found
            };
            for (got, ended) in [(&group.ended_us, true), (&group.censored_us, false)] {
                let got: Vec<i64> =
                    got.sorted().into_iter().flat_map(|(us, count)| vec![us; count as usize]).collect();
                prop_assert_eq!(got, durations(ended));
            }
            let count = |is: &dyn Fn(&(usize, i64, bool)) -> bool| lives.iter().filter(|life| is(life)).count() as u64;
            for (of, expected) in [
                (Of::Started, count(&|life| life.0 == number)),
                (Of::Ended, count(&|life| life.0 == number && life.2)),
                (Of::Censored, count(&|life| life.0 == number && !life.2)),
                (Of::EndedBy(at), count(&|life| life.0 == number && life.2 && life.1 <= at)),
                (Of::AtRisk(at), count(&|life| life.0 == number && life.1 >= at)),
            ] {
                let pick = Pick { group: Some(number as u32), of };
                prop_assert_eq!(population.picked(&fold, &pick).0, expected, "{:?}", pick);
            }
        }
        prop_assert_eq!(population.picked(&fold, &Pick { group: None, of: Of::Started }).0, lives.len() as u64);
        let mut lived = Vec::new();
        population.each(|subject| {
            let Some(start) = fold.moment(subject, 0) else { return };
            let end = fold.moment(subject, 1);
            lived.push(end.map(|end| subject.time[end] - subject.time[start]));
        });
        let expected: Vec<Option<i64>> = lives.iter().map(|life| life.2.then_some(life.1)).collect();
        prop_assert_eq!(lived, expected);
        prop_assert_eq!(population.run_in_parts(&fold, &parts), state);
    }
}
