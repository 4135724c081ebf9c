//! Sensor payloads: each of the vendors' documented bodies, broken ones, and mutations of both.

use std::path::Path;

use ingest::place::{Arrival, Decoded, Sensor, read};
use model::place::observation::{
    Direction, Located, Observation, Occupancy, Position, Seen, Signal, Span, SubjectKind, ZoneChange,
};

const PAYLOADS: [(&str, Sensor); 21] = [
    ("axis_live_sum.json", Sensor::Axis),
    ("axis_p8815_export.csv", Sensor::Axis),
    ("axis_p8815_export.json", Sensor::Axis),
    ("cisco_spaces_device_location_update.json", Sensor::Cisco),
    ("dahua_videostat_dofind.json", Sensor::Dahua),
    ("generic_receipts.csv", Sensor::ReceiptCsv),
    ("generic_trajectory.csv", Sensor::TrackCsv),
    ("hikvision_isapi_v2_realtime.xml", Sensor::Hikvision),
    ("hikvision_psia_realtime.xml", Sensor::Hikvision),
    ("hikvision_psia_timerange.xml", Sensor::Hikvision),
    ("megvii_person_count.json", Sensor::Megvii),
    ("meraki_v2_devicesseen.json", Sensor::Meraki),
    ("meraki_v3_wifi.json", Sensor::Meraki),
    ("mist_location.json", Sensor::Mist),
    ("pozyx_mqtt_tags.json", Sensor::Pozyx),
    ("quuppa_location_and_info.json", Sensor::Quuppa),
    ("ruuvi_df5.hex", Sensor::Ruuvi),
    ("xovis_v3_event.json", Sensor::Xovis),
    ("xovis_v3_linecount.json", Sensor::Xovis),
    ("xovis_v5_live_data.json", Sensor::Xovis),
    ("xovis_v5_logics_data.json", Sensor::Xovis),
];

const ARRIVAL: Arrival<'static> = Arrival { received_at_us: 1_795_694_400_000_000, zone: Some("Asia/Shanghai") };

fn body(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/place/payloads").join(name)).unwrap()
}

fn decoded(name: &str) -> Decoded {
    let sensor = PAYLOADS.iter().find(|(known, _)| *known == name).unwrap().1;
    let decoded = read(sensor, &body(name), &ARRIVAL).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
    assert_eq!(decoded.rejections, [], "{name}");
    decoded
}

fn observations(name: &str) -> Vec<Observation> {
    decoded(name).observations
}

fn us(time: &str) -> i64 {
    chrono::DateTime::parse_from_rfc3339(time).unwrap().timestamp_micros()
}

fn position(observation: &Observation) -> &Position {
    match &observation.seen {
        Seen::Position(position) => position,
        other => panic!("{other:?}"),
    }
}

fn signal(observation: &Observation) -> &Signal {
    match &observation.seen {
        Seen::Signal(signal) => signal,
        other => panic!("{other:?}"),
    }
}

/// Time, line, window or none, and people of a count.
type Counted<'a> = (i64, &'a str, Option<(i64, i64)>, Vec<(Direction, u64)>);

fn count(observation: &Observation) -> Counted<'_> {
    let Seen::Count(count) = &observation.seen else { panic!("{observation:?}") };
    let window = match count.span {
        Span::Window { from_us, to_us } => Some((from_us, to_us)),
        Span::Cumulative => None,
    };
    (observation.time_us, &count.line, window, count.people.clone())
}

#[test]
fn every_documented_payload_decodes() {
    for (name, _) in PAYLOADS {
        assert!(!observations(name).is_empty(), "{name}");
    }
}

