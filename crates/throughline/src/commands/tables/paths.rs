//! Paths as tables.

use analysis::answer::{CountedFrom, PathsAnswer, PathsComparison, PathsNumbers, ShareDifference};

use super::apart;
use crate::output::{count, duration, percent, points, table};

/// Positions that are printed; answers of more have them in JSON.
const POSITIONS_SHOWN: usize = 5;

pub fn paths(answer: &PathsAnswer) -> String {
    let compared = answer.comparison.as_ref().map_or(String::new(), |other| format!("\n\n{}\n", comparison(other)));
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        // Only everyone is compared, not each group.
        let compared = if std::ptr::eq(numbers, &answer.numbers) { compared.as_str() } else { "" };
        format!("{}{compared}", shown(numbers))
    })
}

fn shown(numbers: &PathsNumbers) -> String {
    let mut head = format!("{} paths, {} different", count(numbers.subjects.instances), count(numbers.variants));
    if numbers.without.instances > 0 {
        head.push_str(&format!("; {} without", count(numbers.without.instances)));
    }
    if let Some(to_goal) = numbers.to_goal {
        let ends = &numbers.ends;
        let [goal, left, open] = [&ends.goal, &ends.left, &ends.open].map(|end| count(end.subjects));
        head.push_str(&format!("\ngot there {goal}, not {left}, open {open}: {}", percent(to_goal.share)));
    }
    let rows = numbers.top.iter().map(|variant| {
        [
            variant.path.join(" → "),
            count(variant.people.instances),
            percent(variant.share.share),
            duration(variant.duration.median_s),
            variant.to_goal.map_or("–".to_owned(), |to_goal| percent(to_goal.share)),
        ]
    });
    let variants = table(["path", "times#", "share#", "median time#", "got there#"], rows);
    if numbers.positions.len() > POSITIONS_SHOWN {
        return format!("{head}\n{variants}");
    }
    format!("{head}\n{variants}\n{}", positions(numbers))
}

/// Every step's rows add up to all paths.
fn positions(numbers: &PathsNumbers) -> String {
    let total = numbers.subjects.instances.max(1) as f64;
    let share = |subjects: u64| percent(Some(subjects as f64 / total));
    let rows = numbers.positions.iter().flat_map(|position| {
        let at = match numbers.counted_from {
            CountedFrom::First => position.position.to_string(),
            CountedFrom::Last => format!("-{}", position.position),
        };
        let other = (position.other > 0).then(|| (format!("… {} others", position.other_labels), position.other));
        let ended = (position.ended > 0).then(|| {
            let what = if numbers.counted_from == CountedFrom::First { "(over)" } else { "(not begun)" };
            (what.to_owned(), position.ended)
        });
        let labels = position.labels.iter().map(|label| (label.label.clone(), label.subjects));
        labels
            .chain(other)
            .chain(ended)
            .map(move |(label, subjects)| [at.clone(), label, count(subjects), share(subjects)])
            .collect::<Vec<_>>()
    });
    table(["step", "event", "paths#", "share#"], rows)
}

fn comparison(other: &PathsComparison) -> String {
    let shares = |shares: &ShareDifference| {
        let (difference, interval) = shares.difference.map_or(("–".to_owned(), "–".to_owned()), |difference| {
            (points(difference.value), format!("{} … {}", points(difference.low), points(difference.high)))
        });
        [percent(shares.here.share), percent(shares.there.share), difference, interval]
    };
    let row = |first: String, apart: &ShareDifference| {
        let [here, there, difference, interval] = shares(apart);
        [first, here, there, difference, interval]
    };
    let head = format!("without: {} paths", count(other.numbers.subjects.instances));
    let got = other.to_goal.iter().map(|apart| row("(got there)".to_owned(), apart));
    let variants = other.variants.iter().map(|variant| row(variant.path.join(" → "), &variant.shares));
    let paths = table(["path", "with#", "without#", "difference#", "95 %#"], got.chain(variants));
    if other.numbers.positions.len() > POSITIONS_SHOWN {
        return format!("{head}\n{paths}");
    }
    let steps = other.positions.iter().map(|step| {
        let label = step.label.clone().unwrap_or_else(|| "(over)".to_owned());
        row(format!("{} {label}", step.position), &step.shares)
    });
    format!("{head}\n{paths}\n{}", table(["step", "with#", "without#", "difference#", "95 %#"], steps))
}
