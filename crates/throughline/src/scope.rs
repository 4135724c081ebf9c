//! Scope, rules, steps and times as they are typed.

use analysis::question::FunnelStepRule;
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeZone};
use chrono_tz::Tz;
use control::definition;
use model::breakdown::{At, Bands, Breakdown};
use model::event::Column;
use model::funnel::{ExclusionEffect, FunnelExclusion, FunnelWindow};
use model::journey::Journey;
use model::path::{Expand, FromAnchor, Having, PathCut, ToAnchor};
use model::period::{Period, Span};
use model::rule::Rule;
use model::scope::{Scope, Subject};
use model::segment::SegmentChoice;
use model::session::{ChannelRule, SessionRules};

use crate::args::{CutArgs, ScopeArgs, SessionRuleArgs};
use crate::exit::{Exit, Failure};

/// The scope the flags describe. Dates without an offset are read in the zone the question will be answered in: the
/// flags', else that of the journey asked about, else the workspace's.
pub fn scope(args: &ScopeArgs, journey: Option<&Journey>, workspace_zone: &str) -> Result<Scope, Failure> {
    let zone = analysis::zone(args.zone.as_deref(), journey, workspace_zone);
    let tz: Tz =
        zone.parse().map_err(|_| Failure::usage(format!("`{zone}` is no IANA time zone, as in Asia/Shanghai")))?;
    let time = |flag: &str, text: &Option<String>| text.as_deref().map(|text| time_us(flag, text, tz)).transpose();
    Ok(Scope {
        entry: Period { from_us: time("--from", &args.from)?, to_us: time("--to", &args.to)? },
        events: args.events.as_deref().map(|text| rule("--events", text)).transpose()?,
        customers: args.customers.as_deref().map(|text| rule("--customers", text)).transpose()?,
        segments: args.segments.iter().map(|text| segment_choice(text)).collect::<Result<_, _>>()?,
        subjects: args.subjects.as_deref().map(|text| rule("--subjects", text)).transpose()?,
        subject: match &args.per_session {
            None if !args.session.any() => Subject::Customer,
            timeout => Subject::Session(session_rules(timeout.as_deref(), &args.session)?),
        },
        as_of_us: time("--as-of", &args.as_of)?,
        zone: args.zone.clone(),
        by: breakdown(args)?,
    })
}

/// The scope to compare with, if any of its flags is given: the question's own but for what they say.
pub fn versus(
    args: &ScopeArgs,
    own: &Scope,
    journey: Option<&Journey>,
    workspace_zone: &str,
) -> Result<Option<Scope>, Failure> {
    let told = [&args.versus_from, &args.versus_to, &args.versus_events, &args.versus_customers, &args.versus_subjects];
    if told.into_iter().all(Option::is_none) && args.versus_segments.is_empty() {
        return Ok(None);
    }
    let other = ScopeArgs {
        from: args.versus_from.clone().or_else(|| args.from.clone()),
        to: args.versus_to.clone().or_else(|| args.to.clone()),
        events: args.versus_events.clone().or_else(|| args.events.clone()),
        customers: args.versus_customers.clone().or_else(|| args.customers.clone()),
        segments: if args.versus_segments.is_empty() { &args.segments } else { &args.versus_segments }.clone(),
        subjects: args.versus_subjects.clone().or_else(|| args.subjects.clone()),
        ..args.clone()
    };
    let other = scope(&other, journey, workspace_zone)?;
    Ok(Some(Scope { by: own.by.clone(), ..other }))
}