#[test]
fn counters_say_windows_or_sums_on_their_own_clocks() {
    use Direction::{Backward, Forward, In, Out, Past};
    let sum = us("2017-05-03T11:27:56+08:00");
    assert_eq!(count(&observations("axis_live_sum.json")[0]), (sum, "Exit south", None, vec![(In, 12), (Out, 318)]));
    let [from, to] = ["2020-09-23T00:01:00+08:00", "2020-09-23T00:02:00+08:00"].map(us);
    let rows = observations("axis_p8815_export.csv");
    assert_eq!(rows.len(), 2);
    assert_eq!(count(&rows[1]), (to, "door", Some((from, to)), vec![(In, 3), (Out, 1)]));
    // An hour by its first and last second.
    let [from, to] = ["2026-07-06T10:00:00+08:00", "2026-07-06T11:00:00+08:00"].map(us);
    let hour = (to, "0/1", Some((from, to)), vec![(In, 9), (Out, 15), (Past, 0)]);
    assert_eq!(count(&observations("dahua_videostat_dofind.json")[0]), hour);
    let alert = &observations("hikvision_isapi_v2_realtime.xml")[0];
    assert_eq!(count(alert), (us("2024-07-08T12:27:24+08:00"), "1", None, vec![(In, 15), (Out, 14)]));
    assert_eq!(alert.sensor.as_deref(), Some("3c:1b:f8:c1:3a:6d"));
    assert!(matches!(&alert.seen, Seen::Count(count) if count.repeated == Some(4)));
    let older = &observations("hikvision_psia_realtime.xml")[0];
    assert_eq!(count(older), (us("2020-07-09T12:07:07+08:00"), "1/1", None, vec![(In, 70), (Out, 75)]));
    assert!(matches!(&older.seen, Seen::Count(count) if count.children == [(In, 0), (Out, 0)]));
    let [from, to] = ["2021-10-12T19:00:00+08:00", "2021-10-12T19:15:00+08:00"].map(us);
    let quarter = (to, "1/1", Some((from, to)), vec![(In, 0), (Out, 1), (Past, 0)]);
    assert_eq!(count(&observations("hikvision_psia_timerange.xml")[0]), quarter);
    let push = observations("megvii_person_count.json");
    assert_eq!(count(&push[0]), (1_681_891_847_264_000, "默认区域", None, vec![(In, 1), (Out, 0)]));
    assert_eq!(push[1].seen, Seen::Occupancy(Occupancy { zone: "默认区域".into(), people: 1 }));
    let [from, to] = ["2021-09-23T08:20:00Z", "2021-09-23T08:21:00Z"].map(us);
    let minute = observations("xovis_v3_linecount.json");
    assert_eq!(count(&minute[0]), (to, "Line 0", Some((from, to)), vec![(Forward, 1), (Backward, 0)]));
    assert_eq!(minute[0].sensor.as_deref(), Some("80:1F:12:D5:30:DC"));
    let logics = observations("xovis_v5_logics_data.json");
    assert_eq!(logics[0].seen, Seen::Occupancy(Occupancy { zone: "Zone 0".into(), people: 0 }));
    let window = Some((1_645_792_920_000_000, 1_645_792_980_000_000));
    assert_eq!(count(&logics[2]), (1_645_792_980_000_000, "Line 0", window, vec![(Forward, 3), (Backward, 1)]));
}

