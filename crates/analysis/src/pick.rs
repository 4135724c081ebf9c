//! Picks: the text that names which of a question's subjects a number counts.
//!
//! They travel in answers and URLs and are read again when somebody opens a number, so their form is stable.

use crate::error::{Error, Result};

/// A pick of a journey map, with the keys of its definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JourneyPick {
    Started,
    Goal,
    Left,
    Open,
    /// Were there.
    At(Spot),
    /// Were there and reached the goal.
    ToGoal(Spot),
    /// Were there and are open.
    OpenAt(Spot),
    /// Were there, and after that in a later stage or at the goal.
    Onward(Spot),
    /// Kept to the planned way.
    OnWay,
    OffWay,
    /// About one stage.
    Stage(String, StageSet),
    Move(String, MoveEnd),
}

/// A place of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    Stage(String),
    StageChannel(String, String),
    Touchpoint(String),
    TouchpointChannel(String, String),
}

/// Sets of instances that a stage's numbers count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StageSet {
    /// Begin here.
    Starts,
    /// Are open, were here and have not gone on yet.
    Waiting,
    /// Came back after having been elsewhere.
    Looped,
    /// Have a stay that was followed by a later stage.
    Forward,
    /// Have a stay that was followed by an earlier stage.
    Back,
    /// Left; it is their last stage.
    Left,
    /// Left; it is their furthest stage.
    Dropped,
    /// Open; it is their furthest stage.
    OpenFurthest,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveEnd {
    Stage(String),
    Goal,
    Leave,
    Open,
}

impl StageSet {
    const ALL: [(StageSet, &'static str); 8] = [
        (StageSet::Starts, "starts"),
        (StageSet::Waiting, "waiting"),
        (StageSet::Looped, "looped"),
        (StageSet::Forward, "forward"),
        (StageSet::Back, "back"),
        (StageSet::Left, "left"),
        (StageSet::Dropped, "dropped"),
        (StageSet::OpenFurthest, "open-furthest"),
    ];

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(set, _)| *set == self).map_or("", |(_, name)| name)
    }

    fn by_name(name: &str) -> Option<StageSet> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(set, _)| *set)
    }
}

impl std::fmt::Display for Spot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Spot::Stage(stage) => write!(f, "stage/{stage}"),
            Spot::StageChannel(stage, channel) => write!(f, "stage/{stage}/channel/{}", escape(channel)),
            Spot::Touchpoint(touchpoint) => write!(f, "touchpoint/{touchpoint}"),
            Spot::TouchpointChannel(touchpoint, channel) => {
                write!(f, "touchpoint/{touchpoint}/channel/{}", escape(channel))
            }
        }
    }
}

impl std::fmt::Display for JourneyPick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            JourneyPick::Started => f.write_str("started"),
            JourneyPick::Goal => f.write_str("goal"),
            JourneyPick::Left => f.write_str("left"),
            JourneyPick::Open => f.write_str("open"),
            JourneyPick::At(spot) => spot.fmt(f),
            JourneyPick::ToGoal(spot) => write!(f, "{spot}/goal"),
            JourneyPick::OpenAt(spot) => write!(f, "{spot}/open"),
            JourneyPick::Onward(spot) => write!(f, "{spot}/onward"),
            JourneyPick::OnWay => f.write_str("on-way"),
            JourneyPick::OffWay => f.write_str("off-way"),
            JourneyPick::Stage(stage, set) => write!(f, "stage/{stage}/{}", set.name()),
            JourneyPick::Move(from, MoveEnd::Stage(to)) => write!(f, "move/{from}/{to}"),
            JourneyPick::Move(from, MoveEnd::Goal) => write!(f, "move/{from}/~goal"),
            JourneyPick::Move(from, MoveEnd::Leave) => write!(f, "move/{from}/~leave"),
            JourneyPick::Move(from, MoveEnd::Open) => write!(f, "move/{from}/~open"),
        }
    }
}

