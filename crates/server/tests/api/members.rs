//! Members, invitations and people.

use serde_json::{Value, json};

use crate::access::{PASSWORD, credentials, set_up, signed_in};
use crate::support::Browser;

const MEMBERS: &str = "/v1/workspaces/shop/members";
const INVITATIONS: &str = "/v1/workspaces/shop/invitations";

#[track_caller]
fn invited(owner: &Browser<'_>, email: &str, role: &str) -> String {
    let made = owner.send("POST", INVITATIONS, &json!({"email": email, "role": role})).json();
    format!("/v1/invitations/{}", made["token"].as_str().unwrap())
}

#[test]
fn an_invitation_makes_somebody_a_member_once() {
    let server = set_up();
    let owner = signed_in(&server, "first@example.com");
    let path = invited(&owner, "Lin@example.com", "analyst");
    let listed = owner.get(MEMBERS).json();
    assert_eq!(listed["invitations"][0]["email"], "lin@example.com");
    assert!(!listed.to_string().contains(path.rsplit('/').next().unwrap()), "the link is shown once");

    let mut lin = Browser::new(&server);
    let open = lin.get(&path).json();
    let workspace = json!({"id": "shop", "name": "shop"});
    assert_eq!(open, json!({"workspace": workspace, "email": "lin@example.com", "role": "analyst", "known": false}));
    assert_eq!(lin.send("POST", &path, &json!({"password": PASSWORD})).code(400), "name_missing");
    assert_eq!(lin.send("POST", &path, &json!({"name": "Lin", "password": "lin"})).code(400), "password_refused");
    let session = lin.enter(&path, &json!({"name": "Lin", "password": PASSWORD}));
    assert_eq!(session["roles"], json!([{"workspace": "shop", "role": "analyst"}]));
    assert_eq!(lin.get("/v1/workspaces/shop").status, 200);
    for used in [Browser::new(&server).get(&path), lin.send("POST", &path, &json!({"password": PASSWORD}))] {
        assert_eq!(used.code(404), "invitation_unknown");
    }
    let again = owner.send("POST", INVITATIONS, &json!({"email": "lin@example.com", "role": "viewer"}));
    assert_eq!(again.code(409), "member_exists");

    let withdrawn = invited(&owner, "mo@example.com", "viewer");
    let id = owner.get(MEMBERS).json()["invitations"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(owner.send("DELETE", &format!("{INVITATIONS}/{id}"), &Value::Null).status, 204);
    assert_eq!(Browser::new(&server).get(&withdrawn).code(404), "invitation_unknown");
}

#[test]
fn whoever_is_known_takes_an_invitation_up_with_their_password() {
    let server = set_up();
    let owner = signed_in(&server, "first@example.com");
    let mut lin = Browser::new(&server);
    lin.enter(&invited(&owner, "lin@example.com", "viewer"), &json!({"name": "Lin", "password": PASSWORD}));
    let id = lin.get("/v1/session").json()["person"]["id"].as_str().unwrap().to_owned();
    assert_eq!(owner.send("DELETE", &format!("{MEMBERS}/{id}"), &Value::Null).status, 204);
    assert_eq!(lin.get("/v1/workspaces/shop").code(404), "workspace_unknown");

    let path = invited(&owner, "lin@example.com", "editor");
    assert_eq!(Browser::new(&server).get(&path).json()["known"], true);
    let wrong = Browser::new(&server).send("POST", &path, &json!({"name": "Evil", "password": "not lin's at all"}));
    assert_eq!(wrong.code(401), "credentials_refused");
    let session = lin.enter(&path, &json!({"password": PASSWORD}));
    assert_eq!((&session["person"]["id"], &session["roles"][0]["role"]), (&json!(id), &json!("editor")));
    assert_eq!(session["person"]["name"], "Lin");
}

#[test]
fn the_last_owner_and_the_last_administrator_stay() {
    let server = set_up();
    let owner = signed_in(&server, "first@example.com");
    let first = owner.get("/v1/session").json()["person"]["id"].as_str().unwrap().to_owned();
    let (member, person) = (format!("{MEMBERS}/{first}"), format!("/v1/people/{first}"));
    assert_eq!(owner.send("DELETE", &member, &Value::Null).code(409), "last_owner");
    assert_eq!(owner.send("PUT", &member, &json!({"role": "editor"})).code(409), "last_owner");
    assert_eq!(owner.send("PATCH", &person, &json!({"disabled": true})).code(409), "last_administrator");
    assert_eq!(owner.send("PATCH", &person, &json!({"administrator": false})).code(409), "last_administrator");

    let mut lin = Browser::new(&server);
    lin.enter(&invited(&owner, "lin@example.com", "owner"), &json!({"name": "Lin", "password": PASSWORD}));
    let second = lin.get("/v1/session").json()["person"]["id"].as_str().unwrap().to_owned();
    assert_eq!(owner.send("PUT", &member, &json!({"role": "viewer"})).status, 204);
    assert_eq!(owner.get(MEMBERS).code(403), "role_refused");
    // The administrator cannot lock the only owner out either.
    let lins = format!("/v1/people/{second}");
    assert_eq!(owner.send("PATCH", &lins, &json!({"disabled": true})).code(409), "last_owner");
    assert_eq!(lin.send("PUT", &member, &json!({"role": "owner"})).status, 204);
    let disabled = owner.send("PATCH", &lins, &json!({"disabled": true})).json();
    assert_eq!((&disabled["disabled"], &disabled["name"]), (&json!(true), &json!("Lin")));
    assert_eq!(lin.get("/v1/workspaces").code(401), "sign_in_required");
    let refused = lin.send("POST", "/v1/session", &credentials("lin@example.com", PASSWORD));
    assert_eq!(refused.code(401), "credentials_refused");
    assert_eq!(owner.send("PATCH", "/v1/people/nobody", &json!({"disabled": true})).status, 404);
}