#[test]
fn positions_are_metres_with_their_error_and_their_floor() {
    let near = |at: Located, [x, y]: [f64; 2]| match at {
        Located::Frame([u, v]) => assert!((u - x).hypot(v - y) < 1e-6, "{u} {v}"),
        earth => panic!("{earth:?}"),
    };
    let rows = observations("generic_trajectory.csv");
    assert_eq!((rows.len(), rows[0].time_us, rows[0].floor.as_deref()), (3, us("2026-05-01T02:00:00Z"), Some("F1")));
    near(position(&rows[1]).at, [1.35, 1.45]);
    assert_eq!((position(&rows[1]).subject.is_staff, position(&rows[2]).subject.is_staff), (false, true));
    let tag = &observations("quuppa_location_and_info.json")[0];
    // When the tag was there, not when somebody asked.
    assert_eq!((tag.time_us, tag.floor.as_deref()), (1_714_123_447_900_000, Some("floor-plan-1")));
    near(position(tag).at, [12.4, 3.1]);
    assert_eq!((position(tag).error_m, position(tag).height_m), (Some(0.42), Some(1.2)));
    assert_eq!((position(tag).is_moving, position(tag).zones.len()), (Some(true), 2));
    let tag = &observations("pozyx_mqtt_tags.json")[0];
    assert_eq!(tag.time_us, 1_524_496_105_895_000);
    near(position(tag).at, [1.0, 1.0]);
    let phone = &observations("cisco_spaces_device_location_update.json")[0];
    assert_eq!((phone.time_us, phone.floor.as_deref()), (1_714_449_999_000_000, Some("map-1")));
    near(position(phone).at, [66.4 * 0.3048, -41.9 * 0.3048]);
    assert!((position(phone).error_m.unwrap() - 24.0 * 0.3048).abs() < 1e-9);
    assert_eq!(position(phone).subject.kind, SubjectKind::Device { is_random: true });
    let phone = &observations("mist_location.json")[0];
    assert_eq!(phone.time_us, 1_749_106_728_000_000);
    near(position(phone).at, [66.36483, -41.912815]);
    assert_eq!(position(phone).subject.id.expose(), "5c5b35000001");
    let person = observations("xovis_v5_live_data.json");
    assert_eq!(person[0].time_us, 1_645_780_665_470_000);
    near(position(&person[0]).at, [-0.045263, 0.077018]);
    assert_eq!(position(&person[0]).height_m, Some(1.738642));
    assert!(
        matches!(&person[1].seen, Seen::Crossing(it) if it.direction == Direction::Backward && it.line == "Line 0")
    );
}

#[test]
fn access_points_say_places_or_only_that_they_heard() {
    let three = decoded("meraki_v3_wifi.json");
    assert_eq!(three.secret.as_deref(), Some("supersecret"));
    let at = position(&three.observations[0]);
    // Numbers written as texts.
    assert_eq!(at.at, Located::Frame([7.976651798199431, 10.576847081490314]));
    assert_eq!(at.error_m, Some(1.6885258062410806));
    assert_eq!(three.observations[0].floor.as_deref(), Some("g_643451796760560979"));
    let heard = signal(&three.observations[1]);
    assert_eq!((heard.heard_by.as_deref(), heard.rssi_dbm), (Some("aa:aa:aa:22:22:22"), Some(-70.0)));
    assert_eq!(three.observations[1].time_us, us("2019-11-28T14:26:59Z"));
    let two = &observations("meraki_v2_devicesseen.json")[0];
    assert_eq!(two.time_us, 1_474_675_583_000_000);
    let earth = Located::Earth { latitude: 51.5355157, longitude: -0.06990350000000944 };
    assert_eq!((position(two).at, position(two).error_m), (earth, Some(1.233417960754815)));
    let tag = &observations("ruuvi_df5.hex")[0];
    assert_eq!((signal(tag).subject.id.expose(), signal(tag).rssi_dbm), ("cbb8334c884f", None));
    assert_eq!(tag.time_us, ARRIVAL.received_at_us);
    let gateway = r#"{"data":{"gw_mac":"AA:BB","tags":{"CB:B8":{"rssi":-61,"timestamp":"1714123447","data":"0201061BFF99040512FC5394C37C0004FFFC040CAC364200CDCBB8334C884F"}}}}"#;
    let heard = read(Sensor::Ruuvi, gateway.as_bytes(), &ARRIVAL).unwrap().observations;
    assert_eq!((signal(&heard[0]).rssi_dbm, heard[0].time_us), (Some(-61.0), 1_714_123_447_000_000));
}

