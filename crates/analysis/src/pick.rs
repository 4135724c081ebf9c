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
    Stage(String),
    StageDropped(String),
    StageLeft(String),
    StageChannel(String, String),
    Touchpoint(String),
    TouchpointChannel(String, String),
    Move(String, MoveEnd),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MoveEnd {
    Stage(String),
    Goal,
    Leave,
    Open,
}

impl std::fmt::Display for JourneyPick {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            JourneyPick::Started => f.write_str("started"),
            JourneyPick::Goal => f.write_str("goal"),
            JourneyPick::Left => f.write_str("left"),
            JourneyPick::Open => f.write_str("open"),
            JourneyPick::Stage(stage) => write!(f, "stage/{stage}"),
            JourneyPick::StageDropped(stage) => write!(f, "stage/{stage}/dropped"),
            JourneyPick::StageLeft(stage) => write!(f, "stage/{stage}/left"),
            JourneyPick::StageChannel(stage, channel) => write!(f, "stage/{stage}/channel/{}", escape(channel)),
            JourneyPick::Touchpoint(touchpoint) => write!(f, "touchpoint/{touchpoint}"),
            JourneyPick::TouchpointChannel(touchpoint, channel) => {
                write!(f, "touchpoint/{touchpoint}/channel/{}", escape(channel))
            }
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
            ["stage", stage] => JourneyPick::Stage((*stage).to_owned()),
            ["stage", stage, "dropped"] => JourneyPick::StageDropped((*stage).to_owned()),
            ["stage", stage, "left"] => JourneyPick::StageLeft((*stage).to_owned()),
            ["stage", stage, "channel", channel] => JourneyPick::StageChannel((*stage).to_owned(), unescape(channel)?),
            ["touchpoint", id] => JourneyPick::Touchpoint((*id).to_owned()),
            ["touchpoint", id, "channel", channel] => {
                JourneyPick::TouchpointChannel((*id).to_owned(), unescape(channel)?)
            }
            ["move", from, to] => JourneyPick::Move(
                (*from).to_owned(),
                match *to {
                    "~goal" => MoveEnd::Goal,
                    "~leave" => MoveEnd::Leave,
                    "~open" => MoveEnd::Open,
                    stage => MoveEnd::Stage(stage.to_owned()),
                },
            ),
            _ => return Err(unknown(text)),
        })
    }
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
        let picks = [
            JourneyPick::Started,
            JourneyPick::StageLeft("cart".into()),
            JourneyPick::StageChannel("cart".into(), "线下/门店 50%".into()),
            JourneyPick::TouchpointChannel("home".into(), "web".into()),
            JourneyPick::Move("cart".into(), MoveEnd::Leave),
            JourneyPick::Move("cart".into(), MoveEnd::Stage("pay".into())),
        ];
        for pick in picks {
            assert_eq!(pick.to_string().parse::<JourneyPick>().ok(), Some(pick));
        }
        for text in ["", "stage", "stage/a/b", "move/a", "stage/a/channel/50%"] {
            assert!(text.parse::<JourneyPick>().is_err(), "{text}");
        }
    }
}