fn breakdown(args: &ScopeArgs) -> Result<Option<Breakdown>, Failure> {
    let Some(dimension) = &args.by else { return Ok(None) };
    let plain = Breakdown::new(dimension);
    let at = match args.by_at.as_deref() {
        None | Some("first") => At::First,
        Some("last") => At::Last,
        Some(text) => {
            let step = text.strip_prefix("step:").and_then(|step| step.parse().ok()).filter(|step| *step > 0);
            let fault = || Failure::usage(format!("--by-at: `{text}` is none of first, last, and step:2"));
            At::Step(step.ok_or_else(fault)?)
        }
    };
    let values = (!args.by_value.is_empty()).then(|| args.by_value.clone());
    let bands = match args.by_bands {
        Some(count) => Some(Bands::Count(count)),
        None if args.by_edges.is_empty() => None,
        None => Some(Bands::Edges(args.by_edges.clone())),
    };
    Ok(Some(Breakdown { at, top: args.by_top.unwrap_or(plain.top), values, bands, ..plain }))
}

/// A segment as it is typed: its id, or a definition in JSON.
pub fn segment_choice(text: &str) -> Result<SegmentChoice, Failure> {
    if !text.trim_start().starts_with('{') {
        return Ok(SegmentChoice::Stored(text.to_owned()));
    }
    let segment = definition::segment_from_json(text);
    segment.map(|segment| SegmentChoice::Given(Box::new(segment))).map_err(|faults| {
        let first = faults.first().map(ToString::to_string).unwrap_or_default();
        Failure { faults, ..Failure::new(Exit::Input, format!("the segment's definition has a fault: {first}")) }
    })
}

/// What ends sessions; half an hour of silence if no other is given.
fn session_rules(timeout: Option<&str>, args: &SessionRuleArgs) -> Result<SessionRules, Failure> {
    let plain = SessionRules::default();
    let timeout = timeout.map(|text| span("--per-session", text)).transpose()?;
    let campaign = args.session_campaign.as_deref().map(|name| {
        Column::by_name(name).ok_or_else(|| Failure::usage(format!("--session-campaign: there is no column `{name}`")))
    });
    Ok(SessionRules {
        timeout: timeout.unwrap_or(plain.timeout),
        longest: args.session_longest.as_deref().map(|text| span("--session-longest", text)).transpose()?,
        channels: args.session_channel.iter().map(|text| channel_rule(text)).collect::<Result<_, _>>()?,
        campaign: campaign.transpose()?,
        midnight: args.session_midnight,
    })
}

/// `store,kiosk=2h`, `till=instant`, or `call_center` alone.
fn channel_rule(text: &str) -> Result<ChannelRule, Failure> {
    let (channels, ends) = text.split_once('=').map_or((text, None), |(channels, ends)| (channels, Some(ends)));
    let plain = ChannelRule {
        channels: channels.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect(),
        ..ChannelRule::default()
    };
    Ok(match ends {
        None => plain,
        Some("instant") => ChannelRule { instant: true, ..plain },
        Some(timeout) => ChannelRule { timeout: Some(span("--session-channel", timeout)?), ..plain },
    })
}

/// Which part of a subject's events a path is.
pub fn cut(args: &CutArgs) -> Result<PathCut, Failure> {
    let of = |flag: &str, text: &Option<String>| text.as_deref().map(|text| rule(flag, text)).transpose();
    // Any of several rules.
    let any = |flag: &str, texts: &[String]| -> Result<Option<Rule>, Failure> {
        let rules = texts.iter().map(|text| rule(flag, text)).collect::<Result<Vec<_>, _>>()?;
        Ok((!rules.is_empty()).then(|| Rule(rules.into_iter().flat_map(|rule| rule.0).collect())))
    };
    let expand = |text: &String| -> Result<Expand, Failure> {
        let pair = text.split_once('=').filter(|(event, column)| !event.is_empty() && !column.is_empty());
        let fault = || Failure::usage(format!("--expand: `{text}` is no EVENT=COLUMN, as in page_view=props.url"));
        let (event, by) = pair.ok_or_else(fault)?;
        Ok(Expand { event: event.to_owned(), by: by.to_owned(), top: args.expand_top, values: None })
    };
    Ok(PathCut {
        from: of("--start", &args.start)?.map(|rule| FromAnchor { rule, each: args.each }),
        to: of("--end", &args.end)?.map(|rule| ToAnchor { rule, last: args.end_last, or_not: args.or_not }),
        window: args.within.as_deref().map(|text| span("--within", text)).transpose()?,
        hide: any("--hide", &args.hide)?,
        only: any("--only", &args.only)?,
        expand: args.expand.iter().map(expand).collect::<Result<_, _>>()?,
        goal: of("--goal", &args.goal)?,
    })
}

