//! A plant as it is typed: `KIND@STAGE[:name=value]…[*strength]`.
//!
//! `drop_off@pay:platform=android:cause=error:from_day=90*0.14`. The journey follows from the stage, whose ids differ
//! between the two. `cause`, `from_day` and `to_day` are the plant's own; any other name is the dimension. The
//! strength is `moderate`, as is without one, or points of probability.

use std::str::FromStr;

use crate::config::{CauseKind, Dimension, PainKind, Plant, Strength};
use crate::error::Fault;
use crate::journeys::JOURNEYS;

/// What a text that is no plant is answered with.
const FORM: &str = "KIND@STAGE[:dimension=value][:cause=CAUSE][:from_day=N][:to_day=N][*STRENGTH], as in \
                    drop_off@pay:platform=android*0.14";

impl FromStr for Plant {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Plant, Fault> {
        let unreadable = |why: String| Fault::Unreadable { text: text.to_owned(), why };
        let (kind, rest) = text.split_once('@').ok_or_else(|| unreadable(format!("write {FORM}")))?;
        let (rest, strength) = match rest.rsplit_once('*') {
            Some((rest, strength)) => (rest, strength_of(strength).map_err(&unreadable)?),
            None => (rest, Strength::Moderate),
        };
        let mut parts = rest.split(':');
        let stage = parts.next().unwrap_or_default();
        let journey = JOURNEYS.iter().find(|journey| journey.stage(stage).is_some()).ok_or_else(|| {
            let known = JOURNEYS.iter().flat_map(|journey| journey.stages).map(|stage| stage.id);
            unreadable(format!("there is no stage `{stage}`; one of {}", known.collect::<Vec<_>>().join(", ")))
        })?;
        let mut plant = Plant {
            kind: named(PainKind::ALL, PainKind::name, "kind", kind).map_err(&unreadable)?,
            journey: journey.id.to_owned(),
            stage: stage.to_owned(),
            dimension: None,
            from_day: None,
            to_day: None,
            cause: None,
            strength,
        };
        for part in parts {
            let (name, value) =
                part.split_once('=').ok_or_else(|| unreadable(format!("`{part}` is not name=value; write {FORM}")))?;
            let day = || value.parse().map_err(|_| unreadable(format!("{name} is `{value}`; give a number of days")));
            match name {
                "cause" => {
                    plant.cause = Some(named(CauseKind::ALL, CauseKind::name, "cause", value).map_err(&unreadable)?);
                }
                "from_day" => plant.from_day = Some(day()?),
                "to_day" => plant.to_day = Some(day()?),
                _ if plant.dimension.is_some() => {
                    return Err(unreadable("a plant has one dimension; plant a second one apart".to_owned()));
                }
                _ => plant.dimension = Some(Dimension::new(name, value)),
            }
        }
        Ok(plant)
    }
}

fn strength_of(text: &str) -> Result<Strength, String> {
    match text {
        "moderate" => Ok(Strength::Moderate),
        _ => text
            .parse()
            .map(Strength::Lift)
            .map_err(|_| format!("the strength is `{text}`; write moderate, or points of probability as in 0.14")),
    }
}

/// The one of this name; else what there is.
fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str, what: &str, wanted: &str) -> Result<T, String> {
    all.iter().copied().find(|one| name(*one) == wanted).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|one| name(*one)).collect();
        format!("there is no {what} `{wanted}`; one of {}", known.join(", "))
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(text: &str) -> Plant {
        text.parse().unwrap()
    }

    fn fault(text: &str) -> String {
        text.parse::<Plant>().unwrap_err().to_string()
    }

    #[test]
    fn all_parts_are_read_in_any_order_after_the_stage() {
        let plant = read("drop_off@pay:platform=android:cause=error:from_day=90*0.14");
        assert_eq!(
            plant,
            Plant {
                kind: PainKind::DropOff,
                journey: "omni-purchase".into(),
                stage: "pay".into(),
                dimension: Some(Dimension::new("platform", "android")),
                from_day: Some(90),
                to_day: None,
                cause: Some(CauseKind::Error),
                strength: Strength::Lift(0.14),
            }
        );
        assert_eq!(read("drop_off@pay:from_day=90:cause=error:platform=android*0.14"), plant);
    }

    #[test]
    fn the_journey_follows_from_the_stage_and_moderate_is_what_is_meant_without_a_strength() {
        let plant = read("broken_promise@deliver:city=杭州");
        assert_eq!((plant.journey.as_str(), plant.strength), ("after-purchase", Strength::Moderate));
        assert_eq!(read("broken_promise@deliver:city=杭州*moderate"), plant);
        assert_eq!(
            read("channel_switch_loss@consider:switch=app→store").dimension,
            Some(Dimension::new("switch", "app→store"))
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_what_can() {
        assert!(fault("drop_off").contains("KIND@STAGE"), "{}", fault("drop_off"));
        assert!(fault("dropoff@pay").contains("one of drop_off"), "{}", fault("dropoff@pay"));
        assert!(fault("drop_off@till").contains("pay"), "{}", fault("drop_off@till"));
        assert!(fault("drop_off@pay:android").contains("name=value"));
        assert!(fault("drop_off@pay:from_day=soon").contains("number of days"));
        assert!(fault("drop_off@pay*strong").contains("moderate"));
        assert!(fault("drop_off@pay:cause=fate").contains("one of error"));
        assert!(fault("drop_off@pay:city=杭州:platform=ios").contains("one dimension"));
    }
}
