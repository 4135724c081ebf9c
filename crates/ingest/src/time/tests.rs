use super::*;

fn reader(formats: &[TimeFormat], zone: Option<&str>) -> TimeReader {
    TimeReader::new(formats, zone).unwrap()
}

fn read(reader: &TimeReader, text: &str) -> Result<Reading, TimeProblem> {
    reader.read(&Cell::Text(text.into()))
}

fn instant(rfc3339: &str) -> i64 {
    DateTime::parse_from_rfc3339(rfc3339).unwrap().timestamp_micros()
}

#[test]
fn iso_8601_reads_the_forms_people_export() {
    let reader = reader(&[TimeFormat::Iso8601], Some("Asia/Shanghai"));
    for (text, expected, offset) in [
        ("2024-03-13", "2024-03-13T00:00:00+08:00", 480),
        ("2024-03-13 10:21", "2024-03-13T10:21:00+08:00", 480),
        ("2024-03-13 10:21:14", "2024-03-13T10:21:14+08:00", 480),
        ("2024-03-13T10:21:14.5", "2024-03-13T10:21:14.5+08:00", 480),
        ("2024-03-13T10:21:14.1234567Z", "2024-03-13T10:21:14.123456Z", 0),
        ("2024-03-13T10:21:14+0530", "2024-03-13T10:21:14+05:30", 330),
        ("2024-03-13 10:21:14 -03:00", "2024-03-13T10:21:14-03:00", -180),
        ("2024-03-13 10:21:14+01", "2024-03-13T10:21:14+01:00", 60),
        ("2024-03-13 10:21:14 UTC", "2024-03-13T10:21:14Z", 0),
    ] {
        let reading = read(&reader, text).unwrap();
        assert_eq!((reading.time_us, reading.offset_minutes), (instant(expected), Some(offset)), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused_with_its_code() {
    let no_zone = reader(&[TimeFormat::Iso8601], None);
    assert_eq!(read(&no_zone, "2024-03-13 10:21:14").unwrap_err().code, "time_zone_missing");
    assert_eq!(read(&no_zone, "").unwrap_err().code, "time_missing");
    for text in
        ["2024-02-30", "2024-3-1", "yesterday", "2024-03-13T25:00:00Z", "2024-03-13T10:21:14.Z", "2024-03-13X10:00"]
    {
        assert_eq!(read(&no_zone, text).unwrap_err().code, "time_unreadable", "{text}");
    }
    let seconds = reader(&[TimeFormat::UnixSeconds], None);
    assert_eq!(read(&seconds, "1710325274000").unwrap_err().code, "time_out_of_range");
    assert_eq!(no_zone.read(&Cell::Int(1_710_325_274)).unwrap_err().code, "time_unreadable");
}

#[test]
fn unix_times_are_read_in_their_unit() {
    let expected = instant("2024-03-13T10:21:14Z");
    for (format, text) in [
        (TimeFormat::UnixSeconds, "1710325274"),
        (TimeFormat::UnixMilliseconds, "1710325274000"),
        (TimeFormat::UnixMicroseconds, "1710325274000000"),
        (TimeFormat::UnixSeconds, "1710325274.0"),
    ] {
        assert_eq!(read(&reader(&[format], None), text).unwrap().time_us, expected);
    }
    let seconds = reader(&[TimeFormat::UnixSeconds], None);
    assert_eq!(seconds.read(&Cell::Float(1_710_325_274.25)).unwrap().time_us, expected + 250_000);
}

#[test]
fn patterns_are_tried_in_order() {
    let formats =
        ["%d/%m/%Y %H:%M", "%Y年%m月%d日", "%d/%b/%Y:%H:%M:%S %z"].map(|text| TimeFormat::Pattern(text.to_owned()));
    let reader = reader(&formats, Some("UTC"));
    assert_eq!(read(&reader, "13/03/2024 10:21").unwrap().time_us, instant("2024-03-13T10:21:00Z"));
    assert_eq!(read(&reader, "2024年03月13日").unwrap().time_us, instant("2024-03-13T00:00:00Z"));
    let log = read(&reader, "13/Mar/2024:10:21:14 +0200").unwrap();
    assert_eq!((log.time_us, log.offset_minutes), (instant("2024-03-13T10:21:14+02:00"), Some(120)));
    let compact = super::tests::reader(&[TimeFormat::Pattern("%Y%m%d".to_owned())], Some("UTC"));
    assert_eq!(compact.read(&Cell::Int(20_240_313)).unwrap().time_us, instant("2024-03-13T00:00:00Z"));
}

#[test]
fn a_reading_that_happened_twice_is_the_earlier_one_and_one_that_never_did_moves_on() {
    let berlin = reader(&[TimeFormat::Iso8601], Some("Europe/Berlin"));
    let twice = read(&berlin, "2024-10-27 02:30:00").unwrap();
    assert_eq!((twice.time_us, twice.offset_minutes), (instant("2024-10-27T02:30:00+02:00"), Some(120)));
    let never = read(&berlin, "2024-03-31 02:30:00").unwrap();
    assert_eq!(never.time_us, instant("2024-03-31T03:30:00+02:00"));
    let new_york = reader(&[TimeFormat::Iso8601], Some("America/New_York"));
    assert_eq!(read(&new_york, "2017-03-12 02:30:00").unwrap().time_us, instant("2017-03-12T03:30:00-04:00"));
    let samoa = reader(&[TimeFormat::Iso8601], Some("Pacific/Apia"));
    assert_eq!(read(&samoa, "2011-12-30 12:00:00").unwrap().time_us, instant("2011-12-31T12:00:00+14:00"));
}

#[test]
fn only_patterns_without_offset_need_a_zone() {
    let lacks = |text: &str| lacks_offset(&TimeFormat::Pattern(text.to_owned())).unwrap();
    assert!(lacks("%Y-%m-%d %H:%M:%S"));
    assert!(!lacks("%Y-%m-%d %H:%M:%S %z"));
    assert!(!lacks("%s"));
    assert!(!lacks("%+"));
    assert!(!lacks_offset(&TimeFormat::Iso8601).unwrap());
    assert!(lacks_offset(&TimeFormat::Pattern("%Q".to_owned())).is_err());
}