/// The event that decides which subjects take part.
pub fn having(args: &CutArgs) -> Result<Option<Having>, Failure> {
    let of = |flag: &str, text: &String, not| Ok(Having { rule: rule(flag, text)?, not });
    let with = args.having.as_ref().map(|text| of("--having", text, false));
    with.or_else(|| args.having_not.as_ref().map(|text| of("--having-not", text, true))).transpose()
}

/// A length of time.
pub fn span(flag: &str, text: &str) -> Result<Span, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("{flag}: {error}")))
}

/// How long a funnel may take.
pub fn window(text: &str) -> Result<FunnelWindow, Failure> {
    text.parse().map_err(|error| Failure::usage(format!("--window: {error}")))
}

/// A funnel's step, a sequence's condition or a group: `purchase`, or `paid={"event": …}` for a named rule.
pub fn step(flag: &str, text: &str) -> Result<FunnelStepRule, Failure> {
    match text.split_once('=') {
        Some((name, rule_text)) if rule_text.trim_start().starts_with(['{', '[']) => {
            Ok(FunnelStepRule { name: name.to_owned(), rule: rule(flag, rule_text)? })
        }
        _ => Ok(FunnelStepRule { name: text.to_owned(), rule: Rule::event(text) }),
    }
}

/// A period by its two ends.
pub fn period(from: (&str, &Option<String>), to: (&str, &Option<String>), zone: &str) -> Result<Period, Failure> {
    let tz: Tz =
        zone.parse().map_err(|_| Failure::usage(format!("`{zone}` is no IANA time zone, as in Asia/Shanghai")))?;
    let time = |(flag, text): (&str, &Option<String>)| text.as_deref().map(|text| time_us(flag, text, tz)).transpose();
    Ok(Period { from_us: time(from)?, to_us: time(to)? })
}

/// What must not lie between two steps: a rule, `2-3:` before it where they are not the first and the last.
pub fn exclusion(text: &str, effect: ExclusionEffect) -> Result<FunnelExclusion, Failure> {
    let between = text.split_once(':').and_then(|(steps, rest)| {
        let (after, before) = steps.split_once('-')?;
        Some((Some(after.parse().ok()?), Some(before.parse().ok()?), rest))
    });
    let (after, before, told) = between.unwrap_or((None, None, text));
    Ok(FunnelExclusion { rule: rule("--exclude", told)?, after, before, effect })
}

/// A rule: an event's name, one condition in JSON, or a list of them.
pub fn rule(flag: &str, text: &str) -> Result<Rule, Failure> {
    let trimmed = text.trim();
    let rule = match trimmed.chars().next() {
        Some('{') => serde_json::from_str(trimmed).map(|condition| Rule(vec![condition])),
        Some('[') => serde_json::from_str(trimmed),
        _ => return Ok(Rule::event(text)),
    };
    let rule = rule.map_err(|error| Failure::usage(format!("{flag}: the rule does not read: {error}")))?;
    match rule.faults().first() {
        Some((path, message)) => Err(Failure::usage(format!("{flag}: rule{path}: {message}"))),
        None => Ok(rule),
    }
}

