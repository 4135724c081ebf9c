//! Segments and scores as tables.

use analysis::answer::{Overlap, RfmAnswer, RfmGroup, SegmentSize, SegmentsAnswer, SizesAt};

use super::apart;
use crate::output::{count, percent, rows_table, table};

pub fn sizes(answer: &SegmentsAnswer, lang: &str) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let size = |size: &SegmentSize| {
            let interval = match (size.share.low, size.share.high) {
                (Some(low), Some(high)) => format!("{} to {}", percent(Some(low)), percent(Some(high))),
                _ => "–".to_owned(),
            };
            let name = size.name.get(lang).to_owned();
            [size.id.clone(), name, count(size.members.customers), percent(size.share.share), interval]
        };
        let mut parts = vec![
            format!("{} customers", count(numbers.population.customers)),
            table(["segment", "name", "members#", "share#", "95 %#"], numbers.segments.iter().map(size)),
        ];
        if !numbers.overlaps.is_empty() {
            let overlap = |overlap: &Overlap| {
                let (members, only) = (count(overlap.members.customers), count(overlap.only.customers));
                [overlap.segments.join(" & "), members, only, percent(overlap.share_of_union.share)]
            };
            let header = ["in all of", "members#", "in no other#", "of their union#"];
            parts.push(table(header, numbers.overlaps.iter().map(overlap)));
        }
        if !numbers.trend.is_empty() {
            let ids: Vec<&str> = numbers.segments.iter().map(|size| size.id.as_str()).collect();
            let header: Vec<&str> = ["day", "customers"].into_iter().chain(ids).collect();
            let day = |at: &SizesAt| {
                let sizes = std::iter::once(&at.population).chain(&at.members).map(|people| count(people.customers));
                std::iter::once(at.day.clone()).chain(sizes).collect()
            };
            parts.push(rows_table(&header, numbers.trend.iter().map(day)));
        }
        parts.join("\n")
    })
}

pub fn scores(answer: &RfmAnswer, lang: &str) -> String {
    apart(&answer.numbers, &answer.groups, &answer.meta, |numbers| {
        let number = |number: Option<f64>| number.map_or("–".to_owned(), |number| format!("{number:.1}"));
        let row = |group: &RfmGroup| {
            [
                group.group.id().to_owned(),
                group.name.get(lang).to_owned(),
                count(group.people.customers),
                percent(group.share.share),
                format!("{:.2}", group.value),
                percent(group.value_share),
                number(group.recency_days_mean),
                number(group.frequency_days_mean),
                number(group.value_mean),
            ]
        };
        let header = [
            "group",
            "name",
            "customers#",
            "share#",
            "value#",
            "of value#",
            "recency, d#",
            "frequency, d#",
            "mean value#",
        ];
        let boundary = |boundary: &analysis::answer::RfmBoundary| {
            let below = boundary.recency_days_below.map_or("–".to_owned(), |days| format!("< {days:.0}"));
            let above =
                |edge: Option<f64>, places: usize| edge.map_or("–".to_owned(), |edge| format!("> {edge:.places$}"));
            let (days, value) = (above(boundary.frequency_days_above, 0), above(boundary.value_above, 2));
            [boundary.score.to_string(), below, days, value]
        };
        [
            format!(
                "{} customers bought, for {:.2}; {} did not",
                count(numbers.scored.customers),
                numbers.value,
                count(numbers.without.customers)
            ),
            table(header, numbers.named.iter().map(row)),
            table(["score#", "recency, d#", "frequency, d#", "value#"], numbers.boundaries.iter().map(boundary)),
        ]
        .join("\n")
    })
}
