//! SQL that counts the same from the events a day was made into. Where the site or what tills said changed since, those are of
//! before until the day is read anew.

use model::place::{Floor, Site};

use super::PlaceScope;

/// Visits by day.
pub(super) fn visits(site: &Site, scope: &PlaceScope) -> Vec<String> {
    // Who was on one floor only is told by positions alone.
    if scope.floor.is_some() {
        return Vec::new();
    }
    let wanted = of(&["store_enter"], site, scope);
    vec![format!(
        "SELECT split_part(session_id, '/', 2) AS day, count(DISTINCT session_id) AS visits\nFROM events\nWHERE {wanted}\n\
         GROUP BY day\nORDER BY day"
    )]
}

/// Zones: who came, how often, for how long.
pub(super) fn zones(site: &Site, scope: &PlaceScope) -> Vec<String> {
    let wanted = format!("{}{}", of(&["zone_visit"], site, scope), among(site, scope, |_, _| true));
    let dwell_ms = r#"CAST(regexp_replace(props, '^.*"dwell_ms":([0-9]+).*$', '\1') AS BIGINT)"#;
    vec![format!(
        "SELECT zone, count(DISTINCT session_id) AS visits, count(*) AS entries,\n  sum({dwell_ms}) / 1000.0 AS dwell_seconds\n\
         FROM events\nWHERE {wanted}\nGROUP BY zone\nORDER BY visits DESC"
    )]
}

/// Moves between zones that hold no others.
pub(super) fn flows(site: &Site, scope: &PlaceScope) -> Vec<String> {
    let holds = |floor: &Floor, id: &str| floor.zones.iter().any(|zone| zone.parent.as_deref() == Some(id));
    let wanted = format!("{}{}", of(&["zone_visit"], site, scope), among(site, scope, |floor, id| !holds(floor, id)));
    vec![format!(
        "SELECT zone AS from_zone, next AS to_zone, count(*) AS times, count(DISTINCT session_id) AS visits\nFROM (\n  \
         SELECT session_id, zone, lead(zone) OVER (PARTITION BY session_id ORDER BY time, seq) AS next\n  FROM events\n  \
         WHERE {wanted}\n)\nWHERE next <> zone\nGROUP BY from_zone, to_zone\nORDER BY times DESC"
    )]
}

/// Queues: how many joined, were served or gave up, and how long that took.
pub(super) fn queues(site: &Site, scope: &PlaceScope) -> Vec<String> {
    let floors = among(site, scope, |_, _| true);
    let joined = of(&["queue_join"], site, scope) + &floors;
    let ended = of(&["queue_served", "queue_abandoned"], site, scope) + &floors;
    vec![
        format!("SELECT zone, count(*) AS joined\nFROM events\nWHERE {joined}\nGROUP BY zone\nORDER BY zone"),
        format!(
            "SELECT zone, event, count(*) AS times, avg(duration_seconds) AS mean_seconds\nFROM events\nWHERE {ended}\n\
             GROUP BY zone, event\nORDER BY zone, event"
        ),
    ]
}

/// Events of some kinds that the days of a scope were made into.
fn of(events: &[&str], site: &Site, scope: &PlaceScope) -> String {
    let events: Vec<String> = events.iter().map(|event| text(event)).collect();
    let mut wanted = format!("event IN ({}) AND source = {}", events.join(", "), text(&site.source()));
    let day = "split_part(session_id, '/', 2)";
    wanted.extend(scope.from.map(|from| format!(" AND {day} >= '{from}'")));
    wanted.extend(scope.to.map(|to| format!(" AND {day} <= '{to}'")));
    wanted
}

/// The zones of the floor asked about, or those that are wanted of all; nothing where that is all of them.
fn among(site: &Site, scope: &PlaceScope, wanted: impl Fn(&Floor, &str) -> bool) -> String {
    let (mut zones, mut all) = (Vec::new(), true);
    for floor in site.plans.iter().flat_map(|plan| &plan.floors) {
        let asked = scope.floor.as_ref().is_none_or(|asked| *asked == floor.id);
        for zone in &floor.zones {
            match asked && wanted(floor, &zone.id) {
                true => zones.push(text(&zone.id)),
                false => all = false,
            }
        }
    }
    zones.sort();
    zones.dedup();
    match (all, zones.is_empty()) {
        (true, _) => String::new(),
        (false, true) => " AND false".to_owned(),
        (false, false) => format!(" AND zone IN ({})", zones.join(", ")),
    }
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}
