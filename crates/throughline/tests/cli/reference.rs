//! Reference data: files become dated tables once, and figures name them.

use serde_json::{Value, json};

use crate::support::Installation;

const ITEMS: &str = "编码,名称,类目,售价,成本\nA1,长绒棉四件套,床品,¥399.00,180\nA2,收纳箱,收纳,89,\nA3,,,39,20\n";

fn import(file: &str, from: &str, source: &str) -> Vec<String> {
    let columns = "sku=编码,name=名称,category=类目,price=售价,cost=成本";
    let args = [
        "reference",
        "import",
        file,
        "-w",
        "shop",
        "--table",
        "catalogue",
        "--columns",
        columns,
        "--valid-from",
        from,
        "--source",
        source,
        "--currency",
        "CNY",
    ];
    args.map(str::to_owned).to_vec()
}

fn json_of(here: &Installation, args: &[String]) -> Value {
    here.json(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_file_becomes_a_version_once_and_is_there_in_sql() {
    let here = Installation::new();
    let file = here.write("items.csv", ITEMS);
    let args = import(&file, "2025-11-01", "ERP 2025-11");
    let first = json_of(&here, &args);
    assert_eq!(
        (&first["outcome"], &first["version"], &first["rows"], &first["rejected"], &first["currency"]),
        (&json!("imported"), &json!(1), &json!(3), &json!(0), &json!("CNY")),
        "{first:#}"
    );
    let again = json_of(&here, &args);
    assert_eq!((&again["outcome"], &again["version"]), (&json!("unchanged"), &json!(1)));

    let later = here.write("later.csv", &ITEMS.replace("399.00", "359.00"));
    let second = json_of(&here, &import(&later, "2026-01-01", "ERP 2026-01"));
    assert_eq!(second["version"], json!(2));
    let listed = here.json(&["reference", "list", "-w", "shop"]);
    assert_eq!(
        (&listed[0]["in_force_from"], &listed[0]["in_force_to"], &listed[1]["in_force_to"]),
        (&json!("2025-11-01"), &json!("2025-12-31"), &Value::Null)
    );
    assert_eq!((&listed[0]["source"], &listed[1]["source"]), (&json!("ERP 2025-11"), &json!("ERP 2026-01")));

    let shown = |as_of: &str| {
        let shown = here.json(&["reference", "show", "catalogue", "-w", "shop", "--as-of", as_of, "--where", "sku=A1"]);
        (shown["rows"][0][3].clone(), shown["rows"][0][5].clone(), shown["total"].clone())
    };
    assert_eq!(shown("2025-12-31"), (json!(399.0), json!(219.0), json!(1)));
    assert_eq!(shown("2026-01-01"), (json!(359.0), json!(179.0), json!(1)));
    let sql = "SELECT count(*), sum(price), max(source) FROM reference_catalogue \
               WHERE in_force_from <= DATE '2025-11-11' AND coalesce(in_force_to, DATE '9999-12-31') >= DATE '2025-11-11'";
    assert_eq!(here.row("shop", sql), json!([3, 527.0, "ERP 2025-11"]));
    assert_eq!(here.row("shop", "SELECT count(*) FROM reference_stock"), json!([0]));
    let text = here.run(&["reference", "list", "-w", "shop"]).expect(0).stdout;
    assert!(text.contains("ERP 2026-01") && text.contains("2025-11-01 – 2025-12-31"), "{text}");
}

#[test]
fn rows_that_cannot_be_taken_are_kept_with_line_and_reason() {
    let here = Installation::new();
    let text = "sku,site,day,quantity\na,杭州西湖店,2025-11-03,5\na,杭州西湖店,2025/11/3,6\n,x,2025-11-03,1\nb,x,soon,1\nc,x,2025-11-03,-2\nd,x,2025-11-03,many\n";
    let file = here.write("stock.csv", text);
    let args = [
        "reference",
        "import",
        &file,
        "-w",
        "shop",
        "--table",
        "stock",
        "--valid-from",
        "2025-11-01",
        "--source",
        "WMS",
        "--json",
    ];
    let summary = here.run(&args).expect(3).json();
    assert_eq!((&summary["rows"], &summary["rejected"]), (&json!(1), &json!(5)), "{summary:#}");
    let path = here.path("").join(summary["rejects_file"].as_str().unwrap());
    let rejects: Vec<Value> =
        std::fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<_> = rejects
        .iter()
        .map(|reject| {
            (reject["line"].as_u64().unwrap(), reject["code"].as_str().unwrap(), reject["field"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [
            (3, "row_repeated", "sku"),
            (4, "value_missing", "sku"),
            (5, "value_unreadable", "day"),
            (6, "value_negative", "quantity"),
            (7, "value_unreadable", "quantity"),
        ]
    );
    assert!(rejects[2]["reason"].as_str().unwrap().contains("2025-11-03"), "{rejects:#?}");
    let nothing = here.write("nothing.csv", "sku,day,quantity\n,2025-11-03,1\n");
    let mut args = args;
    args[2] = &nothing;
    let refused = here.run(&args).expect(3);
    assert!(refused.stderr.contains("no row that can be taken"), "{}", refused.stderr);
    assert_eq!(here.json(&["reference", "list", "-w", "shop"]).as_array().unwrap().len(), 1);
}

#[test]
fn a_mapping_says_encoding_constants_and_meanings_and_what_is_wrong_with_it_is_told() {
    let here = Installation::new();
    let mapping = "table: calendar\ncolumns: {day: 日期, name: 名称, kind: 类型}\nvalues: {kind: {节假日: holiday, 促销: promotion}}\nconstants: {site: 杭州西湖店}\n";
    let mapping = here.write("calendar.yaml", mapping);
    let path = here.path("calendar.csv");
    // GB18030, as office programs in China write it.
    let mut bytes = Vec::new();
    for part in
        [&b"\xc8\xd5\xc6\xda,\xc3\xfb\xb3\xc6,\xc0\xe0\xd0\xcd\n"[..], b"2025-11-11,\xcb\xab11,\xb4\xd9\xcf\xfa\n"]
    {
        bytes.extend_from_slice(part);
    }
    std::fs::write(&path, bytes).unwrap();
    let file = path.display().to_string();
    let args = [
        "reference",
        "import",
        &file,
        "-w",
        "shop",
        "--mapping",
        &mapping,
        "--valid-from",
        "2025-01-01",
        "--source",
        "行事历",
    ];
    assert_eq!(here.json(&args)["rows"], json!(1));
    let shown = here.json(&["reference", "show", "calendar", "-w", "shop"]);
    assert_eq!(shown["rows"][0], json!(["2025-11-11", "双11", "promotion", "杭州西湖店", "2025-11-11", "2025-11-11"]));

    let costs = here.write("costs.csv", "channel,month,cost\napp,2025-11,3000\napp,2025-12,3100\n");
    let args = [
        "reference",
        "import",
        &costs,
        "-w",
        "shop",
        "--table",
        "channel_costs",
        "--columns",
        "valid_from=month",
        "--valid-from",
        "2025-01-01",
        "--source",
        "预算",
    ];
    assert_eq!(here.json(&args)["rows"], json!(2));
    let shown = here.json(&["reference", "show", "channel_costs", "-w", "shop", "--as-of", "2025-11-30"]);
    assert_eq!(
        (&shown["total"], &shown["rows"][0]),
        (&json!(1), &json!(["app", 3000.0, null, "2025-11-01", "2025-11-30"]))
    );

    let table = |more: &[&str]| {
        here.run(
            &[&["reference", "import", &costs, "-w", "shop", "--valid-from", "2025-01-01", "--source", "x"], more]
                .concat(),
        )
    };
    let run = table(&["--table", "channel_costs"]).expect(3);
    assert!(run.stderr.contains("needs `valid_from`") && run.stderr.contains("month"), "{}", run.stderr);
    let run = table(&["--table", "channel_costs", "--columns", "price=cost"]).expect(3);
    assert!(run.stderr.contains("no column `price`"), "{}", run.stderr);
    let run = table(&["--table", "prices"]).expect(2);
    assert!(run.stderr.contains("channel_costs"), "{}", run.stderr);
    let faulty = here.write("faulty.yaml", "table: calendar\nsurprise: 1\n");
    let run = table(&["--mapping", &faulty]).expect(3);
    assert!(run.stderr.contains("line 2"), "{}", run.stderr);
    here.run(&["reference", "show", "stock", "-w", "shop"]).expect(4);
    let run = here.run(&["reference", "show", "calendar", "-w", "shop", "--where", "colour=red"]).expect(2);
    assert!(run.stderr.contains("it has day"), "{}", run.stderr);
}

#[test]
fn the_pains_of_a_simulated_world_name_its_tables() {
    let here = Installation::new();
    let plant = "drop_off@pay:channel=miniprogram*0.35";
    here.run(&["simulate", "-w", "try", "--seed", "7", "--customers", "2500", "--days", "120", "--plant", plant])
        .expect(0);
    let listed = here.json(&["reference", "list", "-w", "try"]);
    assert_eq!(listed.as_array().unwrap().len(), 6);
    assert!(listed.as_array().unwrap().iter().all(|version| version["source"] == "模拟数据 / simulated"));
    let answer = here.json(&["journey", "pains", "omni-purchase", "-w", "try"]);
    let pains = answer["pains"].as_array().unwrap();
    let hurt = pains.iter().find(|pain| pain["facet"] == json!({"dimension": "channel", "value": "miniprogram"}));
    let hurt = hurt.unwrap_or_else(|| panic!("not found: {answer:#}"));
    let money = &hurt["money"];
    assert_eq!(
        (&money["known"], &money["observed"], &money["currency"]),
        (&json!("per_month"), &json!("amount"), &json!("CNY"))
    );
    let margin = &hurt["margin_lost"];
    assert_eq!(
        (&margin["known"], &margin["source"]["source"], &margin["covered"]),
        (&json!("per_month"), &json!("模拟数据 / simulated"), &json!(1.0)),
        "{margin:#}"
    );
    // The catalogue's margins lie between 46 and 72 % of the price.
    let rate = margin["rate"].as_f64().unwrap();
    assert!(rate > 0.45 && rate < 0.73, "{rate}");
    let product = margin["amount"]["value"].as_f64().unwrap() / money["amount"]["value"].as_f64().unwrap();
    assert!((product - rate).abs() < 1e-9);
    // The rate once more, in SQL.
    let sql = "SELECT sum(e.amount * r.margin / r.price) / sum(e.amount) FROM events e \
               JOIN reference_catalogue r ON e.product = r.sku WHERE e.event = 'order_paid'";
    let naive = here.row("try", sql)[0].as_f64().unwrap();
    assert!((naive - rate).abs() < 1e-9, "{naive} {rate}");
    let cost = &hurt["running_cost"];
    assert_eq!(
        (&cost["known"], &cost["channel"], &cost["source"]["table"]),
        (&json!("channel"), &json!("miniprogram"), &json!("channel_costs")),
        "{cost:#}"
    );
    assert!(cost["amount"].as_f64().unwrap() > 0.0);

    // Without the tables, each says which one is missing.
    let lake = here.data().join("workspaces/try/lake");
    for table in ["reference_catalogue", "reference_channel_costs"] {
        std::fs::remove_dir_all(lake.join(table)).unwrap();
    }
    let answer = here.json(&["journey", "pains", "omni-purchase", "-w", "try"]);
    let pains = answer["pains"].as_array().unwrap();
    let hurt = pains.iter().find(|pain| pain["facet"]["value"] == "miniprogram").unwrap();
    assert_eq!(hurt["margin_lost"], json!({"known": "missing", "why": "no_catalogue"}));
    assert_eq!(hurt["running_cost"], json!({"known": "missing", "why": "no_channel_costs"}));
}