#[test]
fn events_and_receipts_keep_what_they_say() {
    let events = observations("xovis_v3_event.json");
    assert!(
        matches!(&events[0].seen, Seen::Crossing(it) if it.direction == Direction::Forward && it.height_m == Some(1.748))
    );
    assert!(matches!(&events[1].seen, Seen::ZoneVisit(it) if it.change == ZoneChange::Left && it.zone == "Zone 0"));
    let lines = observations("generic_receipts.csv");
    let Seen::ReceiptLine(line) = &lines[1].seen else { panic!("{lines:?}") };
    assert_eq!((line.receipt.as_str(), line.lane.as_deref(), line.amount), ("R1", Some("self1"), 12.8));
    assert_eq!(line.member.as_ref().unwrap().expose(), "M001");
    assert!(!format!("{lines:?}").contains("M001"));
}

#[test]
fn pictures_beside_an_alert_are_passed_over() {
    let alert = body("hikvision_isapi_v2_realtime.xml");
    let picture = b"--b\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\xff\xe0\0\x01</a>\r\n--b\r\nContent-Type: application/xml\r\n\r\n";
    let multipart = [picture.as_slice(), &alert, b"\r\n--b--"].concat();
    assert_eq!(read(Sensor::Hikvision, &multipart, &ARRIVAL).unwrap(), decoded("hikvision_isapi_v2_realtime.xml"));
    let heartbeat = String::from_utf8(alert).unwrap().replace("<eventType>PeopleCounting", "<eventType>videoloss");
    let read = read(Sensor::Hikvision, heartbeat.as_bytes(), &ARRIVAL).unwrap();
    assert_eq!((read.observations.len(), read.skipped), (0, 1));
}

#[test]
fn what_cannot_be_read_is_rejected_with_code_field_and_reason() {
    let cases = [
        (Sensor::Axis, "axis_live_sum.json", "20170503112756", "soon", "time_unreadable", Some("timestamp")),
        (Sensor::Axis, "axis_live_sum.json", "\"in\": 12", "\"in\": -12", "count_unreadable", Some("in")),
        (Sensor::Dahua, "dahua_videostat_dofind.json", "10:00:00", "11:30:00", "window_empty", None),
        (
            Sensor::Hikvision,
            "hikvision_psia_realtime.xml",
            "realTime",
            "someTime",
            "method_unknown",
            Some("peopleCounting/statisticalMethods"),
        ),
        (Sensor::Megvii, "megvii_person_count.json", "6003", "6009", "kind_unknown", Some("dataType")),
        (Sensor::Meraki, "meraki_v3_wifi.json", "18:fe:34:fc:5a:7f", "none", "device_unreadable", Some("clientMac")),
        (Sensor::Pozyx, "pozyx_mqtt_tags.json", "\"x\": 1000", "\"x\": \"far\"", "number_unreadable", Some("x")),
        (Sensor::Quuppa, "quuppa_location_and_info.json", "1714123447900", "null", "time_missing", Some("locationTS")),
        (Sensor::Mist, "mist_location.json", "1749106728", "1749106728000", "time_out_of_range", Some("timestamp")),
        (Sensor::TrackCsv, "generic_trajectory.csv", "1.20", "left", "number_unreadable", Some("x")),
        (Sensor::TrackCsv, "generic_trajectory.csv", ",0.40", "", "row_ragged", None),
        (Sensor::Ruuvi, "ruuvi_df5.hex", "990405", "990403", "advertisement_unreadable", Some("data")),
        (Sensor::Xovis, "xovis_v3_event.json", "forward", "up", "direction_unknown", Some("direction")),
    ];
    for (sensor, name, from, to, code, field) in cases {
        let changed = String::from_utf8(body(name)).unwrap().replacen(from, to, 1);
        let read = read(sensor, changed.as_bytes(), &ARRIVAL).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        let rejection = read.rejections.first().unwrap_or_else(|| panic!("{name} {code}: {read:?}"));
        assert_eq!(
            (rejection.code.as_str(), rejection.field.as_deref()),
            (code, field),
            "{name}: {}",
            rejection.reason
        );
        assert!(!rejection.reason.is_empty() && rejection.line > 0);
    }
    // A clock without zone is not guessed.
    let nowhere = Arrival { zone: None, ..ARRIVAL };
    let axis = read(Sensor::Axis, &body("axis_live_sum.json"), &nowhere).unwrap();
    assert_eq!(axis.rejections[0].code, "time_zone_missing");
    // No feet and no success: passed over, as the vendor means it.
    let failed =
        String::from_utf8(body("pozyx_mqtt_tags.json")).unwrap().replace("\"success\": true", "\"success\": false");
    assert_eq!(read(Sensor::Pozyx, failed.as_bytes(), &ARRIVAL).unwrap().skipped, 1);
    for (sensor, body) in [
        (Sensor::Meraki, "{}"),
        (Sensor::Meraki, r#"{"version":"9","data":{"observations":[]}}"#),
        (Sensor::Xovis, "{}"),
        (Sensor::Dahua, "{}"),
        (Sensor::Hikvision, "<a/>"),
        (Sensor::TrackCsv, "a,b\n1,2\n"),
        (Sensor::Quuppa, "no JSON"),
    ] {
        let refusal = read(sensor, body.as_bytes(), &ARRIVAL).unwrap_err();
        assert!(!refusal.reason.is_empty() && !refusal.too_large, "{body}");
    }
}

#[test]
fn what_is_kept_of_a_rejection_names_nobody() {
    let broken = String::from_utf8(body("meraki_v3_wifi.json")).unwrap().replace("2019-11-28", "soon");
    let read = read(Sensor::Meraki, broken.as_bytes(), &ARRIVAL).unwrap();
    assert_eq!(read.rejections.len(), 2);
    for rejection in &read.rejections {
        for secret in ["18:fe:34", "74:da:38", "192.168", "supersecret"] {
            assert!(!rejection.original.contains(secret) && !rejection.reason.contains(secret), "{rejection:?}");
        }
        assert!(rejection.original.contains("Technology") || rejection.original.contains("Espressif"));
    }
}

/// SplitMix64.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    ((mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) >> 33) as usize
}

