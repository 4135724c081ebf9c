//! Journey instances of one customer.

/// How an instance ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    Open,
    Left,
    Goal,
}

/// The events of each instance (positions among all events) and how it ended. `label` 0 takes no part.
pub fn split(
    time_us: &[i64],
    label: &[u32],
    is_goal: impl Fn(u32) -> bool,
    gap_us: i64,
    as_of_us: i64,
) -> Vec<(Vec<usize>, End)> {
    let mut rest: Vec<usize> = (0..label.len()).filter(|event| label[*event] != 0).collect();
    let mut instances = Vec::new();
    while !rest.is_empty() {
        let mut events = vec![rest.remove(0)];
        let end = loop {
            let last = events[events.len() - 1];
            if is_goal(label[last]) {
                break End::Goal;
            }
            match rest.first() {
                Some(next) if time_us[*next] - time_us[last] <= gap_us => events.push(rest.remove(0)),
                None if as_of_us - time_us[last] <= gap_us => break End::Open,
                _ => break End::Left,
            }
        };
        instances.push((events, end));
    }
    instances
}
