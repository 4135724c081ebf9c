//! Journey cases of one customer.

use super::instances::End;

/// One event: its label (0 takes no part), the key of its case (0: none), and until when it says the case runs.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub time_us: i64,
    pub label: u32,
    pub key: u32,
    pub until_us: Option<i64>,
}

/// The events of each case (positions among all events) and how it ended, in the order they were opened in.
pub fn split(events: &[Event], is_goal: impl Fn(u32) -> bool, gap_us: i64, as_of_us: i64) -> Vec<(Vec<usize>, End)> {
    let mut keys: Vec<u32> = Vec::new();
    for event in events {
        if event.label != 0 && event.key != 0 && !keys.contains(&event.key) {
            keys.push(event.key);
        }
    }
    keys.into_iter().map(|key| case(events, key, &is_goal, gap_us, as_of_us)).collect()
}

fn case(events: &[Event], key: u32, is_goal: &impl Fn(u32) -> bool, gap_us: i64, as_of_us: i64) -> (Vec<usize>, End) {
    let mut own: Vec<usize> = Vec::new();
    for (position, event) in events.iter().enumerate().filter(|(_, event)| event.label != 0) {
        let belongs = match (own.first(), own.last()) {
            _ if event.key == key => true,
            (Some(first), Some(last)) if event.key == 0 => match events[*first].until_us {
                Some(until) => event.time_us <= until,
                None => event.time_us - events[*last].time_us <= gap_us,
            },
            _ => false,
        };
        if belongs {
            own.push(position);
            if is_goal(event.label) {
                return (own, End::Goal);
            }
        }
    }
    let (first, last) = (events[own[0]], events[own[own.len() - 1]]);
    let is_open = first.until_us.map_or(as_of_us - last.time_us <= gap_us, |until| as_of_us <= until);
    (own, if is_open { End::Open } else { End::Left })
}
