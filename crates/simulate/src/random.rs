//! Plants at random places, for measuring what finds them.

use crate::config::{CauseKind, Config, Dimension, PainKind, Plant, Strength};
use crate::dice::Dice;
use crate::error::Fault;
use crate::journeys::JOURNEYS;
use crate::plants::{Active, causes, consequences, itself, places, typical, values};
use crate::world::{World, check};

/// Candidates that are weighed for each plant that is wanted.
const CANDIDATES_PER_PLANT: usize = 12;
/// Share of the plants that begin at a date.
const DATED: f64 = 0.25;
/// Share of the plants, of those whose kind is not its own cause, that leave no signal.
const NO_CAUSE: f64 = 0.15;

impl World {
    /// Moderate plants that a world of this configuration can bear, drawn with `seed`: each at a stage of its own,
    /// none where another has its consequences, kinds as evenly as places allow. What the configuration already
    /// plants is left out of account.
    pub fn random_plants(config: &Config, seed: u64, how_many: usize) -> Result<Vec<Plant>, Fault> {
        let config = Config { plants: Vec::new(), ..config.clone() };
        check(&config)?;
        let world = World::new(config)?;
        let mut dice = Dice::new(seed, u64::MAX - 1);
        let candidates: Vec<Plant> =
            (0..how_many * CANDIDATES_PER_PLANT).filter_map(|_| candidate(&mut dice, world.config.days)).collect();
        let pilot = world.pilot(&candidates);
        let mut chosen: Vec<(Plant, Active)> = Vec::new();
        for (number, plant) in candidates.into_iter().enumerate() {
            if chosen.len() == how_many {
                break;
            }
            let Ok(active) = Active::new(number, &plant, &world.calendar) else { continue };
            let fits = world.odds(number, &plant, pilot[number]).is_ok();
            if fits && chosen.iter().all(|(_, other)| apart(&active, other)) {
                chosen.push((plant, active));
            }
        }
        if chosen.len() < how_many {
            let customers = world.config.customers;
            return Err(Fault::NoRoom { found: chosen.len(), wanted: how_many, customers });
        }
        Ok(chosen.into_iter().map(|(plant, _)| plant).collect())
    }
}

/// Two plants that can be told from each other.
fn apart(a: &Active, b: &Active) -> bool {
    let hides = |a: &Active, b: &Active| {
        a.journey == b.journey && consequences(a.kind, a.journey, a.stage, a.cause).contains(&(b.kind, b.stage))
    };
    (a.journey, a.stage) != (b.journey, b.stage) && !hides(a, b) && !hides(b, a)
}

fn candidate(dice: &mut Dice, days: u32) -> Option<Plant> {
    let kind = dice.pick(PainKind::ALL);
    let (journey, stage) = dice.pick(places(kind));
    let name = dice.pick(typical(kind));
    let known = values(name, journey, stage);
    if known.is_empty() {
        return None;
    }
    let value = known[dice.index(known.len())].clone();
    if value == "desktop" {
        // Nearly the same people as those of the channel `web`: nobody could tell which of both it is.
        return None;
    }
    let dimension = Some(Dimension { name: name.to_owned(), value });
    let possible = causes(kind, journey, stage, dimension.as_ref());
    let cause: Option<CauseKind> = match itself(kind) {
        Some(cause) => Some(cause),
        None if possible.is_empty() || dice.coin(NO_CAUSE) => None,
        None => Some(dice.pick(&possible)),
    };
    let from_day = dice.coin(DATED).then(|| dice.whole(days * 35 / 100, days * 55 / 100));
    Some(Plant {
        kind,
        journey: JOURNEYS[journey].id.to_owned(),
        stage: JOURNEYS[journey].stages[stage].id.to_owned(),
        dimension,
        from_day,
        to_day: None,
        cause,
        strength: Strength::Moderate,
    })
}