#[test]
fn mutated_payloads_end_in_words_and_never_in_a_panic() {
    const WORDS: [&str; 16] = [
        "null",
        "-1",
        "1e999",
        "{}",
        "[]",
        "\"\"",
        "9223372036854775807",
        "鞋",
        "\u{0}",
        "<",
        "</",
        "0.5",
        "\n",
        ",",
        "\"",
        "[[",
    ];
    let bodies: Vec<(Sensor, Vec<u8>)> = PAYLOADS.iter().map(|(name, sensor)| (*sensor, body(name))).collect();
    let mut state = 7;
    for _ in 0..20_000 {
        let (sensor, body) = &bodies[next(&mut state) % bodies.len()];
        let mut bytes = body.clone();
        for _ in 0..1 + next(&mut state) % 3 {
            let at = next(&mut state) % (bytes.len() + 1);
            let to = (at + next(&mut state) % 12).min(bytes.len());
            match next(&mut state) % 3 {
                0 => drop(bytes.splice(at..to, WORDS[next(&mut state) % WORDS.len()].bytes())),
                1 => drop(bytes.drain(at..to)),
                _ => bytes.truncate(at.max(1)),
            }
        }
        match read(*sensor, &bytes, &ARRIVAL) {
            Err(refusal) => assert!(!refusal.reason.is_empty()),
            Ok(read) => {
                assert!(read.rejections.iter().all(|it| !it.code.is_empty() && !it.reason.is_empty()));
                for observation in &read.observations {
                    if let Seen::Position(Position { at: Located::Frame(at), error_m, .. }) = &observation.seen {
                        assert!(at.iter().all(|it| it.is_finite()) && error_m.is_none_or(|it| it >= 0.0));
                    }
                }
            }
        }
    }
}
