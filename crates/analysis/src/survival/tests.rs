//! Curves and tests against lifelines.

use std::collections::BTreeMap;
use std::path::PathBuf;

use testkit::golden;

use super::curve::Curve;
use super::log_rank::log_rank;

fn close(got: f64, want: f64, what: &str) {
    assert!((got - want).abs() <= 1e-9 * want.abs().max(1e-3), "{what}: {got} is not {want}");
}

/// Rows of a data set: group, duration, whether it ended, how many.
fn data(name: &str) -> Vec<(String, i64, bool, u64)> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../testdata/survival").join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut lines = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().unwrap();
    let rows = lines.map(|line| header.iter().copied().zip(line).collect::<BTreeMap<_, _>>());
    let whole = |text: &str| text.parse::<f64>().unwrap() as i64;
    rows.flat_map(|row| match name {
        "rossi.csv" => vec![(String::new(), whole(row["week"]), row["arrest"] == "1", 1)],
        "waltons.csv" => vec![(row["group"].to_owned(), whole(row["T"]), row["E"] == "1", 1)],
        _ => [("churned", true), ("stayed", false)]
            .map(|(column, ended)| {
                let count = row[column].parse().unwrap();
                (row["contract"].to_owned(), whole(row["tenure"]), ended, count)
            })
            .to_vec(),
    })
    .collect()
}

fn curve<'a>(rows: impl Iterator<Item = &'a (String, i64, bool, u64)> + Clone) -> Curve {
    let durations = |ended: bool| -> Vec<(i64, u64)> {
        let mut counts: BTreeMap<i64, u64> = BTreeMap::new();
        for row in rows.clone().filter(|row| row.2 == ended && row.3 > 0) {
            *counts.entry(row.1).or_default() += row.3;
        }
        counts.into_iter().collect()
    };
    Curve::new(&durations(true), &durations(false))
}

#[test]
fn curves_equal_lifelines() {
    let summaries = golden::json("survival.json");
    for (file, group, table, summary) in [
        ("rossi.csv", None, "km_rossi.csv", "rossi_km"),
        ("waltons.csv", None, "km_waltons.csv", "waltons_km"),
        ("telco.csv", None, "km_telco.csv", "telco_km"),
        ("telco.csv", Some("Month-to-month"), "km_telco_month-to-month.csv", "telco_km_Month-to-month"),
        ("telco.csv", Some("One year"), "km_telco_one_year.csv", "telco_km_One year"),
        ("telco.csv", Some("Two year"), "km_telco_two_year.csv", "telco_km_Two year"),
    ] {
        let rows = data(file);
        let curve = curve(rows.iter().filter(|row| group.is_none_or(|group| row.0 == group)));
        let golden = golden::csv(table);
        assert_eq!(curve.rows.len(), golden.len(), "{table}");
        for (row, golden) in curve.rows.iter().zip(&golden) {
            let number = |column: &str| golden[column].parse::<f64>().unwrap();
            let counts = [row.at, row.ended as i64, row.censored as i64, row.at_risk as i64];
            assert_eq!(counts, ["event_at", "observed", "censored", "at_risk"].map(|column| number(column) as i64));
            for (got, column) in [(row.survival, "km"), (row.low, "ci_low"), (row.high, "ci_high"), (row.hazard, "na")]
            {
                close(got, number(column), &format!("{table} {} {column}", row.at));
            }
        }
        let summary = &summaries[summary];
        assert_eq!(curve.started(), summary["n"].as_u64().unwrap());
        assert_eq!(curve.ended_by(curve.last()), summary["events"].as_u64().unwrap());
        assert_eq!(curve.quantile(0.5).at.map(|at| at as f64), summary["median"].as_f64(), "{table}");
        for (at, survival) in summary["S"].as_object().unwrap() {
            close(curve.at(at.parse().unwrap()).unwrap().survival, survival.as_f64().unwrap(), at);
        }
        for (at, mean) in summary["rmst"].as_object().unwrap() {
            close(curve.mean_up_to(at.parse().unwrap()), mean.as_f64().unwrap(), "mean");
        }
    }
}

#[test]
fn log_rank_tests_equal_lifelines() {
    let golden = golden::json("survival.json");
    let groups = |file: &str| -> Vec<Curve> {
        let rows = data(file);
        let names: std::collections::BTreeSet<&String> = rows.iter().map(|row| &row.0).collect();
        names.into_iter().map(|name| curve(rows.iter().filter(|row| row.0 == *name))).collect()
    };
    let (flies, contracts) = (groups("waltons.csv"), groups("telco.csv"));
    let test = log_rank(&flies.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(test.df, 1);
    close(test.chi2, golden["waltons_logrank"]["chi2"].as_f64().unwrap(), "χ²");
    let p = golden["waltons_logrank"]["p"].as_f64().unwrap();
    assert!((test.p_value / p - 1.0).abs() < 1e-8, "{} {p}", test.p_value);
    let test = log_rank(&contracts.iter().collect::<Vec<_>>()).unwrap();
    assert_eq!(u64::from(test.df), golden["telco_logrank_contract"]["df"].as_u64().unwrap());
    close(test.chi2, golden["telco_logrank_contract"]["chi2"].as_f64().unwrap(), "χ²");
    assert!(test.p_value < 1e-300);
    // The order of groups does not matter, and a group without anybody is none.
    let none = Curve::new(&[], &[]);
    let turned = log_rank(&[&contracts[2], &none, &contracts[0], &contracts[1]]).unwrap();
    close(turned.chi2, test.chi2, "turned");
    assert_eq!(turned.df, 2);
    assert_eq!(log_rank(&[&contracts[0], &none]), None);
    assert_eq!(log_rank(&[&Curve::new(&[], &[(5, 3)]), &Curve::new(&[], &[(7, 2)])]), None, "nobody ends");
}

#[test]
fn a_curve_between_and_beyond_its_rows() {
    // 4 at risk: one ends after 10, one is censored after 20, one ends after 30, one is censored after 40.
    let curve = Curve::new(&[(10, 1), (30, 1)], &[(20, 1), (40, 1)]);
    let at = |time| curve.at(time).map(|row| (row.at_risk, row.survival));
    assert_eq!([at(0), at(9), at(10), at(15)], [Some((4, 1.0)), Some((4, 1.0)), Some((4, 0.75)), Some((3, 0.75))]);
    assert_eq!([at(25), at(30), at(40), at(41)], [Some((2, 0.75)), Some((2, 0.375)), Some((1, 0.375)), None]);
    assert_eq!(curve.quantile(0.5).at, Some(30));
    assert!((curve.mean_up_to(40) - (10.0 + 20.0 * 0.75 + 10.0 * 0.375)).abs() < 1e-12);
    assert_eq!((Curve::new(&[], &[]).started(), Curve::new(&[], &[]).at(1)), (0, None));
}
