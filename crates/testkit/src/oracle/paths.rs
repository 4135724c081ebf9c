//! Paths, compared with each other one by one.

/// Removes labels that repeat the one before.
pub fn collapse(labels: &[u32]) -> Vec<u32> {
    let mut labels = labels.to_vec();
    labels.dedup();
    labels
}

/// Every distinct path with the positions of the subjects that have it.
pub fn variants(paths: &[Vec<u32>]) -> Vec<(Vec<u32>, Vec<usize>)> {
    let mut variants: Vec<(Vec<u32>, Vec<usize>)> = Vec::new();
    for (subject, path) in paths.iter().enumerate() {
        match variants.iter_mut().find(|(known, _)| known == path) {
            Some((_, subjects)) => subjects.push(subject),
            None => variants.push((path.clone(), vec![subject])),
        }
    }
    variants
}

/// One event as paths see it.
#[derive(Debug, Clone, Copy)]
pub struct Event {
    pub time_us: i64,
    /// Whether it exists for paths.
    pub visible: bool,
    pub begins: bool,
    pub ends: bool,
    pub goal: bool,
}

/// What paths are asked for.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// `Some(true)`: a path from each event that begins one; `Some(false)`: from the first such.
    pub from_each: Option<bool>,
    /// `Some(true)`: up to the last event that ends one; `Some(false)`: up to the first such.
    pub to_last: Option<bool>,
    /// Whether paths that come to no such event count, too.
    pub or_not: bool,
    pub window_us: Option<i64>,
    pub goal: bool,
    pub as_of_us: i64,
}

/// How a subject or a path ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Open,
    Left,
    Goal,
}

/// The paths of a subject that ended so: the positions of their events, and how each ended.
pub fn pieces(events: &[Event], ask: Ask, end: End) -> Vec<(Vec<usize>, End)> {
    let visible: Vec<usize> = (0..events.len()).filter(|at| events[*at].visible).collect();
    let after = |from: usize, at: usize| ask.window_us.is_none_or(|w| events[at].time_us - events[from].time_us <= w);
    let pick = |stops: &[usize]| if ask.to_last == Some(true) { stops.last().copied() } else { stops.first().copied() };
    // First position, last position, whether the end anchor was met.
    let mut found: Vec<(usize, usize, bool)> = Vec::new();
    let to_the_end = |from: usize| *visible.iter().rfind(|at| **at >= from && after(from, **at)).unwrap();
    let begins: Vec<usize> = match ask.from_each {
        None => visible.first().copied().into_iter().collect(),
        Some(each) => {
            let all = visible.iter().copied().filter(|at| events[*at].begins);
            if each { all.collect() } else { all.take(1).collect() }
        }
    };
    if ask.from_each.is_none() && ask.to_last.is_some() {
        let stops: Vec<usize> = visible.iter().copied().filter(|at| events[*at].ends).collect();
        match pick(&stops) {
            Some(stop) => found.push((*visible.iter().find(|at| after(**at, stop)).unwrap(), stop, true)),
            None if ask.or_not => found.extend(begins.iter().map(|from| (*from, to_the_end(*from), false))),
            None => {}
        }
    } else {
        for from in begins {
            let later = visible.iter().copied().filter(|at| *at > from && after(from, *at) && events[*at].ends);
            let stop = ask.to_last.and_then(|_| pick(&later.collect::<Vec<_>>()));
            match stop {
                Some(stop) => found.push((from, stop, true)),
                None if ask.to_last.is_none() || ask.or_not => found.push((from, to_the_end(from), false)),
                None => {}
            }
        }
    }
    let ended = |(from, to, met): (usize, usize, bool)| {
        let goal = (from..events.len()).any(|at| events[at].goal && after(from, at));
        let over = ask.window_us.is_some_and(|w| ask.as_of_us - events[from].time_us > w);
        // A subject's own goal is the path's if nothing else was asked for and the path goes that far.
        let own = !ask.goal && ask.to_last.is_none() && !visible.iter().any(|at| *at > to);
        match end {
            _ if ask.goal && goal => End::Goal,
            _ if !ask.goal && met => End::Goal,
            End::Goal if own => End::Goal,
            End::Open if !over => End::Open,
            _ => End::Left,
        }
    };
    let part =
        |(from, to, _): (usize, usize, bool)| visible.iter().copied().filter(|at| (from..=to).contains(at)).collect();
    found.into_iter().map(|piece| (part(piece), ended(piece))).collect()
}
