//! Sources and their keys, from the terminal.

use serde_json::{Value, json};

use crate::support::{Installation, get, posted, url};

fn of_shop<'a>(args: &[&'a str]) -> Vec<&'a str> {
    [args, &["-w", "shop"]].concat()
}

#[cfg(unix)]
#[test]
fn a_source_and_its_keys_are_made_limited_replaced_and_taken_away() {
    let here = Installation::new();
    here.run(&["workspace", "create", "shop"]).expect(0);
    let add = of_shop(&["source", "add", "web", "--channel", "web", "--origin", "https://shop.example"]);
    assert_eq!(here.json(&add)["origins"], json!(["https://shop.example"]));
    here.run(&add).expect(5);
    here.run(&of_shop(&["source", "add", "Web", "--channel", "web"])).expect(3);
    here.run(&["source", "add", "web", "--channel", "web", "-w", "nowhere"]).expect(4);
    here.run(&of_shop(&["source", "change", "web", "--name", "Web shop"])).expect(0);
    let listed = here.json(&of_shop(&["source", "list"]));
    assert_eq!((&listed[0]["name"], &listed[0]["origins"]), (&json!("Web shop"), &json!(["https://shop.example"])));
    here.run(&of_shop(&["source", "change", "web", "--any-origin"])).expect(0);
    here.run(&of_shop(&["source", "change", "gone", "--name", "x"])).expect(4);

    here.run(&of_shop(&["key", "create", "gone", "--kind", "public"])).expect(4);
    here.run(&of_shop(&["key", "create", "web"])).expect(2);
    let unknown = here.run(&of_shop(&["key", "create", "web", "--kind", "public", "--protocol", "fax"])).expect(2);
    assert!(unknown.stderr.contains("posthog"), "what there is, is told: {}", unknown.stderr);
    let create = ["key", "create", "web", "--kind", "public", "--protocol", "throughline", "--message", "event"];
    let made = here.json(&of_shop(&create));
    let public = made["key"].as_str().unwrap().to_owned();
    let shown = here.run(&of_shop(&["key", "create", "web", "--kind", "secret"])).expect(0).stdout;
    let secret = shown.lines().next().unwrap().to_owned();
    assert!(public.starts_with("tlp_") && secret.starts_with("tls_"), "{shown}");
    let keys = here.run(&of_shop(&["key", "list"])).expect(0).stdout;
    assert!(keys.contains(&public) && keys.contains("throughline · event") && !keys.contains(&secret), "{keys}");

    let mut server = here.start(&["serve", "--open", "--listen", "127.0.0.1:0", "--print-url"]);
    let url = url(&mut server);
    let send = |key: &str, event: &str| {
        let event = json!({"event": event, "identifiers": {"member_no": "8812"}, "message_id": event});
        posted(&url, &format!("/k/{key}/v1/events"), &event).1
    };
    assert_eq!(send(&public, "purchase")["accepted"], 1);
    assert_eq!(send(&public, "$identify")["error"]["code"], "kind_refused");
    assert_eq!(send(&secret, "$identify")["accepted"], 1);
    let rotated = here.json(&of_shop(&["key", "rotate", made["id"].as_str().unwrap()]));
    let after = rotated["key"].as_str().unwrap();
    assert_eq!(send(after, "refund")["accepted"], 1);
    assert_eq!(send(after, "$profile_set")["error"]["code"], "kind_refused", "it may send what the old one could");
    assert_eq!(send(&public, "visit")["accepted"], 1, "the old one goes on to open for a while");
    let listed = here.json(&of_shop(&["key", "list", "web"]));
    let of = |key: &str| listed.as_array().unwrap().iter().find(|it| it["key"] == key).unwrap().clone();
    assert!(of(&public)["expires_us"].is_i64() && of(after)["expires_us"].is_null(), "{listed}");
    here.run(&of_shop(&["key", "revoke", rotated["id"].as_str().unwrap()])).expect(0);
    here.run(&of_shop(&["key", "revoke", rotated["id"].as_str().unwrap()])).expect(4);
    here.run(&of_shop(&["source", "remove", "web"])).expect(0);
    here.run(&of_shop(&["source", "remove", "web"])).expect(4);
    assert_eq!(here.json(&of_shop(&["key", "list"])), json!([]));

    let audit = get(&url, "/v1/workspaces/shop/audit");
    let audit: Value = serde_json::from_str(audit.split_once("\r\n\r\n").unwrap().1).unwrap();
    let done: Vec<(&str, &str)> = (audit["entries"].as_array().unwrap().iter())
        .filter(|entry| entry["person"]["id"] == "terminal")
        .map(|entry| (entry["action"].as_str().unwrap(), entry["target"].as_str().unwrap()))
        .collect();
    let (old, new) =
        (format!("web/{}", made["id"].as_str().unwrap()), format!("web/{}", rotated["id"].as_str().unwrap()));
    let newest_first = [
        ("source_deletion", "web"),
        ("source_key_deletion", &*new),
        ("source_key", &*old),
        ("source_key", "web"),
        ("source_key", "web"),
        ("source_change", "web"),
        ("source_change", "web"),
        ("source_change", "web"),
    ];
    assert_eq!(done, newest_first);
    assert!(!audit.to_string().contains(&secret));
    crate::support::signal(&server, "TERM");
    server.wait().unwrap();
}