/// UTC microseconds of a date (its midnight), a local date and time, or a time with its offset.
fn time_us(flag: &str, text: &str, zone: Tz) -> Result<i64, Failure> {
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.timestamp_micros());
    }
    let midnight = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().and_then(|date| date.and_hms_opt(0, 0, 0));
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"];
    let local = midnight.or_else(|| formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok()));
    let Some(local) = local else {
        return Err(Failure::usage(format!(
            "{flag}: `{text}` is no time; write 2024-03-01 or 2024-03-01T08:00:00+08:00"
        )));
    };
    // A time that the clocks skipped or passed twice: the earlier reading, as for the start of a day in such a zone.
    match zone.from_local_datetime(&local).earliest() {
        Some(time) => Ok(time.timestamp_micros()),
        None => Err(Failure::usage(format!("{flag}: {zone} had no {text}, its clocks skipped it; write the offset"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_in_their_zone() {
        let us = |text: &str, zone: Tz| time_us("--from", text, zone).unwrap();
        assert_eq!(us("1970-01-01", Tz::UTC), 0);
        assert_eq!(us("1970-01-01", Tz::Asia__Shanghai), -8 * 3_600_000_000);
        assert_eq!(us("1970-01-01T00:00:00+08:00", Tz::UTC), -8 * 3_600_000_000);
        assert_eq!(us("1970-01-01 00:00:01.5", Tz::UTC), 1_500_000);
        assert!(time_us("--from", "yesterday", Tz::UTC).is_err());
        assert!(time_us("--from", "2024-03-10T02:30", Tz::America__New_York).is_err(), "the clocks skipped it");
    }

    #[test]
    fn sessions_and_cuts_read_as_they_are_written() {
        let args = SessionRuleArgs {
            session_channel: vec!["store,kiosk=2h".into(), "till=instant".into(), "call".into()],
            session_campaign: Some("utm_campaign".into()),
            ..SessionRuleArgs::default()
        };
        let rules = session_rules(Some("20m"), &args).unwrap();
        assert!(rules.faults().is_empty(), "{:?}", rules.faults());
        assert_eq!(rules.channels[0].channels, ["store", "kiosk"]);
        assert_eq!(rules.channels[0].timeout, Some(Span::minutes(120)));
        assert!(rules.channels[1].instant && rules.channels[2].timeout.is_none());
        assert!(session_rules(None, &SessionRuleArgs { session_campaign: Some("no".into()), ..args }).is_err());
        let args = CutArgs {
            start: Some("home".into()),
            hide: vec!["error".into(), r#"{"channel": "app"}"#.into()],
            expand: vec!["page_view=props.url".into()],
            expand_top: 3,
            ..CutArgs::default()
        };
        let read = cut(&args).unwrap();
        assert_eq!((read.hide.unwrap().0.len(), read.expand[0].by.as_str()), (2, "props.url"));
        assert!(cut(&CutArgs { expand: vec!["page_view".into()], ..args }).is_err());
    }

    #[test]
    fn steps_are_names_or_named_rules() {
        assert_eq!(step("--step", "purchase").unwrap().rule, Rule::event("purchase"));
        let named =
            step("--step", r#"paid={"event": "purchase", "where": [{"column": "amount", "op": "gt", "value": 0}]}"#)
                .unwrap();
        assert_eq!((named.name.as_str(), named.rule.0[0].tests.len()), ("paid", 1));
        assert_eq!(step("--step", "a=b").unwrap().name, "a=b", "an event's name may hold an equals sign");
        assert!(step("--step", r#"x={"where": [{"column": "nope", "op": "gt", "value": 0}]}"#).is_err());
    }

    #[test]
    fn exclusions_lie_between_steps() {
        let read = |text: &str| exclusion(text, ExclusionEffect::Drop).unwrap();
        let everywhere = read("error");
        assert_eq!((everywhere.after, everywhere.before, everywhere.rule), (None, None, Rule::event("error")));
        let between = read("2-3:error");
        assert_eq!((between.after, between.before, between.rule), (Some(2), Some(3), Rule::event("error")));
        assert_eq!(read("a-b:error").rule, Rule::event("a-b:error"), "an event's name may look like that");
        assert_eq!(read(r#"1-2:{"event": "error"}"#).rule, Rule::event("error"));
    }
}