impl std::str::FromStr for JourneyPick {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split('/').collect();
        Ok(match parts.as_slice() {
            ["started"] => JourneyPick::Started,
            ["goal"] => JourneyPick::Goal,
            ["left"] => JourneyPick::Left,
            ["open"] => JourneyPick::Open,
            ["on-way"] => JourneyPick::OnWay,
            ["off-way"] => JourneyPick::OffWay,
            ["move", from, to] => JourneyPick::Move(
                (*from).to_owned(),
                match *to {
                    "~goal" => MoveEnd::Goal,
                    "~leave" => MoveEnd::Leave,
                    "~open" => MoveEnd::Open,
                    stage => MoveEnd::Stage(stage.to_owned()),
                },
            ),
            parts => {
                let (spot, set) = spot_of(parts).ok_or_else(|| unknown(text))??;
                match (set, spot) {
                    ([], spot) => JourneyPick::At(spot),
                    (["goal"], spot) => JourneyPick::ToGoal(spot),
                    (["open"], spot) => JourneyPick::OpenAt(spot),
                    (["onward"], spot) => JourneyPick::Onward(spot),
                    ([set], Spot::Stage(stage)) => {
                        JourneyPick::Stage(stage, StageSet::by_name(set).ok_or_else(|| unknown(text))?)
                    }
                    _ => return Err(unknown(text)),
                }
            }
        })
    }
}

/// The place that the first parts name, and what follows it.
fn spot_of<'a, 'b>(parts: &'a [&'b str]) -> Option<Result<(Spot, &'a [&'b str])>> {
    let own = |id: &str| id.to_owned();
    Some(match parts {
        ["stage", stage, "channel", channel, rest @ ..] => {
            unescape(channel).map(|channel| (Spot::StageChannel(own(stage), channel), rest))
        }
        ["touchpoint", id, "channel", channel, rest @ ..] => {
            unescape(channel).map(|channel| (Spot::TouchpointChannel(own(id), channel), rest))
        }
        ["stage", stage, rest @ ..] => Ok((Spot::Stage(own(stage)), rest)),
        ["touchpoint", id, rest @ ..] => Ok((Spot::Touchpoint(own(id)), rest)),
        _ => return None,
    })
}

pub(crate) fn unknown(text: &str) -> Error {
    Error::invalid(
        format!("pick `{text}`"),
        "this question has no such number; use the `pick` of an answer as it stands",
    )
}

/// Percent-encodes what would end a part of a pick.
pub(crate) fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        match c {
            '%' => out.push_str("%25"),
            '/' => out.push_str("%2F"),
            _ => out.push(c),
        }
        out
    })
}

pub(crate) fn unescape(text: &str) -> Result<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        out.push(match rest.get(at..at + 3) {
            Some("%25") => '%',
            Some("%2F") => '/',
            _ => return Err(unknown(text)),
        });
        rest = &rest[at + 3..];
    }
    out.push_str(rest);
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn picks_survive_the_trip() {
        let spots = [
            Spot::Stage("cart".into()),
            Spot::StageChannel("cart".into(), "线下/门店 50%".into()),
            Spot::Touchpoint("goal".into()),
            // A channel may be called like a set.
            Spot::TouchpointChannel("home".into(), "open".into()),
        ];
        let mut picks = vec![
            JourneyPick::Started,
            JourneyPick::OnWay,
            JourneyPick::OffWay,
            JourneyPick::Move("cart".into(), MoveEnd::Leave),
            JourneyPick::Move("cart".into(), MoveEnd::Stage("pay".into())),
            JourneyPick::Move("cart".into(), MoveEnd::Stage("goal".into())),
        ];
        for spot in spots {
            picks.push(JourneyPick::At(spot.clone()));
            picks.push(JourneyPick::ToGoal(spot.clone()));
            picks.push(JourneyPick::OpenAt(spot.clone()));
            picks.push(JourneyPick::Onward(spot));
        }
        picks.extend(StageSet::ALL.map(|(set, _)| JourneyPick::Stage("cart".into(), set)));
        for pick in picks {
            assert_eq!(pick.to_string().parse::<JourneyPick>().ok(), Some(pick));
        }
        for text in ["", "stage", "stage/a/b", "move/a", "stage/a/channel/50%"] {
            assert!(text.parse::<JourneyPick>().is_err(), "{text}");
        }
    }
}
